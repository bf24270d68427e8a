//! Secret → what may be known of it. Here the values end: nothing past this file holds one.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::certificate;
use crate::model::credential::{Credential, Facts, Pem, Value};
use crate::model::kubernetes::Metadata;
use crate::model::{nullable, object};

/// A Secret as it is read, values and all. It lives only until its facts are taken.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Secret {
    metadata: Metadata,
    #[serde(rename = "type", deserialize_with = "nullable")]
    type_: String,
    #[serde(deserialize_with = "nullable")]
    data: BTreeMap<String, Option<Zeroizing<String>>>,
    #[serde(deserialize_with = "nullable")]
    string_data: BTreeMap<String, Option<Zeroizing<String>>>,
    /// Whether there was a `data` at all, or only the metadata was asked for.
    #[serde(skip)]
    pub(super) is_partial: bool,
}
object!(Secret, "Secret", "v1");

impl Secret {
    /// Takes what may be known, and lets the values go.
    pub(super) fn into_credential(self) -> Credential {
        if self.is_partial {
            return Credential {
                metadata: self.metadata,
                facts: Facts { type_: self.type_, ..Facts::default() },
            };
        }
        let mut values: BTreeMap<String, Decoded> = BTreeMap::new();
        for (key, value) in self.data {
            let decoded = value.map_or(Decoded::Known(Zeroizing::default()), |it| decode(&it));
            values.insert(key, decoded);
        }
        // The API server lets stringData win over data (Kubernetes 1.34).
        for (key, value) in self.string_data {
            let value = value.unwrap_or_default();
            let known = if is_redacted(&value) {
                Decoded::Redacted
            } else {
                Decoded::Known(Zeroizing::new(value.as_bytes().to_vec()))
            };
            values.insert(key, known);
        }
        let keys = values.iter().map(|(key, value)| (key.clone(), value.kind())).collect();
        let mut facts = Facts { type_: self.type_, keys: Some(keys), ..Facts::default() };
        learn(&mut facts, &values);
        Credential { metadata: self.metadata, facts }
    }
}

enum Decoded {
    Known(Zeroizing<Vec<u8>>),
    Redacted,
    NotBase64,
}

impl Decoded {
    fn kind(&self) -> Value {
        match self {
            Self::Known(bytes) if bytes.is_empty() => Value::Empty,
            Self::Known(_) => Value::Present,
            Self::Redacted => Value::Redacted,
            Self::NotBase64 => Value::NotBase64,
        }
    }
}

fn decode(value: &str) -> Decoded {
    if is_redacted(value) {
        return Decoded::Redacted;
    }
    let decoded = if value.bytes().any(|it| it.is_ascii_whitespace()) {
        // base64 in a YAML block may be folded over lines.
        let packed: Zeroizing<String> =
            Zeroizing::new(value.chars().filter(|it| !it.is_ascii_whitespace()).collect());
        STANDARD.decode(packed.as_bytes())
    } else {
        STANDARD.decode(value.as_bytes())
    };
    match decoded {
        Ok(bytes) => {
            let bytes = Zeroizing::new(bytes);
            let is_redacted = std::str::from_utf8(&bytes).is_ok_and(is_redacted);
            if is_redacted { Decoded::Redacted } else { Decoded::Known(bytes) }
        }
        Err(_) => Decoded::NotBase64,
    }
}

/// Whether a value was taken out before igwctl saw it, or is put in only later: `*` or `+` alone
/// (as `kubectl diff` and Helm's plugins mask values), the word REDACTED, and what stands in Git in
/// place of a secret: SOPS (`ENC[…]`), Argo CD's vault plugin (`<path:…>`), vals (`ref+…`),
/// bank-vaults (`vault:…`), and variables of a template.
fn is_redacted(value: &str) -> bool {
    let value = value.trim();
    let is_only = |letter| !value.is_empty() && value.chars().all(|it| it == letter);
    let is_within = |open: &str, close: &str| value.starts_with(open) && value.ends_with(close);
    is_only('*')
        || is_only('+')
        || value.eq_ignore_ascii_case("REDACTED")
        || is_within("<", ">")
        || is_within("[", "]")
        || is_within("ENC[", "]")
        || is_within("${", "}")
        || is_within("$(", ")")
        || is_within("{{", "}}")
        || value.starts_with("ref+")
        || value.starts_with("vault:")
}

fn learn(facts: &mut Facts, values: &BTreeMap<String, Decoded>) {
    let known = |key: &str| match values.get(key) {
        Some(Decoded::Known(bytes)) if !bytes.is_empty() => Some(bytes),
        _ => None,
    };
    if let Some(Ok((cert, key))) = facts.pair() {
        match (known(cert), known(key)) {
            (Some(cert), Some(key)) => {
                let pair = certificate::pair(cert, key);
                facts.chain = Some(pair.chain);
                facts.key = Some(pair.key);
                facts.key_fits = pair.fits;
            }
            (chain, alone) => {
                let chain = chain.map(|chain| certificate::chain(chain));
                let alone = alone.map(|alone| certificate::key(alone));
                facts.chain = chain.or_else(|| not_base64(values, cert));
                facts.key = alone.or_else(|| not_base64(values, key));
            }
        }
    }
    if let Some(Ok(ca)) = facts.ca_key() {
        let chain = known(ca).map(|ca| certificate::chain(ca));
        facts.ca = chain.or_else(|| not_base64(values, ca));
    }
}

fn not_base64<T>(values: &BTreeMap<String, Decoded>, key: &str) -> Option<Pem<T>> {
    let is_not = matches!(values.get(key), Some(Decoded::NotBase64));
    is_not.then(|| Pem::Faulty("is not base64".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::yaml;

    fn facts(yaml: &str) -> Facts {
        yaml::read::<Secret>(yaml).unwrap().into_credential().facts
    }

    #[test]
    fn a_value_that_was_taken_out_is_there_and_not_known() {
        for value in ["UkVEQUNURUQ=", "REDACTED", "'***'", "++++++++"] {
            let facts = facts(&format!("data:\n  tls.crt: Z2FyYmFnZQ==\n  tls.key: {value}\n"));
            assert_eq!(facts.keys.as_ref().unwrap()["tls.key"], Value::Redacted, "{value}");
            assert!(matches!(facts.chain, Some(Pem::Faulty(_))), "the certificate is known");
            assert_eq!((facts.key, facts.key_fits), (None, None));
        }
    }

    #[test]
    fn what_cannot_be_decoded_is_told_apart_from_what_is_empty() {
        let facts = facts("data:\n  a: '%%%'\n  b: ''\n  c: null\n  d: YmFy\n");
        let keys = facts.keys.unwrap();
        assert_eq!(keys["a"], Value::NotBase64);
        assert_eq!((keys["b"], keys["c"]), (Value::Empty, Value::Empty));
        assert_eq!(keys["d"], Value::Present);
    }

    #[test]
    fn a_key_is_matched_with_its_certificate() {
        let pair = |name: &str| rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
        let (ours, theirs) = (pair("a.example.com"), pair("b.example.com"));
        let secret = |cert: &str, key: &str| {
            let indent = |pem: &str| pem.replace('\n', "\n    ");
            facts(&format!(
                "stringData:\n  tls.crt: |\n    {}\n  tls.key: |\n    {}\n",
                indent(cert),
                indent(key)
            ))
        };
        let good = secret(&ours.cert.pem(), &ours.signing_key.serialize_pem());
        assert_eq!(good.key_fits, Some(true));
        let Some(Pem::Read(chain)) = good.chain else { panic!("the chain is readable") };
        assert_eq!(chain[0].names, ["a.example.com"]);
        let bad = secret(&ours.cert.pem(), &theirs.signing_key.serialize_pem());
        assert_eq!(bad.key_fits, Some(false));
    }
}

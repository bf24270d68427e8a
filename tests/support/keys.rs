//! Keys and certificates that are made for one run, and the watch that none of them comes out.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertificateParams, KeyPair, date_time_ymd};

/// The moment that the worlds of tests are of.
pub(crate) const NOW: &str = "2026-11-24T03:00:00Z";

/// What tests plant where a value of a Secret stands; it must come out nowhere.
pub(crate) const MARK: &str = "kGb7-planted-mark-q0Zx";

/// What must come out nowhere: the planted mark in its shapes, and every key that was made.
static PRIVATE: LazyLock<Mutex<Vec<String>>> =
    LazyLock::new(|| Mutex::new(vec![MARK.to_owned(), STANDARD.encode(MARK)]));

/// A certificate and its key.
#[derive(Clone)]
pub(crate) struct Pair {
    /// The certificate, as PEM.
    pub(crate) certificate: String,
    /// The key, as PEM.
    pub(crate) key: String,
}

/// When a certificate is valid, as against `NOW`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Valid {
    Now,
    Before,
    Later,
}

/// Makes a pair for these hosts, commas between them; its key is watched for from now on.
pub(crate) fn pair(hosts: &str, valid: Valid) -> Pair {
    let hosts: Vec<String> = hosts.split(',').map(str::to_owned).collect();
    let mut params = CertificateParams::new(hosts).unwrap();
    let (from, to) = match valid {
        Valid::Now => (2026, 2027),
        Valid::Before => (2024, 2025),
        Valid::Later => (2031, 2032),
    };
    params.not_before = date_time_ymd(from, 11, 1);
    params.not_after = date_time_ymd(to, 1, 31);
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap().pem();
    let pair = Pair { certificate, key: key.serialize_pem() };
    watch(&pair.key);
    pair
}

/// Watches for a PEM's lines, and for the text as Secrets carry it.
pub(crate) fn watch(pem: &str) {
    let mut private = PRIVATE.lock().unwrap();
    private.extend(pem.lines().filter(|line| !line.starts_with("-----")).map(str::to_owned));
    // Past the header, whose base64 is everyone's.
    private.push(STANDARD.encode(pem).chars().skip(48).take(60).collect());
}

/// Ends the test if a watched text, or any PEM of a private key, is in there.
pub(crate) fn assert_none_in(bytes: &[u8], place: &str) {
    let private = PRIVATE.lock().unwrap();
    let header = ["-----BEGIN PRIVATE KEY-----", "-----BEGIN RSA PRIVATE KEY-----"];
    let all = private.iter().map(String::as_str).chain(header);
    for text in all {
        assert!(
            memchr::memmem::find(bytes, text.as_bytes()).is_none(),
            "{place} holds {text}:\n{}",
            String::from_utf8_lossy(bytes)
        );
    }
}

/// The pairs of one world, by name: the same name is the same pair.
#[derive(Default)]
pub(crate) struct Ring {
    pairs: BTreeMap<String, Pair>,
}

impl Ring {
    /// Fills in `{{certificate NAME}}` and `{{key NAME}}` (base64, for `data`), and the same with
    /// `pem` before it (a quoted string, for `stringData`). A name that begins with `old-` or
    /// `new-` is of a pair that is no longer, or not yet, valid. `for HOST,HOST` behind the name
    /// says for which hosts; else it is for all of example.com's.
    pub(crate) fn fill(&mut self, text: &str) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let (slot, behind) = after.split_once("}}").unwrap();
            filled += before;
            filled += &self.slot(slot.trim());
            rest = behind;
        }
        filled + rest
    }

    fn slot(&mut self, slot: &str) -> String {
        let mut words = slot.split_whitespace().peekable();
        let is_pem = words.next_if_eq(&"pem").is_some();
        let (part, name) = (words.next().unwrap(), words.next().unwrap());
        let valid = match name {
            name if name.starts_with("old-") => Valid::Before,
            name if name.starts_with("new-") => Valid::Later,
            _ => Valid::Now,
        };
        let hosts = words.next_if_eq(&"for").map_or("*.example.com", |_| words.next().unwrap());
        let made = self.pairs.entry(name.to_owned());
        let Pair { certificate, key } = made.or_insert_with(|| pair(hosts, valid));
        let text = match part {
            "certificate" => certificate.clone(),
            "key" => key.clone(),
            // What OpenSSL writes for an encrypted key: the header is what is told by.
            "encrypted-key" => key.replace("PRIVATE", "ENCRYPTED PRIVATE"),
            part => panic!("{part} is no part of a pair"),
        };
        if is_pem { serde_json::to_string(&text).unwrap() } else { STANDARD.encode(text) }
    }
}

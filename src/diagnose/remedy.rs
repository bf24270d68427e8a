//! Fixes as data: what to do, in words, commands and manifests. Only commands that exist.

use serde_json::{Map, Value, json};

use crate::model::cert_manager::{Certificate, Issuer};
use crate::model::labels::repository_tool;
use crate::model::{Key, Object, ObjectRef, Seen, yaml};
use crate::report::Fix;
use crate::world::{Kind, World};

/// Whether these can be names at all. Files may hold anything where a name should be, and nothing
/// but a name may stand in a command that is there to be copied into a shell.
fn are_names(names: &[&str]) -> bool {
    let may_stand = |it: u8| it.is_ascii_alphanumeric() || b"-._".contains(&it);
    let is_name =
        |name: &&str| !name.is_empty() && !name.starts_with('-') && name.bytes().all(may_stand);
    names.iter().all(is_name)
}

/// A name as it may stand in a command.
pub(super) fn name(name: &str) -> &str {
    if are_names(&[name]) { name } else { "NAME" }
}

impl Fix {
    /// The same, where it changes nothing but what is wrong.
    #[must_use]
    pub(super) fn safe(mut self) -> Self {
        self.safe = true;
        self
    }

    /// Without its commands, where what stands in them is no name.
    fn if_names(mut self, names: &[&str]) -> Self {
        if !are_names(names) {
            self.commands.clear();
        }
        self
    }
}

/// Moves a Certificate, and with it the Secret that it writes, to another namespace.
///
/// The order matters: the new one Ready first, then the old Certificate, then its Secret; a
/// Secret that is deleted while its Certificate stands is written again by cert-manager.
/// `keep` leaves the old one in place, for something else that reads it.
pub(super) fn move_certificate(
    world: &World,
    certificate: &Seen<Certificate>,
    to: &str,
    keep: bool,
) -> Fix {
    let from = &certificate.metadata.namespace;
    let old = &certificate.metadata.name;
    let secret = &certificate.spec.secret_name;
    if !certificate.origin.live {
        let place = certificate
            .origin
            .source()
            .map(|source| format!(" ({}:{})", source.file, source.line))
            .unwrap_or_default();
        return Fix {
            message: format!(
                "set metadata.namespace of Certificate {old}{place} to {to}, or give {from} a \
                 gateway of its own"
            ),
            manifests: vec![certificate_manifest(certificate, to, old)],
            safe: false,
            ..Fix::default()
        };
    }
    let taken = world.all::<Certificate>().contains_key(&Key::new(to, old.clone()));
    let name = if taken { format!("{from}-{old}") } else { old.clone() };
    let manifest = certificate_manifest(certificate, to, &name);
    // One command from the wait on: what was not issued must not be taken away.
    let mut rest = format!(
        "kubectl wait certificates.cert-manager.io/{name} -n {to} --for=condition=Ready \
         --timeout=5m"
    );
    let act = if keep { "make the Certificate in" } else { "move the Certificate to" };
    if !keep {
        rest += &format!(
            " &&\n  kubectl delete certificates.cert-manager.io {old} -n {from} &&\n  kubectl delete \
             secret {secret} -n {from} --ignore-not-found"
        );
    }
    let commands = vec![format!("kubectl apply -f - <<'EOF'\n{manifest}EOF"), rest];
    let issuer = &certificate.spec.issuer_ref;
    let issuer_stays = issuer.kind() == "Issuer"
        && issuer.is_cert_managers()
        && !world.all::<Issuer>().contains_key(&Key::new(to, issuer.name.clone()));
    let mut message = format!("{act} {to}, or give {from} a gateway of its own");
    if issuer_stays {
        message = format!(
            "{message}; its Issuer {} lives in {from}, so {to} needs an Issuer of that name \
             first, or a ClusterIssuer",
            issuer.name
        );
    }
    let keeper = keeper(certificate);
    if let Some(keeper) = &keeper {
        message =
            format!("{message}; {keeper} made it and would make it again, so change it there");
    }
    Fix { message, commands, manifests: vec![manifest], safe: !issuer_stays && keeper.is_none() }
        .if_names(&[&name, old, secret, from, to])
}

fn certificate_manifest(certificate: &Seen<Certificate>, namespace: &str, name: &str) -> String {
    let metadata = certificate.metadata();
    let api_version = if metadata.api_version.is_empty() {
        Certificate::API_VERSION
    } else {
        &metadata.api_version
    };
    let mut labels: Map<String, Value> = Map::new();
    for (label, value) in metadata.labels.iter().filter(|(label, _)| !is_keepers(label)) {
        labels.insert(label.clone(), json!(value));
    }
    let mut kept = Map::from_iter([
        ("name".to_owned(), json!(name)),
        ("namespace".to_owned(), json!(namespace)),
    ]);
    if !labels.is_empty() {
        kept.insert("labels".to_owned(), Value::Object(labels));
    }
    yaml::write(&Ordered {
        api_version,
        kind: Certificate::KIND,
        metadata: &kept,
        spec: &certificate.spec.whole,
    })
}

/// Who made an object and would make it again: what owns it, or the tool of a repository, by the
/// labels and annotations that Argo CD 3, Flux 2 and Helm 3 put on what they apply.
fn keeper(certificate: &Seen<Certificate>) -> Option<String> {
    let metadata = certificate.metadata();
    if let Some(owner) = metadata.owner_references.first() {
        return Some(format!("{} {}", owner.kind, owner.name));
    }
    let has =
        |name: &str| metadata.labels.contains_key(name) || metadata.annotations.contains_key(name);
    repository_tool(has).map(str::to_owned)
}

/// Labels by which such a tool knows its own: on another object they would be a lie.
fn is_keepers(label: &str) -> bool {
    label.contains("argoproj.io/")
        || label.contains("fluxcd.io/")
        || label.contains("helm.sh/")
        || matches!(label, "app.kubernetes.io/instance" | "app.kubernetes.io/managed-by")
}

/// A manifest with its parts in the order that people expect.
#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Ordered<'a> {
    api_version: &'a str,
    kind: &'a str,
    metadata: &'a Map<String, Value>,
    spec: &'a Map<String, Value>,
}

/// Copies a lone Secret: a pipe of kubectl alone, so that the key is in no file and no annotation.
/// Never safe: it moves a private key.
pub(super) fn copy_secret(from: &Key, to: &str) -> Fix {
    let Key { namespace, name } = from;
    let template = format!(
        "{{{{printf \"apiVersion: v1\\nkind: Secret\\ntype: %s\\nmetadata: {{name: \\\"{name}\\\", \
         namespace: \\\"{to}\\\"}}\\ndata:\\n\" .type}}}}{{{{range $key, $value := .data}}}}\
         {{{{printf \"  %q: %q\\n\" $key $value}}}}{{{{end}}}}"
    );
    Fix {
        message: format!(
            "copy the secret to {to}, which hands its private key to all who may read secrets \
             there, or give {namespace} a gateway of its own"
        ),
        commands: vec![format!(
            "kubectl get secret {name} -n {namespace} -o go-template='{template}' | kubectl \
             create -f -"
        )],
        manifests: Vec::new(),
        safe: false,
    }
    .if_names(&[namespace, name, to])
}

/// Changes fields of an object: by one command where an API server holds it, else in its file.
/// `operations` is a JSON patch, as kubectl takes it.
pub(super) fn patch<T: Object>(
    object: &Seen<T>,
    message: impl Into<String>,
    operations: &Value,
) -> Fix {
    patch_at(&ObjectRef::of(object), object.origin.live, message, operations)
}

/// The same, of an object that is only pointed at.
pub(super) fn patch_at(
    object: &ObjectRef,
    is_live: bool,
    message: impl Into<String>,
    operations: &Value,
) -> Fix {
    let mut message = message.into();
    let Some(resource) = resource(object).filter(|_| is_live) else {
        if let Some(source) = &object.source {
            message += &format!(" ({}:{})", source.file, source.line);
        }
        return words(message);
    };
    let ObjectRef { namespace, name, .. } = object;
    let operations = operations.to_string().replace('\'', "'\\''");
    Fix {
        message,
        commands: vec![format!(
            "kubectl patch {resource} {name} -n {namespace} --type=json -p '{operations}'"
        )],
        ..Fix::default()
    }
    .if_names(&[namespace, name])
}

/// A kind as kubectl takes it, with its group, which two Gateways differ by.
fn resource(object: &ObjectRef) -> Option<String> {
    let group = object.api_version.split_once('/').map_or("", |(group, _)| group);
    let plural = Kind::of(group, &object.kind)?.plural();
    Some(if group.is_empty() { plural.to_owned() } else { format!("{plural}.{group}") })
}

/// A name as a part of a JSON pointer: a label's, which may have a slash.
pub(super) fn part(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A field's path, `spec.http[0].route`, as a JSON pointer, `/spec/http/0/route`.
pub(super) fn pointer(path: &str) -> String {
    format!("/{}", path.replace("].", "/").replace(['.', '['], "/").replace(']', ""))
}

/// Makes a TLS secret from files that the user has.
pub(super) fn create_secret(key: &Key) -> Fix {
    let Key { namespace, name } = key;
    Fix {
        message: format!(
            "make secret {name} in {namespace}: a Certificate of cert-manager there with \
             secretName {name}, or from files"
        ),
        commands: vec![format!(
            "kubectl create secret tls {name} -n {namespace} --cert=tls.crt --key=tls.key"
        )],
        manifests: Vec::new(),
        safe: false,
    }
    .if_names(&[namespace, name])
}

/// Lets a service account list the secrets of its namespace.
pub(super) fn grant(namespace: &str, service_account: &str) -> Fix {
    let role = format!("{service_account}-secrets");
    Fix {
        message: format!(
            "let service account {service_account} get, watch and list secrets in {namespace}; \
             istiod remembers a no for a minute"
        ),
        commands: vec![
            format!(
                "kubectl create role {role} -n {namespace} --verb=get,watch,list \
                 --resource=secrets"
            ),
            format!(
                "kubectl create rolebinding {role} -n {namespace} --role={role} \
                 --serviceaccount={namespace}:{service_account}"
            ),
        ],
        manifests: Vec::new(),
        safe: true,
    }
    .if_names(&[namespace, service_account])
}

/// A fix in words alone.
pub(super) fn words(message: impl Into<String>) -> Fix {
    Fix { message: message.into(), ..Fix::default() }
}

//! Fixes as data: what to do, in words, commands and manifests. Only commands that exist.

use serde_json::{Value, json};

use crate::model::cert_manager::{Certificate, Issuer};
use crate::model::credential::Credential;
use crate::model::labels::{MANAGED_BY, MOVED_FROM, repository_tool};
use crate::model::manifest::Manifest;
use crate::model::{Key, Object, ObjectRef, Seen};
use crate::report::{Fix, Instead, Step, step};
use crate::world::World;
use crate::world::demand::Demand;

/// The API group of Roles.
const RBAC: &str = "rbac.authorization.k8s.io";

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

    /// A fix that these steps are.
    fn of(message: impl Into<String>, steps: Vec<Step>) -> Self {
        let message = message.into();
        Self { message, commands: step::commands(&steps), steps, ..Self::default() }
    }

    /// The same, with another way: a gateway of its own for a namespace, named after the Gateway
    /// that would be moved to it.
    #[must_use]
    pub(super) fn or_own_gateway(mut self, gateway: Option<&ObjectRef>, namespace: &str) -> Self {
        let named = gateway.filter(|it| it.namespace == namespace).map_or(namespace, |it| &it.name);
        if are_names(&[named, namespace]) {
            self.instead = Some(Instead {
                message: format!("give {namespace} a gateway of its own, and put it on that"),
                commands: vec![format!("igwctl bootstrap {named}-ingressgateway -n {namespace}")],
            });
        }
        self
    }

    /// Whose patch is meant for this version of its object.
    #[must_use]
    pub(super) fn held_to(mut self, version: &str) -> Self {
        for step in &mut self.steps {
            if let Step::Patch { resource_version, .. } = step {
                version.clone_into(resource_version);
            }
        }
        self
    }

    /// Without its commands, where what stands in them is no name.
    fn if_names(mut self, names: &[&str]) -> Self {
        if !are_names(names) {
            self.commands.clear();
            self.steps.clear();
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
            message: format!("set metadata.namespace of Certificate {old}{place} to {to}"),
            manifests: vec![certificate_manifest(certificate, to, old).to_yaml()],
            safe: false,
            ..Fix::default()
        };
    }
    let taken = world.all::<Certificate>().contains_key(&Key::new(to, old.clone()));
    let name = if taken { format!("{from}-{old}") } else { old.clone() };
    let act = if keep { "make the Certificate in" } else { "move the Certificate to" };
    let issuer = &certificate.spec.issuer_ref;
    let issuer_stays = issuer.kind() == "Issuer"
        && issuer.is_cert_managers()
        && !world.all::<Issuer>().contains_key(&Key::new(to, issuer.name.clone()));
    let mut message = format!("{act} {to}");
    if issuer_stays {
        message = format!(
            "{message}; its Issuer {} lives in {from}, so {to} needs an Issuer of that name \
             first, or a ClusterIssuer",
            issuer.name
        );
    }
    let owner = certificate.metadata.owner_references.first();
    let kept_by = kept_by(certificate);
    let keeper = owner.map(|it| format!("{} {}", it.kind, it.name));
    if let Some(keeper) = keeper.or(kept_by.map(str::to_owned)) {
        message =
            format!("{message}; {keeper} made it and would make it again, so change it there");
    }
    let manifest = certificate_manifest(certificate, to, &name);
    let manifests = vec![manifest.to_yaml()];
    let mut steps = vec![
        Step::Apply { manifest: manifest.clone() },
        Step::WaitReady { certificate: manifest.object() },
    ];
    if !keep {
        let written = world.get::<Credential>(&Key::new(&**from, &**secret)).ok().flatten();
        let uids = (&*certificate.metadata.uid, written.map_or("", |it| &*it.metadata.uid));
        steps.extend(taken_away(ObjectRef::of(certificate), secret, uids));
    }
    let is_sound = !issuer_stays && owner.is_none();
    Fix {
        manifests,
        safe: is_sound && kept_by.is_none(),
        kept_by: kept_by.filter(|_| is_sound),
        ..Fix::of(message, steps)
    }
    .if_names(&[&name, old, secret, from, to])
}

/// A Certificate deleted, and then the Secret that was written for it; with their uids.
fn taken_away(certificate: ObjectRef, secret: &str, uids: (&str, &str)) -> [Step; 2] {
    let of = ObjectRef::secret(&Key::new(&*certificate.namespace, secret));
    let written_for = Some(certificate.name.clone());
    [
        Step::Delete { object: certificate, uid: uids.0.to_owned(), written_for: None },
        Step::Delete { object: of, uid: uids.1.to_owned(), written_for },
    ]
}

/// The moves of Certificates that were begun by `diagnose --fix` and are not at their end.
///
/// Whoever may make a Certificate may write such a mark, so it is believed only if it names what is
/// taken away by their uids, which only those know who may read them; if a gateway reads the new
/// Secret, and none the old one; and if the new Certificate is the old one's equal, as long as that
/// stands.
pub(super) fn unfinished(world: &World, demands: &[Demand]) -> Vec<Fix> {
    // Where it is not known what is read where, it may be there.
    let is_read = |secret: &Key, unknown: bool| {
        let mut of_name = demands.iter().filter(|it| it.reference.name() == secret.name);
        of_name.any(|it| match &it.spots {
            Ok(spots) => spots.iter().any(|spot| spot.key() == Some(secret)),
            Err(_) => unknown,
        })
    };
    let all = world.all::<Certificate>().values().filter(|it| it.origin.live);
    let moves = all.filter_map(|new| {
        let mark = new.metadata.annotations.get(MOVED_FROM)?;
        let parts: Vec<&str> = mark.split('/').collect();
        let [namespace, name, uid, secret_uid] = parts[..] else { return None };
        let secret = &new.spec.secret_name;
        let there = world.all::<Certificate>().get(&Key::new(namespace, name));
        let is_equal =
            there.is_none_or(|old| old.metadata.uid == uid && old.spec.whole == new.spec.whole);
        let is_a_move = is_read(&Key::new(&*new.metadata.namespace, &**secret), false)
            && !is_read(&Key::new(namespace, &**secret), true);
        if uid.is_empty() || secret_uid.is_empty() || !is_equal || !is_a_move {
            return None;
        }
        let object = ObjectRef::of(new);
        let old =
            ObjectRef { namespace: namespace.to_owned(), name: name.to_owned(), ..object.clone() };
        let message = format!("bring the move of {old} to {} to its end", object.key());
        let wait = Step::WaitReady { certificate: object };
        let taken = taken_away(old, secret, (uid, secret_uid));
        let steps = std::iter::once(wait).chain(taken).collect();
        Some(Fix { safe: true, ..Fix::of(message, steps) }.if_names(&[namespace, name, secret]))
    });
    moves.filter(|it| !it.steps.is_empty()).collect()
}

fn certificate_manifest(certificate: &Seen<Certificate>, namespace: &str, name: &str) -> Manifest {
    let metadata = certificate.metadata();
    let api_version = if metadata.api_version.is_empty() {
        Certificate::API_VERSION
    } else {
        &metadata.api_version
    };
    let manifest = Manifest::new(api_version, Certificate::KIND, namespace, name);
    let labels = metadata.labels.iter().filter(|(label, value)| !is_keepers(label, value));
    labels
        .fold(manifest, |it, (label, value)| it.label(label, value))
        .with("spec", Value::Object(certificate.spec.whole.clone()))
}

/// The tool of a repository that keeps an object.
fn kept_by(certificate: &Seen<Certificate>) -> Option<&'static str> {
    let metadata = certificate.metadata();
    let has =
        |name: &str| metadata.labels.contains_key(name) || metadata.annotations.contains_key(name);
    repository_tool(has)
}

/// Labels by which such a tool knows its own: on another object they would be a lie.
fn is_keepers(label: &str, value: &str) -> bool {
    if (label, value) == MANAGED_BY {
        return false;
    }
    label.contains("argoproj.io/")
        || label.contains("fluxcd.io/")
        || label.contains("helm.sh/")
        || matches!(label, "app.kubernetes.io/instance" | "app.kubernetes.io/managed-by")
}

/// Copies a lone Secret. Never safe: it moves a private key.
pub(super) fn copy_secret(from: &Key, to: &str) -> Fix {
    let Key { namespace, name } = from;
    let step =
        Step::Copy { from: ObjectRef::secret(from), to: ObjectRef::secret(&Key::new(to, &**name)) };
    let message = format!(
        "copy the secret to {to}, which hands its private key to all who may read secrets there"
    );
    Fix::of(message, vec![step]).if_names(&[namespace, name, to])
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
    let is_known = step::plural(&object.api_version, &object.kind).is_some();
    if !is_live || !is_known {
        if let Some(source) = &object.source {
            message += &format!(" ({}:{})", source.file, source.line);
        }
        return words(message);
    }
    let ObjectRef { namespace, name, .. } = object;
    let step = Step::Patch {
        object: object.clone(),
        operations: operations.clone(),
        resource_version: String::new(),
    };
    Fix::of(message, vec![step]).if_names(&[namespace, name])
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
        ..Fix::default()
    }
    .if_names(&[namespace, name])
}

/// Who lists the secrets, and so how soon a new right acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// istiod, which remembers the answer (Istio 1.8 and later).
    Istiod,
    /// The gateway's own agent, which goes on trying (Istio 1.1 to 1.8).
    Agent,
}

/// Lets a service account list the secrets of its namespace.
pub(super) fn grant(namespace: &str, service_account: &str, by: By) -> Fix {
    let role = format!("{service_account}-secrets");
    let soon = match by {
        By::Istiod => "; istiod remembers a no for a minute",
        By::Agent => "",
    };
    let message = format!(
        "let service account {service_account} get, watch and list secrets in {namespace}{soon}"
    );
    let version = format!("{RBAC}/v1");
    let rules = json!([{
        "apiGroups": [""], "resources": ["secrets"], "verbs": ["get", "watch", "list"],
    }]);
    let bound = json!({ "apiGroup": RBAC, "kind": "Role", "name": role });
    let subjects = json!([
        { "kind": "ServiceAccount", "namespace": namespace, "name": service_account },
    ]);
    let steps = vec![
        Step::Apply {
            manifest: Manifest::new(&version, "Role", namespace, &role).with("rules", rules),
        },
        Step::Apply {
            manifest: Manifest::new(&version, "RoleBinding", namespace, &role)
                .with("roleRef", bound)
                .with("subjects", subjects),
        },
    ];
    Fix { safe: true, ..Fix::of(message, steps) }.if_names(&[namespace, service_account])
}

/// A fix in words alone.
pub(super) fn words(message: impl Into<String>) -> Fix {
    Fix { message: message.into(), ..Fix::default() }
}

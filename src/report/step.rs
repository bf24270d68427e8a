//! What a fix comes to, step by step: what `diagnose --fix` does, and kubectl's commands for the same.

use serde_json::Value;

use crate::model::ObjectRef;
use crate::model::manifest::Manifest;
use crate::world::Kind;

/// One thing that is done to a cluster. Steps are done in order, and one that fails ends them.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Fields of an object are changed.
    Patch {
        /// The object.
        object: ObjectRef,
        /// A JSON patch.
        operations: Value,
        /// The version that the operations were made for; empty where it is not known.
        resource_version: String,
    },
    /// An object is made, or what it should be.
    Apply {
        /// The object.
        manifest: Manifest,
    },
    /// A Secret is made in another namespace, of the same type and with the same values. What it
    /// keeps is never shown.
    Copy {
        /// The Secret that is there.
        from: ObjectRef,
        /// The one that is made.
        to: ObjectRef,
    },
    /// A Certificate is waited for until it is Ready and its secret is there.
    WaitReady {
        /// The Certificate.
        certificate: ObjectRef,
    },
    /// An object is deleted.
    Delete {
        /// The object.
        object: ObjectRef,
        /// The one that is meant, if another has come under its name; empty where any is.
        uid: String,
        /// Of a Secret: only what cert-manager wrote for this Certificate, which is gone.
        written_for: Option<String>,
    },
}

impl Step {
    /// Whether something is taken away.
    pub fn is_deletion(&self) -> bool {
        matches!(self, Self::Delete { .. })
    }

    /// Whether a private key is handed on.
    pub fn moves_key(&self) -> bool {
        matches!(self, Self::Copy { .. })
    }

    /// The command that does it.
    fn command(&self) -> Option<String> {
        Some(match self {
            Self::Patch { object, operations, .. } => {
                let ObjectRef { namespace, name, .. } = object;
                let operations = operations.to_string().replace('\'', "'\\''");
                let resource = resource(object)?;
                format!(
                    "kubectl patch {resource} {name} -n {namespace} --type=json -p '{operations}'"
                )
            }
            Self::Apply { manifest } => grant(manifest).unwrap_or_else(|| {
                format!("kubectl apply -f - <<'EOF'\n{}EOF", manifest.to_yaml())
            }),
            Self::Copy { from, to } => copy(from, to),
            Self::WaitReady { certificate } => {
                let ObjectRef { namespace, name, .. } = certificate;
                let resource = resource(certificate)?;
                format!(
                    "kubectl wait {resource}/{name} -n {namespace} --for=condition=Ready \
                     --timeout=5m"
                )
            }
            Self::Delete { object, written_for, .. } => {
                let ObjectRef { namespace, name, .. } = object;
                let (resource, suffix) = match written_for {
                    Some(_) => ("secret".to_owned(), " --ignore-not-found"),
                    None => (resource(object)?, ""),
                };
                format!("kubectl delete {resource} {name} -n {namespace}{suffix}")
            }
        })
    }
}

/// The commands that do these steps. From a wait on it is one: what was not issued must not be taken
/// away.
pub fn commands(steps: &[Step]) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    let mut waits = false;
    for step in steps {
        let Some(command) = step.command() else { return Vec::new() };
        let is_wait = matches!(step, Step::WaitReady { .. });
        match commands.last_mut().filter(|_| waits && (is_wait || step.is_deletion())) {
            Some(last) => {
                *last += " &&\n  ";
                *last += &command;
            }
            None => commands.push(command),
        }
        waits = is_wait || (waits && step.is_deletion());
    }
    commands
}

/// The plural of an object's kind, as paths have it.
pub fn plural(api_version: &str, kind: &str) -> Option<&'static str> {
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    Kind::of(group, kind).map(Kind::plural)
}

/// A kind as kubectl takes it, with its group, which two Gateways differ by.
fn resource(object: &ObjectRef) -> Option<String> {
    let plural = plural(&object.api_version, &object.kind)?;
    Some(match object.api_version.split_once('/') {
        Some((group, _)) => format!("{plural}.{group}"),
        None => plural.to_owned(),
    })
}

/// A pipe of kubectl alone, so that the key is in no file and no annotation.
fn copy(from: &ObjectRef, to: &ObjectRef) -> String {
    let ObjectRef { namespace, name, .. } = from;
    let template = format!(
        "{{{{printf \"apiVersion: v1\\nkind: Secret\\ntype: %s\\nmetadata: {{name: \\\"{}\\\", \
         namespace: \\\"{}\\\"}}\\ndata:\\n\" .type}}}}{{{{range $key, $value := .data}}}}\
         {{{{printf \"  %q: %q\\n\" $key $value}}}}{{{{end}}}}",
        to.name, to.namespace
    );
    format!(
        "kubectl get secret {name} -n {namespace} -o go-template='{template}' | kubectl create -f -"
    )
}

/// A Role or its binding in the words that kubectl has for them.
fn grant(manifest: &Manifest) -> Option<String> {
    let key = manifest.key();
    let (name, namespace) = (&key.name, &key.namespace);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    match &*manifest.kind {
        "Role" => {
            let rule = manifest.rest.get("rules")?.get(0)?;
            let list = |field: &str| {
                let values = rule[field].as_array().map_or(&[][..], Vec::as_slice);
                values.iter().map(text).collect::<Vec<_>>().join(",")
            };
            let (verbs, resources) = (list("verbs"), list("resources"));
            Some(format!(
                "kubectl create role {name} -n {namespace} --verb={verbs} --resource={resources}"
            ))
        }
        "RoleBinding" => {
            let role = text(&manifest.rest.get("roleRef")?["name"]);
            let subject = manifest.rest.get("subjects")?.get(0)?;
            let (place, account) = (text(&subject["namespace"]), text(&subject["name"]));
            Some(format!(
                "kubectl create rolebinding {name} -n {namespace} --role={role} \
                 --serviceaccount={place}:{account}"
            ))
        }
        _ => None,
    }
}

//! An entry under `components.ingressGateways` of an `IstioOperator` (Istio 1.6 and later): as a file
//! for `istioctl install -f`, or merged into an object that an operator in the cluster acts on.

use serde_json::{Map, Value, json};

use super::injection;
use super::intent::{Intent, Scale};
use super::labels::Labels;
use super::method::Method;
use super::quantity::Amount;
use super::service;
use crate::model::Key;
use crate::model::labels::GATEWAY;
use crate::model::manifest::{Manifest, laid_over};

/// Where the control plane is, and so the `IstioOperator` that describes it.
pub const NAMESPACE: &str = "istio-system";

/// The object in which an installation is kept (`istioctl install`, Istio 1.6 to 1.23).
pub const INSTALLED_STATE: &str = "installed-state";

/// What a gateway asks for in Istio's profile `demo` (Istio 1.6 to 1.30).
const CPU: &str = "10m";
const MEMORY: &str = "40Mi";

/// The entry.
pub fn entry(intent: &Intent, labels: &Labels) -> Value {
    json!({
        "name": intent.name,
        "namespace": intent.namespace,
        "enabled": true,
        "label": labels.of_chart(&intent.name),
        "k8s": kubernetes(intent),
    })
}

fn kubernetes(intent: &Intent) -> Value {
    let mut spec = Map::new();
    let amount = |given: &Option<Amount>, default: &str| {
        given.clone().unwrap_or_else(|| Amount::of(default, None))
    };
    let (cpu, memory) = (amount(&intent.cpu, CPU), amount(&intent.memory, MEMORY));
    let mut resources = json!({
        "requests": { "cpu": cpu.request.to_string(), "memory": memory.request.to_string() },
    });
    for (name, limit) in [("cpu", cpu.limit), ("memory", memory.limit)] {
        if let Some(limit) = limit {
            resources["limits"][name] = json!(limit.to_string());
        }
    }
    spec.insert("resources".to_owned(), resources);
    let mut wanted = json!({
        "type": intent.type_.word(),
        "ports": service::ports(intent.ports(Method::IstioOperator)),
    });
    if let Some(ip) = intent.static_ip {
        wanted["loadBalancerIP"] = json!(ip);
    }
    spec.insert("service".to_owned(), wanted);
    if let Some(annotations) = service::annotations(intent) {
        spec.insert("serviceAnnotations".to_owned(), annotations);
    }
    match intent.scale {
        Some(Scale::Fixed(count)) => {
            // An autoscaler of one size, for the charts make one in any case.
            spec.insert("replicaCount".to_owned(), json!(count));
            spec.insert("hpaSpec".to_owned(), autoscaler(intent, count, count));
        }
        Some(Scale::Between { min, max }) => {
            spec.insert("hpaSpec".to_owned(), autoscaler(intent, min, max));
        }
        None => {}
    }
    Value::Object(spec)
}

fn autoscaler(intent: &Intent, min: u32, max: u32) -> Value {
    json!({
        "scaleTargetRef": { "apiVersion": "apps/v1", "kind": "Deployment", "name": intent.name },
        "minReplicas": min,
        "maxReplicas": max,
        "metrics": injection::metrics(),
    })
}

/// A file with this gateway alone: the profile `empty` leaves the control plane as it is.
pub(super) fn file(intent: &Intent, labels: &Labels) -> Manifest {
    let mut spec = Map::from_iter([("profile".to_owned(), json!("empty"))]);
    if let Some(revision) = &intent.revision {
        spec.insert("revision".to_owned(), json!(revision));
    }
    let components = json!({ "ingressGateways": [entry(intent, labels)] });
    spec.insert("components".to_owned(), components);
    Manifest::new("install.istio.io/v1alpha1", "IstioOperator", NAMESPACE, &intent.name)
        .with("spec", Value::Object(spec))
}

/// What becomes of an `IstioOperator`.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    /// A JSON patch: nothing where nothing changes.
    pub operations: Vec<Value>,
    /// The object with it.
    pub object: Value,
}

/// Why an entry cannot be put in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// An entry of that name and namespace is there, and igwctl did not make it.
    Foreign,
    /// What is there is not of the shape that Istio reads.
    Malformed(String),
}

const LIST: [&str; 3] = ["spec", "components", "ingressGateways"];

/// Puts an entry into an `IstioOperator`: the one of that name is completed, where it is ours or
/// `adopt` says so, and else it is the last. Nothing else is touched, in whatever order it stands.
///
/// # Errors
/// An entry is there that is another's, or there is no list where one should be.
pub fn merge(object: &Value, entry: &Value, adopt: bool) -> Result<Merged, Taken> {
    let found = find(object, entry)?;
    let mut merged = object.clone();
    let operation = match found {
        Some((at, there)) => {
            if !is_ours(there) && !adopt {
                return Err(Taken::Foreign);
            }
            let wanted = laid_over(there.clone(), entry.clone());
            if wanted == *there {
                return Ok(Merged { operations: Vec::new(), object: merged });
            }
            merged[LIST[0]][LIST[1]][LIST[2]][at] = wanted.clone();
            json!({ "op": "replace", "path": format!("/{}/{at}", LIST.join("/")), "value": wanted })
        }
        None => added(&mut merged, entry),
    };
    Ok(Merged { operations: vec![operation], object: merged })
}

/// Takes the entry of a gateway out again, where it is ours.
///
/// # Errors
/// It is another's, or there is no list where one should be.
pub fn unmerge(object: &Value, gateway: &Key) -> Result<Merged, Taken> {
    let entry = json!({ "name": gateway.name, "namespace": gateway.namespace });
    let mut merged = object.clone();
    let Some((at, there)) = find(object, &entry)? else {
        return Ok(Merged { operations: Vec::new(), object: merged });
    };
    if !is_ours(there) {
        return Err(Taken::Foreign);
    }
    if let Some(list) = merged[LIST[0]][LIST[1]][LIST[2]].as_array_mut() {
        list.remove(at);
    }
    let operation = json!({ "op": "remove", "path": format!("/{}/{at}", LIST.join("/")) });
    Ok(Merged { operations: vec![operation], object: merged })
}

/// Adds an entry as the last, with what is missing above it.
fn added(object: &mut Value, entry: &Value) -> Value {
    let mut path = String::new();
    let mut here = object;
    for (depth, field) in LIST.iter().enumerate() {
        path = format!("{path}/{field}");
        if here.get(*field).is_none_or(Value::is_null) {
            let below = LIST[depth + 1..].iter().rev();
            let value = below.fold(json!([entry]), |value, field| json!({ *field: value }));
            here[*field] = value.clone();
            return json!({ "op": "add", "path": path, "value": value });
        }
        here = &mut here[*field];
    }
    if let Some(list) = here.as_array_mut() {
        list.push(entry.clone());
    }
    json!({ "op": "add", "path": format!("{path}/-"), "value": entry })
}

/// The entry of that name and namespace, and where it stands.
fn find<'o>(object: &'o Value, entry: &Value) -> Result<Option<(usize, &'o Value)>, Taken> {
    let mut here = object;
    for (depth, field) in LIST.iter().enumerate() {
        if !here.is_object() {
            let path = if depth == 0 { "the object".to_owned() } else { LIST[..depth].join(".") };
            return Err(Taken::Malformed(format!("{path} has no fields")));
        }
        match here.get(*field) {
            None | Some(Value::Null) => return Ok(None),
            Some(below) => here = below,
        }
    }
    let Some(list) = here.as_array() else {
        return Err(Taken::Malformed(format!("{} is not a list", LIST.join("."))));
    };
    // Istio takes an entry without a namespace to be in that of the control plane.
    let place = |it: &Value| it["namespace"].as_str().unwrap_or(NAMESPACE).to_owned();
    let is_it = |it: &&Value| it["name"] == entry["name"] && place(it) == place(entry);
    Ok(list.iter().position(|it| is_it(&it)).map(|at| (at, &list[at])))
}

/// Whether igwctl made an entry.
fn is_ours(entry: &Value) -> bool {
    entry["label"][GATEWAY] == entry["name"] && entry["name"].is_string()
}

//! What igwctl manages: applications, and gateways of a namespace's own.

use std::collections::BTreeMap;

use super::object::Object;
use super::owner::{self, Owner};
use crate::model::{Key, served_url};
use crate::report::applications::{
    Application, Applications, GatewayState, Issued, OwnGateway, State,
};
use crate::world::Kind;

/// The kinds that tell how a gateway stands that igwctl made.
pub const TELLING_KINDS: &[Kind] = &[Kind::Services, Kind::Deployments, Kind::KubernetesGateways];

/// The applications and gateways that these objects make up, by namespace and name.
pub fn applications(objects: &[Object]) -> Applications {
    let mut apps: BTreeMap<Key, Vec<&Object>> = BTreeMap::new();
    let mut gateways: BTreeMap<Key, Vec<&Object>> = BTreeMap::new();
    for object in objects {
        match owner::of(object) {
            Owner::Ours(app) => apps.entry(app).or_default().push(object),
            Owner::Gateway(gateway) => gateways.entry(gateway).or_default().push(object),
            Owner::Shared | Owner::Repository(_) | Owner::Foreign => {}
        }
    }
    Applications::new(
        apps.iter().map(|(key, objects)| application(key, objects)).collect(),
        gateways.iter().map(|(key, objects)| gateway(key, objects)).collect(),
    )
}

fn gateway(key: &Key, objects: &[&Object]) -> OwnGateway {
    let of = |kind: &str| objects.iter().copied().find(|it| it.kind() == kind);
    let texts = |object: &Object, list: &str, fields: &[&str]| -> Vec<String> {
        let items = object.items(list).iter();
        let text = |item: &serde_json::Value| {
            fields.iter().find_map(|field| item[*field].as_str()).map(str::to_owned)
        };
        items.filter_map(text).collect()
    };
    let (state, addresses) = match (of("Gateway"), of("Service"), of("Deployment")) {
        // istiod makes the rest, and says so (Istio 1.30, `pilot/pkg/config/kube/gateway`).
        (Some(gateway), ..) => {
            let programmed = gateway.condition("Programmed");
            let is_programmed = programmed.is_some_and(|it| it["status"] == "True");
            let state =
                if is_programmed { GatewayState::Ready } else { GatewayState::NotProgrammed };
            (state, texts(gateway, "/status/addresses", &["value"]))
        }
        (None, Some(service), Some(deployment)) => {
            let mut addresses = texts(service, "/status/loadBalancer/ingress", &["ip", "hostname"]);
            addresses.extend(service.texts("/spec/externalIPs").into_iter().map(str::to_owned));
            let ready = deployment.at("/status/readyReplicas").and_then(serde_json::Value::as_u64);
            let is_balanced = service.text("/spec/type") == "LoadBalancer";
            let state = if ready.unwrap_or_default() == 0 {
                GatewayState::PodsNotReady
            } else if is_balanced && addresses.is_empty() {
                GatewayState::NoAddress
            } else {
                GatewayState::Ready
            };
            (state, addresses)
        }
        _ => (GatewayState::Incomplete, Vec::new()),
    };
    OwnGateway {
        namespace: key.namespace.clone(),
        name: key.name.clone(),
        state,
        addresses,
        objects: objects.iter().map(|it| it.reference()).collect(),
    }
}

fn application(key: &Key, objects: &[&Object]) -> Application {
    let of = |kind: &'static str| objects.iter().copied().filter(move |it| it.kind() == kind);
    let mut urls = Vec::new();
    let mut selector = BTreeMap::new();
    for gateway in of("Gateway") {
        for server in gateway.items("/spec/servers") {
            urls.extend(urls_of(server));
        }
        let labels = gateway.at("/spec/selector").and_then(|it| it.as_object());
        for (label, value) in labels.into_iter().flatten() {
            selector.insert(label.clone(), value.as_str().unwrap_or_default().to_owned());
        }
    }
    // A host that is served by TLS is not told twice.
    let secure: Vec<String> = urls.iter().filter(|it| it.starts_with("https:")).cloned().collect();
    urls.retain(|url| {
        url.starts_with("https:") || !secure.contains(&url.replacen("http:", "https:", 1))
    });
    urls.sort();
    urls.dedup();
    let certificates: Vec<Issued> = of("Certificate").map(issued).collect();
    let state = if of("Gateway").next().is_none() {
        State::NoGateway
    } else if certificates.iter().any(|it| !it.ready) {
        State::CertificateNotReady
    } else if of("VirtualService").next().is_none() {
        State::NoRoutes
    } else {
        State::Applied
    };
    Application {
        namespace: key.namespace.clone(),
        name: key.name.clone(),
        state,
        urls,
        selector,
        certificates,
        objects: objects.iter().map(|it| it.reference()).collect(),
    }
}

/// Where a server of a Gateway answers.
fn urls_of(server: &serde_json::Value) -> Vec<String> {
    let protocol = server.pointer("/port/protocol").and_then(serde_json::Value::as_str);
    let number = server.pointer("/port/number").and_then(serde_json::Value::as_u64);
    let number = number.and_then(|it| u32::try_from(it).ok());
    let (Some(protocol), Some(number)) = (protocol, number) else { return Vec::new() };
    let hosts = server.get("hosts").and_then(serde_json::Value::as_array);
    let hosts = hosts.into_iter().flatten().filter_map(serde_json::Value::as_str);
    hosts.filter_map(|host| served_url::of(protocol, number, host)).collect()
}

fn issued(certificate: &Object) -> Issued {
    let ready = certificate.condition("Ready");
    let is_ready = ready.is_some_and(|it| it["status"] == "True");
    let reason =
        ready.and_then(|it| it["message"].as_str()).unwrap_or("cert-manager said nothing yet");
    Issued {
        object: certificate.reference(),
        ready: is_ready,
        reason: if is_ready { String::new() } else { reason.to_owned() },
        secret: certificate.text("/spec/secretName").to_owned(),
        names: certificate.texts("/spec/dnsNames").into_iter().map(str::to_owned).collect(),
        issuer: format!(
            "{}/{}",
            Some(certificate.text("/spec/issuerRef/kind"))
                .filter(|it| !it.is_empty())
                .unwrap_or("Issuer"),
            certificate.text("/spec/issuerRef/name")
        ),
        not_after: certificate.text("/status/notAfter").to_owned(),
    }
}

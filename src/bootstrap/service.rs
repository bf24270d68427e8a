//! What all ways say of the Service: its ports, first that of the status.

use serde_json::{Value, json};

use super::intent::{Intent, PodPorts};

/// The port on which a gateway says whether it is ready (Istio 1.6 to 1.31).
pub(super) const STATUS: u16 = 15021;

/// The ports. That of the status is the first: classic load balancers of AWS ask the first port
/// whether it is well (istio#12503, as in Istio's charts).
pub(super) fn ports(ports: PodPorts) -> Value {
    let [http, https] = ports.numbers();
    json!(
        [port("status-port", STATUS, STATUS), port("http2", 80, http), port("https", 443, https),]
    )
}

fn port(name: &str, number: u16, target: u16) -> Value {
    json!({ "name": name, "port": number, "protocol": "TCP", "targetPort": target })
}

/// Annotations, where there are any.
pub(super) fn annotations(intent: &Intent) -> Option<Value> {
    let annotations = intent.service_annotations();
    (!annotations.is_empty()).then(|| json!(annotations))
}

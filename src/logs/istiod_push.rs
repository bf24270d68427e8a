//! What istiod says of changed secrets, of sending them, and of Envoy's answers.

use super::entry::Entry;
use super::istiod::LATER;
use super::sighting::What;

const PUSH: Entry = Entry { level: "info", source: "pilot/pkg/xds/discovery.go", ..LATER };

/// Secrets that changed, and what was sent.
pub(super) const PUSHES: &[Entry] = &[
    Entry {
        what: Some(What::Changed),
        form: "Push debounce stable[{any}] {any} for config Secret/{ns}/{secret}: {any} since last \
               change",
        sample: "2026-11-24T02:27:17.317786Z\tinfo\tads\tPush debounce stable[94] 1 for config \
                 Secret/hipstershopv1v2/hipstershop-cert: 100.279566ms since last change, \
                 100.279516ms since last push, full=false",
        ..PUSH
    },
    Entry {
        what: Some(What::Changed),
        form: "Push debounce stable[{any}] {any} for config Secret/{ns}/{secret} and {any} more \
               configs: {any} since last change",
        sample: "2026-11-24T02:27:38.143789Z\tinfo\tads\tPush debounce stable[97] 2 for config \
                 Secret/hipstershopv1v2/hipstershop-cert and 1 more configs: 100.412459ms since last \
                 change, 188.298397ms since last push, full=false",
        ..PUSH
    },
    Entry {
        what: Some(What::Changed),
        form: "Push debounce stable[{any}] {any} for config Secret/{ns}/{secret} for reason {any}: \
               {any} since last change",
        since: "1.14",
        sample: "2026-11-24T02:27:38.143789Z\tinfo\tads\tPush debounce stable[97] 1 for config \
                 Secret/istio-system/hipstershop-cert for reason secrettrigger:1: 100.412459ms since \
                 last change, 188.298397ms since last push, full=false, forced=false",
        ..PUSH
    },
    Entry {
        what: Some(What::Changed),
        form: "Push debounce stable[{any}] {any} for config Secret/{ns}/{secret} and {any} more \
               configs for reason {any}: {any} since last change",
        since: "1.14",
        sample: "2026-11-24T02:27:38.143789Z\tinfo\tads\tPush debounce stable[97] 2 for config \
                 Secret/istio-system/hipstershop-cert and 1 more configs for reason secrettrigger:2: \
                 100.412459ms since last change, 188.298397ms since last push, full=false",
        ..PUSH
    },
    Entry {
        form: "XDS: Incremental Pushing ConnectedEndpoints:{any} Version:{any}",
        sample: "2026-11-24T02:27:17.318033Z\tinfo\tads\tXDS: Incremental Pushing \
                 ConnectedEndpoints:1 Version:2026-11-24T02:27:17Z/78",
        ..PUSH
    },
    Entry {
        form: "SDS: PUSH for node:{node} resources:{any} size:{any} cached:{any}",
        since: "1.9",
        sample: "2021-11-24T02:27:17.318033Z\tinfo\tads\tSDS: PUSH for \
                 node:istio-ingressgateway-0.istio-system resources:1 size:4.1kB cached:0/1",
        ..PUSH
    },
    Entry {
        form: "SDS: PUSH request for node:{node} resources:{any} size:{any} cached:{any}",
        since: "1.11",
        sample: "2022-11-24T02:27:17.318033Z\tinfo\tads\tSDS: PUSH request for \
                 node:istio-ingressgateway-0.istio-system resources:1 size:4.1kB cached:0/1",
        ..PUSH
    },
    Entry {
        form: "SDS: PUSH INC for node:{node} resources:{any} size:{any} cached:{any}",
        since: "1.11",
        sample: "2022-11-24T02:27:17.318033Z\tdebug\tads\tSDS: PUSH INC for \
                 node:istio-ingressgateway-0.istio-system resources:1 size:4.1kB cached:0/1",
        ..PUSH
    },
    Entry {
        form: "SDS: PUSH{any} for node:{node} resources:{any} removed:{any} size:{any} cached:{any} \
               filtered:{any}",
        since: "1.22",
        scope: "delta",
        sample: "2026-11-24T02:27:17.318033Z\tinfo\tdelta\tSDS: PUSH request for \
                 node:istio-ingressgateway-0.istio-system resources:1 removed:0 size:4.1kB \
                 cached:0/1 filtered:0",
        ..PUSH
    },
];

/// What Envoy answered.
pub(super) const ANSWERS: &[Entry] = &[
    Entry {
        what: Some(What::Refused),
        form: "ADS:SDS: ACK ERROR {node} {code}:{reason}",
        since: "1.8",
        scope: "delta",
        sample: "2026-11-24T02:31:00.300856Z\twarn\tdelta\tADS:SDS: ACK ERROR \
                 istio-ingressgateway-0.istio-system-16 Internal:connection was lost",
        ..LATER
    },
    Entry {
        what: Some(What::Refused),
        form: "dADS:SDS: ACK ERROR {node} {code}:{reason}",
        since: "1.10",
        until: Some("1.13"),
        sample: "2021-11-24T02:31:00.300856Z\twarn\tads\tdADS:SDS: ACK ERROR \
                 istio-ingressgateway-0.istio-system-16 Internal:connection was lost",
        ..LATER
    },
    Entry {
        what: Some(What::ListenerRejected),
        form: "ADS:LDS: ACK ERROR {node} {code}:{reason}",
        since: "1.6",
        scope: "delta",
        sample: "2026-11-24T02:31:00.300856Z\twarn\tdelta\tADS:LDS: ACK ERROR \
                 istio-ingressgateway-0.istio-system-16 Internal:Error adding/updating listener(s) \
                 0.0.0.0_8443: filter chain is empty",
        ..LATER
    },
    Entry {
        what: Some(What::RouteRejected),
        form: "ADS:RDS: ACK ERROR {node} {code}:{reason}",
        since: "1.6",
        scope: "delta",
        sample: "2026-11-24T02:31:00.300856Z\twarn\tdelta\tADS:RDS: ACK ERROR \
                 istio-ingressgateway-0.istio-system-16 Internal:Only unique values for domains are \
                 permitted",
        ..LATER
    },
    Entry {
        what: Some(What::ClusterRejected),
        form: "ADS:CDS: ACK ERROR {node} {code}:{reason}",
        since: "1.6",
        scope: "delta",
        sample: "2026-11-24T02:31:00.300856Z\twarn\tdelta\tADS:CDS: ACK ERROR \
                 istio-ingressgateway-0.istio-system-16 Internal:Error adding/updating cluster(s) \
                 outbound|443||shop.hipstershopv1v2.svc.cluster.local: Invalid path: /etc/certs/a.pem",
        ..LATER
    },
];

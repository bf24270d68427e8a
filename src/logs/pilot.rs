//! What Pilot said of Envoy's answers, Istio 1.0 to 1.5: the peer's address comes first.

use super::entry::Entry;
use super::istiod::LATER;
use super::sighting::What;

/// Istio 1.5.
const LAST: Entry =
    Entry { since: "1.5", until: Some("1.5"), source: "pilot/pkg/proxy/envoy/v2/ads.go", ..LATER };
/// Istio 1.4: the node again, in parentheses.
const WITH_NODE: Entry = Entry { since: "1.4", until: Some("1.4"), ..LAST };
/// Istio 1.0 to 1.3: the whole of what Envoy sent.
const DUMPED: Entry = Entry { since: "1.0", until: Some("1.3"), ..LAST };

const LISTENERS: &[Entry] = &[
    Entry {
        what: Some(What::ListenerRejected),
        form: "ADS:LDS: ACK ERROR {peer} {node} {code}:{reason}",
        sample: "2020-03-28T00:22:43.481190Z\twarn\tads\tADS:LDS: ACK ERROR 10.244.0.93:47436 \
                 router~10.244.0.93~istio-ingressgateway-0.istio-system~istio-system.svc.cluster.local-2 \
                 Internal:Error adding/updating listener(s) 0.0.0.0_8443: filter chain is empty",
        ..LAST
    },
    Entry {
        what: Some(What::ListenerRejected),
        form: "ADS:LDS: ACK ERROR {peer} {node} ({any}) {code}:{reason}",
        sample: "2019-12-28T00:22:43.481190Z\twarn\tads\tADS:LDS: ACK ERROR 10.244.0.93:47436 \
                 router~10.244.0.93~istio-ingressgateway-0.istio-system~istio-system.svc.cluster.local-2 \
                 (router~10.244.0.93~istio-ingressgateway-0.istio-system~istio-system.svc.cluster.local) \
                 Internal:Error adding/updating listener(s) 0.0.0.0_8443: filter chain is empty",
        ..WITH_NODE
    },
    Entry {
        what: Some(What::ListenerRejected),
        form: "ADS:LDS: ACK ERROR {peer} {node} {!}{any}error_detail:<code:{any} message:\"{reason}\" >",
        sample: "2019-04-28T00:22:43.481190Z\twarn\tads\tADS:LDS: ACK ERROR 10.60.53.62:48764 \
                 istio-ingressgateway-0.istio-system node:<id:\"router~10.60.53.62~\
                 istio-ingressgateway-0.istio-system~istio-system.svc.cluster.local\" > \
                 type_url:\"type.googleapis.com/envoy.api.v2.Listener\" response_nonce:\"c0ee59dc\" \
                 error_detail:<code:13 message:\"Error adding/updating listener(s) 0.0.0.0_8443: \
                 filter chain is empty\" >",
        ..DUMPED
    },
];

const ROUTES: &[Entry] = &[
    Entry {
        what: Some(What::RouteRejected),
        form: "ADS:RDS: ACK ERROR {peer} {node} {code}:{reason}",
        sample: "2020-03-28T00:22:43.481190Z\twarn\tads\tADS:RDS: ACK ERROR 10.244.0.93:47436 \
                 router~10.244.0.93~istio-ingressgateway-0.istio-system~istio-system.svc.cluster.local-2 \
                 Internal:Only unique values for domains are permitted. Duplicate entry of domain \
                 shop.example.com",
        ..LAST
    },
    Entry {
        what: Some(What::RouteRejected),
        form: "ADS:RDS: ACK ERROR {peer} {node} ({any}) {code}:{reason}",
        sample: "2019-12-28T00:22:43.481190Z\twarn\tads\tADS:RDS: ACK ERROR 10.244.0.93:47436 \
                 router~10.244.0.93~istio-ingressgateway-0.istio-system~istio-system.svc.cluster.local-2 \
                 (router~10.244.0.93~istio-ingressgateway-0.istio-system~istio-system.svc.cluster.local) \
                 Internal:Only unique values for domains are permitted. Duplicate entry of domain \
                 shop.example.com",
        ..WITH_NODE
    },
    Entry {
        what: Some(What::RouteRejected),
        form: "ADS:RDS: ACK ERROR {peer} {node} {!}{any}error_detail:<code:{any} message:\"{reason}\" >",
        sample: "2019-04-28T00:22:43.481190Z\twarn\tads\tADS:RDS: ACK ERROR 10.60.53.62:48764 \
                 router~10.60.53.62~istio-ingressgateway-0.istio-system~istio-system.svc.cluster.local-2 \
                 (router~10.60.53.62~istio-ingressgateway-0.istio-system~istio-system.svc.cluster.local) \
                 type_url:\"type.googleapis.com/envoy.api.v2.RouteConfiguration\" \
                 error_detail:<code:13 message:\"Only unique values for domains are permitted\" >",
        ..DUMPED
    },
];

const CLUSTERS: &[Entry] = &[
    Entry {
        what: Some(What::ClusterRejected),
        form: "ADS:CDS: ACK ERROR {peer} {node} {code}:{reason}",
        sample: "2019-12-23T01:33:47.496330Z\twarn\tads\tADS:CDS: ACK ERROR 10.244.0.93:47436 \
                 router~10.244.0.93~istio-ingressgateway-0.istio-system~istio-system.svc.cluster.local-2 \
                 Internal:Error adding/updating cluster(s) \
                 outbound|443||kubernetes.default.svc.cluster.local: Invalid path: \
                 /etc/certs/cert-chain.pem",
        ..LAST
    },
    Entry {
        what: Some(What::ClusterRejected),
        form: "ADS:CDS: ACK ERROR {peer} {node} ({any}) {code}:{reason}",
        sample: "2019-12-28T00:22:43.481190Z\twarn\tads\tADS:CDS: ACK ERROR 10.244.0.93:47436 \
                 router~10.244.0.93~istio-ingressgateway-0.istio-system~istio-system.svc.cluster.local-2 \
                 (router~10.244.0.93~istio-ingressgateway-0.istio-system~istio-system.svc.cluster.local) \
                 Internal:Error adding/updating cluster(s) outbound|80||a.b: Invalid path: /etc/certs/a",
        ..WITH_NODE
    },
    Entry {
        what: Some(What::ClusterRejected),
        form: "ADS:CDS: ACK ERROR {peer} {node} {!}{any}error_detail:<code:{any} message:\"{reason}\" >",
        sample: "2019-05-09T05:07:12.599378Z\twarn\tads\tADS:CDS: ACK ERROR 172.17.0.12:54034 \
                 router~172.17.0.12~istio-ingressgateway-0.istio-system~istio-system.svc.cluster.local-1 \
                 node:<id:\"router~172.17.0.12~istio-ingressgateway-0.istio-system~istio-system.svc\
                 .cluster.local\" > type_url:\"type.googleapis.com/envoy.api.v2.Cluster\" \
                 error_detail:<code:13 message:\"Error adding/updating cluster(s)\" >",
        ..DUMPED
    },
];

/// Every answer of Envoy's as Pilot wrote it.
pub(super) const ANSWERS: &[&[Entry]] = &[LISTENERS, ROUTES, CLUSTERS];

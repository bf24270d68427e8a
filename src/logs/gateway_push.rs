//! What the gateway's own agent says of sending secrets and of changes, Istio 1.1 to 1.8.

use super::entry::{Entry, Place};
use super::gateway::{CACHE, FETCHER, SDS};
use super::sighting::What;

const AGENT: Entry = Entry { scope: "", level: "info", source: "pkg/istio-agent/agent.go", ..SDS };

/// Sending a secret, and changes of it.
pub(super) const SENT: &[Entry] = &[
    Entry {
        what: Some(What::Served),
        form: "{pre}pushed key/cert pair to proxy",
        level: "info",
        sample: "2020-04-06T08:20:03.329041Z\tinfo\tsds\tnode:router~10.8.1.6~istio-ingressgateway-0\
                 .istio-system~istio-system.svc.cluster.local-12 resource:hipstershop-cert pushed \
                 key/cert pair to proxy",
        ..SDS
    },
    Entry {
        what: Some(What::Served),
        form: "{pre}pushed root cert to proxy",
        level: "info",
        sample: "2020-06-06T08:20:03.329041Z\tinfo\tsds\tresource:hipstershop-cert-cacert pushed \
                 root cert to proxy",
        ..SDS
    },
    Entry {
        what: Some(What::Served),
        form: "{pre}pushed secret{end}",
        level: "info",
        since: "1.5",
        until: Some("1.5"),
        sample: "2020-04-06T08:20:03.329041Z\tinfo\tsds\tnode:router~10.8.1.6~istio-ingressgateway-0\
                 .istio-system~istio-system.svc.cluster.local-12 resource:hipstershop-cert pushed \
                 secret",
        ..SDS
    },
    Entry {
        what: Some(What::Served),
        form: "Dynamic push for secret {name}",
        level: "info",
        since: "1.5",
        sample: "2020-04-06T08:20:03.329041Z\tinfo\tsds\tDynamic push for secret hipstershop-cert",
        ..SDS
    },
    Entry {
        form: "SDS: push key/cert pair from node agent to proxy: \"{node}\"",
        level: "info",
        since: "1.1",
        until: Some("1.2"),
        scope: "",
        sample: "2019-06-20T08:14:03.329041Z\tinfo\tSDS: push key/cert pair from node agent to \
                 proxy: \"router~10.8.1.6~istio-ingressgateway-0.istio-system~istio-system.svc.cluster.local-12\"",
        ..SDS
    },
    Entry {
        form: "SDS: push root cert from node agent to proxy connection: \"{node}\"",
        level: "info",
        since: "1.1",
        until: Some("1.2"),
        scope: "",
        sample: "2019-06-20T08:14:03.329041Z\tinfo\tSDS: push root cert from node agent to proxy \
                 connection: \"router~10.8.1.6~istio-ingressgateway-0.istio-system~istio-system.svc.cluster.local-12\"",
        ..SDS
    },
    Entry {
        what: Some(What::Changed),
        form: "scrtUpdated is called on kubernetes secret {name}",
        level: "info",
        sample: "2020-04-06T08:20:02.329041Z\tinfo\tsecretfetcher\tscrtUpdated is called on \
                 kubernetes secret hipstershop-cert",
        ..FETCHER
    },
    Entry {
        what: Some(What::Changed),
        form: "secret {name} is updated{end}",
        place: Place::AtStart,
        level: "info",
        scope: "",
        since: "1.1.6",
        until: Some("1.2"),
        sample: "2019-06-20T08:20:02.329041Z\tinfo\tsecret hipstershop-cert is updated",
        ..FETCHER
    },
    Entry {
        what: Some(What::Changed),
        form: "unexpected server key/cert change in secret {name}",
        sample: "2020-04-06T08:20:02.329041Z\twarn\tsecretfetcher\tunexpected server key/cert \
                 change in secret hipstershop-cert",
        ..FETCHER
    },
    Entry {
        what: Some(What::Changed),
        ca: true,
        form: "unexpected client CA cert change in secret {name}",
        sample: "2020-04-06T08:20:02.329041Z\twarn\tsecretfetcher\tunexpected client CA cert change \
                 in secret hipstershop-cert-cacert",
        ..FETCHER
    },
    Entry {
        what: Some(What::Deleted),
        form: "secret {name} is deleted{end}",
        place: Place::AtStart,
        level: "info",
        since: "1.1.6",
        sample: "2020-04-06T08:25:02.329041Z\tinfo\tsecretfetcher\tsecret hipstershop-cert is deleted",
        ..FETCHER
    },
    Entry {
        what: Some(What::Refused),
        form: "{pre}received error: {reason}. Will not respond until next secret update",
        level: "error",
        since: "1.5",
        sample: "2020-06-06T08:20:03.329041Z\terror\tsds\tresource:hipstershop-cert received error: \
                 code:13 message:\"connection was lost\" . Will not \
                 respond until next secret update",
        ..SDS
    },
];

/// Connections that come and go: no verdict.
pub(super) const CHURN: &[Entry] = &[
    Entry {
        form: "{pre}new connection",
        level: "info",
        since: "1.5",
        sample: "2020-06-06T08:14:03.329041Z\tinfo\tsds\tresource:hipstershop-cert new connection",
        ..SDS
    },
    Entry {
        form: "{pre}NotifyProxy failed. No connection with id \"{node}\" can be found",
        level: "error",
        sample: "2020-06-06T08:14:03.329041Z\terror\tsds\tresource:hipstershop-cert NotifyProxy \
                 failed. No connection with id \"router~10.8.1.6~istio-ingressgateway-0.istio-system\
                 ~istio-system.svc.cluster.local-12\" can be found",
        ..SDS
    },
    Entry {
        form: "{pre}failed to notify secret change for proxy: {reason}",
        level: "error",
        sample: "2020-06-06T08:14:03.329041Z\terror\tcache\tresource:hipstershop-cert failed to \
                 notify secret change for proxy: no connection",
        ..CACHE
    },
    Entry {
        form: "{pre}notify secret change for proxy got timeout",
        sample: "2020-06-06T08:14:03.329041Z\twarn\tcache\tresource:hipstershop-cert notify secret \
                 change for proxy got timeout",
        ..CACHE
    },
    Entry {
        form: "{pre}skip multiple push, {any}",
        level: "error",
        sample: "2020-06-06T08:14:03.329041Z\terror\tsds\tresource:hipstershop-cert skip multiple \
                 push, last push finishes at 2020-06-06 08:14:03 and is 10ms ago",
        ..SDS
    },
    Entry {
        form: "{pre}connection is terminated: {reason}",
        level: "info",
        sample: "2020-06-06T08:14:03.329041Z\tinfo\tsds\tresource:hipstershop-cert connection is \
                 terminated: rpc error: code = Canceled desc = context canceled",
        ..SDS
    },
    Entry {
        form: "{pre}got nil secret for proxy",
        sample: "2020-06-06T08:14:03.329041Z\twarn\tsds\tresource:hipstershop-cert got nil secret \
                 for proxy",
        ..SDS
    },
    Entry {
        form: "Remote side closed connection",
        level: "error",
        sample: "2020-06-06T08:14:03.329041Z\terror\tsds\tRemote side closed connection",
        ..SDS
    },
    Entry {
        form: "Starting gateway SDS",
        since: "1.5",
        sample: "2020-06-06T08:14:00.329041Z\tinfo\tStarting gateway SDS",
        ..AGENT
    },
    Entry {
        form: "Skipping gateway SDS",
        since: "1.5",
        sample: "2020-06-06T08:14:00.329041Z\tinfo\tSkipping gateway SDS",
        ..AGENT
    },
    Entry {
        form: "SDS: PUSH request for node:{node} resources:{any} size:{any} resource:{any}",
        since: "1.10",
        until: None,
        scope: "ads",
        source: "pilot/pkg/xds/sds.go",
        sample: "2023-06-06T08:14:00.329041Z\tinfo\tads\tSDS: PUSH request for \
                 node:istio-ingressgateway-0.istio-system resources:1 size:4.0kB resource:default",
        ..AGENT
    },
    Entry {
        form: "SDS: PUSH\tresource={any}",
        since: "1.9",
        until: Some("1.9"),
        scope: "sds",
        source: "security/pkg/nodeagent/sds/sdsservice.go",
        sample: "2021-06-06T08:14:00.329041Z\tinfo\tsds\tSDS: PUSH\tresource=default",
        ..AGENT
    },
];

//! What istiod says of a gateway's servers, listeners and routes.

use super::entry::{Entry, Place};
use super::sighting::{Speaker, What};

const MODEL: Entry = Entry {
    what: None,
    ca: false,
    form: "",
    place: Place::Anywhere,
    speaker: Speaker::Istiod,
    level: "warn",
    scope: "model",
    since: "1.8",
    until: None,
    source: "pilot/pkg/model/gateway.go",
    sample: "",
};
const CORE: Entry = Entry { scope: "", source: "pilot/pkg/networking/core/gateway.go", ..MODEL };

const SERVERS: &[Entry] = &[
    Entry {
        what: Some(What::DuplicateHost),
        form: "skipping server on gateway {gateway}, {!}duplicate host names: {hosts}",
        since: "1.12",
        sample: "2024-11-24T02:31:00.300856Z\twarn\tmodel\tskipping server on gateway \
                 hipstershopv1v2/hipstershop, duplicate host names: [shop.example.com]",
        ..MODEL
    },
    Entry {
        what: Some(What::PortConflict),
        form: "skipping server on gateway {gateway} port {any}.{port}.{any}: {!}conflict with existing \
               server {reason}",
        level: "info",
        since: "1.1",
        sample: "2024-11-24T02:31:00.300856Z\tinfo\tmodel\tskipping server on gateway hipstershop \
                 port https.80.HTTPS: conflict with existing server 80.HTTPS",
        ..MODEL
    },
    Entry {
        what: Some(What::DuplicatePortName),
        form: "skipping server on gateway {gateway} port {any}.{port}.{any}: {!}non unique port name \
               for HTTPS port",
        level: "info",
        since: "1.1",
        sample: "2024-11-24T02:31:00.300856Z\tinfo\tmodel\tskipping server on gateway hipstershop \
                 port https.443.HTTPS: non unique port name for HTTPS port",
        ..MODEL
    },
    Entry {
        what: Some(What::BadServer),
        form: "skipping server on gateway {gateway} port {any}.{port}.{any}: {!}could not build RDS \
               name from server",
        level: "debug",
        since: "1.1",
        sample: "2024-11-24T02:31:00.300856Z\tdebug\tmodel\tskipping server on gateway hipstershop \
                 port https.443.HTTPS: could not build RDS name from server",
        ..MODEL
    },
    Entry {
        what: Some(What::BadServer),
        form: "invalid server without port: \"{gateway}\"",
        level: "debug",
        since: "1.1",
        sample: "2024-11-24T02:31:00.300856Z\tdebug\tmodel\tinvalid server without port: \
                 \"hipstershopv1v2/hipstershop\"",
        ..MODEL
    },
    Entry {
        what: Some(What::NoTlsBlock),
        form: "TLS server without TLS options {gateway} {any}",
        since: "1.1",
        sample: "2024-11-24T02:31:00.300856Z\twarn\tmodel\tTLS server without TLS options \
                 hipstershopv1v2/hipstershop port:{number:443 protocol:\"HTTPS\" name:\"https\"}",
        ..MODEL
    },
    Entry {
        form: "Server name {any} is not unique in gateway {gateway} and may create possible issues \
               like stat prefix collision",
        sample: "2024-11-24T02:31:00.300856Z\twarn\tmodel\tServer name https is not unique in \
                 gateway hipstershopv1v2/hipstershop and may create possible issues like stat prefix \
                 collision ",
        ..MODEL
    },
];

const LISTENERS: &[Entry] = &[
    Entry {
        what: Some(What::PrivilegedPort),
        form: "buildGatewayListeners: skipping privileged gateway port {port} for node {!}{proxy} as it \
               is an unprivileged pod",
        sample: "2024-11-24T02:31:00.300856Z\twarn\tbuildGatewayListeners: skipping privileged \
                 gateway port 443 for node istio-ingressgateway-0.istio-system as it is an \
                 unprivileged pod",
        ..CORE
    },
    Entry {
        what: Some(What::NoListeners),
        form: "gateway has zero listeners for node {proxy}",
        sample: "2024-11-24T02:31:00.300856Z\twarn\tgateway has zero listeners for node \
                 istio-ingressgateway-0.istio-system",
        ..CORE
    },
    Entry {
        what: Some(What::NoListeners),
        form: "buildGatewayListeners: Have zero listeners",
        level: "error",
        since: "1.1",
        until: Some("1.7"),
        sample: "2020-11-24T02:31:00.300856Z\terror\tbuildGatewayListeners: Have zero listeners",
        ..CORE
    },
    Entry {
        what: Some(What::NoGateway),
        form: "buildGatewayRoutes: no gateways for router {proxy}",
        since: "1.12",
        sample: "2024-11-24T02:31:00.300856Z\twarn\tbuildGatewayRoutes: no gateways for router \
                 istio-ingressgateway-0.istio-system",
        ..CORE
    },
    Entry {
        what: Some(What::NoGateway),
        form: "Gateway missing for route {subject}. {!}This is normal if gateway was recently deleted.",
        sample: "2024-11-24T02:31:00.300856Z\twarn\tGateway missing for route http.80. This is \
                 normal if gateway was recently deleted.",
        ..CORE
    },
    Entry {
        what: Some(What::NoRoute),
        form: "constructed http route config for route {subject} on port {port} with no vhosts; \
               {!}Setting up a default 404 vhost",
        since: "1.1",
        sample: "2026-11-24T02:27:17.428527Z\twarn\tconstructed http route config for route \
                 https.443.https.hipstershop-gateway.hipstershopv1v2 on port 443 with no vhosts; \
                 Setting up a default 404 vhost",
        ..CORE
    },
    Entry {
        what: Some(What::NoRoute),
        form: "no virtual service bound to gateway: {gateway}",
        sample: "2024-11-24T02:31:00.300856Z\twarn\tno virtual service bound to gateway: \
                 hipstershopv1v2/hipstershop",
        ..CORE
    },
    Entry {
        what: Some(What::NoFilter),
        form: "gateway {gateway}:{port} listener {!}missed network filter",
        since: "1.20",
        sample: "2024-11-24T02:31:00.300856Z\twarn\tgateway hipstershopv1v2/hipstershop:443 listener \
                 missed network filter",
        ..CORE
    },
    Entry {
        what: Some(What::DuplicateSni),
        form: "skipping VirtualService {subject} rule #{any} on server port {port} of gateway \
               {gateway}, duplicate SNI host names: {hosts}",
        since: "1.12",
        sample: "2024-11-24T02:31:00.300856Z\twarn\tskipping VirtualService \
                 hipstershopv1v2/hipstershop rule #0 on server port 443 of gateway \
                 hipstershopv1v2/hipstershop, duplicate SNI host names: [shop.example.com]",
        ..CORE
    },
    Entry {
        what: Some(What::SeveralServices),
        form: "buildGatewayListeners: found {any} services on port {port}: {hosts}",
        since: "1.3",
        until: Some("1.11"),
        source: "pilot/pkg/networking/core/v1alpha3/gateway.go",
        sample: "2020-11-24T02:31:00.300856Z\twarn\tbuildGatewayListeners: found 2 services on port \
                 443: map[a.istio-system.svc.cluster.local:{} b.istio-system.svc.cluster.local:{}]",
        ..CORE
    },
    // The port of a Gateway that no Service leads to: the gateway listens all the same.
    Entry {
        form: "buildGatewayListeners: found 0 services on port {port}: map[]",
        since: "1.3",
        until: Some("1.11"),
        source: "pilot/pkg/networking/core/v1alpha3/gateway.go",
        sample: "2020-11-25T07:29:17.148720Z\twarn\tbuildGatewayListeners: found 0 services on port \
                 15017: map[]",
        ..CORE
    },
];

/// Every message of istiod on listeners.
pub(super) const TABLE: &[&[Entry]] = &[SERVERS, LISTENERS];

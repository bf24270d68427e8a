//! What Envoy says in the gateway's log, and why it refuses what it is sent.

use super::entry::{Entry, Place, Refusal};
use super::sighting::{Speaker, What};

const CONFIG: Entry = Entry {
    what: None,
    ca: false,
    form: "",
    place: Place::Anywhere,
    speaker: Speaker::Envoy,
    level: "warning",
    scope: "config",
    since: "1.1",
    until: None,
    source: "envoy/source/extensions/config_subscription/grpc/grpc_subscription_impl.cc",
    sample: "",
};
const DELTA: Entry = Entry {
    since: "1.22",
    source: "envoy/source/extensions/config_subscription/grpc/delta_subscription_state.cc",
    ..CONFIG
};
const LISTENER: Entry =
    Entry { source: "envoy/source/common/listener_manager/listener_manager_impl.cc", ..CONFIG };
const DEBUG: Entry = Entry { level: "debug", scope: "init", ..CONFIG };

const SECRETS: &[Entry] = &[
    Entry {
        what: Some(What::FetchTimedOut),
        form: "gRPC config: initial fetch timed out for \
               type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret",
        since: "1.10",
        sample: "2026-11-24T02:27:32.424146Z\twarning\tenvoy config \
                 source/extensions/config_subscription/grpc/grpc_subscription_impl.cc:152\tgRPC \
                 config: initial fetch timed out for \
                 type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret\tthread=17415",
        ..CONFIG
    },
    Entry {
        what: Some(What::Refused),
        form: "gRPC config for type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret \
               rejected: {reason}",
        since: "1.8",
        sample: "2026-11-24T02:31:00.300363Z\twarning\tenvoy config \
                 source/extensions/config_subscription/grpc/grpc_subscription_impl.cc:160\tgRPC \
                 config for type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret \
                 rejected: out of memory\tthread=20063",
        ..CONFIG
    },
    Entry {
        what: Some(What::Refused),
        form: "gRPC config for type.googleapis.com/envoy.api.v2.auth.Secret rejected: {reason}",
        until: Some("1.7"),
        sample: "[Envoy (Epoch 0)] [2020-04-20 08:14:03.329][18][warning][config] \
                 [bazel-out/k8-opt/bin/external/envoy/source/common/config/grpc_subscription_impl.cc:87] \
                 gRPC config for type.googleapis.com/envoy.api.v2.auth.Secret rejected: out of memory",
        ..CONFIG
    },
    Entry {
        what: Some(What::Refused),
        form: "delta config for \
               type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret rejected: {reason}",
        sample: "2026-11-24T02:31:00.300259Z\twarning\tenvoy config \
                 source/extensions/config_subscription/grpc/delta_subscription_state.cc:282\tdelta \
                 config for type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret \
                 rejected: out of memory\tthread=20063",
        ..DELTA
    },
    Entry {
        form: "shared target SdsApi {res} initialized, notifying init manager {any}",
        since: "1.5",
        source: "envoy/source/common/init/target_impl.cc",
        sample: "2024-11-24T02:27:32.424146Z\tdebug\tenvoy init \
                 external/envoy/source/common/init/target_impl.cc:68\tshared target SdsApi \
                 kubernetes://hipstershop-cert initialized, notifying init manager \
                 Listener-local-init-manager 0.0.0.0_8443 1234\tthread=20",
        ..DEBUG
    },
    Entry {
        form: "Secret is updated.",
        scope: "config",
        sample: "2024-11-24T02:27:32.424146Z\tdebug\tenvoy config\tSecret is updated.\tthread=20",
        ..DEBUG
    },
    Entry {
        form: "Create NotReadySslSocket",
        scope: "connection",
        sample: "2024-11-24T02:27:32.424146Z\tdebug\tenvoy connection\tCreate \
                 NotReadySslSocket\tthread=20",
        ..DEBUG
    },
    Entry {
        form: "StreamSecrets gRPC config stream closed: {any}",
        sample: "2020-11-24T02:27:32.424146Z\twarning\tenvoy config\tStreamSecrets gRPC config \
                 stream closed: 14, connection error",
        ..CONFIG
    },
    Entry {
        form: "StreamSecrets gRPC config stream closed since {any}",
        sample: "2022-11-24T02:27:32.424146Z\twarning\tenvoy config\tStreamSecrets gRPC config \
                 stream closed since 40s ago: 14, connection error",
        ..CONFIG
    },
    Entry {
        form: "StreamSecrets gRPC config stream to sds-grpc closed{any}",
        sample: "2024-11-24T02:27:32.424146Z\twarning\tenvoy config\tStreamSecrets gRPC config \
                 stream to sds-grpc closed since 40s ago: 14, connection error\tthread=20",
        ..CONFIG
    },
];

const PORTS: &[Entry] = &[
    Entry {
        what: Some(What::CannotBind),
        form: "listener '{subject}' failed to bind or apply socket options: {!}{reason}",
        level: "error",
        sample: "2020-11-24T02:27:32.424146Z\terror\tenvoy config\tlistener '0.0.0.0_443' failed to \
                 bind or apply socket options: cannot bind '0.0.0.0:443': Permission denied",
        ..LISTENER
    },
    Entry {
        what: Some(What::ListenerRejected),
        form: "lds: listener '{subject}' config rejected: {reason}",
        scope: "upstream",
        sample: "2026-11-24T02:27:32.424146Z\twarning\tenvoy upstream \
                 source/common/listener_manager/lds_api.cc:106\tlds: listener '0.0.0.0_8443' config \
                 rejected: filter chain is empty\tthread=20",
        ..LISTENER
    },
    Entry {
        what: Some(What::ListenerRejected),
        form: "gRPC config for type.googleapis.com/envoy.config.listener.v3.Listener rejected: {reason}",
        since: "1.8",
        sample: "2026-11-24T02:27:32.424146Z\twarning\tenvoy config\tgRPC config for \
                 type.googleapis.com/envoy.config.listener.v3.Listener rejected: Error \
                 adding/updating listener(s) 0.0.0.0_8443: filter chain is empty\tthread=20",
        ..CONFIG
    },
    Entry {
        what: Some(What::ListenerRejected),
        form: "gRPC config for type.googleapis.com/envoy.api.v2.Listener rejected: {reason}",
        until: Some("1.7"),
        sample: "[2019-06-20 08:14:03.329][18][warning][config] [source/common/config/grpc_mux.cc:87] \
                 gRPC config for type.googleapis.com/envoy.api.v2.Listener rejected: Error \
                 adding/updating listener(s) 0.0.0.0_8443: filter chain is empty",
        ..CONFIG
    },
    Entry {
        what: Some(What::ListenerRejected),
        form: "delta config for type.googleapis.com/envoy.config.listener.v3.Listener rejected: {reason}",
        sample: "2026-11-24T02:27:32.424146Z\twarning\tenvoy config\tdelta config for \
                 type.googleapis.com/envoy.config.listener.v3.Listener rejected: Error \
                 adding/updating listener(s) 0.0.0.0_8443: filter chain is empty\tthread=20",
        ..DELTA
    },
    Entry {
        what: Some(What::NotReady),
        form: "Envoy proxy is NOT ready: {reason}",
        level: "warn",
        scope: "",
        source: "pilot/cmd/pilot-agent/status/ready/probe.go",
        sample: "2026-11-24T02:27:32.424146Z\twarn\tEnvoy proxy is NOT ready: config received from \
                 XDS server, but was rejected: cds updates: 1 successful, 0 rejected; lds updates: 0 \
                 successful, 1 rejected",
        ..LISTENER
    },
    Entry {
        form: "Envoy proxy is ready",
        level: "info",
        scope: "",
        source: "pilot/cmd/pilot-agent/status/ready/probe.go",
        sample: "2026-11-24T02:27:32.424146Z\tinfo\tEnvoy proxy is ready",
        ..LISTENER
    },
];

/// Routes and clusters that Envoy refuses.
const REFUSED: &[Entry] = &[
    Entry {
        what: Some(What::RouteRejected),
        form: "gRPC config for type.googleapis.com/envoy.config.route.v3.RouteConfiguration rejected: {reason}",
        since: "1.8",
        sample: "2026-11-24T02:27:32.424146Z\twarning\tenvoy config\t\
                 gRPC config for type.googleapis.com/envoy.config.route.v3.RouteConfiguration rejected: \
                 Only unique values for domains are permitted. Duplicate \
                 entry of domain shop.example.com\tthread=20",
        ..CONFIG
    },
    Entry {
        what: Some(What::RouteRejected),
        form: "gRPC config for type.googleapis.com/envoy.api.v2.RouteConfiguration rejected: {reason}",
        until: Some("1.7"),
        sample: "[2019-06-20 08:14:03.329][18][warning][config] [source/common/config/grpc_mux.cc:87] \
                 gRPC config for type.googleapis.com/envoy.api.v2.RouteConfiguration rejected: \
                 Only unique values for domains are permitted. Duplicate \
                 entry of domain shop.example.com",
        ..CONFIG
    },
    Entry {
        what: Some(What::RouteRejected),
        form: "delta config for type.googleapis.com/envoy.config.route.v3.RouteConfiguration rejected: {reason}",
        sample: "2026-11-24T02:27:32.424146Z\twarning\tenvoy config\t\
                 delta config for type.googleapis.com/envoy.config.route.v3.RouteConfiguration rejected: \
                 Only unique values for domains are permitted. Duplicate \
                 entry of domain shop.example.com\tthread=20",
        ..DELTA
    },
    Entry {
        what: Some(What::ClusterRejected),
        form: "gRPC config for type.googleapis.com/envoy.config.cluster.v3.Cluster rejected: {reason}",
        since: "1.8",
        sample: "2026-11-24T02:27:32.424146Z\twarning\tenvoy config\t\
                 gRPC config for type.googleapis.com/envoy.config.cluster.v3.Cluster rejected: \
                 Error adding/updating cluster(s) \
                 outbound|80||shop.b.svc.cluster.local: Invalid path: /etc/certs/a.pem\tthread=20",
        ..CONFIG
    },
    Entry {
        what: Some(What::ClusterRejected),
        form: "gRPC config for type.googleapis.com/envoy.api.v2.Cluster rejected: {reason}",
        until: Some("1.7"),
        sample: "[2019-06-20 08:14:03.329][18][warning][config] [source/common/config/grpc_mux.cc:87] \
                 gRPC config for type.googleapis.com/envoy.api.v2.Cluster rejected: \
                 Error adding/updating cluster(s) \
                 outbound|80||shop.b.svc.cluster.local: Invalid path: /etc/certs/a.pem",
        ..CONFIG
    },
    Entry {
        what: Some(What::ClusterRejected),
        form: "delta config for type.googleapis.com/envoy.config.cluster.v3.Cluster rejected: {reason}",
        sample: "2026-11-24T02:27:32.424146Z\twarning\tenvoy config\t\
                 delta config for type.googleapis.com/envoy.config.cluster.v3.Cluster rejected: \
                 Error adding/updating cluster(s) \
                 outbound|80||shop.b.svc.cluster.local: Invalid path: /etc/certs/a.pem\tthread=20",
        ..DELTA
    },
];

/// Every message of Envoy.
pub(super) const TABLE: &[&[Entry]] = &[SECRETS, PORTS, REFUSED];

/// Why Envoy refuses a secret; the first that fits.
pub(super) const SECRET_REFUSALS: &[Refusal] = &[
    Refusal {
        what: What::KeyMismatch,
        words: "KEY_VALUES_MISMATCH",
        since: "1.14",
        sample: "Failed to load private key from <inline>, Cause: error:0b000074:X.509 certificate \
                 routines:OPENSSL_internal:KEY_VALUES_MISMATCH",
    },
    Refusal {
        what: What::BadKey,
        words: "NO_START_LINE",
        since: "1.14",
        sample: "Failed to load private key from <inline>, Cause: error:0900006e:PEM \
                 routines:OPENSSL_internal:NO_START_LINE",
    },
    Refusal {
        what: What::BadKey,
        words: "BAD_PASSWORD_READ",
        since: "1.14",
        sample: "Failed to load private key from <inline>, Cause: error:09000068:PEM \
                 routines:OPENSSL_internal:BAD_PASSWORD_READ",
    },
    Refusal {
        what: What::BadKey,
        words: "Failed to load private key from",
        since: "1.1",
        sample: "Failed to load private key from <inline>",
    },
    Refusal {
        what: What::BadCertificate,
        words: "only P-256 ECDSA certificates are supported",
        since: "1.1",
        sample: "Failed to load certificate chain from <inline>, only P-256 ECDSA certificates are \
                 supported",
    },
    Refusal {
        what: What::BadCertificate,
        words: "Failed to load certificate chain from",
        since: "1.1",
        sample: "Failed to load certificate chain from <inline>",
    },
    Refusal {
        what: What::EmptyKeys,
        words: "SecretValidationError.TlsCertificate",
        since: "1.1",
        sample: "Proto constraint validation failed (SecretValidationError.TlsCertificate: \
                 [\"embedded message failed validation\"] | caused by \
                 TlsCertificateValidationError.CertificateChain): name: \"hipstershop-cert\"",
    },
];

/// Why Envoy refuses a listener; the first that fits.
pub(super) const LISTENER_REFUSALS: &[Refusal] = &[
    Refusal {
        what: What::CannotBind,
        words: "Permission denied",
        since: "1.1",
        sample: "Error adding/updating listener(s) 0.0.0.0_443: cannot bind '0.0.0.0:443': \
                 Permission denied",
    },
    Refusal {
        what: What::CannotBind,
        words: "Address already in use",
        since: "1.1",
        sample: "Error adding/updating listener(s) 0.0.0.0_443: cannot bind '0.0.0.0:443': Address \
                 already in use",
    },
    Refusal {
        what: What::MissingFile,
        words: "Invalid path: ",
        since: "1.0",
        sample: "Error adding/updating listener(s) 0.0.0.0_8443: Invalid path: \
                 /etc/istio/ingressgateway-certs/tls.crt",
    },
    Refusal {
        what: What::MissingFile,
        words: "unable to read file: ",
        since: "0.8",
        sample: "Error adding/updating listener 0.0.0.0_443: unable to read file: \
                 /etc/certs/root-certs.pem",
    },
    Refusal {
        what: What::KeyMismatch,
        words: "KEY_VALUES_MISMATCH",
        since: "1.14",
        sample: "Error adding/updating listener(s) 0.0.0.0_443: Failed to load private key from \
                 /etc/istio/ingressgateway-certs/tls.key, Cause: error:0b000074:X.509 certificate \
                 routines:OPENSSL_internal:KEY_VALUES_MISMATCH",
    },
    Refusal {
        what: What::BadKey,
        words: "Failed to load private key from ",
        since: "1.0",
        sample: "Error adding/updating listener 0.0.0.0_443: Failed to load private key from \
                 /etc/istio/ingressgateway-certs/tls.key",
    },
    Refusal {
        what: What::BadCertificate,
        words: "Failed to load certificate chain from ",
        since: "1.0",
        sample: "Error adding/updating listener 0.0.0.0_443: Failed to load certificate chain from \
                 /etc/istio/ingressgateway-certs/tls.crt",
    },
];

//! What istiod says of credentials, Istio 1.8 and later.

use super::entry::{Entry, Place, Refusal};
use super::istiod_push::{ANSWERS, PUSHES};
use super::sighting::{Speaker, What};

const FIRST: Entry = Entry {
    what: None,
    ca: false,
    form: "",
    place: Place::Anywhere,
    speaker: Speaker::Istiod,
    level: "warn",
    scope: "ads",
    since: "1.8",
    until: Some("1.11"),
    source: "pilot/pkg/xds/sds.go",
    sample: "",
};
/// What the messages of Istio 1.12 and later share.
pub(super) const LATER: Entry = Entry { since: "1.12", until: None, ..FIRST };

/// Istio 1.8 to 1.11.
const UNTIL_1_11: &[Entry] = &[
    Entry {
        what: Some(What::MissingOrUnusable),
        form: "failed to fetch key and certificate for {res}{end}",
        sample: "2021-04-06T08:14:03.329011Z\twarn\tads\tfailed to fetch key and certificate for \
                 kubernetes://hipstershop-cert",
        ..FIRST
    },
    Entry {
        what: Some(What::MissingOrUnusable),
        ca: true,
        form: "failed to fetch ca certificate for {res}{end}",
        sample: "2021-04-06T08:14:03.329011Z\twarn\tads\tfailed to fetch ca certificate for \
                 kubernetes://hipstershop-cert-cacert",
        ..FIRST
    },
    Entry {
        what: Some(What::CrossNamespace),
        form: "requested secret {res} not accessible for proxy {proxy}: SDS is currently only \
               supporting accessing secret within the same namespace. {!}Secret namespace \"{ns}\" \
               does not match proxy namespace \"{any}\"",
        sample: "2021-04-06T08:14:03.329011Z\twarn\tads\trequested secret \
                 kubernetes://hipstershopv1v2/hipstershop-cert not accessible for proxy \
                 istio-ingressgateway-0.istio-system: SDS is currently only supporting accessing \
                 secret within the same namespace. Secret namespace \"hipstershopv1v2\" does not \
                 match proxy namespace \"istio-system\"",
        ..FIRST
    },
    Entry {
        what: Some(What::Forbidden),
        form: "proxy {proxy} is not authorized to receive secrets: {sa}/{sans} is {!}not authorized to \
               read secrets{reason}",
        sample: "2021-04-06T08:14:03.329011Z\twarn\tads\tproxy istio-ingressgateway-0.istio-system \
                 is not authorized to receive secrets: istio-ingressgateway-service-account/\
                 istio-system is not authorized to read secrets: no reason",
        ..FIRST
    },
    Entry {
        what: Some(What::Withheld),
        form: "proxy {proxy} is not authorized to receive secrets: {reason}",
        sample: "2021-04-06T08:14:03.329011Z\twarn\tads\tproxy istio-ingressgateway-0.istio-system \
                 is not authorized to receive secrets: context deadline exceeded",
        ..FIRST
    },
    Entry {
        what: Some(What::NotAuthenticated),
        form: "proxy {proxy} is not authorized to receive secrets. {!}Ensure you are connecting \
               over TLS port and are authenticated.",
        sample: "2021-04-06T08:14:03.329011Z\twarn\tads\tproxy istio-ingressgateway-0.istio-system \
                 is not authorized to receive secrets. Ensure you are connecting over TLS port and \
                 are authenticated.",
        ..FIRST
    },
    Entry {
        what: Some(What::BadName),
        form: "error parsing resource name: unknown resource type: {res}{end}",
        until: None,
        sample: "2021-04-06T08:14:03.329011Z\twarn\tads\terror parsing resource name: unknown \
                 resource type: vault://hipstershop-cert",
        ..FIRST
    },
    Entry {
        what: Some(What::UnknownCluster),
        form: "proxy {proxy} is from an unknown cluster, cannot retrieve certificates: {reason}",
        until: None,
        sample: "2021-04-06T08:14:03.329011Z\twarn\tads\tproxy istio-ingressgateway-0.istio-system \
                 is from an unknown cluster, cannot retrieve certificates: cluster remote-1 is not \
                 configured",
        ..FIRST
    },
];

/// Istio 1.12 and later: key and certificate.
const SERVER: &[Entry] = &[
    Entry {
        what: Some(What::Missing),
        form: "failed to fetch key and certificate for {res}: {!}secret {ns}/{secret} not found",
        sample: "2026-11-24T02:27:17.428674Z\twarn\tads\tfailed to fetch key and certificate for \
                 kubernetes://hipstershop-cert: secret istio-system/hipstershop-cert not found",
        ..LATER
    },
    Entry {
        what: Some(What::WrongKeys),
        form: "failed to fetch key and certificate for {res}: {!}found secret, but didn't have \
               expected keys (cert and key) or (tls.crt and tls.key); found: {keys}",
        sample: "2026-11-24T02:28:13.676485Z\twarn\tads\tfailed to fetch key and certificate for \
                 kubernetes://hipstershop-cert: found secret, but didn't have expected keys (cert \
                 and key) or (tls.crt and tls.key); found: foo",
        ..LATER
    },
    Entry {
        what: Some(What::EmptyKeys),
        form: "failed to fetch key and certificate for {res}: {!}found keys \"cert\" and \"key\", \
               but they were empty",
        sample: "2024-11-24T02:28:13.676485Z\twarn\tads\tfailed to fetch key and certificate for \
                 kubernetes://istio-system/hipstershop-cert: found keys \"cert\" and \"key\", but \
                 they were empty",
        ..LATER
    },
    Entry {
        what: Some(What::EmptyKeys),
        form: "failed to fetch key and certificate for {res}: {!}found keys \"tls.crt\" and \
               \"tls.key\", but they were empty",
        sample: "2024-11-24T02:28:13.676485Z\twarn\tads\tfailed to fetch key and certificate for \
                 kubernetes-gateway://istio-system/hipstershop-cert: found keys \"tls.crt\" and \
                 \"tls.key\", but they were empty",
        ..LATER
    },
];

/// Istio 1.12 and later: client CA.
const CA: &[Entry] = &[
    Entry {
        what: Some(What::Missing),
        ca: true,
        form: "failed to fetch ca certificate for {res}: {!}secret {ns}/{secret} not found",
        sample: "2024-11-24T02:28:13.676485Z\twarn\tads\tfailed to fetch ca certificate for \
                 kubernetes://hipstershop-cert-cacert: secret istio-system/hipstershop-cert not found",
        ..LATER
    },
    Entry {
        what: Some(What::WrongKeys),
        ca: true,
        form: "failed to fetch ca certificate for {res}: {!}found secret, but didn't have expected \
               keys cacert or ca.crt; found: {keys}",
        sample: "2024-11-24T02:28:13.676485Z\twarn\tads\tfailed to fetch ca certificate for \
                 kubernetes://hipstershop-cert-cacert: found secret, but didn't have expected keys \
                 cacert or ca.crt; found: tls.crt, tls.key",
        ..LATER
    },
    Entry {
        what: Some(What::EmptyKeys),
        ca: true,
        form: "failed to fetch ca certificate for {res}: {!}found key \"cacert\", but it was empty",
        sample: "2024-11-24T02:28:13.676485Z\twarn\tads\tfailed to fetch ca certificate for \
                 kubernetes://hipstershop-cert-cacert: found key \"cacert\", but it was empty",
        ..LATER
    },
    Entry {
        what: Some(What::EmptyKeys),
        ca: true,
        form: "failed to fetch ca certificate for {res}: {!}found key \"ca.crt\", but it was empty",
        sample: "2024-11-24T02:28:13.676485Z\twarn\tads\tfailed to fetch ca certificate for \
                 kubernetes://hipstershop-cert-cacert: found key \"ca.crt\", but it was empty",
        ..LATER
    },
    Entry {
        what: Some(What::Missing),
        ca: true,
        form: "failed to fetch ca certificate for {res}: {!}configmap {ns}/{secret} not found",
        since: "1.26",
        sample: "2025-11-24T02:28:13.676485Z\twarn\tads\tfailed to fetch ca certificate for \
                 configmap://istio-system/hipstershop-cert: configmap istio-system/hipstershop-cert \
                 not found",
        ..LATER
    },
    Entry {
        what: Some(What::Forbidden),
        ca: true,
        form: "failed to fetch ca certificate for {res}: {!}configmap access not enabled for remote \
               clusters",
        since: "1.27",
        sample: "2025-11-24T02:28:13.676485Z\twarn\tads\tfailed to fetch ca certificate for \
                 configmap://istio-system/hipstershop-cert: configmap access not enabled for remote \
                 clusters",
        ..LATER
    },
];

/// Certificates that istiod looked into.
const INVALID: &[Entry] = &[
    Entry {
        what: Some(What::BadCertificate),
        form: "invalid certificates: \"{res}\": {reason}",
        since: "1.14",
        until: Some("1.26"),
        sample: "2023-11-24T02:31:00.294860Z\twarn\tads\tinvalid certificates: \
                 \"kubernetes://hipstershop-cert\": pem decode failed",
        ..LATER
    },
    Entry {
        what: Some(What::Expired),
        form: "invalid certificates: \"{res}\": {!}certificate is expired or not yet valid",
        since: "1.18",
        until: Some("1.26"),
        sample: "2023-11-24T02:31:00.294860Z\twarn\tads\tinvalid certificates: \
                 \"kubernetes://hipstershop-cert\": certificate is expired or not yet valid",
        ..LATER
    },
    Entry {
        what: Some(What::BadCertificate),
        form: "invalid certificates: {ns}/{secret} \"{res}\": {reason}",
        since: "1.27.0",
        sample: "2026-11-24T02:31:00.294860Z\twarn\tads\tinvalid certificates: \
                 istio-system/hipstershop-cert \"kubernetes://hipstershop-cert\": x509: malformed \
                 certificate",
        ..LATER
    },
    Entry {
        what: Some(What::Expired),
        form: "invalid certificates: {ns}/{secret} \"{res}\": {!}certificate is expired or not yet \
               valid",
        since: "1.27.0",
        sample: "2026-11-24T02:31:00.294860Z\twarn\tads\tinvalid certificates: \
                 istio-system/hipstershop-cert \"kubernetes://hipstershop-cert\": certificate is \
                 expired or not yet valid",
        ..LATER
    },
];

/// Rights, clusters, names.
const DENIED: &[Entry] = &[
    Entry {
        what: Some(What::Forbidden),
        form: "proxy {proxy} attempted to access unauthorized certificates {names}: {sa}/{sans} is \
               {!}not authorized to read secrets{reason}",
        sample: "2024-11-24T02:31:00.294860Z\twarn\tads\tproxy istio-ingressgateway-0.istio-system \
                 attempted to access unauthorized certificates hipstershop-cert: \
                 istio-ingressgateway-service-account/istio-system is not authorized to read \
                 secrets: ",
        ..LATER
    },
    Entry {
        what: Some(What::Withheld),
        form: "proxy {proxy} attempted to access unauthorized certificates {names}: {reason}",
        sample: "2024-11-24T02:31:00.294860Z\twarn\tads\tproxy istio-ingressgateway-0.istio-system \
                 attempted to access unauthorized certificates hipstershop-cert: context deadline \
                 exceeded",
        ..LATER
    },
    Entry {
        what: Some(What::CrossNamespace),
        form: "proxy {proxy} attempted to access unauthorized certificates {names}: {!}cross namespace \
               secret reference requires ReferencePolicy",
        until: Some("1.26"),
        sample: "2024-11-24T02:31:00.294860Z\twarn\tads\tproxy istio-ingressgateway-0.istio-system \
                 attempted to access unauthorized certificates hipstershop-cert: cross namespace \
                 secret reference requires ReferencePolicy",
        ..LATER
    },
    Entry {
        what: Some(What::CrossNamespace),
        form: "proxy {proxy} attempted to access unauthorized certificates {names}: {!}cross namespace \
               secret reference requires ReferenceGrant",
        since: "1.27.0",
        sample: "2026-11-24T02:31:00.294860Z\twarn\tads\tproxy istio-ingressgateway-0.istio-system \
                 attempted to access unauthorized certificates hipstershop-cert: cross namespace \
                 secret reference requires ReferenceGrant",
        ..LATER
    },
    Entry {
        what: Some(What::Withheld),
        form: "proxy {proxy} attempted to access unauthorized certificates {names}: no auth controller",
        since: "1.31",
        source: "pilot/pkg/credentials/kube/multicluster.go",
        sample: "2026-11-24T02:31:00.294860Z\twarn\tads\tproxy istio-ingressgateway-0.istio-system \
                 attempted to access unauthorized certificates hipstershop-cert: no auth controller",
        ..LATER
    },
    Entry {
        what: Some(What::NotAuthenticated),
        form: "proxy {proxy} is not authorized to receive credscontroller. {!}Ensure you are \
               connecting over TLS port and are authenticated.",
        sample: "2024-11-24T02:31:00.294860Z\twarn\tads\tproxy istio-ingressgateway-0.istio-system \
                 is not authorized to receive credscontroller. Ensure you are connecting over TLS \
                 port and are authenticated.",
        ..LATER
    },
    Entry {
        what: Some(What::UnknownCluster),
        form: "config cluster {any} not found, cannot retrieve certificates: {reason}",
        since: "1.14",
        sample: "2024-11-24T02:31:00.294860Z\twarn\tads\tconfig cluster Kubernetes not found, cannot \
                 retrieve certificates: cluster Kubernetes is not configured",
        ..LATER
    },
    Entry {
        what: Some(What::UnknownCluster),
        form: "proxy {proxy} is from an unknown cluster, cannot retrieve certificates: cluster {any} \
               has no credential controllers configured",
        since: "1.31",
        source: "pilot/pkg/credentials/kube/multicluster.go",
        sample: "2026-11-24T02:31:00.294860Z\twarn\tads\tproxy istio-ingressgateway-0.istio-system \
                 is from an unknown cluster, cannot retrieve certificates: cluster remote-1 has no \
                 credential controllers configured",
        ..LATER
    },
    Entry {
        what: Some(What::BadName),
        form: "error parsing resource name: invalid resource name \"{res}\"{!}. Expected namespace \
               and name",
        sample: "2024-11-24T02:31:00.294860Z\twarn\tads\terror parsing resource name: invalid \
                 resource name \"kubernetes-gateway://hipstershop-cert\". Expected namespace and name",
        ..LATER
    },
    Entry {
        what: Some(What::BadName),
        form: "unknown credential type \"{any}\"",
        sample: "2024-11-24T02:31:00.294860Z\twarn\tads\tunknown credential type \"vault\"",
        ..LATER
    },
    Entry {
        what: Some(What::Forbidden),
        form: "Failed to watch *v1.Secret: failed to list *v1.Secret: secrets is forbidden: User \
               \"system:serviceaccount:{sans}:{sa}\" cannot list resource \"secrets\" in API group \
               \"\" at the cluster scope",
        level: "error",
        scope: "",
        since: "1.8",
        source: "k8s.io/client-go/tools/cache/reflector.go",
        sample: "2023-11-06T08:14:02.100000Z\terror\tk8s.io/client-go@v0.26.1/tools/cache/reflector.go:140: \
                 Failed to watch *v1.Secret: failed to list *v1.Secret: secrets is forbidden: User \
                 \"system:serviceaccount:istio-system:istiod\" cannot list resource \"secrets\" in \
                 API group \"\" at the cluster scope",
        ..LATER
    },
    Entry {
        form: "type of secret {ns}/{secret} is not kubernetes.io/dockerconfigjson",
        since: "1.14",
        sample: "2024-11-24T02:31:00.294860Z\twarn\tads\tfailed to fetch docker pull secret: type of \
                 secret istio-system/hipstershop-cert is not kubernetes.io/dockerconfigjson",
        ..LATER
    },
    Entry {
        form: "cannot find docker config at secret {ns}/{secret}",
        since: "1.14",
        sample: "2024-11-24T02:31:00.294860Z\twarn\tads\tfailed to fetch docker pull secret: cannot \
                 find docker config at secret istio-system/hipstershop-cert",
        ..LATER
    },
];

/// Every message of istiod on credentials.
pub(super) const TABLE: &[&[Entry]] = &[UNTIL_1_11, SERVER, CA, INVALID, DENIED, PUSHES, ANSWERS];

/// Why istiod withholds a secret, where the line is not as istiod wrote it.
pub(super) const WITHHELD: &[Refusal] = &[Refusal {
    what: What::Forbidden,
    words: "is not authorized to read secrets",
    since: "1.8",
    sample: "... is not authorized to read secrets",
}];

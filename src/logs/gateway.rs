//! What the gateway's own agent says of secrets, Istio 1.1 to 1.8.

use super::entry::{Entry, Place};
use super::gateway_push::{CHURN, SENT};
use super::sighting::{Speaker, What};

/// What the secret fetcher's messages share.
pub(super) const FETCHER: Entry = Entry {
    what: None,
    ca: false,
    form: "",
    place: Place::Anywhere,
    speaker: Speaker::Agent,
    level: "warn",
    scope: "secretfetcher",
    since: "1.3",
    until: Some("1.8"),
    source: "security/pkg/nodeagent/secretfetcher/secretfetcher.go",
    sample: "",
};
/// What the secret cache's messages share.
pub(super) const CACHE: Entry =
    Entry { scope: "cache", source: "security/pkg/nodeagent/cache/secretcache.go", ..FETCHER };
/// What the SDS service's messages share.
pub(super) const SDS: Entry =
    Entry { scope: "sds", source: "security/pkg/nodeagent/sds/sdsservice.go", ..FETCHER };
/// Asking for a secret, and not getting it.
const ASKED: &[Entry] = &[
    Entry {
        what: Some(What::Missing),
        form: "Cannot find secret {name}{!}, searching for fallback secret {fallback}",
        since: "1.1.6",
        sample: "2020-04-06T08:14:03.329011Z\twarn\tsecretfetcher\tCannot find secret \
                 hipstershop-cert, searching for fallback secret gateway-fallback",
        ..FETCHER
    },
    Entry {
        what: Some(What::Missing),
        form: "cannot find secret {name}{!} and cannot find fallback secret {fallback}",
        level: "error",
        since: "1.1.6",
        sample: "2020-04-06T08:14:03.329041Z\terror\tsecretfetcher\tcannot find secret \
                 hipstershop-cert and cannot find fallback secret gateway-fallback",
        ..FETCHER
    },
    Entry {
        what: Some(What::Missing),
        form: "SecretFetcher cannot find secret {name}{!} for SecretCache",
        since: "1.1.6",
        until: Some("1.2"),
        scope: "",
        sample: "2019-06-20T08:14:03.329041Z\twarn\tSecretFetcher cannot find secret \
                 hipstershop-cert for SecretCache",
        ..CACHE
    },
    Entry {
        what: Some(What::Missing),
        form: "{pre?}SecretFetcher cannot find secret {name}{!} from cache",
        sample: "2020-04-06T08:14:03.329061Z\twarn\tcache\tresource:hipstershop-cert \
                 SecretFetcher cannot find secret hipstershop-cert from cache",
        ..CACHE
    },
    Entry {
        what: Some(What::Waiting),
        form: "Waiting for ingress gateway secret resource \"{name}\"{!}, connectionID \"{node}\", \
               node \"{any}\"",
        since: "1.1.3",
        until: Some("1.2"),
        scope: "",
        sample: "2019-06-20T08:14:03.329041Z\twarn\tWaiting for ingress gateway secret resource \
                 \"hipstershop-cert\", connectionID \
                 \"router~10.8.1.6~istio-ingressgateway-0.istio-system~istio-system.svc.cluster.local-12\", \
                 node \"router~10.8.1.6~istio-ingressgateway-0.istio-system~istio-system.svc.cluster.local\"",
        ..SDS
    },
    Entry {
        what: Some(What::Waiting),
        form: "{pre}waiting for ingress gateway secret for proxy \"{node}\"",
        until: Some("1.6"),
        sample: "2019-11-20T08:14:03.329041Z\twarn\tsdsServiceLog\tCONNECTION ID: \
                 router~10.8.1.6~istio-ingressgateway-0.istio-system~istio-system.svc.cluster.local-12, \
                 RESOURCE NAME: hipstershop-cert, EVENT: waiting for ingress gateway secret for proxy \
                 \"router~10.8.1.6~istio-ingressgateway-0.istio-system~istio-system.svc.cluster.local\"",
        ..SDS
    },
    Entry {
        what: Some(What::Waiting),
        form: "{pre}waiting for gateway secret for proxy \"{node}\"",
        since: "1.7",
        sample: "2020-09-06T08:14:03.329041Z\twarn\tsds\tresource:hipstershop-cert waiting for \
                 gateway secret for proxy \
                 \"router~10.8.1.6~istio-ingressgateway-0.istio-system~istio-system.svc.cluster.local\"",
        ..SDS
    },
    Entry {
        form: "Skipping waiting for ingress gateway secret",
        level: "info",
        since: "1.6",
        until: Some("1.6"),
        sample: "2020-06-06T08:14:03.329041Z\tinfo\tsds\tSkipping waiting for ingress gateway secret",
        ..SDS
    },
    Entry {
        form: "Skipping waiting for gateway secret",
        level: "info",
        since: "1.7",
        sample: "2020-09-06T08:14:03.329041Z\tinfo\tsds\tSkipping waiting for gateway secret",
        ..SDS
    },
    Entry {
        what: Some(What::Missing),
        form: "Failed to get secret for proxy \"{node}\" connection \"{any}\" from secret cache: \
               cannot find secret {name} for ingress gateway",
        level: "error",
        scope: "",
        since: "1.1",
        until: Some("1.1"),
        sample: "2019-04-20T08:14:03.329041Z\terror\tFailed to get secret for proxy \
                 \"router~10.8.1.6~istio-ingressgateway-0.istio-system~istio-system.svc.cluster.local\" \
                 connection \"router~10.8.1.6~istio-ingressgateway-0.istio-system~istio-system.svc.cluster.local-12\" \
                 from secret cache: cannot find secret hipstershop-cert for ingress gateway",
        ..SDS
    },
    Entry {
        what: Some(What::MissingOrUnusable),
        form: "{pre}Close connection. Failed to get secret for proxy \"{node}\"{!} from secret \
               cache: {reason}",
        level: "error",
        since: "1.2",
        sample: "2020-06-06T08:14:03.329041Z\terror\tsds\tresource:hipstershop-cert Close connection. \
                 Failed to get secret for proxy \
                 \"router~10.8.1.6~istio-ingressgateway-0.istio-system~istio-system.svc.cluster.local\" \
                 from secret cache: cannot find secret hipstershop-cert for ingress gateway",
        ..SDS
    },
    Entry {
        what: Some(What::WrongKeys),
        form: "Fail to extract secret {name} {!}found by direct api call",
        level: "info",
        sample: "2020-04-06T08:14:03.329001Z\tinfo\tsecretfetcher\tFail to extract secret \
                 hipstershop-cert found by direct api call",
        ..FETCHER
    },
    Entry {
        what: Some(What::Served),
        form: "Return secret {name} {!}found by direct api call",
        level: "info",
        sample: "2020-04-06T08:14:03.329001Z\tinfo\tsecretfetcher\tReturn secret hipstershop-cert \
                 found by direct api call",
        ..FETCHER
    },
];

/// Secrets of the namespace that cannot be used, asked for or not.
const UNUSABLE: &[Entry] = &[
    Entry {
        what: Some(What::EmptyKeys),
        form: "Secret object: {name} has {!}empty field, skip adding secret",
        since: "1.1.3",
        until: Some("1.2"),
        scope: "",
        sample: "2019-06-20T08:14:03.329041Z\twarn\tSecret object: hipstershop-cert has empty \
                 field, skip adding secret",
        ..FETCHER
    },
    Entry {
        what: Some(What::EmptyKeys),
        form: "Secret object: {name} has {!}empty field, skip update",
        since: "1.1.3",
        until: Some("1.2"),
        scope: "",
        sample: "2019-06-20T08:14:03.329041Z\twarn\tSecret object: hipstershop-cert has empty \
                 field, skip update",
        ..FETCHER
    },
    Entry {
        what: Some(What::EmptyKeys),
        form: "failed load server cert/key pair from secret {name}: {!}server cert or private key is empty",
        sample: "2020-04-06T08:14:02.100000Z\twarn\tsecretfetcher\tfailed load server cert/key pair \
                 from secret hipstershop-cert: server cert or private key is empty",
        ..FETCHER
    },
    Entry {
        what: Some(What::WrongKeys),
        ca: true,
        form: "failed load CA only secret from {name}: no 'cacert' or 'tls.crt' key in the secret",
        sample: "2020-04-06T08:14:02.100000Z\twarn\tsecretfetcher\tfailed load CA only secret from \
                 hipstershop-cert-cacert: no 'cacert' or 'tls.crt' key in the secret",
        ..FETCHER
    },
    Entry {
        what: Some(What::BadCertificate),
        form: "skip loading secret. Kubernetes secret {name} contains a server certificate that \
               fails to parse: {reason}",
        sample: "2020-04-06T08:14:02.100000Z\twarn\tsecretfetcher\tskip loading secret. Kubernetes \
                 secret hipstershop-cert contains a server certificate that fails to parse: invalid \
                 PEM encoded certificate",
        ..FETCHER
    },
    Entry {
        what: Some(What::BadCertificate),
        ca: true,
        form: "skip loading secret. Kubernetes secret {name} contains a root certificate that \
               fails to parse: {reason}",
        sample: "2020-04-06T08:14:02.100000Z\twarn\tsecretfetcher\tskip loading secret. Kubernetes \
                 secret hipstershop-cert-cacert contains a root certificate that fails to parse: \
                 invalid PEM encoded certificate",
        ..FETCHER
    },
    Entry {
        what: Some(What::Forbidden),
        form: "Failed to list *v1.Secret: secrets is forbidden: User \
               \"system:serviceaccount:{sans}:{sa}\" cannot list resource \"secrets\" in API group \
               \"\" in {!}the namespace \"{ns}\"",
        level: "error",
        scope: "",
        since: "1.1",
        source: "k8s.io/client-go/tools/cache/reflector.go",
        sample: "2020-04-06T08:14:02.100000Z\terror\tk8s.io/client-go@v0.17.2/tools/cache/reflector.go:105: \
                 Failed to list *v1.Secret: secrets is forbidden: User \
                 \"system:serviceaccount:istio-system:istio-ingressgateway-service-account\" cannot \
                 list resource \"secrets\" in API group \"\" in the namespace \"istio-system\"",
        ..FETCHER
    },
    Entry {
        what: Some(What::Forbidden),
        form: "Failed to watch *v1.Secret: failed to list *v1.Secret: secrets is forbidden: User \
               \"system:serviceaccount:{sans}:{sa}\" cannot list resource \"secrets\" in API group \
               \"\" in {!}the namespace \"{ns}\"",
        level: "error",
        scope: "",
        since: "1.7",
        source: "k8s.io/client-go/tools/cache/reflector.go",
        sample: "2020-11-06T08:14:02.100000Z\terror\tk8s.io/client-go@v0.19.3/tools/cache/reflector.go:156: \
                 Failed to watch *v1.Secret: failed to list *v1.Secret: secrets is forbidden: User \
                 \"system:serviceaccount:istio-system:istio-ingressgateway-service-account\" cannot \
                 list resource \"secrets\" in API group \"\" in the namespace \"istio-system\"",
        ..FETCHER
    },
];

/// Every message of the agent.
pub(super) const TABLE: &[&[Entry]] = &[ASKED, UNUSABLE, SENT, CHURN];

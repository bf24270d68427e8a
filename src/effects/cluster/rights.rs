//! Which rights a run takes: one table. The Roles in `docs/roles/` are written from it, and where
//! assertions are on no request leaves that is not in it.

use std::fmt::Write as _;

/// A right that some request takes.
#[derive(Debug)]
struct Right {
    group: &'static str,
    /// With its subresource, as Roles write it.
    resource: &'static str,
    verb: &'static str,
    where_: Where,
    /// What is lost without it.
    for_: &'static str,
}

/// Where a right has to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Where {
    /// In the whole cluster.
    Everywhere,
    /// In the namespaces of gateways and istiod, and in those whose Secrets are to be looked at.
    Namespaces,
    /// Nowhere, if all else is given: it is asked for in place of something that is refused.
    Instead,
}

const NETWORKING: &str = "networking.istio.io";
const GATEWAY_API: &str = "gateway.networking.k8s.io";
const CERT_MANAGER: &str = "cert-manager.io";
const ACME: &str = "acme.cert-manager.io";
const RBAC: &str = "rbac.authorization.k8s.io";

/// Declares the table, a line a right.
macro_rules! rights {
    ($($where_:ident $verb:literal $group:tt $resource:literal $for_:literal;)*) => {
        &[$(Right {
            group: $group, resource: $resource, verb: $verb, where_: Where::$where_, for_: $for_,
        }),*]
    };
}

/// All that a run may ask for, beside what every known user may: `/apis` and `/version`.
const RIGHTS: &[Right] = rights! {
    Everywhere "list" NETWORKING "gateways" "the Gateways of Istio";
    Everywhere "list" GATEWAY_API "gateways" "the Gateways of the Gateway API";
    Everywhere "list" GATEWAY_API "referencegrants" "which of their references are allowed";
    Everywhere "list" NETWORKING "virtualservices" "what is bound to a Gateway";
    Everywhere "list" GATEWAY_API "httproutes" "what is bound to a Gateway";
    Everywhere "list" GATEWAY_API "grpcroutes" "what is bound to a Gateway";
    Everywhere "list" NETWORKING "destinationrules" "the subsets that routes lead to";
    Everywhere "list" NETWORKING "serviceentries" "the hosts that routes lead to";
    Everywhere "list" NETWORKING "workloadentries" "who stands behind them";
    Everywhere "list" "" "services" "where gateways are reached, and where routes lead";
    Everywhere "list" "discovery.k8s.io" "endpointslices" "who stands behind a Service";
    Everywhere "list" CERT_MANAGER "certificates" "what writes the secrets";
    Everywhere "list" CERT_MANAGER "certificaterequests" "why a Certificate is not Ready";
    Everywhere "list" CERT_MANAGER "issuers" "why a Certificate is not Ready";
    Everywhere "list" CERT_MANAGER "clusterissuers" "why a Certificate is not Ready";
    Everywhere "list" ACME "orders" "why a Certificate is not Ready";
    Everywhere "list" ACME "challenges" "why a Certificate is not Ready";
    Everywhere "list" "" "pods" "where gateways and istiod run";
    Everywhere "list" "apps" "deployments" "where a gateway without pods would run";
    Everywhere "list" "admissionregistration.k8s.io" "mutatingwebhookconfigurations"
        "which istiod there is";
    Everywhere "create" "authorization.k8s.io" "subjectaccessreviews"
        "whether a gateway may list secrets";
    Namespaces "get" "" "services" "where istiod runs";
    Namespaces "list" "" "secrets" "where a secret is, by metadata alone";
    Namespaces "get" "" "secrets" "whether a certificate that a gateway serves is sound";
    Namespaces "get" "" "configmaps" "the CA of clients, where a Gateway takes it from one";
    Namespaces "list" "" "events" "whether a secret that is gone was there before";
    Namespaces "get" "" "pods/log" "the words of istiod and the gateways";
    Instead "list" "" "namespaces" "where to look, if something may not be listed everywhere";
    Instead "list" RBAC "roles" "whether a gateway may list secrets";
    Instead "list" RBAC "rolebindings" "whether a gateway may list secrets";
    Instead "list" RBAC "clusterroles" "whether a gateway may list secrets";
    Instead "list" RBAC "clusterrolebindings" "whether a gateway may list secrets";
};

/// All that a run of `discover` may ask for. To wait it watches what it lists, but for nodes.
const DISCOVER: &[Right] = rights! {
    Everywhere "list" "" "services" "where gateways are reached";
    Everywhere "watch" "" "services" "an address that is waited for";
    Everywhere "list" "" "pods" "which Services lead to gateways, and how their pods fare";
    Everywhere "watch" "" "pods" "a pod that is waited for";
    Everywhere "list" NETWORKING "gateways" "which Gateways are bound to a gateway";
    Everywhere "watch" NETWORKING "gateways" "a Gateway that is waited for";
    Everywhere "list" GATEWAY_API "gateways" "which Gateways are bound to a gateway";
    Everywhere "watch" GATEWAY_API "gateways" "an address in a Gateway's status";
    Everywhere "list" "apps" "deployments" "what would make the pods of a gateway without any";
    Everywhere "watch" "apps" "deployments" "what would make the pods of a gateway without any";
    Everywhere "list" "" "nodes" "the nodes' addresses, where they lead to a gateway";
    Namespaces "list" "" "events" "why a load balancer has no address";
    Namespaces "watch" "" "events" "why a load balancer has no address";
    Instead "list" "" "namespaces" "where to look, if something may not be listed everywhere";
};

/// All that `apply`, `diff`, `delete` and `list` may ask for, beside what `discover` may. Server-side
/// apply takes `patch`, and `create` where nothing is there yet.
const APPLY: &[Right] = rights! {
    Everywhere "list" NETWORKING "virtualservices" "which applications there are";
    Everywhere "list" CERT_MANAGER "certificates" "which applications there are";
    Everywhere "list" CERT_MANAGER "issuers" "which applications there are";
    Everywhere "list" CERT_MANAGER "clusterissuers" "which issuers are shared";
    Everywhere "list" "" "secrets" "which secrets are an application's, by metadata alone";
    Everywhere "get" CERT_MANAGER "clusterissuers" "whether an issuer is there";
    Namespaces "get" NETWORKING "gateways" "what is there before";
    Namespaces "create" NETWORKING "gateways" "to publish an application";
    Namespaces "patch" NETWORKING "gateways" "to publish an application";
    Namespaces "delete" NETWORKING "gateways" "to take it back";
    Namespaces "get" NETWORKING "virtualservices" "what is there before";
    Namespaces "create" NETWORKING "virtualservices" "to route its requests";
    Namespaces "patch" NETWORKING "virtualservices" "to route its requests";
    Namespaces "delete" NETWORKING "virtualservices" "to take it back";
    Namespaces "get" CERT_MANAGER "certificates" "what is there before, and whether it is Ready";
    Namespaces "create" CERT_MANAGER "certificates" "to have its certificate made";
    Namespaces "patch" CERT_MANAGER "certificates" "to have its certificate made";
    Namespaces "delete" CERT_MANAGER "certificates" "to take it back";
    Namespaces "get" CERT_MANAGER "issuers" "what is there before";
    Namespaces "create" CERT_MANAGER "issuers" "for --create-issuer";
    Namespaces "patch" CERT_MANAGER "issuers" "for --create-issuer";
    Namespaces "delete" CERT_MANAGER "issuers" "to take it back";
    Namespaces "get" "" "secrets" "what is there before, for --self-signed and --cert";
    Namespaces "create" "" "secrets" "for --self-signed and --cert";
    Namespaces "patch" "" "secrets" "for --self-signed and --cert";
    Namespaces "delete" "" "secrets" "to take it back";
    Instead "create" CERT_MANAGER "clusterissuers" "for --create-issuer with a ClusterIssuer";
    Instead "patch" CERT_MANAGER "clusterissuers" "for --create-issuer with a ClusterIssuer";
};

/// All that `diagnose --fix` may ask for, beside what `diagnose` may. To give a right one must have
/// it, or may escalate.
const FIX: &[Right] = rights! {
    Namespaces "get" NETWORKING "gateways" "what is there before";
    Namespaces "patch" NETWORKING "gateways" "to give a server its mode";
    Namespaces "get" NETWORKING "virtualservices" "what is there before";
    Namespaces "patch" NETWORKING "virtualservices" "to name the only port of a destination";
    Namespaces "get" CERT_MANAGER "certificates" "what is there before, and whether it is Ready";
    Namespaces "create" CERT_MANAGER "certificates" "to move a Certificate";
    Namespaces "patch" CERT_MANAGER "certificates" "to move a Certificate";
    Namespaces "delete" CERT_MANAGER "certificates" "to move a Certificate";
    Namespaces "get" "" "secrets" "who wrote the secret, by metadata alone, and for --copy-private-keys";
    Namespaces "create" "" "secrets" "for --copy-private-keys";
    Namespaces "patch" "" "secrets" "for --copy-private-keys";
    Namespaces "delete" "" "secrets" "to move a Certificate, and to undo";
    Namespaces "get" RBAC "roles" "what is there before";
    Namespaces "create" RBAC "roles" "to let a gateway list secrets";
    Namespaces "patch" RBAC "roles" "to let a gateway list secrets";
    Namespaces "delete" RBAC "roles" "to undo that";
    Namespaces "get" RBAC "rolebindings" "what is there before";
    Namespaces "create" RBAC "rolebindings" "to let a gateway list secrets";
    Namespaces "patch" RBAC "rolebindings" "to let a gateway list secrets";
    Namespaces "delete" RBAC "rolebindings" "to undo that";
};

/// All that `bootstrap` may ask for, beside what `discover` may. To give a gateway the right to its
/// secrets one must have it, or may escalate.
const BOOTSTRAP: &[Right] = rights! {
    Everywhere "list" GATEWAY_API "httproutes" "what depends on a gateway that is to go";
    Everywhere "list" GATEWAY_API "grpcroutes" "what depends on a gateway that is to go";
    Everywhere "list, watch" "admissionregistration.k8s.io" "mutatingwebhookconfigurations"
        "whether istiod fills the pods in";
    Everywhere "list, watch" "" "namespaces" "which labels the namespace has";
    Everywhere "list, watch" "discovery.k8s.io" "endpointslices" "whether istiod answers";
    Everywhere "list" "" "nodes" "whether they take the pods";
    Namespaces "list" "" "resourcequotas" "whether there is room for the pods";
    Namespaces "get, list, create, patch, delete" "" "serviceaccounts" "to run as itself";
    Namespaces "get, list, create, patch, delete" RBAC "roles" "to let it list its secrets";
    Namespaces "get, list, create, patch, delete" RBAC "rolebindings" "to let it list its secrets";
    Namespaces "get, list, watch" "" "secrets" "to let it list its secrets";
    Namespaces "get, list, create, patch, delete" "" "services" "to be reached";
    Namespaces "get, list, create, patch, delete" "apps" "deployments" "to run";
    Namespaces "get, list, create, patch, delete" "autoscaling" "horizontalpodautoscalers"
        "to run in as many pods as the load takes";
    Namespaces "get, list, create, patch, delete" "policy" "poddisruptionbudgets"
        "to stay while nodes are drained";
    Namespaces "get, list, create, patch, delete" "networking.k8s.io" "networkpolicies"
        "for --network-policy";
    Namespaces "get, list, create, patch, delete" GATEWAY_API "gateways"
        "for --method gateway-api";
    Namespaces "get, list, create, patch, delete" "" "configmaps"
        "for --method gateway-api, with --replicas, --min, --max, --cpu, --memory";
    Instead "get, list, create, patch, delete" "install.istio.io" "istiooperators"
        "for --method istiooperator, where the operator's object is";
};

/// Whether a request is one that the tables allow for.
pub(super) fn has(method: &http::Method, path: &str) -> bool {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let (group, rest) = match &*parts {
        ["apis" | "version"] => return true,
        ["api", _, rest @ ..] => ("", rest),
        ["apis", group, _, rest @ ..] => (*group, rest),
        _ => return false,
    };
    let (resource, is_one) = match rest {
        ["namespaces", _, resource, _, sub] => (format!("{resource}/{sub}"), true),
        ["namespaces", _, resource] | [resource] => ((*resource).to_owned(), false),
        ["namespaces", _, resource, _] | [resource, _] => ((*resource).to_owned(), true),
        _ => return false,
    };
    let verb = match (method, is_one) {
        (&http::Method::PATCH, _) => "patch",
        (&http::Method::DELETE, _) => "delete",
        (&http::Method::POST, _) => "create",
        (_, true) => "get",
        (_, false) if query.contains("watch=1") => "watch",
        (_, false) => "list",
    };
    RIGHTS
        .iter()
        .chain(DISCOVER)
        // To create is a right that server-side apply takes; nothing is posted.
        .chain(APPLY.iter().chain(FIX).chain(BOOTSTRAP).filter(|_| verb != "create"))
        .any(|it| {
            it.group == group && it.resource == resource && it.verb.split(", ").any(|it| it == verb)
        })
}

/// The Roles of `docs/roles/`, each with the name of its file.
pub fn roles() -> Vec<(&'static str, String)> {
    vec![
        (
            "diagnose.yaml",
            "# The least that `igwctl diagnose` and `igwctl snapshot` need. This file is written by \
             the tool.\n#\n# Nothing in the ClusterRole shows a secret. The Role does, and logs: \
             give it in the namespace\n# of the gateways and istiod, and in each whose Secrets are \
             to be looked at. Without it the\n# report says what it could not see.\n"
                .to_owned()
                + &role("igwctl-diagnose", RIGHTS),
        ),
        (
            "discover.yaml",
            "# The least that `igwctl discover` needs. This file is written by the tool.\n#\n# \
             Nothing in it shows a secret or a log. Give the Role in the namespaces of gateways; \
             without it,\n# why a load balancer has no address is not told. `watch` is for \
             --wait.\n"
                .to_owned()
                + &role("igwctl-discover", DISCOVER),
        ),
        (
            "apply.yaml",
            "# What `igwctl apply`, `diff`, `delete` and `list` need beside discover.yaml. This file \
             is written\n# by the tool.\n#\n# Give the Role in the applications' namespaces, and \
             where certificates are made in that of the\n# gateway's pods too. Secrets are listed \
             by metadata alone, and written only for --self-signed\n# and --cert.\n"
                .to_owned()
                + &role("igwctl-apply", APPLY),
        ),
        (
            "fix.yaml",
            "# What `igwctl diagnose --fix` needs beside diagnose.yaml. This file is written by the \
             tool.\n#\n# Give it in the namespaces of the gateways and of the applications. Who lets \
             a gateway list secrets\n# must have that right too: Kubernetes gives away only what one \
             has.\n"
                .to_owned()
                + &role("igwctl-fix", FIX),
        ),
        (
            "bootstrap.yaml",
            "# What `igwctl bootstrap` needs beside discover.yaml. This file is written by the \
             tool.\n#\n# Give the Role in the namespaces that may have gateways of their own. \
             Secrets are in it because\n# Kubernetes gives away only what one has: a gateway must \
             list those of its namespace.\n"
                .to_owned()
                + &role("igwctl-bootstrap", BOOTSTRAP),
        ),
    ]
}

/// A `ClusterRole` and a Role of that name.
fn role(name: &str, rights: &[Right]) -> String {
    let mut text = String::new();
    let mut role = |kind: &str, place: &str, where_: Where| {
        if !rights.iter().any(|it| it.where_ == where_) {
            return;
        }
        let _: std::fmt::Result = write!(
            text,
            "apiVersion: {RBAC}/v1\nkind: {kind}\nmetadata:\n  name: {name}\n{place}rules:\n"
        );
        for right in rights.iter().filter(|it| it.where_ == where_) {
            let _: std::fmt::Result = write!(
                text,
                "  # {}\n  - apiGroups: [\"{}\"]\n    resources: [{}]\n    verbs: [{}]\n",
                right.for_, right.group, right.resource, right.verb
            );
        }
        text += if where_ == Where::Everywhere { "---\n" } else { "" };
    };
    role("ClusterRole", "", Where::Everywhere);
    role("Role", "  namespace: istio-system\n", Where::Namespaces);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_weighed_by_what_it_asks_for() {
        let get = |path: &str| has(&http::Method::GET, path);
        assert!(get("/apis") && get("/version"));
        assert!(get("/api/v1/pods?labelSelector=a%3Db&limit=500"));
        assert!(get("/api/v1/namespaces/istio-system/secrets/tls"));
        assert!(get("/api/v1/namespaces/istio-system/pods/a/log?container=istio-proxy"));
        assert!(get("/api/v1/namespaces") && get("/apis/cert-manager.io/v1/namespaces/a/issuers"));
        assert!(get("/api/v1/services?watch=1") && !get("/api/v1/nodes?watch=1"));
        assert!(!get("/api/v1/persistentvolumes") && !get("/api/v1/namespaces/a/pods/b"));
        let post = |path: &str| has(&http::Method::POST, path);
        assert!(post("/apis/authorization.k8s.io/v1/subjectaccessreviews"));
        assert!(!post("/api/v1/namespaces/a/secrets"));
    }

    #[test]
    fn the_cluster_role_shows_no_secret_and_nothing_may_be_changed() {
        for (file, text) in roles() {
            let (everywhere, rest) = text.split_once("---\n").unwrap_or(("", &text));
            assert!(file == "apply.yaml" || !everywhere.contains("resources: [secrets]"), "{file}");
            assert!(!everywhere.contains("pods/log"), "{file}");
            assert!(file != "discover.yaml" || !rest.contains("secrets"), "{file}");
        }
        let verbs = RIGHTS.iter().chain(DISCOVER).map(|it| it.verb);
        assert!(verbs.clone().all(|verb| ["get", "list", "watch", "create"].contains(&verb)));
        assert_eq!(verbs.filter(|verb| *verb == "create").count(), 1);
    }
}

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

/// Whether a request is one that the table allows for.
pub(super) fn has(method: &http::Method, path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
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
        (&http::Method::POST, _) => "create",
        (_, true) => "get",
        (_, false) => "list",
    };
    RIGHTS.iter().any(|it| it.group == group && it.resource == resource && it.verb == verb)
}

/// `docs/roles/diagnose.yaml`: the least that `diagnose` and `snapshot` need to see all.
pub fn roles() -> String {
    let mut text = String::from(
        "# The least that `igwctl diagnose` and `igwctl snapshot` need. This file is written by the \
         tool.\n#\n# Nothing in the ClusterRole shows a secret. The Role does, and logs: give it in \
         the namespace\n# of the gateways and istiod, and in each whose Secrets are to be looked \
         at. Without it the\n# report says what it could not see.\n",
    );
    let mut role = |kind: &str, place: &str, where_: Where| {
        let _: std::fmt::Result = write!(
            text,
            "apiVersion: {RBAC}/v1\nkind: {kind}\nmetadata:\n  name: igwctl-diagnose\n{place}rules:\n"
        );
        for right in RIGHTS.iter().filter(|it| it.where_ == where_) {
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
        assert!(!get("/api/v1/nodes") && !get("/api/v1/namespaces/a/pods/b"));
        let post = |path: &str| has(&http::Method::POST, path);
        assert!(post("/apis/authorization.k8s.io/v1/subjectaccessreviews"));
        assert!(!post("/api/v1/namespaces/a/secrets"));
    }

    #[test]
    fn the_cluster_role_shows_no_secret_and_nothing_may_be_changed() {
        let roles = roles();
        let (everywhere, _) = roles.split_once("---\n").unwrap();
        assert!(!everywhere.contains("resources: [secrets]") && !everywhere.contains("pods/log"));
        let verbs = RIGHTS.iter().map(|it| it.verb);
        assert!(verbs.clone().all(|verb| ["get", "list", "create"].contains(&verb)));
        assert_eq!(verbs.filter(|verb| *verb == "create").count(), 1);
    }
}

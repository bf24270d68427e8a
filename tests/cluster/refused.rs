//! What the API server refuses: each ends with what is missing, and what was and was not done.

use std::thread;

use serde_json::{Value, json};

use crate::apply::{SHOP, names, prepared, run};
use crate::fix::{FIX, MOVED, NOT_MOVED, left, misplaced};
use crate::fixes::{play_cert_manager, shop};
use crate::igwctl::Ran;
use crate::objects::{
    APP, GATEWAY_NAMESPACE, cluster_issuer, gateway_role, lists_secrets, pair, secret,
};
use crate::proxy::{Asked, Fate, Proxy};
use crate::rights::{USER, give, give_but, take, until_may};
use crate::stack::{Stack, shared, until};

const GATEWAYS: &str = "gateways.networking.istio.io";
const ROUTES: &str = "virtualservices.networking.istio.io";
const CERTIFICATES: &str = "certificates.cert-manager.io";

#[track_caller]
fn told(ran: &Ran, code: i32, stdout: &str, words: &[&str]) {
    assert_eq!((ran.code, &*ran.stdout), (code, stdout), "{ran}");
    for word in words {
        assert!(ran.stderr.contains(word), "{word}? {ran}");
    }
}

fn as_user(line: &str) -> String {
    format!("--as {USER} {line}")
}

/// What is written of a verb, of another one.
fn without(verb: &'static str) -> impl Fn(&str) -> String {
    move |text| text.replace(&format!("verbs: [{verb}]"), "verbs: [get]")
}

#[test]
fn who_may_create_and_not_patch_is_told_before_anything_is_sent() {
    let stack = shared();
    prepared(&stack);
    let files = ["discover.yaml", "apply.yaml"];
    give_but(&stack, &files, without("patch"));
    let ran = run(&stack, &as_user(&format!("apply {SHOP} --yes")));
    take(&stack, &files);
    let what = "Gateway hipstershopv1v2/hipstershop may not be written";
    told(
        &ran,
        5,
        "",
        &[what, "cannot patch resource", "docs/roles/apply.yaml", "nothing was sent"],
    );
    assert_eq!(names(&stack, GATEWAYS, APP).len(), 0);
    assert_eq!(names(&stack, ROUTES, APP).len(), 0);
}

#[test]
fn who_may_not_delete_is_told_the_right() {
    let stack = shared();
    prepared(&stack);
    let files = ["discover.yaml", "apply.yaml"];
    give_but(&stack, &files, without("delete"));
    let whole = format!("apply {SHOP} --yes");
    assert_eq!(run(&stack, &whole).code, 0);
    let pruned = run(&stack, &as_user("apply hipstershop -n hipstershopv1v2 --yes --prune"));
    let deleted = run(&stack, &as_user("delete hipstershop -n hipstershopv1v2 --yes"));
    take(&stack, &files);
    let right = "the right to delete virtualservices in hipstershopv1v2";
    told(&pruned, 5, "gateway.networking.istio.io/hipstershop unchanged\n", &[right]);
    told(&deleted, 5, "", &[right, "docs/roles/apply.yaml"]);
    assert_eq!(names(&stack, ROUTES, APP), ["hipstershop"]);
}

/// An admission policy that the API server goes by, as long as it is held.
struct Policy<'s> {
    stack: &'s Stack,
}

const WORDS: &str = "the house has a rule";

impl<'s> Policy<'s> {
    /// Refuses these operations on a kind wherever the expression is false.
    fn new(
        stack: &'s Stack,
        group: &str,
        resource: &str,
        operations: &[&str],
        holds: &str,
    ) -> Self {
        let rule = |group: &str, resource: &str, operations: &[&str]| {
            json!({
                "apiGroups": [group], "apiVersions": ["*"], "resources": [resource],
                "operations": operations,
            })
        };
        let rules = [
            rule(group, resource, operations),
            rule("scheduling.k8s.io", "priorityclasses", &["CREATE"]),
        ];
        // Of these nobody makes one, so by them can be asked whether the policy is gone by.
        let holds = format!("request.resource.resource != 'priorityclasses' && ({holds})");
        let api = "admissionregistration.k8s.io/v1";
        let spec = json!({
            "failurePolicy": "Fail", "matchConstraints": {"resourceRules": rules},
            "validations": [{"expression": holds, "message": WORDS}],
        });
        let policy = json!({
            "apiVersion": api, "kind": "ValidatingAdmissionPolicy",
            "metadata": {"name": "igwctl-test"}, "spec": spec,
        });
        let binding = json!({
            "apiVersion": api, "kind": "ValidatingAdmissionPolicyBinding",
            "metadata": {"name": "igwctl-test"},
            "spec": {"policyName": "igwctl-test", "validationActions": ["Deny"]},
        });
        let list = json!({"apiVersion": "v1", "kind": "List", "items": [policy, binding]});
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), list.to_string()).unwrap();
        stack.kubectl(&["create", "-f", file.path().to_str().unwrap()]);
        let policy = Self { stack };
        policy.wait(true);
        policy
    }

    /// Waits until the API server goes by the policy, or no more: it learns of both by a watch.
    fn wait(&self, is_held: bool) {
        let asks = ["create", "priorityclass", "igwctl-test", "--value=1", "--dry-run=server"];
        until(
            || self.stack.kubectl_says(&asks).contains(WORDS) == is_held,
            || format!("the policy is gone by: {}, after a minute", !is_held),
        );
    }
}

impl Drop for Policy<'_> {
    fn drop(&mut self) {
        // A control plane that a test failed on is nobody's any more.
        if thread::panicking() {
            return;
        }
        for kind in ["validatingadmissionpolicybindings", "validatingadmissionpolicies"] {
            self.stack.kubectl(&["delete", kind, "igwctl-test", "--ignore-not-found"]);
        }
        self.wait(false);
    }
}

#[test]
fn a_policy_that_refuses_is_quoted_and_nothing_is_sent() {
    let stack = shared();
    prepared(&stack);
    let _policy =
        Policy::new(&stack, "networking.istio.io", "virtualservices", &["CREATE"], "false");
    let proxy = Proxy::before(&stack, |_, _| Fate::Passed);
    let line = format!("apply {SHOP} --yes");
    let ran = proxy.igwctl(&line.split(' ').collect::<Vec<_>>()).ran();
    let what = "VirtualService hipstershopv1v2/hipstershop";
    told(&ran, 3, "", &[WORDS, what, "nothing was sent"]);
    assert!(!proxy.asked().iter().any(Asked::writes), "{ran}");
    assert_eq!(names(&stack, GATEWAYS, APP).len(), 0);
}

#[test]
fn a_policy_that_spares_dry_runs_leaves_what_came_before_and_says_so() {
    let stack = shared();
    prepared(&stack);
    let spares = "request.dryRun == true";
    let policy = Policy::new(&stack, "networking.istio.io", "virtualservices", &["CREATE"], spares);
    let apply = format!("apply {SHOP} --yes");
    let ran = run(&stack, &apply);
    let created = "gateway.networking.istio.io/hipstershop created\n";
    told(&ran, 3, created, &[WORDS, "what came before it is done", "the same command goes on"]);
    assert_eq!(names(&stack, GATEWAYS, APP), ["hipstershop"]);
    drop(policy);
    let ran = run(&stack, &apply);
    assert_eq!(ran.code, 0, "it goes on: {ran}");
    assert_eq!(names(&stack, ROUTES, APP), ["hipstershop"]);
}

#[test]
fn a_move_whose_deletion_a_policy_refuses_is_not_begun() {
    let stack = shared();
    misplaced(&stack, &Value::Null);
    let holds = "oldObject.metadata.namespace != 'hipstershopv1v2'";
    let policy = Policy::new(&stack, "cert-manager.io", "certificates", &["DELETE"], holds);
    let fix = |more: &[&str]| stack.igwctl(&FIX).with(more).ran();
    let ran = fix(&[]);
    assert_eq!(ran.code, 1, "{ran}");
    assert!(ran.stderr.contains(WORDS) && ran.stderr.contains("nothing was sent for it"), "{ran}");
    drop(policy);
    assert_eq!(left(&stack), NOT_MOVED);
}

#[test]
fn with_the_written_rights_a_fix_goes() {
    let stack = shared();
    let files = ["diagnose.yaml", "fix.yaml"];
    misplaced(&stack, &Value::Null);
    give(&stack, &files);
    let fix = |more: &[&str]| stack.igwctl(&FIX).with(&["--as", USER]).with(more);
    let moved = thread::scope(|scope| {
        scope.spawn(|| play_cert_manager(&stack, "shop"));
        fix(&[]).ran()
    });
    assert_eq!((moved.code, &*left(&stack)), (0, MOVED), "{moved}");
    take(&stack, &files);

    let mut more = gateway_role(lists_secrets());
    more.push(secret(APP, "shop-cert", &pair("shop.example.com")));
    shop(&stack, &more);
    give(&stack, &files);
    let copied = fix(&["--copy-private-keys"]).ran();
    assert_eq!(copied.code, 0, "{copied}");
    take(&stack, &files);

    // Kubernetes lets nobody give away what they have not.
    shop(&stack, &[secret(GATEWAY_NAMESPACE, "shop-cert", &pair("shop.example.com"))]);
    give(&stack, &files);
    let refused = fix(&[]).ran();
    for word in ["attempting to grant RBAC permissions", "docs/roles/fix.yaml", "nothing was sent"]
    {
        assert!(refused.stderr.contains(word), "{word}? {refused}");
    }
    let watch = ["create", "role", "watch", "-n", GATEWAY_NAMESPACE, "--verb=get,list,watch"];
    stack.kubectl(&[&watch[..], &["--resource=secrets"]].concat());
    let user = format!("--user={USER}");
    let bind = ["create", "rolebinding", "watch", "-n", GATEWAY_NAMESPACE, "--role=watch", &user];
    stack.kubectl(&bind);
    until_may(&stack, &["watch", "secrets", "-n", GATEWAY_NAMESPACE], true);
    let given = fix(&[]).ran();
    take(&stack, &files);
    assert_eq!(given.code, 0, "{given}");
}

#[test]
fn who_may_not_make_a_certificate_there_is_told_before_anything_is_sent() {
    let stack = shared();
    misplaced(&stack, &Value::Null);
    let files = ["diagnose.yaml", "fix.yaml"];
    give(&stack, &files);
    stack.kubectl(&["delete", "rolebinding", "igwctl-fix", "-n", GATEWAY_NAMESPACE]);
    let certificates = "create certificates.cert-manager.io -n istio-system";
    until_may(&stack, &certificates.split(' ').collect::<Vec<_>>(), false);
    let ran = stack.igwctl(&FIX).with(&["--as", USER]).ran();
    take(&stack, &files);
    assert_eq!(ran.code, 1, "{ran}");
    for word in ["Certificate istio-system/shop", "docs/roles/fix.yaml", "nothing was sent for it"]
    {
        assert!(ran.stderr.contains(word), "{word}? {ran}");
    }
    assert_eq!(left(&stack), NOT_MOVED);
}

#[test]
fn an_issuer_of_a_namespace_is_looked_for_where_the_certificate_lands() {
    let stack = shared();
    prepared(&stack);
    let issuer = |namespace: &str, spec: Value| {
        let mut issuer = cluster_issuer();
        issuer["kind"] = json!("Issuer");
        issuer["metadata"] = json!({"name": "ours", "namespace": namespace});
        issuer["spec"] = spec;
        issuer
    };
    stack.add(&[issuer(APP, json!({"selfSigned": {}}))]);
    let line = format!("apply {SHOP} --tls --issuer Issuer/ours --yes");
    let ran = run(&stack, &line);
    ran.fails(4, &["there is no Issuer istio-system/ours", "lands in istio-system"]);
    assert_eq!(names(&stack, GATEWAYS, APP).len(), 0);
    let acme = json!({"acme": {
        "server": "https://acme.example.com", "privateKeySecretRef": {"name": "account"},
        "solvers": [{"http01": {"ingress": {"class": "istio"}}}],
    }});
    stack.add(&[issuer(GATEWAY_NAMESPACE, acme)]);
    let ran = run(&stack, &line);
    assert_eq!(ran.code, 0, "{ran}");
    // An ACME issuer takes no organization and no addresses.
    let name = "hipstershopv1v2-hipstershop";
    let get = ["get", CERTIFICATES, name, "-n", GATEWAY_NAMESPACE, "-o", "json"];
    let made: Value = serde_json::from_str(&stack.kubectl(&get)).unwrap();
    assert_eq!(made["spec"]["subject"], Value::Null, "{made:#}");
    assert_eq!(made["spec"]["ipAddresses"], Value::Null, "{made:#}");
}

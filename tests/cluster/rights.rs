//! With exactly the rights of `docs/roles/diagnose.yaml`, nothing is left unseen.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use crate::igwctl::NOW;
use crate::objects::{APP, GATEWAY_NAMESPACE};
use crate::stack::{Stack, shared, until};

pub(crate) const USER: &str = "somebody";

/// Gives somebody the Roles of these files as they are written, each namespaced one in the namespaces
/// of the gateway and of the application; `edit` may make less of them.
pub(crate) fn give_but(stack: &Stack, files: &[&str], edit: impl Fn(&str) -> String) {
    let folder = tempfile::tempdir().unwrap();
    let apply = |text: &str| {
        let path = folder.path().join("roles.yaml");
        std::fs::write(&path, text).unwrap();
        stack.kubectl(&["apply", "-f", path.to_str().unwrap()]);
    };
    let user = format!("--user={USER}");
    let bind = |arguments: &[&str]| {
        stack.kubectl(&[arguments, &[&user]].concat());
    };
    let roles = igwctl::effects::cluster::rights::roles();
    for file in files {
        let (_, text) = roles.iter().find(|it| it.0 == *file).expect("a file of docs/roles");
        let text = edit(text);
        apply(&text);
        let (everywhere, role) = text.split_once("---\n").unwrap_or(("", &text));
        let name = name_of(file);
        if !everywhere.is_empty() {
            bind(&["create", "clusterrolebinding", &name, &format!("--clusterrole={name}")]);
        }
        if !role.contains("kind: Role\n") {
            continue;
        }
        apply(&role.replace(GATEWAY_NAMESPACE, APP));
        for namespace in [GATEWAY_NAMESPACE, APP] {
            let role = format!("--role={name}");
            bind(&["create", "rolebinding", &name, "-n", namespace, &role]);
        }
    }
    settles(stack);
}

/// Waits until the API server goes by the Roles and bindings that were made: it learns of each kind
/// by a watch, in order, so of all before these.
fn settles(stack: &Stack) {
    static LAST: AtomicUsize = AtomicUsize::new(0);
    let last = format!("last-{}", LAST.fetch_add(1, Ordering::SeqCst));
    let api = "rbac.authorization.k8s.io/v1";
    let mut items = Vec::new();
    let own = format!("own-{last}");
    for (prefix, metadata, resource) in [
        ("Cluster", json!({"name": "igwctl-last"}), &last),
        ("", json!({"name": "igwctl-last", "namespace": APP}), &own),
    ] {
        let role = format!("{prefix}Role");
        items.push(json!({
            "apiVersion": api, "kind": role, "metadata": metadata,
            "rules": [{"apiGroups": [""], "resources": [resource], "verbs": ["get"]}],
        }));
        items.push(json!({
            "apiVersion": api, "kind": format!("{role}Binding"), "metadata": metadata,
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": role, "name": "igwctl-last"},
            "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": USER}],
        }));
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    let text = json!({"apiVersion": "v1", "kind": "List", "items": items});
    std::fs::write(file.path(), text.to_string()).unwrap();
    stack.kubectl(&["apply", "-f", file.path().to_str().unwrap()]);
    until_may(stack, &["get", &last], true);
    until_may(stack, &["get", &own, "-n", APP], true);
}

/// Waits until somebody may do that, or may no more.
pub(crate) fn until_may(stack: &Stack, what: &[&str], may: bool) {
    let asks = [&["auth", "can-i"], what, &["--as", USER]].concat();
    until(|| stack.kubectl_succeeds(&asks) == may, || format!("may {what:?}: never {may}"));
}

/// The same, whole.
pub(crate) fn give(stack: &Stack, files: &[&str]) {
    give_but(stack, files, str::to_owned);
}

/// Takes away what the clearing of the stack leaves.
pub(crate) fn take(stack: &Stack, files: &[&str]) {
    let names = files.iter().map(|it| name_of(it));
    for name in names.chain(["igwctl-last".to_owned()]) {
        stack.kubectl(&["delete", "clusterrolebinding,clusterrole", &name, "--ignore-not-found"]);
    }
}

fn name_of(file: &str) -> String {
    format!("igwctl-{}", file.trim_end_matches(".yaml"))
}

#[test]
fn the_written_roles_are_enough_and_nothing_in_them_is_too_much() {
    let stack = shared();
    for (recording, codes) in [
        ("04-secret-in-app-namespace", &["IGW0301"][..]),
        ("05-secret-moved-to-gateway-namespace", &[]),
        ("07-secret-wrong-keys", &["IGW0304"]),
        ("19-certificate-issuer-missing", &["IGW0312"]),
    ] {
        stack.recording(recording);
        give(&stack, &["diagnose.yaml"]);
        let diagnosis = stack.igwctl(&["diagnose", "--now", NOW, "--as", USER]).diagnosis();
        let full = stack.igwctl(&["diagnose", "--now", NOW]).diagnosis();
        take(&stack, &["diagnose.yaml"]);
        assert_eq!(diagnosis.codes(), codes, "{recording}: {}", diagnosis.ran);
        assert_eq!(diagnosis.findings(), full.findings(), "{recording}: {}", diagnosis.ran);
        diagnosis.is_all_seen();
        let is_seen = diagnosis.log_lines() == full.log_lines();
        assert!(is_seen, "{recording}: {}", diagnosis.ran);
    }
}

#[test]
fn without_the_namespaced_role_the_report_says_what_it_could_not_see() {
    let stack = shared();
    stack.recording("05-secret-moved-to-gateway-namespace");
    give(&stack, &["diagnose.yaml"]);
    stack.kubectl(&["delete", "rolebinding", "igwctl-diagnose", "-n", GATEWAY_NAMESPACE]);
    until_may(&stack, &["list", "secrets", "-n", GATEWAY_NAMESPACE], false);
    let diagnosis = stack.igwctl(&["diagnose", "--now", NOW, "--as", USER]).diagnosis();
    take(&stack, &["diagnose.yaml"]);
    assert_eq!(diagnosis.ran.code, 5, "{}", diagnosis.ran);
    assert_eq!(diagnosis.codes(), [""; 0], "{}", diagnosis.ran);
    let undecided = diagnosis.undecided().join("\n");
    assert!(undecided.contains("list secrets in istio-system"), "{undecided}");
    let notices = diagnosis.notices().join("\n");
    assert!(notices.contains("istio-system"), "{notices}");
}

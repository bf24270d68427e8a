//! With exactly the rights of `docs/roles/diagnose.yaml`, nothing is left unseen.

use crate::igwctl::NOW;
use crate::objects::{APP, GATEWAY_NAMESPACE};
use crate::stack::{Stack, shared};

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
}

/// The same, whole.
pub(crate) fn give(stack: &Stack, files: &[&str]) {
    give_but(stack, files, str::to_owned);
}

/// Takes away what the clearing of the stack leaves.
pub(crate) fn take(stack: &Stack, files: &[&str]) {
    for file in files {
        let name = name_of(file);
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
    let diagnosis = stack.igwctl(&["diagnose", "--now", NOW, "--as", USER]).diagnosis();
    take(&stack, &["diagnose.yaml"]);
    assert_eq!(diagnosis.ran.code, 5, "{}", diagnosis.ran);
    assert_eq!(diagnosis.codes(), [""; 0], "{}", diagnosis.ran);
    let undecided = diagnosis.undecided().join("\n");
    assert!(undecided.contains("list secrets in istio-system"), "{undecided}");
    let notices = diagnosis.notices().join("\n");
    assert!(notices.contains("istio-system"), "{notices}");
}

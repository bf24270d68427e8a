//! With exactly the rights of `docs/roles/diagnose.yaml`, nothing is left unseen.

use std::path::Path;

use crate::igwctl::NOW;
use crate::objects::{APP, GATEWAY_NAMESPACE};
use crate::stack::{Stack, shared};

const USER: &str = "somebody";

/// Gives a user the Roles as they are written, the namespaced one in these namespaces.
fn give(stack: &Stack, folder: &Path) {
    let [(_, roles), ..] = &*igwctl::effects::cluster::rights::roles() else { panic!("no roles") };
    let file = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    stack.kubectl(&["apply", "-f", &file("roles.yaml", roles)]);
    let (_, role) = roles.split_once("---\n").unwrap();
    let elsewhere = role.replace(GATEWAY_NAMESPACE, APP);
    stack.kubectl(&["apply", "-f", &file("role.yaml", &elsewhere)]);
    let user = format!("--user={USER}");
    let bind = |arguments: &[&str]| {
        stack.kubectl(&[arguments, &[&user]].concat());
    };
    bind(&["create", "clusterrolebinding", "igwctl-diagnose", "--clusterrole=igwctl-diagnose"]);
    for namespace in [GATEWAY_NAMESPACE, APP] {
        let create = ["create", "rolebinding", "igwctl-diagnose", "-n", namespace];
        bind(&[&create[..], &["--role=igwctl-diagnose"]].concat());
    }
}

fn take(stack: &Stack) {
    stack.kubectl(&["delete", "clusterrolebinding,clusterrole", "igwctl-diagnose"]);
}

#[test]
fn the_written_roles_are_enough_and_nothing_in_them_is_too_much() {
    let stack = shared();
    let folder = tempfile::tempdir().unwrap();
    for (recording, codes) in [
        ("04-secret-in-app-namespace", &["IGW0301"][..]),
        ("05-secret-moved-to-gateway-namespace", &[]),
        ("07-secret-wrong-keys", &["IGW0304"]),
        ("19-certificate-issuer-missing", &["IGW0312"]),
    ] {
        stack.recording(recording);
        give(&stack, folder.path());
        let diagnosis = stack.igwctl(&["diagnose", "--now", NOW, "--as", USER]).diagnosis();
        let full = stack.igwctl(&["diagnose", "--now", NOW]).diagnosis();
        take(&stack);
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
    let folder = tempfile::tempdir().unwrap();
    stack.recording("05-secret-moved-to-gateway-namespace");
    give(&stack, folder.path());
    stack.kubectl(&["delete", "rolebinding", "igwctl-diagnose", "-n", GATEWAY_NAMESPACE]);
    let diagnosis = stack.igwctl(&["diagnose", "--now", NOW, "--as", USER]).diagnosis();
    take(&stack);
    assert_eq!(diagnosis.ran.code, 5, "{}", diagnosis.ran);
    assert_eq!(diagnosis.codes(), [""; 0], "{}", diagnosis.ran);
    let undecided = diagnosis.undecided().join("\n");
    assert!(undecided.contains("list secrets in istio-system"), "{undecided}");
    let notices = diagnosis.notices().join("\n");
    assert!(notices.contains("istio-system"), "{notices}");
}

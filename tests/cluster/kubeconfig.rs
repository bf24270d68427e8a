//! Which cluster, as whom: kubectl's rules.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::igwctl::{NOW, Ran, Run};
use crate::objects::APP;
use crate::stack::{Stack, shared};

fn write(folder: &Path, name: &str, value: &Value) -> String {
    let path = folder.join(name);
    std::fs::write(&path, value.to_string()).unwrap();
    path.to_str().unwrap().to_owned()
}

/// A kubeconfig with nothing but what is given.
fn config(parts: Value) -> Value {
    let mut whole = json!({"apiVersion": "v1", "kind": "Config"});
    let object = whole.as_object_mut().unwrap();
    object.extend(parts.as_object().unwrap().clone());
    whole
}

/// Whether a run got in as somebody who sees all, as somebody who sees nothing, or not at all.
fn as_whom(ran: &Ran) -> &'static str {
    match ran.code {
        0 => "everything",
        5 => "nothing",
        _ => "nobody",
    }
}

fn diagnose(arguments: &[&str]) -> Run {
    Run::new(&["diagnose", "--no-logs"]).with(arguments)
}

#[test]
fn a_list_of_files_is_merged_and_the_first_that_sets_a_thing_wins() {
    let stack = shared();
    stack.clear();
    let folder = tempfile::tempdir().unwrap();
    let full = stack.kubeconfig_value();
    let token = |user: &str| json!({"token": stack.token(user)});
    let context = json!({"cluster": "stack", "user": "me"});
    let first = config(json!({"users": [{"name": "me", "user": token("everything")}]}));
    let second = config(json!({
        "users": [{"name": "me", "user": token("nothing")}],
        "contexts": [{"name": "mine", "context": context}],
        "current-context": "mine",
    }));
    let third = config(json!({"clusters": full["clusters"], "current-context": "other"}));
    let first = write(folder.path(), "first", &first);
    let second = write(folder.path(), "second", &second);
    let third = write(folder.path(), "third", &third);
    let missing = folder.path().join("missing").display().to_string();
    let run = |files: &[&String]| {
        let list = files.iter().map(|it| it.as_str()).collect::<Vec<_>>().join(":");
        diagnose(&[]).env("KUBECONFIG", &list).ran()
    };
    let ran = run(&[&missing, &first, &second, &third]);
    assert_eq!(as_whom(&ran), "everything", "{ran}");
    let ran = run(&[&second, &first, &missing, &third]);
    assert_eq!(as_whom(&ran), "nothing", "{ran}");
    // An empty place in the list is none, and a list of nothing that is there is no kubeconfig.
    let ran = run(&[&String::new(), &first, &second, &third]);
    assert_eq!(as_whom(&ran), "everything", "{ran}");
    run(&[&missing, &missing]).fails(3, &["there is no kubeconfig"]);
    // The flag stands alone, whatever the environment says.
    let ran = diagnose(&["--kubeconfig", &second]).env("KUBECONFIG", &third).ran();
    ran.fails(3, &["kubeconfig cannot be used"]);
}

#[test]
fn the_default_file_is_in_the_home_directory() {
    let stack = shared();
    stack.clear();
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join(".kube")).unwrap();
    write(home.path(), ".kube/config", &stack.kubeconfig_value());
    let ran = diagnose(&[]).env("HOME", home.path().to_str().unwrap()).ran();
    assert_eq!(as_whom(&ran), "everything", "{ran}");
}

#[test]
fn context_user_and_cluster_are_chosen_one_by_one() {
    let stack = shared();
    stack.clear();
    let folder = tempfile::tempdir().unwrap();
    let mut full = stack.kubeconfig_value();
    let nowhere = json!({"name": "nowhere", "cluster": {"server": "https://127.0.0.1:1"}});
    full["clusters"].as_array_mut().unwrap().push(nowhere);
    let lost = json!({"name": "lost", "context": {"cluster": "nowhere", "user": "nothing"}});
    full["contexts"].as_array_mut().unwrap().push(lost);
    let file = write(folder.path(), "config", &full);
    let run = |arguments: &[&str]| diagnose(arguments).env("KUBECONFIG", &file).ran();
    assert_eq!(as_whom(&run(&[])), "everything");
    assert_eq!(as_whom(&run(&["--context", "nothing"])), "nothing");
    assert_eq!(as_whom(&run(&["--user", "nothing"])), "nothing");
    assert_eq!(as_whom(&run(&["--context", "nothing", "--user", "everything"])), "everything");
    run(&["--cluster", "nowhere"]).fails(3, &["https://127.0.0.1:1 cannot be reached"]);
    let ran = run(&["--context", "lost", "--cluster", "stack", "--user", "everything"]);
    assert_eq!(as_whom(&ran), "everything", "{ran}");
    run(&["--context", "no-such"]).fails(3, &["kubeconfig cannot be used", "no-such"]);
}

#[test]
fn another_user_and_groups_are_impersonated() {
    let stack = shared();
    stack.clear();
    let run = |arguments: &[&str]| stack.igwctl(&["diagnose", "--no-logs"]).with(arguments).ran();
    assert_eq!(as_whom(&run(&["--as", "nothing"])), "nothing");
    assert_eq!(as_whom(&run(&["--as", "everything"])), "everything");
    let ran = run(&["--as", "nothing", "--as-group", "a", "--as-group", "system:masters"]);
    assert_eq!(as_whom(&ran), "everything", "{ran}");
    // Who may not impersonate is told that, not that nothing is there.
    let ran = run(&["--context", "nothing", "--as", "everything"]);
    assert_eq!(ran.code, 5, "{ran}");
}

/// A program that prints credentials, as the clouds' do.
fn plugin(folder: &Path, script: &str) -> Value {
    let path = folder.join("credentials");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).unwrap();
    json!({"exec": {
        "apiVersion": "client.authentication.k8s.io/v1", "command": path,
        "interactiveMode": "Never", "args": ["get-token"], "env": [{"name": "WHO", "value": "me"}],
    }})
}

fn with_plugin(stack: &Stack, folder: &Path, script: &str) -> Run {
    let mut full = stack.kubeconfig_value();
    full["users"][0]["user"] = plugin(folder, script);
    diagnose(&[]).env("KUBECONFIG", &write(folder, "config", &full))
}

#[test]
fn a_program_gives_the_credentials() {
    let stack = shared();
    stack.clear();
    let folder = tempfile::tempdir().unwrap();
    let credential = json!({
        "apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",
        "status": {"token": stack.token("everything")},
    });
    let script = format!("test \"$1 $WHO\" = 'get-token me' || exit 1\necho '{credential}'");
    let ran = with_plugin(&stack, folder.path(), &script).ran();
    assert_eq!(as_whom(&ran), "everything", "{ran}");
    let script = format!("echo '{credential}'\necho 'please log in' >&2\nexit 1");
    let ran = with_plugin(&stack, folder.path(), &script).ran();
    ran.fails(3, &["no credentials for https://127.0.0.1:", "please log in"]);
    assert!(!ran.stderr.contains(stack.token("everything")), "no token is quoted: {ran}");
    let script = format!("echo 'status: {{token: {}'", stack.token("everything"));
    let ran = with_plugin(&stack, folder.path(), &script).ran();
    ran.fails(3, &["what the kubeconfig's program printed is no ExecCredential"]);
    assert!(!ran.stderr.contains(stack.token("everything")), "no token is quoted: {ran}");
    let ran = with_plugin(&stack, folder.path(), "kill -9 $$").ran();
    ran.fails(3, &["the kubeconfig's program failed"]);
}

/// Runs what follows in a mount namespace of its own, in which a pod's account lies where pods
/// have it. It goes with the process, and takes no more rights than anybody has.
const IN_A_POD: &[&str] = &[
    "unshare",
    "--map-root-user",
    "--mount",
    "sh",
    "-ec",
    "mount -t tmpfs none /var/run
     mkdir -p /var/run/secrets/kubernetes.io
     ln -s \"$ACCOUNT\" /var/run/secrets/kubernetes.io/serviceaccount
     exec \"$@\"",
    "sh",
];

/// Whether this machine lets anybody have such a namespace.
fn has_namespaces() -> bool {
    let mut command = Command::new(IN_A_POD[0]);
    command.args(&IN_A_POD[1..]).arg("true").env("ACCOUNT", "/nowhere");
    let status = command.stdin(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// What a pod's account consists of.
fn account(stack: &Stack, user: &str, namespace: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let full = stack.kubeconfig_value();
    let authority = full["clusters"][0]["cluster"]["certificate-authority-data"].as_str().unwrap();
    std::fs::write(folder.path().join("ca.crt"), STANDARD.decode(authority).unwrap()).unwrap();
    std::fs::write(folder.path().join("token"), stack.token(user)).unwrap();
    std::fs::write(folder.path().join("namespace"), namespace).unwrap();
    folder
}

#[test]
fn a_pod_goes_by_its_own_account() {
    let stack = shared();
    stack.recording("04-secret-in-app-namespace");
    let port = stack.port().to_string();
    let in_pod = |run: Run| {
        run.env("KUBERNETES_SERVICE_HOST", "127.0.0.1").env("KUBERNETES_SERVICE_PORT", &port)
    };
    if !has_namespaces() {
        // Not by a macro: those are only shown of tests that fail.
        let notice = "a pod's own account: not tested, for this machine gives no namespaces\n";
        std::io::stderr().write_all(notice.as_bytes()).unwrap();
        return;
    }
    let run = |user: &str, namespace: &str| {
        let folder = account(&stack, user, namespace);
        let run = Run::by(IN_A_POD, &["diagnose", "--no-logs", "--now", NOW]);
        in_pod(run).env("ACCOUNT", folder.path().to_str().unwrap()).ran()
    };
    let ran = run("everything", "default");
    assert!(ran.code == 1 && ran.stdout.contains("IGW0301"), "{ran}");
    // Its own namespace is the one that it is known to be able to look into.
    let ran = run("one-namespace", APP);
    assert!(ran.code == 5 && ran.stdout.contains("could be seen: 1 Gateway,"), "{ran}");
    let ran = run("one-namespace", "default");
    assert!(ran.code == 5 && ran.stdout.contains("could be seen: 0 Gateways,"), "{ran}");
    // Where there is a kubeconfig, that is meant.
    let folder = account(&stack, "everything", "default");
    let config = stack.kubeconfig().to_str().unwrap();
    let run = Run::by(IN_A_POD, &["diagnose", "--no-logs", "--context", "nothing"]);
    let run = in_pod(run).env("ACCOUNT", folder.path().to_str().unwrap());
    let ran = run.env("KUBECONFIG", config).ran();
    assert_eq!(as_whom(&ran), "nothing", "{ran}");
    // A pod that has none, since nobody wants it to.
    let ran = in_pod(Run::by(IN_A_POD, &["diagnose"])).env("ACCOUNT", "/nowhere").ran();
    ran.fails(
        3,
        &["there is no kubeconfig", "this pod's own account cannot be used", "--kubeconfig"],
    );
}

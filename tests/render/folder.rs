//! Where the objects are written: a stream, JSON, a folder; and what a terminal does not get.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};

use super::{names, objects, render, rendered, run};
use crate::support::keys::NOW;
use crate::support::{Igwctl, Scratch, files};

const SHOP: &str = "shop -n no --host shop.example.com --route /=a:80 --tls --issuer i";

#[test]
fn json_is_a_list_of_the_same_objects() {
    let list: Value =
        serde_json::from_str(&run(&format!("{SHOP} -o json")).exits(0).text()).unwrap();
    assert_eq!((&list["apiVersion"], &list["kind"]), (&json!("v1"), &json!("List")));
    assert_eq!(list["items"], json!(rendered(SHOP)));
}

#[test]
fn the_same_intent_gives_the_same_bytes_and_says_what_was_assumed() {
    let first = run(SHOP).exits(0);
    assert_eq!(first.stdout, run(SHOP).exits(0).stdout);
    let assumed = "assumed: the gateway's pods are taken to be in istio-system";
    assert!(first.errors().contains(assumed), "{}", first.errors());
    assert!(first.text().starts_with(&format!("# {assumed}")), "{}", first.text());
    let said = run(&format!("{SHOP} --assume-gateway istio-system:istio=ingressgateway")).exits(0);
    assert_eq!(said.errors(), "");
    assert!(!said.text().contains('#'), "{}", said.text());
    assert_eq!(objects(&said.text()), objects(&first.text()));
    let errors = run("shop --host a.example.com").exits(0).errors();
    assert!(errors.contains("the namespace is taken to be default"), "{errors}");
}

fn listed(folder: &std::path::Path) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join("kustomization.yaml")).unwrap();
    let list: Value = igwctl::model::yaml::read(&text).unwrap();
    assert_eq!(list["kind"], "Kustomization");
    let resources = list["resources"].as_array().unwrap();
    resources.iter().map(|it| it.as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_folder_holds_a_file_for_each_object_in_their_order() {
    let scratch = Scratch::new();
    let folder = scratch.path("deploy/shop");
    let ran = run(&format!("{SHOP} --output-dir {}", folder.display())).exits(0);
    assert!(ran.stdout.is_empty() && ran.errors().contains("assumed"));
    let expected = [
        "certificate-istio-system-no-shop.yaml",
        "gateway-no-shop.yaml",
        "virtualservice-no-shop.yaml",
    ];
    assert_eq!(listed(&folder), expected);
    let read = |name: &String| objects(&std::fs::read_to_string(folder.join(name)).unwrap());
    let all: Vec<Value> = listed(&folder).iter().flat_map(read).collect();
    assert_eq!(all, rendered(SHOP));
    assert_eq!(files(&folder, "").len(), 4, "nothing else");
    // Written again, what is no longer rendered is gone.
    run(&format!("{} --output-dir {}", SHOP.replace(" --tls --issuer i", ""), folder.display()))
        .exits(0);
    assert_eq!(listed(&folder), ["gateway-no-shop.yaml", "virtualservice-no-shop.yaml"]);
    assert_eq!(files(&folder, "").len(), 3);
    assert_eq!(files(&scratch.path("deploy"), "").len(), 3, "nothing is left beside it");
}

#[test]
fn what_igwctl_did_not_write_is_not_touched() {
    let scratch = Scratch::new();
    let folder = scratch.path("shop");
    let line = format!("{SHOP} --output-dir {}", folder.display());
    scratch.write("shop/README.md", "mine");
    let ran = run(&line).exits(3);
    assert!(ran.errors().contains("README.md, which igwctl did not write"), "{}", ran.errors());
    assert_eq!(files(&folder, "").len(), 1);
    // Nor a kustomization of somebody's own.
    std::fs::remove_file(folder.join("README.md")).unwrap();
    scratch.write("shop/kustomization.yaml", "resources:\n- a.yaml\n");
    run(&line).exits(3);
    std::fs::remove_file(folder.join("kustomization.yaml")).unwrap();
    run(&line).exits(0);
    // What was put beside it later is not igwctl's either.
    scratch.write("shop/more.yaml", "a: b");
    run(&line).exits(3);
    assert_eq!(files(&folder, "").len(), 5);
    // A refusal writes nothing.
    let other = scratch.path("other").display().to_string();
    run(&format!("shop -n no --host shop --output-dir {other}")).exits(2);
    assert!(!scratch.path("other").exists());
    let file = scratch.write("file", "").display().to_string();
    run(&format!("{SHOP} --output-dir {file}")).exits(3);
}

#[test]
fn a_file_with_a_key_is_its_owners_alone() {
    let scratch = Scratch::new();
    let (folder, ca) = (scratch.path("shop"), scratch.path("ca").display().to_string());
    let line = ["shop", "-n", "shop", "--host", "a.example.com", "--tls", "--self-signed"];
    let out = ["--ca-dir", &ca, "--now", NOW, "--output-dir", folder.to_str().unwrap()];
    let ran = render(line).args(out).run().exits(0);
    assert!(ran.stdout.is_empty() && !ran.errors().contains("PRIVATE"));
    for path in files(&folder, "") {
        let name = path.file_name().unwrap().to_str().unwrap();
        let mode = path.metadata().unwrap().permissions().mode() & 0o777;
        if name.starts_with("secret-") {
            assert_eq!(mode, 0o600, "{name}");
        } else {
            assert_ne!(mode & 0o044, 0, "{name} is anybody's");
        }
    }
}

/// Runs a line on a terminal, as `script` of util-linux plays one.
fn on_a_terminal(line: &str) -> (i32, String) {
    let program = env!("CARGO_BIN_EXE_igwctl");
    let output = std::process::Command::new("script")
        .args(["-q", "-e", "-c", &format!("{program} {line}"), "/dev/null"])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .stdin(std::process::Stdio::null())
        .output()
        .expect("script plays a terminal");
    (output.status.code().unwrap(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn a_terminal_gets_a_private_key_only_when_asked_in_so_many_words() {
    let scratch = Scratch::new();
    let ca = scratch.path("ca").display().to_string();
    let line =
        format!("render shop -n shop --host a.example.com --tls --self-signed --ca-dir {ca}");
    let (code, text) = on_a_terminal(&line);
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("--show-secrets") && !text.contains("tls.key"), "{text}");
    let (code, text) = on_a_terminal(&format!("{line} --show-secrets"));
    assert!(code == 0 && text.contains("tls.key"), "{text}");
    // Without a key there is nothing to hold back, and a pipe gets it all.
    let (code, text) = on_a_terminal("render shop -n shop --host a.example.com --tls --issuer i");
    assert!(code == 0 && text.contains("Gateway"), "{text}");
    let ran = Igwctl::new(line.split(' ')).run().exits(0);
    assert!(names(&objects(&ran.text())).iter().any(|it| it.starts_with("Secret ")));
}

#[test]
fn names_that_yaml_could_take_for_something_else_stay_strings() {
    let line =
        "on -n no --host 0x10.c --host 1e3.d --assume-gateway 1e3:no=0x10,y=on --tls --secret 1e3";
    let routes = "--route '/=no:80 header:null=~ header:x=0x10 header:yes=1e3' --route /=off:80";
    let objects = rendered(&format!("{line} {routes} --no-labels"));
    let gateway = json!({
        "apiVersion": "networking.istio.io/v1",
        "kind": "Gateway",
        "metadata": {"name": "on", "namespace": "no"},
        "spec": {
            "selector": {"no": "0x10", "y": "on"},
            "servers": [
                {"port": {"number": 80, "name": "http", "protocol": "HTTP"},
                 "hosts": ["0x10.c", "1e3.d"]},
                {"port": {"number": 443, "name": "https", "protocol": "HTTPS"},
                 "tls": {"mode": "SIMPLE", "credentialName": "1e3"},
                 "hosts": ["0x10.c", "1e3.d"]},
            ],
        },
    });
    assert_eq!(objects[0], gateway);
    let matched = json!([{"headers": {
        "null": {"exact": "~"}, "x": {"exact": "0x10"}, "yes": {"exact": "1e3"},
    }}]);
    assert_eq!(objects[1]["spec"]["http"][0]["match"], matched);
}

//! What `render` writes, read by kubectl and taken by the API server: schemas and CEL rules of the
//! real CRDs, in every version, without a field that is dropped.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::apply::{self, SHOP, ends, run};
use crate::igwctl::Ran;
use crate::line::words;
use crate::objects::{cluster_issuer, pair};
use crate::proxy::{Asked, Fate, Proxy};
use crate::stack::{Stack, own, shared};

/// Lines that between them use every flag; words are cut at spaces, but for those in single quotes.
const LINES: &[&str] = &[
    "--host a.b --host *.c.example.com --route /=front:8080 --route /api=api:8080",
    "--address 203.0.113.7 --http-port 8080 --gateway-selector istio=on,app=1e3",
    "--address 2001:db8::1 --assume-gateway 1e3:istio=0x10 --route /=a",
    "--host a.b --route exact:/x=redirect:/y --route regex:/v[0-9]+=v1:80@90,v2:80@10 --route \
     '/old=redirect:https://b.example.com:8443/x code=308'",
    "--host a.b --route '/=a:80 method=GET header:x-user=~ header:y=prefix:0x10 header:z=regex:1e3 \
     header:no timeout=1.5s' --route '/on/=b:80 rewrite=/ timeout=500ms'",
    "--host a.b --tls --secret there --min-tls 1.3 --https-redirect --https-port 8443 --route /=a:80",
    "--host a.b --tls=MUTUAL --secret there --min-tls 1.2 --route /=a:80",
    "--host a.b --tls=MUTUAL --client-ca CA --self-signed --ca-dir KEPT --route /=a:80",
    "--host a.b --tls=MUTUAL --client-ca CA --issuer ours --route /=a:80",
    "--host a.b --tls=PASSTHROUGH --https-redirect --route /=a:8443@1,b:8443@2",
    "--host a.b --tls --cert CRT --key KEY --secret-name no",
    "--address 203.0.113.7 --tls --issuer ours --organization o --common-name n --dns-name c.d \
     --ip-address ::1 --usage any --key-algorithm ECDSA --key-size 384 --key-encoding PKCS8",
    "--address 203.0.113.7 --tls --issuer Issuer/ours --duration 48h --renew-before 90m \
     --certificate-name c --secret-name 1e3",
    "--host a.b --tls --issuer le --acme --assume-gateway no --assume-gateway on",
    "--host a.b --tls --create-issuer selfsigned --key-algorithm RSA --key-size 4096",
    "--host a.b --tls --create-issuer ca --ca-secret ours --issuer a-ca",
    "--host a.b --tls --create-issuer acme --acme-server letsencrypt-staging --acme-email \
     a@example.com --acme-ingress-class x --issuer an-acme",
];

/// The namespaces that they land in.
const NAMESPACES: [&str; 4] = ["no", "on", "1e3", "istio-system"];

/// A folder with what the lines name, and the namespaces in the cluster.
fn prepared(stack: &Stack) -> TempDir {
    stack.clear();
    let namespace =
        |name: &&str| json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
    stack.add(&NAMESPACES.iter().map(namespace).collect::<Vec<_>>());
    let folder = tempfile::tempdir().unwrap();
    let pair = pair("a.b");
    for (name, text) in [
        ("CA", pair.cert.pem()),
        ("CRT", pair.cert.pem()),
        ("KEY", pair.signing_key.serialize_pem()),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// Runs a line for an application of that name, with more flags.
fn render(stack: &Stack, folder: &Path, app: &str, line: &str, more: &str) -> String {
    let mut arguments = vec!["render".to_owned(), app.to_owned(), "-n".to_owned(), "no".to_owned()];
    for word in words(&format!("{line} {more}")) {
        let is_file = ["CA", "CRT", "KEY", "KEPT"].contains(&&*word);
        let path = || folder.join(&word).display().to_string();
        arguments.push(if is_file { path() } else { word });
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ran = stack.igwctl(&arguments).ran();
    assert_eq!(ran.code, 0, "{ran}");
    ran.stdout
}

/// What kubectl makes of a file.
fn items(stack: &Stack, command: &[&str]) -> Vec<Value> {
    let printed = stack.kubectl(&[command, &["-o", "json"]].concat());
    // One object after another, or a List.
    let values = serde_json::Deserializer::from_str(&printed).into_iter::<Value>();
    let mut items = Vec::new();
    for value in values {
        let mut value = value.unwrap();
        match value.get_mut("items").map(Value::take) {
            Some(Value::Array(list)) => items.extend(list),
            _ => items.push(value),
        }
    }
    items
}

/// Whether all of `rendered` is in `served`, of the same type and value.
fn is_within(rendered: &Value, served: &Value) -> bool {
    match (rendered, served) {
        (Value::Object(rendered), Value::Object(served)) => rendered
            .iter()
            .all(|(key, value)| served.get(key).is_some_and(|it| is_within(value, it))),
        (Value::Array(rendered), Value::Array(served)) => {
            rendered.len() == served.len()
                && rendered.iter().zip(served).all(|(one, other)| is_within(one, other))
        }
        (rendered, served) => rendered == served,
    }
}

#[track_caller]
fn are_taken(rendered: &[Value], served: &[Value]) {
    assert_eq!(rendered.len(), served.len());
    for (rendered, served) in rendered.iter().zip(served) {
        assert!(is_within(rendered, served), "{rendered:#}\nbecame\n{served:#}");
    }
}

/// Every line, in these versions of the APIs, as YAML in a file and as objects.
fn every(stack: &Stack, folder: &Path, versions: &str) -> (String, Vec<Value>) {
    let (mut stream, mut objects) = (String::new(), Vec::new());
    for (number, line) in LINES.iter().enumerate() {
        let app = format!("0x{number}");
        stream += &render(stack, folder, &app, line, versions);
        stream += "---\n";
        let list = render(stack, folder, &app, line, &format!("{versions} -o json"));
        let mut list: Value = serde_json::from_str(&list).unwrap();
        let Value::Array(items) = list["items"].take() else { panic!("a List") };
        objects.extend(items);
    }
    let file = folder.join("stream.yaml");
    std::fs::write(&file, stream).unwrap();
    (file.display().to_string(), objects)
}

#[test]
fn every_flag_gives_what_the_crds_take_in_each_version() {
    let stack = shared();
    let folder = prepared(&stack);
    for version in ["v1", "v1beta1", "v1alpha3"] {
        let (file, rendered) = every(&stack, folder.path(), &format!("--istio-api {version}"));
        let create = ["create", "--dry-run=server", "--validate=strict", "-f", &file];
        are_taken(&rendered, &items(&stack, &create));
        let kinds: Vec<&str> = rendered.iter().map(|it| it["kind"].as_str().unwrap()).collect();
        for kind in
            ["Gateway", "VirtualService", "Certificate", "Secret", "Issuer", "ClusterIssuer"]
        {
            assert!(kinds.contains(&kind), "{kind}");
        }
    }
}

#[test]
fn old_versions_of_cert_manager_take_it_too() {
    let stack = own(&["--old-cert-manager"]);
    let folder = prepared(&stack);
    for version in ["v1alpha2", "v1alpha3", "v1beta1", "v1"] {
        let versions = format!("--cert-manager-api {version}");
        let (file, rendered) = every(&stack, folder.path(), &versions);
        // A field that the version has not is refused. What comes back went by way of the stored
        // version, v1, without the webhook that converts, and lost what only the others have.
        let create = ["create", "--dry-run=server", "--validate=strict", "-f", &file];
        let taken = items(&stack, &create);
        assert_eq!(taken.len(), rendered.len());
        if version == "v1" {
            are_taken(&rendered, &taken);
        }
    }
}

#[test]
fn kubectl_reads_back_what_was_meant() {
    let stack = shared();
    let folder = prepared(&stack);
    let (file, rendered) = every(&stack, folder.path(), "");
    let create = ["create", "--dry-run=client", "--validate=false", "-f", &file];
    let read = items(&stack, &create);
    are_taken(&rendered, &read);
    // And nothing else: what kubectl reads is what was written.
    for (rendered, read) in rendered.iter().zip(&read) {
        assert!(is_within(read, rendered), "{read:#}\nwas\n{rendered:#}");
    }
}

#[test]
fn kubectl_reads_a_folder_by_its_kustomization() {
    let stack = shared();
    let folder = prepared(&stack);
    let line = LINES[7];
    let out = folder.path().join("out").display().to_string();
    render(&stack, folder.path(), "on", line, &format!("--output-dir {out}"));
    let list = render(&stack, folder.path(), "on", line, "-o json");
    let list: Value = serde_json::from_str(&list).unwrap();
    let key = |it: &Value| (it["kind"].to_string(), it["metadata"]["name"].to_string());
    let mut rendered: Vec<Value> = list["items"].as_array().unwrap().clone();
    let mut read = items(&stack, &["create", "--dry-run=server", "-k", &out]);
    // kustomize has an order of its own.
    rendered.sort_by_key(key);
    read.sort_by_key(key);
    are_taken(&rendered, &read);
}

#[test]
fn applied_by_kubectl_it_is_there_and_applied_again_unchanged() {
    let stack = shared();
    let folder = prepared(&stack);
    let line = "--host a.b --tls --self-signed --ca-dir KEPT --https-redirect --route /=a:80";
    let stream = render(&stack, folder.path(), "shop", line, "");
    let file = folder.path().join("shop.yaml").display().to_string();
    std::fs::write(&file, &stream).unwrap();
    let first = stack.kubectl(&["apply", "--server-side", "-f", &file]);
    assert_eq!(first.lines().filter(|it| it.ends_with("serverside-applied")).count(), 3, "{first}");
    let selector = "app.kubernetes.io/managed-by=igwctl,igwctl/app=shop,igwctl/app-namespace=no";
    let kinds = "gateways.networking.istio.io,virtualservices,secrets";
    let found = stack.kubectl(&["get", kinds, "-A", "-l", selector, "-o", "name"]);
    assert_eq!(found.lines().count(), 3, "{found}");
    // The key that was kept is the key that is rendered.
    assert_eq!(render(&stack, folder.path(), "shop", line, ""), stream);
    let diff = stack.kubectl(&["diff", "--server-side", "-f", &file]);
    assert_eq!(diff, "");
}

#[test]
fn live_it_writes_what_apply_would_make_and_sends_nothing() {
    let stack = shared();
    apply::prepared(&stack);
    let issuer = cluster_issuer();
    let name = issuer["metadata"]["name"].as_str().unwrap();
    stack.add(std::slice::from_ref(&issuer));
    let line = format!("{SHOP} --tls --issuer {name}");
    let proxy = Proxy::before(&stack, |_, _| Fate::Passed);
    let words = format!("render {line} --live");
    let rendered = proxy.igwctl(&words.split(' ').collect::<Vec<_>>()).ran();
    assert_eq!(rendered.code, 0, "{rendered}");
    assert!(!proxy.asked().iter().any(Asked::writes), "{rendered}");
    // Gateway and address are those that were found.
    assert!(rendered.stdout.contains("hipstershop.127.0.0.1.sslip.io"), "{rendered}");
    let mut file = tempfile::NamedTempFile::new().unwrap();
    std::io::Write::write_all(&mut file, rendered.stdout.as_bytes()).unwrap();
    stack.kubectl(&["apply", "-f", file.path().to_str().unwrap()]);
    let applied = ends(&stack, 0, &format!("apply {line} --yes"));
    assert_eq!(applied.matches(" unchanged\n").count(), 3, "{applied}");
    assert_eq!(applied.lines().count(), 4, "{applied}");
    // What apply would refuse for the cluster's sake, it refuses likewise.
    for wrong in ["--route /=nowhere:80", "--route /=frontend:9999", "--tls --issuer nobody"] {
        let of = |command: &str, more: &str| {
            run(&stack, &format!("{command} web -n hipstershopv1v2 --host a.b {wrong} {more}"))
        };
        let (rendered, applied) = (of("render", "--live"), of("apply", "--dry-run"));
        assert_eq!((rendered.code, &*rendered.stdout), (applied.code, ""), "{rendered}\n{applied}");
        let first =
            |ran: &Ran| ran.stderr.lines().find(|it| it.starts_with("error")).map(str::to_owned);
        assert_eq!(first(&rendered), first(&applied), "{rendered}\n{applied}");
    }
}

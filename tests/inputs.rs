//! Whatever people hand to it: streams, Lists, JSON, gzip, Markdown, and what is broken among it.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::support::worlds::{SOUND, World, gateway, head, pod, secret};
use crate::support::{Diagnosis, Ran, Scratch, diagnose, keys::NOW};

const FOUND: &str = "IGW0301 error Gateway shop/shop";

/// The tutorial's mistake, in the application's namespace `shop`.
fn world() -> World {
    World::new()
        .and(gateway("shop", "shop", "mode: SIMPLE, credentialName: shop-cert"))
        .and(pod("istio-system"))
        .and(secret("shop", "shop-cert", SOUND))
}

fn read(bytes: impl Into<Vec<u8>>) -> Diagnosis {
    diagnose(["-", "--now", NOW]).stdin(bytes).json()
}

fn ran(path: &Path) -> Ran {
    diagnose([path]).run()
}

/// Each document of a stream as JSON.
fn as_json(stream: &str) -> Vec<serde_json::Value> {
    stream.split("---\n").map(|it| igwctl::model::yaml::read(it).unwrap()).collect()
}

#[test]
fn every_shape_of_the_same_objects_reads_alike() {
    let stream = world().text();
    let list = world().served();
    let indented: String = list
        .lines()
        .map(|line| {
            let is_item =
                line.starts_with(['-', ' ']) && !line.starts_with("  resourceVersion: \"\"");
            format!("{}{line}\n", if is_item { "  " } else { "" })
        })
        .collect();
    let values = as_json(&stream);
    let json = |value: &serde_json::Value| serde_json::to_string_pretty(value).unwrap();
    let concatenated: String = values.iter().map(|it| json(it) + "\n").collect();
    let a_line_each: String = values.iter().map(|it| format!("{it}\n")).collect();
    let json_list = serde_json::json!({"apiVersion": "v1", "kind": "List", "items": values});
    let shapes: [(&str, String); 12] = [
        ("a stream", stream.clone()),
        ("a stream that ends in a separator", format!("---\n# a comment\n{stream}---\n")),
        ("a List", list.clone()),
        ("a List with indented items", indented),
        ("a JSON List", json(&json_list)),
        ("a JSON List on one line", json_list.to_string()),
        ("an array", json(&serde_json::Value::Array(as_json(&stream)))),
        ("one JSON object after another", concatenated),
        ("a JSON object a line", a_line_each),
        ("CRLF", stream.replace('\n', "\r\n")),
        ("a byte order mark", format!("\u{feff}{stream}")),
        ("a List with CRLF", list.replace('\n', "\r\n")),
    ];
    for (shape, text) in shapes {
        let diagnosis = read(&*text);
        assert_eq!(diagnosis.lines(), [FOUND], "{shape}: {:?}", diagnosis.notices);
        assert!(diagnosis.notices.is_empty(), "{shape}: {:?}", diagnosis.notices);
    }
}

#[test]
fn a_list_of_one_kind_may_leave_the_kind_out_of_its_items() {
    let mut values = as_json(&world().text());
    let mut pod = values.remove(1);
    let pod = pod.as_object_mut().unwrap();
    pod.remove("kind");
    pod.remove("apiVersion");
    let list = serde_json::json!({"kind": "PodList", "apiVersion": "v1", "items": [pod]});
    let text = format!("{list}\n{}\n{}\n", values[0], values[1]);
    read(text).exits(1).finds(&[FOUND]);
}

#[test]
fn gzip_is_unpacked() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(world().text().as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    read(packed.clone()).exits(1).finds(&[FOUND]);
    let scratch = Scratch::new();
    let torn = scratch.write("torn.gz", &packed[..packed.len() / 2]);
    let ran = ran(&torn).exits(65);
    assert!(ran.errors().contains("gzip"), "{}", ran.errors());
}

#[test]
fn markdown_holds_objects_and_logs() {
    let world = world().text();
    let parts: Vec<&str> = world.split("---\n").collect();
    let page = format!(
        "# HTTPS does not work\n\nWe applied this, kind: Gateway and all:\n\n```yaml\n\
         kubectl apply -n shop -f - <<EOF\n{}EOF\n```\n\nand the secret\n\n```yaml\n{}```\n\n* the \
         pods:\n\n~~~\n{}~~~\n\nThe log says\n\n```\n2026-11-24T02:27:17.428674Z\twarn\tads\tfailed \
         to fetch key and certificate for kubernetes://shop-cert: secret istio-system/shop-cert not \
         found\n```\n\nWhat now?\n",
        parts[0], parts[2], parts[1]
    );
    let diagnosis = read(&*page);
    diagnosis.exits(1).finds(&[FOUND]);
    assert_eq!(diagnosis.only().log_lines().len(), 1, "{:?}", diagnosis.only().evidence);
    assert!(diagnosis.notices.is_empty(), "{:?}", diagnosis.notices);
    let at = page.lines().position(|line| line.contains("credentialName")).unwrap() as u64 + 1;
    assert_eq!(diagnosis.only().object.source.as_ref().unwrap().line, at);
}

#[test]
fn a_folder_is_read_with_all_that_is_in_it_but_hidden_folders() {
    let scratch = Scratch::new();
    let text = world().text();
    let parts: Vec<&str> = text.split("---\n").collect();
    scratch.write("mesh/gateway.yaml", parts[0]);
    scratch.write("mesh/deep/er/pod.json", as_json(&text)[1].to_string());
    scratch.write("mesh/deep/secret.yml", parts[2]);
    scratch.write("mesh/logo.png", [0u8, 1, 2, 3, 0, 0, 0, 0]);
    scratch.write("mesh/README.md", "Nothing to see here.\n");
    scratch.write("mesh/.git/broken.yaml", "kind: Gateway\napiVersion: v1\n\t- [\n");
    let diagnosis = diagnose([scratch.path("mesh")]).args(["--now", NOW]).json();
    diagnosis.exits(1).finds(&[FOUND]);
    assert!(diagnosis.notices.is_empty(), "{:?}", diagnosis.notices);
}

#[test]
fn one_broken_document_among_good_ones_is_a_notice_with_its_place() {
    let scratch = Scratch::new();
    let broken = "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata:\n  name: bad\n  \
                  namespace: shop\nspec:\n  servers:\n  - port: {number: many}\n";
    let torn = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: [torn\n";
    let text = format!("{broken}---\n{torn}---\n{}", world().text());
    let path = scratch.write("mesh.yaml", text);
    let diagnosis = diagnose([&path]).args(["--now", NOW]).json();
    diagnosis.exits(1).finds(&[FOUND]);
    let notices = diagnosis.notices.join("\n");
    assert!(notices.contains("mesh.yaml:8: "), "{notices}");
    assert!(notices.contains("spec.servers[0].port.number"), "{notices}");
    assert_eq!(diagnosis.notices.len(), 2, "{notices}");
}

#[test]
fn a_broken_entry_of_a_list_spoils_no_other() {
    let list = world().served();
    let list = list.replacen(
        "- apiVersion",
        "- apiVersion: v1\n  kind: Pod\n  metadata: [\n- apiVersion",
        1,
    );
    let diagnosis = read(&*list);
    diagnosis.finds(&[FOUND]);
    assert_eq!(diagnosis.notices.len(), 1, "{:?}", diagnosis.notices);
    assert!(diagnosis.notices[0].starts_with("-:"), "{:?}", diagnosis.notices);
}

#[test]
fn a_file_of_which_nothing_can_be_read_is_65_and_json_is_still_a_diagnosis() {
    let scratch = Scratch::new();
    let broken = scratch.write(
        "broken.yaml",
        "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: a}\nspec: [\n",
    );
    let binary = scratch.write("logo.png", [0x89u8, b'P', b'N', b'G', 0, 0, 0, 1, 2, 3, 4, 5, 6]);
    let missing = scratch.path("missing.yaml");
    for (path, words) in [
        (&broken, "broken.yaml: line "),
        (&binary, "logo.png: it is neither objects nor a log"),
        (&missing, "missing.yaml: there is no such file"),
    ] {
        let ran = ran(path).exits(65);
        assert!(ran.errors().contains(words), "{}", ran.errors());
        for format in ["json", "yaml"] {
            let ran = diagnose([path]).args(["-o", format]).run().exits(65);
            let diagnosis: Diagnosis = match format {
                "json" => ran.diagnosis(),
                _ => igwctl::model::yaml::read(&ran.text()).unwrap(),
            };
            assert_eq!(diagnosis.kind, "Diagnosis");
            assert!(diagnosis.findings.is_empty());
            assert!(diagnosis.notices[0].contains(words), "{:?}", diagnosis.notices);
        }
    }
}

#[test]
fn what_holds_nothing_is_0() {
    let silent = "2026-11-24T02:27:17.4Z\tinfo\tads\tXDS: Pushing Services:4\nall is well\n";
    for text in ["", "\n\n", "---\n", "# only a comment\n", silent, "a: 1\n", "kind of: prose\n"] {
        let diagnosis = read(text);
        diagnosis.exits(0).finds(&[]);
        assert!(diagnosis.notices.is_empty(), "{text:?}: {:?}", diagnosis.notices);
    }
}

#[test]
fn a_helm_template_is_named_once() {
    let scratch = Scratch::new();
    scratch.write(
        "chart/templates/gateway.yaml",
        "{{- if .Values.tls }}\napiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata:\n  \
         name: {{ .Release.Name }}\n  labels:\n    {{- include \"labels\" . | nindent 4 }}\nspec:\n  \
         servers:\n  {{- range .Values.servers }}\n  - port: {{ .port }}\n  {{- end }}\n{{- end }}\n",
    );
    let diagnosis = diagnose([scratch.path("chart")]).json();
    diagnosis.exits(0).finds(&[]);
    assert_eq!(diagnosis.notices.len(), 1, "{:?}", diagnosis.notices);
    assert!(diagnosis.notices[0].contains("gateway.yaml: a template"), "{:?}", diagnosis.notices);
}

#[test]
fn kinds_that_are_not_known_are_passed_over_in_silence() {
    let unknown = "apiVersion: example.com/v1\nkind: Widget\nmetadata: 7\nspec: [not, what, it, \
                   seems]\n---\napiVersion: v1\nkind: Endpoints\nmetadata: {name: a}\n";
    let diagnosis = read(format!("{unknown}---\n{}", world().text()));
    diagnosis.finds(&[FOUND]);
    assert!(diagnosis.notices.is_empty(), "{:?}", diagnosis.notices);
}

#[test]
fn a_list_of_nineteen_thousand_is_read() {
    let mut list = "apiVersion: v1\nitems:\n".to_owned();
    for at in 0..19_000 {
        write!(
            list,
            "- apiVersion: v1\n  kind: Secret\n  metadata:\n    name: s{at}\n    namespace: n{at}\n    \
             uid: u{at}\n    resourceVersion: \"{at}\"\n  type: Opaque\n  data: {{tls.crt: YmFy, tls.key: YmFy}}\n"
        )
        .unwrap();
    }
    let gateway = gateway("shop", "shop", "mode: SIMPLE, credentialName: s18999");
    let text = format!("{list}kind: List\n---\n{gateway}---\n{}", pod("istio-system"));
    let diagnosis = read(text);
    diagnosis.exits(1).finds(&[FOUND]);
    assert_eq!(diagnosis.only().involved("found here"), ["Secret n18999/s18999"]);
}

#[test]
fn a_bomb_of_aliases_is_refused_at_once() {
    let mut bomb =
        "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: bomb}\nspec:\n  \
                    servers:\n  - hosts: &a0 [x, x, x, x, x, x, x, x, x]\n"
            .to_owned();
    for at in 1..12 {
        let before = vec![format!("*a{}", at - 1); 9].join(", ");
        writeln!(bomb, "  - hosts: &a{at} [{before}]").unwrap();
    }
    let start = Instant::now();
    let diagnosis = read(format!("{bomb}---\n{}", world().text()));
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    diagnosis.finds(&[FOUND]);
    assert_eq!(diagnosis.notices.len(), 1, "{:?}", diagnosis.notices);
}

#[test]
fn standard_input_and_files_go_together() {
    let scratch = Scratch::new();
    let world = world().text();
    let (gateway, rest) = world.split_once("---\n").unwrap();
    let path = scratch.write("gateway.yaml", gateway);
    let diagnosis = diagnose(["-"]).args([&path]).args(["--now", NOW]).stdin(rest).json();
    diagnosis.exits(1).finds(&[FOUND]);
}

#[test]
fn a_bundles_head_is_read_wherever_it_stands() {
    let text = format!(
        "{}---\n{}",
        gateway("shop", "shop", "mode: SIMPLE, credentialName: c"),
        pod("istio-system")
    );
    read(format!("{text}---\n{}", head(&["secrets"])))
        .exits(1)
        .finds(&["IGW0302 error Gateway shop/shop"]);
}

#[test]
fn what_is_nested_too_deep_is_said_to_be() {
    let deep = format!(
        "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {{name: a, namespace: b}}\nspec:\n  \
         a: {}{}\n",
        "[".repeat(100),
        "]".repeat(100)
    );
    let ran = diagnose(["-"]).stdin(deep).run().exits(65);
    assert!(ran.errors().contains("line 5: Gateway: it is nested too deep"), "{}", ran.errors());
}

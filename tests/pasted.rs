//! Logs as people post them: wrapped, quoted, cut, exported, and in the encodings of their systems.
//! The lines are from public issues; names of hosts and secrets are changed where they tell more.

use serde_json::json;

use crate::support::{Diagnosis, diagnose, keys::NOW};

fn read(bytes: impl Into<Vec<u8>>) -> Diagnosis {
    diagnose(["-", "--now", NOW]).stdin(bytes).json()
}

/// What is found, by code and name.
fn found(bytes: impl Into<Vec<u8>>) -> Vec<(String, String)> {
    let diagnosis = read(bytes);
    assert!(diagnosis.notices.is_empty(), "{:?}", diagnosis.notices);
    diagnosis.findings.iter().map(|it| (it.code.clone(), it.object.name.clone())).collect()
}

/// Lines as istiod, the agent and Envoy wrote them, and what each comes to.
const POSTED: &[(&str, &str, &str)] = &[
    (
        "2019-06-13T10:07:15.611501Z\twarn\tCannot find secret salesportal-tls-secret, searching for \
         fallback secret gateway-fallback",
        "IGW0300",
        "salesportal-tls-secret",
    ),
    (
        "2023-10-11T22:58:33.056497Z\twarn\tads\tfailed to fetch ca certificate for \
         kubernetes://httbin-certs-cacert: found secret, but didn't have expected keys cacert or \
         ca.crt; found: tls.crt, tls.key",
        "IGW0310",
        "httbin-certs",
    ),
    (
        "2025-06-16T12:17:21.899269Z\twarn\tads\tinvalid certificates: \
         \"kubernetes://X-credential-v2\": certificate is expired or not yet valid",
        "IGW0307",
        "X-credential-v2",
    ),
    (
        "2024-03-05T06:35:20.434133Z\twarn\tads\tfailed to fetch key and certificate for \
         kubernetes://spot-bigdata-tls: secret istio-ingress/spot-bigdata-tls not found",
        "IGW0300",
        "spot-bigdata-tls",
    ),
    (
        "2026-01-22T15:41:45.429416Z\twarn\tads\tproxy aux-5vv65.d8-alb-istio attempted to access \
         unauthorized certificates getheaders-example-tls: cross namespace secret reference \
         requires ReferenceGrant",
        "IGW0314",
        "getheaders-example-tls",
    ),
    (
        "[2019-02-22 03:38:39.290][18][warning][config] [grpc_mux_subscription_impl.h:70] gRPC \
         config for type.googleapis.com/envoy.api.v2.auth.Secret rejected: Proto constraint \
         validation failed (SecretValidationError.TlsCertificate: [\"embedded message failed \
         validation\"]): name: \"testsite.example.io\"",
        "IGW0304",
        "testsite.example.io",
    ),
];

/// Holds that a log says the same in another shape.
fn says_the_same(shape: &str, of: impl Fn(&str) -> Vec<u8>) {
    for (line, code, name) in POSTED {
        let bytes = of(line);
        let want = [((*code).to_owned(), (*name).to_owned())];
        assert_eq!(found(&*bytes), want, "{shape}:\n{}", String::from_utf8_lossy(&bytes));
    }
}

fn columns(text: &str, width: usize) -> Vec<String> {
    let text: Vec<char> = text.replace('\t', "    ").chars().collect();
    text.chunks(width).map(|line| line.iter().collect()).collect()
}

#[test]
fn broken_at_the_width_of_a_terminal_or_of_a_box() {
    says_the_same("as it was", |line| format!("{line}\n").into());
    for width in [76, 80, 100, 110] {
        says_the_same("a terminal", |line| (columns(line, width).join("\n") + "\n").into());
        says_the_same("a box", |line| {
            let boxed = columns(line, width);
            boxed.iter().map(|line| format!("│ {line:<width$} │\n")).collect::<String>().into()
        });
    }
}

#[test]
fn between_backticks() {
    says_the_same("on one line", |line| format!("The log:\n```{line}``` \nfrom here\n").into());
    says_the_same("a fence's first line", |line| {
        format!("The log:\n```{line}\n2026-11-24T02:27:17Z\tinfo\tads\tx\n```\nfrom here\n").into()
    });
    says_the_same("and nothing before", |line| format!("```{line}\n```\n").into());
}

#[test]
fn in_json_of_collectors() {
    let entry = |line: &str| {
        json!({"insertId": "a", "resource": {"labels": {"pod_name": "gw-0"}},
               "textPayload": format!("{line}\n"), "timestamp": "2026-11-24T02:27:17.5Z"})
    };
    let pretty = |it: &serde_json::Value| serde_json::to_string_pretty(it).unwrap().into_bytes();
    says_the_same("an array", |line| pretty(&json!([entry("nothing"), entry(line)])));
    says_the_same("an array on one line", |line| json!([entry(line)]).to_string().into());
    says_the_same("a record on several lines", |line| pretty(&json!({"msg": line})));
    says_the_same("such records", |line| {
        [pretty(&json!({"msg": "nothing"})), pretty(&entry(line))].join(&b'\n')
    });
    says_the_same("search hits", |line| {
        let hit = |line: &str| json!({"_source": {"@timestamp": "2026-11-24", "message": line}});
        json!({"hits": {"hits": [hit("nothing"), hit(line)]}}).to_string().into()
    });
    says_the_same("Loki's answer", |line| {
        let values = json!([["1700000000000000000", "nothing"], ["1700000000000000001", line]]);
        let result = json!([{"stream": {"pod": "gw-0"}, "values": values}]);
        json!({"status": "success", "data": {"result": result}}).to_string().into()
    });
}

#[test]
fn behind_a_record_that_is_cut_off() {
    says_the_same("a record", |line| {
        format!("{{\"level\":\"warn\",\"msg\":\"failed to fe\n{}\n", json!({"msg": line})).into()
    });
    says_the_same("a request", |line| {
        format!("{{\"x_forwarded_for\":null,\"bytes_received\":0,\"r\n{line}\n").into()
    });
    says_the_same("a record on several lines", |line| {
        let record = serde_json::to_string_pretty(&json!({"a": 1, "msg": line, "z": {}})).unwrap();
        record[..record.len() - 4].into()
    });
    says_the_same("Jira's mark", |line| format!("{{code:java}}{line}\n{{code}}\n").into());
}

#[test]
fn a_broken_object_in_json_is_still_told() {
    let diagnosis = read("{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\n");
    diagnosis.exits(65);
    assert!(diagnosis.notices[0].contains("the JSON ends early"), "{:?}", diagnosis.notices);
}

#[test]
fn as_powershell_writes_a_file() {
    says_the_same("little endian", |line| {
        let text = format!("\u{feff}{line}\r\n");
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    });
    says_the_same("big endian", |line| {
        let text = format!("\u{feff}{line}\r\n");
        text.encode_utf16().flat_map(u16::to_be_bytes).collect()
    });
}

#[test]
fn with_quotes_of_other_formats() {
    let escaped = |line: &str| line.replace('\t', "\\t").replace('"', "\\\"");
    says_the_same("YAML", |line| {
        format!("---\ninsertId: a\ntextPayload: \"{}\"\n", escaped(line)).into()
    });
    says_the_same("logfmt", |line| format!("level=warn msg=\"{}\"\n", escaped(line)).into());
    says_the_same("CSV", |line| {
        format!("time,pod,message\n2026,gw-0,\"{}\"\n", line.replace('"', "\"\"")).into()
    });
    says_the_same("HTML", |line| {
        format!("<pre>{}</pre>\n", line.replace('"', "&quot;").replace('<', "&lt;")).into()
    });
    says_the_same("typographical ones", |line| line.replace('"', "“").into());
}

#[test]
fn in_the_colours_of_grep() {
    for word in ["secret", "certificate", "kubernetes"] {
        let coloured = format!("\u{1b}[01;31m\u{1b}[K{word}\u{1b}[m\u{1b}[K");
        says_the_same(word, |line| line.replace(word, &coloured).into());
    }
}

//! Each sample behind every prefix, in every wrapping, and mangled as people paste it.

use super::super::{Entry, Sighting, What};
use super::entries;
use super::{said, short};
use std::fmt::Write as _;

fn json_string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\t' => out.push_str("\\u0009"),
            '\n' => out.push_str("\\n"),
            '<' => out.push_str("\\u003c"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Time, level, scope, message of a sample.
fn parts(sample: &str) -> (&str, &str, &str, &str) {
    let mut parts = sample.splitn(3, '\t');
    let (time, level) = (parts.next().unwrap(), parts.next().unwrap_or(""));
    let rest = parts.next().unwrap_or("");
    match rest.split_once('\t') {
        Some((scope, message)) if !message.starts_with("thread=") => (time, level, scope, message),
        _ => (time, level, "", rest),
    }
}

type Wrapping = (&'static str, fn(&Entry) -> String);

const WRAPPINGS: &[Wrapping] = &[
    ("timestamps", |e| format!("2026-11-24T02:27:17.428674123Z {}", e.sample)),
    ("prefix", |e| format!("[pod/gw-0/istio-proxy] {}", e.sample)),
    ("cri", |e| format!("2026-11-24T02:27:17.428674123Z stdout F {}", e.sample)),
    ("docker", |e| {
        format!(
            "{{\"log\":{},\"stream\":\"stdout\",\"time\":\"2026-11-24T02:27:17.428674123Z\"}}",
            json_string(&format!("{}\n", e.sample))
        )
    }),
    ("stern", |e| format!("gw-0 istio-proxy {}", e.sample)),
    ("stern in colour", |e| {
        format!("\u{1b}[36mgw-0\u{1b}[0m \u{1b}[32mistio-proxy\u{1b}[0m {}", e.sample)
    }),
    ("kubetail", |e| format!("[gw-0] {}", e.sample)),
    ("run into one another", |e| format!("[gw-0] [gw-1] {}", e.sample)),
    ("kapp", |e| format!("gw-0 > istio-proxy | {}", e.sample)),
    ("kail", |e| format!("istio-system/gw-0[istio-proxy]: {}", e.sample)),
    ("syslog", |e| format!("Jun  6 18:03:21 gw-0 istio-proxy {}", e.sample)),
    ("rancher", |e| format!("Thu, Sep 29 2022 4:58:08 pm | {}", e.sample)),
    ("k9s", |e| format!("│ {}   │", e.sample)),
    ("crlf", |e| format!("{}\r\n", e.sample)),
    ("spaces", |e| e.sample.replace('\t', "    ")),
    ("one space", |e| e.sample.replace('\t', " ")),
    ("no time", |e| e.sample.split_once('\t').map_or(e.sample, |(_, rest)| rest).to_owned()),
    ("indented", |e| format!("        {}", e.sample)),
    ("quoted", |e| format!("> {}", e.sample)),
    ("added", |e| format!("+{}", e.sample)),
    ("listed", |e| format!("- `{}`", e.sample)),
    ("backticks", |e| format!("`{}`", e.sample)),
    ("nothing between", |e| e.sample.replace('\t', "")),
    ("between others", |e| {
        format!(
            "2020-04-06T08:14:03.000000Z\tinfo\tFoo\n{}\n2020-04-06T08:14:04.000000Z\tinfo\tBar\n",
            e.sample
        )
    }),
    ("message only", |e| {
        let (.., message) = parts(e.sample);
        if message.is_empty() { e.sample.to_owned() } else { message.to_owned() }
    }),
    ("json", |e| {
        let (time, level, scope, message) = parts(e.sample);
        if message.is_empty() {
            return e.sample.to_owned();
        }
        let mut out = format!("{{\"level\":\"{level}\",\"time\":\"{time}\"");
        if !scope.is_empty() {
            write!(out, ",\"scope\":\"{scope}\"").unwrap();
        }
        write!(out, ",\"msg\":{}}}", json_string(message)).unwrap();
        out
    }),
    ("stackdriver", |e| {
        let (time, level, scope, message) = parts(e.sample);
        if message.is_empty() {
            return e.sample.to_owned();
        }
        format!(
            "{{\"severity\":\"{level}\",\"timestamp\":\"{time}\",\"logger\":\"{scope}\",\"message\":{}}}",
            json_string(message)
        )
    }),
    ("loki", |e| {
        format!(
            "{{\"line\":{},\"timestamp\":\"1606184837000000000\",\"fields\":{{\"pod\":\"gw-0\",\"namespace\":\"istio-system\"}}}}",
            json_string(e.sample)
        )
    }),
];

fn essence(seen: &[Sighting]) -> Vec<(What, Option<String>, bool, Vec<String>)> {
    seen.iter().map(|s| (s.what, s.credential.clone(), s.ca, s.keys.clone())).collect()
}

#[test]
fn samples_in_wrappings() {
    for entry in entries::all() {
        let plain = said(entry.sample);
        for (name, wrap) in WRAPPINGS {
            let log = wrap(entry);
            let seen = said(&log);
            assert_eq!(essence(&seen), essence(&plain), "{name}: {log}");
            assert!(seen.iter().all(|seen| seen.count == 1), "{name}: {log}");
        }
    }
}

/// Wraps at spaces and hyphens so that no line is longer than `width` where that can be.
fn wrapped(text: &str, width: usize, indent: &str) -> String {
    let mut out = String::new();
    let mut length = 0;
    for word in text.split_inclusive([' ', '-']) {
        if length > 0 && length + word.len() > width {
            while out.ends_with(' ') {
                out.pop();
            }
            out.push('\n');
            out.push_str(indent);
            length = 0;
        }
        out.push_str(word);
        length += word.len();
    }
    out
}

#[test]
fn samples_wrapped() {
    let before = "2020-04-06T08:14:03.000000Z\tinfo\tFoo";
    let after = "2020-04-06T08:24:04.000000Z\tinfo\tBar";
    for entry in entries::all().filter(|entry| entry.what.is_some()) {
        let plain = essence(&said(entry.sample));
        for width in [30, 40, 60, 72, 80, 100, 120] {
            for indent in ["", "    ", "> "] {
                let text = wrapped(&entry.sample.replace('\t', " "), width, indent);
                // Two lines in eight would be more than anybody wraps a message to.
                if text.lines().count() > 8 {
                    continue;
                }
                let log = format!("{before}\n{text}\n{after}\n");
                let seen = said(&log);
                assert_eq!(essence(&seen), plain, "{width}: {log}");
                // Envoy's own time has a space, where it is wrapped too.
                if !entry.sample.starts_with('[') {
                    assert_eq!(seen[0].samples[0].line, 2, "{log}");
                }
            }
        }
    }
}

#[test]
fn wrapped_in_boxes() {
    let log = "│ 2026-11-24T02:27:17.428674Z warn ads failed to fetch key and certificate for    │\n\
               │ kubernetes://hipstershop-cert: secret istio-system/hipstershop-cert not found   │\n";
    assert_eq!(short(&said(log)), ["Missing istio-system/hipstershop-cert"]);
}

#[test]
fn partial_lines_of_cri() {
    let log = "2026-11-24T02:27:17.428674123Z stdout P 2026-11-24T02:27:17.428674Z\twarn\tads\tfailed to fetch key and certificate for kubernetes://hipster\n\
               2026-11-24T02:27:17.428674124Z stdout F shop-cert: secret istio-system/hipstershop-cert not found\n";
    assert_eq!(short(&said(log)), ["Missing istio-system/hipstershop-cert"]);
    let log = "2026-11-24T02:27:17.428674123Z stdout P 2026-11-24T02:27:17.428674Z\twarn\tads\tfailed to fetch key and \n\
               2026-11-24T02:27:17.428674124Z stdout P certificate for kubernetes://hipster\n\
               2026-11-24T02:27:17.428674124Z stdout F shop-cert: secret istio-system/hipstershop-cert not found\n";
    assert_eq!(short(&said(log)), ["Missing istio-system/hipstershop-cert"]);
    let lost = "2026-11-24T02:27:17.428674Z warn ads failed to fetch key and certificate for kubernetes://a: secret b/a not found";
    let log = format!("{lost}\r{}", lost.replace("//a: secret b/a", "//c: secret b/c"));
    assert_eq!(short(&said(&log)), ["Missing b/a", "Missing b/c"], "the ends of lines are lost");
}

const CUT: &[(&str, &str)] = &[
    (
        "warn model skipping server on gateway edge/apps-https-443, duplicate host na",
        "DuplicateHost -",
    ),
    (
        "info secretFetcherLog Fail to extract secret kyma-gateway-certs found by direct api c",
        "WrongKeys kyma-gateway-certs",
    ),
    ("However I still get the  ` skipping privileged gateway port 443 for node ist", ""),
    (" skipping privileged gateway port 443 for node ist", "PrivilegedPort -"),
    (
        "\"http route config for route https.443.https-grafana.grafana.edge on port 443 with no vhosts; Setting up a default 404 vhost\"",
        "NoRoute -",
    ),
    (
        "msg=\"warn Cannot find secret x-helloworld-tls, searching for fallback secret\"",
        "Missing x-helloworld-tls",
    ),
    (
        "warn ads failed to fetch key and certificate for kubernetes://hipstershop-cert: secret istio-sys",
        "Missing hipstershop-cert",
    ),
    (
        "warn ads failed to fetch key and certificate for kubernetes://hipstershop-cert: ",
        "MissingOrUnusable hipstershop-cert",
    ),
    (
        "warn ads failed to fetch key and certificate for kubernetes://hipstershop-cert: found",
        "MissingOrUnusable hipstershop-cert",
    ),
    (
        "tch key and certificate for kubernetes://hipstershop-cert: secret istio-system/hipstershop-cert not found",
        "Missing istio-system/hipstershop-cert",
    ),
    (
        "find secret hipstershop-cert, searching for fallback secret gateway-fallback",
        "Missing hipstershop-cert",
    ),
    ("warn secretfetcher Cannot find secret hipstershop-cert, sear", "Missing hipstershop-cert"),
    (
        "warn ads proxy aux-5vv65.alb attempted to access unauthorized certificates shop-cert: cross namespace secret refe",
        "CrossNamespace shop-cert",
    ),
    (
        "roxy aux-5vv65.alb attempted to access unauthorized certificates shop-cert: cross namespace secret reference requires ReferenceGrant",
        "CrossNamespace shop-cert",
    ),
    (
        "warn ads proxy aux-5vv65.alb attempted to access unauthorized certificates shop-cert: ",
        "Withheld shop-cert",
    ),
    (
        "warn ads proxy aux-5vv65.alb attempted to access unauthorized certificates shop-cert: default/alb is not authorized to read secrets",
        "Forbidden shop-cert",
    ),
    (
        "attempted to access unauthorized certificates test-istio-secret:\n  default/istio-system is not authorized to read secrets",
        "Forbidden test-istio-secret",
    ),
    (
        "way-0.istio-system attempted to access unauthorized certificates shop-cert: gw/edge is not authorized to read secrets: ",
        "Forbidden shop-cert",
    ),
    (
        "nvalid certificates: \"kubernetes://X-credential-v2\": certificate is expired or not yet valid",
        "Expired X-credential-v2",
    ),
    (
        "warn ads invalid certificates: \"kubernetes://X-credential-v2\": certificate is exp",
        "Expired X-credential-v2",
    ),
    (
        "Cannot find secret <secret-name>, searching for fallback secret gateway-fallback",
        "Missing <secret-name>",
    ),
];

#[test]
fn cut_off() {
    for (log, want) in CUT {
        let want: Vec<&str> = Some(*want).filter(|want| !want.is_empty()).into_iter().collect();
        assert_eq!(short(&said(log)), want, "{log}");
    }
    for log in [
        "warn secretfetcher Cannot find secret hipstershop-ce",
        "warn ads failed to fetch key and certificate for kubernetes://hipster...",
        ", searching for fallback secret gateway-fallback",
        "secret istio-system/hipstershop-cert not found",
    ] {
        assert_eq!(short(&said(log)), Vec::<String>::new(), "{log}");
    }
}

//! Access log lines of every version, text and JSON.

use super::super::{Request, What};
use super::said;

const LINES: &[&str] = &[
    // 1.1
    r#"[2026-11-24T02:27:19.442Z] "GET /a HTTP/1.1" 503 UH "-" 0 19 0 - "192.0.2.2" "curl/7.88.1" "433c" "shop.example.com" "-" outbound|80||a.b.svc.cluster.local - 127.0.0.2:80 127.0.0.1:3 sni.example.com"#,
    // 1.2
    r#"[2026-11-24T02:27:19.442Z] "GET /a HTTP/1.1" 503 UH "-" "-" 0 19 0 - "192.0.2.2" "curl/7.88.1" "433c" "shop.example.com" "-" outbound|80||a.b.svc.cluster.local - 127.0.0.2:80 127.0.0.1:3 sni.example.com"#,
    // 1.3 to 1.7
    r#"[2026-11-24T02:27:19.442Z] "GET /a HTTP/1.1" 503 UH "-" "-" 0 19 0 - "192.0.2.2" "curl/7.88.1" "433c" "shop.example.com" "-" outbound|80||a.b.svc.cluster.local - 127.0.0.2:80 127.0.0.1:3 sni.example.com default"#,
    // 1.8
    r#"[2026-11-24T02:27:19.442Z] "GET /a HTTP/1.1" 503 UH "-" 0 19 0 - "192.0.2.2" "curl/7.88.1" "433c" "shop.example.com" "-" outbound|80||a.b.svc.cluster.local - 127.0.0.2:80 127.0.0.1:3 sni.example.com default"#,
];

const LATER: &[&str] = &[
    // 1.9 and later
    r#"[2026-11-24T02:27:19.442Z] "GET /a HTTP/1.1" 503 UH no_healthy_upstream - "-" 0 19 0 - "192.0.2.2" "curl/7.88.1" "433c" "shop.example.com" "-" outbound|80||a.b.svc.cluster.local - 127.0.0.2:80 127.0.0.1:3 sni.example.com default"#,
    r#"{"start_time":"2026-11-24T02:27:19.442Z","response_code":503,"response_flags":"UH","response_code_details":"no_healthy_upstream","authority":"shop.example.com","upstream_cluster":"outbound|80||a.b.svc.cluster.local","requested_server_name":"sni.example.com","upstream_transport_failure_reason":null,"user_agent":"a \"b\""}"#,
    r#"{"user_agent":"curl","response_flags": "UH", "response_code": "503","response_code_details":"no_healthy_upstream","authority":"shop.example.com","upstream_cluster":"outbound|80||a.b.svc.cluster.local","requested_server_name":"sni.example.com","upstream_transport_failure_reason":"-","start_time":"2026-11-24T02:27:19.442Z"}"#,
];

fn want(details: Option<&str>) -> Request {
    Request {
        flags: "UH".into(),
        code: 503,
        details: details.map(str::to_owned),
        authority: Some("shop.example.com".into()),
        cluster: Some("outbound|80||a.b.svc.cluster.local".into()),
        sni: Some("sni.example.com".into()),
        failure: None,
    }
}

fn docker(line: &str) -> String {
    let escaped = line.replace('\\', "\\\\").replace('"', "\\\"");
    format!(
        "{{\"log\":\"{escaped}\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-24T02:27:19.5Z\"}}"
    )
}

#[test]
fn every_version() {
    for (lines, details) in [(LINES, None), (LATER, Some("no_healthy_upstream"))] {
        for line in lines {
            for log in [
                (*line).to_owned(),
                format!("{line}\r\n"),
                format!("[pod/gw-0/istio-proxy] {line}\n"),
                format!("2026-11-24T02:27:19.523456789Z stdout F {line}\n"),
                docker(line),
            ] {
                let seen = said(&log);
                assert_eq!(seen.len(), 1, "{log}");
                assert_eq!((seen[0].what, seen[0].count), (What::Request, 1), "{log}");
                assert_eq!(seen[0].request, Some(want(details)), "{log}");
                assert_eq!(seen[0].first, "2026-11-24T02:27:19.442Z".parse().ok(), "{log}");
            }
        }
    }
}

#[test]
fn connections_and_several_flags() {
    let line = r#"[2026-11-24T02:27:19.442Z] "- - -" 0 NR filter_chain_not_found - "-" 0 0 0 - "-" "-" "-" "-" "-" - - 127.0.0.2:8443 127.0.0.1:3 a.example.com -"#;
    let seen = said(line);
    let request = seen[0].request.as_ref().unwrap();
    assert_eq!((request.code, request.sni.as_deref()), (0, Some("a.example.com")));
    let line = r#"[2026-11-24T02:27:19.442Z] "GET / HTTP/1.1" 503 UF,URX upstream_reset - "TLS_error:_Secret_is_not_supplied_by_SDS" 0 19 0 - "-" "c" "r" "shop" "10.0.0.1:80" out - 127.0.0.2:80 127.0.0.1:3 - -"#;
    let request = said(line)[0].request.clone().unwrap();
    assert_eq!(request.flags, "UF,URX");
    assert_eq!(request.failure.as_deref(), Some("TLS_error:_Secret_is_not_supplied_by_SDS"));
    let cut = r#"GET / HTTP/1.1" 404 NR route_not_found - "-" 0 0 0 - "192."#;
    assert_eq!(said(cut)[0].request.as_ref().unwrap().flags, "NR");
}

#[test]
fn alike_are_counted_together() {
    let log = [LATER[0], LINES[0], LATER[1], LATER[2], LATER[0]].join("\n");
    let seen = said(&log);
    assert_eq!(seen.iter().map(|seen| seen.count).collect::<Vec<_>>(), [4, 1]);
    assert_eq!(seen[0].samples.iter().map(|sample| sample.line).collect::<Vec<_>>(), [1, 5]);
    let many: String = (0..5_000)
        .map(|n| LATER[0].replace("shop.example", &format!("h{n}.example")) + "\n")
        .collect();
    let seen = said(&many);
    assert_eq!(seen.len(), 2_001);
    assert_eq!(seen.iter().map(|seen| seen.count).sum::<u64>(), 5_000);
}

#[test]
fn every_flag_in_text_and_json() {
    for flag in ["NR", "NC", "UH", "UF", "UF,URX", "URX", "UC", "UT", "DC", "DPE", "RL", "UAEX"] {
        for line in LATER.iter().chain(LINES) {
            let log = line
                .replace(" UH ", &format!(" {flag} "))
                .replace("\"UH\"", &format!("\"{flag}\""));
            let seen = said(&log);
            assert_eq!(seen.len(), 1, "{log}");
            assert_eq!(seen[0].request.as_ref().unwrap().flags, flag, "{log}");
        }
    }
    for fine in ["-", "LR", "FI"] {
        let log = LATER[0].replace(" UH ", &format!(" {fine} "));
        assert_eq!(said(&log), [], "{log}");
    }
}

#[test]
fn as_people_leave_things_out() {
    // Without the request's id.
    let line = r#"[2021-01-16T07:28:51.852Z] "GET /config HTTP/1.1" 503 URX "-" 0 95 57 57 "192.0.2.1,10.6.0.21" "Mozilla/5.0 (Macintosh)" "foo-bar.example.com" "10.6.25.34:3000" outbound|80||ui.hub.svc.cluster.local 10.6.5.216:46364 10.6.5.216:8080 10.6.0.21:14387 - -"#;
    let request = said(line)[0].request.clone().unwrap();
    assert_eq!(request.authority.as_deref(), Some("foo-bar.example.com"));
    assert_eq!(request.cluster.as_deref(), Some("outbound|80||ui.hub.svc.cluster.local"));
    // Wrapped, and without the time.
    let lines = "[...] \"GET /get HTTP/1.1\" 404 NR route_not_found - \"-\" 0 0 0 -\n  \"10.244.0.18\" \"curl/8.21.0\" \"a326cb9d-...\" \"unknown-api.example.com\"\n  \"-\" - - 10.244.0.17:80 10.244.0.18:41290 - -\n";
    let seen = said(&format!("{lines}{lines}"));
    assert_eq!((seen.len(), seen[0].count), (1, 2));
    let request = seen[0].request.as_ref().unwrap();
    assert_eq!(request.authority.as_deref(), Some("unknown-api.example.com"));
    assert_eq!(seen[0].samples[1].line, 4);
    // What is cut off before the host names none.
    let cut = "[2026-11-24T02:27:19.442Z] \"GET / HTTP/1.1\" 404 NR route_not_found - \"-\" 0 0 0 - \"192.0.2.2\" \"curl\"\n2026-11-24T02:27:20.442Z\tinfo\tx\n";
    assert_eq!(said(cut)[0].request.as_ref().unwrap().authority, None);
    let json = r#"{":authority":"localhost:8888","response_code":503,"response_code_details":"no_healthy_upstream","response_flags":"UH","start_time":"2025-08-21T03:23:19.513Z"}"#;
    let request = said(json)[0].request.clone().unwrap();
    assert_eq!(request.authority.as_deref(), Some("localhost:8888"));
}

#[test]
fn beside_a_message_on_the_same_line() {
    let line = r#"Internally Istio reports a port conflict via `2026-06-11T02:14:48.481176Z	info	model	skipping server on gateway ingress-gateway~https port default.443.HTTPS: conflict with existing server 443.HTTPS`. Envoy access logs also show it via `[2026-06-11T02:30:46.602Z] "- - -" 0 NR filter_chain_not_found - "-" 0 0 0 - "-" "-" "-" "-" "-" - - 10.244.0.16:443 10.244.0.1:10658 - -`"#;
    let seen = said(line);
    let whats: Vec<_> = seen.iter().map(|seen| seen.what).collect();
    assert_eq!(whats, [What::PortConflict, What::Request]);
    assert_eq!(seen[0].reason.as_deref(), Some("443.HTTPS"));
    assert_eq!(seen[1].request.as_ref().unwrap().flags, "NR");
    assert_eq!(seen[1].first, "2026-06-11T02:30:46.602Z".parse().ok());
}

//! Every format says the same, and what a script relies on holds.

use serde_json::{Value, json};

use super::mesh::{Mesh, NOW, gateway, pod, service};
use crate::support::terminal::Terminal;
use crate::support::{Scratch, repository};

fn two() -> Mesh {
    Mesh::new()
        .gateway(
            "istio-system",
            "ingress",
            json!({}),
            json!({"ingress": [{"ip": "203.0.113.10"}, {"ip": "2001:db8::10"}]}),
        )
        .gateway("shop", "own", json!({}), json!({}))
        .and(gateway("shop", "web", json!({"istio": "own"}), &["shop.example.com"]))
}

#[test]
fn several_gateways_are_rows_and_what_has_to_be_said_of_them_stands_below() {
    let text = two().run(&[]).exits(0).text();
    let lines: Vec<&str> = text.lines().collect();
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let heading = ["GATEWAY", "TYPE", "ADDRESS", "PORTS", "READY", "RESTARTS", "AGE", "VERSION"];
    assert_eq!(words(lines[0]), heading);
    let first = [
        "istio-system/ingress",
        "LoadBalancer",
        "203.0.113.10,2001:db8::10",
        "80:30080,443:30443",
        "1/1",
        "0",
        "8h",
        "1.30.3",
    ];
    assert_eq!(words(lines[1]), first);
    assert_eq!(words(lines[2])[..3], ["shop/own", "LoadBalancer", "<pending>"]);
    assert!(lines[3].starts_with("shop/own: its load balancer has no address"), "{text}");
    assert!(text.is_ascii() && !text.contains('\u{1b}'), "{text}");
    let wide = two().run(&["-o", "wide"]).exits(0).text();
    assert!(wide.contains("istio=own") && wide.contains("shop/web"), "{wide}");
    assert!(wide.contains("15021:30021"), "{wide}");
}

#[test]
fn a_row_that_is_too_wide_for_a_terminal_is_a_block() {
    let scratch = Scratch::new();
    scratch.write("mesh.yaml", two().text());
    let line = ["discover", "--from", "mesh.yaml", "--now", NOW];
    let on_a_terminal = |more: &[&str]| {
        let line: Vec<&str> = line.iter().chain(more).copied().collect();
        let (code, text) = Terminal::igwctl(&line, &[("NO_COLOR", "1")], &scratch.path("")).ended();
        assert_eq!(code, 0, "{text}");
        text.replace('\r', "")
    };
    let rows = on_a_terminal(&[]);
    assert!(rows.starts_with("GATEWAY  "), "{rows}");
    let is_list = |it: &str| it.starts_with("   ") && it.contains(" 2001:db8::10");
    assert!(rows.lines().any(is_list), "{rows}");
    let blocks = on_a_terminal(&["-o", "wide"]);
    assert!(
        blocks.starts_with("istio-system/ingress\n      type          LoadBalancer\n"),
        "{blocks}"
    );
    assert!(blocks.contains("\n\nshop/own\n      type          LoadBalancer\n"), "{blocks}");
    assert!(blocks.contains("      selector      istio=own\n"), "{blocks}");
    assert!(blocks.lines().all(|it| it.chars().count() <= 100), "{blocks}");
}

#[test]
fn one_gateway_is_told_whole() {
    let text = two().run(&["own", "-o", "wide"]).exits(0).text();
    for part in [
        "shop/own   LoadBalancer, Istio 1.30.3\n",
        "      address       10.0.0.10 (inside the cluster)\n",
        "      no address    its load balancer has no address",
        "      ports         status 15021, node port 30021\n",
        "                    http 80 to 8080, node port 30080\n",
        "                    https 443 to 8443, node port 30443\n",
        "      pods          1 of 1 ready, 0 restarts, 8h\n",
        "      Gateways      shop/web: HTTP 80\n",
        "      selector      istio=own\n",
    ] {
        assert!(text.contains(part), "{part}? {text}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    let text = two().run(&["shop.example.com"]).exits(0).text();
    assert!(text.contains("shop/web: HTTP 80, serves the host asked for"), "{text}");
}

#[test]
fn names_can_be_asked_for_again() {
    let names = two().run(&["-o", "name"]).exits(0).text();
    assert_eq!(names, "istio-system/ingress\nshop/own\n");
    for name in names.lines() {
        two().run(&[name, "-o", "name"]).exits(0);
    }
}

#[test]
fn json_and_yaml_are_one_discovery_and_keep_to_the_schema() {
    let schema = std::fs::read_to_string(repository("docs/schema/discovery.json")).unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let nothing = Mesh::new();
    let files = Mesh::manifests().and(service(
        "a",
        "b",
        json!({"istio": "ingress"}),
        json!({}),
        json!({"ingress": [{"hostname": "lb.example.com"}]}),
    ));
    for (mesh, arguments, code) in [
        (&two(), &[][..], 0),
        (&two(), &["own", "--for", "shop"], 0),
        (&files, &[], 0),
        (&nothing, &[], 4),
    ] {
        let run = |format| mesh.igwctl(arguments).args(["-o", format]).run().exits(code);
        let found: Value = serde_json::from_slice(&run("json").stdout).unwrap();
        let faults: Vec<String> = validator.iter_errors(&found).map(|it| it.to_string()).collect();
        assert!(faults.is_empty(), "{faults:?} {found:#}");
        assert_eq!(found["apiVersion"], "igwctl/v1");
        assert_eq!(found["kind"], "Discovery");
        let yaml = run("yaml").text();
        assert_eq!(igwctl::model::yaml::read::<Value>(&yaml).unwrap(), found, "{yaml}");
    }
}

#[test]
fn the_code_is_the_same_for_every_format() {
    for format in ["table", "wide", "json", "yaml", "name"] {
        two().run(&["-o", format]).exits(0);
        two().run(&["own", "-o", format]).exits(0);
        two().run(&["no", "-o", format]).exits(4);
        Mesh::new().run(&["-o", format]).exits(4);
    }
}

#[test]
fn a_ready_name_stands_in_a_report_or_alone() {
    let mesh = two();
    assert_eq!(
        mesh.run(&["ingress", "--for", "shop"]).exits(0).text(),
        "shop.203.0.113.10.sslip.io\n"
    );
    let domain = ["ingress", "--for", "a.shop", "--magic-domain", "nip.io", "--url"];
    assert_eq!(mesh.run(&domain).exits(0).text(), "http://a.shop.203.0.113.10.nip.io\n");
    let found = mesh.found(&["ingress", "--for", "shop"]);
    assert_eq!(found["gateways"][0]["hostName"], "shop.203.0.113.10.sslip.io");
    let text = mesh.run(&["ingress", "--for", "shop", "-o", "table"]).exits(0).text();
    assert!(text.contains("      host          shop.203.0.113.10.sslip.io\n"), "{text}");
}

#[test]
fn a_url_names_the_port_where_it_is_not_the_usual_one() {
    let url = |ports: Value| {
        let status = json!({"ingress": [{"ip": "203.0.113.10"}]});
        let mesh = Mesh::new().and(pod("a", "b-0", json!({"app": "b"}))).and(service(
            "a",
            "b",
            json!({"app": "b"}),
            json!({"ports": ports}),
            status,
        ));
        let ran = mesh.run(&["--url"]);
        (ran.code.unwrap(), ran.text().trim().to_owned())
    };
    let http = json!({"name": "http-web", "port": 8080});
    let https = json!({"name": "https", "port": 8443});
    let tcp = json!({"name": "tcp", "port": 31400});
    assert_eq!(url(json!([http])), (0, "http://203.0.113.10:8080".to_owned()));
    assert_eq!(url(json!([https, http])), (0, "http://203.0.113.10:8080".to_owned()));
    assert_eq!(url(json!([https])), (0, "https://203.0.113.10:8443".to_owned()));
    assert_eq!(url(json!([{"port": 443}])), (0, "https://203.0.113.10".to_owned()));
    let grpc = json!([{"name": "x", "port": 9000, "appProtocol": "kubernetes.io/h2c"}]);
    assert_eq!(url(grpc), (0, "http://203.0.113.10:9000".to_owned()));
    assert_eq!(url(json!([tcp])).0, 4);
}

#[test]
fn what_contradicts_itself_is_2() {
    let mesh = two();
    let wrong: [&[&str]; 13] = [
        &["--ip", "--url"],
        &["--ip", "-o", "json"],
        &["--url", "-o", "env"],
        &["--ip", "--for", "shop"],
        &["--for", "Shop"],
        &["--for", "$(id)"],
        &["--for", "10-0-0-1"],
        &["--for", "shop", "--magic-domain", "a b"],
        &["-o", "env", "--shell", "tcsh"],
        &["--resolver", "dns.example.com"],
        &["--timeout", "1m"],
        &["--wait"],
        &["a/b/c"],
    ];
    for arguments in wrong {
        let ran = mesh.run(arguments).exits(2);
        assert!(!ran.errors().is_empty(), "{arguments:?}");
    }
}

#[test]
fn text_from_outside_does_not_steer_the_terminal() {
    let status = json!({"ingress": [{"hostname": "\u{1b}[2Jlb\u{202e}\nexample"}]});
    let mesh = Mesh::new().gateway("a", "b", json!({}), status);
    for arguments in [&[][..], &["-o", "wide"], &["-o", "name"], &["--ip"], &["-o", "env"]] {
        let ran = mesh.run(arguments);
        for text in [ran.text(), ran.errors()] {
            assert!(
                !text.contains('\u{1b}') && !text.contains('\u{202e}'),
                "{arguments:?}: {text}"
            );
        }
    }
}

#[test]
fn colour_is_there_when_asked_for_and_never_alone() {
    let plain = two().run(&["ingress"]).exits(0).text();
    let coloured = two().run(&["ingress", "--color", "always"]).exits(0).text();
    assert!(coloured.contains('\u{1b}') && !plain.contains('\u{1b}'));
    let mut bare = String::new();
    let mut is_escape = false;
    for letter in coloured.chars() {
        match letter {
            '\u{1b}' => is_escape = true,
            'm' if is_escape => is_escape = false,
            letter if !is_escape => bare.push(letter),
            _ => {}
        }
    }
    assert_eq!(bare, plain);
}

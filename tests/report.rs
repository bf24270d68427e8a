//! How findings are written: for people, for scripts, and for terminals that must not be steered.

use crate::support::fixtures;
use crate::support::worlds::{SOUND, World, certificate, gateway, secret};
use crate::support::{Igwctl, diagnose, repository};

const ESCAPE: char = '\u{1b}';

fn mesh() -> World {
    World::mesh()
        .and(gateway("shop", "shop", "mode: SIMPLE, credentialName: shop-cert"))
        .and(gateway("blog", "blog", "mode: SIMPLE, credentialName: blog-cert"))
        .and(secret("shop", "shop-cert", SOUND))
        .and(certificate("istio-system", "blog", "blog-cert", "False"))
}

fn of(world: &World) -> Igwctl {
    diagnose(["-"]).stdin(world.text())
}

#[test]
fn json_is_what_its_schema_says() {
    let schema = std::fs::read_to_string(repository("docs/schema/diagnosis.json")).unwrap();
    let schema = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for fixture in fixtures::all() {
        let ran = fixture.diagnose().args(["-o", "json"]).run();
        let value: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
        if let Err(error) = validator.validate(&value) {
            panic!("{}: {error} at {}", fixture.name, error.instance_path());
        }
    }
    let refused = serde_json::json!({"apiVersion": "igwctl/v1", "kind": "Diagnosis"});
    assert!(!validator.is_valid(&refused), "a schema that takes anything is none");
}

#[test]
fn yaml_says_what_json_says_and_every_format_exits_alike() {
    for fixture in fixtures::all() {
        let run = |format| fixture.diagnose().args(["-o", format]).run();
        let (json, yaml) = (run("json"), run("yaml"));
        let left: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
        let right: serde_json::Value = igwctl::model::yaml::read(&yaml.text()).unwrap();
        assert_eq!(left, right, "{}", fixture.name);
        for format in ["yaml", "table", "name"] {
            assert_eq!(run(format).code, json.code, "{} as {format}", fixture.name);
        }
    }
}

#[test]
fn the_summary_counts_what_is_there() {
    for fixture in fixtures::all() {
        let diagnosis = fixture.diagnose().json();
        let count =
            |severity| diagnosis.findings.iter().filter(|it| it.severity == severity).count();
        let summary = diagnosis.summary;
        assert_eq!(summary.errors, count("error"), "{}", fixture.name);
        assert_eq!(summary.warnings, count("warning"), "{}", fixture.name);
        assert_eq!(summary.infos, count("info"), "{}", fixture.name);
        assert_eq!(summary.undecided, diagnosis.undecided.len(), "{}", fixture.name);
        assert_eq!(summary.not_judged, diagnosis.not_judged.len(), "{}", fixture.name);
        assert_eq!((&*diagnosis.api_version, &*diagnosis.kind), ("igwctl/v1", "Diagnosis"));
    }
}

#[test]
fn every_finding_has_a_page_a_cause_evidence_or_a_way_to_it_and_a_fix() {
    for fixture in fixtures::all() {
        for finding in fixture.diagnose().json().findings {
            let anchor = format!("docs/checks.md#{}", finding.code.to_lowercase());
            assert_eq!(finding.docs, anchor);
            assert!(!finding.cause.message.is_empty(), "{}: no cause", fixture.name);
            assert!(!finding.fix.message.is_empty(), "{}: no fix", fixture.name);
            for command in finding.fix.printed() {
                let first = command.split_whitespace().next().unwrap();
                assert!(["kubectl", "igwctl"].contains(&first), "{}: {command}", fixture.name);
            }
            let dot = finding.message.ends_with('.');
            assert!(!dot, "{}: a sentence without a full stop: {}", fixture.name, finding.message);
        }
    }
}

#[test]
fn the_report_keeps_to_eighty_columns_but_for_commands() {
    for fixture in fixtures::all() {
        let ran = fixture.diagnose().run();
        let commands: Vec<String> = fixture
            .diagnose()
            .json()
            .findings
            .iter()
            .flat_map(|it| it.fix.printed().cloned().collect::<Vec<_>>())
            .collect();
        for line in ran.text().lines() {
            let is_command = commands.iter().any(|it| it.lines().any(|it| it == line.trim()));
            let width = line.chars().count();
            assert!(width <= 80 || is_command, "{}: {width} columns: {line}", fixture.name);
            assert!(!line.ends_with(' '), "{}: {line:?}", fixture.name);
        }
    }
}

#[test]
fn the_report_tells_the_code_the_object_and_the_sum_last() {
    let text = of(&mesh()).run().exits(1).text();
    for words in [
        "Gateway shop/shop",
        "IGW0301",
        "looked in     istio-system",
        "found in      shop",
        "Certificate istio-system/blog",
        "IGW0312",
        "fix",
    ] {
        assert!(text.contains(words), "{words} is not in\n{text}");
    }
    let last = text.lines().last().unwrap();
    assert!(last.starts_with("2 errors, 0 warnings"), "{last}");
    assert!(last.contains("igwctl explain IGW0"), "{last}");
}

#[test]
fn a_clean_report_says_what_was_looked_at() {
    let world = World::mesh()
        .and(gateway("shop", "shop", "mode: SIMPLE, credentialName: shop-cert"))
        .and(secret("istio-system", "shop-cert", SOUND));
    let text = of(&world).run().exits(0).text();
    assert!(text.contains("nothing wrong found: 1 Gateway, 1 credential"), "{text}");
    assert!(text.contains("0 errors, 0 warnings"), "{text}");
}

#[test]
fn names_are_a_line_each() {
    let text = of(&mesh()).args(["-o", "name"]).run().exits(1).text();
    assert_eq!(text, "IGW0301 gateway shop/shop\nIGW0312 certificate istio-system/blog\n");
}

#[test]
fn colour_is_for_terminals_unless_it_is_asked_for() {
    let plain = of(&mesh()).run().text();
    assert!(!plain.contains(ESCAPE), "{plain}");
    let asked = of(&mesh()).args(["--color", "always"]).run().text();
    assert!(asked.contains(ESCAPE), "{asked}");
    let forced = of(&mesh()).args(["--color", "always"]).env("NO_COLOR", "1").run().text();
    assert_eq!(forced, asked, "the flag is nearer than the variable");
    for format in ["json", "yaml", "name"] {
        let text = of(&mesh()).args(["--color", "always", "-o", format]).run().text();
        assert!(!text.contains(ESCAPE), "{text}");
    }
    let without: String = strip(&asked);
    assert_eq!(without, plain, "colour adds nothing but colour");
}

/// The text without its escape sequences for colour.
fn strip(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(ESCAPE) {
        plain += before;
        rest = after.split_once('m').unwrap().1;
    }
    plain + rest
}

#[test]
fn without_utf_8_the_signs_are_ascii() {
    let text = of(&mesh()).env("LC_ALL", "C").run().text();
    assert!(text.is_ascii(), "{text}");
    assert!(!of(&mesh()).run().text().is_ascii());
}

#[test]
fn what_stands_in_the_inputs_cannot_steer_a_terminal() {
    let evil = "\\e[2J\\e]0;owned\\a\\u202Egpj.exe\\nIGW0000 all is well\\r\\u2066x\\x9bH";
    let world = World::mesh()
        .and(format!(
            "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {{name: \"a{evil}\", \
             namespace: \"b{evil}\"}}\nspec:\n  servers:\n  - tls: {{mode: SIMPLE, credentialName: \
             \"c{evil}\"}}\n"
        ))
        .and(certificate("istio-system", "d", "c", "False").replace("as tests have it", "x"))
        .and(format!(
            "2026-11-24T02:27:17.428674Z\twarn\tads\tfailed to fetch key and certificate for \
             kubernetes://log{ESCAPE}[31m-cert: secret istio-system/log{ESCAPE}[31m-cert not found\u{202e}\n"
        ));
    for flags in [&[][..], &["-o", "name"], &["-o", "json"], &["-o", "yaml"]] {
        let ran = of(&world).args(flags).run();
        for text in [ran.text(), ran.errors()] {
            let steers = |letter: char| {
                (letter.is_control() && letter != '\n')
                    || ('\u{202a}'..='\u{202e}').contains(&letter)
                    || ('\u{2066}'..='\u{2069}').contains(&letter)
            };
            let is_data = flags.contains(&"json") || flags.contains(&"yaml");
            let found = text.chars().find(|it| if is_data { *it == ESCAPE } else { steers(*it) });
            assert_eq!(found, None, "{flags:?}: {text:?}");
            let forged = text.lines().any(|line| line.trim_start().starts_with("IGW0000"));
            assert!(!forged, "{flags:?}: a line was forged: {text}");
        }
    }
}

#[test]
fn what_is_no_name_stands_in_no_command() {
    for evil in ["a; rm -rf x", "$(reboot)", "a\\nrm", "--all", "a'b", "`id`"] {
        let tls = format!("mode: SIMPLE, credentialName: \"{evil}\"");
        let nowhere = World::mesh().and(gateway("shop", "shop", &tls));
        let quoted = format!("\"{evil}\"");
        let elsewhere = nowhere.clone().and(secret("shop", &quoted, SOUND));
        let written = nowhere.clone().and(certificate("shop", "shop", &quoted, "True"));
        for world in [&nowhere, &elsewhere, &written] {
            for text in [world.text(), world.served()] {
                let diagnosis = diagnose(["-", "--complete"]).stdin(text).json();
                for finding in &diagnosis.findings {
                    assert!(finding.fix.commands.is_empty(), "{:?}", finding.fix.commands);
                }
                assert!(!diagnosis.findings.is_empty(), "{evil}");
            }
        }
    }
}

#[test]
fn the_names_of_files_cannot_steer_it_either() {
    let ran = diagnose(["no-such\u{1b}[2J\nfile"]).run().exits(65);
    assert!(!ran.errors().contains(ESCAPE), "{:?}", ran.errors());
    let errors = ran.errors();
    let (error, next) = errors.trim_end().split_once('\n').unwrap();
    assert!(error.ends_with("file: there is no such file"), "{error:?}");
    assert_eq!(next, "  a path is one from the current folder; - is standard input");
}

#[test]
fn a_namespace_narrows_what_is_reported_and_never_what_is_read() {
    let lines = |flags: &[&str]| of(&mesh()).args(flags).json().lines();
    let (shop, blog) =
        ("IGW0301 error Gateway shop/shop", "IGW0312 error Certificate istio-system/blog");
    assert_eq!(lines(&[]), [shop, blog]);
    assert_eq!(lines(&["-n", "shop"]), [shop], "that the pods are elsewhere is still known");
    assert_eq!(lines(&["-n", "blog"]), [blog], "the Gateway that asks is in blog");
    assert_eq!(lines(&["-n", "istio-system"]), [shop, blog]);
    assert_eq!(lines(&["-n", "mail", "-A"]), [shop, blog]);
    // A report of a namespace in which nothing was seen would pass for clean.
    let ran = of(&mesh()).args(["-n", "mail"]).run().exits(4);
    assert_eq!(ran.text(), "");
    assert!(ran.errors().contains("nothing was seen in namespace mail"), "{}", ran.errors());
}

#[test]
fn a_gateway_narrows_what_is_reported() {
    let lines = |gateway: &str| of(&mesh()).args(["--gateway", gateway]).json().lines();
    let (shop, blog) =
        ("IGW0301 error Gateway shop/shop", "IGW0312 error Certificate istio-system/blog");
    assert_eq!(lines("shop"), [shop]);
    assert_eq!(lines("shop/shop"), [shop]);
    assert_eq!(lines("blog/blog"), [blog]);
    assert_eq!(lines("shop.example.com"), [shop], "a host is a name of the Gateway that serves it");
    // A Service means the Gateways that are bound to the pods that it leads to.
    let service = |selector: &str| {
        let with = format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: edge, namespace: istio-system}}\nspec:\n  \
             selector: {selector}\n  ports: [{{name: https, port: 443}}]\n"
        );
        let ran = of(&mesh().and(with)).args(["--gateway", "istio-system/edge"]);
        ran.json().lines()
    };
    let both = service("{istio: ingressgateway}");
    assert!(both.contains(&shop.to_owned()) && both.contains(&blog.to_owned()), "{both:?}");
    // Or the Gateways of the Gateway API that name it as their address.
    let of_addresses = "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: own, \
                        namespace: shop}\nspec:\n  gatewayClassName: istio\n  addresses: [{type: \
                        Hostname, value: edge.shop.svc}]\n  listeners: [{name: https, port: 443, \
                        protocol: HTTPS, tls: {certificateRefs: [{name: own-cert}]}}]\n---\n\
                        apiVersion: v1\nkind: Service\nmetadata: {name: edge, namespace: shop}\n\
                        spec: {selector: {istio: own}, ports: [{name: https, port: 443}]}\n";
    let ran = of(&mesh().and(of_addresses)).args(["--gateway", "shop/edge"]).json();
    assert!(ran.lines().iter().all(|it| it.ends_with("Gateway shop/own")), "{:?}", ran.lines());
    assert!(!ran.lines().is_empty());
    let ran = of(&mesh()).args(["--gateway", "mail/shop"]).run().exits(4);
    assert!(ran.errors().contains("mail/shop"), "{}", ran.errors());
    of(&mesh()).args(["--gateway", "a/b/c"]).run().exits(2);
}

#[test]
fn two_runs_write_the_same_bytes() {
    for format in ["table", "json", "yaml", "name"] {
        let text = mesh().text();
        let run = || diagnose(["-", "-o", format]).stdin(&*text).run().stdout;
        let first = run();
        for _ in 0..4 {
            assert_eq!(run(), first, "-o {format}");
        }
    }
}

//! What was meant, where a name is mistyped: of a subcommand, a flag, a gateway, a namespace, a
//! context, a code.

use crate::support::{Igwctl, Scratch, diagnose};

/// A recording, whose Gateway is `hipstershopv1v2/hipstershop-gateway`.
const RECORDING: &str = "tests/captures/04-secret-in-app-namespace";

#[track_caller]
fn says(line: &[&str], code: i32, words: &str) {
    let ran = Igwctl::new(line).run().exits(code);
    assert!(ran.errors().contains(words), "{line:?}: {words}? {}", ran.errors());
}

#[test]
fn a_mistyped_command_line_gets_the_nearest() {
    says(&["diagnos"], 2, "'diagnose'");
    says(&["diagnose", "--gatway", "a"], 2, "'--gateway'");
    says(&["diagnose", "-", "--fail-on", "waning"], 2, "'warning'");
    says(&["explain", "IGW301"], 2, "the nearest name is IGW0301");
    says(&["man", "diagnos"], 2, "the nearest name is diagnose");
}

#[test]
fn a_mistyped_gateway_gets_the_nearest() {
    let discover = |name: &str, words: &str| {
        says(&["discover", name, "--from", RECORDING], 4, words);
        says(&["probe", "http://a.test/", "--gateway", name, "--from", RECORDING], 4, words);
    };
    discover("istio-ingresgateway", "the nearest name is istio-ingressgateway");
    let gateway = "hipstershopv1v2/hipstershop-gateway";
    discover("hipstershopv1v2/hipstershop-gatewy", &format!("the nearest name is {gateway}"));
    for (name, near) in [
        ("hipstershop-gatewy", "hipstershop-gateway"),
        ("istio-ingresgateway", "istio-ingressgateway"),
        ("hipstershopv1v/hipstershop-gateway", gateway),
    ] {
        let ran = diagnose([RECORDING, "--gateway", name]).run().exits(4);
        let words = format!("the nearest name is {near}\n");
        assert!(ran.errors().contains(&words), "{name}: {}", ran.errors());
    }
    let ran = diagnose([RECORDING, "--gateway", "wholly-different"]).run().exits(4);
    assert!(!ran.errors().contains("nearest"), "{}", ran.errors());
}

#[test]
fn a_mistyped_namespace_gets_the_nearest() {
    says(
        &["discover", "-n", "istio-sytem", "--from", RECORDING],
        4,
        "the nearest name is istio-system",
    );
    says(
        &["diagnose", RECORDING, "-n", "hipstershopv1v"],
        4,
        "nothing was seen in namespace hipstershopv1v\n  the nearest name is hipstershopv1v2",
    );
    let ran = diagnose([RECORDING, "-n", "wholly-different"]).run().exits(4);
    assert!(!ran.errors().contains("nearest"), "{}", ran.errors());
    for right in ["hipstershopv1v2", "istio-system"] {
        diagnose([RECORDING, "-n", right]).json();
    }
}

#[test]
fn a_mistyped_context_gets_the_nearest() {
    let scratch = Scratch::new();
    let file = scratch.write(
        "kubeconfig",
        r#"{"contexts": [{"name": "production", "context": {"cluster": "here", "user": "me"}}],
            "clusters": [{"name": "here", "cluster": {"server": "https://127.0.0.1:1"}}]}"#,
    );
    for (more, near) in [
        (&["--context", "prodution"][..], "production"),
        (&["--context", "production", "--cluster", "heer"], "here"),
    ] {
        let ran = Igwctl::new(["list"]).args(more).env("KUBECONFIG", file.to_str().unwrap()).run();
        let ran = ran.exits(3);
        let words = format!("the nearest name is {near}");
        assert!(ran.errors().contains(&words), "{}", ran.errors());
    }
}

//! Teams with gateways of their own beside the one that all share: each reads its own secrets.

use serde_json::{Value, json};

use crate::apply::{SHOP, ends, names, prepared, run};
use crate::bootstrap::{balanced, namespace};
use crate::igwctl::Diagnosis;
use crate::objects::{gateway_role, lists_secrets, pair, ready, secret};
use crate::stack::{Stack, shared};
use crate::webhooks::injected;

const TEAMS: [&str; 2] = ["team-a", "team-b"];

/// A Gateway that serves https with the secret that all call alike.
fn serving(place: &str, host: &str, istio: &str) -> Value {
    json!({
        "apiVersion": "networking.istio.io/v1", "kind": "Gateway",
        "metadata": {"namespace": place, "name": "shop"},
        "spec": {"selector": {"istio": istio}, "servers": [{
            "port": {"name": "https", "number": 443, "protocol": "HTTPS"}, "hosts": [host],
            "tls": {"mode": "SIMPLE", "credentialName": "shop-cert"},
        }]},
    })
}

/// The shared gateway and two of teams, a Gateway and a secret of one name for each.
fn three(stack: &Stack) {
    prepared(stack);
    injected(stack);
    stack.add(&gateway_role(lists_secrets()));
    let shared = pair("shop.example.com");
    stack.kubectl(&[
        "patch",
        "rolebinding",
        "gateway",
        "-n",
        "istio-system",
        "--type=json",
        "-p",
        r#"[{"op": "replace", "path": "/subjects/0/name", "value": "default"}]"#,
    ]);
    stack.add(&[
        secret("istio-system", "shop-cert", &shared),
        serving("hipstershopv1v2", "shop.example.com", "ingressgateway"),
    ]);
    for (number, team) in TEAMS.iter().enumerate() {
        let host = format!("{team}.example.com");
        stack.add(&[namespace(team), secret(team, "shop-cert", &pair(&host))]);
        ends(stack, 0, &format!("bootstrap {team}-gate -n {team} --yes"));
        let ip = format!("127.0.0.{}", 11 + number);
        balanced(stack, (team, &format!("{team}-gate")), &ip);
        ends(stack, 0, &format!("bootstrap {team}-gate -n {team} --yes --wait --timeout 60s"));
        stack.add(&[serving(team, &host, &format!("{team}-gate"))]);
    }
}

pub(crate) fn gateway_spec(stack: &Stack, namespace: &str, name: &str) -> Value {
    let get = ["get", "gateways.networking.istio.io", name, "-n", namespace, "-o", "json"];
    serde_json::from_str::<Value>(&stack.kubectl(&get)).unwrap()["spec"].clone()
}

fn diagnosed(stack: &Stack) -> Diagnosis {
    stack.igwctl(&["diagnose", "--no-logs"]).diagnosis()
}

/// The objects of a team, each with its version.
fn versions(stack: &Stack, team: &str) -> String {
    let kinds = "serviceaccounts,roles,rolebindings,services,deployments,secrets,\
                 gateways.networking.istio.io";
    let columns = "custom-columns=K:.kind,N:.metadata.name,V:.metadata.generation,U:.metadata.uid";
    stack.kubectl(&["get", kinds, "-n", team, "-o", columns, "--no-headers"])
}

#[test]
fn each_reads_its_own_and_nothing_of_one_changes_when_another_goes() {
    let stack = shared();
    three(&stack);
    diagnosed(&stack).is_clean();
    // Each looks for it in its own namespace, and nowhere else.
    for team in ["istio-system", "team-a", "team-b"] {
        let kept = stack.kubectl(&["get", "secret", "shop-cert", "-n", team, "-o", "json"]);
        stack.kubectl(&["delete", "secret", "shop-cert", "-n", team]);
        let diagnosis = diagnosed(&stack);
        assert_eq!(diagnosis.codes(), ["IGW0301"], "{team}: {}", diagnosis.ran);
        let finding = &diagnosis.value["findings"][0];
        assert_eq!(finding["cause"]["lookedIn"], json!([team]), "{}", diagnosis.ran);
        let place = if team == "istio-system" { "hipstershopv1v2" } else { team };
        assert_eq!(finding["object"]["namespace"], place, "{}", diagnosis.ran);
        let mut back: Value = serde_json::from_str(&kept).unwrap();
        back["metadata"] = json!({"namespace": team, "name": "shop-cert"});
        stack.add(&[back]);
    }
    diagnosed(&stack).is_clean();

    let before = versions(&stack, "team-b");
    let kept = run(&stack, "bootstrap team-a-gate -n team-a --delete --yes");
    kept.fails(3, &["Gateway team-a/shop", "nothing was deleted"]);
    stack.kubectl(&["delete", "gateways.networking.istio.io", "shop", "-n", "team-a"]);
    ends(&stack, 0, "bootstrap team-a-gate -n team-a --delete --yes");
    assert_eq!(names(&stack, "deployments", "team-a"), [""; 0]);
    assert_eq!(names(&stack, "secrets", "team-a"), ["shop-cert"], "what is the team's stays");
    assert_eq!(versions(&stack, "team-b"), before);
    diagnosed(&stack).is_clean();
}

#[test]
fn a_gateway_that_may_not_list_secrets_is_told_from_one_whose_secret_is_elsewhere() {
    let stack = shared();
    three(&stack);
    let narrowed = json!([{
        "apiGroups": [""], "resources": ["secrets"], "verbs": ["get", "watch", "list"],
        "resourceNames": ["shop-cert"],
    }]);
    let patch = json!([{"op": "replace", "path": "/rules", "value": narrowed}]).to_string();
    let of = ["patch", "role", "team-a-gate", "-n", "team-a", "--type=json", "-p", &patch];
    stack.kubectl(&of);
    let diagnosis = diagnosed(&stack);
    assert_eq!(diagnosis.codes(), ["IGW0303"], "{}", diagnosis.ran);
    let folder = tempfile::tempdir().unwrap();
    for command in diagnosis.commands() {
        stack.shell(command, folder.path());
    }
    diagnosed(&stack).is_clean();
}

/// The tutorial's last part, as one goes through it.
#[test]
fn the_tutorials_last_part_moves_an_application_to_a_gateway_of_its_own() {
    let stack = shared();
    prepared(&stack);
    injected(&stack);
    ends(&stack, 0, &format!("apply {SHOP} --tls --create-issuer selfsigned --yes"));
    let gate = "hipstershop-ingressgateway";
    let of = ("hipstershopv1v2", gate);
    // A gateway for the namespace.
    let ran = run(&stack, &format!("bootstrap {gate} -n hipstershopv1v2 --yes"));
    assert_eq!(ran.code, 0, "{ran}");
    let next = format!("igwctl apply APP -n hipstershopv1v2 --gateway hipstershopv1v2/{gate}");
    assert!(ran.stderr.contains(&next), "{ran}");
    balanced(&stack, of, "127.0.0.7");
    let line = format!("bootstrap {gate} -n hipstershopv1v2 --yes --wait --timeout 60s");
    assert!(ends(&stack, 0, &line).ends_with("http://127.0.0.7\n"));
    // The application on it, and what it had on the other deleted.
    let anew = format!(
        "apply {SHOP} --gateway hipstershopv1v2/{gate} --tls --create-issuer selfsigned --prune --yes"
    );
    let printed = ends(&stack, 0, &anew);
    assert!(printed.contains("certificate.cert-manager.io/hipstershop created"), "{printed}");
    assert!(
        printed.contains("certificate.cert-manager.io/hipstershopv1v2-hipstershop pruned"),
        "{printed}"
    );
    assert!(printed.ends_with("https://hipstershop.127.0.0.7.sslip.io/\n"), "{printed}");
    let spec = gateway_spec(&stack, "hipstershopv1v2", "hipstershop");
    assert_eq!(spec["selector"], json!({"istio": gate}));
    assert_eq!(spec["servers"][1]["tls"]["credentialName"], "hipstershop-cert");
    assert_eq!(names(&stack, "certificates.cert-manager.io", "istio-system"), [""; 0]);
    assert_eq!(names(&stack, "issuers.cert-manager.io", "istio-system"), [""; 0]);
    // cert-manager does its part.
    let certificates = "certificates.cert-manager.io";
    stack.set_status(certificates, ("hipstershopv1v2", "hipstershop"), &ready());
    let issued = pair("hipstershop.127.0.0.7.sslip.io");
    stack.add(&[secret("hipstershopv1v2", "hipstershop-cert", &issued)]);
    let diagnosis = diagnosed(&stack);
    let about_secrets: Vec<&str> =
        diagnosis.codes().into_iter().filter(|it| it.starts_with("IGW03")).collect();
    assert_eq!(about_secrets, [""; 0], "{}", diagnosis.ran);
    let listed = ends(&stack, 0, "list");
    assert!(listed.contains("hipstershop.127.0.0.7.sslip.io"), "{listed}");
}

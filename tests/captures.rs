//! Recordings of a real mesh: from each its one true cause, and nothing else.

use crate::support::{Diagnosis, Evidence, Finding, Igwctl, diagnose, files, repository};

/// What holds of every recording, as its README says.
const AS_RECORDED: [&str; 3] = [
    "--complete=secrets,pods,services,gateways,virtualservices,certificates",
    "--now",
    "2026-11-24T03:00:00Z",
];

const GATEWAY: &str = "Gateway hipstershopv1v2/hipstershop-gateway";

/// The Services behind the routes: no pod of theirs ever ran, which is true of every recording in
/// which a route leads to them.
const NOBODY: [&str; 2] = [
    "IGW0403 error Service hipstershopv1v2/apiservice",
    "IGW0403 error Service hipstershopv1v2/frontend",
];

/// Every recording, its one true cause, and what is true beside it.
fn recordings() -> Vec<(&'static str, Vec<String>)> {
    let [apiservice, frontend] = NOBODY;
    let both = |cause: String| vec![cause, apiservice.to_owned(), frontend.to_owned()];
    let unbound = "IGW0200 warning Service istio-system/istio-ingressgateway".to_owned();
    let secret = "Secret istio-system/hipstershop-cert";
    let certificate = "Certificate istio-system/hipstershop-certificate";
    vec![
        ("01-no-gateway", vec![unbound]),
        ("02-gateway-no-virtualservice", vec![format!("IGW0204 warning {GATEWAY}")]),
        ("03-no-endpoints", NOBODY.map(str::to_owned).to_vec()),
        ("04-secret-in-app-namespace", both(format!("IGW0301 error {GATEWAY}"))),
        ("05-secret-moved-to-gateway-namespace", NOBODY.map(str::to_owned).to_vec()),
        ("06-secret-nowhere", both(format!("IGW0302 error {GATEWAY}"))),
        ("07-secret-wrong-keys", both(format!("IGW0304 error {secret}"))),
        ("09-san-mismatch", both(format!("IGW0309 error {GATEWAY}"))),
        ("11-selector-matches-nothing", both(format!("IGW0201 error {GATEWAY}"))),
        (
            "13-destination-missing",
            vec![
                "IGW0401 error VirtualService hipstershopv1v2/hipstershop".to_owned(),
                // Its other route leads to nobody.
                apiservice.to_owned(),
            ],
        ),
        ("16-garbage-pem", both(format!("IGW0305 error {secret}"))),
        ("19-certificate-issuer-missing", both(format!("IGW0312 error {certificate}"))),
    ]
}

/// Ends the test unless these are the findings, and the exit code that goes with them.
#[track_caller]
fn is_told(diagnosis: &Diagnosis, recording: &str, mut lines: Vec<String>) {
    let fails = lines.iter().any(|line| line.contains(" error "));
    let mut found = diagnosis.lines();
    // Which is first is for the report to say.
    lines.sort();
    found.sort();
    assert_eq!(found, lines, "{recording}: {:#?}", diagnosis.findings);
    diagnosis.exits(i32::from(fails));
}

fn of(recording: &str, names: &[&str]) -> Igwctl {
    diagnose(names.iter().map(|name| format!("tests/captures/{recording}/{name}")))
}

fn objects(recording: &str) -> Diagnosis {
    of(recording, &["cluster.yaml", "secrets.json"]).args(AS_RECORDED).json()
}

fn objects_and_logs(recording: &str) -> Diagnosis {
    let all = ["cluster.yaml", "secrets.json", "gw-main.log", "istiod.log"];
    of(recording, &all).args(AS_RECORDED).json()
}

fn log(recording: &str, name: &str) -> Diagnosis {
    of(recording, &[name]).args(["--now", "2026-11-24T03:00:00Z"]).json()
}

fn errors(diagnosis: &Diagnosis) -> Vec<String> {
    let is_error = |finding: &&Finding| finding.severity == "error";
    diagnosis.findings.iter().filter(is_error).map(Finding::line).collect()
}

#[test]
fn every_recording_is_here() {
    let there: Vec<&str> = recordings().iter().map(|(name, _)| *name).collect();
    let folders = std::fs::read_dir(repository("tests/captures")).unwrap();
    let folders = folders.map(|it| it.unwrap().path()).filter(|it| it.is_dir());
    let mut folders: Vec<String> =
        folders.map(|it| it.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    folders.sort_unstable();
    assert_eq!(folders, there);
    for folder in there {
        assert_eq!(files(&repository(&format!("tests/captures/{folder}")), "").len(), 6);
    }
}

#[test]
fn objects_and_logs_give_the_one_true_cause() {
    for (recording, lines) in recordings() {
        is_told(&objects_and_logs(recording), recording, lines);
    }
}

#[test]
fn objects_alone_give_the_one_true_cause() {
    for (recording, lines) in recordings() {
        is_told(&objects(recording), recording, lines);
    }
}

#[test]
fn the_cause_is_told_before_the_backends_that_never_ran() {
    for (recording, lines) in recordings() {
        assert_eq!(objects(recording).lines()[0], lines[0], "{recording}");
    }
}

#[test]
fn a_gateway_that_selects_nothing_leaves_the_gateway_unbound() {
    let diagnosis = objects("11-selector-matches-nothing");
    let finding = diagnosis.finding("IGW0201");
    assert_eq!(finding.symptom_codes(), ["IGW0200"]);
    assert!(finding.fix.message.contains("istio=ingressgateway"), "{}", finding.fix.message);
}

#[test]
fn a_certificate_for_another_host_is_told_with_its_hosts() {
    let diagnosis = objects("09-san-mismatch");
    let finding = diagnosis.finding("IGW0309");
    assert!(finding.message.contains("hipstershop.127.0.0.2.sslip.io"), "{}", finding.message);
    let seen: Vec<String> = finding.evidence.iter().map(Evidence::line).collect();
    assert!(seen.iter().any(|it| it.contains("other.example.com")), "{seen:?}");
}

#[test]
fn the_secrets_alone_being_complete_is_enough_for_a_secret_that_is_nowhere() {
    let (recording, lines) = recordings().into_iter().nth(5).unwrap();
    let diagnosis = of(recording, &["cluster.yaml", "secrets.json"])
        .args(["--complete=secrets", "--now", "2026-11-24T03:00:00Z"])
        .json();
    is_told(&diagnosis, recording, lines);
}

#[test]
fn an_empty_list_says_nothing_of_itself() {
    let diagnosis = of("06-secret-nowhere", &["cluster.yaml", "secrets.json"]).json();
    diagnosis.exits(1).finds(&NOBODY);
    assert!(diagnosis.open().contains(&"IGW0302"), "{:?}", diagnosis.open());
}

#[test]
fn the_logs_of_what_is_no_failure_of_a_credential_say_nothing_alone() {
    for recording in [
        "01-no-gateway",
        "02-gateway-no-virtualservice",
        "03-no-endpoints",
        "05-secret-moved-to-gateway-namespace",
        "09-san-mismatch",
        "11-selector-matches-nothing",
        "13-destination-missing",
    ] {
        log(recording, "istiod.log").exits(0).finds(&[]);
        log(recording, "gw-main.log").exits(0).finds(&[]);
    }
}

#[test]
fn the_tutorials_mistake_is_told_with_all_that_has_to_do_with_it() {
    let diagnosis = objects_and_logs("04-secret-in-app-namespace");
    let finding = diagnosis.finding("IGW0301");
    assert_eq!(finding.object.path, "spec.servers[1].tls.credentialName");
    let source = finding.object.source.as_ref().unwrap();
    assert!(source.file.ends_with("cluster.yaml"), "{source:?}");
    assert_eq!(source.line, 32, "the line of credentialName");
    assert_eq!(finding.cause.looked_in, ["istio-system"]);
    assert_eq!(finding.involved("found here"), ["Secret hipstershopv1v2/hipstershop-cert"]);
    assert!(
        finding.log_lines().iter().any(|it| it.contains("hipstershop-cert not found")),
        "istiod's own words are shown: {:?}",
        finding.log_lines()
    );
    let seen: Vec<String> = finding.evidence.iter().map(Evidence::line).collect();
    assert!(seen[0].starts_with("field Gateway hipstershopv1v2/hipstershop-gateway"), "{seen:?}");
    assert_eq!(seen[1], "absence there is no secret istio-system/hipstershop-cert");
    assert!(seen[2].contains("istiod.log:"), "{seen:?}");
    assert_eq!(finding.symptom_codes(), ["IGW0318"], "Envoy's time-out is its symptom");
    // Nothing writes the secret: its key would have to be copied, which is never safe.
    assert!(!finding.fix.safe);
    assert!(finding.fix.commands[0].starts_with("kubectl get secret hipstershop-cert"));
}

#[test]
fn the_certificate_that_is_not_ready_names_its_issuer() {
    let diagnosis = objects_and_logs("19-certificate-issuer-missing");
    let finding = diagnosis.finding("IGW0312");
    assert_eq!(finding.involved("issues it"), ["ClusterIssuer no-such-issuer"]);
    assert_eq!(finding.involved("asks for it"), ["Gateway hipstershopv1v2/hipstershop-gateway"]);
    assert!(finding.log_lines().iter().any(|it| it.contains("not found")));
}

#[test]
fn the_keys_that_are_there_are_named() {
    let diagnosis = objects("07-secret-wrong-keys");
    let message = &diagnosis.finding("IGW0304").message;
    assert!(message.contains("foo"), "{message}");
}

#[test]
fn istiods_log_alone_gives_the_cause_where_it_tells_it() {
    // This line does not tell in which namespace it was looked for.
    log("07-secret-wrong-keys", "istiod.log")
        .exits(1)
        .finds(&["IGW0304 error Secret hipstershop-cert"]);
    log("16-garbage-pem", "istiod.log")
        .exits(1)
        .finds(&["IGW0305 error Secret istio-system/hipstershop-cert"]);
}

#[test]
fn istiods_log_alone_says_that_a_secret_was_not_found() {
    for recording in
        ["04-secret-in-app-namespace", "06-secret-nowhere", "19-certificate-issuer-missing"]
    {
        let diagnosis = log(recording, "istiod.log");
        diagnosis.exits(1).finds(&["IGW0300 error Secret istio-system/hipstershop-cert"]);
        assert_eq!(diagnosis.only().cause.looked_in, ["istio-system"]);
    }
}

#[test]
fn that_a_secret_of_that_name_changed_elsewhere_is_evidence_and_no_proof() {
    let changed = |recording| {
        let diagnosis = log(recording, "istiod.log");
        let lines = diagnosis.only().log_lines().join("\n");
        lines.contains("Secret/hipstershopv1v2/hipstershop-cert")
    };
    assert!(changed("04-secret-in-app-namespace"));
    assert!(!changed("06-secret-nowhere"), "in that log none of that name changed elsewhere");
}

#[test]
fn the_gateways_own_log_says_only_that_something_was_waited_for() {
    for recording in
        ["04-secret-in-app-namespace", "06-secret-nowhere", "19-certificate-issuer-missing"]
    {
        let diagnosis = log(recording, "gw-main.log");
        diagnosis.exits(0).finds(&["IGW0318 warning Secret -"]);
    }
    assert_eq!(errors(&log("16-garbage-pem", "gw-main.log")), ["IGW0305 error Secret -"]);
    log("07-secret-wrong-keys", "gw-main.log").exits(0).finds(&[]);
}

#[test]
fn a_whole_folder_may_be_named() {
    for (recording, lines) in recordings() {
        let folder = format!("tests/captures/{recording}");
        is_told(&diagnose([folder]).args(AS_RECORDED).json(), recording, lines);
    }
}

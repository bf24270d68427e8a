//! Recordings of a real mesh: from each its one true cause, and nothing else.

use crate::support::{Diagnosis, Evidence, Finding, Igwctl, diagnose, files, repository};

/// What holds of every recording, as its README says.
const AS_RECORDED: [&str; 3] = [
    "--complete=secrets,pods,services,gateways,virtualservices,certificates",
    "--now",
    "2026-11-24T03:00:00Z",
];

/// The recordings with an error about a credential.
const FAILING: [(&str, &str); 5] = [
    ("04-secret-in-app-namespace", "IGW0301 error Gateway hipstershopv1v2/hipstershop-gateway"),
    ("06-secret-nowhere", "IGW0302 error Gateway hipstershopv1v2/hipstershop-gateway"),
    ("07-secret-wrong-keys", "IGW0304 error Secret istio-system/hipstershop-cert"),
    ("16-garbage-pem", "IGW0305 error Secret istio-system/hipstershop-cert"),
    (
        "19-certificate-issuer-missing",
        "IGW0312 error Certificate istio-system/hipstershop-certificate",
    ),
];

/// The others.
const OTHERS: [&str; 7] = [
    "01-no-gateway",
    "02-gateway-no-virtualservice",
    "03-no-endpoints",
    "05-secret-moved-to-gateway-namespace",
    "09-san-mismatch",
    "11-selector-matches-nothing",
    "13-destination-missing",
];

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
    let mut there: Vec<&str> = FAILING.iter().map(|(name, _)| *name).chain(OTHERS).collect();
    there.sort_unstable();
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
    for (recording, error) in FAILING {
        let diagnosis = objects_and_logs(recording);
        diagnosis.exits(1).finds(&[error]);
    }
}

#[test]
fn objects_alone_give_the_one_true_cause() {
    for (recording, error) in FAILING {
        objects(recording).exits(1).finds(&[error]);
    }
}

#[test]
fn the_secrets_alone_being_complete_is_enough_for_a_secret_that_is_nowhere() {
    let paths = ["cluster.yaml", "secrets.json"];
    let diagnosis = of("06-secret-nowhere", &paths)
        .args(["--complete=secrets", "--now", "2026-11-24T03:00:00Z"])
        .json();
    diagnosis.exits(1).finds(&[FAILING[1].1]);
}

#[test]
fn an_empty_list_says_nothing_of_itself() {
    let diagnosis = of("06-secret-nowhere", &["cluster.yaml", "secrets.json"]).json();
    diagnosis.exits(0).finds(&[]);
    assert!(diagnosis.open().contains(&"IGW0302"), "{:?}", diagnosis.open());
}

#[test]
fn the_others_have_no_credential_finding() {
    for recording in OTHERS {
        for diagnosis in [objects(recording), objects_and_logs(recording)] {
            let credentials: Vec<String> =
                diagnosis.lines().into_iter().filter(|it| it.starts_with("IGW03")).collect();
            assert!(credentials.is_empty(), "{recording}: {credentials:?}");
            diagnosis.exits(0);
        }
        log(recording, "istiod.log").exits(0).finds(&[]);
        log(recording, "gw-main.log").exits(0).finds(&[]);
    }
}

#[test]
fn the_tutorials_mistake_is_told_with_all_that_has_to_do_with_it() {
    let diagnosis = objects_and_logs("04-secret-in-app-namespace");
    let finding = diagnosis.only();
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
    let finding = diagnosis.only();
    assert_eq!(finding.involved("issues it"), ["ClusterIssuer no-such-issuer"]);
    assert_eq!(finding.involved("asks for it"), ["Gateway hipstershopv1v2/hipstershop-gateway"]);
    assert!(finding.log_lines().iter().any(|it| it.contains("not found")));
}

#[test]
fn the_keys_that_are_there_are_named() {
    let diagnosis = objects("07-secret-wrong-keys");
    assert!(diagnosis.only().message.contains("foo"), "{}", diagnosis.only().message);
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
    for (recording, error) in FAILING {
        let folder = format!("tests/captures/{recording}");
        diagnose([folder]).args(AS_RECORDED).json().exits(1).finds(&[error]);
    }
}

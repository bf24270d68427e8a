//! A recording in a cluster says what it says in files.

use crate::igwctl::{Diagnosis, NOW, Run};
use crate::stack::{Stack, shared};

/// Every recording, with its findings: no backend ran, so a route that works leads nowhere.
const RECORDINGS: &[(&str, &[&str])] = &[
    ("01-no-gateway", &["IGW0200"]),
    ("02-gateway-no-virtualservice", &["IGW0204"]),
    ("03-no-endpoints", &["IGW0403", "IGW0403"]),
    ("04-secret-in-app-namespace", &["IGW0301", "IGW0403", "IGW0403"]),
    ("05-secret-moved-to-gateway-namespace", &["IGW0403", "IGW0403"]),
    ("06-secret-nowhere", &["IGW0302", "IGW0403", "IGW0403"]),
    ("07-secret-wrong-keys", &["IGW0304", "IGW0403", "IGW0403"]),
    ("09-san-mismatch", &["IGW0309", "IGW0403", "IGW0403"]),
    ("11-selector-matches-nothing", &["IGW0201", "IGW0403", "IGW0403"]),
    ("13-destination-missing", &["IGW0401", "IGW0403"]),
    ("16-garbage-pem", &["IGW0305", "IGW0403", "IGW0403"]),
    ("19-certificate-issuer-missing", &["IGW0312", "IGW0403", "IGW0403"]),
];

/// The recordings in which nothing is an error.
const WARNED: &[&str] = &["IGW0200", "IGW0204"];

/// What istiod wrote, and no other log says.
const ISTIOD_SAYS: &str = "failed to fetch key and certificate for kubernetes://";

fn from_files(recording: &str) -> Diagnosis {
    let folder = format!("{}/tests/captures/{recording}", env!("CARGO_MANIFEST_DIR"));
    let complete =
        "--complete=secrets,pods,services,gateways,virtualservices,certificates,clusterissuers";
    Run::new(&["diagnose", &folder, complete, "--now", NOW]).diagnosis()
}

fn from_cluster(stack: &Stack) -> Diagnosis {
    stack.igwctl(&["diagnose", "--now", NOW]).diagnosis()
}

#[test]
fn each_says_in_the_cluster_what_it_says_in_files() {
    let stack = shared();
    for (recording, codes) in RECORDINGS {
        stack.recorded(recording);
        let (live, files) = (from_cluster(&stack), from_files(recording));
        assert_eq!(live.findings(), files.findings(), "{recording}: {}\n{}", live.ran, files.ran);
        assert_eq!(live.all_codes(), *codes, "{recording}");
        let is_error = codes.iter().any(|code| !WARNED.contains(code));
        assert_eq!(live.ran.code, i32::from(is_error), "{recording}: {}", live.ran);
        live.is_all_seen();
        if recording.starts_with("04") || recording.starts_with("06") {
            let lines = live.log_lines();
            assert!(lines.iter().any(|it| it.contains(ISTIOD_SAYS)), "{recording}: {}", live.ran);
        }
    }
}

//! A recording in a cluster says what it says in files.

use crate::igwctl::{Diagnosis, NOW, Run};
use crate::stack::{Stack, shared};

/// Every recording, with the finding about its credential, if it has one.
const RECORDINGS: &[(&str, Option<&str>)] = &[
    ("01-no-gateway", None),
    ("02-gateway-no-virtualservice", None),
    ("03-no-endpoints", None),
    ("04-secret-in-app-namespace", Some("IGW0301")),
    ("05-secret-moved-to-gateway-namespace", None),
    ("06-secret-nowhere", Some("IGW0302")),
    ("07-secret-wrong-keys", Some("IGW0304")),
    ("09-san-mismatch", None),
    ("11-selector-matches-nothing", None),
    ("13-destination-missing", None),
    ("16-garbage-pem", Some("IGW0305")),
    ("19-certificate-issuer-missing", Some("IGW0312")),
];

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
    for (recording, code) in RECORDINGS {
        stack.recording(recording);
        let (live, files) = (from_cluster(&stack), from_files(recording));
        assert_eq!(live.findings(), files.findings(), "{recording}: {}\n{}", live.ran, files.ran);
        assert_eq!(live.codes(), code.iter().copied().collect::<Vec<_>>(), "{recording}");
        assert_eq!(live.ran.code, i32::from(code.is_some()), "{recording}: {}", live.ran);
        live.is_all_seen();
        if recording.starts_with("04") || recording.starts_with("06") {
            let lines = live.log_lines();
            assert!(lines.iter().any(|it| it.contains(ISTIOD_SAYS)), "{recording}: {}", live.ran);
        }
    }
}

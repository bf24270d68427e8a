//! Recordings of a real mesh, Istio 1.30.3, and the log of a tutorial, Istio 1.5.

use super::super::{Ending, Sighting, What};
use super::{said, short};

fn failures(log: &str) -> Vec<Sighting> {
    let failure = |seen: &Sighting| seen.what.is_credential_failure() && seen.credential.is_some();
    said(log).into_iter().filter(failure).collect()
}

macro_rules! capture {
    ($folder:literal) => {
        concat!(
            include_str!(concat!("../../../tests/captures/", $folder, "/istiod.log")),
            include_str!(concat!("../../../tests/captures/", $folder, "/gw-main.log"))
        )
    };
}

#[test]
fn missing() {
    for log in [
        capture!("04-secret-in-app-namespace"),
        capture!("06-secret-nowhere"),
        capture!("19-certificate-issuer-missing"),
    ] {
        let seen = failures(log);
        assert_eq!(short(&seen), ["Missing istio-system/hipstershop-cert"]);
        assert_eq!(seen[0].over, None);
        assert!(seen[0].asked);
        let time_out = said(log).into_iter().find(|seen| seen.what == What::FetchTimedOut).unwrap();
        assert_eq!(time_out.credential, None);
    }
}

#[test]
fn wrong_keys() {
    let seen = failures(capture!("07-secret-wrong-keys"));
    assert_eq!(short(&seen), ["WrongKeys hipstershop-cert"]);
    assert_eq!(seen[0].keys, ["foo"]);
}

#[test]
fn garbage_pem() {
    let seen = failures(capture!("16-garbage-pem"));
    assert!(seen.iter().all(|seen| seen.what == What::BadCertificate), "{:?}", short(&seen));
    assert!(short(&seen).contains(&"BadCertificate istio-system/hipstershop-cert".to_owned()));
    assert_eq!(
        seen.iter().map(|seen| seen.count).sum::<u64>(),
        4,
        "warned, and refused in both logs"
    );
}

#[test]
fn others_have_no_credential_failure() {
    for log in [
        capture!("01-no-gateway"),
        capture!("02-gateway-no-virtualservice"),
        capture!("03-no-endpoints"),
        capture!("05-secret-moved-to-gateway-namespace"),
        capture!("09-san-mismatch"),
        capture!("11-selector-matches-nothing"),
        capture!("13-destination-missing"),
    ] {
        assert_eq!(short(&failures(log)), Vec::<String>::new());
    }
}

#[test]
fn moved_is_perhaps_over() {
    let log = [capture!("06-secret-nowhere"), capture!("11-selector-matches-nothing")].concat();
    let seen = failures(&log);
    assert_eq!(seen[0].over.as_ref().map(|over| over.ending), Some(Ending::Changed));
    let elsewhere =
        [capture!("06-secret-nowhere"), capture!("05-secret-moved-to-gateway-namespace")];
    assert_eq!(failures(&elsewhere.concat())[0].over, None, "another namespace's secret changed");
}

#[test]
fn requests() {
    let seen = said(capture!("13-destination-missing"));
    let request = seen.iter().find_map(|seen| seen.request.as_ref()).unwrap();
    assert_eq!((request.flags.as_str(), request.code), ("NC", 503));
    let seen = said(capture!("02-gateway-no-virtualservice"));
    let request = seen.iter().find_map(|seen| seen.request.as_ref()).unwrap();
    assert_eq!((request.flags.as_str(), request.code), ("NR", 404));
    assert_eq!(request.details.as_deref(), Some("route_not_found"));
    assert_eq!(request.authority.as_deref(), Some("hipstershop.127.0.0.2.sslip.io"));
}

const TUTORIAL: &str = "        warn\tsecretfetcher\tCannot find secret hipstershop-cert, searching for fallback secret gateway-fallback\n        error\tsecretfetcher\tcannot find secret hipstershop-cert and cannot find fallback secret gateway-fallback\n        warn\tcache\tresource:hipstershop-cert SecretFetcher cannot find secret hipstershop-cert from cache\n";

#[test]
fn tutorial() {
    let seen = said(TUTORIAL);
    assert_eq!(short(&seen), ["Missing hipstershop-cert"]);
    assert_eq!((seen[0].count, seen[0].over.as_ref(), &seen[0].fallback), (3, None, &None));
    let later = "        info\tsds\tresource:hipstershop-cert pushed key/cert pair to proxy\n        info\tsds\tDynamic push for secret hipstershop-cert\n";
    let seen = said(&format!("{TUTORIAL}{later}"));
    assert_eq!(short(&seen), ["Missing hipstershop-cert", "Served hipstershop-cert"]);
    assert_eq!(seen[0].over.as_ref().map(|over| over.ending), Some(Ending::Served));
}

//! Whether a certificate that is waited for has come; and if not, why not.

use crate::diagnose::WhyNotReady;
use crate::effects::clock;
use crate::effects::cluster::{Cluster, LogWishes};
use crate::error::Result;
use crate::ingest::{Intake, Wishes};
use crate::model::ObjectRef;
use crate::world::Question as _;

/// Why a Certificate is not what is waited for, as a clause; `None` once it is Ready.
pub(super) fn unready(cluster: &mut Cluster, certificate: &ObjectRef) -> Result<Option<String>> {
    let Some(found) = cluster.found(certificate)? else {
        return Ok(Some(format!("{certificate} is not there")));
    };
    let Some(ready) = found.condition("Ready") else {
        let nothing = "cert-manager said nothing of it yet";
        return Ok(Some(format!("{certificate} is not Ready: {nothing}")));
    };
    // What is said of an older version of it is not said of this one.
    let of = ready.get("observedGeneration");
    let is_old = of.is_some_and(|it| Some(it) != found.at("/metadata/generation"));
    if ready["status"] == "True" && !is_old {
        return Ok(None);
    }
    let message = ready["message"].as_str().unwrap_or_default();
    Ok(Some(format!("{certificate} is not Ready: {message}")))
}

/// The same with the reason that stands deepest in the Certificate's chain of
/// `CertificateRequest`, Order and Challenge, where that may be seen and says more.
pub(super) fn explained(cluster: &mut Cluster, certificate: &ObjectRef, why: String) -> String {
    let question = WhyNotReady { certificate: certificate.key() };
    let mut intake = Intake::new(Wishes::of(question.reads(), clock::now()));
    if cluster.read(&question, &LogWishes::NONE, &mut intake, &|_| ()).is_err() {
        return why;
    }
    match question.answer(&intake.finish().0) {
        Some(reason) if !why.contains(&reason) => format!("{why}; {reason}"),
        _ => why,
    }
}

//! Holds what was rendered against what istiod and cert-manager would refuse.

use serde::de::DeserializeOwned;

use super::refusal::{Input, Refusal};
use crate::model::istio::Gateway;
use crate::model::manifest::Manifest;
use crate::model::virtual_service::VirtualService;
use crate::validation::{self, Fault, names};

/// The first thing that is refused of an object, with its field and the input that it comes from.
pub(super) fn check(manifest: &Manifest) -> Result<(), Refusal> {
    let (fault, input) = match &*manifest.kind {
        "Gateway" => {
            let faults = read(manifest).map(|it: Gateway| validation::gateway::faults(&it));
            (faults.into_iter().flatten().next(), of_gateway as fn(&str) -> Input)
        }
        "VirtualService" => {
            let faults =
                read(manifest).map(|it: VirtualService| validation::virtual_service::faults(&it));
            (faults.into_iter().flatten().next(), of_virtual_service as fn(&str) -> Input)
        }
        kind => {
            let name = manifest.key().name;
            let reason = names::subdomain(&name).err();
            let input = match kind {
                "Secret" => of_secret,
                "Certificate" => of_certificate,
                _ => of_issuer,
            };
            let fault = reason.map(|reason| Fault { path: "metadata.name".to_owned(), reason });
            (fault, input as fn(&str) -> Input)
        }
    };
    let Some(Fault { path, reason }) = fault else { return Ok(()) };
    let input = input(&path);
    Err(Refusal::of(input, reason).at(manifest.object().at(path, 0)))
}

fn read<T: DeserializeOwned>(manifest: &Manifest) -> Option<T> {
    // What is rendered here is read there; where it were not, the tests would say so.
    serde_json::to_value(manifest).and_then(serde_json::from_value).ok()
}

fn of_gateway(path: &str) -> Input {
    match path {
        path if path.starts_with("spec.selector") => Input::GatewaySelector,
        path if path.contains(".hosts") => Input::Hosts,
        path if path.contains(".port") => Input::HttpPort,
        path if path.contains(".tls") => Input::Tls,
        _ => Input::App,
    }
}

fn of_virtual_service(path: &str) -> Input {
    match path {
        path if path.starts_with("spec.hosts") || path.contains("sniHosts") => Input::Hosts,
        path if path.starts_with("spec.gateways") => Input::App,
        _ => Input::Routes,
    }
}

fn of_secret(_: &str) -> Input {
    Input::SecretName
}

fn of_certificate(_: &str) -> Input {
    Input::CertificateName
}

fn of_issuer(_: &str) -> Input {
    Input::Issuer
}

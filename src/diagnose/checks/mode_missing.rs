//! A TLS server without a mode: it passes TLS through, and its credential is ignored.

use serde_json::json;

use crate::diagnose::check::{Answer, Check, On};
use crate::diagnose::remedy;
use crate::model::istio::{Gateway, Server};
use crate::model::{ObjectRef, Seen};
use crate::report::{Evidence, Severity};
use crate::world::{Kind, World};

pub(super) const CHECK: Check = Check {
    code: "IGW0213",
    title: "a TLS server has no mode, so its credential is ignored",
    severity: Severity::Error,
    explain: "\
A server of a Gateway with `tls` and no `tls.mode` is a PASSTHROUGH server: that is the field's \
default (Istio 1.1 to 1.31). Its `credentialName` is ignored, http routes are not used, and without \
a `tls` route nothing is served at all: connections are refused or reset. istiod's webhook lets it \
pass with a warning.

Set `mode: SIMPLE`, or `MUTUAL` where clients show a certificate. Where TLS is meant to go through \
untouched, say `PASSTHROUGH` and take the credential out.",
    reads: &[Kind::Gateways],
    on: &[On::Gateway(run)],
};

fn run(_: &World, gateway: &Seen<Gateway>) -> Answer {
    let servers = gateway.spec.servers.iter().enumerate();
    let faulty = servers.filter(|(_, server)| lacks_mode(server));
    Ok(faulty
        .map(|(position, server)| {
            let path = format!("spec.servers[{position}].tls.mode");
            let object = ObjectRef::of(gateway).at(path, 0);
            let port = server.port.number;
            let evidence = server.tls.as_ref().map(|tls| Evidence::Field {
                object: ObjectRef::of(gateway),
                path: format!("spec.servers[{position}].tls.credentialName"),
                value: tls.credential_name.value.clone(),
            });
            CHECK
                .finding(object, format!("the TLS server on port {port} has no mode"))
                .because(
                    "without a mode TLS goes through untouched (PASSTHROUGH): the credential is \
                     ignored, and http routes are not used",
                )
                .seen(
                    evidence.filter(
                        |it| !matches!(it, Evidence::Field { value, .. } if value.is_empty()),
                    ),
                )
                .fix(
                    remedy::patch(
                        gateway,
                        format!("set spec.servers[{position}].tls.mode to SIMPLE"),
                        &json!([{
                            "op": "add",
                            "path": format!("/spec/servers/{position}/tls/mode"),
                            "value": "SIMPLE",
                        }]),
                    )
                    .safe(),
                )
        })
        .collect())
}

/// PASSTHROUGH is a mode that one may mean, so only a server that was to end TLS counts.
fn lacks_mode(server: &Server) -> bool {
    let Some(tls) = server.tls.as_ref().filter(|tls| tls.mode.is_none()) else { return false };
    let has_credential = !tls.credential_name.value.is_empty() || !tls.credential_names.is_empty();
    match &*server.port.protocol.to_ascii_uppercase() {
        "HTTPS" => true,
        "TLS" => has_credential,
        _ => false,
    }
}

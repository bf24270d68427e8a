//! A TLS server without a mode: it passes TLS through, and its credential is ignored.

use serde_json::json;

use crate::diagnose::check::{Answer, Check, Found, On};
use crate::diagnose::remedy;
use crate::model::istio::{Gateway, Rules, Server, ServerTls};
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
pass with a warning. A server without a certificate of its own may well be meant to pass TLS through.

Set `mode: SIMPLE`, or `MUTUAL` where clients show a certificate. Where TLS is meant to go through \
untouched, say `PASSTHROUGH` and take the credential out.",
    reads: &[Kind::Gateways],
    on: &[On::Gateway(run)],
};

fn run(_: &World, gateway: &Seen<Gateway>) -> Answer {
    let servers = gateway.spec.servers.iter().enumerate();
    let found = servers.filter_map(|(position, server)| {
        // PASSTHROUGH is a mode that one may mean, so only a server with a certificate counts.
        let tls = server.tls.as_ref().filter(|tls| tls.lacks_mode())?;
        (server.rules() == Rules::Tls).then(|| finding(gateway, position, server, tls))
    });
    Ok(found.collect())
}

fn finding(gateway: &Seen<Gateway>, position: usize, server: &Server, tls: &ServerTls) -> Found {
    let field = format!("spec.servers[{position}].tls");
    let (name, value, line) = match tls.credential_names.first() {
        Some(first) => ("credentialNames[0]", &first.value, first.line),
        None if tls.credential_name.value.is_empty() => {
            ("serverCertificate", &tls.server_certificate, 0)
        }
        None => ("credentialName", &tls.credential_name.value, tls.credential_name.line),
    };
    let object = ObjectRef::of(gateway);
    let at = object.clone().at(format!("{field}.mode"), gateway.origin.line_of(line));
    let mode = if tls.names_client_ca() { "MUTUAL" } else { "SIMPLE" };
    CHECK
        .finding(at.clone(), format!("the TLS server on port {} has no mode", server.port.number))
        .because(
            "without a mode TLS goes through untouched (PASSTHROUGH): the certificate is ignored, \
             and http routes are not used",
        )
        .seen([Evidence::Field { object, path: format!("{field}.{name}"), value: value.clone() }])
        .fix(
            remedy::patch_at(
                &at,
                gateway.origin.live,
                format!("set {field}.mode to {mode}"),
                &json!([{
                    "op": "add",
                    "path": format!("{}/mode", remedy::pointer(&field)),
                    "value": mode,
                }]),
            )
            .held_to(&gateway.metadata.resource_version)
            .safe(),
        )
}

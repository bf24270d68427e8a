//! What is refused of a Gateway.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::{Fault, names, port};
use crate::model::istio::{Gateway, Server, ServerTls, TlsMode};

/// The protocols whose routes are HTTP's (Istio 1.30, `pkg/config/protocol`).
const HTTP: [&str; 6] = ["HTTP", "HTTP2", "GRPC", "GRPC-WEB", "HTTP_PROXY", "HTTPS"];

/// The others that a server may speak. istiod's check lets UDP pass too, which igwctl never writes.
const OTHERS: [&str; 5] = ["TLS", "TCP", "MONGO", "REDIS", "MYSQL"];

/// All that is refused, in the order of the fields.
pub fn faults(gateway: &Gateway) -> Vec<Fault> {
    let mut faults = Vec::new();
    if let Err(reason) = names::label(&gateway.metadata.name) {
        faults.push(Fault::new("metadata.name", reason));
    }
    if gateway.spec.servers.is_empty() {
        faults.push(Fault::new("spec.servers", "there is no server"));
    }
    let mut taken = BTreeSet::new();
    for (position, server) in gateway.spec.servers.iter().enumerate() {
        let path = format!("spec.servers[{position}]");
        of_server(server, &path, &mut faults);
        if !taken.insert(&*server.port.name) {
            let name = &server.port.name;
            let reason = format!("another server's port is named {name:?} too");
            faults.push(Fault::new(format!("{path}.port.name"), reason));
        }
    }
    faults
}

fn of_server(server: &Server, path: &str, faults: &mut Vec<Fault>) {
    port(server.port.number, &format!("{path}.port.number"), faults);
    if server.port.name.is_empty() {
        faults.push(Fault::new(format!("{path}.port.name"), "the port has no name"));
    }
    let protocol = server.port.protocol.to_ascii_uppercase();
    if !HTTP.contains(&&*protocol) && !OTHERS.contains(&&*protocol) {
        let reason = format!("{protocol:?} is no protocol of a server");
        faults.push(Fault::new(format!("{path}.port.protocol"), reason));
    }
    if server.hosts.is_empty() {
        faults.push(Fault::new(format!("{path}.hosts"), "there is no host"));
    }
    for (position, host) in server.hosts.iter().enumerate() {
        if let Err(reason) = self::host(host) {
            faults.push(Fault::new(format!("{path}.hosts[{position}]"), reason));
        }
    }
    let path = format!("{path}.tls");
    match (&*protocol, &server.tls) {
        ("HTTPS" | "TLS", None) => {
            faults.push(Fault::new(path, "a server of HTTPS or TLS says how TLS is served"));
        }
        ("HTTPS" | "TLS", Some(tls)) => of_tls(tls, &path, faults),
        (_, Some(tls)) if !HTTP.contains(&&*protocol) || tls.mode() != TlsMode::Passthrough => {
            faults.push(Fault::new(path, "a server without TLS serves no certificate"));
        }
        _ => {}
    }
}

/// A host as a server names it, the namespace of its VirtualServices before it or not.
fn host(text: &str) -> names::Checked {
    let name = match text.split_once('/') {
        None => text,
        Some((namespace, name)) => {
            if !matches!(namespace, "*" | ".") {
                names::label(namespace).map_err(|reason| format!("its namespace: {reason}"))?;
            }
            name
        }
    };
    names::host(name)?;
    let is_v6 = matches!(name.parse::<IpAddr>(), Ok(IpAddr::V6(_)));
    if name != "*" && (is_v6 || !name.contains('.')) {
        return Err("a host has a dot in it: short names are not served".to_owned());
    }
    Ok(())
}

fn of_tls(tls: &ServerTls, path: &str, faults: &mut Vec<Fault>) {
    let named = !tls.credential_name.value.is_empty();
    let several = !tls.credential_names.is_empty();
    if named && several {
        let reason = "credentialName is given too, and one of the two is all that is taken";
        faults.push(Fault::new(format!("{path}.credentialNames"), reason));
    }
    if tls.credential_names.len() > 2 {
        faults.push(Fault::new(format!("{path}.credentialNames"), "two are the most"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::yaml;

    fn paths(yaml: &str) -> Vec<String> {
        let head = "metadata: {name: shop}\nspec:\n  servers:\n";
        let gateway: Gateway = yaml::read(&format!("{head}{yaml}")).unwrap();
        faults(&gateway).into_iter().map(|it| it.path).collect()
    }

    #[test]
    fn a_gateway_as_the_tutorial_writes_it_is_taken() {
        let http = "  - {port: {number: 80, name: http, protocol: HTTP}, hosts: [a.example.com]}\n";
        let https = "  - {port: {number: 443, name: https, protocol: HTTPS}, hosts: [./a.b, '*'], \
                     tls: {mode: SIMPLE, credentialName: c}}\n";
        assert_eq!(paths(&format!("{http}{https}")), [""; 0]);
    }

    #[test]
    fn each_fault_is_told_at_its_field() {
        let cases = [
            ("{port: {number: 0, name: a, protocol: HTTP}, hosts: [a.b]}", "port.number"),
            ("{port: {number: 1, name: '', protocol: HTTP}, hosts: [a.b]}", "port.name"),
            ("{port: {number: 1, name: a, protocol: UDP}, hosts: [a.b]}", "port.protocol"),
            ("{port: {number: 1, name: a, protocol: HTTP}, hosts: []}", "hosts"),
            ("{port: {number: 1, name: a, protocol: HTTP}, hosts: [a.b, shop]}", "hosts[1]"),
            ("{port: {number: 1, name: a, protocol: HTTP}, hosts: ['::1']}", "hosts[0]"),
            ("{port: {number: 1, name: a, protocol: HTTP}, hosts: [A/a.b]}", "hosts[0]"),
            ("{port: {number: 1, name: a, protocol: TLS}, hosts: [a.b]}", "tls"),
            (
                "{port: {number: 1, name: a, protocol: HTTP}, hosts: [a.b], tls: {mode: SIMPLE}}",
                "tls",
            ),
            (
                "{port: {number: 1, name: a, protocol: TCP}, hosts: [a.b], tls: {httpsRedirect: true}}",
                "tls",
            ),
            (
                "{port: {number: 1, name: a, protocol: TLS}, hosts: [a.b], tls: {credentialName: a, credentialNames: [b]}}",
                "tls.credentialNames",
            ),
        ];
        for (server, field) in cases {
            assert_eq!(paths(&format!("  - {server}\n")), [format!("spec.servers[0].{field}")]);
        }
        let twice = "  - {port: {number: 1, name: a, protocol: HTTP}, hosts: [a.b]}\n".repeat(2);
        assert_eq!(paths(&twice), ["spec.servers[1].port.name"]);
        assert_eq!(paths("    []\n"), ["spec.servers"]);
    }
}

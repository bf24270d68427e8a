//! One TLS host twice on a port of one Gateway: istiod leaves the second server out.

use crate::diagnose::check::{Answer, Check, Found, On};
use crate::diagnose::{evidence, remedy};
use crate::logs::What;
use crate::model::istio::{Gateway, Server};
use crate::model::{ObjectRef, Seen};
use crate::report::{Evidence, Severity};
use crate::world::{Kind, World};

pub(super) const CHECK: Check = Check {
    code: "IGW0211",
    title: "one TLS host twice in a Gateway: the second server is left out",
    severity: Severity::Error,
    explain: "\
Two servers of one Gateway with `tls`, the same port and a host in common: istiod keeps the first and \
leaves the second out as a whole, with all its other hosts (Istio 1.1 to 1.31). It says `skipping \
server on gateway … duplicate host names`, at level warn since 1.17 and only at debug before; its \
webhook says nothing.

Give each host to one server. The same line is written where the host is another Gateway's; a log \
alone does not tell which it is.",
    reads: &[Kind::Gateways],
    on: &[On::Gateway(run)],
};

/// Hosts are compared as they are written, with `./` for the Gateway's own namespace and without `*/`
/// (`pilot/pkg/model/gateway.go`, `CheckDuplicates`, Istio 1.5 to 1.31).
fn run(world: &World, gateway: &Seen<Gateway>) -> Answer {
    let servers = &gateway.spec.servers;
    let mut found = Vec::new();
    let mut kept: Vec<usize> = Vec::new();
    for (position, server) in servers.iter().enumerate().filter(|(_, it)| it.tls.is_some()) {
        let shared = kept.iter().find_map(|first| {
            let host = common(gateway, &servers[*first], server)?;
            Some((*first, host))
        });
        match shared {
            Some((first, host)) => found.push(finding(world, gateway, first, position, &host)),
            None => kept.push(position),
        }
    }
    Ok(found)
}

/// A host that two servers of one port and address have.
fn common(gateway: &Seen<Gateway>, first: &Server, second: &Server) -> Option<String> {
    if (first.port.number, &first.bind) != (second.port.number, &second.bind) {
        return None;
    }
    let compared = |host: &String| match host.split_once('/') {
        Some((".", host)) => format!("{}/{host}", gateway.metadata.namespace),
        Some(("*", host)) => host.to_owned(),
        _ => host.clone(),
    };
    let hosts: Vec<String> = first.hosts.iter().map(compared).collect();
    second.hosts.iter().map(compared).find(|it| hosts.contains(it))
}

fn finding(
    world: &World,
    gateway: &Seen<Gateway>,
    first: usize,
    second: usize,
    host: &str,
) -> Found {
    let port = gateway.spec.servers[second].port.number;
    let field = format!("spec.servers[{second}]");
    let object = ObjectRef::of(gateway);
    let at = object.clone().at(format!("{field}.hosts"), gateway.origin.line_of(0));
    let key = object.key().to_string();
    let said = world
        .sightings()
        .iter()
        .filter(|it| it.what == What::DuplicateHost && it.gateway.as_ref() == Some(&key));
    let hosts = |server: usize| gateway.spec.servers[server].hosts.join(", ");
    let fields = [first, second].map(|server| Evidence::Field {
        object: object.clone(),
        path: format!("spec.servers[{server}].hosts"),
        value: hosts(server),
    });
    CHECK
        .finding(at, format!("{host} is in two servers with tls on port {port}, so {field} is left out"))
        .because(format!(
            "istiod keeps the first server that has the host, spec.servers[{first}], and leaves the \
             other out with all its hosts"
        ))
        .seen(fields)
        .seen(said.flat_map(evidence::lines))
        .fix(remedy::words(format!(
            "take {host} out of one of the two, or make one server of them"
        )))
}

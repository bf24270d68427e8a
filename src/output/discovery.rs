//! Gateways for people: one with all that is known of it, several as rows.

use jiff::Timestamp;

use super::page::Page;
use super::style::{Style, Tone, harmless};
use super::table::Rows;
use crate::report::discovery::{Discovery, FoundGateway, Port, Speaks};
use crate::report::reach::{Address, AddressKind, Reach};

/// How many Gateways, hosts or addresses are named where there are many.
const NAMED: usize = 8;

/// The report: a row a gateway, or where one is left, all that is known of it.
pub(super) fn text(discovery: &Discovery, is_wide: bool, style: &Style) -> String {
    let mut page = Page::new(style);
    match &*discovery.gateways {
        [] => page.line("no gateway found"),
        [only] => page.gateway(only, is_wide, discovery.now),
        many => {
            page.text += &table(many, is_wide, discovery.now, style);
            page.remarks(many);
        }
    }
    for lookalike in &discovery.lookalikes {
        let name = format!("no gateway: {}: ", lookalike.object);
        page.paragraph(&name, &lookalike.message);
    }
    for notice in &discovery.notices {
        page.paragraph("note: ", notice);
    }
    page.text
}

/// The gateways, a line each, as `discover` takes them.
pub(super) fn names(discovery: &Discovery) -> String {
    let name = |it: &FoundGateway| format!("{}\n", harmless(&it.object.key().to_string()));
    discovery.gateways.iter().map(name).collect()
}

fn table(gateways: &[FoundGateway], is_wide: bool, now: Timestamp, style: &Style) -> String {
    let mut heading =
        vec!["GATEWAY", "TYPE", "ADDRESS", "PORTS", "READY", "RESTARTS", "AGE", "VERSION"];
    if is_wide {
        heading.extend(["SELECTOR", "GATEWAYS"]);
    }
    let mut rows = Rows::under(&heading);
    for gateway in gateways {
        let pods = gateway.pods.as_ref();
        let type_ = if gateway.type_.is_empty() { &gateway.object.kind } else { &gateway.type_ };
        let mut row = vec![
            gateway.object.key().to_string(),
            type_.clone(),
            addresses(gateway),
            ports(gateway, is_wide),
            pods.map_or_else(|| "?".to_owned(), |it| format!("{}/{}", it.ready, it.total)),
            pods.map_or_else(|| "?".to_owned(), |it| it.restarts.to_string()),
            pods.and_then(|it| it.since).map_or_else(|| "-".to_owned(), |it| age(it, now)),
            or_dash(gateway.versions.join(",")),
        ];
        if is_wide {
            let names = gateway.gateways.iter().take(NAMED).map(|it| it.object.key().to_string());
            let names: Vec<String> = names.collect();
            let more = gateway.gateways.len() - names.len();
            let more = if more > 0 { format!(",+{more}") } else { String::new() };
            row.extend([or_dash(selector(gateway)), or_dash(names.join(",") + &more)]);
        }
        rows.row(row);
    }
    rows.text(style)
}

fn or_dash(text: String) -> String {
    if text.is_empty() { "-".to_owned() } else { text }
}

/// The addresses outside, as kubectl joins them.
fn addresses(gateway: &FoundGateway) -> String {
    if gateway.endpoint.is_none() {
        return if gateway.type_ == "LoadBalancer" { "<pending>" } else { "<none>" }.to_owned();
    }
    let is_outside = |it: &&Address| it.kind != AddressKind::ClusterIp;
    let all: Vec<&str> =
        gateway.addresses.iter().filter(is_outside).map(|it| &*it.address).collect();
    let shown = &all[..all.len().min(2)];
    let more = all.len() - shown.len();
    let more = if more > 0 { format!(",+{more}") } else { String::new() };
    shown.join(",") + &more
}

fn ports(gateway: &FoundGateway, is_wide: bool) -> String {
    let shown = gateway.ports.iter().filter(|it| is_wide || it.speaks != Speaks::Status);
    let port = |it: &Port| match (it.node_port, it.host_port) {
        (Some(node), _) => format!("{}:{node}", it.port),
        (None, Some(host)) if host != it.port => format!("{}:{host}", it.port),
        _ => it.port.to_string(),
    };
    or_dash(shown.map(port).collect::<Vec<_>>().join(","))
}

/// A selector as `kubectl get -l` takes it.
fn selector(gateway: &FoundGateway) -> String {
    let labels = gateway.selector.iter().flatten();
    labels.map(|(label, value)| format!("{label}={value}")).collect::<Vec<_>>().join(",")
}

/// How long ago, in kubectl's units.
fn age(since: Timestamp, now: Timestamp) -> String {
    let seconds = now.duration_since(since).as_secs().max(0);
    match seconds {
        0..120 => format!("{seconds}s"),
        120..7_200 => format!("{}m", seconds / 60),
        7_200..172_800 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}

impl Page {
    fn gateway(&mut self, gateway: &FoundGateway, is_wide: bool, now: Timestamp) {
        let what = if gateway.type_.is_empty() { &gateway.object.kind } else { &gateway.type_ };
        let versions = match &*gateway.versions {
            [] => String::new(),
            versions => format!(", Istio {}", versions.join(" and ")),
        };
        let name = harmless(&gateway.object.key().to_string());
        let name = self.style.paint(Tone::Strong, &name);
        let what = self.style.paint(Tone::Faint, &harmless(&format!("{what}{versions}")));
        self.line(&format!("{name}   {what}"));
        for (position, address) in gateway.addresses.iter().take(NAMED).enumerate() {
            let label = if position == 0 { "address" } else { "" };
            self.fixed(label, &line_of(address));
        }
        if let Some(more) = gateway.addresses.len().checked_sub(NAMED).filter(|it| *it > 0) {
            self.fixed("", &format!("and {more} more: -o json has them all"));
        }
        if let Some(pending) = &gateway.pending {
            self.value("no address", &pending.message);
        }
        self.ports(gateway);
        self.pods(gateway, is_wide, now);
        for (position, bound) in gateway.gateways.iter().take(NAMED).enumerate() {
            let label = if position == 0 { "Gateways" } else { "" };
            let sign = if bound.serves_host { ", serves the host asked for" } else { "" };
            let servers: Vec<String> =
                bound.servers.iter().map(|it| format!("{} {}", it.protocol, it.port)).collect();
            self.fixed(label, &format!("{}: {}{sign}", bound.object.key(), servers.join(", ")));
        }
        match gateway.gateways.len() {
            0 => self.value("Gateways", "none is bound to it"),
            count if count > NAMED => {
                self.fixed("", &format!("and {} more: -o json has them all", count - NAMED));
            }
            _ => {}
        }
        if is_wide {
            match gateway.selector {
                Some(_) => self.fixed("selector", &selector(gateway)),
                None if gateway.pods.is_none() => self.value("selector", "not known without pods"),
                None => self.value(
                    "selector",
                    "no labels mean it alone: another gateway has the same, and every Gateway for \
                     one is a Gateway for both",
                ),
            }
        }
        if let Some(url) = gateway.endpoint.as_ref().and_then(|it| it.url.as_ref()) {
            self.fixed("url", url);
        }
        if let Some(name) = &gateway.host_name {
            self.fixed("host", name);
        }
        for warning in &gateway.warnings {
            self.value("warning", warning);
        }
        for unknown in &gateway.unknown {
            self.value("not known", unknown);
        }
    }

    fn ports(&mut self, gateway: &FoundGateway) {
        for (position, port) in gateway.ports.iter().enumerate() {
            let label = if position == 0 { "ports" } else { "" };
            let mut line = format!("{} {}", port.speaks.words(), port.port);
            if port.protocol != "TCP" {
                line += &format!("/{}", port.protocol);
            }
            if port.target_port != port.port.to_string() {
                line += &format!(" to {}", port.target_port);
            }
            if let Some(node) = port.node_port {
                line += &format!(", node port {node}");
            }
            if let Some(host) = port.host_port.filter(|it| *it != port.port) {
                line += &format!(", host port {host}");
            }
            self.fixed(label, &line);
        }
    }

    fn pods(&mut self, gateway: &FoundGateway, is_wide: bool, now: Timestamp) {
        let Some(pods) = &gateway.pods else { return };
        let age = |since: Option<Timestamp>| since.map_or_else(String::new, |it| age(it, now));
        let restarts = |count: u32| if count == 1 { "restart" } else { "restarts" };
        let mut line = format!("{} of {} ready", pods.ready, pods.total);
        if pods.total > 0 {
            line += &format!(", {} {}", pods.restarts, restarts(pods.restarts));
        }
        if pods.since.is_some() {
            line += &format!(", {}", age(pods.since));
        }
        self.value("pods", &line);
        for pod in pods.list.iter().filter(|it| is_wide || !it.ready).take(NAMED) {
            let mut line = pod.name.clone();
            if is_wide {
                line += &format!(" {}", age(pod.since));
            }
            if !pod.ready {
                let message = pod.message.trim();
                let reason = if pod.reason.is_empty() { "not ready" } else { &pod.reason };
                line += &format!(": {reason}");
                line += &if message.is_empty() { String::new() } else { format!(": {message}") };
            }
            self.value("", &line);
        }
    }

    /// What has to be said of gateways that stand as rows.
    fn remarks(&mut self, gateways: &[FoundGateway]) {
        let is_said = |it: &FoundGateway| it.pending.is_some() || !it.warnings.is_empty();
        if self.style.is_read && gateways.iter().any(is_said) {
            self.blank();
        }
        for gateway in gateways {
            let name = format!("{}: ", gateway.object.key());
            if let Some(pending) = gateway.pending.as_ref().filter(|_| gateway.type_ != "ClusterIP")
            {
                self.paragraph(&name, &pending.message);
            }
            let pods = gateway.pods.iter().flat_map(|it| &it.list).filter(|it| !it.ready);
            for pod in pods.take(NAMED) {
                let message = if pod.message.is_empty() {
                    String::new()
                } else {
                    format!(": {}", pod.message)
                };
                self.paragraph(&name, &format!("pod {}: {}{message}", pod.name, pod.reason));
            }
            for it in gateway.warnings.iter().chain(&gateway.unknown) {
                self.paragraph(&name, it);
            }
        }
    }

    /// A label and a value that is never wrapped, so that it can be copied.
    fn fixed(&mut self, label: &str, value: &str) {
        let label = self.style.paint(Tone::Faint, &format!("{label:<14}"));
        self.line(&format!("      {label}{}", harmless(value)));
    }
}

fn line_of(address: &Address) -> String {
    let mut line = format!("{} ({}", address.address, address.kind.words());
    if let Some(node) = &address.node {
        line += &format!(", node {node}");
    }
    if address.reach == Reach::Private {
        line += ", private";
    }
    line += ")";
    if !address.resolved.is_empty() {
        let all: Vec<String> = address.resolved.iter().map(ToString::to_string).collect();
        line += &format!(" resolves to {}", all.join(", "));
    }
    line
}

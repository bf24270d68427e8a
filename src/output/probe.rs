//! A probe for people: the stages as a client goes through them, then what they mean.

use super::page::{Page, length, wrap_words};
use super::style::{Style, Tone, harmless};
use crate::report::Severity;
use crate::report::probe::{
    Certificate, Dns, Hop, Http, Meaning, Probe, ProbeResult, Spread, Suspect, Tls,
};

/// The column in which a stage's text begins.
const TEXT: usize = 10;

/// The report.
pub(super) fn text(probe: &Probe, style: &Style) -> String {
    let mut page = Page::new(style);
    page.line(&style.paint(Tone::Strong, &harmless(&format!("{} {}", probe.method, probe.url))));
    if let Some(gateway) = &probe.gateway {
        page.value("gateway", &gateway.to_string());
    }
    let mut looked_up: Option<&Dns> = None;
    for it in &probe.results {
        write_result(&mut page, it, &mut looked_up);
    }
    if probe.results.len() > 1 || probe.summary.requests > 1 {
        write_spreads(&mut page, &probe.results);
    }
    write_summary(&mut page, probe);
    page.text
}

fn write_result<'p>(page: &mut Page, result: &'p ProbeResult, looked_up: &mut Option<&'p Dns>) {
    for (position, hop) in result.hops.iter().enumerate() {
        if position > 0 {
            let to = harmless(&format!("-> {}", hop.url));
            let to = page.style.paint(Tone::Strong, &to);
            page.blank();
            page.line(&to);
        }
        // Requests to several addresses of one name have one look-up.
        if let Some(dns) = &hop.dns
            && looked_up.is_none_or(|last| last != dns)
        {
            write_dns(page, dns);
            *looked_up = Some(dns);
        }
        write_hop(page, hop);
    }
}

fn write_hop(page: &mut Page, hop: &Hop) {
    if let (Some(address), Some(tcp)) = (&hop.address, &hop.tcp) {
        let (tone, what) = match &tcp.error {
            None => (Tone::Good, format!("connected to {address}")),
            Some(error) => (Tone::Error, format!("{address}: {error}")),
        };
        write_stage(page, tone, "tcp", &what, tcp.took_ms);
    }
    if let Some(tls) = &hop.tls {
        write_tls(page, tls);
    }
    if let Some(http) = &hop.http {
        write_http(page, http, &hop.meanings);
    }
    for meaning in &hop.meanings {
        write_meaning(page, meaning);
    }
}

fn write_dns(page: &mut Page, dns: &Dns) {
    let (tone, what) = match &dns.error {
        None => (Tone::Good, format!("{} is {}", dns.name, dns.addresses.join(", "))),
        Some(error) => (Tone::Error, format!("{}: {error}", dns.name)),
    };
    write_stage(page, tone, "dns", &what, dns.took_ms);
}

fn write_tls(page: &mut Page, tls: &Tls) {
    let parts = [&tls.version, &tls.cipher, &tls.alpn];
    let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    let tone = if tls.error.is_some() { Tone::Error } else { Tone::Good };
    let what = tls.error.clone().unwrap_or_else(|| parts.join(", "));
    write_stage(page, tone, "tls", &what, tls.took_ms);
    if let Some(certificate) = &tls.certificate {
        write_certificate(page, certificate);
    }
    if let Some(client) = &tls.client_certificate {
        let given = if client.given { "asked for, and given" } else { "asked for, and not given" };
        let of = if client.issuers.is_empty() {
            String::new()
        } else {
            format!("; taken from {}", client.issuers.join("; "))
        };
        page.value("client's", &format!("{given}{of}"));
    }
}

fn write_certificate(page: &mut Page, certificate: &Certificate) {
    let subject = match &*certificate.subject {
        "" => "(none)",
        subject => subject,
    };
    page.value("certificate", subject);
    let names = if certificate.names.is_empty() {
        "(none)".to_owned()
    } else {
        certificate.names.join(", ")
    };
    page.value("names", &names);
    page.value("issuer", &certificate.issuer);
    for between in &certificate.chain {
        page.value("chain", between);
    }
    let days = match certificate.days_left {
        ..=0 => "expired".to_owned(),
        1 => "1 day left".to_owned(),
        days => format!("{days} days left"),
    };
    let (from, to) = (certificate.not_before, certificate.not_after);
    let day = |it: jiff::Timestamp| it.strftime("%Y-%m-%d").to_string();
    page.value("valid", &format!("{} to {}, {days}", day(from), day(to)));
    let host = if certificate.is_for_host { "for this host" } else { "not for this host" };
    let trust = match &certificate.distrust {
        None => "trusted".to_owned(),
        Some(why) => format!("not trusted ({why})"),
    };
    page.value("proves", &format!("{host}, {trust}"));
}

fn write_http(page: &mut Page, http: &Http, meanings: &[Meaning]) {
    let gravest = meanings.iter().map(|it| it.severity).min();
    let (tone, what) = match (&http.error, http.status) {
        (Some(error), _) => (Tone::Error, error.clone()),
        (None, status) => {
            let tone = match (gravest, status) {
                (Some(Severity::Error), Some(300..)) => Tone::Error,
                (Some(Severity::Warning), Some(300..)) => Tone::Warning,
                _ => Tone::Good,
            };
            (tone, answer(http))
        }
    };
    write_stage(page, tone, "http", &what, http.took_ms);
    // Who answered, and where it leads; the length stands in the line above.
    for (name, value) in &http.headers {
        match &**name {
            "server" | "location" => page.value(name, value),
            "x-envoy-upstream-service-time" => page.value("backend took", &format!("{value} ms")),
            name if name.starts_with("x-envoy-") => {
                page.value("header", &format!("{name}: {value}"));
            }
            _ => {}
        }
    }
    if let Some(text) = http.body.as_ref().and_then(|body| body.text.as_deref()) {
        let first = text.lines().next().unwrap_or_default();
        let short: String = first.chars().take(200).collect();
        page.value("body", &format!("\"{short}\""));
    }
}

/// A line of a stage: its sign, its name, what came of it, and at the right how long it took.
fn write_stage(page: &mut Page, tone: Tone, name: &str, what: &str, took_ms: f64) {
    let time = format!("{took_ms:.1} ms");
    let room = page.width().saturating_sub(TEXT + 2 + length(&time));
    let what = harmless(what);
    for (position, line) in wrap_words(&what, room).iter().enumerate() {
        if position > 0 {
            page.line(&format!("{}{line}", " ".repeat(TEXT)));
            continue;
        }
        let gap = page.width().saturating_sub(TEXT + length(line) + length(&time)).max(2);
        let sign = page.style.sign(tone);
        let padding = " ".repeat(2usize.saturating_sub(length(sign)));
        let sign = page.style.paint(tone, sign);
        let time = page.style.paint(Tone::Faint, &time);
        page.line(&format!("  {sign}{padding}{name:<6}{line}{}{time}", " ".repeat(gap)));
    }
}

fn write_meaning(page: &mut Page, meaning: &Meaning) {
    let tone = match meaning.severity {
        Severity::Error => Tone::Error,
        Severity::Warning => Tone::Warning,
        Severity::Info => Tone::Good,
    };
    page.blank();
    let code = meaning.code;
    let lines = wrap_words(&harmless(&meaning.message), page.width() - 4 - code.len() - 2);
    for (position, line) in lines.iter().enumerate() {
        let strong = page.style.paint(Tone::Strong, line);
        if position > 0 {
            page.line(&format!("    {strong}"));
            continue;
        }
        let gap = page.width().saturating_sub(4 + length(line) + code.len()).max(2);
        let sign = page.style.paint(tone, page.style.sign(tone));
        let code = page.style.paint(Tone::Faint, code);
        page.line(&format!("  {sign} {strong}{}{code}", " ".repeat(gap)));
    }
    for (position, suspect) in meaning.suspects.iter().enumerate() {
        let Suspect { message, object } = suspect;
        match object {
            Some(object) => page.value("to blame", &format!("{object}: {message}")),
            None => page.value(if position == 0 { "perhaps" } else { "or" }, message),
        }
    }
    for command in &meaning.next {
        page.value("next", command);
    }
}

/// What came of it at each address, a line each.
fn write_spreads(page: &mut Page, results: &[ProbeResult]) {
    page.blank();
    let rows: Vec<[String; 4]> = results
        .iter()
        .map(|result| {
            let codes = result.hops.iter().filter_map(|hop| hop.meanings.last());
            let status = result.hops.last().and_then(|hop| hop.http.as_ref()?.status);
            let status = status.map_or_else(String::new, |status| format!("{status} "));
            let last = codes.map(|it| it.code).next_back().unwrap_or_default();
            [
                result.address.clone().unwrap_or_else(|| "no address".to_owned()),
                count(result.requests, "request", "requests"),
                spread(result.took_ms),
                format!("{status}{last}"),
            ]
        })
        .collect();
    let widest = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or(0);
    let widths = [0, 1, 2].map(widest);
    for [address, requests, took, what] in &rows {
        let [first, second, third] = widths;
        page.line(&format!("{address:<first$}  {requests:<second$}  {took:<third$}  {what}"));
    }
}

fn write_summary(page: &mut Page, probe: &Probe) {
    let summary = probe.summary;
    page.blank();
    page.line(&format!(
        "{}: {}, {}",
        count(summary.requests, "request", "requests"),
        count(summary.errors, "error", "errors"),
        count(summary.warnings, "warning", "warnings")
    ));
}

fn answer(http: &Http) -> String {
    let status = http.status.map_or_else(String::new, |it| it.to_string());
    let version = http.version.as_deref().unwrap_or_default();
    let body =
        http.body.as_ref().map_or_else(String::new, |body| match (body.bytes, body.is_whole) {
            (0, true) => ", no body".to_owned(),
            (bytes, true) => format!(", {}", count(bytes, "byte", "bytes")),
            (bytes, false) => format!(", {bytes} bytes and more"),
        });
    format!("{status} ({version}){body}")
}

fn spread(took: Spread) -> String {
    if (took.max - took.min).abs() < 0.1 {
        return format!("{:.1} ms", took.median);
    }
    format!("{:.1} to {:.1} ms, half within {:.1}", took.min, took.max, took.median)
}

fn count(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ObjectRef;

    #[test]
    fn the_object_to_blame_is_named_and_not_suspected() {
        let style = Style { color: false, unicode: true, width: 80, is_read: false };
        let mut page = Page::new(&style);
        let suspect = Suspect {
            message: "its secret is in another namespace".to_owned(),
            object: Some(ObjectRef::named("Gateway", "shop", "shop")),
        };
        let meaning = Meaning {
            code: "tls-reset",
            severity: Severity::Error,
            message: "the connection is reset".to_owned(),
            suspects: vec![suspect],
            next: Vec::new(),
        };
        write_meaning(&mut page, &meaning);
        let told = "      to blame      Gateway shop/shop: its secret is in another namespace\n";
        assert!(page.text.ends_with(told) && !page.text.contains("perhaps"), "{}", page.text);
    }
}

//! A diagnosis for people: a block a finding, what is most important last.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::page::{Page, length, wrap, wrap_words};
use super::style::{Style, Tone, harmless};
use crate::model::ObjectRef;
use crate::report::finding::Involved;
use crate::report::{Cause, Diagnosis, Evidence, Finding, Role, Severity, Undecided, Unjudged};
use crate::world::Why;

/// How many are named of what there may be thousands of.
const SHOWN: usize = 3;

/// How many things that logs say are told of what no check judges.
const LINES: usize = 10;

/// The report.
pub(super) fn text(diagnosis: &Diagnosis, style: &Style) -> String {
    let mut page = Page::new(style);
    // What is most important stands last, where the eye is when the command ends.
    let mut last: Option<&ObjectRef> = None;
    for finding in diagnosis.findings.iter().rev() {
        let is_same = last.is_some_and(|last| same(last, &finding.object));
        if !is_same {
            if last.is_some() {
                page.blank();
            }
            page.heading(&finding.object);
        }
        last = Some(&finding.object);
        page.finding(finding);
    }
    if !diagnosis.findings.is_empty() {
        page.blank();
    }
    page.not_judged(&diagnosis.not_judged);
    page.undecided(&diagnosis.undecided);
    for notice in &diagnosis.notices {
        page.paragraph("note: ", notice);
    }
    page.summary(diagnosis);
    page.text
}

fn same(a: &ObjectRef, b: &ObjectRef) -> bool {
    (&a.kind, &a.namespace, &a.name) == (&b.kind, &b.namespace, &b.name)
}

/// The objects that something is wrong with, a line each, as `code kind namespace/name`.
pub(super) fn names(diagnosis: &Diagnosis) -> String {
    diagnosis.findings.iter().fold(String::new(), |mut text, finding| {
        let object = &finding.object;
        let kind = object.kind.to_lowercase();
        let name = harmless(&object.key().to_string());
        let _: std::fmt::Result = writeln!(text, "{} {kind} {name}", finding.code);
        text
    })
}

impl Page {
    fn heading(&mut self, object: &ObjectRef) {
        let name = match (&*object.name, &*object.namespace) {
            ("", "") => format!("{} (not named)", object.kind),
            ("", namespace) => format!("{} in {namespace} (not named)", object.kind),
            _ => object.to_string(),
        };
        let place = object.source.as_ref().map_or_else(String::new, |source| {
            format!("{}:{}", harmless(&source.file), source.line)
        });
        let name = harmless(&name);
        // A path in two pieces can neither be read nor clicked on.
        let is_long = length(&name) + 3 + length(&place) > self.width();
        let between = if is_long { "\n      " } else { "   " };
        let name = self.style.paint(Tone::Strong, &name);
        let place = self.style.paint(Tone::Faint, &place);
        self.line(&format!("{name}{between}{place}"));
    }

    fn finding(&mut self, finding: &Finding) {
        let tone = match finding.severity {
            Severity::Error => Tone::Error,
            Severity::Warning => Tone::Warning,
            Severity::Info => Tone::Faint,
        };
        let sign = self.style.sign(tone);
        let message = self.style.spelled(&harmless(&finding.message));
        let lines = wrap(&message, self.width() - 4 - finding.code.len() - 2);
        for (position, line) in lines.iter().enumerate() {
            let code = if position == 0 {
                let gap = self.width().saturating_sub(4 + length(line) + finding.code.len());
                let code = self.style.paint(Tone::Faint, finding.code);
                format!("{}{code}", " ".repeat(gap))
            } else {
                String::new()
            };
            let sign = if position == 0 { self.style.paint(tone, sign) } else { " ".to_owned() };
            let line = self.style.paint(Tone::Strong, line);
            self.line(&format!("  {sign} {line}{code}"));
        }
        if let Some(cause) = &finding.cause {
            self.cause(cause);
        }
        for evidence in &finding.evidence {
            self.value("seen", &seen(evidence));
        }
        if let Some(fix) = &finding.fix {
            self.value("fix", &fix.message);
            if !fix.commands.is_empty() && !fix.safe {
                self.value("", "(look before you run this: it is not safe in every case)");
            }
            for command in &fix.commands {
                self.command(command);
            }
            if let Some(instead) = &fix.instead {
                self.value("or", &instead.message);
                for command in &instead.commands {
                    self.command(command);
                }
            }
        }
    }

    fn cause(&mut self, cause: &Cause) {
        self.value("why", &cause.message);
        if !cause.looked_in.is_empty() {
            self.value("looked in", &cause.looked_in.join(", "));
        }
        let mut met: BTreeMap<Role, usize> = BTreeMap::new();
        for Involved { object, role } in &cause.objects {
            let met = met.entry(*role).or_default();
            *met += 1;
            if *met <= SHOWN || !are_many(*role) {
                let what = match role {
                    Role::FoundHere => object.namespace.clone(),
                    _ => object.to_string(),
                };
                self.value(label(*role), &what);
            } else if *met == SHOWN + 1 {
                let all = cause.objects.iter().filter(|it| it.role == *role).count();
                self.value("", &format!("and {} more", all - SHOWN));
            }
        }
    }

    /// What logs say beside it, a sentence each, the most telling first.
    fn not_judged(&mut self, all: &[Unjudged]) {
        if all.is_empty() {
            return;
        }
        self.line("seen in the logs, and not judged:");
        for it in all.iter().take(LINES) {
            self.item(&said(it));
        }
        if let Some(more) = all.len().checked_sub(LINES).filter(|more| *more > 0) {
            self.item(&format!("and {more} more; -o json tells all"));
        }
        self.blank();
    }

    fn item(&mut self, text: &str) {
        let text = self.style.spelled(&harmless(text));
        let sign = self.style.paint(Tone::Faint, self.style.sign(Tone::Faint));
        for (position, line) in wrap_words(&text, self.width() - 4).iter().enumerate() {
            let start = if position == 0 { &*sign } else { " " };
            self.line(&format!("  {start} {line}"));
        }
    }

    /// What one gap leaves open is told once, however many checks wait for it.
    fn undecided(&mut self, undecided: &[Undecided]) {
        let mut rest: Vec<&Undecided> = undecided.iter().collect();
        while let Some(first) = rest.first().copied() {
            let is_alike =
                |it: &&Undecided| (&it.reason, &it.right) == (&first.reason, &first.right);
            let (alike, others): (Vec<_>, Vec<_>) = rest.into_iter().partition(is_alike);
            rest = others;
            let codes: Vec<&str> = alike.iter().map(|it| it.code).collect();
            let of = match alike.iter().map(|it| it.count).max().unwrap_or_default() {
                0 => "Gateways that were not seen".to_owned(),
                1 => "1 object".to_owned(),
                count => format!("{count} objects"),
            };
            let codes = codes.join(", ");
            let what = format!("{codes} ({of}): {}; to know, {}", first.reason, first.right);
            self.paragraph("not decided: ", &what);
        }
    }

    fn summary(&mut self, diagnosis: &Diagnosis) {
        let summary = diagnosis.summary;
        if diagnosis.findings.is_empty() {
            let (tone, what) = verdict(diagnosis);
            let sign = self.style.paint(tone, self.style.sign(tone));
            let looked = diagnosis.looked_at;
            let at = format!(
                ": {}, {} asked for",
                count(looked.gateways, "Gateway", "Gateways"),
                count(looked.credentials, "credential", "credentials"),
            );
            let at = if looked.is_nothing_known { "" } else { &*at };
            for (position, line) in
                wrap(&format!("{what}{at}"), self.width() - 2).iter().enumerate()
            {
                let start = if position == 0 { &*sign } else { " " };
                self.line(&format!("{start} {line}"));
            }
        }
        let mut line = format!(
            "{}, {}",
            count(summary.errors, "error", "errors"),
            count(summary.warnings, "warning", "warnings")
        );
        if summary.undecided > 0 {
            line += &format!(", {} not decided", count(summary.undecided, "question", "questions"));
        }
        if summary.not_judged > 0 {
            line += &format!(", {} not judged", summary.not_judged);
        }
        if let Some(first) = diagnosis.findings.first() {
            line += &format!(" - igwctl explain {}", first.code);
        }
        if self.style.unicode {
            line = line.replace(" - ", " · ");
        }
        self.line(&line);
    }
}

fn count(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// What a report without findings comes to. Where something could not be seen, or a log speaks of a
/// failure that nothing judges, nothing is vouched for.
fn verdict(diagnosis: &Diagnosis) -> (Tone, String) {
    let is_hidden = diagnosis.undecided.iter().any(|it| it.why != Why::Beyond);
    if diagnosis.looked_at.is_nothing_known && !is_hidden {
        let nothing = "nothing in these inputs is known to be about an ingress gateway";
        return (Tone::Faint, nothing.to_owned());
    }
    let seen = if is_hidden { " in what could be seen" } else { "" };
    match diagnosis.not_judged.len() {
        0 if is_hidden => (Tone::Faint, format!("nothing wrong found{seen}")),
        0 => (Tone::Good, "nothing wrong found".to_owned()),
        some => {
            let failures = count(some, "failure that is", "failures that are");
            (Tone::Faint, format!("no finding{seen}, but the logs tell of {failures} not judged"))
        }
    }
}

/// One of them as a sentence: what it means, about what, how often, when, and where it stands.
fn said(it: &Unjudged) -> String {
    let named = |label: &str, value: Option<String>| value.map(|value| format!("{label} {value}"));
    let hosts = (!it.hosts.is_empty()).then(|| it.hosts.join(", "));
    let port = it.port.map(|port| port.to_string());
    let port = port.filter(|port| !it.message.contains(&format!("port {port}")));
    let about = [
        named("host", hosts),
        named("port", port),
        named("cluster", it.cluster.clone()),
        named("pod", it.pod.clone()),
    ];
    let about: Vec<String> = about.into_iter().flatten().collect();
    let about = if about.is_empty() { String::new() } else { format!(" [{}]", about.join(", ")) };
    let time = |time: jiff::Timestamp| time.strftime("%Y-%m-%d %H:%M:%SZ").to_string();
    let when = match (it.first.map(time), it.last.map(time)) {
        (Some(first), Some(last)) if first != last => format!(", {first} to {last}"),
        (Some(first), _) => format!(", {first}"),
        _ => String::new(),
    };
    let often = match it.count {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    };
    let place = if it.source.is_empty() { String::new() } else { format!(", {}", it.source) };
    format!("{}{about}: {often}{when}{place}", it.message)
}

fn label(role: Role) -> &'static str {
    match role {
        Role::FoundHere => "found in",
        Role::WritesIt => "written by",
        Role::AsksForIt => "asked for by",
        Role::ReadHere => "reads",
        Role::IssuesIt => "issued by",
        Role::InChain => "chain",
        Role::MayNot => "may not",
        Role::TooLittle => "too little",
        Role::Bound => "bound",
        Role::LedTo => "leads to",
        Role::LeadsHere => "route",
        Role::Serves => "served by",
        Role::Near => "near it",
    }
}

/// Whether there may be thousands of them: one secret is asked for by as many Gateways, one account
/// reads as many secrets, and one Service is led to by as many routes.
fn are_many(role: Role) -> bool {
    matches!(
        role,
        Role::AsksForIt | Role::ReadHere | Role::Bound | Role::LeadsHere | Role::LedTo | Role::Near
    )
}

fn seen(evidence: &Evidence) -> String {
    match evidence {
        Evidence::Log { source, time, text } => {
            let time = time.map_or_else(String::new, |time| {
                format!(" {}", time.strftime("%Y-%m-%d %H:%M:%SZ"))
            });
            format!("{source}{time} \"{text}\"")
        }
        Evidence::Field { object, path, value } => format!("{object} {path}: {value}"),
        Evidence::Absence { text } => text.clone(),
    }
}

//! Lines that a terminal or a box broke in mid-word, and names at a line's end.

use super::super::{Entry, Sighting, What};
use super::{entries, said, short};

/// Breaks a text at a width, wherever that is.
fn broken(text: &str, width: usize) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    chars.chunks(width).map(|line| line.iter().collect()).collect()
}

fn essence(seen: &[Sighting]) -> Vec<(What, Option<String>, bool, Vec<String>)> {
    seen.iter().map(|s| (s.what, s.credential.clone(), s.ca, s.keys.clone())).collect()
}

const BEFORE: &str = "2020-04-06T08:14:03.000000Z\tinfo\tFoo";
const AFTER: &str = "2020-04-06T08:24:04.000000Z\tinfo\tBar";

/// Whether a name ends the message and its rest, on a line of its own, is too short to be one.
fn is_hopeless(entry: &Entry, lines: &[String]) -> bool {
    let rest = lines.last().map_or("", String::as_str);
    lines.len() == 2
        && super::super::form::ends_in_name(entry.form)
        && !rest.contains(['-', ' ', ':'])
}

#[test]
fn every_sample_at_every_width() {
    let (mut tried, mut blind) = (0, 0);
    for entry in entries::all().filter(|entry| entry.what.is_some()) {
        let plain = essence(&said(entry.sample));
        let text = entry.sample.replace('\t', " ");
        for width in [40, 60, 72, 80, 90, 100, 101, 102, 103, 104, 110, 118, 120, 132] {
            let lines = broken(&text, width);
            if !(2..=8).contains(&lines.len()) || is_hopeless(entry, &lines) {
                continue;
            }
            let needles = super::super::needles::Needles::shared(false);
            if !lines.iter().any(|line| needles.find(line.as_bytes(), 0).is_some()) {
                blind += 1;
                continue;
            }
            tried += 1;
            let log = format!("{BEFORE}\n{}\n{AFTER}\n", lines.join("\n"));
            assert_eq!(essence(&said(&log)), plain, "{width}:\n{log}");
            let boxed: String = lines.iter().map(|line| format!("│ {line:<width$} │\n")).collect();
            assert_eq!(essence(&said(&boxed)), plain, "{width}:\n{boxed}");
        }
    }
    // The words that make a line worth a look may themselves be broken.
    assert!(tried > 1_000 && blind < tried / 25, "{tried} {blind}");
}

#[test]
fn a_name_that_ends_a_line_is_whole_unless_columns_say_otherwise() {
    let first = "2021-04-06T08:14:03.329011Z warn ads failed to fetch key and certificate for kubernetes://shop";
    for (next, want) in [
        ("-cert-2", "MissingOrUnusable shop-cert-2"),
        ("thanks", "MissingOrUnusable shop"),
        ("and that is all", "MissingOrUnusable shop"),
        ("2021-04-06T08:14:04.329011Z info ads x", "MissingOrUnusable shop"),
    ] {
        assert_eq!(short(&said(&format!("{first}\n{next}\n\n"))), [want], "{next}");
    }
    // Two lines of one width are no chance.
    let log = "2021-04-06T08:14:03.329011Z warn ads failed to fetc\nh key and certificate for kubernetes://istio-system\n/shop\n\n";
    assert_eq!(short(&said(log)), ["MissingOrUnusable istio-system/shop"]);
}

#[test]
fn as_k9s_shows_it() {
    let log = "\
│ 2026-10-05T06:35:20.434133Z     warn    ads     failed to fetch ca certificate for kubernetes://partner-client-cert-cacer │
│ t: secret istio-egress/partner-client-cert not found                                                                      │
";
    assert_eq!(short(&said(log)), ["Missing istio-egress/partner-client-cert+ca"]);
}

/// What a line may still say where its beginning or its end is gone.
fn is_no_more_than(seen: &Sighting, plain: &Sighting) -> bool {
    let less = match plain.what {
        What::BadKey | What::KeyMismatch | What::EmptyKeys | What::BadCertificate => What::Refused,
        What::CannotBind | What::MissingFile => What::ListenerRejected,
        What::Forbidden | What::CrossNamespace => What::Withheld,
        _ => What::MissingOrUnusable,
    };
    let is_less = seen.what == less || seen.what == What::MissingOrUnusable;
    // What an older version said in the same words is not wrong.
    let is_less = is_less || (plain.what, seen.what) == (What::MissingOrUnusable, What::Missing);
    (seen.what == plain.what || (is_less && plain.what.is_credential_failure()))
        && (seen.credential.is_none() || seen.ca == plain.ca)
}

#[test]
fn a_cut_line_never_says_another_thing() {
    let mut wrong = Vec::new();
    for entry in entries::all().filter(|entry| entry.what.is_some()) {
        let plain = &said(entry.sample)[0];
        // Only where no words follow it, a name's end cannot be told from a cut.
        let may_be_part =
            entry.form.contains("{res}") || super::super::form::ends_in_name(entry.form);
        let text = entry.sample.replace('\t', " ");
        for cut in (1..text.len()).flat_map(|at| [&text[..at], &text[at..]]) {
            for seen in said(cut) {
                let name = seen.credential.as_deref();
                let is_name = name.is_none() || name == plain.credential.as_deref() || may_be_part;
                if !is_no_more_than(&seen, plain) || !is_name {
                    wrong.push(format!("{:?}: {cut}", short(&[seen])));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
}

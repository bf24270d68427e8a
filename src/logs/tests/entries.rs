//! Every entry's own line is read, by that entry.

use super::super::envoy::{LISTENER_REFUSALS, SECRET_REFUSALS};
use super::super::{Entry, TABLES, lexicon, line};
use super::{said, short};

pub(super) fn all() -> impl Iterator<Item = &'static Entry> {
    TABLES.iter().flat_map(|table| table.iter()).copied().flatten()
}

#[test]
fn each_sample_is_read_by_its_own_entry() {
    for entry in all() {
        let text = line::unwrap(entry.sample.as_bytes()).text;
        let reading = lexicon::read(&text).unwrap_or_else(|| panic!("not read: {}", entry.sample));
        assert_eq!(reading.entry.form, entry.form, "{}", entry.sample);
        assert!(!reading.filled.cut, "{}", entry.sample);
    }
}

#[test]
fn entries_are_complete() {
    let mut forms = std::collections::BTreeSet::new();
    for entry in all() {
        assert!(forms.insert((entry.form, entry.since)), "twice: {}", entry.form);
        assert!(entry.since.starts_with("1.") && !entry.level.is_empty(), "{}", entry.form);
        let levels = ["debug", "info", "warn", "error", "warning"];
        assert!(levels.contains(&entry.level), "{}", entry.level);
        // Several levels since several versions: the table has the one of today.
        assert!(
            entry.sample.contains(entry.level) || entry.sample.contains("debug"),
            "level of {}",
            entry.sample
        );
        assert!(entry.source.contains('/'), "{}", entry.source);
        assert!(
            lexicon::read(entry.sample).is_some_and(|reading| reading.filled.start > 0),
            "no prefix: {}",
            entry.sample
        );
    }
}

#[test]
fn samples_say_what_they_mean() {
    for entry in all() {
        let sightings = said(entry.sample);
        let Some(what) = entry.what else {
            assert_eq!(short(&sightings), Vec::<String>::new(), "{}", entry.sample);
            continue;
        };
        assert_eq!(sightings.len(), 1, "{}: {:?}", entry.sample, short(&sightings));
        let seen = &sightings[0];
        assert!(
            seen.what == what || entry.form.contains("Close connection"),
            "{:?} {}",
            seen.what,
            entry.sample
        );
        assert_eq!(seen.speaker, entry.speaker);
        assert!(seen.first.is_some(), "no time: {}", entry.sample);
        let named =
            ["{name}", "{res}", "{names}", "{secret}"].iter().any(|h| entry.form.contains(h))
                && what != super::super::What::BadName
                || entry.form.contains("{pre");
        assert_eq!(
            seen.credential.as_deref(),
            named.then_some("hipstershop-cert"),
            "{}",
            entry.sample
        );
        assert_eq!(
            seen.ca,
            named && (entry.ca || entry.sample.contains("-cacert")),
            "{}",
            entry.sample
        );
        assert!(!seen.samples[0].text.contains('\t'), "{}", seen.samples[0].text);
    }
}

#[test]
fn each_refusal_is_told_apart() {
    let frames = [
        "gRPC config for type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret rejected: ",
        "delta config for type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret rejected: ",
        "gRPC config for type.googleapis.com/envoy.api.v2.auth.Secret rejected: ",
        "ADS:SDS: ACK ERROR gw-0.istio-system-16 Internal:",
    ];
    for refusal in SECRET_REFUSALS {
        for frame in frames {
            let line = format!(
                "2026-11-24T02:31:00.300363Z\twarning\tenvoy config\t{frame}{}\tthread=20",
                refusal.sample
            );
            let sightings = said(&line);
            assert_eq!(sightings.len(), 1, "{line}");
            assert_eq!(sightings[0].what, refusal.what, "{line}");
            assert_eq!(sightings[0].reason.as_deref(), Some(refusal.sample));
        }
    }
    for refusal in LISTENER_REFUSALS {
        let line = format!(
            "2026-11-24T02:31:00.300363Z\twarning\tenvoy config\tgRPC config for \
             type.googleapis.com/envoy.config.listener.v3.Listener rejected: {}",
            refusal.sample
        );
        assert_eq!(said(&line)[0].what, refusal.what, "{line}");
    }
}

//! Tests of the whole way from bytes to sightings.

mod captures;
mod columns;
mod entries;
mod forms;
mod negatives;
mod pieces;
mod requests;
mod robust;
mod rules;
mod wrappings;

use super::scan::scan_pieces;
use super::{Ends, Gatherer, Scanned, Sighting, Start};

/// A start without a pod.
fn start(ends: Ends) -> Start {
    Start { source: "x.log".into(), line: 1, pod: None, ends }
}

/// What a log says.
fn said(log: &str) -> Vec<Sighting> {
    said_in_pieces(log.as_bytes(), 256 * 1024, 1)
}

fn said_in_pieces(mut log: &[u8], size: usize, workers: usize) -> Vec<Sighting> {
    let mut gather = Gatherer::new();
    let end = scan_pieces(&mut log, start(Ends::AtEnd), &mut gather, size, workers).unwrap();
    assert!(matches!(end, Scanned::End { .. }));
    gather.finish()
}

/// What, credential and whether the CA, in short.
fn short(sightings: &[Sighting]) -> Vec<String> {
    sightings
        .iter()
        .map(|seen| {
            let ca = if seen.ca { "+ca" } else { "" };
            let namespace =
                seen.namespace.as_deref().map(|ns| format!("{ns}/")).unwrap_or_default();
            let name = seen.credential.as_deref().unwrap_or("-");
            format!("{:?} {namespace}{name}{ca}", seen.what)
        })
        .collect()
}

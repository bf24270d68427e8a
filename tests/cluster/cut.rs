//! Runs that are cut off, and runs at once: whatever comes between, repeated they end in one state.
//!
//! A run that only reads leaves things as they were, so what is tried is each request of `apply`, and
//! each of `diagnose --fix` that changes something: lost on its way, or its answer lost.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::{Value, json};

use crate::apply::{SHOP, prepared};
use crate::fix::{FIX, MOVED, left, misplaced};
use crate::fixes::play_cert_manager;
use crate::proxy::{Asked, Fate, Proxy};
use crate::stack::{Stack, shared};

/// How a run is cut at one of its requests.
#[derive(Clone, Copy, Debug)]
struct Cut {
    /// The request, counted from 0 among those that count.
    at: usize,
    /// Whether the API server still does it.
    is_done: bool,
    /// Whether nothing comes through from then on.
    is_end: bool,
}

/// A proxy that cuts at a request, of those that `counts` says.
fn cutting(stack: &Stack, cut: Cut, counts: fn(&Asked) -> bool) -> Proxy {
    let met = AtomicUsize::new(0);
    Proxy::before(stack, move |_, asked| {
        let is_over = cut.is_end && met.load(Ordering::SeqCst) > cut.at;
        let is_it = counts(asked) && met.fetch_add(1, Ordering::SeqCst) == cut.at;
        match (is_it, is_over) {
            (true, _) if cut.is_done => Fate::Lost,
            (true, _) | (_, true) => Fate::Cut,
            _ => Fate::Passed,
        }
    })
}

fn ways(at: usize) -> [Cut; 4] {
    let cut = |is_done, is_end| Cut { at, is_done, is_end };
    [cut(false, true), cut(true, true), cut(false, false), cut(true, false)]
}

#[test]
fn a_fix_that_is_cut_off_at_any_of_its_changes_ends_the_same_when_repeated() {
    let stack = shared();
    // Made, the old one deleted, its secret deleted, the mark taken off.
    for cut in (0..4).flat_map(ways) {
        misplaced(&stack, &Value::Null);
        let proxy = cutting(&stack, cut, Asked::writes);
        thread::scope(|scope| {
            let play = || scope.spawn(|| play_cert_manager(&stack, "shop"));
            // One that is cut at once waits for nothing.
            let played = (cut.at > 0).then(play);
            let ran = proxy.igwctl(&FIX).ran();
            assert_eq!(ran.code, if cut.is_end { 3 } else { ran.code }, "{cut:?}: {ran}");
            assert!(ran.stderr.contains("cannot be reached"), "{cut:?}: {ran}");
            if played.is_none() {
                play();
            }
            let again = stack.igwctl(&FIX).ran();
            assert_eq!(again.code, 0, "{cut:?}: {again}");
        });
        assert_eq!(left(&stack), MOVED, "{cut:?}");
    }
    stack.igwctl(&["diagnose", "--no-logs"]).diagnosis().is_clean();
}

/// The application's objects, as people set them.
fn objects(stack: &Stack) -> Vec<Value> {
    let kinds = "issuers.cert-manager.io,certificates.cert-manager.io,gateways.networking.istio.io,\
                 virtualservices.networking.istio.io";
    let all = stack.kubectl(&["get", kinds, "-A", "-l", "igwctl/app", "-o", "json"]);
    let all: Value = serde_json::from_str(&all).unwrap();
    let of = |it: &Value| {
        let metadata = &it["metadata"];
        json!({
            "kind": it["kind"], "spec": it["spec"], "labels": metadata["labels"],
            "annotations": metadata["annotations"],
            "name": format!("{}/{}", metadata["namespace"], metadata["name"]),
        })
    };
    all["items"].as_array().unwrap().iter().map(of).collect()
}

fn line() -> Vec<&'static str> {
    let line = ["--tls", "--create-issuer", "selfsigned", "--yes"];
    ["apply"].into_iter().chain(SHOP.split(' ')).chain(line).collect()
}

/// Takes the application away again.
fn deleted(stack: &Stack) {
    let delete = ["delete", "hipstershop", "-n", "hipstershopv1v2", "--yes", "--ignore-not-found"];
    let ran = stack.igwctl(&delete).ran();
    assert_eq!((ran.code, objects(stack).len()), (0, 0), "{ran}");
}

#[test]
fn apply_that_is_cut_off_at_any_of_its_requests_ends_the_same_when_repeated() {
    let stack = shared();
    prepared(&stack);
    let whole = Proxy::before(&stack, |_, _| Fate::Passed);
    let ran = whole.igwctl(&line()).ran();
    assert_eq!(ran.code, 0, "{ran}");
    let expected = objects(&stack);
    assert_eq!(expected.len(), 4, "{expected:#?}");
    let count = whole.asked().len();
    let writes = whole.asked().iter().filter(|it| it.writes()).count();
    assert_eq!(writes, 4, "{:#?}", whole.asked());
    let ends = |cut: Cut, counts: fn(&Asked) -> bool| {
        deleted(&stack);
        let ran = cutting(&stack, cut, counts).igwctl(&line()).ran();
        // What may be done without, or is asked for again, may be cut without harm.
        let is_told = ran.code == 3 && ran.stderr.contains("error:");
        assert!(is_told || (ran.code == 0 && !cut.is_end), "{cut:?}: {ran}");
        let again = stack.igwctl(&line()).ran();
        assert_eq!(again.code, 0, "{cut:?}: {again}");
        assert_eq!(objects(&stack), expected, "{cut:?}");
    };
    for at in 0..count {
        ends(Cut { at, is_done: false, is_end: true }, |_| true);
    }
    for cut in (0..writes).flat_map(ways) {
        ends(cut, Asked::writes);
    }
}

#[test]
fn two_at_once_end_as_one() {
    let stack = shared();
    prepared(&stack);
    let both = |arguments: &[&str]| {
        thread::scope(|scope| {
            let run = || scope.spawn(|| stack.igwctl(arguments).ran());
            [run(), run()].map(|it| it.join().unwrap())
        })
    };
    for _ in 0..5 {
        for ran in both(&line()) {
            assert_eq!(ran.code, 0, "{ran}");
        }
        assert_eq!(objects(&stack).len(), 4);
        let again = stack.igwctl(&line()).ran();
        assert_eq!(again.stdout.matches(" unchanged\n").count(), 4, "{again}");
        deleted(&stack);
    }
    for _ in 0..3 {
        misplaced(&stack, &Value::Null);
        let ran = thread::scope(|scope| {
            scope.spawn(|| play_cert_manager(&stack, "shop"));
            both(&FIX)
        });
        for ran in ran {
            assert_eq!(ran.code, 0, "{ran}");
        }
        assert_eq!(left(&stack), MOVED);
    }
}

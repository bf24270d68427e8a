//! Finds the entry that a line says, among all entries of all tables.

use super::entry::Entry;
use super::form::{self, Filled, Hole};
use super::line;
use super::sighting::What;
use super::{TABLES, entry::Place};
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use std::sync::OnceLock;

/// A message that was found.
#[derive(Clone, Debug)]
pub(super) struct Reading<'t> {
    /// The entry.
    pub(super) entry: &'static Entry,
    /// What it means; less than the entry's where the text is cut off.
    pub(super) what: Option<What>,
    /// What stood in its holes.
    pub(super) filled: Filled<'t>,
}

struct Lexicon {
    entries: Vec<&'static Entry>,
    leads: Finder,
    tails: Finder,
    /// Of each form a piece that no line with its message lacks.
    hints: Option<AhoCorasick>,
}

/// Literals, and the entries that each belongs to.
struct Finder {
    automaton: Option<AhoCorasick>,
    owners: Vec<Vec<usize>>,
}

impl Finder {
    fn new(literals: impl Iterator<Item = (usize, &'static str)>) -> Self {
        let mut words: Vec<&str> = Vec::new();
        let mut owners: Vec<Vec<usize>> = Vec::new();
        for (entry, literal) in literals.filter(|(_, literal)| !literal.is_empty()) {
            if let Some(known) = words.iter().position(|word| *word == literal) {
                owners[known].push(entry);
            } else {
                words.push(literal);
                owners.push(vec![entry]);
            }
        }
        Self { automaton: AhoCorasick::new(&words).ok(), owners }
    }

    /// Where literals stand in the text, and whose they are.
    fn hits<'f>(&'f self, text: &'f str) -> impl Iterator<Item = (usize, &'f [usize])> {
        self.automaton
            .iter()
            .flat_map(move |automaton| automaton.find_overlapping_iter(text))
            .map(|hit| (hit.start(), self.owners[hit.pattern().as_usize()].as_slice()))
    }
}

fn lexicon() -> &'static Lexicon {
    static LEXICON: OnceLock<Lexicon> = OnceLock::new();
    LEXICON.get_or_init(|| {
        let entries: Vec<&'static Entry> =
            TABLES.iter().flat_map(|table| table.iter()).copied().flatten().collect();
        let numbered = || entries.iter().map(|entry| entry.form).enumerate();
        let leads = Finder::new(numbered().map(|(entry, form)| (entry, form::lead(form))));
        let tails = Finder::new(
            numbered().flat_map(|(entry, form)| form::tails(form).map(move |tail| (entry, tail))),
        );
        let hints = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::DFA))
            .build(entries.iter().map(|entry| form::hint(entry.form)))
            .ok();
        Lexicon { entries, leads, tails, hints }
    })
}

/// The message that a text holds.
pub(super) fn read(text: &str) -> Option<Reading<'_>> {
    let lexicon = lexicon();
    let mut choice = Choice::default();
    for (at, owners) in lexicon.leads.hits(text) {
        for &owner in owners {
            let entry = lexicon.entries[owner];
            let Some(filled) = form::match_at(entry.form, text, at) else { continue };
            if entry.place == Place::AtStart && !line::is_head(&text[..filled.start]) {
                continue;
            }
            choice.add(entry, filled);
        }
    }
    choice.best()
}

/// The message that a text holds whose beginning is cut off.
pub(super) fn read_cut(text: &str) -> Option<Reading<'_>> {
    let lexicon = lexicon();
    // Whoever quotes a part of a line puts it in quotes.
    let text = text.trim_start_matches(['"', '\'', '`', ' ']);
    let mut choice = Choice::default();
    let mut owners: Vec<usize> =
        lexicon.tails.hits(text).flat_map(|(_, owners)| owners).copied().collect();
    owners.sort_unstable();
    owners.dedup();
    for owner in owners {
        let entry = lexicon.entries[owner];
        if entry.place == Place::AtStart {
            continue;
        }
        if let Some(filled) = form::match_cut(entry.form, text) {
            choice.add(entry, filled);
        }
    }
    let mut reading = choice.best()?;
    reading.filled.cut = true;
    Some(reading)
}

/// The best of several readings: the one of which the text holds the most words.
#[derive(Default)]
struct Choice<'t> {
    whole: Option<Reading<'t>>,
    cut: Option<Reading<'t>>,
}

/// How much of a reason has to be there to tell whether it is one that a form of its own has.
const TELLING: usize = 4;

impl<'t> Choice<'t> {
    fn add(&mut self, entry: &'static Entry, filled: Filled<'t>) {
        let place = if filled.cut { &mut self.cut } else { &mut self.whole };
        match place {
            Some(known) if known.filled.matched > filled.matched => {}
            // Two messages are alike but for what is cut off: only what both mean.
            Some(known) if known.filled.matched == filled.matched => {
                known.what = both(known.what, entry.what);
            }
            _ => *place = Some(Reading { entry, what: entry.what, filled }),
        }
    }

    fn best(self) -> Option<Reading<'t>> {
        let (Some(mut whole), Some(cut)) = (self.whole.clone(), self.cut.clone()) else {
            return self.whole.or(self.cut);
        };
        // Any reason fits the form that is whole; the one that was cut off says more.
        if cut.filled.matched >= whole.filled.matched + TELLING {
            return Some(cut);
        }
        let reason = whole.filled.get(Hole::Reason).map(str::trim);
        if whole.entry.form.ends_with("{reason}") && reason.is_some_and(|it| it.len() < TELLING) {
            whole.what = both(whole.what, cut.what);
            whole.filled.cut = true;
        }
        Some(whole)
    }
}

/// What two meanings have in common.
fn both(one: Option<What>, other: Option<What>) -> Option<What> {
    let (one, other) = (one?, other?);
    let is_refusal = |what| matches!(what, What::Forbidden | What::CrossNamespace | What::Withheld);
    let is_of_certificate = |what| matches!(what, What::BadCertificate | What::Expired);
    if one == other {
        Some(one)
    } else if is_refusal(one) && is_refusal(other) {
        Some(What::Withheld)
    } else if is_of_certificate(one) && is_of_certificate(other) {
        None
    } else {
        (one.is_credential_failure() && other.is_credential_failure())
            .then_some(What::MissingOrUnusable)
    }
}

/// Whether bytes may hold a message: most lines that are looked at do not.
pub(super) fn may_hold(raw: &[u8]) -> bool {
    lexicon().hints.as_ref().is_none_or(|hints| {
        // grep colours what it was asked for, which may stand within the words.
        hints.is_match(raw)
            || (memchr::memchr(0x1b, raw).is_some() && hints.is_match(line::clean(raw).as_bytes()))
    })
}

/// Whether a line holds a message, perhaps cut off.
pub(super) fn has_message(raw: &[u8]) -> bool {
    may_hold(raw) && read(&line::unwrap(raw).text).is_some()
}

/// Whether a line holds a whole message.
pub(super) fn has_whole(raw: &[u8]) -> bool {
    may_hold(raw) && read(&line::unwrap(raw).text).is_some_and(|reading| !reading.filled.cut)
}

/// Whether a line holds a message that nothing can follow.
pub(super) fn has_closed(raw: &[u8]) -> bool {
    may_hold(raw)
        && read(&line::unwrap(raw).text)
            .is_some_and(|reading| !reading.filled.cut && !reading.entry.form.ends_with("{reason}"))
}

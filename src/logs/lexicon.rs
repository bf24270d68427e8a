//! Finds the entry that a line says, among all entries of all tables.

use super::entry::Entry;
use super::form::{self, Filled};
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
    /// How many bytes of a form are literal: the more, the more it says.
    weights: Vec<usize>,
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
        let literal = |of: fn(&'static str) -> &'static str| {
            let entries: Vec<_> = entries.iter().map(|entry| of(entry.form)).enumerate().collect();
            Finder::new(entries.into_iter())
        };
        let leads = literal(form::lead);
        let tails = literal(form::tail);
        let weights = entries.iter().map(|entry| form::weight(entry.form)).collect();
        let hints = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::DFA))
            .build(entries.iter().map(|entry| form::hint(entry.form)))
            .ok();
        Lexicon { entries, weights, leads, tails, hints }
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
            choice.add(entry, lexicon.weights[owner], filled);
        }
    }
    choice.best()
}

/// The message that a text holds whose beginning is cut off.
pub(super) fn read_cut(text: &str) -> Option<Reading<'_>> {
    let lexicon = lexicon();
    let mut choice = Choice::default();
    for (_, owners) in lexicon.tails.hits(text) {
        for &owner in owners {
            let entry = lexicon.entries[owner];
            if entry.place == Place::AtStart {
                continue;
            }
            if let Some(mut filled) = form::match_cut(entry.form, text) {
                filled.cut = true;
                choice.add(entry, lexicon.weights[owner], filled);
            }
        }
    }
    choice.best()
}

/// The best of several readings.
#[derive(Default)]
struct Choice<'t> {
    whole: Option<(usize, Reading<'t>)>,
    cut: Option<Reading<'t>>,
}

impl<'t> Choice<'t> {
    fn add(&mut self, entry: &'static Entry, weight: usize, filled: Filled<'t>) {
        if filled.cut {
            match &mut self.cut {
                None => self.cut = Some(Reading { entry, what: entry.what, filled }),
                // Two messages begin alike and the difference is cut off: only what both mean.
                Some(other) if other.what != entry.what => {
                    let failure =
                        |what: Option<What>| what.is_some_and(What::is_credential_failure);
                    other.what = (failure(other.what) && failure(entry.what))
                        .then_some(What::MissingOrUnusable);
                }
                Some(_) => {}
            }
        } else if self.whole.as_ref().is_none_or(|(known, _)| weight > *known) {
            self.whole = Some((weight, Reading { entry, what: entry.what, filled }));
        }
    }

    fn best(self) -> Option<Reading<'t>> {
        self.whole.map(|(_, reading)| reading).or(self.cut)
    }
}

/// Whether bytes may hold a message: most lines that are looked at do not.
pub(super) fn may_hold(raw: &[u8]) -> bool {
    lexicon().hints.as_ref().is_none_or(|hints| hints.is_match(raw))
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

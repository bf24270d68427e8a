//! How a message reads: literal text with named holes, matched anywhere in a line.

pub(super) use super::hole::Hole;
use super::hole::{HOLES, is_token, length};

/// One piece of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    Text(&'static str),
    Hole(Hole),
    /// `{pre}`: the agent's words on connection and resource, looked for backwards.
    Pre,
    /// `{pre?}`: the same, and it may be missing.
    PreIfAny,
    /// `{!}`: what follows may be cut off.
    Certain,
    /// `{end}`: the message ends here.
    End,
}

fn pieces(form: &'static str) -> impl Iterator<Item = Piece> + Clone {
    let mut rest = form;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some(inside) = rest.strip_prefix('{') {
            let (hole, after) = inside.split_once('}')?;
            rest = after;
            return Some(piece(hole));
        }
        let (text, after) = rest.split_at(rest.find('{').unwrap_or(rest.len()));
        rest = after;
        Some(Piece::Text(text))
    })
}

fn piece(hole: &str) -> Piece {
    match hole {
        "pre" => Piece::Pre,
        "pre?" => Piece::PreIfAny,
        "!" => Piece::Certain,
        "end" => Piece::End,
        name => Piece::Hole(Hole::of(name)),
    }
}

/// The first literal of a form, by which it is found.
pub(super) fn lead(form: &'static str) -> &'static str {
    literals(form).next().unwrap_or("")
}

/// The longest piece that every line with this message holds as it is, cut off or in JSON.
pub(super) fn hint(form: &'static str) -> &'static str {
    let certain = form.split("{!}").next().unwrap_or(form);
    literals(certain)
        .flat_map(|text| text.split(['"', '\t', '<', '>', '\'']))
        .max_by_key(|text| text.len())
        .unwrap_or("")
        .trim_end()
}

/// The literals behind the first, by which a form is found whose beginning is cut off.
pub(super) fn tails(form: &'static str) -> impl Iterator<Item = &'static str> {
    let longest = literals(form).skip(1).map(|text| text.trim().len()).max().unwrap_or(0);
    literals(form)
        .skip(1)
        .map(str::trim)
        .filter(move |text| text.len() == longest || text.len() >= 8)
}

/// How much of a message's own words has to be left where its beginning is cut off.
const LEAST: usize = 12;
/// The same where even the first hole is gone: others say short words too.
const LEAST_WITHOUT_HEAD: usize = 24;

/// Whether a message ends with a name, which the line's end may have cut short.
pub(super) fn ends_in_name(form: &'static str) -> bool {
    let form = form.strip_suffix("{end}").unwrap_or(form);
    let last = form.rsplit('{').next().and_then(|hole| hole.strip_suffix('}'));
    last.is_some_and(|last| {
        let names =
            ["name", "fallback", "res", "ns", "secret", "proxy", "gateway", "keys", "hosts"];
        names.contains(&last)
    })
}

fn literals(form: &'static str) -> impl Iterator<Item = &'static str> {
    pieces(form).filter_map(|piece| match piece {
        Piece::Text(text) => Some(text),
        _ => None,
    })
}

/// What stood in the holes.
#[derive(Clone, Debug, Default)]
pub(super) struct Filled<'t> {
    holes: [Option<&'t str>; HOLES],
    /// Whether the text ended before the form did.
    pub(super) cut: bool,
    /// Where the message begins.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
    /// How many bytes of the form's own words the text holds: the more, the surer.
    pub(super) matched: usize,
}

impl<'t> Filled<'t> {
    /// What stood in a hole.
    pub(super) fn get(&self, hole: Hole) -> Option<&'t str> {
        self.holes[hole as usize]
    }

    fn names_something(&self) -> bool {
        [Hole::Name, Hole::Res, Hole::Names, Hole::Gateway]
            .iter()
            .any(|hole| self.get(*hole).is_some())
    }

    fn set(&mut self, hole: Hole, text: &'t str) {
        // A message says a name twice at most, and then the same one.
        self.holes[hole as usize].get_or_insert(text);
    }
}

/// Matches a form whose first literal begins at `at`.
pub(super) fn match_at<'t>(form: &'static str, text: &'t str, at: usize) -> Option<Filled<'t>> {
    let mut filled = Filled { start: at, ..Filled::default() };
    let mut pieces = pieces(form);
    let mut rest = pieces.clone();
    if let Some(piece @ (Piece::Pre | Piece::PreIfAny)) = rest.next() {
        let found = before(text, at, &mut filled);
        if !found && piece == Piece::Pre {
            return None;
        }
        pieces = rest;
    }
    walk(pieces, text, at, &mut filled).then_some(filled)
}

/// Matches a form whose beginning is cut off: the text begins within one of its literals.
pub(super) fn match_cut<'t>(form: &'static str, text: &'t str) -> Option<Filled<'t>> {
    let mut pieces = pieces(form);
    let mut is_first = true;
    while let Some(piece) = pieces.next() {
        let Piece::Text(literal) = piece else {
            if is_first {
                return None;
            }
            continue;
        };
        let begin = usize::from(is_first);
        let mut starts = (begin..literal.len()).filter(|&from| literal.is_char_boundary(from));
        let found = starts.find_map(|from| begins_within(literal, from, is_first, &pieces, text));
        if found.is_some() {
            return found;
        }
        is_first = false;
    }
    None
}

/// Matches a form from within a literal on.
fn begins_within<'t>(
    literal: &'static str,
    from: usize,
    is_first: bool,
    rest: &(impl Iterator<Item = Piece> + Clone),
    text: &'t str,
) -> Option<Filled<'t>> {
    let left = literal[from..].trim_start();
    let begin = match text.find(' ') {
        _ if text.starts_with(left) => 0,
        // The rest of a name may be left of the hole before.
        Some(space) if from == 0 && !is_first && text[space..].trim_start().starts_with(left) => {
            text.len() - text[space..].trim_start().len()
        }
        _ => return None,
    };
    let mut filled = Filled { matched: left.len(), ..Filled::default() };
    if left.is_empty() || !walk(rest.clone(), text, begin + left.len(), &mut filled) {
        return None;
    }
    let is_enough = if is_first {
        filled.matched >= if filled.cut { LEAST_WITHOUT_HEAD } else { LEAST }
    } else {
        left.len() >= LEAST_WITHOUT_HEAD && filled.names_something()
    };
    is_enough.then_some(filled)
}

fn walk<'t>(
    pieces: impl Iterator<Item = Piece> + Clone,
    text: &'t str,
    mut at: usize,
    filled: &mut Filled<'t>,
) -> bool {
    let mut certain = false;
    let mut pieces = pieces;
    while let Some(piece) = pieces.next() {
        let rest = &text[at..];
        match piece {
            Piece::Certain => certain = true,
            Piece::Pre | Piece::PreIfAny => return false,
            Piece::End => {
                if !rest.trim_matches([' ', '\t', '`', '"', '\'', '.']).is_empty() {
                    return false;
                }
            }
            Piece::Text(literal) => {
                if rest.starts_with(literal) {
                    at += literal.len();
                    filled.matched += literal.len();
                } else if literal.trim_end() == rest {
                    // The line's own end took the space.
                    at = text.len();
                    filled.matched += rest.len();
                } else if certain && literal.starts_with(unquoted(rest)) {
                    filled.matched += unquoted(rest).len();
                    filled.cut = true;
                    filled.end = text.len();
                    return true;
                } else {
                    return false;
                }
            }
            Piece::Hole(hole) => {
                let next = pieces.clone().find_map(|piece| match piece {
                    Piece::Text(text) => Some(text),
                    _ => None,
                });
                let Some(length) = length(hole, rest, next) else {
                    if certain {
                        filled.cut = true;
                        filled.end = text.len();
                    }
                    return certain;
                };
                if length == rest.len() && next.is_some() && is_token(hole) {
                    // A name that the text's end may have cut short is no name.
                    filled.cut = true;
                    filled.end = text.len();
                    return certain;
                }
                filled.set(hole, &rest[..length]);
                at += length;
            }
        }
    }
    filled.end = at;
    true
}

/// What is left of a line whose end is cut off, without the quote that a format put behind it.
fn unquoted(rest: &str) -> &str {
    let bare = rest.trim_end_matches(['"', '\'', '`', ' ']);
    if bare.is_empty() { rest } else { bare }
}

/// Reads the agent's PRE that ends at `at`: its three forms of Istio 1.3–1.4, 1.5, 1.6–1.8.
fn before<'t>(text: &'t str, at: usize, filled: &mut Filled<'t>) -> bool {
    let head = text[..at].trim_end();
    if let Some(head) = head.strip_suffix(", EVENT:") {
        let Some((before, name)) = head.rsplit_once("RESOURCE NAME: ") else { return false };
        filled.set(Hole::Name, name);
        filled.start = before.len();
        if let Some((begin, node)) = before.rsplit_once("CONNECTION ID: ") {
            filled.set(Hole::Node, node.trim_end_matches(", "));
            filled.start = begin.len();
        }
        return true;
    }
    let Some((before, name)) = head.rsplit_once("resource:") else { return false };
    if name.is_empty() || name.contains(char::is_whitespace) {
        return false;
    }
    filled.set(Hole::Name, name);
    filled.start = before.len();
    if let Some((begin, node)) = before.rsplit_once("node:")
        && !node.trim_end().contains(char::is_whitespace)
    {
        filled.set(Hole::Node, node.trim_end());
        filled.start = begin.len();
    }
    true
}

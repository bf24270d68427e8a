//! Which name was meant, where one is written that nothing has.

use std::cmp::Reverse;

use strsim::{damerau_levenshtein, jaro_winkler};

/// How alike two names must be, from 0 to 1, for one to be taken for a slip of the other.
const ALIKE: f64 = 0.85;

/// Among more names than that, no guess is made: it would be a poor one, and dear.
pub const MANY: usize = 500;

/// The most alike of these names, if one is alike enough; the same but for its case is.
pub fn nearest<'n>(written: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let names: Vec<&str> = names.take(MANY + 1).collect();
    if names.len() > MANY {
        return None;
    }
    let written = written.to_lowercase();
    let rated = names.into_iter().map(|it| {
        let name = it.to_lowercase();
        (jaro_winkler(&written, &name), Reverse(damerau_levenshtein(&written, &name)), it)
    });
    let alike = rated.filter(|(likeness, ..)| *likeness >= ALIKE);
    // Of those that are as alike, the one that takes the fewest keys to be it.
    let best = alike.max_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
    best.map(|(.., name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_seen_through_and_another_name_is_not_taken_for_it() {
        let names = ["frontend", "apiservice", "cart"];
        assert_eq!(nearest("fronted", names.into_iter()), Some("frontend"));
        assert_eq!(nearest("api-service", names.into_iter()), Some("apiservice"));
        assert_eq!(nearest("Cart", names.into_iter()), Some("cart"));
        assert_eq!(nearest("checkout", names.into_iter()), None);
        let codes = ["IGW0301", "IGW0310", "IGW0318"];
        assert_eq!(nearest("IGW301", codes.into_iter()), Some("IGW0301"));
    }
}

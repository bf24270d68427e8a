//! Where a redirect goes on, and where it goes round.

use super::meaning::Meaning;
use super::observation::Answer;
use super::{Sense, Target};

/// The most redirects that are followed.
pub const MOST: usize = 10;

/// What comes after an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// Nothing: it is no redirect, or one that leads nowhere.
    Done,
    /// Another request.
    Follow(Box<Target>),
    /// Nothing more, and what that means.
    Give(Box<Meaning>),
}

/// What comes after the answer to the last of the requests made so far.
pub fn next(made: &[Target], answer: &Answer) -> Next {
    let Some(last) = made.last() else { return Next::Done };
    let location = answer.header("location").filter(|_| (300..400).contains(&answer.status));
    let Some(next) = location.and_then(|it| last.redirected(it)) else { return Next::Done };
    let is = |other: &Target| other.url() == next.url();
    if is(last) {
        // Told by the answer alone.
        return Next::Done;
    }
    if made.iter().any(is) {
        let round = format!("the redirects go round in a ring: {} was asked before", next.url());
        return Next::Give(Box::new(Meaning::of(Sense::RedirectLoop).saying(round)));
    }
    if made.len() > MOST {
        let many = format!("{MOST} were followed, and the next leads to {}", next.url());
        return Next::Give(Box::new(Meaning::of(Sense::RedirectsTooMany).with(&many)));
    }
    Next::Follow(Box::new(next))
}

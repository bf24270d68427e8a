//! All that touches the outside, and nothing else does: `git grep 'expect(clippy::disallowed'` is
//! the inventory.

pub mod arguments;
pub mod clock;
pub mod cluster;
pub mod compare;
pub mod dial;
pub mod dns;
pub mod files;
pub mod folder;
pub mod keys;
pub mod prompt;
pub mod terminal;

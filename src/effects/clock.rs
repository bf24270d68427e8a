//! What time it is.
#![expect(clippy::disallowed_methods, reason = "the clock is read here")]

use jiff::Timestamp;

/// Now.
pub fn now() -> Timestamp {
    Timestamp::now()
}

//! What time it is.
#![expect(clippy::disallowed_methods, reason = "the clock is read here")]

use std::time::{Duration, Instant};

use jiff::Timestamp;

/// Now.
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// How long something may take in all.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    begun: Instant,
    limit: Duration,
}

impl Deadline {
    /// So long from now.
    pub fn after(limit: Duration) -> Self {
        Self { begun: Instant::now(), limit }
    }

    /// What is left of it; `None` when it is over.
    pub fn left(&self) -> Option<Duration> {
        self.limit.checked_sub(self.begun.elapsed()).filter(|left| !left.is_zero())
    }
}

/// Rests.
pub fn rest(time: Duration) {
    std::thread::sleep(time);
}

/// What comes of some work within a time. Work that takes longer goes on, and nobody hears of it.
pub fn within<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || drop(tell.send(work())));
    told.recv_timeout(limit).ok()
}

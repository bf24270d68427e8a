//! What came over a connection, whatever became of it: its first bytes, how many there were, and
//! how it ended.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::tls::alert_of;

/// How many of the first bytes are kept.
const KEPT: usize = 32;

/// The most that is read of one connection, in bytes: whatever brings more has no end.
pub(super) const MOST_READ: u64 = 1024 * 1024;

/// How a connection ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// By an alert of TLS, of this name.
    Alert(String),
    /// It was reset.
    Reset,
    /// It was closed.
    Closed,
}

/// What came so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Came(Arc<Mutex<Noted>>);

#[derive(Debug, Default)]
struct Noted {
    first: Vec<u8>,
    total: u64,
    ended: Option<Ended>,
}

impl Came {
    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first bytes.
    pub(super) fn first(&self) -> Vec<u8> {
        self.noted().first.clone()
    }

    /// How many bytes there were.
    pub(super) fn total(&self) -> u64 {
        self.noted().total
    }

    /// How the connection ended, if the server ended it.
    pub(super) fn ended(&self) -> Option<Ended> {
        self.noted().ended.clone()
    }

    fn note(&self, bytes: &[u8]) {
        let mut noted = self.noted();
        let wanted = KEPT.saturating_sub(noted.first.len()).min(bytes.len());
        noted.first.extend_from_slice(&bytes[..wanted]);
        noted.total += bytes.len() as u64;
    }

    fn note_end(&self, error: &io::Error) {
        let ended = match (alert_of(error), error.kind()) {
            (Some(alert), _) => Ended::Alert(alert),
            (None, io::ErrorKind::UnexpectedEof) => Ended::Closed,
            (None, kind) if is_reset(kind) => Ended::Reset,
            _ => return,
        };
        self.noted().ended.get_or_insert(ended);
    }
}

fn is_reset(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
    matches!(kind, BrokenPipe | ConnectionAborted | ConnectionReset)
}

/// A connection that is listened in on.
pub(super) struct Tap<S> {
    stream: S,
    came: Came,
    /// Nothing more can be written, and this is why.
    deaf: Option<io::ErrorKind>,
}

impl<S> Tap<S> {
    pub(super) fn new(stream: S) -> (Self, Came) {
        let came = Came::default();
        (Self { stream, came: came.clone(), deaf: None }, came)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Tap<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let mut polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.came.note(&buffer.filled()[before..]);
        if matches!(polled, Poll::Ready(Ok(()))) && buffer.filled().len() == before {
            match self.deaf {
                Some(kind) => polled = Poll::Ready(Err(kind.into())),
                None => self.came.note_end(&io::ErrorKind::UnexpectedEof.into()),
            }
        }
        if let Poll::Ready(Err(error)) = &polled {
            self.came.note_end(error);
        }
        if self.came.total() > MOST_READ {
            return Poll::Ready(Err(io::Error::other("it does not end")));
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tap<S> {
    /// A server that will hear no more may have said why: writing to it goes nowhere and does not
    /// fail, and what it said is still read.
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.deaf.is_some() {
            return Poll::Ready(Ok(bytes.len()));
        }
        match Pin::new(&mut self.stream).poll_write(context, bytes) {
            Poll::Ready(Err(error)) if is_reset(error.kind()) => {
                self.deaf = Some(error.kind());
                Poll::Ready(Ok(bytes.len()))
            }
            polled => polled,
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.deaf.is_some() {
            return Poll::Ready(Ok(()));
        }
        match Pin::new(&mut self.stream).poll_flush(context) {
            Poll::Ready(Err(error)) if is_reset(error.kind()) => {
                self.deaf = Some(error.kind());
                Poll::Ready(Ok(()))
            }
            polled => polled,
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

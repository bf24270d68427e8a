//! A log from any reader: cut into pieces at messages' beginnings, read in parallel, told in order.

use super::chunk::{self, Reader, Said};
use super::gather::Gatherer;
use super::needles::Needles;
use super::sighting::Proxy;
use super::{lexicon, line};
use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Bytes of a piece: a part of a second-level cache.
const PIECE: usize = 256 * 1024;

/// More workers need more memory and wait for the reader.
const WORKERS: usize = 8;

/// Where a log begins, and what is known of it.
#[derive(Clone, Debug)]
pub struct Start {
    /// The file, as shown to the user.
    pub source: Arc<str>,
    /// The number of the first line.
    pub line: u64,
    /// The pod whose log it is, if known.
    pub pod: Option<Proxy>,
    /// What ends the log.
    pub ends: Ends,
}

/// What ends a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// Only its end.
    AtEnd,
    /// Also a line that opens a YAML document, a Markdown fence or a shell's heredoc.
    AtOther,
}

/// How a scan ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scanned {
    /// The reader has no more.
    End {
        /// How many lines were read.
        lines: u64,
    },
    /// A line opens something else.
    Break {
        /// What was read from that line on and not used; the reader holds what follows it.
        rest: Vec<u8>,
        /// The number of that line.
        line: u64,
    },
}

/// Reads a log and gathers what it says.
///
/// # Errors
/// What the reader fails with.
pub fn scan(
    reader: &mut (dyn Read + Send),
    start: Start,
    gather: &mut Gatherer,
) -> std::io::Result<Scanned> {
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    scan_pieces(reader, start, gather, PIECE, workers.min(WORKERS))
}

/// The same of a line that stands alone, without its end. Reading from memory does not fail.
pub fn scan_line(line: &str, start: Start, gather: &mut Gatherer) {
    drop(scan_pieces(&mut line.as_bytes(), start, gather, line.len() + 1, 1));
}

/// Whether a text is a record's beginning, or holds a message that is known.
pub fn begins_record(text: &str) -> bool {
    line::is_start(text.as_bytes()) || lexicon::has_message(text.as_bytes())
}

/// The same with pieces of a given size.
pub(super) fn scan_pieces(
    reader: &mut (dyn Read + Send),
    start: Start,
    gather: &mut Gatherer,
    size: usize,
    workers: usize,
) -> std::io::Result<Scanned> {
    let breaks = start.ends == Ends::AtOther;
    let shared =
        Reader { needles: Needles::shared(breaks), source: Arc::clone(&start.source), breaks };
    let mut feed =
        Feed { reader, size, carry: Vec::new(), done: false, within: false, turn: 0, error: None };
    let mut told = Told { gather, start: &start, line: start.line, turn: 0, rest: None };
    let mut buffer = Vec::new();
    if let Some(first) = feed.next(&mut buffer)? {
        let bytes = &buffer[..first.length];
        told.tell(bytes, chunk::read(&shared, bytes, first.within));
    }
    if !feed.done && told.rest.is_none() {
        let stop = AtomicBool::new(false);
        let crew = Crew {
            shared: &shared,
            feed: Mutex::new(feed),
            told: Mutex::new(told),
            turned: Condvar::new(),
            stop,
        };
        std::thread::scope(|scope| {
            for _ in 1..workers {
                scope.spawn(|| crew.work(Vec::new()));
            }
            crew.work(buffer);
        });
        feed = crew.feed.into_inner().unwrap_or_else(PoisonError::into_inner);
        told = crew.told.into_inner().unwrap_or_else(PoisonError::into_inner);
    }
    if let Some(error) = feed.error {
        return Err(error);
    }
    Ok(match told.rest {
        Some((mut rest, line)) => {
            rest.append(&mut feed.carry);
            Scanned::Break { rest, line }
        }
        None => Scanned::End { lines: told.line - start.line },
    })
}

/// The pieces of a stream.
struct Feed<'r> {
    reader: &'r mut (dyn Read + Send),
    size: usize,
    /// Read already, and part of the next piece.
    carry: Vec<u8>,
    done: bool,
    /// Whether the next piece begins within a line.
    within: bool,
    turn: u64,
    error: Option<std::io::Error>,
}

/// A part of the stream, at a buffer's beginning.
struct Piece {
    turn: u64,
    within: bool,
    length: usize,
}

impl Feed<'_> {
    /// Fills the buffer's beginning; its length stays, so that it is cleared but once.
    fn next(&mut self, buffer: &mut Vec<u8>) -> std::io::Result<Option<Piece>> {
        if self.done {
            return Ok(None);
        }
        let mut filled = self.carry.len();
        if buffer.len() < self.size.max(filled + 1) {
            buffer.resize(self.size.max(filled + 1), 0);
        }
        buffer[..filled].copy_from_slice(&self.carry);
        self.carry.clear();
        while filled < buffer.len() {
            match self.reader.read(&mut buffer[filled..]) {
                Ok(0) => {
                    self.done = true;
                    break;
                }
                Ok(read) => filled += read,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let (turn, within) = (self.turn, self.within);
        let cut = if self.done { Some(filled) } else { cut_point(&buffer[..filled]) };
        let length = cut.unwrap_or(filled);
        self.carry.extend_from_slice(&buffer[length..filled]);
        self.within = cut.is_none();
        self.turn += 1;
        Ok(Some(Piece { turn, within, length }))
    }
}

/// Where the next piece begins: at the last line that begins a message, or the last line.
fn cut_point(piece: &[u8]) -> Option<usize> {
    const LOOK: usize = 64;
    let mut starts = memchr::memrchr_iter(b'\n', piece).map(|newline| newline + 1);
    let fits = |start: &usize| {
        let before = &piece[..start - 1];
        let previous = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
        line::is_start(&piece[*start..]) && !line::goes_on(&before[previous..])
    };
    let last = starts.next()?;
    if last < piece.len() && fits(&last) {
        return Some(last);
    }
    starts.take(LOOK).find(fits).or(Some(last)).filter(|start| *start > 0)
}

/// What was told so far, in order.
struct Told<'g> {
    gather: &'g mut Gatherer,
    start: &'g Start,
    line: u64,
    turn: u64,
    rest: Option<(Vec<u8>, u64)>,
}

impl Told<'_> {
    fn tell(&mut self, piece: &[u8], said: Said<'_>) {
        self.turn += 1;
        if let Some((rest, _)) = &mut self.rest {
            rest.extend_from_slice(piece);
            return;
        }
        let line = self.line;
        for mut event in said.events {
            for sample in &mut event.sighting.samples {
                sample.line += line;
            }
            self.gather.add(event, self.start.pod.as_ref());
        }
        self.gather.requests(said.tally, self.start, line);
        self.line += said.lines;
        if let Some((at, number)) = said.broken {
            self.rest = Some((piece[at..].to_vec(), line + number));
        }
    }
}

/// Workers that read pieces in any order and tell them in theirs.
struct Crew<'c, 'r, 'g> {
    shared: &'c Reader,
    feed: Mutex<Feed<'r>>,
    told: Mutex<Told<'g>>,
    turned: Condvar,
    stop: AtomicBool,
}

impl Crew<'_, '_, '_> {
    fn work(&self, mut buffer: Vec<u8>) {
        while let Some(piece) = self.take(&mut buffer) {
            let bytes = &buffer[..piece.length];
            let said = chunk::read(self.shared, bytes, piece.within);
            if said.broken.is_some() {
                self.stop.store(true, Ordering::Release);
            }
            let mut told = lock(&self.told);
            while told.turn != piece.turn {
                told = self.turned.wait(told).unwrap_or_else(PoisonError::into_inner);
            }
            told.tell(bytes, said);
            self.turned.notify_all();
        }
    }

    fn take(&self, buffer: &mut Vec<u8>) -> Option<Piece> {
        let mut feed = lock(&self.feed);
        if self.stop.load(Ordering::Acquire) || feed.error.is_some() {
            return None;
        }
        feed.next(buffer).unwrap_or_else(|error| {
            feed.error = Some(error);
            None
        })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

//! Bytes → typed facts: the gate where private material stops.
//!
//! | file | answers |
//! | --- | --- |
//! | `segments.rs` | what a text is made of: objects, JSON, logs |
//! | `documents.rs` | where each object begins, and of which kind it is |
//! | `records.rs` | which lines of a log JSON holds |
//! | `reading.rs` | how a document becomes a typed object |
//! | `secret.rs` | what may be known of a Secret |
//! | `certificate.rs` | what PEM says, and whether a key fits |
//! | `wishes.rs` | what is to be made of the inputs |
//! | `gzip.rs` | how bytes are unpacked, and a bundle packed |
//! | `utf16.rs` | how what `PowerShell` wrote is decoded |
//! | `text.rs` | what a text comes to, its documents and its logs |
//! | `served.rs` | what a cluster served |
//! | `bundle.rs` | what a bundle's own documents say |

mod bundle;
mod certificate;
mod documents;
mod gzip;
mod reading;
mod records;
mod secret;
mod segments;
mod served;
#[cfg(test)]
mod tests;
mod text;
mod utf16;
mod wishes;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::sync::Arc;

use jiff::Timestamp;

use crate::logs::{self, Ends, Gatherer, Scanned, Sighting, Start};
use crate::world::{Contents, Coverage, RawObject, Review, World};
pub use certificate::{chain, distinguished_name, facts_of_pair, shown};
pub use gzip::pack;
use reading::Place;
use segments::Opens;
pub use wishes::{Complete, Wishes};

/// One input.
pub struct Input<'a> {
    /// Its name, as reports give it.
    pub name: &'a str,
    /// Its bytes.
    pub reader: Box<dyn Read + Send + 'a>,
    /// The namespace that a kustomization beside it sets.
    pub namespace: Option<&'a str>,
    /// Whether the user named it, rather than a directory that holds it.
    pub is_named: bool,
}

/// Why an input that the user named gave nothing.
#[derive(Debug)]
pub enum Unread {
    /// It could not be read at all.
    Io(io::Error),
    /// Its bytes are nothing that igwctl knows.
    Unknown(String),
}

/// What has been read so far.
pub struct Intake {
    wishes: Wishes,
    world: World,
    gatherer: Gatherer,
    sightings: Vec<Sighting>,
    coverage: Coverage,
    reviews: Vec<Review>,
    raw: Vec<RawObject>,
    notices: Vec<String>,
    /// How many objects went without a namespace, by the one that they were given.
    placed: BTreeMap<String, usize>,
    templates: BTreeSet<String>,
    inputs: usize,
    recorded: Option<Timestamp>,
    context: Option<String>,
    /// Whether the input that is being read is the bundle of a cluster.
    is_in_bundle: bool,
}

/// How much of a file is looked at to tell whether it is text.
const HEAD: usize = 8 * 1024;

impl Intake {
    /// Nothing read yet.
    pub fn new(wishes: Wishes) -> Self {
        Self {
            wishes,
            world: World::default(),
            gatherer: Gatherer::new(),
            sightings: Vec::new(),
            coverage: Coverage::default(),
            reviews: Vec::new(),
            raw: Vec::new(),
            notices: Vec::new(),
            placed: BTreeMap::new(),
            templates: BTreeSet::new(),
            inputs: 0,
            recorded: None,
            context: None,
            is_in_bundle: false,
        }
    }

    /// Reads one input. What of it could not be read becomes a notice, unless that is all of it.
    ///
    /// # Errors
    /// `Unread::Io` where it cannot be read; `Unread::Unknown` where it is damaged gzip, or was
    /// named and holds nothing that igwctl knows.
    pub fn read(&mut self, input: Input<'_>) -> Result<(), Unread> {
        let Input { name, mut reader, namespace, is_named } = input;
        let mut head = Vec::with_capacity(HEAD);
        reader.by_ref().take(HEAD as u64).read_to_end(&mut head).map_err(Unread::Io)?;
        if gzip::is_packed(&head) {
            let packed = io::Cursor::new(head).chain(reader);
            let mut unpacked = gzip::unpacked(packed);
            let mut head = Vec::with_capacity(HEAD);
            let bad = |_| Unread::Unknown("it is gzip, and damaged".to_owned());
            unpacked.by_ref().take(HEAD as u64).read_to_end(&mut head).map_err(bad)?;
            return self.stream(name, &head, Box::new(unpacked), namespace, is_named);
        }
        self.stream(name, &head, reader, namespace, is_named)
    }

    /// Goes on while the input is a log, without holding it; an object makes the rest be held.
    fn stream(
        &mut self,
        name: &str,
        head: &[u8],
        reader: Box<dyn Read + Send + '_>,
        namespace: Option<&str>,
        is_named: bool,
    ) -> Result<(), Unread> {
        if utf16::is_marked(head) {
            let whole = io::Cursor::new(head.to_vec()).chain(reader);
            let mut text = utf16::decoded(whole);
            let mut head = Vec::with_capacity(HEAD);
            text.by_ref().take(HEAD as u64).read_to_end(&mut head).map_err(Unread::Io)?;
            return self.stream(name, &head, Box::new(text), namespace, is_named);
        }
        if is_binary(head) {
            if is_named {
                return Err(Unread::Unknown("it is neither objects nor a log".to_owned()));
            }
            return Ok(());
        }
        self.inputs += 1;
        let source: Arc<str> = name.into();
        let place = Place {
            source: Arc::clone(&source),
            namespace: namespace.map(str::to_owned),
            is_cluster: false,
            is_bundle: false,
        };
        self.is_in_bundle = false;
        let mut rest = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).to_vec();
        let mut reader = reader;
        let mut line = 1;
        let mut is_first = true;
        loop {
            // Only the first meaningful line is looked at, to choose between holding and streaming.
            let opens = first_opening(&rest);
            let strict = is_first && matches!(opens, Some(Opens::Yaml | Opens::Json));
            is_first = false;
            if !matches!(opens, Some(Opens::Log)) {
                let bad = |error: io::Error| match error.kind() {
                    io::ErrorKind::InvalidInput
                    | io::ErrorKind::InvalidData
                    | io::ErrorKind::UnexpectedEof => {
                        Unread::Unknown("it is gzip, and damaged".to_owned())
                    }
                    _ => Unread::Io(error),
                };
                let mut whole = std::mem::take(&mut rest);
                reader.read_to_end(&mut whole).map_err(bad)?;
                return self.text(&place, &whole, line, strict, is_named);
            }
            let start = Start { source: Arc::clone(&source), line, pod: None, ends: Ends::AtOther };
            let mut whole = io::Cursor::new(std::mem::take(&mut rest)).chain(&mut reader);
            match logs::scan(&mut whole, start, &mut self.gatherer).map_err(Unread::Io)? {
                Scanned::End { .. } => return Ok(()),
                Scanned::Break { rest: unread, line: at } => {
                    rest = unread;
                    line = at;
                    // The line that ended the log is no log's.
                    if matches!(first_opening(&rest), Some(Opens::Log)) {
                        let mut whole = std::mem::take(&mut rest);
                        reader.read_to_end(&mut whole).map_err(Unread::Io)?;
                        return self.text(&place, &whole, line, false, is_named);
                    }
                }
            }
        }
    }

    /// The world that the inputs come to, and what the reader should know of them.
    pub fn finish(mut self) -> (World, Vec<String>) {
        match &self.wishes.complete {
            Complete::Nothing => {}
            Complete::Shown => self.coverage.add_everywhere(self.world.kinds_shown()),
            Complete::These(kinds) => self.coverage.add_everywhere(*kinds),
        }
        for (namespace, count) in &self.placed {
            let objects = if *count == 1 { "object" } else { "objects" };
            self.notices
                .push(format!("{count} {objects} without a namespace: taken to be in {namespace}"));
        }
        for template in &self.templates {
            self.notices.push(format!("{template}: a template, not read; render it first"));
        }
        let mut sightings = self.gatherer.finish();
        sightings.append(&mut self.sightings);
        let contents = Contents {
            sightings,
            coverage: self.coverage,
            assumed: self.wishes.assumed,
            reviews: self.reviews,
            inputs: self.inputs,
            context: self.context,
            now: self.wishes.now.or(self.recorded).unwrap_or(self.wishes.clock),
            raw: self.wishes.keeps_raw.then_some(self.raw),
        };
        (self.world.sealed(contents), self.notices)
    }
}

/// The `namespace` of a kustomization file.
pub fn kustomization_namespace(text: &str) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Kustomization {
        #[serde(default)]
        namespace: Option<String>,
    }
    crate::model::yaml::read::<Kustomization>(text).ok()?.namespace
}

fn is_binary(head: &[u8]) -> bool {
    // A log may hold a stray NUL; a file of another kind is full of them.
    let odd = head.iter().filter(|it| **it < 0x20 && !b"\t\n\r\x0c\x1b".contains(it)).count();
    odd * 10 > head.len()
}

fn first_opening(bytes: &[u8]) -> Option<Opens> {
    bytes.split_inclusive(|it| *it == b'\n').find_map(|line| {
        let line = String::from_utf8_lossy(line);
        let opens = segments::opens(&line);
        (opens != Opens::Nothing).then_some(opens)
    })
}

//! gzip: taken off whatever is read, and put on a bundle.

use std::io::{self, Read, Write as _};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;

/// Whether the bytes begin like gzip (RFC 1952).
pub(super) fn is_packed(head: &[u8]) -> bool {
    head.starts_with(&[0x1f, 0x8b])
}

/// Unpacks while it is read; several members after one another are one text.
pub(super) fn unpacked<'a>(packed: impl Read + Send + 'a) -> impl Read + Send + 'a {
    MultiGzDecoder::new(packed)
}

/// Packs a text, without a time or a name in the head, so that the same text gives the same bytes.
///
/// # Errors
/// None in practice: what is written to is memory.
pub fn pack(text: &str) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes())?;
    encoder.finish()
}

//! UTF-16, which `PowerShell` writes where output is sent to a file, made UTF-8 while it is read.

use std::io::{self, Read};

/// Whether the bytes begin with UTF-16's mark of byte order.
pub(super) fn is_marked(head: &[u8]) -> bool {
    head.starts_with(&LITTLE) || head.starts_with(&BIG)
}

const LITTLE: [u8; 2] = [0xff, 0xfe];
const BIG: [u8; 2] = [0xfe, 0xff];

/// How much is read at once.
const PIECE: usize = 16 * 1024;

/// The text of a reader whose bytes begin with the mark; what is not sound is replaced.
pub(super) fn decoded<'a>(reader: impl Read + Send + 'a) -> impl Read + Send + 'a {
    Decoder { reader, is_big: None, rest: Vec::new(), text: io::Cursor::default(), is_over: false }
}

struct Decoder<R> {
    reader: R,
    /// Known once the mark is read.
    is_big: Option<bool>,
    /// Bytes of a character that is not whole yet.
    rest: Vec<u8>,
    text: io::Cursor<Vec<u8>>,
    is_over: bool,
}

impl<R: Read> Decoder<R> {
    fn fill(&mut self) -> io::Result<()> {
        let mut bytes = std::mem::take(&mut self.rest);
        let before = bytes.len();
        self.reader.by_ref().take(PIECE as u64).read_to_end(&mut bytes)?;
        self.is_over = bytes.len() == before;
        if self.is_big.is_none() {
            self.is_big = Some(bytes.starts_with(&BIG));
            bytes.drain(..bytes.len().min(2));
        }
        let is_big = self.is_big == Some(true);
        let unit = |pair: &[u8]| match pair {
            [high, low] if is_big => u16::from_be_bytes([*high, *low]),
            [low, high] => u16::from_le_bytes([*low, *high]),
            _ => u16::from(b'?'),
        };
        let mut whole = bytes.len() - if self.is_over { 0 } else { bytes.len() % 2 };
        let last = bytes[..whole].chunks(2).last().map(unit);
        if !self.is_over && last.is_some_and(|unit| (0xd800..0xdc00).contains(&unit)) {
            whole -= 2;
        }
        self.rest = bytes.split_off(whole);
        let text: String = char::decode_utf16(bytes.chunks(2).map(unit))
            .map(|it| it.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect();
        self.text = io::Cursor::new(text.into_bytes());
        Ok(())
    }
}

impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.text.read(into)?;
            if read > 0 || self.is_over || into.is_empty() {
                return Ok(read);
            }
            self.fill()?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_both_orders_and_any_pieces() {
        let text = "\u{feff}a│𝄞\n".repeat(9_000);
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [little, big] {
            assert!(is_marked(&bytes));
            let mut read = String::new();
            decoded(&bytes[..]).read_to_string(&mut read).unwrap();
            assert_eq!(read, text.trim_start_matches('\u{feff}'));
        }
    }

    #[test]
    fn what_is_torn_is_replaced() {
        let mut read = String::new();
        decoded(&[0xff, 0xfe, b'a', 0, 0, 0xd8][..]).read_to_string(&mut read).unwrap();
        assert_eq!(read, "a\u{fffd}");
        let mut read = String::new();
        decoded(&[0xfe, 0xff, 0, b'a', 0][..]).read_to_string(&mut read).unwrap();
        assert_eq!(read, "a?");
    }
}

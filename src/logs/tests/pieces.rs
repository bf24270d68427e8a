//! The same is said however a log is cut into pieces; breaks hand back all that follows.

use super::super::scan::scan_pieces;
use super::super::{Ends, Gatherer, Scanned};
use super::{entries, said_in_pieces, short, start};
use std::fmt::Write as _;

/// Every sample once, some wrapped, among lines of other kinds.
fn log() -> String {
    let mut log = String::new();
    for (number, entry) in entries::all().enumerate() {
        for filler in 0..number % 4 {
            writeln!(
                log,
                "[2026-11-24T02:27:{:02}.442Z] \"GET /a HTTP/1.1\" 503 UH no_healthy_upstream - \"-\" 0 19 0 - \
                 \"192.0.2.2\" \"curl\" \"433c\" \"shop{filler}.example.com\" \"-\" c - 127.0.0.2:80 127.0.0.1:3 - -",
                number % 60
            )
            .unwrap();
        }
        log.push_str(entry.sample);
        log.push('\n');
        if number % 5 == 0 {
            log.push_str("2026-11-24T02:27:17.428674Z\twarn\tads\tfailed to fetch key and certificate for\n  kubernetes://wrapped: secret istio-system/wrapped not found\n");
        }
    }
    log
}

#[test]
fn any_pieces() {
    let log = log();
    let whole = said_in_pieces(log.as_bytes(), 1 << 20, 1);
    assert!(whole.len() > 40);
    for size in [2_048, 2_049, 3_000, 4_096, 7_001, 20_000] {
        for workers in [1, 2, 5] {
            let pieces = said_in_pieces(log.as_bytes(), size, workers);
            for (piece, whole) in pieces.iter().zip(&whole) {
                assert_eq!(piece, whole, "{size} {workers}");
            }
            assert_eq!(pieces.len(), whole.len());
        }
    }
}

#[test]
fn lines_longer_than_a_piece() {
    let long = "x".repeat(10_000);
    let sample = entries::all().next().unwrap().sample;
    let text = format!("{long}\n{sample}\n{long}{sample}\n{sample}\n");
    let seen = said_in_pieces(text.as_bytes(), 1_024, 2);
    assert_eq!(short(&seen), ["Missing hipstershop-cert"]);
    assert_eq!(seen[0].samples[0].line, 2);
    assert_eq!(seen[0].samples.last().unwrap().line, 4);
}

/// A reader that gives a few bytes at a time.
struct Slow<'b>(&'b [u8], usize);

impl std::io::Read for Slow<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let length = self.1.min(self.0.len()).min(into.len());
        into[..length].copy_from_slice(&self.0[..length]);
        self.0 = &self.0[length..];
        Ok(length)
    }
}

#[test]
fn breaks_hand_back_the_rest() {
    let log = log();
    for opener in [
        "---\n",
        "--- # x\n",
        "```yaml\n",
        "  ~~~\n",
        "apiVersion: v1\n",
        "kubectl apply -f - <<EOF\n",
        "cat <<'EOF'\n",
    ] {
        let rest = format!("{opener}kind: Secret\n---\n{}", log.repeat(3));
        let whole = format!("{log}{rest}");
        for size in [2_048, 5_000, 100_000] {
            for workers in [1, 3] {
                let mut gather = Gatherer::new();
                let mut reader = Slow(whole.as_bytes(), 777);
                let end =
                    scan_pieces(&mut reader, start(Ends::AtOther), &mut gather, size, workers)
                        .unwrap();
                let Scanned::Break { rest: mut given, line } = end else { panic!("{opener}") };
                given.extend_from_slice(reader.0);
                assert_eq!(String::from_utf8_lossy(&given), rest, "{opener} {size} {workers}");
                assert_eq!(line, 1 + log.lines().count() as u64);
                let whole = said_in_pieces(log.as_bytes(), 1 << 20, 1);
                assert!(gather.finish() == whole, "{opener} {size} {workers}");
            }
        }
        let mut gather = Gatherer::new();
        let end =
            scan_pieces(&mut rest.as_bytes(), start(Ends::AtOther), &mut gather, 9_000, 2).unwrap();
        assert!(matches!(end, Scanned::Break { line: 1, .. }), "the first line may be one");
        let mut gather = Gatherer::new();
        let end =
            scan_pieces(&mut rest.as_bytes(), start(Ends::AtEnd), &mut gather, 9_000, 2).unwrap();
        assert_eq!(end, Scanned::End { lines: rest.lines().count() as u64 });
    }
}

#[test]
fn a_reader_that_fails_is_reported() {
    struct Fails(usize);
    impl std::io::Read for Fails {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            self.0 += 1;
            if self.0 > 5 {
                return Err(std::io::Error::other("gone"));
            }
            into.fill(b'\n');
            Ok(into.len())
        }
    }
    let mut gather = Gatherer::new();
    assert!(scan_pieces(&mut Fails(0), start(Ends::AtEnd), &mut gather, 1_024, 2).is_err());
}

//! Arbitrary bytes never panic, and say the same in any pieces.

use super::{entries, said_in_pieces};

/// A small generator of numbers that are the same on each run.
struct Numbers(u64);

impl Numbers {
    fn byte(&mut self) -> u8 {
        u8::try_from(self.below(256)).unwrap()
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound.max(1) as u64).unwrap()
    }
}

const PIECES: &[&str] = &[
    "\n",
    "\r\n",
    "\t",
    " ",
    "\u{1b}[31m",
    "\u{1b}",
    "│",
    "{\"log\":\"",
    "\\\"",
    "\"",
    "}",
    "\\u00",
    "é",
    "\u{a0}",
    "2026-11-24T02:27:17.428674Z",
    "[2026-11-24 02:27:17.428][1][warning][config] ",
    " stdout P ",
    "[pod/",
    "-cacert",
    "kubernetes://",
    " NR ",
    "\" 404 NR ",
    "\"NR\"",
    "response_flags",
    "---\n",
    "<<EOF\n",
    "```",
    "> ",
    "resource:",
    "node:",
    "EVENT:",
    "RESOURCE NAME: ",
    "…",
    "...",
    "secret ",
    " is deleted",
    "PRIVATE KEY",
];

fn noise(numbers: &mut Numbers, samples: &[&str]) -> Vec<u8> {
    let mut log = Vec::new();
    for _ in 0..=numbers.below(12) {
        let sample = samples[numbers.below(samples.len())].as_bytes();
        let (from, to) = (numbers.below(sample.len()), numbers.below(sample.len() + 1));
        match numbers.below(5) {
            0 => log.extend_from_slice(&sample[from.min(to)..to.max(from)]),
            1 => log.extend_from_slice(sample),
            2 => log.extend((0..numbers.below(20)).map(|_| numbers.byte())),
            3 => {
                log.extend(
                    sample.iter().map(
                        |byte| {
                            if numbers.below(40) == 0 { numbers.byte() } else { *byte }
                        },
                    ),
                );
            }

            _ => {}
        }
        log.extend_from_slice(PIECES[numbers.below(PIECES.len())].as_bytes());
        if numbers.below(2) == 0 {
            log.push(b'\n');
        }
    }
    log
}

#[test]
fn noise_never_panics() {
    let samples: Vec<_> = entries::all().map(|entry| entry.sample).collect();
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let mut said = 0;
    for _ in 0..1_500 {
        let log = noise(&mut numbers, &samples);
        said += said_in_pieces(&log, 1 << 16, 1).len();
        said_in_pieces(&log, 64 + numbers.below(512), 2);
    }
    assert!(said > 1_000, "the noise should hold messages: {said}");
}

#[test]
fn lines_that_begin_with_a_time_say_the_same_in_any_pieces() {
    let samples: Vec<_> = entries::all().map(|entry| entry.sample).collect();
    let mut numbers = Numbers(0x2545_f491_4f6c_dd1d);
    for _ in 0..150 {
        let mut log = String::new();
        for _ in 0..40 {
            let sample = samples[numbers.below(samples.len())];
            let end = [sample.len(), numbers.below(sample.len())][numbers.below(2)];
            log.push_str(if sample.starts_with("20") {
                ""
            } else {
                "2026-11-24T02:27:17.428674Z "
            });
            log.push_str(&sample[..end.max(30)]);
            log.push('\n');
        }
        let whole = said_in_pieces(log.as_bytes(), 1 << 20, 1);
        let size = 1_500 + numbers.below(4_000);
        assert_eq!(
            said_in_pieces(log.as_bytes(), size, 1 + numbers.below(4)),
            whole,
            "{size}\n{log}"
        );
    }
}

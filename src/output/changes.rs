//! What differs, in colour: a line's sign says it as well.

use super::style::{Style, Tone, harmless};

/// A unified difference as it is shown.
pub fn colored(difference: &str, style: &Style) -> String {
    let mut text = String::new();
    for line in difference.lines() {
        let line = harmless(line);
        let tone = match line.as_bytes() {
            [b'+', b'+', b'+', ..] | [b'-', b'-', b'-', ..] => Some(Tone::Strong),
            [b'@', b'@', ..] => Some(Tone::Faint),
            [b'+', ..] => Some(Tone::Good),
            [b'-', ..] => Some(Tone::Error),
            _ => None,
        };
        text += &tone.map_or_else(|| line.clone(), |tone| style.paint(tone, &line));
        text.push('\n');
    }
    text
}

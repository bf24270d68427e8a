//! Colour and signs as data. Colour is never the only bearer of a meaning.

use anstyle::{AnsiColor, Style as Ansi};

/// How text is to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether to colour.
    pub color: bool,
    /// Whether signs beyond ASCII can be shown.
    pub unicode: bool,
    /// Columns.
    pub width: usize,
    /// Whether somebody reads it there: what is too long for the columns is laid out for them.
    pub is_read: bool,
}

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// An error.
    Error,
    /// A warning.
    Warning,
    /// All is well.
    Good,
    /// An object's name, a heading.
    Strong,
    /// A label, a code: there for who looks for it.
    Faint,
}

impl Style {
    /// The text in its tone.
    pub fn paint(&self, tone: Tone, text: &str) -> String {
        if !self.color {
            return text.to_owned();
        }
        let ansi = match tone {
            Tone::Error => Ansi::new().fg_color(Some(AnsiColor::Red.into())).bold(),
            Tone::Warning => Ansi::new().fg_color(Some(AnsiColor::Yellow.into())).bold(),
            Tone::Good => Ansi::new().fg_color(Some(AnsiColor::Green.into())),
            Tone::Strong => Ansi::new().bold(),
            Tone::Faint => Ansi::new().dimmed(),
        };
        format!("{ansi}{text}{ansi:#}")
    }

    /// The text with the signs that can be shown: those that igwctl writes have a spelling in ASCII.
    pub fn spelled(&self, text: &str) -> String {
        if self.unicode {
            return text.to_owned();
        }
        let pairs = [("→", "->"), ("…", "..."), ("·", "-"), ("×", "x"), ("‼", "!"), ("√", "ok")];
        pairs.iter().fold(text.to_owned(), |text, (sign, ascii)| text.replace(sign, ascii))
    }

    /// The sign of an error, a warning, or of what is well.
    pub fn sign(&self, tone: Tone) -> &'static str {
        match (tone, self.unicode) {
            (Tone::Error, true) => "×",
            (Tone::Error, false) => "x",
            (Tone::Warning, true) => "‼",
            (Tone::Warning, false) => "!",
            (Tone::Good, true) => "√",
            (Tone::Good, false) => "ok",
            (_, true) => "·",
            (_, false) => "-",
        }
    }
}

/// Text from outside, safe for a terminal: what could steer it is shown, not sent.
pub fn harmless(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            '\t' => ' ',
            // Also the marks that turn the direction of writing round.
            it if it.is_control() || ('\u{202a}'..='\u{202e}').contains(&it) => '\u{fffd}',
            '\u{2066}'..='\u{2069}' => '\u{fffd}',
            it => it,
        })
        .collect()
}

//! A page of text for people: lines, labels with values that wrap under themselves, commands.

use textwrap::Options;

use super::style::{Style, Tone, harmless};

/// The column in which values begin.
const VALUE: usize = 20;

/// No line is longer than this, however wide the terminal.
const WIDEST: usize = 110;

/// A page that is being written.
pub(super) struct Page {
    pub(super) text: String,
    pub(super) style: Style,
}

impl Page {
    /// An empty one.
    pub(super) fn new(style: &Style) -> Self {
        Self { text: String::new(), style: *style }
    }

    pub(super) fn width(&self) -> usize {
        self.style.width.clamp(40, WIDEST)
    }

    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// One empty line, also between two things that ask for one.
    pub(super) fn blank(&mut self) {
        if !self.text.ends_with("\n\n") {
            self.line("");
        }
    }

    pub(super) fn value(&mut self, label: &str, value: &str) {
        let value = self.style.spelled(&harmless(value));
        let label = self.style.paint(Tone::Faint, &format!("{label:<14}"));
        for (position, line) in wrap(&value, self.width() - VALUE).iter().enumerate() {
            if position == 0 {
                self.line(&format!("      {label}{line}"));
            } else {
                self.line(&format!("{}{line}", " ".repeat(VALUE)));
            }
        }
    }

    /// A command is never wrapped, so that it can be copied; one of several lines begins in the
    /// first column, for a heredoc ends there.
    pub(super) fn command(&mut self, command: &str) {
        if command.contains('\n') {
            self.blank();
            for line in command.lines() {
                self.line(&harmless(line));
            }
            self.blank();
        } else {
            self.line(&format!("{}{}", " ".repeat(VALUE), harmless(command)));
        }
    }

    pub(super) fn paragraph(&mut self, label: &str, text: &str) {
        let text = self.style.spelled(&harmless(text));
        let indent = " ".repeat(2);
        for (position, line) in wrap(&format!("{label}{text}"), self.width() - 2).iter().enumerate()
        {
            let start = if position == 0 { "" } else { &indent };
            self.line(&format!("{start}{line}"));
        }
    }
}

/// A sentence after a label, as messages have it. On a terminal it is broken at words, a command in
/// it excepted, so that it can be copied.
pub fn message(tone: Option<Tone>, label: &str, sentence: &str, style: &Style) -> String {
    let sentence = style.spelled(&harmless(sentence));
    let has_command = ["igwctl ", "kubectl "].iter().any(|it| sentence.contains(it));
    let label_shown = tone.map_or_else(|| label.to_owned(), |tone| style.paint(tone, label));
    let lines = if style.is_read && !has_command {
        let first = " ".repeat(length(label));
        let options = Options::new(style.width.clamp(40, WIDEST))
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .break_words(false)
            .initial_indent(&first)
            .subsequent_indent("    ");
        let text = textwrap::fill(&sentence, options);
        text[first.len()..].to_owned()
    } else {
        sentence
    };
    format!("{label_shown}{lines}\n")
}

/// A document's text with its paragraphs and lists at a terminal's width; what is indented, fenced
/// or a table stays as it is.
pub fn document(text: &str, style: &Style) -> String {
    let width = style.width.clamp(40, WIDEST);
    let mut shown = String::new();
    let mut is_fenced = false;
    for line in text.lines() {
        is_fenced ^= line.starts_with("```");
        let is_laid_out = is_fenced || line.starts_with([' ', '|', '#']);
        let (start, rest) = line.split_at(if line.starts_with("- ") { 2 } else { 0 });
        if is_laid_out || length(line) <= width {
            shown += line;
            shown.push('\n');
            continue;
        }
        for (position, piece) in wrap_words(rest, width - start.len()).iter().enumerate() {
            shown += if position == 0 { start } else { &"  "[..start.len()] };
            shown += piece;
            shown.push('\n');
        }
    }
    shown
}

/// Lines of that width. A URL is never broken, so that it can be copied.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    if text.contains("://") {
        return wrap_words(text, width);
    }
    lines(text, width, textwrap::WordSeparator::new())
}

/// Lines of that width, broken at blanks alone.
pub(super) fn wrap_words(text: &str, width: usize) -> Vec<String> {
    lines(text, width, textwrap::WordSeparator::AsciiSpace)
}

fn lines(text: &str, width: usize, separator: textwrap::WordSeparator) -> Vec<String> {
    let options = Options::new(width.max(20))
        .word_separator(separator)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .break_words(false);
    textwrap::wrap(text, options).into_iter().map(std::borrow::Cow::into_owned).collect()
}

pub(super) fn length(text: &str) -> usize {
    textwrap::core::display_width(text)
}

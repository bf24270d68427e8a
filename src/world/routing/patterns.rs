//! Regular expressions as Envoy takes them, RE2 on the whole of a value.

use regex::bytes::{Captures, Regex, RegexBuilder};

/// How large a compiled expression may become, in bytes: what istiod's validation lets through
/// (1,024 characters) stays far below.
const LIMIT: usize = 4 << 20;

/// Whether RE2 would take an expression.
pub(super) fn is_valid(pattern: &str) -> bool {
    compiled(pattern, false).is_some()
}

/// Whether an expression matches the whole of a value; one that is not valid matches nothing.
pub(super) fn matches(pattern: &str, value: &str) -> bool {
    compiled(pattern, true).is_some_and(|it| it.is_match(value.as_bytes()))
}

/// The value with every match replaced, `\1` in the substitution being the first group
/// (RE2's `GlobalReplace`).
pub(super) fn replaced(pattern: &str, substitution: &str, value: &str) -> String {
    let Some(regex) = compiled(pattern, false) else { return value.to_owned() };
    let replace = |found: &Captures<'_>| -> Vec<u8> {
        let mut out = Vec::new();
        let mut letters = substitution.chars();
        while let Some(letter) = letters.next() {
            let group = if letter == '\\' { letters.clone().next() } else { None };
            if let Some(group) = group.and_then(|it| it.to_digit(10)) {
                letters.next();
                out.extend(found.get(group as usize).map_or(&b""[..], |it| it.as_bytes()));
            } else if group == Some('\\') {
                letters.next();
                out.push(b'\\');
            } else {
                out.extend(letter.to_string().bytes());
            }
        }
        out
    };
    String::from_utf8_lossy(&regex.replace_all(value.as_bytes(), replace)).into_owned()
}

fn compiled(pattern: &str, is_whole: bool) -> Option<Regex> {
    let pattern = Translation::of(pattern)?;
    let pattern = if is_whole { format!(r"\A(?:{pattern})\z") } else { pattern };
    // RE2's classes are of ASCII; only its \p is not.
    let build = |unicode| {
        RegexBuilder::new(&pattern)
            .unicode(unicode)
            .octal(true)
            .size_limit(LIMIT)
            .nest_limit(250)
            .build()
            .ok()
    };
    build(false).or_else(|| build(true))
}

/// The classes that RE2 knows by name.
const CLASSES: &[&str] = &[
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
    "space", "upper", "word", "xdigit",
];

/// An expression of RE2's, put in the words of the crate.
struct Translation<'p> {
    rest: &'p str,
    out: String,
    /// Whether what came last repeats something: RE2 takes no second repetition.
    repeats: bool,
}

impl<'p> Translation<'p> {
    /// `None` for what RE2 refuses and the crate does not.
    fn of(pattern: &'p str) -> Option<String> {
        let mut made = Self { rest: pattern, out: String::new(), repeats: false };
        while !made.rest.is_empty() {
            made.step()?;
        }
        Some(made.out)
    }

    fn step(&mut self) -> Option<()> {
        let repetition = self.repetition()?;
        if repetition > 0 {
            if self.repeats {
                return None;
            }
            let lazy = usize::from(self.rest[repetition..].starts_with('?'));
            self.copy(repetition + lazy);
            self.repeats = true;
            return Some(());
        }
        self.repeats = false;
        match self.rest.chars().next()? {
            '{' => {
                self.out.push('\\');
                self.copy(1);
            }
            '\\' => self.escape()?,
            '[' => self.class()?,
            '(' if self.rest.starts_with("(?") => self.group()?,
            letter => self.copy(letter.len_utf8()),
        }
        Some(())
    }

    fn copy(&mut self, bytes: usize) {
        let (copied, rest) = self.rest.split_at(bytes);
        self.out.push_str(copied);
        self.rest = rest;
    }

    /// How long a repetition here is: `*`, `+`, `?`, or braces that count; 0 for none.
    fn repetition(&self) -> Option<usize> {
        if self.rest.starts_with(['*', '+', '?']) {
            return Some(1);
        }
        let counted = self.rest.strip_prefix('{').and_then(|it| it.split_once('}'));
        let Some((inner, _)) = counted else { return Some(0) };
        let (low, high) = inner.split_once(',').unwrap_or((inner, ""));
        let is_number = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
        if !is_number(low) || !(high.is_empty() || is_number(high)) {
            return Some(0);
        }
        let is_small = |it: &str| it.is_empty() || it.parse::<u32>().is_ok_and(|it| it <= 1000);
        (is_small(low) && is_small(high)).then_some(inner.len() + 2)
    }

    fn escape(&mut self) -> Option<()> {
        let next = self.rest[1..].chars().next()?;
        let after = self.rest[1 + next.len_utf8()..].chars().next();
        match next {
            '<' | '>' => {
                self.out.push(next);
                self.rest = &self.rest[2..];
            }
            'C' => {
                self.out.push_str("(?s-u:.)");
                self.rest = &self.rest[2..];
            }
            'Q' => {
                let (literal, rest) =
                    self.rest[2..].split_once(r"\E").unwrap_or((&self.rest[2..], ""));
                self.out.push_str(&regex::escape(literal));
                self.rest = rest;
            }
            // A single digit would refer back, which RE2 does not.
            '1'..='7' if !after.is_some_and(|it| ('0'..='7').contains(&it)) => return None,
            'u' | 'U' => return None,
            _ => self.copy(1 + next.len_utf8()),
        }
        Some(())
    }

    /// A group with flags or a name: of flags RE2 knows four.
    fn group(&mut self) -> Option<()> {
        let inner = &self.rest[2..];
        if !inner.starts_with(['<', 'P', ':']) {
            let flags = inner.split([':', ')']).next().unwrap_or_default();
            let is_known = |it: char| matches!(it, 'i' | 'm' | 's' | 'U' | '-');
            if flags.is_empty() || !flags.chars().all(is_known) {
                return None;
            }
        }
        self.copy(2);
        Some(())
    }

    /// A class: within it `[`, `&` and `~` are letters to RE2.
    fn class(&mut self) -> Option<()> {
        let start = if self.rest.starts_with("[^") { 2 } else { 1 };
        self.copy(start);
        let mut is_first = true;
        loop {
            let letter = self.rest.chars().next()?;
            match letter {
                ']' if !is_first => {
                    self.copy(1);
                    return Some(());
                }
                '[' if self.rest.starts_with("[:") && self.rest.contains(":]") => {
                    let end = self.rest.find(":]")?;
                    let name = self.rest[2..end].trim_start_matches('^');
                    if !CLASSES.contains(&name) {
                        return None;
                    }
                    self.copy(end + 2);
                }
                '\\' => self.escape()?,
                '[' | '&' | '~' => {
                    self.out.push('\\');
                    self.copy(1);
                }
                letter => self.copy(letter.len_utf8()),
            }
            is_first = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_of_the_whole_value() {
        assert!(matches("/api/v[0-9]+", "/api/v12") && !matches("/api/v[0-9]+", "/api/v1/"));
        assert!(matches("a|b", "b") && !matches("a|b", "bc"));
        assert!(!matches("(", "(") && !is_valid("(") && !is_valid("(?=a)"));
    }

    #[test]
    fn what_re2_takes_literally_is_literal() {
        assert!(matches("/users/{id}", "/users/{id}"));
        assert!(matches("a{2}", "aa") && !matches("a{2}", "a{2}"));
        assert!(matches(r"[[]x[&&]", "[x&") && matches("[]a]+", "]a"));
        assert!(matches(r"\Q.*\E+", ".*") && matches("[[:digit:]]+", "12"));
        assert!(!matches(r"\d", "\u{663}") && matches(r"\pL", "\u{e9}"));
    }

    /// As Envoy 1.40 takes them.
    #[test]
    fn what_re2_refuses_is_refused() {
        let refused = [
            "*",
            "a**",
            "a++",
            "a{2}{3}",
            "a{1001}",
            "(?x)a",
            r"\8",
            r"\1",
            r"\e",
            r"\u00e9",
            r"a\Z",
            "[[:foo:]]",
            "[z-a]",
            "/(?!a)",
            "a)",
            "[a",
        ];
        for pattern in refused {
            assert!(!is_valid(pattern), "{pattern}");
        }
        let taken = [
            "/{id}", "/a{,2}", r"\/a\_", r"\<a", "(?<n>a)", r"a\z", r"\C", "x]}", "()", "a||b",
            r"\012", "a*?", "(?i)a", "(?P<n>a)", "(?i-s:a)",
        ];
        for pattern in taken {
            assert!(is_valid(pattern), "{pattern}");
        }
    }

    #[test]
    fn groups_are_named_by_number() {
        let pattern = "^/users/([^/]+)/(.*)$";
        assert_eq!(replaced(pattern, r"/\2?user=\1", "/users/7/orders"), "/orders?user=7");
        assert_eq!(replaced("/v([0-9])", r"/w\1", "/part/v1/v2"), "/part/w1/w2");
        assert_eq!(replaced("x", r"\0\\", "axb"), r"ax\b");
    }
}

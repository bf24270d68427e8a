//! Whether a regular expression is one, as istiod checks it: by the syntax of Go's `regexp` (1.26),
//! which is RE2's with what Perl adds to it.

use std::iter::Peekable;
use std::str::Chars;

/// The longest expression that istiod takes, in bytes (Istio 1.30, `validateStringRegexp`).
const LONGEST: usize = 1024;

/// The most repetitions that may be asked for by number (Go 1.26, `regexp/syntax`).
const MOST: u32 = 1000;

/// Checks an expression; else why it is none. Counted repetitions within each other, of which Go
/// bounds the product too, are left to istiod.
///
/// # Errors
/// A clause: it is empty, over 1,024 bytes long, or not of the syntax, with what is wrong in it.
pub fn check(pattern: &str) -> Result<(), String> {
    if pattern.is_empty() {
        return Err("the regular expression is empty".to_owned());
    }
    if pattern.len() > LONGEST {
        let length = pattern.len();
        return Err(format!("the regular expression has {length} bytes, and {LONGEST} are taken"));
    }
    let mut reader = Reader { rest: pattern.chars().peekable(), open: 0, last: Last::Nothing };
    reader.read().map_err(|reason| format!("not a regular expression of RE2: {reason}"))
}

/// What stands before a place, as far as it matters to an operator that repeats it.
#[derive(Clone, Copy, PartialEq)]
enum Last {
    /// Nothing that could be repeated.
    Nothing,
    /// Something that can be.
    Operand,
    /// Something that is already.
    Repeated,
}

struct Reader<'p> {
    rest: Peekable<Chars<'p>>,
    open: usize,
    last: Last,
}

impl Reader<'_> {
    fn read(&mut self) -> Result<(), String> {
        while let Some(letter) = self.rest.next() {
            match letter {
                '(' => self.group()?,
                ')' if self.open == 0 => return Err("a ) without its (".to_owned()),
                ')' => {
                    self.open -= 1;
                    self.last = Last::Operand;
                }
                '|' => self.last = Last::Nothing,
                '[' => {
                    self.class()?;
                    self.last = Last::Operand;
                }
                '*' | '+' | '?' => self.repeat(&letter.to_string())?,
                '{' => self.count()?,
                '\\' => self.escape_outside()?,
                _ => self.last = Last::Operand,
            }
        }
        if self.open > 0 { Err("a ( without its )".to_owned()) } else { Ok(()) }
    }

    fn group(&mut self) -> Result<(), String> {
        let before = self.last;
        self.last = Last::Nothing;
        if self.rest.next_if_eq(&'?').is_none() {
            self.open += 1;
            return Ok(());
        }
        let is_p = self.rest.next_if_eq(&'P').is_some();
        if self.rest.next_if_eq(&'<').is_some() {
            let name: String = self.rest.by_ref().take_while(|it| *it != '>').collect();
            let is_name =
                !name.is_empty() && name.chars().all(|it| it.is_alphanumeric() || it == '_');
            if !is_name {
                return Err(
                    "it has a group whose name is none; looking behind is not in it".to_owned()
                );
            }
            self.open += 1;
            return Ok(());
        }
        if is_p {
            return Err("(?P is followed by <name>".to_owned());
        }
        loop {
            match self.rest.next() {
                Some('i' | 'm' | 's' | 'U' | '-') => {}
                Some(':') => {
                    self.open += 1;
                    return Ok(());
                }
                // Flags alone stand for nothing: what follows repeats what was before them.
                Some(')') => {
                    self.last = if before == Last::Nothing { before } else { Last::Operand };
                    return Ok(());
                }
                Some('=' | '!') => return Err("looking ahead is not in it".to_owned()),
                _ => return Err("it has a (? that is followed by no flags".to_owned()),
            }
        }
    }

    fn repeat(&mut self, operator: &str) -> Result<(), String> {
        let before = self.last;
        // It takes as little as it can.
        let _: Option<char> = self.rest.next_if_eq(&'?');
        self.last = Last::Repeated;
        match before {
            Last::Nothing => Err(format!("there is nothing that {operator} could repeat")),
            Last::Repeated => Err(format!("{operator} repeats what is repeated already")),
            Last::Operand => Ok(()),
        }
    }

    /// `{2}`, `{2,}` or `{2,5}`; all else is a brace.
    fn count(&mut self) -> Result<(), String> {
        let ahead: String = self.rest.clone().take_while(|it| *it != '}').collect();
        let is_closed = self.rest.clone().nth(ahead.chars().count()) == Some('}');
        let (least, most) = ahead.split_once(',').map_or((&*ahead, None), |(a, b)| (a, Some(b)));
        let is_number = |text: &str| {
            !text.is_empty()
                && text.bytes().all(|it| it.is_ascii_digit())
                && (text.len() == 1 || !text.starts_with('0'))
        };
        let is_count =
            is_closed && is_number(least) && most.is_none_or(|it| it.is_empty() || is_number(it));
        if !is_count {
            self.last = Last::Operand;
            return Ok(());
        }
        let _: Option<char> = self.rest.nth(ahead.chars().count());
        let number = |text: &str| text.parse::<u32>().unwrap_or(u32::MAX);
        let (least, most) = (number(least), most.filter(|it| !it.is_empty()).map(number));
        if least > MOST || most.is_some_and(|most| most > MOST || most < least) {
            return Err(format!("{{{ahead}}} is not a number of repetitions up to {MOST}"));
        }
        self.repeat(&format!("{{{ahead}}}"))
    }

    fn escape_outside(&mut self) -> Result<(), String> {
        match self.rest.peek() {
            Some('Q') => {
                let quoted: String = self.rest.by_ref().skip(1).collect();
                let (inside, behind) = quoted.split_once("\\E").unwrap_or((&quoted, ""));
                // An empty quotation, too, stands between two repetitions.
                if !inside.is_empty() || self.last == Last::Repeated {
                    self.last = Last::Operand;
                }
                let mut rest =
                    Reader { rest: behind.chars().peekable(), open: self.open, last: self.last };
                self.open = 0;
                return rest.read();
            }
            Some('A' | 'b' | 'B' | 'z') => {
                let _: Option<char> = self.rest.next();
            }
            _ => self.escape()?,
        }
        self.last = Last::Operand;
        Ok(())
    }

    /// What stands behind a backslash, inside and outside of brackets.
    fn escape(&mut self) -> Result<(), String> {
        let Some(letter) = self.rest.next() else {
            return Err("it ends in a backslash".to_owned());
        };
        let is_octal = |it: &char| ('0'..='7').contains(it);
        match letter {
            'd' | 'D' | 's' | 'S' | 'w' | 'W' | 'a' | 'f' | 'n' | 'r' | 't' | 'v' => Ok(()),
            'p' | 'P' => self.unicode_class(),
            '1'..='7' if !self.rest.peek().is_some_and(is_octal) => {
                Err(format!("\\{letter}: what a group matched cannot be asked for again"))
            }
            '0'..='7' => {
                for _ in 0..2 {
                    let _: Option<char> = self.rest.next_if(|it| is_octal(it));
                }
                Ok(())
            }
            'x' => self.hexadecimal(),
            it if it.is_ascii() && !it.is_ascii_alphanumeric() => Ok(()),
            it => Err(format!("\\{it} means nothing")),
        }
    }

    fn hexadecimal(&mut self) -> Result<(), String> {
        let is_braced = self.rest.next_if_eq(&'{').is_some();
        let digits: String = if is_braced {
            self.rest.by_ref().take_while(|it| *it != '}').collect()
        } else {
            self.rest.by_ref().take(2).collect()
        };
        let is_whole = is_braced || digits.len() == 2;
        match u32::from_str_radix(&digits, 16) {
            Ok(code) if is_whole && code <= u32::from(char::MAX) => Ok(()),
            _ => Err("\\x is followed by no character's number".to_owned()),
        }
    }

    fn unicode_class(&mut self) -> Result<(), String> {
        if self.rest.next_if_eq(&'{').is_none() {
            let is_class = self.rest.next().is_some_and(|it| "CLMNPSZclmnpsz".contains(it));
            return if is_class { Ok(()) } else { Err("\\p is followed by no class".to_owned()) };
        }
        let is_closed = self.rest.clone().any(|it| it == '}');
        let name: String = self.rest.by_ref().take_while(|it| *it != '}').collect();
        let name = name.strip_prefix('^').unwrap_or(&name);
        if is_closed
            && !name.is_empty()
            && name.chars().all(|it| it.is_ascii_alphabetic() || it == '_')
        {
            return Ok(());
        }
        Err("\\p is followed by no class of characters".to_owned())
    }

    /// What stands in brackets.
    fn class(&mut self) -> Result<(), String> {
        let _: Option<char> = self.rest.next_if_eq(&'^');
        let mut is_first = true;
        let mut from: Option<char> = None;
        loop {
            let Some(letter) = self.rest.next() else { return Err("a [ without its ]".to_owned()) };
            if letter == ']' && !is_first {
                return Ok(());
            }
            is_first = false;
            if letter == '['
                && from.is_none()
                && self.rest.peek() == Some(&':')
                && self.named_class()?
            {
                continue;
            }
            let is_escape = letter == '\\';
            if is_escape {
                let is_class = self.rest.peek().is_some_and(|it| "dDsSwWpP".contains(*it));
                self.escape()?;
                if is_class {
                    if from.is_some() {
                        return Err("a range ends in a class".to_owned());
                    }
                    continue;
                }
            }
            // The value of an escape is not worked out, so a range with one is not judged.
            let value = (!is_escape).then_some(letter);
            if let (Some(low), Some(high)) = (from.take(), value) {
                if high < low {
                    return Err(format!("the range {low}-{high} runs backwards"));
                }
                continue;
            }
            let mut ahead = self.rest.clone();
            let is_range = ahead.next() == Some('-') && ahead.next().is_some_and(|it| it != ']');
            if is_range {
                let _: Option<char> = self.rest.next();
                from = value.or(Some('\0'));
            }
        }
    }

    /// `[:alpha:]`; whether there is one.
    fn named_class(&mut self) -> Result<bool, String> {
        const NAMES: [&str; 14] = [
            "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print",
            "punct", "space", "upper", "word", "xdigit",
        ];
        let ahead: String = self.rest.clone().skip(1).collect();
        let Some((name, _)) = ahead.split_once(":]") else { return Ok(false) };
        if !NAMES.contains(&name.strip_prefix('^').unwrap_or(name)) {
            return Err(format!("there is no class [:{name}:]"));
        }
        let _: Option<char> = self.rest.nth(name.chars().count() + 2);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn what_go_compiles_is_taken() {
        let good = [
            ".*",
            "/v[0-9]+/.*",
            "(?i)/a|/b",
            "(?P<name>a)(?<other>b)(?:c)(?s-m:d)",
            "a{2}b{2,}c{2,5}d{,5}e{x}f{",
            "a*?b+?c??d{2}?",
            "[]a]",
            "[^]a-z-]",
            "[[:alpha:][:^digit:]_]",
            "[[a]b]",
            r"\Q(*\E+",
            r"\.\/\-\_\d\D\pL\p{Greek}\P{^Lu}\x41\x{1F600}\012\123",
            r"[\d\]\\-z]",
            "^$|",
            "(a|)",
            "ä+",
            "()*",
        ];
        for pattern in good {
            assert_eq!(check(pattern), Ok(()), "{pattern}");
        }
    }

    #[test]
    fn what_go_does_not_compile_is_refused() {
        let bad = [
            "", "(", ")", "(a", "a)", "[a", "[z-a]", "*", "+a", "a**", "a+*", "a{2}{3}", "(*a)",
            "a|*", "(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "(?P=a)", "(?x)a", r"\1", r"(a)\1", "\\",
            r"\C", r"\Z", r"\h", r"\x{zz}", r"\xg0", r"\p{}", "[[:no:]]", "a{1001}", "a{5,2}",
            "(?", "[", r"[\", "{2}",
        ];
        for pattern in bad {
            assert!(check(pattern).is_err(), "{pattern}");
        }
        assert!(check(&"a".repeat(1025)).is_err() && check(&"a".repeat(1024)).is_ok());
    }
}

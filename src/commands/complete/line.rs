//! What of a command line is to be completed, by clap's own definition of it. Pure.

use clap::{Arg, ArgAction, Command};

/// What is to be completed.
#[derive(Debug)]
pub(super) struct Asked<'c> {
    /// The command that the line has come to.
    pub(super) command: &'c Command,
    /// What stands there.
    pub(super) what: What<'c>,
    /// What of the last word stays before each value: `-o` of `-oj`, `secrets,` of `secrets,po`.
    /// A flag with its `=` is not among it: the shells' scripts put that back, as cobra's do.
    pub(super) lead: String,
    /// What each value begins with.
    pub(super) begun: String,
    /// What was given before, flags that take no value without one.
    pub(super) given: Vec<(&'c Arg, Option<String>)>,
}

/// What stands at the end of a command line.
#[derive(Clone, Copy, Debug)]
pub(super) enum What<'c> {
    /// A flag.
    Flag,
    /// The value of an argument.
    Value(&'c Arg),
    /// The name of a subcommand.
    Subcommand,
    /// Nothing that the command would take.
    Nothing,
}

/// What the last of these words is; the name of the program is not among them. The command has
/// been built, so that it knows the global flags too.
pub(super) fn asked<'c>(program: &'c Command, words: &[String]) -> Asked<'c> {
    let mut walk =
        Walk { command: program, given: Vec::new(), open: None, positionals: 0, is_literal: false };
    let Some((last, before)) = words.split_last() else { return walk.end("") };
    for word in before {
        walk.take(word);
    }
    walk.end(last)
}

/// How far the line has been read.
struct Walk<'c> {
    command: &'c Command,
    given: Vec<(&'c Arg, Option<String>)>,
    /// The flag that the next word is the value of.
    open: Option<&'c Arg>,
    positionals: usize,
    /// After `--` no word is a flag.
    is_literal: bool,
}

/// A word that begins with a dash.
enum Dashed<'c, 'w> {
    /// A flag, with the value that came with it.
    Flag(Option<&'c Arg>, Option<&'w str>),
    /// Short flags without a value, and the last of them, with what came with it.
    Shorts(Vec<&'c Arg>, Option<(&'c Arg, &'w str)>),
}

impl<'c> Walk<'c> {
    fn take(&mut self, word: &str) {
        if let Some(arg) = self.open.take() {
            self.given.push((arg, Some(word.to_owned())));
            return;
        }
        if !self.is_literal && word == "--" {
            self.is_literal = true;
            return;
        }
        match self.dashed(word) {
            Some(Dashed::Flag(None, _)) => {}
            Some(Dashed::Flag(Some(arg), value)) => self.flag(arg, value),
            Some(Dashed::Shorts(flags, last)) => {
                self.given.extend(flags.into_iter().map(|it| (it, None)));
                if let Some((arg, value)) = last {
                    let value = value.strip_prefix('=').unwrap_or(value);
                    self.flag(arg, Some(value).filter(|it| !it.is_empty()));
                }
            }
            None => self.plain(word),
        }
    }

    fn flag(&mut self, arg: &'c Arg, value: Option<&str>) {
        if value.is_none() && takes_next_word(arg) {
            self.open = Some(arg);
        } else {
            self.given.push((arg, value.map(str::to_owned)));
        }
    }

    fn plain(&mut self, word: &str) {
        if self.positionals == 0
            && !self.is_literal
            && let Some(subcommand) = self.command.find_subcommand(word)
        {
            self.command = subcommand;
            return;
        }
        if let Some(arg) = self.positional() {
            self.given.push((arg, Some(word.to_owned())));
        }
        self.positionals += 1;
    }

    /// The word, taken apart, if it is a flag or several.
    fn dashed<'w>(&self, word: &'w str) -> Option<Dashed<'c, 'w>> {
        if self.is_literal || word.len() < 2 {
            return None;
        }
        if let Some(long) = word.strip_prefix("--") {
            let (name, value) = match long.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (long, None),
            };
            let is_it = |it: &&Arg| it.get_long() == Some(name);
            return Some(Dashed::Flag(self.command.get_arguments().find(is_it), value));
        }
        let shorts = word.strip_prefix('-')?;
        let mut flags = Vec::new();
        for (at, letter) in shorts.char_indices() {
            let is_it = |it: &&Arg| it.get_short() == Some(letter);
            let Some(arg) = self.command.get_arguments().find(is_it) else { break };
            if arg.get_action().takes_values() {
                return Some(Dashed::Shorts(flags, Some((arg, &shorts[at + letter.len_utf8()..]))));
            }
            flags.push(arg);
        }
        Some(Dashed::Shorts(flags, None))
    }

    /// The argument that the next plain word is.
    fn positional(&self) -> Option<&'c Arg> {
        let mut all: Vec<&Arg> = self.command.get_positionals().collect();
        all.sort_by_key(|it| it.get_index());
        let repeats = |it: &&&Arg| matches!(it.get_action(), ArgAction::Append);
        all.get(self.positionals).or(all.last().filter(repeats)).copied()
    }

    fn end(self, last: &str) -> Asked<'c> {
        if let Some(arg) = self.open {
            return self.value(arg, "", last);
        }
        match self.dashed(last) {
            Some(Dashed::Flag(Some(arg), Some(value))) if arg.get_action().takes_values() => {
                self.value(arg, "", value)
            }
            Some(Dashed::Flag(_, Some(_))) => self.asked(What::Nothing, "", last),
            Some(Dashed::Shorts(_, Some((arg, value)))) if !value.is_empty() => {
                match value.strip_prefix('=') {
                    Some(value) => self.value(arg, "", value),
                    None => self.value(arg, &last[..last.len() - value.len()], value),
                }
            }
            Some(_) => self.asked(What::Flag, "", last),
            None if last == "-" && !self.is_literal => self.asked(What::Flag, "", last),
            None => match self.positional() {
                Some(arg) => self.value(arg, "", last),
                None if self.positionals == 0 && self.command.has_subcommands() => {
                    self.asked(What::Subcommand, "", last)
                }
                None => self.asked(What::Nothing, "", last),
            },
        }
    }

    /// A value, of which only what comes after the last comma is completed where it is a list.
    fn value(self, arg: &'c Arg, lead: &str, value: &str) -> Asked<'c> {
        let done = arg.get_value_delimiter().and_then(|comma| value.rfind(comma));
        let (before, begun) = value.split_at(done.map_or(0, |at| at + 1));
        self.asked(What::Value(arg), &format!("{lead}{before}"), begun)
    }

    fn asked(self, what: What<'c>, lead: &str, begun: &str) -> Asked<'c> {
        let (lead, begun) = (lead.to_owned(), begun.to_owned());
        Asked { command: self.command, what, lead, begun, given: self.given }
    }
}

/// Whether the value of a flag is the word after it.
fn takes_next_word(arg: &Arg) -> bool {
    arg.get_action().takes_values() && !arg.is_require_equals_set()
}

impl Asked<'_> {
    /// The global flags that were given, as one writes them.
    pub(super) fn globals(&self) -> Vec<String> {
        let globals = self.given.iter().filter(|(arg, _)| arg.is_global_set());
        let written = globals.filter_map(|(arg, value)| {
            let name = arg.get_long()?;
            Some(match value {
                Some(value) => format!("--{name}={value}"),
                None => format!("--{name}"),
            })
        });
        written.collect()
    }

    /// What was given last of the argument with that value in the help: `PATH`.
    pub(super) fn given(&self, value_name: &str) -> Option<&str> {
        let is_it = |(arg, _): &&(&Arg, Option<String>)| is_called(arg, value_name);
        self.given.iter().rev().find(is_it).and_then(|(_, value)| value.as_deref())
    }

    /// All that was given of it.
    pub(super) fn all(&self, value_name: &str) -> Vec<String> {
        let it = self.given.iter().filter(|(arg, _)| is_called(arg, value_name));
        it.filter_map(|(_, value)| value.clone()).collect()
    }

    /// Whether a flag was given.
    pub(super) fn has(&self, flag: &str) -> bool {
        self.given.iter().any(|(arg, _)| arg.get_long() == Some(flag))
    }
}

/// Whether the help calls an argument's value so.
pub(super) fn is_called(arg: &Arg, value_name: &str) -> bool {
    arg.get_value_names().into_iter().flatten().any(|it| it.as_str() == value_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is asked, in words: the command, what stands there, the lead and what is begun.
    fn said(line: &str) -> String {
        let mut program = crate::commands::command("igwctl");
        program.build();
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let asked = asked(&program, &words);
        let what = match asked.what {
            What::Flag => "a flag".to_owned(),
            What::Value(arg) => format!("value of {}", arg.get_id()),
            What::Subcommand => "a subcommand".to_owned(),
            What::Nothing => "nothing".to_owned(),
        };
        let name = asked.command.get_name();
        let globals = asked.globals().join(" ");
        format!("{name}: {what} [{}|{}] {globals}", asked.lead, asked.begun).trim_end().to_owned()
    }

    #[test]
    fn the_end_of_a_line_is_what_clap_would_take_it_for() {
        for (line, expected) in [
            ("", "igwctl: a subcommand [|]"),
            ("dia", "igwctl: a subcommand [|dia]"),
            ("-n shop dia", "igwctl: a subcommand [|dia] --namespace=shop"),
            ("help dis", "help: a subcommand [|dis]"),
            ("discover ", "discover: value of name [|]"),
            ("discover shop ", "discover: nothing [|]"),
            ("discover -", "discover: a flag [|-]"),
            ("discover --re", "discover: a flag [|--re]"),
            ("discover --resolver ", "discover: value of resolver [|]"),
            ("discover -o", "discover: a flag [|-o]"),
            ("discover -o ", "discover: value of output [|]"),
            ("discover -oj", "discover: value of output [-o|j]"),
            ("discover -o=j", "discover: value of output [|j]"),
            ("discover --output=j", "discover: value of output [|j]"),
            ("discover --ip=x", "discover: nothing [|--ip=x]"),
            ("discover -An sh", "discover: value of namespace [|sh] --all-namespaces"),
            ("diagnose a b ", "diagnose: value of paths [|]"),
            ("diagnose -- --x", "diagnose: value of paths [|--x]"),
            ("diagnose --complete ", "diagnose: value of paths [|]"),
            ("diagnose --complete=pods,se", "diagnose: value of complete [pods,|se]"),
            ("diagnose --no-such x ", "diagnose: value of paths [|]"),
            ("delete --context=a --as b ", "delete: value of app [|] --context=a --as=b"),
            ("delete -nshop ", "delete: value of app [|] --namespace=shop"),
        ] {
            assert_eq!(said(line), expected, "{line:?}");
        }
    }
}

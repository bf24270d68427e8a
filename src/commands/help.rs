//! What stands below the flags: the shortest in `--help`, which is a screen, and all of it in
//! `igwctl help COMMAND` and the man page. A flag that is seldom wanted has
//! `hide_short_help = true`, and is left to the latter two.

use clap::Command;

use crate::exit;

/// How many lines of examples a screen has at most.
const EXAMPLES: usize = 9;

/// Where the flags stand that all subcommands take and none shows.
const ELSEWHERE: &str =
    "igwctl --help has the flags of all commands: --context, --kubeconfig, --color and others.\n\n";

/// A command that tells these examples and this prose, in the name that it was called by.
pub(super) fn told(command: Command, text: &str) -> Command {
    let called = command.get_bin_name().unwrap_or("igwctl").to_owned();
    let (program, name) = match called.strip_prefix("kubectl igw") {
        Some(name) => ("kubectl igw", name),
        None => ("igwctl", called.strip_prefix("igwctl").unwrap_or(&called)),
    };
    let (examples, prose) = parted(text);
    let indented = |examples: &str| {
        let lines = examples.lines().map(|it| format!("  {it}\n").replace("  \n", "\n"));
        lines.collect::<String>().replace("igwctl ", &format!("{program} "))
    };
    let mut lines = 0;
    let first = examples.split("\n\n").take_while(|it| {
        lines += it.lines().count() + usize::from(lines > 0);
        lines <= EXAMPLES
    });
    let first: Vec<&str> = first.collect();
    let heading = *command.get_styles().get_header();
    let title = format!("{heading}Examples:{heading:#}\n");
    let short = format!(
        "{title}{}\n{}\nAll flags, and more to read: {program} help{name}, {program} man{name}",
        indented(&first.join("\n\n")),
        exit::brief().replace("Exit codes:", &format!("{heading}Exit codes:{heading:#}")),
    );
    let mut long = String::new();
    for paragraph in paragraphs(&prose) {
        // The terminal is what it is wrapped for.
        let is_kept = is_laid_out(paragraph);
        long += &if is_kept { paragraph.to_owned() } else { paragraph.replace('\n', " ") };
        long += "\n\n";
    }
    long += &format!("{title}{}\n{}", indented(&examples), end());
    command.after_help(short).after_long_help(long)
}

/// What each command's full help ends with.
pub(super) fn end() -> String {
    ELSEWHERE.to_owned() + &exit::help()
}

/// The paragraphs of a text.
pub(super) fn paragraphs(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n\n").filter(|it| !it.trim().is_empty()).map(|it| it.trim_matches('\n'))
}

/// Whether its lines are to stay as they are.
pub(super) fn is_laid_out(paragraph: &str) -> bool {
    paragraph.lines().any(|line| line.starts_with(' '))
}

/// The examples of a command's help, and the rest of it.
pub(super) fn parted(help: &str) -> (String, String) {
    let (mut examples, mut prose) = (String::new(), String::new());
    let mut is_example = false;
    for line in help.lines() {
        if matches!(line, "Example:" | "Examples:") {
            is_example = true;
            continue;
        }
        is_example &= line.is_empty() || line.starts_with(' ');
        if is_example {
            examples += line.strip_prefix("  ").unwrap_or(line);
            examples.push('\n');
        } else {
            prose += line;
            prose.push('\n');
        }
    }
    (examples.trim_matches('\n').to_owned(), prose)
}

//! What `--help` is: one screen with examples, the rest a word away.

use clap::Command;

use crate::support::{Igwctl, repository};

/// The lines of a screen.
const SCREEN: usize = 50;

/// The subcommands, as clap has them.
fn commands() -> Vec<Command> {
    let mut program = igwctl::commands::command("igwctl");
    program.build();
    program.get_subcommands().filter(|it| it.get_name() != "help").cloned().collect()
}

fn help(line: &[&str], columns: usize) -> String {
    Igwctl::new(line).env("COLUMNS", &columns.to_string()).run().exits(0).text()
}

#[test]
fn each_help_is_one_screen_with_examples_and_says_where_the_rest_is() {
    let commands = commands();
    let names = commands.iter().map(Command::get_name);
    for name in names.chain([""]) {
        let line: Vec<&str> = [name, "--help"].into_iter().filter(|it| !it.is_empty()).collect();
        for columns in [80, 100] {
            let text = help(&line, columns);
            let count = text.lines().count();
            assert!(count <= SCREEN, "{name}: {count} lines at {columns} columns\n{text}");
            let is_wide = |it: &&str| it.chars().count() > columns;
            assert_eq!(text.lines().find(is_wide), None, "{name} at {columns} columns");
            let (_, examples) = text.split_once("\nExamples:\n").expect("examples");
            let (examples, codes) = examples.split_once("\n\nExit codes: ").expect("exit codes");
            assert!(examples.contains("igwctl"), "{text}");
            // One that is wrapped cannot be copied.
            let wrapped = examples.lines().find(|it| !it.is_empty() && !it.starts_with("  "));
            assert_eq!(wrapped, None, "{name} at {columns} columns");
            let rest = format!("igwctl help {name}").trim_end().to_owned();
            assert!(codes.contains("0 done") && codes.contains(&rest), "{text}");
            assert!(codes.contains(format!("igwctl man {name}").trim_end()), "{text}");
        }
        let short: Vec<&str> = [name, "-h"].into_iter().filter(|it| !it.is_empty()).collect();
        assert_eq!(help(&short, 80), help(&line, 80));
    }
}

#[test]
fn each_flag_is_in_the_full_help_and_in_the_man_page() {
    let general = std::fs::read_to_string(repository("man/igwctl.1")).unwrap();
    let mut left_out = 0;
    for command in commands() {
        let name = command.get_name();
        let page = std::fs::read_to_string(repository(&format!("man/igwctl-{name}.1"))).unwrap();
        let (full, short) = (help(&["help", name], 80), help(&[name, "--help"], 80));
        for flag in command.get_arguments().filter_map(clap::Arg::get_long) {
            let is_in = |text: &str, flag: &str| {
                let is_name = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '.');
                let ends = |(at, _): (usize, &str)| !text[at + flag.len()..].starts_with(is_name);
                text.match_indices(flag).any(ends)
            };
            let written = format!("--{flag}");
            let is_in_page =
                |page: &str| is_in(&page.replace("\\fR", " ").replace('\\', ""), &written);
            if is_in_page(&general) {
                continue;
            }
            assert!(is_in_page(&page), "{name} {written} is not in its man page");
            assert!(is_in(&full, &written), "{name} {written} is not in igwctl help {name}");
            left_out += usize::from(!is_in(&short, &written));
        }
        // The full help has all examples and all that is to be read.
        let examples = |text: &str| text.lines().filter(|it| it.starts_with("  # ")).count();
        assert!(examples(&full) >= examples(&short) && full.contains("\nExit codes:\n  0 "));
    }
    assert!(left_out > 30, "{left_out}: a screen has not everything");
}

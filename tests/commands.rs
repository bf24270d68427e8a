//! Flags, streams and exit codes of every command.

use crate::support::terminal::Terminal;
use crate::support::{Igwctl, Scratch, diagnose, repository};

/// The commands that there are.
const COMMANDS: [&str; 15] = [
    "discover",
    "diagnose",
    "probe",
    "render",
    "apply",
    "diff",
    "delete",
    "list",
    "bootstrap",
    "wizard",
    "explain",
    "snapshot",
    "completion",
    "man",
    "version",
];

fn run<const N: usize>(args: [&str; N]) -> crate::support::Ran {
    Igwctl::new(args).run()
}

#[test]
fn explain_has_a_page_for_every_code() {
    for check in igwctl::diagnose::checks::ALL {
        let ran = run(["explain", check.code]).exits(0);
        let text = ran.text();
        assert!(text.contains(check.code) && text.contains(check.title), "{text}");
        assert_eq!(run(["explain", &check.code.to_lowercase()]).exits(0).text(), text);
    }
}

#[test]
fn explain_lists_the_codes_and_shows_all_pages() {
    let list = run(["explain", "--list"]).exits(0).text();
    let all = run(["explain", "--all"]).exits(0).text();
    assert_eq!(list.lines().count(), igwctl::diagnose::checks::ALL.len());
    for line in list.lines() {
        let (code, title) = line.split_once("  ").unwrap();
        assert!(all.contains(&format!("## {code}\n\n**{title}**")), "{line}");
    }
    assert_eq!(all, std::fs::read_to_string(repository("docs/checks.md")).unwrap());
}

#[test]
fn explain_says_which_code_it_does_not_know() {
    let ran = run(["explain", "IGW9999"]).exits(2);
    assert!(
        ran.errors().contains("IGW9999") && ran.errors().contains("--list"),
        "{}",
        ran.errors()
    );
    assert!(ran.stdout.is_empty());
    run(["explain"]).exits(2);
}

#[test]
fn version_is_told_in_every_format() {
    let version = env!("CARGO_PKG_VERSION");
    let text = run(["version"]).exits(0).text();
    let first: Vec<&str> = text.lines().next().unwrap().split_whitespace().collect();
    assert_eq!(first, ["igwctl", version]);
    assert_eq!(run(["--version"]).exits(0).text(), format!("igwctl {version}\n"));
    let json = run(["version", "-o", "json"]).exits(0);
    let value: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    let expected =
        serde_json::json!({"apiVersion": "igwctl/v1", "kind": "Version", "client": version});
    assert_eq!(value, expected);
    let yaml = run(["version", "-o", "yaml"]).exits(0).text();
    assert_eq!(igwctl::model::yaml::read::<serde_json::Value>(&yaml).unwrap(), expected);
}

#[test]
fn completion_is_there_for_four_shells() {
    for (shell, file) in [
        ("bash", "igwctl.bash"),
        ("zsh", "_igwctl"),
        ("fish", "igwctl.fish"),
        ("powershell", "igwctl.ps1"),
    ] {
        let kept = std::fs::read_to_string(repository("completions").join(file)).unwrap();
        assert_eq!(run(["completion", shell]).exits(0).text(), kept);
        assert!(kept.contains("__complete"), "{shell}");
    }
    run(["completion", "tcsh"]).exits(2);
}

#[test]
fn every_command_has_a_man_page() {
    for command in COMMANDS {
        let page = run(["man", command]).exits(0).text();
        assert!(page.contains(".TH") && page.contains(command), "{page}");
    }
    assert!(run(["man"]).exits(0).text().contains("EXIT STATUS"));
    let ran = run(["man", "nothing"]).exits(2);
    assert!(ran.errors().contains("igwctl-diagnose"), "{}", ran.errors());
    let ran = run(["man", "diagnos"]).exits(2);
    assert!(ran.errors().contains("the nearest name is diagnose\n"), "{}", ran.errors());
}

#[test]
fn help_names_the_exit_codes() {
    for command in COMMANDS {
        let text = run([command, "--help"]).exits(0).text();
        assert!(text.contains("Usage: igwctl"), "{text}");
    }
    for args in [["diagnose", "--help"], ["help", "diagnose"], ["snapshot", "--help"]] {
        let text = run(args).exits(0).text();
        for code in ["Exit codes", "65", "141"] {
            assert!(text.contains(code), "{args:?} does not name {code}:\n{text}");
        }
    }
    assert!(run(["--help"]).exits(0).text().contains("Exit codes"));
}

#[test]
fn a_wrong_command_line_is_2_and_prints_nothing_on_standard_output() {
    let wrong: [&[&str]; 12] = [
        &[],
        &["frobnicate"],
        &["diagnose", "-", "-o", "sarif"],
        &["diagnose", "-", "--fail-on", "never"],
        &["diagnose", "-", "--now", "yesterday"],
        &["diagnose", "-", "--complete=widgets"],
        &["diagnose", "-", "--assume-gateway", "Not A Namespace"],
        &["diagnose", "-", "--assume-gateway", "istio-system:istio"],
        &["diagnose", "-", "--gateway", "a/"],
        &["diagnose", "-", "--color", "sometimes"],
        &["diagnose", "-", "--no-such-flag"],
        &["snapshot", "tests/captures"],
    ];
    for args in wrong {
        let ran = Igwctl::new(args).run().exits(2);
        assert!(ran.stdout.is_empty(), "{args:?}: {}", ran.text());
        assert!(!ran.errors().is_empty(), "{args:?}");
    }
}

#[test]
fn without_a_path_the_cluster_is_asked_and_without_a_kubeconfig_that_is_3() {
    for args in [["diagnose"], ["snapshot"]] {
        let ran = run(args).exits(3);
        assert!(ran.stdout.is_empty(), "{}", ran.text());
        assert!(ran.errors().contains("kubeconfig"), "{}", ran.errors());
    }
}

#[test]
fn what_is_taken_instead_is_said() {
    let errors = run(["diagnose", "-", "--complete=widgets"]).exits(2).errors();
    assert!(errors.contains("widgets") && errors.contains("secrets"), "{errors}");
    let errors = run(["diagnose", "-", "-o", "sarif"]).exits(2).errors();
    assert!(errors.contains("json") && errors.contains("yaml"), "{errors}");
}

#[test]
fn a_reader_that_goes_away_is_141() {
    let log = "2026-11-24T02:27:17.428674Z\twarn\tads\tfailed to fetch key and certificate for \
               kubernetes://shop-cert: secret istio-system/shop-cert not found\n";
    for format in ["table", "json", "yaml", "name"] {
        let code = diagnose(["-", "-o", format]).stdin(log).run_unheard();
        assert_eq!(code, Some(141), "-o {format}");
    }
}

#[test]
fn a_plugin_of_kubectl_is_called_as_one() {
    let scratch = Scratch::new();
    let plugin = scratch.path("kubectl-igw");
    // A link, for a program that was just written may still be open in a process that another
    // test forks, and then cannot be run.
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_igwctl"), &plugin).unwrap();
    let output = std::process::Command::new(&plugin).args(["diagnose", "--help"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("Usage: kubectl igw diagnose"), "{text}");
    assert!(text.contains("\n  kubectl igw diagnose\n"), "{text}");
    assert!(text.contains("kubectl igw help diagnose, kubectl igw man diagnose"), "{text}");
}

#[test]
fn fail_on_decides_what_is_failed_for() {
    let warning = "2026-11-24T02:27:32.424146Z\twarning\tenvoy config\tgRPC config: initial fetch \
                   timed out for type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.\
                   Secret\tthread=17415\n";
    let error = "2026-11-24T02:27:17.428674Z\twarn\tads\tfailed to fetch key and certificate for \
                 kubernetes://shop-cert: secret istio-system/shop-cert not found\n";
    let code =
        |log: &str, fail_on| diagnose(["-", "--fail-on", fail_on]).stdin(log).run().code.unwrap();
    let names = ["error", "warning", "info", "undecided", "none"];
    assert_eq!(names.map(|name| code(warning, name)), [0, 1, 1, 0, 0]);
    assert_eq!(names.map(|name| code(error, name)), [1, 1, 1, 1, 0]);
    assert_eq!(names.map(|name| code("all is well\n", name)), [0; 5]);
}

#[test]
fn on_a_terminal_it_is_said_what_is_waited_for() {
    // Takes connections and never says a word.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    let scratch = Scratch::new();
    let kubeconfig = scratch.write(
        "kubeconfig",
        format!(
            r#"{{"current-context": "a", "contexts": [{{"name": "a", "context": {{"cluster": "a"}}}}],
                "clusters": [{{"name": "a", "cluster": {{"server": "https://{address}"}}}}]}}"#
        ),
    );
    let variables = [("KUBECONFIG", kubeconfig.to_str().unwrap())];
    for line in [
        "list",
        "delete shop --yes",
        "apply shop --host shop.example.com --yes",
        "discover",
        "diagnose",
        "snapshot --to bundle.yaml.gz",
        "version",
    ] {
        let mut words: Vec<&str> = line.split(' ').collect();
        words.extend(["--request-timeout", "2s"]);
        let terminal = Terminal::igwctl(&words, &variables, &scratch.path(""));
        terminal.shows("reading ");
        let (code, text) = terminal.ended();
        assert_eq!(code, 3, "{line}: {text}");
    }
}

#[test]
fn on_a_terminal_a_page_is_as_wide_as_that() {
    let terminal = Terminal::igwctl(&["explain", "IGW0301"], &[], &repository(""));
    let (code, text) = terminal.ended();
    assert_eq!(code, 0, "{text}");
    let widest = text.lines().map(|it| it.trim_end().chars().count()).max().unwrap();
    assert!((80..=100).contains(&widest), "{widest}: {text}");
    // Elsewhere a line is a paragraph, as in docs/checks.md.
    let piped = run(["explain", "IGW0301"]).exits(0).text();
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(words(&text), words(&piped));
    assert!(piped.lines().any(|it| it.chars().count() > 100), "{piped}");
}

#[test]
fn what_is_done_at_once_is_not_waited_for_in_sight() {
    let scratch = Scratch::new();
    let kubeconfig = scratch.write(
        "kubeconfig",
        r#"{"current-context": "a", "contexts": [{"name": "a", "context": {"cluster": "a"}}],
            "clusters": [{"name": "a", "cluster": {"server": "https://127.0.0.1:1"}}]}"#,
    );
    let variables = [("KUBECONFIG", kubeconfig.to_str().unwrap())];
    let (code, text) = Terminal::igwctl(&["list"], &variables, &scratch.path("")).ended();
    assert_eq!(code, 3, "{text}");
    assert!(text.contains("cannot be reached") && !text.contains("reading"), "{text}");
    // The next step, on a line of its own.
    assert!(text.contains("\n  kubectl cluster-info asks it too"), "{text}");
}

#[test]
fn on_a_terminal_an_error_is_broken_at_words() {
    let line = ["diagnose", "-", "--complete=widgets"];
    let piped = run(line).exits(2).errors();
    assert_eq!(piped.lines().count(), 1, "{piped}");
    let (code, text) = Terminal::igwctl(&line, &[], &repository("")).ended();
    assert_eq!(code, 2, "{text}");
    let plain = text.replace("\u{1b}[1m\u{1b}[31m", "").replace("\u{1b}[0m", "");
    assert!(plain.lines().all(|it| it.trim_end().chars().count() <= 100), "{plain}");
    assert!(plain.lines().skip(1).all(|it| it.starts_with("    ")), "{plain}");
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(words(&plain), words(&piped));
}

#[test]
fn where_the_locale_has_only_ascii_so_have_help_and_report() {
    let lines: [&[&str]; 4] = [
        &["diagnose", "tests/captures/04-secret-in-app-namespace"],
        &["discover", "--from", "tests/captures/04-secret-in-app-namespace"],
        &["render", "--help"],
        &["help", "render"],
    ];
    for line in lines {
        let text = Igwctl::new(line).env("LC_ALL", "C").run().text();
        let beyond = text.lines().find(|it| !it.is_ascii());
        assert_eq!(beyond, None, "{line:?}");
        assert!(text.lines().count() > 5, "{line:?}: {text}");
    }
}

#[test]
fn a_file_that_is_not_there_gets_the_nearest_beside_it() {
    let ran = run(["diagnose", "docs/check.md"]).exits(65);
    assert!(ran.errors().contains("the nearest name is docs/checks.md"), "{}", ran.errors());
    let ran = run(["render", "-f", "wholly/different.yaml"]).exits(65);
    assert!(ran.errors().contains("from the current folder"), "{}", ran.errors());
}

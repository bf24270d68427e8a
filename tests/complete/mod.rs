//! What is offered at a press of Tab: by the program, and in bash, zsh and fish.

mod shells;

use std::net::TcpListener;
use std::time::{Duration, Instant};

use crate::support::{Igwctl, Ran, Scratch};

/// What the program answers; the last word is what is typed so far.
fn ask(words: &[&str]) -> Igwctl {
    Igwctl::new(["__complete"]).args(words)
}

/// What is offered, without descriptions, and the directive.
#[track_caller]
fn offered(ran: Ran) -> (Vec<String>, String) {
    let ran = ran.exits(0);
    assert_eq!(ran.errors(), "", "{}", ran.text());
    let text = ran.text();
    let mut lines: Vec<String> =
        text.lines().map(|it| it.split('\t').next().unwrap().to_owned()).collect();
    let directive = lines.pop().unwrap();
    (lines, directive)
}

#[track_caller]
fn offers(words: &[&str], values: &[&str], directive: &str) {
    let (offered, told) = offered(ask(words).run());
    assert_eq!(
        (offered.iter().map(|it| &**it).collect::<Vec<_>>(), &*told),
        (values.to_vec(), directive)
    );
}

#[test]
fn subcommands_flags_and_their_values_are_offered() {
    offers(&["dis"], &["discover"], ":4");
    offers(&["-n", "shop", "sna"], &["snapshot"], ":4");
    offers(&["help", "expl"], &["explain"], ":4");
    offers(&["diagnose", "--fail"], &["--fail-on"], ":4");
    offers(&["diagnose", "--fail-on", "w"], &["warning"], ":4");
    offers(&["diagnose", "--fail-on=w"], &["warning"], ":4");
    offers(&["diagnose", "-oj"], &["-ojson"], ":4");
    offers(&["diagnose", "--complete=secrets,po"], &["secrets,pods"], ":4");
    offers(&["render", "shop", "--tls=mu"], &["MUTUAL"], ":4");
    offers(&["completion", "p"], &["powershell"], ":4");
    offers(&["man", "apply"], &["apply"], ":4");
    offers(&["explain", "igw0301"], &["IGW0301"], ":4");
    // What is given already is not offered again, unless it may be.
    offers(&["diagnose", "--fail-on", "error", "--fail"], &[], ":4");
    offers(&["snapshot", "--from", "a", "--fro"], &["--from"], ":4");
    // Files and folders are the shell's.
    offers(&["diagnose", "a", ""], &[], ":0");
    offers(&["diagnose", "--kubeconfig", ""], &[], ":0");
    offers(&["render", "shop", "--output-dir", ""], &[], ":16");
    // What only the user knows, what is too much, and what is none.
    offers(&["probe", ""], &[], ":4");
    offers(&["discover", "shop", ""], &[], ":4");
    offers(&["frobnicate", ""], &[], ":4");
    offers(&[], &offered(ask(&[""]).run()).0.iter().map(|it| &**it).collect::<Vec<_>>(), ":4");
}

#[test]
fn every_command_and_every_flag_of_it_is_offered() {
    let (commands, _) = offered(ask(&[""]).run());
    assert!(commands.len() > 12 && commands.contains(&"diagnose".to_owned()), "{commands:?}");
    for command in commands.iter().filter(|it| *it != "help") {
        let (flags, _) = offered(ask(&[command, "--"]).run());
        let help = Igwctl::new(["help", command]).run().exits(0).text();
        let options = help.split("\nExample").next().unwrap();
        let shown = options.lines().filter_map(|line| {
            let flag = line
                .trim_start()
                .split_once("--")
                .filter(|_| line.trim_start().starts_with('-'))?
                .1;
            flag.split(|it: char| !it.is_ascii_alphanumeric() && it != '-' && it != '.').next()
        });
        for flag in shown {
            assert!(flags.contains(&format!("--{flag}")), "{command} --{flag}: {flags:?}");
        }
    }
}

#[test]
fn gateways_are_offered_from_files_where_these_stand_for_the_cluster() {
    let files = "tests/captures/04-secret-in-app-namespace";
    for command in [["diagnose", files, "--gateway"], ["discover", "--from", files]] {
        let words = [&command[..], &["istio-in"]].concat();
        let begun = Instant::now();
        // What is read late is left out, and the machine may be busy: who misses it presses again.
        while offered(ask(&words).run()).0 != ["istio-ingressgateway"] {
            assert!(begun.elapsed() < Duration::from_secs(60), "{}", ask(&words).run().text());
        }
    }
}

#[test]
fn a_value_comes_with_what_it_is_unless_that_is_not_wanted() {
    let text = ask(&["explain", "IGW0301"]).run().exits(0).text();
    let title = igwctl::diagnose::checks::find("IGW0301").unwrap().title;
    assert_eq!(text, format!("IGW0301\t{title}\n:4\n"));
    let bare = Igwctl::new(["__completeNoDesc", "explain", "IGW0301"]).run().exits(0);
    assert_eq!(bare.text(), "IGW0301\n:4\n");
}

/// A kubeconfig with two contexts, for a server at that address.
fn kubeconfig(scratch: &Scratch, server: &str, user: &str) -> String {
    let text = format!(
        r#"{{"apiVersion": "v1", "kind": "Config", "current-context": "one",
            "contexts": [
              {{"name": "one", "context": {{"cluster": "here", "user": "me", "namespace": "shop"}}}},
              {{"name": "arn:aws:eks:eu-west-1:1:cluster/two", "context": {{"cluster": "here", "user": "me"}}}}],
            "clusters": [{{"name": "here", "cluster": {{"server": "{server}"}}}}],
            "users": [{{"name": "me", "user": {user}}}]}}"#
    );
    scratch.write("kubeconfig", text).to_str().unwrap().to_owned()
}

#[test]
fn the_kubeconfigs_entries_are_offered_without_a_cluster() {
    let scratch = Scratch::new();
    let file = kubeconfig(&scratch, "https://127.0.0.1:1", "{}");
    let offer = |words: &[&str]| offered(ask(words).env("KUBECONFIG", &file).run()).0;
    assert_eq!(offer(&["list", "--context", ""]), ["one", "arn:aws:eks:eu-west-1:1:cluster/two"]);
    assert_eq!(offer(&["list", "--context=o"]), ["one"]);
    assert_eq!(offer(&["list", "--cluster", ""]), ["here"]);
    assert_eq!(offer(&["list", "--user", ""]), ["me"]);
    let named = ["--kubeconfig", &file, "list", "--context", "arn"];
    assert_eq!(offered(ask(&named).run()).0, ["arn:aws:eks:eu-west-1:1:cluster/two"]);
}

#[test]
fn a_cluster_that_does_not_answer_is_nothing_to_speak_of() {
    let scratch = Scratch::new();
    // Takes connections and never says a word.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = format!("https://{}", silent.local_addr().unwrap());
    let slow = r#"{"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "sh",
        "args": ["-c", "echo log in >&2; sleep 30"], "interactiveMode": "IfAvailable"}}"#;
    let failing = slow.replace("sleep 30", "exit 1");
    for (server, user) in [
        ("https://127.0.0.1:1", "{}"),
        (&silent, "{}"),
        ("not a URL", "{}"),
        (&silent, slow),
        (&silent, &*failing),
    ] {
        let file = kubeconfig(&scratch, server, user);
        for words in [
            &["discover", ""][..],
            &["diagnose", "--gateway", ""],
            &["delete", ""],
            &["apply", "shop", "--tls", "--secret", ""],
            &["apply", "shop", "--tls", "--issuer", ""],
        ] {
            let (values, directive) = offered(ask(words).env("KUBECONFIG", &file).run());
            assert_eq!((values, &*directive), (vec![], ":4"), "{server} {user} {words:?}");
        }
    }
    let rubbish = scratch.write("rubbish", "{[");
    for file in ["no/such/file", rubbish.to_str().unwrap()] {
        for words in [["list", "-n", ""], ["list", "--context", ""]] {
            let ran = ask(&words).env("KUBECONFIG", file).run();
            assert_eq!(offered(ran), (vec![], ":4".to_owned()), "{file}");
        }
    }
}

#[test]
fn the_namespaces_of_the_contexts_stand_in_for_those_of_a_cluster_that_refuses() {
    let scratch = Scratch::new();
    let file = kubeconfig(&scratch, "https://127.0.0.1:1", "{}");
    let (values, _) = offered(ask(&["list", "-n", ""]).env("KUBECONFIG", &file).run());
    assert_eq!(values, ["shop"]);
}

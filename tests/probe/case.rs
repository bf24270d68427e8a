//! One probe, and what must be said of it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use igwctl::probe::Sense;
use serde_json::Value;

use super::gateway;
use super::pki::PKI;
use crate::support::{Igwctl, Ran, repository};

/// The loopbacks.
pub(super) const BOTH: [IpAddr; 2] =
    [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];

/// One probe of the gateway.
pub(super) struct Case {
    /// All that the last request must be taken for, in the order of the stages.
    pub(super) code: &'static str,
    /// The URL; its scheme chooses the listener, unless `at` does.
    pub(super) url: &'static str,
    /// The listener, where it is not `http` for http and `https` for https.
    pub(super) at: Option<&'static str>,
    /// More arguments; `{ca}` and the like are files of the PKI.
    pub(super) args: &'static [&'static str],
    /// How it must exit.
    pub(super) exit: i32,
    /// What the report must hold.
    pub(super) says: &'static [&'static str],
}

/// A case without what few have.
pub(super) const fn case(
    code: &'static str,
    url: &'static str,
    exit: i32,
    says: &'static [&'static str],
) -> Case {
    Case { code, url, at: None, args: &[], exit, says }
}

impl Case {
    pub(super) const fn at(mut self, listener: &'static str) -> Self {
        self.at = Some(listener);
        self
    }

    pub(super) const fn with(mut self, args: &'static [&'static str]) -> Self {
        self.args = args;
        self
    }

    /// The codes that it brings about.
    pub(super) fn tells(&self) -> impl Iterator<Item = &'static str> {
        self.code.split(' ')
    }

    /// The probe, over one of the loopbacks.
    pub(super) fn probe(&self, address: IpAddr) -> Igwctl {
        let port = |scheme: &str| gateway::port(self.at.unwrap_or(scheme), address).to_string();
        let probe = Igwctl::new(["probe", self.url])
            .args(["--address", &address.to_string()])
            .args(["--http-port", &port("http"), "--https-port", &port("https")]);
        self.args.iter().fold(probe, |probe, arg| probe.args([filled(arg)]))
    }

    /// Runs it over both loopbacks, for people and for scripts, and holds it against what must be.
    pub(super) fn holds(&self) {
        for address in BOTH {
            let shown = format!("{} {:?} at {address}", self.url, self.args);
            let ran = self.probe(address).run();
            let text = ran.exits(self.exit).text();
            for words in self.says {
                assert!(squeezed(&text).contains(words), "{shown} does not say {words}:\n{text}");
            }
            let value = json(self.probe(address).args(["-o", "json"]).run().exits(self.exit));
            assert_eq!(codes(&value).join(" "), self.code, "{shown}: {value:#}");
        }
    }
}

/// A probe of a server of the tests' own.
pub(super) fn of_server(scheme: &str, port: u16, args: &[&str]) -> Igwctl {
    let url = format!("{scheme}://shop.test/");
    let port = port.to_string();
    let flag = format!("--{scheme}-port");
    Igwctl::new(["probe", &url, "--address", "127.0.0.1", &flag, &port]).args(args)
}

/// JSON that its schema takes.
#[track_caller]
pub(super) fn json(ran: Ran) -> Value {
    static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
        let schema = std::fs::read_to_string(repository("docs/schema/probe.json")).unwrap();
        jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap()
    });
    let value: Value = serde_json::from_slice(&ran.stdout).unwrap();
    if let Err(error) = SCHEMA.validate(&value) {
        panic!("{error} at {}: {value:#}", error.instance_path());
    }
    value
}

/// The codes of all that the last request of the first result means.
pub(super) fn codes(probe: &Value) -> Vec<String> {
    let hops = probe["results"][0]["hops"].as_array().unwrap();
    let meanings = hops.last().unwrap()["meanings"].as_array().unwrap();
    meanings.iter().map(|it| it["code"].as_str().unwrap().to_owned()).collect()
}

/// Text with each run of white space as one blank, for sentences are wrapped; and without the codes
/// at the ends of lines, which stand in the middle of them.
pub(super) fn squeezed(text: &str) -> String {
    let is_code = |word: &&str| Sense::ALL.iter().any(|it| it.code() == *word);
    let without_code = |line: &str| {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let end = line.rsplit("  ").next().filter(is_code).map_or(words.len(), |_| words.len() - 1);
        words[..end].join(" ")
    };
    text.lines().map(without_code).collect::<Vec<_>>().join(" ")
}

/// An argument, with the path of a file of the PKI where `{ca}` and the like stand.
pub(super) fn filled(arg: &str) -> String {
    match arg.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        Some(name) => file(name).to_str().unwrap().to_owned(),
        None => arg.to_owned(),
    }
}

/// A file of the PKI.
fn file(name: &str) -> PathBuf {
    static WRITTEN: LazyLock<&'static Path> = LazyLock::new(|| {
        let folder = gateway::folder();
        let files = [
            ("ca", &PKI.ca),
            ("strange", &PKI.strange.certificate),
            ("client.crt", &PKI.client.certificate),
            ("client.key", &PKI.client.key),
            ("stranger.crt", &PKI.stranger.certificate),
            ("stranger.key", &PKI.stranger.key),
        ];
        for (name, contents) in files {
            std::fs::write(folder.join(name), contents).unwrap();
        }
        folder
    });
    WRITTEN.join(name)
}

//! Variables, as real shells evaluate them: the right values, and no harm whatever they hold.

use std::process::{Command, Output, Stdio};

use igwctl::output::env::{Shell, env};
use igwctl::report::reach::{AddressKind, Endpoint};
use serde_json::{Value, json};

use super::mesh::Mesh;
use crate::support::Scratch;

const NAMES: [&str; 7] = [
    "INGRESS_HOST",
    "INGRESS_PORT",
    "SECURE_INGRESS_PORT",
    "TCP_INGRESS_PORT",
    "GATEWAY_URL",
    "INGRESSIP",
    "INGRESSHOST",
];

/// How a shell evaluates what igwctl prints, and prints the variables after it.
struct Evaluation {
    program: &'static str,
    /// As `--shell` takes it.
    shell: &'static str,
}

const ALL: [Evaluation; 3] = [
    Evaluation { program: "sh", shell: "sh" },
    Evaluation { program: "bash", shell: "sh" },
    Evaluation { program: "fish", shell: "fish" },
];

impl Evaluation {
    /// Evaluates a text in a shell that has all the variables from before, set to `stale`; what it
    /// prints are the variables, one after the other, each between brackets.
    fn evaluate(&self, text: &str) -> Output {
        let scratch = Scratch::new();
        let script = scratch.write("variables", text);
        let script = script.to_str().unwrap();
        let shown: String = NAMES
            .iter()
            .map(|it| match self.shell {
                "fish" => format!("set -q {it}; and printf '[%s]' ${it}; or printf '<unset>'\n"),
                _ => format!("printf '%s' \"${{{it}+[}}${{{it}-<unset>}}${{{it}+]}}\"\n"),
            })
            .collect();
        let code = match self.shell {
            "fish" => format!("cat {script} | source; set code $status\n{shown}exit $code\n"),
            _ => format!("eval \"$(cat {script})\"; code=$?\n{shown}exit $code\n"),
        };
        let mut command = Command::new(self.program);
        command.args(["-c", &code]).env_clear().env("PATH", "/usr/bin:/bin").stdin(Stdio::null());
        command.env("HOME", scratch.path("")).envs(NAMES.map(|it| (it, "stale")));
        command.current_dir(scratch.path(""));
        let output = command.output();
        output.unwrap_or_else(|error| {
            panic!("{} is needed: apt-get install {0}: {error}", self.program)
        })
    }
}

fn shown(values: [Option<&str>; 7]) -> String {
    let value = |it: Option<&str>| it.map_or("<unset>".to_owned(), |it| format!("[{it}]"));
    values.into_iter().map(value).collect()
}

#[test]
fn a_gateways_variables_are_set_and_the_others_unset() {
    let mesh = |status: Value, spec: Value| Mesh::new().gateway("a", "b", spec, status);
    let with_tcp = json!({"ports": [
        {"name": "http2", "port": 80}, {"name": "https", "port": 443}, {"name": "tcp", "port": 31400},
    ]});
    for (mesh, values) in [
        (
            mesh(json!({"ingress": [{"ip": "203.0.113.10"}]}), with_tcp),
            [
                Some("203.0.113.10"),
                Some("80"),
                Some("443"),
                Some("31400"),
                Some("203.0.113.10:80"),
                Some("203.0.113.10"),
                None,
            ],
        ),
        (
            mesh(json!({"ingress": [{"hostname": "lb.example.com"}]}), json!({})),
            [
                Some("lb.example.com"),
                Some("80"),
                Some("443"),
                None,
                Some("lb.example.com:80"),
                None,
                Some("lb.example.com"),
            ],
        ),
    ] {
        for evaluation in ALL {
            let text = mesh.run(&["-o", "env", "--shell", evaluation.shell]).exits(0).text();
            let output = evaluation.evaluate(&text);
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert_eq!(said, shown(values), "{}: {text} {output:?}", evaluation.program);
            assert!(output.stderr.is_empty(), "{}: {output:?}", evaluation.program);
            assert_eq!(output.status.code(), Some(0), "{}: {output:?}", evaluation.program);
        }
    }
}

#[test]
fn without_an_address_all_are_unset_and_the_evaluation_fails() {
    let pending = Mesh::new().gateway("a", "b", json!({}), json!({}));
    let two = pending.clone().gateway("a", "c", json!({}), json!({}));
    for evaluation in ALL {
        let arguments = ["-o", "env", "--shell", evaluation.shell];
        let of = |mesh: &Mesh, more: &[&str], code| {
            mesh.igwctl(&arguments).args(more).run().exits(code).text()
        };
        // No address, several gateways, none of that name, and a file that is not there.
        for text in [
            of(&pending, &[], 4),
            of(&two, &[], 2),
            of(&pending, &["nothing"], 4),
            of(&pending, &["--from", "no/such/file"], 4),
        ] {
            let output = evaluation.evaluate(&text);
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert_eq!(said, shown([None; 7]), "{}: {text}", evaluation.program);
            assert_eq!(output.status.code(), Some(1), "{}: {output:?}", evaluation.program);
        }
    }
}

/// Values that would do harm or get lost if a quote were wrong.
const HOSTILE: [&str; 14] = [
    "'",
    "''",
    "a'b",
    "$(touch harm)",
    "`touch harm`",
    "';touch harm;'",
    "\\",
    "\\'; touch harm; '",
    "\n",
    "a\ntouch harm\nb",
    "\"$HOME\"",
    "(touch harm)",
    "%s\\n\t*?~#!&|<>{}[]",
    "\u{1b}[2J\u{202e}é",
];

#[test]
fn whatever_a_value_holds_it_is_a_value() {
    for hostile in HOSTILE {
        let endpoint = Endpoint {
            kind: AddressKind::LoadBalancerHostname,
            host: hostile.to_owned(),
            ip: None,
            hostname: Some(format!("x{hostile}")),
            http_port: Some(80),
            https_port: None,
            tcp_port: None,
            url: None,
        };
        let authority = format!("{hostile}:80");
        let values = [
            Some(hostile),
            Some("80"),
            None,
            None,
            Some(&*authority),
            None,
            endpoint.hostname.as_deref(),
        ];
        for evaluation in ALL {
            let shell = Shell::ALL.iter().find(|(name, _)| *name == evaluation.shell).unwrap().1;
            let text = env(Some(&endpoint), shell);
            let output = evaluation.evaluate(&text);
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert_eq!(said, shown(values), "{} {hostile:?}: {text}", evaluation.program);
            assert_eq!(output.status.code(), Some(0), "{} {hostile:?}", evaluation.program);
        }
        // What a runner reads: each name once, with its value and nothing of it a line of its own.
        let file = env(Some(&endpoint), Shell::GitHub);
        let read = github(&file);
        assert_eq!(read.len(), 7, "{file}");
        assert_eq!(read["INGRESS_HOST"], hostile);
        assert_eq!(read["TCP_INGRESS_PORT"], "");
    }
}

/// The variables of a file, as GitHub's documents have them read.
fn github(file: &str) -> std::collections::BTreeMap<String, String> {
    let mut variables = std::collections::BTreeMap::new();
    let mut lines = file.split('\n').peekable();
    while let Some(line) = lines.next().filter(|line| !line.is_empty()) {
        let at = line.find(['=', '<']).unwrap();
        let name = line[..at].to_owned();
        let value = match line[at..].strip_prefix("<<") {
            None => line[at + 1..].to_owned(),
            Some(end) => {
                let value: Vec<&str> = lines.by_ref().take_while(|line| *line != end).collect();
                value.join("\n")
            }
        };
        assert!(variables.insert(name, value).is_none(), "{file}");
    }
    variables
}

#[test]
fn powershells_variables_are_as_its_documents_have_them() {
    let mesh =
        Mesh::new().gateway("a", "b", json!({}), json!({"ingress": [{"ip": "203.0.113.1"}]}));
    let text = mesh.run(&["-o", "env", "--shell", "powershell"]).exits(0).text();
    assert!(text.contains("$env:INGRESS_HOST = '203.0.113.1'\n"), "{text}");
    let unset = "Remove-Item -ErrorAction SilentlyContinue Env:INGRESSHOST\n";
    assert!(text.contains(unset), "{text}");
}

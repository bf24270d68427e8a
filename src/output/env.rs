//! Variables for a shell, under the names of Istio's documents and the tutorial's: safe to evaluate
//! whatever their values hold.

use super::shell::quoted;
use crate::report::reach::Endpoint;

/// The shell, or what reads variables like one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shell {
    /// POSIX: sh, bash, dash, zsh.
    #[default]
    Sh,
    /// fish.
    Fish,
    /// PowerShell.
    PowerShell,
    /// The file that GitHub's runner reads, `$GITHUB_ENV`.
    GitHub,
}

impl Shell {
    /// The shells and their names, as `--shell` takes them.
    pub const ALL: &[(&str, Shell)] = &[
        ("sh", Shell::Sh),
        ("fish", Shell::Fish),
        ("powershell", Shell::PowerShell),
        ("github", Shell::GitHub),
    ];

    fn set(self, name: &str, value: &str) -> String {
        match self {
            Self::Sh => format!("export {name}={}\n", quoted(value)),
            Self::Fish => format!("set -gx {name} {};\n", fish(value)),
            Self::PowerShell => format!("$env:{name} = {}\n", powershell(value)),
            Self::GitHub => github(name, value),
        }
    }

    fn unset(self, name: &str) -> String {
        match self {
            Self::Sh => format!("unset {name}\n"),
            // To erase what is not there is an error in fish.
            Self::Fish => format!("set -e {name}; or true;\n"),
            Self::PowerShell => format!("Remove-Item -ErrorAction SilentlyContinue Env:{name}\n"),
            // A file of assignments has no way to take one away.
            Self::GitHub => github(name, ""),
        }
    }

    /// What fails when it is evaluated.
    fn fail(self) -> &'static str {
        match self {
            Self::Sh => "false\n",
            Self::Fish => "false;\n",
            Self::PowerShell => "throw 'igwctl: the gateway has no address'\n",
            Self::GitHub => "",
        }
    }
}

/// The variables. Names without a value are unset, so that none is left of an earlier run; without
/// an endpoint all are, and evaluating it fails.
pub fn env(endpoint: Option<&Endpoint>, shell: Shell) -> String {
    let mut unset = String::new();
    let mut set = String::new();
    for (name, value) in variables(endpoint) {
        match value {
            Some(value) => set += &shell.set(name, &value),
            None => unset += &shell.unset(name),
        }
    }
    // What sets comes last, so that the whole of it succeeds if that does.
    let end = if endpoint.is_some() { "" } else { shell.fail() };
    format!("{unset}{set}{end}")
}

fn variables(endpoint: Option<&Endpoint>) -> [(&'static str, Option<String>); 7] {
    let port =
        |port: fn(&Endpoint) -> Option<u32>| endpoint.and_then(port).map(|it| it.to_string());
    [
        ("INGRESS_HOST", endpoint.map(|it| it.host.clone())),
        ("INGRESS_PORT", port(|it| it.http_port)),
        ("SECURE_INGRESS_PORT", port(|it| it.https_port)),
        ("TCP_INGRESS_PORT", port(|it| it.tcp_port)),
        ("GATEWAY_URL", endpoint.and_then(Endpoint::authority)),
        ("INGRESSIP", endpoint.and_then(|it| it.ip).map(|it| it.to_string())),
        ("INGRESSHOST", endpoint.and_then(|it| it.hostname.clone())),
    ]
}

/// Between single quotes a backslash is one before a quote or another (fish 3).
fn fish(value: &str) -> String {
    format!("'{}'", value.replace('\\', r"\\").replace('\'', r"\'"))
}

/// Between single quotes a quote is written twice, and the typographic ones count as quotes too
/// (`about_Quoting_Rules`, PowerShell 5.1 to 7).
fn powershell(value: &str) -> String {
    let mut quoted = String::from("'");
    for letter in value.chars() {
        quoted.push(letter);
        if matches!(letter, '\'' | '\u{2018}'..='\u{201b}') {
            quoted.push(letter);
        }
    }
    quoted + "'"
}

/// One line, or where the value has several, all up to a line that it does not hold.
fn github(name: &str, value: &str) -> String {
    if !value.contains(['\n', '\r']) {
        return format!("{name}={value}\n");
    }
    let mut end = String::from("END");
    while value.contains(&end) {
        end.push('_');
    }
    format!("{name}<<{end}\n{value}\n{end}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_closed_and_opened_again() {
        assert_eq!(quoted("a'b$(c)`d`\n\\"), "'a'\\''b$(c)`d`\n\\'");
        assert_eq!(fish(r"a'b\'"), r"'a\'b\\\''");
        assert_eq!(powershell("a'b\u{2019}$(c)"), "'a''b\u{2019}\u{2019}$(c)'");
        assert_eq!(github("A", "b=c"), "A=b=c\n");
        assert_eq!(github("A", "b\nEND\nC=d"), "A<<END_\nb\nEND\nC=d\nEND_\n");
    }

    #[test]
    fn without_an_endpoint_every_name_is_unset_and_it_fails() {
        for (name, shell) in Shell::ALL {
            let text = env(None, *shell);
            for variable in ["INGRESS_HOST", "TCP_INGRESS_PORT", "GATEWAY_URL", "INGRESSHOST"] {
                assert!(text.contains(variable), "{name}: {text}");
            }
            assert!(text.ends_with(shell.fail()), "{name}: {text}");
        }
    }
}

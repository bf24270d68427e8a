//! Which variables and files a command goes by: the sections ENVIRONMENT and FILES.

/// A name, what it is for, and the commands that go by it; none named: all.
type Entry = (&'static str, &'static str, &'static [&'static str]);

use crate::commands::late::OFFLINE;

/// The commands that make certificates of their own.
const MAKERS: &[&str] = &["igwctl", "render", "apply", "diff"];

/// The variables; those of a cluster come first, and are no matter to who knows none.
const OF_A_CLUSTER: &[Entry] = &[
    (
        "KUBECONFIG",
        "The kubeconfig files, as a list like that of PATH; missing ones are passed over, and the \
         first that sets a thing wins. --kubeconfig goes before it.",
        &[],
    ),
    (
        "HOME",
        "Where .kube/config is, which is taken without KUBECONFIG and --kubeconfig. On Windows, \
         USERPROFILE.",
        &[],
    ),
    (
        "KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT",
        "The API server of the cluster in whose pod this runs, where there is no kubeconfig.",
        &[],
    ),
    (
        "HTTPS_PROXY, HTTP_PROXY, NO_PROXY",
        "The proxy that leads to the API server, and for what there is none, as with kubectl; in \
         small letters too.",
        &[],
    ),
];

const VARIABLES: &[Entry] = &[
    (
        "KUBECTL_EXTERNAL_DIFF",
        "A program that is called with two folders, and shows what differs.",
        &["igwctl", "diff"],
    ),
    (
        "XDG_DATA_HOME",
        "Where the user's data are, and with them the CA of --self-signed. Without, \
         ~/.local/share; on Windows, LOCALAPPDATA.",
        MAKERS,
    ),
    ("NO_COLOR", "Not empty: nothing is coloured, unless --color says otherwise.", &[]),
    ("TERM", "\"dumb\": nothing is coloured.", &[]),
    (
        "LC_ALL, LC_CTYPE, LANG",
        "The first that is not empty says whether signs beyond ASCII may be shown.",
        &[],
    ),
];

const FILES_OF_A_CLUSTER: &[Entry] = &[
    ("~/.kube/config", "The kubeconfig, unless --kubeconfig or KUBECONFIG names another.", &[]),
    (
        "/var/run/secrets/kubernetes.io/serviceaccount/",
        "A pod's own account, where there is no kubeconfig.",
        &[],
    ),
];

const FILES: &[Entry] = &[
    (
        "~/.local/share/igwctl/",
        "The CA of --self-signed, and its key, which only the user may read.",
        MAKERS,
    ),
    (
        "PREFIX/share/bash-completion/completions/igwctl, \
         PREFIX/share/zsh/site-functions/_igwctl, \
         PREFIX/share/fish/vendor_completions.d/igwctl.fish",
        "Where install.sh puts the scripts.",
        &["completion"],
    ),
    (
        "PREFIX/bin/kubectl_complete-igw",
        "What kubectl asks for the completions of kubectl igw: a link to igwctl.",
        &["igwctl", "completion"],
    ),
    ("PREFIX/share/man/man1/igwctl*.1", "Where install.sh puts the pages.", &["man"]),
    ("docs/checks.md", "All pages, in the repository of igwctl.", &["explain"]),
];

/// The variables that a command goes by, each with what it is for.
pub(super) fn variables(command: &str) -> Vec<(&'static str, &'static str)> {
    of(command, OF_A_CLUSTER, VARIABLES)
}

/// The files that a command knows of itself, each with what it is for.
pub(super) fn files(command: &str) -> Vec<(&'static str, &'static str)> {
    of(command, FILES_OF_A_CLUSTER, FILES)
}

fn of(command: &str, of_a_cluster: &[Entry], rest: &[Entry]) -> Vec<(&'static str, &'static str)> {
    let knows_one = !OFFLINE.contains(&command);
    let cluster = of_a_cluster.iter().filter(|_| knows_one);
    let all = cluster.chain(rest);
    let own = all.filter(|(.., commands)| commands.is_empty() || commands.contains(&command));
    own.map(|(name, meaning, _)| (*name, *meaning)).collect()
}

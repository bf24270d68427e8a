//! Where the values of an argument come from: the one table.

use clap::Arg;

/// Where values come from, beside those that clap knows itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// The contexts of the kubeconfig.
    Contexts,
    /// The clusters of the kubeconfig.
    Clusters,
    /// The users of the kubeconfig.
    Users,
    /// The namespaces of the cluster.
    Namespaces,
    /// What `discover` takes: Services, Gateways, hosts.
    Gateways,
    /// The secrets that may hold a certificate.
    Secrets,
    /// cert-manager's issuers.
    Issuers,
    /// What igwctl manages.
    Apps,
    /// The gateways that igwctl made.
    OwnGateways,
    /// The codes of findings.
    Codes,
    /// The kinds that igwctl reads.
    Kinds,
    /// The subcommands, as names.
    Commands,
    /// The shell's files.
    Files,
    /// The shell's folders.
    Folders,
    /// Nowhere: only the user knows.
    User,
}

/// The source of an argument's values, by the name that the help gives the value; where that name
/// stands for several things, by the argument's or the command's own. `None`: nobody has said.
pub(super) fn of(command: &str, arg: &Arg) -> Option<Source> {
    let value = arg.get_value_names().and_then(|names| names.first()).map_or("", |it| it.as_str());
    Some(match (value, arg.get_id().as_str(), command) {
        ("NS" | "NAMESPACE" | "NS[:KEY=VALUE,…]", ..) => Source::Namespaces,
        ("GATEWAY" | "[NS/]NAME", ..) => Source::Gateways,
        ("APP", "app", "apply" | "diff" | "delete") => Source::Apps,
        // What is rendered contacts nothing.
        ("APP", ..) => Source::User,
        ("[KIND/]NAME", ..) => Source::Issuers,
        ("KINDS", ..) => Source::Kinds,
        ("PATH" | "FILE", ..) => Source::Files,
        ("DIR", ..) => Source::Folders,
        (_, "code", _) => Source::Codes,
        (_, "subcommand", "man") => Source::Commands,
        ("NAME", "name", "bootstrap") => Source::OwnGateways,
        ("NAME", "context", _) => Source::Contexts,
        ("NAME", "cluster", _) => Source::Clusters,
        ("NAME", "user", _) => Source::Users,
        ("NAME", "secret" | "ca_secret" | "tls_secret", _) => Source::Secrets,
        (
            "NAME",
            "certificate_name" | "secret_name" | "organizations" | "common_name" | "dns_names"
            | "name" | "revision",
            _,
        )
        | (
            "USER" | "GROUP" | "TIME" | "LINES" | "N" | "IP" | "IP[:PORT]" | "PORT" | "URL"
            | "HEADER" | "FQDN" | "DOMAIN" | "ROUTE" | "KEY=VALUE,…" | "SERVER" | "ADDRESS"
            | "CLASS" | "USAGE" | "BITS" | "KEY=VALUE" | "NUMBER" | "REQUEST[:LIMIT]" | "VALUE",
            ..,
        ) => Source::User,
        _ => return None,
    })
}

impl Source {
    /// Whether a cluster is asked.
    pub(super) fn is_a_cluster(self) -> bool {
        matches!(
            self,
            Self::Namespaces
                | Self::Gateways
                | Self::Secrets
                | Self::Issuers
                | Self::Apps
                | Self::OwnGateways
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_every_argument_it_is_said_where_its_values_come_from() {
        let mut program = crate::commands::command("igwctl");
        program.build();
        let mut unsaid = Vec::new();
        for command in program.get_subcommands() {
            for arg in command.get_arguments().filter(|it| it.get_action().takes_values()) {
                let is_clear = !arg.get_possible_values().is_empty();
                if !is_clear && of(command.get_name(), arg).is_none() {
                    unsaid.push(format!("{} {}", command.get_name(), arg.get_id()));
                }
            }
        }
        assert!(unsaid.is_empty(), "{unsaid:?}");
    }
}

//! Whether there are nodes that take the pods.

use super::pods::Pods;
use super::{About, Concern, Forecast};
use crate::model::network::Node;
use crate::model::{ObjectRef, Seen};
use crate::world::{Kind, World};

/// The sysctl that lets a gateway listen on 80 and 443 without rights (Linux 4.11 and later).
const PORT_START: &str = "net.ipv4.ip_unprivileged_port_start";

/// Since this minor of Kubernetes 1, a kubelet takes that sysctl unasked (Kubernetes 1.22,
/// `pkg/kubelet/sysctl/allowlist.go`). An older one refuses the pod: `SysctlForbidden`.
const SAFE_SINCE: u32 = 22;

/// Says which nodes would refuse the pods, or that there is none.
pub(super) fn weigh(world: &World, pods: &Pods, forecast: &mut Forecast) {
    if let Err(gap) = world.covers(Kind::Nodes, None) {
        forecast.open(gap);
        return;
    }
    let nodes: Vec<&Seen<Node>> = world.all::<Node>().values().collect();
    if nodes.is_empty() {
        forecast.concerns.push(Concern {
            about: About::Nodes,
            is_fatal: false,
            object: ObjectRef { kind: "Node".to_owned(), ..ObjectRef::default() },
            message: "the cluster has no node: pods stay Pending until it has one".to_owned(),
            hints: Vec::new(),
        });
    }
    if !pods.security.sysctls.iter().any(|it| it == PORT_START) {
        return;
    }
    let old = |node: &&&Seen<Node>| {
        let version = minor(&node.status.node_info.kubelet_version);
        version.is_some_and(|minor| minor < SAFE_SINCE)
    };
    let old: Vec<&&Seen<Node>> = nodes.iter().filter(old).collect();
    let Some(first) = old.first() else { return };
    let who = match old.len() {
        1 => format!("node {} has", first.metadata.name),
        count => {
            format!("{count} of {} nodes, {} among them, have", nodes.len(), first.metadata.name)
        }
    };
    forecast.concerns.push(Concern {
        about: About::Nodes,
        is_fatal: old.len() == nodes.len(),
        object: ObjectRef::of(first),
        message: format!(
            "{who} a kubelet older than 1.22 ({}), which refuses a pod that sets sysctl {PORT_START}",
            first.status.node_info.kubelet_version
        ),
        hints: vec![format!(
            "let these kubelets take it with --allowed-unsafe-sysctls={PORT_START}, or upgrade them"
        )],
    });
}

/// The minor of a kubelet's version, such as `v1.21.14-gke.100`; `None` for what is none of 1.
fn minor(version: &str) -> Option<u32> {
    version.strip_prefix("v1.")?.split(['.', '-', '+']).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_minor_is_read_out_of_what_kubelets_say() {
        for (version, expected) in [
            ("v1.34.3", Some(34)),
            ("v1.21.14-gke.100", Some(21)),
            ("v1.9.0+coreos.0", Some(9)),
            ("fake", None),
            ("kwok-v0.8.0", None),
            ("", None),
        ] {
            assert_eq!(minor(version), expected, "{version}");
        }
    }
}

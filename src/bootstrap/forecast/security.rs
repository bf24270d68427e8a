//! What the Pod Security level of a namespace refuses of a pod (pod-security-admission 0.34,
//! `policy/check_*.go`): the checks that a gateway's pod can fail.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

/// The labels that a namespace says it by.
const ENFORCE: &str = "pod-security.kubernetes.io/enforce";
const ENFORCE_VERSION: &str = "pod-security.kubernetes.io/enforce-version";

/// The sysctls that are allowed, and since which version of the policy. The one that lets a gateway
/// listen on 80 and 443 is among them in every version.
const SYSCTLS: [(u32, &[&str]); 4] = [
    (
        0,
        &[
            "kernel.shm_rmid_forced",
            "net.ipv4.ip_local_port_range",
            "net.ipv4.ip_unprivileged_port_start",
            "net.ipv4.ping_group_range",
            "net.ipv4.tcp_syncookies",
        ],
    ),
    (27, &["net.ipv4.ip_local_reserved_ports"]),
    (
        29,
        &[
            "net.ipv4.tcp_fin_timeout",
            "net.ipv4.tcp_keepalive_intvl",
            "net.ipv4.tcp_keepalive_probes",
            "net.ipv4.tcp_keepalive_time",
        ],
    ),
    (32, &["net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"]),
];

/// The capabilities that `baseline` allows to add.
const BASELINE_CAPABILITIES: [&str; 13] = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

/// How much is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Privileged,
    Baseline,
    Restricted,
}

/// What a namespace enforces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    level: Level,
    /// The minor of Kubernetes 1; without, the latest.
    minor: Option<u32>,
}

impl Policy {
    /// By the labels of a namespace. One without them has what the API server was given, which is
    /// `privileged` unless its administrator said otherwise, and cannot be asked for; a level that
    /// is none counts as `restricted`, a version that is none as the latest.
    pub fn of(labels: &BTreeMap<String, String>) -> Self {
        let level = match labels.get(ENFORCE).map(|it| &**it) {
            None | Some("privileged") => Level::Privileged,
            Some("baseline") => Level::Baseline,
            Some(_) => Level::Restricted,
        };
        let version = labels.get(ENFORCE_VERSION).and_then(|it| it.strip_prefix("v1."));
        Self { level, minor: version.and_then(|it| it.parse().ok()) }
    }

    /// Whether it is the level that asks for a seccomp profile.
    pub fn is_restricted(self) -> bool {
        self.level == Level::Restricted
    }

    /// Whether it is of that version of Kubernetes 1, or a later one.
    fn is_since(self, minor: u32) -> bool {
        self.minor.is_none_or(|it| it >= minor)
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.level {
            Level::Privileged => "privileged",
            Level::Baseline => "baseline",
            Level::Restricted => "restricted",
        })?;
        match self.minor {
            Some(minor) => write!(f, " of v1.{minor}"),
            None => Ok(()),
        }
    }
}

/// What Pod Security looks at, of a pod with one container.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Security {
    /// Whether the pod uses a namespace of the node's: network, processes, IPC.
    pub uses_host: bool,
    /// Host ports.
    pub host_ports: Vec<u32>,
    /// Whether the container is privileged.
    pub is_privileged: bool,
    /// The sysctls that are set.
    pub sysctls: Vec<String>,
    /// `allowPrivilegeEscalation`.
    pub allow_privilege_escalation: Option<bool>,
    /// `runAsNonRoot` of the pod, and of the container.
    pub run_as_non_root: [Option<bool>; 2],
    /// `runAsUser` of the pod, and of the container.
    pub run_as_user: [Option<i64>; 2],
    /// `seccompProfile.type` of the pod, and of the container.
    pub seccomp: [Option<String>; 2],
    /// The capabilities that are dropped.
    pub drops: Vec<String>,
    /// Those that are added.
    pub adds: Vec<String>,
    /// Whether a volume is a path of the node.
    pub has_host_path: bool,
    /// Whether a volume is one that `restricted` refuses: a path of the node, a disk by name.
    pub has_odd_volume: bool,
    /// What to do where something is refused.
    pub hint: Option<&'static str>,
}

impl Security {
    /// Of the `spec` of a pod or a pod template.
    pub fn of_pod(spec: &Value) -> Self {
        const VOLUMES: [&str; 9] = [
            "configMap",
            "csi",
            "downwardAPI",
            "emptyDir",
            "ephemeral",
            "image",
            "persistentVolumeClaim",
            "projected",
            "secret",
        ];
        let container = &spec["containers"][0];
        let contexts = [&spec["securityContext"], &container["securityContext"]];
        let own = contexts[1];
        let items = |list: &Value, field: &str| -> Vec<Value> {
            let list = list.as_array().into_iter().flatten();
            list.map(|it| if field.is_empty() { it.clone() } else { it[field].clone() }).collect()
        };
        let texts = |list: &Value, field: &str| -> Vec<String> {
            items(list, field).iter().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        // On the node's network every port is one of the node's.
        let of_node = if spec["hostNetwork"] == true { "containerPort" } else { "hostPort" };
        let ports = items(&container["ports"], of_node);
        let ports = ports.iter().filter_map(Value::as_u64);
        let is_odd = |volume: &Value| !VOLUMES.iter().any(|it| volume.get(it).is_some());
        Self {
            uses_host: ["hostNetwork", "hostPID", "hostIPC"].iter().any(|it| spec[*it] == true),
            host_ports: ports
                .filter_map(|it| u32::try_from(it).ok())
                .filter(|it| *it > 0)
                .collect(),
            is_privileged: own["privileged"] == true,
            sysctls: texts(&contexts[0]["sysctls"], "name"),
            allow_privilege_escalation: own["allowPrivilegeEscalation"].as_bool(),
            run_as_non_root: contexts.map(|it| it["runAsNonRoot"].as_bool()),
            run_as_user: contexts.map(|it| it["runAsUser"].as_i64()),
            seccomp: contexts.map(|it| it["seccompProfile"]["type"].as_str().map(str::to_owned)),
            drops: texts(&own["capabilities"]["drop"], ""),
            adds: texts(&own["capabilities"]["add"], ""),
            has_host_path: items(&spec["volumes"], "hostPath").iter().any(Value::is_object),
            has_odd_volume: items(&spec["volumes"], "").iter().any(is_odd),
            hint: None,
        }
    }

    /// Of what istiod makes for a Gateway API Gateway (Istio 1.30.3, `files/kube-gateway.yaml`): it
    /// sets no seccomp profile unless its value `gateways.seccompProfile` does, or what is laid over
    /// it (`seccomp`).
    pub fn of_gateway_api(seccomp: bool) -> Self {
        Self {
            sysctls: vec!["net.ipv4.ip_unprivileged_port_start".to_owned()],
            allow_privilege_escalation: Some(false),
            run_as_non_root: [None, Some(true)],
            run_as_user: [None, Some(1337)],
            seccomp: [seccomp.then(|| "RuntimeDefault".to_owned()), None],
            drops: vec!["ALL".to_owned()],
            hint: Some(
                "install istiod with --set \
                 values.gateways.seccompProfile.type=RuntimeDefault, or use --method injection",
            ),
            ..Self::default()
        }
    }
}

/// Something that is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// As the API server calls it.
    pub reason: &'static str,
    /// Which field has to be what.
    pub field: String,
}

/// What is refused of a pod.
pub fn refusals(policy: Policy, pod: &Security) -> Vec<Refusal> {
    let mut refused = Vec::new();
    let mut refuse = |is_refused: bool, reason: &'static str, field: String| {
        if is_refused {
            refused.push(Refusal { reason, field });
        }
    };
    if policy.level >= Level::Baseline {
        baseline(policy, pod, &mut refuse);
    }
    if policy.level >= Level::Restricted {
        restricted(policy, pod, &mut refuse);
    }
    refused
}

/// Takes what is refused: whether it is, the reason, the field.
type Refuse<'a> = &'a mut dyn FnMut(bool, &'static str, String);

/// What `baseline` refuses, and `restricted` after it.
fn baseline(policy: Policy, pod: &Security, refuse: Refuse<'_>) {
    let host = "hostNetwork, hostPID and hostIPC must not be set".to_owned();
    refuse(pod.uses_host, "host namespaces", host);
    let ports = "ports[].hostPort must not be set".to_owned();
    refuse(!pod.host_ports.is_empty(), "hostPort", ports);
    refuse(pod.is_privileged, "privileged", "privileged must not be set".to_owned());
    let is_allowed = |name: &String| {
        SYSCTLS.iter().any(|(since, names)| policy.is_since(*since) && names.contains(&&**name))
    };
    let bad: Vec<&str> = pod.sysctls.iter().filter(|it| !is_allowed(it)).map(|it| &**it).collect();
    refuse(
        !bad.is_empty(),
        "forbidden sysctls",
        format!("securityContext.sysctls must not have {}", bad.join(", ")),
    );
    // `restricted` has this check in another.
    refuse(
        pod.has_host_path && policy.level == Level::Baseline,
        "hostPath volumes",
        "volumes must not have hostPath".to_owned(),
    );
    let is_unconfined = pod.seccomp.iter().flatten().any(|it| it == "Unconfined");
    refuse(
        is_unconfined && policy.level == Level::Baseline,
        "seccompProfile",
        "seccompProfile.type must not be Unconfined".to_owned(),
    );
    let is_odd = pod.adds.iter().any(|it| !BASELINE_CAPABILITIES.contains(&&**it));
    refuse(
        is_odd && (policy.level == Level::Baseline || !policy.is_since(22)),
        "non-default capabilities",
        format!("capabilities.add must not have {}", pod.adds.join(", ")),
    );
}

/// What only `restricted` refuses.
fn restricted(policy: Policy, pod: &Security, refuse: Refuse<'_>) {
    refuse(
        pod.allow_privilege_escalation != Some(false) && policy.is_since(8),
        "allowPrivilegeEscalation != false",
        "allowPrivilegeEscalation must be false".to_owned(),
    );
    let drops_all = pod.drops.iter().any(|it| it == "ALL");
    let adds_more = pod.adds.iter().any(|it| it != "NET_BIND_SERVICE");
    refuse(
        (!drops_all || adds_more) && policy.is_since(22),
        "unrestricted capabilities",
        "capabilities.drop must be [ALL], and add nothing but NET_BIND_SERVICE".to_owned(),
    );
    refuse(
        pod.has_odd_volume,
        "restricted volume types",
        "volumes must not be of a node or of a disk by name".to_owned(),
    );
    let [of_pod, own] = pod.run_as_non_root;
    refuse(
        of_pod == Some(false) || own.or(of_pod) != Some(true),
        "runAsNonRoot != true",
        "runAsNonRoot must be true".to_owned(),
    );
    refuse(
        pod.run_as_user.contains(&Some(0)) && policy.is_since(23),
        "runAsUser=0",
        "runAsUser must not be 0".to_owned(),
    );
    let [of_pod, own] = &pod.seccomp;
    let is_fine = |it: &String| matches!(&**it, "RuntimeDefault" | "Localhost");
    let is_bad = |it: &Option<String>| it.as_ref().is_some_and(|it| !is_fine(it));
    refuse(
        (is_bad(of_pod) || is_bad(own) || own.as_ref().or(of_pod.as_ref()).is_none())
            && policy.is_since(19),
        "seccompProfile",
        "seccompProfile.type must be RuntimeDefault or Localhost".to_owned(),
    );
}

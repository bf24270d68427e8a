//! The labels by which igwctl knows what is its own, and those of who else keeps objects.

/// The label that says who manages an object, and what it says of igwctl.
pub const MANAGED_BY: (&str, &str) = ("app.kubernetes.io/managed-by", "igwctl");

/// The label with the application's name.
pub const APP: &str = "igwctl/app";

/// The label with the application's namespace, for some of its objects are in the gateway's.
pub const APP_NAMESPACE: &str = "igwctl/app-namespace";

/// The label with the name of a gateway that igwctl made, on all that was made for it; its namespace
/// is theirs.
pub const GATEWAY: &str = "igwctl/gateway";

/// The annotation of a Certificate that is moved, as long as the move is not at its end: namespace,
/// name and uid of the old one, and the uid of its Secret, with slashes between.
pub const MOVED_FROM: &str = "igwctl/moved-from";

/// The label selector of all that is of one application.
pub fn selector(app: &str, namespace: &str) -> String {
    let (label, igwctl) = MANAGED_BY;
    format!("{label}={igwctl},{APP}={app},{APP_NAMESPACE}={namespace}")
}

/// The label selector of all that is of one gateway, in its namespace.
pub fn selector_of_gateway(name: &str) -> String {
    let (label, igwctl) = MANAGED_BY;
    format!("{label}={igwctl},{GATEWAY}={name}")
}

/// The label selector of all that igwctl manages.
pub fn managed() -> String {
    let (label, igwctl) = MANAGED_BY;
    format!("{label}={igwctl}")
}

/// The tool that keeps an object as a repository says, by the labels and annotations that Argo CD
/// 3, Flux 2 and Helm 3 put on what they apply: what is changed by hand it changes back.
pub fn repository_tool(has: impl Fn(&str) -> bool) -> Option<&'static str> {
    const SIGNS: [(&str, &str); 5] = [
        ("argocd.argoproj.io/instance", "Argo CD"),
        ("argocd.argoproj.io/tracking-id", "Argo CD"),
        ("kustomize.toolkit.fluxcd.io/name", "Flux"),
        ("helm.toolkit.fluxcd.io/name", "Flux"),
        ("meta.helm.sh/release-name", "Helm"),
    ];
    SIGNS.iter().find(|(sign, _)| has(sign)).map(|(_, tool)| *tool)
}

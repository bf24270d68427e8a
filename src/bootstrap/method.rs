//! Which of the three ways this mesh supports, and why.

use super::intent::{Intent, PodPorts};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::kubernetes::Deployment;
use crate::model::pod::Pod;
use crate::model::version::Version;
use crate::model::{Key, Object as _};
use crate::world::World;

/// A way to a gateway of a namespace's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// A Deployment that istiod's webhook completes.
    Injection,
    /// A Gateway of the Gateway API, of which istiod makes the rest.
    GatewayApi,
    /// An entry of an `IstioOperator`.
    IstioOperator,
}

/// istiod has a template for gateways since 1.10.
const INJECTS: Version = Version { major: 1, minor: 10, patch: 0 };

/// istiod makes the pods of the Gateway API's Gateways since 1.16, unless told not to; since 1.17 by
/// the names that igwctl looks for (`getDefaultName`).
const DEPLOYS: Version = Version { major: 1, minor: 17, patch: 0 };

/// What istiod makes can be completed by `parametersRef` since 1.26.
const TAKES_PARAMETERS: Version = Version { major: 1, minor: 26, patch: 0 };

/// Whether what istiod makes can be completed; of an istiod that is not known it is taken so.
pub fn takes_parameters(istiod: Option<Version>) -> bool {
    istiod.is_none_or(|version| version >= TAKES_PARAMETERS)
}

/// What a mesh is like, as far as the choice depends on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The oldest istiod that runs, where one was seen.
    pub istiod: Option<Version>,
    /// Whether `gateway.networking.k8s.io/v1` is served.
    pub gateway_api: bool,
    /// Whether `IstioOperator`s are served.
    pub istio_operators: bool,
    /// The in-cluster operator that acts on them, where one runs.
    pub operator: Option<Key>,
}

impl Facts {
    /// Whether an object of the cluster would be acted on that is an `IstioOperator`.
    pub fn has_operator(&self) -> bool {
        self.istio_operators && self.operator.is_some()
    }
}

/// The operator that acts on `IstioOperator`s in a cluster: Istio up to 1.23 has one (its chart
/// `istio-operator`, container `istio-operator` of image `operator`).
pub fn operator(world: &World) -> Option<Key> {
    let is_operator = |deployment: &Deployment| {
        let containers = &deployment.spec.template.spec.containers;
        let is_named =
            |image: &str| image.rsplit('/').next().unwrap_or(image).starts_with("operator:");
        containers.iter().any(|it| it.name == "istio-operator" || is_named(&it.image))
            && deployment.metadata.name.starts_with("istio-operator")
    };
    let mut all = world.all::<Deployment>().values();
    all.find(|it| is_operator(it)).map(|it| it.object.key())
}

/// The oldest istiod that runs, by the image of its container `discovery`.
pub fn istiod(world: &World) -> Option<Version> {
    let pods = world.all::<Pod>().values().flat_map(|it| &it.spec.containers);
    pods.filter(|it| it.name == "discovery").filter_map(|it| Version::of_image(&it.image)).min()
}

/// The way that a mesh supports best, and why, as a sentence.
///
/// # Errors
/// Not there (4) where no way is supported: istiod is older than 1.10, and no operator runs.
pub fn choose(facts: &Facts) -> Result<(Method, String)> {
    let istiod = |from: Version| facts.istiod.is_none_or(|version| version >= from);
    let named = facts.istiod.map_or_else(
        || "no istiod was seen, and each since 1.10".to_owned(),
        |version| format!("istiod {version}"),
    );
    if istiod(INJECTS) {
        let also = match (facts.gateway_api && istiod(DEPLOYS), facts.has_operator()) {
            (true, true) => "; gateway-api and istiooperator would do too",
            (true, false) => "; gateway-api would do too",
            (false, true) => "; istiooperator would do too",
            (false, false) => "",
        };
        return Ok((
            Method::Injection,
            format!(
                "by injection: {named} completes the Deployment of a gateway, and the Service and \
                 the rights stay the namespace's own{also}"
            ),
        ));
    }
    if let Some(operator) = facts.operator.as_ref().filter(|_| facts.istio_operators) {
        return Ok((
            Method::IstioOperator,
            format!(
                "by istiooperator: {named} does not inject gateways yet (1.10 does), and Deployment \
                 {operator} acts on IstioOperators"
            ),
        ));
    }
    Err(Error::new(
        Exit::NotThere,
        format!("{named} does not inject gateways yet (1.10 does), and no operator runs here"),
    )
    .hint("--method istiooperator --render writes a file for istioctl install -f"))
}

impl Method {
    /// Every way.
    pub const ALL: &[Self] = &[Self::Injection, Self::GatewayApi, Self::IstioOperator];

    /// As the command line has it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Injection => "injection",
            Self::GatewayApi => "gateway-api",
            Self::IstioOperator => "istiooperator",
        }
    }

    /// Whether a mesh supports it.
    ///
    /// # Errors
    /// Not there (4) where it does not, with the reason.
    pub fn supported(self, facts: &Facts) -> Result<()> {
        let is_old = |from: Version| facts.istiod.filter(|version| *version < from);
        let lacks = |what: String| Err(Error::new(Exit::NotThere, what));
        match self {
            Self::Injection => match is_old(INJECTS) {
                Some(version) => lacks(format!(
                    "istiod {version} has no template for gateways (1.10 has): nothing would \
                     complete the Deployment"
                )),
                None => Ok(()),
            },
            Self::GatewayApi if !facts.gateway_api => lacks(
                "the cluster does not serve gateway.networking.k8s.io/v1: the Gateway API's CRDs \
                 are not installed"
                    .to_owned(),
            ),
            Self::GatewayApi => match is_old(DEPLOYS) {
                Some(version) => lacks(format!(
                    "istiod {version} makes no pods for the Gateway API's Gateways, or by other \
                     names than igwctl knows (1.17 makes them)"
                )),
                None => Ok(()),
            },
            Self::IstioOperator if facts.has_operator() => Ok(()),
            Self::IstioOperator => {
                let why = if facts.istio_operators {
                    "no operator runs in the cluster (since Istio 1.24 there is none)"
                } else {
                    "the cluster does not serve IstioOperators (since Istio 1.24 it does not)"
                };
                lacks(format!("nothing would act on an IstioOperator: {why}")).map_err(
                    |error: Error| {
                        error.hint(
                            "--render writes the same as a file, for istioctl install -f FILE",
                        )
                    },
                )
            }
        }
    }

    /// The most letters that a name may have: what is made for it appends to it.
    pub(super) fn longest_name(self) -> usize {
        match self {
            Self::Injection | Self::IstioOperator => 63,
            Self::GatewayApi => 63 - super::gateway_api::SUFFIX.len(),
        }
    }

    /// What of an intent this way has no place for.
    pub(super) fn check(self, intent: &Intent) -> Result<()> {
        let no_place = |flag: &str, why: &str| {
            Err(Error::usage(format!("{flag} and --method {}: {why}", self.word())))
        };
        if intent.tls_secret.is_some() && self != Self::GatewayApi {
            return no_place(
                "--tls-secret",
                "secrets are named by Gateways, which igwctl apply makes",
            );
        }
        match self {
            Self::GatewayApi => {
                if intent.ports == Some(PodPorts::Unprivileged) {
                    return no_place(
                        "--ports unprivileged",
                        "istiod binds the listeners' own ports",
                    );
                }
                let is_completed = intent.scale.is_some()
                    || intent.cpu.is_some()
                    || intent.memory.is_some()
                    || intent.seccomp;
                match intent.istiod.filter(|it| !takes_parameters(Some(*it)) && is_completed) {
                    Some(version) => no_place(
                        "--replicas, --min, --max, --cpu, --memory, --seccomp",
                        &format!("istiod {version} has no place for them (1.26 has)"),
                    ),
                    None => Ok(()),
                }
            }
            Self::IstioOperator if intent.network_policy => {
                no_place("--network-policy", "the operator makes none")
            }
            Self::IstioOperator if intent.seccomp => {
                no_place("--seccomp", "it is laid over what istiod makes of a Gateway")
            }
            Self::Injection | Self::IstioOperator => Ok(()),
        }
    }

    /// What is to be known of a gateway that is made this way.
    pub(super) fn notes(self, intent: &Intent) -> Vec<String> {
        match self {
            Self::GatewayApi if intent.tls_secret.is_none() => vec![
                "the listener https opens port 443 for Gateways of networking.istio.io, and serves \
                 nothing itself; istiod up to 1.29 calls it unsupported, and opens the port all the \
                 same. --tls-secret makes it serve HTTPS"
                    .to_owned(),
            ],
            Self::Injection | Self::GatewayApi | Self::IstioOperator => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(minor: u32, gateway_api: bool, operator: bool) -> Facts {
        let operator = operator.then(|| Key::new("istio-operator", "istio-operator"));
        let istiod = Some(Version { major: 1, minor, patch: 3 });
        Facts { istiod, gateway_api, istio_operators: operator.is_some(), operator }
    }

    #[test]
    fn the_way_is_the_one_that_the_mesh_supports() {
        let chosen = |facts: &Facts| choose(facts).map(|it| it.0).map_err(|it| it.message);
        assert_eq!(chosen(&facts(30, true, false)), Ok(Method::Injection));
        assert_eq!(chosen(&facts(14, false, true)), Ok(Method::Injection));
        assert_eq!(chosen(&facts(9, false, true)), Ok(Method::IstioOperator));
        assert_eq!(chosen(&Facts::default()), Ok(Method::Injection));
        assert!(chosen(&facts(9, true, false)).unwrap_err().contains("istiod 1.9.3"));
        let (_, why) = choose(&facts(30, true, false)).unwrap();
        assert!(why.contains("istiod 1.30.3") && why.contains("gateway-api would do"), "{why}");
    }

    #[test]
    fn a_way_that_the_mesh_does_not_support_is_refused_with_the_reason() {
        let refused = |method: Method, facts: &Facts| method.supported(facts).unwrap_err().message;
        assert!(refused(Method::Injection, &facts(9, true, true)).contains("1.10"));
        assert!(refused(Method::GatewayApi, &facts(30, false, false)).contains("CRDs"));
        assert!(refused(Method::GatewayApi, &facts(16, true, false)).contains("1.17"));
        assert_eq!(Method::GatewayApi.supported(&facts(17, true, false)), Ok(()));
        assert!(refused(Method::IstioOperator, &facts(30, true, false)).contains("1.24"));
        let idle = Facts { istio_operators: true, ..facts(23, true, false) };
        assert!(refused(Method::IstioOperator, &idle).contains("no operator runs"));
        for method in Method::ALL {
            assert_eq!(method.supported(&facts(20, true, true)), Ok(()));
        }
    }
}

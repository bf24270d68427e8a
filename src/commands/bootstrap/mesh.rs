//! What the mesh is like in which a gateway is to be made, and so which way is taken.

use crate::bootstrap::forecast::{About, Forecast};
use crate::bootstrap::method::{self, Facts, Method};
use crate::bootstrap::{self, Intent, Rendered, Surroundings};
use crate::commands::globals::Globals;
use crate::effects::cluster::Cluster;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::session::Session;
use crate::world::{Kind, Question as _, World};

/// A mesh that was looked at.
pub(super) struct Mesh {
    pub(super) cluster: Cluster,
    /// The namespace that is meant.
    pub(super) namespace: String,
    pub(super) world: World,
    facts: Facts,
}

impl Mesh {
    /// Looks at it.
    pub(super) fn ask(globals: &Globals) -> Result<Self> {
        let access = globals.access()?;
        let mut cluster = Cluster::connect(&access)?;
        let namespace = globals.namespace.clone().unwrap_or_else(|| cluster.namespace().to_owned());
        let question = Surroundings { namespace: namespace.clone() };
        let session = Session::of_cluster(access, None, question.reads());
        let (world, _) = session.read_by(Some(&mut cluster), &question)?;
        let served = cluster.served(&[Kind::KubernetesGateways, Kind::IstioOperators])?;
        let is_v1 = |at: usize| served.get(at).is_some_and(|it| it.as_deref() == Some("v1"));
        let facts = Facts {
            istiod: method::istiod(&world),
            gateway_api: is_v1(0),
            istio_operators: served.get(1).is_some_and(Option::is_some),
            operator: method::operator(&world),
        };
        Ok(Self { cluster, namespace, world, facts })
    }

    /// Whether it serves `IstioOperator`s.
    pub(super) fn has_operators(&self) -> bool {
        self.facts.istio_operators
    }

    /// What is wanted, by the way that is named or the one that the mesh supports, and what is to
    /// be known of it first.
    pub(super) fn rendered(
        &mut self,
        mut intent: Intent,
        given: Option<Method>,
        anyway: bool,
    ) -> Result<(Method, Rendered)> {
        intent.istiod = self.facts.istiod;
        let (method, why) = match given {
            Some(method) => {
                method.supported(&self.facts)?;
                (method, None)
            }
            None => method::choose(&self.facts).map(|(method, why)| (method, Some(why)))?,
        };
        intent.seccomp |=
            method == Method::GatewayApi && bootstrap::asks_for_seccomp(&self.world, &intent);
        let mut rendered = bootstrap::manifests(&intent, method)?;
        rendered.notes.splice(0..0, why);
        rendered.notes.extend(rendered.labels.check(&self.world, &intent.key())?);
        let forecast = bootstrap::expected(&self.world, &intent, method, &rendered);
        rendered.notes.extend(forecast.map_or_else(|| Ok(Vec::new()), |it| weighed(it, anyway))?);
        Ok((method, rendered))
    }
}

/// What is expected of the pods, as sentences to be known.
///
/// # Errors
/// Not one of them would run, unless it is to be made `anyway`.
fn weighed(forecast: Forecast, anyway: bool) -> Result<Vec<String>> {
    let is_hopeless = forecast.is_hopeless() && !anyway;
    let mut concerns = forecast.concerns.into_iter();
    if is_hopeless && let Some(worst) = concerns.next() {
        let exit = if worst.about == About::Namespace { Exit::NotThere } else { Exit::Failed };
        let error = Error::new(exit, format!("its pods would not run: {}", worst.message));
        let error = worst.hints.into_iter().fold(error, Error::hint);
        return Err(match worst.about {
            About::Namespace => error,
            _ => error.hint("--anyway makes it all the same"),
        });
    }
    let mut notes: Vec<String> = concerns
        .map(|it| {
            let hints = it.hints.iter().map(|hint| format!("; {hint}"));
            it.message.clone() + &hints.collect::<String>()
        })
        .collect();
    notes.extend(forecast.open.iter().map(|gap| {
        let place = gap.namespace.as_ref().map_or_else(String::new, |it| format!(" in {it}"));
        format!("whether its pods will run is not wholly known: {}{place}", gap.reason)
    }));
    Ok(notes)
}

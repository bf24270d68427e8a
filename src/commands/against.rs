//! What `render` holds an application against, if it is told to: files, or the cluster.

use super::app::Wish;
use super::gateway;
use super::globals::Globals;
use super::inputs::Inputs;
use super::publish::{self, check_destinations, needs_gateway};
use crate::discover::Discover;
use crate::effects::cluster::{Cluster, LogWishes};
use crate::effects::dns;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::render::words::{CertManagerApi, IstioApi};
use crate::render::{Setting, several};
use crate::session::Session;
use crate::world::{Kind, Question as _, World};

#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Held against")]
pub(super) struct Against {
    /// Files, directories, or - for standard input, that show Services, gateways and other
    /// applications (repeatable)
    #[arg(long, value_name = "PATH", hide_short_help = true)]
    from: Vec<String>,

    /// Ask the cluster: gateway, address, Services, versions
    #[arg(long, help_heading = "Gateway")]
    live: bool,

    /// The files show all objects of these kinds (kubectl's names), or of every kind shown, so that
    /// one which is not there does not exist
    #[arg(long, value_name = "KINDS", num_args = 0..=1, require_equals = true,
          value_delimiter = ',', default_missing_value = "", requires = "from", hide_short_help = true)]
    complete: Vec<String>,

    /// The gateway: a Service, a Gateway, or a host that is served. Without, the only one there is
    #[arg(long, value_name = "GATEWAY", conflicts_with = "assume_gateway", hide_short_help = true)]
    gateway: Option<String>,
}

/// What is known of the place.
pub(super) struct Place {
    world: World,
    /// The cluster, if it is asked, and the versions of Gateways, Certificates and `ClusterIssuer`s
    /// that it serves.
    cluster: Option<(Cluster, Vec<Option<String>>)>,
    base: Setting,
}

impl Against {
    /// Reads what there is; `None` where nothing is to be.
    pub(super) fn read(
        &self,
        wishes: &[Wish],
        now: Option<&str>,
        globals: &Globals,
    ) -> Result<Option<Place>> {
        if self.from.is_empty() && !self.live {
            return if self.gateway.is_some() {
                Err(Error::usage("--gateway names what --from or --live shows"))
            } else {
                Ok(None)
            };
        }
        let name = self.gateway.as_deref().map(gateway::name).transpose()?;
        let question = Discover { namespace: None, name, called: None };
        let mut session: Session = Inputs::of(&self.complete, self.live, now).session(
            self.from.clone(),
            LogWishes::NONE,
            globals,
        )?;
        session.wishes.reads = question.reads();
        session.names = session.cluster.as_ref().map(|_| dns::Server::System);
        let mut cluster = match &session.cluster {
            Some((access, _)) => Some(Cluster::connect(access)?),
            None => None,
        };
        let (world, known) = session.read_by(cluster.as_mut(), &question)?;
        if let Some(error) = known.unread {
            return Err(error);
        }
        let cluster = match cluster {
            Some(mut cluster) => {
                let kinds = [Kind::Gateways, Kind::Certificates, Kind::ClusterIssuers];
                let served = cluster.served(&kinds)?;
                Some((cluster, served))
            }
            None => None,
        };
        let mut base = Setting::default();
        if self.gateway.is_some() || wishes.iter().any(needs_gateway) {
            base = found(&question, &world)?;
        }
        if let Some((_, served)) = &cluster {
            let version = |at: usize| served.get(at).and_then(Option::as_deref);
            base.istio = version(0).and_then(|it| it.parse::<IstioApi>().ok());
            base.cert_manager = version(1).and_then(|it| it.parse::<CertManagerApi>().ok());
        }
        Ok(Some(Place { world, cluster, base }))
    }
}

/// The gateway that is meant. Files need not show any.
fn found(question: &Discover, world: &World) -> Result<Setting> {
    let answer = question.answer(world);
    let found = match gateway::one(question, &answer, false) {
        Ok(found) => found,
        Err(error) if error.exit == Exit::NotThere && question.name.is_none() => {
            return Ok(Setting::default());
        }
        Err(error) if error.exit == Exit::Usage => return Err(error.hint("--gateway says which")),
        Err(error) => return Err(error),
    };
    Ok(Setting {
        gateway: Some(publish::place(found)?),
        address: found.endpoint.as_ref().and_then(|it| it.ip),
        ..Setting::default()
    })
}

impl Place {
    /// What is known beside an application; its destinations are made sure of.
    pub(super) fn setting(&mut self, wish: &Wish) -> Result<Setting> {
        check_destinations(wish, &self.world)?;
        let mut setting = self.base.clone();
        if let Some((cluster, served)) = &mut self.cluster {
            let issuers = served.get(2).and_then(Option::as_deref);
            setting.is_acme = publish::issuer(cluster, wish, setting.gateway.as_ref(), issuers)?;
        }
        Ok(setting)
    }

    /// What is served there already.
    pub(super) fn world(&self) -> &World {
        &self.world
    }
}

/// What is to be known of applications beside what is served already.
///
/// # Errors
/// A host that would be served twice.
pub(super) fn beside(
    wishes: &[Wish],
    rendered: &[crate::render::Rendered],
    world: &World,
) -> Result<Vec<String>> {
    let mut warnings = Vec::new();
    for (wish, one) in wishes.iter().zip(rendered) {
        warnings.extend(several::beside_others(one, world).map_err(|it| wish.refused(it))?);
    }
    Ok(warnings)
}

//! What `apply` and `diff` share: what is wanted, completed by what the cluster is like, and the plan
//! of what comes of it.

use std::collections::BTreeSet;

use super::against;
use super::app::{AppArgs, Wish};
use super::gateway;
use super::globals::Globals;
use super::material;
use super::sending::Waived;
use crate::change::owner::Owner;
use crate::change::{self, Object, Plan};
use crate::discover::Discover;
use crate::effects::cluster::{Applying, Cluster};
use crate::effects::{clock, dns, terminal};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::manifest::Manifest;
use crate::model::network::Service;
use crate::model::{Key, ObjectRef, labels};
use crate::render::words::{CertManagerApi, IssuerKind, IstioApi};
use crate::render::{self, FoundGateway as Served, Rendered, Setting, several};
use crate::report::discovery::FoundGateway;
use crate::session::Session;
use crate::world::routing::hosts;
use crate::world::{Kind, World};

/// What is applied, and what is done about what stands in the way.
#[derive(Clone, Debug, clap::Args)]
// With --gateway the cluster tells these.
#[command(mut_arg("address", |it| it.hide_short_help(true)))]
#[command(mut_arg("assume_gateway", |it| it.hide_short_help(true)))]
pub(super) struct Publish {
    #[command(flatten)]
    app: AppArgs,

    /// A Service, a Gateway, or a host that is served
    ///
    /// As NAME or NS/NAME; without, the only gateway there is.
    #[arg(long, value_name = "GATEWAY", conflicts_with = "assume_gateway", help_heading = None)]
    gateway: Option<String>,

    /// The name server to ask for a load balancer's host name, instead of the system's
    #[arg(help_heading = "On the cluster", long, value_name = "IP[:PORT]", hide_short_help = true)]
    resolver: Option<String>,

    /// Where the CA of --self-signed is kept [default: igwctl among the user's data]
    #[arg(help_heading = "On the cluster", long, value_name = "DIR", hide_short_help = true)]
    ca_dir: Option<String>,

    /// Take over objects of these names that igwctl did not make for this application
    #[arg(help_heading = "On the cluster", long, hide_short_help = true)]
    adopt: bool,

    /// Take over fields that others set
    #[arg(help_heading = "On the cluster", long, hide_short_help = true)]
    force_conflicts: bool,

    /// Change objects too that a repository keeps (Argo CD, Flux, Helm): they may be changed back
    #[arg(help_heading = "On the cluster", long, hide_short_help = true)]
    ignore_repository: bool,
}

/// What may be asked, and of whom.
#[derive(Clone, Copy)]
pub(super) struct Asking {
    /// Not even a dry run is asked for.
    pub(super) client: bool,
    /// Which of several gateways is meant may be asked on a terminal.
    pub(super) may_ask: bool,
}

/// What is to be written, where, and what comes of it.
pub(super) struct Prepared {
    pub(super) cluster: Cluster,
    pub(super) apps: Vec<Key>,
    pub(super) rendered: Vec<Rendered>,
    pub(super) plan: Plan,
    /// The gateway, where one was looked for.
    pub(super) gateway: Option<FoundGateway>,
    /// What is to be told, a sentence each.
    pub(super) warnings: Vec<String>,
    pub(super) applying: Applying,
}

/// Reads what is wanted and what the cluster is like, renders, and asks what would come of it.
/// Nothing is written.
pub(super) fn prepare(publish: &Publish, globals: &Globals, asking: Asking) -> Result<Prepared> {
    let access = globals.access()?;
    let mut cluster = Cluster::connect(&access)?;
    let mut placed = globals.clone();
    placed.namespace.get_or_insert_with(|| cluster.namespace().to_owned());
    let (wishes, _) = publish.app.wishes(&placed)?;
    let apps: Vec<Key> =
        wishes.iter().map(|it| Key::new(&*it.intent.namespace, &*it.intent.app)).collect();
    let (world, gateway) = surroundings(publish, globals, &mut cluster, &wishes, asking.may_ask)?;
    let served = cluster.served(&[Kind::Gateways, Kind::Certificates, Kind::ClusterIssuers])?;
    let [gateways, certificates, issuers] = &*served else {
        return Err(Error::new(Exit::Failed, "the cluster does not say what it serves"));
    };
    if gateways.is_none() {
        return Err(Error::new(Exit::NotThere, "the cluster does not have Istio's Gateway")
            .hint("install Istio first"));
    }
    let mut rendered = Vec::new();
    for wish in &wishes {
        check_destinations(wish, &world)?;
        let place = gateway.as_ref().map(place).transpose()?;
        let base = Setting {
            is_acme: issuer(&mut cluster, wish, place.as_ref(), issuers.as_deref())?,
            gateway: place,
            address: gateway.as_ref().and_then(|it| it.endpoint.as_ref()).and_then(|it| it.ip),
            istio: gateways.as_deref().and_then(|it| it.parse::<IstioApi>().ok()),
            cert_manager: certificates.as_deref().and_then(|it| it.parse::<CertManagerApi>().ok()),
            now: clock::now(),
            ..Setting::default()
        };
        let setting = material::completed(base, wish, publish.ca_dir.as_deref())?;
        let one = render::manifests(&wish.intent, &setting).map_err(|it| wish.refused(it))?;
        rendered.push(one);
    }
    let mut warnings = several::check(&mut rendered).map_err(|(at, it)| wishes[at].refused(it))?;
    warnings.extend(against::beside(&wishes, &rendered, &world)?);
    warnings.extend(material::made(&wishes, publish.ca_dir.as_deref())?);
    warnings
        .extend(rendered.iter().flat_map(|it| it.assumptions.iter().chain(&it.warnings)).cloned());
    let needs_cert_manager = |it: &Manifest| it.api_version.starts_with("cert-manager.io/");
    let all = || rendered.iter().flat_map(|it| &it.manifests);
    if certificates.is_none() && all().any(needs_cert_manager) {
        return Err(no_cert_manager());
    }
    let applying =
        Applying { force: publish.force_conflicts, client: asking.client, ..Applying::default() };
    let manifests: Vec<&Manifest> = all().collect();
    let spinner = terminal::spinner();
    spinner.show("what is there, and what a dry run brings");
    let looked = cluster.look(&manifests, applying)?;
    drop(spinner);
    let owners =
        apps.iter().zip(&rendered).flat_map(|(app, it)| it.manifests.iter().map(move |_| app));
    let mut plan = Plan::default();
    for ((manifest, app), look) in manifests.into_iter().zip(owners).zip(looked) {
        plan.steps.push(change::plan(manifest.clone(), &Owner::Ours(app.clone()), look));
    }
    let Publish { adopt, ignore_repository, .. } = *publish;
    Waived { adopt, ignore_repository }.waive(&mut plan, &mut warnings);
    Ok(Prepared { cluster, apps, rendered, plan, gateway, warnings, applying })
}

fn no_cert_manager() -> Error {
    Error::new(
        Exit::NotThere,
        "cert-manager is not installed in this cluster: nothing would make the certificate",
    )
    .hint("install it (its Helm chart is jetstack/cert-manager, with crds.enabled=true)")
    .hint("or have the certificate made here: --tls --self-signed instead of an issuer")
}

/// The world as `discover` sees it, and the gateway that is meant, unless each application says where
/// its gateway is and by which hosts it is served.
fn surroundings(
    publish: &Publish,
    globals: &Globals,
    cluster: &mut Cluster,
    wishes: &[Wish],
    may_ask: bool,
) -> Result<(World, Option<FoundGateway>)> {
    let name = publish.gateway.as_deref().map(gateway::name).transpose()?;
    let is_needed = name.is_some() || wishes.iter().any(needs_gateway);
    let question = Discover { namespace: None, name, called: None };
    let server = publish.resolver.as_deref().map(gateway::server).transpose()?;
    let names = Some(server.unwrap_or(dns::Server::System));
    let session = Session::of_cluster(globals.access()?, names, crate::discover::READS);
    let (world, _) = session.read_by(Some(cluster), &question)?;
    if !is_needed {
        return Ok((world, None));
    }
    let answer = crate::world::Question::answer(&question, &world);
    let found = gateway::one(&question, &answer, may_ask).map_err(|error| match error.exit {
        Exit::Usage => error.hint("--gateway says which"),
        _ => error,
    })?;
    let needs_address =
        wishes.iter().any(|it| it.intent.spec.hosts.is_empty() && it.intent.spec.address.is_none());
    if let Some(lack) = gateway::lacks(found, true).filter(|_| needs_address) {
        return Err(Error::new(Exit::NotThere, lack).hint(
            "--host gives the application a name of its own, for which no address is needed",
        ));
    }
    let found = found.clone();
    Ok((world, Some(found)))
}

pub(super) fn needs_gateway(wish: &Wish) -> bool {
    let spec = &wish.intent.spec;
    spec.gateway.namespaces.is_empty()
        || spec.gateway.selector.is_empty()
        || (spec.hosts.is_empty() && spec.address.is_none())
}

/// Where the gateway's pods are, and what selects them and nothing else.
pub(super) fn place(gateway: &FoundGateway) -> Result<Served> {
    let key = gateway.object.key();
    let selector = gateway.selector.clone().ok_or_else(|| {
        Error::new(Exit::NotThere, format!("no labels mean only the gateway {key}"))
            .hint("--gateway-selector says which labels are to be selected")
    })?;
    Ok(Served { namespaces: vec![key.namespace], selector })
}

/// Whether the issuer that is named is an ACME one; that it is there at all is made sure of, an Issuer
/// in each namespace where a Certificate lands.
pub(super) fn issuer(
    cluster: &mut Cluster,
    wish: &Wish,
    place: Option<&Served>,
    version: Option<&str>,
) -> Result<Option<bool>> {
    let spec = &wish.intent.spec;
    let Some(certificate) = spec.tls.as_ref().map(|it| &it.certificate) else { return Ok(None) };
    let Some(name) = &certificate.issuer else { return Ok(None) };
    if certificate.create_issuer.is_some() {
        return Ok(None);
    }
    let version = version.ok_or_else(no_cert_manager)?;
    let (kind, namespaces) = match name.kind {
        IssuerKind::ClusterIssuer => ("ClusterIssuer", BTreeSet::from([String::new()])),
        IssuerKind::Issuer => ("Issuer", render::gateway_namespaces(&wish.intent, place)),
    };
    let mut is_acme = None;
    for namespace in namespaces {
        let mut issuer = ObjectRef::named(kind, &namespace, &name.name);
        issuer.api_version = format!("cert-manager.io/{version}");
        let found = match cluster.found(&issuer) {
            // Who may not look may still use it.
            Err(error) if error.exit == Exit::Forbidden => continue,
            found => found?,
        };
        let Some(object) = found else { return Err(no_issuer(&issuer)) };
        is_acme = Some(is_acme == Some(true) || object.at("/spec/acme").is_some());
    }
    Ok(is_acme)
}

fn no_issuer(issuer: &ObjectRef) -> Error {
    let error = Error::new(Exit::NotThere, format!("there is no {issuer}"))
        .hint("--create-issuer selfsigned|ca|acme makes it too");
    if issuer.namespace.is_empty() {
        return error
            .hint("an Issuer is named Issuer/NAME, and looked for where the gateway's pods are");
    }
    let place = &issuer.namespace;
    error.hint(format!(
        "the Certificate lands in {place}, where the gateway's pods are, and takes an Issuer only \
         from there; a ClusterIssuer serves all namespaces"
    ))
}

/// Whether the Services are there that routes lead to, and have these ports.
pub(super) fn check_destinations(wish: &Wish, world: &World) -> Result<()> {
    let own = &wish.intent.namespace;
    for destination in render::destinations(&wish.intent) {
        let domain = &world.domain().name;
        let host = hosts::full_name(&destination.service, own, domain);
        // A whole host name may be a ServiceEntry's, or that of another registry.
        let Some((namespace, name)) = hosts::service_of(&host, domain) else { continue };
        let key = Key::new(namespace, name);
        let missing = |what: String, hint: String| Err(Error::new(Exit::NotThere, what).hint(hint));
        let Some(service) = world.all::<Service>().get(&key) else {
            // Where not all Services are seen, it may be among the others.
            if world.covers(Kind::Services, Some(&key.namespace)).is_err() {
                continue;
            }
            let near: Vec<String> = world
                .within::<Service>(&key.namespace)
                .map(|it| it.metadata.name.clone())
                .take(10)
                .collect();
            let hint = match &*near {
                [] => format!("there are no Services in {}", key.namespace),
                names => format!("in {} there are {}", key.namespace, names.join(", ")),
            };
            return missing(format!("a route leads to Service {key}, which is not there"), hint);
        };
        let ports: Vec<u64> = service.spec.ports.iter().map(|it| u64::from(it.port)).collect();
        let has = || {
            let listed: Vec<String> = ports.iter().map(ToString::to_string).collect();
            format!("it has {}", listed.join(", "))
        };
        if destination.port.is_none() && ports.len() > 1 {
            return missing(
                format!("a route leads to Service {key} without a port, and it has several"),
                has(),
            );
        }
        if let Some(port) = destination.port.filter(|it| !ports.contains(&u64::from(*it))) {
            return missing(
                format!("a route leads to port {port} of Service {key}, which it does not have"),
                has(),
            );
        }
    }
    Ok(())
}

/// What igwctl made for the applications before and is not among what is wanted now.
pub(super) fn outdated(prepared: &mut Prepared) -> Result<Vec<Object>> {
    let spinner = terminal::spinner();
    spinner.show("what igwctl made before");
    let mut old = Vec::new();
    for app in &prepared.apps {
        let instead = std::slice::from_ref(&app.namespace);
        let found = prepared.cluster.labelled(
            change::KINDS,
            &labels::selector(&app.name, &app.namespace),
            instead,
        )?;
        old.extend(change::order(found.objects, app, false).goes);
    }
    drop(spinner);
    let wanted: Vec<_> = prepared
        .plan
        .steps
        .iter()
        .map(|it| (it.manifest.kind.clone(), it.manifest.key()))
        .collect();
    old.retain(|it| !wanted.contains(&(it.kind().to_owned(), it.key())));
    // A Secret that is served from now on stays, whoever writes it: a Certificate, or somebody else.
    let served: Vec<&Key> = prepared.rendered.iter().flat_map(|it| &it.secrets).collect();
    old.retain(|it| it.kind() != "Secret" || !served.contains(&&it.key()));
    Ok(old)
}

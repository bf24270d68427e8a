//! The values that clap does not know itself: from tables, the kubeconfig and the cluster.

use clap::{CommandFactory as _, FromArgMatches as _, Parser};

use super::line::Asked;
use super::source::Source;
use super::{Candidate, LIMIT};
use crate::change;
use crate::commands::globals::Globals;
use crate::diagnose::checks;
use crate::discover::Names;
use crate::effects::clock;
use crate::effects::cluster::{self, Access, Cluster, LogWishes};
use crate::error::Result;
use crate::ingest::{Intake, Wishes};
use crate::model::labels;
use crate::session::Session;
use crate::world::{Kind, Question as _};

/// The values of a source; none, where they cannot be had in time.
pub(super) fn of(source: Source, asked: &Asked<'_>) -> Vec<Candidate> {
    match source {
        Source::Codes => {
            return checks::ALL.iter().map(|it| Candidate::new(it.code, it.title)).collect();
        }
        Source::Kinds => {
            let telling = Kind::ALL.iter().filter(|it| it.is_telling());
            return telling.map(|it| Candidate::new(it.plural(), it.group())).collect();
        }
        Source::Commands => return commands(),
        Source::Files | Source::Folders | Source::User => return Vec::new(),
        _ => {}
    }
    // With files nothing is contacted, as with the command itself.
    let has_files = asked.given("PATH").is_some() && !asked.has("live");
    if source.is_a_cluster() && has_files {
        return if source == Source::Gateways { in_files(asked) } else { Vec::new() };
    }
    let Some(asking) = Asking::of(source, asked) else { return Vec::new() };
    // A program of the kubeconfig's, or its file itself, may take any time.
    clock::within(LIMIT, move || asking.ask().unwrap_or_default()).unwrap_or_default()
}

/// The gateways that files show. Standard input is not read: it is the shell's.
fn in_files(asked: &Asked<'_>) -> Vec<Candidate> {
    let mut paths = asked.all("PATH");
    paths.retain(|it| it != "-");
    let begun = asked.begun.clone();
    let wishes = Wishes::of(Names.reads(), clock::now());
    let session = Session { paths, cluster: None, names: None, wishes };
    let read = move || session.ask(&Names).map(|(names, _)| offered(names, &begun));
    clock::within(LIMIT, move || read().unwrap_or_default()).unwrap_or_default()
}

/// The names of gateways. Without its namespace a name is offered once something of it is typed.
fn offered(names: Vec<(String, String)>, begun: &str) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for (name, about) in names {
        let bare = name.split_once('/').map(|(_, bare)| bare.to_owned());
        candidates.push(Candidate::new(name, &*about));
        let is_begun = |it: &String| !begun.is_empty() && it.starts_with(begun);
        candidates.extend(bare.filter(is_begun).map(|it| Candidate::new(it, format!("a {about}"))));
    }
    candidates
}

fn commands() -> Vec<Candidate> {
    let mut program = crate::commands::command("igwctl");
    program = program.disable_help_subcommand(true);
    super::subcommands(&program)
}

/// The global flags alone.
#[derive(Parser)]
struct Given {
    #[command(flatten)]
    globals: Globals,
}

/// What is asked for, apart from the command line.
struct Asking {
    source: Source,
    access: Access,
    /// `-n`.
    namespace: Option<String>,
    /// The namespace of the gateway's pods, where it is said.
    gateways: Option<String>,
    begun: String,
}

impl Asking {
    /// `None`: the line is not one that could be run.
    fn of(source: Source, asked: &Asked<'_>) -> Option<Self> {
        let words = std::iter::once("igwctl".to_owned()).chain(asked.globals());
        let matches = Given::command().try_get_matches_from(words).ok()?;
        let globals = Given::from_arg_matches(&matches).ok()?.globals;
        let access = globals.access().ok()?;
        let access = Access { request_timeout: Some(LIMIT), asks_nobody: true, ..access };
        let assumed = asked.given("NS[:KEY=VALUE,…]");
        let gateways = assumed.map(|it| it.split(':').next().unwrap_or_default().to_owned());
        let begun = asked.begun.clone();
        Some(Self { source, access, namespace: globals.namespace, gateways, begun })
    }

    fn ask(&self) -> Result<Vec<Candidate>> {
        let local = |of: fn(cluster::Entries) -> Vec<(String, String)>| {
            let entries = cluster::entries(&self.access)?;
            Ok(of(entries).into_iter().map(|(name, about)| Candidate::new(name, about)).collect())
        };
        match self.source {
            Source::Contexts => local(|it| it.contexts),
            Source::Clusters => local(|it| it.clusters),
            Source::Users => local(|it| it.users),
            Source::Namespaces => self.namespaces(),
            Source::Gateways => self.gateways(),
            Source::Secrets => self.secrets(),
            Source::Issuers => self.issuers(),
            Source::Apps => self.apps(),
            Source::OwnGateways => self.own_gateways(),
            _ => Ok(Vec::new()),
        }
    }

    /// Those of the cluster; where they may not be listed, those that the kubeconfig names.
    fn namespaces(&self) -> Result<Vec<Candidate>> {
        let listed = Cluster::connect(&self.access)?.names(Kind::Namespaces, None);
        let names: Vec<String> = match listed {
            Ok(keys) => keys.into_iter().map(|it| it.name).collect(),
            Err(_) => cluster::entries(&self.access)?.namespaces.into_iter().collect(),
        };
        Ok(names.into_iter().map(|it| Candidate::new(it, "")).collect())
    }

    fn gateways(&self) -> Result<Vec<Candidate>> {
        let wishes = Wishes::of(Names.reads(), clock::now());
        let mut intake = Intake::new(Wishes { namespace: self.namespace.clone(), ..wishes });
        let mut cluster = Cluster::connect(&self.access)?;
        cluster.read(&Names, &LogWishes::NONE, &mut intake, &|_| {})?;
        let (world, _) = intake.finish();
        Ok(offered(Names.answer(&world), &self.begun))
    }

    /// Those that may hold a certificate, where the gateway's pods are, if that is said.
    fn secrets(&self) -> Result<Vec<Candidate>> {
        let mut cluster = Cluster::connect(&self.access)?;
        let place = self.gateways.as_deref();
        let keys = cluster.names(Kind::Secrets, place).or_else(|error| match place {
            // Who may not see all may still see those of the usual place.
            None => cluster.names(Kind::Secrets, Some("istio-system")),
            Some(_) => Err(error),
        })?;
        Ok(keys.into_iter().map(|it| Candidate::new(it.name, it.namespace)).collect())
    }

    fn issuers(&self) -> Result<Vec<Candidate>> {
        let mut cluster = Cluster::connect(&self.access)?;
        let shared = cluster.names(Kind::ClusterIssuers, None).unwrap_or_default();
        let own = cluster.names(Kind::Issuers, self.namespace.as_deref()).unwrap_or_default();
        let shared = shared.into_iter().map(|it| Candidate::new(it.name, "ClusterIssuer"));
        let own = own.into_iter().map(|it| {
            Candidate::new(format!("Issuer/{}", it.name), format!("in {}", it.namespace))
        });
        Ok(shared.chain(own).collect())
    }

    /// Those of the namespace that the command would look in.
    fn apps(&self) -> Result<Vec<Candidate>> {
        let mut cluster = Cluster::connect(&self.access)?;
        let own = self.namespace.clone().unwrap_or_else(|| cluster.namespace().to_owned());
        let found =
            cluster.labelled(change::KINDS, &labels::managed(), std::slice::from_ref(&own))?;
        let mut applications = change::applications(&found.objects).applications;
        applications.retain(|it| it.namespace == own);
        Ok(applications.into_iter().map(|it| Candidate::new(it.name, it.urls.join(" "))).collect())
    }

    /// Those of the namespace that the command would look in, by their Services and Gateways.
    fn own_gateways(&self) -> Result<Vec<Candidate>> {
        let mut cluster = Cluster::connect(&self.access)?;
        let own = self.namespace.clone().unwrap_or_else(|| cluster.namespace().to_owned());
        let kinds = [Kind::Services, Kind::KubernetesGateways];
        let found = cluster.labelled_in(&kinds, &labels::managed(), &own)?;
        let made = found.objects.iter().filter(|it| !it.label(labels::GATEWAY).is_empty());
        Ok(made.map(|it| Candidate::new(it.label(labels::GATEWAY), it.kind())).collect())
    }
}

//! What is wanted of an application, on the command line or in a file.

use std::net::IpAddr;
use std::path::Path;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::globals::Globals;
use super::inputs;
use super::tls::TlsWanted;
use crate::effects::files;
use crate::error::{Error, Result};
use crate::render::app_file::{self, Entry};
use crate::render::intent::{Api, Place, Ports, Spec};
use crate::render::route::Route;
use crate::render::words::{CertManagerApi, IstioApi};
use crate::render::{Intent, Refusal};

/// The namespace of what names none.
pub(super) const NAMESPACE: &str = "default";

#[derive(Clone, Debug, clap::Args)]
pub(super) struct AppArgs {
    /// Read applications from a file, or - for standard input
    ///
    /// Instead of flags: the same, by its fields (docs/schema/app.json).
    #[arg(short, long, value_name = "FILE", conflicts_with_all = ["wanted", "tls_wanted"])]
    file: Option<String>,

    #[command(flatten)]
    wanted: Wanted,

    #[command(flatten)]
    surroundings: Surroundings,

    #[command(flatten)]
    tls: TlsWanted,
}

#[derive(Clone, Debug, clap::Args)]
#[group(id = "wanted", multiple = true)]
struct Wanted {
    /// The application: its name is that of its objects
    #[arg(value_name = "APP", required_unless_present = "file")]
    app: Option<String>,

    /// A host name that is served (repeatable)
    #[arg(long = "host", value_name = "FQDN")]
    hosts: Vec<String>,

    /// What goes where: PATH=SERVICE:PORT (repeatable)
    ///
    /// And more: see under Routes.
    #[arg(long = "route", value_name = "ROUTE")]
    routes: Vec<Route>,

    /// The port of plain HTTP; 0: none [default: 80]
    #[arg(long, value_name = "PORT", hide_short_help = true)]
    http_port: Option<u16>,

    /// The port of TLS [default: 443]
    #[arg(long, value_name = "PORT", hide_short_help = true)]
    https_port: Option<u16>,
}

/// What is known of the cluster; with a file, for the applications that do not say it themselves.
#[derive(Clone, Debug, clap::Args)]
struct Surroundings {
    /// Its IP address: for a name of sslip.io, without --host
    #[arg(long, value_name = "IP", help_heading = "Gateway")]
    address: Option<IpAddr>,

    /// Where its pods are: their namespace, and their labels (repeatable)
    ///
    /// As discover finds it; offline istio-system:istio=ingressgateway.
    #[arg(long, value_name = "NS[:KEY=VALUE,…]", help_heading = "Gateway")]
    assume_gateway: Vec<String>,

    /// The labels that select the gateway's pods [default: as discover finds them; offline
    /// istio=ingressgateway]
    #[arg(long, value_name = "KEY=VALUE,…", help_heading = "Gateway", hide_short_help = true)]
    gateway_selector: Option<String>,

    /// The version of networking.istio.io [default: v1, or what the cluster serves]
    #[arg(long, value_name = "VERSION", ignore_case = true, value_parser = choice(IstioApi::ALL, IstioApi::word), hide_short_help = true)]
    istio_api: Option<IstioApi>,

    /// The version of cert-manager.io [default: v1, or what the cluster serves]
    #[arg(long, value_name = "VERSION", ignore_case = true, value_parser = choice(CertManagerApi::ALL, CertManagerApi::word), hide_short_help = true)]
    cert_manager_api: Option<CertManagerApi>,
}

/// One of a few words, in any case.
pub(super) fn choice<T: Copy + Send + Sync + 'static>(
    all: &'static [T],
    word: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(all.iter().map(|it| word(*it))).map(move |given| {
        let is_it = |it: &&T| word(**it).eq_ignore_ascii_case(&given);
        all.iter().find(is_it).copied().unwrap_or(all[0])
    })
}

/// What is wanted of one application, and how one who asked for it is told that it is refused.
pub(super) struct Wish {
    /// What is wanted.
    pub(super) intent: Intent,
    entry: Option<Entry>,
}

impl Wish {
    /// Whether nothing but the command line could say its namespace.
    pub(super) fn is_unplaced(&self) -> bool {
        self.entry.as_ref().is_none_or(|entry| !entry.has_namespace)
    }

    /// The error of something in it that will not be rendered.
    pub(super) fn refused(&self, refusal: Refusal) -> Error {
        match &self.entry {
            Some(entry) => entry.refused(refusal),
            None => refusal.by_flag(),
        }
    }
}

impl AppArgs {
    /// What is wanted, and what was assumed for it.
    pub(super) fn wishes(&self, globals: &Globals) -> Result<(Vec<Wish>, Option<String>)> {
        let namespace = globals.namespace.as_deref().unwrap_or(NAMESPACE);
        let wishes = match &self.file {
            Some(file) => {
                let mut wishes = from_file(file, namespace)?;
                for wish in &mut wishes {
                    self.surroundings.complete(&mut wish.intent.spec)?;
                }
                wishes
            }
            None => vec![Wish { intent: self.intent(namespace)?, entry: None }],
        };
        let is_assumed = globals.namespace.is_none() && wishes.iter().any(Wish::is_unplaced);
        let assumed = format!("the namespace is taken to be {NAMESPACE}; -n says which it is");
        Ok((wishes, is_assumed.then_some(assumed)))
    }

    /// What the flags say.
    pub(super) fn intent(&self, namespace: &str) -> Result<Intent> {
        let it = &self.wanted;
        let mut spec = Spec {
            hosts: it.hosts.clone(),
            routes: it.routes.clone(),
            ports: Ports { http: it.http_port, https: it.https_port },
            tls: self.tls.tls()?,
            ..Spec::default()
        };
        self.surroundings.complete(&mut spec)?;
        Ok(Intent {
            app: it.app.clone().unwrap_or_default(),
            namespace: namespace.to_owned(),
            spec,
        })
    }
}

impl Surroundings {
    /// Adds what an application does not say itself.
    fn complete(&self, spec: &mut Spec) -> Result<()> {
        let Place { namespaces, selector } = self.place()?;
        spec.address = spec.address.or(self.address);
        if spec.gateway.namespaces.is_empty() {
            spec.gateway.namespaces = namespaces;
        }
        if spec.gateway.selector.is_empty() {
            spec.gateway.selector = selector;
        }
        spec.api = Api {
            istio: spec.api.istio.or(self.istio_api),
            cert_manager: spec.api.cert_manager.or(self.cert_manager_api),
        };
        Ok(())
    }

    /// Where the gateway is. The labels are those of the pods; what selects them may be fewer.
    fn place(&self) -> Result<Place> {
        let mut place = Place::default();
        let mut pods = Vec::new();
        for text in &self.assume_gateway {
            let assumed = inputs::assumed(text)?;
            place.namespaces.push(assumed.namespace);
            pods.extend(assumed.labels);
        }
        if let Some(text) = &self.gateway_selector {
            let wrong = || {
                Error::usage(format!("--gateway-selector {text}: labels are written key=value"))
                    .hint("for example: --gateway-selector istio=ingressgateway")
            };
            place.selector = inputs::labels(text).ok_or_else(wrong)?;
        } else if let Some(first) = pods.first() {
            if pods.iter().any(|labels| labels != first) {
                return Err(Error::usage("--assume-gateway: the pods have different labels")
                    .hint("--gateway-selector says which of them select all"));
            }
            place.selector.clone_from(first);
        }
        let is_selected = |pods: &std::collections::BTreeMap<String, String>| {
            place.selector.iter().all(|(key, value)| pods.get(key) == Some(value))
        };
        if !pods.iter().all(is_selected) {
            return Err(Error::usage("--gateway-selector: it selects none of the pods")
                .hint("--assume-gateway gives them other labels"));
        }
        Ok(place)
    }
}

/// The applications of a file. What files of PEM it names are beside it.
fn from_file(file: &str, namespace: &str) -> Result<Vec<Wish>> {
    let text = files::text(file)?;
    let beside = Path::new(file).parent().filter(|_| file != "-").unwrap_or(Path::new(""));
    let wish = |mut entry: Entry| {
        if let Some(tls) = &mut entry.intent.spec.tls {
            let files = tls.certificate.files.as_mut();
            let files = files.map(|it| [&mut it.certificate, &mut it.key]);
            for path in files.into_iter().flatten().chain(tls.client_ca.as_mut()) {
                *path = beside.join(&*path).display().to_string();
            }
        }
        Wish { intent: entry.intent.clone(), entry: Some(entry) }
    };
    Ok(app_file::read(file, &text, namespace)?.into_iter().map(wish).collect())
}

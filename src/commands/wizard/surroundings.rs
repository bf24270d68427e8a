//! What is there, so that it need not be asked for. Pure.

use std::collections::BTreeSet;

use crate::discover::{self, Discover};
use crate::model::cert_manager::{ClusterIssuer, Issuer};
use crate::model::istio::Gateway;
use crate::model::network::Service;
use crate::model::{Seen, labels, served_url};
use crate::report::discovery::{FoundGateway, Served};
use crate::world::routing::hosts;
use crate::world::{Kind, Kinds, Question, Want, World};

/// The question.
pub(super) struct Surroundings;

/// The answer.
#[derive(Debug, Default)]
pub(super) struct There {
    /// The gateways there are.
    pub(super) gateways: Vec<FoundGateway>,
    /// The Services that could be led to: not those of gateways.
    pub(super) backends: Vec<Backend>,
    /// cert-manager's issuers, as `--issuer` takes them.
    pub(super) issuers: Vec<String>,
    /// Who serves something.
    pub(super) sites: Vec<Site>,
}

/// A Gateway, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Site {
    /// Its hosts, as they are written.
    hosts: Vec<String>,
    pub(super) namespace: String,
    /// The application of igwctl's that it is of.
    pub(super) app: Option<String>,
}

/// A port of a Service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Backend {
    pub(super) namespace: String,
    pub(super) service: String,
    pub(super) port: u32,
}

impl Question for Surroundings {
    type Answer = There;

    fn reads(&self) -> Kinds {
        discover::READS.and(Kinds::of(&[Kind::ClusterIssuers, Kind::Issuers]))
    }

    fn wants(&self, world: &World) -> BTreeSet<Want> {
        Discover::default().wants(world)
    }

    fn hosts(&self, world: &World) -> BTreeSet<String> {
        Discover::default().hosts(world)
    }

    fn answer(&self, world: &World) -> There {
        let gateways = Discover::default().answer(world).discovery.gateways;
        let is_gateways = |service: &Service| {
            gateways.iter().any(|it| {
                let key = it.object.key();
                key.name == service.metadata.name && key.namespace == service.metadata.namespace
            })
        };
        let mut backends = Vec::new();
        let is_for_all = |it: &&Seen<Service>| !is_gateways(it) && !is_the_clusters_own(it);
        for service in world.all::<Service>().values().filter(is_for_all) {
            let metadata = &service.metadata;
            backends.extend(service.spec.ports.iter().map(|port| Backend {
                namespace: metadata.namespace.clone(),
                service: metadata.name.clone(),
                port: port.port,
            }));
        }
        let mut issuers: Vec<String> =
            world.all::<ClusterIssuer>().values().map(|it| it.metadata.name.clone()).collect();
        // An Issuer is of use only where the certificate lands, which is with the gateway's pods.
        let is_near = |it: &&Issuer| {
            gateways.iter().any(|gateway| gateway.object.key().namespace == it.metadata.namespace)
        };
        let near = world.all::<Issuer>().values().map(|it| &**it).filter(is_near);
        issuers.extend(near.map(|it| format!("Issuer/{}", it.metadata.name)));
        issuers.sort();
        issuers.dedup();
        let sites = world.all::<Gateway>().values().map(|it| Site::of(it)).collect();
        There { gateways, backends, issuers, sites }
    }
}

impl Site {
    fn of(gateway: &Gateway) -> Self {
        let label = |name| gateway.metadata.labels.get(name).cloned();
        let own_namespace = || gateway.metadata.namespace.clone();
        Self {
            hosts: gateway.spec.servers.iter().flat_map(|it| it.hosts.iter().cloned()).collect(),
            namespace: label(labels::APP_NAMESPACE).unwrap_or_else(own_namespace),
            app: label(labels::APP),
        }
    }
}

/// Whether a Service is a part of Kubernetes or of Istio: the API server's, or in a namespace that is
/// kept for such (`kube-`, Kubernetes' documents on namespaces), or istiod's (its chart's selector,
/// Istio 1.5 to 1.30).
fn is_the_clusters_own(service: &Service) -> bool {
    let metadata = &service.metadata;
    metadata.namespace.starts_with("kube-")
        || (metadata.namespace == "default" && metadata.name == "kubernetes")
        || service.spec.selector.0.get("app").is_some_and(|app| app == "istiod")
}

impl There {
    /// What was found, in a line.
    pub(super) fn summary(&self) -> String {
        let served = match self.urls(false).len() {
            0 => "no URL is served yet".to_owned(),
            1 => "one URL is served".to_owned(),
            urls => format!("{urls} URLs are served"),
        };
        match &*self.gateways {
            [] => "no gateway was found".to_owned(),
            [one] => format!("one gateway: {}; {served}", one.line()),
            several => format!("{} gateways; {served}", several.len()),
        }
    }

    /// What is served, as URLs; with `tls`, https first.
    pub(super) fn urls(&self, tls: bool) -> Vec<String> {
        let served = self.gateways.iter().flat_map(|it| &it.gateways).flat_map(|it| &it.servers);
        let mut urls: Vec<String> = Vec::new();
        let of = |server: &'_ Served| {
            let hosts = server.hosts.iter();
            hosts
                .filter_map(|it| served_url::of(&server.protocol, server.port, it))
                .collect::<Vec<_>>()
        };
        for url in served.flat_map(of) {
            if !urls.contains(&url) {
                urls.push(url);
            }
        }
        urls.sort_by_key(|url| url.starts_with("https:") != tls);
        urls
    }

    /// Who serves a host, of several the one that means it most closely.
    pub(super) fn site(&self, host: &str) -> Option<&Site> {
        let closeness =
            |site: &Site| site.hosts.iter().filter_map(|it| hosts::closeness(it, host)).max();
        let serving = self.sites.iter().filter_map(|site| Some((closeness(site)?, site)));
        serving.max_by_key(|(closeness, _)| *closeness).map(|(_, site)| site)
    }

    /// Where the gateway is reached by its address, of several the first.
    pub(super) fn address(&self, tls: bool) -> Option<String> {
        let mut reached = self.gateways.iter().filter_map(|it| it.endpoint.as_ref());
        let url = reached.find_map(|it| if tls { it.secure_url() } else { it.url.clone() });
        url.map(|url| url + "/")
    }

    /// The port of a gateway's Service that a URL means: one of that number, or one that nodes have
    /// under it. What is neither is taken as it stands.
    pub(super) fn service_port(&self, named: u16) -> u32 {
        let named = u32::from(named);
        let ports = || self.gateways.iter().flat_map(|it| &it.ports);
        let is_own = ports().any(|it| it.port == named);
        let on_nodes = ports().find(|it| it.node_port == Some(named)).filter(|_| !is_own);
        on_nodes.map_or(named, |it| it.port)
    }

    /// The namespaces in which something could be published.
    pub(super) fn namespaces(&self) -> Vec<String> {
        let mut namespaces: Vec<String> =
            self.backends.iter().map(|it| it.namespace.clone()).collect();
        namespaces.sort_unstable();
        namespaces.dedup();
        namespaces
    }
}

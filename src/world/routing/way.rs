//! The way of one request: from the address to who answers.

use super::actions::{https_location, location, sent_host, sent_path};
use super::chains::{Chain, Leads, Listener};
use super::codec::{self, Own, View, view};
use super::destination::{Asked, Destination, Fate, Viewer, destination};
use super::envoy::Envoy;
use super::gateway_api::unserved;
use super::outcome::{Cluster, Hop, NotFound, Outcome, Refusal, Refused, Reset, Step, Taken, Way};
use super::ports::listening;
use super::proxy::Proxy;
use super::request::{Request, To};
use super::routes::Route;
use super::secrets::shown;
use super::server::Server;
use super::tcp::Backends;
use super::virtual_hosts::VirtualHost;
use crate::model::istio::TlsMode;
use crate::model::virtual_service::{HeaderOperations, RouteDestination};
use crate::model::{Key, ObjectRef};
use crate::world::{Gap, Kind, World};

/// What a way depends on.
pub const READS: &[Kind] = &[
    Kind::Gateways,
    Kind::VirtualServices,
    Kind::DestinationRules,
    Kind::ServiceEntries,
    Kind::WorkloadEntries,
    Kind::KubernetesGateways,
    Kind::HttpRoutes,
    Kind::GrpcRoutes,
    Kind::ReferenceGrants,
    Kind::Services,
    Kind::EndpointSlices,
    Kind::Namespaces,
    Kind::Pods,
    Kind::Deployments,
    Kind::Secrets,
    Kind::Roles,
    Kind::RoleBindings,
    Kind::ClusterRoles,
    Kind::ClusterRoleBindings,
];

impl World {
    /// The way of a request through the gateway that it reaches; of several, the first. `Err`
    /// where no gateway is known.
    ///
    /// # Errors
    /// The gap: no pods of a gateway are among the inputs, or the Service that the request goes to
    /// is not known.
    pub fn way(&self, request: &Request) -> Result<Way<'_>, Gap> {
        let proxies = match &request.to {
            To::Service { service, .. } => Proxy::behind(self, service)?,
            To::Pods { .. } => Proxy::all(self),
        };
        let Some(proxy) = proxies.into_iter().next() else {
            let reason = "no pods of a gateway are among the inputs";
            return Err(Gap::beyond(reason, "list pods", None));
        };
        Ok(Envoy::of(self, proxy).way(request))
    }
}

/// The ports that every gateway listens on by itself, for readiness and metrics (Istio 1.6 and
/// later).
const OWN_PORTS: [u32; 2] = [15021, 15090];

/// Whether a request is a call of gRPC (Envoy 1.40, `grpc/common.cc`).
fn is_grpc(request: &Request) -> bool {
    let mut headers = request.headers.iter();
    headers.any(|(name, value)| {
        let rest = value.strip_prefix("application/grpc");
        name.eq_ignore_ascii_case("content-type")
            && rest.is_some_and(|it| it.is_empty() || it.starts_with(['+', ';']))
    })
}

/// A way that is being made.
struct Making<'e, 'w> {
    envoy: &'e Envoy<'w>,
    request: &'e Request,
    way: Way<'w>,
}

impl<'w> Envoy<'w> {
    /// The way of one request.
    pub fn way(&self, request: &Request) -> Way<'w> {
        let gaps = self.gaps.clone();
        let (hops, tls, refusal) = (Vec::new(), None, None);
        let outcome = Outcome::Closed;
        let is_grpc = is_grpc(request);
        let way = Way { hops, tls, outcome, refusal, is_grpc, gaps };
        let mut making = Making { envoy: self, request, way };
        making.way.outcome = making.connect();
        making.way
    }
}

impl<'w> Making<'_, 'w> {
    fn hop(&mut self, step: Step, object: Option<ObjectRef>, says: impl Into<String>) {
        self.way.hops.push(Hop { step, object, says: says.into() });
    }

    fn server(&self, position: usize) -> &Server {
        &self.envoy.servers[position]
    }

    /// From the address to the listener.
    fn connect(&mut self) -> Outcome<'w> {
        let envoy = self.envoy;
        let port = match &self.request.to {
            To::Pods { port } => *port,
            To::Service { service, port } => match self.lead(service, *port) {
                Some(port) => port,
                None => return Outcome::Refused(Refused::NoServicePort),
            },
        };
        if OWN_PORTS.contains(&port) {
            return Outcome::ProxysOwn;
        }
        let Some(listener) = envoy.listener(port) else {
            let why = self.refused(port);
            return Outcome::Refused(why);
        };
        if let Some(overlap) = &listener.refused {
            let servers = overlap.servers.iter().map(|it| self.server(*it).object.clone());
            let first = servers.clone().next();
            self.hop(Step::Listener, first, "Envoy refuses the listener");
            self.way.refusal = Some(Refusal::Listener(overlap.clone()));
            return Outcome::Refused(Refused::ByEnvoy(overlap.clone()));
        }
        let object = listener.chains.first().map(|it| self.server(it.server).object.clone());
        self.hop(Step::Listener, object, format!("listens on {port}"));
        self.handshake(listener)
    }

    /// The pods' port to which a Service's leads.
    fn lead(&mut self, service: &Key, port: u32) -> Option<u32> {
        let is_it = |key: &Key, metadata: &crate::model::kubernetes::Metadata| {
            metadata.name == key.name && metadata.namespace == key.namespace
        };
        let targets = &self.envoy.proxy.targets;
        let target = targets
            .iter()
            .copied()
            .find(|it| is_it(service, &it.service.metadata) && it.port.port == port)?;
        let object = ObjectRef::of(target.service);
        let path = format!("spec.ports[{}]", target.position);
        let says = format!("{port} leads to {} of the pods", target.listens);
        self.hop(Step::Service, Some(object.at(path, 0)), says);
        Some(target.listens)
    }

    /// Why nothing listens on a port.
    fn refused(&mut self, port: u32) -> Refused {
        let envoy = self.envoy;
        let targets = &envoy.proxy.targets;
        let is_on = |number: u32| listening(targets, number).port == port;
        if let Some(found) = unserved(envoy.world).into_iter().find(|it| is_on(it.port)) {
            return Refused::Unserved(found);
        }
        let on_port = (0..envoy.servers.len()).filter(|it| envoy.listens(*it) == Some(port));
        // Routes for TLS that goes through, and for TCP, are kinds that are not read.
        let is_beyond = |it: usize| {
            let server = self.server(it);
            server.services.is_some() && !server.serves_http()
        };
        if on_port.clone().any(is_beyond) {
            let reason = "TLSRoutes and TCPRoutes are not read";
            self.way.gaps.push(Gap::beyond(reason, "list tlsroutes", None));
        }
        let servers: Vec<ObjectRef> = on_port.map(|it| self.server(it).object.clone()).collect();
        match (envoy.servers.is_empty(), servers.is_empty()) {
            (true, _) => Refused::NoGateway,
            (false, true) => Refused::NoServer,
            (false, false) if envoy.proxy.is_unprivileged && port < 1024 => Refused::Unprivileged,
            (false, false) => Refused::NoRule(servers),
        }
    }

    /// From the listener to the chain, and through the handshake.
    fn handshake(&mut self, listener: &Listener<'w>) -> Outcome<'w> {
        let is_tls = self.request.scheme.is_tls();
        let name = self.request.sni.as_deref().filter(|_| is_tls);
        let Some(chain) = listener.chain(name) else {
            return Outcome::Reset(Reset::NoChain { names: listener.names() });
        };
        let server = self.server(chain.server).clone();
        if !chain.names.is_empty() {
            let says = format!("is for {}", chain.names.join(", "));
            self.hop(Step::Chain, Some(server.object.clone()), says);
        }
        if !chain.ends_tls {
            let is_http = matches!(chain.leads, Leads::Http(_));
            return if is_tls && is_http { Outcome::NotTls } else { self.inside(chain) };
        }
        if !is_tls {
            return Outcome::Closed;
        }
        let shown = shown(self.envoy.world, &self.envoy.proxy, &server);
        self.way.gaps.extend(shown.gap.clone());
        let (lacks, mode) = (shown.lacks, shown.mode);
        self.way.tls = Some(shown);
        if let Some(lack) = lacks {
            return Outcome::Reset(Reset::NoCertificate(lack));
        }
        let wants = matches!(mode, TlsMode::Mutual | TlsMode::IstioMutual);
        if wants && !self.request.has_certificate {
            return Outcome::CertificateRequired;
        }
        self.inside(chain)
    }

    /// What the chain does with what comes in.
    fn inside(&mut self, chain: &Chain<'w>) -> Outcome<'w> {
        match &chain.leads {
            Leads::Tcp(backends) => self.pass_on(backends),
            // Its chains ask for the mesh's own ALPN, which no client outside sends.
            Leads::Auto => Outcome::Reset(Reset::NoChain { names: Vec::new() }),
            Leads::Http(config) if self.request.scheme.is_http() => {
                let config = config.clone();
                match view(self.request) {
                    Ok(view) => self.route(&config, &view),
                    Err(codec::Refusal::Answered(own)) => Outcome::Own(own),
                    Err(codec::Refusal::Reset) => Outcome::Reset(Reset::Protocol),
                }
            }
            Leads::Http(_) => Outcome::Own(Own { status: 400, details: "http1.codec_error" }),
        }
    }

    /// From the Host to the route.
    fn route(&mut self, name: &str, view: &View) -> Outcome<'w> {
        let envoy = self.envoy;
        let Some(config) = envoy.routes(name) else {
            let (servers, lost) = (Vec::new(), Vec::new());
            return Outcome::NotFound(NotFound::Nothing { servers, lost });
        };
        if let Some(at) = config.fault.clone() {
            let says = "Envoy refuses the routes of the whole port";
            self.hop(Step::Route, Some(at.clone()), says);
            self.way.refusal = Some(Refusal::Routes(at));
            return Outcome::NotFound(NotFound::RefusedRoutes);
        }
        if config.is_empty() {
            let sharing = envoy.sharing(name).iter();
            let servers = sharing.clone().map(|it| self.server(*it).object.clone()).collect();
            let bound = sharing.flat_map(|it| envoy.bound(*it));
            let lost = bound.flat_map(|it| it.lost.clone()).collect();
            return Outcome::NotFound(NotFound::Nothing { servers, lost });
        }
        let Some(host) = config.find(&view.authority) else {
            return Outcome::NotFound(NotFound::NoHost { domains: config.domains() });
        };
        let object = self.server(host.server).object.clone();
        self.hop(Step::VirtualHost, Some(object), format!("serves {}", host.domain));
        self.within(host, view)
    }

    /// What a virtual host does.
    fn within(&mut self, host: &VirtualHost<'w>, view: &View) -> Outcome<'w> {
        if let Some(server) = host.redirected_by.filter(|_| view.forwarded != "https") {
            let object = self.server(server).object.clone();
            let path = format!("{}.tls.httpsRedirect", object.path);
            let says = "sends plain HTTP to https before any rule";
            self.hop(Step::HttpsRedirect, Some(object.at(path, 0)), says);
            let location = https_location(view);
            return Outcome::Redirect { status: 301, location, route: None };
        }
        let Some(route) = host.routes.iter().find(|it| it.meets(view)) else {
            let mut tried: Vec<ObjectRef> = Vec::new();
            for object in host.routes.iter().map(|it| &it.owner.object) {
                if !tried.contains(object) {
                    tried.push(object.clone());
                }
            }
            let bound = self.envoy.bound(host.server).iter();
            let lost = bound.flat_map(|it| it.lost.clone()).collect();
            let domain = host.domain.clone();
            return Outcome::NotFound(NotFound::NoRoute { domain, tried, lost });
        };
        self.hop(Step::Route, Some(route.at()), "is the first that fits");
        self.act(route, view)
    }

    /// What a route does.
    fn act(&mut self, route: &Route<'w>, view: &View) -> Outcome<'w> {
        let taken =
            Taken { name: route.name(), virtual_service: route.owner.key.clone(), at: route.at() };
        let rule = &route.rule.http;
        if route.answers_preflight(view) {
            return Outcome::Preflight(taken);
        }
        let abort = rule.fault.as_ref().and_then(|it| it.abort.as_ref());
        if let Some(abort) = abort.filter(|it| it.percentage.value > 0.0 && it.http_status > 0) {
            let (status, percent) = (abort.http_status, abort.percentage.value);
            if percent >= 100.0 {
                return Outcome::Aborted { status, route: taken };
            }
            let says = format!("ends {percent} % of the requests with {status}");
            self.hop(Step::Route, Some(route.at()), says);
        }
        if let Some(redirect) = &rule.redirect {
            let status = if redirect.redirect_code == 0 { 301 } else { redirect.redirect_code };
            let location = location(redirect, route, view);
            return Outcome::Redirect { status, location, route: Some(taken) };
        }
        if let Some(direct) = &rule.direct_response {
            let body = direct.body.string.clone();
            return Outcome::Direct { status: direct.status, body, route: taken };
        }
        let namespace = &*route.rule.namespace;
        let not_found = if route.rule.is_gateway_api { 500 } else { 503 };
        let host = |of: &HeaderOperations| sent_host(route, of, view);
        let at = &route.rule.at;
        let port = route.server_port;
        let clusters = self.clusters(&rule.route, at, namespace, port, not_found, host);
        Outcome::Routed { route: taken, clusters, path: sent_path(route, view) }
    }

    fn pass_on(&mut self, backends: &Backends<'w>) -> Outcome<'w> {
        let Backends { route, at, namespace, server_port } = backends;
        self.hop(Step::Route, Some(at.clone()), "takes the connection");
        let host = |_: &HeaderOperations| String::new();
        let clusters = self.clusters(route, at, namespace, *server_port, 503, host);
        Outcome::Connected { rule: at.clone(), clusters }
    }

    /// The clusters of a rule's destinations: among several those without a weight are left out.
    fn clusters(
        &mut self,
        route: &[RouteDestination],
        at: &ObjectRef,
        namespace: &str,
        server_port: u32,
        not_found: u32,
        host: impl Fn(&HeaderOperations) -> String,
    ) -> Vec<Cluster<'w>> {
        let mut clusters = Vec::new();
        for (position, it) in route.iter().enumerate() {
            if route.len() > 1 && it.weight == 0 {
                continue;
            }
            let asked = Asked {
                host: &it.destination.host.value,
                port: it.destination.port.number,
                subset: &it.destination.subset,
                namespace,
            };
            let viewer = Viewer { namespace: self.envoy.proxy.namespace, server_port };
            let destination = destination(self.envoy.world, asked, viewer);
            self.arrive(&destination, at, position);
            let weight = if route.len() > 1 { it.weight } else { 0 };
            let host = host(&it.headers.request);
            clusters.push(Cluster { destination, weight, host, not_found });
        }
        clusters
    }

    fn arrive(&mut self, destination: &Destination<'w>, at: &ObjectRef, position: usize) {
        let path = format!("{}.route[{position}].destination", at.path);
        self.hop(Step::Cluster, Some(at.clone().at(path, 0)), destination.cluster.clone());
        let object = destination.owner.as_ref().map(super::destination::Owner::object);
        let says = match &destination.fate {
            Fate::UnknownHost => "nothing has that host".to_owned(),
            Fate::Hidden(_) => "its exportTo keeps it from the gateway".to_owned(),
            Fate::UnknownPort { .. } => format!("has no port {}", destination.port),
            Fate::PortNotNamed { .. } => "has several ports, and none is named".to_owned(),
            Fate::Alias { of } => format!("stands for {of}, which nothing has"),
            Fate::UnknownSubset => "no DestinationRule defines the subset".to_owned(),
            Fate::NoEndpoints(_) => "nobody is ready there".to_owned(),
            Fate::Ready(found) => format!("{} ready", found.ready),
        };
        self.hop(Step::Endpoints, object, says);
        self.way.gaps.extend(destination.gap.clone());
    }
}

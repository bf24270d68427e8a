//! What an intent comes to once its defaults are filled in, and what was assumed for that.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::intent::{Certificate, Intent, IssuerName, NewIssuer, Tls};
use super::order;
use super::refusal::{Input, Refusal};
use super::route::{End, Route};
use super::words::{CertManagerApi, IssuerKind, IstioApi, Mode};
use super::{Setting, labels};
use crate::model::host_name;
use crate::model::manifest::Manifest;
use crate::validation::names;

/// The namespace of the gateway that Istio's own profiles install (Istio 1.1 to 1.31).
const NAMESPACE: &str = "istio-system";

/// The label of its pods, and its value (Istio 1.30, `manifests/charts/gateways/istio-ingress`).
pub(super) const SELECTOR: (&str, &str) = ("istio", "ingressgateway");

/// An intent with nothing left open.
pub(super) struct Resolved<'i> {
    pub(super) app: &'i str,
    pub(super) namespace: &'i str,
    pub(super) hosts: Vec<String>,
    pub(super) address: Option<IpAddr>,
    pub(super) routes: Vec<Route>,
    /// The namespaces of the gateway's pods.
    pub(super) namespaces: Vec<String>,
    pub(super) selector: BTreeMap<String, String>,
    pub(super) http_port: Option<u16>,
    pub(super) https_port: u16,
    pub(super) tls: Option<(Mode, &'i Tls)>,
    pub(super) istio: IstioApi,
    pub(super) cert_manager: CertManagerApi,
    /// The name of the secret, the same in every namespace, for the Gateway names it once.
    pub(super) secret: String,
    pub(super) certificate: String,
    /// Who issues, and whether by ACME.
    pub(super) issuer: Option<(IssuerName, bool)>,
    pub(super) assumptions: Vec<String>,
    pub(super) warnings: Vec<String>,
}

impl<'i> Resolved<'i> {
    pub(super) fn of(intent: &'i Intent, setting: &Setting) -> Result<Self, Refusal> {
        let spec = &intent.spec;
        // A Gateway's name may be no longer than a label, and a label's value neither.
        names::label(&intent.app)
            .map_err(|reason| Refusal::of(Input::App, format!("{}: {reason}", intent.app)))?;
        names::label(&intent.namespace).map_err(|reason| {
            Refusal::of(Input::Namespace, format!("{}: {reason}", intent.namespace))
        })?;
        let mut assumptions = Vec::new();
        let (namespaces, selector) = place(intent, setting, &mut assumptions)?;
        let address = spec.address.or(setting.address);
        let hosts = hosts(intent, address)?;
        let tls = spec.tls.as_ref().map(|tls| (tls.mode.unwrap_or(Mode::Simple), tls));
        let is_foreign = namespaces.iter().any(|it| *it != intent.namespace);
        // Among the objects of other applications a name alone would be somebody else's too.
        let base = if is_foreign {
            format!("{}-{}", intent.namespace, intent.app)
        } else {
            intent.app.clone()
        };
        let certificate = tls.map(|(_, tls)| &tls.certificate);
        let mut routes = spec.routes.clone();
        order::sort(&mut routes);
        let warnings = if routes.is_empty() { Vec::new() } else { order::warnings(&routes) };
        let port = |given: Option<u16>, usual: u16| given.unwrap_or(usual);
        let is_passthrough = tls.is_some_and(|(mode, _)| mode == Mode::Passthrough);
        let redirects = tls.is_some_and(|(_, tls)| tls.https_redirect);
        // What is passed through speaks TLS, so plain HTTP has nowhere to go but to https.
        let http = Some(port(spec.ports.http, 80)).filter(|it| *it != 0);
        let resolved = Self {
            app: &intent.app,
            namespace: &intent.namespace,
            hosts,
            address,
            routes,
            namespaces,
            selector,
            http_port: http.filter(|_| redirects || !is_passthrough),
            https_port: port(spec.ports.https, 443),
            tls,
            istio: spec.api.istio.or(setting.istio).unwrap_or(IstioApi::V1),
            cert_manager: spec
                .api
                .cert_manager
                .or(setting.cert_manager)
                .unwrap_or(CertManagerApi::V1),
            secret: secret(certificate, &base),
            certificate: certificate.and_then(|it| it.name.clone()).unwrap_or_else(|| base.clone()),
            issuer: certificate.and_then(|it| issuer(it, &base, setting)),
            assumptions,
            warnings,
        };
        resolved.check(intent)?;
        Ok(resolved)
    }

    /// Checks what is about several inputs.
    fn check(&self, intent: &Intent) -> Result<(), Refusal> {
        let ports = &intent.spec.ports;
        let refuse = |input, reason: &str| Err(Refusal::of(input, reason));
        match (self.tls, ports.http, ports.https) {
            (None, Some(0), _) => return refuse(Input::HttpPort, "0 leaves no port without --tls"),
            (None, _, Some(_)) => return refuse(Input::HttpsPort, "it is for --tls"),
            (Some(_), _, Some(0)) => return refuse(Input::HttpsPort, "0 is no port"),
            (Some((_, tls)), Some(0), _) if tls.https_redirect => {
                return refuse(Input::HttpsRedirect, "there is no port of plain HTTP");
            }
            (Some((Mode::Passthrough, tls)), Some(1..), _) if !tls.https_redirect => {
                return refuse(
                    Input::HttpPort,
                    "with PASSTHROUGH it is there for --https-redirect",
                );
            }
            _ => {}
        }
        if self.tls.is_some() && self.http_port == Some(self.https_port) {
            let reason = format!("{} is the port of plain HTTP too", self.https_port);
            return Err(Refusal::of(Input::HttpsPort, reason));
        }
        for route in &self.routes {
            if order::goes_round(route, &self.hosts) {
                return Err(Refusal::of(
                    Input::Routes,
                    format!("{route}: the redirect leads back into its own route, without end"),
                ));
            }
        }
        let Some((mode, _)) = self.tls else { return Ok(()) };
        if let Some(host) = self.hosts.iter().find(|it| it.parse::<IpAddr>().is_ok()) {
            let reason =
                format!("{host}: clients ask for no address by TLS, so it is never served");
            return Err(Refusal::of(Input::Hosts, reason)
                .hint("take a host name, or --address for one that resolves to it by itself"));
        }
        if mode == Mode::Passthrough { self.check_passthrough() } else { Ok(()) }
    }

    /// What goes through untouched can be told by its host alone.
    fn check_passthrough(&self) -> Result<(), Refusal> {
        let refuse = |route: &Route, reason: &str| {
            Err(Refusal::of(Input::Routes, format!("{route}: {reason}"))
                .hint("with PASSTHROUGH there is one route: /=SERVICE:PORT"))
        };
        for route in &self.routes {
            match &route.end {
                End::To { rewrite: None, timeout: None, .. } if route.is_default() => {}
                _ => return refuse(route, "TLS that goes through shows no path, method or header"),
            }
        }
        match &*self.routes {
            [_, second, ..] => refuse(second, "there is another one"),
            _ => Ok(()),
        }
    }

    /// An object of the application, with its labels.
    pub(super) fn manifest(&self, api: &str, kind: &str, namespace: &str, name: &str) -> Manifest {
        labels::label(Manifest::new(api, kind, namespace, name), self.app, self.namespace)
    }

    /// `apiVersion` of Istio's kinds.
    pub(super) fn istio_api(&self) -> String {
        format!("networking.istio.io/{}", self.istio)
    }

    /// `apiVersion` of cert-manager's kinds.
    pub(super) fn cert_manager_api(&self) -> String {
        format!("cert-manager.io/{}", self.cert_manager)
    }

    /// Whether clients on plain HTTP are sent to https.
    pub(super) fn redirects(&self) -> bool {
        self.http_port.is_some() && self.tls.is_some_and(|(_, tls)| tls.https_redirect)
    }
}

/// The namespaces of the gateway's pods, and the labels that select them: as given, else as found,
/// else assumed.
fn place(
    intent: &Intent,
    setting: &Setting,
    assumptions: &mut Vec<String>,
) -> Result<(Vec<String>, BTreeMap<String, String>), Refusal> {
    let place = &intent.spec.gateway;
    let found = setting.gateway.as_ref();
    let mut namespaces = super::gateway_namespaces(intent, found);
    if namespaces.is_empty() {
        assumptions.push(format!(
            "the gateway's pods are taken to be in {NAMESPACE}; --assume-gateway says where they are"
        ));
        namespaces.insert(NAMESPACE.to_owned());
    }
    for namespace in &namespaces {
        names::label(namespace).map_err(|reason| {
            Refusal::of(Input::GatewayNamespaces, format!("{namespace}: {reason}"))
        })?;
    }
    let selector = if !place.selector.is_empty() {
        place.selector.clone()
    } else if let Some(found) = found.filter(|it| !it.selector.is_empty()) {
        found.selector.clone()
    } else {
        let (label, value) = SELECTOR;
        assumptions.push(format!(
            "the gateway's pods are taken to be labelled {label}: {value}; --gateway-selector says \
             how they are"
        ));
        BTreeMap::from([(label.to_owned(), value.to_owned())])
    };
    for (key, value) in &selector {
        names::label_key(key).and_then(|()| names::label_value(value)).map_err(|reason| {
            Refusal::of(Input::GatewaySelector, format!("{key}={value}: {reason}"))
        })?;
    }
    Ok((namespaces.into_iter().collect(), selector))
}

/// The hosts, as istiod compares them: in lower case, without the dot at the end of a whole name.
fn hosts(intent: &Intent, address: Option<IpAddr>) -> Result<Vec<String>, Refusal> {
    if !intent.spec.hosts.is_empty() {
        let normal = |host: &String| {
            let host = host.to_ascii_lowercase();
            host.strip_suffix('.').unwrap_or(&host).to_owned()
        };
        let hosts: Vec<String> = intent.spec.hosts.iter().map(normal).collect();
        return match hosts.iter().find(|host| host.contains('/')) {
            // To a Gateway what stands before it would be the namespace of its VirtualServices.
            Some(host) => Err(Refusal::of(Input::Hosts, format!("{host}: a host has no / in it"))),
            None => Ok(hosts),
        };
    }
    let Some(address) = address else {
        return Err(Refusal::of(Input::Hosts, "there is neither a host nor an address").hint(
            "--host FQDN (spec.hosts) says the name, or --address IP (spec.address) the gateway's \
             address, for a name that resolves to it by itself",
        ));
    };
    let app = &intent.app;
    host_name::check_app(app).map_err(|reason| {
        Refusal::of(Input::App, format!("{app}: in a name of sslip.io {reason}"))
    })?;
    Ok(vec![host_name::host_name(app, address, host_name::DOMAIN)])
}

fn secret(certificate: Option<&Certificate>, base: &str) -> String {
    let given = certificate.and_then(|it| it.secret.as_ref().or(it.secret_name.as_ref()));
    given.cloned().unwrap_or_else(|| format!("{base}-cert"))
}

/// Who issues; one that is made and not named is an Issuer of the application's own.
fn issuer(certificate: &Certificate, base: &str, setting: &Setting) -> Option<(IssuerName, bool)> {
    let created = certificate.create_issuer.as_ref();
    let name = match (&certificate.issuer, created) {
        (Some(issuer), _) => issuer.clone(),
        (None, Some(_)) => IssuerName { kind: IssuerKind::Issuer, name: format!("{base}-issuer") },
        (None, None) => return None,
    };
    let is_acme = match created {
        Some(created) => matches!(created, NewIssuer::Acme(_)),
        None => certificate.acme || setting.is_acme == Some(true),
    };
    Some((name, is_acme))
}

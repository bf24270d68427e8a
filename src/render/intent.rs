//! What is wanted of one application: as flags say it, and as an app file has it.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use super::route::Route;
use super::words::{
    Algorithm, CertManagerApi, Encoding, IssuerKind, IstioApi, MinVersion, Mode, Span, as_string,
};
use crate::validation::names;

/// What is wanted of one application. What is left out has a default, which rendering fills in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Intent {
    /// The application's name, which its objects bear.
    pub app: String,
    /// Its namespace.
    pub namespace: String,
    /// All else.
    pub spec: Spec,
}

/// What is wanted of an application on an ingress gateway.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Spec {
    /// The host names under which it is served; without any, the sslip.io name of `address`.
    pub hosts: Vec<String>,
    /// The gateway's IP address: for a host name that resolves to it by itself, and for the
    /// certificate.
    pub address: Option<IpAddr>,
    /// Which request goes where; put in order by how closely they mean it. Without any, the Gateway
    /// stands alone, and answers 404.
    pub routes: Vec<Route>,
    /// Which gateway serves it.
    pub gateway: Place,
    /// The ports that it is served on.
    pub ports: Ports,
    /// How it is served over TLS; without it, it is not.
    pub tls: Option<Tls>,
    /// The versions of the APIs; without, the newest.
    pub api: Api,
}

/// Which gateway serves an application.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Place {
    /// The namespaces of its pods, in each of which the secret is needed; without, istio-system.
    pub namespaces: Vec<String>,
    /// The labels that select its pods; without, `istio: ingressgateway`.
    pub selector: BTreeMap<String, String>,
}

/// The ports of the Gateway's servers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Ports {
    /// For plain HTTP, 80 unless said; 0: none.
    pub http: Option<u16>,
    /// For TLS, 443 unless said.
    pub https: Option<u16>,
}

/// The versions of the APIs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Api {
    /// Of networking.istio.io.
    pub istio: Option<IstioApi>,
    /// Of cert-manager.io.
    pub cert_manager: Option<CertManagerApi>,
}

/// How an application is served over TLS.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Tls {
    /// The mode, SIMPLE unless said.
    pub mode: Option<Mode>,
    /// The oldest TLS that is spoken; without, what the mesh says (TLS 1.2).
    pub min_version: Option<MinVersion>,
    /// Whether clients on plain HTTP are sent to https.
    pub https_redirect: bool,
    /// A file of CAs (PEM) that the clients of mode MUTUAL are checked against.
    pub client_ca: Option<String>,
    /// Where the certificate comes from.
    pub certificate: Certificate,
}

/// Where the certificate comes from, one of `secret`, `files`, `selfSigned` and `issuer` or
/// `createIssuer`; and what is in it, where it is made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Certificate {
    /// A secret that is there already, in the namespace of the gateway's pods.
    pub secret: Option<String>,
    /// A certificate and its key, in files.
    pub files: Option<Files>,
    /// Whether one is made here, and signed by a CA that is kept here.
    pub self_signed: bool,
    /// The issuer of cert-manager: `ClusterIssuer/NAME`, `Issuer/NAME`, or `NAME` of a ClusterIssuer.
    pub issuer: Option<IssuerName>,
    /// Whether that issuer is an ACME one.
    pub acme: bool,
    /// An issuer that is made too; named by `issuer`, else an Issuer of the application's own.
    pub create_issuer: Option<NewIssuer>,
    /// The name of the Certificate.
    pub name: Option<String>,
    /// The name of the secret that it is written to.
    pub secret_name: Option<String>,
    /// How long it is valid, 2160h unless said.
    pub duration: Option<Span>,
    /// How long before its end it is renewed, 360h unless said.
    pub renew_before: Option<Span>,
    /// The organizations of its subject; without, the application's name. `[]` means none.
    pub organizations: Option<Vec<String>>,
    /// Its common name; without, the first host, if it is no longer than 64 bytes. `""` means none.
    pub common_name: Option<String>,
    /// Its DNS names; without, the hosts.
    pub dns_names: Vec<String>,
    /// Its IP addresses; without, `address`. `[]` means none.
    pub ip_addresses: Option<Vec<IpAddr>>,
    /// What its key may be used for; without, `server auth` and `client auth`.
    pub usages: Vec<String>,
    /// Its key.
    pub key: Key,
}

/// A certificate and its key, in files of PEM; relative to the app file that names them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Files {
    /// The certificate, and those between it and its CA behind it.
    pub certificate: String,
    /// Its key.
    pub key: String,
}

/// The key of a certificate that cert-manager makes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Key {
    /// The algorithm, RSA unless said.
    pub algorithm: Option<Algorithm>,
    /// The size in bits, 2048 unless said; of ECDSA 256.
    pub size: Option<u16>,
    /// How it is written, PKCS1 unless said.
    pub encoding: Option<Encoding>,
}

/// An issuer that is made too.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum NewIssuer {
    /// Each certificate signs itself.
    SelfSigned,
    /// A CA signs.
    Ca {
        /// The secret with the CA's certificate and key: in the Issuer's namespace, of a
        /// ClusterIssuer in cert-manager's.
        secret_name: String,
    },
    /// An ACME server signs, once it was shown by HTTP-01, through this gateway, that the hosts are
    /// ours.
    Acme(Acme),
}

/// An ACME server, and how it is shown that the hosts are ours.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Acme {
    /// The server: `letsencrypt` (unless said), `letsencrypt-staging`, or its directory's URL.
    pub server: Option<String>,
    /// Whom it writes to before a certificate ends.
    pub email: Option<String>,
    /// The class of the Ingress that answers for HTTP-01, `istio` unless said.
    pub ingress_class: Option<String>,
}

/// An issuer of cert-manager, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerName {
    /// Where it is looked for.
    pub kind: IssuerKind,
    /// Its name.
    pub name: String,
}

impl FromStr for IssuerName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (kind, name) = match text.split_once('/') {
            None => (IssuerKind::ClusterIssuer, text),
            Some((kind, name)) => {
                (kind.parse().map_err(|reason| format!("its kind is {reason}"))?, name)
            }
        };
        names::subdomain(name)?;
        Ok(Self { kind, name: name.to_owned() })
    }
}

impl fmt::Display for IssuerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.name)
    }
}

as_string!(
    IssuerName,
    r"^((Cluster)?Issuer/)?[a-z0-9.-]+$",
    "An issuer: `ClusterIssuer/NAME`, `Issuer/NAME`, or `NAME` of a ClusterIssuer."
);

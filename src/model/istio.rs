//! Istio's Gateway (`networking.istio.io`, v1alpha3 to v1; the fields are alike in all of them).

use serde::Deserialize;

use super::kubernetes::Metadata;
use super::yaml::Placed;
use super::{Selector, nullable, object};

/// An Istio Gateway.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Gateway {
    /// Metadata.
    pub metadata: Metadata,
    /// What it asks of the pods that it selects.
    #[serde(deserialize_with = "nullable")]
    pub spec: GatewaySpec,
}
object!(Gateway, "Gateway", "networking.istio.io/v1");

/// `spec` of a Gateway.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct GatewaySpec {
    /// Labels of the pods that serve it, in every namespace; none: every gateway of the mesh.
    #[serde(deserialize_with = "nullable")]
    pub selector: Selector,
    /// What is served.
    #[serde(deserialize_with = "nullable")]
    pub servers: Vec<Server>,
}

/// One of `spec.servers`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Server {
    /// The port.
    #[serde(deserialize_with = "nullable")]
    pub port: Port,
    /// The address that is listened on; empty: every one.
    #[serde(deserialize_with = "nullable")]
    pub bind: String,
    /// Hosts served, `ns/host` among the forms.
    #[serde(deserialize_with = "nullable")]
    pub hosts: Vec<String>,
    /// How TLS is served.
    pub tls: Option<ServerTls>,
}

/// Which of a VirtualService's rules a server uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rules {
    /// `http`.
    Http,
    /// `tls`.
    Tls,
    /// `tcp`.
    Tcp,
    /// None: it leads to Services by their names.
    Nothing,
}

impl Server {
    /// The rules that it uses (Istio 1.30, `pilot/pkg/networking/core/gateway.go`): `http` where it
    /// sees HTTP, `tls` where TLS goes through untouched, else `tcp`.
    pub fn rules(&self) -> Rules {
        match (&*self.port.protocol.to_ascii_uppercase(), self.tls.as_ref().map(ServerTls::mode)) {
            ("HTTP" | "HTTP2" | "GRPC" | "GRPC-WEB", _) => Rules::Http,
            (_, Some(TlsMode::AutoPassthrough)) => Rules::Nothing,
            ("HTTPS" | "TLS", Some(TlsMode::Passthrough)) => Rules::Tls,
            ("HTTPS", _) => Rules::Http,
            _ => Rules::Tcp,
        }
    }
}

/// `port` of a server.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Port {
    /// Port number.
    #[serde(deserialize_with = "nullable")]
    pub number: u32,
    /// Its name.
    #[serde(deserialize_with = "nullable")]
    pub name: String,
    /// `HTTP`, `HTTPS`, `TLS` …
    #[serde(deserialize_with = "nullable")]
    pub protocol: String,
}

/// `tls` of a server.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServerTls {
    /// Whether clients on plain HTTP are sent to https.
    #[serde(deserialize_with = "nullable")]
    pub https_redirect: bool,
    /// The mode; left out it means PASSTHROUGH (the protobuf's zero value, Istio 1.1 to 1.31).
    pub mode: Option<TlsMode>,
    /// The secret with certificate and key.
    #[serde(deserialize_with = "nullable")]
    pub credential_name: Placed,
    /// Two secrets, RSA and ECDSA (Istio 1.26 and later).
    #[serde(deserialize_with = "nullable")]
    pub credential_names: Vec<Placed>,
    /// The client CA by itself (Istio 1.28 and later).
    #[serde(deserialize_with = "nullable")]
    pub ca_cert_credential_name: Placed,
    /// A certificate in a file of the proxy.
    #[serde(deserialize_with = "nullable")]
    pub server_certificate: String,
    /// A client CA in a file of the proxy.
    #[serde(deserialize_with = "nullable")]
    pub ca_certificates: String,
}

impl ServerTls {
    /// The mode that holds.
    pub fn mode(&self) -> TlsMode {
        self.mode.unwrap_or_default()
    }

    /// Whether a certificate is named and no mode, so that the certificate is ignored.
    pub fn lacks_mode(&self) -> bool {
        self.mode.is_none()
            && !(self.credential_name.value.is_empty()
                && self.credential_names.is_empty()
                && self.server_certificate.is_empty())
    }
}

/// `tls.mode`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TlsMode {
    /// TLS goes through untouched.
    #[default]
    Passthrough,
    /// The gateway shows a certificate.
    Simple,
    /// It also asks the client for one.
    Mutual,
    /// It asks, and takes a client without (Istio 1.15 and later).
    OptionalMutual,
    /// PASSTHROUGH by SNI to every service.
    AutoPassthrough,
    /// The mesh's own certificates.
    IstioMutual,
    /// A mode that is none of these.
    #[serde(other)]
    Other,
}

impl TlsMode {
    /// Whether the gateway itself shows a certificate from `credentialName`.
    pub fn terminates(self) -> bool {
        matches!(self, Self::Simple | Self::Mutual | Self::OptionalMutual)
    }

    /// Whether the client's certificate is checked, so that a CA is needed.
    pub fn checks_client(self) -> bool {
        matches!(self, Self::Mutual | Self::OptionalMutual)
    }
}

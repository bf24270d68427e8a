//! From flags to a client.

use std::time::Duration;

use http::HeaderValue;
use http::header::USER_AGENT;
use kube::config::InClusterError;
use kube::{Client, Config};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;

use super::kubeconfig::Chosen;
use super::request::{Failure, no_credentials};
use super::{Access, direct, kubeconfig, proxy};
use crate::error::{Error, Result};
use crate::exit::Exit;

/// How long a request may take where `--request-timeout` does not say: longer than any healthy
/// API server needs, short enough for a person to wait.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A client, and what reports need to know of it.
pub(super) struct Connected {
    pub(super) client: Client,
    pub(super) context: String,
    pub(super) namespace: String,
    pub(super) server: String,
    pub(super) timeout: Duration,
}

pub(super) fn connect(access: &Access) -> Result<Connected> {
    let failed = |error: &dyn std::fmt::Display| {
        Error::new(Exit::Failed, format!("the kubeconfig cannot be used: {error}"))
    };
    let (mut config, context, proxy) = if let Some(kubeconfig) = kubeconfig::load(access)? {
        let chosen = kubeconfig::choose(kubeconfig, access).map_err(|error| {
            failed(&error).hint("kubectl config get-contexts lists its contexts")
        })?;
        let config = config_of(&chosen).map_err(|error| failed(&error))?;
        (config, chosen.name, chosen.cluster.proxy_url)
    } else {
        let config = Config::incluster().map_err(|error| {
            let why = match error {
                InClusterError::ReadEnvironmentVariable(_) => "this is no pod of a cluster".into(),
                error => format!("this pod's own account cannot be used: {error}"),
            };
            Error::new(Exit::Failed, format!("there is no kubeconfig, and {why}")).hint(
                "name one with --kubeconfig or KUBECONFIG, or give files: igwctl diagnose PATH",
            )
        })?;
        (config, "in-cluster".to_owned(), None)
    };
    config.proxy_url = proxy::to(&config.cluster_url, proxy.as_deref())?;
    if let Some(user) = &access.impersonate {
        config.auth_info.impersonate = Some(user.clone());
    }
    if !access.impersonate_groups.is_empty() {
        config.auth_info.impersonate_groups = Some(access.impersonate_groups.clone());
    }
    // kube 5 panics over a token that no header can carry.
    let token = config.auth_info.token.as_ref().map(secrecy::ExposeSecret::expose_secret);
    if token.is_some_and(|token| token.bytes().any(|it| !(0x20..0x7f).contains(&it))) {
        return Err(failed(&"its token holds what no header can carry"));
    }
    let timeout = access.request_timeout.filter(|it| !it.is_zero()).unwrap_or(TIMEOUT);
    // Each request is timed as a whole, from the first packet to the last byte.
    config.connect_timeout = None;
    config.read_timeout = None;
    let agent = HeaderValue::from_static(concat!("igwctl/", env!("CARGO_PKG_VERSION")));
    config.headers.push((USER_AGENT, agent));
    let mut server = config.cluster_url.to_string().trim_end_matches('/').to_owned();
    if let Some(proxy) = &config.proxy_url {
        server += &format!(" (by proxy {})", proxy::shown(proxy));
    }
    let namespace = config.default_namespace.clone();
    let made = match config.proxy_url {
        None => direct::client(&config),
        Some(_) => Client::try_from(config),
    };
    let client = made.map_err(|error| match no_credentials(&error) {
        Some(reason) => Failure::Credentials(reason).into_error(&server),
        None => failed(&error),
    })?;
    Ok(Connected { client, context, namespace, server, timeout })
}

/// As kube's own loader makes it, but for the proxy, which that one cannot be kept from choosing.
/// The error is a clause.
fn config_of(chosen: &Chosen) -> std::result::Result<Config, String> {
    let Chosen { context, cluster, user, .. } = chosen;
    let server = cluster.server.as_deref().unwrap_or_default();
    let url = server.parse().map_err(|_| format!("its server {server:?} is not a URL"))?;
    let mut config = Config::new(url);
    if let Some(namespace) = &context.namespace {
        config.default_namespace.clone_from(namespace);
    }
    if let Some(pem) = kubeconfig::whole(cluster)?.certificate_authority_data {
        let certificates = CertificateDer::pem_slice_iter(&pem);
        let certificates = certificates.map(|it| it.map(|it| it.to_vec()));
        let certificates: std::result::Result<_, _> = certificates.collect();
        config.root_cert = Some(
            certificates
                .map_err(|error| format!("its certificate authority is not PEM ({error})"))?,
        );
    }
    config.accept_invalid_certs = cluster.insecure_skip_tls_verify.unwrap_or_default();
    config.disable_compression = cluster.disable_compression.unwrap_or_default();
    config.tls_server_name.clone_from(&cluster.tls_server_name);
    config.auth_info = user.clone();
    Ok(config)
}

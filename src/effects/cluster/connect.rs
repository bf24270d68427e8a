//! From flags to a client.

use std::time::Duration;

use http::HeaderValue;
use http::header::USER_AGENT;
use kube::config::KubeConfigOptions;
use kube::{Client, Config};

use super::request::{Failure, no_credentials};
use super::{Access, kubeconfig};
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

pub(super) async fn connect(access: &Access) -> Result<Connected> {
    let failed = |error: &dyn std::fmt::Display| {
        Error::new(Exit::Failed, format!("the kubeconfig cannot be used: {error}"))
    };
    let (mut config, context) = if let Some(kubeconfig) = kubeconfig::load(access)? {
        let context = access.context.clone().or_else(|| kubeconfig.current_context.clone());
        let options = KubeConfigOptions {
            context: access.context.clone(),
            cluster: access.cluster.clone(),
            user: access.user.clone(),
        };
        let config = Config::from_custom_kubeconfig(kubeconfig, &options)
            .await
            .map_err(|error| failed(&error))?;
        (config, context.unwrap_or_default())
    } else {
        let config = Config::incluster().map_err(|_| {
            Error::new(Exit::Failed, "there is no kubeconfig, and this is no pod of a cluster")
                .hint("name one with --kubeconfig or KUBECONFIG, or give diagnose files")
        })?;
        (config, "in-cluster".to_owned())
    };
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
    let server = config.cluster_url.to_string().trim_end_matches('/').to_owned();
    let namespace = config.default_namespace.clone();
    let client = Client::try_from(config).map_err(|error| match no_credentials(&error) {
        Some(reason) => Failure::Credentials(reason).into_error(&server),
        None => failed(&error),
    })?;
    Ok(Connected { client, context, namespace, server, timeout })
}

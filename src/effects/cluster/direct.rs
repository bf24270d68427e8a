//! A client without a proxy between.

use hyper_util::client::legacy::Builder;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use kube::client::{ClientBuilder, ConfigExt as _};
use kube::{Client, Config, Result};
use tower::BoxError;
use tower::util::{ServiceExt as _, option_layer};
use tower_http::decompression::DecompressionLayer;

/// A client that sends each request at once. That of kube 5 leaves Nagle's algorithm on: the first
/// request of a connection waits until the server has confirmed the last packet of the handshake,
/// which takes Linux 40 ms, and a reading waits for that in each of its rounds.
pub(super) fn client(config: &Config) -> Result<Client> {
    let mut connector = HttpConnector::new();
    connector.enforce_http(false);
    connector.set_nodelay(true);
    let connector = config.rustls_https_connector_with_connector(connector)?;
    let client = Builder::new(TokioExecutor::new()).build::<_, kube::client::Body>(connector);
    let unpacks =
        DecompressionLayer::new().no_br().no_deflate().no_zstd().gzip(!config.disable_compression);
    let client = client.map_err(BoxError::from);
    let builder = ClientBuilder::new(client, config.default_namespace.clone())
        .with_layer(&config.extra_headers_layer()?)
        .with_layer(&option_layer(config.auth_layer()?))
        .with_layer(&unpacks)
        .with_layer(&config.base_uri_layer());
    Ok(builder.build())
}

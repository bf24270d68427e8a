//! What host names resolve to, in time, asked of the system's servers or of the one that is named.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use futures_util::future::{join, join_all};
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{NameServerConfig, ResolveHosts, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{Name, RData, RecordType};

use crate::world::Resolution;

/// How long a name may take in all, however slow its servers, where nothing else is said: what
/// `dig` waits for one answer.
pub const LIMIT: Duration = Duration::from_secs(5);

/// Who is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Server {
    /// Whom the system asks.
    System,
    /// The server at this address, for everything, and no file of hosts.
    At(SocketAddr),
}

impl std::fmt::Display for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::System => f.write_str("the system's name servers"),
            Self::At(address) => write!(f, "{address}"),
        }
    }
}

/// What these names resolve to. It takes no longer than the limit, whatever the servers do.
pub fn resolve(
    hosts: &BTreeSet<String>,
    server: Server,
    limit: Duration,
) -> BTreeMap<String, Resolution> {
    let all = |reason: String| {
        let unknown = hosts.iter().map(|it| (it.clone(), Resolution::Unknown(reason.clone())));
        unknown.collect()
    };
    if hosts.is_empty() {
        return BTreeMap::new();
    }
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return all(error.to_string()),
    };
    let resolver = match resolver(server, limit) {
        Ok(resolver) => resolver,
        Err(error) => return all(format!("{server} cannot be asked: {error}")),
    };
    let answers = hosts.iter().map(|host| {
        let resolver = &resolver;
        async move { (host.clone(), of(resolver, host, server, limit).await) }
    });
    let answers = runtime.block_on(async { join_all(answers).await });
    // What still waits for a slow server is left behind.
    runtime.shutdown_background();
    answers.into_iter().collect()
}

fn resolver(server: Server, limit: Duration) -> Result<TokioResolver, NetError> {
    let mut builder = match server {
        Server::System => TokioResolver::builder_tokio()?,
        Server::At(address) => {
            let mut config = NameServerConfig::udp_and_tcp(address.ip());
            for connection in &mut config.connections {
                connection.port = address.port();
            }
            let config = ResolverConfig::from_parts(None, Vec::new(), vec![config]);
            TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
        }
    };
    let options = builder.options_mut();
    // A datagram that is lost is sent again within this time; a second round would only add to it.
    options.timeout = limit;
    options.attempts = 0;
    if matches!(server, Server::At(_)) {
        options.use_hosts_file = ResolveHosts::Never;
    }
    builder.build()
}

/// IPv4 and IPv6 are asked for at once; one that fails leaves the other.
async fn of(resolver: &TokioResolver, host: &str, server: Server, limit: Duration) -> Resolution {
    let Ok(mut name) = Name::from_utf8(host) else {
        return Resolution::Unknown("it is not a host name".to_owned());
    };
    // A load balancer's name is whole: the system's search list has nothing to add to it.
    name.set_fqdn(true);
    let ask = |kind| tokio::time::timeout(limit, addresses(resolver, name.clone(), kind));
    let (v4, v6) = join(ask(RecordType::A), ask(RecordType::AAAA)).await;
    let mut found = Vec::new();
    let mut failures = Vec::new();
    for answer in [v4, v6] {
        match answer {
            Ok(Ok(addresses)) => found.extend(addresses),
            Ok(Err(failure)) => failures.push(failure),
            Err(_) => failures.push(NetError::Timeout),
        }
    }
    if !found.is_empty() || failures.is_empty() {
        return Resolution::of(found);
    }
    // That there is no such name says more than that one of two questions came to nothing.
    failures.sort_by_key(|it| !matches!(it, NetError::Timeout));
    let reason = failures.iter().find(|it| it.is_nx_domain()).or(failures.first());
    reason.map_or_else(|| Resolution::of(Vec::new()), |it| explain(it, server, limit))
}

async fn addresses(
    resolver: &TokioResolver,
    name: Name,
    kind: RecordType,
) -> Result<Vec<IpAddr>, NetError> {
    let lookup = match resolver.lookup(name, kind).await {
        Err(error) if error.is_no_records_found() && !error.is_nx_domain() => {
            return Ok(Vec::new());
        }
        lookup => lookup?,
    };
    // Aliases on the way stand among the answers too.
    let address = |data: &RData| match data {
        RData::A(address) => Some(IpAddr::V4(address.0)),
        RData::AAAA(address) => Some(IpAddr::V6(address.0)),
        _ => None,
    };
    Ok(lookup.answers().iter().filter_map(|record| address(&record.data)).collect())
}

fn explain(error: &NetError, server: Server, limit: Duration) -> Resolution {
    let code = match error {
        NetError::Timeout => {
            let seconds = limit.as_secs_f32();
            return Resolution::Unknown(format!("no answer from {server} within {seconds} s"));
        }
        NetError::Dns(DnsError::ResponseCode(code)) => *code,
        NetError::Dns(DnsError::NoRecordsFound(none)) => none.response_code,
        other => return Resolution::Unknown(format!("{server} cannot be asked: {other}")),
    };
    match code {
        ResponseCode::NXDomain => {
            Resolution::Nothing(format!("there is no such name (NXDOMAIN from {server})"))
        }
        ResponseCode::NoError => Resolution::of(Vec::new()),
        code => Resolution::Unknown(format!("{server} answers {code}")),
    }
}

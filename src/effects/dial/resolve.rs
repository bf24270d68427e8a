//! Which addresses a name has, by the system's resolver or by a server that is named.

use std::collections::BTreeSet;
use std::io;
use std::net::IpAddr;
use std::time::Duration;

use tokio::net::lookup_host;
use tokio::time::timeout;

use crate::effects::dns;
use crate::probe::observation::LookupTrouble;
use crate::world::Resolution;

/// Looks up a name: `/etc/hosts` and the like, then DNS, as other clients of this machine do.
pub(super) async fn by_system(host: &str, limit: Duration) -> Result<Vec<IpAddr>, LookupTrouble> {
    // The port is of no meaning here.
    let found = match timeout(limit, lookup_host((host, 0))).await {
        Err(_) => return Err(LookupTrouble::TimedOut),
        Ok(found) => found.map_err(|error| trouble(&error))?,
    };
    let mut addresses: Vec<IpAddr> = Vec::new();
    for address in found {
        // Once for each type of socket.
        if !addresses.contains(&address.ip()) {
            addresses.push(address.ip());
        }
    }
    if addresses.is_empty() { Err(LookupTrouble::Unknown) } else { Ok(addresses) }
}

/// Asks the server at that address, and nobody else.
pub(super) fn by_server(
    host: &str,
    server: dns::Server,
    limit: Duration,
) -> Result<Vec<IpAddr>, LookupTrouble> {
    match dns::resolve(&BTreeSet::from([host.to_owned()]), server, limit).remove(host) {
        Some(Resolution::Addresses(addresses)) => Ok(addresses),
        Some(Resolution::Nothing(_)) | None => Err(LookupTrouble::Unknown),
        Some(Resolution::Unknown(why)) => Err(LookupTrouble::Failed(why)),
    }
}

/// What the libraries of the systems say where there is no such name, or none with an address:
/// glibc, musl, macOS, Windows.
const UNKNOWN: [&str; 6] = [
    "name or service not known",
    "no address associated with hostname",
    "name does not resolve",
    "nodename nor servname provided, or not known",
    "no such host is known. (os error 11001)",
    "name has no usable address",
];

/// The standard library hands on the system's words and no kind.
fn trouble(error: &io::Error) -> LookupTrouble {
    let text = error.to_string();
    let words = text.rsplit(": ").next().unwrap_or_default().to_lowercase();
    if UNKNOWN.contains(&&*words) { LookupTrouble::Unknown } else { LookupTrouble::Failed(words) }
}

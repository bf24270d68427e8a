//! Whether the credential of a server reaches its chain; without it the handshake is reset.

use super::proxy::Proxy;
use super::server::Server;
use crate::model::Key;
use crate::model::Seen;
use crate::model::credential::{Credential, Pem, Reference};
use crate::model::istio::TlsMode;
use crate::world::demand::{Target, read_from};
use crate::world::{Gap, May, World};

/// What a TLS server shows its clients.
#[derive(Clone, Debug)]
pub struct Shown<'w> {
    /// Its mode.
    pub mode: TlsMode,
    /// The credential as written; empty where none is named.
    pub written: String,
    /// The Secret that is read, and what is known of it.
    pub secret: Option<(Key, Option<&'w Seen<Credential>>)>,
    /// What keeps it from the gateway.
    pub lacks: Option<Lack>,
    /// What is not known of it.
    pub gap: Option<Gap>,
}

/// What keeps a credential from a gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// There is no such Secret where it is looked for.
    Missing,
    /// istiod refuses a reference into another namespace, or cannot read it.
    Refused,
    /// The Secret lacks the keys.
    NoPair,
    /// Envoy cannot read its certificate or key.
    Unreadable,
    /// The key is not the certificate's: Envoy refuses it.
    Mismatch,
    /// The gateway's service account may not list secrets.
    Forbidden,
}

/// The first credential of a server, as the gateway gets it (`pilot/pkg/xds/sds.go`).
pub(super) fn shown<'w>(world: &'w World, proxy: &Proxy<'_>, server: &Server) -> Shown<'w> {
    let mode = server.tls.as_ref().map(|it| it.mode).unwrap_or_default();
    let mut shown = Shown { mode, written: String::new(), secret: None, lacks: None, gap: None };
    let Some((_, written)) = server.tls.as_ref().and_then(|it| it.credentials.first()) else {
        return shown;
    };
    shown.written.clone_from(&written.value);
    let reference = Reference::parse(&written.value);
    if reference == Reference::Internal {
        return shown;
    }
    let version = proxy.workload.and_then(|it| it.version);
    // The Gateway API's listeners were held against their grants when they were made.
    let gateway = &server.gateway.namespace;
    let target = match reference {
        Reference::GatewayApi { namespace, name } if server.services.is_some() => {
            Target::Secret(Key::new(namespace, name))
        }
        reference => read_from(world, &reference, proxy.namespace, version, gateway),
    };
    let Target::Secret(key) = target else {
        shown.lacks = Some(Lack::Refused);
        return shown;
    };
    match world.get::<Credential>(&key) {
        Ok(secret) => {
            shown.lacks = lack(secret).or_else(|| forbidden(world, proxy));
            shown.secret = Some((key, secret));
        }
        Err(gap) => {
            shown.gap = Some(gap);
            shown.secret = Some((key, None));
        }
    }
    shown
}

fn lack(secret: Option<&Seen<Credential>>) -> Option<Lack> {
    let Some(secret) = secret else { return Some(Lack::Missing) };
    let facts = &secret.facts;
    if facts.pair().is_some_and(|it| it.is_err()) {
        return Some(Lack::NoPair);
    }
    let is_faulty =
        matches!(facts.chain, Some(Pem::Faulty(_))) || matches!(facts.key, Some(Pem::Faulty(_)));
    if is_faulty {
        return Some(Lack::Unreadable);
    }
    (facts.key_fits == Some(false)).then_some(Lack::Mismatch)
}

/// Only where a no is known: hardly any input shows all bindings.
fn forbidden(world: &World, proxy: &Proxy<'_>) -> Option<Lack> {
    let account = &proxy.workload?.service_account;
    let may = world.may_list_secrets(proxy.namespace, account);
    matches!(may, Ok(May::No(_))).then_some(Lack::Forbidden)
}

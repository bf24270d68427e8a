//! What a log's line means, in words, for what no check judges.

use crate::logs::{Request, Sighting, What};

/// The sentence. It says what the line says, and nothing of whose fault that is.
pub(super) fn of(sighting: &Sighting) -> String {
    if let Some(request) = &sighting.request {
        return of_request(request);
    }
    let mut message = said(sighting);
    let tells_itself = matches!(sighting.what, What::MissingFile | What::CannotBind);
    if let Some(reason) = sighting.reason.as_ref().filter(|_| !tells_itself) {
        message += ": ";
        message += reason;
    }
    message
}

fn said(sighting: &Sighting) -> String {
    let named = |it: &Option<String>, otherwise: &str| {
        it.as_ref().map_or_else(|| otherwise.to_owned(), Clone::clone)
    };
    let gateway = || {
        let name = sighting.gateway.as_ref();
        name.map_or_else(|| "a Gateway".to_owned(), |it| format!("Gateway {it}"))
    };
    let port = sighting.port.map_or_else(String::new, |it| format!(" on port {it}"));
    match sighting.what {
        What::ListenerRejected => "Envoy refused a listener".to_owned(),
        What::RouteRejected => "Envoy refused a route configuration".to_owned(),
        What::ClusterRejected => "Envoy refused a cluster".to_owned(),
        What::CannotBind => {
            let reason = named(&sighting.reason, "no reason is given");
            format!("a port cannot be bound: {reason}")
        }
        What::MissingFile => {
            let file = named(&sighting.subject, "of a server");
            format!("Envoy refused a listener, for the mounted file {file} is not there")
        }
        What::NotReady => "the proxy is not ready".to_owned(),
        What::PrivilegedPort => {
            format!("istiod leaves out a listener{port}, for the pod is unprivileged")
        }
        What::NoListeners => "istiod makes no listener for the gateway".to_owned(),
        What::NoGateway => match &sighting.subject {
            Some(route) => format!(
                "istiod knows no Gateway for route {route}, which is normal where it was deleted a \
                 moment before"
            ),
            None => "no Gateway selects the gateway's pod".to_owned(),
        },
        What::NoRoute => match &sighting.subject {
            Some(route) => format!("route {route} has no host, so it answers 404"),
            None => format!("no VirtualService is bound to {}, so it answers 404", gateway()),
        },
        What::NoFilter => format!("a server of {}{port} has nothing to lead to", gateway()),
        What::DuplicateHost => format!(
            "istiod leaves out a server of {}: another TLS server of the same pods has its host",
            gateway()
        ),
        What::DuplicateSni => format!(
            "istiod leaves out a tls rule of VirtualService {}: another has its SNI host",
            named(&sighting.subject, "(not named)")
        ),
        What::PortConflict => format!(
            "istiod leaves out a server of {}{port}: one that it cannot be merged with has the port",
            gateway()
        ),
        What::DuplicatePortName => format!(
            "istiod leaves out an HTTPS server of {}{port}: another has the name of its port",
            gateway()
        ),
        What::BadServer => format!("istiod can make nothing of a server of {}{port}", gateway()),
        What::NoTlsBlock => format!("a TLS server of {} has no tls settings", gateway()),
        What::SeveralServices => format!("several Services claim the gateway's port{port}"),
        _ => of_credential(sighting),
    }
}

fn of_credential(sighting: &Sighting) -> String {
    let name = match &sighting.credential {
        Some(name) if sighting.ca => format!("the CA for clients, {name}"),
        Some(name) => format!("secret {name}"),
        None => "a credential".to_owned(),
    };
    match sighting.what {
        What::NotAuthenticated => {
            "the proxy's connection to istiod is not authenticated, so it gets no secrets"
                .to_owned()
        }
        What::UnknownCluster => {
            "istiod does not know the proxy's cluster, so it gets no secrets".to_owned()
        }
        What::BadName => format!(
            "istiod cannot read the reference {}",
            sighting.resource.as_deref().unwrap_or("to a secret")
        ),
        What::Waiting => format!("the gateway waits for {name}"),
        What::Deleted => format!("{name} was deleted"),
        What::FetchTimedOut => format!("Envoy waited 15 seconds for {name}, and none came"),
        What::Missing => format!("{name} was not found"),
        What::MissingOrUnusable => format!("{name} was not found, or cannot be used"),
        What::WrongKeys => format!("{name} lacks the keys that are read"),
        What::EmptyKeys => format!("{name} has an empty key or certificate"),
        What::CrossNamespace => format!("istiod does not allow the reference to {name}"),
        What::Forbidden | What::Withheld => format!("istiod does not hand out {name}"),
        What::Expired => format!("the certificate in {name} is expired or not yet valid"),
        What::KeyMismatch => format!("the key in {name} does not belong to its certificate"),
        _ => format!("{name} cannot be used"),
    }
}

/// What Envoy's flags say (`%RESPONSE_FLAGS%`, Envoy 1.8 to 1.36). A line does not tell whether a
/// gateway wrote it or a sidecar.
fn of_request(request: &Request) -> String {
    let flags: Vec<&str> = request.flags.split(',').collect();
    let has = |flag: &str| flags.contains(&flag);
    let is_chain = request.details.as_deref() == Some("filter_chain_not_found");
    // In the early versions the flag says it alone: a connection has no code.
    let is_connection = request.code == 0;
    let mut said = if has("NR") && (is_chain || is_connection) {
        "a connection was closed, for nothing there is for its SNI or its protocol".to_owned()
    } else if has("NR") {
        "a request was answered 404, for no route is for its host and path".to_owned()
    } else if has("NC") {
        "a request was answered 503, for the cluster that its route leads to does not exist"
            .to_owned()
    } else if has("UH") {
        "a request was answered 503, for its cluster has no healthy upstream".to_owned()
    } else if has("UF") {
        "the connection to the upstream failed".to_owned()
    } else if has("URX") {
        "the upstream failed, and retries came to nothing".to_owned()
    } else if has("UC") {
        "the upstream closed the connection".to_owned()
    } else if has("UT") {
        "the upstream did not answer in time".to_owned()
    } else if has("DPE") {
        "the client did not keep to the protocol".to_owned()
    } else if has("RL") {
        "a request was refused by a rate limit".to_owned()
    } else if has("UAEX") {
        "a request was refused by external authorization".to_owned()
    } else {
        "a request failed".to_owned()
    };
    let details = request.details.as_ref().map_or_else(String::new, |it| format!(" {it}"));
    let code = if is_connection { String::new() } else { format!("{} ", request.code) };
    said += &format!(" ({code}{}{details})", request.flags);
    if let Some(failure) = &request.failure {
        said += &format!("; of the connection to the upstream it says: {failure}");
    }
    said
}

//! The holes of a form, and how far what stands in one goes.

/// A hole in a form, written `{name}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hole {
    /// `{name}`: a Secret's name, perhaps with `-cacert`.
    Name,
    /// `{fallback}`: the fallback secret's name.
    Fallback,
    /// `{res}`: a resource name, `kubernetes://NS/NAME`.
    Res,
    /// `{ns}`: a namespace.
    Ns,
    /// `{secret}`: the Secret's name behind `NS/`.
    Secret,
    /// `{proxy}`: `POD.NS`.
    Proxy,
    /// `{node}`: a node or connection id, `router~IP~POD.NS~…`, `POD.NS-N`.
    Node,
    /// `{sa}`: a service account's name.
    Sa,
    /// `{sans}`: a service account's namespace.
    SaNs,
    /// `{keys}`: the keys of a secret, to the end.
    Keys,
    /// `{names}`: secrets' names, joined with commas.
    Names,
    /// `{gateway}`: a Gateway.
    Gateway,
    /// `{port}`: a port number.
    Port,
    /// `{hosts}`: Go's print of a list.
    Hosts,
    /// `{subject}`: a listener, a route, a file, up to the next literal.
    Subject,
    /// `{reason}`: words, up to the next literal or the end.
    Reason,
    /// `{any}`: the same, of no interest.
    Any,
    /// `{code}`: a gRPC code's name.
    Code,
    /// `{peer}`: an address with its port.
    Peer,
}

pub(super) const HOLES: usize = 19;

impl Hole {
    /// The hole of a name.
    pub(super) fn of(name: &str) -> Self {
        match name {
            "name" => Self::Name,
            "fallback" => Self::Fallback,
            "res" => Self::Res,
            "ns" => Self::Ns,
            "secret" => Self::Secret,
            "proxy" => Self::Proxy,
            "node" => Self::Node,
            "sa" => Self::Sa,
            "sans" => Self::SaNs,
            "keys" => Self::Keys,
            "names" => Self::Names,
            "gateway" => Self::Gateway,
            "port" => Self::Port,
            "hosts" => Self::Hosts,
            "subject" => Self::Subject,
            "reason" => Self::Reason,
            "code" => Self::Code,
            "peer" => Self::Peer,
            _ => Self::Any,
        }
    }
}

/// Whether it holds one word, which a text's end may cut short.
pub(super) fn is_token(hole: Hole) -> bool {
    !matches!(
        hole,
        Hole::Keys | Hole::Names | Hole::Hosts | Hole::Subject | Hole::Reason | Hole::Any
    )
}

/// Whether names, with commas between them, can be what stands there.
fn is_list(text: &str) -> bool {
    text.split(", ").all(|item| item.starts_with("and ") || !item.trim().contains(' '))
}

/// How long what stands in the hole is; nothing where that cannot be it.
pub(super) fn length(hole: Hole, rest: &str, next: Option<&str>) -> Option<usize> {
    if !is_token(hole) {
        let length = match next {
            Some(next) => rest.find(next).or_else(|| {
                let next = next.trim_end();
                rest.ends_with(next).then(|| rest.len() - next.len())
            }),
            None => Some(rest.trim_end().len()),
        };
        return length.filter(|&length| match hole {
            Hole::Names => is_list(&rest[..length]),
            Hole::Subject => !rest[..length].contains(' '),
            _ => true,
        });
    }
    let length = match hole {
        Hole::Res => {
            let end = rest.find([' ', '\t', ',', '"', '`', '\'']).unwrap_or(rest.len());
            let name = rest[..end].trim_end_matches(':');
            if name.contains("://") { name.len() } else { 0 }
        }
        Hole::Port => rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()),
        Hole::Code => rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len()),
        Hole::Node | Hole::Proxy => {
            let end = rest.find([' ', '\t', ',', '"', '`']).unwrap_or(rest.len());
            rest[..end].trim_end_matches([':', '.']).len()
        }
        Hole::Peer => {
            let end = rest.find(' ').unwrap_or(rest.len());
            let port = rest[..end].rsplit_once(':').map_or("", |(_, port)| port);
            if port.parse::<u16>().is_ok() { end } else { 0 }
        }
        Hole::Gateway => rest.find([' ', '\t', ',', '"', '`', ':']).unwrap_or(rest.len()),
        _ => rest.find(|c: char| !is_name_char(c)).unwrap_or(rest.len()),
    };
    let token = &rest[..length];
    // `...` and a hyphen at the end are where somebody cut the name.
    (length > 0 && !token.ends_with("..") && !token.ends_with('-') && !token.ends_with('…'))
        .then_some(length)
}

fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '<' | '>' | '*' | '$' | '{' | '}')
}

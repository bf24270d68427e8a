//! `igwctl probe`.
//!
//! | file | answers |
//! | --- | --- |
//! | `client.rs` | who asks, at which addresses, and how far redirects are followed |
//! | `objects.rs` | what the objects tell: where the gateway is, and what is to blame |

mod client;
mod objects;

use std::net::IpAddr;

use super::gateway;
use super::globals::{Globals, span};
use super::inputs::Inputs;
use crate::effects::dial::{Dialer, Files, Identity};
use crate::effects::{clock, terminal};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::output::{self, Format};
use crate::probe::meaning::Terms;
use crate::probe::{Method, Ports, Target, Version, exit, report};
use client::{Client, Place};
use objects::Objects;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  # what a client gets, name, connection, TLS and answer
  igwctl probe https://shop.example.com/

  # before the DNS record is there: at the gateway, for the host all the same
  igwctl probe https://shop.example.com/ --gateway shop.example.com

  # by an address and node ports, and on to where a redirect leads
  igwctl probe http://shop.example.com/ --address 192.0.2.21 --http-port 30080 \\
    --https-port 30443 --follow

  # a server with mode MUTUAL, and a CA of one's own
  igwctl probe https://shop.example.com/ --ca ca.crt --cert client.crt \\
    --key client.key

  # does every address answer alike?
  igwctl probe https://shop.example.com/ --times 20 -o json

Where something is wrong, the cluster of the kubeconfig, or --from PATH, says which object is to
blame; what it does not tell changes nothing. A host that does not resolve is asked for at the
gateway that serves it, if they show one; that it does not resolve stays an error. The host goes into Host and SNI, as with curl
--resolve; the connection is direct, whatever HTTP_PROXY says. Headers given go to no server that does not prove to
be the host, unless -k says otherwise; a private key stays in memory. What each code means stands in
docs/probe.md.

Exit 0: a route answers, or redirects. Exit 1: what a client gets is wrong. Exit 3: this machine
gets nowhere: no way to any of the addresses, or no answer about the name. Exit 4: there is no such
gateway, or it has no address.")]
pub(super) struct Args {
    /// What to ask for: http or https; without a scheme it is http
    url: String,

    /// Ask here, not where the host resolves (repeatable)
    #[arg(long, value_name = "IP")]
    address: Vec<IpAddr>,

    /// Ask at this Service, Gateway, or host's gateway
    ///
    /// A Service, a Gateway, as NAME or NS/NAME, or a host that is served. Its address and ports
    /// are those that `igwctl discover` tells, from the cluster or --from.
    #[arg(long, value_name = "GATEWAY", conflicts_with = "address")]
    gateway: Option<String>,

    /// The name server to ask for host names, and nobody else
    #[arg(long, value_name = "IP[:PORT]", hide_short_help = true)]
    resolver: Option<String>,

    /// The port for http, whatever the URL says
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    http_port: Option<u16>,

    /// The port for https, whatever the URL says
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    https_port: Option<u16>,

    /// A header of the request, "Name: value" (repeatable)
    #[arg(short = 'H', long, value_name = "HEADER", hide_short_help = true)]
    header: Vec<String>,

    /// The method
    #[arg(short = 'X', long, value_name = "METHOD", default_value = "GET",
          value_parser = ["GET", "HEAD"], hide_short_help = true)]
    method: String,

    /// Go where redirects lead, up to 10 of them
    #[arg(short = 'L', long)]
    follow: bool,

    /// How many requests, in turn over the addresses
    ///
    /// Without, one for each address.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=10_000))]
    times: Option<u16>,

    /// How long each stage may take: 5s, 1m, or a number of seconds
    #[arg(long, value_name = "TIME", default_value = "10s", hide_short_help = true)]
    timeout: String,

    /// Files, directories, or -, instead of the cluster
    ///
    /// They say where the gateway is and which object is to blame (repeatable). Without, the cluster
    /// is asked where that is needed.
    #[arg(long, value_name = "PATH")]
    from: Vec<String>,

    /// Ask no cluster
    #[arg(long, hide_short_help = true)]
    no_cluster: bool,

    /// Ask nothing of you, even on a terminal
    #[arg(long, hide_short_help = true)]
    no_input: bool,

    /// How to write the report
    #[arg(short, long, value_name = "FORMAT", default_value = "table",
          value_parser = ["table", "json", "yaml"])]
    output: String,

    #[command(flatten)]
    inputs: Inputs,

    #[command(flatten)]
    http: HttpFlags,

    #[command(flatten)]
    tls: TlsFlags,
}

/// Which HTTP is spoken.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
struct HttpFlags {
    /// Speak HTTP/1.0
    #[arg(long = "http1.0", hide_short_help = true)]
    http10: bool,

    /// Speak HTTP/1.1
    #[arg(long = "http1.1", hide_short_help = true)]
    http11: bool,

    /// Speak HTTP/2; without TLS, by prior knowledge
    #[arg(long, hide_short_help = true)]
    http2: bool,
}

/// Whom the client trusts, and who it is.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "TLS")]
struct TlsFlags {
    /// The CAs to trust, instead of this machine's: PEM
    ///
    /// Or a certificate that signed itself.
    #[arg(long, value_name = "FILE")]
    ca: Option<String>,

    /// The client's certificate: PEM
    ///
    /// With those between it and its CA.
    #[arg(long, value_name = "FILE", requires = "key")]
    cert: Option<String>,

    /// The key of the client's certificate: PEM
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<String>,

    /// Do not fail for the certificate; say what is wrong
    ///
    /// A certificate that does not prove the host is told, and no error.
    #[arg(short = 'k', long)]
    insecure: bool,

    /// The newest TLS to speak
    #[arg(long, value_name = "VERSION", default_value = "1.3", value_parser = ["1.2", "1.3"], hide_short_help = true)]
    tls_max: String,
}

pub(super) fn run(args: Args, globals: &Globals) -> Result<Exit> {
    let target = target(&args)?;
    let limit = span("--timeout", &args.timeout)?;
    if limit.is_zero() {
        return Err(Error::usage("--timeout 0: a stage needs some time"));
    }
    let files = Files {
        ca: args.tls.ca.clone(),
        certificate: args.tls.cert.clone(),
        key: args.tls.key.clone(),
        only_tls_1_2: args.tls.tls_max == "1.2",
    };
    let now = clock::now();
    // Without TLS nobody's CAs are needed, and they take time to read.
    let identity = Identity::read(&files, target.is_tls() || args.follow, now)?;
    let insecure = args.tls.insecure;
    let names = args.resolver.as_deref().map(gateway::server).transpose()?;
    let dialer = Dialer::new(identity, limit, insecure, names)?;
    let mut objects = Objects::new(&args, globals, names)?;
    let place = match args.gateway.as_deref() {
        Some(given) => Some(Place::of(objects.named(given)?)),
        None if args.address.is_empty() => None,
        None => Some(Place::given(args.address.clone())),
    };
    let terms = Terms { now, insecure };
    let client = Client { dialer, ports: target.ports, follow: args.follow, terms };
    let (mut visits, found) =
        client.visits(&target, place, args.times, &mut |host| objects.serving(host))?;
    objects.blame(&mut visits, found.as_ref())?;
    let style = terminal::style(globals.color());
    let format = match &*args.output {
        "json" => Format::Json,
        "yaml" => Format::Yaml,
        _ => Format::Table,
    };
    terminal::print(&output::probe(
        &report(&target, &visits, found.as_ref(), now),
        format,
        &style,
    ))?;
    Ok(exit(&visits))
}

fn target(args: &Args) -> Result<Target> {
    let mut target = Target::parse(&args.url)?;
    target.method = if args.method == "HEAD" { Method::Head } else { Method::Get };
    target.ports = Ports { http: args.http_port, https: args.https_port };
    target.version = match &args.http {
        HttpFlags { http10: true, .. } => Version::One,
        HttpFlags { http11: true, .. } => Version::OneOne,
        HttpFlags { http2: true, .. } => Version::Two,
        _ => Version::Best,
    };
    for header in &args.header {
        target.add_header(header)?;
    }
    if target.ip().is_some() && (args.gateway.is_some() || !args.address.is_empty()) {
        let flag = if args.gateway.is_some() { "--gateway" } else { "--address" };
        return Err(Error::usage(format!("the URL names an address already, and {flag} another"))
            .hint(format!("name the host in the URL, and where it is asked for with {flag}")));
    }
    Ok(target)
}

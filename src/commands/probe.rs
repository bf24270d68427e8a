//! `igwctl probe`.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use super::globals::{Globals, span};
use crate::effects::dial::{Dialer, Files, Identity};
use crate::effects::{clock, terminal};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::output::{self, Format};
use crate::probe::meaning::{self, Terms};
use crate::probe::{Hop, Lookup, Method, Ports, Target, Version, Visit, chain, exit, report};

/// Ask for a URL as a client does, and say what each stage got and what that means for a gateway
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  # what a client gets, name, connection, TLS and answer
  igwctl probe https://shop.example.com/

  # before the DNS record is there: the gateway's own address, and the host all the same
  igwctl probe https://shop.example.com/ --address 192.0.2.10

  # by node ports, and on to where a redirect leads
  igwctl probe http://shop.example.com/ --address 192.0.2.21 --http-port 30080 \\
    --https-port 30443 --follow

  # a server with mode MUTUAL, and a CA of one's own
  igwctl probe https://shop.example.com/ --ca ca.crt --cert client.crt --key client.key

  # does every address answer alike?
  igwctl probe https://shop.example.com/ --times 20 -o json

Nothing is asked of a cluster. The host goes into Host and SNI, as with curl --resolve; the
connection is direct, whatever HTTP_PROXY says. Headers given go to no server that does not prove to
be the host, unless -k says otherwise; a private key stays in memory. What each code means stands in
docs/probe.md.

Exit 0: a route answers, or redirects. Exit 1: what a client gets is wrong. Exit 3: this machine
gets nowhere: no way to any of the addresses, or no answer about the name.")]
pub(super) struct Args {
    /// What to ask for: http or https; without a scheme it is http
    url: String,

    /// Ask here, rather than where the host resolves to (repeatable)
    #[arg(long, value_name = "IP")]
    address: Vec<IpAddr>,

    /// The port to connect to for http, whatever the URL says
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    http_port: Option<u16>,

    /// The port to connect to for https, whatever the URL says
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    https_port: Option<u16>,

    /// A header of the request, "Name: value" (repeatable)
    #[arg(short = 'H', long, value_name = "HEADER")]
    header: Vec<String>,

    /// The method
    #[arg(short = 'X', long, value_name = "METHOD", default_value = "GET",
          value_parser = ["GET", "HEAD"])]
    method: String,

    /// Go where redirects lead, up to 10 of them
    #[arg(short = 'L', long)]
    follow: bool,

    /// How many requests, in turn over the addresses; without, one for each address
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=10_000))]
    times: Option<u16>,

    /// How long each stage may take: 5s, 1m, or a number of seconds
    #[arg(long, value_name = "TIME", default_value = "10s")]
    timeout: String,

    /// How to write the report
    #[arg(short, long, value_name = "FORMAT", default_value = "table",
          value_parser = ["table", "json", "yaml"])]
    output: String,

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
    #[arg(long = "http1.0")]
    http10: bool,

    /// Speak HTTP/1.1
    #[arg(long = "http1.1")]
    http11: bool,

    /// Speak HTTP/2; without TLS, by prior knowledge
    #[arg(long)]
    http2: bool,
}

/// Whom the client trusts, and who it is.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "TLS")]
struct TlsFlags {
    /// The CAs to trust, or a certificate that signed itself, rather than those of this machine: PEM
    #[arg(long, value_name = "FILE")]
    ca: Option<String>,

    /// The client's certificate: PEM, with those between it and its CA
    #[arg(long, value_name = "FILE", requires = "key")]
    cert: Option<String>,

    /// The key of the client's certificate: PEM
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<String>,

    /// Do not fail for a certificate that does not prove the host; what is wrong with it is told
    #[arg(short = 'k', long)]
    insecure: bool,

    /// The newest TLS to speak
    #[arg(long, value_name = "VERSION", default_value = "1.3", value_parser = ["1.2", "1.3"])]
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
    let dialer = Dialer::new(identity, limit, insecure)?;
    let client = Client {
        dialer,
        given: args.address.clone(),
        follow: args.follow,
        terms: Terms { now, insecure },
    };
    let visits = client.visits(&target, args.times);
    let style = terminal::style(globals.color());
    let format = match &*args.output {
        "json" => Format::Json,
        "yaml" => Format::Yaml,
        _ => Format::Table,
    };
    terminal::print(&output::probe(&report(&target, &visits, now), format, &style))?;
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
    if target.ip().is_some() && !args.address.is_empty() {
        return Err(Error::usage("the URL names an address already, and --address another")
            .hint("name the host in the URL, and its address with --address"));
    }
    Ok(target)
}

/// Who asks.
struct Client {
    dialer: Dialer,
    /// The addresses of the first host, where they were given.
    given: Vec<IpAddr>,
    follow: bool,
    terms: Terms,
}

impl Client {
    fn visits(&self, target: &Target, times: Option<u16>) -> Vec<Visit> {
        let spinner = terminal::spinner();
        spinner.show("the name");
        let (lookup, addresses) =
            if self.given.is_empty() { self.addresses(target) } else { (None, self.given.clone()) };
        if addresses.is_empty() {
            let meanings = lookup.iter().filter_map(meaning::of_lookup).collect();
            let hop = Hop { target: target.clone(), lookup, seen: None, meanings };
            return vec![Visit { hops: vec![hop] }];
        }
        let times = times.map_or(addresses.len(), usize::from);
        let turns = addresses.iter().cycle().take(times);
        turns
            .map(|address| {
                spinner.show(&format!("what {address} answers"));
                self.visit(target, *address, lookup.clone())
            })
            .collect()
    }

    /// The addresses of a host, and the look-up that they came from, if there was one.
    fn addresses(&self, target: &Target) -> (Option<Lookup>, Vec<IpAddr>) {
        if let Some(address) = target.ip() {
            return (None, vec![address]);
        }
        let lookup = self.dialer.look_up(&target.host());
        let addresses = lookup.found.what.clone().unwrap_or_default();
        (Some(lookup), addresses)
    }

    fn visit(&self, target: &Target, address: IpAddr, mut lookup: Option<Lookup>) -> Visit {
        // A host stays where it was found, however often redirects come back to it.
        let mut places = BTreeMap::from([(target.asked_host(), Some(address))]);
        let mut made = vec![target.clone()];
        let mut hops: Vec<Hop> = Vec::new();
        while let Some(target) = made.last().cloned() {
            let place = *places.entry(target.asked_host()).or_insert_with(|| {
                let (found, addresses) = self.addresses(&target);
                lookup = found;
                addresses.first().copied()
            });
            let port = target.port();
            let seen = place.map(|ip| self.dialer.dial(&target, SocketAddr::new(ip, port)));
            let mut meanings = match &seen {
                Some(seen) => meaning::of(&target, seen, self.terms),
                None => lookup.iter().filter_map(meaning::of_lookup).collect(),
            };
            let answer = seen.as_ref().and_then(|it| it.answered.as_ref()?.what.as_ref().ok());
            let next = match answer {
                Some(answer) if self.follow => chain::next(&made, answer),
                _ => chain::Next::Done,
            };
            let next = match next {
                chain::Next::Done => None,
                chain::Next::Give(meaning) => {
                    meanings.push(*meaning);
                    None
                }
                chain::Next::Follow(next) => Some(*next),
            };
            hops.push(Hop { target, lookup: lookup.take(), seen, meanings });
            match next {
                Some(next) => made.push(next),
                None => break,
            }
        }
        Visit { hops }
    }
}

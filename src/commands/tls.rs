//! How an application is served over TLS, on the command line.

use std::net::IpAddr;

use super::app::choice;
use crate::error::{Error, Result};
use crate::render::intent::{Acme, Certificate, Files, IssuerName, Key, NewIssuer, Tls};
use crate::render::words::{Algorithm, Encoding, MinVersion, Mode, Span};

#[derive(Clone, Debug, clap::Args)]
#[group(id = "tls_wanted", multiple = true)]
#[command(next_help_heading = "TLS")]
pub(super) struct TlsWanted {
    /// Serve TLS: SIMPLE, or MUTUAL, or PASSTHROUGH
    ///
    /// SIMPLE where none is named; with MUTUAL clients show certificates too.
    #[arg(long, hide_possible_values = true, value_name = "MODE", num_args = 0..=1, require_equals = true,
          ignore_case = true, value_parser = choice(Mode::ALL, Mode::word))]
    #[expect(clippy::option_option, reason = "clap's form of a flag whose value may be left out")]
    tls: Option<Option<Mode>>,

    /// The oldest TLS that is spoken
    #[arg(long, value_name = "VERSION", requires = "tls",
          ignore_case = true, value_parser = choice(MinVersion::ALL, MinVersion::word), hide_short_help = true)]
    min_tls: Option<MinVersion>,

    /// Send plain HTTP to https, but for HTTP-01
    #[arg(long, requires = "tls")]
    https_redirect: bool,

    /// The CAs (PEM) that clients of MUTUAL are checked against
    #[arg(long, value_name = "FILE", requires = "tls", hide_short_help = true)]
    client_ca: Option<String>,

    /// Take the certificate from this secret
    ///
    /// It is there, in the namespace of the gateway's pods.
    #[arg(long, value_name = "NAME", requires = "tls")]
    secret: Option<String>,

    /// Take it from a file (PEM); the chain behind it
    #[arg(long = "cert", value_name = "FILE", requires_all = ["tls", "key"])]
    certificate: Option<String>,

    /// Its key (PEM)
    #[arg(long, value_name = "FILE", requires = "certificate")]
    key: Option<String>,

    /// Make it here, signed by a CA kept in --ca-dir
    #[arg(long, requires = "tls")]
    self_signed: bool,

    /// Have cert-manager make it, by this issuer
    ///
    /// A ClusterIssuer, unless it is written Issuer/NAME.
    #[arg(long, value_name = "[KIND/]NAME", requires = "tls")]
    issuer: Option<IssuerName>,

    /// That issuer is an ACME one: names alone
    #[arg(long, requires = "issuer")]
    acme: bool,

    /// Make the issuer too: selfsigned, ca or acme
    ///
    /// The one that --issuer names, else an Issuer of the application's own.
    #[arg(long, hide_possible_values = true, value_name = "TYPE", requires = "tls", value_parser = ["selfsigned", "ca", "acme"])]
    create_issuer: Option<String>,

    /// The secret with the CA of --create-issuer ca
    #[arg(long, value_name = "NAME", requires = "create_issuer", hide_short_help = true)]
    ca_secret: Option<String>,

    /// The server of --create-issuer acme: letsencrypt, letsencrypt-staging, or a URL
    /// [default: letsencrypt]
    #[arg(long, value_name = "SERVER", requires = "create_issuer", hide_short_help = true)]
    acme_server: Option<String>,

    /// Whom that server writes to
    #[arg(long, value_name = "ADDRESS", requires = "create_issuer", hide_short_help = true)]
    acme_email: Option<String>,

    /// The class of the Ingress that answers for HTTP-01 [default: istio]
    #[arg(long, value_name = "CLASS", requires = "create_issuer", hide_short_help = true)]
    acme_ingress_class: Option<String>,

    /// The Certificate's name [default: APP; in a gateway's namespace of its own NAMESPACE-APP]
    #[arg(long, value_name = "NAME", requires = "tls", hide_short_help = true)]
    certificate_name: Option<String>,

    /// The secret's name [default: as the Certificate's, with -cert]
    #[arg(long, value_name = "NAME", requires = "tls", hide_short_help = true)]
    secret_name: Option<String>,

    /// How long the certificate is valid [default: 2160h]
    #[arg(long, value_name = "TIME", requires = "tls", hide_short_help = true)]
    duration: Option<Span>,

    /// How long before its end it is renewed [default: 360h]
    #[arg(long, value_name = "TIME", requires = "tls", hide_short_help = true)]
    renew_before: Option<Span>,

    /// An organization of its subject (repeatable); '' for none [default: APP]
    #[arg(long = "organization", value_name = "NAME", requires = "tls", hide_short_help = true)]
    organizations: Vec<String>,

    /// Its common name; '' for none [default: the first host, up to 64 bytes]
    #[arg(long, value_name = "NAME", requires = "tls", hide_short_help = true)]
    common_name: Option<String>,

    /// A DNS name of it (repeatable) [default: the hosts]
    #[arg(long = "dns-name", value_name = "NAME", requires = "tls", hide_short_help = true)]
    dns_names: Vec<String>,

    /// An IP address of it (repeatable); '' for none [default: --address]
    #[arg(long = "ip-address", value_name = "IP", requires = "tls", value_parser = maybe_ip, hide_short_help = true)]
    ip_addresses: Vec<MaybeIp>,

    /// What its key may be used for (repeatable) [default: 'server auth' and 'client auth']
    #[arg(long = "usage", value_name = "USAGE", requires = "tls", hide_short_help = true)]
    usages: Vec<String>,

    /// The algorithm of its key [default: RSA]
    #[arg(long, value_name = "NAME", requires = "tls",
          ignore_case = true, value_parser = choice(Algorithm::ALL, Algorithm::word), hide_short_help = true)]
    key_algorithm: Option<Algorithm>,

    /// The size of its key in bits [default: 2048, of ECDSA 256]
    #[arg(long, value_name = "BITS", requires = "tls", hide_short_help = true)]
    key_size: Option<u16>,

    /// How its key is written [default: PKCS1]
    #[arg(long, value_name = "NAME", requires = "tls",
          ignore_case = true, value_parser = choice(Encoding::ALL, Encoding::word), hide_short_help = true)]
    key_encoding: Option<Encoding>,
}

/// An IP address, or the word that there is none.
#[derive(Clone, Copy, Debug)]
struct MaybeIp(Option<IpAddr>);

fn maybe_ip(text: &str) -> std::result::Result<MaybeIp, String> {
    if text.is_empty() {
        return Ok(MaybeIp(None));
    }
    text.parse().map(|ip| MaybeIp(Some(ip))).map_err(|_| "not an IP address".to_owned())
}

impl TlsWanted {
    /// What the flags say; `None` without `--tls`.
    pub(super) fn tls(&self) -> Result<Option<Tls>> {
        let Some(mode) = self.tls else { return Ok(None) };
        Ok(Some(Tls {
            mode,
            min_version: self.min_tls,
            https_redirect: self.https_redirect,
            client_ca: self.client_ca.clone(),
            certificate: Certificate {
                secret: self.secret.clone(),
                files: self
                    .certificate
                    .clone()
                    .zip(self.key.clone())
                    .map(|(certificate, key)| Files { certificate, key }),
                self_signed: self.self_signed,
                issuer: self.issuer.clone(),
                acme: self.acme,
                create_issuer: self.new_issuer()?,
                name: self.certificate_name.clone(),
                secret_name: self.secret_name.clone(),
                duration: self.duration,
                renew_before: self.renew_before,
                organizations: none_or(&self.organizations, |it| {
                    Some(it.clone()).filter(|it| !it.is_empty())
                }),
                common_name: self.common_name.clone(),
                dns_names: self.dns_names.clone(),
                ip_addresses: none_or(&self.ip_addresses, |it| it.0),
                usages: self.usages.clone(),
                key: Key {
                    algorithm: self.key_algorithm,
                    size: self.key_size,
                    encoding: self.key_encoding,
                },
            },
        }))
    }

    fn new_issuer(&self) -> Result<Option<NewIssuer>> {
        let type_ = self.create_issuer.as_deref();
        let acme = [&self.acme_server, &self.acme_email, &self.acme_ingress_class];
        if type_ != Some("acme") && acme.iter().any(|it| it.is_some()) {
            return Err(Error::usage("--acme-server and the like are for --create-issuer acme"));
        }
        if type_ != Some("ca") && self.ca_secret.is_some() {
            return Err(Error::usage("--ca-secret is for --create-issuer ca"));
        }
        Ok(match type_ {
            None => None,
            Some("ca") => {
                let secret_name = self.ca_secret.clone().ok_or_else(|| {
                    Error::usage("--create-issuer ca needs a CA")
                        .hint("--ca-secret names the secret that holds its certificate and key")
                })?;
                Some(NewIssuer::Ca { secret_name })
            }
            Some("acme") => Some(NewIssuer::Acme(Acme {
                server: self.acme_server.clone(),
                email: self.acme_email.clone(),
                ingress_class: self.acme_ingress_class.clone(),
            })),
            Some(_) => Some(NewIssuer::SelfSigned),
        })
    }
}

/// What was given, of which an empty one alone means none; `None` where nothing was.
fn none_or<T, U>(given: &[T], value: impl Fn(&T) -> Option<U>) -> Option<Vec<U>> {
    (!given.is_empty()).then(|| given.iter().filter_map(value).collect())
}

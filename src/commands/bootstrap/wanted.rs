//! What is wanted of a gateway, on the command line.

use std::collections::BTreeMap;
use std::net::IpAddr;

use clap::builder::TypedValueParser;

use crate::bootstrap::{Amount, Intent, Method, PodPorts, Scale, ServiceType};
use crate::commands::app::choice;
use crate::error::{Error, Result};

/// What is wanted; what is left out has a default.
#[derive(Clone, Debug, Default, clap::Args)]
#[group(id = "gateway_wanted", multiple = true)]
#[command(next_help_heading = "Gateway")]
pub(super) struct Wanted {
    /// How it is made [default: what the mesh supports, and it is said why]
    #[arg(long, value_name = "METHOD", value_parser = choice(Method::ALL, Method::word))]
    pub(super) method: Option<Method>,

    /// How it is reached [default: LoadBalancer]
    #[arg(long = "type", value_name = "TYPE", ignore_case = true,
          value_parser = choice(ServiceType::ALL, ServiceType::word))]
    type_: Option<ServiceType>,

    /// An annotation of its Service, for a cloud's load balancer (repeatable)
    #[arg(long, value_name = "KEY=VALUE", value_parser = annotation(), hide_short_help = true)]
    annotation: Vec<(String, String)>,

    /// A load balancer for the inside of the network only
    ///
    /// Of AWS, Azure, or Google Cloud.
    #[arg(long)]
    internal: bool,

    /// The address that the load balancer is to have
    #[arg(long, value_name = "IP", hide_short_help = true)]
    static_ip: Option<IpAddr>,

    /// So many pods, whatever the load
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["min", "max"])]
    replicas: Option<u32>,

    /// At least so many pods [default: 1]
    #[arg(long, value_name = "NUMBER")]
    min: Option<u32>,

    /// At most so many pods [default: 5, or as --min]
    #[arg(long, value_name = "NUMBER")]
    max: Option<u32>,

    /// CPU of each pod: what it asks for, and what it may have [default: 100m:2000m]
    #[arg(long, value_name = "REQUEST[:LIMIT]", hide_short_help = true)]
    cpu: Option<Amount>,

    /// Memory of each pod, likewise [default: 128Mi:1024Mi]
    #[arg(long, value_name = "REQUEST[:LIMIT]", hide_short_help = true)]
    memory: Option<Amount>,

    /// The revision of istiod, or its tag [default: the default one]
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    revision: Option<String>,

    /// Which ports the pods listen on for 80 and 443: these, or 8080 and 8443
    #[arg(long, value_name = "PORTS", value_parser = choice(PodPorts::ALL, PodPorts::word), hide_short_help = true)]
    ports: Option<PodPorts>,

    /// The label istio of its pods, by which Gateways select it [default: NAME]
    #[arg(long, value_name = "VALUE", hide_short_help = true)]
    istio_label: Option<String>,

    /// Let clients in on its ports and nobody on any other, by a NetworkPolicy
    #[arg(long, hide_short_help = true)]
    network_policy: bool,

    /// With gateway-api: have the pods name a seccomp profile, for Pod Security restricted
    ///
    /// It is that of the container runtime. Without this flag they name it where the namespace
    /// enforces that level; with injection they always do. It takes Istio 1.26.
    #[arg(long, hide_short_help = true)]
    seccomp: bool,

    /// With gateway-api: the secret that its listener for HTTPS serves
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    tls_secret: Option<String>,
}

impl Wanted {
    /// What the flags say.
    pub(super) fn intent(&self, namespace: &str, name: &str) -> Result<Intent> {
        let mut annotations = BTreeMap::new();
        for (key, value) in &self.annotation {
            if annotations.insert(key.clone(), value.clone()).is_some() {
                return Err(Error::usage(format!("--annotation {key}: given twice")));
            }
        }
        Ok(Intent {
            name: name.to_owned(),
            namespace: namespace.to_owned(),
            type_: self.type_.unwrap_or_default(),
            annotations,
            internal: self.internal,
            static_ip: self.static_ip,
            scale: self.scale(),
            cpu: self.cpu.clone(),
            memory: self.memory.clone(),
            revision: self.revision.clone(),
            ports: self.ports,
            istio_label: self.istio_label.clone(),
            network_policy: self.network_policy,
            seccomp: self.seccomp,
            tls_secret: self.tls_secret.clone(),
            istiod: None,
        })
    }

    fn scale(&self) -> Option<Scale> {
        if let Some(count) = self.replicas {
            return Some(Scale::Fixed(count));
        }
        if self.min.is_none() && self.max.is_none() {
            return None;
        }
        let min = self.min.unwrap_or(1);
        Some(Scale::Between { min, max: self.max.unwrap_or(min.max(5)) })
    }
}

fn annotation() -> impl TypedValueParser<Value = (String, String)> {
    clap::builder::NonEmptyStringValueParser::new().try_map(|given| {
        let parts = given.split_once('=').filter(|(key, _)| !key.is_empty());
        let parts = parts.map(|(key, value)| (key.to_owned(), value.to_owned()));
        parts.ok_or("not KEY=VALUE")
    })
}

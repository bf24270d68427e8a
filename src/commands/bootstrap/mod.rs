//! `igwctl bootstrap`: a gateway of a namespace's own.
//!
//! | file | answers |
//! | --- | --- |
//! | `wanted.rs` | what is wanted of it, on the command line |
//! | `mesh.rs` | what the mesh is like, and so which way is taken |
//! | `making.rs` | planned, asked for, and sent |
//! | `operator.rs` | an entry put into an `IstioOperator`, and taken out |
//! | `arrival.rs` | waited for |
//! | `removal.rs` | taken away again |

mod arrival;
mod making;
mod mesh;
mod operator;
mod removal;
mod wanted;

use super::consent::Consent;
use super::globals::Globals;
use super::patience::Patience;
use super::sending::Waived;
use super::{app, manifests, meant, telling};
use crate::bootstrap::{self, Rendered};
use crate::effects::terminal;
use crate::error::Result;
use crate::exit::Exit;
use crate::output;
use wanted::Wanted;

/// Where the rights are written down.
pub(super) const ROLES: &str = "docs/roles/bootstrap.yaml";

#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(super) struct Args {
    /// The gateway: its name is that of its objects
    ///
    /// And by default of its label istio.
    #[arg(value_name = "NAME")]
    name: String,

    #[command(flatten)]
    wanted: Wanted,

    #[command(flatten)]
    sending: Sending,

    /// Take it away again, with all that was made for it
    ///
    /// Refused while something depends on it.
    #[arg(help_heading = "Sending", long, conflicts_with_all = ["gateway_wanted", "render", "wait"])]
    delete: bool,

    /// Write its objects, and send nothing
    ///
    /// With --method nothing is contacted.
    #[arg(help_heading = "Output", long, conflicts_with = "sending")]
    render: bool,

    /// How: yaml (default), or json
    #[arg(help_heading = "Output", short, long, hide_possible_values = true, value_name = "FORMAT", requires = "render",
          value_parser = ["yaml", "json"])]
    output: Option<String>,
}

#[derive(Clone, Debug, clap::Args)]
#[group(id = "sending", multiple = true)]
#[command(next_help_heading = "Sending")]
struct Sending {
    #[command(flatten)]
    consent: Consent,

    /// Make it too where its pods are not expected to run
    #[arg(long, hide_short_help = true)]
    anyway: bool,

    /// Take over objects of these names that igwctl did not make for this gateway
    #[arg(long, hide_short_help = true)]
    adopt: bool,

    /// Take over fields that others set
    #[arg(long, hide_short_help = true)]
    force_conflicts: bool,

    /// Change objects too that a repository keeps (Argo CD, Flux, Helm): they may be changed back
    #[arg(long, hide_short_help = true)]
    ignore_repository: bool,

    /// Wait until its pods are ready and it has an address
    ///
    /// And print that.
    #[arg(long)]
    wait: bool,

    #[command(flatten)]
    patience: Patience,
}

impl Sending {
    fn waived(&self) -> Waived {
        Waived { adopt: self.adopt, ignore_repository: self.ignore_repository }
    }
}

const HELP: &str = "\
Examples:
  # a gateway for namespace shop, and then an application on it
  igwctl bootstrap shop-gateway -n shop --wait
  igwctl apply shop -n shop --gateway shop/shop-gateway --route /=frontend:8080

  # what it comes to, for a repository
  igwctl bootstrap shop-gateway -n shop --method injection --render

  # inside the network only, with three pods at least
  igwctl bootstrap shop-gateway -n shop --method injection --render \\
    --internal --min 3

  # taken away again
  igwctl bootstrap shop-gateway -n shop --delete

Ways:
  injection       a Deployment that istiod completes (image: auto), with its Service, its right to the
                  namespace's secrets, and its autoscaler; Istio 1.10 and later
  gateway-api     a Gateway of gateway.networking.k8s.io, of which istiod makes the rest; 1.17 and later
  istiooperator   an entry of an IstioOperator: put into the one that an operator in the cluster acts on
                  (Istio up to 1.23), or a file for istioctl install -f, by --render";

pub(super) fn run(args: Args, globals: &Globals) -> Result<Exit> {
    if args.render {
        return written(&args, globals);
    }
    let ended =
        if args.delete { removal::run(&args, globals) } else { making::run(&args, globals) };
    ended.map_err(|error| meant::namespace(error, globals))
}

fn written(args: &Args, globals: &Globals) -> Result<Exit> {
    let rendered = render(args, globals)?;
    if args.output.as_deref() == Some("json") {
        let list = manifests::list(rendered.manifests.iter());
        terminal::print(&output::json(&list))?;
    } else {
        let all = std::iter::once((String::new(), &*rendered.manifests));
        terminal::print(&manifests::stream(all))?;
    }
    telling::warn(&rendered.notes, globals);
    Ok(Exit::Done)
}

/// What it comes to; with a method given without asking anybody.
fn render(args: &Args, globals: &Globals) -> Result<Rendered> {
    let Some(method) = args.wanted.method else {
        let mut mesh = mesh::Mesh::ask(globals)?;
        let intent = args.wanted.intent(&mesh.namespace, &args.name)?;
        return mesh.rendered(intent, None, true).map(|it| it.1);
    };
    let namespace = globals.namespace.as_deref().unwrap_or(app::NAMESPACE);
    let mut rendered = bootstrap::manifests(&args.wanted.intent(namespace, &args.name)?, method)?;
    if globals.namespace.is_none() {
        let assumed = format!("the namespace is taken to be {namespace}; -n says which it is");
        rendered.notes.insert(0, assumed);
    }
    Ok(rendered)
}

//! `igwctl render`.

use super::against::{self, Against};
use super::app::{self, AppArgs, Wish};
use super::globals::Globals;
use super::{inputs, manifests, material};
use crate::effects::{clock, folder, terminal};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::manifest::Manifest;
use crate::output;
use crate::output::style::Tone;
use crate::render::{self, Intent, Rendered, Setting, labels, several};

#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(super) struct Args {
    #[command(flatten)]
    app: AppArgs,

    #[command(flatten)]
    against: Against,

    #[command(flatten)]
    out: Out,
}

const HELP: &str = "\
Routes:
  --route '/api=apiservice:8080'                   what begins with /api, letter by letter
  --route '/=frontend:8080'                        all else: the default
  --route 'exact:/healthz=probe:80'                this path alone
  --route 'regex:/v[0-9]+/.*=api:80'               the whole path, by RE2
  --route '/=v1:80@90,v2:80@10'                    several Services, with their shares
  --route '/=beta:80 header:x-group=beta'          with this header; also header:NAME (is there),
                                                   header:NAME=prefix:…, header:NAME=regex:…
  --route '/=read:80 method=GET timeout=5s'        with this method; answered in time
  --route '/shop/=shop:80 rewrite=/'               what was matched is replaced
  --route '/old=redirect:/new code=302'            sent elsewhere; also redirect:https://host/path
The closest is asked first, whatever the order. \"…\" takes from a letter what it means.

Examples:
  # the tutorial's Gateway and VirtualService
  igwctl render hipstershop -n hipstershopv1v2 --address 203.0.113.10 \\
    --route /api=apiservice:8080 --route /=frontend:8080

  # and TLS, by cert-manager, where the gateway looks for its secret
  igwctl render shop -n shop --host shop.example.com --route /=frontend:8080 \\
    --tls --issuer letsencrypt --acme --https-redirect | kubectl apply -f -

  # a certificate made here, without cert-manager; files for a Git repository
  igwctl render shop -n shop --host shop.example.com --route /=frontend:8080 \\
    --tls --self-signed --output-dir deploy/shop

  # several applications
  igwctl render -f apps.yaml

  # held against what is there: is the Service there, has it the port, where is the gateway
  kubectl get services,pods,gateways.networking.istio.io -A -o yaml > there.yaml
  igwctl render shop -n shop --from there.yaml --host shop.example.com --route /=frontend:8080

With --cert and --key, or --self-signed, what is written holds a private key, as kubectl needs it:
a terminal gets it only with --show-secrets, and of --output-dir its file is the owner's alone.";

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Output")]
struct Out {
    /// How to write the objects: yaml (default), or json
    #[arg(hide_possible_values = true, hide_default_value = true, short, long, value_name = "FORMAT", default_value = "yaml", value_parser = ["yaml", "json"])]
    output: String,

    /// Write a folder: a file an object, and a kustomization
    #[arg(long, value_name = "DIR", conflicts_with = "output")]
    output_dir: Option<String>,

    /// Write private keys to a terminal too
    #[arg(long, hide_short_help = true)]
    show_secrets: bool,

    /// Leave out the labels of igwctl, for objects that something else is to manage
    #[arg(long, hide_short_help = true)]
    no_labels: bool,

    /// Where the CA of --self-signed is kept [default: igwctl among the user's data]
    #[arg(long, value_name = "DIR", hide_short_help = true)]
    ca_dir: Option<String>,

    /// The moment to judge certificates by, instead of now: RFC 3339
    #[arg(long, value_name = "TIME", hide_short_help = true)]
    now: Option<String>,
}

pub(super) fn run(args: Args, globals: &Globals) -> Result<Exit> {
    let (wishes, assumed) = args.app.wishes(globals)?;
    let out = args.out;
    let now = out.now.as_deref().map(inputs::time).transpose()?.unwrap_or_else(clock::now);
    let mut place = args.against.read(&wishes, out.now.as_deref(), globals)?;
    let mut rendered = Vec::new();
    for wish in &wishes {
        let known = place.as_mut().map(|it| it.setting(wish)).transpose()?;
        let known = Setting { now, ..known.unwrap_or_default() };
        let setting = material::completed(known, wish, out.ca_dir.as_deref())?;
        let mut one = render::manifests(&wish.intent, &setting).map_err(|it| wish.refused(it))?;
        one.assumptions.splice(0..0, assumed.clone().filter(|_| wish.is_unplaced()));
        if out.no_labels {
            one.manifests.iter_mut().for_each(labels::without);
        }
        rendered.push(one);
    }
    let mut warnings = several::check(&mut rendered).map_err(|(at, it)| wishes[at].refused(it))?;
    if let Some(place) = &place {
        warnings.extend(against::beside(&wishes, &rendered, place.world())?);
    }
    let has_key = rendered.iter().flat_map(|it| &it.manifests).any(Manifest::has_private_key);
    if has_key && out.output_dir.is_none() && !out.show_secrets && terminal::is_terminal() {
        return Err(Error::usage(
            "a private key is among the objects, which is nothing for a terminal",
        )
        .hint("pipe it to kubectl, name a folder with --output-dir, or say --show-secrets"));
    }
    match &out.output_dir {
        Some(path) => folder::write(path, &parts(&rendered))?,
        None if out.output == "json" => {
            let all = rendered.iter().flat_map(|it| &it.manifests);
            terminal::print(&output::json(&manifests::list(all)))?;
        }
        None => {
            let groups = rendered.iter().map(|it| (comments(it), &*it.manifests));
            terminal::print(&manifests::stream(groups))?;
        }
    }
    let made = material::made(&wishes, out.ca_dir.as_deref())?;
    tell(&wishes, &rendered, made, &warnings, globals);
    Ok(Exit::Done)
}

impl Args {
    /// What the flags say, for those who have them from `Intent::to_argv`.
    pub(super) fn intent(&self, globals: &Globals) -> Result<Intent> {
        self.app.intent(globals.namespace.as_deref().unwrap_or(app::NAMESPACE))
    }
}

fn comments(one: &Rendered) -> String {
    one.assumptions.iter().map(|it| format!("# assumed: {it}\n")).collect()
}

/// A file for each object.
fn parts(rendered: &[Rendered]) -> Vec<folder::Part> {
    let mut parts = Vec::new();
    for one in rendered {
        for (position, manifest) in one.manifests.iter().enumerate() {
            let key = manifest.key();
            let place = if key.namespace.is_empty() { "" } else { "-" };
            let kind = manifest.kind.to_ascii_lowercase();
            let comments = if position == 0 { comments(one) } else { String::new() };
            parts.push(folder::Part {
                name: format!("{kind}{place}{}-{}.yaml", key.namespace, key.name),
                contents: comments + &manifest.to_yaml(),
                is_private: manifest.kind == "Secret",
            });
        }
    }
    parts
}

/// Says on standard error what was assumed and what is to be known, each once.
fn tell(
    wishes: &[Wish],
    rendered: &[Rendered],
    made: Option<String>,
    warnings: &[String],
    globals: &Globals,
) {
    let style = terminal::error_style(globals.color());
    let mut told = Vec::new();
    told.extend(made.map(|it| (Tone::Strong, "made", it)));
    for (wish, one) in wishes.iter().zip(rendered) {
        let whose = if wishes.len() > 1 { format!("{}: ", wish.intent.app) } else { String::new() };
        told.extend(one.assumptions.iter().map(|it| (Tone::Strong, "assumed", it.clone())));
        told.extend(
            one.warnings.iter().map(|it| (Tone::Warning, "warning", format!("{whose}{it}"))),
        );
    }
    told.extend(warnings.iter().map(|it| (Tone::Warning, "warning", it.clone())));
    let mut text = String::new();
    for (position, (tone, label, sentence)) in told.iter().enumerate() {
        if !told[..position].iter().any(|(_, _, it)| it == sentence) {
            text += &output::message(Some(*tone), &format!("{label}: "), sentence, &style);
        }
    }
    terminal::complain(&text);
}

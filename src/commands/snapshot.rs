//! `igwctl snapshot`.

use super::globals::Globals;
use super::inputs::{Inputs, LogFlags};
use super::telling;
use crate::diagnose::{Diagnose, Scope};
use crate::effects::{files, terminal};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ingest;
use crate::session::Known;
use crate::world::Kinds;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  igwctl snapshot --to bundle.yaml.gz
  igwctl snapshot --from mesh.yaml --from istiod.log --to bundle.yaml.gz
  igwctl snapshot --redact --to for-others.yaml.gz
  igwctl diagnose bundle.yaml.gz

Secrets go in as what is known of them, never their values; environment variables of pods,
ConfigMaps and annotations without what could be a password. Names of objects and hosts stay,
unless --redact replaces them; IP addresses, and names in log lines that no object has, stay even
then: look before you hand it on.")]
pub(super) struct Args {
    /// Files, directories, or -, instead of the cluster
    ///
    /// For standard input -; repeatable.
    #[arg(long, value_name = "PATH")]
    from: Vec<String>,

    /// The file to write; without, standard output if that is no terminal
    #[arg(long, value_name = "FILE")]
    to: Option<String>,

    /// Replace the names of objects, namespaces and hosts by stand-ins, the same everywhere
    #[arg(long)]
    redact: bool,

    #[command(flatten)]
    inputs: Inputs,

    #[command(flatten)]
    logs: LogFlags,
}

pub(super) fn run(args: Args, globals: &Globals) -> Result<Exit> {
    if args.to.is_none() && terminal::is_terminal() {
        return Err(Error::usage("a bundle is gzip, which is nothing for a terminal")
            .hint("name a file with --to, or redirect standard output"));
    }
    let mut session = args.inputs.session(args.from, args.logs.wishes()?, globals)?;
    session.wishes.keeps_raw = true;
    session.wishes.reads = Kinds::EVERY;
    let (world, Known { notices, unread }) = session.read(&Diagnose { scope: Scope::default() })?;
    // A bundle that lacks what was named would be a lie.
    if let Some(error) = unread {
        return Err(error);
    }
    let packed = ingest::pack(&world.to_bundle(&notices, args.redact))
        .map_err(|error| Error::new(Exit::Failed, format!("gzip: {error}")))?;
    match &args.to {
        Some(path) => files::write(path, &packed)?,
        None => terminal::write(&packed)?,
    }
    telling::warn(&notices, globals);
    Ok(Exit::Done)
}

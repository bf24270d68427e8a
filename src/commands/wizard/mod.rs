//! `igwctl wizard`: the other commands as a conversation. What is answered becomes a command line,
//! which is shown and run as it stands, so that there is nothing that only the wizard can do.
//!
//! | file | answers |
//! | --- | --- |
//! | `surroundings.rs` | what is there, so that it need not be asked for |
//! | `talk.rs` | how is asked, run and told, and what was done |
//! | `address.rs` | where is the gateway, and why has it no address? |
//! | `answer.rs` | why does a URL not answer as it should, and what helps? |
//! | `publish.rs` | what is to be published, and how? |
//! | `own_gateway.rs` | whose gateway is to be made? |

mod address;
mod answer;
mod own_gateway;
mod publish;
mod surroundings;
mod talk;

use super::globals::Globals;
use crate::effects::prompt::{self, Answer};
use crate::error::{Error, Result};
use crate::exit::Exit;
use surroundings::There;
use talk::{Talk, say};

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  igwctl wizard
  igwctl wizard --context staging

  # against a bundle or files: what is wrong, and what would help; nothing is contacted
  igwctl wizard --from bundle.yaml.gz

It starts from what is wrong, or wanted, looks before it asks, and shows each command that it runs.
Nothing is changed before you agree to it. Escape, or < in place of a text, goes one question back;
Ctrl-C ends it at any question. Last it prints the commands that did what was done, for a script.")]
pub(super) struct Args {
    /// Files, directories, or bundles instead of the cluster (repeatable)
    #[arg(long, value_name = "PATH")]
    from: Vec<String>,
}

/// What somebody comes with. A new one is a line here.
struct Symptom {
    title: &'static str,
    begin: fn(&mut Talk, &There) -> Result<()>,
}

const SYMPTOMS: &[Symptom] = &[
    Symptom { title: "I do not know the gateway's address, or it has none", begin: address::begin },
    Symptom { title: "The connection is refused, or times out", begin: answer::of_http },
    Symptom { title: "I get 404", begin: answer::of_http },
    Symptom { title: "I get 503", begin: answer::of_http },
    Symptom { title: "https is reset, or does not connect", begin: answer::of_https },
    Symptom { title: "The certificate is not the right one", begin: answer::of_https },
    Symptom { title: "I want to publish an application", begin: publish::begin },
    Symptom { title: "I want a gateway of my own", begin: own_gateway::begin },
    Symptom { title: "I do not know: look at everything", begin: answer::of_all },
];

pub(super) fn run(args: Args, globals: &Globals) -> Result<Exit> {
    if !prompt::is_possible() {
        return Err(Error::usage("the wizard asks, and nobody is there to answer")
            .hint("igwctl diagnose says what is wrong, and igwctl probe URL what a client gets")
            .hint(
                "igwctl apply APP publishes an application; each answer of the wizard is a flag",
            ));
    }
    say("Escape goes back in a list, < in place of a text; Ctrl-C ends it");
    let mut talk = Talk::new(globals, &args.from);
    let ended = converse(&mut talk);
    talk.part();
    ended.map(|()| Exit::Done)
}

fn converse(talk: &mut Talk) -> Result<()> {
    let mut titles: Vec<String> = SYMPTOMS.iter().map(|it| it.title.to_owned()).collect();
    titles.push("Nothing more".to_owned());
    let mut last = 0;
    loop {
        let Some(seen) = look(talk)? else { return Ok(()) };
        say(&format!("\n{}", seen.summary()));
        let Answer::Given(chosen) = prompt::pick("What is it about?", &titles, last)? else {
            return Ok(());
        };
        let Some(symptom) = SYMPTOMS.get(chosen) else { return Ok(()) };
        (symptom.begin)(talk, &seen)?;
        last = titles.len() - 1;
    }
}

/// What is there. A cluster that does not answer is asked again for as long as somebody wants it.
fn look(talk: &mut Talk) -> Result<Option<There>> {
    loop {
        match talk.look() {
            Ok(seen) => return Ok(Some(seen)),
            Err(error) if error.exit == Exit::Failed => {
                talk.regret(&error);
                if prompt::agree("Try again?", true)? != Answer::Given(true) {
                    return Err(error);
                }
            }
            Err(error) => return Err(error),
        }
    }
}

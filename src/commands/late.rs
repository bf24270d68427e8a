//! A subcommand's arguments, declared once it is called: of all the subcommands one runs, and to
//! declare the arguments of the others takes longer than the rest of the start.

use clap::builder::Resettable;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};

use super::help;

/// The commands that know no cluster, and so no namespace.
pub(super) const OFFLINE: [&str; 3] = ["explain", "completion", "man"];

/// The arguments of a subcommand. Its `about` stands at the subcommand, since a list of the
/// subcommands shows it.
#[derive(Debug)]
pub(super) struct Late<T>(pub(super) Box<T>);

impl<T: Args> Args for Late<T> {
    fn augment_args(command: Command) -> Command {
        command.defer(declared::<T>)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<T: FromArgMatches> FromArgMatches for Late<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        T::from_arg_matches(matches).map(|it| Self(Box::new(it)))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.update_from_arg_matches(matches)
    }
}

/// With its own arguments before those of every command, and without the `about` of what is
/// flattened into it.
fn declared<T: Args>(command: Command) -> Command {
    let shared = command.get_arguments().count();
    let about = command.get_about().cloned().map_or(Resettable::Reset, Resettable::Value);
    let command = T::augment_args(command).about(about).long_about(Resettable::Reset);
    let mut arguments: Vec<Arg> = command.get_arguments().cloned().collect();
    arguments.rotate_left(shared);
    let mut arguments = arguments.into_iter();
    let knows_none = OFFLINE.contains(&command.get_name());
    let command = command.mut_args(|argument| {
        let argument = arguments.next().unwrap_or(argument);
        let is_of_all = argument.is_global_set() && argument.get_help_heading().is_some();
        // They would be half of each help.
        let is_namespace = argument.get_short() == Some('n');
        argument.hide(is_of_all || (is_namespace && knows_none))
    });
    let own = command.get_after_help().map_or_else(String::new, ToString::to_string);
    help::told(command.max_term_width(100), &own)
}

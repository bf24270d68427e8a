//! Whose gateway is to be made?

use super::publish::name;
use super::surroundings::There;
use super::talk::Talk;
use crate::effects::prompt::{self, Answer};
use crate::error::Result;

pub(super) fn begin(talk: &mut Talk, seen: &There) -> Result<()> {
    let namespaces = seen.namespaces();
    if namespaces.is_empty() {
        let given = prompt::line("For which namespace?", talk.namespace(), &name)?;
        return match given {
            Answer::Given(namespace) => of(talk, &namespace),
            Answer::Back => Ok(()),
        };
    }
    let own = talk.namespace().and_then(|own| namespaces.iter().position(|it| it == own));
    match prompt::pick("For which namespace?", &namespaces, own.unwrap_or_default())? {
        Answer::Given(chosen) => of(talk, &namespaces[chosen]),
        Answer::Back => Ok(()),
    }
}

/// The same, with the namespace known.
pub(super) fn of(talk: &mut Talk, namespace: &str) -> Result<()> {
    let default = format!("{namespace}-gateway");
    let Answer::Given(gateway) = prompt::line("Name of the gateway?", Some(&default), &name)?
    else {
        return Ok(());
    };
    let mut line = vec!["bootstrap".to_owned(), gateway];
    line.extend(["--namespace".to_owned(), namespace.to_owned()]);
    if talk.is_of_files() {
        line.extend(["--render", "--method", "injection"].map(str::to_owned));
        talk.read(line)?;
        return Ok(());
    }
    line.push("--wait".to_owned());
    talk.change(line)?;
    Ok(())
}

//! Whose gateway is to be made?

use super::publish::name;
use super::surroundings::There;
use super::talk::Talk;
use crate::effects::prompt::{self, Answer};
use crate::error::Result;

pub(super) fn begin(talk: &mut Talk, seen: &There) -> Result<()> {
    let mut namespaces = seen.namespaces();
    // A new one has no Services yet.
    if let Some(own) = talk.namespace().filter(|own| !namespaces.iter().any(|it| it == own)) {
        namespaces.push(own.to_owned());
    }
    if !namespaces.is_empty() {
        let own = talk.namespace().and_then(|own| namespaces.iter().position(|it| it == own));
        let mut items = namespaces.clone();
        items.push("another one".to_owned());
        match prompt::pick("For which namespace?", &items, own.unwrap_or_default())? {
            Answer::Given(chosen) if chosen < namespaces.len() => {
                return of(talk, &namespaces[chosen]);
            }
            Answer::Given(_) => {}
            Answer::Back => return Ok(()),
        }
    }
    match prompt::line("For which namespace?", None, &name)? {
        Answer::Given(namespace) => of(talk, &namespace),
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

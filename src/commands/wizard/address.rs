//! Where is the gateway, and why has it no address?

use super::surroundings::There;
use super::talk::{Talk, say};
use crate::effects::prompt::{self, Answer};
use crate::error::Result;
use crate::report::discovery::FoundGateway;

pub(super) fn begin(talk: &mut Talk, seen: &There) -> Result<()> {
    let Some(gateway) = gateway(seen)? else {
        say("no pods run as a gateway here, and no Service leads to any");
        return Ok(());
    };
    let name = gateway.object.key().to_string();
    let mut line = vec!["discover".to_owned(), name, "-o".to_owned(), "wide".to_owned()];
    line.extend(talk.files());
    talk.read(line.clone())?;
    let is_waited_for = gateway.endpoint.is_none() && !talk.is_of_files();
    if is_waited_for
        && prompt::agree("Wait until it has an address?", false)? == Answer::Given(true)
    {
        line.push("--wait".to_owned());
        talk.read(line)?;
    }
    Ok(())
}

/// The gateway that is meant, of several by asking; none where there is none, or nobody says which.
pub(super) fn gateway(seen: &There) -> Result<Option<&FoundGateway>> {
    match &*seen.gateways {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        several => {
            let lines: Vec<String> = several.iter().map(FoundGateway::line).collect();
            Ok(match prompt::pick("Which gateway?", &lines, 0)? {
                Answer::Given(chosen) => several.get(chosen),
                Answer::Back => None,
            })
        }
    }
}

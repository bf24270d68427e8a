//! What a bundle holds beside objects: its header, credentials, sightings, and access reviews.

use serde::Deserialize;

use super::documents::Document;
use super::reading::{Place, Reader, Taken};
use crate::logs::Sighting;
use crate::model::API_VERSION;
use crate::model::credential::Credential;
use crate::model::yaml::Fault;
use crate::world::{Fact, Header, Kind, Review};

/// What a bundle holds beside objects.
pub(super) enum Extra {
    Header(Box<Header>),
    Sighting(Box<Sighting>),
    Review(Review),
}

/// Takes a bundle's own documents; `None` for all others.
pub(super) fn take(document: &Document<'_>, place: &Place) -> Result<Option<Taken>, Fault> {
    let extra = match (&*document.api_version, &*document.kind) {
        (API_VERSION, "Snapshot") => Extra::Header(Box::new(document.read()?)),
        (API_VERSION, "LogSighting") => Extra::Sighting(Box::new(document.read()?)),
        (API_VERSION, "Credential") => {
            let credential: Credential = document.read()?;
            let seen = Reader { document, place }.complete(credential, "v1");
            let is_live = seen.origin.live;
            return Ok(Some(Taken {
                kind: Some(Kind::Secrets),
                fact: Some(Fact::Credential(seen)),
                is_live,
                ..Taken::default()
            }));
        }
        (_, "SubjectAccessReview") => match review(document)? {
            Some(review) => Extra::Review(review),
            None => return Ok(Some(Taken::default())),
        },
        _ => return Ok(None),
    };
    Ok(Some(Taken { extra: Some(extra), ..Taken::default() }))
}

/// An access review with its answer, if it is about listing secrets.
fn review(document: &Document<'_>) -> Result<Option<Review>, Fault> {
    #[derive(Deserialize)]
    struct Document_ {
        spec: Spec,
        #[serde(default)]
        status: Status,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Spec {
        #[serde(default)]
        user: String,
        #[serde(default)]
        resource_attributes: Attributes,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Attributes {
        namespace: String,
        verb: String,
        resource: String,
    }
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Status {
        allowed: bool,
    }
    let Document_ { spec, status } = document.read()?;
    let Attributes { namespace, verb, resource } = spec.resource_attributes;
    let is_ours = verb == "list" && resource == "secrets";
    Ok(is_ours.then_some(Review { user: spec.user, namespace, allowed: status.allowed }))
}

//! What a sighting says of a credential: where it was looked for, and whether it still holds.

use crate::logs::{Ending, Sighting, What};

impl Sighting {
    /// The namespace of the proxy that asked.
    pub fn proxy_namespace(&self) -> Option<&str> {
        self.proxy.as_ref().and_then(|proxy| proxy.namespace.as_deref())
    }

    /// The namespace in which it was looked for, by the message or by the proxy that asked.
    pub fn place(&self) -> Option<&str> {
        self.namespace.as_deref().or(self.proxy_namespace())
    }

    /// Whether a later line of the log shows it as over.
    pub fn is_over(&self) -> bool {
        self.over.as_ref().is_some_and(|over| matches!(over.ending, Ending::Served))
    }

    /// Whether it says that a gateway is without this credential.
    pub fn is_failure(&self) -> bool {
        self.what.is_credential_failure() && self.what != What::Deleted && !self.is_over()
    }
}

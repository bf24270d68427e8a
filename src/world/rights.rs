//! What a service account may do, by access reviews, else by Roles and bindings.

use super::World;
use super::want::{Gap, Kind};
use crate::model::rbac::{ClusterRole, Role, RoleBinding, RoleRef, Rule};
use crate::model::{Key, ObjectRef};

/// Whether a service account may do something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum May {
    /// It may.
    Yes,
    /// It may not; with the role that comes near but is narrowed by `resourceNames`, if any.
    No(Option<ObjectRef>),
}

/// One answer of the API server to a `SubjectAccessReview` for listing secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// The user asked for, `system:serviceaccount:NS:NAME`.
    pub user: String,
    /// The namespace asked about.
    pub namespace: String,
    /// The answer.
    pub allowed: bool,
}

impl World {
    /// Whether a service account may list the secrets of its own namespace, which is what istiod
    /// asks before it hands one out (`SubjectAccessReview`, Istio 1.9 to 1.31).
    ///
    /// # Errors
    /// The gap: no answer of the API server is among the inputs, and not all bindings are, or a
    /// role that one of them names.
    pub fn may_list_secrets(&self, namespace: &str, service_account: &str) -> Result<May, Gap> {
        let user = format!("system:serviceaccount:{namespace}:{service_account}");
        if let Some(allowed) = self.review(&user, namespace) {
            return Ok(if allowed { May::Yes } else { May::No(None) });
        }
        let mut narrowed = None;
        let mut gap = None;
        let mut weigh = |answer: Result<Option<May>, Gap>| match answer {
            Ok(Some(May::Yes)) => true,
            Ok(Some(May::No(role))) => {
                narrowed = narrowed.take().or(role);
                false
            }
            Ok(None) => false,
            Err(missing) => {
                gap = Some(missing);
                false
            }
        };
        for binding in self.within::<RoleBinding>(namespace) {
            if binding.subjects.iter().any(|it| it.means(namespace, service_account))
                && weigh(self.role_allows(&binding.role_ref, namespace))
            {
                return Ok(May::Yes);
            }
        }
        for binding in self.cluster_bindings_of(&Key::new(namespace, service_account)) {
            if binding.subjects.iter().any(|it| it.means(namespace, service_account))
                && weigh(self.role_allows(&binding.role_ref, ""))
            {
                return Ok(May::Yes);
            }
        }
        // A no needs all bindings; a yes above did not.
        self.covers(Kind::RoleBindings, Some(namespace))?;
        self.covers(Kind::ClusterRoleBindings, None)?;
        match gap {
            Some(gap) => Err(gap),
            None => Ok(May::No(narrowed)),
        }
    }

    /// What a role says of listing secrets; `None`: nothing.
    fn role_allows(&self, role: &RoleRef, namespace: &str) -> Result<Option<May>, Gap> {
        let (rules, at): (&[Rule], ObjectRef) = if role.kind == "ClusterRole" {
            match self.get::<ClusterRole>(&Key::new("", role.name.clone()))? {
                Some(found) => (&found.rules, ObjectRef::of(found)),
                None => return Ok(None),
            }
        } else {
            match self.get::<Role>(&Key::new(namespace, role.name.clone()))? {
                Some(found) => (&found.rules, ObjectRef::of(found)),
                None => return Ok(None),
            }
        };
        if rules.iter().any(Rule::allows_listing_secrets) {
            return Ok(Some(May::Yes));
        }
        let near = rules.iter().any(Rule::is_about_listing_secrets);
        Ok(near.then_some(May::No(Some(at))))
    }
}

/// Names the service account as an object.
pub fn service_account(namespace: &str, name: &str) -> ObjectRef {
    ObjectRef {
        api_version: "v1".to_owned(),
        ..ObjectRef::named("ServiceAccount", namespace, name)
    }
}

//! Whether the gateways' service accounts may list secrets: asked of the API server, else read.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::read::{Reading, at_once};
use super::request::Failure;
use super::served::Served;
use crate::error::Result;
use crate::ingest::Intake;
use crate::model::Key;
use crate::world::follow_up::FollowUps;
use crate::world::{Kind, Review};

/// A service account, and whether it may.
pub(super) type Answered = (Key, std::result::Result<bool, Failure>);

impl Reading<'_> {
    /// Whether these service accounts may list the secrets of their namespaces.
    pub(super) async fn accounts(&self, wanted: &FollowUps) -> Vec<Answered> {
        let reviews = wanted
            .accounts
            .iter()
            .map(|account| async move { (account.clone(), self.review(account).await) });
        at_once(reviews).await
    }

    async fn review(&self, account: &Key) -> std::result::Result<bool, Failure> {
        #[derive(Deserialize)]
        struct Review {
            #[serde(default)]
            status: Status,
        }
        #[derive(Default, Deserialize)]
        struct Status {
            #[serde(default)]
            allowed: bool,
        }
        let Key { namespace, name } = account;
        let body = serde_json::json!({
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SubjectAccessReview",
            "spec": {
                "user": format!("system:serviceaccount:{namespace}:{name}"),
                "groups": [
                    "system:serviceaccounts",
                    format!("system:serviceaccounts:{namespace}"),
                    "system:authenticated",
                ],
                "resourceAttributes": {
                    "namespace": namespace, "verb": "list", "resource": "secrets",
                },
            },
        });
        let path = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
        let answer = self.requests.post(path, body.to_string()).await?;
        let review: Review = serde_json::from_str(&answer)
            .map_err(|_| Failure::Other("the access review has no answer".to_owned()))?;
        Ok(review.status.allowed)
    }

    /// Takes the answers in; where the API server gave none, Roles and bindings may tell.
    pub(super) async fn keep_accounts(
        &self,
        served: &Served,
        accounts: Vec<Answered>,
        intake: &mut Intake,
    ) -> Result<()> {
        let mut open = BTreeSet::new();
        for (account, answer) in accounts {
            let Key { namespace, name } = account;
            match answer {
                Ok(allowed) => {
                    let user = format!("system:serviceaccount:{namespace}:{name}");
                    intake.review(Review { user, namespace, allowed });
                }
                Err(Failure::Unauthorized) => {
                    return Err(Failure::Unauthorized.into_error(&self.requests.server));
                }
                Err(_) => {
                    open.insert(namespace);
                }
            }
        }
        if open.is_empty() {
            return Ok(());
        }
        // Who may not ask the API server can often still read Roles.
        let cluster = [Kind::ClusterRoles, Kind::ClusterRoleBindings];
        let lists =
            cluster.into_iter().map(|kind| (kind, None)).chain(open.iter().flat_map(|it| {
                [Kind::Roles, Kind::RoleBindings].into_iter().map(move |kind| (kind, Some(&**it)))
            }));
        let lists = lists.map(|(kind, namespace)| self.list(served, kind, namespace, ""));
        for listed in at_once(lists).await {
            self.keep(listed, intake)?;
        }
        Ok(())
    }
}

//! The last round: what the credentials need that the Gateways ask for.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::read::{FEW, Listed, NAMESPACES, Reading, at_once};
use super::request::{Failure, escape};
use super::served::Served;
use crate::error::Result;
use crate::ingest::Intake;
use crate::model::Key;
use crate::world::follow_up::{self, FollowUps};
use crate::world::{Kind, Review, Why};

/// The Events that are asked for; as a field selector.
const OF_SECRETS: &str = "involvedObject.kind=Secret";

/// One object that was asked for by its name.
pub(super) struct Value {
    kind: Kind,
    key: Key,
    object: std::result::Result<String, Failure>,
}

impl Reading<'_> {
    /// The Secrets of the names that are asked for, in all namespaces and by their metadata only; but
    /// not those of a name whose Secret came from every place where a gateway looks for it. Where they
    /// may not be listed in all namespaces at once, in those that matter.
    pub(super) async fn names(
        &self,
        served: &Served,
        wanted: &FollowUps,
        values: &[Value],
    ) -> Vec<Listed> {
        let (came, failed): (Vec<&Value>, Vec<&Value>) = values
            .iter()
            .filter(|it| it.kind == Kind::Secrets)
            .partition(|value| value.object.is_ok());
        let came: BTreeSet<&str> = came.iter().map(|it| &*it.key.name).collect();
        let failed: BTreeSet<&str> = failed.iter().map(|it| &*it.key.name).collect();
        let is_open = |name: &&String| !came.contains(&***name) || failed.contains(&***name);
        let names: BTreeSet<&String> = wanted.names.iter().filter(is_open).collect();
        if names.is_empty() {
            return Vec::new();
        }
        let all = self.by_names(served, &names).await;
        if !all.iter().any(|listed| listed.pages == Err(Failure::Forbidden)) {
            return all;
        }
        // The namespaces that matter: where the gateways look, and where Certificates write.
        let mut namespaces: BTreeSet<&str> =
            wanted.secrets.iter().map(|key| &*key.namespace).collect();
        namespaces.extend(wanted.chains.iter().map(|namespace| &**namespace));
        namespaces.insert(self.namespace);
        namespaces.extend(wanted.askers.iter().map(|namespace| &**namespace));
        let lists = namespaces
            .into_iter()
            .take(NAMESPACES)
            .map(|namespace| self.list(served, Kind::Secrets, Some(namespace), ""));
        let mut listed = all;
        listed.extend(at_once(lists).await);
        listed
    }

    async fn by_names(&self, served: &Served, names: &BTreeSet<&String>) -> Vec<Listed> {
        if names.len() > FEW {
            return vec![self.list(served, Kind::Secrets, None, "").await];
        }
        let lists = names.iter().map(|name| async move {
            let query = format!("?fieldSelector={}", escape(&format!("metadata.name={name}")));
            self.list(served, Kind::Secrets, None, &query).await.of_name(name)
        });
        at_once(lists).await
    }

    /// The values of the secrets that a gateway reads, and of its config maps.
    pub(super) async fn values(&self, served: &Served, wanted: &FollowUps) -> Vec<Value> {
        let secrets = wanted.secrets.iter().map(|key| (Kind::Secrets, key));
        let maps = wanted.config_maps.iter().map(|key| (Kind::ConfigMaps, key));
        let gets = secrets.chain(maps).filter_map(|(kind, key)| {
            let path = served.path(kind, Some(&key.namespace))?;
            Some(async move {
                let path = format!("{path}/{}", escape(&key.name));
                let object = self.requests.get(&path, "application/json").await;
                Value { kind, key: key.clone(), object }
            })
        });
        at_once(gets).await
    }

    pub(super) fn keep_values(&self, values: Vec<Value>, intake: &mut Intake) -> Result<()> {
        for Value { kind, key, object } in values {
            match object {
                Ok(object) => intake.served(&object),
                Err(Failure::NotFound) => {}
                Err(failure) if failure.is_final() => {
                    return Err(failure.into_error(&self.requests.server));
                }
                Err(Failure::Forbidden | Failure::Unauthorized) => {
                    intake.coverage_mut().add_value_gap(&key.namespace, Why::Forbidden);
                    continue;
                }
                Err(failure) => {
                    let why = failure.words();
                    intake.notice(format!("could not get {} {key}: {why}", kind.plural()));
                    intake.coverage_mut().add_value_gap(&key.namespace, Why::Unreachable);
                    continue;
                }
            }
            intake.coverage_mut().add_key(kind, key);
        }
        Ok(())
    }

    /// The Events of Secrets, in the namespaces where one that a gateway reads did not come: they
    /// may tell that it was there.
    pub(super) async fn events(&self, served: &Served, values: &[Value]) -> Vec<Listed> {
        if !self.reads.has(Kind::Events) {
            return Vec::new();
        }
        let did_not_come = |it: &&Value| it.kind == Kind::Secrets && it.object.is_err();
        let lacking: BTreeSet<&str> =
            values.iter().filter(did_not_come).map(|it| &*it.key.namespace).collect();
        let namespaces: Vec<Option<&str>> =
            if lacking.len() > FEW { vec![None] } else { lacking.into_iter().map(Some).collect() };
        let query = format!("?fieldSelector={}", escape(OF_SECRETS));
        let lists = namespaces.into_iter().map(|namespace| {
            let list = self.list(served, Kind::Events, namespace, &query);
            async { list.await.of_selector(OF_SECRETS) }
        });
        at_once(lists).await
    }

    /// Whether these service accounts may list the secrets of their namespaces.
    pub(super) async fn accounts(
        &self,
        wanted: &FollowUps,
    ) -> Vec<(Key, std::result::Result<bool, Failure>)> {
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

    pub(super) async fn keep_accounts(
        &self,
        served: &Served,
        accounts: Vec<(Key, std::result::Result<bool, Failure>)>,
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
                Err(failure) if failure.is_final() => {
                    return Err(failure.into_error(&self.requests.server));
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

    /// What stands behind the Certificates that are not Ready.
    pub(super) async fn chains(
        &self,
        served: &Served,
        namespaces: &BTreeSet<String>,
    ) -> Vec<Listed> {
        if namespaces.is_empty() {
            return Vec::new();
        }
        let kinds = follow_up::CHAIN
            .iter()
            .flat_map(|kind| namespaces.iter().map(move |namespace| (*kind, Some(&**namespace))));
        let all = kinds.chain([(Kind::ClusterIssuers, None)]);
        at_once(all.map(|(kind, namespace)| self.list(served, kind, namespace, ""))).await
    }
}

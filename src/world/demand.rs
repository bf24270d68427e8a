//! Which credentials are asked for, by whom, and where they are looked for.

use std::collections::{BTreeMap, BTreeSet};

use super::topology::{Basis, Place, kubernetes_places, places};
use super::want::{Gap, Kind};
use super::{Stored as _, World};
use crate::logs::{Sighting, What};
use crate::model::credential::{Credential, Reference};
use crate::model::gateway_api::{KubernetesGateway, ReferenceGrant};
use crate::model::istio::{Gateway, ServerTls};
use crate::model::version::Version;
use crate::model::{Key, ObjectRef, Seen};

/// One credential that is asked for, by Gateways that are served in the same places.
#[derive(Clone, Debug)]
pub struct Demand {
    /// What is asked for.
    pub reference: Reference,
    /// Where the client CA comes from, if clients are checked.
    pub client_ca: Option<ClientCa>,
    /// Who asks. Empty where only a log tells that somebody does.
    pub askers: Vec<Asker>,
    /// Where it is looked for, or why that is not known.
    pub spots: Result<Vec<Spot>, Gap>,
}

/// Where a server that checks its clients gets the CA from (Istio 1.31,
/// `pilot/pkg/security/model/authentication.go`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClientCa {
    /// From the Secret `NAME-cacert`, else from the credential itself.
    Derived,
    /// From `caCertCredentialName`.
    Named(Reference),
}

/// A field that asks for a credential.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asker {
    /// The Gateway, at the field.
    pub object: ObjectRef,
    /// The value of the field, as written.
    pub written: String,
    /// What its certificate is to be shown for, server by server.
    pub shown_for: Vec<ShownFor>,
}

/// The hosts of one server for which a certificate is to be shown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ShownFor {
    /// The Gateway, at the field of that server.
    pub object: ObjectRef,
    /// Its hosts, without their namespaces.
    pub hosts: BTreeSet<String>,
}

/// A place in which a Gateway is served, and what is read there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// The place.
    pub place: Place,
    /// What is read there.
    pub target: Target,
}

/// What becomes of a reference in a place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// That Secret is read; an empty namespace means that it is not known.
    Secret(Key),
    /// istiod refuses: the reference leads into another namespace, of that Secret.
    Refused(Key),
    /// istiod cannot read the reference.
    Malformed,
}

impl Spot {
    /// The Secret that is read here, `None` if there is none, or why that is not known.
    ///
    /// # Errors
    /// The gap: the Secret was not read, or the log does not tell in which namespace it was looked
    /// for.
    pub fn secret<'w>(&self, world: &'w World) -> Result<Option<&'w Seen<Credential>>, Gap> {
        match &self.target {
            Target::Secret(key) if key.namespace.is_empty() => Err(Gap::beyond(
                "the log does not tell in which namespace the secret was looked for",
                "list pods",
                None,
            )),
            Target::Secret(key) => world.get::<Credential>(key),
            Target::Refused(_) | Target::Malformed => Ok(None),
        }
    }

    /// The namespaces that it has to do with: the Secret's, and the pods'.
    fn namespaces(&self) -> [String; 2] {
        let key = match &self.target {
            Target::Secret(key) | Target::Refused(key) => key.namespace.clone(),
            Target::Malformed => self.place.namespace.clone(),
        };
        [key, self.place.namespace.clone()]
    }

    /// The Secret that is read here, as a key.
    pub fn key(&self) -> Option<&Key> {
        match &self.target {
            Target::Secret(key) => Some(key),
            Target::Refused(_) | Target::Malformed => None,
        }
    }
}

impl Demand {
    /// What the logs said of this credential where it is looked for, and what is not over.
    pub fn sightings<'w>(
        &self,
        world: &'w World,
        spot: &Spot,
    ) -> impl Iterator<Item = &'w Sighting> + use<'w> {
        let namespaces = spot.namespaces();
        let name = self.reference.name();
        // Where the namespace is not known, whatever was said of that name counts.
        let (at, anywhere) = if namespaces[0].is_empty() {
            (None, Some(world.sightings_of(name)))
        } else {
            (Some(world.sightings_at(name, &namespaces.each_ref().map(String::as_str))), None)
        };
        at.into_iter().flatten().chain(anywhere.into_iter().flatten()).filter(|it| !it.is_over())
    }
}

/// Every credential that is asked for, by Gateways or by what logs say of them, in a stable order.
pub fn demands(world: &World) -> Vec<Demand> {
    let mut book = Book::default();
    for gateway in world.all::<Gateway>().values() {
        ask_istio(world, gateway, &mut book);
    }
    for gateway in world.all::<KubernetesGateway>().values().filter(|it| it.is_istios()) {
        ask_gateway_api(world, gateway, &mut book);
    }
    let mut demands: Vec<Demand> = book.entries.into_values().collect();
    // By name, and by namespace where both sides tell it: one Gateway's `tls` is not another's.
    let mut asked: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for demand in &demands {
        let places = asked.entry(demand.reference.name().to_owned()).or_default();
        match &demand.spots {
            Ok(spots) => places.extend(spots.iter().flat_map(Spot::namespaces)),
            Err(_) => {
                places.insert(String::new());
            }
        }
    }
    demands.extend(of_logs(world, &asked));
    demands
}

type Signature = (Reference, Option<ClientCa>, Result<Vec<Spot>, Gap>);

#[derive(Default)]
struct Book {
    entries: BTreeMap<Signature, Demand>,
}

impl Book {
    fn add(
        &mut self,
        reference: Reference,
        client_ca: Option<ClientCa>,
        spots: Result<Vec<Spot>, Gap>,
        asker: Asker,
    ) {
        let signature = (reference, client_ca, spots);
        let entry =
            self.entries.entry(signature).or_insert_with_key(|(reference, ca, spots)| Demand {
                reference: reference.clone(),
                client_ca: ca.clone(),
                askers: Vec::new(),
                spots: spots.clone(),
            });
        // One Gateway that names a secret for several of its servers asks once.
        match entry.askers.iter_mut().find(|it| it.object.key() == asker.object.key()) {
            Some(known) => known.shown_for.extend(asker.shown_for),
            None => entry.askers.push(asker),
        }
    }
}

fn ask_istio(world: &World, gateway: &Seen<Gateway>, book: &mut Book) {
    let mut served = None;
    for (position, server) in gateway.spec.servers.iter().enumerate() {
        let Some(tls) = server.tls.as_ref().filter(|tls| tls.mode().terminates()) else { continue };
        let client_ca = tls.mode().checks_client().then(|| client_ca(tls));
        for (field, credential) in credentials(tls) {
            // Two credentials share one CA, that of the first.
            let client_ca = client_ca.clone().filter(|_| !matches!(&*field, "credentialNames[1]"));
            let reference = Reference::parse(&credential.value);
            if reference == Reference::Internal || credential.value.is_empty() {
                continue;
            }
            let served = served.get_or_insert_with(|| places(world, gateway));
            let spots = served.clone().map(|places| {
                let namespace = &*gateway.metadata.namespace;
                places.into_iter().map(|place| aim(world, &reference, place, namespace)).collect()
            });
            let spots = or_by_log(world, reference.name(), spots);
            let path = format!("spec.servers[{position}].tls.{field}");
            let line = gateway.origin.line_of(credential.line);
            let object = ObjectRef::of(gateway).at(path, line);
            let bare = |host: &String| host.rsplit('/').next().unwrap_or_default().to_owned();
            let hosts = server.hosts.iter().map(bare).collect();
            let shown_for = vec![ShownFor { object: object.clone(), hosts }];
            let asker = Asker { object, written: credential.value.clone(), shown_for };
            book.add(reference, client_ca, spots, asker);
        }
    }
}

fn client_ca(tls: &ServerTls) -> ClientCa {
    if tls.ca_cert_credential_name.value.is_empty() {
        ClientCa::Derived
    } else {
        ClientCa::Named(Reference::parse(&tls.ca_cert_credential_name.value))
    }
}

/// `credentialNames` win over `credentialName` (Istio 1.31,
/// `pilot/pkg/security/model/authentication.go`).
fn credentials(tls: &ServerTls) -> Vec<(String, &crate::model::yaml::Placed)> {
    if tls.credential_names.is_empty() {
        return vec![("credentialName".to_owned(), &tls.credential_name)];
    }
    let names = tls.credential_names.iter().enumerate();
    names.map(|(position, name)| (format!("credentialNames[{position}]"), name)).collect()
}

/// Where a reference leads for the pods of a place.
fn aim(world: &World, reference: &Reference, place: Place, gateway: &str) -> Spot {
    let target = read_from(world, reference, &place.namespace, place.version, gateway);
    Spot { place, target }
}

/// Where a reference of a Gateway in the namespace `gateway` leads for pods in the namespace
/// `here`: istiod reads it in the pods' own namespace, or refuses (`pilot/pkg/xds/sds.go`, Istio
/// 1.12 to 1.31; the agent of 1.1 to 1.8 knew only its own namespace).
pub(super) fn read_from(
    world: &World,
    reference: &Reference,
    here: &str,
    version: Option<Version>,
    gateway: &str,
) -> Target {
    match reference {
        Reference::Local { name } => Target::Secret(Key::new(here, name.clone())),
        Reference::Explicit { namespace, name } => {
            let key = Key::new(namespace.clone(), name.clone());
            if namespace == here { Target::Secret(key) } else { Target::Refused(key) }
        }
        Reference::GatewayApi { namespace, name } => {
            let key = Key::new(namespace.clone(), name.clone());
            let old = version.is_some_and(Version::serves_gateway_api_form_anywhere);
            let granted = namespace == gateway || is_granted(world, gateway, &key);
            if granted && (old || here == gateway) {
                Target::Secret(key)
            } else {
                Target::Refused(key)
            }
        }
        // A ConfigMap is taken for a client CA only.
        Reference::ConfigMap { .. } | Reference::Malformed | Reference::Internal => {
            Target::Malformed
        }
    }
}

/// Whether a `ReferenceGrant` lets Gateways of that namespace refer to a Secret.
fn is_granted(world: &World, gateway: &str, secret: &Key) -> bool {
    world
        .within::<ReferenceGrant>(&secret.namespace)
        .any(|grant| grant.allows(gateway, &secret.name))
}

/// Where no pods are known, the log may tell where the credential was looked for.
fn or_by_log(world: &World, name: &str, spots: Result<Vec<Spot>, Gap>) -> Result<Vec<Spot>, Gap> {
    spots.or_else(|gap| {
        let told = told_places(world, name);
        if told.is_empty() {
            Err(gap)
        } else {
            Ok(told.into_iter().map(|namespace| by_log(namespace, name)).collect())
        }
    })
}

/// The namespaces in which logs say that a credential is wanting. Where no failure tells its own,
/// another line about the same credential may (`waiting for … secret for proxy …`); an empty one
/// means that none does.
fn told_places<'w>(world: &'w World, name: &str) -> BTreeSet<&'w str> {
    let places = |of: fn(&Sighting) -> bool| -> BTreeSet<&'w str> {
        let told = world.sightings_of(name).filter(|it| of(it));
        told.filter_map(Sighting::place).collect()
    };
    if !world.sightings_of(name).any(Sighting::is_failure) {
        return BTreeSet::new();
    }
    let told = places(Sighting::is_failure);
    let told = if told.is_empty() { places(|it| it.what != What::Changed) } else { told };
    if told.is_empty() { BTreeSet::from([""]) } else { told }
}

fn by_log(namespace: &str, name: &str) -> Spot {
    let place = Place::known(namespace, Basis::Log);
    Spot { place, target: Target::Secret(Key::new(namespace, name)) }
}

fn ask_gateway_api(world: &World, gateway: &Seen<KubernetesGateway>, book: &mut Book) {
    let own = &*gateway.metadata.namespace;
    for (position, listener) in gateway.spec.listeners.iter().enumerate() {
        let Some(tls) = &listener.tls else { continue };
        if tls.mode == "Passthrough" {
            continue;
        }
        for (place, reference) in tls.certificate_refs.iter().enumerate() {
            let is_secret = reference.group.is_empty()
                && matches!(&*reference.kind, "" | "Secret")
                && !reference.name.value.is_empty();
            if !is_secret {
                continue;
            }
            let namespace =
                if reference.namespace.is_empty() { own } else { &*reference.namespace };
            let key = Key::new(namespace, reference.name.value.clone());
            let refused = namespace != own && !is_granted(world, own, &key);
            // A grant that is not among the inputs cannot be held against the reference.
            let unknown = refused
                .then(|| world.covers(ReferenceGrant::READ, Some(namespace)).err())
                .flatten();
            let path = format!("spec.listeners[{position}].tls.certificateRefs[{place}]");
            let line = gateway.origin.line_of(reference.name.line);
            let object = ObjectRef::of(gateway).at(path, line);
            let hosts = BTreeSet::from([listener.hostname.clone()]);
            let shown_for = vec![ShownFor { object: object.clone(), hosts }];
            let asker = Asker { object, written: key.to_string(), shown_for };
            let served_by = kubernetes_places(world, gateway).unwrap_or_default();
            let basis = served_by
                .into_iter()
                .find(|place| place.namespace == namespace)
                .map_or(Basis::Named, |place| place.basis);
            let place = Place::known(namespace, basis);
            let target =
                if refused { Target::Refused(key.clone()) } else { Target::Secret(key.clone()) };
            let spots = match unknown {
                Some(gap) => Err(gap),
                None => Ok(vec![Spot { place, target }]),
            };
            let Key { namespace, name } = key;
            book.add(Reference::GatewayApi { namespace, name }, None, spots, asker);
        }
    }
}

/// What logs say of credentials that no known Gateway asks for. Where all Gateways are known,
/// nobody asks any more, and the log speaks of the past.
fn of_logs(world: &World, asked: &BTreeMap<String, BTreeSet<String>>) -> Vec<Demand> {
    if world.covers(Kind::Gateways, None).is_ok()
        && world.covers(Kind::KubernetesGateways, None).is_ok()
    {
        return Vec::new();
    }
    let mut told: BTreeMap<&String, bool> = BTreeMap::new();
    // The agent of old spoke of every secret in its namespace that is no pair; only those count
    // that somebody asks for.
    for sighting in world.sightings().iter().filter(|it| it.is_failure() && it.asked) {
        let Some(name) = &sighting.credential else { continue };
        let is_asked = asked.get(name).is_some_and(|places| {
            sighting.place().is_none_or(|it| places.contains(it) || places.contains(""))
        });
        if !is_asked {
            *told.entry(name).or_default() |= sighting.ca;
        }
    }
    let none = BTreeSet::new();
    let demand = |(name, ca): (&String, bool)| {
        let known = asked.get(name).unwrap_or(&none);
        let places = told_places(world, name).into_iter().filter(|it| !known.contains(*it));
        Demand {
            spots: Ok(places.map(|it| by_log(it, name)).collect()),
            reference: Reference::Local { name: name.clone() },
            client_ca: ca.then_some(ClientCa::Derived),
            askers: Vec::new(),
        }
    };
    told.into_iter().map(demand).collect()
}

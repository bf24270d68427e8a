//! What curl got of each recorded gateway, and the object that is to blame for it.

use std::time::Duration;

use igwctl::probe::blame::Blame;
use igwctl::probe::meaning::{self, Terms};
use igwctl::probe::observation::{
    Answer, Body, ConnectTrouble, Handshake, Observation, Timed, TlsTrouble,
};
use igwctl::probe::{Hop, Target};
use igwctl::world::Question as _;

use crate::support::{read_whole_world, repository};

/// What a client saw.
enum Saw {
    Refused,
    Reset,
    /// An answer of the gateway itself, with its body.
    Status(u16, &'static str),
}

/// A recording, what curl got there, and the object that is to blame, with a part of the reason.
const CASES: &[(&str, &str, Saw, &str, &str)] = &[
    (
        "01-no-gateway",
        "http",
        Saw::Refused,
        "Service istio-system/istio-ingressgateway",
        "no Gateway selects",
    ),
    (
        "11-selector-matches-nothing",
        "http",
        Saw::Refused,
        "Service istio-system/istio-ingressgateway",
        "no Gateway selects",
    ),
    (
        "02-gateway-no-virtualservice",
        "http",
        Saw::Status(404, ""),
        "Gateway hipstershopv1v2/hipstershop-gateway",
        "no VirtualService or route",
    ),
    (
        "03-no-endpoints",
        "http",
        Saw::Status(503, "no healthy upstream"),
        "Service hipstershopv1v2/frontend",
        "no ready endpoint",
    ),
    (
        "13-destination-missing",
        "http",
        Saw::Status(503, ""),
        "VirtualService hipstershopv1v2/hipstershop",
        "nothing has the host",
    ),
    (
        "04-secret-in-app-namespace",
        "https",
        Saw::Reset,
        "Gateway hipstershopv1v2/hipstershop-gateway",
        "secret istio-system/hipstershop-cert does not exist",
    ),
];

fn timed<T>(what: T) -> Timed<T> {
    Timed { took: Duration::from_millis(1), what }
}

fn seen(saw: &Saw, port: u16) -> Observation {
    let mut seen = Observation {
        address: ([127, 0, 0, 2], port).into(),
        connected: timed(Ok(())),
        tls: None,
        answered: None,
        is_withheld: false,
        speaks_tls: false,
    };
    match saw {
        Saw::Refused => seen.connected = timed(Err(ConnectTrouble::Refused)),
        Saw::Reset => {
            let result = Err(TlsTrouble::Reset);
            seen.tls =
                Some(timed(Handshake { result, certificate: None, asked: None, gave: false }));
        }
        Saw::Status(status, body) => {
            seen.answered = Some(timed(Ok(Answer {
                version: "HTTP/1.1".to_owned(),
                status: *status,
                headers: vec![("server".to_owned(), "istio-envoy".to_owned())],
                body: Body { bytes: body.len(), start: (*body).to_owned(), ..Body::default() },
            })));
        }
    }
    seen
}

#[test]
fn what_curl_got_of_each_recorded_gateway_is_explained_by_its_object() {
    for (recording, scheme, saw, object, reason) in CASES {
        let read = |file: &str| {
            std::fs::read_to_string(repository(&format!("tests/captures/{recording}/{file}")))
                .unwrap()
        };
        let world =
            read_whole_world(&format!("{}\n---\n{}", read("cluster.yaml"), read("secrets.json")));
        let target = Target::parse(&format!("{scheme}://hipstershop.127.0.0.2.sslip.io/")).unwrap();
        let seen = seen(saw, target.port());
        let terms = Terms { now: world.now(), insecure: false };
        let meanings = meaning::of(&target, &seen, terms);
        let hop = Hop { target, lookup: None, seen: Some(seen), meanings };
        let blamed = Blame { hops: vec![&hop], gateway: None }.answer(&world);
        let [suspect] = &*blamed[0][0].suspects else { panic!("{recording}: {blamed:?}") };
        let blamed = suspect.object.as_ref().map(ToString::to_string);
        assert_eq!(blamed.as_deref(), Some(*object), "{recording}: {suspect:?}");
        assert!(suspect.message.contains(reason), "{recording}: {suspect:?}");
    }
}

//! With a cause mended, exactly its finding and its symptoms are gone, and all others stay.

use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::worlds::{ALL, SOUND, World, certificate, gateway, head, pod, review, secret};
use crate::support::{Diagnosis, diagnose};

/// What is wrong with a tenant's credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Nothing,
    Elsewhere,
    WrittenElsewhere,
    Nowhere,
    LacksKeys,
    NotPem,
    Mismatch,
    Expired,
    NoClientCa,
    NotReady,
    Refused,
}

const FAULTS: [Fault; 11] = [
    Fault::Nothing,
    Fault::Elsewhere,
    Fault::WrittenElsewhere,
    Fault::Nowhere,
    Fault::LacksKeys,
    Fault::NotPem,
    Fault::Mismatch,
    Fault::Expired,
    Fault::NoClientCa,
    Fault::NotReady,
    Fault::Refused,
];

/// One team's namespace, and what the log says of it.
#[derive(Clone, Copy, Debug)]
struct Tenant {
    fault: Fault,
    is_logged: bool,
}

/// A mesh of several teams behind one gateway.
#[derive(Clone, Debug)]
struct Mesh {
    tenants: Vec<Tenant>,
    has_timed_out: bool,
}

impl Mesh {
    fn text(&self) -> String {
        let mut world = World::mesh();
        for (at, tenant) in self.tenants.iter().enumerate() {
            world = with(world, at, tenant.fault);
        }
        let mut log = String::new();
        for (at, tenant) in self.tenants.iter().enumerate().filter(|(_, it)| it.is_logged) {
            log += &said(at, tenant.fault);
        }
        if self.has_timed_out {
            log += "2026-11-24T02:27:32.424146Z\twarning\tenvoy config\tgRPC config: initial fetch \
                    timed out for type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.\
                    Secret\tthread=17\n";
        }
        world.and(log).text()
    }

    fn diagnosis(&self) -> Diagnosis {
        diagnose(["-"]).stdin(self.text()).json()
    }

    /// The findings that there should be, sorted.
    fn expected(&self) -> Vec<String> {
        let tenants = self.tenants.iter().enumerate();
        let mut lines: Vec<String> = tenants.filter_map(|(at, it)| finding(at, it.fault)).collect();
        lines.sort();
        lines
    }
}

/// The finding of a tenant's fault.
fn finding(at: usize, fault: Fault) -> Option<String> {
    let gateway = format!("Gateway team-{at}/web");
    let secret = format!("Secret istio-system/cert-{at}");
    Some(match fault {
        Fault::Nothing => return None,
        Fault::Elsewhere | Fault::WrittenElsewhere => format!("IGW0301 error {gateway}"),
        Fault::Nowhere => format!("IGW0302 error {gateway}"),
        Fault::LacksKeys => format!("IGW0304 error {secret}"),
        Fault::NotPem => format!("IGW0305 error {secret}"),
        Fault::Mismatch => format!("IGW0306 error {secret}"),
        Fault::Expired => format!("IGW0307 error {secret}"),
        Fault::NoClientCa => format!("IGW0310 error {gateway}"),
        Fault::NotReady => format!("IGW0312 error Certificate istio-system/web-{at}"),
        Fault::Refused => format!("IGW0314 error {gateway}"),
    })
}

/// The tenant's objects.
fn with(world: World, at: usize, fault: Fault) -> World {
    let (team, name) = (format!("team-{at}"), format!("cert-{at}"));
    let written = match fault {
        Fault::Refused => format!("mode: SIMPLE, credentialName: {team}/{name}"),
        Fault::NoClientCa => format!("mode: MUTUAL, credentialName: {name}"),
        _ => format!("mode: SIMPLE, credentialName: {name}"),
    };
    let world = world.and(gateway(&team, "web", &written));
    let here = |data: &str| secret("istio-system", &name, data);
    match fault {
        Fault::Nothing | Fault::NoClientCa => world.and(here(SOUND)),
        Fault::Elsewhere | Fault::Refused => world.and(secret(&team, &name, SOUND)),
        Fault::WrittenElsewhere => {
            world.and(secret(&team, &name, SOUND)).and(certificate(&team, "web", &name, "True"))
        }
        Fault::Nowhere => world,
        Fault::LacksKeys => world.and(here("foo: YmFy")),
        Fault::NotPem => world.and(here("tls.crt: Z2FyYmFnZQ==, tls.key: Z2FyYmFnZQ==")),
        Fault::Mismatch => world.and(here("tls.crt: {{certificate a}}, tls.key: {{key b}}")),
        Fault::Expired => world.and(here("tls.crt: {{certificate old-a}}, tls.key: {{key old-a}}")),
        Fault::NotReady => {
            world.and(certificate("istio-system", &format!("web-{at}"), &name, "False"))
        }
    }
}

/// What istiod's log says of a fault, where it says anything.
fn said(at: usize, fault: Fault) -> String {
    let head = "2026-11-24T02:27:17.428674Z\twarn\tads\t";
    let fetch = format!("failed to fetch key and certificate for kubernetes://cert-{at}:");
    match fault {
        Fault::Elsewhere | Fault::WrittenElsewhere | Fault::Nowhere | Fault::NotReady => {
            format!("{head}{fetch} secret istio-system/cert-{at} not found\n")
        }
        Fault::LacksKeys => format!(
            "{head}{fetch} found secret, but didn't have expected keys (cert and key) or (tls.crt \
             and tls.key); found: foo\n"
        ),
        Fault::NotPem => format!(
            "{head}invalid certificates: istio-system/cert-{at} \"kubernetes://cert-{at}\": pem \
             decode failed\n"
        ),
        Fault::NoClientCa => format!(
            "{head}failed to fetch ca certificate for kubernetes://cert-{at}-cacert: found secret, \
             but didn't have expected keys cacert or ca.crt; found: tls.crt, tls.key\n"
        ),
        Fault::Nothing | Fault::Mismatch | Fault::Expired | Fault::Refused => String::new(),
    }
}

fn meshes() -> impl Strategy<Value = (Mesh, usize)> {
    let tenant = (0..FAULTS.len(), any::<bool>())
        .prop_map(|(fault, is_logged)| Tenant { fault: FAULTS[fault], is_logged });
    (proptest::collection::vec(tenant, 1..7), any::<bool>(), any::<usize>()).prop_map(
        |(tenants, has_timed_out, pick)| {
            let picked = pick % tenants.len();
            (Mesh { tenants, has_timed_out }, picked)
        },
    )
}

/// The time-out has no cause of its own in a mesh where nothing keeps a credential back.
fn sorted(diagnosis: &Diagnosis) -> Vec<String> {
    let mut lines = diagnosis.lines();
    lines.sort();
    lines
}

#[test]
fn a_mended_cause_takes_its_symptoms_along_and_nothing_else() {
    let config = Config { cases: 40, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(config);
    let result = runner.run(&meshes(), |(mesh, picked)| {
        let before = mesh.diagnosis();
        prop_assert_eq!(sorted(&before), mesh.expected());
        let mut mended = mesh.clone();
        mended.tenants[picked].fault = Fault::Nothing;
        // The log is of before, and stays.
        let text = mended.text() + "---\n" + &said(picked, mesh.tenants[picked].fault);
        let after = diagnose(["-"]).stdin(text).json();
        prop_assert_eq!(sorted(&after), mended.expected());
        let name = format!("cert-{picked}");
        for finding in &after.findings {
            let is_left = finding.symptoms.iter().any(|it| it.object.name == name);
            prop_assert!(!is_left, "a symptom of what is mended is left: {:?}", finding.symptoms);
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

#[test]
fn each_fault_alone_gives_its_finding_with_and_without_its_log() {
    for fault in FAULTS {
        for is_logged in [false, true] {
            let mut mesh =
                Mesh { tenants: vec![Tenant { fault, is_logged }], has_timed_out: false };
            assert_eq!(mesh.diagnosis().lines(), mesh.expected(), "{fault:?} {is_logged}");
            mesh.has_timed_out = true;
            assert_eq!(mesh.diagnosis().lines(), mesh.expected(), "{fault:?} with a time-out");
        }
    }
}

#[test]
fn what_rests_on_an_assumed_gateway_says_so() {
    let forbidden = "2026-11-24T02:27:17.294860Z\twarn\tads\tproxy a.istio-system attempted to \
                     access unauthorized certificates cert-0: ingress/istio-system is not \
                     authorized to read secrets: no reason\n";
    let faults = FAULTS.into_iter().filter(|it| *it != Fault::Nothing);
    let worlds = faults.map(|fault| (fault, finding(0, fault).unwrap(), String::new()));
    let account = "IGW0303 error ServiceAccount istio-system/ingress".to_owned();
    for (fault, expected, log) in worlds.chain([(Fault::Nothing, account, forbidden.to_owned())]) {
        let world = with(World::new().and(head(ALL)), 0, fault).and(log);
        let run = diagnose(["-"]).stdin(world.text());
        let diagnosis = run.args(["--assume-gateway", "istio-system"]).json();
        diagnosis.exits(1).finds(&[&expected]);
        let cause = &diagnosis.only().cause.message;
        let says = cause.ends_with("--assume-gateway says that the gateway is in istio-system");
        assert!(says, "{fault:?}: {cause}");
    }
}

#[test]
fn many_symptoms_are_one_finding() {
    let mut world = World::mesh();
    let mut log = String::new();
    for at in 0..30 {
        let name = format!("web-{at}");
        world = world.and(gateway("shop", &name, "mode: SIMPLE, credentialName: shop-cert"));
        writeln!(
            log,
            "2026-11-24T02:27:{at:02}.428674Z\twarn\tads\tfailed to fetch key and certificate for \
             kubernetes://shop-cert: secret istio-system/shop-cert not found"
        )
        .unwrap();
    }
    let world = world.and(certificate("istio-system", "shop", "shop-cert", "False"));
    let world = world.and(log);
    let diagnosis = diagnose(["-"]).stdin(world.text()).json();
    diagnosis.exits(1).finds(&["IGW0312 error Certificate istio-system/shop"]);
    assert_eq!(diagnosis.only().involved("asks for it").len(), 30);
    // People are told three of them, and how many more there are.
    let text = diagnose(["-"]).stdin(world.text()).run().text();
    let named: Vec<&str> = text.lines().filter(|it| it.contains("asked for by")).collect();
    assert_eq!(named.len(), 3, "{text}");
    assert!(text.contains("and 27 more\n"), "{text}");
}

#[test]
fn what_is_wrong_in_two_places_is_mended_in_both() {
    let mesh = World::mesh().and(pod("other-gateway")).and(review("other-gateway", true));
    let world = mesh.and(gateway("shop", "shop", "mode: SIMPLE, credentialName: shop-cert"));
    for (world, words) in [
        (world.clone().and(secret("shop", "shop-cert", SOUND)), "set metadata.namespace"),
        (world, "make secret shop-cert in"),
    ] {
        let diagnosis = diagnose(["-"]).stdin(world.text()).json();
        let finding = diagnosis.only();
        assert_eq!(finding.cause.looked_in, ["istio-system", "other-gateway"]);
        let fix = &finding.fix.message;
        assert_eq!(fix.matches(words).count(), 2, "{fix}");
        assert!(fix.contains("istio-system") && fix.contains("other-gateway"), "{fix}");
    }
}

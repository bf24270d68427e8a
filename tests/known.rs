//! What may be said to be absent, what is there and not shown, and what is only not known.

use crate::support::worlds::{SOUND, World, certificate, gateway, pod, secret};
use crate::support::{Diagnosis, Scratch, diagnose, keys::NOW};

const TLS: &str = "mode: SIMPLE, credentialName: shop-cert";

fn shop() -> String {
    gateway("shop", "shop", TLS)
}

/// What an API server printed of a Secret.
fn list(secrets: &[(&str, &str)]) -> String {
    secrets
        .iter()
        .fold(World::new(), |world, (namespace, name)| world.and(secret(namespace, name, SOUND)))
        .served()
}

fn read(parts: &[&str], flags: &[&str]) -> Diagnosis {
    diagnose(["-", "--now", NOW]).args(flags).stdin(parts.join("---\n")).json()
}

/// Whether the Secret that the Gateway asks for may be said to be nowhere.
#[track_caller]
fn is_nowhere(parts: &[&str], flags: &[&str]) -> bool {
    let (shop, pod) = (shop(), pod("istio-system"));
    let mut all = vec![&*shop, &*pod];
    all.extend(parts);
    let diagnosis = read(&all, flags);
    match &*diagnosis.lines() {
        [line] if line == "IGW0302 error Gateway shop/shop" => {
            diagnosis.exits(1);
            true
        }
        [] => {
            diagnosis.exits(0);
            // No Service is shown either, by which the gateway is reached.
            assert_eq!(diagnosis.open(), ["IGW0104", "IGW0302"]);
            let gap = diagnosis.undecided.iter().find(|it| it.code == "IGW0302").unwrap();
            assert_eq!((&*gap.why, &*gap.right), ("beyond", "list secrets in istio-system"));
            false
        }
        lines => panic!("{lines:?}"),
    }
}

#[test]
fn bare_objects_cover_nothing() {
    let bare = World::new().and(secret("istio-system", "other", SOUND)).text();
    assert!(!is_nowhere(&[&bare], &[]));
    let live = bare.replace("metadata:\n", "metadata:\n  uid: u\n  resourceVersion: \"1\"\n");
    assert!(!is_nowhere(&[&live], &[]), "served, but not as a List");
}

#[test]
fn a_list_of_one_namespace_covers_that_namespace() {
    assert!(is_nowhere(&[&list(&[("istio-system", "other")])], &[]));
    assert!(!is_nowhere(&[&list(&[("blog", "other")])], &[]));
    assert!(!is_nowhere(&[&list(&[("blog", "one"), ("blog", "two")])], &[]));
}

#[test]
fn a_list_that_shows_two_namespaces_covers_all() {
    assert!(is_nowhere(&[&list(&[("blog", "other"), ("mail", "other")])], &[]));
}

#[test]
fn two_lists_of_one_namespace_each_cover_these_two() {
    let (blog, mail) = (list(&[("blog", "other")]), list(&[("mail", "other")]));
    assert!(!is_nowhere(&[&blog, &mail], &[]));
}

#[test]
fn a_list_of_what_no_api_server_served_covers_nothing() {
    let list = list(&[("blog", "other"), ("mail", "other")]);
    let without = list.lines().filter(|line| !line.contains("uid:"));
    let without: String = without.map(|line| format!("{line}\n")).collect();
    assert!(!is_nowhere(&[&without], &[]));
}

#[test]
fn an_empty_list_covers_nothing() {
    assert!(!is_nowhere(&["apiVersion: v1\nitems: []\nkind: List\n"], &[]));
    assert!(!is_nowhere(&["{\"apiVersion\":\"v1\",\"items\":[],\"kind\":\"List\"}\n"], &[]));
}

#[test]
fn the_user_may_say_what_is_complete() {
    assert!(is_nowhere(&[], &["--complete=secrets"]));
    assert!(is_nowhere(&[], &["--complete=pods,secret"]));
    assert!(!is_nowhere(&[], &["--complete=pods"]));
    assert!(!is_nowhere(&[], &["--complete"]), "no Secret is shown, so none is meant");
    let other = World::new().and(secret("blog", "other", SOUND)).text();
    assert!(is_nowhere(&[&other], &["--complete"]));
}

#[test]
fn a_checkout_says_what_it_cannot_decide_and_invents_nothing() {
    let scratch = Scratch::new();
    scratch.write("app/gateway.yaml", shop());
    scratch.write("app/certificate.yaml", certificate("shop", "shop", "shop-cert", "True"));
    let diagnosis = diagnose([scratch.path("app")]).json();
    diagnosis.exits(0).finds(&[]);
    assert_eq!(diagnosis.open(), ["IGW0201", "IGW0301"]);
    for gap in &diagnosis.undecided {
        assert_eq!((&*gap.why, gap.count), ("beyond", 1));
        assert!(gap.reason.contains("no pods of the gateway"), "{}", gap.reason);
        assert_eq!(gap.objects[0].to_string(), "Gateway shop/shop");
    }
    diagnose([scratch.path("app")]).args(["--fail-on", "undecided"]).run().exits(1);
}

#[test]
fn in_a_checkout_an_assumed_gateway_finds_the_tutorials_mistake() {
    let scratch = Scratch::new();
    scratch.write("app/gateway.yaml", shop());
    scratch.write("app/certificate.yaml", certificate("shop", "shop", "shop-cert", "True"));
    let with = |assumed| diagnose([scratch.path("app")]).args(["--assume-gateway", assumed]).json();
    for meant in ["istio-system", "istio-system:istio=ingressgateway,app=any"] {
        let diagnosis = with(meant);
        diagnosis.exits(1).finds(&["IGW0301 error Gateway shop/shop"]);
        let finding = diagnosis.only();
        assert_eq!(finding.involved("writes it"), ["Certificate shop/shop"]);
        assert!(finding.cause.message.contains("--assume-gateway"), "{}", finding.cause.message);
    }
    let diagnosis = with("istio-system:istio=eastwest");
    diagnosis.exits(0).finds(&[]);
    assert_eq!(
        diagnosis.open(),
        ["IGW0201", "IGW0301"],
        "that gateway is not the one that is meant"
    );
    with("shop").exits(0).finds(&[]);
}

#[test]
fn the_same_checkout_beside_the_clusters_lists_is_decided() {
    let scratch = Scratch::new();
    scratch.write("app/gateway.yaml", shop());
    scratch.write("app/certificate.yaml", certificate("shop", "shop", "shop-cert", "True"));
    let cluster = |home: &str| {
        World::new()
            .and(pod("istio-system"))
            .and(secret(home, "shop-cert", SOUND))
            .and(secret("blog", "blog-cert", SOUND))
            .served()
    };
    let wrong = scratch.write("wrong.yaml", cluster("shop"));
    let right = scratch.write("right.yaml", cluster("istio-system"));
    let app = scratch.path("app");
    let with = |lists| diagnose([&app, lists]).args(["--now", NOW]).json();
    let diagnosis = with(&wrong);
    diagnosis.exits(1).finds(&["IGW0301 error Gateway shop/shop"]);
    assert_eq!(diagnosis.only().involved("found here"), ["Secret shop/shop-cert"]);
    with(&right).exits(0).finds(&[]);
}

#[test]
fn a_value_that_was_taken_out_is_there_and_not_known() {
    for value in ["REDACTED", "UkVEQUNURUQ=", "\"***\"", "\"+++++++\"", "\"**\""] {
        let data = format!("tls.crt: {{{{certificate a}}}}, tls.key: {value}");
        let world = World::mesh().and(shop()).and(secret("istio-system", "shop-cert", &data));
        let diagnosis = read(&[&world.text()], &[]);
        diagnosis.exits(0).finds(&[]);
        assert_eq!(diagnosis.open(), ["IGW0306"], "{value}");
    }
}

#[test]
fn a_value_with_a_star_in_it_is_a_value() {
    let data = "tls.crt: \"**a\", tls.key: {{key a}}";
    let world = World::mesh().and(shop()).and(secret("istio-system", "shop-cert", data));
    read(&[&world.text()], &[]).exits(1).finds(&["IGW0305 error Secret istio-system/shop-cert"]);
}

#[test]
fn of_two_objects_of_one_name_the_later_path_wins() {
    let scratch = Scratch::new();
    let old =
        scratch.write("old.yaml", gateway("shop", "shop", "mode: SIMPLE, credentialName: no"));
    let new = scratch.write("new.yaml", shop());
    let world = World::mesh().and(secret("istio-system", "shop-cert", SOUND));
    let world = scratch.write("world.yaml", world.text());
    let diagnosis = diagnose([&world, &old, &new]).json();
    diagnosis.exits(0).finds(&[]);
    let notice = &diagnosis.notices[0];
    assert!(notice.contains("Gateway shop/shop") && notice.contains("new.yaml"), "{notice}");
    diagnose([&world, &new, &old]).json().exits(1).finds(&["IGW0302 error Gateway shop/shop"]);
}

#[test]
fn an_object_without_a_namespace_gets_one_and_the_report_says_which() {
    let scratch = Scratch::new();
    let without = shop().replace("  namespace: shop\n", "");
    let bare = scratch.write("bare/gateway.yaml", &without);
    let built = scratch.write("built/gateway.yaml", &without);
    scratch.write("built/kustomization.yaml", "namespace: blog\nresources: [gateway.yaml]\n");
    let read = |path, flags: &[&str]| {
        let flags = flags.iter().chain(&["--complete=secrets", "--assume-gateway", "istio-system"]);
        diagnose([path]).args(flags).json()
    };
    let cases: [(&std::path::Path, &[&str], &str); 5] = [
        (&bare, &[], "default"),
        (&bare, &["-n", "mail"], "mail"),
        (&built, &[], "blog"),
        (&built, &["-n", "mail"], "mail"),
        (&scratch.path("built"), &[], "blog"),
    ];
    for (path, flags, namespace) in cases {
        let diagnosis = read(path, flags);
        diagnosis.finds(&[&format!("IGW0302 error Gateway {namespace}/shop")]);
        let notice = format!("1 object without a namespace: taken to be in {namespace}");
        assert!(diagnosis.notices.contains(&notice), "{:?}", diagnosis.notices);
    }
}

#[test]
fn now_is_what_the_user_says_else_the_bundles_else_the_clocks() {
    let world = World::mesh().and(shop()).and(secret("istio-system", "shop-cert", SOUND)).text();
    let at = |flags: &[&str], world: &str| diagnose(["-"]).args(flags).stdin(world).json().lines();
    let expired = ["IGW0307 error Secret istio-system/shop-cert"];
    assert!(at(&[], &world).is_empty(), "the world's own moment");
    assert_eq!(at(&["--now", "2029-01-01T00:00:00Z"], &world), expired);
    assert_eq!(at(&["--now", "2001-01-01T00:00:00+02:00"], &world), expired);
    let old = world.replace(NOW, "2029-01-01T00:00:00Z");
    assert_eq!(at(&[], &old), expired);
}

#[test]
fn what_is_undecided_for_many_is_told_once() {
    let mut world = World::new().and(pod("istio-system"));
    for at in 0..25 {
        world = world.and(gateway(
            &format!("team-{at}"),
            "shop",
            &format!("mode: SIMPLE, credentialName: c{at}"),
        ));
    }
    let diagnosis = read(&[&world.text()], &[]);
    diagnosis.exits(0);
    assert_eq!(diagnosis.open(), ["IGW0104", "IGW0302"]);
    assert_eq!((diagnosis.undecided.len(), diagnosis.summary.undecided), (2, 2));
    for it in &diagnosis.undecided {
        assert_eq!((it.count, it.objects.len()), (25, 10), "{}", it.code);
    }
}

//! What the gateway, or what is behind it, answers: each told apart.

use rayon::prelude::*;

use super::case::{Case, case, json};

/// Every answer that a real gateway gives by a route, or for want of one.
pub(super) const CASES: &[Case] = &[
    case(
        "answered",
        "http://shop.test/",
        0,
        &[
            "200 (HTTP/1.1), 6 bytes",
            "server istio-envoy",
            "backend took",
            "the route works, and the backend answers",
            "1 request: 0 errors, 0 warnings",
        ],
    ),
    case("answered", "https://shop.test/", 0, &["TLS 1.3", "h2", "200 (HTTP/2.0)"])
        .with(&["--ca", "{ca}"]),
    case("answered", "https://shop.test/", 0, &["http/1.1", "200 (HTTP/1.1)"]).with(&[
        "--ca",
        "{ca}",
        "--http1.1",
    ]),
    case("answered", "http://shop.test/", 0, &["200 (HTTP/2.0)"]).with(&["--http2"]),
    case("answered", "https://new.test/", 0, &["TLS 1.3"]).with(&["--ca", "{ca}", "--http2"]),
    case("answered", "https://shop.test/", 0, &["TLS 1.2"]).with(&[
        "--ca",
        "{ca}",
        "--tls-max",
        "1.2",
        "-H",
        "x-TLS13: no",
    ]),
    case(
        "answered",
        "http://shop.test/",
        0,
        &["HEAD http://shop.test/", "200 (HTTP/1.1), no body"],
    )
    .with(&["-X", "HEAD"]),
    case("answered", "http://shop.test/backend/long", 0, &["bytes and more"]),
    case(
        "no-route",
        "http://shop.test/nowhere?a=b",
        1,
        &[
            "404 (HTTP/1.1), no body",
            "server istio-envoy",
            "404 of the gateway itself: it has no route for shop.test and /nowhere?a=b",
            "perhaps no VirtualService is bound to the Gateway for this host",
        ],
    ),
    case("no-route", "http://unknown.test/", 1, &["it has no route for unknown.test and /"]),
    case("no-route", "http://shop.test./", 1, &["perhaps the host ends in a dot"]),
    case(
        "no-route",
        "https://shop.test/",
        1,
        &[
            "it has no route for unknown.test and /",
            "perhaps the routes are those of the server that the SNI shop.test chose",
        ],
    )
    .with(&["--ca", "{ca}", "-H", "Host: unknown.test"]),
    case("no-route", "http://shop.test/nowhere", 1, &["404 (HTTP/1.1), no body"])
        .with(&["-X", "HEAD"]),
    case(
        "cluster-missing",
        "http://shop.test/missing",
        1,
        &[
            "503 (HTTP/1.1), no body",
            "the route's destination does not exist",
            "destination.host names no Service",
        ],
    ),
    case(
        "backend-unknown",
        "http://shop.test/unknown",
        1,
        &["500 (HTTP/1.1), no body", "the HTTPRoute's backend does not exist"],
    ),
    case(
        "no-endpoint",
        "http://shop.test/empty",
        1,
        &["body \"no healthy upstream\"", "the destination has no ready endpoint"],
    ),
    case("no-endpoint", "http://shop.test/empty", 1, &["no pod of the Service is ready"])
        .with(&["-X", "HEAD"]),
    case(
        "endpoint-fails",
        "http://shop.test/dead",
        1,
        &["no endpoint takes the request", "remote connection failure"],
    ),
    case("endpoint-fails", "http://shop.test/backend/rubbish", 1, &["502", "protocol error"]),
    case("endpoint-fails", "http://shop.test/dead", 1, &["503 (HTTP/1.1), no body"])
        .with(&["-X", "HEAD"]),
    case(
        "route-timed-out",
        "http://shop.test/timeout",
        1,
        &["504 (HTTP/1.1)", "the route's timeout is over"],
    ),
    case("denied", "http://shop.test/denied", 1, &["403 of an AuthorizationPolicy"]),
    case(
        "denied",
        "http://shop.test/backend/denied",
        1,
        &["403 of the sidecar before the backend"],
    ),
    case(
        "backend-refuses",
        "http://shop.test/backend/404",
        0,
        &["the route works: 404 of the backend", "body \"nothing here\"", "0 errors, 1 warning"],
    ),
    case(
        "backend-refuses",
        "http://shop.test/direct",
        0,
        &["404 of the backend, or of the rule's directResponse"],
    ),
    case(
        "backend-fails",
        "http://shop.test/backend/503",
        1,
        &["the route works: 503 of the backend", "the database is away"],
    ),
    case("bad-request", "http://shop.test/%00", 1, &["400 of the gateway itself"]),
    case("old-http", "http://shop.test/", 1, &["426", "does not take HTTP/1.0"])
        .with(&["--http1.0"]),
    case(
        "answered body-goes-on",
        "http://shop.test/backend/goes-on",
        0,
        &["5 bytes and more", "the body did not end in time: 5 bytes were read"],
    )
    .with(&["--timeout", "2s"]),
    case("answered cut-short", "http://shop.test/backend/cut", 1, &["after 5 bytes of body"]),
    case("unanswered", "http://shop.test/backend/slow", 1, &["no answer in time"])
        .with(&["--timeout", "2s"]),
    case("unanswered", "https://shop.test/backend/slow", 1, &["no answer in time"]).with(&[
        "--ca",
        "{ca}",
        "--timeout",
        "1s",
    ]),
];

#[test]
fn each_answer_of_a_gateway_is_told_from_the_others() {
    CASES.par_iter().for_each(Case::holds);
}

#[test]
fn of_an_answer_only_what_tells_is_kept() {
    let probe = case("answered", "http://shop.test/", 0, &[]);
    let ran = probe.probe(super::case::BOTH[0]).args(["-o", "json"]).run();
    assert!(!ran.text().contains("s3cret-id"), "{}", ran.text());
    let headers = &json(ran)["results"][0]["hops"][0]["http"]["headers"];
    assert_eq!(headers["server"], "istio-envoy");
    assert_eq!(headers["set-cookie"], serde_json::Value::Null);
}

#[test]
fn who_asks_for_the_address_is_told_to_ask_for_the_host() {
    for address in super::case::BOTH {
        let place = std::net::SocketAddr::new(address, super::gateway::port("http", address));
        let url = format!("http://{place}/nowhere");
        let text = crate::support::Igwctl::new(["probe", &url]).run().exits(1).text();
        let text = super::case::squeezed(&text);
        assert!(text.contains("perhaps the request asks for the address itself"), "{text}");
        let named = crate::support::Igwctl::new(["probe", &url, "-H", "Host: shop.test"]);
        assert!(!named.run().exits(1).text().contains("the address itself"));
    }
}

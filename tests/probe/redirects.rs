//! Redirects: shown always, followed when asked, and told where they go round.

use rayon::prelude::*;

use super::case::{BOTH, Case, case, json};
use super::gateway;

/// Every kind of redirect that a real gateway gives.
pub(super) const CASES: &[Case] = &[
    case(
        "redirected-to-https",
        "http://secure.test/cart?a=b",
        0,
        &[
            "301 (HTTP/1.1), no body",
            "location https://secure.test/cart?a=b",
            "301 to https://secure.test/cart?a=b",
        ],
    ),
    case("redirected", "http://shop.test/moved", 0, &["301 to http://shop.test/"]),
    case("redirected", "http://shop.test/elsewhere", 0, &["301 to http://other.test/"]),
    case(
        "redirect-keeps-port",
        "http://shop.test:8080/scheme",
        0,
        &[
            "301 to https on the port of plain HTTP:",
            "https://shop.test:8080/",
            "0 errors, 1 warning",
        ],
    ),
    case(
        "redirect-loop",
        "https://round.test/",
        1,
        &["301 back to the same URL, https://round.test/"],
    )
    .with(&["--ca", "{ca}"]),
    case(
        "redirect-loop",
        "http://round.test/",
        1,
        &["301 to https://round.test/", "back to the same URL"],
    )
    .with(&["--ca", "{ca}", "--follow"]),
    case(
        "redirected redirect-loop",
        "http://shop.test/ring/a",
        1,
        &[
            "-> http://shop.test/ring/b",
            "the redirects go round in a ring: http://shop.test/ring/a was asked before",
        ],
    )
    .with(&["--follow"]),
    case(
        "redirected redirects-too-many",
        "http://shop.test/stairs",
        1,
        &["-> http://shop.test/stairs/x", "10 were followed"],
    )
    .with(&["--follow"]),
    case("answered", "http://shop.test/moved", 0, &["-> http://shop.test/", "200 (HTTP/1.1)"])
        .with(&["--follow"]),
    case("answered", "http://secure.test/", 0, &["-> https://secure.test/", "200 (HTTP/2.0)"])
        .with(&["--ca", "{ca}", "--follow"]),
];

#[test]
fn each_kind_of_redirect_is_told_from_the_others() {
    CASES.par_iter().for_each(Case::holds);
}

#[test]
fn the_same_host_is_asked_at_the_same_address_and_another_is_looked_up() {
    let probe = case("answered", "http://secure.test/", 0, &[])
        .with(&["--ca", "{ca}", "--follow", "-o", "json"]);
    for address in BOTH {
        let value = json(probe.probe(address).run().exits(0));
        let hops = value["results"][0]["hops"].as_array().unwrap();
        let places: Vec<&str> = hops.iter().map(|it| it["address"].as_str().unwrap()).collect();
        let place = |listener| std::net::SocketAddr::new(address, gateway::port(listener, address));
        assert_eq!(places, [place("http").to_string(), place("https").to_string()]);
    }
    // localhost is another host than shop.test, and is where the machine has it.
    let port = gateway::port("http", BOTH[0]).to_string();
    let far = super::servers::serve(|mut stream| {
        use std::io::Write as _;
        super::servers::asked(&mut stream)?;
        stream.write_all(
            b"HTTP/1.1 302 Found\r\nlocation: https://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",
        )
    });
    let far = far.to_string();
    let args =
        ["probe", "http://shop.test/", "--address", "127.0.0.1", "--http-port", &far, "--follow"];
    let value = json(
        crate::support::Igwctl::new(args)
            .args(["--https-port", &port, "-o", "json"])
            .run()
            .exits(1),
    );
    let hops = value["results"][0]["hops"].as_array().unwrap();
    assert_eq!(hops.len(), 2, "{value:#}");
    assert_eq!(hops[1]["address"], format!("127.0.0.1:{port}"));
    assert_eq!(hops[1]["meanings"][0]["code"], "tls-to-plain-http");
}

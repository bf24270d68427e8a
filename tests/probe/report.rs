//! How a probe is written, and which command lines are none.

use super::case::{BOTH, case, json, of_server};
use super::servers;
use crate::support::Igwctl;

#[test]
fn yaml_says_what_json_says() {
    // Times differ from run to run: what has none is compared.
    let run = |format| of_server("http", *servers::CLOSED, &["-o", format]).run().exits(1);
    let mut left = json(run("json"));
    let mut right: serde_json::Value = igwctl::model::yaml::read(&run("yaml").text()).unwrap();
    for value in [&mut left, &mut right] {
        let result = &mut value["results"][0];
        assert!(result["tookMs"]["max"].is_f64() && result["hops"][0]["tcp"]["tookMs"].is_f64());
        result["tookMs"].take();
        result["hops"][0]["tcp"]["tookMs"].take();
    }
    assert_eq!(left, right);
}

#[test]
fn the_report_keeps_to_eighty_columns_and_its_colours_to_terminals() {
    let probe = case("answered", "https://wrong.test/", 1, &[]).with(&["--ca", "{ca}"]);
    let text = probe.probe(BOTH[0]).run().exits(1).text();
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    assert!(!text.contains('\u{1b}'), "{text}");
    let colored = probe.probe(BOTH[0]).args(["--color", "always"]).run().text();
    assert!(colored.contains('\u{1b}'), "{colored}");
}

#[test]
fn a_command_line_that_is_none_is_2_and_repeats_no_secret() {
    let wrong: [&[&str]; 12] = [
        &[],
        &["ftp://shop.test/"],
        &["http://ann:t0ken@shop.test/"],
        &["http://shop.test/", "-H", "t0ken"],
        &["http://shop.test/", "-H", "content-length: 7"],
        &["http://shop.test/", "--address", "shop.test"],
        &["http://127.0.0.1/", "--address", "::1"],
        &["http://shop.test/", "--http-port", "0"],
        &["http://shop.test/", "--times", "0"],
        &["http://shop.test/", "--timeout", "0"],
        &["http://shop.test/", "--http2", "--http1.1"],
        &["http://shop.test/", "--cert", "client.crt"],
    ];
    for args in wrong {
        let ran = Igwctl::new(["probe"]).args(args).run().exits(2);
        assert!(ran.stdout.is_empty(), "{args:?}: {}", ran.text());
        assert!(!ran.errors().is_empty() && !ran.errors().contains("t0ken"), "{}", ran.errors());
    }
}

#[test]
fn a_reader_that_goes_away_is_141() {
    let code = of_server("http", *servers::CLOSED, &["-o", "json"]).stdin("").run_unheard();
    assert_eq!(code, Some(141));
}

#[test]
fn what_a_header_holds_is_sent_and_not_told() {
    for (url, args) in
        [("https://shop.test/", ["--ca", "{ca}"]), ("http://shop.test/", ["-L", "-k"])]
    {
        for address in BOTH {
            let probe = || {
                let header = ["-H", "Authorization: Bearer t0ken", "-H", "X-Key: t0ken"];
                let probe = case("answered", url, 0, &[]).probe(address).args(header);
                probe.args(args.map(super::case::filled))
            };
            for format in ["table", "json", "yaml"] {
                let text = probe().args(["-o", format]).run().exits(0).text();
                assert!(!text.contains("t0ken"), "{text}");
            }
        }
    }
    // It was sent: an error page repeats it, and the report does not.
    let port = servers::serve(servers::parrot);
    let text = of_server("http", port, &["-H", "X-Key: t0ken-of-ann"]).run().exits(1).text();
    assert!(text.contains("x-key: ***") && !text.contains("t0ken-of-ann"), "{text}");
}

//! The app files under `examples/`: rendered as the documents say, and within their schema.

use serde_json::Value;

use super::{names, objects, of};
use crate::support::{Igwctl, files, repository};

#[test]
fn every_app_file_is_rendered_and_stands_in_its_schema() {
    let schema = std::fs::read_to_string(repository("docs/schema/app.json")).unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let found = files(&repository("examples/apps"), ".yaml");
    assert!(!found.is_empty());
    for file in found {
        let text = std::fs::read_to_string(&file).unwrap();
        for (_, document) in igwctl::model::yaml::documents(&text) {
            let document: Value = igwctl::model::yaml::read(document).unwrap();
            assert!(schema.is_valid(&document), "{}: {document:#}", file.display());
        }
        let ran = Igwctl::new(["render", "-f"]).args([&file]).run().exits(0);
        assert!(!ran.errors().contains("assumed"), "{}", ran.errors());
    }
}

#[test]
fn the_shop_of_the_examples_is_what_it_says() {
    let file = repository("examples/apps/shop.yaml");
    let objects = objects(&Igwctl::new(["render", "-f"]).args([file]).run().exits(0).text());
    let expected = [
        "Certificate istio-system/shop-shop",
        "Gateway shop/shop",
        "VirtualService shop/shop",
        "Gateway shop/admin",
        "VirtualService shop/admin",
    ];
    assert_eq!(names(&objects), expected);
    let certificate = of(&objects, "Certificate");
    assert_eq!(certificate["spec"]["subject"], Value::Null, "ACME takes no organization");
    let admin = objects.iter().find(|it| it["metadata"]["name"] == "admin").unwrap();
    let tls = &admin["spec"]["servers"][1]["tls"];
    assert_eq!(tls["mode"], "MUTUAL");
    assert_eq!(tls["credentialName"], "admin-cert");
    assert_eq!(tls["minProtocolVersion"], "TLSV1_3");
}

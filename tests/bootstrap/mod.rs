//! A gateway of a namespace's own: what is rendered of it, and by which labels it is known.

mod labels;
mod operator;
mod rendered;

use serde_json::Value;

use crate::support::Igwctl;

/// The objects that a line renders, each with its kind.
fn rendered(line: &str) -> Vec<(String, Value)> {
    let words = format!("bootstrap {line} --render -o json");
    let ran = Igwctl::new(words.split_whitespace().collect::<Vec<_>>()).run().exits(0);
    let list: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let items = list["items"].as_array().unwrap().iter();
    items.map(|it| (it["kind"].as_str().unwrap().to_owned(), it.clone())).collect()
}

/// The object of that kind.
fn object(objects: &[(String, Value)], kind: &str) -> Value {
    let found = objects.iter().find(|it| it.0 == kind);
    found.unwrap_or_else(|| panic!("{kind} is rendered")).1.clone()
}

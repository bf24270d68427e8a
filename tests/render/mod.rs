//! What `render` makes of an intent: the objects themselves, what it refuses, what it writes where.

mod against;
mod argv;
mod clean;
mod credentials;
mod examples;
mod files;
mod folder;
mod refusals;
mod routes;
mod self_signed;
mod tutorial;

use serde_json::Value;

use crate::support::line::words;
use crate::support::{Igwctl, Ran};

/// `igwctl render` with these arguments.
fn render<const N: usize>(arguments: [&str; N]) -> Igwctl {
    Igwctl::new(["render"]).args(arguments)
}

/// The objects of a stream.
fn objects(stream: &str) -> Vec<Value> {
    let documents = igwctl::model::yaml::documents(stream).into_iter();
    documents.map(|(_, text)| igwctl::model::yaml::read(text).unwrap()).collect()
}

/// The objects that a line of arguments gives, as a shell would cut it.
fn rendered(line: &str) -> Vec<Value> {
    objects(&run(line).exits(0).text())
}

/// A run with a line of arguments; what stands between single quotes is one.
fn run(line: &str) -> Ran {
    Igwctl::new(["render"]).args(words(line)).run()
}

/// The one object of that kind.
#[track_caller]
fn of<'o>(objects: &'o [Value], kind: &str) -> &'o Value {
    let mut found = objects.iter().filter(|it| it["kind"] == kind);
    let one = found.next().unwrap_or_else(|| panic!("no {kind} in {objects:#?}"));
    assert!(found.next().is_none(), "several {kind}s");
    one
}

/// `Kind namespace/name` of each.
fn names(objects: &[Value]) -> Vec<String> {
    let name = |it: &Value| {
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let metadata = &it["metadata"];
        format!(
            "{} {}/{}",
            text(&it["kind"]),
            text(&metadata["namespace"]),
            text(&metadata["name"])
        )
    };
    objects.iter().map(name).collect()
}

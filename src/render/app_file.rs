//! The app file: what flags say, for several applications, as documents of `kind: App`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::intent::{Intent, Spec};
use super::refusal::Refusal;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::model::yaml::{self, Fault};

/// An application on an ingress gateway, for `igwctl render -f`. A file may hold several, with `---`
/// between them.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct App {
    /// The version of this format.
    #[serde(rename = "apiVersion")]
    _api_version: ApiVersion,
    /// What the document is.
    #[serde(rename = "kind")]
    _kind: Kind,
    /// How the application is called.
    metadata: Metadata,
    /// What is wanted.
    spec: Spec,
}

#[derive(Deserialize, JsonSchema)]
enum ApiVersion {
    #[serde(rename = "igwctl/v1")]
    V1,
}

#[derive(Deserialize, JsonSchema)]
enum Kind {
    App,
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "Metadata")]
#[serde(deny_unknown_fields)]
struct Metadata {
    /// The application's name, which its objects bear.
    name: String,
    /// Its namespace; without, that of `-n`.
    namespace: Option<String>,
}

/// An application of a file, and where it stands there.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What is wanted.
    pub intent: Intent,
    /// Whether the file says the namespace.
    pub has_namespace: bool,
    file: String,
    line: u64,
    text: String,
}

impl Entry {
    /// The error of something in it that will not be rendered: with file, line and field.
    pub fn refused(&self, refusal: Refusal) -> Error {
        let line = yaml::line_of(&self.text, refusal.input.field());
        refusal.by_field(&format!("{}:{}", self.file, self.line + line.saturating_sub(1)))
    }
}

/// Reads the applications of a file; those that name no namespace are given this one.
///
/// # Errors
/// Unparsed (65): a document that is no App, by file, line and field, or none at all.
pub fn read(file: &str, text: &str, namespace: &str) -> Result<Vec<Entry>> {
    let read = |(line, text): (u64, &str)| {
        let app: App = yaml::read(text).map_err(|fault| unread(file, line, fault))?;
        let Metadata { name, namespace: own } = app.metadata;
        let has_namespace = own.is_some();
        let namespace = own.unwrap_or_else(|| namespace.to_owned());
        Ok(Entry {
            intent: Intent { app: name, namespace, spec: app.spec },
            has_namespace,
            file: file.to_owned(),
            line,
            text: text.to_owned(),
        })
    };
    let entries: Vec<Entry> = yaml::documents(text).into_iter().map(read).collect::<Result<_>>()?;
    if entries.is_empty() {
        let error = Error::new(Exit::Unparsed, format!("{file}: there is no application in it"));
        return Err(error.hint("an app file holds documents of apiVersion: igwctl/v1, kind: App"));
    }
    Ok(entries)
}

fn unread(file: &str, line: u64, fault: Fault) -> Error {
    let line = line + fault.line.saturating_sub(1);
    let reason = fault
        .reason
        .replace("unknown field …, expected one of", "no such field is known here, only")
        .replace("unknown variant …, expected one of", "it is not one of");
    let error = Error::new(Exit::Unparsed, format!("{file}:{line}: {reason}"));
    error.hint("docs/schema/app.json is the schema of an app file, and docs/render.md shows some")
}

/// The JSON Schema of an app file, as `docs/schema/app.json` keeps it.
pub fn schema() -> String {
    let settings = schemars::generate::SchemaSettings::draft2020_12();
    let schema = settings.into_generator().into_root_schema_for::<App>();
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

//! Report → text; pure. A format is a name and how one view of a report becomes text.

mod applications;
pub mod changes;
mod diagnosis;
mod discovery;
pub mod env;
mod page;
mod probe;
pub mod shell;
pub mod style;
mod table;

use serde::Serialize;

use crate::model::yaml;
use crate::report::{Applications, Diagnosis, Discovery, Probe};
pub use page::{document, message};
use style::Style;

/// How a report is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people.
    #[default]
    Table,
    /// JSON.
    Json,
    /// YAML.
    Yaml,
    /// The objects' names alone, a line each.
    Name,
}

impl Format {
    /// The formats and their names, as `-o` takes them.
    pub const ALL: &[(&str, Format)] = &[
        ("table", Format::Table),
        ("json", Format::Json),
        ("yaml", Format::Yaml),
        ("name", Format::Name),
    ];
}

/// Writes a diagnosis.
pub fn diagnosis(diagnosis: &Diagnosis, format: Format, style: &Style) -> String {
    match format {
        Format::Table => diagnosis::text(diagnosis, style),
        Format::Json => json(diagnosis),
        Format::Yaml => yaml::write(diagnosis),
        Format::Name => diagnosis::names(diagnosis),
    }
}

/// Writes a probe.
pub fn probe(probe: &Probe, format: Format, style: &Style) -> String {
    match format {
        Format::Table | Format::Name => probe::text(probe, style),
        Format::Json => json(probe),
        Format::Yaml => yaml::write(probe),
    }
}

/// How a discovery is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DiscoveryFormat {
    /// For people.
    #[default]
    Table,
    /// The same, with more.
    Wide,
    /// JSON.
    Json,
    /// YAML.
    Yaml,
    /// The gateways' names alone, a line each.
    Name,
    /// Variables for a shell.
    Env,
}

impl DiscoveryFormat {
    /// The formats and their names, as `-o` takes them.
    pub const ALL: &[(&str, DiscoveryFormat)] = &[
        ("table", DiscoveryFormat::Table),
        ("wide", DiscoveryFormat::Wide),
        ("json", DiscoveryFormat::Json),
        ("yaml", DiscoveryFormat::Yaml),
        ("name", DiscoveryFormat::Name),
        ("env", DiscoveryFormat::Env),
    ];
}

/// Writes a discovery; variables are written of one gateway, by `env::env`.
pub fn discovery(discovery: &Discovery, format: DiscoveryFormat, style: &Style) -> String {
    match format {
        DiscoveryFormat::Table | DiscoveryFormat::Env => discovery::text(discovery, false, style),
        DiscoveryFormat::Wide => discovery::text(discovery, true, style),
        DiscoveryFormat::Json => json(discovery),
        DiscoveryFormat::Yaml => yaml::write(discovery),
        DiscoveryFormat::Name => discovery::names(discovery),
    }
}

/// How a list of applications is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListFormat {
    /// For people.
    Table,
    /// The same, with certificates.
    Wide,
    /// JSON.
    Json,
    /// YAML.
    Yaml,
    /// The names alone, a line each.
    Name,
}

/// Writes a list of applications.
pub fn applications(applications: &Applications, format: ListFormat, style: &Style) -> String {
    match format {
        ListFormat::Table => applications::text(applications, false, style),
        ListFormat::Wide => applications::text(applications, true, style),
        ListFormat::Json => json(applications),
        ListFormat::Yaml => yaml::write(applications),
        ListFormat::Name => applications::names(applications),
    }
}

/// Writes any report as JSON.
pub fn json<T: Serialize>(report: &T) -> String {
    let mut text = serde_json::to_string_pretty(report).unwrap_or_default();
    text.push('\n');
    text
}

//! Report → text; pure. A format is a name and how one view of a report becomes text.

mod diagnosis;
mod page;
mod probe;
pub mod style;

use serde::Serialize;

use crate::model::yaml;
use crate::report::{Diagnosis, Probe};
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

/// Writes any report as JSON.
pub fn json<T: Serialize>(report: &T) -> String {
    let mut text = serde_json::to_string_pretty(report).unwrap_or_default();
    text.push('\n');
    text
}

//! The flags that every command takes; names and meanings are kubectl's.

use clap::builder::{PossibleValuesParser, TypedValueParser as _};

use crate::effects::terminal::Color;

#[derive(Clone, Debug, clap::Args)]
pub(super) struct Globals {
    /// Report only what has to do with this namespace
    #[arg(short, long, global = true, value_name = "NAMESPACE")]
    pub(super) namespace: Option<String>,

    /// Report all namespaces, even if --namespace is given
    #[arg(short = 'A', long, global = true)]
    pub(super) all_namespaces: bool,

    /// When to colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", value_parser = colors())]
    color: Color,
}

impl Globals {
    pub(super) fn color(&self) -> Color {
        self.color
    }

    /// The namespace that the report is narrowed to.
    pub(super) fn scope(&self) -> Option<String> {
        self.namespace.clone().filter(|_| !self.all_namespaces)
    }
}

fn colors() -> impl clap::builder::TypedValueParser<Value = Color> {
    PossibleValuesParser::new(["auto", "always", "never"]).map(|it| match &*it {
        "always" => Color::Always,
        "never" => Color::Never,
        _ => Color::Auto,
    })
}

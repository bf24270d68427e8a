//! Applications as a table, and gateways as another.

use super::style::Style;
use super::table::Rows;
use crate::report::applications::{Application, Applications, OwnGateway};

/// The tables, a line between them as kubectl has it; `wide` with certificates.
pub(super) fn text(listed: &Applications, wide: bool, style: &Style) -> String {
    let mut tables = Vec::new();
    if !listed.applications.is_empty() {
        tables.push(applications(&listed.applications, wide, style));
    }
    if !listed.gateways.is_empty() {
        tables.push(gateways(&listed.gateways, style));
    }
    tables.join("\n")
}

fn gateways(gateways: &[OwnGateway], style: &Style) -> String {
    let mut rows = Rows::under(&["NAMESPACE", "GATEWAY", "STATE", "ADDRESSES"]);
    for it in gateways {
        rows.row(vec![
            it.namespace.clone(),
            it.name.clone(),
            it.state.words().to_owned(),
            or_none(it.addresses.join(" ")),
        ]);
    }
    rows.text(style)
}

fn applications(applications: &[Application], wide: bool, style: &Style) -> String {
    let mut heading = vec!["NAMESPACE", "NAME", "STATE", "URLS"];
    if wide {
        heading.extend(["GATEWAY", "CERTIFICATE", "SECRET", "NAMES", "ISSUER", "ENDS"]);
    }
    let mut rows = Rows::under(&heading);
    for it in applications {
        let mut row = vec![
            it.namespace.clone(),
            it.name.clone(),
            it.state.words().to_owned(),
            or_none(it.urls.join(" ")),
        ];
        if wide {
            row.extend(certificate(it));
        }
        rows.row(row);
    }
    rows.text(style)
}

fn certificate(application: &Application) -> Vec<String> {
    let selector: Vec<String> =
        application.selector.iter().map(|(label, value)| format!("{label}={value}")).collect();
    let all = |of: &dyn Fn(&crate::report::applications::Issued) -> String| {
        let texts: Vec<String> = application.certificates.iter().map(of).collect();
        or_none(texts.join(" "))
    };
    vec![
        or_none(selector.join(",")),
        all(&|it| it.object.key().to_string()),
        all(&|it| it.secret.clone()),
        all(&|it| it.names.join(",")),
        all(&|it| it.issuer.clone()),
        all(&|it| it.not_after.clone()),
    ]
}

/// kubectl's word for an empty cell.
fn or_none(text: String) -> String {
    if text.is_empty() { "<none>".to_owned() } else { text }
}

/// The names of applications alone, a line each: what `delete` takes.
pub(super) fn names(applications: &Applications) -> String {
    applications.applications.iter().map(|it| format!("{}/{}\n", it.namespace, it.name)).collect()
}

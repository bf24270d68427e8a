//! Rows and columns, as kubectl prints them: nothing is wrapped or cut.

use comfy_table::{CellAlignment, ContentArrangement, Table};

use super::style::{Style, Tone, harmless};

/// Rows under a heading.
pub(super) struct Rows {
    table: Table,
}

impl Rows {
    /// None yet.
    pub(super) fn under(heading: &[&str]) -> Self {
        let mut table = Table::new();
        table.load_style(comfy_table::presets::NOTHING);
        table.set_content_arrangement(ContentArrangement::Disabled);
        table.set_header(heading);
        Self { table }
    }

    /// One more; what is from outside is made harmless.
    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.table.add_row(cells.iter().map(|it| harmless(it)));
    }

    /// As text.
    pub(super) fn text(mut self, style: &Style) -> String {
        for column in self.table.column_iter_mut() {
            column.set_padding((0, 2));
            column.set_cell_alignment(CellAlignment::Left);
        }
        let mut text = String::new();
        for (position, line) in self.table.lines().enumerate() {
            let line = line.trim_end();
            let line =
                if position == 0 { style.paint(Tone::Strong, line) } else { line.to_owned() };
            text += &line;
            text.push('\n');
        }
        text
    }
}

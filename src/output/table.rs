//! Rows and columns, as kubectl prints them: nothing is wrapped or cut. Where a terminal is too narrow
//! for them, lists in cells are broken, and where that does not do, each row is a block of its own.

use comfy_table::{CellAlignment, ContentArrangement, Table};

use super::page::{Page, length};
use super::style::{Style, Tone, harmless};

/// Rows under a heading.
pub(super) struct Rows {
    heading: Vec<String>,
    cells: Vec<Vec<String>>,
    table: Table,
}

impl Rows {
    /// None yet.
    pub(super) fn under(heading: &[&str]) -> Self {
        let mut table = Table::new();
        table.load_style(comfy_table::presets::NOTHING);
        table.set_content_arrangement(ContentArrangement::Disabled);
        table.set_header(heading);
        let heading = heading.iter().map(|it| (*it).to_owned()).collect();
        Self { heading, cells: Vec::new(), table }
    }

    /// One more; what is from outside is made harmless.
    pub(super) fn row(&mut self, cells: Vec<String>) {
        let cells: Vec<String> = cells.iter().map(|it| harmless(it)).collect();
        self.table.add_row(&cells);
        self.cells.push(cells);
    }

    /// As text.
    pub(super) fn text(mut self, style: &Style) -> String {
        for column in self.table.column_iter_mut() {
            column.set_padding((0, 2));
            column.set_cell_alignment(CellAlignment::Left);
        }
        let is_wide = |line: String| length(line.trim_end()) > style.width;
        if style.is_read && self.table.lines().any(is_wide) {
            let Some(widths) = self.fitted(style.width) else { return self.blocks(style) };
            for (row, cells) in self.table.row_iter_mut().zip(&self.cells) {
                let cells = cells.iter().zip(&widths).map(|(cell, width)| broken(cell, *width));
                *row = cells.collect::<Vec<_>>().into();
            }
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

    /// The widths at which the columns fit; `None` where none are wide enough for what is not to be
    /// broken.
    fn fitted(&self, width: usize) -> Option<Vec<usize>> {
        let columns = |of: fn(&str) -> usize| -> Vec<usize> {
            let longest = |(at, heading): (usize, &String)| {
                let cells = self.cells.iter().filter_map(|it| it.get(at)).map(|it| of(it));
                cells.fold(length(heading), usize::max)
            };
            self.heading.iter().enumerate().map(longest).collect()
        };
        let least = columns(|cell| pieces(cell).map(|it| length(it.trim_end())).max().unwrap_or(0));
        let mut widths = columns(length);
        let gaps = 2 * self.heading.len().saturating_sub(1);
        while widths.iter().sum::<usize>() + gaps > width {
            let slack = widths.iter_mut().zip(&least).filter(|(it, least)| **it > **least);
            let (widest, _) = slack.max_by_key(|(it, least)| **it - **least)?;
            *widest -= 1;
        }
        Some(widths)
    }

    /// A block a row, its values under each other.
    fn blocks(&self, style: &Style) -> String {
        let mut page = Page::new(style);
        // An object is named as everywhere, by both.
        let is_two = matches!(&*self.heading, [first, second, ..] if first == "NAMESPACE" && second == "NAME");
        let named = if is_two { 2 } else { 1 };
        for (position, cells) in self.cells.iter().enumerate() {
            if position > 0 {
                page.blank();
            }
            page.line(&style.paint(Tone::Strong, &cells[..named].join("/")));
            for (label, value) in self.heading.iter().zip(cells).skip(named) {
                page.value(&label.to_lowercase(), value);
            }
        }
        page.text
    }
}

/// Where a cell may be broken: behind the commas and blanks of a list.
fn pieces(cell: &str) -> impl Iterator<Item = &str> {
    cell.split_inclusive([',', ' '])
}

/// A cell in lines of that width.
fn broken(cell: &str, width: usize) -> String {
    let (mut text, mut line) = (String::new(), String::new());
    for piece in pieces(cell) {
        if !line.is_empty() && length(&line) + length(piece.trim_end()) > width {
            text += line.trim_end();
            text.push('\n');
            line.clear();
        }
        line += piece;
    }
    text + line.trim_end()
}

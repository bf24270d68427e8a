//! Text as man pages have it.

/// The longest line of a page's source; `mandoc -Tlint` complains of longer ones.
const LINE: usize = 80;

/// A text for roff to fill.
pub(super) fn text(text: &str) -> String {
    let lines = text.lines().map(line);
    lines.collect::<Vec<_>>().join("\n")
}

/// A text whose lines and spaces stay as they are.
pub(super) fn verbatim(text: &str) -> String {
    format!(".nf\n{}\n.fi\n", self::text(text))
}

fn line(line: &str) -> String {
    let line = line.trim_end().replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq");
    guarded(&line)
}

/// A dot or a quote at a line's begin would make it a request.
fn guarded(line: &str) -> String {
    if line.starts_with(['.', '\'']) { format!("\\&{line}") } else { line.to_owned() }
}

/// A page without blanks at the ends of lines, empty lines between requests, or long lines where
/// roff fills them anyway.
pub(super) fn tidy(page: &str) -> String {
    let page = page.replace(".br\n\n.br\n", ".sp\n");
    let mut tidy = String::new();
    let mut is_filled = true;
    for line in page.lines() {
        let line = line.trim_end();
        match line {
            ".nf" => is_filled = false,
            ".fi" => is_filled = true,
            _ => {}
        }
        if is_filled && !line.starts_with('.') {
            for piece in pieces(line) {
                tidy += &piece;
                tidy.push('\n');
            }
        } else {
            tidy += line;
            tidy.push('\n');
        }
    }
    tidy
}

/// A line cut at spaces.
fn pieces(line: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut piece = String::new();
    for word in line.split(' ') {
        if !piece.is_empty() && piece.len() + 1 + word.len() > LINE {
            pieces.push(guarded(&std::mem::take(&mut piece)));
        }
        if !piece.is_empty() {
            piece.push(' ');
        }
        piece += word;
    }
    pieces.push(guarded(&piece));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_taken_for_a_request() {
        assert_eq!(text(".x -a 'b'\\n"), "\\&.x \\-a \\(aqb\\(aq\\en");
        let long = format!("{} .hidden files", "word ".repeat(15).trim_end());
        let tidy = tidy(&long);
        assert!(tidy.lines().all(|it| it.len() <= LINE + 2 && !it.starts_with('.')), "{tidy}");
        assert_eq!(tidy.replace("\\&", "").split_whitespace().collect::<Vec<_>>().join(" "), long);
    }
}

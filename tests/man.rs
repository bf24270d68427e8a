//! The man pages: what each has, and that a man program is content with it.

use std::process::Command;

use crate::support::{files, repository};

#[test]
fn each_page_has_what_a_reader_looks_for() {
    for file in files(&repository("man"), ".1") {
        let page = std::fs::read_to_string(&file).unwrap();
        let sections: Vec<&str> = page.split("\n.SH ").skip(1).collect();
        for title in
            ["NAME", "SYNOPSIS", "DESCRIPTION", "EXAMPLES", "EXIT STATUS", "ENVIRONMENT", "FILES"]
        {
            let is_it = |it: &&&str| it.lines().next() == Some(title);
            let section = sections.iter().find(is_it);
            let section = section.unwrap_or_else(|| panic!("{title}? {}", file.display()));
            let text = section.lines().skip(1).filter(|it| !it.starts_with('.'));
            assert!(text.count() > 0, "{title} of {} is empty", file.display());
        }
    }
}

#[test]
fn mandoc_is_content_with_each_page() {
    let pages = files(&repository("man"), ".1");
    assert!(pages.len() > 10, "{pages:?}");
    let output = Command::new("mandoc").arg("-Tlint").args(&pages).output();
    let output = output.expect("mandoc is needed: apt-get install mandoc");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.is_empty() && output.status.success(), "{said}");
}

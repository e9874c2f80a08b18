//! Rust and settings in the documentation are pieces of files that are compiled or run: a block names its file and region in a comment
//! before it. `BLESS=1` copies the regions into the pages.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::fmt::Write as _;
use std::fs;

use schemactl_tests::{book_pages, compare_with_file, root};

/// Returns the lines of a region, `// region: NAME` to `// endregion: NAME`, without the indentation that they share.
fn region_of(text: &str, name: &str) -> Option<String> {
    let is_mark = |line: &str, kind: &str| {
        let line = line.trim_start_matches([' ', '/', '#']);
        line.strip_prefix(kind).is_some_and(|rest| rest == name)
    };
    let mut lines = text.lines().skip_while(|line| !is_mark(line, "region: "));
    lines.next()?;
    let lines: Vec<_> = lines.take_while(|line| !is_mark(line, "endregion: ")).collect();
    let indents = lines.iter().filter(|line| !line.is_empty());
    let indent = indents.map(|line| line.len() - line.trim_start().len()).min()?;
    Some(
        lines
            .iter()
            .map(|line| line.get(indent..).unwrap_or_default().to_owned() + "\n")
            .collect(),
    )
}

/// Returns what `<!-- source: FILE NAME -->` names.
fn source_of(comment: &str) -> Option<(&str, &str)> {
    comment
        .strip_prefix("<!-- source: ")?
        .strip_suffix(" -->")?
        .split_once(' ')
}

/// Returns a page as it should be, with the number of its blocks of Rust.
fn with_sources(page: &str, text: &str) -> (String, usize) {
    let (mut found, mut rust, mut source) = (String::new(), 0, None);
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        writeln!(found, "{line}").unwrap();
        if let Some(language) = line.strip_prefix("```").filter(|language| !language.is_empty()) {
            let body = lines.by_ref().take_while(|line| *line != "```");
            let body = body.fold(String::new(), |text, line| text + line + "\n");
            rust += usize::from(language == "rust");
            found += &match source.take() {
                Some((file, name)) => {
                    let path = root().join(file);
                    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{page}: {file}: {error}"));
                    region_of(&text, name).unwrap_or_else(|| panic!("{page}: {file} has no region {name}"))
                }
                None if language == "rust" => {
                    panic!("{page}: a block of Rust has no comment `<!-- source: FILE REGION -->`:\n{body}")
                }
                None => body,
            };
            found += "```\n";
        } else if !line.is_empty() {
            source = source_of(line);
        }
    }
    (found, rust)
}

/// Returns the blocks of a page in one language.
fn blocks_in(text: &str, language: &str) -> Vec<String> {
    let start = format!("```{language}\n");
    let parts = text.split(&start).skip(1);
    parts
        .map(|part| part.split("```").next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn settings_on_pages_are_toml() {
    let mut count = 0;
    for page in book_pages() {
        for block in blocks_in(&fs::read_to_string(root().join(&page)).unwrap(), "toml") {
            let parsed = block.parse::<toml::Table>();
            assert!(parsed.is_ok(), "{page}: {parsed:?}\n{block}");
            count += 1;
        }
    }
    assert!(count > 1, "{count} blocks of TOML were found");
}

#[test]
fn every_snippet_is_a_piece_of_a_file_that_compiles() {
    let (mut wrong, mut rust) = (String::new(), 0);
    let pages = book_pages();
    // Decisions quote what was, when they were made.
    let pages = pages
        .iter()
        .map(String::as_str)
        .filter(|page| !page.starts_with("docs/adr/"));
    for page in pages.chain(["README.md"]) {
        let file = root().join(page);
        let (expected, count) = with_sources(page, &fs::read_to_string(&file).unwrap());
        wrong += &compare_with_file(&file, &expected);
        rust += count;
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(rust > 5, "{rust} blocks of Rust were found");
}

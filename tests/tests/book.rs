//! The book in `docs/` is whole: SUMMARY.md has every page once, and every link of the documentation leads somewhere. `BLESS=1` rewrites the
//! lists of rules and decisions in SUMMARY.md.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use schemactl_tests::{book_pages, clean_command, compare_with_file, names_in, require_installed, root};

/// Documents outside the book whose links have to lead somewhere too.
const BESIDE_THE_BOOK: [&str; 4] = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md"];

/// Where files of the repository are that are no pages of the book.
const REPOSITORY: &str = "https://github.com/schemactl/schemactl/";

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Returns a page without its blocks of code, without code between backticks, and without comments.
fn without_code(text: &str) -> String {
    let (mut kept, mut is_code) = (String::new(), false);
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        } else if !is_code {
            kept.extend(line.split('`').step_by(2));
            kept.push('\n');
        }
    }
    let mut parts = kept.split("<!--");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + part.split_once("-->").map_or("", |(_, after)| after)
    })
}

/// Returns the targets of the links and pictures of a page.
fn links_of(text: &str) -> Vec<String> {
    let text = without_code(text);
    let after = text.split("](").skip(1);
    after
        .map(|rest| rest.split(')').next().unwrap_or_default().to_owned())
        .collect()
}

/// Returns the anchors of a page's headings, as GitHub and mdBook make them.
fn anchors_of(text: &str) -> BTreeSet<String> {
    let (mut anchors, mut is_code) = (BTreeSet::new(), false);
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for line in text.lines() {
        if line.starts_with("```") {
            is_code = !is_code;
        }
        let Some(heading) = line
            .trim_start_matches('#')
            .strip_prefix(' ')
            .filter(|_| line.starts_with('#') && !is_code)
        else {
            continue;
        };
        let kept = heading
            .chars()
            .filter(|c| c.is_alphanumeric() || ['-', '_', ' '].contains(c));
        let anchor = kept.collect::<String>().trim().to_lowercase().replace(' ', "-");
        let count = counts.entry(anchor.clone()).or_default();
        anchors.insert(if *count == 0 {
            anchor
        } else {
            format!("{anchor}-{count}")
        });
        *count += 1;
    }
    anchors
}

/// Returns why a link of a page leads nowhere.
fn fault_of(page: &str, link: &str) -> Option<String> {
    if let Some(rest) = link.strip_prefix("https://") {
        let in_repository = link.strip_prefix(REPOSITORY).and_then(|rest| rest.split_once("/main/"));
        let is_there = in_repository.is_none_or(|(_, path)| root().join(path.split('#').next().unwrap()).exists());
        let is_address = rest.contains('.') && !rest.contains(char::is_whitespace);
        return (!is_address || !is_there).then(|| format!("{page}: {link} is no address, or names no file"));
    }
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let folder = Path::new(page).parent().unwrap();
    let target = if path.is_empty() {
        Path::new(page).to_owned()
    } else {
        folder.join(path)
    };
    let Ok(file) = root().join(&target).canonicalize() else {
        return Some(format!("{page}: {link} does not exist"));
    };
    let book = root().canonicalize().unwrap().join("docs");
    if page.starts_with("docs/") && !file.starts_with(&book) {
        return Some(format!(
            "{page}: {link} is outside the book: link to {REPOSITORY}blob/main/…"
        ));
    }
    if page.starts_with("docs/") && file.is_dir() {
        return Some(format!("{page}: {link} is a folder, and the book has no page for it"));
    }
    let has_anchor = anchor.is_empty() || anchors_of(&fs::read_to_string(&file).unwrap()).contains(anchor);
    (!has_anchor).then(|| format!("{page}: {link} has no such heading"))
}

#[test]
fn every_link_leads_somewhere() {
    let pages = book_pages();
    let pages = pages.iter().map(String::as_str).chain(BESIDE_THE_BOOK);
    let (mut faults, mut count) = (Vec::new(), 0);
    for page in pages {
        for link in links_of(&read(page)) {
            count += 1;
            faults.extend(fault_of(page, &link));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(count > 300, "{count} links were found");
}

#[test]
fn what_leads_nowhere_is_found() {
    for (link, fault) in [
        ("install.md", ""),
        ("install.md#no-such-heading", "no such heading"),
        ("instal.md", "does not exist"),
        ("../README.md", "outside the book"),
        ("rules", "is a folder"),
        (
            "https://github.com/schemactl/schemactl/blob/main/NOTHING.md",
            "names no file",
        ),
        ("https://example", "is no address"),
        ("http://example.com", "does not exist"),
    ] {
        let found = fault_of("docs/README.md", link).unwrap_or_default();
        assert!(
            found.contains(fault) && found.is_empty() == fault.is_empty(),
            "{link}: {found}"
        );
    }
    let text = "[a](b.md) `[c](d.md)` ![e](f.svg) <!-- [g](h.md) -->\n```text\n[i](j.md)\n```\n";
    assert_eq!(links_of(text), ["b.md", "f.svg"]);
    assert_eq!(
        anchors_of("# A `b` c!\n## Twice\n```sh\n# no\n```\n## Twice\n"),
        ["a-b-c", "twice", "twice-1"].map(str::to_owned).into()
    );
}

/// Returns the entries of one folder, as SUMMARY.md lists them below the page of the list.
fn entries_of(folder: &str) -> String {
    let names = names_in(&root().join("docs").join(folder));
    let pages = names.iter().filter(|name| *name != "README.md");
    let entry = |name: &String| {
        let text = read(&format!("docs/{folder}/{name}"));
        let title = text.lines().next().unwrap().trim_start_matches("# ").to_owned();
        // Brackets would end the text of the link.
        format!("  - [{}]({folder}/{name})\n", title.replace(['[', ']'], ""))
    };
    pages.map(entry).collect()
}

#[test]
fn the_summary_has_every_page_once() {
    let file = root().join("docs/SUMMARY.md");
    let (mut expected, mut listed) = (String::new(), BTreeSet::new());
    for line in read("docs/SUMMARY.md").lines() {
        let folder = ["rules", "adr"]
            .into_iter()
            .find(|folder| line.contains(&format!("]({folder}/")) && !line.contains("/README.md"));
        match folder {
            None => writeln!(expected, "{line}").unwrap(),
            Some(folder) if listed.insert(folder) => expected += &entries_of(folder),
            Some(_) => {}
        }
    }
    let wrong = compare_with_file(&file, &expected);
    assert!(wrong.is_empty(), "{wrong}");
    let mut pages = book_pages();
    pages.sort();
    assert_eq!(pages, all_pages("docs"), "SUMMARY.md, and the pages in docs");
}

/// Returns the addresses in a page of HTML that are files of the book.
fn addresses_in(html: &str) -> Vec<&str> {
    let parts = html.split("href=\"").skip(1).chain(html.split("src=\"").skip(1));
    let addresses = parts.map(|rest| rest.split(['"', '#']).next().unwrap_or_default());
    addresses
        .filter(|address| !address.is_empty() && !address.contains(':'))
        .collect()
}

#[test]
fn the_book_is_built_without_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let mut mdbook = clean_command(&require_installed(root().join("target/tools/bin/mdbook")));
    mdbook
        .args(["build", "--dest-dir"])
        .arg(folder.path())
        .current_dir(root());
    let output = mdbook.output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && !told.contains("WARN") && !told.contains("ERROR"),
        "{told}"
    );
    for page in book_pages() {
        let page = page
            .trim_start_matches("docs/")
            .replace("README.md", "index.md")
            .replace(".md", ".html");
        let file = folder.path().join(&page);
        let html = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{page}: {error}"));
        for address in addresses_in(&html) {
            let target = file.parent().unwrap().join(address);
            assert!(target.exists(), "{page}: {address} is not in the book");
        }
    }
}

/// Returns the pages below a folder, sorted; the summary itself is none.
fn all_pages(folder: &str) -> Vec<String> {
    let mut pages = Vec::new();
    for name in names_in(&root().join(folder)) {
        let path = format!("{folder}/{name}");
        if path == "docs/src" {
            // The crate that the pages of rules are.
            continue;
        }
        if root().join(&path).is_dir() {
            pages.extend(all_pages(&path));
        } else if name.ends_with(".md") && name != "SUMMARY.md" {
            pages.push(path);
        }
    }
    pages.sort();
    pages
}

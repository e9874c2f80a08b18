//! README.md, CHANGELOG.md and the pages of docs/ as packages hold them. In: the files of the repository. Out: the same text, in which links to
//! what the package does not have lead to the repository, and in which the newest section of the change log names the version.

use std::path::Path;

use super::{Release, copy_folder};
use crate::files::{read_file, write_file};
use crate::{ChoreResult, root};

/// The folder of the pages.
const PAGES: &str = "docs";
/// Where GitHub shows a file of the repository.
const SHOWN: &str = "https://github.com/schemactl/schemactl/blob/";
/// Where a file of the repository is by itself, as a picture has to be.
const RAW: &str = "https://raw.githubusercontent.com/schemactl/schemactl/";

/// Writes the files into the stage, with the pages beside them.
pub(super) fn write_documents(release: &Release) -> ChoreResult {
    let write = |name: &str, text: String| write_file(&release.stage.join(name), &text);
    let readme = read_file(&root().join("README.md"))?;
    write("README.md", rewrite_links(&readme, &release.revision, Some(PAGES)))?;
    copy_folder(&root().join(PAGES), &release.stage.join(PAGES), &is_page)?;
    let changes = read_file(&root().join("CHANGELOG.md"))?;
    let changes = rewrite_links(&changes, &release.revision, Some(PAGES));
    write(
        "CHANGELOG.md",
        stamp_section(&changes, &release.version, &release.commit),
    )
}

/// Returns whether a file or folder of `docs` is for readers, and not the crate that stands there too.
fn is_page(path: &Path) -> bool {
    let kind = path.extension().unwrap_or_default();
    if path.is_dir() {
        !path.ends_with("src")
    } else {
        kind == "md" || kind == "svg" || kind == "json"
    }
}

/// Returns README.md for a package without pages.
pub(super) fn write_short_readme(release: &Release) -> Result<String, String> {
    let readme = read_file(&root().join("README.md"))?;
    Ok(rewrite_links(&readme, &release.revision, None))
}

/// Replaces the description in the metadata of an unpacked wheel, which maturin took from README.md of the repository.
pub(super) fn describe_wheel(release: &Release, metadata: &Path) -> ChoreResult {
    let text = read_file(metadata)?;
    let (head, _) = text
        .split_once("\n\n")
        .ok_or_else(|| format!("{} has no description", metadata.display()))?;
    write_file(metadata, &format!("{head}\n\n{}", write_short_readme(release)?))
}

/// Returns text with the address of the repository in place of links to its files, unless they are in a folder that the package has. Code stays.
fn rewrite_links(text: &str, revision: &str, kept: Option<&str>) -> String {
    let (mut lines, mut is_code) = (Vec::new(), false);
    for line in text.lines() {
        let is_fence = line.starts_with("```");
        is_code ^= is_fence;
        lines.push(if is_code || is_fence {
            line.to_owned()
        } else {
            rewrite_line(line, revision, kept)
        });
    }
    lines.join("\n") + "\n"
}

fn rewrite_line(line: &str, revision: &str, kept: Option<&str>) -> String {
    let mut parts = line.split("](");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, rest| {
        let target = rest.split(')').next().unwrap_or_default();
        let is_elsewhere = target.contains("://") || target.starts_with('#');
        let is_beside = kept.is_some_and(|folder| Path::new(target).starts_with(folder));
        let address = match Path::new(target).extension() {
            _ if is_elsewhere || is_beside => String::new(),
            Some(extension) if extension == "svg" => format!("{RAW}{revision}/"),
            _ => format!("{SHOWN}{revision}/"),
        };
        text + "](" + &address + rest
    })
}

/// Returns a change log whose section of unreleased changes names the version and the commit that it was packed from. A tagged commit has
/// no such section.
fn stamp_section(text: &str, version: &str, commit: &str) -> String {
    let heading = format!("## {version} (not released yet; packed from commit {commit})");
    text.replacen("## Unreleased", &heading, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_the_repository() {
        for (line, expected) in [
            (
                "see [a](docs/a.md#b), [c](https://c.org) and [d](#d)",
                "see [a](https://github.com/schemactl/schemactl/blob/v1/docs/a.md#b), [c](https://c.org) and [d](#d)",
            ),
            (
                "![p](docs/p.svg)",
                "![p](https://raw.githubusercontent.com/schemactl/schemactl/v1/docs/p.svg)",
            ),
            ("```\n[a](b.md)\n```", "```\n[a](b.md)\n```"),
        ] {
            assert_eq!(rewrite_links(line, "v1", None), format!("{expected}\n"));
        }
        assert_eq!(
            rewrite_links("[a](docs/a.md#b) [c](c.md)", "v1", Some("docs")),
            "[a](docs/a.md#b) [c](https://github.com/schemactl/schemactl/blob/v1/c.md)\n"
        );
    }

    #[test]
    fn only_unreleased_changes_are_stamped() {
        let stamped = stamp_section("# Changelog\n\n## Unreleased\n\n* a\n", "0.1.0", "abc");
        assert!(
            stamped.contains("\n## 0.1.0 (not released yet; packed from commit abc)\n"),
            "{stamped}"
        );
        let released = "# Changelog\n\n## 0.1.0 (2027-01-01)\n";
        assert_eq!(stamp_section(released, "0.1.0", "abc"), released);
    }
}

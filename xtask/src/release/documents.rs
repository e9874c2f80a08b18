//! README.md and CHANGELOG.md as packages hold them. In: the files of the repository. Out: the same text, in which links lead to the repository,
//! because no package has its pages and pictures, and in which the newest section of the change log names the version.

use std::path::Path;

use super::Release;
use crate::files::{read_file, write_file};
use crate::{ChoreResult, root};

/// Where GitHub shows a file of the repository.
const SHOWN: &str = "https://github.com/schemactl/schemactl/blob/";
/// Where a file of the repository is by itself, as a picture has to be.
const RAW: &str = "https://raw.githubusercontent.com/schemactl/schemactl/";

/// Writes both files into the stage.
pub(super) fn write_documents(release: &Release) -> ChoreResult {
    let write = |name: &str, text: String| write_file(&release.stage.join(name), &text);
    let readme = read_file(&root().join("README.md"))?;
    write("README.md", rewrite_links(&readme, &release.revision))?;
    let changes = read_file(&root().join("CHANGELOG.md"))?;
    let changes = rewrite_links(&changes, &release.revision);
    write(
        "CHANGELOG.md",
        stamp_section(&changes, &release.version, &release.commit),
    )
}

/// Replaces the description in the metadata of an unpacked wheel, which maturin took from README.md of the repository.
pub(super) fn describe_wheel(release: &Release, metadata: &Path) -> ChoreResult {
    let text = read_file(metadata)?;
    let (head, _) = text
        .split_once("\n\n")
        .ok_or_else(|| format!("{} has no description", metadata.display()))?;
    let readme = read_file(&release.stage.join("README.md"))?;
    write_file(metadata, &format!("{head}\n\n{readme}"))
}

/// Returns text with the address of the repository in place of links to its files. Code stays.
fn rewrite_links(text: &str, revision: &str) -> String {
    let (mut lines, mut is_code) = (Vec::new(), false);
    for line in text.lines() {
        let is_fence = line.starts_with("```");
        is_code ^= is_fence;
        lines.push(if is_code || is_fence {
            line.to_owned()
        } else {
            rewrite_line(line, revision)
        });
    }
    lines.join("\n") + "\n"
}

fn rewrite_line(line: &str, revision: &str) -> String {
    let mut parts = line.split("](");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, rest| {
        let target = rest.split(')').next().unwrap_or_default();
        let is_elsewhere = target.contains("://") || target.starts_with('#');
        let address = match Path::new(target).extension() {
            _ if is_elsewhere => String::new(),
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
            assert_eq!(rewrite_links(line, "v1"), format!("{expected}\n"));
        }
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

//! What the GitHub Action installs: `packaging/action/checksums.txt` has the checksum of each archive that was released. In: the archives of a
//! release. Out: the table with them, in the working tree. The release workflow commits it, and tags that commit `action-vVERSION`.

use std::fmt::Write as _;

use super::archive::find_archive;
use super::{PLATFORMS, Release};
use crate::files::{read_file, write_file};
use crate::{ChoreResult, root};

/// Adds the archives of a release to the table of the action.
pub(super) fn pin_archives(release: &Release) -> ChoreResult {
    let mut lines = String::new();
    for platform in &PLATFORMS {
        if let Some((archive, sum)) = find_archive(release, platform)? {
            writeln!(lines, "{sum}  {archive}").expect("writing to a string cannot fail");
        }
    }
    let table = root().join("packaging/action/checksums.txt");
    write_file(&table, &add_lines(&read_file(&table)?, &lines)?)
}

/// Returns the table with the lines of one more release.
///
/// # Errors
/// Fails if the table has another checksum of one of the archives: what was released never changes.
fn add_lines(table: &str, lines: &str) -> Result<String, String> {
    let mut whole = table.to_owned();
    for line in lines.lines() {
        let known = table
            .lines()
            .find(|known| known.split("  ").nth(1) == line.split("  ").nth(1));
        match known {
            Some(known) if known == line => {}
            Some(known) => return Err(format!("checksums.txt has `{known}`, and the archive `{line}`")),
            None => {
                whole += line;
                whole.push('\n');
            }
        }
    }
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::super::archive::archive_name;
    use super::*;

    #[test]
    fn a_release_is_added_once_and_never_changed() {
        let first = add_lines("# comment\n", "aa  schemactl-1-x.tar.gz\n").unwrap();
        assert_eq!(first, "# comment\naa  schemactl-1-x.tar.gz\n");
        assert_eq!(add_lines(&first, "aa  schemactl-1-x.tar.gz\n").unwrap(), first);
        let second = add_lines(&first, "bb  schemactl-2-x.tar.gz\n").unwrap();
        assert_eq!(second, first.clone() + "bb  schemactl-2-x.tar.gz\n");
        assert!(add_lines(&first, "cc  schemactl-1-x.tar.gz\n").is_err());
    }

    /// The action finds the archive of its runner by the names that a release has.
    #[test]
    fn the_action_knows_every_platform() {
        let script = read_file(&root().join("packaging/action/choose.sh")).unwrap();
        for platform in &PLATFORMS {
            let (os, processor) = platform.rust;
            let os = match os {
                "linux" => "Linux",
                "macos" => "macOS",
                _ => "Windows",
            };
            let processor = if processor == "x86_64" { "X64" } else { "ARM64" };
            let line = format!("{os}-{processor}) echo {} ;;", platform.triple);
            assert!(script.contains(&line), "{line}");
        }
        assert!(script.contains("archive=schemactl-$version-$target.tar.gz"));
        assert_eq!(archive_name("1.0.0", "x"), "schemactl-1.0.0-x");
    }
}

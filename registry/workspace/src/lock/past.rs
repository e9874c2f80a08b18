//! What earlier states of `schemactl.lock` have released. In: lines of the file, in any order. Out: the versions. A line of each event stands for
//! itself, so that those of many commits are read without their files.

use std::collections::BTreeSet;

use schemactl_model::{EventName, Source, Version};

use super::{FORMAT, LOCK_FILE, Lock};

/// How a line of a release begins.
const RELEASE: &str = "{ event = ";

/// Returns the versions that lines of locks have released. What is no such line, as those of the first format, counts for nothing.
pub fn list_past_releases(lines: &[String]) -> BTreeSet<(EventName, Version)> {
    let lines: BTreeSet<&str> = lines.iter().map(|line| line.trim()).collect();
    let locks = lines
        .into_iter()
        .filter(|line| line.starts_with(RELEASE))
        .filter_map(|line| {
            let text = format!("version = {FORMAT}\nreleased = [\n{line}\n]\n");
            Lock::parse(&Source::new(LOCK_FILE, text)).ok()
        });
    let releases = |lock: Lock| -> Vec<_> {
        let versions = lock.iter().map(|(event, version, _)| (event.clone(), version.clone()));
        versions.collect()
    };
    locks.flat_map(releases).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_counts_and_what_is_none_does_not() {
        let digest = format!("sha256:{}", "a".repeat(64));
        let line = |event: &str, version: &str| {
            format!("  {{ event = \"{event}\", versions = {{ \"{version}\" = \"{digest}\" }} }},")
        };
        let lines = [
            line("shop/A", "1.0"),
            "]".to_owned(),
            line("shop/A", "1.1"),
            "  { event = \"shop/B\", versions = nothing },".to_owned(),
            "++ b/schemactl.lock".to_owned(),
        ];
        let found: Vec<_> = list_past_releases(&lines)
            .into_iter()
            .map(|(event, version)| format!("{event}@{version}"))
            .collect();
        assert_eq!(found, ["shop/A@1.0", "shop/A@1.1"]);
    }
}

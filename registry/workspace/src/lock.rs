//! `schemactl.lock`: the digest of every released version. A released schema never changes, and this file is how a check
//! knows. In: its text, or the versions to record. Out: digests by event and version. Written whole and atomically; lines
//! are sorted, so two branches that release different events merge without a conflict.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use schemactl_model::{Digest, EventName, InvalidName, InvalidVersion, Source, Span, Version};
use serde::Deserialize;

use crate::LoadError;
use crate::manifest::read_toml;

/// The name of the file in the workspace.
pub(crate) const FILE: &str = "schemactl.lock";

/// The released versions of a workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    released: BTreeMap<EventName, BTreeMap<Version, Digest>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u64,
    #[serde(default)]
    released: BTreeMap<String, BTreeMap<String, String>>,
}

impl Lock {
    /// Reads the text of a lock file.
    pub fn parse(file: &Source) -> Result<Self, LoadError> {
        let text: File = read_toml(file)?;
        let wrong = |part: &str, message: String| {
            let start = file.text().find(part).unwrap_or(0);
            LoadError::Settings {
                file: file.clone(),
                span: Span::new(start, start + part.len()),
                message,
            }
        };
        if text.version != 1 {
            return Err(wrong(
                "version",
                format!("version {} of schemactl.lock is unknown", text.version),
            ));
        }
        let mut lock = Self::default();
        for (event, versions) in text.released {
            let name: EventName = event
                .parse()
                .map_err(|error: InvalidName| wrong(&event, error.to_string()))?;
            for (version, digest) in versions {
                let parsed: Version = version
                    .parse()
                    .map_err(|error: InvalidVersion| wrong(&version, error.to_string()))?;
                let digest = digest.parse().map_err(|error: &str| wrong(&digest, error.to_owned()))?;
                lock.record(&name, &parsed, digest);
            }
        }
        Ok(lock)
    }

    /// Records a version as released.
    pub fn record(&mut self, event: &EventName, version: &Version, digest: Digest) {
        self.released
            .entry(event.clone())
            .or_default()
            .insert(version.clone(), digest);
    }

    /// The digest of a released version.
    pub fn digest(&self, event: &EventName, version: &Version) -> Option<&Digest> {
        self.released.get(event)?.get(version)
    }

    /// Every released version, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&EventName, &Version, &Digest)> {
        self.released
            .iter()
            .flat_map(|(event, versions)| versions.iter().map(move |(version, digest)| (event, version, digest)))
    }

    /// The text of the file.
    pub fn to_text(&self) -> String {
        let mut text = String::from(
            "# Written by schemactl. The digest of every released schema: released schemas never change.\nversion = 1\n",
        );
        for (event, versions) in &self.released {
            write!(text, "\n[released.\"{event}\"]\n").expect("writing to a string cannot fail");
            for (version, digest) in versions {
                writeln!(text, "\"{version}\" = \"{digest}\"").expect("writing to a string cannot fail");
            }
        }
        text
    }

    /// Writes the file into the workspace at `root`. Returns whether it changed.
    #[cfg(feature = "check")]
    pub fn write(&self, root: &std::path::Path) -> std::io::Result<bool> {
        crate::write_atomic(&root.join(FILE), self.to_text().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemactl_model::Value;

    #[test]
    fn what_is_written_reads_back() {
        let mut lock = Lock::default();
        let digest = Digest::of(&Value::from(&true.into()));
        lock.record(&"a.b/C".parse().unwrap(), &Version::new(1, 10), digest.clone());
        lock.record(&"a.b/C".parse().unwrap(), &Version::new(1, 9), digest);
        assert_eq!(Lock::parse(&Source::new(FILE, lock.to_text())).unwrap(), lock);
        assert!(lock.to_text().find("1.9").unwrap() < lock.to_text().find("1.10").unwrap());
    }

    #[test]
    fn a_damaged_lock_says_where() {
        for (text, part) in [
            ("version = 2", "version 2"),
            (
                "version = 1\n[released.\"a/B\"]\n\"1.0\" = \"md5:1\"",
                "schemactl.lock:3:",
            ),
            ("version = 1\n[released.\"a/B\"]\n\"one\" = \"x\"", "not a version"),
            ("version = 1\n[released.\"../B\"]\n", "not an event name"),
        ] {
            let error = Lock::parse(&Source::new(FILE, text)).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
    }
}

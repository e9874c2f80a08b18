//! `schemactl.lock`: what is released and never changes: of each event its identity, and the digest of each version. In: its text, or
//! what to record. Out: what is released, by event. Written whole and atomically, one line an event, sorted, so that branches which
//! release different events merge without a conflict (`merge=union` in .gitattributes, for events that stand side by side).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use schemactl_model::{Digest, EventName, InvalidName, InvalidVersion, Source, Span, Version};
use serde::Deserialize;
use toml::Spanned;

use crate::LoadError;
use crate::manifest::read_toml;

/// The name of the file in the workspace.
pub(crate) const FILE: &str = "schemactl.lock";

/// The format that is written. Format 1 had digests and no identities; it is read, and rewritten at the next release.
const FORMAT: u64 = 2;

/// How an event is told apart from others on a bus: what rules match on, and where its version stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The EventBridge `source`.
    pub source: String,
    /// The EventBridge `detail-type`.
    pub detail_type: String,
    /// The property of the detail that holds the version.
    pub version_field: String,
}

/// What is released of one event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Released {
    /// Its identity. Locks of format 1 have none.
    pub identity: Option<Identity>,
    /// The digest of each version.
    pub versions: BTreeMap<Version, Digest>,
    /// The versions that count as registered where the registry holds their content without a stamp.
    pub adopted: BTreeSet<Version>,
}

/// The released versions of a workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    events: BTreeMap<EventName, Released>,
    /// It was read from a file of an earlier format.
    is_old: bool,
}

/// The only line that every format has.
#[derive(Deserialize)]
struct Format {
    version: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct First {
    #[allow(dead_code, reason = "read before")]
    version: u64,
    #[serde(default)]
    released: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Second {
    #[allow(dead_code, reason = "read before")]
    version: u64,
    #[serde(default)]
    released: Vec<Spanned<Line>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Line {
    event: String,
    source: Option<String>,
    detail_type: Option<String>,
    version_field: Option<String>,
    versions: BTreeMap<String, String>,
    #[serde(default)]
    adopted: Vec<String>,
}

impl Lock {
    /// Reads the text of a lock file, of this format or the first.
    ///
    /// # Errors
    /// Fails for a text that is no lock, and for two lines that release different things as one: two branches did.
    pub fn parse(file: &Source) -> Result<Self, LoadError> {
        let format: Format = read_toml(file)?;
        match format.version {
            1 => Self::parse_first(file),
            FORMAT => Self::parse_second(file),
            other => Err(wrong(
                file,
                "version",
                format!("version {other} of schemactl.lock is unknown: this schemactl reads 1 and {FORMAT}"),
            )),
        }
    }

    fn parse_first(file: &Source) -> Result<Self, LoadError> {
        let text: First = read_toml(file)?;
        let mut lock = Self {
            is_old: true,
            ..Self::default()
        };
        for (event, versions) in text.released {
            let name: EventName = event
                .parse()
                .map_err(|error: InvalidName| wrong(file, &event, error.to_string()))?;
            lock.add(file, &name, None, versions, None)?;
        }
        Ok(lock)
    }

    fn parse_second(file: &Source) -> Result<Self, LoadError> {
        let text: Second = read_toml(file)?;
        let mut lock = Self::default();
        for line in text.released {
            let span = Span::new(line.span().start, line.span().end);
            let line = line.into_inner();
            let name: EventName = line
                .event
                .parse()
                .map_err(|error: InvalidName| at(file, span, error.to_string()))?;
            let identity = match (line.source, line.detail_type, line.version_field) {
                (Some(source), Some(detail_type), Some(version_field)) => Some(Identity {
                    source,
                    detail_type,
                    version_field,
                }),
                (None, None, None) => None,
                _ => {
                    let message = "`source`, `detail-type` and `version-field` stand together, or none of them";
                    return Err(at(file, span, message.to_owned()));
                }
            };
            lock.add(file, &name, identity, line.versions, Some(span))?;
            lock.add_adopted(file, &name, &line.adopted, span)?;
        }
        Ok(lock)
    }

    /// Adds a line. `merge=union` leaves the lines of both branches: they have to agree.
    fn add(
        &mut self,
        file: &Source,
        name: &EventName,
        identity: Option<Identity>,
        versions: BTreeMap<String, String>,
        line: Option<Span>,
    ) -> Result<(), LoadError> {
        let here = |part: &str, message: String| match line {
            Some(span) => at(file, span, message),
            None => wrong(file, part, message),
        };
        let known = self.events.entry(name.clone()).or_default();
        if identity.is_some() && known.identity.is_some() && identity != known.identity {
            let message =
                format!("two lines of {name} have different identities: keep the one that was released first");
            return Err(here("", message));
        }
        known.identity = identity.or_else(|| known.identity.take());
        for (version, digest) in versions {
            let parsed: Version = version
                .parse()
                .map_err(|error: InvalidVersion| here(&version, error.to_string()))?;
            let digest: Digest = digest.parse().map_err(|error: &str| here(&digest, error.to_owned()))?;
            if known.versions.get(&parsed).is_some_and(|other| *other != digest) {
                let message = format!(
                    "two lines release different schemas as {name}@{parsed}: keep the line that was released first, and give the other schema a new version"
                );
                return Err(here("", message));
            }
            known.versions.insert(parsed, digest);
        }
        Ok(())
    }

    fn add_adopted(
        &mut self,
        file: &Source,
        name: &EventName,
        versions: &[String],
        line: Span,
    ) -> Result<(), LoadError> {
        let known = self.events.entry(name.clone()).or_default();
        for version in versions {
            let parsed = version.parse();
            let parsed = parsed.map_err(|error: InvalidVersion| at(file, line, error.to_string()))?;
            known.adopted.insert(parsed);
        }
        Ok(())
    }

    /// Records that a version counts as registered where the registry holds its content without a stamp.
    pub fn adopt(&mut self, event: &EventName, version: &Version) {
        let released = self.events.entry(event.clone()).or_default();
        released.adopted.insert(version.clone());
    }

    /// Returns whether a version counts as registered where the registry holds its content without a stamp.
    pub fn is_adopted(&self, event: &EventName, version: &Version) -> bool {
        let released = self.events.get(event);
        released.is_some_and(|released| released.adopted.contains(version))
    }

    /// Records a version as released. The identity of an event is recorded with its first version, and stays.
    pub fn record(&mut self, event: &EventName, version: &Version, digest: Digest, identity: Option<&Identity>) {
        let released = self.events.entry(event.clone()).or_default();
        released.versions.insert(version.clone(), digest);
        if released.identity.is_none() {
            released.identity = identity.cloned();
        }
    }

    /// Records the identities of events whose lines have none.
    pub fn complete(&mut self, identity: impl Fn(&EventName) -> Option<Identity>) {
        for (name, released) in &mut self.events {
            if released.identity.is_none() {
                released.identity = identity(name);
            }
        }
    }

    /// Returns whether the file has an earlier format, which the next release rewrites.
    pub fn is_old(&self) -> bool {
        self.is_old
    }

    /// The digest of a released version.
    pub fn digest(&self, event: &EventName, version: &Version) -> Option<&Digest> {
        self.events.get(event)?.versions.get(version)
    }

    /// What is released of an event.
    pub fn released(&self, event: &EventName) -> Option<&Released> {
        self.events.get(event)
    }

    /// Every event of which something is released, sorted.
    pub fn events(&self) -> impl Iterator<Item = (&EventName, &Released)> {
        self.events.iter()
    }

    /// Every released version, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&EventName, &Version, &Digest)> {
        self.events.iter().flat_map(|(event, released)| {
            let versions = released.versions.iter();
            versions.map(move |(version, digest)| (event, version, digest))
        })
    }

    /// The text of the file.
    pub fn to_text(&self) -> String {
        let mut text = format!(
            "# Written by schemactl: what is released never changes. One line an event, sorted.\nversion = {FORMAT}\nreleased = [\n"
        );
        for (event, released) in &self.events {
            write!(text, "  {{ event = {}", quoted(&event.to_string())).expect("writing to a string cannot fail");
            if let Some(identity) = &released.identity {
                write!(
                    text,
                    ", source = {}, detail-type = {}, version-field = {}",
                    quoted(&identity.source),
                    quoted(&identity.detail_type),
                    quoted(&identity.version_field)
                )
                .expect("writing to a string cannot fail");
            }
            let versions = released.versions.iter();
            let versions: Vec<_> = versions
                .map(|(version, digest)| format!("\"{version}\" = \"{digest}\""))
                .collect();
            write!(text, ", versions = {{ {} }}", versions.join(", ")).expect("writing to a string cannot fail");
            if !released.adopted.is_empty() {
                let adopted: Vec<_> = released
                    .adopted
                    .iter()
                    .map(|version| format!("\"{version}\""))
                    .collect();
                write!(text, ", adopted = [{}]", adopted.join(", ")).expect("writing to a string cannot fail");
            }
            text += " },\n";
        }
        text + "]\n"
    }

    /// Writes the file into the workspace at `root`. Returns whether it changed.
    #[cfg(feature = "check")]
    pub fn write(&self, root: &std::path::Path) -> std::io::Result<bool> {
        crate::write_atomic(&root.join(FILE), self.to_text().as_bytes())
    }
}

/// An error at a place of the file.
fn at(file: &Source, span: Span, message: String) -> LoadError {
    LoadError::Settings {
        file: file.clone(),
        span,
        message,
    }
}

/// An error where a text stands for the first time.
fn wrong(file: &Source, part: &str, message: String) -> LoadError {
    let start = file.text().find(part).unwrap_or(0);
    at(file, Span::new(start, start + part.len()), message)
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            letter if letter.is_control() => {
                write!(quoted, "\\u{:04X}", u32::from(letter)).expect("writing to a string cannot fail");
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemactl_model::Value;

    fn digest() -> Digest {
        Digest::of(&Value::from(&true.into()))
    }

    fn identity() -> Identity {
        Identity {
            source: "a\"\\\u{7f}".to_owned(),
            detail_type: "C\nD".to_owned(),
            version_field: "version".to_owned(),
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        let mut lock = Lock::default();
        lock.record(
            &"a.b/C".parse().unwrap(),
            &Version::new(1, 10),
            digest(),
            Some(&identity()),
        );
        lock.record(&"a.b/C".parse().unwrap(), &Version::new(1, 9), digest(), None);
        lock.record(&"a.b/D".parse().unwrap(), &Version::new(1, 0), digest(), None);
        lock.adopt(&"a.b/D".parse().unwrap(), &Version::new(1, 0));
        assert_eq!(Lock::parse(&Source::new(FILE, lock.to_text())).unwrap(), lock);
        assert!(lock.to_text().find("1.9").unwrap() < lock.to_text().find("1.10").unwrap());
    }

    #[test]
    fn the_first_format_is_read_and_rewritten() {
        let first = format!("version = 1\n[released.\"a.b/C\"]\n\"1.0\" = \"{}\"\n", digest());
        let mut lock = Lock::parse(&Source::new(FILE, first)).unwrap();
        assert!(lock.is_old());
        lock.complete(|_| Some(identity()));
        let second = Lock::parse(&Source::new(FILE, lock.to_text())).unwrap();
        assert!(!second.is_old());
        let released = second.released(&"a.b/C".parse().unwrap()).unwrap();
        assert_eq!(released.identity, Some(identity()));
        assert_eq!(released.versions.len(), 1);
    }

    #[test]
    fn lines_of_two_branches_are_one_event_if_they_agree() {
        let line = |version: &str, digest: &Digest| {
            format!("{{ event = \"a/B\", versions = {{ \"1.0\" = \"{digest}\", \"{version}\" = \"{digest}\" }} }},\n")
        };
        let read = |lines: &str| Lock::parse(&Source::new(FILE, format!("version = 2\nreleased = [\n{lines}]\n")));
        let other = Digest::of(&Value::from(&false.into()));
        let merged = read(&(line("1.1", &digest()) + &line("2.0", &digest()))).unwrap();
        assert_eq!(merged.iter().count(), 3);
        let error = read(&(line("1.1", &digest()) + &line("2.0", &other))).unwrap_err();
        assert!(
            error.to_string().starts_with("schemactl.lock:4:1: two lines release"),
            "{error}"
        );
    }

    #[test]
    fn a_damaged_lock_says_where() {
        for (text, part) in [
            ("version = 3", "version 3"),
            (
                "version = 1\n[released.\"a/B\"]\n\"1.0\" = \"md5:1\"",
                "schemactl.lock:3:",
            ),
            ("version = 1\n[released.\"a/B\"]\n\"one\" = \"x\"", "not a version"),
            ("version = 1\n[released.\"../B\"]\n", "not an event name"),
            (
                "version = 2\nreleased = [\n{ event = \"../B\", versions = {} },\n]",
                "schemactl.lock:3:1: ",
            ),
            (
                "version = 2\nreleased = [\n{ event = \"a/B\", source = \"a\", versions = {} },\n]",
                "stand together",
            ),
            (
                "version = 2\nreleased = [\n{ event = \"a/B\", versions = { \"1.0\" = \"md5:1\" } },\n]",
                "schemactl.lock:3:1: ",
            ),
        ] {
            let error = Lock::parse(&Source::new(FILE, text)).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
    }
}

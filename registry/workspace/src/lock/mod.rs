//! `schemactl.lock`: what is released and never changes: of each event its identity, and the digest of each version; and the records of
//! what was retired, moved or corrected. In: its text, or what to record. Out: what is released, by event. Written whole and atomically,
//! one line an event or record, sorted, so that branches which release different events merge without a conflict (`merge=union` in
//! .gitattributes, for events that stand side by side).

mod conflict;
mod ends;
mod line;
mod past;
mod record;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use schemactl_model::{Digest, EventName, InvalidName, InvalidVersion, Source, Span, Version};
use serde::Deserialize;
use toml::Spanned;

use crate::error::LoadError;
use crate::toml_file::read_toml;

pub use conflict::{LockClaims, LockConflict};
use line::{LineContent, ReleasedLine};
pub use past::list_past_releases;
use record::versions_table;
pub use record::{LifeKind, LifeRecord, LifeStep};
pub use record::{identity_leads_to, leads_to};

/// The name of the file in the workspace.
/// The name of the lock in the folder of the workspace.
pub const LOCK_FILE: &str = "schemactl.lock";

/// The format that is written. Format 1 had digests and no identities; it is read, and rewritten at the next release.
const FORMAT: u64 = 2;

/// How an event is told apart from others on a bus: what rules match on, and where its version stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
    records: BTreeSet<LifeRecord>,
    /// What its lines contradict each other in.
    conflicts: Vec<LockConflict>,
    /// It was read from a file of an earlier format.
    is_old: bool,
}

/// The only line that every format has.
#[derive(Deserialize)]
struct LockFormat {
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
    released: Vec<Spanned<ReleasedLine>>,
}

impl Released {
    /// Returns whether every version was adopted: schemactl has registered none.
    pub fn is_only_adopted(&self) -> bool {
        !self.versions.is_empty() && self.versions.keys().all(|version| self.adopted.contains(version))
    }
}

impl Identity {
    /// Returns the members of a line of TOML.
    fn to_toml(&self) -> String {
        format!(
            "source = {}, detail-type = {}, version-field = {}",
            quoted(&self.source),
            quoted(&self.detail_type),
            quoted(&self.version_field)
        )
    }
}

impl Lock {
    /// Reads the text of a lock file, of this format or the first.
    ///
    /// # Errors
    /// Fails for a text that is no lock. Lines that contradict each other are in [`Lock::conflicts`].
    pub fn parse(file: &Source) -> Result<Self, LoadError> {
        let format: LockFormat = read_toml(file)?;
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
            let mut read = BTreeMap::new();
            for (version, digest) in versions {
                let parsed: Version = version
                    .parse()
                    .map_err(|error: InvalidVersion| wrong(file, &version, error.to_string()))?;
                let digest: Digest = digest
                    .parse()
                    .map_err(|error: &str| wrong(file, &digest, error.to_owned()))?;
                read.insert(parsed, digest);
            }
            let released = Released {
                versions: read,
                ..Released::default()
            };
            let start = file.text().find(&event).unwrap_or(0);
            lock.add_lines(&name, vec![(Span::new(start, start + event.len()), released)]);
        }
        Ok(lock)
    }

    fn parse_second(file: &Source) -> Result<Self, LoadError> {
        let text: Second = read_toml(file)?;
        let mut lock = Self::default();
        let mut releases: BTreeMap<EventName, Vec<(Span, Released)>> = BTreeMap::new();
        for line in text.released {
            let span = Span::new(line.span().start, line.span().end);
            match line.into_inner().read().map_err(|why| at(file, span, why))? {
                LineContent::Record(record) => lock.insert_record(*record),
                LineContent::Release(event, released) => releases.entry(event).or_default().push((span, released)),
            }
        }
        // Two lines of one version may differ by what a record says, which can stand below them.
        for (event, lines) in releases {
            lock.add_lines(&event, lines);
        }
        Ok(lock)
    }

    /// Adds a record. One branch can have it with a seal of before that another one has rewritten: the new seal is kept.
    fn insert_record(&mut self, record: LifeRecord) {
        let same = self
            .records
            .iter()
            .find(|known| known.equals_ignoring_seal(&record) && known.has_old_seal() != record.has_old_seal());
        match same.cloned() {
            Some(_) if record.has_old_seal() => {}
            Some(old) => {
                self.records.remove(&old);
                self.records.insert(record);
            }
            None => {
                self.records.insert(record);
            }
        }
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

    /// Adds a record, and what follows from it: a corrected digest, or the releases of the event that another one moved to.
    pub fn add_record(&mut self, record: LifeRecord) {
        match &record.step {
            LifeStep::Retired { .. } | LifeStep::Restored { .. } => {}
            LifeStep::Hotfix { version, after, .. } => {
                let released = self.events.entry(record.event.clone()).or_default();
                released.versions.insert(version.clone(), after.clone());
                // The registry held what was released before.
                released.adopted.remove(version);
            }
            LifeStep::Moved {
                to,
                before,
                after,
                versions,
                ..
            } => {
                let known = self.events.get_mut(&record.event);
                let adopted = known.map_or_else(BTreeSet::new, |known| {
                    known.identity.get_or_insert_with(|| before.clone());
                    known.adopted.clone()
                });
                let released = self.events.entry(to.clone()).or_default();
                released.identity = Some(after.clone());
                released.versions.extend(versions.clone());
                // What others have written may be what it is registered as under its new name too.
                released
                    .adopted
                    .extend(adopted.into_iter().filter(|version| versions.contains_key(version)));
            }
        }
        self.insert_record(record);
    }

    /// Records the releases that a record is about and that only `other` has: those that a base made without a line in the lock.
    ///
    /// Returns the versions.
    pub fn record_missing(&mut self, other: &Self, record: &LifeRecord) -> Vec<Version> {
        let identity = other
            .released(&record.event)
            .and_then(|released| released.identity.clone());
        let mut missing = Vec::new();
        for version in record.step.versions().into_keys() {
            if let Some(digest) = other
                .digest(&record.event, version)
                .filter(|_| self.digest(&record.event, version).is_none())
            {
                self.record(&record.event, version, digest.clone(), identity.as_ref());
                missing.push(version.clone());
            }
        }
        missing
    }

    /// Gives records that hold and have a seal of before one that covers reason, author and day too.
    ///
    /// Returns how many there were.
    pub fn renew_seals(&mut self) -> usize {
        let is_old = |record: &&LifeRecord| record.has_old_seal() && record.is_sealed();
        let old: Vec<LifeRecord> = self.records.iter().filter(is_old).cloned().collect();
        for record in &old {
            self.records.remove(record);
            self.insert_record(record.clone().into_sealed());
        }
        old.len()
    }

    /// Records the identities of events whose lines have none, except where every released version was adopted: nobody has published anything as
    /// what event.toml says, which may be a guess.
    pub fn complete(&mut self, identity: impl Fn(&EventName) -> Option<Identity>) {
        for (name, released) in &mut self.events {
            if released.identity.is_none() && !released.is_only_adopted() {
                released.identity = identity(name);
            }
        }
    }

    /// Returns whether the file has an earlier format, which the next release rewrites.
    pub fn is_old(&self) -> bool {
        self.is_old
    }

    /// Returns the digest of a released version.
    pub fn digest(&self, event: &EventName, version: &Version) -> Option<&Digest> {
        self.events.get(event)?.versions.get(version)
    }

    /// Returns the released versions of an event.
    pub fn released(&self, event: &EventName) -> Option<&Released> {
        self.events.get(event)
    }

    /// Returns the line of the file that says what is released of an event.
    pub fn released_line(&self, event: &EventName) -> Option<String> {
        self.released(event).map(|released| released_line(event, released))
    }

    /// Returns every event of which something is released, sorted.
    pub fn events(&self) -> impl Iterator<Item = (&EventName, &Released)> {
        self.events.iter()
    }

    /// Returns every released version, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&EventName, &Version, &Digest)> {
        self.events.iter().flat_map(|(event, released)| {
            let versions = released.versions.iter();
            versions.map(move |(version, digest)| (event, version, digest))
        })
    }

    /// Returns the text of the file.
    pub fn to_text(&self) -> String {
        let mut text = format!(
            "# Written by schemactl: what is released never changes. One line an event, sorted.\nversion = {FORMAT}\nreleased = [\n"
        );
        let recorded = self.records.iter().map(|record| &record.event);
        let names: BTreeSet<&EventName> = self.events.keys().chain(recorded).collect();
        for name in names {
            if let Some(released) = self.events.get(name) {
                writeln!(text, "  {},", released_line(name, released)).expect("writing to a string cannot fail");
            }
            for record in self.records.iter().filter(|record| record.event == *name) {
                writeln!(text, "  {},", record.to_line()).expect("writing to a string cannot fail");
            }
        }
        text + "]\n"
    }
}

/// The line of what is released of an event.
fn released_line(name: &EventName, released: &Released) -> String {
    let identity = released.identity.as_ref();
    let identity = identity.map_or_else(String::new, |identity| format!(", {}", identity.to_toml()));
    let versions = versions_table(&released.versions);
    let adopted: Vec<_> = released
        .adopted
        .iter()
        .map(|version| format!("\"{version}\""))
        .collect();
    let adopted = if adopted.is_empty() {
        String::new()
    } else {
        format!(", adopted = [{}]", adopted.join(", "))
    };
    format!(
        "{{ event = {}{identity}, versions = {versions}{adopted} }}",
        quoted(&name.to_string())
    )
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

/// A basic string of TOML, with the escapes that TOML has for control characters. Build scripts read locks too, and bring no writer of TOML along.
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

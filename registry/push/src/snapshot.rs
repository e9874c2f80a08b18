//! What a registry holds, read with as few calls as it takes. In: a remote, what its schemas are expected to hold, and what an
//! earlier run saw. Out: a [`Snapshot`]. The list of schemas is always read; the versions of a schema only if neither its
//! state tag nor the cache tells them (ADR 20). What is concluded from tag or cache is only ever that nothing is to be
//! done: before a write the registry is read again.

use std::collections::BTreeMap;
use std::sync::Mutex;

use schemactl_model::{Digest, Version};
use schemactl_workspace::{digest_text, is_ignored_schema};

use crate::cache::Cache;
use crate::expected::Expected;
use crate::held::{HeldVersion, rank_of_number};
use crate::remote::{Remote, RemoteError, RemoteSchema, Tags};
use crate::retry::{Calls, Patience};

/// Returns every schema of a registry, as it is listed.
///
/// # Errors
/// Fails if the registry cannot be read, or its list does not end.
pub fn list_schemas(remote: &dyn Remote, patience: &Patience) -> Result<Vec<RemoteSchema>, RemoteError> {
    Calls::new(remote, patience).list_schemas()
}

/// The tag that says what a schema holds.
pub(crate) const STATE_TAG: &str = "schemactl:state";

/// What a registry holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Whether the registry exists.
    pub registry_exists: bool,
    /// Its schemas by name.
    pub schemas: BTreeMap<String, HeldSchema>,
}

/// A schema of the registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldSchema {
    /// What the list says of it.
    pub listed: RemoteSchema,
    /// What it holds.
    pub contents: SchemaContents,
}

impl HeldSchema {
    /// Returns its versions, oldest first; none if they were not read.
    pub fn versions(&self) -> &[HeldVersion] {
        match &self.contents {
            SchemaContents::Versions(versions) => versions,
            SchemaContents::Unread | SchemaContents::AsExpected => &[],
        }
    }
}

/// The versions of a schema of the registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemaContents {
    /// What is expected, all of it and nothing else: its tag says so.
    AsExpected,
    /// These, oldest first.
    Versions(Vec<HeldVersion>),
    /// Nobody asked: the workspace has no such event.
    Unread,
}

/// How a snapshot is taken.
#[derive(Clone, Copy, Debug)]
pub struct SnapshotOptions<'r> {
    /// What the schemas of the workspace are expected to hold.
    pub expected: &'r Expected,
    /// What an earlier run saw.
    pub cache: &'r Cache,
    /// Whether every schema is read, whatever tags and cache say, and those that the workspace does not know too.
    pub full: bool,
    /// How failed calls are repeated.
    pub patience: &'r Patience,
}

/// Schemas read at the same time. The service throttles by account; eight is far below, and hides the latency.
const READERS: usize = 8;

/// Reads what the registry holds.
pub fn read_snapshot(remote: &dyn Remote, reading: &SnapshotOptions<'_>) -> Result<Snapshot, RemoteError> {
    let calls = Calls::new(remote, reading.patience);
    if !calls.repeat(|| remote.registry_exists())? {
        return Ok(Snapshot::default());
    }
    let mut snapshot = Snapshot {
        registry_exists: true,
        ..Snapshot::default()
    };
    let mut unknown = Vec::new();
    for listed in calls.list_schemas()? {
        match known(&listed, reading) {
            Some(holds) => snapshot.add(listed, holds),
            None => unknown.push(listed),
        }
    }
    for (listed, versions) in read_all(&calls, unknown)? {
        snapshot.add(listed, SchemaContents::Versions(versions));
    }
    Ok(snapshot)
}

impl Snapshot {
    fn add(&mut self, listed: RemoteSchema, contents: SchemaContents) {
        self.schemas
            .insert(listed.name.clone(), HeldSchema { listed, contents });
    }
}

/// What is known of a schema without reading it.
fn known(listed: &RemoteSchema, reading: &SnapshotOptions<'_>) -> Option<SchemaContents> {
    let is_expected = reading.expected.schemas.contains_key(&listed.name);
    if !is_expected && is_ignored_schema(&reading.expected.ignored, &listed.name) {
        return Some(SchemaContents::Unread);
    }
    if reading.full {
        return None;
    }
    let Some(expected) = reading.expected.schemas.get(&listed.name) else {
        return Some(SchemaContents::Unread);
    };
    let is_known = |version: &HeldVersion| version.stamp.is_some() || version.foreign.is_some();
    // What others wrote is judged by what it means, which no digest tells.
    if let Some(versions) = reading
        .cache
        .versions(listed)
        .filter(|versions| versions.iter().all(is_known))
    {
        return Some(SchemaContents::Versions(versions.to_vec()));
    }
    let state = digest_of_state(expected.iter(), &listed.last_modified);
    let as_expected = expected.len() == listed.version_count
        && !listed.last_modified.is_empty()
        && listed.tags.get(STATE_TAG) == Some(&state);
    as_expected.then_some(SchemaContents::AsExpected)
}

/// The value of the state tag for a set of versions: its size, a digest of it, and when the schema was last written. Without
/// the last, versions that somebody deletes and others that somebody adds could not be told from ours.
pub(crate) fn digest_of_state<'v>(
    versions: impl Iterator<Item = (&'v Version, &'v Digest)>,
    last_modified: &str,
) -> String {
    let mut lines: Vec<String> = versions
        .map(|(version, digest)| format!("{version} {digest}"))
        .collect();
    lines.sort();
    let digest = digest_text(&lines.join("\n")).to_string();
    let digest = &digest["sha256:".len()..][..32];
    format!("1:{}:{digest}:{last_modified}", lines.len())
}

/// The state tag of a schema that was read. `None` if one of its versions is not ours, or there twice, or if the newest is not the last: the tag
/// says nothing of their order.
pub(crate) fn make_state_tag(held: &[HeldVersion], listed: &RemoteSchema) -> Option<Tags> {
    let mut versions = BTreeMap::new();
    for version in held {
        let stamp = version.stamp.as_ref()?;
        if versions.insert(&stamp.version, &version.digest).is_some() {
            return None;
        }
    }
    let last = held.last()?.stamp.as_ref()?;
    if versions
        .last_key_value()
        .is_some_and(|(newest, _)| **newest > last.version)
    {
        return None;
    }
    let state = digest_of_state(versions.into_iter(), &listed.last_modified);
    (!listed.last_modified.is_empty()).then(|| Tags::from([(STATE_TAG.to_owned(), state)]))
}

type Read = Vec<(RemoteSchema, Vec<HeldVersion>)>;

/// Reads the versions of several schemas at the same time.
fn read_all(calls: &Calls<'_>, schemas: Vec<RemoteSchema>) -> Result<Read, RemoteError> {
    let readers = READERS.min(schemas.len());
    let waiting = Mutex::new(schemas.into_iter());
    let next = || waiting.lock().ok()?.next();
    let reader = || {
        let mut read = Read::new();
        while let Some(listed) = next() {
            let versions = read_held_versions(calls, &listed.name)?;
            read.push((listed, versions));
        }
        Ok(read)
    };
    let results = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..readers).map(|_| scope.spawn(reader)).collect();
        let joined = threads.into_iter().map(|thread| match thread.join() {
            Ok(read) => read,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.collect::<Result<Vec<Read>, RemoteError>>()
    });
    Ok(results?.into_iter().flatten().collect())
}

/// The versions of a schema, oldest first. What is deleted while it is read is not there.
pub(crate) fn read_held_versions(calls: &Calls<'_>, schema: &str) -> Result<Vec<HeldVersion>, RemoteError> {
    let mut found = Vec::new();
    for number in list_version_numbers(calls, schema)? {
        let read = calls.repeat(|| calls.remote.read(schema, Some(&number)))?;
        found.extend(read.map(|version| HeldVersion::of(&version)));
    }
    Ok(found)
}

/// The numbers of a schema's versions, oldest first: the service counts, and lists in no documented order.
pub(crate) fn list_version_numbers(calls: &Calls<'_>, schema: &str) -> Result<Vec<String>, RemoteError> {
    let mut numbers = calls.all("ListSchemaVersions", Some(schema), |page| {
        calls.remote.numbers(schema, page)
    })?;
    numbers.sort_by_key(|number| rank_of_number(number));
    Ok(numbers)
}

impl Cache {
    /// Creates the cache of what a snapshot has read.
    pub fn of(snapshot: &Snapshot) -> Self {
        let mut cache = Self::default();
        for (name, schema) in &snapshot.schemas {
            if let SchemaContents::Versions(versions) = &schema.contents {
                cache.record(name, &schema.listed.arn, &schema.listed.last_modified, versions.clone());
            }
        }
        cache
    }
}

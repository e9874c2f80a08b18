//! What the registry is expected to hold. In: a checked workspace. Out: for each schema of the registry the versions that
//! belong into it, oldest first: the newest ones, as many as the settings keep.

use std::collections::BTreeMap;

use schemactl_model::{Digest, Version};

use crate::remote::Tags;
use schemactl_check::{Inspected, RegisteredContent};
use schemactl_workspace::{CacheKey, SchemaVersion, WorkspaceEvent};

/// The digests of the contents, by schema of the registry and version, and the tags of every schema.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    pub(crate) schemas: BTreeMap<String, BTreeMap<Version, Digest>>,
    tags: Tags,
    /// Patterns of schemas that are not read, unless they are among these.
    pub(crate) ignored: Vec<String>,
}

/// A version that belongs into a schema of the registry.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ExpectedVersion<'w> {
    pub(crate) event: &'w WorkspaceEvent,
    pub(crate) version: &'w SchemaVersion,
    pub(crate) content: &'w RegisteredContent,
}

/// The versions of one schema of the registry.
#[derive(Clone, Debug, Default)]
pub(crate) struct ExpectedSchema<'w> {
    /// Those that belong into it, oldest first.
    pub(crate) wanted: Vec<ExpectedVersion<'w>>,
    /// Those that are too old to be kept.
    pub(crate) superseded: Vec<ExpectedVersion<'w>>,
}

impl<'w> ExpectedSchema<'w> {
    /// Returns every version, those that are too old to be kept first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &ExpectedVersion<'w>> {
        self.superseded.iter().chain(&self.wanted)
    }
}

/// The schemas of the registry, by name.
pub(crate) fn list_registered_lines<'c>(inspected: &'c Inspected<'_>) -> BTreeMap<String, ExpectedSchema<'c>> {
    let workspace = inspected.workspace();
    let mut lines: BTreeMap<String, ExpectedSchema<'c>> = BTreeMap::new();
    let is_here = |event: &&WorkspaceEvent| workspace.scope.is_registered_here(&event.settings);
    for event in workspace.events.values().filter(is_here) {
        let is_live = |version: &&SchemaVersion| workspace.lock.retirement(&event.name, &version.version).is_none();
        for version in event.versions.values().filter(is_live) {
            for content in inspected.registered_contents(&event.name, &version.version) {
                let line = lines.entry(content.schema.clone()).or_default();
                line.wanted.push(ExpectedVersion {
                    event,
                    version,
                    content,
                });
            }
        }
    }
    for line in lines.values_mut() {
        let kept = workspace.manifest.registry.keep.min(line.wanted.len());
        let wanted = line.wanted.split_off(line.wanted.len() - kept);
        line.superseded = std::mem::replace(&mut line.wanted, wanted);
    }
    lines
}

impl Expected {
    /// Returns the number of versions in all schemas.
    pub fn version_count(&self) -> usize {
        self.schemas.values().map(BTreeMap::len).sum()
    }

    /// Returns what the registry has to hold.
    pub fn of(inspected: &Inspected<'_>) -> Self {
        let versions = |line: ExpectedSchema<'_>| {
            let wanted = line.wanted.iter();
            wanted
                .map(|wanted| (wanted.version.version.clone(), wanted.content.digest.clone()))
                .collect()
        };
        let scope = &inspected.workspace().scope;
        let lines = list_registered_lines(inspected).into_iter();
        // A schema that the command does not select is not read.
        let lines = lines.filter(|(_, line)| line.all().any(|wanted| scope.has_event(&wanted.event.name)));
        Self {
            schemas: lines.map(|(name, line)| (name, versions(line))).collect(),
            tags: inspected.workspace().manifest.registry.tags.clone(),
            ignored: inspected.workspace().manifest.registry.ignore.clone(),
        }
    }

    /// Returns the digest of the content that a version has in a schema of the registry. `None` for one that does not belong into it.
    pub fn find_content(&self, schema: &str, version: &Version) -> Option<&Digest> {
        self.schemas.get(schema)?.get(version)
    }

    /// Returns the digest of all of it: another one as soon as the workspace registers something else, whatever the registry holds.
    pub fn digest(&self) -> Digest {
        let mut key = CacheKey::default();
        for (schema, versions) in &self.schemas {
            key.add("schema", schema);
            for (version, content) in versions {
                key.add("version", &version.to_string());
                key.add("content", &content.to_string());
            }
        }
        for (name, value) in &self.tags {
            key.add("tag", name);
            key.add("value", value);
        }
        key.digest()
    }
}

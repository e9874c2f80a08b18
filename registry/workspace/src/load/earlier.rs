//! What an earlier state of a workspace has, and what of it cannot be read. In: a tree of files, such as that of a commit. Out: an
//! [`EarlierState`], which answers for each part whether it is there, absent, or there and unreadable.
//!
//! INVARIANT: what cannot be read is never absent. Whoever compares with an earlier state would take a released version for one that was never
//! released.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use schemactl_model::{Digest, Document, EventName, Source, Version};

use super::memory::is_within;
use super::tree::{Disk, FileTree};
use super::{EVENT, Leftover, Loader, MANIFEST_FILE, SCHEMAS, UnreadParts, Workspace};
use crate::error::LoadError;
use crate::event::{SchemaVersion, WorkspaceEvent};
use crate::lock::{LOCK_FILE, Lock};
use crate::manifest::Manifest;
use crate::scope::CommandScope;

/// What a state has of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence<T> {
    /// It is there, and was read.
    Present(T),
    /// It is not there.
    Absent,
    /// It is there, or may be, and cannot be read.
    Unreadable,
}

impl<T> Presence<T> {
    /// Returns whether it is not there: what cannot be read is.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

/// What can be read of an earlier state of a workspace: what is broken in it is mended by nobody any more.
#[derive(Debug, Default)]
pub struct EarlierState {
    /// `schemactl.toml`, if it can be read.
    pub manifest: Option<Manifest>,
    /// `schemactl.lock`; empty if there is none, or if it cannot be read.
    pub lock: Lock,
    /// The events that can be read, each with its versions that can.
    pub events: BTreeMap<EventName, WorkspaceEvent>,
    /// Why the rest cannot be read.
    pub errors: Vec<LoadError>,
    /// The versions of events whose `event.toml` cannot be read.
    pub(super) stranded: BTreeMap<EventName, BTreeMap<Version, SchemaVersion>>,
    /// `schemactl.toml` itself, if it can be read.
    manifest_file: Option<Source>,
    /// `schemactl.lock` itself, if it can be read.
    lock_file: Option<Source>,
    /// The schemas that belong to no event.
    shared: Vec<Document>,
    /// Folders of released events that have no `event.toml`.
    leftovers: Vec<Leftover>,
}

impl EarlierState {
    /// Reads what can be read. `root` is what the folder is called.
    pub fn load(root: &Path, files: &dyn FileTree) -> Self {
        let mut loader = Loader::new(root, files);
        loader.is_earlier = true;
        let (manifest, manifest_file) = loader.manifest().unzip();
        let (lock, lock_file) = loader.lock().unwrap_or_default();
        Self {
            manifest,
            events: loader.events(&lock),
            lock,
            errors: loader.errors,
            stranded: loader.stranded,
            manifest_file,
            lock_file,
            shared: loader.shared,
            leftovers: loader.leftovers,
        }
    }

    /// Returns what can be read of it as a workspace, to check it for itself. `None` without settings.
    pub fn to_workspace(&self) -> Option<Workspace> {
        Some(Workspace {
            root: PathBuf::new(),
            manifest: self.manifest.clone()?,
            manifest_file: self.manifest_file.clone()?,
            events: self.events.clone(),
            lock: self.lock.clone(),
            shared: self.shared.clone(),
            lock_file: self.lock_file.clone(),
            leftovers: self.leftovers.clone(),
            past_releases: BTreeSet::new(),
            unread: UnreadParts::default(),
            scope: CommandScope::default(),
        })
    }

    /// Returns the state of a workspace of which nothing can be read, because all of it is in another place. `message` says where.
    pub fn of_foreign(message: &str) -> Self {
        let parts = [MANIFEST_FILE, LOCK_FILE, SCHEMAS];
        let foreign = parts.map(|path| LoadError::Foreign {
            path: path.to_owned(),
            message: message.to_owned(),
        });
        Self {
            errors: foreign.into(),
            ..Self::default()
        }
    }

    /// Reads a folder of this machine.
    ///
    /// # Errors
    /// Fails if there is no such folder.
    pub fn of_folder(root: &Path) -> std::io::Result<Self> {
        Ok(Self::load(root, &Disk::new(root)?))
    }

    /// Returns what the state has of an event.
    pub fn find_event(&self, name: &EventName) -> Presence<&WorkspaceEvent> {
        let settings = format!("{}/{EVENT}", folder_of(name));
        match self.events.get(name) {
            Some(event) => Presence::Present(event),
            None if self.is_unreadable(&settings) => Presence::Unreadable,
            None => Presence::Absent,
        }
    }

    /// Returns what the state has of the schema of a version.
    pub fn find_version(&self, name: &EventName, version: &Version) -> Presence<&SchemaVersion> {
        let event = self.events.get(name);
        let stranded = || self.stranded.get(name)?.get(version);
        if let Some(schema) = event.and_then(|event| event.versions.get(version)).or_else(stranded) {
            return Presence::Present(schema);
        }
        // 1.0.json and 1.0.0.json are the same version.
        let folder = folder_of(name);
        let is_it = |path: &str| {
            let file = path.strip_prefix(&folder).and_then(|rest| rest.strip_prefix('/'));
            let number = file.and_then(|file| file.strip_suffix(".json")?.parse::<Version>().ok());
            number.is_some_and(|number| number == *version)
        };
        if self.is_unreadable(&folder) || self.errors.iter().any(|error| is_it(error.path())) {
            return Presence::Unreadable;
        }
        Presence::Absent
    }

    /// Puts what another state has in the place of what cannot be read here.
    pub fn fill_from(&mut self, other: &Self) {
        if self.is_unreadable(MANIFEST_FILE) {
            self.manifest.clone_from(&other.manifest);
        }
        if self.is_unreadable(LOCK_FILE) {
            self.lock.clone_from(&other.lock);
        }
        for (name, theirs) in &other.events {
            let mut event = match self.find_event(name) {
                Presence::Absent => continue,
                Presence::Present(event) => event.clone(),
                Presence::Unreadable => WorkspaceEvent {
                    versions: self.stranded.get(name).cloned().unwrap_or_default(),
                    ..theirs.clone()
                },
            };
            let missing = theirs.versions.iter();
            let missing: Vec<_> = missing
                .filter(|(version, _)| matches!(self.find_version(name, version), Presence::Unreadable))
                .collect();
            if missing.is_empty() && self.events.contains_key(name) {
                continue;
            }
            let missing = missing.into_iter();
            event
                .versions
                .extend(missing.map(|(version, schema)| (version.clone(), schema.clone())));
            self.events.insert(name.clone(), event);
        }
    }

    /// Returns whether one of its events has a schema.
    pub fn has_schema(&self, digest: &Digest) -> bool {
        let mut schemas = self.events.values().flat_map(|event| event.versions.values());
        schemas.any(|schema| schema.digest == *digest)
    }

    /// Returns whether a path, or a folder that it is in, is there and cannot be read.
    pub fn is_unreadable(&self, path: &str) -> bool {
        self.errors.iter().any(|error| is_within(path, error.path()))
    }
}

fn folder_of(name: &EventName) -> String {
    format!("{SCHEMAS}/{name}")
}

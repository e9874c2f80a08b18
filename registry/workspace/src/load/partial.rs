//! A workspace of which a part cannot be read: the other events can be judged. In: a folder. Out: the workspace without the events of which a schema or
//! the settings cannot be read, and without the examples that cannot, and why each of them cannot.
//!
//! INVARIANT: an event that is left out is never absent. A rule that takes it for one would report a released version as deleted, or an event that
//! refers to it as broken.

use std::collections::BTreeSet;
use std::path::Path;

use schemactl_model::{EventName, EventRef};

use super::memory::is_within;
use super::shared::is_shared_folder;
use super::tree::{Disk, FileTree};
use super::{EXAMPLES, Loader, SCHEMAS, Workspace};
use crate::error::LoadError;
use crate::lock::Lock;
use crate::scope::CommandScope;

/// What of a workspace cannot be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnreadParts {
    /// The files and folders, seen from the workspace.
    paths: BTreeSet<String>,
}

impl UnreadParts {
    /// Returns whether everything was read.
    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    /// Returns whether a part of an event, or the folder that it is in, cannot be read.
    pub fn has_event(&self, name: &EventName) -> bool {
        let folder = format!("{SCHEMAS}/{name}");
        // An event is judged without an example of it.
        let mut paths = self.paths.iter().filter(|path| !is_of_examples(path));
        paths.any(|path| is_within(path, &folder) || is_within(&folder, path))
    }

    /// Returns whether a reference can mean an event that cannot be read.
    pub fn may_be_meant(&self, reference: &EventRef) -> bool {
        self.paths.iter().any(|path| match find_event_of(path) {
            Some(event) => reference.names(&event),
            // A folder of events: any name may be in it.
            None => path.split('/').count() <= 2 && !is_shared_folder(path),
        })
    }

    /// Returns what cannot be read of what a path stands for.
    fn find_path(&self, path: &str) -> Option<&str> {
        let mut paths = self.paths.iter();
        paths.find(|unread| is_within(path, unread)).map(String::as_str)
    }
}

/// The event whose folder a path of a workspace is in.
fn find_event_of(path: &str) -> Option<EventName> {
    let mut parts = path.strip_prefix(SCHEMAS)?.strip_prefix('/')?.split('/');
    let namespace = parts.next().filter(|namespace| !is_shared_folder(namespace))?;
    EventName::new(namespace, parts.next()?).ok()
}

/// Whether a path is the folder of an event's examples, or in it.
fn is_of_examples(path: &str) -> bool {
    find_event_of(path).is_some() && path.split('/').nth(3) == Some(EXAMPLES)
}

impl LoadError {
    /// Returns whether it is about an example: its event can be judged without it.
    pub fn is_about_example(&self) -> bool {
        is_of_examples(self.path())
    }

    /// Returns the event that cannot be read for it. `None` if it is about no event, or about several.
    pub fn find_event(&self) -> Option<EventName> {
        find_event_of(self.path())
    }
}

impl Workspace {
    /// Reads what can be read of the workspace whose `schemactl.toml` stands in `root`: events of which a part cannot, or that refer to such a part,
    /// are left out, and of an event whose examples cannot be read only those. Returns the reasons too.
    ///
    /// # Errors
    /// Fails with every reason if the settings or the lock cannot be read, or no event can.
    pub fn load_readable(root: &Path) -> Result<(Self, Vec<LoadError>), Vec<LoadError>> {
        let disk = Disk::open(root)?;
        Self::load_readable_from(root, &disk)
    }

    /// Reads what can be read of a workspace from the files of a tree. `root` is what the folder is called.
    ///
    /// # Errors
    /// Fails as [`Workspace::load_readable`] does.
    pub fn load_readable_from(root: &Path, files: &dyn FileTree) -> Result<(Self, Vec<LoadError>), Vec<LoadError>> {
        let mut loader = Loader::new(root, files);
        let Some(mut workspace) = loader.read_workspace() else {
            return Err(loader.errors);
        };
        if loader.errors.is_empty() {
            return Ok((workspace, Vec::new()));
        }
        let unread = loader.find_unread_parts();
        workspace.events.retain(|name, _| !unread.has_event(name));
        workspace
            .leftovers
            .retain(|leftover| !unread.has_event(&leftover.event));
        let is_read = |path: &str| unread.find_path(path).is_none();
        workspace.shared.retain(|document| is_read(document.source().path()));
        workspace.unread = unread;
        if workspace.events.is_empty() {
            return Err(loader.errors);
        }
        Ok((workspace, loader.errors))
    }
}

impl Loader<'_> {
    /// Reads everything, and collects why the rest cannot be read. `None` without settings or lock.
    pub(super) fn read_workspace(&mut self) -> Option<Workspace> {
        let manifest = self.manifest();
        let lock = self.lock();
        let nothing = Lock::default();
        let events = self.events(lock.as_ref().map_or(&nothing, |(lock, _)| lock));
        let ((manifest, manifest_file), (lock, lock_file)) = manifest.zip(lock)?;
        Some(Workspace {
            root: self.root.to_owned(),
            manifest,
            manifest_file,
            events,
            lock,
            shared: std::mem::take(&mut self.shared),
            lock_file,
            leftovers: std::mem::take(&mut self.leftovers),
            past_releases: BTreeSet::new(),
            unread: UnreadParts::default(),
            scope: CommandScope::default(),
        })
    }

    /// What cannot be read, with the schemas that refer to it: what they mean is not known either, which is an error for each.
    fn find_unread_parts(&mut self) -> UnreadParts {
        let mut unread = UnreadParts {
            paths: self.errors.iter().map(|error| error.path().to_owned()).collect(),
        };
        // Neither settings nor examples have an identifier that a schema refers to.
        let has_no_identifier = |path: &String| path.ends_with(".toml") || path.contains("/examples/");
        let may_hide_schema = !unread.paths.iter().all(has_no_identifier);
        let mut dependents = Vec::new();
        for (schema, includes) in &self.includes {
            if unread.find_path(schema).is_some() {
                continue;
            }
            let named = includes.paths.iter().find_map(|path| unread.find_path(path));
            let message = match (named, &includes.unknown_identifier) {
                (Some(path), _) => format!("the schema refers to {path}, which cannot be read"),
                (None, Some(identifier)) if may_hide_schema => {
                    format!("the schema refers to `{identifier}`, which may be in a file that cannot be read")
                }
                (None, _) => continue,
            };
            dependents.push(LoadError::Unresolved {
                path: schema.clone(),
                message,
            });
        }
        unread
            .paths
            .extend(dependents.iter().map(|error| error.path().to_owned()));
        self.errors.extend(dependents);
        unread
    }
}

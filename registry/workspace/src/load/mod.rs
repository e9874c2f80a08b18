//! Reading a workspace. In: a folder, texts in memory, or any other [`FileTree`] such as that of a commit. Out: a [`Workspace`], or every reason why
//! it cannot be read. Nothing outside the folder is opened: a link that leads out of it is an error. What versions refer to is in
//! `shared`, where files come from in `tree`.

mod earlier;
mod edited;
mod examples;
mod memory;
mod neighbor;
mod partial;
mod reader;
mod root;
mod shared;
#[cfg(test)]
mod tests;
mod trace;
mod tree;
mod unreadable;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::digest::digest_value;
use schemactl_model::{
    Dialect, Digest, Document, DocumentError, EventName, EventRef, Source, Version, Versions, find_alike,
    find_alike_event,
};

pub use self::earlier::{EarlierState, Presence};
pub use self::edited::EditedFiles;
pub use self::examples::Leftover;
pub use self::memory::{FileMap, is_within};
pub use self::neighbor::{NeighborEvent, NeighborWorkspace};
pub use self::partial::UnreadParts;
pub use self::reader::{ReadOutcome, ReadScope, WorkspaceReader};
pub use self::root::find_root;
pub use self::shared::{is_shared_folder, join_reference, read_identifier};
use self::tree::Disk;
pub use self::tree::{FileError, FileKind, FileTree};
use self::unreadable::{IncludeState, LFS_POINTER, find_conflict, yaml_as_json};
use crate::error::LoadError;
use crate::event::{SchemaVersion, WorkspaceEvent};
use crate::lock::{self, Lock, Released};
use crate::manifest::Manifest;
use crate::scope::CommandScope;
use crate::toml_file::read_toml;

/// The name of the settings file.
pub const MANIFEST_FILE: &str = "schemactl.toml";
/// The folder of the events.
const SCHEMAS: &str = "schemas";
/// The settings file of an event.
const EVENT: &str = "event.toml";
/// The folder of an event's examples.
const EXAMPLES: &str = "examples";

/// A folder of events with versions.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// The folder.
    pub root: PathBuf,
    /// `schemactl.toml`
    pub manifest: Manifest,
    /// `schemactl.toml` itself.
    pub manifest_file: Source,
    /// The events by name.
    pub events: BTreeMap<EventName, WorkspaceEvent>,
    /// `schemactl.lock`; empty if there is none.
    pub lock: Lock,
    /// The schemas that belong to no event, in folders whose names begin with `_`.
    pub shared: Vec<Document>,
    /// `schemactl.lock` itself, if there is one.
    pub lock_file: Option<Source>,
    /// Folders of released events that have no `event.toml` any more.
    pub leftovers: Vec<Leftover>,
    /// Versions that `schemactl.lock` had at earlier commits, where a command has read them: what the workspace once released is its own to
    /// delete. Loading leaves it empty.
    pub past_releases: BTreeSet<(EventName, Version)>,
    /// What of it cannot be read. Only [`Workspace::load_readable`] returns a workspace of which that is anything.
    pub unread: UnreadParts,
    /// What of it a command is about. Loading makes it all.
    pub scope: CommandScope,
}

impl Workspace {
    /// Reads the workspace whose `schemactl.toml` stands in `root`. Every problem is collected, not only the first.
    pub fn load(root: &Path) -> Result<Self, Vec<LoadError>> {
        let disk = Disk::open(root)?;
        Self::load_from(root, &disk)
    }

    /// Reads a workspace that is about to be filled: the folder of its schemas may be missing.
    ///
    /// # Errors
    /// Fails with every reason why it cannot be read.
    pub fn load_to_fill(root: &Path) -> Result<Self, Vec<LoadError>> {
        let disk = Disk::open(root)?;
        let mut loader = Loader::new(root, &disk);
        loader.is_to_fill = true;
        Self::load_with(loader)
    }

    /// Reads a workspace from the files of a tree. `root` is what the folder is called.
    ///
    /// # Errors
    /// Fails with every reason why it cannot be read.
    pub fn load_from(root: &Path, files: &dyn FileTree) -> Result<Self, Vec<LoadError>> {
        Self::load_with(Loader::new(root, files))
    }

    fn load_with(mut loader: Loader<'_>) -> Result<Self, Vec<LoadError>> {
        let workspace = loader.read_workspace();
        workspace
            .filter(|_| loader.errors.is_empty())
            .ok_or_else(|| std::mem::take(&mut loader.errors))
    }

    /// Returns who answers for an event, or for the workspace: the owner in event.toml, or else that in schemactl.toml.
    pub fn owner_of(&self, event: Option<&EventName>) -> Option<&str> {
        let own = event.and_then(|name| self.events.get(name)?.settings.owner.as_deref());
        own.or(self.manifest.owner.as_deref())
    }

    /// Returns everybody who answers for something here, sorted.
    pub fn owners(&self) -> BTreeSet<&str> {
        let of_events = self.events.keys().filter_map(|name| self.owner_of(Some(name)));
        of_events.chain(self.manifest.owner.as_deref()).collect()
    }

    /// Returns whether a lock of this workspace has released a version: `schemactl.lock`, or one of an earlier commit.
    pub fn has_ever_released(&self, event: &EventName, version: &Version) -> bool {
        self.lock.digest(event, version).is_some() || self.past_releases.contains(&(event.clone(), version.clone()))
    }

    /// Returns the events that have released versions that are not over, and no folder.
    pub fn list_lost_events(&self) -> impl Iterator<Item = (&EventName, &Released)> {
        self.lock.events().filter(|(name, released)| {
            let is_live = |version| self.lock.find_end(name, version).is_none();
            !self.events.contains_key(*name) && !self.unread.has_event(name) && released.versions.keys().any(is_live)
        })
    }

    /// Returns the digests of released schemas that are other ones now.
    pub fn list_altered(&self) -> impl Iterator<Item = &Digest> {
        self.lock.iter().filter_map(|(event, version, digest)| {
            let present = &self.events.get(event)?.versions.get(version)?.digest;
            (present != digest).then_some(digest)
        })
    }

    /// Returns the events that a reference can mean. More than one if the name exists in several namespaces.
    pub fn events_named(&self, reference: &EventRef) -> Vec<&WorkspaceEvent> {
        self.events
            .values()
            .filter(|event| reference.names(&event.name))
            .collect()
    }

    /// Returns what was probably meant by a reference that names no event: spelt as it is, with its namespace if it has one, and with its
    /// version if the event has that.
    pub fn suggest_reference(&self, reference: &EventRef) -> Option<String> {
        let meant = find_alike_event(reference, self.events.keys())?;
        let versions = &self.events.get(meant)?.versions;
        let has_version = versions.keys().any(|version| reference.matches(version));
        let suggested = EventRef {
            namespace: reference.namespace.as_ref().map(|_| meant.namespace().to_owned()),
            name: meant.name().to_owned(),
            versions: if has_version {
                reference.versions.clone()
            } else {
                Versions::All
            },
        };
        Some(suggested.to_string())
    }
}

/// A folder of schemas.
#[derive(Clone, Debug, PartialEq, Eq)]
enum SchemaPlace {
    /// Of schemas that belong to no event.
    Shared(String),
    /// Of an event.
    Event { namespace: String, folder: String },
}

fn has_releases(lock: &Lock) -> bool {
    lock.events().next().is_some()
}

/// Whether versions of the event in a folder were released.
fn was_released(lock: &Lock, namespace: &str, folder: &str) -> bool {
    let name = EventName::new(file_name(namespace), file_name(folder));
    name.is_ok_and(|name| lock.released(&name).is_some())
}

struct Loader<'r> {
    root: &'r Path,
    files: &'r dyn FileTree,
    errors: Vec<LoadError>,
    /// Whether the folder of schemas may be missing.
    is_to_fill: bool,
    shared: Vec<Document>,
    leftovers: Vec<Leftover>,
    /// Whether it is an earlier state: a version that refers to what cannot be read is unreadable itself, as nobody can say what it was.
    is_earlier: bool,
    /// The versions of events whose `event.toml` cannot be read, of an earlier state.
    stranded: BTreeMap<EventName, BTreeMap<Version, SchemaVersion>>,
    /// What was met of other files since a schema began.
    references: IncludeState,
    /// What each schema refers to in other files, by the path of the schema.
    includes: BTreeMap<String, IncludeState>,
    /// Whether some content of the tree is in another place.
    is_partial: bool,
    /// The files by the identifiers of their schemas, once they have been asked for.
    identified: Option<BTreeMap<String, Vec<String>>>,
}

impl<'r> Loader<'r> {
    fn new(root: &'r Path, files: &'r dyn FileTree) -> Self {
        Self {
            root,
            files,
            errors: Vec::new(),
            is_to_fill: false,
            shared: Vec::new(),
            leftovers: Vec::new(),
            is_earlier: false,
            stranded: BTreeMap::new(),
            references: IncludeState::default(),
            includes: BTreeMap::new(),
            is_partial: false,
            identified: None,
        }
    }

    fn exists(&self, path: &str) -> bool {
        self.files.kind(path).is_some()
    }

    fn is_dir(&self, path: &str) -> bool {
        self.files.kind(path) == Some(FileKind::Folder)
    }

    fn manifest(&mut self) -> Option<(Manifest, Source)> {
        if !self.exists(MANIFEST_FILE) {
            self.errors.push(LoadError::NoManifest {
                start: self.root.to_owned(),
            });
            return None;
        }
        let file = self.source(MANIFEST_FILE)?;
        Some((self.keep(read_toml(&file))?, file))
    }

    fn lock(&mut self) -> Option<(Lock, Option<Source>)> {
        if !self.exists(lock::LOCK_FILE) {
            return Some((Lock::default(), None));
        }
        let file = self.source(lock::LOCK_FILE)?;
        Some((self.keep(Lock::parse(&file))?, Some(file)))
    }

    fn events(&mut self, lock: &Lock) -> BTreeMap<EventName, WorkspaceEvent> {
        let mut events = BTreeMap::new();
        self.visit_places(has_releases(lock), &mut |loader, place| match place {
            SchemaPlace::Shared(folder) => loader.shared(&folder),
            SchemaPlace::Event { namespace, folder } => {
                let is_released = was_released(lock, &namespace, &folder);
                let event = loader.event(&namespace, &folder, is_released);
                events.extend(event.map(|event| (event.name.clone(), event)));
            }
        });
        events
    }

    /// Visits every folder of schemas, in their order. `has_releases` is whether any event was released.
    fn visit_places(&mut self, has_releases: bool, visit: &mut dyn FnMut(&mut Self, SchemaPlace)) {
        if !self.exists(SCHEMAS) {
            // git keeps no empty folders: with the last event its folder goes, and what became of it is a finding.
            if !self.is_to_fill && !has_releases {
                let message = "the folder is missing; it must contain the schemas of the workspace".to_owned();
                self.layout(SCHEMAS, message);
            }
            return;
        }
        for namespace in self.folder(SCHEMAS) {
            if !self.is_folder(&namespace) {
                continue;
            }
            if is_shared_folder(&namespace) {
                visit(self, SchemaPlace::Shared(namespace));
                continue;
            }
            for folder in self.folder(&namespace) {
                if self.is_folder(&folder) {
                    let namespace = namespace.clone();
                    visit(self, SchemaPlace::Event { namespace, folder });
                }
            }
        }
    }

    /// Only folders stand in `schemas/` and below a namespace. A README is welcome; anything else is a file that somebody
    /// believes is checked.
    fn is_folder(&mut self, path: &str) -> bool {
        let folder = self.is_dir(path);
        let readme = file_name(path).starts_with("README");
        if !folder && !readme && !self.is_unreadable_folder(path) {
            let message = "unexpected file; schemas must be in schemas/NAMESPACE/NAME/VERSION.json".to_owned();
            self.layout(path, message);
        }
        folder
    }

    fn event(&mut self, namespace: &str, folder: &str, is_released: bool) -> Option<WorkspaceEvent> {
        let name = match EventName::new(file_name(namespace), file_name(folder)) {
            Ok(name) => name,
            Err(error) => {
                self.layout(folder, error.to_string());
                return None;
            }
        };
        let path = format!("{folder}/{EVENT}");
        if !self.exists(&path) && is_released {
            // What is missing of a released event is a finding, and must not hide the others.
            self.leftovers.push(Leftover {
                event: name,
                version: None,
                path: folder.to_owned(),
            });
            return None;
        }
        let versions = self.versions(folder, &name);
        if !self.exists(&path) {
            let message = "the file is missing; it must set the source and detail-type of the event".to_owned();
            self.layout(&path, message);
            return None;
        }
        let settings_file = self.source(&path);
        let settings = settings_file.and_then(|file| Some((self.keep(read_toml(&file))?, file)));
        let Some((settings, settings_file)) = settings else {
            if self.is_earlier {
                self.stranded.insert(name, versions);
            }
            return None;
        };
        Some(WorkspaceEvent {
            name,
            folder: self.root.join(folder),
            settings,
            settings_file,
            versions,
        })
    }

    fn versions(&mut self, folder: &str, name: &EventName) -> BTreeMap<Version, SchemaVersion> {
        let mut versions: BTreeMap<Version, SchemaVersion> = BTreeMap::new();
        for path in self.folder(folder) {
            let file = file_name(&path);
            if self.is_dir(&path) {
                self.require_known_folder(&path);
                continue;
            }
            if file == EVENT || file.starts_with("README") {
                continue;
            }
            let Some(version) = self.version(&path, file) else {
                continue;
            };
            let Some(schema) = self.schema(folder, &path, version.clone()) else {
                continue;
            };
            // 1.0.json and 1.0.0.json are the same version.
            if versions.insert(version.clone(), schema).is_some() {
                self.layout(&path, format!("version {version} has two files"));
            }
        }
        self.examples_without_version(folder, name, &versions);
        versions
    }

    /// Refuses a folder of an event that nothing reads: what is in it looks as if it were checked.
    fn require_known_folder(&mut self, path: &str) {
        let name = file_name(path);
        // git keeps no empty folder: here it would be found, and in CI it would not be there.
        if name == EXAMPLES || name.starts_with("README") || self.folder(path).is_empty() {
            return;
        }
        let meant = match find_alike(name, [EXAMPLES]) {
            Some(meant) => format!(". Did you mean `{meant}`?"),
            None => String::new(),
        };
        let message =
            format!("unexpected folder; the folder of an event contains event.toml, VERSION.json and examples/{meant}");
        self.layout(path, message);
    }

    fn version(&mut self, path: &str, name: &str) -> Option<Version> {
        let Some(stem) = name.strip_suffix(".json") else {
            let message = "unexpected file; the folder of an event contains event.toml, VERSION.json and examples/";
            self.unexpected_file(path, message);
            return None;
        };
        match stem.parse() {
            Ok(version) => Some(version),
            Err(_) if stem.ends_with(".schema") => {
                let plain = stem.trim_end_matches(".schema");
                self.layout(
                    path,
                    format!("the name of a schema is its version: expected {plain}.json"),
                );
                None
            }
            Err(error) => {
                self.layout(path, format!("{error}"));
                None
            }
        }
    }

    fn schema(&mut self, folder: &str, path: &str, version: Version) -> Option<SchemaVersion> {
        let source = self.source(path)?;
        let examples = self.examples(&format!(
            "{folder}/{EXAMPLES}/{}",
            file_name(path).trim_end_matches(".json")
        ));
        // A schema without $schema is read as the dialect current when the format was made.
        match self.document(source) {
            Ok(document) if self.is_earlier && self.is_unresolved(path, &document) => None,
            Ok(document) => Some(SchemaVersion {
                version,
                digest: digest_value(document.root()),
                document,
                examples,
            }),
            Err(errors) => {
                self.errors.extend(errors.into_iter().map(LoadError::from));
                None
            }
        }
    }

    /// Reads a schema, and notes what it refers to in other files.
    fn document(&mut self, source: Source) -> Result<Document, Vec<DocumentError>> {
        let path = source.path().to_owned();
        self.references = IncludeState::default();
        let document = Document::read_with_faults(source, Dialect::Draft202012, Some(self));
        if self.references.were_read {
            self.includes.insert(path, self.references.clone());
        }
        document
    }

    /// The entries of a folder, sorted, hidden files left out.
    fn folder(&mut self, path: &str) -> Vec<String> {
        let names = self.files.list(path);
        let names = names.map_err(|error| self.unread(path, error));
        let mut names = self.keep(names).unwrap_or_default();
        names.retain(|name| !name.starts_with('.'));
        names.sort();
        names.into_iter().map(|name| format!("{path}/{name}")).collect()
    }

    fn source(&mut self, path: &str) -> Option<Source> {
        let bytes = self.files.read(path);
        let bytes = bytes.map_err(|error| self.unread(path, error));
        let bytes = self.keep(bytes)?;
        if bytes.starts_with(LFS_POINTER) {
            let error = self.unread(path, FileError::Foreign("it is a pointer of Git LFS, and not the file"));
            self.errors.push(error);
            return None;
        }
        let source = self.keep(Source::from_bytes(path, bytes).map_err(LoadError::from))?;
        match find_conflict(&source) {
            Some(span) => {
                self.errors.push(LoadError::Conflict { file: source, span });
                None
            }
            None => Some(source),
        }
    }

    /// A file that is read by nobody. Schemas in YAML are told how they are read.
    fn unexpected_file(&mut self, path: &str, message: &str) {
        match yaml_as_json(path) {
            Some(json) => self.errors.push(LoadError::Yaml {
                path: path.to_owned(),
                json,
            }),
            None => self.layout(path, message.to_owned()),
        }
    }

    fn layout(&mut self, path: &str, message: String) {
        let path = path.to_owned();
        self.errors.push(LoadError::Layout { path, message });
    }

    fn keep<T>(&mut self, result: Result<T, LoadError>) -> Option<T> {
        result.map_err(|error| self.errors.push(error)).ok()
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

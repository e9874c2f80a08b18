//! Reading a workspace again and again, as an editor does. In: its folder, and the texts above it. Out: what [`Workspace::load_with_edits`] reads;
//! a part of it is only read anew where a file that it was made of is another one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use schemactl_model::{Document, EventName};

use super::edited::{EditedFiles, EditedTree};
use super::trace::{IdentifierIndex, Trace, TracedTree};
use super::tree::Disk;
use super::{FileTree, Leftover, Loader, SchemaPlace, UnreadParts, Workspace, has_releases, was_released};
use crate::error::LoadError;
use crate::event::WorkspaceEvent;
use crate::lock::Lock;
use crate::scope::CommandScope;

/// Reads one workspace many times.
///
/// # Examples
///
/// ```no_run
/// use schemactl_workspace::{EditedFiles, ReadScope, WorkspaceReader};
///
/// let mut reader = WorkspaceReader::new("orders");
/// let edits = EditedFiles::default();
/// reader.read(&edits, ReadScope::All(&|| true)).map_err(|errors| errors[0].to_string())?;
/// // Milliseconds, however many events there are: the rest is taken to be as it was.
/// let touched = ["schemas/shop/OrderPlaced/1.0.json".to_owned()];
/// reader.read(&edits, ReadScope::Touched(&touched)).map_err(|errors| errors[0].to_string())?;
/// # Ok::<(), String>(())
/// ```
#[derive(Debug)]
pub struct WorkspaceReader {
    root: PathBuf,
    /// Each part as it was when it could last be read.
    workspace: Option<Workspace>,
    /// What the parts of `workspace` were made of. A part without a trace is not what it would be now.
    traces: PartTraces,
    identifiers: IdentifierIndex,
    /// A part was read anew since that was last told.
    is_changed: bool,
}

#[derive(Debug, Default)]
struct PartTraces {
    settings: Option<Trace>,
    lock: Option<Trace>,
    places: Option<KnownPlaces>,
    events: BTreeMap<String, KnownEvent>,
    shared: Option<Trace>,
}

#[derive(Debug)]
struct KnownPlaces {
    trace: Trace,
    has_releases: bool,
    places: Vec<SchemaPlace>,
}

#[derive(Debug)]
struct KnownEvent {
    /// Nothing if it could not be read.
    trace: Option<Trace>,
    is_released: bool,
    /// The event that `workspace` has for it.
    name: Option<EventName>,
    leftovers: Vec<Leftover>,
}

/// What may have changed since a workspace was read before.
#[derive(Clone, Copy)]
pub enum ReadScope<'s> {
    /// Any file. Reading stops where the function returns false, which is asked before each event.
    All(&'s dyn Fn() -> bool),
    /// Only what stands at these paths, seen from the workspace, or below them. Everything is read for which nothing is known yet.
    Touched(&'s [String]),
}

/// What came of reading a workspace again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadOutcome {
    /// Nothing is another one than when it was last read.
    Same,
    /// Something is.
    Changed,
    /// It was not read to the end.
    Stopped,
}

/// One time of reading.
struct ReadPass<'p> {
    root: &'p Path,
    files: &'p TracedTree<'p>,
    scope: ReadScope<'p>,
    errors: Vec<LoadError>,
}

impl WorkspaceReader {
    /// Creates a reader for a folder. Nothing is read yet.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            workspace: None,
            traces: PartTraces::default(),
            identifiers: IdentifierIndex::default(),
            is_changed: false,
        }
    }

    /// Returns the workspace, each part of it as it was when it could last be read. `None` if `schemactl.toml` never could.
    pub fn workspace(&self) -> Option<&Workspace> {
        self.workspace.as_ref()
    }

    /// Reads the workspace again. Unless it fails or stops, [`WorkspaceReader::workspace`] is then what it would be if it was read for the first
    /// time, as far as `scope` is true.
    ///
    /// # Errors
    /// Fails with every reason why it cannot be read.
    pub fn read(&mut self, edits: &EditedFiles, scope: ReadScope<'_>) -> Result<ReadOutcome, Vec<LoadError>> {
        let root = self.root.clone();
        let disk = Disk::open(&root)?;
        self.read_from(&root, &EditedTree { disk, edits }, scope)
    }

    fn read_from(
        &mut self,
        root: &Path,
        files: &dyn FileTree,
        scope: ReadScope<'_>,
    ) -> Result<ReadOutcome, Vec<LoadError>> {
        let identifiers = std::mem::take(&mut self.identifiers);
        let files = TracedTree::new(files, identifiers, scope.touched());
        let mut pass = ReadPass {
            root,
            files: &files,
            scope,
            errors: Vec::new(),
        };
        let outcome = self.read_parts(&mut pass);
        let errors = pass.errors;
        self.identifiers = files.into_identifiers();
        match outcome {
            ReadOutcome::Stopped => Ok(ReadOutcome::Stopped),
            _ if !errors.is_empty() => Err(errors),
            _ if std::mem::take(&mut self.is_changed) => Ok(ReadOutcome::Changed),
            _ => Ok(ReadOutcome::Same),
        }
    }

    #[allow(
        clippy::redundant_closure_for_method_calls,
        reason = "a method of a loader of one lifetime is no function of loaders of all"
    )]
    fn read_parts(&mut self, pass: &mut ReadPass<'_>) -> ReadOutcome {
        if !pass.holds(self.traces.settings.as_ref()) {
            let (settings, loaded) = pass.load(|loader| loader.manifest());
            self.is_changed = true;
            self.traces.settings = loaded.trace;
            match (settings, &mut self.workspace) {
                (Some((manifest, file)), Some(known)) => (known.manifest, known.manifest_file) = (manifest, file),
                (Some((manifest, file)), None) => {
                    self.workspace = Some(Workspace {
                        root: pass.root.to_owned(),
                        manifest,
                        manifest_file: file,
                        events: BTreeMap::new(),
                        lock: Lock::default(),
                        shared: Vec::new(),
                        lock_file: None,
                        leftovers: Vec::new(),
                        past_releases: BTreeSet::new(),
                        unread: UnreadParts::default(),
                        scope: CommandScope::default(),
                    });
                }
                (None, _) => {}
            }
        }
        let Some(mut workspace) = self.workspace.take() else {
            // Without settings there is nothing that parts could be kept in; what else is wrong is told all the same.
            pass.errors = Workspace::load_from(pass.root, pass.files).err().unwrap_or_default();
            pass.files.take_trace();
            return ReadOutcome::Changed;
        };
        let outcome = self.read_schemas(&mut workspace, pass);
        self.workspace = Some(workspace);
        outcome
    }

    #[allow(
        clippy::redundant_closure_for_method_calls,
        reason = "a method of a loader of one lifetime is no function of loaders of all"
    )]
    fn read_schemas(&mut self, workspace: &mut Workspace, pass: &mut ReadPass<'_>) -> ReadOutcome {
        if !pass.holds(self.traces.lock.as_ref()) {
            let (lock, loaded) = pass.load(|loader| loader.lock());
            self.is_changed = true;
            self.traces.lock = loaded.trace;
            if let Some((lock, file)) = lock {
                (workspace.lock, workspace.lock_file) = (lock, file);
            }
        }
        let places = self.read_places(workspace, pass);
        for place in &places {
            if let SchemaPlace::Event { namespace, folder } = place {
                if !pass.scope.is_wanted() {
                    return ReadOutcome::Stopped;
                }
                self.read_event(workspace, (namespace, folder), pass);
            }
        }
        self.read_shared(workspace, &places, pass);
        let known = places.iter().filter_map(|place| match place {
            SchemaPlace::Event { folder, .. } => self.traces.events.get(folder),
            SchemaPlace::Shared(_) => None,
        });
        workspace.leftovers = known.flat_map(|known| known.leftovers.clone()).collect();
        ReadOutcome::Changed
    }

    /// The folders of schemas. Events that have none any more are forgotten.
    fn read_places(&mut self, workspace: &mut Workspace, pass: &mut ReadPass<'_>) -> Vec<SchemaPlace> {
        let has_releases = has_releases(&workspace.lock);
        let known = self.traces.places.as_ref();
        if let Some(known) = known.filter(|known| known.has_releases == has_releases)
            && pass.holds(Some(&known.trace))
        {
            return known.places.clone();
        }
        let (places, loaded) = pass.load(|loader| {
            let mut places = Vec::new();
            loader.visit_places(has_releases, &mut |_, place| places.push(place));
            places
        });
        self.is_changed = true;
        // Which schemas are shared follows from the places.
        self.traces.shared = None;
        let folders = places.iter().filter_map(|place| match place {
            SchemaPlace::Event { folder, .. } => Some(folder),
            SchemaPlace::Shared(_) => None,
        });
        let folders: BTreeSet<&String> = folders.collect();
        self.traces.events.retain(|folder, known| {
            let is_there = folders.contains(folder);
            if let Some(name) = known.name.as_ref().filter(|_| !is_there) {
                workspace.events.remove(name);
            }
            is_there
        });
        self.traces.places = loaded.trace.map(|trace| KnownPlaces {
            trace,
            has_releases,
            places: places.clone(),
        });
        places
    }

    fn read_event(&mut self, workspace: &mut Workspace, (namespace, folder): (&str, &str), pass: &mut ReadPass<'_>) {
        let is_released = was_released(&workspace.lock, namespace, folder);
        let known = self.traces.events.get(folder);
        if known.is_some_and(|known| known.is_released == is_released && pass.holds(known.trace.as_ref())) {
            return;
        }
        let (event, loaded) = pass.load(|loader| loader.event(namespace, folder, is_released));
        self.is_changed = true;
        let before = self.traces.events.remove(folder).and_then(|known| known.name);
        // An event that cannot be read stays as it was; one that is not there any more does not.
        let is_readable = loaded.trace.is_some();
        let name = match (event, before) {
            (Some(event), None) => Some(put_event(workspace, event)),
            (Some(event), Some(_)) if is_readable => Some(put_event(workspace, event)),
            (None, Some(before)) if is_readable => {
                workspace.events.remove(&before);
                None
            }
            (_, before) => before,
        };
        let known = KnownEvent {
            trace: loaded.trace,
            is_released,
            name,
            leftovers: loaded.leftovers,
        };
        self.traces.events.insert(folder.to_owned(), known);
    }

    fn read_shared(&mut self, workspace: &mut Workspace, places: &[SchemaPlace], pass: &mut ReadPass<'_>) {
        if pass.holds(self.traces.shared.as_ref()) {
            return;
        }
        let ((), loaded) = pass.load(|loader| {
            for place in places {
                if let SchemaPlace::Shared(folder) = place {
                    loader.shared(folder);
                }
            }
        });
        self.is_changed = true;
        self.traces.shared = loaded.trace;
        if self.traces.shared.is_some() {
            workspace.shared = loaded.shared;
        }
    }
}

fn put_event(workspace: &mut Workspace, event: WorkspaceEvent) -> EventName {
    let name = event.name.clone();
    workspace.events.insert(name.clone(), event);
    name
}

/// What came of loading a part beside its value.
struct LoadedPart {
    /// Nothing if something is wrong with the part: it is read again the next time, and told again.
    trace: Option<Trace>,
    leftovers: Vec<Leftover>,
    shared: Vec<Document>,
}

impl ReadPass<'_> {
    fn holds(&self, trace: Option<&Trace>) -> bool {
        trace.is_some_and(|trace| self.files.confirms(trace, self.scope.touched()))
    }

    fn load<T>(&mut self, load: impl FnOnce(&mut Loader<'_>) -> T) -> (T, LoadedPart) {
        let mut loader = Loader::new(self.root, self.files);
        let value = load(&mut loader);
        let Loader {
            errors,
            leftovers,
            shared,
            ..
        } = loader;
        let trace = self.files.take_trace();
        let part = LoadedPart {
            trace: errors.is_empty().then_some(trace),
            leftovers,
            shared,
        };
        self.errors.extend(errors);
        (value, part)
    }
}

impl<'s> ReadScope<'s> {
    fn touched(self) -> Option<&'s [String]> {
        match self {
            Self::All(_) => None,
            Self::Touched(paths) => Some(paths),
        }
    }

    fn is_wanted(self) -> bool {
        match self {
            Self::All(is_wanted) => is_wanted(),
            Self::Touched(_) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::memory::FileMap;
    use super::super::tests::{EVENT_TOML, SETTINGS};
    use super::*;

    const LOCK: &str = "version = 1\n";
    /// What a file may become, by how its path ends: sound texts and broken ones.
    const TEXTS: [(&str, &[&str]); 4] = [
        (
            "schemactl.toml",
            &[
                SETTINGS,
                SETTINGS,
                "version = 1\n[registry]\nname = \"x\"\n",
                "version = \n",
            ],
        ),
        (
            "event.toml",
            &[
                EVENT_TOML,
                EVENT_TOML,
                "source = \"c\"\ndetail-type = \"d\"\n",
                "source = 5\n",
            ],
        ),
        ("schemactl.lock", &[LOCK, LOCK, "version = 7\n"]),
        (
            ".json",
            &[
                "{}",
                r#"{"type": "object"}"#,
                r#"{"$ref": "../../_shared/a.json"}"#,
                r#"{"$ref": "http://h/a"}"#,
                r#"{"$id": "http://h/a", "type": "string"}"#,
                r#"{"$id": "http://h/b"}"#,
                r#"{"$ref": "../F/1.0.json"}"#,
                "{",
                "<<<<<<< ours\n{}\n>>>>>>> theirs\n",
            ],
        ),
    ];
    const PATHS: [&str; 16] = [
        "schemactl.toml",
        "schemactl.lock",
        "schemas/n/E/event.toml",
        "schemas/n/E/1.0.json",
        "schemas/n/E/1.1.json",
        "schemas/n/E/examples/1.0/a.json",
        "schemas/n/E/examples/1.1/a.json",
        "schemas/n/F/event.toml",
        "schemas/n/F/1.0.json",
        "schemas/n.o/G/event.toml",
        "schemas/n.o/G/1.0.json",
        "schemas/_shared/a.json",
        "schemas/_shared/below/b.json",
        "schemas/_more/c.json",
        "schemas/n/stray.json",
        "schemas/n/F",
    ];

    struct Draw(u64);

    impl Draw {
        /// The next number below `end` (Knuth's MMIX generator).
        fn below(&mut self, end: usize) -> usize {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(self.0 >> 33).unwrap() % end
        }
    }

    /// Changes a file, and returns its path.
    fn edit(files: &mut FileMap, draw: &mut Draw) -> String {
        let path = PATHS[draw.below(PATHS.len())];
        let texts = TEXTS.iter().find(|(end, _)| path.ends_with(end));
        match texts.filter(|_| draw.below(6) > 0) {
            Some((_, texts)) => files.insert(path, texts[draw.below(texts.len())]),
            None => files.remove(path),
        }
        path.to_owned()
    }

    fn describe(loaded: Result<&Workspace, Vec<LoadError>>) -> Result<String, BTreeSet<String>> {
        loaded
            .map(|workspace| format!("{workspace:?}"))
            .map_err(|errors| errors.iter().map(ToString::to_string).collect())
    }

    /// However reading is mixed with edits, stopped and taken up again, it ends where reading for the first time does.
    #[test]
    fn what_was_read_before_changes_nothing() {
        let root = Path::new("");
        let (mut sound, mut stopped, mut same) = (0, 0, 0);
        for seed in 0..60 {
            let mut draw = Draw(seed);
            let mut files = FileMap::from_iter([("schemactl.toml", SETTINGS), ("schemas/n/E/event.toml", EVENT_TOML)]);
            let mut reader = WorkspaceReader::new(root);
            let mut touched = Vec::new();
            for _ in 0..30 {
                for _ in 0..draw.below(3) {
                    touched.push(edit(&mut files, &mut draw));
                }
                let left = std::cell::Cell::new(draw.below(6));
                let is_wanted = || left.replace(left.get().saturating_sub(1)) > 0;
                let scope = match draw.below(4) {
                    0 => ReadScope::All(&is_wanted),
                    1 => ReadScope::All(&|| true),
                    _ => ReadScope::Touched(&touched),
                };
                let outcome = reader.read_from(root, &files, scope);
                if let Ok(ReadOutcome::Stopped) = outcome {
                    stopped += 1;
                    continue;
                }
                same += usize::from(matches!(outcome, Ok(ReadOutcome::Same)));
                touched.clear();
                let expected = Workspace::load_from(root, &files);
                sound += usize::from(expected.is_ok());
                let expected = expected.as_ref().map_err(|errors| {
                    let errors = errors.iter().map(ToString::to_string);
                    errors.collect::<BTreeSet<_>>()
                });
                let read = describe(outcome.map(|_| reader.workspace().unwrap()));
                assert_eq!(read, expected.map(|workspace| format!("{workspace:?}")), "{seed}");
            }
        }
        assert!(sound > 100 && stopped > 50 && same > 50, "{sound} {stopped} {same}");
    }
}

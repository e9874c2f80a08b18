//! What was asked of the files of a workspace to read a part of it, and what the answers were. In: a [`FileTree`]. Out: the same answers, and a list
//! of them: where each is what it was, that part would be read as it was, and need not be.

use std::cell::RefCell;
use std::collections::BTreeMap;

use schemactl_model::Source;

use super::memory::is_within;
use super::shared::read_identifier;
use super::tree::{FileError, FileKind, FileTree};
use super::unreadable::find_conflict;
use super::{SCHEMAS, file_name};

/// The answers that a part of a workspace was made of.
#[derive(Debug, Default)]
pub(super) struct Trace {
    answers: Vec<TracedAnswer>,
}

/// A question to the files of a workspace, and its answer.
#[derive(Debug)]
struct TracedAnswer {
    /// The path; of [`FileAnswer::Identified`] the identifier.
    about: String,
    answer: FileAnswer,
}

// INVARIANT: there is a variant for each function of [`FileTree`]; one whose answers are not kept would leave a part as it was read before.
#[derive(Debug, PartialEq, Eq)]
enum FileAnswer {
    Kind(Option<FileKind>),
    Link(bool),
    /// Sorted. Errors are compared by what they say.
    Names(Result<Vec<String>, String>),
    Content(Result<Vec<u8>, String>),
    Identified(Vec<String>),
}

impl TracedAnswer {
    fn can_change(&self, touched: Option<&[String]>) -> bool {
        let path = &self.about;
        let is_touched = |touched: &[String]| {
            let mut touched = touched.iter();
            touched.any(|touched| is_within(path, touched) || is_within(touched, path))
        };
        matches!(self.answer, FileAnswer::Identified(_)) || touched.is_none_or(is_touched)
    }

    fn is_answered_again(&self, tree: &TracedTree<'_>) -> bool {
        let (path, files) = (&self.about, tree.files);
        match &self.answer {
            FileAnswer::Kind(known) => files.kind(path) == *known,
            FileAnswer::Link(known) => files.is_link(path) == *known,
            FileAnswer::Names(known) => sort_names(&files.list(path)) == *known,
            FileAnswer::Content(known) => match (files.read(path), known) {
                (Ok(content), Ok(known)) => content == *known,
                (Err(error), Err(known)) => describe_error(&error) == *known,
                _ => false,
            },
            FileAnswer::Identified(known) => tree.find_identified(path) == *known,
        }
    }
}

fn sort_names(names: &Result<Vec<String>, FileError>) -> Result<Vec<String>, String> {
    let mut names = names.as_ref().map_err(describe_error)?.clone();
    names.sort();
    Ok(names)
}

fn describe_error(error: &FileError) -> String {
    format!("{error:?}")
}

/// Files that note what is asked of them.
pub(super) struct TracedTree<'t> {
    files: &'t dyn FileTree,
    identifiers: RefCell<IdentifierIndex>,
    trace: RefCell<Trace>,
}

impl<'t> TracedTree<'t> {
    /// `touched` are the paths that may have changed since `identifiers` was filled; without them all may have.
    pub(super) fn new(files: &'t dyn FileTree, mut identifiers: IdentifierIndex, touched: Option<&[String]>) -> Self {
        identifiers.outdate(touched);
        Self {
            files,
            identifiers: RefCell::new(identifiers),
            trace: RefCell::default(),
        }
    }

    /// Returns whether every question of a trace has the answer that it had. With `touched`, only questions that a change of these paths can
    /// answer otherwise are asked again.
    pub(super) fn confirms(&self, trace: &Trace, touched: Option<&[String]>) -> bool {
        let mut answers = trace.answers.iter();
        answers.all(|known| !known.can_change(touched) || known.is_answered_again(self))
    }

    /// Returns what was asked since this was called before.
    pub(super) fn take_trace(&self) -> Trace {
        self.trace.take()
    }

    pub(super) fn into_identifiers(self) -> IdentifierIndex {
        self.identifiers.into_inner()
    }

    fn find_identified(&self, identifier: &str) -> Vec<String> {
        self.identifiers.borrow_mut().find(identifier, self.files)
    }

    fn note(&self, about: &str, answer: FileAnswer) {
        let about = about.to_owned();
        self.trace.borrow_mut().answers.push(TracedAnswer { about, answer });
    }
}

impl FileTree for TracedTree<'_> {
    fn kind(&self, path: &str) -> Option<FileKind> {
        let kind = self.files.kind(path);
        self.note(path, FileAnswer::Kind(kind));
        kind
    }

    fn is_link(&self, path: &str) -> bool {
        let is_link = self.files.is_link(path);
        self.note(path, FileAnswer::Link(is_link));
        is_link
    }

    fn list(&self, path: &str) -> Result<Vec<String>, FileError> {
        let names = self.files.list(path);
        self.note(path, FileAnswer::Names(sort_names(&names)));
        names
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        let content = self.files.read(path);
        let noted = content.as_ref().map(Vec::clone).map_err(describe_error);
        self.note(path, FileAnswer::Content(noted));
        content
    }

    fn identified(&self, identifier: &str) -> Option<Vec<String>> {
        let paths = self.find_identified(identifier);
        self.note(identifier, FileAnswer::Identified(paths.clone()));
        Some(paths)
    }
}

/// The files below `schemas/` by the identifiers of their schemas. It is filled when somebody asks, and each file is parsed again only if its
/// bytes are others.
#[derive(Debug, Default)]
pub(super) struct IdentifierIndex {
    files: BTreeMap<String, IdentifiedFile>,
    stale: StaleFiles,
}

#[derive(Debug)]
struct IdentifiedFile {
    content: Vec<u8>,
    identifier: Option<String>,
}

/// What of an index may not be true any more.
#[derive(Debug, Default)]
enum StaleFiles {
    #[default]
    All,
    Paths(Vec<String>),
}

impl IdentifierIndex {
    fn outdate(&mut self, touched: Option<&[String]>) {
        match (&mut self.stale, touched) {
            (StaleFiles::All, _) => {}
            (StaleFiles::Paths(paths), Some(touched)) => paths.extend_from_slice(touched),
            (StaleFiles::Paths(_), None) => self.stale = StaleFiles::All,
        }
    }

    fn find(&mut self, identifier: &str, files: &dyn FileTree) -> Vec<String> {
        match std::mem::replace(&mut self.stale, StaleFiles::Paths(Vec::new())) {
            StaleFiles::Paths(paths) if paths.iter().all(|path| self.refresh_file(path, files)) => {}
            StaleFiles::Paths(_) | StaleFiles::All => self.fill(files),
        }
        let found = self.files.iter();
        let found = found.filter(|(_, file)| file.identifier.as_deref() == Some(identifier));
        found.map(|(path, _)| path.clone()).collect()
    }

    /// Reads a file again. Returns false if folders may be others too: if it is none that is known, or none any more. A file that is no JSON, such
    /// as `event.toml`, has no identifier.
    fn refresh_file(&mut self, path: &str, files: &dyn FileTree) -> bool {
        let is_file = || files.kind(path) == Some(FileKind::File);
        let Some(known) = self.files.get_mut(path) else {
            let is_elsewhere = !is_within(path, SCHEMAS) && !is_within(SCHEMAS, path);
            let is_in_the_place_of_a_folder = || self.files.keys().any(|file| is_within(file, path));
            return is_elsewhere
                || (!file_name(path).ends_with(".json") && is_file() && !is_in_the_place_of_a_folder());
        };
        match files.read(path) {
            Ok(content) if is_file() => {
                if content != known.content {
                    *known = IdentifiedFile::new(path, content);
                }
                true
            }
            _ => false,
        }
    }

    /// Reads every file. What cannot be read has no identifier; it is reported where it is read for its own sake.
    fn fill(&mut self, files: &dyn FileTree) {
        let mut before = std::mem::take(&mut self.files);
        let mut waiting = vec![SCHEMAS.to_owned()];
        while let Some(path) = waiting.pop() {
            if files.kind(&path) == Some(FileKind::Folder) {
                let names = files.list(&path).unwrap_or_default().into_iter();
                let below = names.filter(|name| !name.starts_with('.'));
                let below = below.map(|name| format!("{path}/{name}"));
                let is_linked = |path: &str| files.is_link(path) && files.kind(path) == Some(FileKind::Folder);
                waiting.extend(below.filter(|path| !is_linked(path)));
            } else if file_name(&path).ends_with(".json")
                && let Ok(content) = files.read(&path)
            {
                let known = before.remove(&path).filter(|known| known.content == content);
                let file = known.unwrap_or_else(|| IdentifiedFile::new(&path, content));
                self.files.insert(path, file);
            }
        }
    }
}

impl IdentifiedFile {
    fn new(path: &str, content: Vec<u8>) -> Self {
        let source = Source::from_bytes(path, content.clone()).ok();
        let sound = source.filter(|source| find_conflict(source).is_none());
        Self {
            content,
            identifier: sound.and_then(|source| read_identifier(&source)),
        }
    }
}

//! Files that are there and cannot be read: links that lead nowhere, submodules, pointers of Git LFS, merges that are not finished, schemas that
//! refer to one of these. In: a path, or what was read. Out: the error, which is never silence.

use std::collections::BTreeSet;

use schemactl_model::{Document, FaultKind, Source, Span};

use super::Loader;
use super::tree::{FileError, FileKind};
use crate::error::LoadError;

/// How a file begins that Git LFS keeps elsewhere: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md.
pub(super) const LFS_POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// What a schema refers to in other files.
#[derive(Clone, Default)]
pub(super) struct IncludeState {
    /// Whether there is such a reference.
    pub(super) were_read: bool,
    /// Whether the content of such a file is in another place.
    pub(super) are_foreign: bool,
    /// The paths that it refers to, by itself or through other files.
    pub(super) paths: BTreeSet<String>,
    /// An identifier that no file has which could be read.
    pub(super) unknown_identifier: Option<String>,
}

impl Loader<'_> {
    /// Whether a schema of an earlier state refers to what cannot be read: then its meaning is not known, and its digest is not that of the
    /// version.
    pub(super) fn is_unresolved(&mut self, path: &str, document: &Document) -> bool {
        let IncludeState {
            were_read, are_foreign, ..
        } = self.references;
        let fault = were_read.then(|| document.review().faults).and_then(|faults| {
            let mut faults = faults.into_iter();
            faults.find(|fault| fault.kind == FaultKind::Elsewhere)
        });
        let Some(fault) = fault else { return false };
        let (path, message) = (path.to_owned(), fault.message);
        self.errors.push(if are_foreign {
            LoadError::Foreign { path, message }
        } else {
            LoadError::Unresolved { path, message }
        });
        true
    }

    /// Whether the content of a folder cannot be read, which is an error.
    pub(super) fn is_unreadable_folder(&mut self, path: &str) -> bool {
        let is_unreadable = self.files.kind(path) == Some(FileKind::Unreadable);
        if is_unreadable && let Err(error) = self.files.list(path) {
            let error = self.unread(path, error);
            self.errors.push(error);
        }
        is_unreadable
    }

    /// Why a file or folder was not read.
    pub(super) fn unread(&mut self, path: &str, error: FileError) -> LoadError {
        let path = path.to_owned();
        match error {
            FileError::Outside => LoadError::Layout {
                path,
                message: "the link refers to a place outside the workspace".to_owned(),
            },
            FileError::Io(error) => LoadError::Io { path, error },
            FileError::Foreign(what) => {
                self.is_partial = true;
                let message = what.to_owned();
                LoadError::Foreign { path, message }
            }
        }
    }
}

/// The first marker of a merge that is not finished. No line of JSON begins with one, and none of settings does.
pub(super) fn find_conflict(source: &Source) -> Option<Span> {
    let mut start = 0;
    let mut first = None;
    for line in source.text().split_inclusive('\n') {
        if line.starts_with("<<<<<<< ") {
            first = first.or(Some(Span::new(start, start + line.trim_end().len())));
        }
        if line.starts_with(">>>>>>> ") && first.is_some() {
            return first;
        }
        start += line.len();
    }
    None
}

/// Returns the JSON file that a file in YAML should be: `1.0.json` for `1.0.schema.yaml`. `None` for a file that is no YAML.
pub(super) fn yaml_as_json(path: &str) -> Option<String> {
    let (stem, extension) = path.rsplit_once('.')?;
    let is_yaml = ["yaml", "yml"].iter().any(|yaml| extension.eq_ignore_ascii_case(yaml));
    is_yaml.then(|| format!("{}.json", stem.trim_end_matches(".schema")))
}

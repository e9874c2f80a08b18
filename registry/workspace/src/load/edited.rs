//! A workspace as it will be once files are written: what an edit would break is known before anything is written. In: the folder, the
//! files that will be there and the folder that will not. Out: a [`FileTree`].

use std::collections::BTreeSet;
use std::path::Path;

use super::memory::{FileMap, is_within};
use super::tree::Disk;
use super::{FileError, FileKind, FileTree, Workspace};
use crate::error::LoadError;

/// Files that will be written, and a folder that will be removed. Paths are seen from the workspace, with forward slashes.
#[derive(Clone, Debug, Default)]
pub struct EditedFiles {
    /// The files with their bytes.
    pub written: FileMap,
    /// The folder.
    pub removed: Option<String>,
}

impl EditedFiles {
    fn is_removed(&self, path: &str) -> bool {
        let removed = self.removed.as_deref();
        removed.is_some_and(|folder| is_within(path, folder))
    }
}

pub(super) struct EditedTree<'e> {
    pub(super) disk: Disk<'e>,
    pub(super) edits: &'e EditedFiles,
}

impl FileTree for EditedTree<'_> {
    fn kind(&self, path: &str) -> Option<FileKind> {
        let written = self.edits.written.kind(path);
        written.or_else(|| (!self.edits.is_removed(path)).then(|| self.disk.kind(path))?)
    }

    fn is_link(&self, path: &str) -> bool {
        self.edits.written.get(path).is_none() && !self.edits.is_removed(path) && self.disk.is_link(path)
    }

    fn list(&self, path: &str) -> Result<Vec<String>, FileError> {
        let mut names: BTreeSet<String> = self.edits.written.list(path).unwrap_or_default().into_iter().collect();
        if !self.edits.is_removed(path) && (names.is_empty() || self.disk.kind(path).is_some()) {
            let present = self.disk.list(path)?;
            names.extend(
                present
                    .into_iter()
                    .filter(|name| !self.edits.is_removed(&format!("{path}/{name}"))),
            );
        }
        Ok(names.into_iter().collect())
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        match self.edits.written.get(path) {
            Some(bytes) => Ok(bytes.to_vec()),
            None => self.disk.read(path),
        }
    }
}

impl Workspace {
    /// Reads the workspace as it will be after an edit.
    ///
    /// # Errors
    /// Fails with every reason why it could not be read then.
    pub fn load_edited(&self, edits: &EditedFiles) -> Result<Self, Vec<LoadError>> {
        Self::load_with_edits(&self.root, edits)
    }

    /// Reads the workspace whose folder is `root` as it will be after an edit, also one that cannot be read before it.
    ///
    /// # Errors
    /// Fails with every reason why it could not be read then.
    pub fn load_with_edits(root: &Path, edits: &EditedFiles) -> Result<Self, Vec<LoadError>> {
        let disk = Disk::open(root)?;
        Self::load_from(root, &EditedTree { disk, edits })
    }
}

//! The files of a workspace as values: code bindings, tests and editors have texts and no folder. In: texts by their paths. Out: a
//! [`FileTree`], so that errors have the same file, line and column as on a disk.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use super::Workspace;
use super::tree::{FileError, FileKind, FileTree};
use crate::error::LoadError;

/// Files by their paths, seen from the workspace, with forward slashes. A folder is there if a file stands below it.
///
/// # Examples
///
/// ```
/// use schemactl_workspace::{FileMap, Workspace};
///
/// let files = FileMap::from_iter([
///     ("schemactl.toml", "version = 1\n[registry]\nname = \"orders\"\n"),
///     ("schemas/shop/OrderPlaced/event.toml", "source = \"shop\"\ndetail-type = \"Order Placed\"\n"),
///     ("schemas/shop/OrderPlaced/1.0.json", r#"{"type": "object"}"#),
/// ]);
/// let workspace = Workspace::from_files(&files).map_err(|errors| errors[0].to_string())?;
/// assert_eq!(workspace.events.len(), 1);
/// # Ok::<_, String>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileMap {
    files: BTreeMap<String, Vec<u8>>,
}

impl FileMap {
    /// Puts a file at a path, in place of the one that is there.
    pub fn insert(&mut self, path: impl Into<String>, content: impl Into<Vec<u8>>) {
        self.files.insert(path.into(), content.into());
    }

    /// Removes what stands at a path: a file, or a folder with all that is below.
    pub fn remove(&mut self, path: &str) {
        self.files.retain(|file, _| !is_within(file, path));
    }

    /// Returns the bytes of a file.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(Vec::as_slice)
    }

    /// Returns the number of files.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Returns whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Returns the files with their paths, sorted.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files
            .iter()
            .map(|(path, content)| (path.as_str(), content.as_slice()))
    }

    /// The paths of the files below a folder, seen from there.
    fn paths_below(&self, folder: &str) -> impl Iterator<Item = &str> {
        let first = if folder.is_empty() {
            String::new()
        } else {
            format!("{folder}/")
        };
        let folder = folder.to_owned();
        let from = self.files.range(first..);
        from.map_while(move |(path, _)| below(path, &folder))
    }
}

/// Returns whether a path is that of a file or a folder, or leads below it.
pub fn is_within(path: &str, folder: &str) -> bool {
    path == folder || below(path, folder).is_some()
}

/// What is left of a path below a folder.
fn below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    if folder.is_empty() {
        return Some(path);
    }
    path.strip_prefix(folder)?.strip_prefix('/')
}

impl<P: Into<String>, C: Into<Vec<u8>>> FromIterator<(P, C)> for FileMap {
    fn from_iter<I: IntoIterator<Item = (P, C)>>(files: I) -> Self {
        let files = files.into_iter();
        Self {
            files: files.map(|(path, content)| (path.into(), content.into())).collect(),
        }
    }
}

impl FileTree for FileMap {
    fn kind(&self, path: &str) -> Option<FileKind> {
        if self.files.contains_key(path) {
            return Some(FileKind::File);
        }
        let is_folder = path.is_empty() || self.paths_below(path).next().is_some();
        is_folder.then_some(FileKind::Folder)
    }

    fn is_link(&self, _: &str) -> bool {
        false
    }

    fn list(&self, path: &str) -> Result<Vec<String>, FileError> {
        if self.kind(path) != Some(FileKind::Folder) {
            return Err(FileError::Io(io::ErrorKind::NotADirectory.into()));
        }
        let names = self.paths_below(path).filter_map(|below| below.split('/').next());
        Ok(names.map(str::to_owned).collect::<BTreeSet<_>>().into_iter().collect())
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        let content = self.files.get(path).cloned();
        content.ok_or_else(|| FileError::Io(io::ErrorKind::NotFound.into()))
    }
}

impl Workspace {
    /// Reads a workspace from values. It has no folder: its root is the empty path.
    ///
    /// # Errors
    /// Fails with every reason why it cannot be read.
    pub fn from_files(files: &FileMap) -> Result<Self, Vec<LoadError>> {
        Self::load_from(Path::new(""), files)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_where_files_stand_below() {
        let mut files = FileMap::from_iter([
            ("a/b/1.json", "1"),
            ("a/b.json", "2"),
            ("a/b/c/2.json", "3"),
            ("ab", "4"),
        ]);
        for (path, kind) in [
            ("", Some(FileKind::Folder)),
            ("a", Some(FileKind::Folder)),
            ("a/b", Some(FileKind::Folder)),
            ("a/b/1.json", Some(FileKind::File)),
            ("a/", None),
            ("b", None),
            ("a/b/1", None),
        ] {
            assert_eq!(files.kind(path), kind, "{path}");
        }
        assert_eq!(files.list("").unwrap(), ["a", "ab"]);
        assert_eq!(files.list("a").unwrap(), ["b", "b.json"]);
        assert_eq!(files.list("a/b").unwrap(), ["1.json", "c"]);
        assert!(files.list("ab").is_err() && files.read("a").is_err());
        files.remove("a/b");
        assert_eq!(
            files.files().map(|(path, _)| path).collect::<Vec<_>>(),
            ["a/b.json", "ab"]
        );
    }
}

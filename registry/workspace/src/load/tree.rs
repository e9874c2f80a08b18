//! Where the files of a workspace come from. In: a path, seen from the workspace, with forward slashes. Out: what stands there, links
//! followed. A folder of this machine is one such tree, texts in memory are another; the command line has a third one, of a commit.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::LoadError;

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// Something that this tree cannot read, such as a link that leads nowhere, or a submodule of a commit. It is there all the same.
    Unreadable,
}

/// Why a path cannot be read.
#[derive(Debug)]
pub enum FileError {
    /// A link leads out of the workspace.
    Outside,
    /// The content is in another place, such as a repository of its own: what it is.
    Foreign(&'static str),
    /// What the system said.
    Io(io::Error),
}

/// The files of a workspace. Paths are seen from the workspace, with forward slashes.
pub trait FileTree {
    /// Returns what stands at a path; for a link what it leads to. `None` only if nothing does.
    fn kind(&self, path: &str) -> Option<FileKind>;

    /// Returns whether the path itself is a link.
    fn is_link(&self, path: &str) -> bool;

    /// Returns the names in a folder, in any order.
    ///
    /// # Errors
    /// Fails if the path leads out of the workspace, or to no folder.
    fn list(&self, path: &str) -> Result<Vec<String>, FileError>;

    /// Returns the bytes of a file.
    ///
    /// # Errors
    /// Fails if the path leads out of the workspace, or to no file.
    fn read(&self, path: &str) -> Result<Vec<u8>, FileError>;

    /// Returns the files below `schemas/` whose schemas have an identifier, sorted; `None` if that has to be found out by reading them.
    fn identified(&self, _identifier: &str) -> Option<Vec<String>> {
        None
    }
}

/// A folder of this machine.
pub(super) struct Disk<'r> {
    root: &'r Path,
    /// Without links, so that what they lead to can be held against it.
    canonical_root: PathBuf,
    /// The folders that were looked at, by their paths, each without links.
    canonical_folders: RefCell<BTreeMap<String, PathBuf>>,
}

/// What a path leads to, links followed.
struct FoundFile {
    path: PathBuf,
    metadata: Metadata,
}

impl<'r> Disk<'r> {
    /// Opens the folder of a workspace.
    ///
    /// # Errors
    /// Fails with the one reason why it cannot be read.
    pub(super) fn open(root: &'r Path) -> Result<Self, Vec<LoadError>> {
        Self::new(root).map_err(|error| {
            let path = root.display().to_string();
            vec![LoadError::Io { path, error }]
        })
    }

    pub(super) fn new(root: &'r Path) -> io::Result<Self> {
        let canonical_root = root.canonicalize()?;
        Ok(Self {
            root,
            canonical_root,
            canonical_folders: RefCell::default(),
        })
    }

    /// What a path leads to, if that stands in the workspace. The system resolves links alone: of any other path it is known where it stands
    /// once that is known of its folder, and a workspace has thousands of files in few folders.
    fn follow(&self, path: &str) -> Result<FoundFile, FileError> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let path = self.follow_folder(folder)?.join(name);
        let metadata = path.symlink_metadata().map_err(FileError::Io)?;
        // INVARIANT: what is joined below is inside the workspace because its folder is; a name that leads up again is resolved as a link is.
        if !metadata.is_symlink() && !matches!(name, "" | "." | "..") {
            return Ok(FoundFile { path, metadata });
        }
        let path = path.canonicalize().map_err(FileError::Io)?;
        if !path.starts_with(&self.canonical_root) {
            return Err(FileError::Outside);
        }
        let metadata = path.metadata().map_err(FileError::Io)?;
        Ok(FoundFile { path, metadata })
    }

    /// The folder at a path, without links.
    fn follow_folder(&self, path: &str) -> Result<PathBuf, FileError> {
        if path.is_empty() {
            return Ok(self.canonical_root.clone());
        }
        if let Some(known) = self.canonical_folders.borrow().get(path) {
            return Ok(known.clone());
        }
        let folder = self.follow(path)?.path;
        self.canonical_folders
            .borrow_mut()
            .insert(path.to_owned(), folder.clone());
        Ok(folder)
    }
}

impl FileTree for Disk<'_> {
    fn kind(&self, path: &str) -> Option<FileKind> {
        use io::ErrorKind::{NotADirectory, NotFound};
        let path = self.root.join(path);
        match path.metadata() {
            Ok(metadata) if metadata.is_dir() => Some(FileKind::Folder),
            Ok(metadata) if metadata.is_file() => Some(FileKind::File),
            Ok(_) => Some(FileKind::Unreadable),
            Err(error) if matches!(error.kind(), NotFound | NotADirectory) => {
                path.is_symlink().then_some(FileKind::Unreadable)
            }
            Err(_) => Some(FileKind::Unreadable),
        }
    }

    fn is_link(&self, path: &str) -> bool {
        self.root.join(path).is_symlink()
    }

    fn list(&self, path: &str) -> Result<Vec<String>, FileError> {
        let entries = self.follow_folder(path)?.read_dir().map_err(FileError::Io)?;
        let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
        names.collect::<io::Result<_>>().map_err(FileError::Io)
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        let FoundFile { path, metadata } = self.follow(path)?;
        // A pipe would be waited for.
        if !metadata.is_file() && !metadata.is_dir() {
            return Err(FileError::Io(io::Error::other("it is neither a file nor a folder")));
        }
        std::fs::read(path).map_err(FileError::Io)
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    /// A workspace with a file, a folder beside it, and links of every kind.
    fn folder_with_links() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        for path in ["workspace/schemas/n/E", "workspace/real/below", "outside/n/E"] {
            fs::create_dir_all(at(path)).unwrap();
        }
        for path in [
            "workspace/schemas/n/E/a",
            "workspace/real/a",
            "workspace/real/below/a",
            "outside/n/E/a",
        ] {
            fs::write(at(path), path).unwrap();
        }
        for (target, link) in [
            ("a", "workspace/schemas/n/E/beside"),
            ("../../../real/a", "workspace/schemas/n/E/across"),
            ("../../../../outside/n/E/a", "workspace/schemas/n/E/out"),
            ("out", "workspace/schemas/n/E/out-twice"),
            ("nowhere", "workspace/schemas/n/E/nowhere"),
            ("self", "workspace/schemas/n/E/self"),
            ("../real", "workspace/schemas/in"),
            ("../../outside/n", "workspace/schemas/gone"),
            ("../../outside", "workspace/real/escape"),
        ] {
            symlink(target, at(link)).unwrap();
        }
        folder
    }

    #[test]
    fn nothing_outside_is_read_whichever_part_of_a_path_leads_there() {
        let folder = folder_with_links();
        let root = folder.path().join("workspace");
        let disk = Disk::new(&root).unwrap();
        // Twice: the second time the folders are known.
        for _ in 0..2 {
            for (path, expected) in [
                ("schemas/n/E/a", "workspace/schemas/n/E/a"),
                ("schemas/n/E/beside", "workspace/schemas/n/E/a"),
                ("schemas/n/E/across", "workspace/real/a"),
                ("schemas/in/a", "workspace/real/a"),
                ("schemas/in/below/a", "workspace/real/below/a"),
                ("schemas/n/../n/E/a", "workspace/schemas/n/E/a"),
            ] {
                assert_eq!(disk.read(path).unwrap(), expected.as_bytes(), "{path}");
            }
            for path in [
                "schemas/n/E/out",
                "schemas/n/E/out-twice",
                "schemas/gone/E/a",
                "schemas/in/escape/n/E/a",
                "real/escape/n/E/a",
                "../outside/n/E/a",
                "schemas/../../outside/n/E/a",
                "schemas/n/../../../outside/n/E/a",
            ] {
                assert!(matches!(disk.read(path), Err(FileError::Outside)), "{path}");
            }
            for path in ["schemas/gone", "schemas/gone/E", "schemas/in/escape", ".."] {
                assert!(matches!(disk.list(path), Err(FileError::Outside)), "{path}");
            }
            for path in [
                "schemas/n/E/nowhere",
                "schemas/n/E/self",
                "schemas/n/E/a/b",
                "schemas/none/a",
            ] {
                assert!(matches!(disk.read(path), Err(FileError::Io(_))), "{path}");
            }
        }
        assert_eq!(disk.list("schemas/in/below").unwrap(), ["a"]);
    }
}

//! Where the files of a workspace come from. In: a path, seen from the workspace, with forward slashes. Out: what stands there, links
//! followed. A folder of this machine is one such tree, texts in memory are another; the command line has a third one, of a commit.

use std::io;
use std::path::{Path, PathBuf};

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A file.
    File,
    /// A folder.
    Folder,
}

/// Why a path cannot be read.
#[derive(Debug)]
pub enum FileError {
    /// A link leads out of the workspace.
    Outside,
    /// What the system said.
    Io(io::Error),
}

/// The files of a workspace. Paths are seen from the workspace, with forward slashes.
pub trait FileTree {
    /// Returns what stands at a path; for a link what it leads to.
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
}

/// A folder of this machine.
pub(super) struct Disk<'r> {
    root: &'r Path,
    /// Without links, so that what they lead to can be held against it.
    canonical_root: PathBuf,
}

impl<'r> Disk<'r> {
    pub(super) fn new(root: &'r Path) -> io::Result<Self> {
        let canonical_root = root.canonicalize()?;
        Ok(Self { root, canonical_root })
    }

    /// The path, if it stands in the workspace with links followed.
    fn inside(&self, path: &str) -> Result<PathBuf, FileError> {
        let path = self.root.join(path);
        let real = path.canonicalize().map_err(FileError::Io)?;
        if real.starts_with(&self.canonical_root) {
            Ok(path)
        } else {
            Err(FileError::Outside)
        }
    }
}

impl FileTree for Disk<'_> {
    fn kind(&self, path: &str) -> Option<FileKind> {
        let metadata = self.root.join(path).metadata().ok()?;
        let folder = metadata.is_dir().then_some(FileKind::Folder);
        folder.or_else(|| metadata.is_file().then_some(FileKind::File))
    }

    fn is_link(&self, path: &str) -> bool {
        self.root.join(path).is_symlink()
    }

    fn list(&self, path: &str) -> Result<Vec<String>, FileError> {
        let entries = self.inside(path)?.read_dir().map_err(FileError::Io)?;
        let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
        names.collect::<io::Result<_>>().map_err(FileError::Io)
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        let path = self.inside(path)?;
        // A pipe would be waited for.
        if is_special(&path).map_err(FileError::Io)? {
            return Err(FileError::Io(io::Error::other("it is neither a file nor a folder")));
        }
        std::fs::read(path).map_err(FileError::Io)
    }
}

fn is_special(path: &Path) -> io::Result<bool> {
    let metadata = path.metadata()?;
    Ok(!metadata.is_file() && !metadata.is_dir())
}

//! What the schemas of a comparison refer to in other files. In: a schema file, in a folder or in a revision. Out: the files beside it,
//! by relative paths. Nothing leaves the folder: that of the repository or the workspace that the file is in, or else its own.

use std::path::{Path, PathBuf};

use schemactl_model::{Files, Include, Source};
use schemactl_workspace::join_reference;

use crate::baseline;
use crate::input::find_file_inside;

/// The files around a schema file.
pub(super) struct FolderFiles {
    /// The folder that no reference leaves.
    folder: PathBuf,
    /// The schema file as people named it, and its path in the folder.
    entry: (String, String),
}

impl FolderFiles {
    /// Creates the files around a schema file. `None` if the file is not there.
    pub(super) fn around(name: &str, path: &Path) -> Option<Self> {
        let path = path.canonicalize().ok()?;
        let own = path.parent()?;
        let holds = |folder: &&Path| folder.join(".git").exists() || folder.join("schemactl.toml").is_file();
        let current = std::env::current_dir().and_then(|folder| folder.canonicalize()).ok();
        let current = current.filter(|folder| path.starts_with(folder));
        let folder = own.ancestors().find(holds).map(Path::to_owned).or(current);
        let folder = folder.unwrap_or_else(|| own.to_owned());
        let inside = with_slashes(path.strip_prefix(&folder).ok()?);
        Some(Self {
            folder,
            entry: (name.to_owned(), inside),
        })
    }
}

impl FolderFiles {
    /// Returns the folder that the paths of the files are seen from.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }
}

fn with_slashes(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

impl Files for FolderFiles {
    fn find(&mut self, from: &str, location: Include<'_>) -> Result<Option<Source>, String> {
        let Include::Path(text) = location else {
            return Ok(None);
        };
        let from = if from == self.entry.0 { &self.entry.1 } else { from };
        let inside = join_reference(from, text, "the folder")?;
        let real =
            find_file_inside(&self.folder, &inside).ok_or_else(|| match self.folder.join(&inside).canonicalize() {
                Err(_) => format!("`{text}` refers to {inside}, which does not exist"),
                Ok(real) if real.starts_with(&self.folder) => format!("`{text}` refers to {inside}, which is no file"),
                Ok(_) => format!("`{text}` refers to a file outside the folder"),
            })?;
        let bytes = std::fs::read(&real).map_err(|error| format!("cannot read {inside}: {error}"))?;
        source(inside, bytes)
    }
}

/// The files of a revision.
pub(super) struct RevisionFiles<'r> {
    pub(super) revision: &'r str,
    /// The schema file as people named it, and its path in the repository.
    pub(super) entry: (String, String),
}

impl Files for RevisionFiles<'_> {
    fn find(&mut self, from: &str, location: Include<'_>) -> Result<Option<Source>, String> {
        let Include::Path(text) = location else {
            return Ok(None);
        };
        let from = if from == self.entry.0 { &self.entry.1 } else { from };
        let inside = join_reference(from, text, "the repository")?;
        let bytes = baseline::file_in_repository(Path::new("."), self.revision, &inside);
        match bytes.ok().flatten() {
            Some(bytes) => source(inside, bytes),
            None => Err(format!(
                "`{text}` refers to {inside}, which {} does not have",
                self.revision
            )),
        }
    }
}

fn source(path: String, bytes: Vec<u8>) -> Result<Option<Source>, String> {
    Source::from_bytes(path, bytes)
        .map(Some)
        .map_err(|error| error.to_string())
}

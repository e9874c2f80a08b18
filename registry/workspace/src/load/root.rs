//! The folder of a workspace. In: a folder. Out: the closest one with a `schemactl.toml`, in the same git repository.

use std::path::{Component, Path, PathBuf};

use super::MANIFEST_FILE;
use crate::error::LoadError;

/// What stands at the root of a git repository: a folder, or a file in linked work trees and submodules.
const REPOSITORY: &str = ".git";

/// Returns the closest folder with a `schemactl.toml`, from `start` upwards to the root of its git repository: what is around a repository
/// has other versions, and another history, than what is in it.
///
/// # Errors
/// Fails if there is none.
pub fn find_root(start: &Path) -> Result<PathBuf, LoadError> {
    let absolute = std::path::absolute(start).unwrap_or_else(|_| start.to_owned());
    for folder in list_above(&absolute) {
        if folder.join(MANIFEST_FILE).is_file() {
            return Ok(folder.to_owned());
        }
        if folder.join(REPOSITORY).exists() {
            break;
        }
    }
    Err(LoadError::NoManifest {
        start: start.to_owned(),
    })
}

/// A folder and those above it, the closest first: `a` is above `a/b/..` and `a/b` is not.
fn list_above(folder: &Path) -> impl Iterator<Item = &Path> {
    let mut left = 0_usize;
    folder.ancestors().filter(move |above| {
        let is_above = left == 0;
        match above.components().next_back() {
            Some(Component::ParentDir) => left += 1,
            _ => left = left.saturating_sub(1),
        }
        is_above
    })
}

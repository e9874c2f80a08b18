//! The workspaces below a folder. In: the folder. Out: the folders with a schemactl.toml: in a repository those that git follows or does not ignore, and
//! elsewhere all. Those of what others have written, or of what is built, count only where git follows them.
//!
//! INVARIANT: what git follows is checked, whatever its folder is called. A pull request could otherwise move a workspace out of sight.

use std::path::{Path, PathBuf};

use schemactl_workspace::MANIFEST_FILE;

use crate::git::Git;

/// Folders of what others have written, and of what is built.
const FOREIGN: [&str; 3] = ["target", "node_modules", ".git"];

/// Folders in folders that are searched outside repositories: deeper than anybody keeps schemas, and an end for strange file systems.
const DEEPEST: usize = 12;

/// Returns the folders below that hold a workspace, sorted. In a repository they are those that git follows or does not ignore.
pub(crate) fn find_workspaces(start: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    match list_in_repository(start) {
        Some(folders) => found.extend(folders),
        None => walk(start, Path::new(""), DEEPEST, &mut found),
    }
    keep_present(start, found)
}

/// Returns the folders inside a workspace that hold another one, sorted. None outside repositories: nothing says there which files are shared.
pub(crate) fn find_nested_workspaces(root: &Path) -> Vec<PathBuf> {
    keep_present(root, list_in_repository(root).unwrap_or_default())
}

/// Returns the folders whose settings are there, sorted: git follows files that are deleted, too.
fn keep_present(start: &Path, mut folders: Vec<PathBuf>) -> Vec<PathBuf> {
    folders.retain(|folder| start.join(folder).join(MANIFEST_FILE).is_file());
    folders.sort();
    folders.dedup();
    folders
}

/// The folders with settings that git follows or does not ignore. `None` outside repositories.
fn list_in_repository(start: &Path) -> Option<Vec<PathBuf>> {
    let files = Git::at(start).list_visible(&format!("*/{MANIFEST_FILE}"))?;
    let folders = files.iter().filter_map(|(file, is_tracked)| {
        let folder = folder_of(file)?;
        (*is_tracked || !is_foreign(&folder)).then_some(folder)
    });
    Some(folders.collect())
}

/// Returns the folder of a file of settings.
pub(crate) fn folder_of(file: &str) -> Option<PathBuf> {
    let folder = file.strip_suffix(MANIFEST_FILE)?.strip_suffix('/')?;
    Some(PathBuf::from(folder))
}

/// Whether a folder has what somebody else has written.
fn is_foreign(folder: &Path) -> bool {
    let mut names = folder.components().filter_map(|part| part.as_os_str().to_str());
    names.any(|name| FOREIGN.contains(&name))
}

/// Links are not followed: they lead elsewhere, or in circles.
fn walk(start: &Path, folder: &Path, levels: usize, found: &mut Vec<PathBuf>) {
    let Ok(entries) = start.join(folder).read_dir() else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder && levels > 0 && !name.starts_with('.') && !FOREIGN.contains(&&*name) {
            let below = folder.join(&*name);
            if start.join(&below).join(MANIFEST_FILE).is_file() {
                found.push(below.clone());
            }
            walk(start, &below, levels - 1, found);
        }
    }
}

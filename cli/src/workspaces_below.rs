//! The workspaces below a folder. In: the folder. Out: the folders with a schemactl.toml: in a repository those that git follows or does not ignore, and
//! elsewhere all but those of what others have written.

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
    match Git::at(start).listed() {
        Some(files) => found.extend(files.iter().filter_map(|file| folder_of(file))),
        None => walk(start, Path::new(""), DEEPEST, &mut found),
    }
    found.retain(|folder| start.join(folder).join(MANIFEST_FILE).is_file());
    found.sort();
    found.dedup();
    found
}

/// Returns the folder of a file of settings, unless it belongs to somebody else.
pub(crate) fn folder_of(file: &str) -> Option<PathBuf> {
    let folder = Path::new(file.strip_suffix(MANIFEST_FILE)?.strip_suffix('/')?);
    let mut names = folder.components().filter_map(|part| part.as_os_str().to_str());
    (!names.any(|name| FOREIGN.contains(&name))).then(|| folder.to_owned())
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

//! The other workspaces of a repository: an event that two of them have is a finding of both. In: the folder of a workspace. Out: what its neighbors
//! publish and register. A workspace inside another one, such as a fixture of its tests, is no neighbor of anything outside.

use std::path::{Path, PathBuf};

use schemactl_workspace::{MANIFEST_FILE, NeighborWorkspace};

use crate::context::{find_repository, folder_in_repository};
use crate::git::Git;
use crate::workspaces_below::folder_of;

/// Returns the neighbors of a workspace, of those that git follows in its repository. None outside repositories.
pub(crate) fn find_neighbors(root: &Path) -> Vec<NeighborWorkspace> {
    let Ok(root) = root.canonicalize() else {
        return Vec::new();
    };
    let Some(repository) = find_repository(&root) else {
        return Vec::new();
    };
    let pattern = format!("*/{MANIFEST_FILE}");
    let Some(files) = Git::at(repository).list_tracked(&pattern) else {
        return Vec::new();
    };
    let folders: Vec<PathBuf> = files.iter().filter_map(|file| folder_of(file)).collect();
    // A workspace at the top is around all others.
    if repository.join(MANIFEST_FILE).is_file()
        || !list_outermost(&folders).any(|folder| repository.join(folder) == root)
    {
        return Vec::new();
    }
    KnownWorkspaces::load(repository, &folders, Some(&root)).list_neighbors(&root)
}

/// Workspaces of one repository, each with its folder.
pub(crate) struct KnownWorkspaces {
    start: PathBuf,
    workspaces: Vec<(PathBuf, NeighborWorkspace)>,
}

impl KnownWorkspaces {
    /// Reads the workspaces in folders below another one, except the one in the folder `except`. One inside another one is left out.
    pub(crate) fn load(start: &Path, folders: &[PathBuf], except: Option<&Path>) -> Self {
        let prefix = folder_in_repository(start);
        let is_read = |folder: &&PathBuf| except.is_none_or(|except| start.join(folder) != except);
        let workspaces = list_outermost(folders).filter(is_read).filter_map(|folder| {
            let path = path_between(Path::new(""), folder);
            // Fingerprints have the name in them: it is the same from wherever a check starts.
            let name = format!("{prefix}{path}");
            Some((
                folder.clone(),
                NeighborWorkspace::load(&start.join(folder), &name, &path)?,
            ))
        });
        Self {
            start: start.to_owned(),
            workspaces: workspaces.collect(),
        }
    }

    /// Returns the neighbors of the workspace in the folder `root`: none, if it is inside another one.
    pub(crate) fn list_neighbors(&self, root: &Path) -> Vec<NeighborWorkspace> {
        let Ok(own) = root.strip_prefix(&self.start) else {
            return Vec::new();
        };
        let is_inside = |(around, _): &(PathBuf, NeighborWorkspace)| own != around && own.starts_with(around);
        if self.workspaces.iter().any(is_inside) {
            return Vec::new();
        }
        let others = self.workspaces.iter().filter(|(folder, _)| folder != own);
        others
            .map(|(folder, workspace)| NeighborWorkspace {
                path: path_between(own, folder),
                ..workspace.clone()
            })
            .collect()
    }
}

/// Returns the folders that are inside no other one of them.
fn list_outermost(folders: &[PathBuf]) -> impl Iterator<Item = &PathBuf> {
    let is_inside = |folder: &Path| {
        let mut around = folder.ancestors().skip(1);
        around.any(|around| folders.iter().any(|other| other == around))
    };
    folders.iter().filter(move |folder| !is_inside(folder))
}

/// Returns the path of a folder as it is seen from another one; both are seen from the same place.
fn path_between(from: &Path, to: &Path) -> String {
    let shared = from
        .components()
        .zip(to.components())
        .take_while(|(one, other)| one == other)
        .count();
    let up = from.components().skip(shared).map(|_| "..".to_owned());
    let down = to
        .components()
        .skip(shared)
        .map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// Returns a path without steps that lead up again: `a/../b` is `b`.
pub(crate) fn normalize_path(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        if part == ".." && parts.last().is_some_and(|last| *last != "..") {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_between_folders_leads_from_one_to_the_other() {
        for (from, to, path) in [
            ("a", "b", "../b"),
            ("x/a", "x/b/c", "../b/c"),
            ("x/y/a", "b", "../../../b"),
        ] {
            let found = path_between(Path::new(from), Path::new(to));
            assert_eq!(found, path);
            assert_eq!(normalize_path(&format!("{from}/{found}")), to);
        }
    }
}

//! The other workspaces of a repository: an event that two of them have is a finding of both. In: the folder of a workspace. Out: what its neighbors
//! publish and register. A workspace inside another one, such as a fixture of its tests, is no neighbor of anything outside.

use std::path::{Path, PathBuf};

use schemactl_workspace::{MANIFEST_FILE, NeighborWorkspace};

use crate::context::{find_repository, folder_in_repository};
use crate::git::Git;
use crate::relative_paths::path_between;
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
pub(crate) fn list_outermost(folders: &[PathBuf]) -> impl Iterator<Item = &PathBuf> {
    let is_inside = |folder: &Path| {
        let mut around = folder.ancestors().skip(1);
        around.any(|around| folders.iter().any(|other| other == around))
    };
    folders.iter().filter(move |folder| !is_inside(folder))
}

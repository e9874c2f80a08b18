//! The other workspaces of the repository that share a registry. In: the workspace, and the registry that a command is about. Out: which of them registers
//! a schema: that is its own, and no event of this one.

use std::path::{Path, PathBuf};

use schemactl_push::is_registered_as;
use schemactl_workspace::Workspace;

use crate::context::find_repository;
use crate::neighbors::list_outermost;
use crate::workspaces_below::find_workspaces;

/// The other workspaces that write to a registry, each by its folder in the repository.
pub(crate) struct SharedRegistry(Vec<(PathBuf, Workspace)>);

impl SharedRegistry {
    /// Reads the workspaces that write to the registry of that name, in the same environment. One that cannot be read is none.
    pub(crate) fn read(workspace: &Workspace, registry: &str, environment: Option<&str>) -> Self {
        let Ok(root) = workspace.root.canonicalize() else {
            return Self(Vec::new());
        };
        let Some(repository) = find_repository(&root) else {
            return Self(Vec::new());
        };
        // A workspace inside another one, such as a fixture of its tests, writes to no registry.
        let folders = find_workspaces(repository);
        let others = list_outermost(&folders).filter(|folder| repository.join(folder) != root);
        let read = |folder: PathBuf| {
            let (other, _) = Workspace::load_readable(&repository.join(&folder)).ok()?;
            (registry_of(&other, environment)? == registry).then_some((folder, other))
        };
        Self(others.cloned().filter_map(read).collect())
    }

    /// Returns the folder of the workspace that registers a schema.
    pub(crate) fn find_owner(&self, schema: &str) -> Option<&Path> {
        let registers = |workspace: &Workspace| {
            let mut events = workspace.events.values();
            events.any(|event| is_registered_as(event, schema, &workspace.manifest.registry))
        };
        let owner = self.0.iter().find(|(_, workspace)| registers(workspace));
        owner.map(|(folder, _)| folder.as_path())
    }
}

/// The name of the registry of a workspace in an environment. `None` if it has no such environment.
fn registry_of<'w>(workspace: &'w Workspace, environment: Option<&str>) -> Option<&'w str> {
    let manifest = &workspace.manifest;
    let Some(name) = environment else {
        return Some(&manifest.registry.name);
    };
    let own = manifest.environments.get(name)?.registry.as_deref();
    Some(own.unwrap_or(&manifest.registry.name))
}

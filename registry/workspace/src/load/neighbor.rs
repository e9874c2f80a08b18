//! Another workspace of the same repository, as far as its events are published and registered. In: its files. Out: a [`NeighborWorkspace`]: settings
//! and names, no schemas. What of it cannot be read is left out: its own check reports that.

use std::path::Path;
use std::sync::Arc;

use schemactl_model::{EventName, Source, Version};

use super::tree::{Disk, FileTree};
use super::{EVENT, Loader, SchemaPlace, file_name};
use crate::error::LoadError;
use crate::event::EventSettings;
use crate::manifest::{Layout, Manifest};
use crate::toml_file::read_toml;

/// Another workspace of the same repository.
#[derive(Clone, Debug)]
pub struct NeighborWorkspace {
    /// The name that findings give it: its folder in the repository.
    pub name: String,
    /// The folder as it is seen from the workspace that is checked, such as `../billing`.
    pub path: String,
    /// `schemactl.toml`
    pub manifest: Manifest,
    /// The events that can be read, sorted by name.
    pub events: Arc<[NeighborEvent]>,
}

/// An event of another workspace.
#[derive(Clone, Debug)]
pub struct NeighborEvent {
    /// Its name, from the folders.
    pub name: EventName,
    /// What `event.toml` says.
    pub settings: EventSettings,
    /// `event.toml` itself, with its path in that workspace.
    pub settings_file: Source,
    /// The versions that have a file, if the workspace registers each major by itself; otherwise none is read.
    pub versions: Vec<Version>,
}

impl NeighborWorkspace {
    /// Reads the workspace in a folder of this machine. `None` if its settings cannot be read.
    pub fn load(root: &Path, name: &str, path: &str) -> Option<Self> {
        Self::load_from(&Disk::open(root).ok()?, name, path)
    }

    /// Reads a workspace from the files of a tree. `None` if its settings cannot be read.
    pub fn load_from(files: &dyn FileTree, name: &str, path: &str) -> Option<Self> {
        let mut loader = Loader::new(Path::new(path), files);
        let (manifest, _) = loader.manifest()?;
        let has_majors = manifest.registry.layout == Layout::Major;
        let mut events = Vec::new();
        // An empty folder of schemas is no problem of the workspace that is checked.
        loader.is_to_fill = true;
        loader.visit_places(false, &mut |loader, place| {
            if let SchemaPlace::Event { namespace, folder } = place {
                events.extend(read_event(loader, (&namespace, &folder), has_majors));
            }
        });
        Some(Self {
            name: name.to_owned(),
            path: path.to_owned(),
            manifest,
            events: events.into(),
        })
    }

    /// Returns a file of it under the path that it has from the workspace that is checked.
    pub fn source_from_here(&self, file: &Source) -> Source {
        Source::new(format!("{}/{}", self.path, file.path()), file.text())
    }
}

fn read_event(loader: &mut Loader<'_>, (namespace, folder): (&str, &str), has_majors: bool) -> Option<NeighborEvent> {
    let name = EventName::new(file_name(namespace), file_name(folder)).ok()?;
    let settings_file = loader.source(&format!("{folder}/{EVENT}"))?;
    let settings: Result<EventSettings, LoadError> = read_toml(&settings_file);
    let version_of = |path: &String| file_name(path).strip_suffix(".json")?.parse().ok();
    let files = if has_majors { loader.folder(folder) } else { Vec::new() };
    Some(NeighborEvent {
        name,
        settings: settings.ok()?,
        versions: files.iter().filter_map(version_of).collect(),
        settings_file,
    })
}

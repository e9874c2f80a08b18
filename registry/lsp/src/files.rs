//! The texts of a workspace as an editor has them. In: a path, seen from the workspace. Out: the text that is open, or else that of the disk.

use std::path::Path;

use schemactl_model::{Dialect, Document, Source};
use schemactl_workspace::{Workspace, WorkspaceEvent, is_shared_folder};

use crate::buffer::OpenTexts;

/// A workspace with the texts above it.
pub(crate) struct WorkspaceFiles<'w> {
    pub(crate) root: &'w Path,
    /// As it was when it could last be read.
    pub(crate) workspace: &'w Workspace,
    pub(crate) documents: &'w OpenTexts,
}

impl<'w> WorkspaceFiles<'w> {
    /// Returns a file; `None` if there is none, or only one outside the workspace.
    pub(crate) fn read(&self, path: &str) -> Option<Source> {
        let full = self.root.join(path);
        if let Some(open) = self.documents.get(&full) {
            return Some(Source::new(path, open.text.as_str()));
        }
        let real = full.canonicalize().ok()?;
        let is_inside = real.is_file() && real.starts_with(self.root.canonicalize().ok()?);
        let bytes = std::fs::read(real).ok().filter(|_| is_inside)?;
        Source::from_bytes(path, bytes).ok()
    }

    /// Returns the event in whose folder a file stands.
    pub(crate) fn event_of(&self, path: &str) -> Option<&'w WorkspaceEvent> {
        let mut parts = path.strip_prefix("schemas/")?.split('/');
        let (namespace, name) = (parts.next()?, parts.next()?);
        let mut events = self.workspace.events.values();
        events.find(|event| event.name.namespace() == namespace && event.name.name() == name)
    }

    /// Returns a schema as it was when it could last be read.
    pub(crate) fn document_of(&self, path: &str) -> Option<&'w Document> {
        let own = self
            .event_of(path)
            .into_iter()
            .flat_map(|event| event.versions.values());
        let mut documents = own.map(|version| &version.document).chain(&self.workspace.shared);
        documents.find(|document| document.source().path() == path)
    }

    /// Returns the dialect of a schema.
    pub(crate) fn dialect_of(&self, path: &str) -> Dialect {
        self.document_of(path).map_or(Dialect::Draft202012, Document::dialect)
    }
}

/// Returns whether a file is a schema: of a version, or one that several share.
pub(crate) fn is_schema(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    let is_json = Path::new(path).extension().is_some_and(|extension| extension == "json");
    let is_shared = parts.get(1).is_some_and(|folder| is_shared_folder(folder));
    is_json && parts[0] == "schemas" && (is_shared || parts.len() == 4)
}

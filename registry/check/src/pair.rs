//! Two schemas of one event, as findings name them. In: the schemas, with their versions where they have some. Out: plain values.

use schemactl_model::{Document, EventName, Version, VersionField};

/// One of two schemas, as findings speak of it.
#[derive(Clone, Copy, Debug)]
pub struct ComparedSchema<'d> {
    /// What people call it: `OrderPlaced@1.0`, or a file.
    pub title: &'d str,
    /// Its version, if it has one.
    pub version: Option<&'d Version>,
    /// The schema.
    pub document: &'d Document,
}

/// Two schemas of an event.
#[derive(Clone, Copy, Debug)]
pub struct SchemaPair<'d> {
    /// The event.
    pub event: &'d EventName,
    /// The older schema.
    pub old: ComparedSchema<'d>,
    /// The newer schema.
    pub new: ComparedSchema<'d>,
    /// The version field of the event, if it is known.
    pub version_field: Option<&'d VersionField>,
}

impl ComparedSchema<'_> {
    /// The version where there is one: titles are long.
    pub(crate) fn name(&self) -> String {
        self.version.map_or_else(|| self.title.to_owned(), ToString::to_string)
    }
}

//! What generating returns.

use crate::untyped::UntypedPlace;
use crate::untyped_places::UntypedReport;

/// Generated code, and what it will do badly because of how schemas describe their events.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GeneratedCode {
    /// The Rust source of a file.
    pub source: String,
    /// Places in the schemas, in the order of the versions that were generated.
    pub lints: Vec<Lint>,
    /// Places whose values are a `serde_json::Value`.
    pub untyped: Vec<UntypedPlace>,
    /// How many properties the types have that were made of the schemas: each version counts for itself.
    pub properties: usize,
}

/// A place in a schema because of which generated code does something badly.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lint {
    /// `file:line:col` of the property.
    pub place: String,
    /// What, and what to do.
    pub message: String,
}

/// What is noted while schemas are lowered.
#[derive(Debug, Default)]
pub(crate) struct GenerationNotes {
    pub(crate) lints: Vec<Lint>,
    pub(crate) untyped: Vec<UntypedPlace>,
    pub(crate) properties: usize,
}

impl GenerationNotes {
    /// Adds what is noted of one schema.
    pub(crate) fn add(&mut self, lints: Vec<Lint>, untyped: UntypedReport) {
        self.lints.extend(lints);
        self.untyped.extend(untyped.places);
        self.properties += untyped.properties;
    }

    /// Returns the code with its notes.
    pub(crate) fn attach(self, source: String) -> GeneratedCode {
        GeneratedCode {
            source,
            lints: self.lints,
            untyped: self.untyped,
            properties: self.properties,
        }
    }
}

//! What generating returns.

/// Generated code, and what it will do badly because of how schemas describe their events.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GeneratedCode {
    /// The Rust source of a file.
    pub source: String,
    /// Places in the schemas, in the order of the versions that were generated.
    pub lints: Vec<Lint>,
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

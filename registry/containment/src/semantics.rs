//! How schemas are read where the specification leaves a choice. Engine and replay are built from one value of it, so that they
//! cannot read a schema in two ways.

use schemactl_model::FormatMode;

/// The choices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Semantics {
    /// What `format` says.
    pub formats: FormatMode,
}

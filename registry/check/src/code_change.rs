//! Code that is generated for a version, as far as this crate knows it: by a function of the program that links the generator. In: two versions of an
//! event. Out: what changes for users of the code.

use schemactl_model::Pointer;
use schemactl_workspace::{SchemaVersion, WorkspaceEvent};

/// A change of generated code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeChange {
    /// What changes, as the end of a sentence.
    pub what: String,
    /// Where the older schema describes it.
    pub old: Pointer,
    /// Where the newer schema describes it.
    pub new: Pointer,
}

/// Returns the first change of the code that is generated for two versions of an event; `None` if users of the code notice nothing. It is called for versions
/// that are proved equivalent.
pub type CodeComparer = fn(&WorkspaceEvent, &SchemaVersion, &SchemaVersion) -> Option<CodeChange>;

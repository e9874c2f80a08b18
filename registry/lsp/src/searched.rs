//! What a search for earlier states has found: the message from the thread that searched. In: the folder of the workspace, the digests that were
//! searched, the states. Out: the same, for whoever waits for it.

use std::collections::BTreeSet;
use std::path::Path;

use schemactl_model::Digest;
use schemactl_workspace::EarlierState;

/// What a search for the digests of released schemas has found.
pub(crate) struct SearchedStates {
    /// The folder of the workspace.
    pub(crate) root: Box<Path>,
    pub(crate) searched: BTreeSet<Digest>,
    pub(crate) states: Vec<EarlierState>,
}

//! Earlier states of a workspace that know what its released schemas were. In: the workspace, the host. Out: the states that are known so far; others
//! are searched in a thread of their own, since git may take longer than the next key.

use std::collections::BTreeSet;
use std::path::Path;

use schemactl_model::Digest;
use schemactl_workspace::{EarlierState, Workspace};

use crate::host::EditorHost;
use crate::inbox::Inbox;
use crate::searched::SearchedStates;

/// Earlier states of one workspace.
#[derive(Default)]
pub(crate) struct FormerStates {
    /// The digests that were searched last.
    searched: BTreeSet<Digest>,
    is_searching: bool,
    states: Vec<EarlierState>,
}

impl FormerStates {
    /// Returns the states that explain findings. As for a check, there are none while every released schema is what it was.
    pub(crate) fn known(&self, workspace: &Workspace) -> &[EarlierState] {
        if workspace.list_altered().next().is_some() {
            &self.states
        } else {
            &[]
        }
    }

    pub(crate) fn is_searching(&self) -> bool {
        self.is_searching
    }

    /// Begins a search if no state has a released schema that is another one now.
    pub(crate) fn search(&mut self, workspace: &Workspace, host: &dyn EditorHost, inbox: &Inbox) {
        let altered: BTreeSet<Digest> = workspace.list_altered().cloned().collect();
        let is_known = |digest: &Digest| self.states.iter().any(|state| state.has_schema(digest));
        if altered == self.searched || altered.iter().all(is_known) {
            return;
        }
        self.searched.clone_from(&altered);
        self.is_searching = true;
        let root: Box<Path> = workspace.root.as_path().into();
        let search = host.search_former_states(workspace);
        inbox.search(move || SearchedStates {
            root,
            searched: altered,
            states: search(),
        });
    }

    /// Takes over what a search has found. Returns false if another one has begun since.
    pub(crate) fn take_over(&mut self, found: SearchedStates) -> bool {
        let is_last = self.is_searching && found.searched == self.searched;
        if is_last {
            self.is_searching = false;
            self.states = found.states;
        }
        is_last
    }
}

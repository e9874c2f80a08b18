//! How a push ends. In: what became of its writes and, where others wrote at the same time, the plan that is left then. Out: a [`PushEnd`],
//! which is the exit code. It follows from what the registry holds at the last look, not from the call that noticed the others.

use super::Outcome;
use crate::plan::Plan;
use crate::remote::RemoteErrorKind;

/// How a push ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushEnd {
    /// The registry holds everything, and nothing contradicts it.
    Whole,
    /// The registry holds something that contradicts the workspace.
    Differs,
    /// Something is left to write.
    Partly,
    /// Nothing was written: the registry refused, or cannot be reached.
    Refused,
    /// It was stopped.
    Interrupted,
}

impl Outcome {
    /// Returns whether others have written to the same schemas since the plan was made.
    pub fn has_concurrent_writes(&self) -> bool {
        !self.overtaken.is_empty() || self.failed.iter().any(|(_, error)| is_of_others(error.kind))
    }

    /// Returns how a push ended. `after` is the plan that is left, made from the registry as it was read after others had written.
    pub fn end(&self, plan: &Plan, after: Option<&Plan>) -> PushEnd {
        let interrupted = |kind| kind == RemoteErrorKind::Interrupted;
        let kinds = || self.failed.iter().map(|(_, error)| error.kind);
        let is_whole = self.failed.is_empty() && self.not_tried.is_empty();
        if !is_whole && kinds().all(interrupted) {
            return PushEnd::Interrupted;
        }
        let is_counted = |kind| after.is_none() || !is_of_others(kind);
        let has_failed = kinds().any(is_counted) || (after.is_none() && !is_whole);
        let last = after.unwrap_or(plan);
        if last.conflicts().next().is_some() && (after.is_some() || is_whole) {
            return PushEnd::Differs;
        }
        if has_failed && self.done.is_empty() && self.unconfirmed.is_empty() {
            return PushEnd::Refused;
        }
        if has_failed || after.is_some_and(|after| !after.is_empty()) {
            return PushEnd::Partly;
        }
        PushEnd::Whole
    }
}

/// Whether a failure says that somebody else has written, and nothing of the registry that reading it again does not say better.
fn is_of_others(kind: RemoteErrorKind) -> bool {
    matches!(
        kind,
        RemoteErrorKind::Moved | RemoteErrorKind::Contested | RemoteErrorKind::Conflict
    )
}

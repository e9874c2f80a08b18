//! The steps a version number can take.

use std::fmt;

use schemactl_containment::Schema;

use crate::engine::Engine;
use crate::explain::changes;
use crate::verdict::Verdict;

/// A step of a version number, smallest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Bump {
    /// The same contract in other words: proved equivalent.
    Patch,
    /// Another contract that keeps what its mode asks.
    Minor,
    /// A contract that breaks somebody.
    Major,
}

impl Bump {
    /// Every step, smallest first.
    pub const ALL: [Self; 3] = [Self::Patch, Self::Minor, Self::Major];
}

impl fmt::Display for Bump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        })
    }
}

/// Returns the smallest step that a change allows, by the verdicts of both directions and whether the schemas are proved equivalent.
/// `None` where a direction is undecided and none is broken.
pub fn needed_bump(backward: &Verdict, forward: &Verdict, are_equivalent: impl FnOnce() -> bool) -> Option<Bump> {
    match (backward, forward) {
        (Verdict::Incompatible { .. }, _) | (_, Verdict::Incompatible { .. }) => Some(Bump::Major),
        (Verdict::Undecided { .. }, _) | (_, Verdict::Undecided { .. }) => None,
        _ if are_equivalent() => Some(Bump::Patch),
        _ => Some(Bump::Minor),
    }
}

/// Returns whether two schemas are proved to allow the same events, and no change is noticed elsewhere: `format` and `default` are seen by
/// generated code, where validators see no difference.
pub fn are_equivalent(engine: &dyn Engine, old: &Schema<'_>, new: &Schema<'_>) -> bool {
    let proves = |sub, sup| engine.contains(sub, sup).is_compatible();
    proves(old, new) && proves(new, old) && !changes(old, new).iter().any(|change| change.kind.is_noticed_by_code())
}

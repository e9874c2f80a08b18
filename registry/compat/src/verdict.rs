//! The answer to a containment question.

use schemactl_model::Value;

/// Whether every event of one schema is an event of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Proved.
    Compatible,
    /// Not so: this event is valid on one side and invalid on the other.
    Incompatible {
        /// The event that breaks.
        witness: Value,
    },
    /// Neither a proof nor an event that breaks was found.
    Undecided {
        /// Why, in a sentence.
        reason: String,
    },
}

impl Verdict {
    /// Returns whether it is a proof of compatibility.
    pub fn is_compatible(&self) -> bool {
        matches!(self, Self::Compatible)
    }

    /// Returns the event that breaks, if one was found.
    pub fn witness(&self) -> Option<&Value> {
        match self {
            Self::Incompatible { witness } => Some(witness),
            _ => None,
        }
    }

    /// Returns the verdict in a word, as reports print it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Compatible => "compatible",
            Self::Incompatible { .. } => "incompatible",
            Self::Undecided { .. } => "undecided",
        }
    }
}

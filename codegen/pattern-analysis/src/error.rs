//! Why a question cannot be asked.

use std::error::Error;
use std::fmt;

use schemactl_containment::UnsupportedSetError;
use schemactl_pattern::PatternError;

/// Something that cannot be made a set of events.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PatternAnalysisError {
    /// A pattern that EventBridge refuses.
    Pattern(PatternError),
    /// A schema with something in it that the prover cannot hold.
    Schema(UnsupportedSetError),
}

impl fmt::Display for PatternAnalysisError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pattern(error) => error.fmt(f),
            Self::Schema(error) => error.fmt(f),
        }
    }
}

impl Error for PatternAnalysisError {}

impl From<UnsupportedSetError> for PatternAnalysisError {
    fn from(error: UnsupportedSetError) -> Self {
        Self::Schema(error)
    }
}

//! The steps a version number can take.

use std::fmt;

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

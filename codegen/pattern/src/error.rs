//! Why a pattern is refused: the reason in EventBridge's words and where in the pattern it was found.

use std::error::Error;
use std::fmt;

/// The longest pattern that the EventBridge API takes, in characters. The default quota of an account is 2,048.
pub const MAX_CHARACTERS: usize = 4096;

/// The most combinations that the `$or` lists of one pattern may make.
// INVARIANT: counted while they are multiplied: lists of `$or` beside each other make exponentially many. The number is EventBridge's.
pub const MAX_OR_COMBINATIONS: usize = 1000;

/// The deepest nesting that is read. EventBridge states no limit; this one keeps hostile input off the stack.
// INVARIANT: checked before fields are read recursively, so that brackets in a text do not overflow the stack; serde_json stops at 128 levels.
pub const MAX_DEPTH: usize = 100;

/// A pattern that EventBridge would refuse.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PatternError {
    /// The text is not JSON.
    NotJson {
        /// What the JSON parser says, with line and column.
        message: String,
    },
    /// The pattern has more than [`MAX_CHARACTERS`].
    TooLong {
        /// Its length in characters.
        characters: usize,
    },
    /// The pattern is nested deeper than [`MAX_DEPTH`].
    TooDeep,
    /// The `$or` lists make more than [`MAX_OR_COMBINATIONS`].
    TooManyCombinations,
    /// The pattern breaks a rule of the pattern language.
    Refused {
        /// EventBridge's words.
        reason: String,
        /// The place, such as `$.detail.orderId[0]`.
        path: String,
    },
    /// A `$or` that is no list of alternatives is read as the field `$or`, and as such it breaks a rule.
    RefusedAsField {
        /// EventBridge's words.
        reason: String,
        /// The place, such as `$.$or[0]`.
        path: String,
        /// Why it is no list of alternatives: usually the mistake that was made.
        relation: String,
    },
}

impl PatternError {
    /// Returns the reason in EventBridge's words, without its place.
    pub fn reason(&self) -> String {
        match self {
            Self::NotJson { message } => format!("the pattern is not JSON: {message}"),
            Self::TooLong { characters } => {
                format!("Member must have length less than or equal to {MAX_CHARACTERS}, has {characters}")
            }
            Self::TooDeep => format!("the pattern is nested deeper than {MAX_DEPTH} levels"),
            Self::TooManyCombinations => format!("the $or lists make more than {MAX_OR_COMBINATIONS} combinations"),
            Self::Refused { reason, .. } | Self::RefusedAsField { reason, .. } => reason.clone(),
        }
    }

    /// Returns the place of the mistake as a JSON path from `$`, if it has one.
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::Refused { path, .. } | Self::RefusedAsField { path, .. } => Some(path),
            _ => None,
        }
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Event pattern is not valid. Reason: {}", self.reason())?;
        if let Some(path) = self.path() {
            write!(f, " (at {path})")?;
        }
        if let Self::RefusedAsField { relation, .. } = self {
            write!(f, "; $or was read as a field because: {relation}")?;
        }
        Ok(())
    }
}

impl Error for PatternError {}

/// A mistake on its way out of the parser: each level it leaves adds its step, so that only a refused pattern pays for paths.
#[derive(Debug)]
pub(crate) struct Mistake {
    pub(crate) kind: MistakeKind,
    /// Innermost first.
    steps: Vec<PathStep>,
}

/// What a mistake is, as far as the parser goes on differently.
#[derive(Debug)]
pub(crate) enum MistakeKind {
    Refused(String),
    /// The form of a `$or`: the pattern may still be one with a field of that name.
    OrForm(String),
    TooManyCombinations,
}

#[derive(Debug)]
enum PathStep {
    Key(String),
    Index(usize),
}

impl Mistake {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self::of(MistakeKind::Refused(reason.into()))
    }

    pub(crate) fn or_form(reason: impl Into<String>) -> Self {
        Self::of(MistakeKind::OrForm(reason.into()))
    }

    pub(crate) fn of(kind: MistakeKind) -> Self {
        Self {
            kind,
            steps: Vec::new(),
        }
    }

    pub(crate) fn in_key(mut self, name: &str) -> Self {
        self.steps.push(PathStep::Key(name.to_owned()));
        self
    }

    pub(crate) fn in_item(mut self, index: usize) -> Self {
        self.steps.push(PathStep::Index(index));
        self
    }

    fn path(&self) -> String {
        let steps = self.steps.iter().rev().map(PathStep::to_string);
        std::iter::once("$".to_owned()).chain(steps).collect()
    }
}

impl fmt::Display for PathStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Key(name) if is_plain(name) => write!(f, ".{name}"),
            Self::Key(name) => write!(f, "[{name:?}]"),
        }
    }
}

/// Whether a key needs no quotes in a path.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_-$".contains(c))
}

impl From<Mistake> for PatternError {
    fn from(mistake: Mistake) -> Self {
        let path = mistake.path();
        match mistake.kind {
            MistakeKind::Refused(reason) | MistakeKind::OrForm(reason) => Self::Refused { reason, path },
            MistakeKind::TooManyCombinations => Self::TooManyCombinations,
        }
    }
}

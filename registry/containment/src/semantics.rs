//! How schemas are read where the specification leaves a choice. Engine and replay are built from one value of it, so that they
//! cannot read a schema in two ways.

use std::fmt;
use std::str::FromStr;

/// The choices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Semantics {
    /// What `format` says.
    pub formats: Formats,
}

/// What `format` says of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Formats {
    /// Nothing: it is for people and for generated code. The default of the drafts since 2019-09, and what EventBridge does.
    #[default]
    Annotation,
    /// A text that has not the format is refused, as far as the validator knows the format in the schema's draft.
    Assertion,
}

/// A name that names neither.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` says not what a format is: write annotation or assertion")]
pub struct UnknownFormats(String);

impl fmt::Display for Formats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Annotation => "annotation",
            Self::Assertion => "assertion",
        })
    }
}

impl FromStr for Formats {
    type Err = UnknownFormats;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Annotation, Self::Assertion]
            .into_iter()
            .find(|formats| formats.to_string() == text)
            .ok_or_else(|| UnknownFormats(text.to_owned()))
    }
}

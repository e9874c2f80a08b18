//! Content-model policies: what writers are taken to send and readers to ignore. In: a schema. Out: the schema that stands
//! for its writer or its reader in a comparison. The engine sees only the result, so every verdict is a proof under the
//! policy's stated assumption. [`rewrite`] does the rewriting.

mod applicators;
mod closing;
mod defaults;
mod frame;
mod mentioned;
mod modern;
mod pin;
mod rewrite;
mod scan;
mod written;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use schemactl_model::{Dialect, Keyword, Value};

pub(crate) use self::pin::pins_one_version;
pub use self::pin::without_version_pin;
pub(crate) use self::rewrite::extract_keywords;
use self::rewrite::{RewriteSide, rewrite_side};
use self::scan::has_any_keyword;
use schemactl_containment::Schema;

/// A content-model policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// Writers send only what their schema declares, readers ignore what they do not know.
    #[default]
    TolerantReader,
    /// Writers send only what their schema declares, readers are as strict as their schema.
    ProducerDeclared,
    /// Schemas mean what they say and nothing else.
    OpenStrict,
    /// As `OpenStrict`, and every object has to say what its other properties are; the check asks for that.
    Closed,
    /// As `TolerantReader`, and readers fill in the default of a property that is left out.
    ApplyDefaults,
}

/// A name that names no policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown policy `{0}`")]
pub struct UnknownPolicy(String);

impl Policy {
    /// Every policy.
    pub const ALL: [Self; 5] = [
        Self::TolerantReader,
        Self::ProducerDeclared,
        Self::OpenStrict,
        Self::Closed,
        Self::ApplyDefaults,
    ];

    /// Returns the assumptions of a verdict under this policy, as sentences.
    pub fn assumptions(self) -> &'static [&'static str] {
        match self {
            Self::TolerantReader => &[
                "writers send only the properties that their schema declares or requires",
                "readers ignore properties that they do not know",
            ],
            Self::ProducerDeclared => &["writers send only the properties that their schema declares or requires"],
            Self::OpenStrict => &[],
            Self::Closed => &["every object declares its other properties"],
            Self::ApplyDefaults => &[
                "writers send only the properties that their schema declares or requires",
                "readers ignore properties that they do not know",
                "readers fill in the default of a required property that is left out",
            ],
        }
    }

    /// Returns what a verdict under this policy rests on, in sentences, where the schemas have these of the keywords that
    /// [`counting_keywords`] finds.
    pub(crate) fn assumptions_beside(self, counting: &BTreeSet<Keyword>) -> Vec<String> {
        let mut sentences: Vec<_> = self.assumptions().iter().map(ToString::to_string).collect();
        let ignores = matches!(self, Self::TolerantReader | Self::ApplyDefaults);
        let counting: Vec<_> = counting.iter().map(|keyword| format!("`{keyword}`")).collect();
        if ignores && !counting.is_empty() {
            sentences.push(format!(
                "{} still applies to every property of an event",
                counting.join(", ")
            ));
        }
        sentences
    }

    /// Returns the schema of the events that a writer of this schema sends.
    pub fn as_writer(self, schema: &Schema<'_>) -> Transformed {
        match self {
            Self::OpenStrict | Self::Closed => Transformed::Unchanged,
            Self::TolerantReader | Self::ProducerDeclared | Self::ApplyDefaults => {
                rewrite_side(schema, RewriteSide::Writer)
            }
        }
    }

    /// Returns the schema of the events that a reader of this schema accepts.
    pub fn as_reader(self, schema: &Schema<'_>) -> Transformed {
        match self {
            Self::TolerantReader => rewrite_side(schema, RewriteSide::Reader),
            Self::ApplyDefaults => rewrite_side(schema, RewriteSide::DefaultingReader),
            Self::ProducerDeclared | Self::OpenStrict | Self::Closed => Transformed::Unchanged,
        }
    }
}

/// Returns the keywords of a document that look at all properties of an event, known or not (ADR 63).
pub(crate) fn counting_keywords(root: &Value) -> BTreeSet<Keyword> {
    const COUNTING: [Keyword; 3] = [Keyword::MaxProperties, Keyword::MinProperties, Keyword::PropertyNames];
    COUNTING
        .into_iter()
        .filter(|keyword| has_any_keyword(root, &[*keyword]))
        .collect()
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TolerantReader => "tolerant-reader",
            Self::ProducerDeclared => "producer-declared",
            Self::OpenStrict => "open-strict",
            Self::Closed => "closed",
            Self::ApplyDefaults => "apply-defaults",
        })
    }
}

impl FromStr for Policy {
    type Err = UnknownPolicy;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|policy| policy.to_string() == text)
            .ok_or_else(|| UnknownPolicy(text.to_owned()))
    }
}

/// A schema under a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transformed {
    /// The schema as it is.
    Unchanged,
    /// The rewritten schema, and the dialect that it is written in.
    Schema(Value, Dialect),
    /// A schema that the policy cannot be applied to, and why.
    Impossible(String),
}

impl Transformed {
    /// Returns the schema that stands for `schema` and its dialect, or why there is none.
    pub fn of<'v>(self, schema: &Schema<'v>) -> Result<(Cow<'v, Value>, Dialect), String> {
        match self {
            Self::Unchanged => Ok((Cow::Borrowed(schema.root), schema.dialect)),
            Self::Schema(value, dialect) => Ok((Cow::Owned(value), dialect)),
            Self::Impossible(reason) => Err(reason),
        }
    }
}

#[cfg(test)]
mod tests;

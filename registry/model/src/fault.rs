//! One fault of a schema as a schema, or one doubt about it: a plain value with its place. What finds them is in `validity`.

use std::fmt;

use crate::pointer::Pointer;
use crate::source::Span;

/// What a fault is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// References that go in a circle: the schema has no meaning, and code can be generated for it all the same.
    Circle,
    /// A value that its keyword cannot have: what meta-schemas judge.
    Value,
    /// A pattern that is none, or that readers disagree on.
    Pattern,
    /// A `$schema` that is ignored where it stands, or that nobody knows.
    Dialect,
    /// An identifier that is no URI, or a reference that is none or leads nowhere.
    Reference,
    /// A reference to another document that is not there.
    Elsewhere,
}

/// One fault of a schema, or one doubt about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaFault {
    /// What it is about.
    pub kind: FaultKind,
    /// The place of the value that is wrong.
    pub pointer: Pointer,
    /// Where it stands in the source: the value, or the key of a member whose key is wrong.
    pub span: Span,
    /// The keyword; empty if the schema itself is none.
    pub keyword: String,
    /// What was found and what was expected, without a full stop.
    pub message: String,
    /// What was probably meant, as a sentence.
    pub suggestion: Option<String>,
}

impl SchemaFault {
    /// Returns what to do about it: what was probably meant, or what helps with faults of its kind.
    pub fn fix(&self) -> &str {
        let general = match self.kind {
            FaultKind::Value => "correct the value, or the dialect in `$schema`",
            FaultKind::Pattern => "write a pattern of ECMA 262",
            FaultKind::Dialect => "name a dialect that the schema is read in",
            FaultKind::Circle => "remove a reference of the circle",
            FaultKind::Reference => "check the spelling, or add the definition",
            FaultKind::Elsewhere => {
                "in a workspace, put the file into schemas/_shared/ and refer to it by its relative path or its identifier; \
                 elsewhere, copy the definition into this document"
            }
        };
        self.suggestion.as_deref().unwrap_or(general)
    }
}

impl fmt::Display for SchemaFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.suggestion {
            Some(suggestion) => write!(f, ". {suggestion}"),
            None => Ok(()),
        }
    }
}

//! What values the shapes of keywords ask for, as sentences say it.

use crate::dialect::Dialect::{self, Draft4};
use crate::keyword::KeywordShape;
use crate::number::JsonNumber;
use crate::value::{Kind, Value};

impl KeywordShape {
    /// Returns what is expected, after "expected".
    pub(super) fn describe(self, dialect: Dialect) -> &'static str {
        let old = dialect == Draft4;
        match self {
            Self::Anchor => "a name: a letter or `_`, then letters, digits, `-`, `_` and `.`",
            Self::Bool => "`true` or `false`",
            Self::Count => "a whole number, 0 or more",
            Self::Dependencies => "an object of schemas and lists of property names",
            Self::DifferentValues => "a list of one or more values",
            Self::Identifier => "a string, the URI of the schema",
            Self::List => "a list of values",
            Self::NameLists => "an object of lists of property names",
            Self::Names if old => "a list of one or more property names",
            Self::Names => "a list of property names",
            Self::Number => "a number",
            Self::Pattern => "a string, a regular expression of ECMA 262",
            Self::PatternMap => "an object of schemas by regular expressions",
            Self::Positive => "a number greater than 0",
            Self::Reference => "a string, a reference such as `#/$defs/name`",
            Self::Schema if old => "a schema, which is an object in draft-04",
            Self::Schema => "a schema: an object or a boolean",
            Self::SchemaList => "a list of one or more schemas",
            Self::SchemaMap => "an object of schemas",
            Self::SchemaOrList => "a schema, or a list of one or more",
            Self::Text => "a string",
            Self::Types => "one of array, boolean, integer, null, number, object or string, or a list of them",
            Self::Vocabulary => "an object of booleans by URIs",
        }
    }
}

/// The types there are.
pub(super) const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];

/// Returns whether a number is what a shape takes.
pub(super) fn fits_shape(value: &Value, shape: KeywordShape, dialect: Dialect) -> bool {
    match (&value.kind, shape) {
        (Kind::Number(number), KeywordShape::Count) => is_count(number, dialect),
        (Kind::Number(number), KeywordShape::Positive) => is_positive(number),
        (Kind::Number(_), KeywordShape::Number) => true,
        _ => false,
    }
}

/// Draft-04 calls only those numbers integers that are written without fraction and exponent.
pub(super) fn is_count(number: &JsonNumber, dialect: Dialect) -> bool {
    let is_integer = match dialect {
        Dialect::Draft4 => !number.as_str().contains(['.', 'e', 'E']),
        _ => number.is_integer(),
    };
    is_integer && !number.canonical().starts_with('-')
}

pub(super) fn is_positive(number: &JsonNumber) -> bool {
    let canonical = number.canonical();
    canonical != "0" && !canonical.starts_with('-')
}

//! What values the shapes of keywords ask for, as sentences say it.

use crate::Dialect::{self, Draft4};
use crate::KeywordShape;

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

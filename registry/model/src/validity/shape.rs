//! The table of keywords: what value each one has in each dialect, as the meta-schemas say it. In: a keyword and a dialect. Out: the
//! shape of its value; `None` for annotations of somebody's own, and for keywords that take any value.

use crate::Dialect;
use crate::Dialect::{Draft4, Draft6, Draft7, Draft201909, Draft202012};

/// What values a keyword has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeywordShape {
    /// A name of this document: `$anchor`.
    Anchor,
    /// `true` or `false`.
    Bool,
    /// A whole number, 0 or more.
    Count,
    /// An object of schemas or lists of names.
    Dependencies,
    /// A list of one or more values, all different: what draft-04 asks of `enum`, and later dialects recommend.
    DifferentValues,
    /// The identifier of a schema.
    Identifier,
    /// A list of values.
    List,
    /// An object of lists of names.
    NameLists,
    /// A list of different names; in draft-04 of one or more.
    Names,
    /// A number.
    Number,
    /// A pattern.
    Pattern,
    /// An object of schemas by patterns.
    PatternMap,
    /// A number greater than 0.
    Positive,
    /// A reference to a schema.
    Reference,
    /// A schema.
    Schema,
    /// One schema or more, in a list.
    SchemaList,
    /// An object of schemas.
    SchemaMap,
    /// A schema, or one or more in a list.
    SchemaOrList,
    /// A string.
    Text,
    /// A type, or a list of them.
    Types,
    /// An object of booleans by URIs.
    Vocabulary,
}

/// Keyword, shape, first and last dialect in which it has this shape.
const TABLE: &[(&str, KeywordShape, Dialect, Dialect)] = &[
    ("$anchor", KeywordShape::Anchor, Draft201909, Draft202012),
    ("$comment", KeywordShape::Text, Draft7, Draft202012),
    ("$defs", KeywordShape::SchemaMap, Draft201909, Draft202012),
    ("$dynamicAnchor", KeywordShape::Anchor, Draft202012, Draft202012),
    ("$dynamicRef", KeywordShape::Reference, Draft202012, Draft202012),
    ("$id", KeywordShape::Identifier, Draft6, Draft202012),
    ("$recursiveAnchor", KeywordShape::Bool, Draft201909, Draft201909),
    ("$recursiveAnchor", KeywordShape::Anchor, Draft202012, Draft202012),
    ("$recursiveRef", KeywordShape::Reference, Draft201909, Draft202012),
    // In draft-04, what is no string refers to nothing, and the meta-schema does not know the keyword.
    ("$ref", KeywordShape::Reference, Draft4, Draft202012),
    ("$schema", KeywordShape::Text, Draft4, Draft202012),
    ("$vocabulary", KeywordShape::Vocabulary, Draft201909, Draft202012),
    ("additionalItems", KeywordShape::Schema, Draft4, Draft201909),
    ("additionalProperties", KeywordShape::Schema, Draft4, Draft202012),
    ("allOf", KeywordShape::SchemaList, Draft4, Draft202012),
    ("anyOf", KeywordShape::SchemaList, Draft4, Draft202012),
    ("contains", KeywordShape::Schema, Draft6, Draft202012),
    ("contentEncoding", KeywordShape::Text, Draft7, Draft202012),
    ("contentMediaType", KeywordShape::Text, Draft7, Draft202012),
    ("contentSchema", KeywordShape::Schema, Draft201909, Draft202012),
    ("definitions", KeywordShape::SchemaMap, Draft4, Draft202012),
    ("dependencies", KeywordShape::Dependencies, Draft4, Draft202012),
    ("dependentRequired", KeywordShape::NameLists, Draft201909, Draft202012),
    ("dependentSchemas", KeywordShape::SchemaMap, Draft201909, Draft202012),
    ("deprecated", KeywordShape::Bool, Draft201909, Draft202012),
    ("description", KeywordShape::Text, Draft4, Draft202012),
    ("else", KeywordShape::Schema, Draft7, Draft202012),
    ("enum", KeywordShape::DifferentValues, Draft4, Draft4),
    ("enum", KeywordShape::List, Draft6, Draft202012),
    ("examples", KeywordShape::List, Draft6, Draft202012),
    ("exclusiveMaximum", KeywordShape::Bool, Draft4, Draft4),
    ("exclusiveMaximum", KeywordShape::Number, Draft6, Draft202012),
    ("exclusiveMinimum", KeywordShape::Bool, Draft4, Draft4),
    ("exclusiveMinimum", KeywordShape::Number, Draft6, Draft202012),
    ("format", KeywordShape::Text, Draft4, Draft202012),
    ("id", KeywordShape::Identifier, Draft4, Draft4),
    ("if", KeywordShape::Schema, Draft7, Draft202012),
    ("items", KeywordShape::SchemaOrList, Draft4, Draft201909),
    ("items", KeywordShape::Schema, Draft202012, Draft202012),
    ("maxContains", KeywordShape::Count, Draft201909, Draft202012),
    ("maxItems", KeywordShape::Count, Draft4, Draft202012),
    ("maxLength", KeywordShape::Count, Draft4, Draft202012),
    ("maxProperties", KeywordShape::Count, Draft4, Draft202012),
    ("maximum", KeywordShape::Number, Draft4, Draft202012),
    ("minContains", KeywordShape::Count, Draft201909, Draft202012),
    ("minItems", KeywordShape::Count, Draft4, Draft202012),
    ("minLength", KeywordShape::Count, Draft4, Draft202012),
    ("minProperties", KeywordShape::Count, Draft4, Draft202012),
    ("minimum", KeywordShape::Number, Draft4, Draft202012),
    ("multipleOf", KeywordShape::Positive, Draft4, Draft202012),
    ("not", KeywordShape::Schema, Draft4, Draft202012),
    ("oneOf", KeywordShape::SchemaList, Draft4, Draft202012),
    ("pattern", KeywordShape::Pattern, Draft4, Draft202012),
    ("patternProperties", KeywordShape::PatternMap, Draft4, Draft202012),
    ("prefixItems", KeywordShape::SchemaList, Draft202012, Draft202012),
    ("properties", KeywordShape::SchemaMap, Draft4, Draft202012),
    ("propertyNames", KeywordShape::Schema, Draft6, Draft202012),
    ("readOnly", KeywordShape::Bool, Draft7, Draft202012),
    ("required", KeywordShape::Names, Draft4, Draft202012),
    ("then", KeywordShape::Schema, Draft7, Draft202012),
    ("title", KeywordShape::Text, Draft4, Draft202012),
    ("type", KeywordShape::Types, Draft4, Draft202012),
    ("unevaluatedItems", KeywordShape::Schema, Draft201909, Draft202012),
    ("unevaluatedProperties", KeywordShape::Schema, Draft201909, Draft202012),
    ("uniqueItems", KeywordShape::Bool, Draft4, Draft202012),
    ("writeOnly", KeywordShape::Bool, Draft7, Draft202012),
];

/// Returns the shape of the value of a keyword; `None` if any value will do.
pub(super) fn shape_of(keyword: &str, dialect: Dialect) -> Option<KeywordShape> {
    let row = TABLE
        .iter()
        .find(|(known, _, first, last)| *known == keyword && (*first..=*last).contains(&dialect));
    row.map(|(_, shape, ..)| *shape)
}

/// Returns every keyword of a dialect whose value has a shape.
#[cfg(test)]
pub(super) fn keywords_of(dialect: Dialect) -> impl Iterator<Item = (&'static str, KeywordShape)> {
    let rows = TABLE
        .iter()
        .filter(move |(_, _, first, last)| (*first..=*last).contains(&dialect));
    rows.map(|(keyword, shape, ..)| (*keyword, *shape))
}

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

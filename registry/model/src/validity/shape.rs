//! The table of keywords: what value each one has in each dialect, as the meta-schemas say it. In: a keyword and a dialect. Out: the
//! shape of its value; `None` for annotations of somebody's own, and for keywords that take any value.

use crate::Dialect;
use crate::Dialect::{Draft4, Draft6, Draft7, Draft201909, Draft202012};

/// What values a keyword has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
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
const TABLE: &[(&str, Shape, Dialect, Dialect)] = &[
    ("$anchor", Shape::Anchor, Draft201909, Draft202012),
    ("$comment", Shape::Text, Draft7, Draft202012),
    ("$defs", Shape::SchemaMap, Draft201909, Draft202012),
    ("$dynamicAnchor", Shape::Anchor, Draft202012, Draft202012),
    ("$dynamicRef", Shape::Reference, Draft202012, Draft202012),
    ("$id", Shape::Identifier, Draft6, Draft202012),
    ("$recursiveAnchor", Shape::Bool, Draft201909, Draft201909),
    ("$recursiveAnchor", Shape::Anchor, Draft202012, Draft202012),
    ("$recursiveRef", Shape::Reference, Draft201909, Draft202012),
    // In draft-04, what is no string refers to nothing, and the meta-schema does not know the keyword.
    ("$ref", Shape::Reference, Draft4, Draft202012),
    ("$schema", Shape::Text, Draft4, Draft202012),
    ("$vocabulary", Shape::Vocabulary, Draft201909, Draft202012),
    ("additionalItems", Shape::Schema, Draft4, Draft201909),
    ("additionalProperties", Shape::Schema, Draft4, Draft202012),
    ("allOf", Shape::SchemaList, Draft4, Draft202012),
    ("anyOf", Shape::SchemaList, Draft4, Draft202012),
    ("contains", Shape::Schema, Draft6, Draft202012),
    ("contentEncoding", Shape::Text, Draft7, Draft202012),
    ("contentMediaType", Shape::Text, Draft7, Draft202012),
    ("contentSchema", Shape::Schema, Draft201909, Draft202012),
    ("definitions", Shape::SchemaMap, Draft4, Draft202012),
    ("dependencies", Shape::Dependencies, Draft4, Draft202012),
    ("dependentRequired", Shape::NameLists, Draft201909, Draft202012),
    ("dependentSchemas", Shape::SchemaMap, Draft201909, Draft202012),
    ("deprecated", Shape::Bool, Draft201909, Draft202012),
    ("description", Shape::Text, Draft4, Draft202012),
    ("else", Shape::Schema, Draft7, Draft202012),
    ("enum", Shape::DifferentValues, Draft4, Draft4),
    ("enum", Shape::List, Draft6, Draft202012),
    ("examples", Shape::List, Draft6, Draft202012),
    ("exclusiveMaximum", Shape::Bool, Draft4, Draft4),
    ("exclusiveMaximum", Shape::Number, Draft6, Draft202012),
    ("exclusiveMinimum", Shape::Bool, Draft4, Draft4),
    ("exclusiveMinimum", Shape::Number, Draft6, Draft202012),
    ("format", Shape::Text, Draft4, Draft202012),
    ("id", Shape::Identifier, Draft4, Draft4),
    ("if", Shape::Schema, Draft7, Draft202012),
    ("items", Shape::SchemaOrList, Draft4, Draft201909),
    ("items", Shape::Schema, Draft202012, Draft202012),
    ("maxContains", Shape::Count, Draft201909, Draft202012),
    ("maxItems", Shape::Count, Draft4, Draft202012),
    ("maxLength", Shape::Count, Draft4, Draft202012),
    ("maxProperties", Shape::Count, Draft4, Draft202012),
    ("maximum", Shape::Number, Draft4, Draft202012),
    ("minContains", Shape::Count, Draft201909, Draft202012),
    ("minItems", Shape::Count, Draft4, Draft202012),
    ("minLength", Shape::Count, Draft4, Draft202012),
    ("minProperties", Shape::Count, Draft4, Draft202012),
    ("minimum", Shape::Number, Draft4, Draft202012),
    ("multipleOf", Shape::Positive, Draft4, Draft202012),
    ("not", Shape::Schema, Draft4, Draft202012),
    ("oneOf", Shape::SchemaList, Draft4, Draft202012),
    ("pattern", Shape::Pattern, Draft4, Draft202012),
    ("patternProperties", Shape::PatternMap, Draft4, Draft202012),
    ("prefixItems", Shape::SchemaList, Draft202012, Draft202012),
    ("properties", Shape::SchemaMap, Draft4, Draft202012),
    ("propertyNames", Shape::Schema, Draft6, Draft202012),
    ("readOnly", Shape::Bool, Draft7, Draft202012),
    ("required", Shape::Names, Draft4, Draft202012),
    ("then", Shape::Schema, Draft7, Draft202012),
    ("title", Shape::Text, Draft4, Draft202012),
    ("type", Shape::Types, Draft4, Draft202012),
    ("unevaluatedItems", Shape::Schema, Draft201909, Draft202012),
    ("unevaluatedProperties", Shape::Schema, Draft201909, Draft202012),
    ("uniqueItems", Shape::Bool, Draft4, Draft202012),
    ("writeOnly", Shape::Bool, Draft7, Draft202012),
];

/// Returns the shape of the value of a keyword; `None` if any value will do.
pub(super) fn shape_of(keyword: &str, dialect: Dialect) -> Option<Shape> {
    let row = TABLE
        .iter()
        .find(|(known, _, first, last)| *known == keyword && (*first..=*last).contains(&dialect));
    row.map(|(_, shape, ..)| *shape)
}

/// Returns every keyword of a dialect whose value has a shape.
#[cfg(test)]
pub(super) fn keywords_of(dialect: Dialect) -> impl Iterator<Item = (&'static str, Shape)> {
    let rows = TABLE
        .iter()
        .filter(move |(_, _, first, last)| (*first..=*last).contains(&dialect));
    rows.map(|(keyword, shape, ..)| (*keyword, *shape))
}

impl Shape {
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

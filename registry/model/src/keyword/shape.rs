//! What values keywords have, as the meta-schemas say it.

/// The shape of the value of a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeywordShape {
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

impl KeywordShape {
    /// Returns whether there are schemas in such a value.
    pub fn holds_schemas(self) -> bool {
        match self {
            Self::Dependencies
            | Self::PatternMap
            | Self::Schema
            | Self::SchemaList
            | Self::SchemaMap
            | Self::SchemaOrList => true,
            Self::Anchor
            | Self::Bool
            | Self::Count
            | Self::DifferentValues
            | Self::Identifier
            | Self::List
            | Self::NameLists
            | Self::Names
            | Self::Number
            | Self::Pattern
            | Self::Positive
            | Self::Reference
            | Self::Text
            | Self::Types
            | Self::Vocabulary => false,
        }
    }
}

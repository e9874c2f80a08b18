//! Keywords. In: the name of a member. Out: the keyword it is, if it is one, and what the table says of it: its kind, the dialects in
//! which it counts, the shape of its value, whether OpenAPI has it. A member knows its keyword from when it was read
//! ([`Member::keyword`](crate::Member::keyword)): names are compared once. How to handle a keyword is for others to say, in a `match`
//! without `_`.

mod groups;
mod lookup;
mod shape;
mod table;
#[cfg(test)]
mod tests;

use std::fmt;

pub use self::shape::KeywordShape;
pub use self::table::Keyword;
use self::table::ROWS;
use crate::dialect::Dialect;
use crate::{any_annotation, any_assertion, any_definitions, any_identifier, any_reference};

/// What a keyword does, in the terms of the specification (2020-12 Core, section 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeywordKind {
    /// It accepts or rejects an instance by itself.
    Assertion,
    /// It applies other schemas, to the instance or to parts of it.
    Applicator,
    /// It describes, and accepts every instance.
    Annotation,
    /// It names a schema, or says how it is read.
    Identifier,
    /// It holds schemas for references, and applies none (section 8.2.4).
    Definitions,
}

/// What a keyword applies its subschemas to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppliesTo {
    /// The instance itself, which is rejected, or something else is asked of it, where they reject it.
    Instance,
    /// The instance itself, to ask which it is: that a subschema accepts it demands nothing of it.
    Question,
    /// Properties.
    Properties,
    /// The names of properties.
    PropertyNames,
    /// Elements.
    Elements,
    /// What a text is when it is decoded.
    Content,
    /// Nothing: they are there for references, or there are none.
    Nothing,
}

/// The versions of OpenAPI whose schemas have a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenApiUse {
    /// None.
    Never,
    /// 3.0, and 3.1 no longer.
    Only30,
    /// 3.1, which has all of 2020-12.
    Since31,
    /// Both.
    Both,
}

/// One row of the table.
struct KeywordRow {
    keyword: Keyword,
    name: &'static str,
    kind: KeywordKind,
    openapi: OpenApiUse,
    /// The first and the last dialect in which it counts; `None` for keywords that JSON Schema does not have.
    counts: Option<(Dialect, Dialect)>,
    /// Shapes with the first and the last dialect whose meta-schema asks for them.
    shapes: &'static [(KeywordShape, Dialect, Dialect)],
}

impl Keyword {
    fn row(self) -> &'static KeywordRow {
        &ROWS[self as usize]
    }

    /// Returns the name, as schemas have it.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// Returns what it does.
    pub fn kind(self) -> KeywordKind {
        self.row().kind
    }

    /// Returns the versions of OpenAPI that have it.
    pub fn openapi(self) -> OpenApiUse {
        self.row().openapi
    }

    /// Returns the first and the last dialect in which it counts; `None` if JSON Schema does not have it.
    pub fn dialects(self) -> Option<(Dialect, Dialect)> {
        self.row().counts
    }

    /// Returns what it applies the schemas in its value to.
    pub fn applies_to(self) -> AppliesTo {
        match self {
            Self::AllOf
            | Self::AnyOf
            | Self::Dependencies
            | Self::DependentSchemas
            | Self::Else
            | Self::OneOf
            | Self::Then => AppliesTo::Instance,
            Self::If | Self::Not => AppliesTo::Question,
            Self::AdditionalProperties | Self::PatternProperties | Self::Properties | Self::UnevaluatedProperties => {
                AppliesTo::Properties
            }
            Self::PropertyNames => AppliesTo::PropertyNames,
            Self::AdditionalItems | Self::Contains | Self::Items | Self::PrefixItems | Self::UnevaluatedItems => {
                AppliesTo::Elements
            }
            Self::ContentSchema => AppliesTo::Content,
            any_annotation!() | any_assertion!() | any_definitions!() | any_identifier!() | any_reference!() => {
                AppliesTo::Nothing
            }
        }
    }

    /// Returns whether its value may be a boolean in draft-04, which has no other schemas that are booleans.
    pub fn takes_boolean_in_draft4(self) -> bool {
        matches!(self, Self::AdditionalItems | Self::AdditionalProperties)
    }

    /// Returns the shape of its value in a dialect; `None` if any value will do.
    pub fn shape(self, dialect: Dialect) -> Option<KeywordShape> {
        let mut shapes = self.row().shapes.iter();
        let row = shapes.find(|(_, first, last)| (*first..=*last).contains(&dialect));
        row.map(|(shape, ..)| *shape)
    }
}

impl Dialect {
    /// Returns the keyword that holds a schema's identifier.
    pub fn id_keyword(self) -> Keyword {
        if self == Self::Draft4 {
            Keyword::Draft4Id
        } else {
            Keyword::Id
        }
    }

    /// Returns the keyword that holds definitions.
    pub fn definitions_keyword(self) -> Keyword {
        if self >= Self::Draft201909 {
            Keyword::Defs
        } else {
            Keyword::Definitions
        }
    }

    /// Returns whether a keyword counts in this dialect. What no dialect of JSON Schema has is an annotation in all of them.
    pub fn has_keyword(self, keyword: Keyword) -> bool {
        let dialects = keyword.dialects();
        dialects.is_none_or(|(first, last)| (first..=last).contains(&self))
    }
}

impl fmt::Display for Keyword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// As a token of a pointer.
impl PartialEq<Keyword> for String {
    fn eq(&self, keyword: &Keyword) -> bool {
        self == keyword.name()
    }
}

/// As the key of a member.
impl AsRef<str> for Keyword {
    fn as_ref(&self) -> &str {
        self.name()
    }
}

/// As a token of a pointer.
impl From<Keyword> for String {
    fn from(keyword: Keyword) -> Self {
        keyword.name().to_owned()
    }
}

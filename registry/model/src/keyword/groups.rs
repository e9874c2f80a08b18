//! Keywords of one kind as patterns, for a `match` that treats them alike. A keyword that joins the table joins the group of its kind
//! here (a test compares them), or every `match` names it.

/// Matches annotations that hold no schema: whatever their value is, they accept every instance.
#[macro_export]
macro_rules! any_annotation {
    () => {
        $crate::Keyword::Comment
            | $crate::Keyword::ContentEncoding
            | $crate::Keyword::ContentMediaType
            | $crate::Keyword::Default
            | $crate::Keyword::Deprecated
            | $crate::Keyword::Description
            | $crate::Keyword::Discriminator
            | $crate::Keyword::Example
            | $crate::Keyword::Examples
            | $crate::Keyword::Extensible
            | $crate::Keyword::ExtensibleEnum
            | $crate::Keyword::ExternalDocs
            | $crate::Keyword::ReadOnly
            | $crate::Keyword::RenamedFrom
            | $crate::Keyword::Title
            | $crate::Keyword::WriteOnly
            | $crate::Keyword::Xml
    };
}

/// Matches keywords that name a schema, or say how it is read.
#[macro_export]
macro_rules! any_identifier {
    () => {
        $crate::Keyword::Anchor
            | $crate::Keyword::Draft4Id
            | $crate::Keyword::DynamicAnchor
            | $crate::Keyword::Id
            | $crate::Keyword::RecursiveAnchor
            | $crate::Keyword::Schema
            | $crate::Keyword::Vocabulary
    };
}

/// Matches keywords that hold schemas for references.
#[macro_export]
macro_rules! any_definitions {
    () => {
        $crate::Keyword::Definitions | $crate::Keyword::Defs
    };
}

/// Matches keywords whose value is an object with a schema, or what stands for one, under each of its names.
#[macro_export]
macro_rules! any_schema_map {
    () => {
        $crate::any_definitions!()
            | $crate::Keyword::Dependencies
            | $crate::Keyword::DependentSchemas
            | $crate::Keyword::PatternProperties
            | $crate::Keyword::Properties
    };
}

/// Matches references.
#[macro_export]
macro_rules! any_reference {
    () => {
        $crate::Keyword::DynamicRef | $crate::Keyword::RecursiveRef | $crate::Keyword::Ref
    };
}

/// Matches assertions about numbers, texts, and how many parts a value has: they look at no part of it.
#[macro_export]
macro_rules! any_bound {
    () => {
        $crate::Keyword::ExclusiveMaximum
            | $crate::Keyword::ExclusiveMinimum
            | $crate::Keyword::Format
            | $crate::Keyword::MaxContains
            | $crate::Keyword::MaxItems
            | $crate::Keyword::MaxLength
            | $crate::Keyword::MaxProperties
            | $crate::Keyword::Maximum
            | $crate::Keyword::MinContains
            | $crate::Keyword::MinItems
            | $crate::Keyword::MinLength
            | $crate::Keyword::MinProperties
            | $crate::Keyword::Minimum
            | $crate::Keyword::MultipleOf
            | $crate::Keyword::Pattern
    };
}

/// Matches all assertions.
#[macro_export]
macro_rules! any_assertion {
    () => {
        $crate::any_bound!()
            | $crate::Keyword::Const
            | $crate::Keyword::DependentRequired
            | $crate::Keyword::Enum
            | $crate::Keyword::Nullable
            | $crate::Keyword::Required
            | $crate::Keyword::Type
            | $crate::Keyword::UniqueItems
    };
}

/// Matches all applicators, references included.
#[macro_export]
macro_rules! any_applicator {
    () => {
        $crate::any_reference!()
            | $crate::Keyword::AdditionalItems
            | $crate::Keyword::AdditionalProperties
            | $crate::Keyword::AllOf
            | $crate::Keyword::AnyOf
            | $crate::Keyword::Contains
            | $crate::Keyword::Dependencies
            | $crate::Keyword::DependentSchemas
            | $crate::Keyword::Else
            | $crate::Keyword::If
            | $crate::Keyword::Items
            | $crate::Keyword::Not
            | $crate::Keyword::OneOf
            | $crate::Keyword::PatternProperties
            | $crate::Keyword::PrefixItems
            | $crate::Keyword::Properties
            | $crate::Keyword::PropertyNames
            | $crate::Keyword::Then
            | $crate::Keyword::UnevaluatedItems
            | $crate::Keyword::UnevaluatedProperties
    };
}

//! Which comparisons tell of a keyword, and in which order changes are listed. In: a keyword. Out: its comparisons. The `match` names every
//! keyword, so that one which nothing compares does not compile.

use schemactl_model::{Keyword, any_annotation, any_definitions, any_identifier};

/// A comparison of some keywords of two schemas.
// INVARIANT: the order is that in which changes are listed. Unions come after types and values, which tell whether they read the unions as
// theirs: a union would be told of twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum KeywordComparison {
    Types,
    Values,
    Bounds(BoundComparison),
    Patterns,
    Formats,
    Defaults,
    OpenValues,
    Required,
    Properties,
    PatternProperties,
    AdditionalProperties,
    PropertyNames,
    Dependencies,
    DependentRequired,
    DependentSchemas,
    Elements,
    UniqueItems,
    Contains,
    Unions,
    AllOf,
    Negation,
    Condition,
    UnevaluatedProperties,
    UnevaluatedItems,
    References,
    DynamicReferences,
    RecursiveReferences,
}

/// A comparison of one bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum BoundComparison {
    MinLength,
    MaxLength,
    MinItems,
    MaxItems,
    MinProperties,
    MaxProperties,
    MinContains,
    MaxContains,
    Minimum,
    Maximum,
    MultipleOf,
}

/// Returns the comparisons that tell of a keyword, in any order.
pub(super) fn comparisons_of(keyword: Keyword) -> &'static [KeywordComparison] {
    use BoundComparison as Bound;
    use KeywordComparison as Comparison;
    match keyword {
        Keyword::Type => &[Comparison::Types],
        // Where they list values, they can tell the types.
        Keyword::Const | Keyword::Enum => &[Comparison::Types, Comparison::Values],
        // They can list types or values.
        Keyword::AnyOf | Keyword::OneOf => &[Comparison::Types, Comparison::Values, Comparison::Unions],
        Keyword::AllOf => &[Comparison::AllOf],
        Keyword::MinLength => &[Comparison::Bounds(Bound::MinLength)],
        Keyword::MaxLength => &[Comparison::Bounds(Bound::MaxLength)],
        Keyword::MinItems => &[Comparison::Bounds(Bound::MinItems)],
        Keyword::MaxItems => &[Comparison::Bounds(Bound::MaxItems)],
        Keyword::MinProperties => &[Comparison::Bounds(Bound::MinProperties)],
        Keyword::MaxProperties => &[Comparison::Bounds(Bound::MaxProperties)],
        Keyword::MinContains => &[Comparison::Bounds(Bound::MinContains)],
        Keyword::MaxContains => &[Comparison::Bounds(Bound::MaxContains)],
        Keyword::Minimum | Keyword::ExclusiveMinimum => &[Comparison::Bounds(Bound::Minimum)],
        Keyword::Maximum | Keyword::ExclusiveMaximum => &[Comparison::Bounds(Bound::Maximum)],
        Keyword::MultipleOf => &[Comparison::Bounds(Bound::MultipleOf)],
        Keyword::Pattern => &[Comparison::Patterns],
        Keyword::Format => &[Comparison::Formats],
        Keyword::Default => &[Comparison::Defaults],
        Keyword::Extensible | Keyword::ExtensibleEnum => &[Comparison::OpenValues],
        Keyword::Required => &[Comparison::Required],
        Keyword::Properties => &[Comparison::Properties],
        Keyword::PatternProperties => &[Comparison::PatternProperties],
        Keyword::AdditionalProperties => &[Comparison::AdditionalProperties],
        Keyword::PropertyNames => &[Comparison::PropertyNames],
        Keyword::Dependencies => &[Comparison::Dependencies],
        Keyword::DependentRequired => &[Comparison::DependentRequired],
        Keyword::DependentSchemas => &[Comparison::DependentSchemas],
        Keyword::PrefixItems | Keyword::Items | Keyword::AdditionalItems => &[Comparison::Elements],
        Keyword::UniqueItems => &[Comparison::UniqueItems],
        Keyword::Contains => &[Comparison::Contains],
        Keyword::Not => &[Comparison::Negation],
        Keyword::If | Keyword::Then | Keyword::Else => &[Comparison::Condition],
        Keyword::UnevaluatedProperties => &[Comparison::UnevaluatedProperties],
        Keyword::UnevaluatedItems => &[Comparison::UnevaluatedItems],
        Keyword::Ref => &[Comparison::References],
        Keyword::DynamicRef => &[Comparison::DynamicReferences],
        Keyword::RecursiveRef => &[Comparison::RecursiveReferences],
        // A dialect is that of the schema as a whole, a definition is compared where it is referred to, and a name by what refers to it.
        any_definitions!() | any_identifier!() => &[],
        // A property that has it is compared with the one that it names.
        Keyword::RenamedFrom => &[],
        // OpenAPI alone has it, and documents of OpenAPI are converted before.
        Keyword::Nullable => &[],
        // They accept every instance.
        any_annotation!() | Keyword::ContentSchema => &[],
    }
}

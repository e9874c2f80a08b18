//! The one table of keywords. To add a keyword, add a row: whatever handles keywords stops compiling until it handles this one too.

use super::{KeywordKind, KeywordRow, KeywordShape, OpenApiUse};
use crate::dialect::Dialect::{Draft4, Draft6, Draft7, Draft201909, Draft202012};

macro_rules! keyword_table {
    ($($variant:ident $name:literal $kind:ident $openapi:ident $(@ $first:ident..=$last:ident)?
        [$($shape:ident $from:ident..=$until:ident),*];)*) => {
        /// A keyword of JSON Schema, of OpenAPI, or of ours.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Keyword {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
        }

        impl Keyword {
            /// Every keyword, sorted by name.
            pub const ALL: &[Self] = &[$(Self::$variant),*];
        }

        /// The rows in the order of [`Keyword::ALL`], so that a keyword is the index of its row.
        pub(super) const ROWS: &[KeywordRow] = &[$(KeywordRow {
            keyword: Keyword::$variant,
            name: $name,
            kind: KeywordKind::$kind,
            openapi: OpenApiUse::$openapi,
            counts: keyword_table!(@counts $($first $last)?),
            shapes: &[$((KeywordShape::$shape, $from, $until)),*],
        }),*];
    };
    (@counts) => { None };
    (@counts $first:ident $last:ident) => { Some(($first, $last)) };
}

// Variant, name, kind, versions of OpenAPI that have it; behind `@`, the dialects of JSON Schema in which it counts; then the shapes that
// the meta-schemas give its value, each with its dialects. Annotations and definitions count everywhere: no dialect rejects anything by them.
keyword_table! {
    Anchor "$anchor" Identifier Since31 @ Draft201909..=Draft202012 [Anchor Draft201909..=Draft202012];
    Comment "$comment" Annotation Since31 @ Draft4..=Draft202012 [Text Draft7..=Draft202012];
    Defs "$defs" Definitions Since31 @ Draft4..=Draft202012 [SchemaMap Draft201909..=Draft202012];
    DynamicAnchor "$dynamicAnchor" Identifier Since31 @ Draft202012..=Draft202012 [Anchor Draft202012..=Draft202012];
    DynamicRef "$dynamicRef" Applicator Since31 @ Draft202012..=Draft202012 [Reference Draft202012..=Draft202012];
    // A bundle may have the identifier of the dialect around a resource, or that of its own: both count everywhere.
    Id "$id" Identifier Since31 @ Draft4..=Draft202012 [Identifier Draft6..=Draft202012];
    // The meta-schemas of 2020-12 still describe what 2019-09 called recursive, and give it no meaning.
    RecursiveAnchor "$recursiveAnchor" Identifier Never @ Draft201909..=Draft201909
        [Bool Draft201909..=Draft201909, Anchor Draft202012..=Draft202012];
    RecursiveRef "$recursiveRef" Applicator Never @ Draft201909..=Draft201909 [Reference Draft201909..=Draft202012];
    // In draft-04, what is no string refers to nothing, and the meta-schema does not know the keyword.
    Ref "$ref" Applicator Both @ Draft4..=Draft202012 [Reference Draft4..=Draft202012];
    Schema "$schema" Identifier Since31 @ Draft4..=Draft202012 [Text Draft4..=Draft202012];
    Vocabulary "$vocabulary" Identifier Since31 @ Draft4..=Draft202012 [Vocabulary Draft201909..=Draft202012];
    AdditionalItems "additionalItems" Applicator Never @ Draft4..=Draft201909 [Schema Draft4..=Draft201909];
    AdditionalProperties "additionalProperties" Applicator Both @ Draft4..=Draft202012 [Schema Draft4..=Draft202012];
    AllOf "allOf" Applicator Both @ Draft4..=Draft202012 [SchemaList Draft4..=Draft202012];
    AnyOf "anyOf" Applicator Both @ Draft4..=Draft202012 [SchemaList Draft4..=Draft202012];
    Const "const" Assertion Since31 @ Draft6..=Draft202012 [];
    Contains "contains" Applicator Since31 @ Draft6..=Draft202012 [Schema Draft6..=Draft202012];
    ContentEncoding "contentEncoding" Annotation Since31 @ Draft4..=Draft202012 [Text Draft7..=Draft202012];
    ContentMediaType "contentMediaType" Annotation Since31 @ Draft4..=Draft202012 [Text Draft7..=Draft202012];
    ContentSchema "contentSchema" Annotation Since31 @ Draft4..=Draft202012 [Schema Draft201909..=Draft202012];
    Default "default" Annotation Both @ Draft4..=Draft202012 [];
    // Later dialects kept both old names as an equivalent place for definitions.
    Definitions "definitions" Definitions Never @ Draft4..=Draft202012 [SchemaMap Draft4..=Draft202012];
    // Divided in 2019-09; the meta-schemas still describe it, and validators disagree on whether it counts. Here it does.
    Dependencies "dependencies" Applicator Never @ Draft4..=Draft202012 [Dependencies Draft4..=Draft202012];
    DependentRequired "dependentRequired" Assertion Since31 @ Draft201909..=Draft202012
        [NameLists Draft201909..=Draft202012];
    DependentSchemas "dependentSchemas" Applicator Since31 @ Draft201909..=Draft202012
        [SchemaMap Draft201909..=Draft202012];
    Deprecated "deprecated" Annotation Both @ Draft4..=Draft202012 [Bool Draft201909..=Draft202012];
    Description "description" Annotation Both @ Draft4..=Draft202012 [Text Draft4..=Draft202012];
    Discriminator "discriminator" Annotation Both [];
    Else "else" Applicator Since31 @ Draft7..=Draft202012 [Schema Draft7..=Draft202012];
    Enum "enum" Assertion Both @ Draft4..=Draft202012
        [DifferentValues Draft4..=Draft4, List Draft6..=Draft202012];
    Example "example" Annotation Both [];
    Examples "examples" Annotation Since31 @ Draft4..=Draft202012 [List Draft6..=Draft202012];
    ExclusiveMaximum "exclusiveMaximum" Assertion Both @ Draft4..=Draft202012
        [Bool Draft4..=Draft4, Number Draft6..=Draft202012];
    ExclusiveMinimum "exclusiveMinimum" Assertion Both @ Draft4..=Draft202012
        [Bool Draft4..=Draft4, Number Draft6..=Draft202012];
    ExternalDocs "externalDocs" Annotation Both [];
    // An annotation unless a workspace asks for formats to assert.
    Format "format" Assertion Both @ Draft4..=Draft202012 [Text Draft4..=Draft202012];
    Draft4Id "id" Identifier Never @ Draft4..=Draft202012 [Identifier Draft4..=Draft4];
    If "if" Applicator Since31 @ Draft7..=Draft202012 [Schema Draft7..=Draft202012];
    Items "items" Applicator Both @ Draft4..=Draft202012
        [SchemaOrList Draft4..=Draft201909, Schema Draft202012..=Draft202012];
    MaxContains "maxContains" Assertion Since31 @ Draft201909..=Draft202012 [Count Draft201909..=Draft202012];
    MaxItems "maxItems" Assertion Both @ Draft4..=Draft202012 [Count Draft4..=Draft202012];
    MaxLength "maxLength" Assertion Both @ Draft4..=Draft202012 [Count Draft4..=Draft202012];
    MaxProperties "maxProperties" Assertion Both @ Draft4..=Draft202012 [Count Draft4..=Draft202012];
    Maximum "maximum" Assertion Both @ Draft4..=Draft202012 [Number Draft4..=Draft202012];
    MinContains "minContains" Assertion Since31 @ Draft201909..=Draft202012 [Count Draft201909..=Draft202012];
    MinItems "minItems" Assertion Both @ Draft4..=Draft202012 [Count Draft4..=Draft202012];
    MinLength "minLength" Assertion Both @ Draft4..=Draft202012 [Count Draft4..=Draft202012];
    MinProperties "minProperties" Assertion Both @ Draft4..=Draft202012 [Count Draft4..=Draft202012];
    Minimum "minimum" Assertion Both @ Draft4..=Draft202012 [Number Draft4..=Draft202012];
    MultipleOf "multipleOf" Assertion Both @ Draft4..=Draft202012 [Positive Draft4..=Draft202012];
    Not "not" Applicator Both @ Draft4..=Draft202012 [Schema Draft4..=Draft202012];
    Nullable "nullable" Assertion Only30 [];
    OneOf "oneOf" Applicator Both @ Draft4..=Draft202012 [SchemaList Draft4..=Draft202012];
    Pattern "pattern" Assertion Both @ Draft4..=Draft202012 [Pattern Draft4..=Draft202012];
    PatternProperties "patternProperties" Applicator Since31 @ Draft4..=Draft202012
        [PatternMap Draft4..=Draft202012];
    PrefixItems "prefixItems" Applicator Since31 @ Draft202012..=Draft202012 [SchemaList Draft202012..=Draft202012];
    Properties "properties" Applicator Both @ Draft4..=Draft202012 [SchemaMap Draft4..=Draft202012];
    PropertyNames "propertyNames" Applicator Since31 @ Draft6..=Draft202012 [Schema Draft6..=Draft202012];
    ReadOnly "readOnly" Annotation Both @ Draft4..=Draft202012 [Bool Draft7..=Draft202012];
    Required "required" Assertion Both @ Draft4..=Draft202012 [Names Draft4..=Draft202012];
    Then "then" Applicator Since31 @ Draft7..=Draft202012 [Schema Draft7..=Draft202012];
    Title "title" Annotation Both @ Draft4..=Draft202012 [Text Draft4..=Draft202012];
    Type "type" Assertion Both @ Draft4..=Draft202012 [Types Draft4..=Draft202012];
    UnevaluatedItems "unevaluatedItems" Applicator Since31 @ Draft201909..=Draft202012
        [Schema Draft201909..=Draft202012];
    UnevaluatedProperties "unevaluatedProperties" Applicator Since31 @ Draft201909..=Draft202012
        [Schema Draft201909..=Draft202012];
    UniqueItems "uniqueItems" Assertion Both @ Draft4..=Draft202012 [Bool Draft4..=Draft202012];
    WriteOnly "writeOnly" Annotation Both @ Draft4..=Draft202012 [Bool Draft7..=Draft202012];
    // Ours: policies read the first two, comparison and code generation the third. OpenAPI has every name that begins with `x-`.
    Extensible "x-extensible" Annotation Both [];
    ExtensibleEnum "x-extensible-enum" Annotation Both [];
    RenamedFrom "x-renamed-from" Annotation Both [];
    Xml "xml" Annotation Both [];
}

//! No keyword changes without a change that is told. The `match` names every keyword that means something, so that a new one has to say
//! here how it is told.

use schemactl_model::{Dialect, Keyword, Source, any_annotation, any_definitions, any_identifier, parse};

use super::diff;
use schemactl_containment::Schema;

/// The newest dialect that has a keyword, a schema without it, and the same schema with it.
fn with_and_without(keyword: Keyword) -> Option<(Dialect, &'static str, &'static str)> {
    let (_, newest) = keyword.dialects()?;
    let (without, with) = match keyword {
        Keyword::AdditionalItems => (r#"{"items":[true]}"#, r#"{"items":[true],"additionalItems":false}"#),
        Keyword::AdditionalProperties => ("{}", r#"{"additionalProperties":false}"#),
        Keyword::AllOf => ("{}", r#"{"allOf":[{"type":"string"},{"type":"null"}]}"#),
        Keyword::AnyOf => ("{}", r#"{"anyOf":[{"minLength":1},{"maximum":1}]}"#),
        Keyword::Const => ("{}", r#"{"const":1}"#),
        Keyword::Contains => ("{}", r#"{"contains":false}"#),
        Keyword::Dependencies => ("{}", r#"{"dependencies":{"a":["b"]}}"#),
        Keyword::DependentRequired => ("{}", r#"{"dependentRequired":{"a":["b"]}}"#),
        Keyword::DependentSchemas => ("{}", r#"{"dependentSchemas":{"a":false}}"#),
        Keyword::DynamicRef => ("{}", r##"{"$dynamicRef":"#"}"##),
        Keyword::Else => (r#"{"if":true}"#, r#"{"if":true,"else":false}"#),
        Keyword::Enum => ("{}", r#"{"enum":[1]}"#),
        Keyword::ExclusiveMaximum => ("{}", r#"{"exclusiveMaximum":1}"#),
        Keyword::ExclusiveMinimum => ("{}", r#"{"exclusiveMinimum":1}"#),
        Keyword::Format => ("{}", r#"{"format":"date"}"#),
        Keyword::If => ("{}", r#"{"if":true,"then":false}"#),
        Keyword::Items => ("{}", r#"{"items":false}"#),
        Keyword::MaxContains => (r#"{"contains":true}"#, r#"{"contains":true,"maxContains":1}"#),
        Keyword::MaxItems => ("{}", r#"{"maxItems":1}"#),
        Keyword::MaxLength => ("{}", r#"{"maxLength":1}"#),
        Keyword::MaxProperties => ("{}", r#"{"maxProperties":1}"#),
        Keyword::Maximum => ("{}", r#"{"maximum":1}"#),
        Keyword::MinContains => (r#"{"contains":true}"#, r#"{"contains":true,"minContains":2}"#),
        Keyword::MinItems => ("{}", r#"{"minItems":1}"#),
        Keyword::MinLength => ("{}", r#"{"minLength":1}"#),
        Keyword::MinProperties => ("{}", r#"{"minProperties":1}"#),
        Keyword::Minimum => ("{}", r#"{"minimum":1}"#),
        Keyword::MultipleOf => ("{}", r#"{"multipleOf":2}"#),
        Keyword::Not => ("{}", r#"{"not":{"type":"null"}}"#),
        Keyword::OneOf => ("{}", r#"{"oneOf":[{"minLength":1},{"maximum":1}]}"#),
        Keyword::Pattern => ("{}", r#"{"pattern":"a"}"#),
        Keyword::PatternProperties => ("{}", r#"{"patternProperties":{"a":false}}"#),
        Keyword::PrefixItems => ("{}", r#"{"prefixItems":[false]}"#),
        Keyword::Properties => ("{}", r#"{"properties":{"a":false}}"#),
        Keyword::PropertyNames => ("{}", r#"{"propertyNames":false}"#),
        Keyword::RecursiveRef => ("{}", r##"{"$recursiveRef":"#"}"##),
        Keyword::Ref => (
            r#"{"$defs":{"a":false}}"#,
            r##"{"$defs":{"a":false},"$ref":"#/$defs/a"}"##,
        ),
        Keyword::Required => ("{}", r#"{"required":["a"]}"#),
        Keyword::Then => (r#"{"if":true}"#, r#"{"if":true,"then":false}"#),
        Keyword::Type => ("{}", r#"{"type":"string"}"#),
        Keyword::UnevaluatedItems => ("{}", r#"{"unevaluatedItems":false}"#),
        Keyword::UnevaluatedProperties => ("{}", r#"{"unevaluatedProperties":false}"#),
        Keyword::UniqueItems => ("{}", r#"{"uniqueItems":true}"#),
        // OpenAPI alone has it.
        Keyword::Nullable => return None,
        // They reject nothing.
        any_annotation!() | any_definitions!() | any_identifier!() | Keyword::ContentSchema => return None,
    };
    Some((newest, without, with))
}

#[test]
fn every_keyword_that_means_something_is_told_when_it_comes_and_goes() {
    for keyword in Keyword::ALL {
        let Some((dialect, without, with)) = with_and_without(*keyword) else {
            continue;
        };
        let [without, with] = [without, with].map(|text| parse(&Source::new("schema", text)).unwrap());
        let [without, with] = [&without, &with].map(|root| Schema::new(root, dialect));
        assert!(!diff(&without, &with).is_empty(), "`{keyword}` comes");
        assert!(!diff(&with, &without).is_empty(), "`{keyword}` goes");
    }
}

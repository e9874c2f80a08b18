//! No keyword changes without a change that is told. The `match` names every keyword that means something, so that a new one has to say
//! here how it is told.

use schemactl_model::{Dialect, Keyword, Source, any_annotation, any_definitions, any_identifier, parse};

use super::diff;
use crate::change::ChangeKind;
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

/// Which kinds of change tell that an object was a map, or is one now. Both schemas are those of a property.
fn told_of_maps(old: &str, new: &str) -> Vec<ChangeKind> {
    let [old, new] = [old, new].map(|text| {
        let text = format!(r#"{{"properties":{{"tags":{text}}}}}"#);
        parse(&Source::new("schema", text)).unwrap()
    });
    let [old, new] = [&old, &new].map(|root| Schema::new(root, Dialect::Draft202012));
    let kinds = diff(&old, &new).into_iter().map(|found| found.change.kind);
    kinds
        .filter(|kind| matches!(kind, ChangeKind::MapBecomesObject | ChangeKind::ObjectBecomesMap))
        .collect()
}

/// Objects whose keys are data.
const MAPS: [&str; 5] = [
    r#"{"additionalProperties":{"type":"string"}}"#,
    r#"{"type":"object","properties":{},"additionalProperties":{"type":["string","null"]}}"#,
    r#"{"patternProperties":{"^x-":{"type":"string"}},"additionalProperties":false}"#,
    r#"{"unevaluatedProperties":{"type":"string"}}"#,
    r#"{"allOf":[{"additionalProperties":{"type":"string"}}]}"#,
];

/// Objects whose keys are names of the schema, alone or beside others.
const OBJECTS: [&str; 5] = [
    r#"{"properties":{"a":{"type":"string"}}}"#,
    r#"{"properties":{"a":true,"b":{"type":"string"}},"additionalProperties":false}"#,
    r#"{"properties":{"a":{"type":"string"}},"additionalProperties":{"type":"string"}}"#,
    r#"{"properties":{"a":{"type":"string"}},"patternProperties":{"^x-":{"type":"string"}}}"#,
    r#"{"allOf":[{"properties":{"a":{"type":"string"}}}],"required":["a"]}"#,
];

/// Neither: anything, no object, or alternatives, of which each may be something else.
const NEITHER: [&str; 6] = [
    "{}",
    r#"{"type":"object"}"#,
    r#"{"type":"object","additionalProperties":true}"#,
    r#"{"type":"string"}"#,
    r#"{"additionalProperties":{"type":"string"},"anyOf":[{"properties":{"a":true}},{"required":["b"]}]}"#,
    r#"{"properties":{"a":false}}"#,
];

#[test]
fn a_map_that_becomes_an_object_is_told_from_every_form_and_nothing_else_is() {
    for (map, object) in MAPS
        .iter()
        .flat_map(|map| OBJECTS.iter().map(move |object| (map, object)))
    {
        assert_eq!(
            told_of_maps(map, object),
            [ChangeKind::MapBecomesObject],
            "{map} {object}"
        );
        assert_eq!(
            told_of_maps(object, map),
            [ChangeKind::ObjectBecomesMap],
            "{object} {map}"
        );
    }
    let all = [&MAPS[..], &OBJECTS, &NEITHER].concat();
    for (old, new) in all.iter().flat_map(|old| all.iter().map(move |new| (old, new))) {
        let is_both = |one: &str, other: &str| MAPS.contains(&one) && OBJECTS.contains(&other);
        if !is_both(old, new) && !is_both(new, old) {
            assert_eq!(told_of_maps(old, new), [], "{old} {new}");
        }
    }
}

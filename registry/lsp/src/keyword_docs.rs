//! What keywords mean, in a line each, for hovers and completions. In: a keyword. Out: Markdown.

use schemactl_model::Keyword;

/// Returns what a keyword is, and in which dialects it counts.
pub(crate) fn describe_keyword(keyword: Keyword) -> String {
    let name = keyword.name();
    let counts = match keyword.dialects() {
        None => "A keyword of OpenAPI; JSON Schema has none of this name.".to_owned(),
        Some((first, last)) if first == last => format!("Counts in {first}."),
        Some((first, last)) => format!("Counts from {first} to {last}."),
    };
    format!("**`{name}`**: {}\n\n{counts}", summarize_keyword(keyword))
}

/// Returns the meaning of a keyword in a sentence.
pub(crate) fn summarize_keyword(keyword: Keyword) -> &'static str {
    let parts = [
        summarize_references_and_content,
        summarize_default_to_items,
        summarize_bounds_and_patterns,
        summarize_properties_and_the_rest,
    ];
    // The test below asks for every keyword.
    parts.into_iter().find_map(|part| part(keyword)).unwrap_or_default()
}

fn summarize_references_and_content(keyword: Keyword) -> Option<&'static str> {
    Some(match keyword {
        Keyword::Anchor => "A name for this subschema, to which `$ref` can refer as `#name`.",
        Keyword::Comment => "A remark for the authors of the schema. It has no effect.",
        Keyword::Defs | Keyword::Definitions => {
            "Subschemas by name, to which `$ref` refers. They have no effect by themselves."
        }
        Keyword::DynamicAnchor => "A name for this subschema, which `$dynamicRef` looks for in the schemas around it.",
        Keyword::DynamicRef => "Applies the subschema that the outermost schema with this `$dynamicAnchor` has.",
        Keyword::Id | Keyword::Draft4Id => "The identifier of the schema: references below it are relative to it.",
        Keyword::RecursiveAnchor => "Marks a schema that `$recursiveRef` may mean in place of its own.",
        Keyword::RecursiveRef => "Applies the outermost schema that has `$recursiveAnchor`.",
        Keyword::Ref => {
            "Applies another schema: a place in this file (`#/$defs/money`), another file, or an identifier."
        }
        Keyword::Schema => "The dialect in which the schema is written.",
        Keyword::Vocabulary => "The vocabularies of a meta-schema. It has no effect in other schemas.",
        Keyword::AdditionalItems => "The schema of elements behind those that `items` lists.",
        Keyword::AdditionalProperties => {
            "The schema of properties that neither `properties` nor `patternProperties` names; `false` rejects them."
        }
        Keyword::AllOf => "The value must be valid against every schema of the list.",
        Keyword::AnyOf => "The value must be valid against at least one schema of the list.",
        Keyword::Const => "The value must be this one.",
        Keyword::Contains => {
            "At least one element must be valid against this schema, or as many as `minContains` and `maxContains` require."
        }
        Keyword::ContentEncoding => "How a string encodes bytes, such as `base64`. It has no effect on validation.",
        Keyword::ContentMediaType => "The media type of what a string contains. It has no effect on validation.",
        Keyword::ContentSchema => "The schema of what a string contains. It has no effect on validation.",
        _ => return None,
    })
}

fn summarize_default_to_items(keyword: Keyword) -> Option<&'static str> {
    Some(match keyword {
        Keyword::Default => "The value that is meant where the property is absent. It has no effect on validation.",
        Keyword::Dependencies => "For each property: the properties, or the schema, that its presence requires.",
        Keyword::DependentRequired => "For each property: the properties that its presence requires.",
        Keyword::DependentSchemas => "For each property: the schema that its presence applies to the whole object.",
        Keyword::Deprecated => "Consumers should stop using the value. It has no effect on validation.",
        Keyword::Description => "What the value means. It has no effect on validation.",
        Keyword::Discriminator => "The property that tells the branches of `oneOf` apart.",
        Keyword::Else => "The schema of values that are not valid against `if`.",
        Keyword::Enum => "The value must be one of these.",
        Keyword::Example => "A value that is valid.",
        Keyword::Examples => "Values that are valid. They have no effect on validation.",
        Keyword::ExclusiveMaximum => {
            "The number must be lower than this one; in draft-04 `true` excludes `maximum` itself."
        }
        Keyword::ExclusiveMinimum => {
            "The number must be higher than this one; in draft-04 `true` excludes `minimum` itself."
        }
        Keyword::ExternalDocs => "Where more is written about the schema.",
        Keyword::Format => {
            "The form of a string, such as `date-time`. `check.formats` of schemactl.toml decides whether it is asserted."
        }
        Keyword::If => {
            "Values that are valid against this schema must be valid against `then`, all others against `else`."
        }
        Keyword::Items => "The schema of the elements; in dialects before 2020-12, a list has a schema for each place.",
        _ => return None,
    })
}

fn summarize_bounds_and_patterns(keyword: Keyword) -> Option<&'static str> {
    Some(match keyword {
        Keyword::MaxContains => "The highest number of elements that may be valid against `contains`.",
        Keyword::MaxItems => "The highest number of elements.",
        Keyword::MaxLength => "The highest number of characters.",
        Keyword::MaxProperties => "The highest number of properties.",
        Keyword::Maximum => "The highest number that is accepted.",
        Keyword::MinContains => "The lowest number of elements that must be valid against `contains`; 1 without it.",
        Keyword::MinItems => "The lowest number of elements.",
        Keyword::MinLength => "The lowest number of characters.",
        Keyword::MinProperties => "The lowest number of properties.",
        Keyword::Minimum => "The lowest number that is accepted.",
        Keyword::MultipleOf => "The number must be a multiple of this one.",
        Keyword::Not => "The value must not be valid against this schema.",
        Keyword::Nullable => "The value may be `null`, too.",
        Keyword::OneOf => "The value must be valid against exactly one schema of the list.",
        Keyword::Pattern => "A regular expression (ECMA-262) that must match somewhere in the string.",
        Keyword::PatternProperties => "The schemas of properties whose names match a regular expression.",
        _ => return None,
    })
}

fn summarize_properties_and_the_rest(keyword: Keyword) -> Option<&'static str> {
    Some(match keyword {
        Keyword::PrefixItems => "The schemas of the first elements, one for each place.",
        Keyword::Properties => "The schemas of properties by name. A property is optional unless `required` lists it.",
        Keyword::PropertyNames => "The schema of the names of all properties.",
        Keyword::ReadOnly => "The owner of the value sets it. It has no effect on validation.",
        Keyword::Required => "The properties that must be present.",
        Keyword::Then => "The schema of values that are valid against `if`.",
        Keyword::Title => "A short name. It has no effect on validation.",
        Keyword::Type => "The type of the value, or a list of types of which it must have one.",
        Keyword::UnevaluatedItems => "The schema of elements that no other keyword has evaluated.",
        Keyword::UnevaluatedProperties => "The schema of properties that no other keyword has evaluated.",
        Keyword::UniqueItems => "With `true`, all elements must be different.",
        Keyword::WriteOnly => "The value is sent and never returned. It has no effect on validation.",
        Keyword::Extensible => "With `true`, readers accept branches of this union that they do not know.",
        Keyword::ExtensibleEnum => "With `true`, readers accept values that `enum` does not list.",
        Keyword::RenamedFrom => {
            "The name that the property had in the previous major; conversions between majors use it."
        }
        Keyword::Xml => "How the value is written in XML.",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_keyword_has_a_sentence() {
        for keyword in Keyword::ALL {
            assert!(summarize_keyword(*keyword).ends_with('.'), "{keyword}");
        }
    }
}

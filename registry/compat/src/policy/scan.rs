//! What a document has anywhere in it. In: a document, data and schemas alike. Out: yes or no, or how many.

use schemactl_model::{Keyword, Kind, Value};

/// Returns whether an object has one of some keywords, in data too.
pub(super) fn has_any_keyword(value: &Value, keywords: &[Keyword]) -> bool {
    match &value.kind {
        Kind::Object(members) => members.iter().any(|member| {
            let is_one = member.keyword().is_some_and(|known| keywords.contains(&known));
            is_one || has_any_keyword(&member.value, keywords)
        }),
        Kind::Array(elements) => elements.iter().any(|element| has_any_keyword(element, keywords)),
        _ => false,
    }
}

/// Returns whether whole objects or lists are compared: by `uniqueItems`, or with those that `enum` or `const` list.
pub(super) fn compares_values(value: &Value) -> bool {
    match &value.kind {
        Kind::Object(members) => members.iter().any(|member| {
            let compares = match member.keyword() {
                Some(Keyword::UniqueItems) => member.value.kind == Kind::Bool(true),
                Some(Keyword::Const) => member.value.is_composite(),
                Some(Keyword::Enum) => member
                    .value
                    .as_array()
                    .unwrap_or_default()
                    .iter()
                    .any(Value::is_composite),
                _ => false,
            };
            compares || compares_values(&member.value)
        }),
        Kind::Array(elements) => elements.iter().any(compares_values),
        _ => false,
    }
}

/// Returns how many objects there are: at least as many as schemas.
pub(super) fn count_objects(value: &Value) -> usize {
    match &value.kind {
        Kind::Object(members) => 1 + members.iter().map(|member| count_objects(&member.value)).sum::<usize>(),
        Kind::Array(elements) => elements.iter().map(count_objects).sum(),
        _ => 0,
    }
}

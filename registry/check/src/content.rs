//! What a change brings, as a digest: a waiver accepts the schema that somebody has seen, and not the one that is written in its place before the
//! release. In: a value of a schema, and the schema around it. Out: a digest that texts for people do not change.

use schemactl_model::{Kind, Value, with_stack_for};
use schemactl_workspace::digest_value;

/// Keywords for people: another text is no other change.
const TEXTS: [&str; 4] = ["$comment", "description", "examples", "title"];
/// Keywords whose values are no schemas.
const VALUES: [&str; 3] = ["const", "default", "enum"];
/// Keywords whose members are named by the author.
const NAMED: [&str; 6] = [
    "$defs",
    "definitions",
    "dependencies",
    "dependentSchemas",
    "patternProperties",
    "properties",
];
/// Keywords that lead to another place of the schema.
const REFERENCES: [&str; 3] = ["$dynamicRef", "$recursiveRef", "$ref"];

/// Returns the digest of a value, and whether the whole schema counts because the value refers to other parts of it.
pub(crate) fn digest_content(value: &Value) -> (String, bool) {
    with_stack_for(value.depth(), || {
        let mut refers = false;
        let plain = without_texts(value, &mut refers);
        (digest_value(&plain).to_string(), refers)
    })
}

fn without_texts(value: &Value, refers: &mut bool) -> Value {
    match &value.kind {
        Kind::Object(members) => {
            let kept = members.iter().filter(|member| !TEXTS.contains(&member.key.as_str()));
            let entries = kept.map(|member| {
                let mut entry = member.clone();
                let key = member.key.as_str();
                *refers |= REFERENCES.contains(&key);
                if NAMED.contains(&key) {
                    entry.value = without_texts_in_each(&member.value, refers);
                } else if !VALUES.contains(&key) {
                    entry.value = without_texts(&member.value, refers);
                }
                entry
            });
            Value::object(entries.collect())
        }
        Kind::Array(elements) => {
            let elements = elements.iter().map(|element| without_texts(element, refers));
            Value::array(elements.collect())
        }
        _ => value.clone(),
    }
}

/// The schemas of an object whose names are those of properties or definitions.
fn without_texts_in_each(value: &Value, refers: &mut bool) -> Value {
    let Kind::Object(members) = &value.kind else {
        return value.clone();
    };
    let entries = members.iter().map(|member| {
        let mut entry = member.clone();
        entry.value = without_texts(&member.value, refers);
        entry
    });
    Value::object(entries.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemactl_model::{Source, parse};

    #[test]
    fn texts_count_for_nothing_and_names_and_values_for_what_they_are() {
        let digest = |text| digest_content(&parse(&Source::new("test", text)).unwrap());
        let plain = digest(r#"{"properties": {"title": {"type": "string"}}}"#);
        let said = digest(r#"{"title": "T", "properties": {"title": {"type": "string", "description": "d"}}}"#);
        assert_eq!(plain, said);
        for other in [
            r#"{"properties": {"title": {"type": "integer"}}}"#,
            r#"{"properties": {}}"#,
            r#"{"properties": {"title": {"type": "string"}}, "required": ["title"]}"#,
        ] {
            assert_ne!(plain, digest(other), "{other}");
        }
        let values = [r#"{"const": {"title": 1}}"#, r#"{"const": {"title": 2}}"#];
        assert_ne!(digest(values[0]), digest(values[1]));
        assert!(!plain.1 && digest(r##"{"items": [{"$ref": "#/$defs/a"}]}"##).1);
    }
}

//! What a change brings, as a digest: a waiver accepts the schema that somebody has seen, and not the one that is written in its place before the
//! release. In: a value of a schema, and the schema around it. Out: a digest that texts for people do not change.

use schemactl_model::{
    Keyword, Kind, Value, any_annotation, any_applicator, any_assertion, any_identifier, any_reference, any_schema_map,
    with_stack_for,
};
use schemactl_workspace::digest_value;

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
            let members = members.iter().filter_map(|member| {
                let kept = match member.keyword() {
                    // For people: another text is no other change.
                    Some(Keyword::Comment | Keyword::Description | Keyword::Examples | Keyword::Title) => return None,
                    Some(Keyword::Const | Keyword::Default | Keyword::Enum) => member.value.clone(),
                    Some(any_schema_map!()) => without_texts_in_each(&member.value, refers),
                    Some(any_reference!()) => {
                        *refers = true;
                        without_texts(&member.value, refers)
                    }
                    Some(
                        any_annotation!()
                        | any_applicator!()
                        | any_assertion!()
                        | any_identifier!()
                        | Keyword::ContentSchema,
                    )
                    | None => without_texts(&member.value, refers),
                };
                Some(member.with_value(kept))
            });
            Value::object(members.collect())
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
    let members = members
        .iter()
        .map(|member| member.with_value(without_texts(&member.value, refers)));
    Value::object(members.collect())
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

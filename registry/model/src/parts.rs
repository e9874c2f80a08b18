//! A document as its parts of one dialect each. In: a document and its dialect. Out: the document without its embedded resources of other
//! dialects, and each of them. A meta-schema describes one such part: `{}` stands where a resource of another dialect was.

use crate::dialect::Dialect;
use crate::pointer::Pointer;
use crate::subschema::subschemas;
use crate::value::{JsonObject, Kind, Value};

/// A part of a document.
#[derive(Clone, Debug)]
pub struct DialectPart {
    /// Where its root stands in the document.
    pub pointer: Pointer,
    /// The dialect of its keywords.
    pub dialect: Dialect,
    /// The part, with `{}` for each part below it.
    pub schema: Value,
}

/// Returns the parts of a document, the document itself first.
pub fn split_by_dialect(root: &Value, dialect: Dialect) -> Vec<DialectPart> {
    let mut parts = Vec::new();
    split(root, dialect, &Pointer::root(), &mut parts);
    parts
}

fn split(root: &Value, dialect: Dialect, pointer: &Pointer, parts: &mut Vec<DialectPart>) {
    let mut embedded = Vec::new();
    collect_embedded(root, dialect, pointer, &mut embedded);
    let schema = if embedded.is_empty() {
        root.clone()
    } else {
        without(root, pointer, &embedded)
    };
    let pointer = pointer.clone();
    parts.push(DialectPart {
        pointer,
        dialect,
        schema,
    });
    for (pointer, dialect, resource) in embedded {
        split(resource, dialect, &pointer, parts);
    }
}

/// The outermost resources below a schema that have another dialect.
fn collect_embedded<'v>(
    schema: &'v Value,
    dialect: Dialect,
    pointer: &Pointer,
    found: &mut Vec<(Pointer, Dialect, &'v Value)>,
) {
    for sub in subschemas(schema, dialect) {
        let below = sub.place_in(pointer);
        match dialect.inside(sub.value) {
            inside if inside == dialect => collect_embedded(sub.value, dialect, &below, found),
            inside => found.push((below, inside, sub.value)),
        }
    }
}

fn without(value: &Value, pointer: &Pointer, embedded: &[(Pointer, Dialect, &Value)]) -> Value {
    if embedded.iter().any(|(place, ..)| place == pointer) {
        return Value {
            span: value.span,
            ..Value::object(Vec::new())
        };
    }
    let kind = match &value.kind {
        Kind::Object(members) => {
            let members = members
                .iter()
                .map(|entry| entry.with_value(without(&entry.value, &pointer.join(entry.key.as_str()), embedded)));
            Kind::Object(JsonObject::from_entries(members.collect()))
        }
        Kind::Array(elements) => {
            let elements = elements.iter().enumerate();
            Kind::Array(
                elements
                    .map(|(index, element)| without(element, &pointer.join(index.to_string()), embedded))
                    .collect(),
            )
        }
        other => other.clone(),
    };
    Value { kind, span: value.span }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse;
    use crate::source::Source;

    #[test]
    fn each_part_has_one_dialect() {
        let (draft4, modern) = (Dialect::Draft4.uri(), Dialect::Draft202012.uri());
        let text = format!(
            r#"{{"$defs": {{"a": {{"$id": "urn:a", "$schema": "{draft4}", "not": {{"type": "null"}}}},
                            "b": {{"$id": "urn:b", "$schema": "{modern}", "not": {{}}}}}}}}"#
        );
        let root = parse(&Source::new("a.json", text)).unwrap();
        let parts = split_by_dialect(&root, Dialect::Draft202012);
        let shown: Vec<_> = parts
            .iter()
            .map(|part| format!("{} {} {}", part.pointer, part.dialect, part.schema.to_json()))
            .collect();
        assert_eq!(shown.len(), 2);
        assert!(
            shown[0].starts_with(r#" 2020-12 {"$defs":{"a":{},"b":{"$id":"urn:b""#),
            "{shown:?}"
        );
        assert!(shown[1].starts_with(r#"/$defs/a draft-04 {"$id":"urn:a""#), "{shown:?}");
        assert_eq!(split_by_dialect(&root, Dialect::Draft7).len(), 1);
    }
}

//! Schemas whose references are led elsewhere. In: a schema, its dialect, and where each reference leads to. Out: the schema with that.
//! Data stays as it is: only what the dialect reads as a subschema is looked into.

use schemactl_model::{Dialect, Keyword, Kind, Member, Value, subschemas};

/// Rewrites every reference of a schema.
pub(super) fn rewrite_references<E>(
    schema: &Value,
    dialect: Dialect,
    lead: &mut dyn FnMut(&str) -> Result<String, E>,
) -> Result<Value, E> {
    let Some(members) = schema.as_object() else {
        return Ok(schema.clone());
    };
    let below = subschemas(schema, dialect);
    let mut out = Vec::new();
    for member in members.iter() {
        let value = match (&member.value.kind, member.keyword()) {
            (Kind::String(text), Some(Keyword::Ref)) => Value::string(&lead(text)?),
            (kind, keyword) => {
                let mut below = below.iter().filter(|sub| Some(sub.keyword) == keyword).peekable();
                if below.peek().is_none() {
                    member.value.clone()
                } else {
                    let is_map = below.any(|sub| sub.member.is_some());
                    rewrite_below(kind, is_map, &member.value, dialect, lead)?
                }
            }
        };
        out.push(Member::new(&member.key, value));
    }
    Ok(Value::object(out))
}

/// The value of a keyword that holds one schema, a list of them, or one by name.
fn rewrite_below<E>(
    kind: &Kind,
    is_map: bool,
    value: &Value,
    dialect: Dialect,
    lead: &mut dyn FnMut(&str) -> Result<String, E>,
) -> Result<Value, E> {
    match kind {
        Kind::Array(elements) => {
            let rewritten: Result<Vec<_>, E> = elements
                .iter()
                .map(|element| rewrite_references(element, dialect, lead))
                .collect();
            Ok(Value::array(rewritten?))
        }
        Kind::Object(members) if is_map => {
            let rewritten: Result<Vec<Member>, E> = members
                .iter()
                .map(|member| {
                    Ok(Member::new(
                        &member.key,
                        rewrite_references(&member.value, dialect, lead)?,
                    ))
                })
                .collect();
            Ok(Value::object(rewritten?))
        }
        _ => rewrite_references(value, dialect, lead),
    }
}

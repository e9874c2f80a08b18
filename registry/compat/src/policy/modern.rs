//! The keywords of a schema in the words of another dialect. In: the members of a schema and its dialect. Out: the same
//! assertions as the newest dialect writes them; what the schema's own dialect does not have is left out, as it asserts nothing.

use schemactl_model::{Dialect, JsonObject, Kind, Value};

/// A keyword and its value. `dependentRequired` and `dependentSchemas` may come with the value of `dependencies`, of which each
/// is only a part.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keyword<'v> {
    pub(super) name: &'v str,
    pub(super) value: &'v Value,
}

/// Returns the keywords of a schema of dialect `from` as dialect `to` writes them: the same one, or 2020-12.
pub(super) fn convert_keywords(members: &JsonObject, from: Dialect, to: Dialect) -> Vec<Keyword<'_>> {
    let mut keywords = Vec::with_capacity(members.len());
    for member in members.iter() {
        let (name, value) = (member.key.as_str(), &member.value);
        if from == to {
            keywords.push(Keyword { name, value });
            continue;
        }
        let names = names_in_newest(members, name, value, from);
        keywords.extend(names.into_iter().flatten().map(|name| Keyword { name, value }));
    }
    keywords
}

/// What 2020-12 calls a keyword: one name, two where it is divided, none where it asserts nothing.
fn names_in_newest<'v>(members: &JsonObject, name: &'v str, value: &Value, from: Dialect) -> [Option<&'v str>; 2] {
    let is_list = |value: &Value| value.as_array().is_some();
    match name {
        _ if !from.has_keyword(name) => [None, None],
        "items" if from <= Dialect::Draft201909 && is_list(value) => {
            // 2020-12 has no empty list of schemas.
            let is_empty = value.as_array().is_some_and(<[Value]>::is_empty);
            [(!is_empty).then_some("prefixItems"), None]
        }
        // Without a list there is nothing to be additional to.
        "additionalItems" => [members.value("items").is_some_and(is_list).then_some("items"), None],
        "dependencies" => [Some("dependentRequired"), Some("dependentSchemas")],
        "exclusiveMinimum" | "exclusiveMaximum" if from == Dialect::Draft4 => [None, None],
        "minimum" if is_flagged(members, "exclusiveMinimum", from) => [Some("exclusiveMinimum"), None],
        "maximum" if is_flagged(members, "exclusiveMaximum", from) => [Some("exclusiveMaximum"), None],
        _ => [Some(name), None],
    }
}

/// Whether the flag that draft-04 has beside a bound is set.
fn is_flagged(members: &JsonObject, flag: &str, from: Dialect) -> bool {
    from == Dialect::Draft4 && members.value(flag).is_some_and(|flag| flag.kind == Kind::Bool(true))
}

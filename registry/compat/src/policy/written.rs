//! Keywords as rewriting writes them: in place of others, or added. In: their values. Out: members of a schema.

use std::collections::BTreeSet;

use schemactl_model::{JsonObject, Keyword, Kind, Member, Value};

/// Returns the lists of names of `dependencies`, or of its successor, as the successor.
pub(super) fn dependent_names(value: &Value) -> Vec<Member> {
    let members = value.as_object().into_iter().flat_map(JsonObject::iter);
    let lists = members.filter_map(|member| match &member.value.kind {
        Kind::Array(_) => Some(member.clone()),
        Kind::String(_) => Some(Member::new(&member.key, Value::array(vec![member.value.clone()]))),
        _ => None,
    });
    let lists: Vec<_> = lists.collect();
    if lists.is_empty() {
        return vec![];
    }
    vec![Member::new(Keyword::DependentRequired, Value::object(lists))]
}

/// Returns what an extensible enum accepts: any value of the types that its values have.
pub(super) fn any_of_the_types(values: &Value, members: &JsonObject) -> Vec<Member> {
    if members.keyword(Keyword::Type).is_some() {
        return vec![];
    }
    let values = values.as_array().unwrap_or_default();
    let types: BTreeSet<_> = values.iter().map(Value::kind_name).collect();
    vec![Member::new(
        Keyword::Type,
        Value::array(types.into_iter().map(Value::string).collect()),
    )]
}

/// Returns a schema of entries, with one `allOf` for all the schemas that were added.
pub(super) fn merge_branches(entries: Vec<Member>) -> Value {
    let (all_of, mut rest): (Vec<_>, Vec<_>) = entries
        .into_iter()
        .partition(|entry| entry.keyword() == Some(Keyword::AllOf));
    let branches: Vec<_> = all_of
        .iter()
        .filter_map(|entry| entry.value.as_array())
        .flatten()
        .cloned()
        .collect();
    if !branches.is_empty() {
        rest.push(Member::new(Keyword::AllOf, Value::array(branches)));
    }
    Value::object(rest)
}

/// Returns an `allOf` of one schema, for [`merge_branches`].
pub(super) fn all_of_branch(schema: Value) -> Member {
    Member::new(Keyword::AllOf, Value::array(vec![schema]))
}

//! Keywords as rewriting writes them: in place of others, or added. In: their values. Out: members of a schema.

use schemactl_model::{JsonObject, Keyword, Kind, Member, Value, unlisted_values};

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

/// Returns what the reader of an open list accepts, beside the `type` of the schema: any value of the types that the listed values have.
pub(super) fn open_list(list: &Value, members: &JsonObject) -> Vec<Member> {
    match unlisted_values(list) {
        Some(types) if members.keyword(Keyword::Type).is_none() => types
            .as_object()
            .into_iter()
            .flat_map(JsonObject::iter)
            .cloned()
            .collect(),
        Some(types) => vec![all_of_branch(types)],
        None => vec![Member::new(Keyword::Enum, list.clone())],
    }
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

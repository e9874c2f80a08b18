//! The schema that has the changes of two branches. In: the schema that both began with, and what each made of it. Out: one schema, and the places
//! at which both changed the same thing in different ways. No I/O.

use schemactl_model::{JsonObject, Kind, Member, Pointer, Value};

/// A schema with the changes of both branches.
#[derive(Debug)]
pub(super) struct MergedSchema {
    pub(super) schema: Value,
    /// Where both changed the same thing in different ways: there it is as in `ours`.
    pub(super) disputed: Vec<Pointer>,
}

/// Merges two schemas by what each changed of `before`. Without one, everything in both is new.
pub(super) fn merge_schemas(before: Option<&Value>, ours: &Value, theirs: &Value) -> MergedSchema {
    let mut disputed = Vec::new();
    let schema = merge_values(before, (ours, theirs), &Pointer::root(), &mut disputed);
    MergedSchema { schema, disputed }
}

fn is_same(one: &Value, other: &Value) -> bool {
    one.to_json() == other.to_json()
}

fn merge_values(
    before: Option<&Value>,
    (ours, theirs): (&Value, &Value),
    place: &Pointer,
    disputed: &mut Vec<Pointer>,
) -> Value {
    let is_unchanged = |value: &Value| before.is_some_and(|before| is_same(before, value));
    if is_same(ours, theirs) || is_unchanged(theirs) {
        return ours.clone();
    }
    if is_unchanged(ours) {
        return theirs.clone();
    }
    match (&ours.kind, &theirs.kind) {
        (Kind::Object(ours), Kind::Object(theirs)) => {
            let before = before.and_then(Value::as_object);
            merge_objects(before, (ours, theirs), place, disputed)
        }
        (Kind::Array(ours), Kind::Array(theirs)) if is_list_of_words(ours) && is_list_of_words(theirs) => {
            let before = before.and_then(Value::as_array).unwrap_or_default();
            merge_lists(before, ours, theirs)
        }
        _ => {
            disputed.push(place.clone());
            ours.clone()
        }
    }
}

/// The members of theirs, which are released, in their order; then what is new in ours.
fn merge_objects(
    before: Option<&JsonObject>,
    (ours, theirs): (&JsonObject, &JsonObject),
    place: &Pointer,
    disputed: &mut Vec<Pointer>,
) -> Value {
    let earlier = |key: &str| before.and_then(|before| before.value(key));
    let mut members: Vec<Member> = Vec::new();
    for member in theirs.iter() {
        let (key, place) = (member.key.as_str(), place.join(member.key.as_str()));
        match (ours.value(key), earlier(key)) {
            (Some(own), before) => {
                let merged = merge_values(before, (own, &member.value), &place, disputed);
                members.push(member.with_value(merged));
            }
            // Ours has removed it.
            (None, Some(before)) if is_same(before, &member.value) => {}
            (None, before) => {
                disputed.extend(before.map(|_| place));
                members.push(member.clone());
            }
        }
    }
    for member in ours.iter().filter(|member| theirs.value(&member.key).is_none()) {
        match earlier(&member.key) {
            // Theirs has removed it.
            Some(before) if is_same(before, &member.value) => {}
            before => {
                disputed.extend(before.map(|_| place.join(member.key.as_str())));
                members.push(member.clone());
            }
        }
    }
    Value::object(members)
}

/// `required`, `enum` and `type` are sets.
fn is_list_of_words(list: &[Value]) -> bool {
    !list.iter().any(Value::is_composite)
}

fn merge_lists(before: &[Value], ours: &[Value], theirs: &[Value]) -> Value {
    let has = |list: &[Value], value: &Value| list.iter().any(|other| is_same(other, value));
    let kept = theirs.iter().filter(|value| has(ours, value) || !has(before, value));
    let added = ours.iter().filter(|value| !has(theirs, value) && !has(before, value));
    Value::array(kept.chain(added).cloned().collect())
}

#[cfg(test)]
mod tests {
    use schemactl_model::{Source, parse};

    use super::*;

    /// What both began with, what each made of it, what comes out, and what is disputed.
    const CASES: [[&str; 5]; 9] = [
        [
            r#"{"a":1}"#,
            r#"{"a":1,"b":2}"#,
            r#"{"a":1,"c":3}"#,
            r#"{"a":1,"c":3,"b":2}"#,
            "",
        ],
        [r#"{"a":1}"#, r#"{"a":2}"#, r#"{"a":1}"#, r#"{"a":2}"#, ""],
        [r#"{"a":1}"#, r#"{"a":2}"#, r#"{"a":3}"#, r#"{"a":2}"#, "/a"],
        [r#"{"a":1,"b":1}"#, r#"{"b":1}"#, r#"{"a":1,"b":2}"#, r#"{"b":2}"#, ""],
        [r#"{"a":1,"b":1}"#, r#"{"a":1,"b":2}"#, r#"{"b":1}"#, r#"{"b":2}"#, ""],
        [r#"{"a":1}"#, r"{}", r#"{"a":2}"#, r#"{"a":2}"#, "/a"],
        [
            r#"["a","b"]"#,
            r#"["a","b","c"]"#,
            r#"["b","d"]"#,
            r#"["b","d","c"]"#,
            "",
        ],
        [r#"[{"a":1}]"#, r#"[{"a":2}]"#, r#"[{"a":3}]"#, r#"[{"a":2}]"#, "/"],
        ["", r#"{"a":{"b":1}}"#, r#"{"a":{"c":1}}"#, r#"{"a":{"c":1,"b":1}}"#, ""],
    ];

    #[test]
    fn what_either_changed_is_in_the_merged_schema() {
        let read = |text: &str| parse(&Source::new("case", text)).unwrap();
        for [before, ours, theirs, merged, disputed] in CASES {
            let before = (!before.is_empty()).then(|| read(before));
            let found = merge_schemas(before.as_ref(), &read(ours), &read(theirs));
            assert_eq!(found.schema.to_json(), read(merged).to_json(), "{ours} {theirs}");
            let places: Vec<String> = found
                .disputed
                .iter()
                .map(|place| format!("/{}", place.tokens().join("/")))
                .collect();
            assert_eq!(places.concat(), disputed, "{ours} {theirs}");
        }
    }
}

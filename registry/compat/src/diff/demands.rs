//! What a schema demands of an event, in words, property by property. In: a schema that stands in a condition, or follows from one, and its place in
//! the event. Out: the end of a sentence, or nothing where the schema says more than a sentence has room for.

use schemactl_model::{JsonObject, Keyword, Kind, Member, Value};

use super::site::is_silent;
use super::{listed, shown};
use crate::event_path::{EventPath, EventStep};

/// Properties that a sentence has room for.
const MOST_CLAUSES: usize = 4;

/// How a sentence is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mood {
    /// Of an event that fulfils the schema: *is*, *has*.
    Fulfilled,
    /// Of an event that has to: *must be*, *must have*.
    Demanded,
}

/// Returns which events fulfil a schema. `None` if that is not told in a sentence.
pub(super) fn describe_condition(path: &EventPath, schema: &Value) -> Option<String> {
    let clauses = clauses_of(path, schema, Mood::Fulfilled)?;
    (!clauses.is_empty() && clauses.len() <= MOST_CLAUSES).then(|| clauses.join(" and "))
}

/// Returns what a schema demands; `None` if it demands nothing.
pub(super) fn describe_demands(path: &EventPath, schema: &Value) -> Option<String> {
    match clauses_of(path, schema, Mood::Demanded) {
        Some(clauses) if clauses.is_empty() => None,
        Some(clauses) => {
            let (shown, more) = clauses.split_at(clauses.len().min(MOST_CLAUSES));
            let more = match more.len() {
                0 => String::new(),
                count => format!(", and {count} more"),
            };
            Some(format!("{}{more}", shown.join(", ")))
        }
        None => Some(format!("the event must match {}", shown(schema))),
    }
}

/// Returns what a property demands beside it: names, or a schema.
pub(super) fn describe_dependency(
    path: &EventPath,
    (keyword, key): (Keyword, &str),
    demanded: &Value,
    when: &str,
) -> String {
    let beside = path.join(EventStep::Property(key.to_owned()));
    if let Kind::Array(names) = &demanded.kind {
        let paths = names.iter().filter_map(Value::as_str).map(|name| quoted(path, name));
        let verb = if names.len() == 1 { "is" } else { "are" };
        return format!("beside `{beside}`, {} {verb} {when}required", listed(paths));
    }
    let demands = describe_demands(path, demanded).unwrap_or_else(|| "nothing more is demanded".to_owned());
    format!("`{keyword}` {when}applies where `{beside}` is present: {demands}")
}

fn quoted(path: &EventPath, name: &str) -> String {
    format!("`{}`", path.join(EventStep::Property(name.to_owned())))
}

/// A clause for each property. `None` where something other than properties, or a schema of another form, is involved.
fn clauses_of(path: &EventPath, schema: &Value, mood: Mood) -> Option<Vec<String>> {
    let members = match &schema.kind {
        Kind::Bool(true) => return Some(Vec::new()),
        Kind::Object(members) => members,
        _ => return None,
    };
    let is_object = |member: &Member| member.value.as_str() == Some("object");
    let is_understood = |member: &&Member| match member.keyword() {
        Some(Keyword::Properties | Keyword::Required) => true,
        Some(Keyword::Type) => is_object(member),
        _ => is_silent(member),
    };
    if !members.iter().all(|member| is_understood(&member)) {
        return None;
    }
    let required: Vec<&str> = members
        .keyword(Keyword::Required)
        .and_then(Value::as_array)
        .map(|names| names.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let properties = members.keyword(Keyword::Properties).and_then(Value::as_object);
    let declared: Vec<&Member> = properties.into_iter().flat_map(JsonObject::iter).collect();
    let mut clauses = Vec::new();
    for member in &declared {
        let is_required = required.contains(&member.key.as_str());
        clauses.extend(property_clauses(path, (&member.key, &member.value), is_required, mood));
    }
    let is_declared = |name: &str| declared.iter().any(|member| member.key == name);
    let rest = required.iter().filter(|name| !is_declared(name));
    clauses.extend(rest.map(|name| format!("{} {}", quoted(path, name), presence(mood))));
    Some(clauses)
}

fn presence(mood: Mood) -> &'static str {
    match mood {
        Mood::Fulfilled => "is present",
        Mood::Demanded => "is required",
    }
}

fn property_clauses(path: &EventPath, (name, schema): (&str, &Value), is_required: bool, mood: Mood) -> Vec<String> {
    let place = quoted(path, name);
    let own = path.join(EventStep::Property(name.to_owned()));
    let below = clauses_of(&own, schema, mood).unwrap_or_default();
    let said = if below.is_empty() {
        predicate(schema, mood)
    } else {
        None
    };
    let clause = match (said, is_required, mood) {
        (Some(said), true, Mood::Demanded) => Some(format!("{place} is required and {said}")),
        (Some(said), false, Mood::Fulfilled) => Some(format!("{place} {said} or is missing")),
        (Some(said), _, _) => Some(format!("{place} {said}")),
        (None, true, _) => Some(format!("{place} {}", presence(mood))),
        (None, false, _) => None,
    };
    clause.into_iter().chain(below).collect()
}

/// What a schema says of a value. `None` if it says nothing.
fn predicate(schema: &Value, mood: Mood) -> Option<String> {
    let (is, has, matches) = match mood {
        Mood::Fulfilled => ("is", "has", "matches its schema"),
        Mood::Demanded => ("must be", "must have", "must match its schema"),
    };
    let members = match &schema.kind {
        Kind::Object(members) => members,
        Kind::Bool(false) if mood == Mood::Demanded => return Some("must be missing".to_owned()),
        Kind::Bool(false) => return Some("has a value that no schema allows".to_owned()),
        _ => return None,
    };
    let said: Vec<&Member> = members.iter().filter(|member| !is_silent(member)).collect();
    match said[..] {
        [] => None,
        [one] => Some(match (one.keyword(), &one.value.kind) {
            (Some(Keyword::Const), _) => format!("{is} {}", shown(&one.value)),
            (Some(Keyword::Enum), Kind::Array(values)) if values.len() == 1 => format!("{is} {}", shown(&values[0])),
            (Some(Keyword::Enum), Kind::Array(values)) => format!("{is} one of {}", listed(values.iter().map(shown))),
            (Some(Keyword::Type), Kind::String(kind)) => format!("{is} of type `{kind}`"),
            (Some(keyword), _) if !one.value.is_composite() => format!("{has} `{keyword}` {}", shown(&one.value)),
            _ => matches.to_owned(),
        }),
        [..] => Some(
            match said.iter().find(|member| member.keyword() == Some(Keyword::Const)) {
                Some(one) => format!("{is} {}", shown(&one.value)),
                None => matches.to_owned(),
            },
        ),
    }
}

//! Copies of a document with something changed. In: a document and edits. Out: the edited copy. An edit whose place does not exist
//! changes nothing.

use std::cmp::Ordering;

use schemactl_model::{JsonObject, Keyword, Kind, Member, Pointer, Value};

/// One change to a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Edit {
    /// Takes a member out.
    Remove(Pointer),
    /// Puts another value in its place.
    Set(Pointer, Value),
    /// Takes a name out of a list of names.
    RemoveName(Pointer, String),
    /// Puts a list of values in the place of a `const` or an `enum`.
    List(Pointer, Vec<Value>),
    /// Lets an object keyword of a schema take a member: `(schema, keyword, member)`.
    Allow(Pointer, Keyword, String),
}

impl Edit {
    /// Whether what stands at a place is gone, or another thing, after the edit. A name that is taken out of a list leaves the
    /// list, and a member that is allowed leaves the others.
    pub(crate) fn replaces(&self, place: &Pointer) -> bool {
        match self {
            Self::Remove(own) | Self::Set(own, _) | Self::List(own, _) => place.starts_with(own),
            Self::RemoveName(..) => false,
            Self::Allow(schema, keyword, member) => place.starts_with(&schema.join(*keyword).join(member.as_str())),
        }
    }

    /// The place that is edited.
    pub(crate) fn place(&self) -> &Pointer {
        match self {
            Self::Remove(place)
            | Self::Set(place, _)
            | Self::RemoveName(place, _)
            | Self::List(place, _)
            | Self::Allow(place, ..) => place,
        }
    }
}

impl Edit {
    /// Returns the same edit as seen from a place around it.
    pub(crate) fn below(&self, around: &Pointer) -> Self {
        let below = |place: &Pointer| {
            let tokens = place.tokens().iter().skip(around.tokens().len());
            tokens.fold(Pointer::root(), |place, token| place.join(token.as_str()))
        };
        match self {
            Self::Remove(place) => Self::Remove(below(place)),
            Self::Set(place, value) => Self::Set(below(place), value.clone()),
            Self::RemoveName(place, name) => Self::RemoveName(below(place), name.clone()),
            Self::List(place, values) => Self::List(below(place), values.clone()),
            Self::Allow(schema, keyword, member) => Self::Allow(below(schema), *keyword, member.clone()),
        }
    }
}

/// Returns a copy of an event with a value at a place: it replaces what is there, is added as a property, or is appended to an
/// array. `None` if there is nothing that could hold it.
pub(crate) fn with_value_at(event: &Value, place: &Pointer, value: Value) -> Option<Value> {
    let Some((last, holder)) = place.tokens().split_last() else {
        return Some(value);
    };
    at(event, holder, &|held| match &held.kind {
        Kind::Object(members) => {
            let is_last = |member: &Member| member.key == *last;
            let mut entries: Vec<Member> = members.iter().cloned().collect();
            match entries.iter_mut().find(|member| is_last(member)) {
                Some(member) => member.value = value.clone(),
                None => entries.push(Member::new(last, value.clone())),
            }
            Some(Value::object(entries))
        }
        Kind::Array(elements) => {
            let index: usize = last.parse().ok()?;
            let mut elements = elements.clone();
            match index.cmp(&elements.len()) {
                Ordering::Less => elements[index] = value.clone(),
                Ordering::Equal => elements.push(value.clone()),
                Ordering::Greater => return None,
            }
            Some(Value::array(elements))
        }
        _ => None,
    })
}

/// Returns a copy of an event without the value at a place, if there is one.
pub(crate) fn without_value_at(event: &Value, place: &Pointer) -> Option<Value> {
    place.resolve(event)?;
    let (last, holder) = place.tokens().split_last()?;
    at(event, holder, &|held| match &held.kind {
        Kind::Object(_) => without(held, last),
        Kind::Array(elements) => {
            let mut elements = elements.clone();
            elements.remove(last.parse().ok()?);
            Some(Value::array(elements))
        }
        _ => None,
    })
}

/// A copy with all edits made, in their order. The document is copied once, however many edits there are.
pub(crate) fn apply_edits<'e>(root: &Value, edits: impl IntoIterator<Item = &'e Edit>) -> Value {
    let mut copy = root.clone();
    for edit in edits {
        // What is not there stays so.
        let _ = apply(&mut copy, edit);
    }
    copy
}

fn apply(root: &mut Value, edit: &Edit) -> Option<()> {
    match edit {
        Edit::Remove(place) => {
            let (name, holder) = place.tokens().split_last()?;
            if let Kind::Object(members) = &mut place_mut(root, holder)?.kind {
                members.remove(name);
            }
        }
        Edit::Set(place, new) => *place_mut(root, place.tokens())? = new.clone(),
        Edit::RemoveName(place, name) => {
            let Kind::Array(names) = &mut place_mut(root, place.tokens())?.kind else {
                return None;
            };
            names.retain(|known| known.as_str() != Some(name));
            // draft-04 has no empty list of names.
            if names.is_empty() {
                return apply(root, &Edit::Remove(place.clone()));
            }
        }
        Edit::List(place, values) => {
            let (name, holder) = place.tokens().split_last()?;
            if let Kind::Object(members) = &mut place_mut(root, holder)?.kind {
                members.value(name)?;
                members.remove(name);
                members.put_last(Member::new(Keyword::Enum, Value::array(values.clone())));
            }
        }
        Edit::Allow(schema, keyword, member) => {
            allow(place_mut(root, schema.tokens())?, keyword.name(), member)?;
        }
    }
    Some(())
}

fn place_mut<'v>(root: &'v mut Value, tokens: &[String]) -> Option<&'v mut Value> {
    tokens.iter().try_fold(root, |value, token| match &mut value.kind {
        Kind::Object(members) => members.value_mut(token),
        Kind::Array(elements) => elements.get_mut(token.parse::<usize>().ok()?),
        _ => None,
    })
}

/// A copy in which the value at a place is another one.
fn at(value: &Value, tokens: &[String], change: &dyn Fn(&Value) -> Option<Value>) -> Option<Value> {
    let Some((first, rest)) = tokens.split_first() else {
        return change(value);
    };
    let kind = match &value.kind {
        Kind::Object(members) => {
            members.value(first)?;
            let edited = members.iter().map(|member| {
                if member.key != *first {
                    return Some(member.clone());
                }
                Some(member.with_value(at(&member.value, rest, change)?))
            });
            Kind::Object(JsonObject::from_entries(edited.collect::<Option<_>>()?))
        }
        Kind::Array(elements) => {
            let index: usize = first.parse().ok()?;
            let mut edited = elements.clone();
            *edited.get_mut(index)? = at(elements.get(index)?, rest, change)?;
            Kind::Array(edited)
        }
        _ => return None,
    };
    Some(Value { kind, span: value.span })
}

fn without(value: &Value, name: &str) -> Option<Value> {
    let members = value.as_object()?;
    let kept = members.iter().filter(|member| member.key != name).cloned();
    Some(Value {
        kind: Kind::Object(JsonObject::from_entries(kept.collect())),
        span: value.span,
    })
}

/// Writes `{keyword: {member: true}}` into a schema, whatever the keyword said of the member.
fn allow(schema: &mut Value, keyword: &str, member: &str) -> Option<()> {
    let Kind::Object(keywords) = &mut schema.kind else {
        return None;
    };
    let anything = Member::new(member, Value::accept_all());
    match keywords.move_last(keyword).map(|held| &mut held.value.kind) {
        Some(Kind::Object(held)) => held.put_last(anything),
        _ => keywords.put_last(Member::new(keyword, Value::object(vec![anything]))),
    }
    Some(())
}

/// Returns a schema that allows one value.
pub(crate) fn only_value(value: &Value) -> Value {
    let listed = Member::new(Keyword::Enum, Value::array(vec![value.clone()]));
    Value::object(vec![listed])
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemactl_model::{Source, parse};

    #[test]
    fn edits_are_made_in_order_and_what_is_not_there_stays_so() {
        let read = |text: &str| parse(&Source::new("test", text)).unwrap();
        let place = |text: &str| Pointer::parse(text).unwrap();
        let root = read(
            r#"{"required":["a","b"],"items":[{"type":"string","x":1}],"properties":{"a":false,"t":{"const":1,"x":2}}}"#,
        );
        let edits = [
            Edit::RemoveName(place("/required"), "a".to_owned()),
            Edit::Remove(place("/items/0/x")),
            Edit::Remove(place("/items/7/x")),
            Edit::Set(place("/items/0/type"), read("\"number\"")),
            Edit::Allow(place(""), Keyword::Properties, "a".to_owned()),
            Edit::List(place("/properties/t/const"), vec![read("1"), read("2")]),
            Edit::List(place("/properties/u/const"), vec![]),
            Edit::Allow(place("/items/0"), Keyword::Properties, "c".to_owned()),
        ];
        let expected = read(
            r#"{"required":["b"],"items":[{"type":"number","properties":{"c":{}}}],"properties":{"t":{"x":2,"enum":[1,2]},"a":{}}}"#,
        );
        assert_eq!(apply_edits(&root, &edits), expected);
    }
}

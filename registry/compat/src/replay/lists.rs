//! Long lists of values, kept out of the validator, which copies each of them three times and compares an event with all of it. In: a
//! document. Out: the document with its long `enum`s cut to their first values, and the texts of all their values. For an event, a
//! list gets back those of its values that occur in the event.

use std::collections::{BTreeSet, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use schemactl_model::{Dialect, Keyword, Kind, Pointer, Value, canonical_json, subschemas};

use super::{ReplayError, ReplayViolation, build_validator};
use crate::edit::{Edit, apply_edits};
use schemactl_containment::Semantics;

/// Lists of more values are cut. A validator of a list of this length is made within a millisecond.
const LONGEST_LIST: usize = 1_000;
/// Values that a cut list keeps: more than messages quote, so that they read as before.
const KEPT: usize = 8;
/// Values of a list that messages quote; the others are counted.
const QUOTED: usize = 2;
/// Validators that are kept, by the listed values that their events have. While an event is made smaller there are one or two.
const MOST_VALIDATORS: usize = 4;

/// The long lists of a document.
#[derive(Debug)]
pub(super) struct LongLists {
    /// The document without them.
    cut: Value,
    reading: (Dialect, Semantics),
    lists: Vec<LongList>,
    validators: Mutex<Vec<(ListedParts, Arc<jsonschema::Validator>)>>,
}

/// One long list.
#[derive(Debug)]
struct LongList {
    place: Pointer,
    /// Its values in canonical form, by which equal values are equal texts.
    texts: HashSet<Box<str>>,
    count: usize,
}

/// The values of lists that occur in an event, in canonical form: the position of the list, and the text.
type ListedParts = BTreeSet<(usize, Box<str>)>;

impl LongLists {
    /// Cuts the long lists of a document. `None` if it has none, or refers to something in a list.
    pub(super) fn cut(schema: &Value, dialect: Dialect, semantics: Semantics) -> Option<Self> {
        if !has_long_list(schema) || refers_into_list(schema) {
            return None;
        }
        let mut found = Vec::new();
        collect_lists(schema, dialect, &Pointer::root(), &mut found);
        let lists: Vec<LongList> = found
            .into_iter()
            .map(|(place, values)| LongList {
                place,
                texts: values.iter().map(|value| canonical_json(value).into()).collect(),
                count: values.len(),
            })
            .collect();
        if lists.is_empty() {
            return None;
        }
        let places: Vec<Pointer> = lists.iter().map(|list| list.place.clone()).collect();
        Some(Self {
            cut: without_lists(schema, &places, &Pointer::root()),
            reading: (dialect, semantics),
            lists,
            validators: Mutex::default(),
        })
    }

    /// The document without what was cut.
    pub(super) fn rest(&self) -> &Value {
        &self.cut
    }

    /// Returns the validator for an event. `None`: the one of the cut document.
    // INVARIANT: what `enum` is asked about is a value of the event or the name of a property of it. A list with all of those that it
    // ever had says the same about each of them as the whole list.
    pub(super) fn validator_for(&self, event: &Value) -> Result<Option<Arc<jsonschema::Validator>>, ReplayError> {
        let mut parts = ListedParts::new();
        let mut restored = vec![Vec::new(); self.lists.len()];
        self.collect_parts(event, &mut parts, &mut restored);
        if parts.is_empty() {
            return Ok(None);
        }
        let mut validators = self.validators.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = validators.iter().find(|(known, _)| *known == parts) {
            return Ok(Some(Arc::clone(known)));
        }
        let edits = self.lists.iter().zip(restored).filter_map(|(list, restored)| {
            let kept = list.place.resolve(&self.cut)?.as_array()?;
            let all = kept.iter().cloned().chain(restored).collect();
            Some(Edit::Set(list.place.clone(), Value::array(all)))
        });
        let whole = apply_edits(&self.cut, &edits.collect::<Vec<_>>());
        let validator = Arc::new(build_validator(&whole, self.reading.0, self.reading.1)?);
        if validators.len() == MOST_VALIDATORS {
            validators.remove(0);
        }
        validators.push((parts, Arc::clone(&validator)));
        Ok(Some(validator))
    }

    fn collect_parts(&self, value: &Value, parts: &mut ListedParts, restored: &mut [Vec<Value>]) {
        self.note_part(value, parts, restored);
        match &value.kind {
            Kind::Array(elements) => {
                for element in elements {
                    self.collect_parts(element, parts, restored);
                }
            }
            Kind::Object(members) => {
                for member in members.iter() {
                    let name = Value::string(&member.key);
                    self.note_part(&name, parts, restored);
                    self.collect_parts(&member.value, parts, restored);
                }
            }
            _ => {}
        }
    }

    fn note_part(&self, value: &Value, parts: &mut ListedParts, restored: &mut [Vec<Value>]) {
        let text: Box<str> = canonical_json(value).into();
        for (index, list) in self.lists.iter().enumerate() {
            if list.texts.contains(&text) && parts.insert((index, text.clone())) {
                restored[index].push(value.clone());
            }
        }
    }

    /// Counts the values of the whole list in a message about a cut one.
    pub(super) fn restore_count(&self, violation: &mut ReplayViolation) {
        let list = self.lists.iter().find(|list| list.place == violation.keyword);
        let counted = violation
            .message
            .rsplit_once(" or ")
            .filter(|(_, rest)| rest.ends_with(" other candidates"));
        if let (Some(list), Some((head, _))) = (list, counted) {
            violation.message = format!("{head} or {} other candidates", list.count - QUOTED);
        }
    }
}

fn has_long_list(value: &Value) -> bool {
    match &value.kind {
        Kind::Object(members) => members.iter().any(|member| {
            let is_long = |values: &[Value]| member.keyword() == Some(Keyword::Enum) && values.len() > LONGEST_LIST;
            member.value.as_array().is_some_and(is_long) || has_long_list(&member.value)
        }),
        Kind::Array(elements) => elements.iter().any(has_long_list),
        _ => false,
    }
}

/// Whether a reference may lead to a value of a list. Data counts as schemas here.
fn refers_into_list(value: &Value) -> bool {
    match &value.kind {
        Kind::Object(members) => members.iter().any(|member| {
            let is_into_list = |text: &str| text.contains("/enum") || text.contains('%');
            (member.key.ends_with("Ref") || member.keyword() == Some(Keyword::Ref))
                && member.value.as_str().is_some_and(is_into_list)
                || refers_into_list(&member.value)
        }),
        Kind::Array(elements) => elements.iter().any(refers_into_list),
        _ => false,
    }
}

fn collect_lists<'v>(schema: &'v Value, dialect: Dialect, place: &Pointer, found: &mut Vec<(Pointer, &'v [Value])>) {
    let listed = schema.keyword(Keyword::Enum).and_then(Value::as_array);
    if let Some(values) = listed.filter(|values| values.len() > LONGEST_LIST) {
        found.push((place.join(Keyword::Enum), values));
    }
    for below in subschemas(schema, dialect) {
        let mut inside = place.join(below.keyword);
        if let Some(member) = below.member {
            inside = inside.join(member);
        }
        collect_lists(below.value, dialect.inside(below.value), &inside, found);
    }
}

/// A copy of a document in which the lists at some places are cut. The lists are never copied.
fn without_lists(value: &Value, lists: &[Pointer], place: &Pointer) -> Value {
    // Only the way to a list is walked: what has none inside is copied as it is.
    let mut inside = lists.iter().filter(|list| list.starts_with(place)).peekable();
    if inside.peek().is_none() {
        return value.clone();
    }
    let lists: Vec<Pointer> = inside.cloned().collect();
    let kind = match &value.kind {
        Kind::Array(elements) if lists.contains(place) => Kind::Array(elements[..KEPT].to_vec()),
        Kind::Array(elements) => Kind::Array(
            (elements.iter().enumerate())
                .map(|(index, element)| without_lists(element, &lists, &place.join(index.to_string())))
                .collect(),
        ),
        Kind::Object(members) => {
            let members = members.iter().map(|member| {
                member.with_value(without_lists(&member.value, &lists, &place.join(member.key.as_str())))
            });
            Kind::Object(schemactl_model::JsonObject::from_entries(members.collect()))
        }
        other => other.clone(),
    };
    Value { kind, span: value.span }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replay::Validator;
    use schemactl_containment::to_serde_json;
    use schemactl_model::{Source, parse};

    fn read(text: &str) -> Value {
        parse(&Source::new("test", text)).unwrap()
    }

    fn listed(one: impl Fn(usize) -> String) -> String {
        let values: Vec<String> = (0..1_500).map(one).collect();
        format!("[{}]", values.join(","))
    }

    /// What the validator says about an event: the places, and the messages of lists. Others may quote a schema with its lists.
    fn told(violations: Vec<ReplayViolation>) -> Vec<(Pointer, Pointer, String)> {
        let is_of_list = |one: &ReplayViolation| one.keyword.tokens().last().is_some_and(|keyword| keyword == "enum");
        let told = violations.into_iter().map(|one| {
            let message = if is_of_list(&one) {
                one.message.clone()
            } else {
                String::new()
            };
            (one.instance, one.keyword, message)
        });
        told.collect()
    }

    /// The same of a validator that has the whole document.
    fn violations(schema: &Value, event: &Value) -> Vec<ReplayViolation> {
        let whole = build_validator(schema, Dialect::Draft202012, Semantics::default()).unwrap();
        let json = to_serde_json(event).unwrap();
        whole
            .iter_errors(&json)
            .map(|error| super::super::describe_violation(&error))
            .collect()
    }

    #[test]
    fn a_cut_list_says_what_the_whole_one_says() {
        let names = listed(|index| format!("\"n{index}\""));
        let values = listed(|index| format!(r#"{{"id":{index},"tags":["t{index}",{index}.50]}}"#));
        let schema = read(&format!(
            r#"{{"propertyNames": {{"enum": {names}}}, "additionalProperties": {{"anyOf": [{{"enum": {values}}}, {{"enum": [1, 2]}}]}},
                "properties": {{"n3": {{"not": {{"enum": {names}}}}}, "n4": {{"enum": {names}}}, "enum": {{"type": "string"}}}}}}"#
        ));
        assert!(LongLists::cut(&schema, Dialect::Draft202012, Semantics::default()).is_some());
        let validator = Validator::new(&schema, Dialect::Draft202012).unwrap();
        for event in [
            "{}",
            "1",
            r#"{"n1": 1}"#,
            r#"{"n1499": 2}"#,
            r#"{"n1500": 1}"#,
            r#"{"n2": {"tags": ["t7", 7.5], "id": 7.0}}"#,
            r#"{"n2": {"tags": ["t7", 7.5], "id": 8}}"#,
            r#"{"n2": {"id": 1499, "tags": ["t1499", 1499.5]}, "n1200": 3}"#,
            r#"{"n3": "n1300"}"#,
            r#"{"n3": "n1500"}"#,
            r#"{"n4": "n1300"}"#,
            r#"{"n4": "n1500"}"#,
            r#"{"n4": "n1500", "n5": {"id": 1, "tags": []}}"#,
        ] {
            let event = read(event);
            let expected = told(violations(&schema, &event));
            let text = event.to_json();
            assert_eq!(validator.is_valid(&event).unwrap(), expected.is_empty(), "{text}");
            assert_eq!(told(validator.errors(&event).unwrap()), expected, "{text}");
        }
    }

    #[test]
    fn a_document_that_refers_to_a_value_of_a_list_is_not_cut() {
        let values = listed(|index| format!(r#"{{"maximum":{index}}}"#));
        let schema = read(&format!(
            r##"{{"properties": {{"a": {{"$ref": "#/$defs/b/enum/1400"}}}}, "$defs": {{"b": {{"enum": {values}}}}}}}"##
        ));
        assert!(LongLists::cut(&schema, Dialect::Draft202012, Semantics::default()).is_none());
        let validator = Validator::new(&schema, Dialect::Draft202012).unwrap();
        assert_eq!(validator.is_valid(&read(r#"{"a": 1400}"#)), Ok(true));
        assert_eq!(validator.is_valid(&read(r#"{"a": 1401}"#)), Ok(false));
    }
}

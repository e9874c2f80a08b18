//! The places at which an event is refused. In: an event, why a reader refuses it, an event that the reader accepts. Out: the places of
//! the reasons; and where no reason names another place, the places at which the event has to change for the reader to accept it.

use std::collections::HashSet;

use schemactl_model::{Keyword, Pointer, Value};

use crate::edit::{with_value_at, without_value_at};
use crate::event_path::{EventPath, EventStep};
use crate::prepared::Replay;
use crate::replay::ReplayViolation;

/// Differences of two events that are taken back one by one. Events that differ more are too far apart to say anything about a place;
/// each costs a replay.
const MOST_DIFFERENCES: usize = 64;

/// What a report calls the whole event.
const WHOLE_EVENT: &str = "(event)";

/// Whether names are required by a keyword beside a property: the name of the property follows it.
fn is_list_of_dependencies(token: &String) -> bool {
    [Keyword::DependentRequired, Keyword::Dependencies]
        .iter()
        .any(|keyword| token == keyword)
}

impl ReplayViolation {
    /// The name that `required` misses, if it is one of these violations.
    pub(super) fn missing(&self, event: &Value) -> Option<String> {
        let mut last = self.keyword.tokens().iter().rev();
        let is_required = last.next().is_some_and(|keyword| *keyword == Keyword::Required)
            || self.keyword.tokens().iter().rev().take(2).any(is_list_of_dependencies);
        self.instance.resolve(event).filter(|_| is_required)?;
        // The validator quotes the name, and nothing else, at the start.
        let quoted = self.message.rsplit_once(" is a required property")?.0;
        serde_json::from_str(quoted).ok()
    }

    /// Whether it is about a property that is not there.
    pub(super) fn misses(&self, event: &Value, place: &Pointer) -> bool {
        let tokens = place.tokens().split_last();
        tokens.is_some_and(|(last, holder)| {
            self.instance.tokens() == holder && self.missing(event).is_some_and(|name| name == *last)
        })
    }

    /// The properties that are there and must not be.
    fn unexpected(&self, event: &Value) -> Vec<String> {
        const KEYWORDS: [Keyword; 2] = [Keyword::AdditionalProperties, Keyword::UnevaluatedProperties];
        let keyword = self.keyword.tokens().last();
        let is_about_names = keyword.is_some_and(|keyword| KEYWORDS.iter().any(|known| keyword == known));
        let object = self.instance.resolve(event).and_then(Value::as_object);
        let Some(object) = object.filter(|_| is_about_names) else {
            return Vec::new();
        };
        // The validator quotes each of the names.
        let names = object.iter().map(|member| &member.key);
        let is_quoted = |name: &&String| self.message.contains(&format!("'{name}'"));
        names.filter(is_quoted).cloned().collect()
    }

    /// The parts of the event that are refused.
    fn paths(&self, event: &Value) -> Vec<EventPath> {
        let path = EventPath::of_instance(event, &self.instance);
        let names = match self.missing(event) {
            Some(name) => vec![name],
            None => self.unexpected(event),
        };
        if names.is_empty() {
            return vec![path];
        }
        names
            .into_iter()
            .map(|name| path.join(EventStep::Property(name)))
            .collect()
    }

    /// Whether nothing that the event says elsewhere could make it hold.
    pub(super) fn is_unconditional(&self) -> bool {
        const CONDITIONAL: [Keyword; 12] = [
            Keyword::AnyOf,
            Keyword::OneOf,
            Keyword::Not,
            Keyword::If,
            Keyword::Then,
            Keyword::Else,
            Keyword::Contains,
            Keyword::Dependencies,
            Keyword::DependentRequired,
            Keyword::DependentSchemas,
            Keyword::UnevaluatedProperties,
            Keyword::UnevaluatedItems,
        ];
        let tokens = self.keyword.tokens();
        tokens
            .iter()
            .all(|token| !CONDITIONAL.iter().any(|known| token == known))
    }
}

/// Returns the violations of a schema as it is written that are violations under the policy too. A policy may read a schema as a union
/// around the place, but a property that readers ignore is refused at its own name or not at all.
pub(super) fn without_ignored(
    mut written: Vec<ReplayViolation>,
    under_policy: &[ReplayViolation],
    event: &Value,
) -> Vec<ReplayViolation> {
    let refused: Vec<EventPath> = under_policy.iter().flat_map(|one| one.paths(event)).collect();
    written.retain(|violation| {
        let is_about_unknown = !violation.unexpected(event).is_empty();
        violation.paths(event).iter().any(|path| {
            let is_refused = |other: &EventPath| {
                other.steps().starts_with(path.steps()) || !is_about_unknown && path.steps().starts_with(other.steps())
            };
            refused.iter().any(is_refused)
        })
    });
    written
}

/// Returns the other places at which an event is refused, each once. A place around the change's own place is the same trouble.
pub(super) fn other_places(refusals: &[ReplayViolation], event: &Value, own: Option<&EventPath>) -> Vec<String> {
    let (mut seen, mut paths) = (HashSet::new(), Vec::new());
    for path in refusals.iter().flat_map(|violation| violation.paths(event)) {
        let is_own = path.is_root() || own.is_some_and(|own| own.steps().starts_with(path.steps()));
        let text = path.to_string();
        if !is_own && seen.insert(text.clone()) {
            paths.push(text);
        }
    }
    paths
}

/// Returns an event that the reader accepts and that is as near to a refused one as possible: every difference that is not needed is
/// taken back, those at the own places last.
pub(super) fn nearest_accepted(event: &Value, accepted: Value, own: &[Pointer], replay: &Replay) -> Value {
    let mut nearest = accepted;
    loop {
        let mut differences = differences_of(event, &nearest);
        differences.truncate(MOST_DIFFERENCES);
        let is_own = |place: &Pointer| own.iter().any(|own| place.starts_with(own));
        differences.sort_by_key(is_own);
        let mut is_nearer = false;
        for place in differences {
            let restored = match place.resolve(event) {
                Some(value) => with_value_at(&nearest, &place, value.clone()),
                None => without_value_at(&nearest, &place),
            };
            if let Some(restored) = restored.filter(|restored| replay.accepts(restored)) {
                (nearest, is_nearer) = (restored, true);
            }
        }
        // INVARIANT: each round takes back a difference and adds none, so this ends.
        if !is_nearer {
            return nearest;
        }
    }
}

/// Returns the places at which two events differ, as deep as both have them.
pub(super) fn differences_of(one: &Value, other: &Value) -> Vec<Pointer> {
    let mut found = Vec::new();
    collect_differences(Some(one), Some(other), &Pointer::root(), &mut found);
    found
}

fn collect_differences(one: Option<&Value>, other: Option<&Value>, at: &Pointer, found: &mut Vec<Pointer>) {
    let (Some(left), Some(right)) = (one, other) else {
        return found.push(at.clone());
    };
    if left == right {
        return;
    }
    match (left.as_object(), right.as_object(), left.as_array(), right.as_array()) {
        (Some(members), Some(others), ..) => {
            for member in members.iter() {
                let place = at.join(member.key.as_str());
                collect_differences(Some(&member.value), others.value(&member.key), &place, found);
            }
            let added = others.iter().filter(|member| members.value(&member.key).is_none());
            found.extend(added.map(|member| at.join(member.key.as_str())));
        }
        (.., Some(elements), Some(others)) if elements.len() == others.len() => {
            for (index, (element, other)) in elements.iter().zip(others).enumerate() {
                collect_differences(Some(element), Some(other), &at.join(index.to_string()), found);
            }
        }
        _ => found.push(at.clone()),
    }
}

/// Returns what a report calls places of an event, each once.
pub(super) fn names_of(places: &[Pointer], event: &Value) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for place in places {
        let name = match EventPath::of_instance(event, place) {
            path if path.is_root() => WHOLE_EVENT.to_owned(),
            path => path.to_string(),
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemactl_model::{Source, parse};

    #[test]
    fn differences_are_as_deep_as_both_events_have_them() {
        let read = |text: &str| parse(&Source::new("test", text)).unwrap();
        let one = read(r#"{"a": {"b": 1, "c": [1, 2]}, "d": [1], "e": 1}"#);
        let other = read(r#"{"a": {"b": 2, "c": [1, 3]}, "d": [], "f": null}"#);
        let places: Vec<String> = differences_of(&one, &other).iter().map(ToString::to_string).collect();
        assert_eq!(places, ["/a/b", "/a/c/1", "/d", "/e", "/f"]);
        assert!(differences_of(&one, &one).is_empty());
        assert_eq!(names_of(&[Pointer::root()], &one), ["(event)"]);
    }
}

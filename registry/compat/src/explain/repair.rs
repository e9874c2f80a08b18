//! Where an event breaks, and that it breaks there. In: an event that a reader refuses, and the places that a change is about. Out: the
//! break with the event that differs at one of these places alone and that the reader accepts; where there is none, the other places
//! at which the reader refuses it.

use std::rc::Rc;

use schemactl_model::{Dialect, JsonObject, Keyword, Kind, Member, Pointer, Value};

use super::keyword_places::{locate_keywords, name_dependencies, place_of_violation, places_of_violation};
use super::mutate::{WitnessSeed, places_in_event};
use super::others::{differences_of, names_of, nearest_accepted, other_places, without_ignored};
use super::part::PartView;
use super::{Break, ReadingDirection, Work};
use crate::diff::{LocatedChange, SchemaSpot};
use crate::edit::{with_value_at, without_value_at};
use crate::event_path::EventPath;
use crate::policy::extract_keywords;
use crate::prepared::Replay;
use crate::replay::{ReplayViolation, Validator};

/// Places of one change in one event that a value is looked for: elements of a list are alike.
const MOST_PLACES: usize = 4;

impl Replay {
    /// Whether the writer sends an event.
    pub(super) fn sends(&self, event: &Value) -> bool {
        self.writer
            .iter()
            .all(|validator| validator.is_valid(event) == Ok(true))
    }

    /// Whether the reader accepts an event, as written or under the policy.
    pub(super) fn accepts(&self, event: &Value) -> bool {
        self.reader
            .iter()
            .any(|validator| validator.is_valid(event) == Ok(true))
    }

    /// Whether the reader accepts an event, as written and under the policy.
    pub(super) fn accepts_fully(&self, event: &Value) -> bool {
        self.reader
            .iter()
            .all(|validator| validator.is_valid(event) == Ok(true))
    }

    /// Why the reader refuses an event, in the words of its schema and without what the policy ignores; empty if only the policy's view of
    /// it does.
    pub(super) fn refusals(&self, event: &Value) -> Vec<ReplayViolation> {
        let errors_of = |validator: &Rc<Validator>| validator.errors(event).ok();
        let written = self.reader.first().and_then(errors_of).unwrap_or_default();
        match self.reader.get(1).and_then(errors_of) {
            Some(under_policy) => without_ignored(written, &under_policy, event),
            None => written,
        }
    }
}

/// An event that is refused, the places that may be to blame, and the event that it was made from.
struct RejectedEvent<'e> {
    event: &'e Value,
    places: &'e [Pointer],
    before: Option<Value>,
    /// The schemas of the place.
    spot: Option<&'e SchemaSpot>,
    /// Why it is refused.
    refusals: &'e [ReplayViolation],
}

/// An event that the reader accepts, and the place at which alone it differs; or the other places that have to change too.
type RepairOutcome = (Option<(Pointer, Value)>, Vec<String>);

impl Work<'_, '_> {
    /// The break of a change by an event, at the place where it breaks. `before` is the event that it was made from.
    pub(super) fn located(
        &mut self,
        direction: &ReadingDirection<'_>,
        found: &LocatedChange,
        (event, places): (Value, &[Pointer]),
        before: Option<Value>,
        ground: &WitnessSeed<'_>,
    ) -> Break {
        let spot = spot_of_value(direction, found, places);
        let mut refusals = ground.replay.refusals(&event);
        name_dependencies(direction.reader.schema.root, &event, &mut refusals);
        let own = direction.reader.own_places(found);
        let mut violation = best_violation(&refusals, &event, places, (&own, found.change.subject.as_deref()));
        if let Some(known) = violation.as_mut()
            && let Some(message) = self.message_in_branch(direction, found, (&event, places), known)
        {
            known.message = message;
        }
        let lines = locate_keywords(direction, found, &event, violation.as_ref());
        // What is rejected inside a change is mended there: the place of the change may be the whole event.
        let inside = places_inside(
            (&own, direction.reader.schema.root),
            (&event, places),
            violation.as_ref(),
        );
        let closer = RejectedEvent {
            event: &event,
            places: &inside,
            before: None,
            spot: None,
            refusals: &refusals,
        };
        let closer = self.repaired(direction, closer, false, ground.replay);
        let (repaired, also) = closer.map_or_else(
            || {
                let refused = RejectedEvent {
                    event: &event,
                    places,
                    before,
                    spot: spot.as_ref(),
                    refusals: &refusals,
                };
                self.mended(direction, refused, &found.change.path, ground.replay)
            },
            |repaired| (Some(repaired), Vec::new()),
        );
        Break {
            lines: Box::new(lines),
            place: repaired
                .as_ref()
                .map(|(place, _)| place.clone())
                .or_else(|| places.first().cloned()),
            repaired: repaired.map(|(_, event)| event),
            violation,
            also,
            witness: event,
        }
    }

    /// What the keywords of a change say of the value at their place, where the reader only says that no branch of a union holds.
    fn message_in_branch(
        &self,
        direction: &ReadingDirection<'_>,
        found: &LocatedChange,
        (event, places): (&Value, &[Pointer]),
        known: &ReplayViolation,
    ) -> Option<String> {
        let is_union = known
            .keyword
            .tokens()
            .last()
            .is_some_and(|keyword| [Keyword::AnyOf, Keyword::OneOf].iter().any(|known| keyword == known));
        let holders = places_in_event(event, &found.trail.path());
        let is_around = |holder: &&Pointer| places.first().is_some_and(|place| place.starts_with(holder));
        let holder = holders.iter().find(is_around)?;
        // Of a value that is no object, each branch says as little as the others.
        let is_object = holder.resolve(event).is_some_and(|value| value.as_object().is_some());
        if !is_union || (*holder == known.instance && !is_object) {
            return None;
        }
        let fragment = direction.reader.fragment(found);
        let (part, dialect) = extract_keywords(direction.reader.schema, &fragment.keywords, &fragment.scope)?;
        let validator = Validator::with(&part, dialect, self.question.engine.semantics()).ok()?;
        let violations = validator.errors(holder.resolve(event)?).ok()?;
        violations.into_iter().next().map(|violation| violation.message)
    }

    /// The break of no single change, at the place that a violation names.
    pub(super) fn located_at(
        &mut self,
        direction: &ReadingDirection<'_>,
        event: Value,
        violation: Option<ReplayViolation>,
        replay: &Replay,
    ) -> Break {
        let place = violation
            .as_ref()
            .map_or_else(Pointer::root, |violation| place_of_violation(violation, &event));
        let refused = RejectedEvent {
            event: &event,
            places: std::slice::from_ref(&place),
            before: None,
            spot: None,
            refusals: &replay.refusals(&event),
        };
        let (repaired, also) = self.mended(direction, refused, &EventPath::of_instance(&event, &place), replay);
        Break {
            place: Some(place),
            repaired: repaired.map(|(_, event)| event),
            violation,
            also,
            lines: Box::default(),
            witness: event,
        }
    }

    /// What alone has to be another for the reader to accept an event; where that is not enough, what else has to be.
    fn mended(
        &mut self,
        direction: &ReadingDirection<'_>,
        refused: RejectedEvent<'_>,
        own: &EventPath,
        replay: &Replay,
    ) -> RepairOutcome {
        let RejectedEvent { event, places, .. } = refused;
        let elsewhere = other_places(refused.refusals, event, (!own.is_root()).then_some(own));
        let before = refused.before.clone();
        if let Some(repaired) = self.repaired(direction, refused, !elsewhere.is_empty(), replay) {
            return (Some(repaired), Vec::new());
        }
        if !elsewhere.is_empty() {
            return (None, elsewhere);
        }
        // No reason names another place, as where a union is refused as a whole: an event that is accepted does.
        let accepted = self
            .extended_event(direction, event)
            .into_iter()
            .chain(before)
            .chain(direction.readers_examples.iter().copied().cloned())
            .find(|known| replay.accepts(known))
            .or_else(|| self.accepted_event(direction))
            .filter(|known| replay.accepts(known));
        let Some(accepted) = accepted else {
            return (None, Vec::new());
        };
        let nearest = nearest_accepted(event, accepted, places, replay);
        let mut differences = differences_of(event, &nearest);
        let around = |place: &Pointer| differences.iter().all(|other| other.starts_with(place));
        if let Some(place) = places.iter().find(|place| around(place)) {
            return (Some((place.clone(), nearest)), Vec::new());
        }
        differences.retain(|place| !places.contains(place));
        (None, names_of(&differences, event))
    }

    /// An event that has all that this one has, and more, and that the reader accepts.
    fn extended_event(&mut self, direction: &ReadingDirection<'_>, event: &Value) -> Option<Value> {
        if !self.may_ask_about_the_whole() {
            return None;
        }
        let form = self.keep_value(&form_with_more(event), Dialect::Draft7);
        let root = SchemaSpot::root(direction.reader.schema.dialect);
        let reader = self.part(direction.reader, &root, PartView::Reader)?;
        self.find_instance(&[form, reader], &[])
    }

    /// An event that the reader accepts.
    fn accepted_event(&mut self, direction: &ReadingDirection<'_>) -> Option<Value> {
        let root = SchemaSpot::root(direction.reader.schema.dialect);
        let reader = self.part(direction.reader, &root, PartView::Reader)?;
        self.find_instance(&[reader], &[])
    }

    /// An event that differs at one of the places alone, and that the reader accepts.
    fn repaired(
        &mut self,
        direction: &ReadingDirection<'_>,
        refused: RejectedEvent<'_>,
        is_refused_elsewhere: bool,
        replay: &Replay,
    ) -> Option<(Pointer, Value)> {
        let RejectedEvent {
            event,
            places,
            before,
            spot,
            refusals,
        } = refused;
        let accepted_instance = spot.and_then(|spot| {
            let part = self.part(direction.reader, spot, PartView::Reader)?;
            self.find_instance(&[part], &[])
        });
        let mut values: Vec<(Pointer, Value)> = Vec::new();
        for place in places.iter().take(MOST_PLACES) {
            let known = before.iter().chain(direction.readers_examples.iter().copied());
            let known = known.chain(direction.examples.iter().copied());
            let known = known.filter_map(|event| place.resolve(event).cloned());
            let own: Vec<Value> = known.chain(accepted_instance.clone()).collect();
            let with = own.into_iter().filter_map(|value| with_value_at(event, place, value));
            let all: Vec<Value> = without_value_at(event, place).into_iter().chain(with).collect();
            // The event that it was made from is the best repair, a property less the next.
            values.extend(all.into_iter().map(|repaired| (place.clone(), repaired)));
        }
        if let Some(before) = before
            && let Some(at) = values.iter().position(|(_, value)| *value == before)
        {
            let first = values.remove(at);
            values.insert(0, first);
        }
        let known = values.into_iter().find(|(_, repaired)| replay.accepts(repaired));
        // What is refused elsewhere whatever stands here stays refused.
        let is_hopeless = is_refused_elsewhere && refusals.iter().any(ReplayViolation::is_unconditional);
        known.or_else(|| {
            let mut asked = places.iter().take(MOST_PLACES).filter(|_| !is_hopeless);
            asked.find_map(|place| Some((place.clone(), self.asked_repair(direction, event, place, replay)?)))
        })
    }

    /// The same, asked of the engine: an event of the reader that is this one but for a place.
    fn asked_repair(
        &mut self,
        direction: &ReadingDirection<'_>,
        event: &Value,
        place: &Pointer,
        replay: &Replay,
    ) -> Option<Value> {
        if !self.may_ask_about_the_whole() {
            return None;
        }
        let form = form_with_hole(event, place.tokens());
        let form = self.keep_value(&form, Dialect::Draft7);
        let reader = self.part(
            direction.reader,
            &SchemaSpot::root(direction.reader.schema.dialect),
            PartView::Reader,
        )?;
        let found = self.find_instance(&[form, reader], &[]);
        found.filter(|event| replay.accepts(event))
    }
}

/// The schemas of the value at the places of a change. `None` where that is a property which the object of the change misses: an instance of the
/// object's schema is no value of it.
fn spot_of_value(direction: &ReadingDirection<'_>, found: &LocatedChange, places: &[Pointer]) -> Option<SchemaSpot> {
    let depth = found.trail.path().steps().len();
    let is_own_value = |place: &Pointer| place.tokens().len() == depth;
    let spot = places.first().is_none_or(is_own_value);
    spot.then(|| direction.reader.spot(&found.trail).clone())
}

/// The places inside those of a change that one of its keywords rejects.
fn places_inside(
    (own, root): (&[Pointer], &Value),
    (event, places): (&Value, &[Pointer]),
    violation: Option<&ReplayViolation>,
) -> Vec<Pointer> {
    let is_own = |violation: &&ReplayViolation| own.iter().any(|place| violation.keyword.starts_with(place));
    let is_inside = |inside: &Pointer| places.iter().any(|place| inside.starts_with(place) && inside != place);
    let about = violation
        .filter(is_own)
        .map(|violation| places_of_violation(root, violation, event));
    about.into_iter().flatten().filter(is_inside).collect()
}

/// The schema, in draft-07, of the events that are this one with more properties.
fn form_with_more(value: &Value) -> Value {
    let names = |names: &JsonObject| {
        let each = names.iter().map(|member| Value::string(&member.key));
        Value::array(each.collect())
    };
    match &value.kind {
        Kind::Object(members) => {
            let each = members
                .iter()
                .map(|member| Member::new(&member.key, form_with_more(&member.value)));
            Value::object(vec![
                Member::new(Keyword::Type, Value::string("object")),
                Member::new(Keyword::Required, names(members)),
                Member::new(Keyword::Properties, Value::object(each.collect())),
            ])
        }
        _ => Value::object_of(Keyword::Const, value.clone()),
    }
}

/// The schema, in draft-07, of the events that are this one but for a place.
fn form_with_hole(value: &Value, tokens: &[String]) -> Value {
    let Some((first, rest)) = tokens.split_first() else {
        return Value::accept_all();
    };
    let below = |key: &str, value: &Value| {
        if key == first {
            form_with_hole(value, rest)
        } else {
            Value::object_of(Keyword::Const, value.clone())
        }
    };
    match &value.kind {
        Kind::Object(members) => {
            let mut properties: Vec<Member> = members
                .iter()
                .map(|member| Member::new(&member.key, below(&member.key, &member.value)))
                .collect();
            if members.value(first).is_none() {
                properties.push(Member::new(first, Value::accept_all()));
            }
            let is_hole = |key: &str| rest.is_empty() && key == first;
            let required = members
                .iter()
                .filter(|member| !is_hole(&member.key))
                .map(|member| Value::string(&member.key));
            Value::object(vec![
                Member::new(Keyword::Type, Value::string("object")),
                Member::new(Keyword::Required, Value::array(required.collect())),
                Member::new(Keyword::Properties, Value::object(properties)),
                Member::new(Keyword::AdditionalProperties, Value::boolean(false)),
            ])
        }
        Kind::Array(elements) => {
            let each = elements
                .iter()
                .enumerate()
                .map(|(index, element)| below(&index.to_string(), element));
            Value::object(vec![
                Member::new(Keyword::Type, Value::string("array")),
                Member::new(Keyword::Items, Value::array(each.collect())),
                Member::new(Keyword::MinItems, Value::from_count(elements.len())),
                Member::new(Keyword::MaxItems, Value::from_count(elements.len())),
            ])
        }
        _ => Value::object_of(Keyword::Const, value.clone()),
    }
}

/// Why the event is refused: for the keyword of the change and the name that it is about, at its place, or anywhere.
pub(super) fn best_violation(
    refusals: &[ReplayViolation],
    event: &Value,
    places: &[Pointer],
    (own, subject): (&[Pointer], Option<&str>),
) -> Option<ReplayViolation> {
    let is_own = |violation: &&ReplayViolation| own.iter().any(|place| violation.keyword.starts_with(place));
    let is_here = |violation: &&ReplayViolation| {
        places
            .iter()
            .any(|place| violation.instance == *place || violation.misses(event, place))
    };
    let is_around = |violation: &&ReplayViolation| places.iter().any(|place| place.starts_with(&violation.instance));
    let names = |violation: &&ReplayViolation| {
        subject.is_none_or(|subject| violation.message.contains(&format!("\"{subject}\"")))
    };
    let mut best = refusals.iter().find(|one| is_own(one) && is_here(one) && names(one));
    best = best.or_else(|| refusals.iter().find(|one| is_own(one) && names(one)));
    best = best.or_else(|| refusals.iter().find(is_own));
    best = best.or_else(|| refusals.iter().find(is_here));
    best = best.or_else(|| refusals.iter().find(is_around));
    best.or_else(|| refusals.first()).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemactl_model::{Source, parse};

    #[test]
    fn a_form_leaves_one_place_open_and_nothing_else() {
        let event = parse(&Source::new("test", r#"{"a":[{"b":1,"c":"x"}],"d":null}"#)).unwrap();
        let form = form_with_hole(&event, Pointer::parse("/a/0/b").unwrap().tokens());
        let accepts = |text: &str| {
            let validator = crate::replay::Validator::new(&form, Dialect::Draft7).unwrap();
            validator.is_valid(&parse(&Source::new("test", text)).unwrap()).unwrap()
        };
        assert!(accepts(r#"{"a":[{"b":"other","c":"x"}],"d":null}"#));
        assert!(accepts(r#"{"a":[{"c":"x"}],"d":null}"#), "a property may be left out");
        for other in [
            r#"{"a":[{"b":1,"c":"y"}],"d":null}"#,
            r#"{"a":[{"b":1,"c":"x"},1],"d":null}"#,
            r#"{"a":[{"b":1,"c":"x"}]}"#,
        ] {
            assert!(!accepts(other), "{other}");
        }
    }
}

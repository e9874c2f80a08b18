//! Events that break at one place. In: a change, and an event of the writer that the reader accepts. Out: the same event with a value
//! at the change's place that the reader refuses for this change, asked of the engine about the schemas there alone.
//!
//! Nothing here is believed: every event is replayed on the whole documents, and what cannot be made so is asked about elsewhere.

use schemactl_model::{Pointer, Value};

use super::part::{PartView, edits_of_others};
use super::{Break, ReadingDirection, Work};
use crate::change::ChangeKind;
use crate::diff::{LocatedChange, SchemaSpot, Trail, TrailStep};
use crate::edit::{Edit, with_value_at, without_value_at};
use crate::engine::KeptSchema;
use crate::event_path::EventStep;
use crate::prepared::{Replay, VersionViews};
use crate::shrink::{first_element, shrink_event, substitute_known_values};

/// Schemas around a change that are asked about before the whole documents are: its own, and the next ones up.
const MOST_LEVELS: usize = 3;
/// Changes that are taken back one by one to find out which of them no event avoids. More reasons than these are told together.
const MOST_UNAVOIDABLE: usize = 8;

/// What the events of a direction are made from.
pub(super) struct WitnessSeed<'r> {
    pub(super) replay: &'r Replay,
    /// An event of the writer that the reader refuses for as few changes as possible.
    pub(super) base: Option<Value>,
}

impl<'s> Work<'_, 's> {
    /// Finds the event that the events of a direction are made from.
    pub(super) fn ground<'r>(
        &mut self,
        direction: &ReadingDirection<'_>,
        replay: &'r Replay,
        found: &[LocatedChange],
        asked: &[usize],
    ) -> WitnessSeed<'r> {
        let is_good = |event: &Value| replay.sends(event) && replay.accepts_fully(event);
        if let Some(example) = direction.examples.iter().find(|example| is_good(example)) {
            return WitnessSeed {
                replay,
                base: Some((*example).clone()),
            };
        }
        let accepted = self.common_event(direction, &[]).and_then(|event| {
            let is_accepted = |event: &Value| replay.sends(event) && replay.accepts(event);
            is_accepted(&event)
                .then(|| substitute_known_values(shrink_event(event, &is_accepted), direction.examples, &is_accepted))
        });
        let base = accepted.or_else(|| self.least_refused(direction, replay, found, asked));
        WitnessSeed { replay, base }
    }

    /// An event of the writer that the reader accepts once edits are made in it.
    fn common_event(&mut self, direction: &ReadingDirection<'_>, edits: &[&Edit]) -> Option<Value> {
        let (writer, reader) = (direction.writer, direction.reader);
        let root = SchemaSpot::root(reader.schema.dialect);
        let sent = self.part(writer, &root, PartView::Writer)?;
        let taken = self.edited_part(reader, &root, PartView::Reader, edits)?;
        self.find_instance(&[sent, taken], &[])
    }

    /// An event that is refused, for as few of the changes as can be found: each is taken back by itself.
    fn least_refused(
        &mut self,
        direction: &ReadingDirection<'_>,
        replay: &Replay,
        found: &[LocatedChange],
        asked: &[usize],
    ) -> Option<Value> {
        let edits = |changes: &[usize]| -> Vec<Edit> {
            let changes = changes.iter().map(|index| direction.reader.fragment(&found[*index]));
            changes.flat_map(|fragment| fragment.relax.iter().cloned()).collect()
        };
        let mut relaxed = asked.to_vec();
        let mut base = self.common_event(direction, &edits(&relaxed).iter().collect::<Vec<_>>())?;
        // Only the changes that refuse this event matter; of those as many as possible are taken back.
        let own = |event: &Value| -> Vec<usize> {
            let refusals = replay.refusals(event);
            let is_own = |index: &&usize| {
                let fragment = direction.reader.fragment(&found[**index]);
                let mut places = fragment.relax.iter().map(Edit::place);
                places.any(|place| refusals.iter().any(|one| one.keyword.starts_with(place)))
            };
            asked.iter().filter(is_own).copied().collect()
        };
        let reasons = own(&base);
        if !reasons.is_empty() && reasons.len() <= MOST_UNAVOIDABLE {
            if let Some(event) = self.common_event(direction, &edits(&reasons).iter().collect::<Vec<_>>()) {
                (base, relaxed) = (event, reasons);
            }
            let mut next = 0;
            while next < relaxed.len() && relaxed.len() > 1 && self.may_ask_about_the_whole() {
                let mut fewer = relaxed.clone();
                fewer.remove(next);
                match self.common_event(direction, &edits(&fewer).iter().collect::<Vec<_>>()) {
                    Some(event) => (base, relaxed) = (event, fewer),
                    None => next += 1,
                }
            }
        }
        if !replay.sends(&base) {
            return None;
        }
        let count = replay.refusals(&base).len();
        let is_as_good = |event: &Value| replay.sends(event) && replay.refusals(event).len() <= count;
        Some(substitute_known_values(
            shrink_event(base, &is_as_good),
            direction.examples,
            &is_as_good,
        ))
    }

    /// The break of a change, made from the ground. `None` if the schemas near the change do not show one.
    pub(super) fn mutated(
        &mut self,
        direction: &ReadingDirection<'_>,
        found: &[LocatedChange],
        index: usize,
        ground: &WitnessSeed<'_>,
    ) -> Option<Break> {
        let pairs = found[index].trail.pairs();
        let is_plain = |(step, _): &(Option<&TrailStep>, &Trail)| {
            matches!(
                step,
                None | Some(TrailStep::Into(
                    EventStep::Property(_) | EventStep::AnyElement | EventStep::Element(_)
                ))
            )
        };
        let plain = pairs.iter().take_while(|pair| is_plain(pair)).count();
        if plain == pairs.len()
            && let Some(left_out) = self.left_out(direction, &found[index], ground)
        {
            return Some(left_out);
        }
        let levels = (0..plain).rev().take(MOST_LEVELS);
        let whole = (plain > MOST_LEVELS).then_some(0);
        for level in levels.chain(whole) {
            let made = if level == 0 {
                self.made_as_a_whole(direction, found, index, ground)
            } else {
                self.made_at(direction, found, index, &pairs[..=level], ground)
            };
            if made.is_some() {
                return made;
            }
        }
        None
    }

    /// The ground without the property that the reader requires.
    fn left_out(
        &mut self,
        direction: &ReadingDirection<'_>,
        found: &LocatedChange,
        ground: &WitnessSeed<'_>,
    ) -> Option<Break> {
        use ChangeKind::{PropertyRenamed, RequiredPropertyAdded, RequiredPropertyRemoved};
        let kind = found.change.kind;
        if ![RequiredPropertyAdded, RequiredPropertyRemoved, PropertyRenamed].contains(&kind) {
            return None;
        }
        let (event, holder) = self.reached(direction, &found.trail.pairs(), ground)?;
        let name = direction.reader.required_name(found)?;
        let place = holder.join(name);
        let candidate = without_value_at(&event, &place).unwrap_or_else(|| event.clone());
        let is_refused_here = ground.replay.breaks(&candidate) == Ok(true)
            && ground
                .replay
                .refusals(&candidate)
                .iter()
                .any(|one| one.misses(&candidate, &place));
        is_refused_here.then(|| self.located(direction, found, (candidate, &[place]), Some(event), ground))
    }

    /// The ground with another value at one of the schemas around a change.
    fn made_at(
        &mut self,
        direction: &ReadingDirection<'_>,
        found: &[LocatedChange],
        index: usize,
        pairs: &[(Option<&TrailStep>, &Trail)],
        ground: &WitnessSeed<'_>,
    ) -> Option<Break> {
        let trail = pairs.last()?.1;
        let value = self.refused_value(direction, found, index, trail)?;
        let (event, place) = self.reached(direction, pairs, ground)?;
        let candidate = with_value_at(&event, &place, value)?;
        if ground.replay.breaks(&candidate) != Ok(true) {
            return None;
        }
        let places = places_in_event(&candidate, &found[index].change.path);
        Some(self.located(direction, &found[index], (candidate, &places), Some(event), ground))
    }

    /// A value of the writer at a place that the reader refuses for one change alone, or whatever the other changes there do.
    fn refused_value(
        &mut self,
        direction: &ReadingDirection<'_>,
        found: &[LocatedChange],
        index: usize,
        trail: &Trail,
    ) -> Option<Value> {
        let (writer, reader) = (direction.writer, direction.reader);
        let spots = (writer.spot(trail).clone(), reader.spot(trail).clone());
        let parts = self.parts_for(direction, found, index, (&spots.0, &spots.1))?;
        if let Some(value) = self.refused_for(direction, &found[index], trail, parts) {
            return Some(value);
        }
        let below: Vec<usize> = (0..found.len())
            .filter(|other| found[*other].trail.passes(trail))
            .collect();
        let others = edits_of_others(direction, found, index, &below);
        let without_others =
            self.edited_part(reader, &spots.1, PartView::Reader, &others.iter().collect::<Vec<_>>())?;
        self.find_instance(&parts[..1], &[without_others])
    }

    /// What the writer sends at a place, what the reader accepts there without a change, and what it accepts with it.
    fn parts_for(
        &mut self,
        direction: &ReadingDirection<'_>,
        found: &[LocatedChange],
        index: usize,
        (of_writer, of_reader): (&SchemaSpot, &SchemaSpot),
    ) -> Option<[KeptSchema<'s>; 3]> {
        let (writer, reader) = (direction.writer, direction.reader);
        let own: Vec<&Edit> = reader.fragment(&found[index]).relax.iter().collect();
        let inside = edits_inside(direction, found, index);
        let sent = self.part(writer, of_writer, PartView::Writer)?;
        let without_own = self.edited_part(reader, of_reader, PartView::Reader, &own)?;
        let taken = self.edited_part(reader, of_reader, PartView::Reader, &inside.iter().collect::<Vec<_>>())?;
        Some([sent, without_own, taken])
    }

    /// A value that the writer sends, and that the reader accepts without a change and refuses with it: one that the keywords of the
    /// change allow on the writer's side and not on the reader's.
    fn refused_for(
        &mut self,
        direction: &ReadingDirection<'_>,
        found: &LocatedChange,
        trail: &Trail,
        [sent, without_own, taken]: [KeptSchema<'s>; 3],
    ) -> Option<Value> {
        let pairs = found.trail.pairs();
        let at = pairs.iter().position(|(_, pair)| std::ptr::eq(*pair, trail))?;
        let (mut subs, mut sups) = (vec![sent, without_own], vec![taken]);
        let (writer, reader) = (direction.writer, direction.reader);
        subs.extend(self.fragment_below(writer, writer.fragment(found), &pairs[at + 1..]));
        sups.extend(self.fragment_below(reader, reader.fragment(found), &pairs[at + 1..]));
        self.find_instance(&subs, &sups)
    }

    /// An event that the whole reader refuses for one change alone.
    fn made_as_a_whole(
        &mut self,
        direction: &ReadingDirection<'_>,
        found: &[LocatedChange],
        index: usize,
        ground: &WitnessSeed<'_>,
    ) -> Option<Break> {
        if !self.may_ask_about_the_whole() {
            return None;
        }
        let (writer, reader) = (direction.writer, direction.reader);
        let root = SchemaSpot::root(reader.schema.dialect);
        let parts = self.parts_for(direction, found, index, (&root, &root))?;
        let whole = found[index].trail.pairs()[0].1;
        let witness = self.refused_for(direction, &found[index], whole, parts)?;
        let own = reader.fragment(&found[index]).relax.iter();
        let open = crate::edit::apply_edits(reader.schema.root, own);
        let open = schemactl_containment::Schema::new(&open, reader.schema.dialect);
        let open = VersionViews::new(&open, self.question.settings);
        let without_own = Replay::under_policy(writer.version, &open, self.question.engine.semantics())?;
        let is_refused_alone = |event: &Value| ground.replay.breaks(event) == Ok(true) && without_own.accepts(event);
        if !is_refused_alone(&witness) {
            return None;
        }
        let witness = shrink_event(witness, &is_refused_alone);
        let witness = substitute_known_values(witness, direction.examples, &is_refused_alone);
        let places = places_in_event(&witness, &found[index].change.path);
        Some(self.located(direction, &found[index], (witness, &places), None, ground))
    }

    /// The ground with a value wherever the steps lead, and the place that they end at.
    fn reached(
        &mut self,
        direction: &ReadingDirection<'_>,
        pairs: &[(Option<&TrailStep>, &Trail)],
        ground: &WitnessSeed<'_>,
    ) -> Option<(Value, Pointer)> {
        let mut event = ground.base.clone()?;
        let mut place = Pointer::root();
        for (step, trail) in pairs {
            let token = match step {
                None => continue,
                Some(TrailStep::Into(EventStep::Property(name))) => name.clone(),
                Some(TrailStep::Into(EventStep::AnyElement)) => "0".to_owned(),
                Some(TrailStep::Into(EventStep::Element(index))) => index.to_string(),
                Some(TrailStep::Into(EventStep::AnyProperty) | TrailStep::Beside) => return None,
            };
            place = place.join(token);
            if place.resolve(&event).is_none() {
                event = self.filled(direction, &event, (&place, trail), ground)?;
            }
        }
        Some((event, place))
    }

    /// The event with a value at a place that has none: one that the reader accepts, if there is one.
    fn filled(
        &mut self,
        direction: &ReadingDirection<'_>,
        event: &Value,
        (place, trail): (&Pointer, &Trail),
        ground: &WitnessSeed<'_>,
    ) -> Option<Value> {
        let (writer, reader) = (direction.writer, direction.reader);
        let known = direction.examples.iter();
        let known =
            known.filter_map(|example| place.resolve(example).or_else(|| first_element(place).resolve(example)));
        let mut values: Vec<Value> = known.cloned().collect();
        let sent = self.part(writer, writer.spot(trail), PartView::Writer)?;
        if let Some(taken) = self.part(reader, reader.spot(trail), PartView::Reader) {
            values.extend(self.find_instance(&[sent, taken], &[]));
        }
        values.extend(self.find_instance(&[sent], &[]));
        let events: Vec<Value> = values
            .into_iter()
            .filter_map(|value| with_value_at(event, place, value))
            .filter(|event| ground.replay.sends(event))
            .collect();
        let accepted = events.iter().find(|event| ground.replay.accepts(event));
        accepted.or(events.first()).cloned()
    }
}

/// What would take out the changes inside of what is taken out for one change: a union goes as a whole, and changes in its
/// branches are not its own.
fn edits_inside(direction: &ReadingDirection<'_>, found: &[LocatedChange], index: usize) -> Vec<Edit> {
    let own = &direction.reader.fragment(&found[index]).relax;
    let is_inside = |other: &LocatedChange| {
        let place = direction.reader.place(&other.change);
        let taken = |edit: &Edit| edit.replaces(place) && *place != *edit.place();
        own.iter().any(taken)
    };
    let others = found
        .iter()
        .enumerate()
        .filter(|(other, found)| *other != index && is_inside(found));
    let edits = others.flat_map(|(_, other)| &direction.reader.fragment(other).relax);
    edits.filter(|edit| !own.contains(edit)).cloned().collect()
}

/// The places of an event that a path leads to; the last one need not exist.
pub(super) fn places_in_event(event: &Value, path: &crate::event_path::EventPath) -> Vec<Pointer> {
    /// Elements that are looked at: the first ones say enough.
    const MOST: usize = 16;
    let mut places = vec![Pointer::root()];
    for step in path.steps() {
        let mut next = Vec::new();
        for place in &places {
            let Some(value) = place.resolve(event) else { continue };
            match (step, value.as_array(), value.as_object()) {
                (EventStep::Property(name), _, Some(_)) => next.push(place.join(name.as_str())),
                (EventStep::AnyElement, Some(elements), _) => {
                    next.extend((0..elements.len().min(MOST)).map(|index| place.join(index.to_string())));
                }
                (EventStep::Element(index), Some(_), _) => next.push(place.join(index.to_string())),
                (EventStep::AnyProperty, _, Some(members)) => {
                    next.extend(members.iter().take(MOST).map(|member| place.join(member.key.as_str())));
                }
                _ => {}
            }
        }
        places = next;
    }
    places
}

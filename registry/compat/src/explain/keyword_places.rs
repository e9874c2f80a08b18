//! The lines of both documents that a break is about, where the change is larger than they are: a condition, a branch or a dependency that was added is
//! many lines, and one keyword of them rejects the event. In: a change, and why an event is rejected. Out: that keyword, and the declaration of the
//! value in the other document.

use schemactl_model::{JsonObject, Keyword, Member, Pointer, Value};

use super::part::Role;
use super::{BreakLines, ReadingDirection};
use crate::change::ChangeKind;
use crate::diff::{LocatedChange, locate_declaration};
use crate::replay::ReplayViolation;

/// Returns the keyword inside a change that rejects an event, in the reader's document, and where the writer's document describes the value that is
/// rejected. `None` for each that is not closer than the place of the change.
pub(super) fn locate_keywords(
    direction: &ReadingDirection<'_>,
    found: &LocatedChange,
    event: &Value,
    violation: Option<&ReplayViolation>,
) -> BreakLines {
    let Some(violation) = violation else {
        return BreakLines::default();
    };
    let (writer, reader) = (direction.writer, direction.reader);
    let own = reader.own_places(found);
    if !own.iter().any(|place| violation.keyword.starts_with(place)) {
        return BreakLines::default();
    }
    let keyword = name_in_list(reader, violation, event);
    let place = reader.place(&found.change);
    // Beside its own place only a condition has more: validators name a count, such as `maxContains`, for the keyword that it counts.
    let is_condition = matches!(
        found.change.kind,
        ChangeKind::ConditionAdded | ChangeKind::ConditionRemoved | ChangeKind::ConditionChanged
    );
    let is_inside = keyword.starts_with(place) || is_condition;
    let is_closer = keyword != *place && !place.starts_with(&keyword) && is_inside;
    let rejected_at = (is_closer && differs_from_writer(direction, found, &keyword)).then_some(keyword);
    // A place of its own stands for what was there before; without one, the schema around it does.
    let is_around = *writer.place(&found.change) == writer.spot(&found.trail).pointer;
    let about = places_of_violation(reader.schema.root, violation, event);
    // The schema of the value itself says more than its declaration.
    let depth = found.trail.path().steps().len();
    let declared = about
        .iter()
        .filter(|place| is_around && place.tokens().len() > depth)
        .find_map(|place| locate_declaration(writer.schema, place));
    BreakLines {
        rejected_at,
        allowed_at: declared,
    }
}

/// Returns the places in the event that a violation is about; for a `not`, the properties that its schema names.
pub(super) fn places_of_violation(root: &Value, violation: &ReplayViolation, event: &Value) -> Vec<Pointer> {
    let own = place_of_violation(violation, event);
    let is_not = violation
        .keyword
        .tokens()
        .last()
        .is_some_and(|keyword| *keyword == Keyword::Not);
    let schema = violation.keyword.resolve(root).filter(|_| is_not);
    let required = schema.and_then(|schema| schema.keyword(Keyword::Required)?.as_array());
    let declared = schema.and_then(|schema| schema.keyword(Keyword::Properties)?.as_object());
    let required = required.into_iter().flatten().filter_map(Value::as_str);
    let names = required.chain(
        declared
            .into_iter()
            .flat_map(JsonObject::iter)
            .map(|member| member.key.as_str()),
    );
    let here = names
        .map(|name| violation.instance.join(name))
        .filter(|place| place.resolve(event).is_some());
    here.chain([own.clone()]).collect()
}

/// Names the list that requires a missing property beside another one, as `/dependentRequired/iban`: validators name the keyword, which has several.
pub(super) fn name_dependencies(root: &Value, event: &Value, refusals: &mut [ReplayViolation]) {
    for index in 0..refusals.len() {
        let one = &refusals[index];
        let (Some(missing), Some(lists)) = (one.missing(event), one.keyword.resolve(root).and_then(Value::as_object))
        else {
            continue;
        };
        let requires = |member: &&Member| {
            let mut names = member.value.as_array().unwrap_or_default().iter();
            let beside = one.instance.join(member.key.as_str());
            beside.resolve(event).is_some() && names.any(|name| name.as_str() == Some(&missing))
        };
        let of_lists = lists
            .iter()
            .filter(requires)
            .map(|member| one.keyword.join(member.key.as_str()));
        // Each list has a violation of its own, with the same words.
        let is_known = |place: &Pointer| {
            refusals[..index]
                .iter()
                .any(|other| other.keyword == *place && other.message == one.message)
        };
        if let Some(place) = of_lists.into_iter().find(|place| !is_known(place)) {
            refusals[index].keyword = place;
        }
    }
}

/// Returns the place in the event that a violation is about: the value, or the property that is missing.
pub(super) fn place_of_violation(violation: &ReplayViolation, event: &Value) -> Pointer {
    match violation.missing(event) {
        Some(name) => violation.instance.join(name),
        None => violation.instance.clone(),
    }
}

/// The keyword; of a list of names, the name that is missing.
fn name_in_list(reader: Role<'_>, violation: &ReplayViolation, event: &Value) -> Pointer {
    let missing = violation.missing(event);
    let list = violation.keyword.resolve(reader.schema.root).and_then(Value::as_array);
    let index = missing.zip(list).and_then(|(missing, names)| {
        let mut names = names.iter();
        names.position(|name| name.as_str() == Some(&missing))
    });
    index.map_or_else(
        || violation.keyword.clone(),
        |index| violation.keyword.join(index.to_string()),
    )
}

/// Whether the writer's document does not have the same keyword at the same place of its schema: then it is what changed.
fn differs_from_writer(direction: &ReadingDirection<'_>, found: &LocatedChange, keyword: &Pointer) -> bool {
    let (writer, reader) = (direction.writer, direction.reader);
    let (from, to) = (reader.spot(&found.trail), writer.spot(&found.trail));
    let Some(below) = keyword.tokens().strip_prefix(from.pointer.tokens()) else {
        return true;
    };
    let own = keyword.resolve(reader.schema.root);
    let is_name = below
        .iter()
        .rev()
        .nth(1)
        .is_some_and(|keyword| *keyword == Keyword::Required);
    if is_name && let Some((_, list)) = below.split_last() {
        let list = list.iter().fold(to.pointer.clone(), |place, token| place.join(token));
        let names = list
            .resolve(writer.schema.root)
            .and_then(Value::as_array)
            .unwrap_or_default();
        return !names.iter().any(|name| Some(name) == own);
    }
    let counterpart = below.iter().fold(to.pointer.clone(), |place, token| place.join(token));
    counterpart.resolve(writer.schema.root) != own
}

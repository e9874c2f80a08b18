//! What the places alone do not show. In: a change that the schemas near it do not explain, or a verdict that no change explains. Out:
//! what a change does while all others are taken out of the reader, and the breaks that are left when all are.

use schemactl_model::{Keyword, Pointer, Value};

use super::mutate::{WitnessSeed, places_in_event};
use super::part::{PartView, edits_of_others};
use super::{Break, Impact, MOST_OTHERS, ReadingDirection, Work};
use crate::diff::{LocatedChange, SchemaSpot};
use crate::edit::{Edit, apply_edits};
use crate::prepared::{Replay, VersionViews};
use crate::replay::{ReplayViolation, Validator};
use crate::shrink::substitute_known_values;
use crate::verdict::Verdict;
use schemactl_containment::Schema;
use schemactl_containment::Semantics;

impl Work<'_, '_> {
    /// What a change does when all others are taken out.
    pub(super) fn with_others_relaxed(
        &mut self,
        direction: &ReadingDirection<'_>,
        found: &[LocatedChange],
        index: usize,
        ground: &WitnessSeed<'_>,
    ) -> Impact {
        let all: Vec<usize> = (0..found.len()).collect();
        let edits = edits_of_others(direction, found, index, &all);
        let relaxed = apply_edits(direction.reader.schema.root, &edits);
        let replay = ground.replay;
        match self.asked(direction, &relaxed) {
            (Verdict::Incompatible { witness }, Some(alone)) if replay.breaks(&witness) == Ok(true) => {
                let both = |event: &Value| alone.breaks(event) == Ok(true) && replay.breaks(event) == Ok(true);
                let witness = substitute_known_values(witness, direction.examples, &both);
                let places = places_in_event(&witness, &found[index].change.path);
                Impact::Breaks(self.located(direction, &found[index], (witness, &places), None, ground))
            }
            (Verdict::Incompatible { .. }, _) => {
                Impact::Undecided("the other changes have a part in what it does".to_owned())
            }
            (Verdict::Compatible, _) if self.takes_away(direction, &found[index]) => Impact::Masked,
            (Verdict::Compatible, _) => Impact::Safe,
            (Verdict::Undecided { reason }, _) => Impact::Undecided(reason),
        }
    }

    fn asked(&mut self, direction: &ReadingDirection<'_>, reader: &Value) -> (Verdict, Option<Replay>) {
        let writer = direction.writer.version;
        let root = SchemaSpot::root(direction.writer.schema.dialect);
        let Some(sent) = self.part(direction.writer, &root, PartView::Writer) else {
            let reason = writer.sent().err().unwrap_or_default().to_owned();
            return (Verdict::Undecided { reason }, None);
        };
        let schema = Schema::new(reader, direction.reader.schema.dialect);
        let reader = VersionViews::new(&schema, self.question.settings);
        self.question.replayed((writer, sent), &reader)
    }

    /// What is refused although all breaking changes are taken out. A refusal at the place of a change belongs to it.
    pub(super) fn others(
        &mut self,
        direction: &ReadingDirection<'_>,
        found: &[LocatedChange],
        impacts: &mut [Impact],
        replay: &Replay,
    ) -> Vec<Break> {
        let reader = direction.reader;
        let breaking = found
            .iter()
            .zip(impacts.iter())
            .filter(|(_, impact)| impact.as_break().is_some());
        let edits = breaking.flat_map(|(found, _)| &reader.fragment(found).relax);
        let mut relaxed = apply_edits(reader.schema.root, edits);
        let mut others = Vec::new();
        for _ in 0..MOST_OTHERS {
            let (Verdict::Incompatible { witness }, _) = self.asked(direction, &relaxed) else {
                break;
            };
            let semantics = self.question.engine.semantics();
            let found_here = violation(&Schema::new(&relaxed, reader.schema.dialect), semantics, &witness);
            let next = found_here
                .as_ref()
                .and_then(|violation| relax(&relaxed, violation, &witness));
            if replay.breaks(&witness) == Ok(true) {
                let witness =
                    substitute_known_values(witness, direction.examples, &|event| replay.breaks(event) == Ok(true));
                let owner = found_here
                    .as_ref()
                    .and_then(|violation| owner(found, direction, &violation.keyword));
                let one = self.located_at(direction, witness, found_here, replay);
                match owner {
                    Some(index) if impacts[index].as_break().is_none() => impacts[index] = Impact::Breaks(one),
                    // Taking changes out of a `oneOf` makes it refuse more: what is refused where a break is known is that break.
                    _ if is_known(impacts, &one) => {}
                    _ => others.push(one),
                }
            }
            let Some(next) = next
                .map(|edit| apply_edits(&relaxed, [&edit]))
                .filter(|next| *next != relaxed)
            else {
                break;
            };
            relaxed = next;
        }
        others
    }
}

/// Whether a change is known to be refused at the same keyword.
fn is_known(impacts: &[Impact], one: &Break) -> bool {
    let mut known = impacts.iter().filter_map(Impact::as_break);
    known.any(|known| known.violation.is_some() && known.keyword() == one.keyword())
}

/// The change whose keyword it is.
fn owner(found: &[LocatedChange], direction: &ReadingDirection<'_>, keyword: &Pointer) -> Option<usize> {
    let is_own = |found: &LocatedChange| {
        let mut edits = direction.reader.fragment(found).relax.iter();
        edits.any(|edit| edit.place() == keyword)
    };
    found.iter().position(is_own)
}

/// Why an event is refused.
fn violation(schema: &Schema<'_>, semantics: Semantics, event: &Value) -> Option<ReplayViolation> {
    let validator = Validator::with(schema.root, schema.dialect, semantics).ok()?;
    validator.errors(event).ok()?.first().cloned()
}

/// Takes out what was violated; of `required` only a name that is missing. `None` if it is not in the document, as when a
/// policy put it there.
fn relax(root: &Value, violation: &ReplayViolation, event: &Value) -> Option<Edit> {
    let keyword = violation.keyword.resolve(root)?;
    let is_required = violation
        .keyword
        .tokens()
        .last()
        .is_some_and(|name| *name == Keyword::Required);
    match keyword.as_array().filter(|_| is_required) {
        Some(names) => {
            let instance = violation.instance.resolve(event)?;
            let missing = names
                .iter()
                .filter_map(Value::as_str)
                .find(|name| instance.member(name).is_none())?;
            Some(Edit::RemoveName(violation.keyword.clone(), missing.to_owned()))
        }
        None => Some(Edit::Remove(violation.keyword.clone())),
    }
}

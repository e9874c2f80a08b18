//! Breaks that are known from other pairs of versions. In: explanations of those pairs, and a change that an explained pair has too. Out:
//! its break here, if the event breaks these versions too and the repaired event does not: then it breaks at the same place.

use std::collections::BTreeMap;

use super::keyword_places::{locate_keywords, name_dependencies};
use super::repair::best_violation;
use super::{Break, Explanation, Impact, ReadingDirection, Work};
use crate::change::Change;
use crate::diff::LocatedChange;
use crate::prepared::Replay;

/// What makes changes of different pairs the same one: kind, place, name and words.
type KnownBreakKey = (crate::change::ChangeKind, String, Option<String>, String);

/// The breaks of the pairs of one event that were explained.
#[derive(Clone, Debug, Default)]
pub struct KnownBreaks {
    backward: BTreeMap<KnownBreakKey, Break>,
    forward: BTreeMap<KnownBreakKey, Break>,
}

impl KnownBreaks {
    /// Adds the breaks of a pair, each with the event that shows its place. Those that are known stay.
    pub fn extend(&mut self, explanation: &Explanation) {
        for one in &explanation.changes {
            let directions = [(&one.backward, &mut self.backward), (&one.forward, &mut self.forward)];
            for (impact, known) in directions {
                if let Impact::Breaks(found) = impact
                    && found.repaired.is_some()
                    && found.place.is_some()
                {
                    known.entry(key(&one.change)).or_insert_with(|| found.clone());
                }
            }
        }
    }

    pub(super) fn of(&self, is_backward: bool, change: &Change) -> Option<&Break> {
        let known = if is_backward { &self.backward } else { &self.forward };
        known.get(&key(change))
    }
}

fn key(change: &Change) -> KnownBreakKey {
    let Change {
        kind,
        path,
        subject,
        what,
        ..
    } = change;
    (*kind, path.to_string(), subject.clone(), what.clone())
}

impl Work<'_, '_> {
    /// The break of a change by the event that is known for it.
    pub(super) fn known_break(
        direction: &ReadingDirection<'_>,
        found: &LocatedChange,
        known: Option<&Break>,
        replay: &Replay,
    ) -> Option<Break> {
        let known = known?;
        let (place, repaired) = (known.place.clone()?, known.repaired.as_ref()?);
        if replay.breaks(&known.witness) != Ok(true) || !replay.accepts(repaired) {
            return None;
        }
        let mut refusals = replay.refusals(&known.witness);
        name_dependencies(direction.reader.schema.root, &known.witness, &mut refusals);
        let own = direction.reader.own_places(found);
        let places = std::slice::from_ref(&place);
        let about = (own.as_slice(), found.change.subject.as_deref());
        let violation = best_violation(&refusals, &known.witness, places, about);
        let lines = locate_keywords(direction, found, &known.witness, violation.as_ref());
        Some(Break {
            violation,
            lines: Box::new(lines),
            place: Some(place),
            ..known.clone()
        })
    }
}

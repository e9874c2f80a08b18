//! References that go in a circle without going into the event: a validator that follows them never ends (2020-12 Core, section 9.4.1).
//! In: a document. Out: a fault for each circle, at the first of its references in the order of
//! their places: that of the keys in the source changes nothing.

use std::collections::BTreeMap;

use super::references::{Followed, follow_reference, subschemas_in_place};
use super::{FaultKind, SchemaFault, message};
use crate::keyword::Keyword;
use crate::pointer::Pointer;
use crate::resolve::{Reference, Resolver};
use crate::value::Value;

/// A schema on the way, and the steps from it that are still to be taken.
struct ReferenceStep<'v> {
    place: Pointer,
    /// The reference that led here, if it was one.
    by: Option<&'v Reference>,
    ahead: Vec<(Pointer, &'v Value, Option<&'v Reference>)>,
}

/// Returns a fault for each circle.
pub(super) fn find_cycles(resolver: &Resolver<'_>) -> Vec<SchemaFault> {
    let references: BTreeMap<Pointer, Vec<&Reference>> =
        resolver
            .references()
            .iter()
            .fold(BTreeMap::new(), |mut all, reference| {
                all.entry(reference.holder.clone())
                    .or_insert_with(Vec::new)
                    .push(reference);
                all
            });
    let mut walk = CycleWalk {
        resolver,
        references: &references,
        is_done: BTreeMap::new(),
        faults: BTreeMap::new(),
    };
    for holder in references.keys() {
        if let Some(value) = holder.resolve(resolver.root()) {
            walk.from(holder.clone(), value);
        }
    }
    walk.faults.into_values().collect()
}

struct CycleWalk<'v> {
    resolver: &'v Resolver<'v>,
    references: &'v BTreeMap<Pointer, Vec<&'v Reference>>,
    /// Whether everything behind a place was seen; `false` while it is on the way.
    is_done: BTreeMap<Pointer, bool>,
    faults: BTreeMap<Pointer, SchemaFault>,
}

impl<'v> CycleWalk<'v> {
    /// Depth first, with a list in place of the stack: a chain of references may be as long as the document.
    fn from(&mut self, start: Pointer, value: &'v Value) {
        if self.is_done.contains_key(&start) {
            return;
        }
        let mut way = vec![self.enter(start, value, None)];
        while let Some(step) = way.last_mut() {
            let Some((place, value, by)) = step.ahead.pop() else {
                let place = way.pop().map(|step| step.place);
                self.is_done.extend(place.map(|place| (place, true)));
                continue;
            };
            match self.is_done.get(&place) {
                Some(true) => {}
                Some(false) => self.note_circle(&way, &place, by),
                None => {
                    let step = self.enter(place, value, by);
                    way.push(step);
                }
            }
        }
    }

    fn enter(&mut self, place: Pointer, value: &'v Value, by: Option<&'v Reference>) -> ReferenceStep<'v> {
        self.is_done.insert(place.clone(), false);
        let dialect = self.resolver.dialect_at(&place);
        let mut ahead = Vec::new();
        for reference in self.references.get(&place).into_iter().flatten() {
            // What a dynamic reference leads to depends on the way.
            if reference.keyword == Keyword::Ref
                && let Followed::Schema(target) = follow_reference(self.resolver, reference)
            {
                ahead.push((target.pointer, target.value, Some(*reference)));
            }
        }
        if !dialect.hides_siblings(value) {
            for (below, value) in subschemas_in_place(value, dialect) {
                let place = below
                    .tokens()
                    .iter()
                    .fold(place.clone(), |place, token| place.join(token.as_str()));
                ahead.push((place, value, None));
            }
        }
        // The last one is taken first.
        ahead.sort_by(|(one, ..), (other, ..)| other.cmp(one));
        ReferenceStep { place, by, ahead }
    }

    /// The circle is the way from `place` to its end, and the step back.
    fn note_circle(&mut self, way: &[ReferenceStep<'v>], place: &Pointer, by: Option<&'v Reference>) {
        let begin = way.iter().position(|step| step.place == *place).unwrap_or(0);
        let inside = way.iter().skip(begin + 1).filter_map(|step| step.by);
        let Some(first) = inside.chain(by).min_by_key(|reference| &reference.holder) else {
            return;
        };
        let fault = SchemaFault {
            kind: FaultKind::Circle,
            pointer: first.holder.join(first.keyword),
            span: first.span,
            keyword: first.keyword.into(),
            message: format!(
                "`{}` is `{}`, which leads back here without going into the event",
                first.keyword,
                message::shorten_quote(&first.text)
            ),
            suggestion: Some("Remove it, or write it below `properties` or `items`.".to_owned()),
        };
        self.faults.insert(fault.pointer.clone(), fault);
    }
}

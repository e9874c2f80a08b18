//! Elements: by position, the rest, and those that must be there.

use schemactl_model::{Dialect, Kind, Value};

use super::site::{Pair, SchemaSite};
use super::{DiffWalk, Fragment, TrailStep};
use crate::change::ChangeKind;
use crate::edit::{Edit, accept_anything};
use crate::event_path::EventStep;

/// Every keyword that is about elements, but for `contains` and the counts.
pub(super) const ELEMENTS: &[&str] = &["prefixItems", "items", "additionalItems", "uniqueItems"];

/// Every keyword that says something about elements by position.
const POSITIONS: [&str; 3] = ["prefixItems", "items", "additionalItems"];

/// The keywords of one side: that of the positions, and that of the rest.
type ElementKeywords = (Option<&'static str>, &'static str);

impl<'v> DiffWalk<'v> {
    pub(super) fn elements(&mut self, pair: &Pair<'v>) {
        let (old, new) = (elements(&pair.old), elements(&pair.new));
        let length = |place: &SchemaSite<'v>, keyword: Option<&str>| {
            let listed = keyword.and_then(|keyword| place.value.member(keyword)?.as_array());
            listed.map_or(0, <[Value]>::len)
        };
        let (old_length, new_length) = (length(&pair.old, old.0), length(&pair.new, new.0));
        for index in 0..old_length.max(new_length) {
            let member = index.to_string();
            let at = |place: &SchemaSite<'v>, keyword: Option<&str>| place.below(keyword?, Some(&member));
            match (at(&pair.old, old.0), at(&pair.new, new.0)) {
                (Some(old), Some(new)) => {
                    self.compare_below(pair, TrailStep::Into(EventStep::Element(index)), old, new);
                }
                (Some(_), None) => self.position(pair, ChangeKind::PrefixItemRemoved, index, (old, new)),
                (None, Some(_)) => self.position(pair, ChangeKind::PrefixItemAdded, index, (old, new)),
                (None, None) => {}
            }
        }
        let kinds = (ChangeKind::ItemsRestricted, ChangeKind::ItemsOpened);
        self.rest(pair, (old.1, new.1), kinds, &POSITIONS);
        let kinds = (ChangeKind::UniqueItemsAdded, ChangeKind::UniqueItemsRemoved);
        let unique = |place: &SchemaSite<'v>| {
            let flag = place.value.member("uniqueItems");
            flag.is_some_and(|flag| flag.kind == Kind::Bool(true))
        };
        match (unique(&pair.old), unique(&pair.new)) {
            (false, true) => self.add(
                pair,
                kinds.0,
                "`uniqueItems` was added: elements must differ",
                &["uniqueItems"],
            ),
            (true, false) => self.add(
                pair,
                kinds.1,
                "`uniqueItems` was removed: elements may be equal",
                &["uniqueItems"],
            ),
            _ => {}
        }
    }

    fn position(
        &mut self,
        pair: &Pair<'v>,
        kind: ChangeKind,
        index: usize,
        (old, new): (ElementKeywords, ElementKeywords),
    ) {
        let part = |place: &SchemaSite<'v>, elements: ElementKeywords| {
            let at = elements
                .0
                .map(|keyword| place.pointer.join(keyword).join(index.to_string()));
            let relax = match at {
                Some(at) => Edit::Set(at, accept_anything()),
                None => Edit::Remove(place.pointer.join(elements.1)),
            };
            let fragment = Fragment {
                keywords: place.entries(&POSITIONS).cloned().collect(),
                scope: place.scope.clone(),
                relax: vec![relax],
            };
            (place.at(&POSITIONS), fragment)
        };
        let what = if kind == ChangeKind::PrefixItemAdded {
            "has a schema of its own now"
        } else {
            "no longer has a schema of its own"
        };
        let parts = (part(&pair.old, old), part(&pair.new, new));
        let subject = (&*index.to_string(), EventStep::Element(index));
        self.push(pair, (kind, what.to_owned()), Some(subject), parts);
    }

    pub(super) fn contains(&mut self, pair: &Pair<'v>) {
        let kinds = (ChangeKind::ContainsAdded, ChangeKind::ContainsRemoved);
        if self
            .presence(pair, "contains", kinds, &["contains", "minContains", "maxContains"])
            .is_none()
        {
            return;
        }
        let places = (pair.old.below("contains", None), pair.new.below("contains", None));
        if let (Some(old), Some(new)) = places {
            self.compare_below(pair, TrailStep::Into(EventStep::AnyElement), old, new);
        }
    }
}

fn elements(place: &SchemaSite<'_>) -> ElementKeywords {
    if place.scope.dialect == Dialect::Draft202012 {
        return (Some("prefixItems"), "items");
    }
    match place.value.member("items").map(|items| &items.kind) {
        Some(Kind::Array(_)) => (Some("items"), "additionalItems"),
        _ => (None, "items"),
    }
}

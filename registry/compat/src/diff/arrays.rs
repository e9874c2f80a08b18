//! Elements: by position, the rest, and those that must be there.

use schemactl_model::{Dialect, Keyword, Kind, Value};

use super::site::{Pair, SchemaSite};
use super::{DiffWalk, Fragment, TrailStep};
use crate::change::ChangeKind;
use crate::edit::{Edit, accept_anything};
use crate::event_path::EventStep;

/// Every keyword that is about elements, but for `contains` and the counts.
pub(super) const ELEMENTS: &[Keyword] = &[
    Keyword::PrefixItems,
    Keyword::Items,
    Keyword::AdditionalItems,
    Keyword::UniqueItems,
];

/// Every keyword that says something about elements by position.
const POSITIONS: [Keyword; 3] = [Keyword::PrefixItems, Keyword::Items, Keyword::AdditionalItems];

/// The keywords of one side: that of the positions, and that of the rest.
type ElementKeywords = (Option<Keyword>, Keyword);

impl<'v> DiffWalk<'v> {
    pub(super) fn elements(&mut self, pair: &Pair<'v>) {
        let (old, new) = (elements(&pair.old), elements(&pair.new));
        let length = |place: &SchemaSite<'v>, keyword: Option<Keyword>| {
            let listed = keyword.and_then(|keyword| place.value.keyword(keyword)?.as_array());
            listed.map_or(0, <[Value]>::len)
        };
        let (old_length, new_length) = (length(&pair.old, old.0), length(&pair.new, new.0));
        for index in 0..old_length.max(new_length) {
            let member = index.to_string();
            let at = |place: &SchemaSite<'v>, keyword: Option<Keyword>| place.below(keyword?, Some(&member));
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
            let flag = place.value.keyword(Keyword::UniqueItems);
            flag.is_some_and(|flag| flag.kind == Kind::Bool(true))
        };
        match (unique(&pair.old), unique(&pair.new)) {
            (false, true) => self.add(
                pair,
                kinds.0,
                "`uniqueItems` was added: elements must differ",
                &[Keyword::UniqueItems],
            ),
            (true, false) => self.add(
                pair,
                kinds.1,
                "`uniqueItems` was removed: elements may be equal",
                &[Keyword::UniqueItems],
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
            .presence(
                pair,
                Keyword::Contains,
                kinds,
                &[Keyword::Contains, Keyword::MinContains, Keyword::MaxContains],
            )
            .is_none()
        {
            return;
        }
        let places = (
            pair.old.below(Keyword::Contains, None),
            pair.new.below(Keyword::Contains, None),
        );
        if let (Some(old), Some(new)) = places {
            self.compare_below(pair, TrailStep::Into(EventStep::AnyElement), old, new);
        }
    }
}

fn elements(place: &SchemaSite<'_>) -> ElementKeywords {
    if place.scope.dialect == Dialect::Draft202012 {
        return (Some(Keyword::PrefixItems), Keyword::Items);
    }
    match place.value.keyword(Keyword::Items).map(|items| &items.kind) {
        Some(Kind::Array(_)) => (Some(Keyword::Items), Keyword::AdditionalItems),
        _ => (None, Keyword::Items),
    }
}

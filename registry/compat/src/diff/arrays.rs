//! Elements: by position, the rest, and those that must be there.

use schemactl_model::{Dialect, Keyword, Kind, SubschemaRef, Value};

use super::site::{Pair, find_keywords, locate_keyword};
use super::{DiffWalk, Fragment, TrailStep};
use crate::change::ChangeKind;
use crate::edit::Edit;
use crate::event_path::EventStep;

/// Every keyword that is about elements, but for `contains` and the counts.
pub(super) const ELEMENTS: &[Keyword] = &[
    Keyword::PrefixItems,
    Keyword::Items,
    Keyword::AdditionalItems,
    Keyword::UniqueItems,
];

/// `contains`, and the counts of what it finds.
pub(super) const CONTAINS: &[Keyword] = &[Keyword::Contains, Keyword::MinContains, Keyword::MaxContains];

/// Every keyword that says something about elements by position.
const POSITIONS: [Keyword; 3] = [Keyword::PrefixItems, Keyword::Items, Keyword::AdditionalItems];

/// The keywords of one side: that of the positions, and that of the rest.
type ElementKeywords = (Option<Keyword>, Keyword);

impl<'v> DiffWalk<'v> {
    pub(super) fn elements(&mut self, pair: &Pair<'v>) {
        let (old, new) = (elements(&pair.old), elements(&pair.new));
        let listed = |place: &SubschemaRef<'v>, keyword: Option<Keyword>| {
            keyword.map_or_else(Vec::new, |keyword| place.list(keyword))
        };
        let (old_list, new_list) = (listed(&pair.old, old.0), listed(&pair.new, new.0));
        for index in 0..old_list.len().max(new_list.len()) {
            match (old_list.get(index), new_list.get(index)) {
                (Some(old), Some(new)) => {
                    let step = TrailStep::Into(EventStep::Element(index));
                    self.compare_below(pair, step, old.clone(), new.clone());
                }
                (Some(_), None) => self.position(pair, ChangeKind::PrefixItemRemoved, index, (old, new)),
                (None, Some(_)) => self.position(pair, ChangeKind::PrefixItemAdded, index, (old, new)),
                (None, None) => {}
            }
        }
        let kinds = (ChangeKind::ItemsRestricted, ChangeKind::ItemsOpened);
        self.rest(pair, (old.1, new.1), kinds, &POSITIONS);
    }

    pub(super) fn unique_items(&mut self, pair: &Pair<'v>) {
        let kinds = (ChangeKind::UniqueItemsAdded, ChangeKind::UniqueItemsRemoved);
        let unique = |place: &SubschemaRef<'v>| {
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
        let part = |place: &SubschemaRef<'v>, elements: ElementKeywords| {
            let at = elements
                .0
                .map(|keyword| place.pointer.join(keyword).join(index.to_string()));
            let relax = match at {
                Some(at) => Edit::Set(at, Value::accept_all()),
                None => Edit::Remove(place.pointer.join(elements.1)),
            };
            let fragment = Fragment {
                keywords: find_keywords(place, &POSITIONS).cloned().collect(),
                scope: place.scope.clone(),
                relax: vec![relax],
            };
            let own = elements.0.filter(|keyword| place.list(*keyword).len() > index);
            let at = own.map(|keyword| place.pointer.join(keyword).join(index.to_string()));
            (at.unwrap_or_else(|| locate_keyword(place, &POSITIONS)), fragment)
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
        if self.presence(pair, Keyword::Contains, kinds, CONTAINS).is_none() {
            return;
        }
        let places = (pair.old.child(Keyword::Contains), pair.new.child(Keyword::Contains));
        if let (Some(old), Some(new)) = places {
            self.conditions.push("`contains`".to_owned());
            self.compare_below(pair, TrailStep::Into(EventStep::AnyElement), old, new);
            self.conditions.pop();
        }
    }
}

fn elements(place: &SubschemaRef<'_>) -> ElementKeywords {
    if place.scope.dialect == Dialect::Draft202012 {
        return (Some(Keyword::PrefixItems), Keyword::Items);
    }
    match place.value.keyword(Keyword::Items).map(|items| &items.kind) {
        Some(Kind::Array(_)) => (Some(Keyword::Items), Keyword::AdditionalItems),
        _ => (None, Keyword::Items),
    }
}

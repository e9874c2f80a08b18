//! What is different between two schemas, place by place. In: two documents. Out: their changes, each with the part of both
//! documents that it is about, and with what would take it back. Nothing is judged here: `explain` asks the engine.
//!
//! Both documents are walked together through the keywords that hold schemas; references are followed on both sides, and each
//! pair of places is compared once.

mod align;
mod applicators;
mod arrays;
mod bounds;
mod objects;
mod scalars;
mod site;

use std::collections::BTreeSet;

use schemactl_model::{Entry, Scope, Value};

use self::site::{Pair, Place, Tree};
use crate::Schema;
use crate::change::{Change, ChangeKind};
use crate::edit::{Edit, anything, entry};

/// A change, with what is needed to ask about it alone.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) change: Change,
    /// The keywords it is about, as schemas of their own.
    pub(crate) old: Fragment,
    pub(crate) new: Fragment,
}

/// One side of a change.
#[derive(Clone, Debug)]
pub(crate) struct Fragment {
    /// The keywords alone.
    pub(crate) keywords: Vec<Entry>,
    /// Where they stand: the base URI of their references, and their dialect.
    pub(crate) scope: Scope,
    /// What makes this side stop caring.
    pub(crate) relax: Vec<Edit>,
}

/// Every change between two documents, in the order of the walk.
pub(crate) fn diff(old: &Schema<'_>, new: &Schema<'_>) -> Vec<Found> {
    let mut walk = Walk {
        old: Tree::new(old),
        new: Tree::new(new),
        seen: BTreeSet::new(),
        found: Vec::new(),
    };
    let pair = Pair {
        old: walk.old.root(),
        new: walk.new.root(),
    };
    walk.schemas(&pair);
    walk.found
}

struct Walk<'v> {
    old: Tree<'v>,
    new: Tree<'v>,
    seen: BTreeSet<(schemactl_model::Pointer, schemactl_model::Pointer)>,
    found: Vec<Found>,
}

impl<'v> Walk<'v> {
    /// Two schemas that describe the same value.
    fn schemas(&mut self, pair: &Pair<'v>) {
        let pair = Pair {
            old: self.old.followed(&pair.old),
            new: self.new.followed(&pair.new),
        };
        if !self.seen.insert((pair.old.pointer.clone(), pair.new.pointer.clone())) {
            return;
        }
        self.dialects(&pair);
        let (was, is) = (pair.old.scope.dialect, pair.new.scope.dialect);
        let plain = !self.old.has_references && !self.new.has_references && was == is;
        if plain && pair.old.value == pair.new.value {
            return;
        }
        match (pair.old.forbids(), pair.new.forbids()) {
            (true, true) => {}
            (false, true) => self.whole(&pair, ChangeKind::SchemaForbidden, "nothing is allowed here any more"),
            (true, false) => self.whole(&pair, ChangeKind::SchemaAllowed, "something is allowed here"),
            (false, false) => stacker::maybe_grow(64 << 10, 1 << 20, || self.keywords(&pair)),
        }
    }

    fn keywords(&mut self, pair: &Pair<'v>) {
        self.types(pair);
        self.values(pair);
        self.bounds(pair);
        self.patterns(pair);
        self.annotations(pair);
        self.required(pair);
        self.properties(pair);
        self.dependencies(pair);
        self.elements(pair);
        self.contains(pair);
        self.unions(pair);
        self.negation(pair);
        self.condition(pair);
        self.unevaluated(pair);
        self.references(pair);
    }

    /// The dialect of the document, or of a resource in it.
    fn dialects(&mut self, pair: &Pair<'v>) {
        let (was, is) = (pair.old.scope.dialect, pair.new.scope.dialect);
        let starts = |place: &Place<'v>| place.pointer.tokens().is_empty() || place.value.member("$schema").is_some();
        if was != is && (starts(&pair.old) || starts(&pair.new)) {
            let what = format!("the dialect was {was} and is {is}");
            self.add(pair, ChangeKind::DialectChanged, what, &["$schema"]);
        }
    }

    /// A change of the schema as a whole.
    fn whole(&mut self, pair: &Pair<'v>, kind: ChangeKind, what: &str) {
        let open = |place: &Place<'v>| vec![Edit::Set(place.pointer.clone(), anything())];
        let not_anything = |place: &Place<'v>| {
            let not = place.forbids().then(|| entry("not", anything()));
            not.into_iter().collect()
        };
        let found = Found {
            change: Change {
                kind,
                what: what.to_owned(),
                subject: None,
                old: pair.old.pointer.clone(),
                new: pair.new.pointer.clone(),
            },
            old: Fragment {
                keywords: not_anything(&pair.old),
                scope: pair.old.scope.clone(),
                relax: open(&pair.old),
            },
            new: Fragment {
                keywords: not_anything(&pair.new),
                scope: pair.new.scope.clone(),
                relax: open(&pair.new),
            },
        };
        self.found.push(found);
    }

    /// A change of some keywords of both schemas, which are taken together.
    fn add(&mut self, pair: &Pair<'v>, kind: ChangeKind, what: impl Into<String>, keywords: &[&str]) {
        self.add_among(pair, kind, what, keywords, keywords);
    }

    /// A change of some keywords that mean nothing without others: those are compared with them and left as they are.
    fn add_among(
        &mut self,
        pair: &Pair<'v>,
        kind: ChangeKind,
        what: impl Into<String>,
        keywords: &[&str],
        among: &[&str],
    ) {
        let fragment = |place: &Place<'v>| {
            let own = place.entries(keywords);
            Fragment {
                relax: own
                    .map(|entry| Edit::Remove(place.pointer.join(entry.key.as_str())))
                    .collect(),
                keywords: place.entries(among).cloned().collect(),
                scope: place.scope.clone(),
            }
        };
        let found = Found {
            change: Change {
                kind,
                what: what.into(),
                subject: None,
                old: pair.old.at(keywords),
                new: pair.new.at(keywords),
            },
            old: fragment(&pair.old),
            new: fragment(&pair.new),
        };
        self.found.push(found);
    }

    /// A keyword that is there or not: `(added, removed)`. Returns both values if both are there.
    fn presence(
        &mut self,
        pair: &Pair<'v>,
        keyword: &str,
        (added, removed): (ChangeKind, ChangeKind),
        group: &[&str],
    ) -> Option<(&'v Value, &'v Value)> {
        match (pair.old.keyword(keyword), pair.new.keyword(keyword)) {
            (Some(old), Some(new)) => return Some((old, new)),
            (None, Some(_)) => self.add(pair, added, format!("`{keyword}` was added"), group),
            (Some(_), None) => self.add(pair, removed, format!("`{keyword}` was taken away"), group),
            (None, None) => {}
        }
        None
    }
}

/// A value in a sentence, cut where it is long.
fn shown(value: &Value) -> String {
    const MOST: usize = 40;
    let text = value.to_json();
    if text.chars().count() <= MOST {
        return format!("`{text}`");
    }
    let head: String = text.chars().take(MOST).collect();
    format!("`{head}…`")
}

/// Names in a sentence.
fn listed<'n>(names: impl IntoIterator<Item = String> + 'n) -> String {
    const MOST: usize = 5;
    let names: Vec<String> = names.into_iter().collect();
    let (shown, more) = names.split_at(names.len().min(MOST));
    match more.len() {
        0 => shown.join(", "),
        count => format!("{} and {count} more", shown.join(", ")),
    }
}

//! What is different between two schemas, place by place. In: two documents. Out: their changes, each with the part of both
//! documents that it is about, and with what would take it back. Nothing is judged here: `explain` asks the engine.
//!
//! Both documents are walked together through the keywords that hold schemas; references are followed on both sides, and each
//! pair of places is compared once. Forms that say the same are read alike: values listed by `enum`, `const` or a union of
//! constants, `null` beside a type or as a branch, keywords that stand in an `allOf` or beside it.

mod align;
mod applicators;
mod arrays;
mod bounds;
mod comparisons;
mod conditions;
mod conjuncts;
mod declarations;
mod demands;
mod objects;
mod renames;
mod scalars;
mod site;
mod trail;
mod type_words;
mod value_set;

use std::collections::BTreeSet;
use std::rc::Rc;

use schemactl_model::{EXTENSIBLE_MARKS, Keyword, LexicalScope, Member, Pointer, SubschemaRef, Value};

use self::comparisons::KeywordComparison;
pub(crate) use self::site::locate_declaration;
use self::site::{Pair, Tree, find_keywords, locate_keyword};
pub(crate) use self::trail::{SchemaSpot, Trail, TrailStep};
use crate::change::{Change, ChangeKind};
use crate::edit::Edit;
use crate::event_path::EventStep;
use schemactl_containment::Schema;

/// A change, with what is needed to ask about it alone.
#[derive(Clone, Debug)]
pub(crate) struct LocatedChange {
    pub(crate) change: Change,
    /// The keywords it is about, as schemas of their own.
    pub(crate) old: Fragment,
    pub(crate) new: Fragment,
    /// The pairs of schemas around it.
    pub(crate) trail: Rc<Trail>,
}

/// One side of a change.
#[derive(Clone, Debug)]
pub(crate) struct Fragment {
    /// The keywords alone.
    pub(crate) keywords: Vec<Member>,
    /// Where they stand: the base URI of their references, and their dialect.
    pub(crate) scope: LexicalScope,
    /// What makes this side stop caring.
    pub(crate) relax: Vec<Edit>,
}

/// Returns every change between two documents, in the order of the walk.
pub(crate) fn diff(old: &Schema<'_>, new: &Schema<'_>) -> Vec<LocatedChange> {
    let mut walk = DiffWalk {
        old: Tree::new(old),
        new: Tree::new(new),
        seen: BTreeSet::new(),
        found: Vec::new(),
        conditions: Vec::new(),
        inside: None,
    };
    let (old_root, new_root) = (walk.old.root(), walk.new.root());
    let pair = Pair::new(None, old_root, new_root);
    walk.schemas(&pair);
    renames::ask_of_required_names(&mut walk.found);
    walk.found
}

struct DiffWalk<'v> {
    old: Tree<'v>,
    new: Tree<'v>,
    // INVARIANT: each pair of places is compared once, so that recursive schemas end.
    seen: BTreeSet<(Pointer, Pointer)>,
    found: Vec<LocatedChange>,
    /// The conditions under which the schemas apply that are compared, outermost first.
    conditions: Vec<String>,
    /// How many pairs may still be met inside an `if` or a `not`, while one is compared.
    inside: Option<usize>,
}

/// Where a change stands, and its part, in one document.
type LocatedFragment = (Pointer, Fragment);

impl<'v> DiffWalk<'v> {
    /// Compares two schemas below a pair.
    fn compare_below(&mut self, around: &Pair<'v>, step: TrailStep, old: SubschemaRef<'v>, new: SubschemaRef<'v>) {
        self.schemas(&Pair::new(Some((Rc::clone(&around.trail), step)), old, new));
    }

    /// Compares two schemas that describe the same value.
    fn schemas(&mut self, pair: &Pair<'v>) {
        match &mut self.inside {
            Some(0) => return,
            Some(left) => *left -= 1,
            None => {}
        }
        let above = pair.trail.above.clone();
        let pair = Pair::new(above, self.old.followed(&pair.old), self.new.followed(&pair.new));
        if !self.seen.insert((pair.old.pointer.clone(), pair.new.pointer.clone())) {
            return;
        }
        self.dialects(&pair);
        let (was, is) = (pair.old.scope.dialect, pair.new.scope.dialect);
        let plain = !self.old.has_references && !self.new.has_references && was == is;
        if plain && pair.old.value == pair.new.value {
            return;
        }
        match (pair.old.is_false(), pair.new.is_false()) {
            (true, true) => {}
            (false, true) => self.whole(&pair, ChangeKind::SchemaForbidden, "is forbidden now"),
            (true, false) => self.whole(&pair, ChangeKind::SchemaAllowed, "is allowed now"),
            (false, false) => stacker::maybe_grow(64 << 10, 1 << 20, || match self.without_null(&pair) {
                Some(inner) => self.keywords(&inner),
                None => self.keywords(&pair),
            }),
        }
    }

    fn keywords(&mut self, pair: &Pair<'v>) {
        let conjuncts = self.conjuncts(pair);
        let renames = renames::declared_renames(&conjuncts);
        // The keywords of unions that are compared as types or as values.
        let mut read_unions: Vec<Keyword> = Vec::new();
        for comparison in conjuncts.comparisons() {
            match comparison {
                KeywordComparison::Types => read_unions.extend(self.types(pair, &conjuncts)),
                KeywordComparison::Values => read_unions.extend(self.values(pair, &conjuncts)),
                KeywordComparison::Bounds(bound) => self.bound(pair, &conjuncts, bound),
                KeywordComparison::Patterns => self.patterns(&conjuncts.pair(pair, &[Keyword::Pattern])),
                KeywordComparison::Formats => {
                    self.annotation(pair, &conjuncts, Keyword::Format, ChangeKind::FormatChanged);
                }
                KeywordComparison::Defaults => {
                    self.annotation(pair, &conjuncts, Keyword::Default, ChangeKind::DefaultChanged);
                }
                KeywordComparison::OpenValues => self.open_values(&conjuncts.pair(pair, &EXTENSIBLE_MARKS)),
                KeywordComparison::Required => self.required(pair, &conjuncts, &renames),
                KeywordComparison::Properties => self.properties(pair, &conjuncts, &renames),
                KeywordComparison::PatternProperties => self.pattern_properties(pair, &conjuncts),
                KeywordComparison::AdditionalProperties => self.additional_properties(pair, &conjuncts),
                KeywordComparison::PropertyNames => self.property_names(pair, &conjuncts),
                KeywordComparison::Dependencies => self.dependencies(pair, &conjuncts, Keyword::Dependencies),
                KeywordComparison::DependentRequired => self.dependencies(pair, &conjuncts, Keyword::DependentRequired),
                KeywordComparison::DependentSchemas => self.dependencies(pair, &conjuncts, Keyword::DependentSchemas),
                KeywordComparison::Elements => self.elements(&conjuncts.pair(pair, arrays::ELEMENTS)),
                KeywordComparison::UniqueItems => self.unique_items(&conjuncts.pair(pair, arrays::ELEMENTS)),
                KeywordComparison::Contains => self.contains(&conjuncts.pair(pair, arrays::CONTAINS)),
                KeywordComparison::Unions => self.unions(pair, &conjuncts, &read_unions),
                KeywordComparison::AllOf => self.all_of(pair, &conjuncts),
                KeywordComparison::Negation => self.negation(&conjuncts.pair(pair, &[Keyword::Not])),
                KeywordComparison::Condition => self.condition(&conjuncts.pair(pair, &[Keyword::If])),
                KeywordComparison::UnevaluatedProperties => {
                    self.unevaluated(pair, &conjuncts, Keyword::UnevaluatedProperties);
                }
                KeywordComparison::UnevaluatedItems => self.unevaluated(pair, &conjuncts, Keyword::UnevaluatedItems),
                KeywordComparison::References => self.references(pair, &conjuncts),
                KeywordComparison::DynamicReferences => self.dynamic_references(pair, &conjuncts, Keyword::DynamicRef),
                KeywordComparison::RecursiveReferences => {
                    self.dynamic_references(pair, &conjuncts, Keyword::RecursiveRef);
                }
            }
        }
    }

    /// The dialect of the document, or of a resource in it.
    fn dialects(&mut self, pair: &Pair<'v>) {
        let (was, is) = (pair.old.scope.dialect, pair.new.scope.dialect);
        let starts = |place: &SubschemaRef<'v>| {
            place.pointer.tokens().is_empty() || place.value.keyword(Keyword::Schema).is_some()
        };
        if was != is && (starts(&pair.old) || starts(&pair.new)) {
            let what = format!("dialect changed from {was} to {is}");
            self.add(pair, ChangeKind::DialectChanged, what, &[Keyword::Schema]);
        }
    }

    /// Adds a change with its places and parts in both documents.
    fn push(
        &mut self,
        pair: &Pair<'v>,
        (kind, what): (ChangeKind, String),
        subject: Option<(&str, EventStep)>,
        (old, new): (LocatedFragment, LocatedFragment),
    ) {
        let path = pair.trail.path();
        let (subject, path) = match subject {
            Some((name, step)) => (Some(name.to_owned()), path.join(step)),
            None => (None, path),
        };
        let what = match &self.conditions[..] {
            [] => what,
            conditions => format!("{what} ({})", conditions.join("; ")),
        };
        self.found.push(LocatedChange {
            change: Change {
                kind,
                what,
                subject,
                path,
                renamed_from: None,
                hint: None,
                old: old.0,
                new: new.0,
            },
            old: old.1,
            new: new.1,
            trail: Rc::clone(&pair.trail),
        });
    }

    /// A change of the schema as a whole.
    fn whole(&mut self, pair: &Pair<'v>, kind: ChangeKind, what: &str) {
        let part = |place: &SubschemaRef<'v>| {
            let not = place.is_false().then(|| Member::new(Keyword::Not, Value::accept_all()));
            let fragment = Fragment {
                keywords: not.into_iter().collect(),
                scope: place.scope.clone(),
                relax: vec![Edit::Set(place.pointer.clone(), Value::accept_all())],
            };
            (place.pointer.clone(), fragment)
        };
        let parts = (part(&pair.old), part(&pair.new));
        self.push(pair, (kind, what.to_owned()), None, parts);
    }

    /// A change of some keywords of both schemas, which are taken together.
    fn add(&mut self, pair: &Pair<'v>, kind: ChangeKind, what: impl Into<String>, keywords: &[Keyword]) {
        self.add_among(pair, kind, what, keywords, keywords);
    }

    /// A change of some keywords that mean nothing without others: those are compared with them and left as they are.
    fn add_among(
        &mut self,
        pair: &Pair<'v>,
        kind: ChangeKind,
        what: impl Into<String>,
        keywords: &[Keyword],
        among: &[Keyword],
    ) {
        let part = |place: &SubschemaRef<'v>| {
            let own = find_keywords(place, keywords);
            let fragment = Fragment {
                relax: own
                    .map(|entry| Edit::Remove(place.pointer.join(entry.key.as_str())))
                    .collect(),
                keywords: find_keywords(place, among).cloned().collect(),
                scope: place.scope.clone(),
            };
            (locate_keyword(place, keywords), fragment)
        };
        let parts = (part(&pair.old), part(&pair.new));
        self.push(pair, (kind, what.into()), None, parts);
    }

    /// A keyword that is there or not: `(added, removed)`. Returns both values if both are there.
    fn presence(
        &mut self,
        pair: &Pair<'v>,
        keyword: Keyword,
        (added, removed): (ChangeKind, ChangeKind),
        group: &[Keyword],
    ) -> Option<(&'v Value, &'v Value)> {
        // A value says more than the keyword, a schema is shown by its lines.
        let named = |value: &Value| {
            let value = (!value.is_composite()).then(|| format!(" {}", shown(value)));
            format!("`{keyword}`{}", value.unwrap_or_default())
        };
        match (pair.old.keyword(keyword), pair.new.keyword(keyword)) {
            (Some(old), Some(new)) => return Some((old, new)),
            (None, Some(new)) => self.add(pair, added, format!("{} was added", named(new)), group),
            (Some(old), None) => self.add(pair, removed, format!("{} was removed", named(old)), group),
            (None, None) => {}
        }
        None
    }
}

/// A value in a sentence, cut where it is long.
fn shown(value: &Value) -> String {
    /// Characters that a sentence has room for.
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
    /// Names that a sentence has room for.
    const MOST: usize = 5;
    let names: Vec<String> = names.into_iter().collect();
    let (shown, more) = names.split_at(names.len().min(MOST));
    match more.len() {
        0 => shown.join(", "),
        count => format!("{} and {count} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests;

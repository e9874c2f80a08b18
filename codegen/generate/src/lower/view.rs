//! What applies to one value, laid out flat. In: schemas that all apply. Out: one view for each alternative: the schemas that
//! apply for certain, with `$ref` and `allOf` followed, and those that may or may not apply, which are hints.

use std::cell::{Cell, OnceCell};
use std::collections::BTreeSet;

use schemactl_model::{
    Keyword, Member, Pointer, SubschemaRef, Value, any_annotation, any_applicator, any_assertion, any_definitions,
    any_identifier, any_reference,
};

use super::alike::is_same_schema;
use super::conjunction::{Conjunction, is_annotation};
use super::kinds::{Kinds, kinds_of};
use super::{Follow, Lowerer};

/// More alternatives than this are not told apart.
const MOST_ALTERNATIVES: usize = 48;
/// Branches of branches that are looked at before they are told apart no more.
const MOST_BRANCHES: usize = 1_000;
/// References and `allOf` are followed through so many schemas.
const DEEPEST: usize = 200;

/// One alternative.
#[derive(Clone, Debug, Default)]
pub(crate) struct View<'v> {
    /// What applies.
    pub(crate) parts: Vec<SubschemaRef<'v>>,
    /// What may apply.
    pub(crate) hints: Vec<SubschemaRef<'v>>,
    /// The branch that makes this an alternative, if nothing else says anything about the value.
    pub(crate) origin: Option<SubschemaRef<'v>>,
    /// Whether alternatives that say what the value looks like are among the hints, since they are not told apart.
    pub(crate) is_folded: bool,
    /// Whether something applies that cannot be looked at.
    pub(crate) opaque: bool,
    /// Whether no value can be valid.
    impossible: bool,
    /// The hints and what they hold that speaks of the same value, once somebody asked.
    pub(super) spoken: OnceCell<Vec<SubschemaRef<'v>>>,
    /// The schema with the union that this is an alternative of, if the union is open.
    pub(crate) open_union: Option<SubschemaRef<'v>>,
    /// The schemas that were looked at.
    visited: BTreeSet<Pointer>,
    unions: Vec<UnionBranches<'v>>,
    /// The schemas with an `if` that is not looked at yet.
    pub(super) conditions: Vec<SubschemaRef<'v>>,
    /// The property whose values make this an alternative, if conditions ask for it.
    pub(crate) pinned: Option<PinnedTag<'v>>,
}

/// A property, and the values of it that an alternative is for.
#[derive(Clone, Debug)]
pub(crate) struct PinnedTag<'v> {
    pub(crate) key: &'v str,
    pub(crate) values: Vec<&'v Value>,
}

/// The branches of a union.
#[derive(Clone, Debug)]
struct UnionBranches<'v> {
    /// The schema that has them.
    holder: SubschemaRef<'v>,
    nodes: Vec<SubschemaRef<'v>>,
}

impl View<'_> {
    pub(crate) fn kinds(&self) -> Kinds {
        if self.impossible {
            return Kinds::NONE;
        }
        self.parts
            .iter()
            .fold(Kinds::ALL, |kinds, part| kinds.and(kinds_of(part)))
    }
}

/// Returns the JSON types of all alternatives.
pub(super) fn kinds_of_views(views: &[View<'_>]) -> Kinds {
    views.iter().fold(Kinds::NONE, |kinds, view| kinds.or(view.kinds()))
}

impl<'v> Lowerer<'v> {
    /// Returns the alternatives of schemas that all apply.
    pub(crate) fn views(&self, all: &Conjunction<'v>) -> Vec<View<'v>> {
        self.alternatives(&all.certain, &all.hints)
    }

    /// The JSON types of schemas that all apply, references and branches included.
    pub(super) fn kinds(&self, all: &[SubschemaRef<'v>]) -> Kinds {
        kinds_of_views(&self.alternatives(all, &[]))
    }

    fn alternatives(&self, certain: &[SubschemaRef<'v>], hints: &[SubschemaRef<'v>]) -> Vec<View<'v>> {
        let mut base = View::default();
        for node in certain {
            self.collect(node, &mut base, 0);
        }
        base.hints.extend(hints.iter().cloned());
        self.branch_out(base, 0, &Cell::new(MOST_BRANCHES))
    }

    fn branch_out(&self, mut view: View<'v>, depth: usize, budget: &Cell<usize>) -> Vec<View<'v>> {
        let unions = different_unions(std::mem::take(&mut view.unions));
        let (telling, vague): (Vec<_>, Vec<_>) =
            unions.into_iter().partition(|union| union.nodes.iter().any(is_telling));
        view.hints.extend(vague.into_iter().flat_map(|union| union.nodes));
        let union = match <[_; 1]>::try_from(telling) {
            Ok([union]) if union.nodes.len() <= MOST_ALTERNATIVES.min(budget.get()) && depth < 4 => union,
            Ok([union]) => {
                view.is_folded = true;
                view.hints.extend(union.nodes);
                return self.branch_by_conditions(view, depth, budget);
            }
            Err(several) => {
                view.is_folded |= !several.is_empty();
                view.hints.extend(several.into_iter().flat_map(|union| union.nodes));
                return self.branch_by_conditions(view, depth, budget);
            }
        };
        let branches = self.different(union.nodes);
        let is_open = self.unions.tag_of(&union.holder).is_some();
        let is_bare = view.hints.is_empty()
            && view.conditions.is_empty()
            && !view.opaque
            && view.parts.iter().all(says_only_type);
        let alternatives = branches.iter().flat_map(|branch| {
            budget.set(budget.get().saturating_sub(1));
            let mut alternative = view.clone();
            alternative.origin = is_bare.then(|| branch.clone());
            if is_open && alternative.open_union.is_none() {
                alternative.open_union = Some(union.holder.clone());
            }
            self.collect(branch, &mut alternative, 0);
            self.branch_out(alternative, depth + 1, budget)
        });
        let alternatives: Vec<_> = alternatives.collect();
        if alternatives.len() <= MOST_ALTERNATIVES {
            return alternatives;
        }
        view.is_folded = true;
        view.hints.extend(branches);
        self.branch_by_conditions(view, depth, budget)
    }

    /// The alternatives of conditions on a property, where they can be told; else the alternative itself.
    fn branch_by_conditions(&self, mut view: View<'v>, depth: usize, budget: &Cell<usize>) -> Vec<View<'v>> {
        let whole = view.clone();
        let Some(alternatives) = self.split_by_conditions(&mut view).filter(|_| depth < 4) else {
            return vec![with_conditions_as_hints(whole)];
        };
        let alternatives = alternatives.into_iter().flat_map(|alternative| {
            budget.set(budget.get().saturating_sub(1));
            self.branch_out(alternative, depth + 1, budget)
        });
        let alternatives: Vec<_> = alternatives.collect();
        if alternatives.len() <= MOST_ALTERNATIVES && budget.get() > 0 {
            alternatives
        } else {
            vec![with_conditions_as_hints(whole)]
        }
    }

    pub(super) fn collect(&self, node: &SubschemaRef<'v>, view: &mut View<'v>, depth: usize) {
        if !view.visited.insert(node.pointer.clone()) {
            return;
        }
        if depth > DEEPEST {
            view.opaque = true;
            return;
        }
        view.impossible |= node.is_false();
        let Some(schema) = node.object() else {
            return;
        };
        let hides = node.scope.dialect.ref_hides_siblings();
        match self.target(node) {
            Follow::Target(target) if hides => return self.collect(&target, view, depth + 1),
            Follow::Nowhere => view.opaque = true,
            Follow::Target(_) | Follow::NoReference => {}
        }
        view.parts.push(node.clone());
        if let Follow::Target(target) = self.target(node) {
            self.collect(&target, view, depth + 1);
        }
        for branch in node.list(Keyword::AllOf) {
            self.collect(&branch, view, depth + 1);
        }
        for entry in schema.iter() {
            let Some(keyword) = entry.keyword() else { continue };
            match keyword {
                Keyword::AnyOf | Keyword::OneOf => {
                    if entry.value.as_array().is_some_and(|branches| !branches.is_empty()) {
                        view.unions.push(UnionBranches {
                            holder: node.clone(),
                            nodes: node.list(keyword),
                        });
                    }
                }
                Keyword::If => view.conditions.push(node.clone()),
                // Without `if` they say nothing.
                Keyword::Then | Keyword::Else => {}
                Keyword::Not => view.hints.extend(node.subschema(keyword)),
                Keyword::Dependencies | Keyword::DependentSchemas => {
                    let schemas = node.members(keyword).into_iter().map(|(_, schema)| schema);
                    view.hints.extend(schemas);
                }
                // Followed above, or read from the parts when a type needs it.
                any_applicator!() | any_assertion!() => {}
                any_annotation!() | any_definitions!() | any_identifier!() | Keyword::ContentSchema => {}
            }
        }
    }
}

fn with_conditions_as_hints(mut view: View<'_>) -> View<'_> {
    for holder in std::mem::take(&mut view.conditions) {
        add_hints(&holder, &mut view);
    }
    view
}

/// Unions without those that say the same as another one.
fn different_unions(unions: Vec<UnionBranches<'_>>) -> Vec<UnionBranches<'_>> {
    let mut kept: Vec<UnionBranches<'_>> = Vec::new();
    for union in unions {
        let same = |other: &UnionBranches<'_>| {
            other.nodes.len() == union.nodes.len()
                && other
                    .nodes
                    .iter()
                    .zip(&union.nodes)
                    .all(|(one, other)| is_same_schema(one, other))
        };
        if !kept.iter().any(same) {
            kept.push(union);
        }
    }
    kept
}

/// What a condition may mean is kept, whether it holds or not.
pub(super) fn add_hints<'v>(holder: &SubschemaRef<'v>, view: &mut View<'v>) {
    let branches = [Keyword::If, Keyword::Then, Keyword::Else];
    view.hints
        .extend(branches.into_iter().filter_map(|keyword| holder.subschema(keyword)));
}

/// Whether a branch says what a value looks like, and not only which of its properties have to be there.
fn is_telling(branch: &SubschemaRef<'_>) -> bool {
    branch.object().is_none_or(|schema| schema.iter().any(tells_by))
}

/// Whether a member of a branch says what a value looks like.
fn tells_by(member: &Member) -> bool {
    match member.keyword() {
        Some(any_reference!()) => true,
        Some(
            Keyword::Dependencies | Keyword::MaxProperties | Keyword::MinProperties | Keyword::Not | Keyword::Required,
        ) => false,
        Some(any_applicator!() | any_assertion!()) => !is_annotation(member),
        Some(any_annotation!() | any_definitions!() | any_identifier!() | Keyword::ContentSchema) | None => {
            !is_annotation(member)
        }
    }
}

fn says_only_type(part: &SubschemaRef<'_>) -> bool {
    part.object().is_some_and(|schema| {
        schema.iter().all(|entry| {
            let says_type = matches!(
                entry.keyword(),
                Some(Keyword::Type | Keyword::AnyOf | Keyword::OneOf | Keyword::Nullable)
            );
            says_type || is_annotation(entry)
        })
    })
}

//! What applies to one value, laid out flat. In: schemas that all apply. Out: one view for each alternative: the schemas that
//! apply for certain, with `$ref` and `allOf` followed, and those that may or may not apply, which are hints.

use std::cell::{Cell, OnceCell};
use std::collections::BTreeSet;

use schemactl_model::{
    Keyword, Member, Pointer, SubschemaRef, any_annotation, any_applicator, any_assertion, any_definitions,
    any_identifier, any_reference,
};

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
        let unions = std::mem::take(&mut view.unions);
        let (telling, vague): (Vec<_>, Vec<_>) =
            unions.into_iter().partition(|union| union.nodes.iter().any(is_telling));
        view.hints.extend(vague.into_iter().flat_map(|union| union.nodes));
        let union = match <[_; 1]>::try_from(telling) {
            Ok([union]) if union.nodes.len() <= MOST_ALTERNATIVES.min(budget.get()) && depth < 4 => union,
            Ok([union]) => {
                view.hints.extend(union.nodes);
                return vec![view];
            }
            Err(several) => {
                view.hints.extend(several.into_iter().flat_map(|union| union.nodes));
                return vec![view];
            }
        };
        let branches = union.nodes;
        let is_open = self.unions.tag_of(&union.holder).is_some();
        let is_bare = view.hints.is_empty() && !view.opaque && view.parts.iter().all(says_only_type);
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
        view.hints.extend(branches);
        vec![view]
    }

    fn collect(&self, node: &SubschemaRef<'v>, view: &mut View<'v>, depth: usize) {
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
                Keyword::Not | Keyword::If | Keyword::Then | Keyword::Else => {
                    view.hints.extend(node.subschema(keyword));
                }
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

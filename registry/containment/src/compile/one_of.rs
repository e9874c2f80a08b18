//! `oneOf`: one branch and none of the others. Where two branches have nothing in common, as in a union with a tag, "none of
//! the others" says nothing and is left out, so that a tagged union costs what an `anyOf` costs.
//!
//! Which branches may overlap is looked up, not asked of every pair: branches that list values by the values, branches with a tag
//! by the tag.

use std::rc::Rc;

use rustc_hash::FxHashMap;
use schemactl_model::Value;

use super::{Compiled, Compiler, UnsupportedSetError};
use crate::datum::Datum;
use crate::node::{Arena, Form, Node};
use crate::value_kind::OBJECT;

/// Pairs of branches that may overlap. Each is a complement in both of its branches: more would be tens of megabytes, and hopeless
/// to solve.
// INVARIANT: more have no set. A pair that is left out is two branches that accept the same value, which `oneOf` then would.
const MOST_OVERLAPS: usize = 100_000;

impl<'v> Compiler<'v, '_> {
    pub(super) fn one_of(&mut self, value: &'v Value) -> Compiled {
        let branches = self.branches(value)?;
        let (lists, others): (Vec<Node>, Vec<Node>) = branches
            .iter()
            .partition(|branch| self.shared.arena.is_finite(**branch));
        let (once, listed) = self.values_of(&lists);
        let mut alternatives = Vec::with_capacity(others.len() + 1);
        let overlaps = overlaps(&self.shared.arena, &others).ok_or_else(|| too_many(branches.len()))?;
        for (branch, overlapping) in others.iter().zip(&overlaps) {
            let mut parts = vec![*branch, self.arena().not(listed)];
            for other in overlapping {
                parts.push(self.arena().not(others[*other]));
            }
            alternatives.push(self.arena().and(parts));
        }
        let mut parts = vec![once];
        if once != Node::FALSE {
            let kinds = self.arena().can(once);
            for branch in &others {
                if self.arena().can(*branch) & kinds != 0 {
                    parts.push(self.arena().not(*branch));
                }
            }
        }
        alternatives.push(self.arena().and(parts));
        Ok(self.arena().or(alternatives))
    }

    /// The values that one of the lists has, and those that any has.
    // INVARIANT: a value that two lists have fulfils two branches, and so no alternative of the union.
    fn values_of(&mut self, lists: &[Node]) -> (Node, Node) {
        if let [only] = lists {
            return (*only, *only);
        }
        let mut counts: FxHashMap<&Rc<Datum>, usize> = FxHashMap::default();
        let arena = &self.shared.arena;
        for value in lists.iter().flat_map(|list| arena.listed(*list)) {
            *counts.entry(value).or_default() += 1;
        }
        let all = lists.iter().flat_map(|list| arena.listed(*list));
        let once: Vec<Rc<Datum>> = all.clone().filter(|value| counts[value] == 1).cloned().collect();
        let all = all.cloned().collect();
        (self.arena().constants(once), self.arena().constants(all))
    }
}

fn too_many(branches: usize) -> UnsupportedSetError {
    UnsupportedSetError(format!(
        "a `oneOf` of {branches} branches of which more than {MOST_OVERLAPS} pairs may overlap: give each branch a tag, a required \
         property with a `const` of its own"
    ))
}

/// For each branch the others that may have an instance in common with it. `None`: too many.
fn overlaps(arena: &Arena, branches: &[Node]) -> Option<Vec<Vec<usize>>> {
    let sides: Vec<OneOfBranch<'_>> = branches.iter().map(|branch| OneOfBranch::new(arena, branch)).collect();
    let index = BranchIndex::new(arena, &sides);
    let mut overlaps = vec![Vec::new(); branches.len()];
    let mut count = 0;
    for one in 0..sides.len() {
        for other in index.later(arena, &sides, one) {
            if are_disjoint(arena, &sides[one], &sides[other]) {
                continue;
            }
            count += 1;
            if count > MOST_OVERLAPS {
                return None;
            }
            overlaps[one].push(other);
            overlaps[other].push(one);
        }
    }
    Some(overlaps)
}

/// What is known of a branch at a glance.
struct OneOfBranch<'a> {
    node: Node,
    conjuncts: &'a [Node],
    /// The required properties of an object, each with what is asked of its value.
    required: Vec<(Node, Vec<Node>)>,
}

impl<'a> OneOfBranch<'a> {
    fn new(arena: &'a Arena, node: &'a Node) -> Self {
        let conjuncts = arena.conjuncts(node);
        let mut required: Vec<(Node, Vec<Node>)> = Vec::new();
        if arena.can(*node) == OBJECT {
            let there = conjuncts.iter().filter_map(|literal| match arena.form(*literal) {
                Form::Some(name, values) if arena.single_text(*name).is_some() => Some((*name, vec![*values])),
                _ => None,
            });
            required.extend(there);
            required.sort_unstable();
            for literal in conjuncts {
                if let Form::All(name, values) = arena.form(*literal)
                    && let Ok(at) = required.binary_search_by_key(name, |(own, _)| *own)
                {
                    required[at].1.push(*values);
                }
            }
        }
        Self {
            node: *node,
            conjuncts,
            required,
        }
    }

    /// The values of a required property, if they are listed.
    fn tag(&self, arena: &'a Arena, name: Node) -> Option<&'a [Rc<Datum>]> {
        let at = self.required.binary_search_by_key(&name, |(own, _)| *own).ok()?;
        let listed = self.required[at].1.iter().find(|values| arena.is_finite(**values));
        listed.map(|values| arena.listed(*values))
    }
}

/// Branches by the values of the property that most of them have as a tag.
struct BranchIndex<'a> {
    name: Option<Node>,
    by_value: FxHashMap<&'a Rc<Datum>, Vec<usize>>,
    untagged: Vec<usize>,
}

impl<'a> BranchIndex<'a> {
    fn new(arena: &'a Arena, sides: &[OneOfBranch<'a>]) -> Self {
        let mut counts: FxHashMap<Node, usize> = FxHashMap::default();
        for side in sides {
            let tags = side
                .required
                .iter()
                .map(|(name, _)| *name)
                .filter(|name| side.tag(arena, *name).is_some());
            tags.for_each(|name| *counts.entry(name).or_default() += 1);
        }
        // Of names that are equally frequent the first, whatever the order of the map.
        let frequent = counts
            .into_iter()
            .max_by_key(|(name, count)| (*count, std::cmp::Reverse(*name)));
        let mut index = Self {
            name: frequent.map(|(name, _)| name),
            by_value: FxHashMap::default(),
            untagged: Vec::new(),
        };
        for (at, side) in sides.iter().enumerate() {
            match index.name.and_then(|name| side.tag(arena, name)) {
                None => index.untagged.push(at),
                Some(values) => values
                    .iter()
                    .for_each(|value| index.by_value.entry(value).or_default().push(at)),
            }
        }
        index
    }

    /// The branches behind one that its tag does not tell apart from it.
    // INVARIANT: a pair that is left out has the property in both branches, with values of which none is in both lists.
    fn later(&self, arena: &Arena, sides: &[OneOfBranch<'_>], one: usize) -> Vec<usize> {
        let Some(values) = self.name.and_then(|name| sides[one].tag(arena, name)) else {
            return (one + 1..sides.len()).collect();
        };
        let behind = self.untagged.partition_point(|other| *other <= one);
        let mut later = self.untagged[behind..].to_vec();
        let alike = values.iter().filter_map(|value| self.by_value.get(value)).flatten();
        later.extend(alike.copied().filter(|other| *other > one));
        later.sort_unstable();
        later.dedup();
        later
    }
}

/// Whether two sets certainly have no instance in common. False says nothing.
fn are_disjoint(arena: &Arena, one: &OneOfBranch<'_>, other: &OneOfBranch<'_>) -> bool {
    if arena.can(one.node) & arena.can(other.node) == 0 || lists_differ(arena, one.conjuncts, other.conjuncts) {
        return true;
    }
    // Objects that both have a property whose values are told apart.
    one.required.iter().any(|(name, own)| {
        let at = other.required.binary_search_by_key(name, |(known, _)| *known);
        at.is_ok_and(|at| {
            let theirs = &other.required[at].1;
            own.iter()
                .any(|mine| theirs.iter().any(|theirs| differ(arena, *mine, *theirs)))
        })
    })
}

fn differ(arena: &Arena, one: Node, other: Node) -> bool {
    arena.can(one) & arena.can(other) == 0 || lists_differ(arena, arena.conjuncts(&one), arena.conjuncts(&other))
}

/// Whether both sides list their values, and none is in both lists.
fn lists_differ(arena: &Arena, one: &[Node], other: &[Node]) -> bool {
    let list = |side: &[Node]| side.iter().copied().find(|node| arena.is_finite(*node));
    let (Some(one), Some(other)) = (list(one), list(other)) else {
        return false;
    };
    !arena.listed(one).iter().any(|value| arena.lists(other, value))
}

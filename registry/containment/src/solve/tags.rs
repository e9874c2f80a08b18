//! Branching on a union whose alternatives carry a tag. In: the alternatives, and a situation with many unions that each deny some
//! tag, as the complement of another tagged union does. Out: for each alternative the unions that its tag does not fulfil already,
//! so that each branch meets its own counterpart and not all the others.

use rustc_hash::FxHashMap;
use std::rc::Rc;

use super::Solver;
use super::clauses::Situation;
use crate::datum::Datum;
use crate::node::{Arena, Form, Node};
use crate::value_kind::OBJECT;

/// Fewer unions are gone through.
const FEWEST_CLAUSES: usize = 16;
/// For fewer alternatives an index is not worth making.
const FEWEST_ALTERNATIVES: usize = 4;

/// The unions of a situation by the values of one property that they deny.
pub(super) struct TagIndex {
    name: Node,
    /// The situation asks for the property.
    is_required: bool,
    by_value: FxHashMap<Rc<Datum>, Vec<usize>>,
    /// Those that deny no value of the property.
    others: Vec<usize>,
}

impl Solver<'_> {
    /// The index of a situation's unions by the tag that most alternatives have.
    pub(super) fn index_tags(&self, alternatives: &[Node], rest: &Situation) -> Option<TagIndex> {
        if rest.clauses().len() < FEWEST_CLAUSES || alternatives.len() < FEWEST_ALTERNATIVES {
            return None;
        }
        let arena = &self.shared.arena;
        let name = most_frequent_tag(arena, alternatives)?;
        let mut index = TagIndex {
            name,
            is_required: rest.literals().iter().any(|node| requires(arena, *node, name)),
            by_value: FxHashMap::default(),
            others: Vec::new(),
        };
        for (number, clause) in rest.clauses().iter().enumerate() {
            match clause.iter().find_map(|node| denied_tags(arena, node, name)) {
                None => index.others.push(number),
                Some(values) => {
                    for value in values {
                        index.by_value.entry(Rc::clone(value)).or_default().push(number);
                    }
                }
            }
        }
        Some(index)
    }

    /// The situation with the unions that an alternative does not fulfil by its tag. `None`: it has no such tag.
    // INVARIANT: the alternative gives the property one of its tags. A union that is left out denies values of which none is among
    // these tags, so the alternative fulfils it.
    pub(super) fn concerned(&self, index: &TagIndex, alternative: Node, rest: &Situation) -> Option<Situation> {
        let arena = &self.shared.arena;
        let parts = arena.conjuncts(&alternative);
        if !index.is_required && !parts.iter().any(|node| requires(arena, *node, index.name)) {
            return None;
        }
        let tags = parts.iter().find_map(|node| allowed_tags(arena, *node, index.name))?;
        let mut kept = index.others.clone();
        kept.extend(tags.iter().filter_map(|value| index.by_value.get(value)).flatten());
        kept.sort_unstable();
        kept.dedup();
        Some(rest.with_clauses(&kept))
    }
}

/// The property that most alternatives give one of a list of values.
fn most_frequent_tag(arena: &Arena, alternatives: &[Node]) -> Option<Node> {
    let mut counts: FxHashMap<Node, usize> = FxHashMap::default();
    for alternative in alternatives {
        for part in arena.conjuncts(alternative) {
            if let Form::All(name, values) | Form::Some(name, values) = arena.form(*part)
                && arena.single_text(*name).is_some()
                && arena.is_finite(*values)
            {
                *counts.entry(*name).or_default() += 1;
            }
        }
    }
    // Of names that are equally frequent the one that was met first, whatever the order of the map.
    let frequent = counts
        .into_iter()
        .max_by_key(|(name, count)| (*count, std::cmp::Reverse(*name)));
    frequent.map(|(name, _)| name)
}

fn requires(arena: &Arena, literal: Node, name: Node) -> bool {
    matches!(arena.form(literal), Form::Some(own, _) if *own == name)
}

/// The values that a literal allows a property.
fn allowed_tags(arena: &Arena, literal: Node, name: Node) -> Option<&[Rc<Datum>]> {
    match arena.form(literal) {
        Form::All(own, values) | Form::Some(own, values) if *own == name && arena.is_finite(*values) => {
            Some(arena.listed(*values))
        }
        _ => None,
    }
}

/// The values of which an alternative wants the property of an object to have another one, and nothing else.
fn denied_tags<'a>(arena: &'a Arena, alternative: &'a Node, name: Node) -> Option<&'a [Rc<Datum>]> {
    let parts = arena.conjuncts(alternative);
    // That it is an object is known.
    let mut matter = parts.iter().filter(|part| arena.sure(**part) & OBJECT == 0);
    let (Some(only), None) = (matter.next(), matter.next()) else {
        return None;
    };
    match arena.form(*only) {
        Form::Some(own, values)
            if *own == name && matches!(arena.form(*values), Form::NotConst(_) | Form::NotIn(_)) =>
        {
            Some(arena.listed(*values))
        }
        _ => None,
    }
}

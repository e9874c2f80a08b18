//! `oneOf`: one branch and none of the others. Where two branches have nothing in common, as in a union with a tag, "none of
//! the others" says nothing and is left out, so that a tagged union costs what an `anyOf` costs.

use schemactl_model::Value;

use super::{Compiled, Compiler};
use crate::containment::datum::Datum;
use crate::containment::node::{Arena, Form, Node};

impl<'v> Compiler<'v, '_> {
    pub(super) fn one_of(&mut self, value: &'v Value) -> Compiled {
        let branches = self.branches(value)?;
        let mut alternatives = Vec::with_capacity(branches.len());
        for (index, branch) in branches.iter().enumerate() {
            let mut parts = vec![*branch];
            for (other_index, other) in branches.iter().enumerate() {
                if index != other_index && !are_disjoint(&self.shared.arena, *branch, *other) {
                    parts.push(self.arena().not(*other));
                }
            }
            alternatives.push(self.arena().and(parts));
        }
        Ok(self.arena().or(alternatives))
    }
}

/// Whether two sets certainly have no instance in common. False says nothing.
fn are_disjoint(arena: &Arena, one: Node, other: Node) -> bool {
    if arena.can(one) & arena.can(other) == 0 {
        return true;
    }
    let (one, other) = (conjuncts(arena, one), conjuncts(arena, other));
    match (values(arena, &one), values(arena, &other)) {
        (Some(ones), Some(others)) if !ones.iter().any(|value| others.contains(value)) => return true,
        _ => {}
    }
    // Objects that both have a property whose values are told apart.
    one.iter().any(|literal| match arena.form(*literal) {
        Form::Some(name, values) if is_object(arena, &one) && is_object(arena, &other) => {
            let other_has = other
                .iter()
                .any(|literal| matches!(arena.form(*literal), Form::Some(same, _) if same == name));
            let tags = |side: &[Node]| {
                side.iter()
                    .filter_map(|literal| tag(arena, *literal, *name))
                    .collect::<Vec<_>>()
            };
            let own = tags(&one).into_iter().chain([*values]);
            other_has
                && own
                    .into_iter()
                    .any(|mine| tags(&other).into_iter().any(|theirs| differ(arena, mine, theirs)))
        }
        _ => false,
    })
}

fn conjuncts(arena: &Arena, node: Node) -> Vec<Node> {
    match arena.form(node) {
        Form::And(inner) => inner.to_vec(),
        _ => vec![node],
    }
}

fn is_object(arena: &Arena, conjuncts: &[Node]) -> bool {
    let can = conjuncts
        .iter()
        .fold(crate::containment::node::ANY, |can, node| can & arena.can(*node));
    can == crate::containment::node::OBJECT
}

/// The values of a property of that name.
fn tag(arena: &Arena, literal: Node, name: Node) -> Option<Node> {
    match arena.form(literal) {
        Form::All(names, values) if *names == name => Some(*values),
        _ => None,
    }
}

fn differ(arena: &Arena, one: Node, other: Node) -> bool {
    if arena.can(one) & arena.can(other) == 0 {
        return true;
    }
    let (one, other) = (conjuncts(arena, one), conjuncts(arena, other));
    match (values(arena, &one), values(arena, &other)) {
        (Some(ones), Some(others)) => !ones.iter().any(|value| others.contains(value)),
        _ => false,
    }
}

/// The values of a `const` or an `enum` among the conjuncts.
fn values<'a>(arena: &'a Arena, conjuncts: &[Node]) -> Option<Vec<&'a Datum>> {
    conjuncts.iter().find_map(|node| match arena.form(*node) {
        Form::Const(value) => Some(vec![value.as_ref()]),
        Form::Or(inner) => inner
            .iter()
            .map(|node| match arena.form(*node) {
                Form::Const(value) => Some(value.as_ref()),
                _ => None,
            })
            .collect(),
        _ => None,
    })
}

//! Values that differ: what `not const` says of an array or an object, and enough different values for `uniqueItems`.

use std::rc::Rc;

use super::{Solver, SolverAnswer};
use crate::datum::Datum;
use crate::node::{Arena, Form, Node};

/// The arrays or objects other than one; of other types everything.
pub(super) fn differs_from(arena: &mut Arena, value: &Datum) -> Node {
    match value {
        Datum::Array(elements) => {
            let length = elements.len() as u64;
            let mut ways = vec![arena.literal(Form::MinItems(length + 1))];
            if length > 0 {
                ways.push(arena.literal(Form::MaxItems(length - 1)));
            }
            for (index, element) in (0..).zip(elements) {
                let other = arena.literal(Form::NotConst(Rc::new(element.clone())));
                let there = arena.literal(Form::MinItems(index + 1));
                let at = arena.literal(Form::At(index, other));
                ways.push(arena.and([there, at]));
            }
            guarded(arena, crate::value_kind::ARRAY, ways)
        }
        Datum::Object(members) => {
            let names: Vec<Node> = members
                .iter()
                .map(|(name, _)| arena.literal(Form::Const(Rc::new(Datum::String(Rc::clone(name))))))
                .collect();
            let known = arena.or(names.iter().copied());
            let others = arena.not(known);
            let mut ways = vec![arena.literal(Form::Some(others, Node::TRUE))];
            for (name, (_, value)) in names.iter().zip(members.iter()) {
                ways.push(arena.literal(Form::All(*name, Node::FALSE)));
                let other = arena.literal(Form::NotConst(Rc::new(value.clone())));
                ways.push(arena.literal(Form::Some(*name, other)));
            }
            guarded(arena, crate::value_kind::OBJECT, ways)
        }
        _ => Node::TRUE,
    }
}

/// The literals hold for other types anyway; the union keeps it so even where none of them does.
fn guarded(arena: &mut Arena, kind: u8, ways: Vec<Node>) -> Node {
    let others = arena.types(crate::value_kind::ANY & !kind);
    arena.or(ways.into_iter().chain([others]))
}

/// Different values, as many as were asked for or as there are.
pub(super) enum Values {
    /// These; fewer than asked for means that there are no others.
    Found(Vec<Rc<Datum>>),
    Unknown(Rc<str>),
}

impl Solver<'_> {
    /// Up to `count` different instances of a set.
    pub(super) fn different(&mut self, set: &[Node], count: usize) -> Values {
        let mut found: Vec<Rc<Datum>> = Vec::new();
        let mut asked = set.to_vec();
        // INVARIANT: fewer than `count` are all there are. What is not known ends the search as unknown, and never as the last value.
        while found.len() < count {
            match self.solve(asked.iter().copied()) {
                SolverAnswer::Empty => break,
                SolverAnswer::Unknown(reason) => return Values::Unknown(reason),
                SolverAnswer::Witness(value) => {
                    asked.push(self.shared.arena.literal(Form::NotConst(Rc::clone(&value))));
                    found.push(value);
                }
            }
        }
        Values::Found(found)
    }
}

// INVARIANT: a matching of all positions is looked for, not the first value that is free: `None` is a proof, and a position that took
// the only value of a later one would make it a false one.
/// One value for each position, all different, from the values that each position can have. A position with as many values as
/// there are positions never stands in the way.
pub(super) fn match_distinct(choices: &[Vec<Rc<Datum>>]) -> Option<Vec<Rc<Datum>>> {
    let mut values: Vec<&Datum> = choices.iter().flatten().map(Rc::as_ref).collect();
    values.sort_unstable();
    values.dedup();
    let index = |value: &Datum| values.binary_search(&value).expect("it is one of them");
    let edges: Vec<Vec<usize>> = choices
        .iter()
        .map(|own| own.iter().map(|value| index(value)).collect())
        .collect();
    let mut owner: Vec<Option<usize>> = vec![None; values.len()];
    for position in 0..edges.len() {
        let mut seen = vec![false; values.len()];
        if !assign(&edges, position, &mut owner, &mut seen) {
            return None;
        }
    }
    let mut chosen: Vec<Option<usize>> = vec![None; edges.len()];
    for (value, position) in owner.iter().enumerate() {
        if let Some(position) = position {
            chosen[*position] = Some(value);
        }
    }
    chosen
        .into_iter()
        .map(|value| value.map(|value| Rc::new(values[value].clone())))
        .collect()
}

fn assign(edges: &[Vec<usize>], position: usize, owner: &mut [Option<usize>], seen: &mut [bool]) -> bool {
    for &value in &edges[position] {
        if std::mem::replace(&mut seen[value], true) {
            continue;
        }
        if owner[value].is_none_or(|other| assign(edges, other, owner, seen)) {
            owner[value] = Some(position);
            return true;
        }
    }
    false
}

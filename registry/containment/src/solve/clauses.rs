//! A conjunction taken apart for one type: its literals, and the unions that are still open. In: nodes. Out: a situation in
//! which every definition is unfolded, every union has at least two live alternatives, and none is already fulfilled.

use std::rc::Rc;

use super::Solver;
use crate::datum::Datum;
use crate::node::{Arena, Form, Node};
use crate::value_kind::{ARRAY, Mask, OBJECT, kind_of};

/// What is known of an instance of one type.
#[derive(Clone, Debug, Default)]
pub(super) struct Situation {
    /// The literals.
    literals: Vec<Node>,
    /// The unions.
    clauses: Vec<Rc<[Node]>>,
    /// Those of the literals that list values.
    lists: Vec<Node>,
    /// Every node that was asserted, sorted: unions and definitions as well, so that their opposites are noticed.
    present: Vec<Node>,
}

impl Situation {
    pub(super) fn literals(&self) -> &[Node] {
        &self.literals
    }

    pub(super) fn clauses(&self) -> &[Rc<[Node]>] {
        &self.clauses
    }

    /// Literals and unions.
    pub(super) fn everything(&self) -> impl Iterator<Item = Node> {
        // Unions were asserted as nodes as well.
        self.present.iter().copied()
    }

    /// How much there is to go through.
    pub(super) fn size(&self) -> usize {
        self.literals.len() + self.clauses.len()
    }

    /// The situation with some of its unions: the others are known to be fulfilled.
    pub(super) fn with_clauses(&self, kept: &[usize]) -> Self {
        Self {
            literals: self.literals.clone(),
            clauses: kept.iter().map(|clause| Rc::clone(&self.clauses[*clause])).collect(),
            lists: self.lists.clone(),
            present: self.present.clone(),
        }
    }

    pub(super) fn smallest(&self) -> Option<usize> {
        (0..self.clauses.len()).min_by_key(|clause| self.clauses[*clause].len())
    }

    /// A union, and the situation without it.
    pub(super) fn without(&self, clause: usize) -> (Rc<[Node]>, Self) {
        let mut rest = self.clone();
        let taken = rest.clauses.remove(clause);
        (taken, rest)
    }

    /// The shortest list of values that an instance has to be in.
    pub(super) fn shortest_list(&self, arena: &Arena) -> Option<Node> {
        let allowing = self.lists.iter().filter(|node| arena.is_finite(**node));
        allowing.min_by_key(|node| arena.listed(**node).len()).copied()
    }

    /// The nodes that list values that are excluded.
    pub(super) fn denying<'a>(&'a self, arena: &'a Arena) -> impl Iterator<Item = Node> + 'a {
        self.lists.iter().copied().filter(|node| !arena.is_finite(*node))
    }

    /// Whether a value is excluded by name.
    pub(super) fn denies(&self, arena: &Arena, value: &Datum) -> bool {
        self.denying(arena).any(|node| arena.lists(node, value))
    }

    /// Whether a node lists a few values, and each is excluded by name.
    fn is_exhausted(&self, arena: &Arena, kind: Mask, node: Node) -> bool {
        /// A longer list is left to be tried: here it would be gone through again and again.
        const FEW: usize = 16;
        if self.lists.is_empty() || !arena.is_finite(node) || arena.listed(node).len() > FEW {
            return false;
        }
        let mut values = arena.listed(node).iter().filter(|value| kind_of(value) & kind != 0);
        values.all(|value| self.denies(arena, value))
    }

    fn has(&self, node: Node) -> bool {
        self.present.binary_search(&node).is_ok()
    }

    /// Whether the node was new.
    fn assert(&mut self, node: Node) -> bool {
        match self.present.binary_search(&node) {
            Ok(_) => false,
            Err(at) => {
                self.present.insert(at, node);
                true
            }
        }
    }
}

impl Solver<'_> {
    /// Adds nodes to a situation until nothing more follows. `None`: they contradict each other.
    pub(super) fn saturate(&mut self, kind: Mask, mut situation: Situation, mut open: Vec<Node>) -> Option<Situation> {
        loop {
            while let Some(node) = open.pop() {
                self.assert(kind, &mut situation, node, &mut open)?;
            }
            if !self.propagate(kind, &mut situation, &mut open)? {
                return Some(situation);
            }
        }
    }

    /// Adds one node. `None`: it contradicts what is there.
    fn assert(&mut self, kind: Mask, situation: &mut Situation, node: Node, open: &mut Vec<Node>) -> Option<()> {
        let arena = &mut self.shared.arena;
        if arena.can(node) & kind == 0 {
            return None;
        }
        if arena.sure(node) & kind != 0 || !situation.assert(node) {
            return Some(());
        }
        let opposite = opposite(arena, kind, node);
        if situation.has(opposite) {
            return None;
        }
        match arena.form(node).clone() {
            // Taken from the end: in the order of the nodes, so that each is asserted behind those before it.
            Form::And(inner) => open.extend(inner.iter().rev()),
            Form::Or(inner) => situation.clauses.push(inner),
            Form::Definition(id) => open.push(arena.body(id)),
            Form::NotDefinition(id) => {
                let body = arena.body(id);
                open.push(arena.not(body));
            }
            Form::NotConst(value) if kind & (ARRAY | OBJECT) != 0 => {
                let differs = super::distinct::differs_from(arena, &value);
                open.push(differs);
            }
            Form::Const(_) | Form::NotConst(_) | Form::In(_) | Form::NotIn(_) => {
                situation.literals.push(node);
                situation.lists.push(node);
            }
            Form::Type(_) => {}
            _ => situation.literals.push(node),
        }
        Some(())
    }

    /// Drops dead alternatives and fulfilled unions. `Some(true)`: a single alternative was left over and is asserted next.
    fn propagate(&mut self, kind: Mask, situation: &mut Situation, open: &mut Vec<Node>) -> Option<bool> {
        let mut at = 0;
        while at < situation.clauses.len() {
            let clause = Rc::clone(&situation.clauses[at]);
            let mut live = Vec::with_capacity(clause.len());
            let mut fulfilled = false;
            for node in clause.iter() {
                match self.state(kind, situation, *node) {
                    AlternativeState::Fulfilled => {
                        fulfilled = true;
                        break;
                    }
                    AlternativeState::Dead => {}
                    AlternativeState::Open => live.push(*node),
                }
            }
            if fulfilled {
                situation.clauses.swap_remove(at);
                continue;
            }
            match live.as_slice() {
                [] => return None,
                [one] => {
                    open.push(*one);
                    situation.clauses.swap_remove(at);
                    return Some(true);
                }
                _ if live.len() < clause.len() => situation.clauses[at] = live.into(),
                _ => {}
            }
            at += 1;
        }
        Some(false)
    }

    fn state(&mut self, kind: Mask, situation: &Situation, node: Node) -> AlternativeState {
        let arena = &mut self.shared.arena;
        if arena.can(node) & kind == 0 {
            return AlternativeState::Dead;
        }
        if arena.sure(node) & kind != 0 || situation.has(node) {
            return AlternativeState::Fulfilled;
        }
        if situation.has(opposite(arena, kind, node)) || situation.is_exhausted(arena, kind, node) {
            return AlternativeState::Dead;
        }
        let Form::And(parts) = arena.form(node) else {
            return AlternativeState::Open;
        };
        let parts = Rc::clone(parts);
        let mut fulfilled = true;
        for part in parts.iter() {
            let holds = arena.sure(*part) & kind != 0 || situation.has(*part);
            fulfilled &= holds;
            if !holds && situation.has(opposite(arena, kind, *part)) {
                return AlternativeState::Dead;
            }
        }
        if fulfilled {
            AlternativeState::Fulfilled
        } else {
            AlternativeState::Open
        }
    }
}

enum AlternativeState {
    Dead,
    Fulfilled,
    Open,
}

/// The negation among the values of one type: without the guard that says which type it is.
fn opposite(arena: &mut Arena, kind: Mask, node: Node) -> Node {
    let negation = arena.not(node);
    let Form::And(parts) = arena.form(negation) else {
        return negation;
    };
    let mut matter = parts.iter().filter(|part| arena.sure(**part) & kind == 0);
    match (matter.next(), matter.next()) {
        (Some(one), None) => *one,
        _ => negation,
    }
}

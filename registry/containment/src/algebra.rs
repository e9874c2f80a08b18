//! Intersection, union and complement of nodes. In: nodes. Out: the node of the result, simplified as far as types and finite sets
//! alone allow it. Nothing here asks whether a set has an instance.
//!
//! Finite sets are folded: of `In` and `NotIn` at most one is left in an intersection or a union. An `enum` cut by another is
//! therefore one node, and whether anything is left of it is known at once.

use std::rc::Rc;

use super::constants::ConstantSet;
use super::datum::Datum;
use super::node::{Arena, Form, Node};
use super::value_kind::{ANY, Mask, kind_of};

/// The finite sets among the members of an intersection or a union.
#[derive(Default)]
struct FiniteMembers {
    allowed: Vec<Node>,
    denied: Vec<Node>,
}

impl FiniteMembers {
    fn is_one(&self) -> bool {
        self.allowed.len() + self.denied.len() == 1
    }
}

/// Lists that are gone through one by one; more of them become one list first.
const FEW_LISTS: usize = 4;

/// The values of several lists.
enum Lookup<'n> {
    Few(&'n [Node]),
    Many(ConstantSet),
}

impl Lookup<'_> {
    fn has(&self, arena: &Arena, value: &Datum) -> bool {
        match self {
            Self::Few(nodes) => nodes.iter().any(|node| arena.lists(*node, value)),
            Self::Many(set) => set.contains(value),
        }
    }
}

impl Arena {
    /// The set of these values.
    pub(crate) fn constants(&mut self, values: Vec<Rc<Datum>>) -> Node {
        match values.as_slice() {
            [] => Node::FALSE,
            [one] => self.literal(Form::Const(Rc::clone(one))),
            _ => match ConstantSet::new(values) {
                set if set.len() == 1 => self.literal(Form::Const(Rc::clone(&set.values()[0]))),
                set => self.literal(Form::In(Rc::new(set))),
            },
        }
    }

    /// Everything but these values.
    pub(crate) fn excluding(&mut self, values: Vec<Rc<Datum>>) -> Node {
        let set = self.constants(values);
        self.not(set)
    }

    /// The values, if the node lists what is in it, or what is not.
    pub(crate) fn listed(&self, node: Node) -> &[Rc<Datum>] {
        match self.form(node) {
            Form::Const(value) | Form::NotConst(value) => std::slice::from_ref(value),
            Form::In(set) | Form::NotIn(set) => set.values(),
            _ => &[],
        }
    }

    /// Whether a value is among those that a node lists.
    pub(crate) fn lists(&self, node: Node, value: &Datum) -> bool {
        match self.form(node) {
            Form::Const(own) | Form::NotConst(own) => own.as_ref() == value,
            Form::In(set) | Form::NotIn(set) => set.contains(value),
            _ => false,
        }
    }

    fn lookup<'n>(&self, nodes: &'n [Node]) -> Lookup<'n> {
        if nodes.len() <= FEW_LISTS {
            return Lookup::Few(nodes);
        }
        let values = nodes.iter().flat_map(|node| self.listed(*node));
        Lookup::Many(ConstantSet::new(values.cloned().collect()))
    }

    fn is_listing(&self, node: Node) -> bool {
        !self.listed(node).is_empty()
    }

    pub(crate) fn is_finite(&self, node: Node) -> bool {
        matches!(self.form(node), Form::Const(_) | Form::In(_))
    }

    /// The intersection.
    pub(crate) fn and(&mut self, nodes: impl IntoIterator<Item = Node>) -> Node {
        let mut flat = Vec::new();
        for node in nodes {
            match self.form(node) {
                Form::And(inner) => flat.extend_from_slice(inner),
                Form::True => {}
                Form::False => return Node::FALSE,
                _ => flat.push(node),
            }
        }
        let mut mask = ANY;
        flat.retain(|node| match self.form(*node) {
            Form::Type(types) => {
                mask &= types;
                false
            }
            _ => true,
        });
        // What holds for every value of the remaining types says nothing.
        flat.retain(|node| self.sure(*node) & mask != mask);
        if flat.iter().fold(mask, |can, node| can & self.can(*node)) == 0 {
            return Node::FALSE;
        }
        if self.intersect_finite(&mut flat, mask) {
            // The types of a list of values are those of its values.
            mask = ANY;
        }
        let can = flat.iter().fold(mask, |can, node| can & self.can(*node));
        if can == 0 {
            return Node::FALSE;
        }
        if can != ANY && (mask != ANY || flat.iter().all(|node| self.can(*node) != can)) {
            flat.push(self.types(can));
        }
        flat.sort_unstable();
        flat.dedup();
        match flat.as_slice() {
            [] => Node::TRUE,
            [one] => *one,
            _ => self.intern(Form::And(flat.into())),
        }
    }

    /// Folds the finite sets of an intersection into one. Whether the intersection is finite.
    // INVARIANT: a value is in the result if and only if its type can be in all members, every list of allowed values has it
    // and no list of denied values does.
    fn intersect_finite(&mut self, members: &mut Vec<Node>, mask: Mask) -> bool {
        let finite = self.finite_members(members);
        // A list of denied values may deny all of a type; that must not make the list itself look idle.
        let denies = |node: &Node| matches!(self.form(*node), Form::NotConst(_) | Form::NotIn(_));
        let allowing = members.iter().filter(|node| !denies(node));
        let can = allowing.fold(mask, |can, node| can & self.can(*node));
        let folded = if finite.allowed.is_empty() {
            if finite.denied.len() < 2 && finite.denied.iter().all(|node| self.sure(*node) | can == ANY) {
                return false;
            }
            let denied = finite.denied.iter().flat_map(|node| self.listed(*node));
            let denied = denied.filter(|value| kind_of(value) & can != 0).cloned().collect();
            self.excluding(denied)
        } else {
            let fewest = finite.allowed.iter().min_by_key(|node| self.listed(**node).len());
            let fewest = *fewest.expect("it is not empty");
            if finite.is_one() && self.can(fewest) & !can == 0 {
                return true;
            }
            let denied = self.lookup(&finite.denied);
            let holds = |value: &&Rc<Datum>| {
                kind_of(value) & can != 0
                    && finite
                        .allowed
                        .iter()
                        .all(|node| *node == fewest || self.lists(*node, value))
                    && !denied.has(self, value)
            };
            let left: Vec<Rc<Datum>> = self.listed(fewest).iter().filter(holds).cloned().collect();
            if left.len() == self.listed(fewest).len() {
                fewest
            } else {
                self.constants(left)
            }
        };
        members.retain(|node| !self.is_listing(*node));
        if finite.allowed.is_empty() {
            members.extend((folded != Node::TRUE).then_some(folded));
            return false;
        }
        let kinds = self.can(folded);
        members.retain(|node| self.sure(*node) & kinds != kinds);
        members.push(folded);
        true
    }

    fn finite_members(&self, members: &[Node]) -> FiniteMembers {
        let mut finite = FiniteMembers::default();
        for node in members {
            match self.form(*node) {
                Form::Const(_) | Form::In(_) => finite.allowed.push(*node),
                Form::NotConst(_) | Form::NotIn(_) => finite.denied.push(*node),
                _ => {}
            }
        }
        finite
    }

    /// The union.
    pub(crate) fn or(&mut self, nodes: impl IntoIterator<Item = Node>) -> Node {
        let mut flat = Vec::new();
        for node in nodes {
            match self.form(node) {
                Form::Or(inner) => flat.extend_from_slice(inner),
                Form::True => return Node::TRUE,
                Form::False => {}
                _ => flat.push(node),
            }
        }
        let mut mask = 0;
        flat.retain(|node| match self.form(*node) {
            Form::Type(types) => {
                mask |= types;
                false
            }
            _ => true,
        });
        self.unite_finite(&mut flat, mask);
        let sure = flat.iter().fold(0, |sure, node| sure | self.sure(*node));
        // A union that has every value of each type is everything.
        if sure | mask == ANY {
            return Node::TRUE;
        }
        // What adds only types that are there already adds nothing.
        flat.retain(|node| self.can(*node) & !mask != 0);
        if mask & !flat.iter().fold(0, |sure, node| sure | self.sure(*node)) != 0 {
            flat.push(self.types(mask));
        }
        flat.sort_unstable();
        flat.dedup();
        match flat.as_slice() {
            [] => self.types(mask),
            [one] => *one,
            _ => self.intern(Form::Or(flat.into())),
        }
    }

    /// Folds the finite sets of a union into one.
    // INVARIANT: the mirror of `intersect_finite`. A value is in the result if its type is, a list of allowed values has it, or
    // some list of denied values does not.
    fn unite_finite(&mut self, members: &mut Vec<Node>, mask: Mask) {
        let finite = self.finite_members(members);
        let adds = |value: &&Rc<Datum>| kind_of(value) & mask == 0;
        let folded = if finite.denied.is_empty() {
            if finite.allowed.len() < 2 && finite.allowed.iter().all(|node| self.can(*node) & mask == 0) {
                return;
            }
            let allowed = finite.allowed.iter().flat_map(|node| self.listed(*node));
            let allowed = allowed.filter(adds).cloned().collect();
            self.constants(allowed)
        } else {
            if finite.denied.len() + finite.allowed.len() < 2 && mask == 0 {
                return;
            }
            let first = finite.denied[0];
            let allowed = self.lookup(&finite.allowed);
            let denied = |value: &&Rc<Datum>| {
                adds(value)
                    && finite
                        .denied
                        .iter()
                        .all(|node| *node == first || self.lists(*node, value))
                    && !allowed.has(self, value)
            };
            let denied = self.listed(first).iter().filter(denied).cloned().collect();
            self.excluding(denied)
        };
        members.retain(|node| !self.is_listing(*node));
        members.push(folded);
    }

    /// Everything that is not in the node.
    pub(crate) fn not(&mut self, node: Node) -> Node {
        if let Some(known) = self.known_negation(node) {
            return known;
        }
        let negation = match self.form(node).clone() {
            Form::False => Node::TRUE,
            Form::True => Node::FALSE,
            Form::And(inner) => {
                let inner: Vec<_> = inner.iter().map(|node| self.not(*node)).collect();
                self.or(inner)
            }
            Form::Or(inner) => {
                let inner: Vec<_> = inner.iter().map(|node| self.not(*node)).collect();
                self.and(inner)
            }
            Form::Type(mask) => self.types(ANY & !mask),
            Form::Const(value) => self.literal(Form::NotConst(value)),
            Form::NotConst(value) => self.literal(Form::Const(value)),
            Form::In(set) => self.literal(Form::NotIn(set)),
            Form::NotIn(set) => self.literal(Form::In(set)),
            Form::Definition(id) => self.intern(Form::NotDefinition(id)),
            Form::NotDefinition(id) => self.intern(Form::Definition(id)),
            Form::Opaque(id, ANY, held) => self.intern(Form::Opaque(id, ANY, !held)),
            typed => {
                let kind = typed.kind();
                let (types, dual) = (self.types(kind), self.dual(&typed));
                self.and([types, dual])
            }
        };
        self.note_negation(node, negation);
        negation
    }

    /// The opposite of a literal among the values of its type.
    fn dual(&mut self, form: &Form) -> Node {
        match form.clone() {
            Form::AtLeast(bound, strict) => self.literal(Form::AtMost(bound, !strict)),
            Form::AtMost(bound, strict) => self.literal(Form::AtLeast(bound, !strict)),
            Form::Multiple(step) => self.literal(Form::NotMultiple(step)),
            Form::NotMultiple(step) => self.literal(Form::Multiple(step)),
            Form::MinLength(length) => self.literal(Form::MaxLength(length - 1)),
            Form::MaxLength(length) => self.literal(Form::MinLength(length + 1)),
            Form::Pattern(id) => self.literal(Form::NotPattern(id)),
            Form::NotPattern(id) => self.literal(Form::Pattern(id)),
            Form::Opaque(id, kind, held) => self.literal(Form::Opaque(id, kind, !held)),
            Form::MinProperties(count) => self.literal(Form::MaxProperties(count - 1)),
            Form::MaxProperties(count) => self.literal(Form::MinProperties(count + 1)),
            Form::All(names, values) => {
                let values = self.not(values);
                self.literal(Form::Some(names, values))
            }
            Form::Some(names, values) => {
                let values = self.not(values);
                self.literal(Form::All(names, values))
            }
            Form::MinItems(count) => self.literal(Form::MaxItems(count - 1)),
            Form::MaxItems(count) => self.literal(Form::MinItems(count + 1)),
            Form::At(index, value) => {
                let value = self.not(value);
                let (there, other) = (
                    self.literal(Form::MinItems(index + 1)),
                    self.literal(Form::At(index, value)),
                );
                self.and([there, other])
            }
            Form::From(index, value) => {
                let value = self.not(value);
                self.literal(Form::SomeFrom(index, value))
            }
            Form::SomeFrom(index, value) => {
                let value = self.not(value);
                self.literal(Form::From(index, value))
            }
            Form::Count(value, least, most) => {
                let fewer = match least {
                    0 => Node::FALSE,
                    least => self.literal(Form::Count(value, 0, Some(least - 1))),
                };
                let more = most.map(|most| self.literal(Form::Count(value, most + 1, None)));
                self.or([fewer, more.unwrap_or(Node::FALSE)])
            }
            Form::Unique => self.literal(Form::Repeated),
            Form::Repeated => self.literal(Form::Unique),
            _ => unreachable!("`not` handles what is no literal of one type"),
        }
    }
}

#[cfg(test)]
mod tests;

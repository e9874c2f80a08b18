//! Whether a value is in a set: three-valued, because of what is opaque. In: a node and a value. Out: yes, no, or not known.

use std::rc::Rc;

use super::datum::{Datum, ObjectMembers};
use super::format;
use super::language;
use super::node::{Form, Node};
use super::tables::Shared;
use super::value_kind::{ANY, kind_of};

/// Unfoldings of definitions on one value; only references that lead back to themselves use them up.
// INVARIANT: beyond them it is not known whether the value is in the set. Without the limit a definition that applies to the same value
// again never ends; with a guess, a union could count as fulfilled that is not.
const MOST_UNFOLDINGS: usize = 200;

/// Whether `value` is in `node`. `None`: not known.
pub(crate) fn evaluate(shared: &Shared, node: Node, value: &Datum) -> Option<bool> {
    Evaluation { shared, unfoldings: 0 }.holds(node, value)
}

struct Evaluation<'s> {
    shared: &'s Shared,
    unfoldings: usize,
}

impl Evaluation<'_> {
    fn holds(&mut self, node: Node, value: &Datum) -> Option<bool> {
        let (arena, kind) = (&self.shared.arena, kind_of(value));
        if arena.sure(node) & kind != 0 {
            return Some(true);
        }
        if arena.can(node) & kind == 0 {
            return Some(false);
        }
        match (arena.form(node), value) {
            (Form::Const(constant), _) => Some(**constant == *value),
            (Form::NotConst(constant), _) => Some(**constant != *value),
            (Form::In(set), _) => Some(set.contains(value)),
            (Form::NotIn(set), _) => Some(!set.contains(value)),
            (Form::Opaque(_, ANY, _), _) => None,
            // Only what has parts leads deeper.
            (form, _) => stacker::maybe_grow(64 << 10, 1 << 20, || match form {
                Form::And(inner) => self.all(inner, value),
                Form::Or(inner) => self.any(inner, value),
                Form::Definition(id) => self.unfold(arena.body(*id), value),
                Form::NotDefinition(id) => self.unfold(arena.body(*id), value).map(|held| !held),
                form => self.literal(form, value),
            }),
        }
    }

    fn unfold(&mut self, body: Node, value: &Datum) -> Option<bool> {
        if self.unfoldings >= MOST_UNFOLDINGS {
            return None;
        }
        self.unfoldings += 1;
        let held = self.holds(body, value);
        self.unfoldings -= 1;
        held
    }

    fn all(&mut self, nodes: &[Node], value: &Datum) -> Option<bool> {
        let mut all = Some(true);
        for node in nodes {
            match self.holds(*node, value) {
                Some(true) => {}
                Some(false) => return Some(false),
                None => all = None,
            }
        }
        all
    }

    fn any(&mut self, nodes: &[Node], value: &Datum) -> Option<bool> {
        let mut any = Some(false);
        for node in nodes {
            match self.holds(*node, value) {
                Some(false) => {}
                Some(true) => return Some(true),
                None => any = None,
            }
        }
        any
    }

    fn literal(&mut self, form: &Form, value: &Datum) -> Option<bool> {
        match value {
            Datum::Number(number) => Some(match form {
                Form::AtLeast(bound, strict) => number > bound || (!strict && number == bound.as_ref()),
                Form::AtMost(bound, strict) => number < bound || (!strict && number == bound.as_ref()),
                Form::Multiple(step) => number.is_multiple_of(step),
                Form::NotMultiple(step) => !number.is_multiple_of(step),
                _ => return None,
            }),
            Datum::String(text) => self.text(form, text),
            Datum::Array(elements) => self.array(form, elements),
            Datum::Object(members) => match form {
                Form::MinProperties(count) => Some(members.len() as u64 >= *count),
                Form::MaxProperties(count) => Some(members.len() as u64 <= *count),
                Form::All(names, values) => self.every_member(members, *names, *values),
                Form::Some(names, values) => self.some_member(members, *names, *values),
                _ => None,
            },
            Datum::Null | Datum::Bool(_) => None,
        }
    }

    fn text(&mut self, form: &Form, text: &str) -> Option<bool> {
        match form {
            Form::MinLength(length) => Some(text.chars().count() as u64 >= *length),
            Form::MaxLength(length) => Some(text.chars().count() as u64 <= *length),
            Form::Pattern(id) => matches(self.shared.patterns.text(id.0), text),
            Form::Opaque(id, _, held) => {
                let name = self.shared.opaque.text(id.0);
                let matched = format::holds(self.shared.format_check, name, text)
                    .unwrap_or_else(|| language::match_irregular_pattern(name, text));
                matched.map(|matched| matched == *held)
            }
            Form::NotPattern(id) => matches(self.shared.patterns.text(id.0), text).map(|matched| !matched),
            _ => None,
        }
    }

    fn array(&mut self, form: &Form, elements: &[Datum]) -> Option<bool> {
        let from = |index: u64| {
            elements
                .get(usize::try_from(index).unwrap_or(usize::MAX)..)
                .unwrap_or_default()
        };
        match form {
            Form::MinItems(count) => Some(elements.len() as u64 >= *count),
            Form::MaxItems(count) => Some(elements.len() as u64 <= *count),
            Form::At(index, node) => from(*index)
                .first()
                .map_or(Some(true), |element| self.holds(*node, element)),
            Form::From(index, node) => {
                let held = from(*index).iter().map(|element| self.holds(*node, element));
                conjunction(held)
            }
            Form::SomeFrom(index, node) => {
                let held = from(*index)
                    .iter()
                    .map(|element| self.holds(*node, element).map(|held| !held));
                conjunction(held).map(|none| !none)
            }
            Form::Count(node, least, most) => {
                let held: Option<Vec<bool>> = elements.iter().map(|element| self.holds(*node, element)).collect();
                let count = held?.into_iter().filter(|held| *held).count() as u64;
                Some(count >= *least && most.is_none_or(|most| count <= most))
            }
            Form::Unique => Some(!has_repeated(elements)),
            Form::Repeated => Some(has_repeated(elements)),
            _ => None,
        }
    }

    fn every_member(&mut self, members: &ObjectMembers, names: Node, values: Node) -> Option<bool> {
        if let Some(name) = self.shared.arena.single_text(names) {
            return members.get(name).map_or(Some(true), |value| self.holds(values, value));
        }
        let held = members.iter().map(
            |(name, value)| match self.holds(names, &Datum::String(Rc::clone(name))) {
                Some(false) => Some(true),
                Some(true) => self.holds(values, value),
                None => self.holds(values, value).filter(|held| *held),
            },
        );
        conjunction(held)
    }

    fn some_member(&mut self, members: &ObjectMembers, names: Node, values: Node) -> Option<bool> {
        if let Some(name) = self.shared.arena.single_text(names) {
            return members.get(name).map_or(Some(false), |value| self.holds(values, value));
        }
        let none = members.iter().map(
            |(name, value)| match self.holds(names, &Datum::String(Rc::clone(name))) {
                Some(false) => Some(true),
                Some(true) => self.holds(values, value).map(|held| !held),
                None => self.holds(values, value).filter(|held| !held).map(|held| !held),
            },
        );
        conjunction(none).map(|none| !none)
    }
}

fn conjunction(held: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut all = Some(true);
    for held in held {
        match held {
            Some(true) => {}
            Some(false) => return Some(false),
            None => all = None,
        }
    }
    all
}

fn has_repeated(elements: &[Datum]) -> bool {
    let mut sorted: Vec<&Datum> = elements.iter().collect();
    sorted.sort_unstable();
    sorted.windows(2).any(|pair| pair[0] == pair[1])
}

/// Returns whether a text has a match of a pattern, `None` if that is not known.
pub(crate) fn matches(pattern: &str, text: &str) -> Option<bool> {
    language::split_pattern(pattern)?.is_match(text)
}

//! Objects: which properties must be there, with which values, and how many there are.
//!
//! Names that are mentioned one by one are solved one by one. All other names matter only by the patterns they match; they fall
//! into cells, and a cell gives fresh names as long as it has any. In the question of containment all demands but one come from
//! the reader's negation, so this is a walk along both schemas, property by property.

use std::collections::BTreeMap;
use std::rc::Rc;

use rustc_hash::FxHashSet;

pub(super) use self::literals::ObjectLiterals;
use super::clauses::Situation;
use super::{Solver, SolverAnswer};
use crate::datum::Datum;
use crate::evaluate::evaluate;
use crate::node::{Form, Node};
use crate::value_kind::STRING;

mod literals;

/// Different sets of unmentioned names that are told apart.
// INVARIANT: more are `Unknown`. Cells that are left out would be names that no demand can use: a false proof.
const MOST_CELLS: usize = 64;
/// Properties that are filled in for `minProperties`.
// INVARIANT: more are `Unknown`: an object that is not built is not one that does not exist.
const MOST_FILLED: u64 = 2000;
/// Demands that are placed by trying.
// INVARIANT: more are `Unknown`. Each is tried at every property that the others have: without the limit their factorial.
const MOST_DEMANDS: usize = 8;
/// Names that read well.
pub(super) const READABLE: [&str; 4] = ["x", "other", "more", "extra"];

/// Names and the values that are asked of all, or of some, of their properties.
pub(super) type Demand = (Node, Node);

/// An object under construction.
#[derive(Clone, Default)]
pub(super) struct Draft {
    /// Named properties, each with what is asked of its value.
    pub(super) named: BTreeMap<Rc<str>, Vec<Node>>,
    /// Properties with a fresh name of a cell.
    fresh: Vec<(usize, Vec<Node>)>,
}

/// Names that nobody mentions, and that match the same patterns.
struct Cell {
    /// The set of the names, over strings.
    names: Vec<Node>,
    /// The sets of names that all of them are in.
    within: FxHashSet<Node>,
    /// What is asked of the values of all of them.
    values: Vec<Node>,
}

impl Solver<'_> {
    pub(super) fn object(&mut self, situation: &Situation) -> SolverAnswer {
        let members = self.members(situation);
        if members.most.is_some_and(|most| most < members.least) {
            return SolverAnswer::Empty;
        }
        match self.build(&members) {
            SolverAnswer::Witness(_) if members.opaque => self.opaque(situation.everything()),
            other => other,
        }
    }

    fn build(&mut self, members: &ObjectLiterals) -> SolverAnswer {
        let mut draft = Draft::default();
        let mut open = Vec::new();
        for (names, values) in &members.some {
            match self.shared.arena.single_text(*names) {
                Some(name) => draft.named.entry(Rc::clone(name)).or_default().push(*values),
                None => open.push((*names, *values)),
            }
        }
        let names: Vec<Rc<str>> = draft.named.keys().cloned().collect();
        let mut unknown = None;
        for name in names {
            let Some(asked) = self.asked_of(members, &name) else {
                return SolverAnswer::unknown(super::OPAQUE);
            };
            let own = draft.named.get_mut(&name).expect("it was just listed");
            own.extend(asked);
            let own = own.clone();
            match self.solve(own) {
                SolverAnswer::Empty => return SolverAnswer::Empty,
                SolverAnswer::Unknown(reason) => unknown = Some(reason),
                SolverAnswer::Witness(_) => {}
            }
        }
        if members.most.is_some_and(|most| (draft.named.len() as u64) > most) {
            return SolverAnswer::Empty;
        }
        if let Some(reason) = unknown {
            return SolverAnswer::Unknown(reason);
        }
        if open.is_empty() && draft.named.len() as u64 >= members.least {
            return self.finish(&draft, &[]);
        }
        if let Some(answer) = self.place_apart(members, &draft, &open) {
            return answer;
        }
        let mentioned = self.mentioned(members);
        let cells = match self.cells(members, &mentioned) {
            Ok(cells) => cells,
            Err(reason) => return SolverAnswer::Unknown(reason),
        };
        if open.len() > MOST_DEMANDS {
            return SolverAnswer::unknown("many properties that patterns require");
        }
        self.place(members, &mentioned, &cells, draft, &open)
    }

    /// What is asked of the value of a property. `None`: whether its name is in a set is not known.
    fn asked_of(&self, members: &ObjectLiterals, name: &Rc<str>) -> Option<Vec<Node>> {
        let value = Datum::String(Rc::clone(name));
        let mut asked = Vec::new();
        let mut demands = &members.every;
        if let Some(by_name) = &members.by_name {
            asked.extend(by_name.single.get(name).into_iter().flatten());
            demands = &by_name.others;
        }
        for (names, values) in demands {
            let within = match self.shared.arena.single_text(*names) {
                Some(single) => single == name,
                None => evaluate(self.shared, *names, &value)?,
            };
            if within {
                asked.push(*values);
            }
        }
        Some(asked)
    }

    /// Every name that stands in a set of names by itself.
    fn mentioned(&self, members: &ObjectLiterals) -> Vec<Rc<str>> {
        let mut names = Vec::new();
        for (set, _) in members.every.iter().chain(&members.some) {
            self.collect_names(*set, &mut names);
        }
        names.sort_unstable();
        names.dedup();
        names
    }

    fn collect_names(&self, set: Node, names: &mut Vec<Rc<str>>) {
        match self.shared.arena.form(set) {
            Form::Const(_) | Form::NotConst(_) | Form::In(_) | Form::NotIn(_) => {
                for value in self.shared.arena.listed(set) {
                    if let Datum::String(name) = value.as_ref() {
                        names.push(Rc::clone(name));
                    }
                }
            }
            Form::And(inner) | Form::Or(inner) => {
                for node in inner.iter() {
                    self.collect_names(*node, names);
                }
            }
            _ => {}
        }
    }

    /// The unmentioned names, split by every set that some of them are in and others are not.
    fn cells(&mut self, members: &ObjectLiterals, mentioned: &[Rc<str>]) -> Result<Vec<Cell>, Rc<str>> {
        let names = mentioned
            .iter()
            .map(|name| Rc::new(Datum::String(Rc::clone(name))))
            .collect();
        let unmentioned = vec![self.shared.arena.types(STRING), self.shared.arena.excluding(names)];
        let mut within = FxHashSet::default();
        let mut sets = Vec::new();
        for (set, _) in members.every.iter().chain(&members.some) {
            match self.on_unmentioned(*set) {
                Some(true) => drop(within.insert(*set)),
                Some(false) => {}
                None if sets.contains(set) => {}
                None => sets.push(*set),
            }
        }
        let mut cells = vec![(unmentioned, within)];
        for set in sets {
            let outside = self.shared.arena.not(set);
            let mut split = Vec::with_capacity(cells.len());
            for (names, within) in cells {
                for side in [set, outside] {
                    let mut part = names.clone();
                    part.push(side);
                    match self.solve(part.iter().copied()) {
                        SolverAnswer::Empty => continue,
                        SolverAnswer::Witness(_) => {}
                        SolverAnswer::Unknown(reason) => return Err(reason),
                    }
                    let mut within = within.clone();
                    if side == set {
                        within.insert(set);
                    }
                    split.push((part, within));
                }
            }
            if split.len() > MOST_CELLS {
                return Err("property names in many overlapping patterns".into());
            }
            cells = split;
        }
        let cells = cells.into_iter().map(|(names, within)| {
            let values = members
                .every
                .iter()
                .filter(|(set, _)| within.contains(set))
                .map(|(_, values)| *values);
            Cell {
                values: values.collect(),
                names,
                within,
            }
        });
        Ok(cells.collect())
    }

    /// Whether a set that only lists names has the names that nobody lists. `None`: that depends on the name.
    fn on_unmentioned(&self, set: Node) -> Option<bool> {
        match self.shared.arena.form(set) {
            Form::True | Form::NotConst(_) | Form::NotIn(_) => Some(true),
            Form::False | Form::Const(_) | Form::In(_) => Some(false),
            Form::Type(mask) => Some(mask & STRING != 0),
            Form::And(inner) => inner
                .iter()
                .try_fold(true, |all, node| Some(all & self.on_unmentioned(*node)?)),
            Form::Or(inner) => inner
                .iter()
                .try_fold(false, |any, node| Some(any | self.on_unmentioned(*node)?)),
            _ => None,
        }
    }

    /// Gives each demand a property: a mentioned one, one that is there, or a fresh one.
    fn place(
        &mut self,
        members: &ObjectLiterals,
        mentioned: &[Rc<str>],
        cells: &[Cell],
        draft: Draft,
        open: &[Demand],
    ) -> SolverAnswer {
        if let Some(reason) = self.charge(mentioned.len() / super::COMPARISONS) {
            return SolverAnswer::Unknown(reason);
        }
        let Some(((names, values), rest)) = open.split_first() else {
            return self.fill(members, mentioned, cells, draft);
        };
        let mut answer = SolverAnswer::Empty;
        for next in self.placements(members, mentioned, cells, &draft, *names, *values) {
            let next = match next {
                Ok(next) => next,
                Err(reason) => {
                    answer = SolverAnswer::Unknown(reason);
                    continue;
                }
            };
            if members.most.is_some_and(|most| next.len() > most) {
                continue;
            }
            match self.place(members, mentioned, cells, next, rest) {
                SolverAnswer::Empty => {}
                found @ SolverAnswer::Witness(_) => return found,
                unknown @ SolverAnswer::Unknown(_) => answer = unknown,
            }
        }
        answer
    }

    fn placements(
        &mut self,
        members: &ObjectLiterals,
        mentioned: &[Rc<str>],
        cells: &[Cell],
        draft: &Draft,
        names: Node,
        values: Node,
    ) -> Vec<Result<Draft, Rc<str>>> {
        let mut found = Vec::new();
        for name in mentioned {
            match evaluate(self.shared, names, &Datum::String(Rc::clone(name))) {
                Some(false) => continue,
                None => {
                    found.push(Err(super::OPAQUE.into()));
                    continue;
                }
                Some(true) => {}
            }
            let mut next = draft.clone();
            let Some(asked) = self.asked_of(members, name) else {
                found.push(Err(super::OPAQUE.into()));
                continue;
            };
            let own = next.named.entry(Rc::clone(name)).or_insert(asked);
            own.push(values);
            let own = own.clone();
            self.keep_if_solvable(own, next, &mut found);
        }
        for (index, cell) in cells
            .iter()
            .enumerate()
            .filter(|(_, cell)| cell.within.contains(&names))
        {
            for position in 0..draft.fresh.len() {
                if draft.fresh[position].0 != index {
                    continue;
                }
                let mut next = draft.clone();
                next.fresh[position].1.push(values);
                let own = next.fresh[position].1.clone();
                self.keep_if_solvable(own, next, &mut found);
            }
            let mut next = draft.clone();
            let own: Vec<Node> = cell.values.iter().copied().chain([values]).collect();
            next.fresh.push((index, own.clone()));
            self.keep_if_solvable(own, next, &mut found);
        }
        found
    }

    fn keep_if_solvable(&mut self, values: Vec<Node>, draft: Draft, found: &mut Vec<Result<Draft, Rc<str>>>) {
        match self.solve(values) {
            SolverAnswer::Empty => {}
            SolverAnswer::Witness(_) => found.push(Ok(draft)),
            SolverAnswer::Unknown(reason) => found.push(Err(reason)),
        }
    }

    /// Adds properties until there are enough.
    fn fill(
        &mut self,
        members: &ObjectLiterals,
        mentioned: &[Rc<str>],
        cells: &[Cell],
        mut draft: Draft,
    ) -> SolverAnswer {
        let mut unknown = None;
        if draft.len() < members.least && members.least > MOST_FILLED {
            return SolverAnswer::unknown("a very large minProperties");
        }
        for name in mentioned {
            if draft.len() >= members.least {
                break;
            }
            if draft.named.contains_key(name) {
                continue;
            }
            let Some(asked) = self.asked_of(members, name) else {
                unknown = Some(Rc::from(super::OPAQUE));
                continue;
            };
            match self.solve(asked.iter().copied()) {
                SolverAnswer::Empty => {}
                SolverAnswer::Witness(_) => drop(draft.named.insert(Rc::clone(name), asked)),
                SolverAnswer::Unknown(reason) => unknown = Some(reason),
            }
        }
        for (index, cell) in cells.iter().enumerate() {
            if draft.len() >= members.least {
                break;
            }
            match self.solve(cell.values.iter().copied()) {
                SolverAnswer::Empty => {}
                SolverAnswer::Unknown(reason) => unknown = Some(reason),
                SolverAnswer::Witness(_) => {
                    let used = draft.fresh.iter().filter(|(own, _)| *own == index).count();
                    let missing = usize::try_from(members.least - draft.len()).unwrap_or(usize::MAX);
                    match self.different(&cell.names, used + missing) {
                        super::distinct::Values::Unknown(reason) => unknown = Some(reason),
                        super::distinct::Values::Found(names) => {
                            let more = names.len().saturating_sub(used);
                            draft.fresh.extend((0..more).map(|_| (index, cell.values.clone())));
                        }
                    }
                }
            }
        }
        match unknown {
            _ if draft.len() >= members.least => self.finish(&draft, cells),
            Some(reason) => SolverAnswer::Unknown(reason),
            None => SolverAnswer::Empty,
        }
    }

    /// Names for the fresh properties and values for all. A cell may have fewer names than were opened in it.
    fn finish(&mut self, draft: &Draft, cells: &[Cell]) -> SolverAnswer {
        let mut object = Vec::new();
        for (name, values) in &draft.named {
            match self.solve(values.iter().copied()) {
                SolverAnswer::Witness(value) => object.push((Rc::clone(name), value.as_ref().clone())),
                other => return other,
            }
        }
        for (index, cell) in cells.iter().enumerate() {
            let opened: Vec<&Vec<Node>> = draft
                .fresh
                .iter()
                .filter(|(own, _)| *own == index)
                .map(|(_, values)| values)
                .collect();
            if opened.is_empty() {
                continue;
            }
            let names = match self.fresh_names(&cell.names, opened.len()) {
                super::distinct::Values::Found(names) => names,
                super::distinct::Values::Unknown(reason) => return SolverAnswer::Unknown(reason),
            };
            if names.len() < opened.len() {
                return SolverAnswer::Empty;
            }
            for (name, values) in names.iter().zip(opened) {
                let Datum::String(name) = name.as_ref() else { continue };
                match self.solve(values.iter().copied()) {
                    SolverAnswer::Witness(value) => object.push((Rc::clone(name), value.as_ref().clone())),
                    other => return other,
                }
            }
        }
        SolverAnswer::witness(Datum::Object(object.into_iter().collect()))
    }

    /// Names of a cell, readable ones where they are to be had.
    fn fresh_names(&mut self, names: &[Node], count: usize) -> super::distinct::Values {
        let fits = |name: &&&str| {
            let name = Datum::text(name);
            names
                .iter()
                .all(|node| evaluate(self.shared, *node, &name) == Some(true))
        };
        let readable: Vec<Rc<Datum>> = READABLE
            .iter()
            .filter(fits)
            .take(count)
            .map(|name| Rc::new(Datum::text(name)))
            .collect();
        if readable.len() == count {
            super::distinct::Values::Found(readable)
        } else {
            self.different(names, count)
        }
    }
}

impl Draft {
    fn len(&self) -> u64 {
        (self.named.len() + self.fresh.len()) as u64
    }
}

//! Properties that some demand asks for by a set of names: each is given a property of its own, whose name is looked for together
//! with its value. In: the literals of an object. Out: an object, the proof that a demand cannot be met, or nothing: then the
//! demands have to be placed together (`objects`).
//!
//! How names overlap is never spelled out. A name is guessed, and where its value cannot be, the sets of names that are to blame are
//! found, and the next name has to avoid one of them. Forty patterns that all overlap are no more work than one, as long as one
//! is to blame.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::objects::{Demand, Draft, ObjectLiterals, READABLE};
use super::{Solver, SolverAnswer};
use crate::datum::Datum;
use crate::evaluate::evaluate;
use crate::node::Node;
use crate::value_kind::STRING;

/// Sets of names that are searched for one demand. Beyond them the demands are placed together, where the names that are told
/// apart are limited as well.
// INVARIANT: a demand that is given up here is placed with the others, never dropped: `Nowhere` would be a proof.
const MOST_SEARCHES: usize = 400;

/// A property that meets a demand.
enum Placement {
    /// This name, and what is asked of its value.
    At(Rc<str>, Vec<Node>),
    /// No name.
    Nowhere,
    NotKnown,
}

/// What is asked of the value of a name, and by whom.
struct Blame {
    /// The sets of names that the name is in, each with what it asks.
    asked: Vec<Demand>,
}

impl Solver<'_> {
    /// Meets each demand by a property of its own. `None`: they have to be placed together.
    pub(super) fn place_apart(
        &mut self,
        members: &ObjectLiterals,
        draft: &Draft,
        open: &[Demand],
    ) -> Option<SolverAnswer> {
        let mut placed: BTreeMap<Rc<str>, Vec<Node>> = BTreeMap::new();
        let mut together = false;
        for (names, values) in open {
            match self.place_alone(members, draft, *names, *values) {
                // INVARIANT: whatever properties the other demands take, this one needs one whose value is in `values` and in
                // all that is asked of its name; there is none.
                Placement::Nowhere => return Some(SolverAnswer::Empty),
                Placement::NotKnown => together = true,
                Placement::At(name, own) => {
                    together |= draft.named.contains_key(&name) || placed.insert(name, own).is_some();
                }
            }
        }
        let count = (draft.named.len() + placed.len()) as u64;
        if together || count < members.least || members.most.is_some_and(|most| count > most) {
            return None;
        }
        let mut object = Vec::new();
        for (name, values) in draft.named.iter().chain(&placed) {
            match self.solve(values.iter().copied()) {
                SolverAnswer::Witness(value) => object.push((Rc::clone(name), value.as_ref().clone())),
                SolverAnswer::Empty | SolverAnswer::Unknown(_) => return None,
            }
        }
        Some(SolverAnswer::witness(Datum::Object(object.into_iter().collect())))
    }

    /// A name in `names` whose value can be in `values` and in all that is asked of it.
    fn place_alone(&mut self, members: &ObjectLiterals, draft: &Draft, names: Node, values: Node) -> Placement {
        let texts = self.shared.arena.types(STRING);
        let mut open = vec![self.shared.arena.and([texts, names])];
        let (mut seen, mut known) = (open.clone(), true);
        while let Some(names) = open.pop() {
            if seen.len() > MOST_SEARCHES {
                return Placement::NotKnown;
            }
            let name = match self.name_in(names) {
                Ok(Some(name)) => name,
                Ok(None) => continue,
                Err(_) => {
                    known = false;
                    continue;
                }
            };
            let Some(mut blame) = self.blame(members, draft, &name) else {
                known = false;
                continue;
            };
            let own: Vec<Node> = blame.asked.iter().map(|(_, asked)| *asked).chain([values]).collect();
            match self.solve(own.iter().copied()) {
                SolverAnswer::Witness(_) => return Placement::At(name, own),
                SolverAnswer::Unknown(_) => {
                    known = false;
                    continue;
                }
                SolverAnswer::Empty => {}
            }
            self.reduce(&mut blame, values);
            // INVARIANT: a name in all sets that are left to blame is asked for what no value is. Any other misses one of them.
            for (set, _) in blame.asked {
                let outside = self.shared.arena.not(set);
                let next = self.shared.arena.and([names, outside]);
                if !seen.contains(&next) {
                    seen.push(next);
                    open.push(next);
                }
            }
        }
        if known { Placement::Nowhere } else { Placement::NotKnown }
    }

    /// A name of a set, one that reads well if there is one.
    fn name_in(&mut self, names: Node) -> Result<Option<Rc<str>>, Rc<str>> {
        if let Some(reason) = self.charge(0) {
            return Err(reason);
        }
        let fits = |name: &&&str| evaluate(self.shared, names, &Datum::text(name)) == Some(true);
        if let Some(name) = READABLE.iter().find(fits) {
            return Ok(Some(Rc::from(*name)));
        }
        match self.solve([names]) {
            SolverAnswer::Empty => Ok(None),
            SolverAnswer::Unknown(reason) => Err(reason),
            SolverAnswer::Witness(name) => match name.as_ref() {
                Datum::String(name) => Ok(Some(Rc::clone(name))),
                _ => Ok(None),
            },
        }
    }

    /// The sets that a name is in, and what each asks of its value. `None`: that is not known.
    fn blame(&mut self, members: &ObjectLiterals, draft: &Draft, name: &Rc<str>) -> Option<Blame> {
        let text = Datum::String(Rc::clone(name));
        let mut asked = Vec::new();
        for (names, values) in &members.every {
            let within = match self.shared.arena.single_text(*names) {
                Some(single) => single == name,
                None => evaluate(self.shared, *names, &text)?,
            };
            if within {
                asked.push((*names, *values));
            }
        }
        if let Some(own) = draft.named.get(name) {
            let alone = self.shared.arena.constants(vec![Rc::new(text)]);
            let all = self.shared.arena.and(own.iter().copied());
            asked.push((alone, all));
        }
        Some(Blame { asked })
    }

    /// Leaves out who is not to blame: without them there is no value either.
    fn reduce(&mut self, blame: &mut Blame, values: Node) {
        let mut at = 0;
        while at < blame.asked.len() {
            let others = blame.asked.iter().enumerate().filter(|(other, _)| *other != at);
            let others: Vec<Node> = others.map(|(_, (_, asked))| *asked).chain([values]).collect();
            if matches!(self.solve(others), SolverAnswer::Empty) {
                blame.asked.remove(at);
            } else {
                at += 1;
            }
        }
    }
}

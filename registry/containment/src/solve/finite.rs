//! Sets of which the members are listed: each is tried, instead of being reasoned about. In: a situation with such a list, or a
//! value that a list may deny. Out: an answer.

use std::rc::Rc;

use super::clauses::Situation;
use super::{COMPARISONS, Solver, SolverAnswer};
use crate::datum::Datum;
use crate::evaluate::evaluate;
use crate::node::Node;
use crate::value_kind::{Mask, kind_of};

impl Solver<'_> {
    /// One value of the list is in everything else, or none is.
    // INVARIANT: every instance of the situation is one of the list, so that a list without a member that holds is a proof.
    pub(super) fn try_each(&mut self, kind: Mask, situation: &Situation, list: Node) -> SolverAnswer {
        let values: Vec<Rc<Datum>> = self.shared.arena.listed(list).to_vec();
        let mut unknown = false;
        for value in values.iter().filter(|value| kind_of(value) & kind != 0) {
            if let Some(reason) = self.charge_some(situation.size(), value) {
                return SolverAnswer::Unknown(reason);
            }
            match self.holds_all(situation, list, value) {
                Some(true) => return SolverAnswer::Witness(Rc::clone(value)),
                Some(false) => {}
                None => unknown = true,
            }
        }
        if unknown {
            self.opaque(situation.everything())
        } else {
            SolverAnswer::Empty
        }
    }

    /// Pays for trying one value: many small ones are a step together.
    fn charge_some(&mut self, demands: usize, value: &Datum) -> Option<Rc<str>> {
        self.comparisons += demands + value.size(COMPARISONS);
        if self.comparisons < COMPARISONS {
            return None;
        }
        let steps = self.comparisons / COMPARISONS;
        self.comparisons = 0;
        self.charge(steps - 1)
    }

    /// Whether a value is in all literals but the list it comes from, and in all unions.
    fn holds_all(&self, situation: &Situation, list: Node, value: &Datum) -> Option<bool> {
        let mut all = Some(true);
        let literals = situation.literals().iter().filter(|node| **node != list);
        for node in literals {
            match evaluate(self.shared, *node, value) {
                Some(true) => {}
                Some(false) => return Some(false),
                None => all = None,
            }
        }
        for clause in situation.clauses() {
            let held = clause.iter().map(|node| evaluate(self.shared, *node, value));
            // One alternative that holds is enough, whatever is not known of the others.
            match held
                .max_by_key(|held| held.map_or(1, |held| u8::from(held) * 2))
                .flatten()
            {
                Some(true) => {}
                Some(false) => return Some(false),
                None => all = None,
            }
        }
        all
    }

    /// A list of arrays or objects that are denied is not taken apart before one of them is found: then it is told how to differ
    /// from that one.
    pub(super) fn if_not_denied(&mut self, kind: Mask, situation: &Situation, found: &Rc<Datum>) -> SolverAnswer {
        if !situation.denies(&self.shared.arena, found) {
            return SolverAnswer::Witness(Rc::clone(found));
        }
        let differs = super::distinct::differs_from(&mut self.shared.arena, found);
        if differs == Node::TRUE {
            return SolverAnswer::unknown("a value that the prover found among those that are excluded");
        }
        self.solve_kind(kind, situation, vec![differs])
    }
}

//! Is there an instance in all of these sets? In: nodes. Out: an instance, the proof that there is none, or why it is not known.
//!
//! Conjunctions are never expanded. The literals alone are solved first; the instance they give is tried against the unions,
//! and only a union that it violates is branched on. Schemas that are nearly equal therefore cost their size.
//!
//! Recursion is a least fixpoint: instances are finite, so an instance of smallest height never contains one that is asked the
//! very same thing. A set that is met inside itself is assumed empty there; what is found empty under that assumption is kept
//! only once the assumption is discharged (`lowest`).

mod arrays;
mod clauses;
mod distinct;
mod numbers;
mod objects;
mod strings;

use std::rc::Rc;
use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;

use self::clauses::Situation;
use super::compile::Shared;
use super::datum::Datum;
use super::format;
use super::node::{ANY, ARRAY, BOOL, Form, Mask, NULL, NUMBER, Node, OBJECT, STRING};

/// What limits one question.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    /// Steps of the solver.
    pub(crate) steps: u64,
    /// Time by the clock.
    pub(crate) time: Duration,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            steps: 200_000,
            time: Duration::from_secs(2),
        }
    }
}

/// The answer.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// No instance: a proof.
    Empty,
    /// This one.
    Witness(Rc<Datum>),
    /// Not known, and why.
    Unknown(Rc<str>),
}

impl Answer {
    fn unknown(reason: &str) -> Self {
        Self::Unknown(reason.into())
    }

    fn witness(value: Datum) -> Self {
        Self::Witness(Rc::new(value))
    }

    /// Instances are built from instances, and definitions that refer to each other twice double them.
    fn if_not_too_large(self) -> Self {
        match self {
            Self::Witness(value) if value.size(MOST_VALUES) > MOST_VALUES => Self::unknown(TOO_LARGE),
            other => other,
        }
    }
}

/// Values in an instance; a larger one is no event.
const MOST_VALUES: usize = 100_000;
/// Why nothing is known where every instance is larger.
const TOO_LARGE: &str = "an event of more than a hundred thousand values";

/// Solves questions over one arena.
pub(crate) struct Solver<'s> {
    pub(crate) shared: &'s mut Shared,
    budget: Budget,
    steps: u64,
    started: Instant,
    /// The step at which the clock is looked at next.
    next_look: u64,
    /// The budget is spent: every further question is answered with that.
    spent: Option<&'static str>,
    answers: FxHashMap<Rc<[Node]>, Answer>,
    /// The questions that are being asked, with their depth.
    open: FxHashMap<Rc<[Node]>, usize>,
    /// The least depth that was assumed empty since the question at hand was asked.
    lowest: usize,
}

/// No assumption was made.
const NONE: usize = usize::MAX;

impl<'s> Solver<'s> {
    pub(crate) fn new(shared: &'s mut Shared, budget: Budget) -> Self {
        Self {
            shared,
            budget,
            steps: 0,
            started: Instant::now(),
            next_look: 256,
            spent: None,
            answers: FxHashMap::default(),
            open: FxHashMap::default(),
            lowest: NONE,
        }
    }

    /// An instance that is in all of the nodes.
    pub(crate) fn solve(&mut self, nodes: impl IntoIterator<Item = Node>) -> Answer {
        let whole = self.shared.arena.and(nodes);
        let set: Rc<[Node]> = match self.shared.arena.form(whole) {
            Form::False => return Answer::Empty,
            Form::True => return Answer::witness(Datum::Null),
            Form::And(inner) => Rc::clone(inner),
            _ => [whole].into(),
        };
        if let Some(known) = self.answers.get(&set) {
            return known.clone();
        }
        if let Some(depth) = self.open.get(&set) {
            self.lowest = self.lowest.min(*depth);
            return Answer::Empty;
        }
        if let Some(reason) = self.charge() {
            return Answer::unknown(reason);
        }
        let depth = self.open.len();
        self.open.insert(Rc::clone(&set), depth);
        let outer = std::mem::replace(&mut self.lowest, NONE);
        let answer = stacker::maybe_grow(128 << 10, 2 << 20, || self.by_type(&set)).if_not_too_large();
        self.open.remove(&set);
        let assumed = std::mem::replace(&mut self.lowest, outer);
        let discharged = assumed >= depth;
        if discharged || matches!(answer, Answer::Witness(_)) {
            self.answers.insert(set, answer.clone());
        }
        if !discharged {
            self.lowest = self.lowest.min(assumed);
        }
        answer
    }

    /// One step of the budget; why it is spent, if it is.
    fn charge(&mut self) -> Option<&'static str> {
        self.steps += 1;
        if self.spent.is_none() {
            if self.steps > self.budget.steps || self.shared.arena.len() > 4_000_000 {
                self.spent = Some("the question took too many steps");
            } else if self.steps >= self.next_look && {
                self.next_look = self.steps + 256;
                self.started.elapsed() > self.budget.time
            } {
                self.spent = Some("the question took too long");
            }
        }
        self.spent
    }

    fn by_type(&mut self, set: &[Node]) -> Answer {
        let can = set.iter().fold(ANY, |can, node| can & self.shared.arena.can(*node));
        let mut answer = Answer::Empty;
        for kind in [NULL, BOOL, NUMBER, STRING, ARRAY, OBJECT] {
            if can & kind == 0 {
                continue;
            }
            match self.solve_kind(kind, &Situation::default(), set.to_vec()) {
                Answer::Empty => {}
                found @ Answer::Witness(_) => return found,
                unknown @ Answer::Unknown(_) => answer = unknown,
            }
        }
        answer
    }

    /// An instance of one type, in all nodes of a situation and some more.
    fn solve_kind(&mut self, kind: Mask, before: &Situation, more: Vec<Node>) -> Answer {
        if let Some(reason) = self.charge() {
            return Answer::unknown(reason);
        }
        // A wide situation is copied and gone through as a whole.
        self.steps += (before.size() + more.len()) as u64 / 64;
        let Some(situation) = self.saturate(kind, before.clone(), more) else {
            return Answer::Empty;
        };
        if let Some(constant) = situation.constant(&self.shared.arena) {
            return self.try_constant(&situation, &constant);
        }
        let answer = self.theory(kind, &situation);
        let clause = match &answer {
            Answer::Empty => return answer,
            Answer::Witness(found) => match self.violated(&situation, found) {
                None => return answer,
                Some(clause) => clause,
            },
            Answer::Unknown(_) => match situation.smallest() {
                None => return answer,
                Some(clause) => clause,
            },
        };
        self.branch(kind, &situation, clause)
    }

    /// The literals alone.
    fn theory(&mut self, kind: Mask, situation: &Situation) -> Answer {
        match kind {
            NULL => Answer::witness(Datum::Null),
            BOOL => self.boolean(situation),
            NUMBER => self.number(situation),
            STRING => self.string(situation),
            ARRAY => self.array(situation),
            _ => self.object(situation),
        }
    }

    fn boolean(&self, situation: &Situation) -> Answer {
        let excluded = situation.excluded(&self.shared.arena);
        let left = [true, false]
            .into_iter()
            .map(Datum::Bool)
            .find(|value| !excluded.contains(&value));
        left.map_or(Answer::Empty, Answer::witness)
    }

    /// One value is left: it fulfils everything or nothing does.
    fn try_constant(&self, situation: &Situation, value: &Rc<Datum>) -> Answer {
        let mut unknown = false;
        for node in situation.everything() {
            match super::evaluate::evaluate(self.shared, node, value) {
                Some(true) => {}
                Some(false) => return Answer::Empty,
                None => unknown = true,
            }
        }
        if unknown {
            self.opaque(situation.everything())
        } else {
            Answer::Witness(Rc::clone(value))
        }
    }

    /// The union with the fewest alternatives that a value is not in, or not known to be in.
    fn violated(&self, situation: &Situation, value: &Datum) -> Option<usize> {
        let violates = |clause: &usize| {
            let alternatives = &situation.clauses()[*clause];
            !alternatives
                .iter()
                .any(|node| super::evaluate::evaluate(self.shared, *node, value) == Some(true))
        };
        (0..situation.clauses().len())
            .filter(violates)
            .min_by_key(|clause| situation.clauses()[*clause].len())
    }

    fn branch(&mut self, kind: Mask, situation: &Situation, clause: usize) -> Answer {
        let (alternatives, rest) = situation.without(clause);
        let mut answer = Answer::Empty;
        for node in alternatives.iter() {
            match self.solve_kind(kind, &rest, vec![*node]) {
                Answer::Empty => {}
                found @ Answer::Witness(_) => return found,
                unknown @ Answer::Unknown(_) => answer = unknown,
            }
            if self.spent.is_some() {
                return answer;
            }
        }
        answer
    }
}

impl Solver<'_> {
    /// Why nothing is known of a set with something opaque in it: what that is, by name.
    fn opaque(&self, nodes: impl IntoIterator<Item = Node>) -> Answer {
        let named = nodes.into_iter().find_map(|node| match self.shared.arena.form(node) {
            Form::Opaque(id, ANY, _) => Some(self.shared.opaque.text(id.0).to_string()),
            Form::Opaque(id, ..) => {
                let name = self.shared.opaque.text(id.0);
                Some(format::described(name).unwrap_or_else(|| format!("the pattern `{name}`")))
            }
            _ => None,
        });
        match named {
            Some(name) => Answer::unknown(&format!("the prover cannot look into {name}")),
            None => Answer::unknown(OPAQUE),
        }
    }
}

/// Why nothing is known about a pattern that is no regular language.
pub(crate) const OPAQUE: &str = "a pattern with lookaround or a backreference, or a reference that leads back to itself, which the prover cannot look into";

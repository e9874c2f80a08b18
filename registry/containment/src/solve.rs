//! Is there an instance in all of these sets? In: nodes. Out: an instance, the proof that there is none, or why it is not known.
//!
//! Conjunctions are never expanded. The literals alone are solved first; the instance they give is tried against the unions,
//! and only a union that it violates is branched on. Schemas that are nearly equal therefore cost their size.
//!
//! Recursion is a least fixpoint: instances are finite, so an instance of smallest height never contains one that is asked the
//! very same thing. A set that is met inside itself is assumed empty there; what is found empty under that assumption is kept
//! only once the assumption is discharged (`lowest`).
//!
//! What a question may take is counted in steps and bytes, never in time: the same question has the same answer on any machine at
//! any load, whatever was asked before it (ADR 52).

mod apart;
mod arrays;
mod clauses;
mod distinct;
mod finite;
mod numbers;
mod objects;
mod strings;
mod tags;

use std::rc::Rc;

use rustc_hash::FxHashMap;

use self::clauses::Situation;
use super::datum::Datum;
use super::format;
use super::node::{Form, Node};
use super::tables::Shared;
use super::value_kind::{ANY, ARRAY, BOOL, Mask, NULL, NUMBER, OBJECT, STRING};

/// What limits one question.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    /// Steps of the solver; a step is some hundred comparisons, about a microsecond.
    pub(crate) steps: u64,
    /// Bytes of the nodes that the question makes.
    pub(crate) bytes: usize,
}

/// About a second. Real schemas are far below it: of the 5,752 questions about the schemas of other projects none that is decided takes
/// more than 100 steps (`examples/budgets.rs` counts). It is meant for unions of thousands of branches, at about ten steps each.
// INVARIANT: counted, never timed. A limit in time would make a verdict depend on the machine and its load.
pub(crate) const MOST_STEPS: u64 = 1_000_000;
/// The nodes are about half of what a question holds, and a process should hold no more than 300 MB.
// INVARIANT: of the question alone, from the arena as the question found it. Otherwise the schemas that are kept beside it would decide
// whether it is answered.
pub(crate) const MOST_BYTES: usize = 100 << 20;

impl Default for Budget {
    fn default() -> Self {
        Self {
            steps: MOST_STEPS,
            bytes: MOST_BYTES,
        }
    }
}

/// The answer.
#[derive(Clone, Debug)]
pub(crate) enum SolverAnswer {
    /// No instance: a proof.
    Empty,
    /// This one.
    Witness(Rc<Datum>),
    /// Not known, and why.
    Unknown(Rc<str>),
}

impl SolverAnswer {
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
// INVARIANT: an instance that is cut off is `Unknown`, not `Empty`: the set has one, and "no instance" would be a false proof. Without the
// limit two definitions that hold each other twice double the instance until memory ends.
const MOST_VALUES: usize = 100_000;
/// Why nothing is known where every instance is larger.
const TOO_LARGE: &str = "an event of more than a hundred thousand values";

/// Solves questions over one arena.
pub(crate) struct Solver<'s> {
    pub(crate) shared: &'s mut Shared,
    budget: Budget,
    steps: u64,
    /// The bytes that were there before the question.
    bytes: usize,
    /// The budget is spent: every further question is answered with that.
    spent: Option<Rc<str>>,
    /// Comparisons that are not charged yet.
    comparisons: usize,
    answers: FxHashMap<Rc<[Node]>, SolverAnswer>,
    /// The questions that are being asked, with their depth.
    open: FxHashMap<Rc<[Node]>, usize>,
    /// The least depth that was assumed empty since the question at hand was asked.
    lowest: usize,
}

/// Comparisons that one step pays for.
const COMPARISONS: usize = 64;
/// What to do about a budget that is spent.
const ADVICE: &str =
    "give its unions a tag (a required property whose `const` differs in each branch), or compare its parts";

/// No assumption was made.
const NONE: usize = usize::MAX;

impl<'s> Solver<'s> {
    pub(crate) fn new(shared: &'s mut Shared, budget: Budget) -> Self {
        Self {
            bytes: shared.arena.bytes(),
            shared,
            budget,
            steps: 0,
            spent: None,
            comparisons: 0,
            answers: FxHashMap::default(),
            open: FxHashMap::default(),
            lowest: NONE,
        }
    }

    /// An instance that is in all of the nodes.
    pub(crate) fn solve(&mut self, nodes: impl IntoIterator<Item = Node>) -> SolverAnswer {
        let whole = self.shared.arena.and(nodes);
        let set: Rc<[Node]> = match self.shared.arena.form(whole) {
            Form::False => return SolverAnswer::Empty,
            Form::True => return SolverAnswer::witness(Datum::Null),
            Form::And(inner) => Rc::clone(inner),
            _ => [whole].into(),
        };
        if let Some(known) = self.answers.get(&set) {
            return known.clone();
        }
        // INVARIANT: a set that is met inside itself is assumed empty. That loses no instance, because one of smallest height holds no
        // other instance of the same set; without it recursive schemas never end. The assumption is noted in `lowest`.
        if let Some(depth) = self.open.get(&set) {
            self.lowest = self.lowest.min(*depth);
            return SolverAnswer::Empty;
        }
        if let Some(reason) = self.charge(set.len() / COMPARISONS) {
            return SolverAnswer::Unknown(reason);
        }
        let depth = self.open.len();
        self.open.insert(Rc::clone(&set), depth);
        let outer = std::mem::replace(&mut self.lowest, NONE);
        let answer = stacker::maybe_grow(128 << 10, 2 << 20, || self.by_type(&set)).if_not_too_large();
        self.open.remove(&set);
        let assumed = std::mem::replace(&mut self.lowest, outer);
        // INVARIANT: what is empty only under an assumption about an enclosing set is not kept. That set may turn out to have an instance,
        // and the kept emptiness would then be a false proof for every later question. An instance needs no assumption.
        let discharged = assumed >= depth;
        if discharged || matches!(answer, SolverAnswer::Witness(_)) {
            self.answers.insert(set, answer.clone());
        }
        if !discharged {
            self.lowest = self.lowest.min(assumed);
        }
        answer
    }

    /// Returns the steps that were taken.
    pub(crate) fn steps(&self) -> u64 {
        self.steps
    }

    /// One step of the budget and some more; why it is spent, if it is.
    // INVARIANT: what is charged is known from the question alone. A cache that outlives the question, as that of automata, never
    // makes a step cheaper.
    fn charge(&mut self, more: usize) -> Option<Rc<str>> {
        self.steps = self.steps.saturating_add(1 + more as u64);
        if self.spent.is_none() {
            if self.steps > self.budget.steps {
                let most = self.budget.steps;
                self.spent = Some(format!("the proof needs more than {most} steps; {ADVICE}").into());
            } else if self.shared.arena.bytes() - self.bytes > self.budget.bytes {
                let most = self.budget.bytes >> 20;
                self.spent = Some(format!("the proof needs more than {most} MiB; {ADVICE}").into());
            }
        }
        self.spent.clone()
    }

    fn by_type(&mut self, set: &[Node]) -> SolverAnswer {
        let can = set.iter().fold(ANY, |can, node| can & self.shared.arena.can(*node));
        // INVARIANT: empty only if every type is. One that is not known is remembered, and neither an empty one nor the order hides it.
        let mut answer = SolverAnswer::Empty;
        for kind in [NULL, BOOL, NUMBER, STRING, ARRAY, OBJECT] {
            if can & kind == 0 {
                continue;
            }
            match self.solve_kind(kind, &Situation::default(), set.to_vec()) {
                SolverAnswer::Empty => {}
                found @ SolverAnswer::Witness(_) => return found,
                unknown @ SolverAnswer::Unknown(_) => answer = unknown,
            }
        }
        answer
    }

    /// An instance of one type, in all nodes of a situation and some more.
    fn solve_kind(&mut self, kind: Mask, before: &Situation, more: Vec<Node>) -> SolverAnswer {
        // A wide situation is copied and gone through as a whole.
        if let Some(reason) = self.charge((before.size() + more.len()) / COMPARISONS) {
            return SolverAnswer::Unknown(reason);
        }
        stacker::maybe_grow(64 << 10, 1 << 20, || self.solve_charged(kind, before, more))
    }

    fn solve_charged(&mut self, kind: Mask, before: &Situation, more: Vec<Node>) -> SolverAnswer {
        let Some(situation) = self.saturate(kind, before.clone(), more) else {
            return SolverAnswer::Empty;
        };
        if let Some(list) = situation.shortest_list(&self.shared.arena) {
            return self.try_each(kind, &situation, list);
        }
        let answer = self.theory(kind, &situation);
        let clause = match &answer {
            SolverAnswer::Empty => return answer,
            SolverAnswer::Witness(found) => match self.violated(&situation, found) {
                None => return self.if_not_denied(kind, &situation, found),
                Some(clause) => clause,
            },
            SolverAnswer::Unknown(_) => match situation.smallest() {
                None => return answer,
                Some(clause) => clause,
            },
        };
        self.branch(kind, &situation, clause)
    }

    /// The literals alone.
    fn theory(&mut self, kind: Mask, situation: &Situation) -> SolverAnswer {
        match kind {
            NULL => SolverAnswer::witness(Datum::Null),
            BOOL => self.boolean(situation),
            NUMBER => self.number(situation),
            STRING => self.string(situation),
            ARRAY => self.array(situation),
            _ => self.object(situation),
        }
    }

    fn boolean(&self, situation: &Situation) -> SolverAnswer {
        let left = [true, false]
            .into_iter()
            .map(Datum::Bool)
            .find(|value| !situation.denies(&self.shared.arena, value));
        left.map_or(SolverAnswer::Empty, SolverAnswer::witness)
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

    fn branch(&mut self, kind: Mask, situation: &Situation, clause: usize) -> SolverAnswer {
        let (alternatives, rest) = situation.without(clause);
        let tags = (kind == OBJECT)
            .then(|| self.index_tags(&alternatives, &rest))
            .flatten();
        let mut answer = SolverAnswer::Empty;
        for node in alternatives.iter() {
            let found = match tags.as_ref().and_then(|tags| self.concerned(tags, *node, &rest)) {
                Some(concerned) => self.solve_kind(kind, &concerned, vec![*node]),
                None => self.solve_kind(kind, &rest, vec![*node]),
            };
            match found {
                SolverAnswer::Empty => {}
                found @ SolverAnswer::Witness(_) => return found,
                unknown @ SolverAnswer::Unknown(_) => answer = unknown,
            }
            // INVARIANT: the alternatives that are left were not looked at, so this is no proof, whatever the last answer was.
            if let Some(reason) = &self.spent {
                return SolverAnswer::Unknown(Rc::clone(reason));
            }
        }
        answer
    }
}

impl Solver<'_> {
    /// Why nothing is known of a set with something opaque in it: what that is, by name.
    fn opaque(&self, nodes: impl IntoIterator<Item = Node>) -> SolverAnswer {
        let named = nodes.into_iter().find_map(|node| match self.shared.arena.form(node) {
            Form::Opaque(id, ANY, _) => Some(self.shared.opaque.text(id.0).to_string()),
            Form::Opaque(id, ..) => {
                let name = self.shared.opaque.text(id.0);
                Some(format::described(name).unwrap_or_else(|| format!("the pattern `{name}`")))
            }
            _ => None,
        });
        match named {
            Some(name) => SolverAnswer::unknown(&format!("the engine does not support {name}")),
            None => SolverAnswer::unknown(OPAQUE),
        }
    }
}

/// Why nothing is known about a pattern that is no regular language.
pub(crate) const OPAQUE: &str = "a pattern with lookaround or a backreference, or a reference that leads back to itself, which the engine does not support";

//! A session: sets that are made once, and questions about them. In: schemas, and combinations of the sets that were made here. Out:
//! whether what some sets have in common is within others: the proof that nothing is left over, an instance that is, or why neither is
//! known.

use std::rc::Rc;

use schemactl_model::Value;

use crate::compile::{Shared, UnsupportedSchemaError, compile};
use crate::datum::Datum;
use crate::format::TextFormatCheck;
use crate::merge::merge_definitions;
use crate::node::{ArenaMark, Form, Node};
use crate::solve::{Answer, Budget, MOST_STEPS, Solver};
use crate::{Schema, Semantics};

/// How a session reads schemas, and what one of its questions may take.
#[derive(Clone, Copy, Debug)]
pub struct SessionOptions {
    /// How schemas are read where the specification leaves a choice.
    pub semantics: Semantics,
    /// The most steps of one question; what takes more is unknown.
    pub steps: u64,
    /// What tells whether a text has a format, where formats are asserted.
    pub format_check: TextFormatCheck,
}

impl SessionOptions {
    /// Steps that one question may take unless other options say so.
    pub const STEPS: u64 = MOST_STEPS;
}

impl Default for SessionOptions {
    fn default() -> Self {
        Self {
            semantics: Semantics::default(),
            steps: Self::STEPS,
            format_check: |_, _, _| None,
        }
    }
}

impl SessionOptions {
    pub(crate) fn budget(&self) -> Budget {
        Budget {
            steps: self.steps,
            ..Budget::default()
        }
    }
}

/// The answer to whether a set has an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Emptiness {
    /// It has none: proved.
    Empty,
    /// It has this one.
    Witness(Value),
    /// Neither is known, and why, in a sentence.
    Unknown(String),
}

/// A set of JSON values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct InstanceSet(Node);

/// Questions over one arena: what the sets have in common is held once.
// INVARIANT: an answer depends on the sets that were made, in their order, and on the question. What a question adds to the arena
// is gone before the next set or question.
pub struct SetSession {
    shared: Shared,
    budget: Budget,
    /// Steps that all questions together may still take.
    steps_left: u64,
    /// The arena before the last question.
    before: Option<ArenaMark>,
}

impl SetSession {
    /// Creates a session without sets.
    pub fn new(options: SessionOptions) -> Self {
        Self {
            shared: Shared::new(options.semantics, options.format_check),
            budget: options.budget(),
            steps_left: u64::MAX,
            before: None,
        }
    }

    /// Limits the steps that all further questions take together; a question beyond is unknown.
    pub fn limit_steps(&mut self, steps: u64) {
        self.steps_left = steps;
    }

    /// Returns the steps that all further questions may still take together.
    pub fn steps_left(&self) -> u64 {
        self.steps_left
    }

    /// Returns the set of a schema's instances.
    ///
    /// # Errors
    ///
    /// A schema with something in it that the prover cannot hold; the error says what.
    pub fn compile_schema(&mut self, schema: &Schema<'_>) -> Result<InstanceSet, UnsupportedSchemaError> {
        self.forget_question();
        stacker::maybe_grow(256 << 10, 4 << 20, || compile(&mut self.shared, schema)).map(InstanceSet)
    }

    /// Returns an instance that is in all of the first sets and in none of the second, and none of `known`.
    pub fn find_outside(&mut self, inside: &[InstanceSet], outside: &[InstanceSet], known: &[Value]) -> Emptiness {
        self.forget_question();
        self.before = Some(self.shared.arena.mark());
        stacker::maybe_grow(256 << 10, 4 << 20, || self.solve(inside, outside, known))
    }

    fn solve(&mut self, inside: &[InstanceSet], outside: &[InstanceSet], known: &[Value]) -> Emptiness {
        let mut nodes: Vec<Node> = inside.iter().chain(outside).map(|set| set.0).collect();
        merge_definitions(&mut self.shared.arena, &mut nodes);
        let (inside, outside) = nodes.split_at(inside.len());
        if inside.iter().any(|node| outside.contains(node)) {
            return Emptiness::Empty;
        }
        if self.steps_left == 0 {
            return Emptiness::Unknown("the comparison as a whole has taken all the steps that it may".to_owned());
        }
        let arena = &mut self.shared.arena;
        let complements = outside.iter().map(|node| arena.not(*node));
        let mut all: Vec<Node> = inside.iter().copied().chain(complements).collect();
        for instance in known.iter().filter_map(Datum::from_value) {
            all.push(arena.literal(Form::NotConst(Rc::new(instance))));
        }
        let budget = Budget {
            steps: self.budget.steps.min(self.steps_left),
            ..self.budget
        };
        let mut solver = Solver::new(&mut self.shared, budget);
        let answer = solver.solve(all);
        self.steps_left = self.steps_left.saturating_sub(solver.steps());
        match answer {
            Answer::Empty => Emptiness::Empty,
            Answer::Witness(value) => Emptiness::Witness(value.to_value()),
            Answer::Unknown(reason) => Emptiness::Unknown(reason.to_string()),
        }
    }

    fn forget_question(&mut self) {
        if let Some(before) = self.before.take() {
            self.shared.arena.forget_since(&before);
        }
    }
}

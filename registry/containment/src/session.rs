//! A session: sets are made in it, and questions are asked about them. In: schemas, and combinations of the sets that were made here
//! ([`build`](crate::build)). Out: whether a set has an instance: the proof that it has none, an instance, or why neither is known.
//! Inclusion and overlap are the emptiness of combinations.

use std::marker::PhantomData;
use std::rc::Rc;

use schemactl_model::Value;

use crate::compile::{UnsupportedSetError, compile_document};
use crate::datum::Datum;
use crate::evaluate::evaluate;
use crate::format::TextFormatCheck;
use crate::merge::merge_definitions;
use crate::node::{Arena, ArenaMark, Form, Node};
use crate::schema::Schema;
use crate::semantics::Semantics;
use crate::solve::{Budget, MOST_STEPS, Solver, SolverAnswer};
use crate::tables::Shared;

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

/// A set of JSON values, made in a session and asked about there.
///
/// The lifetime is that of one session: sets of two sessions do not mix, and no set outlives its session.
///
/// ```compile_fail,E0521
/// use schemactl_containment::{SessionOptions, with_session};
///
/// with_session(SessionOptions::default(), |one| {
///     with_session(SessionOptions::default(), |other| {
///         let ours = one.everything();
///         other.find_instance(ours) // `ours` is a set of `one`
///     })
/// });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct InstanceSet<'s> {
    pub(crate) node: Node,
    session: SessionBrand<'s>,
}

impl InstanceSet<'_> {
    pub(crate) fn new(node: Node) -> Self {
        Self {
            node,
            session: PhantomData,
        }
    }
}

/// The lifetime that a session shares with its sets.
// INVARIANT: it neither shrinks nor grows. A node is a number: in another session it is another set, and what is proved of that would
// be nonsense.
type SessionBrand<'s> = PhantomData<fn(&'s ()) -> &'s ()>;

/// Sets over one arena: what they have in common is held once.
// INVARIANT: an answer depends on the sets that were made, in their order, and on the question. What a question adds to the arena
// is gone before the next set or question.
pub struct SetSession<'s> {
    shared: Shared,
    budget: Budget,
    /// Steps that all questions together may still take.
    steps_left: u64,
    /// The arena before the last question.
    before: Option<ArenaMark>,
    /// Recursive sets that are being made.
    pub(crate) open_definitions: usize,
    session: SessionBrand<'s>,
}

/// Returns what `work` makes of a session of its own. Its sets stay inside: they belong to this session alone.
///
/// # Examples
/// ```
/// use schemactl_containment::{Emptiness, Schema, SessionOptions, with_session};
/// use schemactl_model::{Dialect, Source, Value, parse};
///
/// let read = |text: &str| parse(&Source::new("example", text)).unwrap();
/// let order = read(r#"{"type": "object", "required": ["id"], "properties": {"id": {"type": "integer", "minimum": 1}}}"#);
/// with_session(SessionOptions::default(), |session| {
///     let orders = session.compile_schema(&Schema::new(&order, Dialect::Draft202012)).unwrap();
///     let zero = session.value(&read("0")).unwrap();
///     let with_zero = session.objects_with("id", zero);
///     assert_eq!(session.find_common(orders, with_zero), Emptiness::Empty);
///
///     let one = session.value(&read("1")).unwrap();
///     let with_one = session.objects_with("id", one);
///     let Emptiness::Witness(other) = session.find_difference(orders, with_one) else { panic!() };
///     assert_eq!(session.contains(orders, &other), Some(true));
///     assert_eq!(session.contains(with_one, &other), Some(false));
/// });
/// ```
pub fn with_session<R>(options: SessionOptions, work: impl for<'s> FnOnce(&mut SetSession<'s>) -> R) -> R {
    work(&mut SetSession {
        shared: Shared::new(options.semantics, options.format_check),
        budget: options.budget(),
        steps_left: u64::MAX,
        before: None,
        open_definitions: 0,
        session: PhantomData,
    })
}

impl<'s> SetSession<'s> {
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
    pub fn compile_schema(&mut self, schema: &Schema<'_>) -> Result<InstanceSet<'s>, UnsupportedSetError> {
        let shared = self.shared();
        stacker::maybe_grow(256 << 10, 4 << 20, || compile_document(shared, schema)).map(InstanceSet::new)
    }

    /// Returns an instance of a set: whether the set is empty.
    pub fn find_instance(&mut self, set: InstanceSet<'s>) -> Emptiness {
        self.find_confirmed(&[set], &[])
    }

    /// Returns an instance of `small` that is none of `large`: whether one set includes another.
    pub fn find_difference(&mut self, small: InstanceSet<'s>, large: InstanceSet<'s>) -> Emptiness {
        self.find_confirmed(&[small], &[large])
    }

    /// Returns an instance of both sets: whether they overlap.
    pub fn find_common(&mut self, one: InstanceSet<'s>, other: InstanceSet<'s>) -> Emptiness {
        self.find_confirmed(&[one, other], &[])
    }

    /// Returns an instance that is in all of the first sets and in none of the second, and none of `known`. Where a set holds something
    /// that the engine does not support, the instance is a guess, for a caller who holds it against a validator.
    pub fn find_candidate(
        &mut self,
        inside: &[InstanceSet<'s>],
        outside: &[InstanceSet<'s>],
        known: &[Value],
    ) -> Emptiness {
        // INVARIANT: a recursive set has no body before it is made, and stands for everything. Nothing may be proved of that.
        if self.open_definitions > 0 {
            return Emptiness::Unknown("a recursive set is still being made".to_owned());
        }
        self.forget_question();
        self.before = Some(self.shared.arena.mark());
        stacker::maybe_grow(256 << 10, 4 << 20, || self.solve(inside, outside, known))
    }

    /// An instance that is known to be in all of the first sets and in none of the second.
    fn find_confirmed(&mut self, inside: &[InstanceSet<'s>], outside: &[InstanceSet<'s>]) -> Emptiness {
        let found = self.find_candidate(inside, outside, &[]);
        let Emptiness::Witness(value) = &found else {
            return found;
        };
        let holds = |session: &mut Self, sets: &[InstanceSet<'s>], expected| {
            let mut sets = sets.iter();
            sets.all(|set| session.contains(*set, value) == Some(expected))
        };
        if holds(self, inside, true) && holds(self, outside, false) {
            return found;
        }
        Emptiness::Unknown("whether an instance is one rests on something that the engine does not support".to_owned())
    }

    /// Returns whether a value is in a set; `None` where that is not known.
    pub fn contains(&mut self, set: InstanceSet<'s>, value: &Value) -> Option<bool> {
        if self.open_definitions > 0 {
            return None;
        }
        let value = Datum::from_value(value)?;
        let shared = self.shared();
        stacker::maybe_grow(256 << 10, 4 << 20, || evaluate(shared, set.node, &value))
    }

    fn solve(&mut self, inside: &[InstanceSet<'s>], outside: &[InstanceSet<'s>], known: &[Value]) -> Emptiness {
        let mut nodes: Vec<Node> = inside.iter().chain(outside).map(|set| set.node).collect();
        merge_definitions(&mut self.shared.arena, &mut nodes);
        let (inside, outside) = nodes.split_at(inside.len());
        if inside.iter().any(|node| outside.contains(node)) {
            return Emptiness::Empty;
        }
        if self.steps_left == 0 {
            return Emptiness::Unknown("the comparison has used its budget of steps".to_owned());
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
            SolverAnswer::Empty => Emptiness::Empty,
            SolverAnswer::Witness(value) => Emptiness::Witness(value.to_value()),
            SolverAnswer::Unknown(reason) => Emptiness::Unknown(reason.to_string()),
        }
    }

    /// The arena, to make sets in.
    pub(crate) fn arena(&mut self) -> &mut Arena {
        &mut self.shared().arena
    }

    /// What sets are made of, without what the last question added.
    pub(crate) fn shared(&mut self) -> &mut Shared {
        self.forget_question();
        &mut self.shared
    }

    fn forget_question(&mut self) {
        if let Some(before) = self.before.take() {
            self.shared.arena.forget_since(&before);
        }
    }
}

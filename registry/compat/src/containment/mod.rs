//! The containment engine: is every instance of one schema an instance of another? In: two schemas. Out: a proof, an instance
//! that breaks it, or why it is not known.
//!
//! ```text
//! schema ─compile─► node        A ⊆ B  ⇔  solve(A, not B) is empty
//! ```
//!
//! Written from the theory: schemas are sets in negation normal form ([`node`]), each question is one conjunction ([`solve`]),
//! patterns are automata ([`language`]), numbers are exact ([`number`]). It replays nothing: the caller holds every instance
//! against a validator that is not ours before anybody sees it.

mod algebra;
mod compile;
mod constants;
mod datum;
mod evaluate;
mod format;
mod language;
mod merge;
mod node;
mod number;
mod parts;
mod solve;
mod text_pool;

use std::rc::Rc;

use schemactl_model::Value;

use self::compile::{Shared, Unsupported, compile};
use self::datum::Datum;
pub(crate) use self::language::opaque_is_match as is_pattern_match;
use self::node::{ArenaMark, Form, Node};
pub(crate) use self::number::Rational;
use self::parts::Parts;
use self::solve::{Answer, Budget, MOST_STEPS, Solver};
use crate::engine::Kept;
use crate::{Engine, Questions, Satisfiability, Schema, Semantics, Verdict};

/// The engine of the product.
#[derive(Clone, Copy, Debug, Default)]
pub struct ContainmentEngine {
    budget: Budget,
    semantics: Semantics,
}

impl ContainmentEngine {
    /// Steps that one question may take unless [`within`](Self::within) says otherwise.
    pub const STEPS: u64 = MOST_STEPS;

    /// An engine that reads schemas in a way.
    pub fn new(semantics: Semantics) -> Self {
        Self {
            semantics,
            ..Self::default()
        }
    }

    /// Returns the engine with another limit on the steps of one question.
    #[must_use]
    pub fn within(mut self, steps: u64) -> Self {
        self.budget.steps = steps;
        self
    }
}

impl Engine for ContainmentEngine {
    fn contains(&self, sub: &Schema<'_>, sup: &Schema<'_>) -> Verdict {
        self.questions().contains(sub, sup)
    }

    fn questions(&self) -> Box<dyn Questions + '_> {
        Box::new(Session {
            shared: Shared::new(self.semantics),
            semantics: self.semantics,
            budget: self.budget,
            left: u64::MAX,
            kept: Vec::new(),
            before: None,
        })
    }

    fn satisfiability<'v>(&self) -> Box<dyn Satisfiability<'v> + 'v> {
        Box::new(Parts::new(Shared::new(self.semantics), self.budget))
    }

    fn semantics(&self) -> Semantics {
        self.semantics
    }

    fn name(&self) -> &'static str {
        "schemactl"
    }
}

/// Questions over one arena: what the kept schemas have in common is compiled once.
// INVARIANT: an answer depends on the schemas that are kept, in their order, and on the question. What a question adds to the arena
// is gone before the next one; a schema that is not kept meets an arena of its own.
struct Session {
    shared: Shared,
    semantics: Semantics,
    budget: Budget,
    /// Steps that all questions together may still take.
    left: u64,
    kept: Vec<Result<Node, Unsupported>>,
    /// The arena before the last question.
    before: Option<ArenaMark>,
}

impl Questions for Session {
    fn contains(&mut self, sub: &Schema<'_>, sup: &Schema<'_>) -> Verdict {
        stacker::maybe_grow(256 << 10, 4 << 20, || {
            let mut shared = Shared::new(self.semantics);
            let compiled = compile(&mut shared, sub).and_then(|sub| Ok([sub, compile(&mut shared, sup)?]));
            decide(&mut shared, compiled, &[], self.budget, &mut self.left)
        })
    }

    fn keep(&mut self, schema: &Schema<'_>) -> Kept {
        self.settle();
        let compiled = stacker::maybe_grow(256 << 10, 4 << 20, || compile(&mut self.shared, schema));
        self.kept.push(compiled);
        Kept(self.kept.len() - 1)
    }

    fn between(&mut self, sub: Kept, sup: Kept) -> Verdict {
        self.another(sub, sup, &[])
    }

    fn another(&mut self, sub: Kept, sup: Kept, found: &[Value]) -> Verdict {
        self.settle();
        self.before = Some(self.shared.arena.mark());
        let compiled = self.kept[sub.0]
            .clone()
            .and_then(|sub| Ok([sub, self.kept[sup.0].clone()?]));
        stacker::maybe_grow(256 << 10, 4 << 20, || {
            decide(&mut self.shared, compiled, found, self.budget, &mut self.left)
        })
    }

    fn common(&mut self, subs: &[Kept], sups: &[Kept]) -> Verdict {
        self.settle();
        self.before = Some(self.shared.arena.mark());
        let nodes = |kept: &[Kept]| -> Result<Vec<Node>, Unsupported> {
            kept.iter().map(|kept| self.kept[kept.0].clone()).collect()
        };
        let compiled = nodes(subs).and_then(|subs| Ok((subs, nodes(sups)?)));
        stacker::maybe_grow(256 << 10, 4 << 20, || {
            decide_common(&mut self.shared, compiled, &[], self.budget, &mut self.left)
        })
    }

    fn limit(&mut self, steps: u64) {
        self.left = steps;
    }
}

impl Session {
    fn settle(&mut self) {
        if let Some(before) = self.before.take() {
            self.shared.arena.forget_since(&before);
        }
    }
}

/// Whether the first is in the second. An instance that shows otherwise is none of those that were found already.
fn decide(
    shared: &mut Shared,
    compiled: Result<[Node; 2], Unsupported>,
    found: &[Value],
    budget: Budget,
    left: &mut u64,
) -> Verdict {
    let compiled = compiled.map(|[sub, sup]| (vec![sub], vec![sup]));
    decide_common(shared, compiled, found, budget, left)
}

/// Whether what the first have in common is in one of the second.
fn decide_common(
    shared: &mut Shared,
    compiled: Result<(Vec<Node>, Vec<Node>), Unsupported>,
    found: &[Value],
    budget: Budget,
    left: &mut u64,
) -> Verdict {
    let (subs, sups) = match compiled {
        Ok(nodes) => nodes,
        Err(reason) => return Verdict::Undecided { reason: reason.0 },
    };
    let mut nodes = [subs.as_slice(), sups.as_slice()].concat();
    merge::merge_definitions(&mut shared.arena, &mut nodes);
    let (subs, sups) = nodes.split_at(subs.len());
    if subs.iter().any(|sub| sups.contains(sub)) {
        return Verdict::Compatible;
    }
    if *left == 0 {
        return Verdict::Undecided {
            reason: "the comparison as a whole has taken all the steps that it may".to_owned(),
        };
    }
    let outside = sups.iter().map(|sup| shared.arena.not(*sup));
    let mut all: Vec<Node> = subs.iter().copied().chain(outside).collect();
    for instance in found.iter().filter_map(Datum::from_value) {
        all.push(shared.arena.literal(Form::NotConst(Rc::new(instance))));
    }
    let steps = budget.steps.min(*left);
    let mut solver = Solver::new(shared, Budget { steps, ..budget });
    let answer = solver.solve(all);
    *left = left.saturating_sub(solver.steps());
    match answer {
        Answer::Empty => Verdict::Compatible,
        Answer::Witness(value) => Verdict::Incompatible {
            witness: value.to_value(),
        },
        Answer::Unknown(reason) => Verdict::Undecided {
            reason: reason.to_string(),
        },
    }
}

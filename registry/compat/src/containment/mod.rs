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

mod compile;
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

use self::compile::{Shared, Unsupported, compile};
use self::node::Node;
pub(crate) use self::number::Rational;
use self::parts::Parts;
use self::solve::{Answer, Budget, Solver};
use crate::engine::Kept;
use crate::{Engine, Questions, Satisfiability, Schema, Semantics, Verdict};

/// The engine of the product.
#[derive(Clone, Copy, Debug, Default)]
pub struct ContainmentEngine {
    budget: Budget,
    semantics: Semantics,
}

impl ContainmentEngine {
    /// An engine that reads schemas in a way.
    pub fn new(semantics: Semantics) -> Self {
        Self {
            semantics,
            ..Self::default()
        }
    }
}

impl Engine for ContainmentEngine {
    fn contains(&self, sub: &Schema<'_>, sup: &Schema<'_>) -> Verdict {
        self.questions().contains(sub, sup)
    }

    fn questions(&self) -> Box<dyn Questions + '_> {
        Box::new(Session {
            shared: Shared::new(self.semantics),
            budget: self.budget,
            kept: Vec::new(),
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

/// Questions over one arena: what two schemas have in common is compiled once.
struct Session {
    shared: Shared,
    budget: Budget,
    kept: Vec<Result<Node, Unsupported>>,
}

impl Questions for Session {
    fn contains(&mut self, sub: &Schema<'_>, sup: &Schema<'_>) -> Verdict {
        stacker::maybe_grow(256 << 10, 4 << 20, || {
            let shared = &mut self.shared;
            let compiled = compile(shared, sub).and_then(|sub| Ok([sub, compile(shared, sup)?]));
            decide(shared, compiled, self.budget)
        })
    }

    fn keep(&mut self, schema: &Schema<'_>) -> Kept {
        let compiled = stacker::maybe_grow(256 << 10, 4 << 20, || compile(&mut self.shared, schema));
        self.kept.push(compiled);
        Kept(self.kept.len() - 1)
    }

    fn between(&mut self, sub: Kept, sup: Kept) -> Verdict {
        let compiled = self.kept[sub.0]
            .clone()
            .and_then(|sub| Ok([sub, self.kept[sup.0].clone()?]));
        stacker::maybe_grow(256 << 10, 4 << 20, || decide(&mut self.shared, compiled, self.budget))
    }
}

fn decide(shared: &mut Shared, compiled: Result<[Node; 2], Unsupported>, budget: Budget) -> Verdict {
    let mut nodes = match compiled {
        Ok(nodes) => nodes,
        Err(reason) => return Verdict::Undecided { reason: reason.0 },
    };
    merge::merge_definitions(&mut shared.arena, &mut nodes);
    let [sub, sup] = nodes;
    if sub == sup {
        return Verdict::Compatible;
    }
    let outside = shared.arena.not(sup);
    match Solver::new(shared, budget).solve([sub, outside]) {
        Answer::Empty => Verdict::Compatible,
        Answer::Witness(value) => Verdict::Incompatible {
            witness: value.to_value(),
        },
        Answer::Unknown(reason) => Verdict::Undecided {
            reason: reason.to_string(),
        },
    }
}

//! The engine of the product: containment over sets of JSON values. In: two schemas. Out: a proof, an instance that breaks it, or why
//! it is not known. The sets and their solver are the crate `schemactl-containment`; here their answers become verdicts.

use schemactl_containment::{
    Emptiness, InstanceSet, PartSession, Schema, SessionOptions, SetSession, UnsupportedSetError, with_session,
};
use schemactl_model::{Dialect, Keyword, Value};

use crate::engine::{Engine, KeptSchema, Questions, Satisfiability, SchemaStore};
use crate::verdict::Verdict;
use schemactl_containment::Semantics;
use schemactl_containment::Term;

/// The engine of the product.
#[derive(Clone, Copy, Debug)]
pub struct ContainmentEngine {
    options: SessionOptions,
}

impl Default for ContainmentEngine {
    fn default() -> Self {
        Self::new(Semantics::default())
    }
}

impl ContainmentEngine {
    /// Steps that one question may take unless [`within`](Self::within) says otherwise.
    pub const STEPS: u64 = SessionOptions::STEPS;

    /// Creates an engine with given semantics of `format`.
    pub fn new(semantics: Semantics) -> Self {
        Self {
            options: SessionOptions {
                semantics,
                format_check: has_format,
                ..SessionOptions::default()
            },
        }
    }

    /// Returns the engine with another limit on the steps of one question.
    #[must_use]
    pub fn within(mut self, steps: u64) -> Self {
        self.options.steps = steps;
        self
    }
}

impl Engine for ContainmentEngine {
    fn contains(&self, sub: &Schema<'_>, sup: &Schema<'_>) -> Verdict {
        let (verdict, _) = decide_alone(self.options, u64::MAX, sub, sup);
        verdict
    }

    fn open_session(&self, work: &mut dyn for<'s> FnMut(&mut dyn Questions<'s>)) {
        with_session(self.options, |session| {
            work(&mut SetQuestions {
                session,
                options: self.options,
                kept: SchemaStore::default(),
            });
        });
    }

    fn satisfiability<'v>(&self) -> Box<dyn Satisfiability<'v> + 'v> {
        Box::new(PartSession::new(self.options))
    }

    fn semantics(&self) -> Semantics {
        self.options.semantics
    }

    fn name(&self) -> &'static str {
        "schemactl"
    }
}

/// Questions in one session: what the kept schemas have in common is compiled once.
// INVARIANT: an answer depends on the schemas that are kept, in their order, and on the question. A schema that is not kept meets
// a session of its own.
struct SetQuestions<'q, 's> {
    session: &'q mut SetSession<'s>,
    options: SessionOptions,
    kept: SchemaStore<'s, Result<InstanceSet<'s>, UnsupportedSetError>>,
}

impl<'s> SetQuestions<'_, 's> {
    fn sets(&self, kept: &[KeptSchema<'s>]) -> Result<Vec<InstanceSet<'s>>, UnsupportedSetError> {
        kept.iter().map(|kept| self.kept.find(*kept).clone()).collect()
    }

    fn decide(&mut self, subs: &[KeptSchema<'s>], sups: &[KeptSchema<'s>], found: &[Value]) -> Verdict {
        match self.sets(subs).and_then(|subs| Ok((subs, self.sets(sups)?))) {
            Ok((subs, sups)) => verdict_of(self.session.find_candidate(&subs, &sups, found)),
            Err(reason) => undecided(&reason),
        }
    }
}

/// Decides a question in a session of its own, and returns the steps that are left as well.
fn decide_alone(options: SessionOptions, steps_left: u64, sub: &Schema<'_>, sup: &Schema<'_>) -> (Verdict, u64) {
    with_session(options, |session| {
        session.limit_steps(steps_left);
        let compiled = (session.compile_schema(sub)).and_then(|sub| Ok((sub, session.compile_schema(sup)?)));
        let verdict = match compiled {
            Ok((sub, sup)) => verdict_of(session.find_candidate(&[sub], &[sup], &[])),
            Err(reason) => undecided(&reason),
        };
        (verdict, session.steps_left())
    })
}

impl<'s> Questions<'s> for SetQuestions<'_, 's> {
    fn contains(&mut self, sub: &Schema<'_>, sup: &Schema<'_>) -> Verdict {
        let (verdict, steps_left) = decide_alone(self.options, self.session.steps_left(), sub, sup);
        self.session.limit_steps(steps_left);
        verdict
    }

    fn keep(&mut self, schema: &Schema<'_>) -> KeptSchema<'s> {
        self.kept.keep(self.session.compile_schema(schema))
    }

    fn between(&mut self, sub: KeptSchema<'s>, sup: KeptSchema<'s>) -> Verdict {
        self.decide(&[sub], &[sup], &[])
    }

    fn another(&mut self, sub: KeptSchema<'s>, sup: KeptSchema<'s>, found: &[Value]) -> Verdict {
        self.decide(&[sub], &[sup], found)
    }

    fn common(&mut self, subs: &[KeptSchema<'s>], sups: &[KeptSchema<'s>]) -> Verdict {
        self.decide(subs, sups, &[])
    }

    fn limit(&mut self, steps: u64) {
        self.session.limit_steps(steps);
    }
}

impl<'v> Satisfiability<'v> for PartSession<'v> {
    fn open_document(&mut self, schema: &Schema<'v>) {
        Self::open_document(self, schema);
    }

    fn is_empty(&mut self, terms: &[Term<'v>]) -> bool {
        Self::is_empty(self, terms)
    }
}

/// An instance that is in the one and outside the other breaks.
fn verdict_of(found: Emptiness) -> Verdict {
    match found {
        Emptiness::Empty => Verdict::Compatible,
        Emptiness::Witness(witness) => Verdict::Incompatible { witness },
        Emptiness::Unknown(reason) => Verdict::Undecided { reason },
    }
}

fn undecided(reason: &UnsupportedSetError) -> Verdict {
    Verdict::Undecided {
        reason: reason.to_string(),
    }
}

/// Whether a text has a format: what the validator says.
fn has_format(dialect: Dialect, format: &str, text: &str) -> Option<bool> {
    use schemactl_model::{FormatMode, Member};

    use crate::replay::Validator;

    let keyword = Member::new(Keyword::Format, Value::string(format));
    let schema = Value::object(vec![keyword]);
    let semantics = Semantics {
        formats: FormatMode::Assertion,
    };
    let validator = Validator::with(&schema, dialect, semantics).ok()?;
    validator.is_valid(&Value::string(text)).ok()
}

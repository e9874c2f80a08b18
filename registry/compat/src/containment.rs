//! The engine of the product: containment over sets of JSON values. In: two schemas. Out: a proof, an instance that breaks it, or why
//! it is not known. The sets and their solver are the crate `schemactl-containment`; here their answers become verdicts.

use schemactl_containment::{
    Emptiness, InstanceSet, PartSession, Schema, SessionOptions, SetSession, UnsupportedSchemaError,
};
use schemactl_model::{Dialect, Value};

use crate::engine::Kept;
use crate::{Engine, Questions, Satisfiability, Semantics, Term, Verdict};

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

    /// An engine that reads schemas in a way.
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
        self.questions().contains(sub, sup)
    }

    fn questions(&self) -> Box<dyn Questions + '_> {
        Box::new(SetQuestions {
            session: SetSession::new(self.options),
            options: self.options,
            kept: Vec::new(),
        })
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
struct SetQuestions {
    session: SetSession,
    options: SessionOptions,
    kept: Vec<Result<InstanceSet, UnsupportedSchemaError>>,
}

impl SetQuestions {
    fn sets(&self, kept: &[Kept]) -> Result<Vec<InstanceSet>, UnsupportedSchemaError> {
        kept.iter().map(|kept| self.kept[kept.0].clone()).collect()
    }

    fn decide(&mut self, subs: &[Kept], sups: &[Kept], found: &[Value]) -> Verdict {
        match self.sets(subs).and_then(|subs| Ok((subs, self.sets(sups)?))) {
            Ok((subs, sups)) => verdict_of(self.session.find_outside(&subs, &sups, found)),
            Err(reason) => undecided(&reason),
        }
    }
}

impl Questions for SetQuestions {
    fn contains(&mut self, sub: &Schema<'_>, sup: &Schema<'_>) -> Verdict {
        let mut session = SetSession::new(self.options);
        session.limit_steps(self.session.steps_left());
        let compiled = (session.compile_schema(sub)).and_then(|sub| Ok((sub, session.compile_schema(sup)?)));
        let (sub, sup) = match compiled {
            Ok(sets) => sets,
            Err(reason) => return undecided(&reason),
        };
        let verdict = verdict_of(session.find_outside(&[sub], &[sup], &[]));
        self.session.limit_steps(session.steps_left());
        verdict
    }

    fn keep(&mut self, schema: &Schema<'_>) -> Kept {
        let compiled = self.session.compile_schema(schema);
        self.kept.push(compiled);
        Kept(self.kept.len() - 1)
    }

    fn between(&mut self, sub: Kept, sup: Kept) -> Verdict {
        self.decide(&[sub], &[sup], &[])
    }

    fn another(&mut self, sub: Kept, sup: Kept, found: &[Value]) -> Verdict {
        self.decide(&[sub], &[sup], found)
    }

    fn common(&mut self, subs: &[Kept], sups: &[Kept]) -> Verdict {
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

fn undecided(reason: &UnsupportedSchemaError) -> Verdict {
    Verdict::Undecided {
        reason: reason.to_string(),
    }
}

/// Whether a text has a format: what the validator says.
#[cfg(feature = "replay")]
fn has_format(dialect: Dialect, format: &str, text: &str) -> Option<bool> {
    use schemactl_model::Kind;

    use crate::edit::entry;
    use crate::{Formats, Validator};

    let string = |text: &str| Value::computed(Kind::String(text.to_owned()));
    let keyword = entry("format", string(format));
    let schema = Value::computed(Kind::Object(schemactl_model::Object::from_entries(vec![keyword])));
    let semantics = Semantics {
        formats: Formats::Assertion,
    };
    let validator = Validator::with(&schema, dialect, semantics).ok()?;
    validator.is_valid(&string(text)).ok()
}

#[cfg(not(feature = "replay"))]
fn has_format(_: Dialect, _: &str, _: &str) -> Option<bool> {
    None
}

//! Two versions of an event under a policy. In: both schemas, a policy, the name of the version field, an engine. Out: the
//! verdicts of both directions. Every witness is replayed on the documents as they were written: a witness that does not
//! break them is a fault of ours, reported as undecided, never as a verdict.

use std::borrow::Cow;

use schemactl_model::{Entry, Kind, Object, Value, with_stack_for};

use crate::shrink::shrink;
use crate::{
    Engine, Policy, Questions, ReplayError, Schema, Semantics, Transformed, Validator, Verdict, without_version_pin,
};

/// What comparing two versions found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Whether the new reader takes every old event.
    pub backward: Verdict,
    /// Whether the old reader takes every new event.
    pub forward: Verdict,
    /// Whether both schemas are proved to allow the same events, without any policy.
    pub equivalent: bool,
    /// What the verdicts rest on, in sentences.
    pub assumptions: Vec<String>,
}

/// Compares two versions of an event.
pub fn compare(
    engine: &dyn Engine,
    old: &Schema<'_>,
    new: &Schema<'_>,
    policy: Policy,
    version_field: &str,
) -> Comparison {
    let depth = old.root.depth().max(new.root.depth());
    with_stack_for(depth, || compare_here(engine, old, new, policy, version_field))
}

fn compare_here(
    engine: &dyn Engine,
    old: &Schema<'_>,
    new: &Schema<'_>,
    policy: Policy,
    version_field: &str,
) -> Comparison {
    let (old, new) = (Side::new(old, Some(version_field)), Side::new(new, Some(version_field)));
    let mut question = Question {
        engine,
        questions: engine.questions(),
        policy,
        version_field: Some(version_field),
    };
    let backward = question.takes(&old, &new);
    let forward = question.takes(&new, &old);
    let compatible = backward.is_compatible() && forward.is_compatible();
    let equivalent = compatible && {
        let (old, new) = (old.open(), new.open());
        question.questions.contains(&old, &new).is_compatible()
            && question.questions.contains(&new, &old).is_compatible()
    };
    let mut assumptions: Vec<_> = policy.assumptions().iter().map(ToString::to_string).collect();
    if old.is_pinned() || new.is_pinned() {
        assumptions.push(format!(
            "`{version_field}` identifies the version and is left out of the comparison"
        ));
    }
    Comparison {
        backward,
        forward,
        equivalent,
        assumptions,
    }
}

/// The two directions alone: whether the new reader takes every old event, and the old reader every new one. Without a
/// version field the schemas are compared as they are written.
pub fn directions(
    engine: &dyn Engine,
    old: &Schema<'_>,
    new: &Schema<'_>,
    policy: Policy,
    version_field: Option<&str>,
) -> (Verdict, Verdict) {
    with_stack_for(old.root.depth().max(new.root.depth()), || {
        let (old, new) = (Side::new(old, version_field), Side::new(new, version_field));
        let mut question = Question {
            engine,
            questions: engine.questions(),
            policy,
            version_field,
        };
        (question.takes(&old, &new), question.takes(&new, &old))
    })
}

/// One version, as it is written and without the fixed value of its version field.
pub(crate) struct Side<'v> {
    written: Schema<'v>,
    open: Cow<'v, Value>,
}

impl<'v> Side<'v> {
    pub(crate) fn new(schema: &Schema<'v>, version_field: Option<&str>) -> Self {
        let unpinned = version_field.and_then(|field| without_version_pin(schema.root, field));
        let open = unpinned.map_or(Cow::Borrowed(schema.root), Cow::Owned);
        Self { written: *schema, open }
    }

    fn open(&self) -> Schema<'_> {
        Schema::new(&self.open, self.written.dialect)
    }

    fn is_pinned(&self) -> bool {
        matches!(self.open, Cow::Owned(_))
    }
}

pub(crate) struct Question<'q> {
    pub(crate) engine: &'q dyn Engine,
    pub(crate) questions: Box<dyn Questions + 'q>,
    pub(crate) policy: Policy,
    pub(crate) version_field: Option<&'q str>,
}

impl Question<'_> {
    /// Whether a reader takes every event of a writer.
    pub(crate) fn takes(&mut self, writer: &Side<'_>, reader: &Side<'_>) -> Verdict {
        self.replayed(writer, reader).0
    }

    /// As [`takes`](Self::takes), with what an event was replayed on.
    pub(crate) fn replayed(&mut self, writer: &Side<'_>, reader: &Side<'_>) -> (Verdict, Option<Replay>) {
        let (sent, taken) = match (
            self.policy.as_writer(&writer.open()),
            self.policy.as_reader(&reader.open()),
        ) {
            (Transformed::Schema(sent), Transformed::Schema(taken)) => (sent, taken),
            (Transformed::Impossible(reason), _) | (_, Transformed::Impossible(reason)) => {
                return (Verdict::Undecided { reason }, None);
            }
        };
        let sent = Schema::new(&sent, writer.written.dialect);
        let taken = Schema::new(&taken, reader.written.dialect);
        match self.questions.contains(&sent, &taken) {
            Verdict::Incompatible { witness } => {
                let witness = self.with_version(writer, witness);
                match Replay::new((writer, &sent), (reader, &taken), self.engine.semantics()) {
                    Ok(replay) => (self.replay(&replay, witness), Some(replay)),
                    Err(error) => (not_replayed(&error), None),
                }
            }
            verdict => (verdict, None),
        }
    }

    /// The validators of a writer and a reader under the policy.
    pub(crate) fn validators(&self, writer: &Side<'_>, reader: &Side<'_>) -> Option<Replay> {
        let (sent, taken) = (
            self.policy.as_writer(&writer.open()),
            self.policy.as_reader(&reader.open()),
        );
        let (Transformed::Schema(sent), Transformed::Schema(taken)) = (sent, taken) else {
            return None;
        };
        let sent = Schema::new(&sent, writer.written.dialect);
        let taken = Schema::new(&taken, reader.written.dialect);
        Replay::new((writer, &sent), (reader, &taken), self.engine.semantics()).ok()
    }

    fn replay(&self, replay: &Replay, witness: Value) -> Verdict {
        match replay.breaks(&witness) {
            Ok(true) => Verdict::Incompatible {
                witness: shrink(witness, &|candidate| replay.breaks(candidate).unwrap_or(false)),
            },
            Ok(false) => Verdict::Undecided {
                reason: format!(
                    "internal error: the {} engine's event does not break the schemas: {}",
                    self.engine.name(),
                    witness.to_json()
                ),
            },
            Err(error) => not_replayed(&error),
        }
    }

    /// A witness was found without the fixed version; as an event of its writer it carries the writer's.
    fn with_version(&self, writer: &Side<'_>, witness: Value) -> Value {
        let Some(field) = self.version_field else {
            return witness;
        };
        let property = writer
            .written
            .root
            .member("properties")
            .and_then(|members| members.member(field));
        let fixed = property.and_then(|schema| {
            schema
                .member("const")
                .or_else(|| schema.member("enum").and_then(Value::as_array)?.first())
        });
        let (Some(fixed), Some(members)) = (fixed, witness.as_object()) else {
            return witness;
        };
        if members.value(field).is_none() {
            return witness;
        }
        let entries = members.iter().map(|member| {
            if member.key == field {
                Entry {
                    value: fixed.clone(),
                    ..member.clone()
                }
            } else {
                member.clone()
            }
        });
        Value {
            kind: Kind::Object(Object::from_entries(entries.collect())),
            span: witness.span,
        }
    }
}

fn not_replayed(error: &ReplayError) -> Verdict {
    Verdict::Undecided {
        reason: format!("an event that breaks was found and could not be replayed: {error}"),
    }
}

/// The validators that an event is held against: it must be one of the writer, as written and under the policy, and none of the
/// reader, as written but for the version it demands, and under the policy.
pub(crate) struct Replay {
    writer: Vec<Validator>,
    reader: Vec<Validator>,
}

impl Replay {
    fn new(
        (writer, sent): (&Side<'_>, &Schema<'_>),
        (reader, taken): (&Side<'_>, &Schema<'_>),
        semantics: Semantics,
    ) -> Result<Self, ReplayError> {
        Ok(Self {
            writer: validators(&writer.written, sent, semantics)?,
            reader: validators(&reader.open(), taken, semantics)?,
        })
    }

    pub(crate) fn breaks(&self, event: &Value) -> Result<bool, ReplayError> {
        for validator in &self.writer {
            if !validator.is_valid(event)? {
                return Ok(false);
            }
        }
        for validator in &self.reader {
            if validator.is_valid(event)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// One validator where the policy changed nothing.
fn validators(
    written: &Schema<'_>,
    under_policy: &Schema<'_>,
    semantics: Semantics,
) -> Result<Vec<Validator>, ReplayError> {
    let mut validators = vec![Validator::with(written.root, written.dialect, semantics)?];
    if written.root != under_policy.root {
        validators.push(Validator::with(under_policy.root, under_policy.dialect, semantics)?);
    }
    Ok(validators)
}

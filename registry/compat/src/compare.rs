//! Two versions of an event under a policy. In: both schemas, a policy, the name of the version field, an engine. Out: the
//! verdicts of both directions. Every witness is replayed on the documents as they were written: a witness that does not
//! break them is a fault of ours, reported as undecided, never as a verdict.

use std::borrow::Cow;

use schemactl_model::{Entry, Kind, Object, Value};

use crate::{Engine, Policy, ReplayError, Schema, Transformed, Validator, Verdict, without_version_pin};

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
    let (old, new) = (Side::new(old, version_field), Side::new(new, version_field));
    let question = Question {
        engine,
        policy,
        version_field,
    };
    let backward = question.takes(&old, &new);
    let forward = question.takes(&new, &old);
    let compatible = backward.is_compatible() && forward.is_compatible();
    let equivalent = compatible && {
        let (old, new) = (old.open(), new.open());
        engine.contains(&old, &new).is_compatible() && engine.contains(&new, &old).is_compatible()
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

/// One version, as it is written and without the fixed value of its version field.
struct Side<'v> {
    written: Schema<'v>,
    open: Cow<'v, Value>,
}

impl<'v> Side<'v> {
    fn new(schema: &Schema<'v>, version_field: &str) -> Self {
        let open = without_version_pin(schema.root, version_field).map_or(Cow::Borrowed(schema.root), Cow::Owned);
        Self { written: *schema, open }
    }

    fn open(&self) -> Schema<'_> {
        Schema::new(&self.open, self.written.dialect)
    }

    fn is_pinned(&self) -> bool {
        matches!(self.open, Cow::Owned(_))
    }
}

struct Question<'q> {
    engine: &'q dyn Engine,
    policy: Policy,
    version_field: &'q str,
}

impl Question<'_> {
    /// Whether a reader takes every event of a writer.
    fn takes(&self, writer: &Side<'_>, reader: &Side<'_>) -> Verdict {
        let sent = match self.policy.as_writer(&writer.open()) {
            Transformed::Schema(schema) => schema,
            Transformed::Impossible(reason) => return Verdict::Undecided { reason },
        };
        let taken = match self.policy.as_reader(&reader.open()) {
            Transformed::Schema(schema) => schema,
            Transformed::Impossible(reason) => return Verdict::Undecided { reason },
        };
        let sent = Schema::new(&sent, writer.written.dialect);
        let taken = Schema::new(&taken, reader.written.dialect);
        match self.engine.contains(&sent, &taken) {
            Verdict::Incompatible { witness } => {
                let witness = self.with_version(writer, witness);
                match replayed(&witness, writer, reader, &sent, &taken) {
                    Ok(true) => Verdict::Incompatible { witness },
                    Ok(false) => Verdict::Undecided {
                        reason: format!(
                            "internal error: the {} engine's event does not break the schemas: {}",
                            self.engine.name(),
                            witness.to_json()
                        ),
                    },
                    Err(error) => Verdict::Undecided {
                        reason: format!("an event that breaks was found and could not be replayed: {error}"),
                    },
                }
            }
            verdict => verdict,
        }
    }

    /// A witness was found without the fixed version; as an event of its writer it carries the writer's.
    fn with_version(&self, writer: &Side<'_>, witness: Value) -> Value {
        let property = writer
            .written
            .root
            .member("properties")
            .and_then(|members| members.member(self.version_field));
        let fixed = property.and_then(|schema| {
            schema
                .member("const")
                .or_else(|| schema.member("enum").and_then(Value::as_array)?.first())
        });
        let (Some(fixed), Some(members)) = (fixed, witness.as_object()) else {
            return witness;
        };
        if members.value(self.version_field).is_none() {
            return witness;
        }
        let entries = members.iter().map(|member| match member.key == self.version_field {
            true => Entry {
                value: fixed.clone(),
                ..member.clone()
            },
            false => member.clone(),
        });
        Value {
            kind: Kind::Object(Object::from_entries(entries.collect())),
            span: witness.span,
        }
    }
}

/// Whether an event is one of the writer, as written and under the policy, and none of the reader, as written but for the
/// version it demands, and under the policy.
fn replayed(
    witness: &Value,
    writer: &Side<'_>,
    reader: &Side<'_>,
    sent: &Schema<'_>,
    taken: &Schema<'_>,
) -> Result<bool, ReplayError> {
    let valid = |schema: &Schema<'_>| Validator::new(schema.root, schema.dialect)?.is_valid(witness);
    Ok(valid(&writer.written)? && valid(sent)? && !valid(&reader.open())? && !valid(taken)?)
}

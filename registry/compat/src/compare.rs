//! Two versions of an event under a policy. In: both schemas, a policy, the name of the version field, an engine. Out: the
//! verdicts of both directions. Every witness is replayed on the documents as they were written: a witness that does not
//! break them is a fault of ours, reported as undecided, never as a verdict.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::rc::Rc;

use schemactl_model::{Entry, Kind, Object, Value, with_stack_for};

use crate::engine::Kept;
use crate::shrink::shrink;
use crate::{
    Engine, Policy, Questions, ReplayError, Schema, Semantics, Settings, Transformed, Validator, Verdict,
    without_version_pin,
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
    with_stack_for(old.root.depth().max(new.root.depth()), || {
        let mut comparer = Comparer::new(engine, policy, version_field);
        let (old, new) = (comparer.prepare(old), comparer.prepare(new));
        comparer.compare(&old, &new)
    })
}

/// Compares the versions of one event: each is prepared once, however many it is compared with. Deep schemas want a deep stack,
/// which the caller brings with `with_stack_for`.
pub struct Comparer<'e> {
    question: Question<'e>,
}

/// A version that is ready to be compared, by the [`Comparer`] that prepared it.
pub struct Prepared<'v> {
    side: Side<'v>,
    /// What its writers send, or why the policy cannot be applied.
    sent: Result<Under, String>,
    /// What its readers take.
    taken: Result<Under, String>,
    validators: Validators,
}

/// A version under the policy; `None`: it is the version as it is.
type Under = Option<Value>;

/// The questions about one pair of versions.
// INVARIANT: each pair has a session of its own, so that its answers do not depend on the pairs before it.
struct PairSession<'q> {
    questions: Box<dyn Questions + 'q>,
    /// The versions as they are, by their place, once they are kept.
    open: [Option<Kept>; 2],
}

/// A version of a pair, and which of the two it is.
type Numbered<'p, 'v> = (usize, &'p Prepared<'v>);

impl PairSession<'_> {
    fn keep(&mut self, (place, version): Numbered<'_, '_>, under: &Under) -> Kept {
        match under {
            Some(value) => self.questions.keep(&Schema::new(value, version.side.written.dialect)),
            None => self.keep_open((place, version)),
        }
    }

    fn keep_open(&mut self, (place, version): Numbered<'_, '_>) -> Kept {
        if let Some(kept) = self.open[place] {
            return kept;
        }
        let kept = self.questions.keep(&version.side.open());
        self.open[place] = Some(kept);
        kept
    }
}

/// The validators of a version, made when the first event has to be replayed on it.
#[derive(Default)]
struct Validators {
    written: OnceCell<Result<Rc<Validator>, ReplayError>>,
    writer: OnceCell<Result<Vec<Rc<Validator>>, ReplayError>>,
    reader: OnceCell<Result<Vec<Rc<Validator>>, ReplayError>>,
}

impl<'e> Comparer<'e> {
    /// For events that are compared under a policy.
    pub fn new(engine: &'e dyn Engine, policy: Policy, version_field: &'e str) -> Self {
        Self {
            question: Question::new(engine, policy, Some(version_field)),
        }
    }

    /// Prepares a version.
    pub fn prepare<'v>(&mut self, schema: &Schema<'v>) -> Prepared<'v> {
        let side = Side::new(schema, self.question.version_field);
        let policy = self.question.policy;
        let (sent, taken) = (policy.as_writer(&side.open()), policy.as_reader(&side.open()));
        let under = |transformed| match transformed {
            Transformed::Impossible(reason) => Err(reason),
            // What the policy left as it was is the version itself.
            Transformed::Schema(value) => Ok((value != *side.open).then_some(value)),
            Transformed::Unchanged => Ok(None),
        };
        let (sent, taken) = (under(sent), under(taken));
        Prepared {
            side,
            sent,
            taken,
            validators: Validators::default(),
        }
    }

    /// Compares two versions that were prepared here.
    pub fn compare(&mut self, old: &Prepared<'_>, new: &Prepared<'_>) -> Comparison {
        let mut session = self.session();
        let backward = self.takes(&mut session, (0, old), (1, new));
        let forward = self.takes(&mut session, (1, new), (0, old));
        let compatible = backward.is_compatible() && forward.is_compatible();
        let equivalent = compatible && {
            let (old, new) = (session.keep_open((0, old)), session.keep_open((1, new)));
            session.questions.between(old, new).is_compatible() && session.questions.between(new, old).is_compatible()
        };
        let mut assumptions: Vec<_> = self
            .question
            .policy
            .assumptions()
            .iter()
            .map(ToString::to_string)
            .collect();
        if old.side.is_pinned() || new.side.is_pinned() {
            let field = self.question.version_field.unwrap_or_default();
            assumptions.push(format!(
                "`{field}` identifies the version and is left out of the comparison"
            ));
        }
        Comparison {
            backward,
            forward,
            equivalent,
            assumptions,
        }
    }

    fn session(&self) -> PairSession<'e> {
        PairSession {
            questions: self.question.engine.questions(),
            open: [None; 2],
        }
    }

    /// Whether a reader takes every event of a writer.
    fn takes(&self, session: &mut PairSession<'_>, writer: Numbered<'_, '_>, reader: Numbered<'_, '_>) -> Verdict {
        let (sent, taken) = match (&writer.1.sent, &reader.1.taken) {
            (Ok(sent), Ok(taken)) => (sent, taken),
            (Err(reason), _) | (_, Err(reason)) => return Verdict::Undecided { reason: reason.clone() },
        };
        let kept = (session.keep(writer, sent), session.keep(reader, taken));
        let verdict = session.questions.between(kept.0, kept.1);
        let semantics = self.question.engine.semantics();
        let replay = || {
            Ok(Replay {
                writer: writer.1.writes(sent.as_ref(), semantics)?,
                reader: reader.1.reads(taken.as_ref(), semantics)?,
            })
        };
        self.question.checked(verdict, &writer.1.side, replay).0
    }
}

impl Prepared<'_> {
    /// What an event of this writer has to be valid under.
    fn writes(&self, sent: Option<&Value>, semantics: Semantics) -> Result<Vec<Rc<Validator>>, ReplayError> {
        let made = self.validators.writer.get_or_init(|| {
            let open = match &self.side.open {
                Cow::Borrowed(_) => None,
                Cow::Owned(open) => Some(open),
            };
            let under_policy = sent.or(open).map(|sent| self.validator(sent, semantics));
            let written = std::iter::once(self.written(semantics));
            written.chain(under_policy).collect()
        });
        made.clone()
    }

    /// What an event has to be invalid under, to break this reader.
    fn reads(&self, taken: Option<&Value>, semantics: Semantics) -> Result<Vec<Rc<Validator>>, ReplayError> {
        let made = self.validators.reader.get_or_init(|| {
            let open = match &self.side.open {
                Cow::Borrowed(_) => self.written(semantics),
                Cow::Owned(open) => self.validator(open, semantics),
            };
            let under_policy = taken.map(|taken| self.validator(taken, semantics));
            std::iter::once(open).chain(under_policy).collect()
        });
        made.clone()
    }

    fn written(&self, semantics: Semantics) -> Result<Rc<Validator>, ReplayError> {
        let made = (self.validators.written).get_or_init(|| self.validator(self.side.written.root, semantics));
        made.clone()
    }

    fn validator(&self, root: &Value, semantics: Semantics) -> Result<Rc<Validator>, ReplayError> {
        Validator::with(root, self.side.written.dialect, semantics).map(Rc::new)
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
        let mut comparer = Comparer {
            question: Question::new(engine, policy, version_field),
        };
        let (old, new) = (comparer.prepare(old), comparer.prepare(new));
        let (old, new, mut session) = ((0, &old), (1, &new), comparer.session());
        let backward = comparer.takes(&mut session, old, new);
        (backward, comparer.takes(&mut session, new, old))
    })
}

/// Whether an event that was once found still breaks: a writer sends it, and a reader refuses it. The schemas are the writer's and
/// the reader's.
pub fn breaks(
    engine: &dyn Engine,
    (writer, reader): (&Schema<'_>, &Schema<'_>),
    settings: Settings<'_>,
    event: &Value,
) -> bool {
    let sides = (
        Side::new(writer, settings.version_field),
        Side::new(reader, settings.version_field),
    );
    Question::new(engine, settings.policy, settings.version_field)
        .validators(&sides.0, &sides.1)
        .is_some_and(|replay| replay.breaks(event).unwrap_or(false))
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

impl<'q> Question<'q> {
    pub(crate) fn new(engine: &'q dyn Engine, policy: Policy, version_field: Option<&'q str>) -> Self {
        Self {
            engine,
            questions: engine.questions(),
            policy,
            version_field,
        }
    }

    /// Whether a reader takes every event of a writer, and what an event was replayed on.
    pub(crate) fn replayed(&mut self, writer: &Side<'_>, reader: &Side<'_>) -> (Verdict, Option<Replay>) {
        let (sent, taken) = match self.under_policy(writer, reader) {
            Ok(under) => under,
            Err(reason) => return (Verdict::Undecided { reason }, None),
        };
        let sent = Schema::new(&sent, writer.written.dialect);
        let taken = Schema::new(&taken, reader.written.dialect);
        let verdict = self.questions.contains(&sent, &taken);
        let semantics = self.engine.semantics();
        self.checked(verdict, writer, || {
            Replay::new((writer, &sent), (reader, &taken), semantics)
        })
    }

    /// What the writer sends and the reader takes, or why the policy cannot be applied.
    fn under_policy<'s>(
        &self,
        writer: &'s Side<'_>,
        reader: &'s Side<'_>,
    ) -> Result<(Cow<'s, Value>, Cow<'s, Value>), String> {
        let (sent, taken) = (writer.open(), reader.open());
        Ok((
            self.policy.as_writer(&sent).of(&sent)?,
            self.policy.as_reader(&taken).of(&taken)?,
        ))
    }

    /// A verdict whose event was replayed and made small.
    fn checked(
        &self,
        verdict: Verdict,
        writer: &Side<'_>,
        replay: impl FnOnce() -> Result<Replay, ReplayError>,
    ) -> (Verdict, Option<Replay>) {
        let Verdict::Incompatible { witness } = verdict else {
            return (verdict, None);
        };
        let witness = self.with_version(writer, witness);
        match replay() {
            Ok(replay) => (self.replay(&replay, witness), Some(replay)),
            Err(error) => (not_replayed(&error), None),
        }
    }

    /// The validators of a writer and a reader under the policy.
    pub(crate) fn validators(&self, writer: &Side<'_>, reader: &Side<'_>) -> Option<Replay> {
        let (sent, taken) = self.under_policy(writer, reader).ok()?;
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
    writer: Vec<Rc<Validator>>,
    reader: Vec<Rc<Validator>>,
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
        let json = event.to_serde().ok_or(ReplayError::Number)?;
        for validator in &self.writer {
            if !validator.is_valid_as(event, &json)? {
                return Ok(false);
            }
        }
        for validator in &self.reader {
            if validator.is_valid_as(event, &json)? {
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
) -> Result<Vec<Rc<Validator>>, ReplayError> {
    let mut validators = vec![Rc::new(Validator::with(written.root, written.dialect, semantics)?)];
    if written.root != under_policy.root {
        let under_policy = Validator::with(under_policy.root, under_policy.dialect, semantics)?;
        validators.push(Rc::new(under_policy));
    }
    Ok(validators)
}

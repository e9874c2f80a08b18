//! Two versions of an event under a policy. In: both schemas, a policy, the name of the version field, an engine. Out: the
//! verdicts of both directions. Every witness is replayed on the documents as they were written: a witness that does not
//! break them is a fault of ours, reported as undecided, never as a verdict.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use schemactl_model::{Dialect, Value, with_stack_for};

use crate::confirm::confirmed;
use crate::engine::Kept;
use crate::equality::are_equal;
use crate::policy::counting_keywords;
use crate::{
    ContainmentEngine, Engine, Policy, Questions, ReplayError, Schema, Semantics, Settings, Transformed, Validator,
    Verdict, without_version_pin,
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
    /// What its readers accept.
    taken: Result<Under, String>,
    /// Its keywords that look at all properties.
    counting: BTreeSet<&'static str>,
    validators: Validators,
}

/// A version under the policy, and its dialect; `None`: it is the version as it is.
type Under = Option<(Value, Dialect)>;

/// The questions about one pair of versions.
// INVARIANT: each pair has a session of its own, so that its answers do not depend on the pairs before it.
struct PairSession<'q> {
    questions: Box<dyn Questions + 'q>,
    /// The versions by their place, as they are written and as they are open, once they are kept.
    kept: [[Option<Kept>; 2]; 2],
}

/// A version of a pair, and which of the two it is.
type Numbered<'p, 'v> = (usize, &'p Prepared<'v>);

impl PairSession<'_> {
    fn keep_writer(&mut self, version: Numbered<'_, '_>, sent: &Under) -> Kept {
        match sent {
            Some((value, dialect)) => self.questions.keep(&Schema::new(value, *dialect)),
            None => self.keep_written(version),
        }
    }

    fn keep_reader(&mut self, version: Numbered<'_, '_>, taken: &Under) -> Kept {
        match taken {
            Some((value, dialect)) => self.questions.keep(&Schema::new(value, *dialect)),
            None => self.keep_open(version),
        }
    }

    fn keep_written(&mut self, (place, version): Numbered<'_, '_>) -> Kept {
        let questions = &mut self.questions;
        *self.kept[place][0].get_or_insert_with(|| questions.keep(&version.side.written))
    }

    fn keep_open(&mut self, (place, version): Numbered<'_, '_>) -> Kept {
        if !version.side.is_pinned() {
            return self.keep_written((place, version));
        }
        let questions = &mut self.questions;
        *self.kept[place][1].get_or_insert_with(|| questions.keep(&version.side.open()))
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
        let under = |transformed| match transformed {
            Transformed::Impossible(reason) => Err(reason),
            Transformed::Schema(value, dialect) => Ok(Some((value, dialect))),
            Transformed::Unchanged => Ok(None),
        };
        let (sent, taken) = (policy.as_writer(schema), policy.as_reader(&side.open()));
        Prepared {
            sent: under(sent),
            taken: under(taken),
            counting: counting_keywords(schema.root),
            side,
            validators: Validators::default(),
        }
    }

    /// Compares two versions that were prepared here.
    pub fn compare(&mut self, old: &Prepared<'_>, new: &Prepared<'_>) -> Comparison {
        let mut session = self.session();
        let equal = self.are_equal(old, new);
        let (backward, forward) = if equal {
            (Verdict::Compatible, Verdict::Compatible)
        } else {
            self.both(&mut session, old, new)
        };
        let mut equivalent = equal;
        if backward.is_compatible() && forward.is_compatible() && !equal {
            let (old, new) = (session.keep_open((0, old)), session.keep_open((1, new)));
            let mut proves = |sub, sup| session.questions.between(sub, sup).is_compatible();
            equivalent = proves(old, new) && proves(new, old);
        }
        let counting = &old.counting | &new.counting;
        let mut assumptions = self.question.policy.assumptions_beside(&counting);
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

    /// Whether both versions are the same text but for what says nothing.
    fn are_equal(&self, old: &Prepared<'_>, new: &Prepared<'_>) -> bool {
        are_equal(&old.side.open(), &new.side.open(), self.question.policy)
    }

    /// Whether the new reader takes every old event, and the old reader every new one.
    fn both(&self, session: &mut PairSession<'_>, old: &Prepared<'_>, new: &Prepared<'_>) -> (Verdict, Verdict) {
        let (old, new) = ((0, old), (1, new));
        let backward = self.takes(session, old, new);
        (backward, self.takes(session, new, old))
    }

    fn session(&self) -> PairSession<'e> {
        PairSession {
            questions: self.question.engine.questions(),
            kept: [[None; 2]; 2],
        }
    }

    /// Whether a reader accepts every event of a writer.
    fn takes(&self, session: &mut PairSession<'_>, writer: Numbered<'_, '_>, reader: Numbered<'_, '_>) -> Verdict {
        let (sent, taken) = match (&writer.1.sent, &reader.1.taken) {
            (Ok(sent), Ok(taken)) => (sent, taken),
            (Err(reason), _) | (_, Err(reason)) => return takes_as_written(session, writer, reader, reason),
        };
        let kept = (session.keep_writer(writer, sent), session.keep_reader(reader, taken));
        let semantics = self.question.engine.semantics();
        let replay = || {
            Ok(Replay {
                writer: writer.1.writes(sent.as_ref(), semantics)?,
                reader: reader.1.reads(taken.as_ref(), semantics)?,
            })
        };
        let asked = confirmed(self.question.engine, session.questions.as_mut(), kept, replay);
        match asked.0 {
            Verdict::Undecided { reason } if sent.is_some() || taken.is_some() => {
                takes_as_written(session, writer, reader, &reason)
            }
            verdict => verdict,
        }
    }
}

/// What a policy leaves undecided may be proved without one: every policy narrows writers and widens readers.
fn takes_as_written(
    session: &mut PairSession<'_>,
    writer: Numbered<'_, '_>,
    reader: Numbered<'_, '_>,
    reason: &str,
) -> Verdict {
    let (writer, reader) = (session.keep_written(writer), session.keep_open(reader));
    let verdict = session.questions.between(writer, reader);
    if verdict.is_compatible() {
        return verdict;
    }
    Verdict::Undecided {
        reason: reason.to_owned(),
    }
}

impl Prepared<'_> {
    /// What an event of this writer has to be valid under.
    fn writes(&self, sent: Option<&(Value, Dialect)>, semantics: Semantics) -> Result<Vec<Rc<Validator>>, ReplayError> {
        let made = self.validators.writer.get_or_init(|| {
            let under_policy = sent.map(|(sent, dialect)| validator(sent, *dialect, semantics));
            std::iter::once(self.written(semantics)).chain(under_policy).collect()
        });
        made.clone()
    }

    /// What an event has to be invalid under, to break this reader.
    fn reads(&self, taken: Option<&(Value, Dialect)>, semantics: Semantics) -> Result<Vec<Rc<Validator>>, ReplayError> {
        let made = self.validators.reader.get_or_init(|| {
            let open = match &self.side.open {
                Cow::Borrowed(_) => self.written(semantics),
                Cow::Owned(open) => validator(open, self.side.written.dialect, semantics),
            };
            let under_policy = taken.map(|(taken, dialect)| validator(taken, *dialect, semantics));
            std::iter::once(open).chain(under_policy).collect()
        });
        made.clone()
    }

    fn written(&self, semantics: Semantics) -> Result<Rc<Validator>, ReplayError> {
        let Schema { root, dialect } = self.side.written;
        let made = (self.validators.written).get_or_init(|| validator(root, dialect, semantics));
        made.clone()
    }
}

fn validator(root: &Value, dialect: Dialect, semantics: Semantics) -> Result<Rc<Validator>, ReplayError> {
    Validator::with(root, dialect, semantics).map(Rc::new)
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
        if comparer.are_equal(&old, &new) {
            return (Verdict::Compatible, Verdict::Compatible);
        }
        comparer.both(&mut comparer.session(), &old, &new)
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
    pub(crate) written: Schema<'v>,
    open: Cow<'v, Value>,
}

impl<'v> Side<'v> {
    pub(crate) fn new(schema: &Schema<'v>, version_field: Option<&str>) -> Self {
        let unpinned = version_field.and_then(|field| without_version_pin(schema, field));
        let open = unpinned.map_or(Cow::Borrowed(schema.root), Cow::Owned);
        Self { written: *schema, open }
    }

    pub(crate) fn open(&self) -> Schema<'_> {
        Schema::new(&self.open, self.written.dialect)
    }

    fn is_pinned(&self) -> bool {
        matches!(self.open, Cow::Owned(_))
    }
}

/// Steps that the questions of one explanation take together: as many as four verdicts. Most of its questions are about a few
/// keywords and take less than a hundred; where many do not, the changes beyond are undecided, on any machine the same.
const STEPS_TOGETHER: u64 = 4 * ContainmentEngine::STEPS;

pub(crate) struct Question<'q> {
    pub(crate) engine: &'q dyn Engine,
    pub(crate) questions: Box<dyn Questions + 'q>,
    pub(crate) policy: Policy,
    pub(crate) version_field: Option<&'q str>,
}

impl<'q> Question<'q> {
    pub(crate) fn new(engine: &'q dyn Engine, policy: Policy, version_field: Option<&'q str>) -> Self {
        let mut questions = engine.questions();
        questions.limit(STEPS_TOGETHER);
        Self {
            engine,
            questions,
            policy,
            version_field,
        }
    }

    /// Whether a reader accepts every event of a writer, and what an event was replayed on.
    pub(crate) fn replayed(&mut self, writer: &Side<'_>, reader: &Side<'_>) -> (Verdict, Option<Replay>) {
        let (sent, taken) = match self.under_policy(writer, reader) {
            Ok(under) => under,
            Err(reason) => return (Verdict::Undecided { reason }, None),
        };
        let (sent, taken) = (sent.schema(), taken.schema());
        let kept = (self.questions.keep(&sent), self.questions.keep(&taken));
        let semantics = self.engine.semantics();
        confirmed(self.engine, self.questions.as_mut(), kept, || {
            Replay::new((writer, &sent), (reader, &taken), semantics)
        })
    }

    /// What the writer sends and the reader accepts, or why the policy cannot be applied.
    fn under_policy<'s>(&self, writer: &'s Side<'_>, reader: &'s Side<'_>) -> Result<(Viewed<'s>, Viewed<'s>), String> {
        let (sent, taken) = (writer.written, reader.open());
        let view = |(root, dialect)| Viewed { root, dialect };
        Ok((
            view(self.policy.as_writer(&sent).of(&sent)?),
            view(self.policy.as_reader(&taken).of(&taken)?),
        ))
    }

    /// The validators of a writer and a reader under the policy.
    pub(crate) fn validators(&self, writer: &Side<'_>, reader: &Side<'_>) -> Option<Replay> {
        let (sent, taken) = self.under_policy(writer, reader).ok()?;
        Replay::new(
            (writer, &sent.schema()),
            (reader, &taken.schema()),
            self.engine.semantics(),
        )
        .ok()
    }
}

/// A version as one side of a comparison sees it.
struct Viewed<'s> {
    root: Cow<'s, Value>,
    dialect: Dialect,
}

impl Viewed<'_> {
    fn schema(&self) -> Schema<'_> {
        Schema::new(&self.root, self.dialect)
    }
}

/// The validators that an event is held against: it must be one of the writer, as written and under the policy, and none of the
/// reader, as written but for the version it demands, and under the policy.
pub(crate) struct Replay {
    pub(crate) writer: Vec<Rc<Validator>>,
    pub(crate) reader: Vec<Rc<Validator>>,
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

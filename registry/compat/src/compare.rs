//! Two versions of an event under a policy. In: both schemas, a policy, the name of the version field, an engine. Out: the
//! verdicts of both directions. Every witness is replayed on the documents as they were written: a witness that does not
//! break them is a fault of ours, reported as undecided, never as a verdict.

use schemactl_model::{Dialect, Value, with_stack_for};

use crate::confirm::confirmed;
use crate::engine::Kept;
use crate::equality::are_equal;
use crate::explain::{Examples, Explanation, KnownBreaks, explain_prepared};
use crate::prepared::{Prepared, Replay};
use crate::{ContainmentEngine, Engine, Policy, Questions, Schema, Settings, Verdict};

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
        let comparer = Comparer::new(engine, policy, version_field);
        let (old, new) = (comparer.prepare(old), comparer.prepare(new));
        comparer.compare(&old, &new)
    })
}

/// Compares two versions of an event, and explains the verdicts.
pub fn compare_and_explain(
    engine: &dyn Engine,
    (old, new): (&Schema<'_>, &Schema<'_>),
    settings: Settings<'_>,
    examples: Examples<'_>,
) -> (Comparison, Explanation) {
    with_stack_for(old.root.depth().max(new.root.depth()), || {
        let comparer = Comparer {
            question: Question::new(engine, settings.policy, settings.version_field),
        };
        let pair = (&comparer.prepare(old), &comparer.prepare(new));
        let compared = comparer.compare(pair.0, pair.1);
        let verdicts = (&compared.backward, &compared.forward);
        let explanation = comparer.explain(pair, verdicts, (examples, &KnownBreaks::default()));
        (compared, explanation)
    })
}

/// Compares the versions of one event: each is prepared once, however many it is compared with. Deep schemas want a deep stack,
/// which the caller brings with `with_stack_for`.
pub struct Comparer<'e> {
    question: Question<'e>,
}

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
    fn keep_writer(&mut self, version: Numbered<'_, '_>, sent: Option<&(Value, Dialect)>) -> Kept {
        match sent {
            Some((value, dialect)) => self.questions.keep(&Schema::new(value, *dialect)),
            None => self.keep_written(version),
        }
    }

    fn keep_reader(&mut self, version: Numbered<'_, '_>, taken: Option<&(Value, Dialect)>) -> Kept {
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

impl<'e> Comparer<'e> {
    /// For events that are compared under a policy.
    pub fn new(engine: &'e dyn Engine, policy: Policy, version_field: &'e str) -> Self {
        Self {
            question: Question::new(engine, policy, Some(version_field)),
        }
    }

    /// Prepares a version.
    pub fn prepare<'v>(&self, schema: &Schema<'v>) -> Prepared<'v> {
        self.question.prepare(schema)
    }

    /// Compares two versions that were prepared here.
    pub fn compare(&self, old: &Prepared<'_>, new: &Prepared<'_>) -> Comparison {
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
        let counting = old.counting() | new.counting();
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

    /// Returns why the verdicts about two versions that were prepared here are what they are. A break that is known from another
    /// pair is shown by the same event, where it breaks this pair at the same place.
    pub fn explain(
        &self,
        (old, new): (&Prepared<'_>, &Prepared<'_>),
        verdicts: (&Verdict, &Verdict),
        (examples, known): (Examples<'_>, &KnownBreaks),
    ) -> Explanation {
        let question = &self.question;
        let settings = Settings {
            policy: question.policy,
            version_field: question.version_field,
        };
        explain_prepared(question.engine, (old, new), settings, verdicts, (examples, known))
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
        let (sent, taken) = match (writer.1.sent_under_policy(), reader.1.taken_under_policy()) {
            (Ok(sent), Ok(taken)) => (sent, taken),
            (Err(reason), _) | (_, Err(reason)) => return takes_as_written(session, writer, reader, reason),
        };
        let kept = (session.keep_writer(writer, sent), session.keep_reader(reader, taken));
        let engine = self.question.engine;
        let replay = || Replay::of(writer.1, reader.1, engine.semantics());
        let asked = confirmed(engine, session.questions.as_mut(), kept, replay);
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
        let comparer = Comparer {
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
    let question = Question::new(engine, settings.policy, settings.version_field);
    let (writer, reader) = (question.prepare(writer), question.prepare(reader));
    let replay = question.replay(&writer, &reader);
    replay.is_some_and(|replay| replay.breaks(event).unwrap_or(false))
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

    pub(crate) fn prepare<'v>(&self, schema: &Schema<'v>) -> Prepared<'v> {
        Prepared::new(schema, self.policy, self.version_field)
    }

    /// Whether a reader accepts every event of a writer, of whom is kept what it sends, and what an event was replayed on.
    pub(crate) fn replayed(
        &mut self,
        (writer, sent): (&Prepared<'_>, Kept),
        reader: &Prepared<'_>,
    ) -> (Verdict, Option<Replay>) {
        let taken = match reader.taken() {
            Ok(taken) => taken,
            Err(reason) => {
                let reason = reason.to_owned();
                return (Verdict::Undecided { reason }, None);
            }
        };
        let kept = (sent, self.questions.keep(&taken));
        let semantics = self.engine.semantics();
        confirmed(self.engine, self.questions.as_mut(), kept, || {
            Replay::of(writer, reader, semantics)
        })
    }

    /// Returns the validators of a writer and a reader under the policy; `None` where it cannot be applied.
    pub(crate) fn replay(&self, writer: &Prepared<'_>, reader: &Prepared<'_>) -> Option<Replay> {
        writer.sent().ok()?;
        reader.taken().ok()?;
        Replay::of(writer, reader, self.engine.semantics()).ok()
    }
}

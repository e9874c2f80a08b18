//! Two versions of an event under a policy. In: both schemas, a policy, the name of the version field, an engine. Out: the
//! verdicts of both directions. Every witness is replayed on the documents as they were written: a witness that does not
//! break them is a fault of ours, reported as undecided, never as a verdict.

use std::marker::PhantomData;

use schemactl_model::{Dialect, Value, with_stack_for};

use crate::assumptions::{describe_integers, describe_readings};
use crate::confirm::confirm_verdict;
use crate::engine::{Engine, KeptSchema, Questions, ask_questions};
use crate::equality::are_equal;
use crate::explain::{Examples, Explanation, KnownBreaks, explain_prepared};
use crate::prepared::{Replay, VersionViews};
use crate::settings::ComparisonSettings;
use crate::verdict::Verdict;
use schemactl_containment::Schema;

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

/// Compares two versions of an event: the old one and the new one.
pub fn compare(
    engine: &dyn Engine,
    (old, new): (&Schema<'_>, &Schema<'_>),
    settings: ComparisonSettings<'_>,
) -> Comparison {
    with_stack_for(old.root.depth().max(new.root.depth()), || {
        with_comparer(engine, settings, |comparer| {
            comparer.compare(&comparer.prepare(old), &comparer.prepare(new))
        })
    })
}

/// Compares two versions of an event, and explains the verdicts.
pub fn compare_and_explain(
    engine: &dyn Engine,
    (old, new): (&Schema<'_>, &Schema<'_>),
    settings: ComparisonSettings<'_>,
    examples: Examples<'_>,
) -> (Comparison, Explanation) {
    with_stack_for(old.root.depth().max(new.root.depth()), || {
        with_comparer(engine, settings, |comparer| {
            let pair = (&comparer.prepare(old), &comparer.prepare(new));
            let compared = comparer.compare(pair.0, pair.1);
            let verdicts = (&compared.backward, &compared.forward);
            let explanation = comparer.explain(pair, verdicts, (examples, &KnownBreaks::default()));
            (compared, explanation)
        })
    })
}

/// Returns the verdicts of the two directions alone: whether the new reader takes every old event, and the old reader every new one.
pub fn directions(
    engine: &dyn Engine,
    (old, new): (&Schema<'_>, &Schema<'_>),
    settings: ComparisonSettings<'_>,
) -> (Verdict, Verdict) {
    with_stack_for(old.root.depth().max(new.root.depth()), || {
        with_comparer(engine, settings, |comparer| {
            let (old, new) = (comparer.prepare(old), comparer.prepare(new));
            if comparer.are_equal(&old, &new) {
                return (Verdict::Compatible, Verdict::Compatible);
            }
            ask_questions(engine, |questions| {
                comparer.both(&mut PairSession::new(questions), &old, &new)
            })
        })
    })
}

/// Returns whether an event that was once found still breaks: a writer sends it, and a reader refuses it. The schemas are the writer's
/// and the reader's.
pub fn breaks(
    engine: &dyn Engine,
    (writer, reader): (&Schema<'_>, &Schema<'_>),
    settings: ComparisonSettings<'_>,
    event: &Value,
) -> bool {
    let (writer, reader) = (VersionViews::new(writer, settings), VersionViews::new(reader, settings));
    let replay = Replay::under_policy(&writer, &reader, engine.semantics());
    replay.is_some_and(|replay| replay.breaks(event).unwrap_or(false))
}

/// Returns what `work` makes of a comparer of its own. Deep schemas want a deep stack, which the caller brings with `with_stack_for`.
///
/// # Examples
/// ```
/// use schemactl_compat::{ComparisonSettings, Policy, Schema, Semantics, default_engine, with_comparer};
/// use schemactl_model::{Dialect, Source, VersionField, parse};
///
/// let versions = [r#"{"required": ["id"]}"#, r#"{"required": ["id", "total"]}"#, "{}"]
///     .map(|text| parse(&Source::new("example", text)).unwrap());
/// let settings = ComparisonSettings {
///     policy: Policy::default(),
///     version_field: Some(&VersionField::default()),
/// };
/// with_comparer(&default_engine(Semantics::default()), settings, |comparer| {
///     let prepared = versions.each_ref().map(|root| comparer.prepare(&Schema::new(root, Dialect::Draft202012)));
///     assert!(comparer.compare(&prepared[0], &prepared[1]).backward.witness().is_some());
///     assert!(comparer.compare(&prepared[0], &prepared[2]).backward.is_compatible());
/// });
/// ```
pub fn with_comparer<'e, R>(
    engine: &'e dyn Engine,
    settings: ComparisonSettings<'e>,
    work: impl for<'c> FnOnce(Comparer<'c, 'e>) -> R,
) -> R {
    work(Comparer {
        engine,
        settings,
        brand: PhantomData,
    })
}

/// Compares the versions of one event: each is prepared once, however many it is compared with. See [`with_comparer`].
#[derive(Clone, Copy)]
pub struct Comparer<'c, 'e> {
    engine: &'e dyn Engine,
    settings: ComparisonSettings<'e>,
    brand: ComparerBrand<'c>,
}

/// A version that is ready to be compared, with others that the same comparer prepared.
///
/// ```compile_fail,E0521
/// use schemactl_compat::{ComparisonSettings, Engine, Schema, with_comparer};
///
/// fn mix(engine: &dyn Engine, settings: [ComparisonSettings<'_>; 2], old: &Schema<'_>, new: &Schema<'_>) {
///     with_comparer(engine, settings[0], |one| {
///         let old = one.prepare(old);
///         with_comparer(engine, settings[1], |other| {
///             other.compare(&old, &other.prepare(new)) // `old` was prepared by `one`
///         })
///     });
/// }
/// ```
pub struct PreparedVersion<'c, 'v> {
    views: VersionViews<'v>,
    brand: ComparerBrand<'c>,
}

/// The lifetime that a comparer shares with the versions that it prepared.
// INVARIANT: it neither shrinks nor grows. What a writer sends under one policy, held against what a reader accepts under another one,
// proves nothing under either.
type ComparerBrand<'c> = PhantomData<fn(&'c ()) -> &'c ()>;

/// The questions about one pair of versions.
// INVARIANT: each pair has a session of its own, so that its answers do not depend on the pairs before it.
struct PairSession<'q, 's> {
    questions: &'q mut dyn Questions<'s>,
    /// The versions by their place, as they are written and as they are open, once they are kept.
    kept: [[Option<KeptSchema<'s>>; 2]; 2],
}

/// A version of a pair, and which of the two it is.
type Numbered<'p, 'v> = (usize, &'p VersionViews<'v>);

impl<'q, 's> PairSession<'q, 's> {
    fn new(questions: &'q mut dyn Questions<'s>) -> Self {
        Self {
            questions,
            kept: [[None; 2]; 2],
        }
    }

    fn keep_writer(&mut self, version: Numbered<'_, '_>, sent: Option<&(Value, Dialect)>) -> KeptSchema<'s> {
        match sent {
            Some((value, dialect)) => self.questions.keep(&Schema::new(value, *dialect)),
            None => self.keep_written(version),
        }
    }

    fn keep_reader(&mut self, version: Numbered<'_, '_>, taken: Option<&(Value, Dialect)>) -> KeptSchema<'s> {
        match taken {
            Some((value, dialect)) => self.questions.keep(&Schema::new(value, *dialect)),
            None => self.keep_open(version),
        }
    }

    fn keep_written(&mut self, (place, version): Numbered<'_, '_>) -> KeptSchema<'s> {
        let questions = &mut self.questions;
        *self.kept[place][0].get_or_insert_with(|| questions.keep(&version.side.written))
    }

    fn keep_open(&mut self, (place, version): Numbered<'_, '_>) -> KeptSchema<'s> {
        if !version.side.is_pinned() {
            return self.keep_written((place, version));
        }
        let questions = &mut self.questions;
        *self.kept[place][1].get_or_insert_with(|| questions.keep(&version.side.open()))
    }
}

impl<'c> Comparer<'c, '_> {
    /// Prepares a version.
    pub fn prepare<'v>(&self, schema: &Schema<'v>) -> PreparedVersion<'c, 'v> {
        PreparedVersion {
            views: VersionViews::new(schema, self.settings),
            brand: PhantomData,
        }
    }

    /// Compares two versions that were prepared here.
    pub fn compare(&self, old: &PreparedVersion<'c, '_>, new: &PreparedVersion<'c, '_>) -> Comparison {
        let equal = self.are_equal(old, new);
        let (backward, forward, equivalent) = if equal {
            (Verdict::Compatible, Verdict::Compatible, true)
        } else {
            ask_questions(self.engine, |questions| {
                self.decide(&mut PairSession::new(questions), old, new)
            })
        };
        let counting = old.views.counting() | new.views.counting();
        let mut assumptions = self.settings.policy.assumptions_beside(&counting);
        let is_pinned = old.views.side.is_pinned() || new.views.side.is_pinned();
        if let (Some(field), true) = (self.settings.version_field, is_pinned) {
            assumptions.push(format!(
                "`{}` identifies the version and is left out of the comparison",
                field.as_str()
            ));
        }
        let pair = (old.views.written(), new.views.written());
        assumptions.extend(describe_integers(pair.0, pair.1));
        if !equal {
            let semantics = self.engine.semantics();
            assumptions.extend(describe_readings(
                pair,
                self.settings.policy,
                semantics,
                (&backward, &forward),
            ));
        }
        Comparison {
            backward,
            forward,
            equivalent,
            assumptions,
        }
    }

    /// The verdicts of both directions, and whether both versions are proved to allow the same events.
    fn decide(
        &self,
        session: &mut PairSession<'_, '_>,
        old: &PreparedVersion<'c, '_>,
        new: &PreparedVersion<'c, '_>,
    ) -> (Verdict, Verdict, bool) {
        let (backward, forward) = self.both(session, old, new);
        let mut equivalent = false;
        if backward.is_compatible() && forward.is_compatible() {
            let (old, new) = (session.keep_open((0, &old.views)), session.keep_open((1, &new.views)));
            let mut proves = |sub, sup| session.questions.between(sub, sup).is_compatible();
            equivalent = proves(old, new) && proves(new, old);
        }
        (backward, forward, equivalent)
    }

    /// Returns why the verdicts about two versions that were prepared here are what they are. A break that is known from another
    /// pair is shown by the same event, where it breaks this pair at the same place.
    pub fn explain(
        &self,
        (old, new): (&PreparedVersion<'c, '_>, &PreparedVersion<'c, '_>),
        verdicts: (&Verdict, &Verdict),
        known: (Examples<'_>, &KnownBreaks),
    ) -> Explanation {
        explain_prepared(self.engine, (&old.views, &new.views), self.settings, verdicts, known)
    }

    /// Whether both versions are the same text but for what says nothing.
    fn are_equal(&self, old: &PreparedVersion<'c, '_>, new: &PreparedVersion<'c, '_>) -> bool {
        are_equal(&old.views.side.open(), &new.views.side.open(), self.settings.policy)
    }

    /// Whether the new reader takes every old event, and the old reader every new one.
    fn both(
        &self,
        session: &mut PairSession<'_, '_>,
        old: &PreparedVersion<'c, '_>,
        new: &PreparedVersion<'c, '_>,
    ) -> (Verdict, Verdict) {
        let (old, new) = ((0, &old.views), (1, &new.views));
        let backward = self.takes(session, old, new);
        (backward, self.takes(session, new, old))
    }

    /// Whether a reader accepts every event of a writer.
    fn takes(&self, session: &mut PairSession<'_, '_>, writer: Numbered<'_, '_>, reader: Numbered<'_, '_>) -> Verdict {
        let (sent, taken) = match (writer.1.sent_under_policy(), reader.1.taken_under_policy()) {
            (Ok(sent), Ok(taken)) => (sent, taken),
            (Err(reason), _) | (_, Err(reason)) => return takes_as_written(session, writer, reader, reason),
        };
        let kept = (session.keep_writer(writer, sent), session.keep_reader(reader, taken));
        let replay = || Replay::of(writer.1, reader.1, self.engine.semantics());
        let asked = confirm_verdict(self.engine, session.questions, kept, replay);
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
    session: &mut PairSession<'_, '_>,
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

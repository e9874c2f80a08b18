//! Why two versions are compatible or not, change by change. In: both schemas and the verdicts about them. Out: every change with
//! what it does to either direction, each break with an event of its own that was replayed on the documents as they are
//! written, and the breaks that no single change explains.
//!
//! The event of a change breaks at the change's own place. It is made from an event that the reader accepts (an example, or one
//! that the engine finds), with another value at that place ([`mutate`]); [`repair`] shows that the reader accepts it once the place
//! alone is changed back. Where every event of the writer is refused for other reasons too, the other places are named. At the end
//! all breaking changes are taken out of the reader together: what is still refused has another reason, so the list never says
//! less than the verdict.

mod keyword_places;
mod known;
mod mutate;
mod others;
mod part;
mod question;
mod refactoring;
mod repair;
mod rest;
mod seeds;

use schemactl_model::{Dialect, Pointer, Value, with_stack_for};

pub use self::known::KnownBreaks;
use self::mutate::WitnessSeed;
use self::part::{PartCache, Role};
use self::question::Questioner;
use self::refactoring::WholeMoves;
pub use self::seeds::{ExampleSource, collect_example_events};
use crate::change::{Change, Effect};
use crate::diff::{Fragment, LocatedChange, diff};
use crate::engine::{Engine, ask_questions};
use crate::event_path::EventStep;
use crate::policy::{Transformed, extract_keywords, pins_one_version};
use crate::prepared::{Replay, VersionViews};
use crate::replay::ReplayViolation;
use crate::settings::ComparisonSettings;
use crate::verdict::Verdict;
use schemactl_containment::Schema;

/// Questions about whole documents that one explanation asks. Most explanations need fewer than ten; each costs as much as the
/// comparison itself.
// INVARIANT: a change whose question is not asked is undecided. Counted as harmless, it would hide a break that the verdict has proved.
const MOST_WHOLE_QUESTIONS: usize = 64;
/// Values of both documents together over all of those questions: large documents are asked about a few times only, so that an
/// explanation costs seconds at most.
const MOST_VALUES: usize = 2_000_000;
/// Breaks that no single change explains.
const MOST_OTHERS: usize = 20;

/// Events that are known to be valid, for witnesses that look like them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Examples<'e> {
    /// Of the old version.
    pub old: &'e [&'e Value],
    /// Of the new version.
    pub new: &'e [&'e Value],
}

/// One reason why a reader refuses an event of a writer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// An event of the writer that the reader refuses.
    pub witness: Value,
    /// What refuses it. `None` if only the policy's view of the reader does.
    pub violation: Option<ReplayViolation>,
    /// The place of the event at which it breaks; a place that does not exist is a property that is missing.
    pub place: Option<Pointer>,
    /// An event that differs at that place alone, and that the reader accepts. `None` if there is none, or if none was found.
    pub repaired: Option<Value>,
    /// Other places at which the reader refuses the same event, as property paths. Empty if a repaired event is known.
    pub also: Vec<String>,
    /// The lines of both documents, where they are closer than the place of the change.
    pub lines: Box<BreakLines>,
}

/// Places in both documents that are closer to a break than its change, as inside a condition that was added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BreakLines {
    /// The keyword inside the change that refuses the event, in the reader's document. `None` where it is the place of the change.
    pub rejected_at: Option<Pointer>,
    /// Where the writer's document declares what is refused, if nothing stands there at the place of the change.
    pub allowed_at: Option<Pointer>,
}

/// What a change does to one direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Impact {
    /// Nothing: proved.
    Safe,
    /// At its place it takes something away, and no whole event is refused for it: proved.
    Masked,
    /// An event is refused for it.
    Breaks(Break),
    /// Not known, and why.
    Undecided(String),
}

impl Impact {
    /// Returns the break, if it is one.
    pub fn as_break(&self) -> Option<&Break> {
        match self {
            Self::Breaks(found) => Some(found),
            _ => None,
        }
    }

    /// Returns the name in reports.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Masked => "masked",
            Self::Breaks(_) => "breaks",
            Self::Undecided(_) => "undecided",
        }
    }
}

/// A change and what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// The change.
    pub change: Change,
    /// What it does, whatever the policy: at its place where it breaks somebody, to the events as a whole where it does not.
    pub effect: Effect,
    /// Whether no event of the whole schema shows the effect, which is then that at its place: the schema around it decides. Asked
    /// of changes that break nobody.
    pub is_overruled: bool,
    /// Whether readers of the new version refuse events of the old one for it.
    pub backward: Impact,
    /// Whether readers of the old version refuse events of the new one for it.
    pub forward: Impact,
}

/// Every change of a pair of versions, and the breaks that none of them explains alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explanation {
    /// The changes, in the order of the documents.
    pub changes: Vec<Explained>,
    /// Breaks of the new reader that several changes make together.
    pub backward: Vec<Break>,
    /// Breaks of the old reader that several changes make together.
    pub forward: Vec<Break>,
}

impl Explanation {
    /// Returns the changes that break nobody.
    pub fn unbroken(&self) -> impl Iterator<Item = &Change> {
        let is_unbroken = |one: &&Explained| one.backward.as_break().is_none() && one.forward.as_break().is_none();
        self.changes.iter().filter(is_unbroken).map(|one| &one.change)
    }
}

/// Returns what is different between two schemas, without a judgement.
pub fn changes(old: &Schema<'_>, new: &Schema<'_>) -> Vec<Change> {
    with_stack_for(old.root.depth().max(new.root.depth()), || {
        diff(old, new).into_iter().map(|found| found.change).collect()
    })
}

/// Returns why the verdicts `(backward, forward)` about a pair of versions are what they are.
pub fn explain(
    engine: &dyn Engine,
    pair: (&Schema<'_>, &Schema<'_>),
    settings: ComparisonSettings<'_>,
    verdicts: (&Verdict, &Verdict),
    examples: Examples<'_>,
) -> Explanation {
    with_stack_for(pair.0.root.depth().max(pair.1.root.depth()), || {
        let (old, new) = (VersionViews::new(pair.0, settings), VersionViews::new(pair.1, settings));
        let known = KnownBreaks::default();
        explain_prepared(engine, (&old, &new), settings, verdicts, (examples, &known))
    })
}

/// Returns the same of versions that are prepared under the same settings. Deep schemas want a deep stack.
pub(crate) fn explain_prepared<'d>(
    engine: &dyn Engine,
    versions: (&'d VersionViews<'d>, &'d VersionViews<'d>),
    settings: ComparisonSettings<'_>,
    verdicts: (&Verdict, &Verdict),
    known: (Examples<'_>, &KnownBreaks),
) -> Explanation {
    ask_questions(engine, |questions| {
        let question = Questioner::new(engine, questions, settings);
        explain_in_session(question, versions, verdicts, known)
    })
}

fn explain_in_session<'d>(
    question: Questioner<'_, '_>,
    (old, new): (&'d VersionViews<'d>, &'d VersionViews<'d>),
    verdicts: (&Verdict, &Verdict),
    (examples, known): (Examples<'_>, &KnownBreaks),
) -> Explanation {
    let version_field = question.settings.version_field;
    let (of_old, of_new) = (old.written(), new.written());
    let found = diff(of_old, of_new);
    let mut work = Work {
        question,
        parts: PartCache::default(),
        pin: version_field
            .filter(|field| pins_one_version(of_old, field) && pins_one_version(of_new, field))
            .map(|field| field.place().clone()),
        whole_questions: whole_questions(of_old.root, of_new.root),
        moves: None,
    };
    let found: Vec<LocatedChange> = found.into_iter().filter(|found| !work.is_pin(&found.change)).collect();
    let found = work.without_refactorings((old, new), found);
    let effects: Vec<Effect> = found.iter().map(|found| work.effect((of_old, of_new), found)).collect();
    let backward = ReadingDirection {
        writer: Role::old(old),
        reader: Role::new(new),
        narrows: |effect| effect,
        examples: examples.old,
        readers_examples: examples.new,
        known: &|change| known.of(true, change),
    };
    let forward = ReadingDirection {
        writer: Role::new(new),
        reader: Role::old(old),
        narrows: Effect::mirror,
        examples: examples.new,
        readers_examples: examples.old,
        known: &|change| known.of(false, change),
    };
    let (mut to_backward, others_backward) = work.direction(&backward, verdicts.0, &found, &effects);
    let (mut to_forward, others_forward) = work.direction(&forward, verdicts.1, &found, &effects);
    acquit_marks(&found, &mut to_backward);
    acquit_marks(&found, &mut to_forward);
    let impacts = to_backward.into_iter().zip(to_forward);
    let judged = found.into_iter().zip(effects).zip(impacts);
    Explanation {
        changes: work.explained((old, new), judged),
        backward: others_backward,
        forward: others_forward,
    }
}

/// A mark that lets readers accept values they do not know breaks nobody: where the list beside it grows as well, the value is to blame.
fn acquit_marks(found: &[LocatedChange], impacts: &mut [Impact]) {
    for at in 0..found.len() {
        let is_blamed = |other: usize| impacts[other].as_break().is_some();
        let others =
            (0..found.len()).filter(|other| *other != at && found[*other].change.path == found[at].change.path);
        let is_mark = found[at].change.kind == crate::change::ChangeKind::ExtensibleEnumAdded;
        if is_mark && is_blamed(at) && others.into_iter().any(is_blamed) {
            impacts[at] = Impact::Safe;
        }
    }
}

/// How many questions about whole documents these two are worth.
fn whole_questions(old: &Value, new: &Value) -> usize {
    let values = crate::shrink::count_values(old) + crate::shrink::count_values(new);
    (MOST_VALUES / values).clamp(4, MOST_WHOLE_QUESTIONS)
}

/// One direction: whose events, read by whom.
struct ReadingDirection<'d> {
    writer: Role<'d>,
    reader: Role<'d>,
    /// The effect as this direction's reader sees it.
    narrows: fn(Effect) -> Effect,
    examples: &'d [&'d Value],
    readers_examples: &'d [&'d Value],
    /// Its break in another pair of versions.
    known: &'d dyn Fn(&Change) -> Option<&'d Break>,
}

struct Work<'q, 's> {
    question: Questioner<'q, 's>,
    parts: PartCache<'s>,
    /// The version field, whose fixed value is no content.
    pin: Option<Pointer>,
    /// Questions about whole documents that may still be asked.
    whole_questions: usize,
    /// What happened to the events as a whole, once that was asked.
    moves: Option<WholeMoves>,
}

impl Work<'_, '_> {
    /// The changes with what they do; of each that breaks nobody, whether any event shows it.
    fn explained<'d>(
        &mut self,
        versions: (&'d VersionViews<'d>, &'d VersionViews<'d>),
        judged: impl Iterator<Item = ((LocatedChange, Effect), (Impact, Impact))>,
    ) -> Vec<Explained> {
        let mut changes = Vec::new();
        for ((found, effect), (backward, forward)) in judged {
            let breaks_nobody = backward.as_break().is_none() && forward.as_break().is_none();
            let shown = if breaks_nobody {
                self.shown_effect(versions, &found, effect)
            } else {
                Some(effect)
            };
            changes.push(Explained {
                is_overruled: shown.is_none(),
                change: found.change,
                effect: shown.unwrap_or(effect),
                backward,
                forward,
            });
        }
        changes
    }

    fn is_pin(&self, change: &Change) -> bool {
        use crate::change::ChangeKind::{ConstChanged, EnumAdded, EnumRemoved, EnumValueAdded, EnumValueRemoved};
        let pins = [ConstChanged, EnumAdded, EnumRemoved, EnumValueAdded, EnumValueRemoved];
        let leads_to = |pin: &Pointer| {
            let steps = change.path.steps();
            let mut names = pin.tokens().iter().zip(steps);
            steps.len() >= pin.tokens().len()
                && names.all(|(name, step)| matches!(step, EventStep::Property(own) if own == name))
        };
        self.pin.as_ref().is_some_and(leads_to) && pins.contains(&change.kind)
    }

    /// What a change does to the instances at its place: two questions about its keywords alone.
    fn effect(&mut self, (old, new): (&Schema<'_>, &Schema<'_>), found: &LocatedChange) -> Effect {
        let parts = (
            extract_keywords(old, &found.old.keywords, &found.old.scope),
            extract_keywords(new, &found.new.keywords, &found.new.scope),
        );
        let (Some(before), Some(after)) = parts else {
            return Effect::Undecided;
        };
        let (before, after) = (Schema::new(&before.0, before.1), Schema::new(&after.0, after.1));
        let questions = &mut self.question.questions;
        let together = Effect::of(
            &questions.contains(&before, &after),
            &questions.contains(&after, &before),
        );
        // Values of one list are changes of their own: one that is added takes no other away.
        match (found.change.kind, together) {
            (crate::change::ChangeKind::EnumValueAdded, Effect::Replaces) => Effect::Widens,
            (crate::change::ChangeKind::EnumValueRemoved, Effect::Replaces) => Effect::Narrows,
            _ => together,
        }
    }

    /// What each change does to a direction, and what is refused for no single one of them.
    fn direction(
        &mut self,
        direction: &ReadingDirection<'_>,
        verdict: &Verdict,
        found: &[LocatedChange],
        effects: &[Effect],
    ) -> (Vec<Impact>, Vec<Break>) {
        if verdict.is_compatible() {
            let impacts = found.iter().zip(effects).map(|(found, effect)| {
                if is_harmless(direction, found, *effect) || !self.takes_away(direction, found) {
                    Impact::Safe
                } else {
                    Impact::Masked
                }
            });
            return (impacts.collect(), Vec::new());
        }
        let Some(replay) = Replay::under_policy(
            direction.writer.version,
            direction.reader.version,
            self.question.engine.semantics(),
        ) else {
            let unknown = || Impact::Undecided("no validator can replay events of these schemas".to_owned());
            let impacts = found.iter().zip(effects).map(|(found, effect)| {
                if is_harmless(direction, found, *effect) {
                    Impact::Safe
                } else {
                    unknown()
                }
            });
            return (impacts.collect(), Vec::new());
        };
        let asked: Vec<usize> = (0..found.len())
            .filter(|index| {
                let found = &found[*index];
                !is_harmless(direction, found, effects[*index])
                    && (!found.change.kind.is_seen_by_policies() || self.takes_away(direction, found))
            })
            .collect();
        let mut impacts = vec![Impact::Safe; found.len()];
        let mut unknown = Vec::new();
        for index in &asked {
            let known = (direction.known)(&found[*index].change);
            match Self::known_break(direction, &found[*index], known, &replay) {
                Some(known) => impacts[*index] = Impact::Breaks(known),
                None => unknown.push(*index),
            }
        }
        if !unknown.is_empty() {
            let ground = self.ground(direction, &replay, found, &asked);
            for index in unknown {
                impacts[index] = self.impact(direction, found, index, &ground);
            }
        }
        let others = self.others(direction, found, &mut impacts, &replay);
        (impacts, others)
    }

    /// Whether a change takes something away at its place under the policy; where that is not known it may.
    fn takes_away(&mut self, direction: &ReadingDirection<'_>, found: &LocatedChange) -> bool {
        let (writer, reader) = (direction.writer, direction.reader);
        let sent = self.under_policy(writer, writer.fragment(found), true);
        let taken = self.under_policy(reader, reader.fragment(found), false);
        let (Some(sent), Some(taken)) = (sent, taken) else {
            return true;
        };
        let (sent, taken) = (Schema::new(&sent.0, sent.1), Schema::new(&taken.0, taken.1));
        !self.question.questions.contains(&sent, &taken).is_compatible()
    }

    fn under_policy(&self, role: Role<'_>, fragment: &Fragment, writes: bool) -> Option<(Value, Dialect)> {
        let (part, dialect) = extract_keywords(role.schema, &fragment.keywords, &fragment.scope)?;
        let policy = self.question.settings.policy;
        let transformed = if writes {
            policy.as_writer(&Schema::new(&part, dialect))
        } else {
            policy.as_reader(&Schema::new(&part, dialect))
        };
        match transformed {
            Transformed::Impossible(_) => None,
            Transformed::Schema(value, dialect) => Some((value, dialect)),
            Transformed::Unchanged => Some((part, dialect)),
        }
    }

    /// Spends a question about whole documents, if there is one left.
    fn may_ask_about_the_whole(&mut self) -> bool {
        let may = self.whole_questions > 0;
        self.whole_questions = self.whole_questions.saturating_sub(1);
        may
    }

    /// What one change does.
    fn impact(
        &mut self,
        direction: &ReadingDirection<'_>,
        found: &[LocatedChange],
        index: usize,
        ground: &WitnessSeed<'_>,
    ) -> Impact {
        if let Some(found) = self.mutated(direction, found, index, ground) {
            return Impact::Breaks(found);
        }
        if !self.may_ask_about_the_whole() {
            let reason = "the number of comparisons of whole documents for an explanation is limited, and there were more changes";
            return Impact::Undecided(reason.to_owned());
        }
        self.with_others_relaxed(direction, found, index, ground)
    }
}

/// Whether a change cannot take anything away from the reader of a direction.
fn is_harmless(direction: &ReadingDirection<'_>, found: &LocatedChange, effect: Effect) -> bool {
    use crate::change::ChangeKind::{EnumValueAdded, EnumValueRemoved};
    let seen = (direction.narrows)(effect);
    // A longer list takes no value away, whether its readers accept others too or not.
    if seen == Effect::Widens && matches!(found.change.kind, EnumValueAdded | EnumValueRemoved) {
        return true;
    }
    matches!(seen, Effect::Widens | Effect::Neutral) && !found.change.kind.is_seen_by_policies()
}

impl Break {
    /// Creates a break of which nothing is known but its event.
    pub fn from_witness(witness: Value) -> Self {
        Self {
            witness,
            violation: None,
            place: None,
            repaired: None,
            also: Vec::new(),
            lines: Box::default(),
        }
    }

    /// Returns the place where the reader rejects the event; the root of its document if only the policy's view of it does.
    pub fn keyword(&self) -> Pointer {
        self.violation
            .as_ref()
            .map_or_else(Pointer::root, |violation| violation.keyword.clone())
    }
}

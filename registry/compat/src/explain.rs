//! Why two versions are compatible or not, change by change. In: both schemas and the verdicts about them. Out: every change with
//! what it does to either direction, each break with an event of its own that was replayed on the documents as they are
//! written, and the breaks that no single change explains.
//!
//! A change is asked about alone: every other change is taken out of a copy of the reader, and the engine is asked whether the
//! copy takes every event of the writer. What the copy refuses the reader refuses too. At the end all breaking changes are taken
//! out together: what is still refused has another reason, so the list never says less than the verdict.

use schemactl_model::{Dialect, Pointer, Value, with_stack_for};

use crate::change::{Change, Effect};
use crate::compare::{Question, Replay, Side};
use crate::diff::{Found, Fragment, diff};
use crate::edit::{Edit, edited};
use crate::policy::{standalone, without_version_pin};
use crate::shrink::dress;
use crate::{Engine, Policy, Schema, Semantics, Validator, Verdict, Violation};

/// Changes that are asked about alone in one direction; the others are undecided.
const MOST_LIFTED: usize = 64;
/// Breaks that no single change explains.
const MOST_OTHERS: usize = 20;

/// Under which assumptions two versions are compared.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'s> {
    /// The content-model policy.
    pub policy: Policy,
    /// The property that holds the version, if there is one.
    pub version_field: Option<&'s str>,
}

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
    pub violation: Option<Violation>,
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
    /// The break, if it is one.
    pub fn as_break(&self) -> Option<&Break> {
        match self {
            Self::Breaks(found) => Some(found),
            _ => None,
        }
    }

    /// Its name in reports.
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
    /// What it does at its place, whatever the policy.
    pub effect: Effect,
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

/// What is different between two schemas, without a judgement.
pub fn changes(old: &Schema<'_>, new: &Schema<'_>) -> Vec<Change> {
    with_stack_for(old.root.depth().max(new.root.depth()), || {
        diff(old, new).into_iter().map(|found| found.change).collect()
    })
}

/// Explains the verdicts `(backward, forward)` about a pair of versions.
pub fn explain(
    engine: &dyn Engine,
    (old, new): (&Schema<'_>, &Schema<'_>),
    settings: Settings<'_>,
    verdicts: (&Verdict, &Verdict),
    examples: Examples<'_>,
) -> Explanation {
    with_stack_for(old.root.depth().max(new.root.depth()), || {
        let found = diff(old, new);
        let mut work = Work {
            question: Question::new(engine, settings.policy, settings.version_field),
            pin: (settings.version_field)
                .filter(|field| fixes_at_most_one(old, field) && fixes_at_most_one(new, field))
                .map(|field| Pointer::root().join("properties").join(field)),
        };
        let found: Vec<Found> = found.into_iter().filter(|found| !work.is_pin(&found.change)).collect();
        let effects: Vec<Effect> = found.iter().map(|found| work.effect((old, new), found)).collect();
        let backward = Direction {
            writer: (old, |found| &found.old),
            reader: (new, |found| &found.new),
            place: |change| &change.new,
            narrows: |effect| effect,
            examples: examples.old,
        };
        let forward = Direction {
            writer: (new, |found| &found.new),
            reader: (old, |found| &found.old),
            place: |change| &change.old,
            narrows: Effect::mirror,
            examples: examples.new,
        };
        let (to_backward, others_backward) = work.direction(&backward, verdicts.0, &found, &effects);
        let (to_forward, others_forward) = work.direction(&forward, verdicts.1, &found, &effects);
        let impacts = to_backward.into_iter().zip(to_forward);
        let changes = found.into_iter().zip(effects).zip(impacts);
        Explanation {
            changes: changes
                .map(|((found, effect), (backward, forward))| Explained {
                    change: found.change,
                    effect,
                    backward,
                    forward,
                })
                .collect(),
            backward: others_backward,
            forward: others_forward,
        }
    })
}

/// One side of a direction: a document, and its part of a change.
type Part<'d> = (&'d Schema<'d>, fn(&Found) -> &Fragment);

struct Direction<'d> {
    writer: Part<'d>,
    reader: Part<'d>,
    /// Where a change stands in the reader's document.
    place: fn(&Change) -> &Pointer,
    /// The effect as this direction's reader sees it.
    narrows: fn(Effect) -> Effect,
    examples: &'d [&'d Value],
}

struct Work<'q> {
    question: Question<'q>,
    /// The version field, whose fixed value is no content.
    pin: Option<Pointer>,
}

impl Work<'_> {
    fn is_pin(&self, change: &Change) -> bool {
        use crate::ChangeKind::{ConstChanged, EnumAdded, EnumRemoved, EnumValueAdded, EnumValueRemoved};
        let pins = [ConstChanged, EnumAdded, EnumRemoved, EnumValueAdded, EnumValueRemoved];
        self.pin
            .as_ref()
            .is_some_and(|pin| change.new.starts_with(pin) || change.old.starts_with(pin))
            && pins.contains(&change.kind)
    }

    /// What a change does to the instances at its place: two questions about its keywords alone.
    fn effect(&mut self, (old, new): (&Schema<'_>, &Schema<'_>), found: &Found) -> Effect {
        let (Some(before), Some(after)) = (part_alone(old, &found.old), part_alone(new, &found.new)) else {
            return Effect::Undecided;
        };
        let (before, after) = (Schema::new(&before.0, before.1), Schema::new(&after.0, after.1));
        let questions = &mut self.question.questions;
        Effect::of(
            &questions.contains(&before, &after),
            &questions.contains(&after, &before),
        )
    }

    /// What each change does to a direction, and what is refused for no single one of them.
    fn direction(
        &mut self,
        direction: &Direction<'_>,
        verdict: &Verdict,
        found: &[Found],
        effects: &[Effect],
    ) -> (Vec<Impact>, Vec<Break>) {
        let seen = |effect: &Effect| (direction.narrows)(*effect);
        let harmless = |effect: &Effect| matches!(seen(effect), Effect::Widens | Effect::Neutral);
        if verdict.is_compatible() {
            let impacts = found.iter().zip(effects).map(|(found, effect)| {
                if harmless(effect) || !self.takes_away(direction, found) {
                    Impact::Safe
                } else {
                    Impact::Masked
                }
            });
            return (impacts.collect(), Vec::new());
        }
        let whole = Side::new(direction.writer.0, self.question.version_field);
        let reader = Side::new(direction.reader.0, self.question.version_field);
        let replay = self.question.validators(&whole, &reader);
        let mut lifted = 0;
        let mut impacts: Vec<Impact> = Vec::with_capacity(found.len());
        for (index, effect) in effects.iter().enumerate() {
            let impact = match &replay {
                _ if harmless(effect) && !found[index].change.kind.is_seen_by_policies() => Impact::Safe,
                Some(replay) if lifted < MOST_LIFTED => {
                    lifted += 1;
                    self.lift(direction, found, index, replay)
                }
                Some(_) => Impact::Undecided(format!("only the first {MOST_LIFTED} changes are asked about alone")),
                None => Impact::Undecided("no validator can replay events of these schemas".to_owned()),
            };
            impacts.push(impact);
        }
        let others = match &replay {
            Some(replay) => self.others(direction, found, &mut impacts, replay),
            None => Vec::new(),
        };
        (impacts, others)
    }

    /// Whether a change takes something away at its place under the policy.
    fn takes_away(&mut self, direction: &Direction<'_>, found: &Found) -> bool {
        let ((writer, of_writer), (reader, of_reader)) = (direction.writer, direction.reader);
        let parts = (
            part_alone(writer, of_writer(found)),
            part_alone(reader, of_reader(found)),
        );
        let (Some(sent), Some(taken)) = parts else {
            return false;
        };
        let policy = self.question.policy;
        let (sent, taken) = (Schema::new(&sent.0, sent.1), Schema::new(&taken.0, taken.1));
        let (Ok(sent), Ok(taken)) = (policy.as_writer(&sent).of(&sent), policy.as_reader(&taken).of(&taken)) else {
            return false;
        };
        let (sent, taken) = (Schema::new(&sent.0, sent.1), Schema::new(&taken.0, taken.1));
        matches!(
            self.question.questions.contains(&sent, &taken),
            Verdict::Incompatible { .. }
        )
    }

    /// One change alone.
    fn lift(&mut self, direction: &Direction<'_>, found: &[Found], index: usize, replay: &Replay) -> Impact {
        let of_reader = direction.reader.1;
        let stands = (direction.place)(&found[index].change);
        let own: Vec<&Pointer> = of_reader(&found[index])
            .relax
            .iter()
            .map(Edit::place)
            .chain([stands])
            .collect();
        let own_edits = &of_reader(&found[index]).relax;
        let keeps_own = |edit: &&Edit| !own_edits.contains(edit) && !own.iter().any(|place| edit.replaces(place));
        let others = found.iter().enumerate().filter(|(other, _)| *other != index);
        let edits = others.flat_map(|(_, other)| &of_reader(other).relax).filter(keeps_own);
        let relaxed = edited(direction.reader.0.root, edits);
        match self.asked(direction, &relaxed) {
            (Verdict::Incompatible { witness }, Some(alone)) if replay.breaks(&witness) == Ok(true) => {
                let both = |event: &Value| alone.breaks(event) == Ok(true) && replay.breaks(event) == Ok(true);
                let witness = dress(witness, direction.examples, &both);
                let wanted = (own.as_slice(), found[index].change.subject.as_deref());
                let violation = violation(direction.reader.0, self.question.engine.semantics(), &witness, wanted);
                Impact::Breaks(Break { witness, violation })
            }
            (Verdict::Incompatible { .. }, _) => {
                Impact::Undecided("the other changes have a part in what it does".to_owned())
            }
            (Verdict::Compatible, _) if self.takes_away(direction, &found[index]) => Impact::Masked,
            (Verdict::Compatible, _) => Impact::Safe,
            (Verdict::Undecided { reason }, _) => Impact::Undecided(reason),
        }
    }

    fn asked(&mut self, direction: &Direction<'_>, reader: &Value) -> (Verdict, Option<Replay>) {
        let field = self.question.version_field;
        let schema = Schema::new(reader, direction.reader.0.dialect);
        self.question
            .replayed(&Side::new(direction.writer.0, field), &Side::new(&schema, field))
    }

    /// What is refused although all breaking changes are taken out. A refusal at the place of a change belongs to it.
    fn others(
        &mut self,
        direction: &Direction<'_>,
        found: &[Found],
        impacts: &mut [Impact],
        replay: &Replay,
    ) -> Vec<Break> {
        let (schema, of_reader) = direction.reader;
        let breaking = found
            .iter()
            .zip(impacts.iter())
            .filter(|(_, impact)| impact.as_break().is_some());
        let mut relaxed = edited(schema.root, breaking.flat_map(|(found, _)| &of_reader(found).relax));
        let mut others = Vec::new();
        for _ in 0..MOST_OTHERS {
            let (Verdict::Incompatible { witness }, _) = self.asked(direction, &relaxed) else {
                break;
            };
            let semantics = self.question.engine.semantics();
            let found_here = violation(&Schema::new(&relaxed, schema.dialect), semantics, &witness, (&[], None));
            let next = found_here
                .as_ref()
                .and_then(|violation| relax(&relaxed, violation, &witness));
            if replay.breaks(&witness) == Ok(true) {
                let witness = dress(witness, direction.examples, &|event| replay.breaks(event) == Ok(true));
                let one = Break {
                    violation: found_here.clone(),
                    witness,
                };
                let owner = found_here.and_then(|violation| owner(found, direction, &violation.keyword));
                match owner {
                    Some(index) if impacts[index].as_break().is_none() => impacts[index] = Impact::Breaks(one),
                    // Taking changes out of a `oneOf` makes it refuse more: what is refused where a break is known is that break.
                    _ if is_known(impacts, &one) => {}
                    _ => others.push(one),
                }
            }
            let Some(next) = next
                .map(|edit| edited(&relaxed, [&edit]))
                .filter(|next| *next != relaxed)
            else {
                break;
            };
            relaxed = next;
        }
        others
    }
}

/// Whether a change is known to be refused at the same keyword.
fn is_known(impacts: &[Impact], one: &Break) -> bool {
    let mut known = impacts.iter().filter_map(Impact::as_break);
    known.any(|known| known.violation.is_some() && known.keyword() == one.keyword())
}

/// The change whose keyword it is.
fn owner(found: &[Found], direction: &Direction<'_>, keyword: &Pointer) -> Option<usize> {
    let of_reader = direction.reader.1;
    found
        .iter()
        .position(|found| of_reader(found).relax.iter().any(|edit| edit.place() == keyword))
}

/// Why an event is refused; at one of the places, if it is refused there.
/// There, one that names the subject of the change comes first.
fn violation(
    schema: &Schema<'_>,
    semantics: Semantics,
    event: &Value,
    (places, subject): (&[&Pointer], Option<&str>),
) -> Option<Violation> {
    let validator = Validator::with(schema.root, schema.dialect, semantics).ok()?;
    let violations = validator.errors(event).ok()?;
    let there = |violation: &&Violation| places.iter().any(|place| violation.keyword.starts_with(place));
    let quoted = subject.map(|subject| format!("\"{subject}\""));
    let named = |violation: &&Violation| {
        let names = quoted.as_ref().is_some_and(|quoted| violation.message.contains(quoted));
        names && there(violation)
    };
    let mut best = violations.iter().find(named);
    best = best.or_else(|| violations.iter().find(there));
    best.or_else(|| violations.first()).cloned()
}

/// Takes out what was violated; of `required` only a name that is missing. `None` if it is not in the document, as when a
/// policy put it there.
fn relax(root: &Value, violation: &Violation, event: &Value) -> Option<Edit> {
    let keyword = violation.keyword.resolve(root)?;
    let is_required = violation.keyword.tokens().last().is_some_and(|name| name == "required");
    match keyword.as_array().filter(|_| is_required) {
        Some(names) => {
            let instance = violation.instance.resolve(event)?;
            let missing = names
                .iter()
                .filter_map(Value::as_str)
                .find(|name| instance.member(name).is_none())?;
            Some(Edit::RemoveName(violation.keyword.clone(), missing.to_owned()))
        }
        None => Some(Edit::Remove(violation.keyword.clone())),
    }
}

impl Break {
    /// Where the reader refuses the event; the root of its document if only the policy's view of it does.
    pub fn keyword(&self) -> Pointer {
        self.violation
            .as_ref()
            .map_or_else(Pointer::root, |violation| violation.keyword.clone())
    }
}

/// Whether a version field has one fixed value or none: a list of several is content.
fn fixes_at_most_one(schema: &Schema<'_>, field: &str) -> bool {
    let property = schema
        .root
        .member("properties")
        .and_then(|properties| properties.member(field));
    let fixes = property.is_some_and(|property| ["const", "enum"].iter().any(|name| property.member(name).is_some()));
    !fixes || without_version_pin(schema, field).is_some()
}

/// The keywords of a change as a document of their own, and its dialect.
fn part_alone(schema: &Schema<'_>, fragment: &Fragment) -> Option<(Value, Dialect)> {
    standalone(schema, &fragment.keywords, &fragment.scope)
}

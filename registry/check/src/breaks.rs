//! What a comparison found, as findings: a change that breaks, a break that no change makes alone, a direction that is undecided. In:
//! two schemas, and what is known of them. Out: the findings, each with an event and its places in both files. `check` asks for the
//! versions of an event, `diff` for any two schemas.

use std::cell::OnceCell;

use schemactl_compat::{Break, Change, ChangeKind, EventPath, Explained, Explanation, Impact, Verdict};
use schemactl_model::{Kind, Pointer, Value};

use crate::code_change::CodeChange;
use crate::condition_content::digest_condition;
use crate::content::digest_content;
use crate::pair::{ComparedSchema, SchemaPair};
use crate::remedy::advise_on;
use crate::report::{ChangeKey, Direction, Finding, FindingPlace, Severity};
use crate::rule::Rule;

/// One direction of a pair.
#[derive(Clone, Copy)]
struct Way<'f> {
    pair: &'f SchemaPair<'f>,
    direction: Direction,
    severity: Severity,
    explanation: &'f Explanation,
    /// The digest of the new schema, once somebody needs it.
    new_digest: &'f OnceCell<String>,
}

impl SchemaPair<'_> {
    /// Returns warnings about changes that generated code notices and validators do not.
    pub fn advisories<'c>(&self, changes: impl IntoIterator<Item = &'c Change>) -> Vec<Finding> {
        let noticed = |change: &&Change| change.kind.is_noticed_by_code();
        let finding = |change: &Change| {
            let rule = Rule::Change(change.kind);
            let mut places = places_of_new(self.new, &change.new, &format!("{} has this", self.new.name()));
            let label = format!("{} had this", self.old.name());
            places.push(FindingPlace::at(self.old.document, &change.old, &label));
            Finding {
                old: self.old.version.cloned(),
                new: self.new.version.cloned(),
                message: format!("{}: {}", self.new.title, change.sentence()),
                places,
                why: Some(explain_notice(change).to_owned()),
                fix: Some(rule.advice().to_owned()),
                ..Finding::new(rule, Severity::Warning, self.event.clone())
            }
        };
        changes.into_iter().filter(noticed).map(finding).collect()
    }

    /// Returns the warning about a change of generated code that no keyword stands for.
    pub(crate) fn describe_code_change(&self, change: &CodeChange) -> Finding {
        let mut places = places_of_new(self.new, &change.new, &format!("{} has this", self.new.name()));
        let label = format!("{} had this", self.old.name());
        places.push(FindingPlace::at(self.old.document, &change.old, &label));
        Finding {
            message: format!("{}: {}", self.new.title, change.what),
            places,
            why: Some(
                "both versions accept the same events; code that uses the types may not compile any more".to_owned(),
            ),
            ..Finding::new(Rule::PatchNotEquivalent, Severity::Warning, self.event.clone())
        }
    }

    /// Returns the findings of a direction, none if it is compatible.
    pub fn findings(
        &self,
        direction: Direction,
        severity: Severity,
        verdict: &Verdict,
        explanation: &Explanation,
    ) -> Vec<Finding> {
        let new_digest = OnceCell::new();
        let way = Way {
            pair: self,
            direction,
            severity,
            explanation,
            new_digest: &new_digest,
        };
        match verdict {
            Verdict::Compatible => Vec::new(),
            Verdict::Undecided { reason } => vec![way.undecided(reason)],
            Verdict::Incompatible { witness } => {
                let mut all = way.breaks();
                if all.is_empty() {
                    // The verdict stands, whatever became of the list.
                    all.push(way.together(&Break::from_witness(witness.clone())));
                }
                all
            }
        }
    }
}

/// Why a change that breaks nobody under the policy is a warning.
fn explain_notice(change: &Change) -> &str {
    match (change.kind, &change.hint) {
        (_, Some(hint)) => hint,
        (ChangeKind::FormatChanged, None) => {
            "generated code may have another type for it and reject values of the other version, as do validators that assert formats"
        }
        (_, None) => "validators ignore it; generated code does not",
    }
}

/// The place of the new schema. Of one in a file that it refers to, its own reference stands first: that is a line of the version that the finding
/// is about.
fn places_of_new(new: ComparedSchema<'_>, pointer: &Pointer, label: &str) -> Vec<FindingPlace> {
    let refers = format!("{} refers to it here", new.name());
    let reference = FindingPlace::of_reference(new.document, pointer, &refers);
    let place = FindingPlace::at(new.document, pointer, label);
    reference.into_iter().chain([place]).collect()
}

/// Whether the object that does not declare a property requires it. `pointer` leads to the object, or to its `properties`.
fn requires_name(side: ComparedSchema<'_>, pointer: &Pointer, name: &str) -> bool {
    let root = side.document.root();
    let above = pointer.tokens().split_last().map_or(&[][..], |(_, above)| above);
    let above = above.iter().fold(Pointer::root(), |place, token| place.join(token));
    let mut places = [pointer, &above].into_iter();
    places.any(|place| {
        let required = place
            .resolve(root)
            .and_then(|object| object.member("required")?.as_array());
        required.is_some_and(|names| names.iter().any(|required| required.as_str() == Some(name)))
    })
}

/// The end of the label at the place that rejects an event.
pub(crate) const REJECTS: &str = " rejects it here";

/// Places that a sentence has room for.
const MOST_PLACES: usize = 5;

/// A value in a sentence, cut where it is long.
fn shown(value: &Value) -> String {
    /// Characters that a sentence has room for.
    const MOST: usize = 40;
    let text = value.to_json();
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{text}`"),
    }
}

/// A value that is one word, or a list of words; nothing for any other.
fn scalar(value: &Value) -> String {
    let is_list = value
        .as_array()
        .is_some_and(|list| !list.iter().any(Value::is_composite));
    if is_list || !value.is_composite() {
        value.to_json()
    } else {
        String::new()
    }
}

/// Whether a value is more than the word that stands for it: a schema, or a list of values that are no words. A list in which a name stands
/// is not: it changes for other names.
fn is_content(value: &Value, has_subject: bool) -> bool {
    match &value.kind {
        Kind::Object(_) => true,
        Kind::Bool(_) => has_subject,
        Kind::Array(_) => !has_subject,
        _ => false,
    }
}

impl<'f> Way<'f> {
    /// A finding for each change that breaks, then for what several changes do together.
    fn breaks(self) -> Vec<Finding> {
        let alone = self.explanation.changes.iter().filter_map(|one| {
            let refused = self.impact(one).as_break()?;
            let mut finding = self.refusal(
                refused,
                (&one.change.old, &one.change.new),
                Rule::Change(one.change.kind),
            );
            finding.message = format!("{}: {}", finding.message, one.change.sentence());
            finding.why = finding.why.map(|why| match &one.change.hint {
                Some(hint) => format!("{why}; {hint}"),
                None => why,
            });
            finding.subject.clone_from(&one.change.subject);
            let sides = (self.pair.old, self.pair.new);
            finding.fix = Some(advise_on(&one.change, self.direction, sides, self.pair.version_field));
            finding.change = Some(self.key_of(&one.change));
            Some(finding)
        });
        let others = match self.direction {
            Direction::Backward => &self.explanation.backward,
            Direction::Forward => &self.explanation.forward,
        };
        alone.chain(others.iter().map(|other| self.together(other))).collect()
    }

    fn key_of(self, change: &Change) -> ChangeKey {
        let new = change.new.resolve(self.pair.new.document.root());
        // A name or a member of a list is the subject already, and what stands around it may change for other reasons.
        let value = new.filter(|_| change.subject.is_none()).map(scalar).unwrap_or_default();
        // Of what was removed the schema around it is left.
        let is_there = change.new.tokens().len() >= change.old.tokens().len();
        let content = new.filter(|new| is_there && value.is_empty() && is_content(new, change.subject.is_some()));
        let digest = |content: (String, bool)| match content {
            (_, true) => self.digest_new(),
            (digest, false) => digest,
        };
        let former = content.map(|new| digest(digest_content(new))).unwrap_or_default();
        let condition = digest_condition(change, self.pair.old.document, self.pair.new.document).map(digest);
        ChangeKey {
            path: change.path.to_string(),
            value,
            content: condition.unwrap_or_else(|| former.clone()),
            former_content: former,
            what: change.sentence(),
        }
    }

    /// The digest of the new schema.
    fn digest_new(self) -> String {
        let digest = || digest_content(self.pair.new.document.root()).0;
        self.new_digest.get_or_init(digest).clone()
    }

    /// A break without a change of its own, at the keyword that refuses the event.
    fn together(self, found: &Break) -> Finding {
        let rule = match self.direction {
            Direction::Backward => Rule::BackwardIncompatible,
            Direction::Forward => Rule::ForwardIncompatible,
        };
        let keyword = found.keyword();
        let place = found.place.as_ref();
        let path = place.map(|place| EventPath::of_instance(&found.witness, place).to_string());
        let path = path.unwrap_or_default();
        let mut finding = self.refusal(found, (&keyword, &keyword), rule);
        let mut what = "several changes together".to_owned();
        if let Some((sentence, fix)) = self.undeclared_requirement(&path) {
            finding.message = format!("{}: {sentence}", finding.message);
            (what, finding.fix) = (sentence, Some(fix));
        }
        finding.change = Some(ChangeKey {
            path,
            value: keyword.to_string(),
            // What they do together hangs on all of the schema.
            content: self.digest_new(),
            former_content: String::new(),
            what,
        });
        finding
    }

    /// What happened to a property that only one version declares and writers of the other send all the same, with what to do: it is required, or
    /// another keyword names it, such as `not`, or the object is a map.
    fn undeclared_requirement(self, path: &str) -> Option<(String, String)> {
        let changes = self.explanation.changes.iter().map(|one| &one.change);
        let mut here = changes.filter(|change| change.path.to_string() == path);
        here.find_map(|change| {
            let SchemaPair { old, new, .. } = *self.pair;
            match (self.direction, change.kind) {
                (Direction::Forward, ChangeKind::PropertyRemoved) => {
                    let name = change.old.tokens().last()?;
                    let still = if requires_name(new, &change.new, name) {
                        "still required"
                    } else {
                        "may still be sent, with any value"
                    };
                    Some((
                        format!("`{path}` is no longer declared, and {still}"),
                        format!("Declare `{name}` in `properties` again."),
                    ))
                }
                (Direction::Backward, ChangeKind::PropertyAdded) => {
                    let name = change.new.tokens().last()?;
                    let before = if requires_name(old, &change.old, name) {
                        "was required without a declaration"
                    } else {
                        "could be sent before, with any value"
                    };
                    Some((
                        format!("`{path}` is declared now, and {before}"),
                        format!("Declare `{name}` so that it accepts every value."),
                    ))
                }
                _ => None,
            }
        })
    }

    fn refusal(self, found: &Break, (old, new): (&Pointer, &Pointer), rule: Rule) -> Finding {
        let (writer, reader) = self.roles();
        let label = |side: ComparedSchema<'_>, reads: bool| {
            if reads {
                format!("{}{REJECTS}", side.name())
            } else {
                format!("{} allows it", side.name())
            }
        };
        let SchemaPair {
            old: before,
            new: after,
            ..
        } = *self.pair;
        // Each side has its own reader: where the event is rejected, and where it is allowed.
        let (rejected_at, allowed_at) = (found.lines.rejected_at.as_ref(), found.lines.allowed_at.as_ref());
        let (old, new) = match self.direction {
            Direction::Backward => (allowed_at.unwrap_or(old), rejected_at.unwrap_or(new)),
            Direction::Forward => (rejected_at.unwrap_or(old), allowed_at.unwrap_or(new)),
        };
        let mut places = places_of_new(after, new, &label(after, self.direction == Direction::Backward));
        places.push(FindingPlace::at(
            before.document,
            old,
            &label(before, self.direction == Direction::Forward),
        ));
        Finding {
            message: format!("{} rejects an event of {}", reader.title, writer.title),
            places,
            witness: Some(found.witness.clone()),
            witness_place: found.place.clone(),
            why: Some(self.why(found)),
            fix: Some(rule.advice().to_owned()),
            ..self.finding(rule)
        }
    }

    /// Why the event is rejected, and what alone would have to be another.
    fn why(self, found: &Break) -> String {
        let (_, reader) = self.roles();
        let said = match &found.violation {
            Some(violation) => format!(": {}", violation.message),
            None => " as the policy reads it".to_owned(),
        };
        let mut why = vec![format!("{} rejects it{said}", reader.name())];
        let place = found.place.as_ref().filter(|place| !place.tokens().is_empty());
        if let (Some(repaired), Some(place)) = (&found.repaired, place) {
            let path = EventPath::of_instance(&found.witness, place);
            let change = match place.resolve(repaired) {
                Some(value) => format!("with `{path}` {}", shown(value)),
                None => format!("without `{path}`"),
            };
            why.push(format!("{change} {} accepts it", reader.name()));
        }
        if !found.also.is_empty() {
            let others = found.also.iter().take(MOST_PLACES).map(|place| format!("`{place}`"));
            let others: Vec<_> = others.collect();
            let more = match found.also.len().saturating_sub(MOST_PLACES) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            why.push(format!(
                "{} also rejects it at {}{more}",
                reader.name(),
                others.join(", ")
            ));
        }
        why.join("; ")
    }

    fn undecided(self, reason: &str) -> Finding {
        let (writer, reader) = self.roles();
        Finding {
            message: format!(
                "cannot decide whether {} accepts every event of {}",
                reader.title, writer.title
            ),
            places: self.undecided_places(),
            why: Some(reason.to_owned()),
            fix: Some("write this part in a simpler way".to_owned()),
            change: Some(ChangeKey {
                path: String::new(),
                value: reason.to_owned(),
                content: self.digest_new(),
                former_content: String::new(),
                what: "it is undecided".to_owned(),
            }),
            ..self.finding(Rule::CannotDecide)
        }
    }

    /// The changes that the verdict hangs on, in both files; the schemas as a whole, if it is not known which they are.
    fn undecided_places(self) -> Vec<FindingPlace> {
        let SchemaPair { old, new, .. } = *self.pair;
        let changes = self.explanation.changes.iter();
        let undecided = changes.filter(|one| matches!(self.impact(one), Impact::Undecided(_)));
        let at = undecided.flat_map(|one| {
            let mut places = places_of_new(new, &one.change.new, &one.change.sentence());
            let label = format!("previously, in {}", old.name());
            places.push(FindingPlace::at(old.document, &one.change.old, &label));
            places
        });
        let places: Vec<_> = at.collect();
        if places.is_empty() {
            let (new, old) = (new.document.source(), old.document.source());
            return vec![
                FindingPlace::whole(new, "the new version"),
                FindingPlace::whole(old, "the old version"),
            ];
        }
        places
    }

    fn finding(self, rule: Rule) -> Finding {
        Finding {
            direction: Some(self.direction),
            old: self.pair.old.version.cloned(),
            new: self.pair.new.version.cloned(),
            ..Finding::new(rule, self.severity, self.pair.event.clone())
        }
    }

    fn impact(self, one: &'f Explained) -> &'f Impact {
        match self.direction {
            Direction::Backward => &one.backward,
            Direction::Forward => &one.forward,
        }
    }

    /// The writer and the reader.
    fn roles(self) -> (ComparedSchema<'f>, ComparedSchema<'f>) {
        match self.direction {
            Direction::Backward => (self.pair.old, self.pair.new),
            Direction::Forward => (self.pair.new, self.pair.old),
        }
    }
}

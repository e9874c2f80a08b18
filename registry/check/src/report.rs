//! The answer of a check: findings, comparisons, and for each event the action it asks for. Plain data, sorted; printing it
//! is the command line's work.

use std::collections::BTreeMap;
use std::fmt;

use schemactl_compat::{Bump, Verdict};
use schemactl_model::{Document, EventName, Member, Pointer, Source, Span, Value, Version};

use crate::rule::Rule;
use schemactl_workspace::{CompatibilityMode, Status, Workspace};

/// Everything that a check found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The findings, sorted by event, version and rule.
    pub findings: Vec<Finding>,
    /// The findings that the base has too, where they were set aside: the change does not touch them. None of them is an error.
    pub inherited: Vec<Finding>,
    /// Every pair of versions that was compared, in order.
    pub comparisons: Vec<ReportedComparison>,
    /// One line for the newest version of each event, and one for each earlier version whose number promises too much or does not follow.
    pub summaries: Vec<BumpSummary>,
    /// How many events were checked.
    pub events: usize,
    /// How many versions they have.
    pub versions: usize,
    /// How many examples were validated.
    pub examples: usize,
    /// How many of them are of each event, in the report of a single workspace.
    pub examples_by_event: BTreeMap<EventName, usize>,
}

/// One occurrence of a rule.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// How loud it is.
    pub severity: Severity,
    /// The event; `None` for findings about the workspace.
    pub event: Option<EventName>,
    /// The workspace, as the report calls it; `None` in the report of a single one.
    pub workspace: Option<String>,
    /// The team that answers for it: that of the event, or else that of the workspace.
    pub owner: Option<String>,
    /// Whom it breaks, for findings about two versions; the first of both where a change breaks both.
    pub direction: Option<Direction>,
    /// The findings of both directions, backward first, where a change breaks both; empty for all others.
    pub directions: Vec<Finding>,
    /// The change it is about, for breaks between two versions.
    pub change: Option<ChangeKey>,
    /// The one name it is about, where several findings can be at one place.
    pub subject: Option<String>,
    /// The old version, for findings about two.
    pub old: Option<Version>,
    /// The version it is about; the new one of two.
    pub new: Option<Version>,
    /// What was found.
    pub message: String,
    /// Where: the primary place first, then the place in the other file.
    pub places: Vec<FindingPlace>,
    /// The concrete event that breaks.
    pub witness: Option<Value>,
    /// The place of that event at which it breaks; a place that is not there is a property that is missing.
    pub witness_place: Option<Pointer>,
    /// Why, in a sentence.
    pub why: Option<String>,
    /// How to fix it.
    pub fix: Option<String>,
    /// Why it was accepted, if a waiver accepts it.
    pub waived: Option<String>,
    /// Whether the waiver that accepts it is one that the base does not have.
    pub is_newly_waived: bool,
    /// Whether no workspace is left whose settings could hold a waiver of it.
    pub is_homeless: bool,
    /// The versions beside the old one whose readers or writers it breaks too.
    pub also_breaks: Vec<Version>,
    /// The later versions that still have it.
    pub repeated_in: Vec<Version>,
    /// What makes it the same finding tomorrow: 64 hexadecimal digits. Empty until the check has ended.
    pub fingerprint: String,
    /// The fingerprints that it had when each pair of versions was a finding of its own: waivers hold them still.
    pub former_prints: Vec<String>,
    /// The fingerprint of the change in both directions. A waiver that holds it accepts either of them.
    pub change_print: Option<String>,
}

/// What tells a change apart from others of its rule, whichever versions are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeKey {
    /// The part of the event that it is about.
    pub path: String,
    /// The new value, where it is one: a tighter bound is another change.
    pub value: String,
    /// The digest of what is new, where it is more than a word: a schema. It is that of the version that introduced the change, since later
    /// versions may add to it; empty for all others.
    pub content: String,
    /// The content that fingerprints of earlier releases had: waivers hold them still. Empty if it was none.
    pub former_content: String,
    /// The change in words: `` `items[].quantity`: `minimum` `1` was added ``.
    pub what: String,
}

impl Finding {
    /// Returns whether it is an error that no waiver accepts.
    pub fn is_open_error(&self) -> bool {
        self.severity == Severity::Error && self.waived.is_none()
    }

    /// Creates a finding with nothing but its rule, severity and event.
    pub fn new(rule: Rule, severity: Severity, event: impl Into<Option<EventName>>) -> Self {
        Self {
            rule,
            severity,
            event: event.into(),
            workspace: None,
            owner: None,
            direction: None,
            directions: Vec::new(),
            change: None,
            subject: None,
            old: None,
            new: None,
            message: String::new(),
            places: Vec::new(),
            witness: None,
            witness_place: None,
            why: None,
            fix: None,
            waived: None,
            is_newly_waived: false,
            is_homeless: false,
            also_breaks: Vec::new(),
            repeated_in: Vec::new(),
            fingerprint: String::new(),
            former_prints: Vec::new(),
            change_print: None,
        }
    }

    /// Returns whether a fingerprint, or the first digits of one, means it: its own, that of the change in both directions, or one that
    /// it had before. One direction alone does not mean both.
    pub fn has_print(&self, print: &str) -> bool {
        let former = self.former_prints.iter().filter(|_| self.directions.is_empty());
        let mut all = former.chain([&self.fingerprint]).chain(&self.change_print);
        !print.is_empty() && all.any(|own| own.starts_with(print))
    }

    /// Returns what it shows: the events of both directions, or the one that it has.
    pub fn shown_directions(&self) -> &[Self] {
        if self.directions.is_empty() {
            std::slice::from_ref(self)
        } else {
            &self.directions
        }
    }

    /// Returns every version whose readers or writers it breaks, for findings about two versions.
    pub fn broken_versions(&self) -> impl Iterator<Item = &Version> {
        let old = self.old.iter().filter(|_| self.direction.is_some());
        self.also_breaks.iter().chain(old)
    }

    /// Returns whether it can be accepted: a break can, by those who know their consumers, and so can advice. A schema that is no schema
    /// cannot, nor can what changes a release. That nobody listens to an identity any more, or that the copy of an event
    /// is meant, is for those to say who know.
    pub fn can_be_waived(&self) -> bool {
        let is_decision =
            self.rule.is_about_base() || matches!(self.rule, Rule::IdentityRetired | Rule::EventInSeveralWorkspaces);
        !self.is_homeless
            && (self.direction.is_some() || self.severity != Severity::Error || is_decision || self.rule.is_lint())
    }

    /// Returns whether a waiver of this branch accepts it, and `--deny waiver` rejects the waiver.
    pub fn has_rejected_waiver(&self) -> bool {
        self.why.as_ref().is_some_and(|why| why.starts_with(REJECTED_WAIVER))
    }
}

/// The beginning of the reason of a finding whose waiver is rejected.
pub(crate) const REJECTED_WAIVER: &str = "accepted on this branch: ";

/// Whom a break is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// The new reader refuses old events.
    Backward,
    /// The old reader refuses new events.
    Forward,
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Backward => "backward",
            Self::Forward => "forward",
        })
    }
}

/// How loud a finding is; the loudest comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The check fails.
    Error,
    /// Worth a look; the check passes.
    Warning,
    /// Good to know.
    Note,
}

impl Severity {
    /// Returns how severe a broken promise of an event is: what nobody relies on yet may break, and says so.
    pub fn of_break(status: Status) -> Self {
        match status {
            Status::Draft => Self::Note,
            Status::Beta => Self::Warning,
            Status::Stable | Status::Deprecated => Self::Error,
        }
    }
}

/// A place in a file, with what is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingPlace {
    /// The file.
    pub source: Source,
    /// The bytes.
    pub span: Span,
    /// What stands there.
    pub label: String,
}

impl FindingPlace {
    /// A place of a document, or the closest around it: a value that is one word, or else the key that it stands under. A bracket
    /// says nothing.
    pub(crate) fn at(document: &Document, pointer: &Pointer, label: &str) -> Self {
        let (source, span) = document.locate_word(pointer);
        Self {
            source,
            span,
            label: label.to_owned(),
        }
    }

    /// The key of a member of a document.
    pub(crate) fn of_key(document: &Document, member: &Member, label: impl Into<String>) -> Self {
        let (source, span) = document.locate_key(member);
        let label = label.into();
        Self { source, span, label }
    }

    /// A value of a document.
    pub(crate) fn of_value(document: &Document, value: &Value, label: impl Into<String>) -> Self {
        let (source, span) = document.locate_own(value);
        let label = label.into();
        Self { source, span, label }
    }

    /// The reference of a document that leads to a place in another file; `None` for places of its own.
    pub(crate) fn of_reference(document: &Document, pointer: &Pointer, label: &str) -> Option<Self> {
        Some(Self {
            source: document.source().clone(),
            span: document.locate_reference(pointer)?,
            label: label.to_owned(),
        })
    }

    /// The first line of a file, for findings about the file as a whole.
    pub(crate) fn whole(source: &Source, label: &str) -> Self {
        let end = source.text().find('\n').unwrap_or(source.text().len());
        Self {
            source: source.clone(),
            span: Span::new(0, end),
            label: label.to_owned(),
        }
    }

    /// The first place of a text in a file, or the first line if the text is not there.
    pub(crate) fn of_text(source: &Source, text: &str, label: &str) -> Self {
        let span = source
            .text()
            .find(text)
            .map(|start| Span::new(start, start + text.len()));
        let whole = Self::whole(source, label);
        Self {
            span: span.unwrap_or(whole.span),
            ..whole
        }
    }

    /// The line of a setting in the table at a position among those of one name, or the head of the table where it has no such line.
    pub(crate) fn of_table(source: &Source, table: &str, position: usize, key: &str, label: &str) -> Self {
        let head = format!("[[{table}]]");
        let mut heads = source.text().match_indices(&head).skip(position);
        let Some((start, _)) = heads.next() else {
            // A list of tables in one line.
            return Self::of_setting(source, table, label);
        };
        let end = source.text()[start + head.len()..].find("\n[");
        let end = end.map_or(source.text().len(), |end| start + head.len() + end);
        let mut at = start;
        for line in source.text()[start..end].split_inclusive('\n') {
            let rest = line.trim_start().strip_prefix(key).filter(|_| !key.is_empty());
            if rest.is_some_and(|rest| rest.trim_start().starts_with('=')) {
                return Self {
                    source: source.clone(),
                    span: Span::new(at + line.len() - line.trim_start().len(), at + line.trim_end().len()),
                    label: label.to_owned(),
                };
            }
            at += line.len();
        }
        Self {
            source: source.clone(),
            span: Span::new(start, start + head.len()),
            label: label.to_owned(),
        }
    }

    /// The line of a setting in a file of settings, or the first line where a default is meant.
    pub(crate) fn of_setting(source: &Source, key: &str, label: &str) -> Self {
        let whole = Self::whole(source, label);
        let mut start = 0;
        for line in source.text().split_inclusive('\n') {
            let rest = line.trim_start().strip_prefix(key);
            if rest.is_some_and(|rest| rest.trim_start().starts_with('=')) {
                let indent = line.len() - line.trim_start().len();
                let span = Span::new(start + indent, start + line.trim_end().len());
                return Self { span, ..whole };
            }
            start += line.len();
        }
        whole
    }
}

/// The comparison of two versions.
#[derive(Clone, Debug)]
pub struct ReportedComparison {
    /// The event.
    pub event: EventName,
    /// The older version.
    pub old: Version,
    /// The newer version.
    pub new: Version,
    /// Whether the new reader takes every old event.
    pub backward: Verdict,
    /// Whether the old reader takes every new event.
    pub forward: Verdict,
    /// The smallest step that the change allows.
    pub needed: Bump,
    /// The content-model policy it was made under.
    pub policy: String,
    /// The mode that a minor version has to hold.
    pub mode: CompatibilityMode,
    /// What the verdicts rest on, in sentences.
    pub assumptions: Vec<String>,
}

/// What a version asks for, seen from the version before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BumpSummary {
    /// The event.
    pub event: EventName,
    /// The version.
    pub wrote: Version,
    /// The version it should have, judged against the version before; `None` for a first version and for an undecided
    /// comparison.
    pub needed: Option<Version>,
    /// The line for people: `OrderPlaced needs 2.0 (1 breaking change); you wrote 1.2`.
    pub text: String,
}

impl Report {
    /// Leaves what an owner answers for: findings, comparisons, summaries and counts of their events. What is about the workspace as a whole stays if
    /// they have a part in it, and what is about an event that is gone, if nobody is known to answer for it: it would be nobody's otherwise.
    pub fn keep_owner(&mut self, owner: &str, workspace: &Workspace) {
        let is_theirs = |event: &EventName| workspace.owner_of(Some(event)) == Some(owner);
        let events = workspace.events.values();
        let theirs: Vec<_> = events.filter(|event| is_theirs(&event.name)).collect();
        let is_reported = |finding: &Finding| {
            let is_everybodys = match &finding.event {
                None => finding.owner.is_none() || !theirs.is_empty(),
                Some(event) => finding.owner.is_none() && !workspace.events.contains_key(event),
            };
            is_everybodys || finding.owner.as_deref() == Some(owner)
        };
        self.findings.retain(is_reported);
        self.inherited.retain(is_reported);
        self.comparisons.retain(|comparison| is_theirs(&comparison.event));
        self.summaries.retain(|summary| is_theirs(&summary.event));
        self.examples_by_event.retain(|event, _| is_theirs(event));
        self.events = theirs.len();
        self.versions = theirs.iter().map(|event| event.versions.len()).sum();
        self.examples = self.examples_by_event.values().sum();
    }

    /// Returns whether a finding fails the check.
    pub fn has_errors(&self) -> bool {
        self.count(Severity::Error) > 0
    }

    /// Returns the number of findings that a waiver accepts.
    pub fn waived(&self) -> usize {
        self.findings.iter().filter(|finding| finding.waived.is_some()).count()
    }

    /// Returns the number of findings of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count()
    }

    /// Adds what was found elsewhere: of an event, or of another workspace.
    pub fn append(&mut self, part: Self) {
        let Self {
            findings,
            inherited,
            comparisons,
            summaries,
            events,
            versions,
            examples,
            examples_by_event: _,
        } = part;
        self.findings.extend(findings);
        self.inherited.extend(inherited);
        self.comparisons.extend(comparisons);
        self.summaries.extend(summaries);
        self.events += events;
        self.versions += versions;
        self.examples += examples;
    }

    /// Puts the findings into their order: by event, version, rule, then place.
    pub(crate) fn sort(&mut self) {
        self.findings.sort_by(|one, other| {
            let key = |finding: &Finding| {
                let start = finding
                    .places
                    .first()
                    .map(|place| (place.source.path().to_owned(), place.span));
                (
                    finding.event.clone(),
                    finding.new.clone(),
                    finding.old.clone(),
                    finding.rule,
                    start,
                )
            };
            key(one).cmp(&key(other)).then_with(|| one.message.cmp(&other.message))
        });
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        })
    }
}

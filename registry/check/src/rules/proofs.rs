//! What an earlier check proved. In: the text of its file. Out: for an event of which nothing changed the verdicts that were
//! reached, if there was nothing to find in it. An event with a finding or an undecided verdict is never kept, so that no finding
//! can be hidden, and an event that breaks is replayed before it is believed. That a schema has no `$schema` is no reason to prove
//! anything again: this finding is made anew each time. ADR 7.

use std::collections::BTreeMap;

use schemactl_compat::{Bump, ComparisonSettings, Policy, Schema, Semantics, Verdict, breaks};
use schemactl_model::{EventName, Source, Version, parse, with_stack_for};
use serde::{Deserialize, Serialize};

use super::schemas::report_missing_dialect;
use super::{Asked, CheckOptions, list_corrected_versions};
use crate::report::{BumpSummary, Report, ReportedComparison};
use crate::rule::Rule;
use schemactl_workspace::{CacheKey, CompatibilityMode, SchemaVersion, Workspace, WorkspaceEvent};

/// Events that were found sound, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proofs {
    program: String,
    events: BTreeMap<String, Proved>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct ProofsFile {
    format: u32,
    program: String,
    events: BTreeMap<String, Proved>,
}

/// What was proved of one event.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Proved {
    /// The digest of everything that the verdicts follow from.
    key: String,
    pairs: Vec<ProvedPair>,
    summaries: Vec<SummaryLine>,
}

/// Two versions.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct ProvedPair {
    old: String,
    new: String,
    /// The events that break, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    backward: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    forward: Option<String>,
    /// The step: `patch`, `minor` or `major`.
    needed: String,
    assumptions: Vec<String>,
}

/// A summary.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct SummaryLine {
    wrote: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    needed: Option<String>,
    text: String,
}

/// The format of the file that is read and written.
const FORMAT: u32 = 1;

impl Proofs {
    /// Creates an empty list. What is proved is kept for `program`: a text that changes with every build, since another build may
    /// decide otherwise.
    pub fn none(program: &str) -> Self {
        Self {
            program: program.to_owned(),
            events: BTreeMap::new(),
        }
    }

    /// Reads the file of an earlier check. One of another build, or one that cannot be read, says nothing.
    pub fn parse(text: &str, program: &str) -> Self {
        let file = serde_json::from_str(text).ok();
        let file = file.filter(|file: &ProofsFile| file.format == FORMAT && file.program == program);
        Self {
            events: file.map(|file| file.events).unwrap_or_default(),
            ..Self::none(program)
        }
    }

    /// Returns the text of the file.
    pub fn to_text(&self) -> String {
        let file = ProofsFile {
            format: FORMAT,
            program: self.program.clone(),
            events: self.events.clone(),
        };
        serde_json::to_string(&file).expect("texts by text are JSON")
    }

    /// Returns the number of events that are known to be sound.
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Returns whether no event is known to be sound.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    pub(super) fn of(&self, event: &EventName) -> Option<&Proved> {
        self.events.get(&event.to_string())
    }

    /// What is known from now on: events that are gone are forgotten.
    pub(super) fn replace(&mut self, proved: impl Iterator<Item = (EventName, Proved)>) {
        self.events = proved.map(|(name, proved)| (name.to_string(), proved)).collect();
    }
}

/// The digest of everything that the check of one event reads.
pub(super) fn proof_key(
    workspace: &Workspace,
    event: &WorkspaceEvent,
    asked: Asked,
    options: &CheckOptions<'_>,
) -> String {
    let mut key = settings_key(workspace, event, asked, options);
    for file in files_of(event) {
        key.add("file", file.path());
        key.add("content", file.text());
    }
    key.digest().to_string()
}

/// What the check of one event reads beside its files: the settings, what is released of it, and the engine.
pub(super) fn settings_key(
    workspace: &Workspace,
    event: &WorkspaceEvent,
    asked: Asked,
    options: &CheckOptions<'_>,
) -> CacheKey {
    // INVARIANT: what a verdict follows from is part of the key, or a proof outlives its reasons. Fields are named without `..`, so that a
    // new one does not compile before it is here.
    let Semantics { formats } = options.engine.semantics();
    let Asked { policy, mode, status } = asked;
    let mut key = CacheKey::default();
    key.add("engine", options.engine.name());
    key.add("formats", &formats.to_string());
    key.add("code", if options.compare_code.is_some() { "compared" } else { "" });
    key.add("policy", &policy.to_string());
    key.add("mode", &mode.to_string());
    key.add("status", &status.to_string());
    workspace.manifest.add_to_key(&mut key);
    let released = workspace.lock.released_line(&event.name);
    key.add_optional("released", released.as_deref());
    for version in list_corrected_versions(&workspace.lock, &event.name) {
        key.add("corrected", &version.to_string());
    }
    key
}

/// The files that the check of one event reads. Each counts as it is written, since `1.0` and `1` are one value and not always one integer.
pub(super) fn files_of(event: &WorkspaceEvent) -> impl Iterator<Item = &Source> {
    let versions = event.versions.values().flat_map(|version| {
        let document = &version.document;
        let examples = version.examples.iter().map(|example| &example.file);
        std::iter::once(document.source())
            .chain(document.included())
            .chain(examples)
    });
    std::iter::once(&event.settings_file).chain(versions)
}

impl Proved {
    /// What is kept of a report on one event: nothing, if there is anything to find in it that asks for a proof.
    pub(super) fn of(key: String, report: &Report) -> Option<Self> {
        if report
            .findings
            .iter()
            .any(|finding| finding.rule != Rule::DialectMissing)
        {
            return None;
        }
        let pairs = report.comparisons.iter().map(|compared| {
            Some(ProvedPair {
                old: compared.old.to_string(),
                new: compared.new.to_string(),
                backward: witness(&compared.backward)?,
                forward: witness(&compared.forward)?,
                needed: compared.needed.to_string(),
                assumptions: compared.assumptions.clone(),
            })
        });
        let summaries = report.summaries.iter().map(|summary| SummaryLine {
            wrote: summary.wrote.to_string(),
            needed: summary.needed.as_ref().map(ToString::to_string),
            text: summary.text.clone(),
        });
        Some(Self {
            key,
            pairs: pairs.collect::<Option<_>>()?,
            summaries: summaries.collect(),
        })
    }

    /// The report as it was, if it is about this state of the event and holds.
    pub(super) fn report(
        &self,
        key: &str,
        event: &WorkspaceEvent,
        (policy, mode): (Policy, CompatibilityMode),
        options: &CheckOptions<'_>,
    ) -> Option<Report> {
        if self.key != key {
            return None;
        }
        let comparisons = self.pairs.iter().map(|pair| {
            let (old, new) = (version(event, &pair.old)?, version(event, &pair.new)?);
            let verdict = |witness: &Option<String>, writer, reader| match witness {
                None => Some(Verdict::Compatible),
                Some(witness) => replayed(witness, event, (writer, reader), policy, options),
            };
            Some(ReportedComparison {
                event: event.name.clone(),
                old: old.version.clone(),
                new: new.version.clone(),
                backward: verdict(&pair.backward, old, new)?,
                forward: verdict(&pair.forward, new, old)?,
                needed: Bump::ALL.into_iter().find(|bump| bump.to_string() == pair.needed)?,
                policy: policy.to_string(),
                mode,
                assumptions: pair.assumptions.clone(),
            })
        });
        let summaries = self.summaries.iter().map(|line| {
            let needed = match &line.needed {
                Some(needed) => Some(needed.parse().ok()?),
                None => None,
            };
            Some(BumpSummary {
                event: event.name.clone(),
                wrote: line.wrote.parse().ok()?,
                needed,
                text: line.text.clone(),
            })
        });
        let mut report = Report {
            comparisons: comparisons.collect::<Option<_>>()?,
            summaries: summaries.collect::<Option<_>>()?,
            versions: event.versions.len(),
            examples: event.versions.values().map(|version| version.examples.len()).sum(),
            ..Report::default()
        };
        for version in event.versions.values() {
            report_missing_dialect(event, version, &mut report);
        }
        Some(report)
    }
}

/// `None` for what is not decided: tomorrow's engine may decide it.
#[allow(
    clippy::option_option,
    reason = "whether it is kept, and whether there is a witness to keep"
)]
fn witness(verdict: &Verdict) -> Option<Option<String>> {
    match verdict {
        Verdict::Compatible => Some(None),
        Verdict::Incompatible { witness } => Some(Some(witness.to_json())),
        Verdict::Undecided { .. } => None,
    }
}

fn version<'e>(event: &'e WorkspaceEvent, name: &str) -> Option<&'e SchemaVersion> {
    let version: Version = name.parse().ok()?;
    event.versions.get(&version)
}

fn replayed(
    witness: &str,
    event: &WorkspaceEvent,
    (writer, reader): (&SchemaVersion, &SchemaVersion),
    policy: Policy,
    options: &CheckOptions<'_>,
) -> Option<Verdict> {
    let witness = parse(&Source::new("proofs", witness)).ok()?;
    let settings = ComparisonSettings {
        policy,
        version_field: Some(&event.settings.version_field),
    };
    let schema = |version: &'_ SchemaVersion| version.document.root().depth();
    let holds = with_stack_for(schema(writer).max(schema(reader)), || {
        let (writer, reader) = (&writer.document, &reader.document);
        breaks(
            options.engine,
            (
                &Schema::new(writer.root(), writer.dialect()),
                &Schema::new(reader.root(), reader.dialect()),
            ),
            settings,
            &witness,
        )
    });
    holds.then_some(Verdict::Incompatible { witness })
}

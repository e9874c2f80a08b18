//! `schemactl pattern check FILES`: which versions of the workspace's events each pattern matches, proved, and why it matches one never. In: pattern files
//! and the workspace. Out: a line for each version that the pattern is about, and as JSON an event that matches and one that does not.

use std::fmt::Write as _;

use schemactl_model::{EventName, Source, Version, find_alike};
use schemactl_pattern::{Matcher, Pattern, Scalar};
use schemactl_pattern_analysis::{Coverage, NeverCause, NeverKind, PatternAnalysis, SchemaVocabulary, VersionEvents};
use schemactl_workspace::Workspace;
use serde::Serialize;
use serde_json::Value;

use super::batch::run_batch;
use super::read_pattern;
use super::versions::ask_versions;
use crate::args::{PatternCheckArgs, PatternFormat};
use crate::context::Context;
use crate::exit::Exit;
use crate::json_lines::write_line;
use crate::problem::Problem;
use crate::words::shorten_text;

pub(super) fn run_check(args: &PatternCheckArgs, context: &Context) -> Result<Exit, Problem> {
    if let Some(batch) = &args.batch {
        return run_batch(batch, args.policy.as_deref(), context);
    }
    let workspace = context.workspace()?;
    let mut checked = Vec::new();
    for file in &args.patterns {
        let (source, pattern) = read_pattern(file)?;
        checked.push(CheckedPattern {
            source,
            pattern,
            versions: Vec::new(),
        });
    }
    ask_versions(&workspace, args.event.as_ref(), |analysis, asked| {
        let vocabulary = SchemaVocabulary::of(asked.version.document.root());
        for pattern in &mut checked {
            let (coverage, causes) = match &asked.events {
                Ok(events) => ask(analysis, events, &pattern.pattern, &vocabulary),
                Err(reason) => (Coverage::Undecided(reason.clone()), Vec::new()),
            };
            pattern.versions.push(PatternStanding {
                event: &asked.event.name,
                version: &asked.version.version,
                coverage,
                causes,
            });
        }
    })?;
    let mut text = String::new();
    for pattern in &checked {
        match args.format {
            PatternFormat::Text => text += &pattern.render(&workspace),
            PatternFormat::Json => text += &pattern.to_json_line(),
        }
    }
    context.console.result(&text);
    Ok(if checked.iter().all(CheckedPattern::matches) {
        Exit::Clean
    } else {
        Exit::Findings
    })
}

/// A pattern of a file, and what was found.
struct CheckedPattern<'w> {
    source: Source,
    pattern: Pattern,
    versions: Vec<PatternStanding<'w>>,
}

/// What a pattern matches of a version.
struct PatternStanding<'w> {
    event: &'w EventName,
    version: &'w Version,
    coverage: Coverage,
    /// Why it matches none, an entry for each alternative.
    causes: Vec<NeverCause>,
}

fn ask<'s>(
    analysis: &mut PatternAnalysis<'_, 's>,
    events: &VersionEvents<'s, '_>,
    pattern: &Pattern,
    vocabulary: &SchemaVocabulary,
) -> (Coverage, Vec<NeverCause>) {
    let prepared = match analysis.pattern(pattern) {
        Ok(prepared) => prepared,
        Err(error) => return (Coverage::Undecided(error.to_string()), Vec::new()),
    };
    let coverage = analysis.coverage(events, &prepared);
    let causes = match coverage {
        Coverage::Never => analysis.causes_of_never(events, pattern, vocabulary),
        _ => Vec::new(),
    };
    (coverage, causes)
}

impl PatternStanding<'_> {
    /// Whether the pattern is about the event: an alternative takes its source and detail-type.
    fn is_meant(&self) -> bool {
        let is_envelope = |cause: &NeverCause| matches!(cause.field.as_deref(), Some("source" | "detail-type"));
        self.causes.is_empty() || !self.causes.iter().all(is_envelope)
    }

    fn word(&self) -> &'static str {
        match &self.coverage {
            Coverage::Never => "never",
            Coverage::Some { .. } => "some",
            Coverage::All { .. } => "all",
            Coverage::Undecided(_) => "undecided",
        }
    }

    fn describe(&self) -> String {
        match &self.coverage {
            Coverage::Never => {
                let several = self.causes.len() > 1;
                let causes = self.causes.iter().enumerate().map(|(at, cause)| {
                    let which = if several {
                        format!("alternative {}: ", at + 1)
                    } else {
                        String::new()
                    };
                    which + &describe_cause(cause)
                });
                let causes: Vec<String> = causes.collect();
                format!("never: {}", causes.join("; "))
            }
            Coverage::Some { .. } => "some events".to_owned(),
            Coverage::All { .. } => "all events".to_owned(),
            Coverage::Undecided(reason) => format!("undecided: {reason}"),
        }
    }
}

/// Returns why an alternative matches nothing, with what was probably meant.
fn describe_cause(cause: &NeverCause) -> String {
    let field = cause.field.as_deref().unwrap_or_default();
    let meant = cause.suggestion.as_ref();
    let meant = meant.map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
    match &cause.kind {
        NeverKind::NoSuchField => format!("no event has a field `{field}`{meant}"),
        NeverKind::HasMembers => format!("`{field}` has fields of its own, and a pattern names one of those{meant}"),
        NeverKind::NoSuchValue { example } => {
            let example = example.as_ref().filter(|_| cause.suggestion.is_none());
            let example = example.map_or_else(String::new, |value| {
                format!("; an event has {}", shorten_text(&value.to_string(), 60))
            });
            format!("`{field}` never has such a value{meant}{example}")
        }
        NeverKind::AlwaysThere => format!("every event has `{field}`"),
        NeverKind::Together => "no event meets all of its fields together".to_owned(),
    }
}

impl CheckedPattern<'_> {
    /// Whether it matches an event of a version, as far as is known.
    fn matches(&self) -> bool {
        let mut versions = self.versions.iter();
        versions.any(|standing| standing.coverage != Coverage::Never)
    }

    fn render(&self, workspace: &Workspace) -> String {
        let mut text = format!("{}\n", self.source.path());
        let meant: Vec<_> = self.versions.iter().filter(|standing| standing.is_meant()).collect();
        let names: Vec<String> = meant
            .iter()
            .map(|standing| format!("{}@{}", standing.event, standing.version))
            .collect();
        let width = names.iter().map(String::len).max().unwrap_or(0);
        for (standing, name) in meant.iter().zip(&names) {
            writeln!(text, "  {name:<width$}  {}", standing.describe()).expect("writing to a string cannot fail");
        }
        if meant.is_empty() {
            writeln!(text, "  never: {}", self.describe_envelope(workspace)).expect("writing to a string cannot fail");
        } else if !self.matches() {
            text += "  it matches no event of the workspace\n";
        }
        text
    }

    /// Why the pattern is about no event of the workspace: the source or the detail-type that no event is published with.
    fn describe_envelope(&self, workspace: &Workspace) -> String {
        let settings = || workspace.events.values().map(|event| &event.settings);
        let sources: Vec<&str> = settings().map(|settings| settings.source.as_str()).collect();
        let types: Vec<&str> = settings().map(|settings| settings.detail_type.as_str()).collect();
        for (field, known) in [("source", &sources), ("detail-type", &types)] {
            let written = self.written_texts(field);
            let is_known = written.iter().any(|text| known.contains(&text.as_str()));
            if written.is_empty() || is_known {
                continue;
            }
            let meant = written.iter().find_map(|text| find_alike(text, known.iter().copied()));
            let meant = meant.map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
            return format!(
                "no event of the workspace has {field} `{}`{meant}",
                written.join("` or `")
            );
        }
        "no event of the workspace has this source and detail-type".to_owned()
    }

    /// The texts that a field of the pattern is compared with.
    fn written_texts(&self, field: &str) -> Vec<String> {
        let branches = self.pattern.branches().unwrap_or_default();
        let matchers = branches.iter().filter_map(|branch| branch.get(field)).flatten();
        let mut texts: Vec<String> = matchers
            .filter_map(|matcher| match matcher {
                Matcher::Equals(Scalar::String(text)) => Some(text.clone()),
                _ => None,
            })
            .collect();
        texts.dedup();
        texts
    }

    fn to_json_line(&self) -> String {
        let versions = self.versions.iter().filter(|standing| standing.is_meant());
        let versions = versions.map(|standing| {
            let (matched, missed) = match &standing.coverage {
                Coverage::Some { matched, missed } => (Some(matched), Some(missed)),
                Coverage::All { matched } => (Some(matched), None),
                Coverage::Never | Coverage::Undecided(_) => (None, None),
            };
            PatternStandingJson {
                event: standing.event.to_string(),
                version: standing.version.to_string(),
                matches: standing.word(),
                matched,
                missed,
                reasons: match &standing.coverage {
                    Coverage::Undecided(reason) => vec![reason.clone()],
                    _ => standing.causes.iter().map(describe_cause).collect(),
                },
            }
        });
        let line = CheckedPatternJson {
            file: self.source.path(),
            matches: self.matches(),
            versions: versions.collect(),
        };
        write_line(&line) + "\n"
    }
}

/// What was found of a pattern, as a line of JSON.
#[derive(Serialize)]
struct CheckedPatternJson<'c> {
    file: &'c str,
    /// Whether it matches an event of a version. Also true where that is undecided.
    matches: bool,
    versions: Vec<PatternStandingJson<'c>>,
}

#[derive(Serialize)]
struct PatternStandingJson<'c> {
    event: String,
    version: String,
    matches: &'static str,
    matched: Option<&'c Value>,
    missed: Option<&'c Value>,
    /// Why it matches never, for each alternative, or why that is undecided.
    reasons: Vec<String>,
}

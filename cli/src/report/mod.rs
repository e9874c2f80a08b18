//! Reports in the formats that people and programs read. A format is a file here, and nothing is decided in it.

pub(crate) mod json;
pub(crate) mod plan;
pub(crate) mod text;

mod context;
pub(crate) mod drift;
mod excerpt;
pub(crate) mod full;
mod github;
mod gitlab;
mod junit;
mod markdown;
pub(crate) mod prose;
#[cfg(test)]
mod sample;
pub(crate) mod sarif;
mod scope;

use std::collections::BTreeMap;

use schemactl_check::{Finding, FindingPlace, Report};
use schemactl_model::{EventName, Location, Version};
use schemactl_workspace::Workspace;

use crate::args::ReportFormat;
use crate::relative_paths::normalize_path;

/// A report, and what the formats need to know beside it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReportView<'r> {
    /// What was run: `check` or `diff`.
    pub(crate) command: &'static str,
    pub(crate) report: &'r Report,
    /// What was looked at, whether anything was found in it or not.
    pub(crate) subjects: &'r Subjects<'r>,
    /// What the report comes to, where its totals do not say it.
    pub(crate) conclusion: Option<&'r str>,
    /// How much the text says.
    pub(crate) detail: text::ReportDetail,
    /// The workspace seen from the root of its repository, `""` or `services/events/`: other programs open files from
    /// there.
    pub(crate) folder: &'r str,
}

/// An event, and its workspace where there are several.
pub(crate) type Subject<'r> = (Option<&'r str>, &'r EventName);

/// Events and their versions; `None` is the event itself.
pub(crate) type Subjects<'r> = BTreeMap<Subject<'r>, Vec<Option<&'r Version>>>;

/// Every version of a workspace, or those that an owner answers for.
pub(crate) fn list_subjects<'r>(name: Option<&'r str>, workspace: &'r Workspace, owner: Option<&str>) -> Subjects<'r> {
    let is_theirs = |event: &EventName| owner.is_none() || workspace.owner_of(Some(event)) == owner;
    let events = workspace.events.values().filter(|event| is_theirs(&event.name));
    events
        .map(|event| ((name, &event.name), event.versions.keys().map(Some).collect()))
        .collect()
}

/// The report in a format. Only the text has colours.
pub(crate) fn render_report(format: ReportFormat, view: &ReportView<'_>) -> String {
    match format {
        ReportFormat::Text => text::render_text(view.report, view.detail),
        ReportFormat::Json => json::render_json(view.report),
        ReportFormat::Sarif => sarif::render_sarif(view),
        ReportFormat::Junit => junit::render_junit(view),
        ReportFormat::Github => github::render_github(view),
        ReportFormat::Gitlab => gitlab::render_gitlab(view),
        ReportFormat::Markdown => markdown::render_markdown(view),
    }
}

/// A place as other programs find it: a path in the repository, and where it starts and ends.
#[derive(Clone, Debug, PartialEq, Eq)]
struct FileRange {
    file: String,
    start: Location,
    end: Location,
}

impl ReportView<'_> {
    fn spot(&self, place: &FindingPlace) -> FileRange {
        FileRange {
            file: normalize_path(&format!("{}{}", self.folder, place.source.path())),
            start: place.source.location(place.span.start),
            end: place.source.location(place.span.end),
        }
    }

    /// The place that an editor should open. A finding without one is about an event that is gone: the settings of the workspace stand for it.
    fn primary(&self, finding: &Finding) -> FileRange {
        let line = Location { line: 1, column: 1 };
        finding.places.first().map_or_else(
            || FileRange {
                file: format!("{}schemactl.toml", self.folder),
                start: line,
                end: line,
            },
            |place| self.spot(place),
        )
    }
}

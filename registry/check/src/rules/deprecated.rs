//! What is on its way out. In: the tables `[[deprecated]]` of event.toml, and the day. Out: a note for each until its sunset, and a warning
//! after it as long as the versions are there; a warning for a table that means no version, and findings for what a table cannot mean.

use std::borrow::Cow;

use schemactl_model::{EventName, EventRef, Version, find_alike_event};

use super::{finding, title_of};
use crate::report::{Finding, FindingPlace, Report, Severity};
use crate::rule::Rule;
use schemactl_workspace::{Date, Deprecation, Workspace, WorkspaceEvent};

pub(super) fn check_deprecations(workspace: &Workspace, today: Option<Date>, report: &mut Report) {
    for event in workspace.events.values() {
        for (at, table) in event.settings.deprecated.iter().enumerate() {
            report.findings.push(deprecated(workspace, event, (at, table), today));
            report.findings.extend(faults(workspace, event, at));
        }
    }
}

/// What the table at a position says and cannot mean.
fn faults(workspace: &Workspace, event: &WorkspaceEvent, at: usize) -> Vec<Finding> {
    let table = &event.settings.deprecated[at];
    let file = &event.settings_file;
    let wrong = |severity, key: &str, message: String, fix: String| Finding {
        message,
        subject: Some(format!("{} {key}", describe(event, table))),
        places: vec![FindingPlace::of_table(file, "deprecated", at, key, "of this table")],
        fix: Some(fix),
        ..finding(Rule::DeprecationInvalid, severity, event)
    };
    let mut found = Vec::new();
    let earlier = &event.settings.deprecated[..at];
    if earlier.iter().any(|other| other.major == table.major) {
        found.push(wrong(
            Severity::Error,
            "",
            format!("event.toml deprecates {} twice", describe(event, table)),
            "keep one of the tables `[[deprecated]]`: only the first one counts".to_owned(),
        ));
    }
    if let (Some(since), Some(sunset)) = (table.since, table.sunset)
        && sunset < since
    {
        found.push(wrong(
            Severity::Error,
            "sunset",
            format!(
                "the `sunset` of {} is {sunset}, before it is deprecated on {since}",
                describe(event, table)
            ),
            format!("write a `sunset` after {since}, or an earlier `since`"),
        ));
    }
    if let Some(successor) = &table.successor
        && let Some((severity, message, fix)) = fault_of_successor(workspace, (event, table), successor)
    {
        found.push(wrong(severity, "successor", message, fix));
    }
    found
}

/// Returns the name of an event as the reference has it: with its namespace, or without.
fn spell_like<'n>(reference: &EventRef, meant: &'n EventName) -> Cow<'n, str> {
    match reference.namespace {
        Some(_) => Cow::Owned(meant.to_string()),
        None => Cow::Borrowed(meant.name()),
    }
}

/// Why a successor takes nothing's place. An event of another workspace may be meant: that is a warning.
fn fault_of_successor(
    workspace: &Workspace,
    (event, table): (&WorkspaceEvent, &Deprecation),
    successor: &str,
) -> Option<(Severity, String, String)> {
    let what = describe(event, table);
    let Ok(reference) = successor.parse::<EventRef>() else {
        let message = format!("the `successor` of {what} is `{successor}`, which is not a reference to an event");
        return Some((
            Severity::Error,
            message,
            "write an event such as OrderPlaced@2".to_owned(),
        ));
    };
    if workspace.unread.may_be_meant(&reference) {
        return None;
    }
    let named = workspace.events_named(&reference);
    if named.is_empty() {
        let others = workspace
            .events
            .values()
            .filter(|other| table.major.is_some() || other.name != event.name);
        let alike = find_alike_event(&reference, others.map(|other| &other.name));
        let fix = match (moved_to(workspace, &reference), alike) {
            (Some(to), _) => format!("it has moved: write the version of {to} that replaces it"),
            (None, Some(meant)) => format!("did you mean `{}`?", spell_like(&reference, meant)),
            (None, None) => "write an event of this workspace; if it is one of another workspace, `schemactl accept` accepts the finding".to_owned(),
        };
        let message = format!("the `successor` of {what} is `{successor}`, and the workspace has no such event");
        return Some((Severity::Warning, message, fix));
    }
    let versions = named
        .iter()
        .flat_map(|other| other.versions.keys().map(move |version| (*other, version)));
    let meant: Vec<(&WorkspaceEvent, &Version)> = versions.filter(|(_, version)| reference.matches(version)).collect();
    let is_over = |(other, version): &(&WorkspaceEvent, &Version)| {
        (other.name == event.name && table.covers(version)) || workspace.lock.retirement(&other.name, version).is_some()
    };
    if meant.is_empty() {
        let message = format!("the `successor` of {what} is `{successor}`, which does not exist");
        return Some((Severity::Warning, message, "write a version that exists".to_owned()));
    }
    let all_over = meant.iter().all(is_over);
    all_over.then(|| {
        let message = format!("the `successor` of {what} is `{successor}`, which is deprecated here or retired");
        (
            Severity::Error,
            message,
            "write the version that consumers should read now".to_owned(),
        )
    })
}

/// The name under which an event is found that is not there any more.
fn moved_to(workspace: &Workspace, reference: &EventRef) -> Option<String> {
    let mut records = workspace.lock.records();
    records.find_map(|record| {
        let to = record.new_name().filter(|_| reference.names(&record.event))?;
        Some(to.to_string())
    })
}

/// `OrderPlaced`, or `OrderPlaced@1` for a table about one major.
fn describe(event: &WorkspaceEvent, table: &Deprecation) -> String {
    let name = title_of(event);
    table
        .major
        .map_or_else(|| name.to_owned(), |major| format!("{name}@{major}"))
}

/// Whether the lock says of a version that is meant that it was retired: its schema may be gone already.
fn has_ended(workspace: &Workspace, event: &WorkspaceEvent, table: &Deprecation) -> bool {
    let released = workspace.lock.released(&event.name);
    let mut versions = released.into_iter().flat_map(|released| released.versions.keys());
    versions.any(|version| table.covers(version) && workspace.lock.retirement(&event.name, version).is_some())
}

fn deprecated(
    workspace: &Workspace,
    event: &WorkspaceEvent,
    (at, table): (usize, &Deprecation),
    today: Option<Date>,
) -> Finding {
    let what = describe(event, table);
    let own: Vec<&Version> = event.versions.keys().filter(|version| table.covers(version)).collect();
    let is_live = |version: &&&Version| workspace.lock.retirement(&event.name, version).is_none();
    let live: Vec<String> = own.iter().filter(is_live).map(ToString::to_string).collect();
    let is_over = matches!((table.sunset, today), (Some(sunset), Some(today)) if today > sunset);
    let warning = |message, fix| Finding {
        message,
        fix: Some(fix),
        ..finding(Rule::VersionDeprecated, Severity::Warning, event)
    };
    let found = match table.sunset {
        _ if own.is_empty() && !has_ended(workspace, event, table) => warning(
            format!("event.toml deprecates {what}, which does not exist"),
            "remove the table `[[deprecated]]`, or correct its `major`".to_owned(),
        ),
        _ if live.is_empty() => Finding {
            message: format!("{what} is deprecated, and is already retired"),
            fix: Some("remove the table `[[deprecated]]` together with the schemas".to_owned()),
            ..finding(Rule::VersionDeprecated, Severity::Note, event)
        },
        Some(sunset) if is_over => warning(
            format!("{what} is deprecated, and its sunset was on {sunset}"),
            format!("retire it with `schemactl retire {what} --reason …`, or write a later `sunset`"),
        ),
        sunset => Finding {
            message: match sunset {
                Some(sunset) => format!("{what} is deprecated; its sunset is on {sunset}"),
                None => format!("{what} is deprecated; event.toml names no `sunset`"),
            },
            ..finding(Rule::VersionDeprecated, Severity::Note, event)
        },
    };
    Finding {
        subject: Some(what),
        places: vec![FindingPlace::of_table(
            &event.settings_file,
            "deprecated",
            at,
            "major",
            "deprecated here",
        )],
        why: table.say_successor(),
        ..found
    }
}

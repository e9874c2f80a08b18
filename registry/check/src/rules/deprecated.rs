//! What is on its way out. In: the tables `[[deprecated]]` of event.toml, and the day. Out: a note for each until its sunset, and a warning
//! after it as long as the versions are there; a warning for a table that means no version.

use schemactl_model::Version;

use super::{finding, title_of};
use crate::{Finding, Place, Report, Rule, Severity};
use schemactl_workspace::{Date, Deprecation, Event, Workspace};

pub(super) fn check(workspace: &Workspace, today: Option<Date>, report: &mut Report) {
    for event in workspace.events.values() {
        let tables = event.settings.deprecated.iter();
        report
            .findings
            .extend(tables.map(|table| deprecated(workspace, event, table, today)));
    }
}

/// Whether the lock says of a version that is meant that it was retired: its schema may be gone already.
fn has_ended(workspace: &Workspace, event: &Event, table: &Deprecation) -> bool {
    let released = workspace.lock.released(&event.name);
    let mut versions = released.into_iter().flat_map(|released| released.versions.keys());
    versions.any(|version| table.covers(version) && workspace.lock.retirement(&event.name, version).is_some())
}

fn deprecated(workspace: &Workspace, event: &Event, table: &Deprecation, today: Option<Date>) -> Finding {
    let what = table.major.map_or_else(
        || title_of(event).to_owned(),
        |major| format!("{}@{major}", title_of(event)),
    );
    let key = table
        .major
        .map_or_else(|| "deprecated".to_owned(), |major| format!("major = {major}"));
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
            format!("event.toml deprecates {what}, and there is no such version"),
            "remove the table `[[deprecated]]`, or correct its `major`".to_owned(),
        ),
        _ if live.is_empty() => Finding {
            message: format!("{what} is deprecated, and retired already"),
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
        places: vec![Place::of_text(&event.settings_file, &key, "deprecated here")],
        why: table.say_successor(),
        ..found
    }
}

//! A plan, for people and for programs.

use std::fmt::Write as _;

use schemactl_workspace::{Action, Drift, Plan};
use serde::Serialize;

use super::count;
use super::json::pretty;

pub(crate) fn text(plan: &Plan) -> String {
    let mut text = format!("{}\n", plan.remote);
    let mut line =
        |mark: char, what: String| writeln!(text, "  {mark} {what}").expect("writing to a string cannot fail");
    for action in &plan.actions {
        line('+', action.describe());
    }
    for drift in &plan.drift {
        line('!', describe(drift));
    }
    if plan.is_empty() {
        writeln!(
            text,
            "nothing to push: the registry holds {}",
            count(plan.unchanged.len(), "version")
        )
    } else {
        writeln!(
            text,
            "{} to make; {} there already",
            count(plan.actions.len(), "write"),
            count(plan.unchanged.len(), "version")
        )
    }
    .expect("writing to a string cannot fail");
    text
}

/// What is on the registry and not as we would have it.
pub(crate) fn describe(drift: &Drift) -> String {
    match drift {
        Drift::Changed { event, version, number } => {
            format!("{event}@{version} is another schema in the registry (its version {number}); left alone")
        }
        Drift::UnknownVersion { event, version, number } => {
            format!("{event}@{version} is in the registry (its version {number}) and not in the workspace; left alone")
        }
        Drift::Foreign { schema, number } => {
            format!("version {number} of {schema} was not written by schemactl; left alone")
        }
    }
}

#[derive(Serialize)]
struct File<'p> {
    format: u32,
    remote: &'p str,
    registry: &'p str,
    actions: Vec<ActionJson>,
    unchanged: Vec<VersionJson>,
    drift: Vec<DriftJson>,
}

#[derive(Serialize)]
struct ActionJson {
    action: &'static str,
    name: String,
    version: Option<String>,
}

#[derive(Serialize)]
struct VersionJson {
    event: String,
    version: String,
}

#[derive(Serialize)]
struct DriftJson {
    drift: &'static str,
    name: String,
    version: Option<String>,
    number: String,
}

pub(crate) fn json(plan: &Plan) -> String {
    pretty(&File {
        format: 1,
        remote: &plan.remote,
        registry: &plan.registry,
        actions: plan.actions.iter().map(action).collect(),
        unchanged: plan
            .unchanged
            .iter()
            .map(|(event, version)| VersionJson {
                event: event.to_string(),
                version: version.to_string(),
            })
            .collect(),
        drift: plan.drift.iter().map(drift).collect(),
    })
}

fn action(action: &Action) -> ActionJson {
    match action {
        Action::CreateRegistry { name, .. } => ActionJson {
            action: "create-registry",
            name: name.clone(),
            version: None,
        },
        Action::CreateSchema { event, version, .. } => ActionJson {
            action: "create-schema",
            name: event.schema_name(),
            version: Some(version.to_string()),
        },
        Action::AddVersion { event, version, .. } => ActionJson {
            action: "add-version",
            name: event.schema_name(),
            version: Some(version.to_string()),
        },
    }
}

fn drift(drift: &Drift) -> DriftJson {
    match drift {
        Drift::Changed { event, version, number } => DriftJson {
            drift: "changed",
            name: event.schema_name(),
            version: Some(version.to_string()),
            number: number.clone(),
        },
        Drift::UnknownVersion { event, version, number } => DriftJson {
            drift: "unknown-version",
            name: event.schema_name(),
            version: Some(version.to_string()),
            number: number.clone(),
        },
        Drift::Foreign { schema, number } => DriftJson {
            drift: "foreign",
            name: schema.clone(),
            version: None,
            number: number.clone(),
        },
    }
}

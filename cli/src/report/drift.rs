//! Where a registry differs from the workspace: for people as a line that says what to do, and for programs.

use std::fmt::Write as _;

use schemactl_model::Version;
use schemactl_workspace::{Drift, LifeKind, Plan};
use serde::{Deserialize, Serialize};

use super::count;

/// A difference for programs.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct DriftJson {
    drift: String,
    name: String,
    version: Option<String>,
    number: Option<String>,
    /// Whether readers of the registry get something else than the workspace says.
    #[serde(default)]
    conflict: bool,
}

/// Returns a difference as a sentence.
pub(crate) fn describe(drift: &Drift) -> String {
    match drift {
        Drift::Changed {
            event, version, number, ..
        } => {
            format!("{event}@{version} is another schema in the registry (its version {number}); left alone")
        }
        Drift::Contested {
            event, version, number, ..
        } => {
            format!(
                "{event}@{version} is two schemas in the registry: ours, and another one before it (its version {number}); left alone"
            )
        }
        Drift::Replaced {
            schema,
            version,
            number,
        } => {
            format!(
                "version {number} of {schema} is another schema as {version}, which a repair replaces; `schemactl prune` deletes it"
            )
        }
        Drift::ForeignNewest { schema, number, equals } => foreign_newest(schema, number, equals.as_ref()),
        Drift::AnotherForm {
            schema,
            version,
            number,
        } => {
            format!(
                "version {number} of {schema} is {version} in another type than `types` asks for; `schemactl prune` deletes it"
            )
        }
        Drift::UnknownVersion {
            event, version, number, ..
        } => {
            format!("{event}@{version} is in the registry (its version {number}) and not in the workspace; left alone")
        }
        Drift::Ended {
            event,
            version,
            number,
            how,
            ..
        } => {
            let what = match how {
                LifeKind::Moved => "has another name",
                LifeKind::Retired | LifeKind::Restored | LifeKind::Hotfix => "is retired",
            };
            format!("{event}@{version} {what} and is in the registry (its version {number}); left alone")
        }
        Drift::Twice {
            schema,
            version,
            number,
        } => {
            format!(
                "{version} is in schema {schema} a second time (its version {number}); `schemactl prune` deletes it"
            )
        }
        Drift::UnknownSchema { schema } => {
            format!("schema {schema} was written by schemactl, and its event is not in the workspace; left alone")
        }
        Drift::Foreign { schema, number } => match number {
            Some(number) => format!("version {number} of {schema} was not written by schemactl; left alone"),
            None => format!("schema {schema} was not written by schemactl; left alone"),
        },
    }
}

fn foreign_newest(schema: &str, number: &str, equals: Option<&Version>) -> String {
    let newest =
        format!("the newest version of {schema} (its version {number}) was not written by schemactl for this event");
    match equals {
        Some(version) => format!("{newest}, and is equal to {version}"),
        None => format!("{newest}; left alone"),
    }
}

/// Returns what to do about the conflicts of a plan, a line each. Empty if there is none.
pub(crate) fn advise(plan: &Plan) -> String {
    let conflicts: Vec<_> = plan.conflicts().collect();
    if conflicts.is_empty() {
        return String::new();
    }
    let mut text = format!(
        "the registry differs in {} that this does not mend:\n",
        count(conflicts.len(), "way")
    );
    let any = |test: fn(&Drift) -> bool| conflicts.iter().any(|drift| test(drift));
    let mut add = |line: &str| writeln!(text, "  {line}").expect("writing to a string cannot fail");
    if any(|drift| matches!(drift, Drift::Changed { .. } | Drift::Contested { .. })) {
        add(
            "another schema under a version: if the workspace is right, `schemactl push --repair` registers it again, above the other; if the",
        );
        add(
            "registry is right, `schemactl pull` in a folder with only a copy of schemactl.toml shows its schema: take it over, and give yours the next number",
        );
    }
    if any(|drift| matches!(drift, Drift::Contested { .. })) {
        add("`schemactl prune` deletes the other schema where ours was registered after it");
    }
    if any(|drift| matches!(drift, Drift::ForeignNewest { equals: None, .. })) {
        add(
            "a foreign newest version: `schemactl push --repair` makes the workspace's newest version the registry's newest again",
        );
    }
    if any(|drift| matches!(drift, Drift::ForeignNewest { equals: Some(_), .. })) {
        add(
            "a foreign version that is equal to ours: `schemactl push --adopt` takes it over without a write, `--repair` writes ours above it",
        );
    }
    text
}

impl From<&Drift> for DriftJson {
    fn from(drift: &Drift) -> Self {
        let (kind, name, version, number) = match drift {
            Drift::Changed {
                schema,
                version,
                number,
                ..
            } => ("changed", schema, Some(version), Some(number)),
            Drift::Contested {
                schema,
                version,
                number,
                ..
            } => ("contested", schema, Some(version), Some(number)),
            Drift::Ended {
                schema,
                version,
                number,
                ..
            } => ("ended", schema, Some(version), Some(number)),
            Drift::Replaced {
                schema,
                version,
                number,
            } => ("replaced", schema, Some(version), Some(number)),
            Drift::ForeignNewest { schema, number, equals } => {
                ("foreign-newest", schema, equals.as_ref(), Some(number))
            }
            Drift::AnotherForm {
                schema,
                version,
                number,
            } => ("another-form", schema, Some(version), Some(number)),
            Drift::UnknownVersion {
                schema,
                version,
                number,
                ..
            } => ("unknown-version", schema, Some(version), Some(number)),
            Drift::Twice {
                schema,
                version,
                number,
            } => ("twice", schema, Some(version), Some(number)),
            Drift::UnknownSchema { schema } => ("unknown-schema", schema, None, None),
            Drift::Foreign { schema, number } => ("foreign", schema, None, number.as_ref()),
        };
        Self {
            drift: kind.to_owned(),
            name: name.clone(),
            version: version.map(ToString::to_string),
            number: number.cloned(),
            conflict: drift.is_conflict(),
        }
    }
}

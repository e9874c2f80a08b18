//! A plan, for people as a table and for programs as JSON. The JSON is what a plan file holds.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use schemactl_model::{EventName, SchemaType, Version};
use schemactl_push::{Action, Content, Deletion, HeldVersion, Note, PlanOptions, Preview, RepairOptions};
use schemactl_workspace::Workspace;
use serde::{Deserialize, Serialize};

use super::drift::{DriftJson, describe_planned_drift, list_drift};
use super::full::describe_full;
use super::scope::{describe_elsewhere, describe_unselected};
use crate::printable::print_indented;
use crate::words::count_in_words;

pub(crate) fn render_plan_text(plan: &Preview) -> String {
    let mut text = format!("{}\n", plan.remote);
    text += &table(&plan.actions.iter().map(row).collect::<Vec<_>>());
    let taken_over =
        |(event, version): &(EventName, Version)| format!("{event}@{version} is equal in the registry, and is adopted");
    let remarks = (plan.notes.iter().map(describe_note))
        .chain(plan.adopted.iter().map(taken_over))
        .chain(plan.recorded_types.iter().map(describe_recorded_types))
        .chain(plan.left.iter().map(describe_left))
        .chain(plan.full.iter().map(describe_full))
        .chain(list_drift(&plan.drift, |drift| describe_planned_drift(plan, drift)));
    for remark in remarks {
        writeln!(text, "  ! {remark}").expect("writing to a string cannot fail");
    }
    text += &list_ignored(plan);
    text += &describe_elsewhere(plan);
    text += &describe_unselected(&plan.unselected);
    text + &summarize_plan(plan) + "\n"
}

/// The last line of a plan: what is to be done, and what is there.
fn summarize_plan(plan: &Preview) -> String {
    let there = count_in_words(plan.unchanged.len(), "version");
    let conflicts = match plan.conflicts().count() {
        0 => None,
        conflicts => Some(count_in_words(conflicts, "conflict")),
    };
    if !plan.is_empty() {
        let writes = count_in_words(plan.actions.len(), "write");
        return format!("{writes} to make; {there} there already");
    }
    if !plan.left.is_empty() {
        let left = count_in_words(plan.left.len(), "write");
        let conflicts = conflicts.map_or_else(String::new, |conflicts| {
            format!(", {conflicts} that an adoption does not correct")
        });
        return format!(
            "nothing is written, and {left} left to a push without `--adopt`{conflicts}; {there} there already"
        );
    }
    match conflicts {
        Some(conflicts) => {
            format!("nothing to push, and {conflicts} that a push does not correct; {there} there already")
        }
        None if plan.adopted.is_empty() => format!("nothing to push: the registry holds {there}"),
        None => format!(
            "nothing is written, and {} adopted",
            count_in_words(plan.adopted.len(), "version")
        ),
    }
}

/// A line for the schemas that the settings ignore, if there are any.
pub(crate) fn list_ignored(plan: &Preview) -> String {
    match plan.ignored.len() {
        0 => String::new(),
        schemas => format!("  {}\n", describe_ignored(schemas)),
    }
}

/// Returns how many schemas the settings ignore as a line.
pub(crate) fn describe_ignored(schemas: usize) -> String {
    let verb = if schemas == 1 { "matches" } else { "match" };
    format!(
        "{} {verb} `ignore` in schemactl.toml",
        count_in_words(schemas, "schema")
    )
}

fn describe_recorded_types((event, types): (&EventName, &Vec<SchemaType>)) -> String {
    let first = types.first().map_or("", |type_| type_.as_str());
    format!("{event} is registered as {first} and keeps that type: `types` in schemas/{event}/event.toml")
}

fn describe_left(action: &Action) -> String {
    format!("left to `schemactl push`: {}", action.describe())
}

/// Mark, what is done, to what, which version, and on top of what.
type PlanRow = [String; 4];

fn row(action: &Action) -> PlanRow {
    let cells =
        |what: &str, name: &str, version: String, note: String| [what.to_owned(), name.to_owned(), version, note];
    let none = String::new;
    match action {
        Action::CreateRegistry { name, .. } => cells("+ create registry", name, none(), none()),
        Action::CreateSchema { schema, version, .. } => cells("+ create schema", schema, version.to_string(), none()),
        Action::AddVersion {
            schema, version, base, ..
        } => {
            let after = base
                .as_ref()
                .map_or_else(none, |base| format!("after {}", base.title()));
            cells("+ add version", schema, version.to_string(), after)
        }
        Action::Tag { schema, tags, .. } => {
            let keys: Vec<_> = tags.keys().map(String::as_str).collect();
            cells("~ set tags", schema, none(), keys.join(", "))
        }
        Action::Delete(deletion) if deletion.whole => cells("- delete schema", &deletion.schema, none(), why(deletion)),
        Action::Delete(deletion) => {
            let titles: Vec<_> = deletion.versions.iter().map(HeldVersion::title).collect();
            cells("- delete version", &deletion.schema, titles.join(", "), why(deletion))
        }
    }
}

fn why(deletion: &Deletion) -> String {
    deletion.reason.describe().to_owned()
}

fn table(rows: &[PlanRow]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let (first, second, third) = (width(0), width(1), width(2));
    rows.iter()
        .fold(String::new(), |mut text, [what, name, version, note]| {
            let line = format!("  {what:<first$}  {name:<second$}  {version:<third$}  {note}");
            text += line.trim_end();
            text + "\n"
        })
}

/// Returns what is worth knowing of a write as a sentence.
pub(crate) fn describe_note(note: &Note) -> String {
    match note {
        Note::OutOfOrder { schema, version, newer } => {
            let advice = if version.major() == newer.major() {
                ""
            } else {
                "; `layout = \"major\"` gives each major a schema of its own"
            };
            format!(
                "schema {schema} has {newer} already: {version} is added after it, and {newer} once more, so that it stays the newest version\
                 {advice}"
            )
        }
        Note::TypeChange {
            schema,
            event,
            version,
            from,
            to,
        } => format!(
            "type changes from {from} to {to}: {version} becomes the newest version of schema {schema}; code bindings and other readers of its \
             newest version expect {from}; `types = [\"{from}\"]` in schemas/{event}/event.toml keeps the type"
        ),
        Note::AdoptedType {
            schema,
            event,
            is,
            keeps,
        } => format!(
            "the newest version of schema {schema} is adopted as {is}, and the event keeps the type {keeps}: the next version is registered in that; with \
             `types = [\"{is}\"]` in schemas/{event}/event.toml it is registered as {is}"
        ),
        Note::Deleted {
            schema,
            event,
            version,
            numbers,
        } => format!(
            "{event}@{version} is adopted and not in schema {schema}, from which {} deleted: if it was that, others have deleted it. A push does not register it again",
            describe_numbers(numbers)
        ),
        Note::AnotherForm { schema, versions } => format!(
            "schema {schema} holds {} in a type that `types` in schemactl.toml does not list: `schemactl push` registers them in the listed type, and \
             `schemactl prune --enable-deletes` deletes the others then",
            list(versions)
        ),
    }
}

fn describe_numbers(numbers: &[String]) -> String {
    match numbers {
        [number] => format!("version {number} was"),
        numbers => format!("versions {} were", numbers.join(", ")),
    }
}

fn list(versions: &[Version]) -> String {
    let versions: Vec<_> = versions.iter().map(ToString::to_string).collect();
    versions.join(", ")
}

/// What `schemactl plan --format json`, `plan --plan-file` and `status --format json` print. Readers ignore fields that they do not know, and take a
/// value of `drift` that they do not know for a difference: fields and values are added, and `format` counts what breaks. A plan file is only applied by
/// a schemactl of the same `format`.
#[derive(Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "A report of schemactl plan"))]
pub(crate) struct Saved {
    /// The format of the report.
    #[cfg_attr(test, schemars(extend("const" = FORMAT)))]
    pub(crate) format: u32,
    /// The registry with its region, account and endpoint, as the text report names it.
    pub(crate) remote: String,
    /// The name of the registry.
    pub(crate) registry: String,
    /// The options that the plan was made with; `status` has none.
    pub(crate) options: SavedOptions,
    /// The digest of what the workspace registers, whatever the registry holds.
    #[serde(default)]
    pub(crate) workspace: String,
    /// What a push would write, in this order.
    pub(crate) actions: Vec<SavedAction>,
    /// The versions that are registered already.
    pub(crate) unchanged: Vec<VersionJson>,
    /// The versions that are older than those that a schema keeps, and are not registered.
    #[serde(default)]
    pub(crate) pruned: Vec<VersionJson>,
    /// The versions that were adopted and are not in this registry, which holds a newer version: a push does not write them.
    #[serde(default)]
    pub(crate) skipped: Vec<VersionJson>,
    /// The versions that `--adopt` records as registered, because an equal version is there.
    #[serde(default)]
    pub(crate) adopted: Vec<VersionJson>,
    /// The writes that `--adopt` leaves to a push without it.
    #[serde(default)]
    left: Vec<SavedAction>,
    /// The schemas of the registry that match `ignore` in schemactl.toml.
    #[serde(default)]
    ignored: Vec<String>,
    /// The versions that are not written, because the newest version of their schema was not written by schemactl.
    #[serde(default)]
    pub(crate) held_back: Vec<VersionJson>,
    /// The versions of events whose `environments` do not name this registry: they are not registered in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    elsewhere: Vec<VersionJson>,
    /// The versions that `--event` does not select: they are neither written nor compared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    unselected: Vec<VersionJson>,
    /// The differences that a push leaves as they are.
    drift: Vec<DriftJson>,
}

/// The options that a plan was made with.
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Options"))]
pub(crate) struct SavedOptions {
    /// `--enable-deletes`.
    pub(crate) deletes: bool,
    /// `--refresh-tags`.
    pub(crate) refresh_tags: bool,
    /// `--allow-widening`, or `allow-widening` in schemactl.toml.
    pub(crate) allow_widening: bool,
    /// `--repair`.
    #[serde(default)]
    pub(crate) repair: bool,
    /// `--adopt`.
    #[serde(default)]
    pub(crate) adopt: bool,
    /// The environment of `--env`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) environment: Option<String>,
    /// The versions that `--event` selects; empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) events: Vec<String>,
}

/// One write.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Action"))]
pub(crate) struct SavedAction {
    /// What is written.
    #[cfg_attr(test, schemars(extend("enum" = [
        "create-registry", "create-schema", "add-version", "set-tags", "delete-schema", "delete-version",
    ])))]
    pub(crate) action: String,
    /// The name of the registry or schema.
    pub(crate) name: String,
    /// The version of the event; null where no version is written.
    pub(crate) version: Option<String>,
    /// The type of the schema.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(extend("enum" = ["JSONSchemaDraft4", "OpenApi3"])))]
    pub(crate) r#type: Option<String>,
    /// The digest of the content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) content: Option<String>,
    /// The version of the registry that it is written on top of, or the versions that are deleted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) base: Vec<SavedBase>,
    /// The tags that are set.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) tags: BTreeMap<String, String>,
}

/// A version of the registry.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "RegisteredVersion"))]
pub(crate) struct SavedBase {
    /// Its number in the registry.
    pub(crate) number: String,
    /// The version of the event; null if schemactl did not write it.
    pub(crate) version: Option<String>,
    /// The digest of its content.
    pub(crate) content: String,
}

/// A version of an event.
#[derive(Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Version"))]
pub(crate) struct VersionJson {
    /// The event, `namespace/Name`.
    pub(crate) event: String,
    /// The version.
    pub(crate) version: String,
}

/// The action that creates the registry.
pub(crate) const CREATE_REGISTRY: &str = "create-registry";

/// Counts the breaks of the shape. A new value of `drift` is none, since readers take one that they do not know for a difference.
pub(crate) const FORMAT: u32 = 2;

impl SavedOptions {
    pub(crate) fn new(
        options: PlanOptions,
        repairs: RepairOptions,
        allow_widening: bool,
        workspace: &Workspace,
    ) -> Self {
        let selected = workspace.scope.selected.iter().flatten();
        Self {
            deletes: options.deletes,
            refresh_tags: options.refresh_tags,
            allow_widening,
            repair: repairs.repair,
            adopt: repairs.adopt,
            environment: workspace.scope.environment_name().map(str::to_owned),
            events: selected.map(|(event, version)| format!("{event}@{version}")).collect(),
        }
    }
}

pub(crate) fn render_plan_as_json(plan: &Preview, options: SavedOptions) -> String {
    print_indented(&Saved {
        format: FORMAT,
        remote: plan.remote.clone(),
        registry: plan.registry.clone(),
        options,
        workspace: plan.expected.digest().to_string(),
        actions: list_saved_actions(plan),
        unchanged: versions(&plan.unchanged),
        pruned: versions(&plan.pruned),
        skipped: versions(&plan.skipped),
        adopted: versions(&plan.adopted),
        left: plan.left.iter().map(action).collect(),
        ignored: plan.ignored.clone(),
        held_back: versions(&plan.held_back),
        elsewhere: versions(&plan.elsewhere),
        unselected: versions(&plan.unselected),
        drift: plan.drift.iter().map(DriftJson::from).collect(),
    })
}

fn versions(versions: &[(EventName, Version)]) -> Vec<VersionJson> {
    let json = versions.iter().map(|(event, version)| VersionJson {
        event: event.to_string(),
        version: version.to_string(),
    });
    json.collect()
}

/// The schema of a plan.
#[cfg(test)]
pub(crate) fn schema() -> serde_json::Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<Saved>().to_value()
}

/// The writes of a plan, as a file holds them.
pub(crate) fn list_saved_actions(plan: &Preview) -> Vec<SavedAction> {
    plan.actions.iter().map(action).collect()
}

fn base(held: &HeldVersion) -> SavedBase {
    SavedBase {
        number: held.number.clone(),
        version: held.stamp.as_ref().map(|stamp| stamp.version.to_string()),
        content: held.digest.to_string(),
    }
}

impl SavedAction {
    /// Returns the schema and version that it writes, for people.
    pub(crate) fn title(&self) -> String {
        let version = self.version.iter().map(|version| format!(" {version}"));
        let deleted = self.base.iter().filter(|_| self.content.is_none());
        let deleted = deleted.map(|base| format!(" {}", base.title()));
        version
            .chain(deleted)
            .fold(self.name.clone(), |title, part| title + &part)
    }
}

impl SavedBase {
    /// For people.
    pub(crate) fn title(&self) -> String {
        let ours = self.version.as_deref().unwrap_or("not written by schemactl");
        format!("version {} ({ours})", self.number)
    }
}

fn action(action: &Action) -> SavedAction {
    let named = |what: &str, name: &str| SavedAction {
        action: what.to_owned(),
        name: name.to_owned(),
        ..SavedAction::default()
    };
    let with = |what: &str, name: &str, version: &schemactl_model::Version, content: &Content| SavedAction {
        version: Some(version.to_string()),
        r#type: Some(content.type_.to_string()),
        content: Some(content.digest.to_string()),
        ..named(what, name)
    };
    match action {
        Action::CreateRegistry { name, tags, .. } => SavedAction {
            tags: tags.clone(),
            ..named(CREATE_REGISTRY, name)
        },
        Action::CreateSchema {
            schema,
            version,
            content,
            tags,
            ..
        } => SavedAction {
            tags: tags.clone(),
            ..with("create-schema", schema, version, content)
        },
        Action::AddVersion {
            schema,
            version,
            content,
            base: held,
            ..
        } => SavedAction {
            base: held.iter().map(base).collect(),
            ..with("add-version", schema, version, content)
        },
        Action::Tag { schema, tags, .. } => SavedAction {
            tags: tags.clone(),
            ..named("set-tags", schema)
        },
        Action::Delete(deletion) => SavedAction {
            base: deletion.versions.iter().map(base).collect(),
            ..named(
                if deletion.whole {
                    "delete-schema"
                } else {
                    "delete-version"
                },
                &deletion.schema,
            )
        },
    }
}

//! Where a registry differs from the workspace: for people as a line that says what to do, and for programs.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use schemactl_model::{EventName, Version, spell_out_line as printable};
use schemactl_push::{Action, Drift, ForeignChange, ForeignVerdict, Preview};
use schemactl_workspace::LifeKind;
use serde::{Deserialize, Serialize};

use crate::printable::quote_word;
use crate::words::count_in_words;

/// A difference between registry and workspace that a push leaves as it is.
#[derive(Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "Drift"))]
pub(crate) struct DriftJson {
    /// The kind of the difference.
    #[cfg_attr(test, schemars(extend("enum" = KINDS)))]
    drift: String,
    /// The schema of the registry.
    name: String,
    /// The version of the event, if the difference is about one.
    version: Option<String>,
    /// The number of the version in the registry, if the difference is about one.
    number: Option<String>,
    /// Whether readers of the registry get another schema than the workspace has: `status` and `plan --detailed-exitcode` exit with 6.
    #[serde(default)]
    conflict: bool,
}

/// Returns a difference as a sentence beside the actions of a plan: what the plan deletes is not left alone.
pub(crate) fn describe_planned_drift(plan: &Preview, drift: &Drift) -> String {
    let sentence = describe_drift(drift);
    let is_deleted = plan.actions.iter().any(|action| {
        let Action::Delete(deletion) = action else {
            return false;
        };
        let has_number = |number| deletion.versions.iter().any(|version| version.number == number);
        deletion.schema == schema_of(drift) && number_of(drift).map_or(deletion.whole, has_number)
    });
    let ends = [
        "; left alone",
        "; `schemactl prune --enable-deletes` deletes it",
        ": `schemactl push --enable-deletes` deletes it",
    ];
    match ends.iter().find_map(|end| sentence.strip_suffix(end)) {
        Some(what) if is_deleted => what.to_owned(),
        _ => sentence,
    }
}

/// Returns the differences as lines, those in versions of others that are nothing of the workspace in one line for each schema.
pub(crate) fn list_drift(differences: &[Drift], describe: impl Fn(&Drift) -> String) -> Vec<String> {
    let mut lines = Vec::new();
    let mut listed: BTreeSet<&str> = BTreeSet::new();
    for drift in differences {
        let Drift::Foreign {
            schema,
            number: Some(_),
            equals: None,
        } = drift
        else {
            lines.push(describe(drift));
            continue;
        };
        let numbers = differences.iter().filter_map(|other| match other {
            Drift::Foreign {
                schema: of,
                number: Some(number),
                equals: None,
            } if of == schema => Some(number.as_str()),
            _ => None,
        });
        let numbers: Vec<&str> = numbers.collect();
        if numbers.len() == 1 {
            lines.push(describe(drift));
        } else if listed.insert(schema) {
            let numbers = numbers.join(", ");
            lines.push(format!(
                "versions {numbers} of {schema} were not written by schemactl; left alone"
            ));
        }
    }
    lines
}

/// Returns a difference as a sentence.
pub(crate) fn describe_drift(drift: &Drift) -> String {
    let version = version_of(drift).map(ToString::to_string).unwrap_or_default();
    let number = number_of(drift).unwrap_or_default();
    match drift {
        Drift::Changed { .. } | Drift::Contested { .. } | Drift::Replaced { .. } => {
            describe_other_schema(drift, &version, number)
        }
        Drift::ForeignNewest {
            schema,
            created,
            equals,
            change,
            held_back,
            ..
        } => {
            let what = foreign_newest(equals.as_ref(), change.as_ref());
            let (day, kept) = (written_on(created), held_back_note(held_back));
            format!("the newest version of {schema} (its version {number}{day}) {what}{kept}")
        }
        Drift::OlderNewest { schema, newest, .. } => {
            format!(
                "the newest version of {schema} (its version {number}) is {version}, which is older than {newest} below it"
            )
        }
        Drift::NewerRelease { event, held_back, .. } => format!(
            "{event}@{version} is in the registry (its version {number}) and newer than the versions of this checkout{}",
            held_back_note(held_back)
        ),
        Drift::AnotherForm { schema, .. } => format!(
            "version {number} of {schema} is {version} in a type that `types` does not list; `schemactl prune --enable-deletes` deletes it"
        ),
        Drift::UnknownVersion {
            event, older_newest, ..
        } => describe_unknown_version(event, &version, number, older_newest.as_ref()),
        Drift::Ended { event, how, .. } => {
            let ended = describe_end(*how);
            format!("{event}@{version} {ended} and is in the registry (its version {number}); left alone")
        }
        Drift::Twice { schema, .. } => {
            format!(
                "{version} is in schema {schema} a second time (its version {number}); `schemactl prune --enable-deletes` deletes it"
            )
        }
        Drift::Elsewhere { schema, event, .. } => format!(
            "{event}@{version} is in schema {schema} (its version {number}), where `layout` and `types` of schemactl.toml do not put it; \
             left alone"
        ),
        Drift::OutsideEnvironment { schema, event } => format!(
            "schema {schema} is registered, and {event} is not for this registry (`environments` in schemas/{event}/event.toml): `schemactl push \
             --enable-deletes` deletes it"
        ),
        Drift::UnknownSchema { schema, ended } => describe_unknown_schema(schema, ended.as_ref()),
        Drift::Foreign { schema, number, equals } => describe_foreign(schema, number.as_deref(), equals.as_ref()),
    }
}

/// Returns what another schema under a version of ours is.
fn describe_other_schema(drift: &Drift, version: &str, number: &str) -> String {
    match drift {
        Drift::Changed {
            event,
            held_back,
            is_release,
            ..
        } => format!(
            "{event}@{version} is a different schema in the registry (its version {number}){}{}",
            release_note(*is_release),
            left_alone_note(held_back)
        ),
        Drift::Contested { event, is_release, .. } => format!(
            "{event}@{version} has two schemas in the registry: ours, and a different one before it (its version {number}){}; left alone",
            release_note(*is_release)
        ),
        Drift::Replaced {
            schema,
            is_release: true,
            ..
        } => format!(
            "version {number} of {schema} is the {version} that another checkout has released, which a repair replaces; `schemactl prune --enable-deletes` deletes it"
        ),
        Drift::Replaced { schema, .. } => format!(
            "version {number} of {schema} is a different schema for {version}, which a repair replaces; `schemactl prune --enable-deletes` deletes it"
        ),
        _ => String::new(),
    }
}

/// Returns what a schema is that schemactl wrote, and that no event of the workspace is registered as.
fn describe_unknown_schema(schema: &str, ended: Option<&(EventName, LifeKind)>) -> String {
    match ended {
        Some((event, how)) => format!(
            "schema {schema} is of {event}, which {}; left alone",
            describe_end(*how)
        ),
        None => {
            format!("schema {schema} was written by schemactl, and the workspace registers nothing as that; left alone")
        }
    }
}

/// Returns what a schema or version is that schemactl did not write.
fn describe_foreign(schema: &str, number: Option<&str>, equals: Option<&Version>) -> String {
    match (number, equals) {
        (Some(number), Some(version)) => format!(
            "version {number} of {schema} was not written by schemactl and is equal to {version}: `schemactl push --adopt` adopts it \
             without a write"
        ),
        (Some(number), None) => format!("version {number} of {schema} was not written by schemactl; left alone"),
        (None, _) => format!("schema {schema} was not written by schemactl; left alone"),
    }
}

/// Returns what a version of ours is that the workspace does not have; `older_newest` is its newest one, if that is older.
fn describe_unknown_version(event: &EventName, version: &str, number: &str, older_newest: Option<&Version>) -> String {
    match older_newest {
        Some(newest) => format!(
            "{event}@{version} is in the registry (its version {number}) and newer than {newest}, the newest version of this checkout; it is \
             not deleted from here. Update the checkout, or run `schemactl pull`"
        ),
        None => {
            format!("{event}@{version} is in the registry (its version {number}) and not in the workspace; left alone")
        }
    }
}

fn release_note(is_release: bool) -> &'static str {
    if is_release {
        ", which another checkout has released"
    } else {
        ""
    }
}

fn written_on(created: &str) -> String {
    created
        .get(..10)
        .map_or_else(String::new, |day| format!(", written on {day}"))
}

/// Returns what became of a version that has ended.
pub(crate) fn describe_end(how: LifeKind) -> &'static str {
    match how {
        LifeKind::Moved => "has another name",
        LifeKind::Retired | LifeKind::Restored | LifeKind::Hotfix => "is retired",
    }
}

fn left_alone_note(held_back: &[Version]) -> String {
    if held_back.is_empty() {
        return "; left alone".to_owned();
    }
    held_back_note(held_back)
}

fn held_back_note(versions: &[Version]) -> String {
    match versions {
        [] => String::new(),
        versions => format!("; no version is added after it: {}", list(versions)),
    }
}

fn list(versions: &[Version]) -> String {
    let versions: Vec<_> = versions.iter().map(ToString::to_string).collect();
    versions.join(", ")
}

/// What a newest version that is not ours is.
fn foreign_newest(equals: Option<&Version>, change: Option<&ForeignChange>) -> String {
    let foreign = "was not written by schemactl";
    if let Some(version) = equals {
        return format!("{foreign}, and is equal to {version}");
    }
    match change {
        None => foreign.to_owned(),
        Some(ForeignChange::AnotherEvent(event)) => format!("was written by schemactl for the event {event}"),
        Some(ForeignChange::NotASchema(reason)) => format!("{foreign}, and cannot be compared: {}", printable(reason)),
        Some(ForeignChange::AnotherEnvelope { member, found, .. }) => {
            format!("{foreign}, and its envelope names the {member} `{}`", printable(found))
        }
        Some(ForeignChange::Compared {
            version,
            reads_ours,
            read_by_ours,
        }) => {
            let backward = match reads_ours {
                ForeignVerdict::Holds => format!("it accepts the events of {version}"),
                ForeignVerdict::Breaks => format!("it rejects an event of {version}"),
                ForeignVerdict::Undecided => format!("whether it accepts the events of {version} is undecided"),
            };
            let forward = match read_by_ours {
                ForeignVerdict::Holds => format!("{version} accepts its events"),
                ForeignVerdict::Breaks => format!("{version} rejects an event of it"),
                ForeignVerdict::Undecided => format!("whether {version} accepts its events is undecided"),
            };
            format!("{foreign}: {backward}, and {forward}")
        }
    }
}

/// Returns what to do about newest versions that schemactl did not write.
fn advise_on_foreign_newest(conflicts: &[&Drift]) -> Vec<String> {
    let mut lines = advise_on_other_envelopes(conflicts);
    let is_other = |drift: &&&Drift| matches!(drift, Drift::ForeignNewest { equals: None, .. });
    if conflicts
        .iter()
        .filter(is_other)
        .any(|drift| drift.find_other_envelope().is_none())
    {
        lines.extend([
            "the newest version was not written by schemactl: if the workspace is right, `schemactl push --repair` registers its newest version".to_owned(),
            "above it; if the registry is right, `schemactl pull` takes it into the workspace, or reports why not, and `schemactl push --adopt` adopts it then"
                .to_owned(),
        ]);
    }
    let is_equal = |drift: &&Drift| matches!(drift, Drift::ForeignNewest { equals: Some(_), .. });
    if conflicts.iter().any(is_equal) {
        lines.extend([
            "the newest version was not written by schemactl and is equal to ours: `schemactl push --adopt` adopts it without a write;".to_owned(),
            "`schemactl push --repair` registers ours above it".to_owned(),
        ]);
    }
    lines
}

/// Returns what to do about newest versions whose envelope names another source or detail-type: a released one only changes with a move.
fn advise_on_other_envelopes(conflicts: &[&Drift]) -> Vec<String> {
    let (mut moves, mut is_open) = (BTreeSet::new(), false);
    for change in conflicts.iter().filter_map(|drift| drift.find_other_envelope()) {
        match change {
            ForeignChange::AnotherEnvelope {
                member,
                found,
                released: Some(event),
            } => {
                moves.insert(advise_on_move(event, member, found));
            }
            _ => is_open = true,
        }
    }
    let mut lines = Vec::new();
    if is_open {
        lines.push(
            "another source or detail-type in the envelope: if the registry is right, correct it in event.toml, and `schemactl push --adopt` adopts the"
                .to_owned(),
        );
        lines.push(
            "version then; if the workspace is right, `schemactl push --repair` registers its newest version above it"
                .to_owned(),
        );
    }
    if !moves.is_empty() {
        lines.push(
            "another source or detail-type in the envelope than the released one: if the workspace is right, `schemactl push --repair` registers its newest"
                .to_owned(),
        );
        lines.push("version above it; if the registry is right, record the change, and `schemactl pull` and `schemactl push --adopt` adopt the version then:".to_owned());
        lines.extend(moves);
    }
    lines
}

/// Returns the command that changes the source or the detail-type of a released event.
pub(crate) fn advise_on_move(event: &EventName, member: &str, value: &str) -> String {
    let value = quote_word(&printable(value));
    format!(
        "`schemactl move {event} {} --{member} {value} --reason …`",
        event.name()
    )
}

/// Returns what to do about the conflicts of a plan, a line each. Empty if there is none.
pub(crate) fn advise_on_conflicts(plan: &Preview) -> String {
    let conflicts: Vec<_> = plan.conflicts().collect();
    if conflicts.is_empty() {
        return String::new();
    }
    let mut text = format!(
        "the registry differs in {} that this command does not correct:\n",
        count_in_words(conflicts.len(), "way")
    );
    let any = |test: fn(&Drift) -> bool| conflicts.iter().any(|drift| test(drift));
    let mut add = |line: &str| writeln!(text, "  {line}").expect("writing to a string cannot fail");
    if any(Drift::is_release_of_others) {
        add(
            "another release under a version: another checkout has registered a different schema under your number. That of the main branch keeps the",
        );
        add(
            "number: get it with `git pull`, and give the other one the next number; only if its release is withdrawn, `schemactl push --repair` replaces it",
        );
    }
    if any(|drift| drift.contradicted().is_some() && !drift.is_release_of_others()) {
        add(
            "another schema under a version: if the workspace is right, `schemactl push --repair` registers it again, above the other; if the",
        );
        add(
            "registry is right, `schemactl pull` in a folder with only a copy of schemactl.toml shows its schema: take it over, and give yours the next number",
        );
    }
    if any(|drift| matches!(drift, Drift::Contested { .. })) {
        add("`schemactl prune --enable-deletes` deletes the other schema where ours was registered after it");
    }
    for line in advise_on_foreign_newest(&conflicts) {
        add(&line);
    }
    if any(|drift| matches!(drift, Drift::OlderNewest { is_ours: true, .. })) {
        add("an older version that is the newest: `schemactl push --repair` registers the newer one again, above it");
    }
    if any(|drift| matches!(drift, Drift::OlderNewest { is_ours: false, .. })) {
        add(
            "an older version that is the newest: update this checkout, or run `schemactl pull`, and then `schemactl push --repair`",
        );
    }
    if any(|drift| matches!(drift, Drift::NewerRelease { .. })) {
        add(
            "a version that a newer checkout has released: update this checkout, or run `schemactl pull`, and push again",
        );
    }
    text
}

impl From<&Drift> for DriftJson {
    fn from(drift: &Drift) -> Self {
        Self {
            drift: name_drift(drift).to_owned(),
            name: schema_of(drift).to_owned(),
            version: version_of(drift).map(ToString::to_string),
            number: number_of(drift).map(str::to_owned),
            conflict: drift.is_conflict(),
        }
    }
}

/// What [`name_drift`] returns.
#[cfg(test)]
const KINDS: [&str; 13] = [
    "changed",
    "contested",
    "ended",
    "replaced",
    "foreign-newest",
    "older-newest",
    "newer-release",
    "another-form",
    "unknown-version",
    "twice",
    "elsewhere",
    "unknown-schema",
    "foreign",
];

/// Returns the kind of a difference, as programs read it.
fn name_drift(drift: &Drift) -> &'static str {
    match drift {
        Drift::Changed { .. } => "changed",
        Drift::Contested { .. } => "contested",
        Drift::Ended { .. } => "ended",
        Drift::Replaced { .. } => "replaced",
        Drift::ForeignNewest { .. } => "foreign-newest",
        Drift::OlderNewest { .. } => "older-newest",
        Drift::NewerRelease { .. } => "newer-release",
        Drift::AnotherForm { .. } => "another-form",
        Drift::UnknownVersion { .. } => "unknown-version",
        Drift::Twice { .. } => "twice",
        Drift::Elsewhere { .. } | Drift::OutsideEnvironment { .. } => "elsewhere",
        Drift::UnknownSchema { .. } => "unknown-schema",
        Drift::Foreign { .. } => "foreign",
    }
}

/// Returns the schema of the registry that differs.
pub(crate) fn schema_of(drift: &Drift) -> &str {
    match drift {
        Drift::Changed { schema, .. }
        | Drift::Contested { schema, .. }
        | Drift::Ended { schema, .. }
        | Drift::Replaced { schema, .. }
        | Drift::ForeignNewest { schema, .. }
        | Drift::OlderNewest { schema, .. }
        | Drift::NewerRelease { schema, .. }
        | Drift::AnotherForm { schema, .. }
        | Drift::UnknownVersion { schema, .. }
        | Drift::Twice { schema, .. }
        | Drift::Elsewhere { schema, .. }
        | Drift::OutsideEnvironment { schema, .. }
        | Drift::UnknownSchema { schema, .. }
        | Drift::Foreign { schema, .. } => schema,
    }
}

/// Returns our version that a difference is about, or that the registry's version is equal to.
fn version_of(drift: &Drift) -> Option<&Version> {
    match drift {
        Drift::Changed { version, .. }
        | Drift::Contested { version, .. }
        | Drift::Ended { version, .. }
        | Drift::Replaced { version, .. }
        | Drift::OlderNewest { version, .. }
        | Drift::NewerRelease { version, .. }
        | Drift::AnotherForm { version, .. }
        | Drift::UnknownVersion { version, .. }
        | Drift::Twice { version, .. }
        | Drift::Elsewhere { version, .. } => Some(version),
        Drift::ForeignNewest { equals, .. } | Drift::Foreign { equals, .. } => equals.as_ref(),
        Drift::UnknownSchema { .. } | Drift::OutsideEnvironment { .. } => None,
    }
}

/// Returns the registry's number of the version that differs.
fn number_of(drift: &Drift) -> Option<&str> {
    match drift {
        Drift::Changed { number, .. }
        | Drift::Contested { number, .. }
        | Drift::Ended { number, .. }
        | Drift::Replaced { number, .. }
        | Drift::ForeignNewest { number, .. }
        | Drift::OlderNewest { number, .. }
        | Drift::NewerRelease { number, .. }
        | Drift::AnotherForm { number, .. }
        | Drift::UnknownVersion { number, .. }
        | Drift::Twice { number, .. }
        | Drift::Elsewhere { number, .. } => Some(number),
        Drift::Foreign { number, .. } => number.as_deref(),
        Drift::UnknownSchema { .. } | Drift::OutsideEnvironment { .. } => None,
    }
}

//! What something under the cursor means. In: a text and a cursor. Out: the history of a property through the versions of its event, the meaning of a
//! keyword or of a setting, as Markdown.

use std::fmt::Write as _;
use std::ops::Range;

use schemactl_model::{Keyword, Kind, Pointer, Value};
use schemactl_workspace::{SchemaVersion, Workspace, WorkspaceEvent};

use crate::completion::pointer_of;
use crate::files::{WorkspaceFiles, is_schema};
use crate::keyword_docs::describe_keyword;
use crate::place::{DocumentStep, PlaceRole, find_place, unescape_string};
use crate::schema_place::{SchemaPart, find_part};
use crate::settings_place::{SettingsRole, find_settings_place, find_settings_schema, schema_of_settings};

/// A text about a part of a file.
pub(crate) struct HoverText {
    pub(crate) markdown: String,
    pub(crate) about: Range<usize>,
}

/// Returns what is known of the text at a byte of a file.
pub(crate) fn describe_place(files: &WorkspaceFiles<'_>, path: &str, text: &str, offset: usize) -> Option<HoverText> {
    if is_schema(path) {
        return describe_in_schema(files, path, text, offset);
    }
    let place = find_settings_place(text, offset);
    let key = match &place.role {
        SettingsRole::Value(key) => key.clone(),
        SettingsRole::Key | SettingsRole::Header => text[place.word.clone()].to_owned(),
    };
    let whole: Vec<String> = place.table.iter().chain([&key]).cloned().collect();
    let setting = find_settings_schema(schema_of_settings(path)?, &whole)?;
    let described = setting["description"].as_str()?;
    Some(HoverText {
        markdown: format!("**`{key}`**: {described}"),
        about: place.word,
    })
}

fn describe_in_schema(files: &WorkspaceFiles<'_>, path: &str, text: &str, offset: usize) -> Option<HoverText> {
    let place = find_place(text, offset);
    let token = place.token.as_ref().filter(|_| place.role == PlaceRole::Key)?;
    let name = unescape_string(&text[token.content.clone()]);
    let dialect = files.dialect_of(path);
    let markdown = match find_part(&place.path, dialect) {
        SchemaPart::Schema => describe_keyword(Keyword::from_name(&name)?),
        SchemaPart::SchemaMap(Keyword::Properties) => {
            describe_history(files.workspace, files.event_of(path)?, &place.path, &name)?
        }
        _ => return None,
    };
    Some(HoverText {
        markdown,
        about: token.content.clone(),
    })
}

/// A property in one version.
#[derive(Clone, Debug, PartialEq, Eq)]
struct PropertyState {
    types: String,
    is_required: bool,
    is_deprecated: bool,
}

/// In which versions a property came, changed and went. Only versions in which it is another one than before are listed.
fn describe_history(
    workspace: &Workspace,
    event: &WorkspaceEvent,
    properties: &[DocumentStep],
    name: &str,
) -> Option<String> {
    let around = pointer_of(&properties[..properties.len() - 1]);
    let mut lines = String::new();
    let mut before: Option<PropertyState> = None;
    for version in event.versions.values() {
        let now = read_property(version, &around, name);
        if now == before {
            continue;
        }
        let is_released = workspace.lock.digest(&event.name, &version.version).is_some();
        let note = if is_released { "" } else { " (not released)" };
        let what = match (&before, &now) {
            (None, Some(now)) => format!("added: {}", describe_state(now)),
            (Some(before), Some(now)) => describe_change(before, now),
            (_, None) => "removed".to_owned(),
        };
        writeln!(lines, "- {}{note}: {what}", version.version).expect("writing to a string cannot fail");
        before = now;
    }
    let title = event.name.name();
    (!lines.is_empty()).then(|| format!("**`{name}`** in {title}\n\n{lines}"))
}

fn read_property(version: &SchemaVersion, around: &Pointer, name: &str) -> Option<PropertyState> {
    let document = &version.document;
    let schema = around.resolve(document.root())?;
    let property = schema.keyword(Keyword::Properties)?.member(name)?;
    let required = schema
        .keyword(Keyword::Required)
        .and_then(Value::as_array)
        .unwrap_or_default();
    let pointer = around.join("properties").join(name);
    let resolver = document.resolver();
    let base = resolver.scope_at(&pointer).base;
    // A chain of references that leads nowhere, or in a circle, ends with the last schema that says something.
    let mut target = property;
    for _ in 0..MOST_REFERENCES {
        let reference = target.keyword(Keyword::Ref).and_then(Value::as_str);
        let Some(next) = reference.and_then(|reference| resolver.resolve(&base, reference).ok()) else {
            break;
        };
        target = next.value;
    }
    Some(PropertyState {
        types: describe_types(property, target, document.source().text()),
        is_required: required.iter().any(|listed| listed.as_str() == Some(name)),
        is_deprecated: [property, target].iter().any(|schema| {
            schema
                .keyword(Keyword::Deprecated)
                .is_some_and(|value| value.kind == Kind::Bool(true))
        }),
    })
}

/// References that are followed one after the other: real schemas have two or three.
const MOST_REFERENCES: usize = 8;

/// The types of a property in words; a reference is named, too.
fn describe_types(property: &Value, target: &Value, text: &str) -> String {
    // A reference into another file has become one into this document; what somebody wrote is in the text.
    let written = |value: &Value| text.get(value.span.range()).filter(|written| written.starts_with('"'));
    let named = property.keyword(Keyword::Ref).and_then(written);
    let listed = target.keyword(Keyword::Type).map(|types| match types.as_array() {
        Some(types) => types.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        None => types.as_str().unwrap_or_default().to_owned(),
    });
    let types = match (listed, target.keyword(Keyword::Enum).or(target.keyword(Keyword::Const))) {
        (Some(types), _) if !types.is_empty() => format!("`{types}`"),
        (_, Some(_)) => "values of a list".to_owned(),
        _ => "any type".to_owned(),
    };
    match named {
        Some(reference) => format!("{types} (`{}`)", reference.trim_matches('"')),
        None => types,
    }
}

fn describe_state(state: &PropertyState) -> String {
    let presence = if state.is_required { "required" } else { "optional" };
    let deprecated = if state.is_deprecated { ", deprecated" } else { "" };
    format!("{}, {presence}{deprecated}", state.types)
}

fn describe_change(before: &PropertyState, now: &PropertyState) -> String {
    let mut changes = Vec::new();
    if before.types != now.types {
        changes.push(format!("{} became {}", before.types, now.types));
    }
    match (before.is_required, now.is_required) {
        (false, true) => changes.push("required from now on".to_owned()),
        (true, false) => changes.push("optional from now on".to_owned()),
        _ => {}
    }
    match (before.is_deprecated, now.is_deprecated) {
        (false, true) => changes.push("deprecated".to_owned()),
        (true, false) => changes.push("not deprecated any more".to_owned()),
        _ => {}
    }
    changes.join("; ")
}

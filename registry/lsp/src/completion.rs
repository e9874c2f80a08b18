//! What can be written at a place. In: a text and a cursor. Out: keywords, types, dialects, names of properties and targets of `$ref` in schemas; settings,
//! their values, events and versions in event.toml and schemactl.toml.

use std::ops::Range;

use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionTextEdit, Documentation, MarkupContent, MarkupKind, TextEdit,
};
use schemactl_model::{
    Dialect, Document, JsonObject, Keyword, Pointer, Source, Value, Version, encode_fragment, parse,
};
use serde_json::Value as Json;

use crate::files::{WorkspaceFiles, is_schema};
use crate::keyword_docs::describe_keyword;
use crate::place::{DocumentStep, JsonPlace, PlaceRole, find_place};
use crate::position::LineIndex;
use crate::schema_place::{SchemaPart, find_part};
use crate::settings_place::{
    SettingsPlace, SettingsRole, find_settings_place, find_settings_schema, is_table, list_settings, schema_of_settings,
};

/// The types of JSON Schema.
const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];

/// Something that can be written.
struct Proposal {
    label: String,
    kind: CompletionItemKind,
    docs: Option<String>,
    /// What is written before and after the label, in place of the word under the cursor.
    around: (&'static str, &'static str),
}

impl Proposal {
    fn new(label: impl Into<String>, kind: CompletionItemKind) -> Self {
        Self {
            label: label.into(),
            kind,
            docs: None,
            around: ("", ""),
        }
    }
}

/// Returns what can be written at a byte of a file.
pub(crate) fn list_completions(
    files: &WorkspaceFiles<'_>,
    path: &str,
    text: &str,
    offset: usize,
) -> Vec<CompletionItem> {
    let (word, proposals) = if is_schema(path) {
        let place = find_place(text, offset);
        // Of a string without an end, what is behind the cursor may be anything.
        let word = place.token.as_ref().map_or(offset..offset, |token| {
            let end = if token.is_closed { token.content.end } else { offset };
            token.content.start..end
        });
        (word, propose_in_schema(files, path, text, &place))
    } else if let Some(schema) = schema_of_settings(path) {
        let place = find_settings_place(text, offset);
        (place.word.clone(), propose_in_settings(files, path, schema, &place))
    } else {
        return Vec::new();
    };
    let lines = LineIndex::new(text);
    let items = proposals
        .into_iter()
        .map(|proposal| to_item(proposal, word.clone(), &lines));
    items.collect()
}

fn to_item(proposal: Proposal, word: Range<usize>, lines: &LineIndex<'_>) -> CompletionItem {
    let (before, after) = proposal.around;
    let range = lsp_types::Range::new(lines.position_at(word.start), lines.position_at(word.end));
    let edit = TextEdit {
        range,
        new_text: format!("{before}{}{after}", proposal.label),
    };
    let docs = proposal.docs.map(|value| {
        Documentation::MarkupContent(MarkupContent {
            kind: MarkupKind::Markdown,
            value,
        })
    });
    CompletionItem {
        label: proposal.label,
        kind: Some(proposal.kind),
        documentation: docs,
        text_edit: Some(CompletionTextEdit::Edit(edit)),
        ..CompletionItem::default()
    }
}

fn propose_in_schema(files: &WorkspaceFiles<'_>, path: &str, text: &str, place: &JsonPlace) -> Vec<Proposal> {
    let dialect = files.dialect_of(path);
    let mut proposals = match (place.role, find_part(&place.path, dialect)) {
        (PlaceRole::Key, SchemaPart::Schema) => propose_keywords(dialect),
        (PlaceRole::Value, SchemaPart::KeywordValue(keyword)) => match keyword {
            Keyword::Type => TYPES
                .map(|name| Proposal::new(name, CompletionItemKind::ENUM_MEMBER))
                .into(),
            Keyword::Schema => {
                let uris = Dialect::ALL.iter().map(|dialect| dialect.uri());
                uris.map(|uri| Proposal::new(uri, CompletionItemKind::ENUM_MEMBER))
                    .collect()
            }
            Keyword::Required => propose_properties(files, path, &place.path),
            Keyword::Ref => propose_targets(files, path, text),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    };
    for proposal in &mut proposals {
        proposal.around = match (&place.token, place.role) {
            (Some(token), _) if token.is_closed => ("", ""),
            (Some(_), PlaceRole::Key) => ("", "\": "),
            (Some(_), PlaceRole::Value) => ("", "\""),
            (None, PlaceRole::Key) => ("\"", "\": "),
            (None, PlaceRole::Value) => ("\"", "\""),
        };
    }
    proposals
}

/// The keywords that count in a dialect.
fn propose_keywords(dialect: Dialect) -> Vec<Proposal> {
    // Those of OpenAPI alone are in no dialect, and count in all.
    let keywords = Keyword::ALL.iter().copied();
    let keywords = keywords.filter(|keyword| keyword.dialects().is_some() && dialect.has_keyword(*keyword));
    let is_other_id =
        |keyword: Keyword| matches!(keyword, Keyword::Id | Keyword::Draft4Id) && keyword != dialect.id_keyword();
    let keywords = keywords.filter(|keyword| !is_other_id(*keyword));
    let proposals = keywords.map(|keyword| Proposal {
        docs: Some(describe_keyword(keyword)),
        ..Proposal::new(keyword.name(), CompletionItemKind::KEYWORD)
    });
    proposals.collect()
}

/// The properties that the schema around `required` declares.
fn propose_properties(files: &WorkspaceFiles<'_>, path: &str, steps: &[DocumentStep]) -> Vec<Proposal> {
    let at = steps
        .iter()
        .rposition(|step| *step == DocumentStep::Key("required".to_owned()));
    let schema = pointer_of(&steps[..at.unwrap_or_default()]);
    let declared = files.document_of(path).and_then(|document| {
        let schema = schema.resolve(document.root())?;
        schema.keyword(Keyword::Properties)?.as_object()
    });
    let names = declared.into_iter().flat_map(JsonObject::iter);
    names
        .map(|member| Proposal::new(member.key.as_str(), CompletionItemKind::PROPERTY))
        .collect()
}

/// Returns the pointer that leads where steps lead.
pub(crate) fn pointer_of(steps: &[DocumentStep]) -> Pointer {
    steps.iter().fold(Pointer::root(), |pointer, step| match step {
        DocumentStep::Key(key) => pointer.join(key.as_str()),
        DocumentStep::Index(index) => pointer.join(index.to_string()),
    })
}

/// Definitions of the file, shared files, and their definitions.
fn propose_targets(files: &WorkspaceFiles<'_>, path: &str, text: &str) -> Vec<Proposal> {
    let own = parse(&Source::new(path, text)).ok();
    let last_sound = files.document_of(path).map(Document::root);
    let mut targets = own.as_ref().or(last_sound).map(list_definitions).unwrap_or_default();
    for shared in &files.workspace.shared {
        let file = shared.source().path();
        if file == path {
            continue;
        }
        let relative = relative_path(path, file);
        targets.extend(
            list_definitions(shared.root())
                .iter()
                .map(|place| format!("{relative}{place}")),
        );
        targets.push(relative);
    }
    targets.sort();
    targets
        .into_iter()
        .map(|target| Proposal::new(target, CompletionItemKind::REFERENCE))
        .collect()
}

/// The definitions at the root of a schema, as fragments.
fn list_definitions(root: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for keyword in [Keyword::Defs, Keyword::Definitions] {
        let definitions = root.keyword(keyword).and_then(Value::as_object);
        for member in definitions.into_iter().flat_map(JsonObject::iter) {
            let pointer = Pointer::root().join(keyword.name()).join(member.key.as_str());
            found.push(format!("#{}", encode_fragment(&pointer)));
        }
    }
    found
}

/// The path from the folder of one file to another file.
fn relative_path(from: &str, to: &str) -> String {
    let (from, to): (Vec<&str>, Vec<&str>) = (from.split('/').collect(), to.split('/').collect());
    let folder = &from[..from.len() - 1];
    let common = folder.iter().zip(&to).take_while(|(one, other)| one == other).count();
    let up = std::iter::repeat_n("..", folder.len() - common);
    up.chain(to[common..].iter().copied()).collect::<Vec<_>>().join("/")
}

fn propose_in_settings(files: &WorkspaceFiles<'_>, path: &str, schema: &Json, place: &SettingsPlace) -> Vec<Proposal> {
    let table = find_settings_schema(schema, &place.table);
    let mut proposals = match &place.role {
        SettingsRole::Header => propose_settings(schema, true),
        SettingsRole::Key => table.map(|table| propose_settings(table, false)).unwrap_or_default(),
        SettingsRole::Value(key) => {
            let names = match key.as_str() {
                "successor" => list_events(files),
                "versions" => list_versions(files, path),
                _ => {
                    let whole: Vec<String> = place.table.iter().chain([key]).cloned().collect();
                    find_settings_schema(schema, &whole)
                        .map(list_values)
                        .unwrap_or_default()
                }
            };
            names
                .into_iter()
                .map(|name| Proposal::new(name, CompletionItemKind::VALUE))
                .collect()
        }
    };
    let is_value = matches!(place.role, SettingsRole::Value(_));
    for proposal in &mut proposals {
        let is_bare = matches!(proposal.label.as_str(), "true" | "false");
        proposal.around = match place.role {
            SettingsRole::Key => ("", " = "),
            _ if is_value && !place.is_quoted && !is_bare => ("\"", "\""),
            _ => ("", ""),
        };
    }
    proposals
}

/// The settings of a table: values, or tables.
fn propose_settings(table: &Json, tables: bool) -> Vec<Proposal> {
    let settings = list_settings(table).filter(|(_, schema)| is_table(schema) == tables);
    let proposals = settings.map(|(key, schema)| Proposal {
        docs: schema["description"].as_str().map(str::to_owned),
        ..Proposal::new(key, CompletionItemKind::PROPERTY)
    });
    proposals.collect()
}

/// The values that a schema lists.
fn list_values(schema: &Json) -> Vec<String> {
    let schema = schema.get("items").unwrap_or(schema);
    if schema["type"] == "boolean" {
        return vec!["true".to_owned(), "false".to_owned()];
    }
    let listed = schema["enum"].as_array().into_iter().flatten();
    listed.filter_map(Json::as_str).map(str::to_owned).collect()
}

/// Every event, and each of its majors.
fn list_events(files: &WorkspaceFiles<'_>) -> Vec<String> {
    let mut names = Vec::new();
    for event in files.workspace.events.values() {
        names.push(event.name.to_string());
        let mut majors: Vec<u64> = event.versions.keys().map(Version::major).collect();
        majors.dedup();
        names.extend(majors.iter().map(|major| format!("{}@{major}", event.name)));
    }
    names
}

fn list_versions(files: &WorkspaceFiles<'_>, path: &str) -> Vec<String> {
    let event = files.event_of(path);
    let versions = event.into_iter().flat_map(|event| event.versions.keys());
    versions.map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_from_one_file_to_the_other() {
        for (from, to, expected) in [
            ("schemas/n/E/1.0.json", "schemas/_shared/a.json", "../../_shared/a.json"),
            ("schemas/_shared/a.json", "schemas/_shared/b.json", "b.json"),
            ("schemas/_shared/a.json", "schemas/_shared/c/b.json", "c/b.json"),
        ] {
            assert_eq!(relative_path(from, to), expected);
            assert_eq!(
                schemactl_workspace::join_reference(from, expected, "schemas/").unwrap(),
                to
            );
        }
    }
}

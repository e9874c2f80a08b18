//! Where a cursor stands in settings that somebody is typing, and what the published schemas say of that place. In: the text of event.toml or
//! schemactl.toml, and a byte offset. Out: the table, the key, the string under the cursor.

use std::ops::Range;
use std::path::Path;
use std::sync::LazyLock;

use serde_json::Value as Json;

/// A place in a file of settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SettingsPlace {
    /// The table: `["env", "prod"]`; empty at the top of the file.
    pub(crate) table: Vec<String>,
    pub(crate) role: SettingsRole,
    /// The word under the cursor, without quotes.
    pub(crate) word: Range<usize>,
    pub(crate) is_quoted: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SettingsRole {
    /// The name of a setting.
    Key,
    /// The value of a setting.
    Value(String),
    /// The name of a table.
    Header,
}

/// Returns the place of a byte, which is taken to be the start of its character.
pub(crate) fn find_settings_place(text: &str, offset: usize) -> SettingsPlace {
    let offset = text.floor_char_boundary(offset);
    let start = text[..offset].rfind('\n').map_or(0, |line| line + 1);
    let end = text[offset..]
        .find(['\r', '\n'])
        .map_or(text.len(), |line| offset + line);
    let table = text[..start].lines().rev().find_map(read_header).unwrap_or_default();
    let (line, before) = (&text[start..end], &text[start..offset]);
    if line.trim_start().starts_with('[') && !before.contains('=') {
        let word = word_around(text, start..end, offset);
        return SettingsPlace {
            table: Vec::new(),
            role: SettingsRole::Header,
            word,
            is_quoted: false,
        };
    }
    let Some((key, value)) = before.split_once('=') else {
        return SettingsPlace {
            table,
            role: SettingsRole::Key,
            word: word_around(text, start..end, offset),
            is_quoted: false,
        };
    };
    let is_quoted = value.matches('"').count() % 2 == 1;
    let word = if is_quoted {
        let first = before.rfind('"').map_or(offset, |quote| start + quote + 1);
        let last = text[offset..end].find('"').map_or(end, |quote| offset + quote);
        first..last
    } else {
        word_around(text, start..end, offset)
    };
    SettingsPlace {
        table,
        role: SettingsRole::Value(key.trim().to_owned()),
        word,
        is_quoted,
    }
}

/// Returns the string under the cursor.
pub(crate) fn find_settings_string(text: &str, offset: usize) -> Option<String> {
    let place = find_settings_place(text, offset);
    place.is_quoted.then(|| text[place.word].to_owned())
}

fn read_header(line: &str) -> Option<Vec<String>> {
    let name = line.trim().strip_prefix('[')?.split(']').next()?;
    let parts = name.trim_start_matches('[').split('.');
    Some(parts.map(|part| part.trim().trim_matches('"').to_owned()).collect())
}

fn word_around(text: &str, line: Range<usize>, offset: usize) -> Range<usize> {
    let is_part = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_' | '.');
    let first = text[line.start..offset].trim_end_matches(is_part).len() + line.start;
    let rest = &text[offset..line.end];
    let last = offset + rest.len() - rest.trim_start_matches(is_part).len();
    first..last
}

static EVENT_SETTINGS: LazyLock<Json> = LazyLock::new(|| read_published(schemactl_rules::EVENT_SCHEMA));
static WORKSPACE_SETTINGS: LazyLock<Json> = LazyLock::new(|| read_published(schemactl_rules::WORKSPACE_SCHEMA));

fn read_published(text: &str) -> Json {
    serde_json::from_str(text).expect("a published schema is JSON: a test reads it")
}

/// Returns the published schema of the settings in a file.
pub(crate) fn schema_of_settings(path: &str) -> Option<&'static Json> {
    match Path::new(path).file_name()?.to_str()? {
        "event.toml" => Some(&EVENT_SETTINGS),
        "schemactl.toml" => Some(&WORKSPACE_SETTINGS),
        _ => None,
    }
}

/// Returns the part of a schema that is about a table, or about a setting.
pub(crate) fn find_settings_schema<'s>(schema: &'s Json, path: &[String]) -> Option<&'s Json> {
    path.iter().try_fold(schema, |schema, key| {
        let table = schema.get("items").unwrap_or(schema);
        let named = table.get("properties").and_then(|properties| properties.get(key));
        named.or_else(|| table.get("additionalProperties").filter(|other| other.is_object()))
    })
}

/// Returns the settings that a table may have, with their schemas.
pub(crate) fn list_settings(table: &Json) -> impl Iterator<Item = (&str, &Json)> {
    let table = table.get("items").unwrap_or(table);
    let properties = table.get("properties").and_then(Json::as_object).into_iter().flatten();
    properties.map(|(key, schema)| (key.as_str(), schema))
}

/// Returns whether a setting is a table, or a list of tables.
pub(crate) fn is_table(schema: &Json) -> bool {
    let items = schema.get("items").unwrap_or(schema);
    items.get("type").is_some_and(|kind| kind == "object")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str) -> (String, SettingsRole, String, bool) {
        let offset = text.find('|').unwrap();
        let text = text.replace('|', "");
        let place = find_settings_place(&text, offset);
        (
            place.table.join("."),
            place.role,
            text[place.word].to_owned(),
            place.is_quoted,
        )
    }

    #[test]
    fn a_cursor_is_found_in_settings_that_are_not_finished() {
        let value = |key: &str| SettingsRole::Value(key.to_owned());
        for (text, table, role, word, is_quoted) in [
            ("|", "", SettingsRole::Key, "", false),
            ("source = \"a\"\nsta|", "", SettingsRole::Key, "sta", false),
            ("status = |", "", value("status"), "", false),
            ("status = \"dr|aft\"\r\n", "", value("status"), "draft", true),
            ("status = \"|\nx", "", value("status"), "", true),
            (
                "[[waiver]]\r\nversions = [\"1.0\", \"1|",
                "waiver",
                value("versions"),
                "1",
                true,
            ),
            ("[env.prod]\nre|gion", "env.prod", SettingsRole::Key, "region", false),
            ("[[wai|", "", SettingsRole::Header, "wai", false),
            (
                "\u{1f600} = \"\u{e9}|\u{1f600}\"",
                "",
                value("\u{1f600}"),
                "\u{e9}\u{1f600}",
                true,
            ),
        ] {
            let expected = (table.to_owned(), role, word.to_owned(), is_quoted);
            assert_eq!(place(text), expected, "{text}");
        }
    }

    #[test]
    fn the_published_schemas_describe_tables_and_settings() {
        let schema = schema_of_settings("schemas/n/E/event.toml").unwrap();
        let names: Vec<_> = list_settings(schema).map(|(key, _)| key).collect();
        assert!(names.contains(&"detail-type") && names.contains(&"waiver"), "{names:?}");
        let path = |path: &str| path.split('.').map(str::to_owned).collect::<Vec<_>>();
        let successor = find_settings_schema(schema, &path("deprecated.successor")).unwrap();
        assert!(!is_table(successor) && is_table(find_settings_schema(schema, &path("waiver")).unwrap()));
        let schema = schema_of_settings("schemactl.toml").unwrap();
        let region = find_settings_schema(schema, &path("env.prod.region")).unwrap();
        assert!(region["description"].is_string());
        assert!(find_settings_schema(schema, &path("check.none")).is_none());
        assert!(schema_of_settings("Cargo.toml").is_none());
    }
}

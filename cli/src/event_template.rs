//! The files of a new event, as `init` and `new event` write them. In: its name and identity, and its properties. Out: texts by their paths in
//! the workspace.

use std::fmt::Write as _;

use schemactl_model::EventName;

/// The published JSON Schema of event.toml, for editors.
const SETTINGS_SCHEMA: &str = "https://raw.githubusercontent.com/schemactl/schemactl/main/docs/event.schema.json";

/// A new event.
pub(crate) struct EventTemplate<'t> {
    pub(crate) name: &'t EventName,
    pub(crate) source: &'t str,
    pub(crate) detail_type: &'t str,
    pub(crate) description: Option<&'t str>,
}

/// A property of the first schema: its name, its schema and its value in the example, as JSON.
pub(crate) type TemplateProperty<'t> = (&'t str, &'t str, &'t str);

/// What every event has, whatever it is about.
pub(crate) const COMMON_PROPERTIES: [TemplateProperty<'_>; 2] = [
    ("id", r#"{ "type": "string" }"#, r#""id-1""#),
    (
        "occurredAt",
        r#"{ "type": "string", "format": "date-time" }"#,
        r#""2026-02-01T14:32:00Z""#,
    ),
];

/// The name of the example's file.
pub(crate) const COMMON_EXAMPLE: &str = "example.json";

/// Returns a text as TOML writes it.
fn quote(text: &str) -> String {
    toml_edit::Value::from(text).to_string()
}

impl EventTemplate<'_> {
    /// Returns the path of a file in the folder of the event.
    pub(crate) fn path(&self, file: &str) -> String {
        format!("schemas/{}/{file}", self.name)
    }

    /// Returns the files of an event with these properties: settings, first schema and example.
    pub(crate) fn files(&self, properties: &[TemplateProperty<'_>], example: &str) -> [(String, String); 3] {
        [
            (self.path("event.toml"), self.settings()),
            (self.path("1.0.json"), self.schema(properties)),
            (self.path(&format!("examples/1.0/{example}")), write_example(properties)),
        ]
    }

    /// Returns event.toml.
    pub(crate) fn settings(&self) -> String {
        let mut text = format!(
            "#:schema {SETTINGS_SCHEMA}\nsource = {}\ndetail-type = {}\n",
            quote(self.source),
            quote(self.detail_type)
        );
        if let Some(description) = self.description {
            writeln!(text, "description = {}", quote(description)).expect("writing to a string cannot fail");
        }
        text
    }

    /// Returns a schema that requires the version and some properties, in draft-04, which is what EventBridge registers.
    pub(crate) fn schema(&self, properties: &[TemplateProperty<'_>]) -> String {
        let declared = properties.iter().fold(String::new(), |text, (name, schema, _)| {
            text + &format!(",\n    \"{name}\": {schema}")
        });
        let required = properties
            .iter()
            .fold(String::new(), |text, (name, ..)| text + &format!(", \"{name}\""));
        format!(
            r#"{{
  "$schema": "http://json-schema.org/draft-04/schema#",
  "title": "{}",
  "type": "object",
  "properties": {{
    "version": {{ "type": "string" }}{declared}
  }},
  "required": ["version"{required}]
}}
"#,
            self.name.name()
        )
    }
}

/// Returns the example of version 1.0.
fn write_example(properties: &[TemplateProperty<'_>]) -> String {
    let members = properties.iter().fold(String::new(), |text, (name, _, value)| {
        text + &format!(",\n  \"{name}\": {value}")
    });
    format!("{{\n  \"version\": \"1.0\"{members}\n}}\n")
}

/// Returns the detail-type that is made of a name: its words in lower case, with dots between them.
pub(crate) fn make_detail_type(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut words = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let after = letters.get(at + 1);
        let is_lower = |letter: &char| letter.is_ascii_lowercase();
        // `orderPlaced`, `SKUChanged`: a capital after a small letter, or before one that follows other capitals.
        let begins_word = letter.is_ascii_uppercase()
            && before.is_some_and(|before| {
                !before.is_ascii_uppercase() && before.is_ascii_alphanumeric()
                    || before.is_ascii_uppercase() && after.is_some_and(is_lower)
            });
        if begins_word {
            words.push('.');
        }
        words.push(match letter {
            '-' | '_' => '.',
            other => other.to_ascii_lowercase(),
        });
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detail_type_has_the_words_of_the_name() {
        for (name, detail_type) in [
            ("OrderPlaced", "order.placed"),
            ("orderPlaced", "order.placed"),
            ("SKUChanged", "sku.changed"),
            ("Order2Placed", "order2.placed"),
            ("order-placed", "order.placed"),
            ("ORDER", "order"),
        ] {
            assert_eq!(make_detail_type(name), detail_type);
        }
    }
}

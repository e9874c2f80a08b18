//! A schema as text for people. In: a schema. Out: JSON with the keywords in the order in which people read them: what it is, what it
//! is called, its type, then what is in it. Names of properties stay in the order of the alphabet.

use serde_json::{Map, Value};

/// The keywords that come first, in this order. The others follow in the order of the alphabet.
const FIRST: [&str; 14] = [
    "$schema",
    "openapi",
    "info",
    "title",
    "paths",
    "$ref",
    "type",
    "nullable",
    "format",
    "required",
    "properties",
    "items",
    "anyOf",
    "components",
];
/// The keywords whose members are named by users.
const NAMES: [&str; 3] = ["properties", "definitions", "schemas"];

/// Returns the text of a schema, two blanks a level, with a line break at the end.
pub fn print_schema(schema: &Value) -> String {
    let mut text = String::new();
    write(&mut text, schema, 0, false);
    text.push('\n');
    text
}

fn write(text: &mut String, value: &Value, level: usize, names: bool) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            let ordered = if names {
                members.iter().collect()
            } else {
                ordered(members)
            };
            let members = ordered.into_iter().map(|(key, value)| (Some(key.as_str()), value));
            write_all(text, ['{', '}'], members, level, names);
        }
        Value::Array(elements) if elements.iter().any(Value::is_object) => {
            write_all(
                text,
                ['[', ']'],
                elements.iter().map(|element| (None, element)),
                level,
                true,
            );
        }
        Value::Array(elements) => {
            let elements: Vec<_> = elements.iter().map(Value::to_string).collect();
            text.push('[');
            text.push_str(&elements.join(", "));
            text.push(']');
        }
        scalar => text.push_str(&scalar.to_string()),
    }
}

/// Writes the members of an object or the elements of an array, one a line.
fn write_all<'v>(
    text: &mut String,
    [open, close]: [char; 2],
    parts: impl Iterator<Item = (Option<&'v str>, &'v Value)>,
    level: usize,
    names: bool,
) {
    text.push(open);
    for (index, (key, value)) in parts.enumerate() {
        text.push_str(if index == 0 { "\n" } else { ",\n" });
        text.push_str(&"  ".repeat(level + 1));
        if let Some(key) = key {
            text.push_str(&Value::from(key).to_string());
            text.push_str(": ");
        }
        let holds_names = !names && key.is_some_and(|key| NAMES.contains(&key));
        write(text, value, level + 1, holds_names);
    }
    text.push('\n');
    text.push_str(&"  ".repeat(level));
    text.push(close);
}

fn ordered(members: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let rank = |key: &str| FIRST.iter().position(|first| *first == key).unwrap_or(FIRST.len());
    let mut ordered: Vec<_> = members.iter().collect();
    ordered.sort_by_key(|(key, _)| (rank(key), key.as_str()));
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keywords_come_in_the_order_of_reading_and_names_as_they_are() {
        let schema = json!({
            "properties": { "type": { "type": ["string", "null"] }, "a": { "items": {}, "type": "array" } },
            "title": "T", "type": "object", "$schema": "s", "anyOf": [{ "type": "object" }],
        });
        let expected = r#"{
  "$schema": "s",
  "title": "T",
  "type": "object",
  "properties": {
    "a": {
      "type": "array",
      "items": {}
    },
    "type": {
      "type": ["string", "null"]
    }
  },
  "anyOf": [
    {
      "type": "object"
    }
  ]
}
"#;
        assert_eq!(print_schema(&schema), expected);
        assert_eq!(serde_json::from_str::<Value>(expected).unwrap(), schema);
    }
}

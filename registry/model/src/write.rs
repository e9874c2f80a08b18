//! Values written as JSON. In: a [`Value`]. Out: compact JSON, indented JSON, or the canonical form: sorted keys, one spelling a number.

use std::fmt::Write as _;

use crate::value::{Kind, Value};

/// Returns the canonical text of a value: keys sorted by their UTF-8 bytes, no white space, each number in its one spelling.
///
/// # Examples
///
/// ```
/// use schemactl_model::{Source, canonical_json, parse};
///
/// let value = parse(&Source::new("a.json", r#"{ "b": 1.0, "a": true }"#)).unwrap();
/// assert_eq!(canonical_json(&value), r#"{"a":true,"b":1}"#);
/// ```
pub fn canonical_json(value: &Value) -> String {
    let mut out = String::new();
    JsonWriter {
        out: &mut out,
        canonical: true,
        indent: None,
    }
    .value(value, 0);
    out
}

impl Value {
    /// Returns compact JSON, members in their order, numbers as written.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        JsonWriter {
            out: &mut out,
            canonical: false,
            indent: None,
        }
        .value(self, 0);
        out
    }

    /// Returns JSON indented by two spaces, members in their order, numbers as written, no newline at the end.
    pub fn to_json_pretty(&self) -> String {
        let mut out = String::new();
        JsonWriter {
            out: &mut out,
            canonical: false,
            indent: Some(2),
        }
        .value(self, 0);
        out
    }
}

struct JsonWriter<'o> {
    out: &'o mut String,
    canonical: bool,
    indent: Option<usize>,
}

impl JsonWriter<'_> {
    fn value(&mut self, value: &Value, depth: usize) {
        match &value.kind {
            Kind::Null => self.out.push_str("null"),
            Kind::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Kind::Number(number) if self.canonical => self.out.push_str(&number.canonical()),
            Kind::Number(number) => self.out.push_str(number.as_str()),
            Kind::String(text) => self.string(text),
            Kind::Array(elements) => self.list('[', ']', elements.iter(), depth, |writer, element| {
                writer.value(element, depth + 1);
            }),
            Kind::Object(object) => {
                let mut entries: Vec<_> = object.iter().collect();
                if self.canonical {
                    entries.sort_by(|one, other| one.key.cmp(&other.key));
                }
                self.list('{', '}', entries.into_iter(), depth, |writer, entry| {
                    writer.string(&entry.key);
                    writer.out.push_str(if writer.indent.is_some() { ": " } else { ":" });
                    writer.value(&entry.value, depth + 1);
                });
            }
        }
    }

    fn list<T>(
        &mut self,
        open: char,
        close: char,
        items: impl ExactSizeIterator<Item = T>,
        depth: usize,
        write: impl Fn(&mut Self, T),
    ) {
        let empty = items.len() == 0;
        self.out.push(open);
        for (index, item) in items.enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            self.newline(depth + 1);
            write(self, item);
        }
        if !empty {
            self.newline(depth);
        }
        self.out.push(close);
    }

    fn newline(&mut self, depth: usize) {
        if let Some(width) = self.indent {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n(' ', width * depth));
        }
    }

    fn string(&mut self, text: &str) {
        self.out.push('"');
        for letter in text.chars() {
            match letter {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                control if control < ' ' => {
                    write!(self.out, "\\u{:04x}", u32::from(control)).expect("writing to a string cannot fail");
                }
                other => self.out.push(other),
            }
        }
        self.out.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse;
    use crate::source::Source;

    fn read(text: &str) -> Value {
        parse(&Source::new("a.json", text)).unwrap()
    }

    #[test]
    fn what_is_written_reads_back_as_the_same_value() {
        for text in [
            r#"{"a":"\"\\\u0000\u2028é","b":[],"c":{},"d":-1.50e+3}"#,
            "[]",
            "\"\\n\"",
        ] {
            let value = read(text);
            assert_eq!(read(&value.to_json()), value);
            assert_eq!(read(&value.to_json_pretty()), value);
        }
        assert_eq!(
            read(r#"{"a":[1],"b":{}}"#).to_json_pretty(),
            "{\n  \"a\": [\n    1\n  ],\n  \"b\": {}\n}"
        );
    }
}

//! JSON text to a spanned [`Value`], strictly by RFC 8259, every duplicate key reported. In: bytes or a [`Source`]. Out: a
//! value, or errors with their place and what to do. Comments, trailing commas, a byte order mark and invalid UTF-8 are
//! errors: a registry that is read by other people's parsers has to be strict where they differ.

use std::collections::HashMap;

use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::errors::ParseErrorKind;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use crate::deep::{depth_of_text, with_stack_for};
use crate::number::JsonNumber;
use crate::source::{Source, Span};
use crate::value::{JsonObject, Kind, Member, Value};

/// Larger documents are refused: EventBridge takes 100,000 characters, and five megabytes is fifty times that.
const MAX_BYTES: usize = 5_000_000;

/// What to do about a file that an editor or shell of Windows wrote.
const WITHOUT_MARK: &str = "save the file as UTF-8 without a byte order mark";

/// Whether a file is UTF-16, by its byte order mark.
fn is_utf16(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff")
}

/// Why a text is not JSON, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}:{}: {message}", source_file.path(), source_file.location(span.start))]
pub struct ParseError {
    /// The file. After invalid UTF-8 its text is a lossy copy that keeps the positions before the error.
    pub source_file: Source,
    /// The offending bytes.
    pub span: Span,
    /// What is wrong, in a few words.
    pub message: String,
    /// A second place that matters, such as the first of two equal keys.
    pub related: Option<(Span, &'static str)>,
    /// What to do about it.
    pub help: Option<&'static str>,
}

impl Source {
    /// Creates a source from the bytes of a file. Refuses a byte order mark, UTF-16, invalid UTF-8 and files over five megabytes.
    pub fn from_bytes(path: impl Into<String>, bytes: Vec<u8>) -> Result<Self, ParseError> {
        if bytes.len() > MAX_BYTES {
            return Err(ParseError {
                source_file: Self::new(path, ""),
                span: Span::default(),
                message: "the file is larger than 5 MB".to_owned(),
                related: None,
                help: Some("a schema of this size cannot be registered; split it, or move data out of it"),
            });
        }
        Self::from_bytes_of_any_size(path, bytes)
    }

    /// Creates a source as [`from_bytes`](Self::from_bytes) does, whatever the size: the file is no schema, and may have many values.
    pub fn from_bytes_of_any_size(path: impl Into<String>, bytes: Vec<u8>) -> Result<Self, ParseError> {
        let path = path.into();
        let error = |text: String, span: Span, message: &str, help| ParseError {
            source_file: Self::new(path.clone(), text),
            span,
            message: message.to_owned(),
            related: None,
            help: Some(help),
        };
        if is_utf16(&bytes) {
            // None of its text can be shown.
            return Err(error(
                String::new(),
                Span::default(),
                "the file is UTF-16",
                WITHOUT_MARK,
            ));
        }
        let text = String::from_utf8(bytes).map_err(|invalid| {
            let valid = invalid.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(invalid.as_bytes()).into_owned();
            error(
                text,
                Span::new(valid, valid + 1),
                "the file is not valid UTF-8 here",
                "save the file as UTF-8",
            )
        })?;
        if text.starts_with('\u{feff}') {
            let message = "the file starts with a byte order mark";
            return Err(error(text, Span::new(0, 3), message, WITHOUT_MARK));
        }
        Ok(Self::new(path, text))
    }
}

/// Reads one JSON value. Every duplicate key is an error of its own; a syntax error stops the reading.
///
/// # Examples
///
/// ```
/// use schemactl_model::{Source, parse};
///
/// let value = parse(&Source::new("a.json", r#"{"minLength": 3}"#)).map_err(|errors| errors[0].to_string())?;
/// assert_eq!(value.to_json(), r#"{"minLength":3}"#);
/// let twice = parse(&Source::new("b.json", r#"{"type": "string", "type": "null"}"#));
/// assert_eq!(twice.unwrap_err().len(), 1);
/// # Ok::<(), String>(())
/// ```
pub fn parse(source: &Source) -> Result<Value, Vec<ParseError>> {
    // What is nested deeper than the parser goes is refused there, and needs no more stack than that.
    let depth = depth_of_text(source.text()).min(1024);
    with_stack_for(depth, || parse_here(source))
}

fn parse_here(source: &Source) -> Result<Value, Vec<ParseError>> {
    let options = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let parsed = parse_to_ast(source.text(), &CollectOptions::default(), &options)
        .map_err(|error| vec![syntax_error(source, &error)])?;
    let Some(root) = parsed.value else {
        let span = Span::new(0, source.text().len());
        return Err(vec![ParseError {
            source_file: source.clone(),
            span,
            message: "the file is empty".to_owned(),
            related: None,
            help: Some("write a JSON value, such as {}"),
        }]);
    };
    let mut reader = JsonReader {
        source,
        errors: Vec::new(),
    };
    let value = reader.value(root);
    if reader.errors.is_empty() {
        Ok(value)
    } else {
        Err(reader.errors)
    }
}

fn syntax_error(source: &Source, error: &jsonc_parser::errors::ParseError) -> ParseError {
    let range = error.range();
    let (message, help) = describe(error.kind());
    ParseError {
        source_file: source.clone(),
        span: Span::new(
            range.start,
            range.end.max(range.start + 1).min(source.text().len().max(range.start)),
        ),
        message,
        related: None,
        help,
    }
}

fn describe(kind: &ParseErrorKind) -> (String, Option<&'static str>) {
    let help = match kind {
        ParseErrorKind::TrailingCommasNotAllowed => Some("remove the comma after the last element"),
        ParseErrorKind::CommentsNotAllowed => Some("JSON has no comments; use \"$comment\" or \"description\""),
        ParseErrorKind::SingleQuotedStringsNotAllowed => Some("write strings in double quotes"),
        ParseErrorKind::ExpectedStringObjectProperty => Some("write object keys in double quotes"),
        ParseErrorKind::ExpectedComma => Some("separate elements with a comma"),
        ParseErrorKind::NestingDepthExceeded => {
            Some("512 levels are read, and a member of an object is a level of its own")
        }
        _ => None,
    };
    let text = kind.to_string();
    let mut letters = text.chars();
    let message = letters
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect());
    (message.trim_end_matches('.').to_owned(), help)
}

struct JsonReader<'s> {
    source: &'s Source,
    errors: Vec<ParseError>,
}

impl JsonReader<'_> {
    // The parser stops at 512 levels, so the recursion does too.
    fn value(&mut self, node: ast::Value<'_>) -> Value {
        let range = node.range();
        let kind = match node {
            ast::Value::NullKeyword(_) => Kind::Null,
            ast::Value::BooleanLit(literal) => Kind::Bool(literal.value),
            ast::Value::NumberLit(literal) => Kind::Number(JsonNumber::from_text(literal.value)),
            ast::Value::StringLit(literal) => Kind::String(self.string(literal)),
            ast::Value::Array(array) => {
                Kind::Array(array.elements.into_iter().map(|element| self.value(element)).collect())
            }
            ast::Value::Object(object) => Kind::Object(self.object(object)),
        };
        Value {
            kind,
            span: Span::new(range.start, range.end),
        }
    }

    fn object(&mut self, object: ast::Object<'_>) -> JsonObject {
        let mut entries: Vec<Member> = Vec::with_capacity(object.properties.len());
        let mut seen = HashMap::new();
        for property in object.properties {
            let range = property.name.range();
            let key_span = Span::new(range.start, range.end);
            let key = match property.name {
                ast::ObjectPropName::String(literal) => self.string(literal),
                ast::ObjectPropName::Word(word) => word.value.to_owned(),
            };
            let value = self.value(property.value);
            if let Some(first) = seen.insert(key.clone(), key_span) {
                self.duplicate(&key, first, key_span);
            } else {
                entries.push(Member::spanned(key, key_span, value));
            }
        }
        JsonObject::from_entries(entries)
    }

    /// RFC 8259 §7: control characters are escaped. The parser below lets them pass.
    fn string(&mut self, literal: ast::StringLit<'_>) -> String {
        let range = literal.range.start..literal.range.end;
        if let Some(at) = self.source.text()[range.clone()].bytes().position(|byte| byte < 0x20) {
            self.errors.push(ParseError {
                source_file: self.source.clone(),
                span: Span::new(range.start + at, range.start + at + 1),
                message: "control character in a string".to_owned(),
                related: None,
                help: Some("write it as an escape, such as \\n or \\u0001"),
            });
        }
        literal.value.into_owned()
    }

    fn duplicate(&mut self, key: &str, first: Span, second: Span) {
        self.errors.push(ParseError {
            source_file: self.source.clone(),
            span: second,
            message: format!("duplicate key `{key}`"),
            related: Some((first, "first written here")),
            help: Some("remove one of them: parsers disagree on which one counts"),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(text: &str) -> Vec<ParseError> {
        parse(&Source::new("a.json", text)).unwrap_err()
    }

    #[test]
    fn spans_point_at_keys_and_values() {
        let source = Source::new("a.json", r#"{"a": [1, "x"]}"#);
        let value = parse(&source).unwrap();
        let entry = value.as_object().unwrap().entry("a").unwrap();
        assert_eq!(&source.text()[entry.key_span.range()], "\"a\"");
        assert_eq!(&source.text()[entry.value.as_array().unwrap()[1].span.range()], "\"x\"");
    }

    #[test]
    fn every_duplicate_key_is_reported_with_both_places() {
        let found = errors("{\"a\": 1, \"\\u0061\": 2, \"b\": {\"c\": 1, \"c\": 2}}");
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].message, "duplicate key `a`");
        assert_eq!(found[0].related.unwrap().0.range(), 1..4);
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for text in [
            "",
            "{",
            "[1,]",
            "// x\n1",
            "{a: 1}",
            "'x'",
            "+1",
            ".5",
            "0x1",
            "NaN",
            "1 2",
            "01",
            "\"\u{1}\"",
            "1.",
        ] {
            assert!(parse(&Source::new("a.json", text)).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_hundred_thousand_levels_are_an_error_not_an_overflow() {
        assert!(errors(&"[".repeat(100_000))[0].help.unwrap().contains("512"));
    }

    #[test]
    fn bytes_that_are_not_plain_utf8_are_refused_with_their_place() {
        let invalid = Source::from_bytes("a.json", b"{\n \"\xff\"}".to_vec()).unwrap_err();
        assert_eq!(invalid.to_string(), "a.json:2:3: the file is not valid UTF-8 here");
        let marked = Source::from_bytes("a.json", b"\xef\xbb\xbf{}".to_vec()).unwrap_err();
        assert_eq!(marked.to_string(), "a.json:1:1: the file starts with a byte order mark");
        for bytes in [&b"\xff\xfe{\0}\0"[..], b"\xfe\xff\0{\0}"] {
            let wide = Source::from_bytes("a.json", bytes.to_vec()).unwrap_err();
            assert_eq!(wide.to_string(), "a.json:1:1: the file is UTF-16");
        }
    }
}

//! Where a cursor stands in a JSON text that somebody is typing. In: a text, which may be broken behind the cursor and beside it, and a byte offset. Out:
//! the keys and indexes that lead there, and the string under the cursor.

use std::ops::Range;

/// A place in a JSON text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct JsonPlace {
    /// What leads to the value; for a key, to the object that it stands in.
    pub(crate) path: Vec<DocumentStep>,
    pub(crate) role: PlaceRole,
    /// The string under the cursor, without its quotes.
    pub(crate) token: Option<StringToken>,
}

/// A step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DocumentStep {
    Key(String),
    Index(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlaceRole {
    Key,
    Value,
}

/// A string, which may have no end yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StringToken {
    /// Its bytes, without the quotes.
    pub(crate) content: Range<usize>,
    /// It has a quote at its end.
    pub(crate) is_closed: bool,
}

/// An object or array that was begun before the cursor.
enum JsonFrame {
    Object { key: Option<String>, expects_key: bool },
    Array { index: usize },
}

/// Returns the place of a byte.
pub(crate) fn find_place(text: &str, offset: usize) -> JsonPlace {
    let bytes = text.as_bytes();
    let mut frames: Vec<JsonFrame> = Vec::new();
    let mut at = 0;
    while at < offset.min(bytes.len()) {
        match bytes[at] {
            b'"' => {
                let token = read_string(bytes, at);
                let content = token.content.clone();
                if offset <= content.end {
                    return place_in(&frames, Some(token));
                }
                if let Some(JsonFrame::Object { key, expects_key: true }) = frames.last_mut() {
                    *key = Some(unescape_string(&text[content.clone()]));
                }
                at = content.end + usize::from(token.is_closed);
                continue;
            }
            b'{' => frames.push(JsonFrame::Object {
                key: None,
                expects_key: true,
            }),
            b'[' => frames.push(JsonFrame::Array { index: 0 }),
            b'}' | b']' => drop(frames.pop()),
            b':' => {
                if let Some(JsonFrame::Object { expects_key, .. }) = frames.last_mut() {
                    *expects_key = false;
                }
            }
            b',' => match frames.last_mut() {
                Some(JsonFrame::Object { key, expects_key }) => (*key, *expects_key) = (None, true),
                Some(JsonFrame::Array { index }) => *index += 1,
                None => {}
            },
            _ => {}
        }
        at += 1;
    }
    place_in(&frames, None)
}

fn place_in(frames: &[JsonFrame], token: Option<StringToken>) -> JsonPlace {
    let mut path = Vec::new();
    let mut role = PlaceRole::Value;
    let last = frames.len().saturating_sub(1);
    for (at, frame) in frames.iter().enumerate() {
        match frame {
            JsonFrame::Object { expects_key: true, .. } if at == last => role = PlaceRole::Key,
            JsonFrame::Object { key, .. } => path.push(DocumentStep::Key(key.clone().unwrap_or_default())),
            JsonFrame::Array { index } => path.push(DocumentStep::Index(*index)),
        }
    }
    JsonPlace { path, role, token }
}

/// A string from its first quote: up to the second one, or to the end of the line, where one is missing.
fn read_string(bytes: &[u8], start: usize) -> StringToken {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                return StringToken {
                    content: start + 1..at,
                    is_closed: true,
                };
            }
            b'\n' | b'\r' => break,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    // An escape at the end is two bytes of which one may be missing.
    StringToken {
        content: start + 1..at.min(bytes.len()),
        is_closed: false,
    }
}

/// Returns what a string in JSON means; as it is written, if it has no meaning.
pub(crate) fn unescape_string(content: &str) -> String {
    serde_json::from_str(&format!("\"{content}\"")).unwrap_or_else(|_| content.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The place of `|` in a text.
    fn place(text: &str) -> (String, PlaceRole, Option<String>) {
        let offset = text.find('|').unwrap();
        let text = text.replace('|', "");
        let place = find_place(&text, offset);
        let path = place.path.iter().map(|step| match step {
            DocumentStep::Key(key) => format!("/{key}"),
            DocumentStep::Index(index) => format!("/{index}"),
        });
        let token = place.token.map(|token| text[token.content].to_owned());
        (path.collect(), place.role, token)
    }

    #[test]
    fn a_cursor_is_found_in_texts_that_are_not_finished() {
        let token = |text: &str| Some(text.to_owned());
        for (text, expected) in [
            ("|", (String::new(), PlaceRole::Value, None)),
            ("{|", (String::new(), PlaceRole::Key, None)),
            ("{\"ty|pe\": 1}", (String::new(), PlaceRole::Key, token("type"))),
            ("{\"type|", (String::new(), PlaceRole::Key, token("type"))),
            ("{\"type\"|: 1}", (String::new(), PlaceRole::Key, None)),
            ("{\"type\": |", ("/type".to_owned(), PlaceRole::Value, None)),
            ("{\"type\": \"|\n}", ("/type".to_owned(), PlaceRole::Value, token(""))),
            (
                "{\"a\": {\"b\": [1, {}, \"x|",
                ("/a/b/2".to_owned(), PlaceRole::Value, token("x")),
            ),
            (
                "{\"a\": {\"b\": 1}, \"c|\"",
                (String::new(), PlaceRole::Key, token("c")),
            ),
            ("{\"a\": 1, |}", (String::new(), PlaceRole::Key, None)),
            (
                "{\"a{[\\\"\": \"|\"}",
                ("/a{[\"".to_owned(), PlaceRole::Value, token("")),
            ),
            ("}]|", (String::new(), PlaceRole::Value, None)),
            ("{\"a\\|", (String::new(), PlaceRole::Key, token("a\\"))),
        ] {
            assert_eq!(place(text), expected, "{text}");
        }
    }

    #[test]
    fn no_text_and_no_offset_is_too_strange() {
        let text = "{\"\u{1f600}\\u00e9\": [\"a\\\", {}],,: \"\\";
        for offset in 0..text.len() + 3 {
            find_place(text, offset);
            for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
                find_place(&text[..end], offset);
            }
        }
    }
}

//! Text from files and services, so that it can be shown in JSON or as a word of the shell. In: the text. Out: the same with escapes, so that it
//! cannot steer what shows it. How other text is shown is in `schemactl_model`.

use std::borrow::Cow;
use std::fmt::Write as _;

use schemactl_model::steers_within_text;
use serde::Serialize;

/// Returns a text as one word of the shell.
pub(crate) fn quote_word(text: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "_-./+=:".contains(character);
    if text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The same JSON without a character that could steer a terminal, or that ends a line in JavaScript (U+2028, U+2029). Outside of its
/// strings JSON has none, and in a string an escape says the same.
pub(crate) fn printable_json(json: &str) -> Cow<'_, str> {
    let is_escaped = |letter: char| letter == '\u{feff}' || steers_within_text(letter);
    if json.contains(is_escaped) {
        Cow::Owned(escape_json(json, is_escaped))
    } else {
        Cow::Borrowed(json)
    }
}

/// The same JSON with some characters of its strings escaped.
pub(crate) fn escape_json(json: &str, is_escaped: impl Fn(char) -> bool) -> String {
    let mut safe = String::with_capacity(json.len() + 16);
    for letter in json.chars() {
        if is_escaped(letter) {
            // A character beyond 16 bits is a pair (RFC 8259, section 7).
            for unit in letter.encode_utf16(&mut [0; 2]) {
                write!(safe, "\\u{unit:04x}").expect("writing to a string cannot fail");
            }
        } else {
            safe.push(letter);
        }
    }
    safe
}

/// Indented JSON with a line break at its end.
pub(crate) fn print_indented(value: &impl Serialize) -> String {
    let json = serde_json::to_string_pretty(value).expect("reports have string keys and no fallible serializers");
    printable_json(&json).into_owned() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_one_word_of_the_shell() {
        assert_eq!(quote_word("a/b+c="), "a/b+c=");
        assert_eq!(quote_word("a b"), "'a b'");
        assert_eq!(quote_word("it's $HOME"), r"'it'\''s $HOME'");
    }

    #[test]
    fn json_steers_no_terminal_and_says_the_same() {
        let text = "\u{1b}[2J \u{9b}2J \u{7f} \u{85} \u{2028}\u{2029}\u{feff} \u{202e} é\ttab\n";
        let json = print_indented(&text);
        assert_eq!(
            json,
            "\"\\u001b[2J \\u009b2J \\u007f \\u0085 \\u2028\\u2029\\ufeff \\u202e é\\ttab\\n\"\n"
        );
        assert_eq!(
            escape_json("\"é😀\"", |letter| !letter.is_ascii()),
            "\"\\u00e9\\ud83d\\ude00\""
        );
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}

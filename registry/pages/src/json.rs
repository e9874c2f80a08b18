//! JSON for people: one member a line, in colours, in the order in which it was written. In: text that is JSON. Out: markup, or the
//! lines that two texts differ in. Works on tokens, not on values, so that no number and no order is changed on the way.

use maud::{Markup, html};
use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices};

/// The deepest indentation, in levels. Deeper lines are as far to the right, so that no page is larger than it has to be.
const DEEPEST: usize = 24;
/// Lines that are shown around a change.
const CONTEXT: usize = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum TokenKind {
    Key,
    Text,
    Number,
    Word,
    Mark,
}

/// A token with its class.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Token {
    kind: TokenKind,
    text: String,
}

/// A line of a document that is laid out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct JsonLine {
    level: usize,
    tokens: Vec<Token>,
}

/// A document.
pub(crate) fn json_block(text: &str) -> Markup {
    html! { pre.json tabindex="0" { code { @for line in lines(text) { (row("", &line)) } } } }
}

/// What has to be taken from `old` and put into it to make `new`.
pub(crate) fn json_changes(old: &str, new: &str) -> Markup {
    let (old, new) = (lines(old), lines(new));
    let operations = capture_diff_slices(Algorithm::Myers, &keys(&old), &keys(&new));
    let groups = similar::group_diff_ops(operations, CONTEXT);
    html! {
        @if groups.is_empty() {
            p.quiet { "Nothing but white space." }
        } @else {
            pre.json.diff tabindex="0" { code {
                @for (index, group) in groups.iter().enumerate() {
                    @if index > 0 { span.gap { "⋯\n" } }
                    @for operation in group { (operation_rows(operation, &old, &new)) }
                }
            } }
        }
    }
}

/// What lines are compared by: a comma at the end belongs to what follows.
fn keys(lines: &[JsonLine]) -> Vec<(usize, &[Token])> {
    let key =
        |line: &JsonLine| line.tokens.len() - usize::from(line.tokens.last().is_some_and(|last| last.text == ","));
    lines
        .iter()
        .map(|line| (line.level, &line.tokens[..key(line)]))
        .collect()
}

fn operation_rows(operation: &DiffOp, old: &[JsonLine], new: &[JsonLine]) -> Markup {
    html! {
        @for (sign, line) in changed(operation, old, new) {
            @match sign {
                "- " => del { (row(sign, line)) },
                "+ " => ins { (row(sign, line)) },
                _ => (row(sign, line)),
            }
        }
    }
}

/// The lines of an operation with their signs: what is taken before what is put.
fn changed<'l>(operation: &DiffOp, old: &'l [JsonLine], new: &'l [JsonLine]) -> Vec<(&'static str, &'l JsonLine)> {
    let (tag, taken, put) = operation.as_tag_tuple();
    let signed = |sign, lines: &'l [JsonLine]| lines.iter().map(move |line| (sign, line));
    match tag {
        DiffTag::Equal => signed("  ", &new[put]).collect(),
        DiffTag::Delete | DiffTag::Insert | DiffTag::Replace => {
            signed("- ", &old[taken]).chain(signed("+ ", &new[put])).collect()
        }
    }
}

fn row(sign: &str, line: &JsonLine) -> Markup {
    let indentation = "  ".repeat(line.level.min(DEEPEST));
    html! { (sign) (indentation) @for token in &line.tokens { span class=(class(token.kind)) { (token.text) } } "\n" }
}

fn class(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Key => "k",
        TokenKind::Text => "s",
        TokenKind::Number => "n",
        TokenKind::Word => "w",
        TokenKind::Mark => "m",
    }
}

/// Lays a document out: every member and element on a line of its own, empty ones closed where they open.
fn lines(text: &str) -> Vec<JsonLine> {
    let tokens = tokens(text);
    let mut lines = vec![JsonLine::default()];
    let mut level: usize = 0;
    for (index, token) in tokens.iter().enumerate() {
        let next = tokens.get(index + 1).map(|token| token.text.as_str());
        let before = index
            .checked_sub(1)
            .and_then(|before| tokens.get(before))
            .map(|token| token.text.as_str());
        let mark = (token.kind == TokenKind::Mark).then_some(token.text.as_str());
        let closes = matches!(mark, Some("}" | "]")) && !matches!(before, Some("{" | "["));
        if closes {
            level = level.saturating_sub(1);
            lines.push(JsonLine {
                level,
                tokens: Vec::new(),
            });
        }
        let mut token = token.clone();
        if mark == Some(":") {
            token.text.push(' ');
        }
        lines
            .last_mut()
            .expect("there is a line from the start")
            .tokens
            .push(token);
        let opens = matches!(mark, Some("{" | "[")) && !matches!(next, Some("}" | "]"));
        if opens {
            level += 1;
        }
        if opens || mark == Some(",") {
            lines.push(JsonLine {
                level,
                tokens: Vec::new(),
            });
        }
    }
    lines
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => string_length(rest),
            '{' | '}' | '[' | ']' | ',' | ':' => 1,
            _ => rest
                .find(|character: char| " \t\r\n{}[],:\"".contains(character))
                .unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at(length);
        rest = after.trim_start();
        tokens.push(Token {
            kind: kind(first, rest),
            text: token.to_owned(),
        });
    }
    tokens
}

/// A string before a colon is a key.
fn kind(first: char, after: &str) -> TokenKind {
    match first {
        '"' if after.starts_with(':') => TokenKind::Key,
        '"' => TokenKind::Text,
        '{' | '}' | '[' | ']' | ',' | ':' => TokenKind::Mark,
        '-' | '0'..='9' => TokenKind::Number,
        _ => TokenKind::Word,
    }
}

/// How long the string is that a text begins with, quotes included.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laid_out(text: &str) -> String {
        let line = |line: &JsonLine| {
            let tokens: String = line.tokens.iter().map(|token| token.text.as_str()).collect();
            format!("{}{tokens}", "  ".repeat(line.level))
        };
        lines(text).iter().map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn documents_are_laid_out_and_nothing_else() {
        let text = r#"{"b":[1.0,{"x\"}":null}],"a":{} , "e":[ ],"b":-1e400}"#;
        let expected = "{\n  \"b\": [\n    1.0,\n    {\n      \"x\\\"}\": null\n    }\n  ],\n  \"a\": {},\n  \"e\": [],\n  \"b\": -1e400\n}";
        assert_eq!(laid_out(text), expected);
        assert_eq!(laid_out(expected), expected);
        assert_eq!(laid_out("true"), "true");
    }

    #[test]
    fn what_is_no_json_ends_all_the_same() {
        for text in ["\"", "\"\\", "}", "]]]", "{:", "é\u{0}", ""] {
            lines(text);
        }
        let deep = "[".repeat(50_000);
        assert!(json_block(&deep).into_string().len() < 10_000_000);
    }

    #[test]
    fn text_cannot_leave_its_place() {
        let page = json_block(r#"{"<script>":"</code><script>alert(1)</script>&"}"#).into_string();
        assert!(!page.contains("<script"), "{page}");
        assert!(page.contains("&lt;script&gt;"), "{page}");
    }

    #[test]
    fn only_lines_that_changed_are_marked() {
        let page = json_changes(r#"{"a":1,"b":2}"#, r#"{"a":1,"b":3}"#).into_string();
        assert_eq!((page.matches("<del>").count(), page.matches("<ins>").count()), (1, 1));
        let page = json_changes(r#"{"a":1}"#, r#"{"a":1,"b":3}"#).into_string();
        assert_eq!(
            (page.matches("<del>").count(), page.matches("<ins>").count()),
            (0, 1),
            "a comma is no change"
        );
        assert!(json_changes("{ }", "{}").into_string().contains("white space"));
    }
}

//! Calls of the runtime's macros, laid out as a person would. prettyplease puts spaces around every token of a macro that it
//! does not know, so a call goes through it as one string literal, which [`lay_out`] replaces by what it says.

use std::fmt::Write as _;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::ident;

/// Begins the literals that are calls, where they are all that stands in a macro.
const MARK: char = '\u{1}';

/// Begins documentation that stands on the line of what it documents.
pub(super) const NAME_MARK: char = '\u{3}';

/// Lines are filled up to here.
const WIDTH: usize = 120;

/// `name!(head; entry, entry; tail);`
pub(super) fn emit_call(
    name: &str,
    head: Option<String>,
    entries: impl IntoIterator<Item = String>,
    tail: Option<String>,
) -> TokenStream {
    let mut pieces: Vec<String> = head.map(|head| format!("{head};")).into_iter().collect();
    pieces.extend(entries.into_iter().map(|entry| format!("{entry},")));
    if let Some(last) = pieces.last_mut().filter(|last| last.ends_with(',')) {
        last.pop();
    }
    if let Some(tail) = tail {
        pieces.last_mut().expect("a call has a head").push(';');
        pieces.push(tail);
    }
    let name = ident(name);
    let text = format!("{MARK}{}", pieces.join("\u{2}"));
    quote!(::schemactl_runtime::#name!(#text);)
}

/// Tokens without the spaces that `to_string` puts around punctuation. For types, which hold no literals.
pub(super) fn compact_tokens(tokens: &TokenStream) -> String {
    let text = tokens.to_string();
    let text = text
        .replace(" < ", "<")
        .replace(" :: ", "::")
        .replace(" >", ">")
        .replace(" ,", ",");
    text.replace("< ", "<")
        .replace(":: ", "::")
        .replace("( ", "(")
        .replace(" )", ")")
}

/// Returns a string literal.
pub(super) fn quote_literal(text: &str) -> String {
    Literal::string(text).to_string()
}

/// Returns a string literal for JSON: raw, so that it can be read, unless it holds something that source code must not.
pub(super) fn quote_raw(text: &str) -> String {
    let is_plain = text.chars().all(|letter| letter == ' ' || letter.is_ascii_graphic());
    if !is_plain {
        return quote_literal(text);
    }
    let mut hashes = "#".to_owned();
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!("r{hashes}\"{text}\"{hashes}")
}

/// Replaces each literal that is a call by the call.
pub(crate) fn lay_out(source: &str) -> String {
    let start = format!("\"\\u{{{:x}}}", u32::from(MARK));
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(at) = rest.find(&start) {
        let (before, literal) = rest.split_at(at);
        let end = literal_end(literal);
        out.push_str(before);
        if !before.trim_end().ends_with("!(") {
            // A name of the schema's that begins like a call: no name of theirs stands alone in a macro.
            out.push_str(&literal[..end]);
            rest = &literal[end..];
            continue;
        }
        out.truncate(out.trim_end().len());
        let text: syn::LitStr = syn::parse_str(&literal[..end]).expect("what prettyplease prints is a literal");
        let line = out.rfind('\n').map_or(0, |newline| newline + 1);
        let indent = out[line..].len() - out[line..].trim_start().len();
        fill(&text.value(), indent, out.len() - line, &mut out);
        rest = literal[end..].trim_start();
    }
    out.push_str(rest);
    out
}

/// Puts documentation that is marked onto the line of what it documents. prettyplease prints it as a line of its own.
pub(crate) fn join_names(source: &str) -> String {
    let marked = format!("///{NAME_MARK}");
    let mut out = String::with_capacity(source.len());
    let mut is_joined = false;
    for line in source.split_inclusive('\n') {
        let text = line.trim_start();
        out.push_str(if is_joined { text } else { line });
        is_joined = text.starts_with(&marked);
        if is_joined {
            out.truncate(out.len() - text.len());
            let name = text[marked.len()..].trim_end_matches('\n');
            write!(out, "/**{name} */ ").expect("a string takes all");
        }
    }
    out
}

/// Where a literal ends, its quotes included.
fn literal_end(text: &str) -> usize {
    let mut escaped = true;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' if !escaped => return at + 1,
            b'\\' if !escaped => escaped = true,
            _ => escaped = false,
        }
    }
    text.len()
}

/// The pieces of a call, from the column where it begins, filled into lines. The last one leaves room for `);`.
fn fill(text: &str, indent: usize, column: usize, out: &mut String) {
    let pieces: Vec<&str> = text.trim_start_matches(MARK).split('\u{2}').collect();
    let mut line = column;
    for (index, piece) in pieces.iter().enumerate() {
        let room = if index + 1 == pieces.len() { WIDTH - 2 } else { WIDTH };
        let space = usize::from(index > 0);
        if index == 0 || line + space + piece.len() <= room {
            write!(out, "{:space$}{piece}", "").expect("a string takes all");
            line += space + piece.len();
        } else {
            write!(out, "\n{:indent$}    {piece}", "").expect("a string takes all");
            line = indent + 4 + piece.len();
        }
    }
}

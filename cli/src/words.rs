//! Numbers and long values in sentences. In: a number and a noun, or a text. Out: both, the noun in singular or plural; the text as far as there is room.

/// `1 event`, `3 events`, `2 policies`, `2 ways`
pub(crate) fn count_in_words(number: usize, one: &str) -> String {
    let several = match one.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ => format!("{one}s"),
    };
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{number} {several}")
    }
}

/// Returns a text without what is more than so many characters.
pub(crate) fn shorten_text(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

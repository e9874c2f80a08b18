//! Characters that could steer what shows a text: a terminal, a log, a page. In: text from files and services. Out: the same with these
//! characters spelt out. What a format of files has escapes of its own for, such as JSON and TOML, is written with those.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Returns a text from outside with its control characters spelt out. Line breaks and tabs stay.
///
/// # Examples
///
/// ```
/// use schemactl_model::spell_out_controls;
///
/// assert_eq!(spell_out_controls("\u{1b}[2Jgone\n"), "\\u{1b}[2Jgone\n");
/// ```
pub fn spell_out_controls(text: &str) -> Cow<'_, str> {
    spelt_out(text, steers_within_text)
}

/// Returns a text from outside that is a part of one line: its line breaks are spelt out too, so that no line begins with what a file says.
pub fn spell_out_line(text: &str) -> Cow<'_, str> {
    spelt_out(text, steers)
}

fn spelt_out(text: &str, is_spelt: fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(is_spelt) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            '\n' if is_spelt(letter) => safe.push_str("\\n"),
            letter if is_spelt(letter) => {
                write!(safe, "\\u{{{:x}}}", u32::from(letter)).expect("writing to a string cannot fail");
            }
            letter => safe.push(letter),
        }
    }
    Cow::Owned(safe)
}

/// Whether a character could steer what shows it, or ends a line.
fn steers(letter: char) -> bool {
    letter.is_control() || is_reordering(letter) || is_separator(letter)
}

/// Returns whether a character could steer what shows a text of several lines, which has line breaks and tabs on purpose.
pub fn steers_within_text(letter: char) -> bool {
    !matches!(letter, '\n' | '\t') && steers(letter)
}

/// The characters that end a line beside the control characters (Unicode, section 5.8).
fn is_separator(letter: char) -> bool {
    matches!(letter, '\u{2028}' | '\u{2029}')
}

/// The characters that make text read in another order than it is stored (Unicode TR 9, explicit formatting).
fn is_reordering(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_outside_cannot_steer_the_terminal() {
        assert_eq!(
            spell_out_controls("\u{1b}[2Jgone\r\u{202e}\u{2029}"),
            "\\u{1b}[2Jgone\\u{d}\\u{202e}\\u{2029}"
        );
        assert!(matches!(spell_out_controls("two\nlines\tand é"), Cow::Borrowed(_)));
        assert_eq!(spell_out_line("a\n::error::b\u{2028}"), "a\\n::error::b\\u{2028}");
    }
}

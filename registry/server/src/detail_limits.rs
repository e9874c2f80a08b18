//! What EventBridge processes of a detail: JSON of at most 1,000 levels, with integers of 64 bits. In: the text of a detail. Out: why it is more than
//! that. Whether it is JSON at all is for others to say.

/// The most levels of arrays and objects.
const LEVELS: usize = 1000;

/// Returns what of a detail EventBridge does not process.
pub(crate) fn find_excess(detail: &str) -> Option<String> {
    let mut rest = detail.bytes().enumerate();
    let mut levels = 0_usize;
    while let Some((at, byte)) = rest.next() {
        match byte {
            b'"' => skip_text(&mut rest),
            b'{' | b'[' => {
                levels += 1;
                if levels > LEVELS {
                    return Some(format!("it has more than {LEVELS} levels"));
                }
            }
            b'}' | b']' => levels = levels.saturating_sub(1),
            b'-' | b'0'..=b'9' => {
                let number = read_number(&detail[at..]);
                if !number.contains(['.', 'e', 'E']) && number.parse::<i64>().is_err() {
                    return Some(format!("{number} does not fit a 64-bit integer"));
                }
                // What is left of the number is skipped: all of it is ASCII.
                rest.by_ref().take(number.len() - 1).for_each(drop);
            }
            _ => {}
        }
    }
    None
}

/// Skips the rest of a text, after its first quote.
fn skip_text(rest: &mut impl Iterator<Item = (usize, u8)>) {
    while let Some((_, byte)) = rest.next() {
        match byte {
            b'"' => return,
            b'\\' => drop(rest.next()),
            _ => {}
        }
    }
}

/// Returns the number that a text begins with.
fn read_number(text: &str) -> &str {
    let is_part = |letter: char| letter.is_ascii_digit() || matches!(letter, '-' | '+' | '.' | 'e' | 'E');
    let end = text.find(|letter: char| !is_part(letter)).unwrap_or(text.len());
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_integers_have_limits() {
        let nested = |levels: usize| "[{".repeat(levels / 2) + &"[".repeat(levels % 2);
        assert_eq!(find_excess(&nested(1000)), None);
        assert!(find_excess(&nested(1001)).is_some());
        assert_eq!(find_excess(&"[]".repeat(2000)), None);
        assert_eq!(find_excess(&format!(r#"{{"a": "{}\\"{{"}}"#, "[".repeat(2000))), None);
        for number in [
            "9223372036854775807",
            "-9223372036854775808",
            "0",
            "1e400",
            "9223372036854775808.0",
        ] {
            assert_eq!(find_excess(&format!("{{\"a\":{number}}}")), None, "{number}");
        }
        for number in ["9223372036854775808", "-9223372036854775809", "100000000000000000000"] {
            assert!(find_excess(&format!("[1, {number}]")).is_some(), "{number}");
            assert_eq!(find_excess(&format!("[\"{number}\"]")), None);
        }
        assert_eq!(find_excess("\"\\"), None, "what is no JSON ends too");
    }
}

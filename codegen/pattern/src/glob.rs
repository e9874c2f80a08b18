//! Wildcards: a text with `*` for any characters, `\*` for an asterisk, `\\` for a backslash. In: the text. Out: a test.

/// A wildcard, split at its asterisks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Glob {
    first: String,
    /// What follows each asterisk.
    rest: Vec<String>,
}

impl Glob {
    /// Fails with EventBridge's words. It counts bytes from the opening quote of the string.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let mut parts = vec![String::new()];
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let next = chars.peek().map(|(_, next)| *next);
            match (c, next) {
                ('*', Some('*')) => return Err(format!("Consecutive wildcard characters at pos {}", at + 1)),
                ('*', _) => parts.push(String::new()),
                ('\\', Some(escaped @ ('*' | '\\'))) => {
                    push(&mut parts, escaped);
                    chars.next();
                }
                ('\\', _) => return Err(format!("Invalid escape character at pos {}", at + 1)),
                (c, _) => push(&mut parts, c),
            }
        }
        Ok(Self {
            first: parts.remove(0),
            rest: parts,
        })
    }

    /// Returns the texts around the asterisks.
    pub(crate) fn into_parts(self) -> Vec<String> {
        [vec![self.first], self.rest].concat()
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        let Some((last, middle)) = self.rest.split_last() else {
            return text == self.first;
        };
        let Some(mut left) = text
            .strip_prefix(self.first.as_str())
            .and_then(|left| left.strip_suffix(last.as_str()))
        else {
            return false;
        };
        // The leftmost place leaves the most for the parts behind it.
        for part in middle {
            let Some(at) = left.find(part.as_str()) else {
                return false;
            };
            left = &left[at + part.len()..];
        }
        true
    }
}

fn push(parts: &mut [String], c: char) {
    parts.last_mut().expect("there is a first part from the start").push(c);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(glob: &str, text: &str) -> bool {
        Glob::read(glob).unwrap().matches(text)
    }

    #[test]
    fn an_asterisk_stands_for_any_characters() {
        for (glob, text) in [
            ("*", ""),
            ("ord-*", "ord-"),
            ("*-eu-*-1", "ord-eu-west-1"),
            ("a*b*c", "a-b-b-c"),
            ("abc", "abc"),
        ] {
            assert!(fits(glob, text), "{glob} {text}");
        }
        for (glob, text) in [
            ("", "a"),
            ("ord-*", "ord"),
            ("a*a", "a"),
            ("a*b*c", "acb"),
            ("a?c", "abc"),
            ("*é", "e"),
        ] {
            assert!(!fits(glob, text), "{glob} {text}");
        }
    }

    #[test]
    fn a_backslash_takes_the_next_character_as_it_is() {
        assert!(fits(r"5\*\\*", r"5*\ and more"));
        assert!(!fits(r"5\*", "55"));
        assert!(fits(r"*\**", "a*b"));
    }

    #[test]
    fn says_where_a_wildcard_is_wrong() {
        assert_eq!(
            Glob::read("ab**").unwrap_err(),
            "Consecutive wildcard characters at pos 3"
        );
        assert_eq!(Glob::read(r"é\n").unwrap_err(), "Invalid escape character at pos 3");
        assert_eq!(Glob::read(r"\").unwrap_err(), "Invalid escape character at pos 1");
    }
}

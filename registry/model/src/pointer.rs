//! A JSON Pointer (RFC 6901) as a type, so that no two pointers are ever compared as strings with a prefix.

use std::fmt;

use crate::value::{Kind, Value};

/// A place in a document: a list of tokens, object keys and array indexes alike. Ordered token by token.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pointer {
    tokens: Vec<String>,
}

impl Pointer {
    /// Returns the whole document.
    pub fn root() -> Self {
        Self::default()
    }

    /// Reads `""` or `/a/b~1c/0`. `None` if the text is not a pointer (it must be empty or start with a slash, and a
    /// tilde must be followed by 0 or 1).
    ///
    /// # Examples
    ///
    /// ```
    /// use schemactl_model::Pointer;
    ///
    /// let pointer = Pointer::parse("/properties/a~1b").unwrap();
    /// assert_eq!(pointer.tokens(), ["properties", "a/b"]);
    /// assert_eq!(Pointer::parse("properties"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::root());
        }
        let tokens = text
            .strip_prefix('/')?
            .split('/')
            .map(unescape)
            .collect::<Option<_>>()?;
        Some(Self { tokens })
    }

    /// Returns this pointer with one more token.
    #[must_use]
    pub fn join(&self, token: impl Into<String>) -> Self {
        let mut tokens = self.tokens.clone();
        tokens.push(token.into());
        Self { tokens }
    }

    /// Returns this pointer with all tokens of another one behind its own.
    #[must_use]
    pub fn join_all(&self, below: &Self) -> Self {
        let tokens = self.tokens.iter().chain(&below.tokens).cloned().collect();
        Self { tokens }
    }

    /// Returns the tokens from the root down, unescaped.
    pub fn tokens(&self) -> &[String] {
        &self.tokens
    }

    /// Returns whether `self` is `other` or stands below it.
    pub fn starts_with(&self, other: &Self) -> bool {
        self.tokens.starts_with(&other.tokens)
    }

    /// Returns the value at this place, or the closest one around it that exists.
    pub fn closest<'v>(&self, root: &'v Value) -> &'v Value {
        let mut found = root;
        for token in &self.tokens {
            match Self::root().join(token.as_str()).resolve(found) {
                Some(below) => found = below,
                None => break,
            }
        }
        found
    }

    /// Returns the value at this place, if there is one.
    pub fn resolve<'v>(&self, root: &'v Value) -> Option<&'v Value> {
        self.tokens.iter().try_fold(root, |value, token| match &value.kind {
            Kind::Object(object) => object.value(token),
            Kind::Array(elements) => elements.get(index(token)?),
            _ => None,
        })
    }
}

/// RFC 6901 §4: digits without leading zeros.
fn index(token: &str) -> Option<usize> {
    let leading_zero = token.len() > 1 && token.starts_with('0');
    (!leading_zero && token.bytes().all(|byte| byte.is_ascii_digit())).then(|| token.parse().ok())?
}

fn unescape(token: &str) -> Option<String> {
    let well_formed = token.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
    well_formed.then(|| token.replace("~1", "/").replace("~0", "~"))
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tokens
            .iter()
            .try_for_each(|token| write!(f, "/{}", token.replace('~', "~0").replace('/', "~1")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_survive_a_round_trip() {
        let pointer = Pointer::parse("/a~1b/~01/0").unwrap();
        assert_eq!(pointer.tokens(), ["a/b", "~1", "0"]);
        assert_eq!(pointer.to_string(), "/a~1b/~01/0");
        assert!(Pointer::parse("a").is_none() && Pointer::parse("/~2").is_none());
    }

    #[test]
    fn a_shared_prefix_of_letters_is_not_a_shared_place() {
        let (a, ab) = (Pointer::parse("/a").unwrap(), Pointer::parse("/ab").unwrap());
        assert!(!ab.starts_with(&a));
        assert!(a.join("b").starts_with(&a));
    }
}

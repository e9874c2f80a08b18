//! The text that something is kept under in a cache. In: what it depends on, each with a name. Out: a text, or its digest.

use std::fmt::Write as _;

use schemactl_model::Digest;

use crate::digest::digest_text;

/// What something in a cache depends on, in the order in which it was added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CacheKey {
    text: String,
}

impl CacheKey {
    /// Adds a value.
    // INVARIANT: with its length in front, no value can pass for the beginning of the next one or for two of them. Values are texts that
    // somebody wrote for them: what is printed for programmers is the same for two values, or another one, as it comes.
    pub fn add(&mut self, name: &str, value: &str) {
        write!(self.text, "{name} {}\n{value}\n", value.len()).expect("writing to a string cannot fail");
    }

    /// Adds a value that may be absent, which is not the same as an empty one.
    pub fn add_optional(&mut self, name: &str, value: Option<&str>) {
        match value {
            Some(value) => self.add(name, value),
            None => {
                writeln!(self.text, "{name} absent").expect("writing to a string cannot fail");
            }
        }
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the digest of the text.
    pub fn digest(&self) -> Digest {
        digest_text(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(values: &[(&str, Option<&str>)]) -> CacheKey {
        let mut key = CacheKey::default();
        for (name, value) in values {
            key.add_optional(name, *value);
        }
        key
    }

    #[test]
    fn values_cannot_pass_for_others() {
        let keys = [
            key(&[("a", Some("x")), ("b", Some("y"))]),
            // As it would be written with a length, without one, and with one that never changes.
            key(&[("a", Some("x\nb 1\ny"))]),
            key(&[("a", Some("x\nb\ny"))]),
            key(&[("a", Some("x\nb 0\ny"))]),
            key(&[("a", Some("xb")), ("b", Some("y"))]),
            key(&[("a", Some("x")), ("b", None)]),
            key(&[("a", Some("x")), ("b", Some(""))]),
            key(&[("a", None), ("b", Some("x"))]),
            key(&[("a", Some("absent"))]),
            key(&[("a", None)]),
        ];
        let digests: std::collections::BTreeSet<_> = keys.iter().map(|key| key.digest().to_string()).collect();
        assert_eq!(digests.len(), keys.len());
    }
}

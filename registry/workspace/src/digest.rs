//! What identifies a released schema. In: a value or a text. Out: its [`Digest`]. Reformatting a file does not change the digest of its
//! value; changing one value does.

use hmac_sha256::Hash;
use schemactl_model::{Digest, Value, canonical_json};

/// Returns the digest of a value: the SHA-256 of its canonical JSON.
///
/// ```
/// use schemactl_workspace::digest_value;
/// use schemactl_model::{Source, parse};
///
/// let [one, other] = [r#"{"a": 1.0, "b": 2}"#, r#"{"b":2,"a":1}"#]
///     .map(|text| parse(&Source::new("order.json", text)).expect("it is JSON"));
/// assert_eq!(digest_value(&one), digest_value(&other));
/// ```
pub fn digest_value(value: &Value) -> Digest {
    digest_text(&canonical_json(value))
}

/// Returns the digest of a text, byte by byte.
pub fn digest_text(text: &str) -> Digest {
    Digest::from_sha256(Hash::hash(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemactl_model::{Source, parse};

    fn read(text: &str) -> Value {
        parse(&Source::new("a.json", text)).unwrap()
    }

    #[test]
    fn the_digest_ignores_layout_and_sees_every_value() {
        let one = read(r#"{"b": [1.0, "x"], "a": null}"#);
        assert_eq!(canonical_json(&one), r#"{"a":null,"b":[1,"x"]}"#);
        assert_eq!(
            digest_value(&one),
            digest_value(&read("{\n\"a\":null,\"b\":[1,\"x\"]}"))
        );
        assert_ne!(digest_value(&one), digest_value(&read(r#"{"a":null,"b":["x",1]}"#)));
        assert_ne!(
            digest_value(&read("9007199254740992")),
            digest_value(&read("9007199254740993"))
        );
        assert_eq!(digest_value(&one).to_string().parse(), Ok(digest_value(&one)));
    }

    /// SHA-256 of the empty text, from the examples of FIPS 180-4.
    #[test]
    fn the_digest_is_sha_256() {
        assert_eq!(
            digest_text("").to_string(),
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }
}

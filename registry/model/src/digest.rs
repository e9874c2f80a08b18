//! The digest of a released schema: SHA-256 of its canonical form. In and out: its text, as locks and registries hold it. Making one is
//! the matter of `schemactl-convert`: what only reads a lock needs no hash function.

use std::fmt::{self, Write as _};
use std::str::FromStr;

/// The SHA-256 of a value's canonical form, printed as `sha256:` and 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest(String);

impl Digest {
    /// Returns the digest that those 32 bytes are.
    pub fn from_sha256(bytes: [u8; 32]) -> Self {
        Self(bytes.iter().fold(String::with_capacity(64), |mut hex, byte| {
            write!(hex, "{byte:02x}").expect("writing to a string cannot fail");
            hex
        }))
    }

    /// Returns the first twelve hexadecimal digits, enough for people to compare.
    pub fn short(&self) -> &str {
        &self.0[..12]
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", self.0)
    }
}

impl FromStr for Digest {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let hex = text.strip_prefix("sha256:").ok_or("a digest starts with sha256:")?;
        let well_formed = hex.len() == 64 && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if well_formed {
            Ok(Self(hex.to_owned()))
        } else {
            Err("a digest has 64 lower-case hexadecimal digits")
        }
    }
}

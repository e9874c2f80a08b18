//! A finding that a team has accepted: a table of event.toml or schemactl.toml. In: its text. Out: a [`Waiver`]; one without a reason, or
//! whose fingerprint is none, is an error at its place.

use serde::Deserialize;

use crate::cache_key::CacheKey;
use crate::date::Date;

/// `[[waiver]]`: a finding that was accepted.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Waiver {
    /// The finding's fingerprint, or the first digits of it: at least 12.
    #[serde(deserialize_with = "fingerprint")]
    pub fingerprint: String,
    /// The finding's rule, for people.
    pub rule: Option<String>,
    /// What was accepted, in words.
    pub change: Option<String>,
    /// The version that introduced it, and those whose readers or writers it breaks.
    #[serde(default)]
    pub versions: Vec<String>,
    /// Who accepted it.
    pub author: Option<String>,
    /// Why it was accepted.
    #[serde(deserialize_with = "reason")]
    pub reason: String,
    /// The last day on which it counts.
    pub expires: Option<Date>,
}

impl Waiver {
    /// Adds everything that it says to a key.
    pub(crate) fn add_to_key(&self, key: &mut CacheKey) {
        let Self {
            fingerprint,
            rule,
            change,
            versions,
            author,
            reason,
            expires,
        } = self;
        key.add("waiver", fingerprint);
        key.add_optional("waiver.rule", rule.as_deref());
        key.add_optional("waiver.change", change.as_deref());
        for version in versions {
            key.add("waiver.versions", version);
        }
        key.add_optional("waiver.author", author.as_deref());
        key.add("waiver.reason", reason);
        let expires = expires.as_ref().map(ToString::to_string);
        key.add_optional("waiver.expires", expires.as_deref());
    }
}

fn fingerprint<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let digits = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    if digits && (12..=64).contains(&text.len()) {
        return Ok(text);
    }
    Err(serde::de::Error::custom(format!(
        "`{text}` is not a fingerprint; expected 12 to 64 of the digits 0-9 and a-f, as `schemactl check` prints them"
    )))
}

fn reason<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.trim().is_empty() {
        return Err(serde::de::Error::custom("a waiver needs a reason"));
    }
    Ok(text)
}

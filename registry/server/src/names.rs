//! The names and numbers a request may use. In: texts from paths and bodies. Out: [`RegistryName`], [`SchemaName`],
//! [`SchemaType`], a version number, or the refusal. The API model has no pattern for names; the rules are those that
//! Terraform's provider checks before it calls AWS.

use std::fmt;

use crate::error::ServiceError;
use schemactl_model::SchemaType;

/// The longest registry name, in characters.
const REGISTRY_NAME_LENGTH: usize = 64;
/// The registry that AWS puts discovered schemas into.
pub(crate) const DISCOVERED: &str = "discovered-schemas";
/// The longest schema name, in characters.
pub(crate) const SCHEMA_NAME_LENGTH: usize = 385;

/// The name of a registry: letters, digits, `.`, `_`, `-`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RegistryName(String);

/// The name of a schema: letters, digits, `.`, `_`, `-`, `@`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SchemaName(String);

impl RegistryName {
    pub(crate) fn parse(text: &str) -> Result<Self, ServiceError> {
        if allowed(text, REGISTRY_NAME_LENGTH, "._-") {
            return Ok(Self(text.to_owned()));
        }
        Err(ServiceError::bad_request(format!(
            "registry name `{}` is not 1 to {REGISTRY_NAME_LENGTH} of the characters A-Z, a-z, 0-9, `.`, `_` and `-`",
            shorten_text(text)
        )))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// AWS keeps its own schemas in `aws.events`; a user cannot make a registry there.
    pub(crate) fn is_reserved(&self) -> bool {
        self.0.starts_with("aws.")
    }

    /// Whether its schemas are of AWS or of discovery: those can be exported.
    pub(crate) fn is_of_aws(&self) -> bool {
        self.is_reserved() || self.0 == DISCOVERED
    }
}

impl SchemaName {
    pub(crate) fn parse(text: &str) -> Result<Self, ServiceError> {
        if allowed(text, SCHEMA_NAME_LENGTH, "._-@") {
            return Ok(Self(text.to_owned()));
        }
        Err(ServiceError::bad_request(format!(
            "schema name `{}` is not 1 to {SCHEMA_NAME_LENGTH} of the characters A-Z, a-z, 0-9, `.`, `_`, `-` and `@`",
            shorten_text(text)
        )))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Returns the type of a content by its name.
pub(crate) fn parse_schema_type(name: &str) -> Result<SchemaType, ServiceError> {
    SchemaType::from_name(name).ok_or_else(|| {
        ServiceError::bad_request(format!(
            "Type must be JSONSchemaDraft4 or OpenApi3, not `{}`",
            shorten_text(name)
        ))
    })
}

impl fmt::Display for RegistryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for SchemaName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Reads a version number as the service writes it: `1`, `2`, no leading zero. `01` names nothing.
pub(crate) fn version_number(text: &str) -> Result<i64, ServiceError> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    let number = if plain { text.parse().ok() } else { None };
    number.ok_or_else(|| ServiceError::bad_request(format!("`{}` is not a schema version", shorten_text(text))))
}

fn allowed(text: &str, longest: usize, punctuation: &str) -> bool {
    let character = |character: char| character.is_ascii_alphanumeric() || punctuation.contains(character);
    (1..=longest).contains(&text.len()) && text.chars().all(character)
}

/// The start of a text of unknown length, for a message.
pub(crate) fn shorten_text(text: &str) -> String {
    const LONGEST: usize = 80;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST).chain("...".chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked_to_the_last_character() {
        for good in ["orders", "a", "A.b_c-9", &"x".repeat(64)] {
            assert!(RegistryName::parse(good).is_ok(), "{good}");
        }
        for wrong in ["", "a b", "a/b", "a@b", "é", "..\\x", "a\0", &"x".repeat(65)] {
            assert!(RegistryName::parse(wrong).is_err(), "{wrong}");
        }
        assert!(SchemaName::parse("com.shop@OrderPlaced.v2").is_ok());
        assert!(SchemaName::parse(&"x".repeat(385)).is_ok());
        assert!(SchemaName::parse(&"x".repeat(386)).is_err());
    }

    #[test]
    fn version_numbers_have_one_spelling() {
        assert_eq!(version_number("12").unwrap(), 12);
        for wrong in ["", "0", "01", "-1", "+1", "1.0", "latest", "99999999999999999999", "１"] {
            assert!(version_number(wrong).is_err(), "{wrong}");
        }
    }
}

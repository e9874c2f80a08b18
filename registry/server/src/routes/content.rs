//! What a schema may hold. In: a content and its type as sent. Out: both checked. AWS does not look into a schema: a content
//! of 1 to 100,000 characters that is JSON is stored byte for byte, whatever its `$schema` says.

use schemactl_model::SchemaType;
use serde::de::IgnoredAny;

use crate::error::ServiceError;
use crate::fields::BodyFields;
use crate::names::parse_schema_type;

/// The longest content, in characters.
const CONTENT_LENGTH: usize = 100_000;
/// The longest ClientTokenId, in characters.
const TOKEN_LENGTH: usize = 36;

/// A content that can be stored.
#[derive(Clone, Copy, Debug)]
pub(super) struct StorableContent<'f> {
    pub(super) text: &'f str,
    pub(super) type_: SchemaType,
}

impl<'f> StorableContent<'f> {
    /// Content and Type of a CreateSchema.
    pub(super) fn required(fields: &'f BodyFields) -> Result<Self, ServiceError> {
        let text = fields.required_text("Content")?;
        let type_ = parse_schema_type(fields.required_text("Type")?)?;
        check(text)?;
        Ok(Self { text, type_ })
    }

    /// Content and Type of an UpdateSchema: both or neither.
    pub(super) fn optional(fields: &'f BodyFields) -> Result<Option<Self>, ServiceError> {
        if fields.text("Content")?.is_none() && fields.text("Type")?.is_none() {
            return Ok(None);
        }
        Self::required(fields).map(Some)
    }
}

/// The ClientTokenId of an UpdateSchema, which SDKs fill in by themselves.
pub(super) fn client_token(fields: &BodyFields) -> Result<Option<&str>, ServiceError> {
    let token = fields.text("ClientTokenId")?.filter(|token| !token.is_empty());
    let length = token.map_or(0, |token| token.chars().count());
    if length > TOKEN_LENGTH {
        let message = format!("ClientTokenId has {length} characters; {TOKEN_LENGTH} are allowed");
        return Err(ServiceError::bad_request(message));
    }
    Ok(token)
}

/// Whether a content is neither empty nor too long.
pub(super) fn fits_content_limits(text: &str) -> bool {
    (1..=CONTENT_LENGTH).contains(&text.chars().count())
}

fn check(text: &str) -> Result<(), ServiceError> {
    if !fits_content_limits(text) {
        let length = text.chars().count();
        return Err(ServiceError::bad_request(format!(
            "Content has {length} characters; 1 to {CONTENT_LENGTH} are allowed"
        )));
    }
    // Skips what it reads, so that depth costs neither memory nor stack.
    match serde_json::from_str::<IgnoredAny>(text) {
        Ok(_) => Ok(()),
        Err(error) => Err(ServiceError::bad_request(format!("Content is not JSON: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_of_any_depth_is_content() {
        let deep = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
        assert!(check(&deep).is_ok());
        assert!(check(" {\"$schema\": \"https://json-schema.org/draft/2020-12/schema\"}\n").is_ok());
        for wrong in [
            "",
            "{",
            "{}{}",
            "openapi: 3.0.0",
            &format!("\"{}\"", "x".repeat(100_000)),
        ] {
            assert!(check(wrong).is_err());
        }
        assert!(check(&format!("\"{}\"", "é".repeat(99_998))).is_ok());
    }
}

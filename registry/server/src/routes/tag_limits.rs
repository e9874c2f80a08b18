//! Which tags a resource may have. In: the tags of a call. Out: the tags, or the refusal that names the limit.

use crate::error::ServiceError;
use crate::names::shorten_text;
use crate::store::StoredTags;

/// The tags a resource may have, and the longest key and value in characters: AWS's general limits.
const TAGS: usize = 50;
const KEY_LENGTH: usize = 128;
const VALUE_LENGTH: usize = 256;

/// The tags, if a resource may have them.
pub(super) fn check_tags(tags: StoredTags) -> Result<StoredTags, ServiceError> {
    if tags.0.len() > TAGS {
        let message = format!("{} tags are more than the {TAGS} a resource may have", tags.0.len());
        return Err(ServiceError::bad_request(message));
    }
    for (key, value) in &tags.0 {
        if !(1..=KEY_LENGTH).contains(&key.chars().count()) {
            let message = format!(
                "the tag key `{}` is not 1 to {KEY_LENGTH} characters long",
                shorten_text(key)
            );
            return Err(ServiceError::bad_request(message));
        }
        if value.chars().count() > VALUE_LENGTH {
            let message = format!("the value of the tag `{key}` is longer than {VALUE_LENGTH} characters");
            return Err(ServiceError::bad_request(message));
        }
        if key.to_ascii_lowercase().starts_with("aws:") {
            let message = format!("tag keys that begin with `aws:` are reserved: {key}");
            return Err(ServiceError::bad_request(message));
        }
    }
    Ok(tags)
}

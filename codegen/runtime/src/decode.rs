//! Reading a detail as the type of its version. The text goes to the type as it is: no buffering through an intermediate value, so
//! numbers keep their digits whatever features serde_json was built with.

use crate::error::DecodeError;
use crate::event::{Event, encode_detail};

/// Returns the text in bytes.
pub fn read_text_of(detail: &[u8]) -> Result<&str, DecodeError> {
    std::str::from_utf8(detail).map_err(DecodeError::Encoding)
}

/// Reads the JSON text of a detail as one version of its event.
pub fn decode_detail<E: Event>(detail: &str) -> Result<E, DecodeError> {
    serde_json::from_str(detail).map_err(detail_error::<E>)
}

/// Returns the error of a detail that is not what its version describes.
pub(crate) fn detail_error<E: Event>(error: serde_json::Error) -> DecodeError {
    DecodeError::Detail {
        event: E::SCHEMA_NAME,
        version: E::VERSION.text,
        error,
    }
}

/// Reads an event as another version of its major. Numbers keep their digits, since it goes by the text.
pub fn read_as<A: Event, B: Event>(event: &A) -> Result<B, DecodeError> {
    let read = |text: String| serde_json::from_str(&text).map_err(|error| forget_position(&error));
    encode_detail(event).and_then(read).map_err(detail_error::<B>)
}

/// Returns the error without line and column: of text that no producer wrote they lead nowhere.
fn forget_position(error: &serde_json::Error) -> serde_json::Error {
    let position = format!(" at line {} column {}", error.line(), error.column());
    let said = error.to_string();
    serde::de::Error::custom(said.strip_suffix(&position).unwrap_or(&said))
}

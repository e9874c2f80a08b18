//! Why an event cannot be read.

use std::fmt;

/// Why an event cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum DecodeError {
    /// The text is not JSON, or its version cannot be read.
    Version {
        /// The field that holds the version.
        field: &'static str,
        /// What the parser said, with line and column.
        error: serde_json::Error,
    },
    /// The detail does not fit the type of its version.
    Detail {
        /// The event, as in `com.myapp.orders@OrderPlaced`.
        event: &'static str,
        /// The version whose type was tried.
        version: &'static str,
        /// What the parser said, with field, line and column.
        error: serde_json::Error,
    },
    /// The bytes are no UTF-8, which JSON is.
    Encoding(std::str::Utf8Error),
    /// The event around the detail cannot be read.
    Envelope(EnvelopeError),
    /// The envelope is one of another event.
    OtherEvent {
        /// The source and detail-type that were asked for.
        expected: [&'static str; 2],
        /// Those of the envelope.
        found: [String; 2],
    },
}

impl From<EnvelopeError> for DecodeError {
    fn from(error: EnvelopeError) -> Self {
        Self::Envelope(error)
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version { field, error } => write!(f, "cannot read the version in `{field}`: {error}"),
            Self::Detail { event, version, error } => write!(f, "not a {event} {version}: {error}"),
            Self::Encoding(error) => write!(f, "not JSON: {error}"),
            Self::Envelope(error) => error.fmt(f),
            Self::OtherEvent {
                expected: [source, detail_type],
                found,
            } => write!(
                f,
                "another event: detail-type {:?} of source {:?}, expected {detail_type:?} of {source:?}",
                found[1], found[0]
            ),
        }
    }
}

/// The cause is in the text, and in the variant; of an error that is shown as it is, it is that error's cause.
impl std::error::Error for DecodeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Envelope(error) => error.source(),
            Self::Version { .. } | Self::Detail { .. } | Self::Encoding(_) | Self::OtherEvent { .. } => None,
        }
    }
}

/// The text is no envelope.
#[derive(Debug)]
pub struct EnvelopeError(pub(crate) serde_json::Error);

impl fmt::Display for EnvelopeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not an EventBridge envelope: {}", self.0)
    }
}

/// The cause is in the text.
impl std::error::Error for EnvelopeError {}

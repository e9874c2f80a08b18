//! A [`Timestamp`] as the types that other crates compute with. In: the text. Out: their point in time, or that it is none; and
//! back, where the text becomes what that crate writes.

use crate::timestamp::{Timestamp, TimestampError};

#[cfg(feature = "chrono")]
impl TryFrom<&Timestamp> for chrono::DateTime<chrono::FixedOffset> {
    type Error = TimestampError;

    /// With the offset that the producer wrote. A leap second is one, as chrono has them.
    fn try_from(timestamp: &Timestamp) -> Result<Self, TimestampError> {
        timestamp.instant()?;
        Self::parse_from_rfc3339(timestamp.as_str()).map_err(|_| TimestampError::new(timestamp.as_str()))
    }
}

#[cfg(feature = "chrono")]
impl<Zone: chrono::TimeZone> From<chrono::DateTime<Zone>> for Timestamp {
    fn from(time: chrono::DateTime<Zone>) -> Self {
        Self::written(time.fixed_offset().to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
    }
}

#[cfg(feature = "jiff")]
impl TryFrom<&Timestamp> for jiff::Timestamp {
    type Error = TimestampError;

    /// A leap second is the second after it, since jiff has none.
    fn try_from(timestamp: &Timestamp) -> Result<Self, TimestampError> {
        let (seconds, nanos) = timestamp.instant()?;
        let nanos = i32::try_from(nanos).expect("less than a second");
        Self::new(seconds, nanos).map_err(|_| TimestampError::new(timestamp.as_str()))
    }
}

#[cfg(feature = "jiff")]
impl From<jiff::Timestamp> for Timestamp {
    fn from(time: jiff::Timestamp) -> Self {
        Self::written(time.to_string())
    }
}

//! A date-time of RFC 3339 as the producer wrote it. The text is kept, so that an event that is read and written again is
//! the same event: offset, fraction and leap second included. In JSON Schema `format` is an annotation, and our proofs read
//! it so; reading an event therefore takes any string, and [`Timestamp::instant`] says whether it is a point in time.

use std::cmp::Ordering;
use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// A point in time, in the text of RFC 3339.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(String);

/// The text is no date-time of RFC 3339.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimestampError(String);

impl fmt::Display for TimestampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is not an RFC 3339 date-time, such as 2026-02-01T14:32:00Z",
            self.0
        )
    }
}

impl std::error::Error for TimestampError {}

#[cfg(any(feature = "chrono", feature = "jiff"))]
impl TimestampError {
    pub(crate) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl Timestamp {
    /// Takes a text that is a date-time of RFC 3339.
    pub fn parse(text: &str) -> Result<Self, TimestampError> {
        instant(text)
            .map(|_| Self(text.to_owned()))
            .ok_or_else(|| TimestampError(text.to_owned()))
    }

    /// Returns the present, to the millisecond, in UTC.
    pub fn now() -> Self {
        Self::from(SystemTime::now())
    }

    /// Returns what a crate for times wrote.
    #[cfg(any(feature = "chrono", feature = "jiff"))]
    pub(crate) fn written(text: String) -> Self {
        Self(text)
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns seconds and nanoseconds since 1970-01-01T00:00:00Z. A leap second counts as the second after it.
    pub fn instant(&self) -> Result<(i64, u32), TimestampError> {
        instant(&self.0).ok_or_else(|| TimestampError(self.0.clone()))
    }
}

/// Times before 1970 or after 9999 become the closest second that RFC 3339 and `SystemTime` both can say.
impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        const LAST: u64 = 253_402_300_799;
        let since = time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        let seconds = since.as_secs().min(LAST);
        let (year, month, day) = civil(i64::try_from(seconds / 86_400).expect("less than 2^33"));
        let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
        let millis = since.subsec_millis();
        Self(format!(
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z"
        ))
    }
}

/// By instant, and texts of the same instant by text, as they are not equal. Texts that are no point in time come first.
impl Ord for Timestamp {
    fn cmp(&self, other: &Self) -> Ordering {
        let instants = instant(&self.0).cmp(&instant(&other.0));
        instants.then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for Timestamp {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        Self::parse(text)
    }
}

impl TryFrom<&str> for Timestamp {
    type Error = TimestampError;

    fn try_from(text: &str) -> Result<Self, TimestampError> {
        Self::parse(text)
    }
}

/// RFC 3339 section 5.6, with its restrictions on days and leap seconds.
fn instant(text: &str) -> Option<(i64, u32)> {
    let bytes = text.as_bytes();
    let number = |range: std::ops::Range<usize>| -> Option<i64> {
        let digits = bytes.get(range)?;
        digits.iter().try_fold(0, |sum, digit| {
            digit.is_ascii_digit().then(|| sum * 10 + i64::from(digit - b'0'))
        })
    };
    let is = |at: usize, set: &[u8]| bytes.get(at).is_some_and(|byte| set.contains(byte));
    let punctuated = is(4, b"-") && is(7, b"-") && is(10, b"Tt ") && is(13, b":") && is(16, b":");
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    let in_range = (1..=12).contains(&month) && day >= 1 && day <= days_in(year, month) && hour < 24 && minute < 60;
    if !punctuated || !in_range || second > 60 {
        return None;
    }
    let (nanos, rest) = fraction(&text[19..])?;
    let offset = offset(rest)?;
    let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset;
    // A leap second ends a day of UTC, in any offset.
    (second < 60 || seconds.rem_euclid(86_400) == 0).then_some((seconds, nanos))
}

/// The fraction in nanoseconds, digits beyond the ninth cut, and what follows it.
fn fraction(text: &str) -> Option<(u32, &str)> {
    let Some(digits) = text.strip_prefix('.') else {
        return Some((0, text));
    };
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    if length == 0 {
        return None;
    }
    let nanos = format!("{:0<9}", &digits[..length.min(9)]).parse().ok()?;
    Some((nanos, &digits[length..]))
}

fn offset(text: &str) -> Option<i64> {
    if matches!(text, "Z" | "z") {
        return Some(0);
    }
    let bytes = text.as_bytes();
    let [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] = bytes else {
        return None;
    };
    let two = |tens: &u8, ones: &u8| {
        (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
    };
    let (hours, minutes) = (two(h1, h2)?, two(m1, m2)?);
    let seconds = hours * 3600 + minutes * 60;
    (hours < 24 && minutes < 60).then_some(if *sign == b'-' { -seconds } else { seconds })
}

fn days_in(year: i64, month: i64) -> i64 {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar, counted in years that begin in March.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The inverse of [`days`].
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_those_of_rfc_3339() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", Some((0, 0))),
            ("1985-04-12T23:20:50.52Z", Some((482_196_050, 520_000_000))),
            ("1996-12-19T16:39:57-08:00", Some((851_042_397, 0))),
            ("1990-12-31T15:59:60-08:00", Some((662_688_000, 0))),
            ("9999-12-31t23:59:59.1234567899z", Some((253_402_300_799, 123_456_789))),
            ("0000-02-29T00:00:00Z", Some((-62_162_121_600, 0))),
            ("2026-02-29T00:00:00Z", None),
            ("2026-02-01T24:00:00Z", None),
            ("2026-02-01T14:32:60Z", None),
            ("2026-02-01T14:32:00", None),
            ("2026-02-01T14:32Z", None),
            ("2026-02-01T14:32:00.Z", None),
            ("2026-02-01T14:32:00+0100", None),
            ("2026-02-01T14:32:00+24:00", None),
            ("yesterday", None),
            ("２026-02-01T14:32:00Z", None),
        ] {
            assert_eq!(instant(text), expected, "{text}");
        }
    }

    #[test]
    fn what_the_clock_says_reads_back() {
        for seconds in [0, 951_782_399, 951_782_400, 1_790_000_000, 253_402_300_799] {
            let stamp = Timestamp::from(UNIX_EPOCH + Duration::new(seconds, 7_000_000));
            let expected = (i64::try_from(seconds).unwrap(), 7_000_000);
            assert_eq!(stamp.instant(), Ok(expected), "{stamp}");
        }
    }

    #[test]
    fn timestamps_are_ordered_by_instant() {
        let ordered = [
            "tomorrow",
            "1969-12-31T23:59:59Z",
            "2026-02-01T14:32:00+01:00",
            "2026-02-01T13:32:00.5Z",
            "2026-02-01T14:00:00+00:00",
            "2026-02-01T14:00:00Z",
        ];
        let ordered = ordered.map(|text| Timestamp(text.to_owned()));
        for (at, one) in ordered.iter().enumerate() {
            for (other_at, other) in ordered.iter().enumerate() {
                assert_eq!(one.cmp(other), at.cmp(&other_at), "{one} and {other}");
                assert_eq!(one == other, at == other_at);
            }
        }
    }

    #[test]
    fn the_text_is_kept() {
        let read: Timestamp = serde_json::from_str("\"2026-02-01T14:32:00.10+01:00\"").unwrap();
        assert_eq!(
            serde_json::to_string(&read).unwrap(),
            "\"2026-02-01T14:32:00.10+01:00\""
        );
        assert!(Timestamp::parse("soon").is_err());
    }
}

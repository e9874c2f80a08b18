//! A day of the calendar, for waivers that run out. In: `2027-01-31`, as a text or as TOML's own date. Out: a value that can be
//! compared. The clock is not read here.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

/// A day. Days compare by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// A text that is no day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a date; expected YEAR-MONTH-DAY, such as 2027-01-31")]
pub struct InvalidDate(String);

impl FromStr for Date {
    type Err = InvalidDate;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidDate(text.to_owned());
        let date: toml::value::Datetime = text.parse().map_err(|_| invalid())?;
        match (date.date, date.time) {
            (Some(date), None) => Ok(Self {
                year: date.year,
                month: date.month,
                day: date.day,
            }),
            _ => Err(invalid()),
        }
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum WrittenDate {
            Date(toml::value::Datetime),
            Text(String),
        }
        let text = match WrittenDate::deserialize(deserializer)? {
            WrittenDate::Date(date) => date.to_string(),
            WrittenDate::Text(text) => text,
        };
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_printed_and_compared() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert_eq!(day("2027-01-31").to_string(), "2027-01-31");
        assert!(day("2026-12-31") < day("2027-01-01"));
        for wrong in [
            "",
            "2027-02-30",
            "2027-13-01",
            "2027-1-1",
            "tomorrow",
            "2027-01-31T00:00:00Z",
        ] {
            assert!(wrong.parse::<Date>().is_err(), "{wrong}");
        }
    }
}

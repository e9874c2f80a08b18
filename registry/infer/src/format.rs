//! What a string looks like. In: a string. Out: the formats that it has for certain: a validator that asserts formats must accept
//! it, so the tests here are stricter than any validator's.

use serde::{Deserialize, Serialize};

/// The formats that all strings of a place have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TextFormats {
    pub(crate) date_time: bool,
    pub(crate) date: bool,
    pub(crate) uuid: bool,
}

impl TextFormats {
    pub(crate) fn of(text: &str) -> Self {
        Self {
            date_time: is_date_time(text),
            date: is_date(text),
            uuid: is_uuid(text),
        }
    }

    pub(crate) fn both(self, other: Self) -> Self {
        Self {
            date_time: self.date_time && other.date_time,
            date: self.date && other.date,
            uuid: self.uuid && other.uuid,
        }
    }
}

/// RFC 3339 without its leap seconds and lower-case letters, which validators disagree on.
fn is_date_time(text: &str) -> bool {
    let Some((date, time)) = text.split_once('T') else {
        return false;
    };
    is_date(date) && is_time(time)
}

fn is_time(text: &str) -> bool {
    let (clock, offset) = match text.find(['Z', '+', '-']) {
        Some(at) => text.split_at(at),
        None => return false,
    };
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let fraction = (1..=9).contains(&fraction.len()) && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let clock = match clock.split(':').collect::<Vec<_>>()[..] {
        [hour, minute, second] => below(hour, 24) && below(minute, 60) && below(second, 60),
        _ => false,
    };
    fraction && clock && is_offset(offset)
}

fn is_offset(text: &str) -> bool {
    match text.strip_prefix(['+', '-']) {
        Some(offset) => offset
            .split_once(':')
            .is_some_and(|(hour, minute)| below(hour, 24) && below(minute, 60)),
        None => text == "Z",
    }
}

fn is_date(text: &str) -> bool {
    let [year, month, day] = text.split('-').collect::<Vec<_>>()[..] else {
        return false;
    };
    let (Some(year), Some(month), Some(day)) = (number(year, 4), number(month, 2), number(day, 2)) else {
        return false;
    };
    (1..=days(year, month)).contains(&day)
}

/// The days of a month, 0 for a month that there is not.
fn days(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    }
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<_> = text.split('-').collect();
    let lengths: Vec<_> = groups.iter().map(|group| group.len()).collect();
    lengths == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

fn below(text: &str, limit: u32) -> bool {
    number(text, 2).is_some_and(|number| number < limit)
}

fn number(text: &str, digits: usize) -> Option<u32> {
    let plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_every_validator_takes_is_a_format() {
        for good in ["2026-11-24T10:00:00Z", "2024-02-29T23:59:59.123456789+14:00"] {
            assert!(TextFormats::of(good).date_time, "{good}");
        }
        for wrong in [
            "2026-02-29T10:00:00Z",
            "2026-11-24 10:00:00Z",
            "2026-11-24T10:00:00",
            "2026-11-24T10:00:60Z",
            "2026-11-24T24:00:00Z",
            "2026-11-24T10:00:00.Z",
            "2026-11-24T10:00:00+24:00",
            "2026-11-24t10:00:00z",
            "2026-13-01T10:00:00Z",
            "é026-11-24T10:00:00Z",
            "",
        ] {
            assert!(!TextFormats::of(wrong).date_time, "{wrong}");
        }
        assert!(TextFormats::of("2026-11-24").date && !TextFormats::of("2026-11-24Z").date);
        assert!(TextFormats::of("0e2a5e5e-6a0c-4bde-8d9b-6f0b7f3ad1c4").uuid);
        assert!(!TextFormats::of("0e2a5e5e-6a0c-4bde-8d9b-6f0b7f3ad1cg").uuid);
    }
}

//! Integers. JSON Schema counts `1.0` and `1e3` among them, and sets no limit. A field whose bounds fit a type of Rust has
//! that type; [`Integer`] is for the others. A double that may have been another integer on its way is an error for both.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::FromJson;
use super::decimal_value::DecimalValue;
use super::exact::{FromNumber, read_number, write_number};

/// Integers of more digits are written with an exponent if they end in zeros, so that nine bytes of an event do not become a gigabyte.
const LONGEST: usize = 400;

macro_rules! fixed {
    ($($name:ident),*) => {$(
        impl FromNumber for $name {
            fn write_expected(f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "an integer from {} to {}", $name::MIN, $name::MAX)
            }

            fn from_number(text: &str) -> Option<Self> {
                match text.parse() {
                    Ok(value) => Some(value),
                    // Another spelling, or out of bounds.
                    Err(_) => DecimalValue::parse(text)?.spell_integer(LONGEST)?.parse().ok(),
                }
            }

            fn from_signed(value: i64) -> Option<Self> {
                Self::try_from(value).ok()
            }

            fn from_unsigned(value: u64) -> Option<Self> {
                Self::try_from(value).ok()
            }
        }

        impl FromJson for $name {
            fn from_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                read_number(deserializer)
            }
        }
    )*};
}

fixed!(i32, i64, u32, u64);

/// An integer of any size, with all its digits.
///
/// It is read from JSON text with every digit, and from any other format as far as the format keeps them: a double with more than 15 digits may
/// have been another integer, and is an error. The same holds for writing.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Integer(IntegerDigits);

/// INVARIANT: each integer has one form, so that equality and hashes can be derived.
#[derive(Clone, PartialEq, Eq, Hash)]
enum IntegerDigits {
    Signed(i64),
    /// Beyond [`i64::MAX`].
    Unsigned(u64),
    /// Beyond 64 bits, as [`DecimalValue::spell_integer`] spells it.
    Large(Box<str>),
}

impl Integer {
    /// Returns the value, if it fits.
    pub fn as_i64(&self) -> Option<i64> {
        match self.0 {
            IntegerDigits::Signed(value) => Some(value),
            IntegerDigits::Unsigned(_) | IntegerDigits::Large(_) => None,
        }
    }

    /// Returns the value, if it fits.
    pub fn as_u64(&self) -> Option<u64> {
        match self.0 {
            IntegerDigits::Signed(value) => u64::try_from(value).ok(),
            IntegerDigits::Unsigned(value) => Some(value),
            IntegerDigits::Large(_) => None,
        }
    }

    /// Returns the value, if it fits.
    pub fn as_i128(&self) -> Option<i128> {
        match &self.0 {
            IntegerDigits::Signed(value) => Some(i128::from(*value)),
            IntegerDigits::Unsigned(value) => Some(i128::from(*value)),
            IntegerDigits::Large(text) => text.parse().ok(),
        }
    }

    /// Returns the exact sum, if it fits 128 bits.
    pub fn checked_add(&self, other: &Self) -> Option<Self> {
        self.as_i128()?.checked_add(other.as_i128()?).map(Self::from)
    }

    /// Returns the exact difference, if it fits 128 bits.
    pub fn checked_sub(&self, other: &Self) -> Option<Self> {
        self.as_i128()?.checked_sub(other.as_i128()?).map(Self::from)
    }

    /// Returns the exact product, if it fits 128 bits.
    pub fn checked_mul(&self, other: &Self) -> Option<Self> {
        self.as_i128()?.checked_mul(other.as_i128()?).map(Self::from)
    }

    fn value(&self) -> Option<DecimalValue> {
        DecimalValue::parse(&self.to_string())
    }
}

impl Default for Integer {
    fn default() -> Self {
        Self::from(0_i64)
    }
}

impl fmt::Display for Integer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            IntegerDigits::Signed(value) => value.fmt(f),
            IntegerDigits::Unsigned(value) => value.fmt(f),
            IntegerDigits::Large(text) => f.pad(text),
        }
    }
}

impl fmt::Debug for Integer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Ord for Integer {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.as_i128(), other.as_i128()) {
            (Some(one), Some(two)) => one.cmp(&two),
            _ => self.value().cmp(&other.value()),
        }
    }
}

impl PartialOrd for Integer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<i64> for Integer {
    fn from(value: i64) -> Self {
        Self(IntegerDigits::Signed(value))
    }
}

impl From<u64> for Integer {
    fn from(value: u64) -> Self {
        Self(i64::try_from(value).map_or(IntegerDigits::Unsigned(value), IntegerDigits::Signed))
    }
}

impl From<i128> for Integer {
    fn from(value: i128) -> Self {
        let small = i64::try_from(value).map(Self::from).ok();
        let small = small.or_else(|| u64::try_from(value).map(Self::from).ok());
        small.unwrap_or_else(|| Self(IntegerDigits::Large(value.to_string().into())))
    }
}

impl From<i32> for Integer {
    fn from(value: i32) -> Self {
        Self::from(i64::from(value))
    }
}

impl From<u32> for Integer {
    fn from(value: u32) -> Self {
        Self::from(i64::from(value))
    }
}

macro_rules! compare_and_convert {
    ($($name:ident)*) => {$(
        impl PartialEq<$name> for Integer {
            fn eq(&self, other: &$name) -> bool {
                self.as_i128() == Some(i128::from(*other))
            }
        }

        impl PartialOrd<$name> for Integer {
            fn partial_cmp(&self, other: &$name) -> Option<Ordering> {
                self.partial_cmp(&Self::from(*other))
            }
        }

        impl TryFrom<Integer> for $name {
            type Error = Integer;

            /// Gives the integer back if it does not fit.
            fn try_from(integer: Integer) -> Result<Self, Integer> {
                let value = integer.as_i128().and_then(|value| Self::try_from(value).ok());
                value.ok_or(integer)
            }
        }
    )*};
}

compare_and_convert!(i32 i64 u32 u64);

impl FromNumber for Integer {
    fn write_expected(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an integer")
    }

    fn from_number(text: &str) -> Option<Self> {
        if let Ok(value) = text.parse::<i64>() {
            return Some(Self::from(value));
        }
        let text = DecimalValue::parse(text)?.spell_integer(LONGEST)?;
        let signed = text.parse::<i64>().map(Self::from).ok();
        let small = signed.or_else(|| text.parse::<u64>().map(Self::from).ok());
        Some(small.unwrap_or_else(|| Self(IntegerDigits::Large(text.into()))))
    }

    fn from_signed(value: i64) -> Option<Self> {
        Some(Self::from(value))
    }

    fn from_unsigned(value: u64) -> Option<Self> {
        Some(Self::from(value))
    }
}

impl Serialize for Integer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            IntegerDigits::Signed(value) => serializer.serialize_i64(*value),
            IntegerDigits::Unsigned(value) => serializer.serialize_u64(*value),
            IntegerDigits::Large(text) => write_number(text, serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Integer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_number(deserializer)
    }
}

impl FromJson for Integer {
    fn from_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_number(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: FromJson>(text: &str) -> Result<T, String> {
        T::from_json(&mut serde_json::Deserializer::from_str(text)).map_err(|error| error.to_string())
    }

    #[test]
    fn whole_numbers_are_integers_however_they_are_written() {
        assert_eq!((read::<i64>("1.0"), read::<u32>("1e3")), (Ok(1), Ok(1000)));
        assert_eq!(read::<Integer>("-2.0").unwrap(), -2);
        assert_eq!(
            read::<Integer>("18446744073709551615").unwrap().as_u64(),
            Some(u64::MAX)
        );
        for text in ["1.5", "\"1\"", "null", "true"] {
            assert!(read::<i64>(text).is_err() && read::<Integer>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_and_said() {
        for text in ["-1", "4294967296", "1e30"] {
            let error = read::<u32>(text).unwrap_err();
            assert!(error.contains("from 0 to 4294967295"), "{error}");
        }
        assert_eq!(
            read::<Integer>("1e30").unwrap().to_string(),
            format!("1{}", "0".repeat(30))
        );
    }

    #[test]
    fn integers_keep_every_digit() {
        for text in [
            "9007199254740993",
            "-9223372036854775809",
            "123456789012345678901234567890",
        ] {
            let read = read::<Integer>(text).unwrap();
            assert_eq!(
                (read.to_string(), serde_json::to_string(&read).unwrap()),
                (text.to_owned(), text.to_owned())
            );
        }
        assert_eq!(read::<i64>("9007199254740993.0"), Ok(9_007_199_254_740_993));
        for text in [
            "-9223372036854775809",
            "9223372036854775808.0",
            "9223372036854775807.5",
            "1e19",
        ] {
            assert!(read::<i64>(text).is_err(), "{text}");
        }
        assert!(read::<Integer>("100000000000000000000000000000000.5").is_err());
    }

    #[test]
    fn integers_are_equal_and_ordered_by_value() {
        let integer = |text: &str| read::<Integer>(text).unwrap();
        assert_eq!(integer("1e3"), integer("1000.0"));
        assert_eq!(integer("18446744073709551616.0"), integer("18446744073709551616"));
        let ordered = [
            "-1e500",
            "-1e40",
            "-5",
            "0",
            "9223372036854775807",
            "9223372036854775808",
            "1e40",
            "1e500",
        ];
        assert!(ordered.windows(2).all(|pair| integer(pair[0]) < integer(pair[1])));
        assert!(integer("7") > 6 && integer("1e30") > u64::MAX);
        assert_eq!(format!("{:?}", integer("1e500")), "1e500");
    }
}

//! Integers. JSON Schema counts `1.0` and `1e3` among them, and sets no limit. A field whose bounds fit a type of Rust has
//! that type; [`Integer`] is for the others.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Number;

use super::FromJson;

/// 2^53: beyond it a double that happens to be whole says nothing about an integer.
const EXACT: f64 = 9_007_199_254_740_992.0;

macro_rules! fixed {
    ($($name:ident),*) => {$(
        impl FromJson for $name {
            fn from_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Fixed;
                impl<'de> Visitor<'de> for Fixed {
                    type Value = $name;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        write!(f, "an integer from {} to {}", $name::MIN, $name::MAX)
                    }

                    fn visit_i64<E: Error>(self, value: i64) -> Result<$name, E> {
                        $name::try_from(value).map_err(|_| E::invalid_value(Unexpected::Signed(value), &self))
                    }

                    fn visit_u64<E: Error>(self, value: u64) -> Result<$name, E> {
                        $name::try_from(value).map_err(|_| E::invalid_value(Unexpected::Unsigned(value), &self))
                    }

                    /// Where serde_json has its feature `arbitrary_precision`, a number is a map to serde.
                    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<$name, A::Error> {
                        let number = Number::deserialize(MapAccessDeserializer::new(map))?;
                        if let Some(value) = number.as_i64() {
                            return self.visit_i64(value);
                        }
                        if let Some(value) = number.as_u64() {
                            return self.visit_u64(value);
                        }
                        self.visit_f64(number.as_f64().unwrap_or(f64::INFINITY))
                    }

                    fn visit_f64<E: Error>(self, value: f64) -> Result<$name, E> {
                        #[allow(clippy::cast_possible_truncation, reason = "whole, and what is beyond ends at the bounds")]
                        let whole = (value.fract() == 0.0).then_some(value as i128);
                        let whole = whole.and_then(|whole| $name::try_from(whole).ok());
                        whole.ok_or_else(|| E::invalid_value(Unexpected::Float(value), &self))
                    }
                }
                // Not as a number of its kind: where serde_json has its feature `arbitrary_precision`, it would not read `1.0`.
                deserializer.deserialize_any(Fixed)
            }
        }
    )*};
}

fixed!(i32, i64, u32, u64);

#[allow(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
fn whole(value: f64) -> Option<i64> {
    (value.fract() == 0.0 && value.abs() <= EXACT).then_some(value as i64)
}

/// An integer of any size. Exact to 64 bits; beyond them it is as exact as serde_json's numbers are, which is a double, or
/// every digit where its feature `arbitrary_precision` is on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Integer(Number);

impl Integer {
    /// Returns the value, if it fits.
    pub fn as_i64(&self) -> Option<i64> {
        self.0.as_i64()
    }

    fn as_i128(&self) -> Option<i128> {
        let signed = self.as_i64().map(i128::from);
        signed.or_else(|| self.as_u64().map(i128::from))
    }

    /// Returns the value, if it fits.
    pub fn as_u64(&self) -> Option<u64> {
        self.0.as_u64()
    }
}

impl Default for Integer {
    fn default() -> Self {
        Self(0.into())
    }
}

impl fmt::Display for Integer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

macro_rules! from {
    ($($name:ident)*) => {$(
        impl From<$name> for Integer {
            fn from(value: $name) -> Self {
                Self(value.into())
            }
        }

        impl PartialEq<$name> for Integer {
            fn eq(&self, other: &$name) -> bool {
                self.as_i128() == Some(i128::from(*other))
            }
        }

        impl TryFrom<Integer> for $name {
            type Error = Integer;

            /// Gives the integer back if it does not fit.
            fn try_from(integer: Integer) -> Result<Self, Integer> {
                let signed = integer.as_i64().and_then(|value| Self::try_from(value).ok());
                let value = signed.or_else(|| integer.as_u64().and_then(|value| Self::try_from(value).ok()));
                value.ok_or(integer)
            }
        }
    )*};
}

from!(i32 i64 u32 u64);

impl Serialize for Integer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Integer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_json(deserializer)
    }
}

impl FromJson for Integer {
    fn from_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = Number::deserialize(deserializer)?;
        if number.is_i64() || number.is_u64() {
            return Ok(Self(number));
        }
        match number.as_f64() {
            Some(float) if float.fract() == 0.0 => Ok(whole(float).map_or(Self(number), Self::from)),
            _ => Err(D::Error::custom(format_args!(
                "invalid value: number `{number}`, expected an integer"
            ))),
        }
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
        assert!(read::<Integer>("1e30").is_ok());
    }
}

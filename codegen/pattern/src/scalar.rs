//! The plain values of patterns: strings, numbers, booleans. Numbers compare as event-ruler 2 compares them.

use std::cmp::Ordering;
use std::fmt;

use serde_json::Value;

/// A value that a field is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scalar {
    /// A text, compared byte by byte.
    String(String),
    /// A number.
    Number(Number),
    /// `true` or `false`.
    Bool(bool),
}

/// A JSON number. `1`, `1.0` and `10e-1` are the same number.
#[derive(Clone, Debug)]
pub struct Number(serde_json::Number);

impl Number {
    /// Returns the number as JSON can write it, `None` for an infinity or NaN.
    pub fn finite(number: f64) -> Option<Self> {
        serde_json::Number::from_f64(number).map(Self)
    }

    /// Returns the number as serde_json has it.
    pub fn as_json(&self) -> &serde_json::Number {
        &self.0
    }

    pub(crate) fn comparable(&self) -> Option<Comparable> {
        Comparable::of(&self.0)
    }
}

/// A number in the form in which event-ruler 2 compares numbers.
///
/// The engine compares 64-bit floats and takes part only with numbers whose shortest decimal form is the number itself. All
/// others, such as integers beyond 2⁵³ that no float prints as, equal themselves and are in no range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Comparable {
    Float(f64),
    Exact(i128),
}

impl Comparable {
    /// `None` if the number is no finite float, which only serde_json's `arbitrary_precision` lets happen.
    pub(crate) fn of(number: &serde_json::Number) -> Option<Self> {
        let integer = number
            .as_i64()
            .map(i128::from)
            .or_else(|| number.as_u64().map(i128::from));
        match integer {
            Some(integer) => Some(Self::integer(integer)),
            None => number.as_f64().filter(|float| float.is_finite()).map(Self::Float),
        }
    }

    /// Returns the order of two numbers, if both can be compared.
    pub(crate) fn order(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Float(left), Self::Float(right)) => left.partial_cmp(&right),
            _ => None,
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "whether precision is lost is what is found out"
    )]
    pub(crate) fn integer(integer: i128) -> Self {
        let float = integer as f64;
        // Display writes the shortest digits that read back as the float, then zeros.
        if integer.unsigned_abs() <= 1 << 53 || float.to_string() == integer.to_string() {
            Self::Float(float)
        } else {
            Self::Exact(integer)
        }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        match (self.comparable(), other.comparable()) {
            (Some(left), Some(right)) => left == right,
            _ => self.0 == other.0,
        }
    }
}

impl Eq for Number {}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<serde_json::Number> for Number {
    fn from(number: serde_json::Number) -> Self {
        Self(number)
    }
}

macro_rules! from_integers {
    ($($integer:ty)*) => {$(
        impl From<$integer> for Number {
            fn from(number: $integer) -> Self {
                Self(number.into())
            }
        }
        impl From<$integer> for Scalar {
            fn from(number: $integer) -> Self {
                Self::Number(number.into())
            }
        }
    )*};
}

from_integers!(i8 i16 i32 i64 u8 u16 u32 u64);

impl From<f64> for Number {
    /// # Panics
    ///
    /// If the number is an infinity or NaN, which JSON cannot write. [`Number::finite`] does not panic.
    fn from(number: f64) -> Self {
        Self::finite(number).expect("a number in an event pattern is finite")
    }
}

impl From<f64> for Scalar {
    /// # Panics
    ///
    /// If the number is an infinity or NaN, which JSON cannot write. [`Number::finite`] does not panic.
    fn from(number: f64) -> Self {
        Self::Number(number.into())
    }
}

impl From<Number> for Scalar {
    fn from(number: Number) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Scalar {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<&str> for Scalar {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Scalar {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<&Number> for Value {
    fn from(number: &Number) -> Self {
        Self::Number(number.0.clone())
    }
}

impl From<&Scalar> for Value {
    fn from(scalar: &Scalar) -> Self {
        match scalar {
            Scalar::String(text) => Self::String(text.clone()),
            Scalar::Number(number) => number.into(),
            Scalar::Bool(flag) => Self::Bool(*flag),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Number {
        Number(serde_json::from_str(text).unwrap())
    }

    #[test]
    fn the_same_number_is_equal_however_it_is_written() {
        for [left, right] in [
            ["1", "1.0"],
            ["300", "3.0e2"],
            ["0", "-0.0"],
            ["9007199254740992", "9007199254740992.0"],
        ] {
            assert_eq!(read(left), read(right));
        }
        assert_ne!(read("1"), read("1.000001"));
        assert_ne!(read("18446744073709551615"), read("18446744073709551614"));
    }

    #[test]
    fn integers_that_no_float_prints_as_have_no_order() {
        let order = |left, right| {
            read(left)
                .comparable()
                .unwrap()
                .order(read(right).comparable().unwrap())
        };
        assert_eq!(order("2", "10.5"), Some(Ordering::Less));
        assert_eq!(order("1000000000000000000", "1"), Some(Ordering::Greater));
        assert_eq!(order("9007199254740993", "1"), None);
    }

    #[test]
    #[should_panic(expected = "finite")]
    fn nan_is_no_number() {
        let _ = Number::from(f64::NAN);
    }
}

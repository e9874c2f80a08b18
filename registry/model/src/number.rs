//! An exact JSON number. In: the number's text. Out: equality by value (`1`, `1.0` and `1e0` are one number) and the
//! spelling it was written with. No arithmetic: the containment engine brings its own rationals.
//!
//! The crate cannot use serde_json's `arbitrary_precision`: consumers link us, and the feature would change their types.

use std::fmt;
use std::hash::{Hash, Hasher};

/// A JSON number: the text as written, compared by value.
#[derive(Clone)]
pub struct JsonNumber {
    text: Box<str>,
}

/// Sign, decimal digits without leading or trailing zeros, and the power of ten of the last digit.
#[derive(PartialEq, Eq, Hash, PartialOrd, Ord)]
struct DecimalParts {
    negative: bool,
    digits: String,
    exponent: i128,
}

impl JsonNumber {
    /// Creates a number from JSON number text. The caller (the parser) answers for the grammar.
    pub fn from_text(text: &str) -> Self {
        Self { text: text.into() }
    }

    /// Returns the number as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns whether the value is a whole number, whatever its spelling: `1.0` and `1e3` are.
    pub fn is_integer(&self) -> bool {
        self.decimal().exponent >= 0
    }

    /// Returns the shortest spelling of the value, one for each value; the form that digests are made of.
    pub fn canonical(&self) -> String {
        let DecimalParts {
            negative,
            digits,
            exponent,
        } = self.decimal();
        let sign = if negative { "-" } else { "" };
        match usize::try_from(exponent) {
            Ok(zeros) if digits.len() + zeros <= 21 => format!("{sign}{digits}{}", "0".repeat(zeros)),
            _ if exponent < 0 && exponent > -21 => {
                let places = usize::try_from(-exponent).expect("between 1 and 20");
                let padded = format!("{digits:0>width$}", width = places + 1);
                let (whole, fraction) = padded.split_at(padded.len() - places);
                format!("{sign}{whole}.{fraction}")
            }
            _ => format!("{sign}{digits}e{exponent}"),
        }
    }

    fn decimal(&self) -> DecimalParts {
        let (negative, text) = match self.text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, &*self.text),
        };
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}");
        let significant = digits.trim_end_matches('0');
        let dropped = digits.len() - significant.len();
        let significant = significant.trim_start_matches('0');
        if significant.is_empty() {
            return DecimalParts {
                negative: false,
                digits: "0".to_owned(),
                exponent: 0,
            };
        }
        // An exponent that does not fit saturates: two such numbers may then compare equal only if their digits do, and
        // no document of a size we read can tell them apart otherwise.
        let exponent = exponent.parse::<i128>().unwrap_or(if exponent.starts_with('-') {
            i128::MIN / 2
        } else {
            i128::MAX / 2
        });
        let places = i128::try_from(fraction.len()).unwrap_or(0);
        let dropped = i128::try_from(dropped).unwrap_or(0);
        DecimalParts {
            negative,
            digits: significant.to_owned(),
            exponent: exponent - places + dropped,
        }
    }
}

impl PartialEq for JsonNumber {
    fn eq(&self, other: &Self) -> bool {
        let small = |number: &Self| number.text.parse::<i64>().ok();
        match (small(self), small(other)) {
            (Some(own), Some(other)) => own == other,
            _ => self.text == other.text || self.decimal() == other.decimal(),
        }
    }
}

impl Eq for JsonNumber {}

impl Hash for JsonNumber {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.decimal().hash(state);
    }
}

impl fmt::Display for JsonNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for JsonNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Number({})", self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_by_value_not_by_spelling() {
        for (one, other) in [
            ("1", "1.0"),
            ("100", "1e2"),
            ("0", "-0.0"),
            ("0.50", "5E-1"),
            ("1e400", "10e399"),
        ] {
            assert_eq!(
                JsonNumber::from_text(one),
                JsonNumber::from_text(other),
                "{one} {other}"
            );
        }
        assert_ne!(
            JsonNumber::from_text("9007199254740992"),
            JsonNumber::from_text("9007199254740993")
        );
        assert_ne!(JsonNumber::from_text("1"), JsonNumber::from_text("-1"));
    }

    #[test]
    fn one_canonical_spelling_a_value() {
        for (text, canonical) in [
            ("149.950", "149.95"),
            ("1.0", "1"),
            ("1e3", "1000"),
            ("-0.001", "-0.001"),
            ("0e99999999999999999999999", "0"),
            ("1e400", "1e400"),
            ("12e-30", "12e-30"),
        ] {
            assert_eq!(JsonNumber::from_text(text).canonical(), canonical);
        }
    }

    #[test]
    fn a_whole_number_is_an_integer_whatever_its_spelling() {
        assert!(JsonNumber::from_text("1.0").is_integer());
        assert!(JsonNumber::from_text("1e400").is_integer());
        assert!(!JsonNumber::from_text("1.5").is_integer());
    }
}

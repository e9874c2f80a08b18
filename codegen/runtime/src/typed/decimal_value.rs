//! What the text of a number is worth. In: a JSON number. Out: its value in decimal, which is compared, hashed, and counted in digits.

use std::cmp::Ordering;

/// A number in decimal: `0.d₁d₂d₃… × 10^magnitude`, without zeros at either end.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct DecimalValue {
    is_negative: bool,
    /// Without zeros at either end; empty is zero.
    digits: String,
    /// The power of ten above the first digit; of zero, 0.
    magnitude: i128,
}

impl DecimalValue {
    /// Parses a JSON number. `None` is a text that is none, or an exponent of more than 37 digits.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (is_negative, text) = match text.strip_prefix('-') {
            Some(text) => (true, text),
            None => (false, text),
        };
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (mantissa, ""),
        };
        let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let is_whole = are_digits(whole) && (whole == "0" || !whole.starts_with('0')) && !whole.is_empty();
        let exponent_digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if !is_whole || !are_digits(fraction) || exponent_digits.is_empty() || !are_digits(exponent_digits) {
            return None;
        }
        let all = format!("{whole}{fraction}");
        let digits = all.trim_start_matches('0');
        if digits.is_empty() {
            return Some(Self {
                is_negative: false,
                digits: String::new(),
                magnitude: 0,
            });
        }
        let zeros = i128::try_from(all.len() - digits.len()).ok()?;
        let exponent: i128 = exponent.parse().ok()?;
        let magnitude = exponent
            .checked_add(i128::try_from(whole.len()).ok()?)?
            .checked_sub(zeros)?;
        Some(Self {
            is_negative,
            digits: digits.trim_end_matches('0').to_owned(),
            magnitude,
        })
    }

    /// Returns its digits as an integer, and the power of ten that they are times. `None` if they are more than 128 bits.
    #[cfg(feature = "rust_decimal")]
    pub(super) fn to_parts(&self) -> Option<(i128, i128)> {
        let exponent = self.magnitude.checked_sub(i128::try_from(self.digits.len()).ok()?)?;
        let digits: i128 = if self.digits.is_empty() {
            0
        } else {
            self.digits.parse().ok()?
        };
        Some((if self.is_negative { -digits } else { digits }, exponent))
    }

    /// Returns how many digits tell it from its neighbours.
    pub(super) fn count_digits(&self) -> usize {
        self.digits.len()
    }

    /// Returns whether it is whole.
    pub(super) fn is_integer(&self) -> bool {
        self.digits.is_empty() || usize::try_from(self.magnitude).is_ok_and(|magnitude| magnitude >= self.digits.len())
    }

    /// Returns its digits as an integer is written, with an exponent where `longest` digits do not hold it. `None` is not whole.
    pub(super) fn spell_integer(&self, longest: usize) -> Option<String> {
        if !self.is_integer() {
            return None;
        }
        let sign = if self.is_negative { "-" } else { "" };
        let zeros = usize::try_from(self.magnitude).ok()? - self.digits.len();
        Some(match (self.digits.as_str(), zeros) {
            ("", _) => "0".to_owned(),
            (digits, zeros) if digits.len().checked_add(zeros)? <= longest => {
                format!("{sign}{digits}{}", "0".repeat(zeros))
            }
            (digits, zeros) => format!("{sign}{digits}e{zeros}"),
        })
    }
}

impl Ord for DecimalValue {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = |value: &Self| match (value.digits.is_empty(), value.is_negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        };
        sign(self).cmp(&sign(other)).then_with(|| {
            let order = self.magnitude.cmp(&other.magnitude);
            let order = order.then_with(|| self.digits.cmp(&other.digits));
            if self.is_negative { order.reverse() } else { order }
        })
    }
}

impl PartialOrd for DecimalValue {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> DecimalValue {
        DecimalValue::parse(text).unwrap_or_else(|| panic!("{text} is a number"))
    }

    #[test]
    fn spellings_of_one_number_are_equal() {
        for spellings in [
            &["0", "-0", "0.000", "0e99", "-0.0E-3"][..],
            &["0.1", "0.10", "1e-1", "10E-2", "0.01e+1"],
            &["-1500", "-1.5e3", "-1500.00", "-15e2"],
        ] {
            for one in spellings {
                for other in spellings {
                    assert_eq!(value(one), value(other), "{one} {other}");
                }
            }
        }
    }

    #[test]
    fn numbers_are_in_their_order() {
        let ordered = [
            "-1e400", "-100", "-99.9", "-2", "-1e-400", "0", "1e-5", "0.1", "0.11", "0.2", "1", "9", "10", "1e30",
        ];
        for (index, one) in ordered.iter().enumerate() {
            for (other_index, other) in ordered.iter().enumerate() {
                assert_eq!(value(one).cmp(&value(other)), index.cmp(&other_index), "{one} {other}");
            }
        }
    }

    #[test]
    fn what_is_no_json_number_is_none() {
        for text in [
            "", "-", "+1", "01", "1.", ".5", "1e", "1e+", "0x1", "NaN", "inf", "1 ", " 1", "1.2.3", "1e5e5", "--1",
            "1_0", "١",
        ] {
            assert_eq!(DecimalValue::parse(text), None, "{text}");
        }
    }

    #[test]
    fn integers_are_spelt_in_full_as_long_as_they_are_short() {
        let spelt = |text: &str| value(text).spell_integer(5);
        assert_eq!(spelt("1.50e3").as_deref(), Some("1500"));
        assert_eq!(spelt("-120000").as_deref(), Some("-12e4"));
        assert_eq!(spelt("-0.0").as_deref(), Some("0"));
        assert_eq!(spelt("1e999999999999").as_deref(), Some("1e999999999999"));
        assert_eq!((spelt("0.5"), spelt("1e-3"), spelt("1.5")), (None, None, None));
    }
}

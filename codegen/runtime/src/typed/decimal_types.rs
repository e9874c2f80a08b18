//! A [`Decimal`] as the types that other crates compute with. In: the digits. Out: the same value, or an error where the other type does not
//! hold it; nothing is rounded. And back, with the digits that the other type has.

use super::Decimal;
use super::decimal::DecimalError;

#[cfg(feature = "rust_decimal")]
impl TryFrom<&Decimal> for rust_decimal::Decimal {
    type Error = DecimalError;

    /// With the zeros that the text ends in, as far as they fit: `10.00` has two decimal places. A number of more than 28 decimal places, or
    /// beyond 96 bits without its point, is an error.
    fn try_from(decimal: &Decimal) -> Result<Self, DecimalError> {
        let text = decimal.as_str();
        // A text without an exponent has its own places; otherwise, and where zeros make it too long, the digits that count have to do.
        let spelled = Self::from_str_exact(text).ok();
        let found = spelled.or_else(|| {
            let (digits, exponent) = decimal.value().to_parts()?;
            let zeros = u32::try_from(exponent.max(0)).ok()?;
            let digits = digits.checked_mul(10_i128.checked_pow(zeros)?)?;
            let places = u32::try_from(-exponent.min(0)).ok()?;
            Self::try_from_i128_with_scale(digits, places).ok()
        });
        // INVARIANT: a number that the other crate has rounded is an error and never a result.
        let is_exact = |found: &Self| Decimal::from(*found) == *decimal;
        found
            .filter(is_exact)
            .ok_or_else(|| DecimalError::beyond(text, "rust_decimal"))
    }
}

#[cfg(feature = "rust_decimal")]
impl From<rust_decimal::Decimal> for Decimal {
    fn from(decimal: rust_decimal::Decimal) -> Self {
        Self::written(decimal.to_string())
    }
}

#[cfg(feature = "bigdecimal")]
impl TryFrom<&Decimal> for bigdecimal::BigDecimal {
    type Error = DecimalError;

    /// With the zeros that the text ends in. Only an exponent beyond 64 bits is an error.
    fn try_from(decimal: &Decimal) -> Result<Self, DecimalError> {
        let text = decimal.as_str();
        let found: Option<Self> = text.parse().ok();
        let is_exact = |found: &Self| Decimal::from(found) == *decimal;
        found
            .filter(is_exact)
            .ok_or_else(|| DecimalError::beyond(text, "bigdecimal"))
    }
}

#[cfg(feature = "bigdecimal")]
impl From<&bigdecimal::BigDecimal> for Decimal {
    /// With the decimal places that it has; one of more than 400 is written with an exponent.
    fn from(decimal: &bigdecimal::BigDecimal) -> Self {
        /// As integers are written: more zeros would make a gigabyte of nine bytes.
        const LONGEST: usize = 400;
        let (digits, places) = decimal.as_bigint_and_exponent();
        let text = digits.to_string();
        let (sign, digits) = text
            .strip_prefix('-')
            .map_or(("", text.as_str()), |digits| ("-", digits));
        Self::written(match usize::try_from(places) {
            Ok(0) => text,
            Ok(places) if places <= LONGEST => {
                let padded = format!("{digits:0>width$}", width = places + 1);
                let (whole, fraction) = padded.split_at(padded.len() - places);
                format!("{sign}{whole}.{fraction}")
            }
            _ => format!("{sign}{digits}e{}", -i128::from(places)),
        })
    }
}

#[cfg(feature = "bigdecimal")]
impl From<bigdecimal::BigDecimal> for Decimal {
    fn from(decimal: bigdecimal::BigDecimal) -> Self {
        Self::from(&decimal)
    }
}

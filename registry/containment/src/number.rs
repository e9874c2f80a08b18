//! Exact numbers. In: the text of a JSON number. Out: a rational. Nothing is rounded; a number whose digits would not fit a
//! few thousand places is refused, and a schema that holds one is undecided.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};

/// Places before or after the point that are held. Larger exponents are written to exhaust memory, not to be met.
// INVARIANT: a number beyond it is refused and never rounded: a rounded bound would prove something of another schema.
const MOST_PLACES: i64 = 4000;

/// An exact rational number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rational(NumberForm);

/// Most numbers of schemas are small integers: those take no memory of their own and compare as machine words do.
// INVARIANT: a number that fits `Whole` is never `Other`, so that equal numbers have equal forms and hashes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum NumberForm {
    Whole(i64),
    Other(Box<BigRational>),
}

impl Rational {
    /// Reads a JSON number. `None` if it has too many places.
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(small) = text.parse::<i64>() {
            return Some(Self::from(small));
        }
        let (mantissa, exponent) = match text.find(['e', 'E']) {
            Some(at) => (&text[..at], text[at + 1..].parse::<i64>().ok()),
            None => (text, Some(0)),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits: BigInt = format!("{whole}{fraction}").parse().ok()?;
        if digits.is_zero() {
            return Some(Self::from(0));
        }
        let places = exponent?.checked_sub(i64::try_from(fraction.len()).ok()?)?;
        if places.abs() > MOST_PLACES || i64::try_from(mantissa.len()).ok()? > MOST_PLACES {
            return None;
        }
        let power = BigInt::from(10).pow(u32::try_from(places.unsigned_abs()).ok()?);
        Some(Self::new(if places < 0 {
            BigRational::new(digits, power)
        } else {
            BigRational::from(digits * power)
        }))
    }

    fn new(number: BigRational) -> Self {
        let whole = number.is_integer().then(|| number.numer().to_i64()).flatten();
        Self(whole.map_or_else(|| NumberForm::Other(Box::new(number)), NumberForm::Whole))
    }

    fn big(&self) -> Cow<'_, BigRational> {
        match &self.0 {
            NumberForm::Whole(whole) => Cow::Owned(BigRational::from(BigInt::from(*whole))),
            NumberForm::Other(number) => Cow::Borrowed(number),
        }
    }

    /// A length or count: the number itself if it is one, rounded towards the side that keeps what it bounds.
    pub(crate) fn to_count(&self, round_up: bool) -> u64 {
        let number = match &self.0 {
            NumberForm::Whole(whole) => return u64::try_from(*whole).unwrap_or(0),
            NumberForm::Other(number) => number,
        };
        let whole = if round_up { number.ceil() } else { number.floor() };
        if whole.is_negative() {
            0
        } else {
            whole.to_integer().to_u64().unwrap_or(u64::MAX)
        }
    }

    pub(crate) fn is_multiple_of(&self, step: &Self) -> bool {
        match (&self.0, &step.0) {
            (_, NumberForm::Whole(0)) => true,
            (NumberForm::Whole(whole), NumberForm::Whole(step)) => {
                whole.checked_rem(*step).is_none_or(|rest| rest == 0)
            }
            // Between whole numbers there is no multiple of one.
            (NumberForm::Other(number), NumberForm::Whole(1 | -1)) => number.is_integer(),
            _ => (self.big().as_ref() / step.big().as_ref()).is_integer(),
        }
    }

    pub(crate) fn is_positive(&self) -> bool {
        match &self.0 {
            NumberForm::Whole(whole) => *whole > 0,
            NumberForm::Other(number) => number.is_positive(),
        }
    }

    /// The least common multiple of two positive numbers.
    pub(crate) fn common_multiple(&self, other: &Self) -> Self {
        let (own, other) = (self.big(), other.big());
        let numerator = (own.numer() * other.denom()).lcm(&(other.numer() * own.denom()));
        Self::new(BigRational::new(numerator, own.denom() * other.denom()))
    }

    /// How many times `step` goes into it, rounded.
    pub(crate) fn steps(&self, step: &Self, round_up: bool) -> BigInt {
        let quotient = self.big().as_ref() / step.big().as_ref();
        if round_up {
            quotient.ceil().to_integer()
        } else {
            quotient.floor().to_integer()
        }
    }

    pub(crate) fn times(&self, factor: &BigInt) -> Self {
        if let (NumberForm::Whole(whole), Some(factor)) = (&self.0, factor.to_i64())
            && let Some(product) = whole.checked_mul(factor)
        {
            return Self::from(product);
        }
        Self::new(self.big().as_ref() * BigRational::from(factor.clone()))
    }

    /// Returns the largest whole number that is not above it.
    #[must_use]
    pub fn floor(&self) -> Self {
        match &self.0 {
            NumberForm::Whole(_) => self.clone(),
            NumberForm::Other(number) => Self::new(number.floor()),
        }
    }

    /// Returns the sum.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        if let (NumberForm::Whole(own), NumberForm::Whole(other)) = (&self.0, &other.0)
            && let Some(sum) = own.checked_add(*other)
        {
            return Self::from(sum);
        }
        Self::new(self.big().as_ref() + other.big().as_ref())
    }

    pub(crate) fn half(&self) -> Self {
        Self::new(self.big().as_ref() / BigRational::from(BigInt::from(2)))
    }

    pub(crate) fn from_whole(number: &BigInt) -> Self {
        Self::new(BigRational::from(number.clone()))
    }

    /// The number without its fraction.
    pub(crate) fn whole(&self) -> BigInt {
        self.big().to_integer()
    }

    /// Returns the multiples of `2^power` below and above the number.
    pub(crate) fn rounded_to_power_of_two(&self, power: u32) -> [Self; 2] {
        let step = BigRational::from(BigInt::one() << power);
        let below = (self.big().as_ref() / &step).floor();
        let above = &below + BigRational::one();
        [Self::new(below * &step), Self::new(above * step)]
    }

    /// Returns whether a double holds the number as it is.
    pub(crate) fn is_exact_in_double(&self) -> bool {
        match &self.0 {
            // Doubles have 53 bits for a whole number.
            NumberForm::Whole(whole) if whole.unsigned_abs() <= 1 << 53 => true,
            _ => {
                let number = self.big();
                let double = number.to_f64().filter(|double| double.is_finite());
                double.and_then(BigRational::from_float).as_ref() == Some(number.as_ref())
            }
        }
    }

    /// The denominator of `self / step`: how many of its multiples pass between two multiples of `step`.
    pub(crate) fn denominator_over(&self, step: &Self) -> BigInt {
        (self.big().as_ref() / step.big().as_ref()).denom().clone()
    }
}

impl From<i64> for Rational {
    fn from(number: i64) -> Self {
        Self(NumberForm::Whole(number))
    }
}

impl Ord for Rational {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (NumberForm::Whole(own), NumberForm::Whole(other)) => own.cmp(other),
            _ => self.big().cmp(&other.big()),
        }
    }
}

impl PartialOrd for Rational {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// As JSON writes it. Every number that a schema can name, and every sum, half and common multiple of such, has finitely many
/// decimal places.
impl fmt::Display for Rational {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = match &self.0 {
            NumberForm::Whole(whole) => return write!(f, "{whole}"),
            NumberForm::Other(number) if number.is_integer() => return write!(f, "{}", number.numer()),
            NumberForm::Other(number) => number,
        };
        let (mut scaled, mut places) = (number.as_ref().clone(), 0);
        while !scaled.is_integer() && places < 2 * MOST_PLACES {
            scaled *= BigRational::from(BigInt::from(10));
            places += 1;
        }
        let digits = scaled.to_integer();
        let sign = if digits.is_negative() { "-" } else { "" };
        let digits = format!(
            "{:0>width$}",
            digits.abs(),
            width = usize::try_from(places).unwrap_or(0) + 1
        );
        let point = digits.len() - usize::try_from(places).unwrap_or(0);
        write!(f, "{sign}{}.{}", &digits[..point], &digits[point..])
    }
}

/// The product of the periods, or `None` if it is too long to walk.
pub(crate) fn common_period(factors: &[BigInt]) -> Option<u64> {
    factors
        .iter()
        .fold(BigInt::one(), |product, factor| product * factor)
        .to_u64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact() {
        for (text, written) in [
            ("0.1", "0.1"),
            ("-12.50", "-12.5"),
            ("1e3", "1000"),
            ("1.5E-3", "0.0015"),
            ("9007199254740993", "9007199254740993"),
            ("-0", "0"),
            ("0e999999999999", "0"),
            ("1e400", &format!("1{}", "0".repeat(400))),
        ] {
            assert_eq!(Rational::parse(text).unwrap().to_string(), written, "{text}");
        }
        assert!(Rational::parse("1e99999").is_none());
        assert!(Rational::parse("1e99999999999999999999").is_none());
    }

    #[test]
    fn small_and_large_numbers_are_one_kind() {
        let number = |text| Rational::parse(text).unwrap();
        for (one, other) in [
            ("3", "3.0"),
            ("9223372036854775807", "9.223372036854775807e18"),
            ("0.5", "5e-1"),
        ] {
            assert_eq!(number(one), number(other));
        }
        let ascending = [
            "-1e30",
            "-9223372036854775808",
            "-0.5",
            "0",
            "0.25",
            "1",
            "9223372036854775807",
            "1e30",
        ];
        assert!(ascending.windows(2).all(|pair| number(pair[0]) < number(pair[1])));
        let last = number("9223372036854775807");
        assert_eq!(last.plus(&Rational::from(1)).to_string(), "9223372036854775808");
        assert_eq!(last.times(&BigInt::from(2)).half(), last);
        assert!(number("-9223372036854775808").is_multiple_of(&Rational::from(-1)));
    }

    #[test]
    fn multiples_are_by_value() {
        let number = |text| Rational::parse(text).unwrap();
        assert!(number("0.3").is_multiple_of(&number("0.1")));
        assert!(!number("0.35").is_multiple_of(&number("0.1")));
        assert_eq!(number("0.4").common_multiple(&number("0.6")), number("1.2"));
        assert_eq!(number("-1.5").to_count(true), 0);
        assert_eq!(number("2.5").to_count(true), 3);
    }
}

//! Numbers with all their digits, for money: `10.00` stays `10.00`, which a double does not do. A schema may say a number or a
//! string, so there is a type for each.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::FromJson;
use super::decimal_value::DecimalValue;
use super::exact::{FromNumber, read_number, write_number};

/// A JSON number with the digits that it was written with. Compared by value: `0.10` is equal to `0.1`.
///
/// It is read from JSON text with every digit, and from any other format as far as the format keeps them: a double with more than 15 digits may
/// have been rounded on its way, and is an error. The same holds for writing.
#[derive(Clone)]
pub struct Decimal(Box<str>);

/// The text is no JSON number, or the number has more digits than another type holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecimalError {
    text: String,
    /// The crate whose type does not hold it; none if it is no number.
    holder: Option<&'static str>,
}

impl DecimalError {
    fn no_number(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            holder: None,
        }
    }

    #[cfg(any(feature = "rust_decimal", feature = "bigdecimal"))]
    pub(super) fn beyond(text: &str, holder: &'static str) -> Self {
        Self {
            text: text.to_owned(),
            holder: Some(holder),
        }
    }
}

impl fmt::Display for DecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.holder {
            Some(holder) => write!(f, "{} has more digits than {holder} holds", self.text),
            None => write!(f, "{:?} is not a JSON number, such as 149.95", self.text),
        }
    }
}

impl std::error::Error for DecimalError {}

impl Decimal {
    /// Returns the digits, as any decimal type parses them.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the closest double.
    pub fn to_f64(&self) -> f64 {
        self.0.parse().unwrap_or(f64::NAN)
    }

    /// Takes the text of a number.
    #[cfg(any(feature = "rust_decimal", feature = "bigdecimal"))]
    pub(super) fn written(text: String) -> Self {
        debug_assert!(DecimalValue::parse(&text).is_some(), "{text} is a JSON number");
        Self(text.into())
    }

    pub(super) fn value(&self) -> DecimalValue {
        // INVARIANT: every constructor has parsed the text. One that does not would make numbers equal that are not, or panic here.
        DecimalValue::parse(&self.0).expect("a decimal is a number")
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || self.value() == other.value()
    }
}

impl Eq for Decimal {}

impl Hash for Decimal {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value().hash(state);
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        self.value().cmp(&other.value())
    }
}

macro_rules! from_integers {
    ($($name:ident)*) => {$(
        impl From<$name> for Decimal {
            fn from(value: $name) -> Self {
                Self(value.to_string().into())
            }
        }
    )*};
}

from_integers!(i8 i16 i32 i64 i128 u8 u16 u32 u64 u128);

impl FromNumber for Decimal {
    fn write_expected(f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn from_number(text: &str) -> Option<Self> {
        DecimalValue::parse(text)?;
        Some(Self(text.into()))
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        Self::from_number(text).ok_or_else(|| DecimalError::no_number(text))
    }
}

/// A JSON string that holds a decimal, as it was written. Reading an event takes any string, since it is for the schema to say
/// which are valid; [`DecimalText::decimal`] says whether it is a number.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DecimalText(String);

impl DecimalText {
    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the number that the text spells.
    pub fn decimal(&self) -> Result<Decimal, DecimalError> {
        self.0.parse()
    }
}

/// By value, and texts of the same value by text, as they are not equal. Texts that are no number come first.
impl Ord for DecimalText {
    fn cmp(&self, other: &Self) -> Ordering {
        let values = self.decimal().ok().cmp(&other.decimal().ok());
        values.then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for DecimalText {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<Decimal> for DecimalText {
    fn from(decimal: Decimal) -> Self {
        Self(decimal.0.into())
    }
}

/// Takes a text that is a decimal.
impl TryFrom<&str> for DecimalText {
    type Error = DecimalError;

    fn try_from(text: &str) -> Result<Self, DecimalError> {
        text.parse::<Decimal>().map(Self::from)
    }
}

impl FromStr for DecimalText {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        text.try_into()
    }
}

impl fmt::Display for DecimalText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_number(&self.0, serializer)
    }
}

impl FromJson for Decimal {
    fn from_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_number(deserializer)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_json(deserializer)
    }
}

impl FromJson for DecimalText {
    fn from_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_kept_and_says_whether_it_is_a_decimal() {
        let read: Vec<DecimalText> = serde_json::from_str(r#"["149.950", "free", "007"]"#).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), r#"["149.950","free","007"]"#);
        let decimals: Vec<_> = read
            .iter()
            .map(|text| text.decimal().map(|decimal| decimal.to_string()))
            .collect();
        assert_eq!(decimals[0].as_deref(), Ok("149.950"));
        assert_eq!(
            decimals[1].as_ref().unwrap_err().to_string(),
            "\"free\" is not a JSON number, such as 149.95"
        );
        assert!(decimals[2].is_err() && "007".parse::<DecimalText>().is_err());
        assert!(serde_json::from_str::<DecimalText>("149.95").is_err());
    }

    #[test]
    fn digits_are_kept() {
        for text in ["10.00", "9007199254740993", "-0.10", "1e400", "12345678901234567.89"] {
            let read: Decimal = serde_json::from_str(text).unwrap();
            assert_eq!(
                (read.as_str(), serde_json::to_string(&read).unwrap().as_str()),
                (text, text)
            );
        }
        for text in ["\"10.00\"", "null", "[1]", "true"] {
            assert!(serde_json::from_str::<Decimal>(text).is_err(), "{text}");
        }
        assert!("1.".parse::<Decimal>().is_err() && " 1".parse::<Decimal>().is_err());
    }

    #[test]
    fn values_are_compared_and_not_spellings() {
        let decimal = |text: &str| text.parse::<Decimal>().unwrap();
        assert_eq!(decimal("0.10"), decimal("0.1"));
        assert_eq!(decimal("100"), Decimal::from(100));
        assert!(decimal("9.99") < decimal("10.00") && decimal("-2") < decimal("-1.5"));
        let set: std::collections::HashSet<Decimal> = [decimal("1e2"), decimal("100"), decimal("100.0")].into();
        assert_eq!(set.len(), 1);
        assert_eq!(format!("{:?}", decimal("0.10")), "0.10");
    }
}

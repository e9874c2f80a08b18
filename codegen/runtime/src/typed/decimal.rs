//! Numbers with all their digits, for money: `10.00` stays `10.00`, which a double does not do. A schema may say a number or a
//! string, so there is a type for each.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::FromJson;

/// A JSON number as it was written. Equal if it is written alike.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Decimal(Box<str>);

/// The text is no JSON number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecimalError(String);

impl fmt::Display for DecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not a JSON number, such as 149.95", self.0)
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
}

impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let is_number = digits.starts_with(|first: char| first.is_ascii_digit());
        let is_json = serde_json::from_str::<&RawValue>(text).is_ok_and(|raw| raw.get().len() == text.len());
        if is_number && is_json {
            Ok(Self(text.into()))
        } else {
            Err(DecimalError(text.to_owned()))
        }
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
        let raw = RawValue::from_string(self.0.to_string()).map_err(S::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl FromJson for Decimal {
    fn from_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer)?
            .get()
            .parse()
            .map_err(D::Error::custom)
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
}

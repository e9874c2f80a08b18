//! Numbers with all their digits, from any format. In: a deserializer, or the text of a JSON number and a serializer. Out: what the digits
//! spell, or an error where a double has already lost some of them; never another number.

use std::any::type_name;
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{DeserializeSeed, Error, IntoDeserializer, MapAccess, Unexpected, Visitor};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer, forward_to_deserialize_any};
use serde_json::value::RawValue;
use serde_json::{Number, Value};

use super::decimal_value::DecimalValue;

/// The end of the error about a number that a format would round.
pub(super) const MORE_DIGITS: &str = "has more digits than this format keeps: write it as JSON text";

/// A type that numbers are read into.
pub(super) trait FromNumber: Sized {
    /// Writes what is expected, as in "expected an integer".
    fn write_expected(f: &mut fmt::Formatter<'_>) -> fmt::Result;

    /// Reads the text of a JSON number. `None` is a number of another kind.
    fn from_number(text: &str) -> Option<Self>;

    /// Takes a number that fits.
    fn from_signed(value: i64) -> Option<Self> {
        Self::from_number(&value.to_string())
    }

    /// Takes a number that fits.
    fn from_unsigned(value: u64) -> Option<Self> {
        Self::from_number(&value.to_string())
    }
}

/// Reads a number with the digits that it has in its text, where the format hands out its text, as serde_json does.
///
/// # Errors
///
/// If it is not a number of that kind, or a double with more digits than a double tells apart.
pub(super) fn read_number<'de, T: FromNumber, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    match text_name_of::<D>() {
        Some(name) => deserializer.deserialize_newtype_struct(name, NumberVisitor::<T>::new(true)),
        None => deserializer.deserialize_any(NumberVisitor::<T>::new(false)),
    }
}

/// Returns the name under which a deserializer is asked for the text of a value. `None` for that of a [`Value`], which hands out a text too: one of
/// what is left of the digits.
pub(super) fn text_name_of<D>() -> Option<&'static str> {
    let deserializer = type_name::<D>();
    let is_of_value = [type_name::<Value>(), type_name::<&Value>()].contains(&deserializer);
    text_name().filter(|_| !is_of_value)
}

/// Writes a number with all its digits.
///
/// # Errors
///
/// If the format takes doubles only, and the closest one is another number.
pub(super) fn write_number<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    if writes_text::<S>() || (is_value_serializer::<S>() && values_keep_digits()) {
        let raw: &RawValue = serde_json::from_str(text).map_err(S::Error::custom)?;
        return raw.serialize(serializer);
    }
    if let Ok(value) = text.parse::<i64>() {
        return serializer.serialize_i64(value);
    }
    if let Ok(value) = text.parse::<u64>() {
        return serializer.serialize_u64(value);
    }
    match text.parse::<f64>() {
        Ok(double) if DecimalValue::parse(text) == DecimalValue::parse(&format!("{double:?}")) => {
            serializer.serialize_f64(double)
        }
        _ => Err(S::Error::custom(format_args!("{text} {MORE_DIGITS}"))),
    }
}

/// Returns whether serde_json writes text: it takes a [`RawValue`] as it is.
fn writes_text<S>() -> bool {
    // The writer and the layout are parameters of the type.
    let of_vec = type_name::<&mut serde_json::Serializer<Vec<u8>>>();
    let any_writer = of_vec.split_once('<').map_or(of_vec, |(name, _)| name);
    type_name::<S>()
        .strip_prefix(any_writer)
        .is_some_and(|rest| rest.starts_with('<'))
}

fn is_value_serializer<S>() -> bool {
    type_name::<S>() == type_name::<serde_json::value::Serializer>()
}

/// Returns whether serde_json is built with its feature `arbitrary_precision`.
fn values_keep_digits() -> bool {
    serde_json::from_str::<Number>("0.10").is_ok_and(|number| number.to_string() == "0.10")
}

/// Returns the name under which serde_json hands out the text of a value: what [`RawValue`] asks its deserializer for.
pub(super) fn text_name() -> Option<&'static str> {
    match Box::<RawValue>::deserialize(NameProbe) {
        Err(ProbedName(name)) => name,
        Ok(_) => None,
    }
}

/// Notes the name that is asked for, and has no value.
struct NameProbe;

#[derive(Debug)]
struct ProbedName(Option<&'static str>);

impl fmt::Display for ProbedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no value")
    }
}

impl std::error::Error for ProbedName {}

impl Error for ProbedName {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self(None)
    }
}

impl<'de> Deserializer<'de> for NameProbe {
    type Error = ProbedName;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, ProbedName> {
        Err(ProbedName(None))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, _: V) -> Result<V::Value, ProbedName> {
        Err(ProbedName(Some(name)))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

struct NumberVisitor<T> {
    /// Whether a map may be the text that was asked for. Otherwise it is an object, whatever its key is.
    takes_text: bool,
    number: PhantomData<T>,
}

impl<T: FromNumber> NumberVisitor<T> {
    fn new(takes_text: bool) -> Self {
        Self {
            takes_text,
            number: PhantomData,
        }
    }

    /// Reads the text of any JSON value.
    fn read_text<E: Error>(&self, text: &str) -> Result<T, E> {
        let found = match text.as_bytes().first() {
            Some(b'-' | b'0'..=b'9') => {
                return T::from_number(text).ok_or_else(|| self.refuse_number(text));
            }
            Some(b'"') => {
                let content = serde_json::from_str::<String>(text).unwrap_or_default();
                return Err(E::invalid_type(Unexpected::Str(&content), self));
            }
            Some(b't') => Unexpected::Bool(true),
            Some(b'f') => Unexpected::Bool(false),
            Some(b'n') => Unexpected::Unit,
            Some(b'[') => Unexpected::Seq,
            _ => Unexpected::Map,
        };
        Err(E::invalid_type(found, self))
    }

    /// Reads a float, as it is written. One with more digits than its format tells apart may have been rounded on its way.
    fn read_float<E: Error>(&self, text: &str, value: f64, digits: u32) -> Result<T, E> {
        match DecimalValue::parse(text) {
            Some(decimal) if decimal.count_digits() <= digits as usize => self.read_text(text),
            Some(_) => Err(E::custom(format_args!(
                "floating point `{text}` may have lost digits on its way: read it from JSON text, or send it with {digits} digits"
            ))),
            None => Err(E::invalid_value(Unexpected::Float(value), self)),
        }
    }

    fn refuse_number<E: Error>(&self, text: &str) -> E {
        let kind = if text.contains(['.', 'e', 'E']) {
            "floating point"
        } else {
            "integer"
        };
        E::invalid_value(Unexpected::Other(&format!("{kind} `{text}`")), self)
    }
}

impl<'de, T: FromNumber> Visitor<'de> for NumberVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        T::write_expected(f)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<T, E> {
        T::from_signed(value).ok_or_else(|| E::invalid_value(Unexpected::Signed(value), &self))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<T, E> {
        T::from_unsigned(value).ok_or_else(|| E::invalid_value(Unexpected::Unsigned(value), &self))
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<T, E> {
        self.read_text(&value.to_string())
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<T, E> {
        self.read_text(&value.to_string())
    }

    fn visit_f32<E: Error>(self, value: f32) -> Result<T, E> {
        self.read_float(&format!("{value:?}"), value.into(), f32::DIGITS)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<T, E> {
        self.read_float(&format!("{value:?}"), value, f64::DIGITS)
    }

    /// The format hands out no text.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_any(Self::new(false))
    }

    /// The text of serde_json; or a number, where its feature `arbitrary_precision` is on.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let Some(key) = map.next_key::<Cow<'de, str>>()? else {
            return Err(A::Error::invalid_type(Unexpected::Map, &self));
        };
        if self.takes_text && text_name() == Some(&*key) {
            return map.next_value_seed(TextSeed(self));
        }
        let replayed = MapAccessDeserializer::new(ReplayedKey { key: Some(key), map });
        match Number::deserialize(replayed) {
            Ok(number) => self.read_text(&number.to_string()),
            Err(_) => Err(A::Error::invalid_type(Unexpected::Map, &self)),
        }
    }
}

/// Reads a number from the text of a value.
struct TextSeed<T>(NumberVisitor<T>);

impl<'de, T: FromNumber> DeserializeSeed<'de> for TextSeed<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<T: FromNumber> Visitor<'_> for TextSeed<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        T::write_expected(f)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        self.0.read_text(text)
    }
}

/// A map of which a key was read already.
pub(super) struct ReplayedKey<'de, A> {
    pub(super) key: Option<Cow<'de, str>>,
    pub(super) map: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for ReplayedKey<'de, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        match self.key.take() {
            Some(key) => {
                let key: StrDeserializer<'_, A::Error> = (&*key).into_deserializer();
                seed.deserialize(key).map(Some)
            }
            None => self.map.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

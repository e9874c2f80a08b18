//! Values that wait for their type. In: a deserializer. Out: what tells the types apart, then the value itself, or what is kept of a kind
//! that nobody knows. Where a decimal is inside, the text is held, as far as the format hands it out.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Error, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, forward_to_deserialize_any};
use serde_json::Value;
use serde_json::value::RawValue;

use super::FromJson;
use super::exact::{ReplayedKey, text_name, text_name_of};
use super::from_json::prefix_error;
use crate::error_path::ErrorStep;
use crate::named::{NamedVersion, read_named};

/// A value that waits for its type.
#[derive(Debug)]
pub struct HeldValue(Value);

impl HeldValue {
    /// Holds a value.
    pub fn of<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::from_json(deserializer).map(Self)
    }

    /// Returns what tells its types apart: the text of a member, or its JSON type as JSON Schema calls it.
    pub fn which<E: Error>(&self, tag: Option<&'static str>) -> Result<String, E> {
        find_kind(&self.0, tag)
    }

    /// Returns the text of a tag that may be none of the known ones.
    pub fn which_text<E: Error>(&self, tag: &'static str, _: &[&str]) -> Result<String, E> {
        self.which(Some(tag))
    }

    /// Returns the JSON of a tag that may be none of the known ones, and is of the same type as one of them.
    pub fn which_json<E: Error>(&self, tag: &'static str, known: &[&str]) -> Result<String, E> {
        json_tag(&self.0, tag, known)
    }

    /// Returns the first of these members that an object has, or a text that is none of them.
    pub fn which_member<E: Error>(&self, known: &[&str]) -> Result<String, E> {
        find_member(&self.0, known)
    }

    /// Reads it.
    pub fn read<T: FromJson, E: Error>(self) -> Result<T, E> {
        T::from_json(self.0).map_err(E::custom)
    }

    /// Keeps it as it is.
    pub fn keep(self) -> UnknownKind {
        UnknownKind(BufferedValue::Value(self.0))
    }
}

/// The same for the text of a value, in which numbers have all their digits; or for the value, from a format that hands out no text.
#[derive(Debug)]
pub struct HeldText(BufferedValue);

impl HeldText {
    /// Holds a value.
    pub fn of<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BufferedValue::buffer(deserializer).map(Self)
    }

    /// Returns what tells its types apart.
    pub fn which<E: Error>(&self, tag: Option<&'static str>) -> Result<String, E> {
        let text = match &self.0 {
            BufferedValue::Text(text) => text.get(),
            BufferedValue::Value(value) => return find_kind(value, tag),
        };
        let kind = match text.as_bytes().first() {
            Some(b'{') => "object",
            Some(b'[') => "array",
            Some(b'"') => "string",
            Some(b't' | b'f') => "boolean",
            Some(b'n') => "null",
            // One that is too large for a double is whole.
            _ => serde_json::from_str(text).map_or("integer", |number| kind_of(&Value::Number(number))),
        };
        match tag {
            None => Ok(kind.to_owned()),
            Some(tag) if kind == "object" => tagged(tag, read_named(text, tag).map_err(E::custom)?),
            Some(_) => Err(E::custom(format_args!("expected an object, found {kind}"))),
        }
    }

    /// Returns the text of a tag that may be none of the known ones.
    pub fn which_text<E: Error>(&self, tag: &'static str, _: &[&str]) -> Result<String, E> {
        self.which(Some(tag))
    }

    /// Returns the JSON of a tag that may be none of the known ones, and is of the same type as one of them.
    pub fn which_json<E: Error>(&self, tag: &'static str, known: &[&str]) -> Result<String, E> {
        let text = match &self.0 {
            BufferedValue::Text(text) => text.get(),
            BufferedValue::Value(value) => return json_tag(value, tag, known),
        };
        let members = read_members::<E>(text)?;
        let value = match members.get(tag).map(|raw| serde_json::from_str(raw.get())) {
            None => serde_json::Map::new(),
            // A tag that is too large for a double is none that is known, and a whole number all the same.
            Some(value) => [(tag.to_owned(), value.unwrap_or_else(|_| u64::MAX.into()))]
                .into_iter()
                .collect(),
        };
        json_tag(&Value::Object(value), tag, known)
    }

    /// Returns the first of these members that an object has, or a text that is none of them.
    pub fn which_member<E: Error>(&self, known: &[&str]) -> Result<String, E> {
        match &self.0 {
            BufferedValue::Text(text) => {
                let members = read_members::<E>(text.get())?;
                Ok(first_member(known, |key| members.contains_key(key)))
            }
            BufferedValue::Value(value) => find_member(value, known),
        }
    }

    /// Keeps it as it is.
    pub fn keep(self) -> UnknownKind {
        UnknownKind(self.0)
    }

    /// Reads it.
    pub fn read<T: FromJson, E: Error>(self) -> Result<T, E> {
        let text = match self.0 {
            BufferedValue::Text(text) => text,
            BufferedValue::Value(value) => return HeldValue(value).read(),
        };
        T::from_json(&mut serde_json::Deserializer::from_str(text.get())).map_err(|error| {
            // A place in this text is none in the event.
            let place = format!(" at line {} column {}", error.line(), error.column());
            let said = error.to_string();
            E::custom(said.strip_suffix(&place).unwrap_or(&said))
        })
    }
}

/// A value of a kind that a schema does not list, as it came: it is written again unchanged.
#[derive(Clone, Debug)]
pub struct UnknownKind(BufferedValue);

/// A value as it came.
#[derive(Clone, Debug)]
pub(crate) enum BufferedValue {
    Value(Value),
    /// With all its digits.
    Text(Box<RawValue>),
}

impl BufferedValue {
    /// Takes the text from a format that hands it out, and the value from any other.
    pub(crate) fn buffer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match text_name_of::<D>() {
            Some(name) => deserializer.deserialize_newtype_struct(name, HeldVisitor),
            None => Value::from_json(deserializer).map(Self::Value),
        }
    }

    fn to_value(&self) -> Result<Value, serde_json::Error> {
        match self {
            Self::Value(value) => Ok(value.clone()),
            Self::Text(text) => serde_json::from_str(text.get()),
        }
    }
}

/// Equal if it is the same JSON; with all digits, if it is written alike.
impl PartialEq for BufferedValue {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(text), Self::Text(other)) => text.get() == other.get(),
            _ => matches!((self.to_value(), other.to_value()), (Ok(value), Ok(other)) if value == other),
        }
    }
}

impl serde::Serialize for BufferedValue {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.serialize(serializer),
            // A binary format has no JSON text in it.
            Self::Text(_) if !serializer.is_human_readable() => self
                .to_value()
                .map_err(serde::ser::Error::custom)?
                .serialize(serializer),
            Self::Text(text) => text.serialize(serializer),
        }
    }
}

impl UnknownKind {
    /// Returns the value.
    ///
    /// # Errors
    ///
    /// If it holds a number that no double holds, and was read with all its digits.
    pub fn to_value(&self) -> Result<Value, serde_json::Error> {
        self.0.to_value()
    }
}

impl From<Value> for UnknownKind {
    fn from(value: Value) -> Self {
        Self(BufferedValue::Value(value))
    }
}

/// Equal if it is the same JSON; with all digits, if it is written alike.
impl PartialEq for UnknownKind {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl serde::Serialize for UnknownKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// What tells the types of a value apart: the text of a member, or its JSON type as JSON Schema calls it.
fn find_kind<E: Error>(value: &Value, tag: Option<&'static str>) -> Result<String, E> {
    let Some(tag) = tag else {
        return Ok(kind_of(value).to_owned());
    };
    match expect_object(value)?.get(tag) {
        None | Some(Value::Null) => tagged(tag, NamedVersion::Absent),
        Some(Value::String(text)) => tagged(tag, NamedVersion::Text(text.clone())),
        Some(_) => tagged(tag, NamedVersion::Other),
    }
}

/// The JSON of a tag, integers without fraction and exponent.
fn json_tag<E: Error>(value: &Value, tag: &'static str, known: &[&str]) -> Result<String, E> {
    let found = match expect_object(value)?.get(tag) {
        None | Some(Value::Null) => return Err(E::missing_field(tag)),
        Some(found) => found,
    };
    let kinds = known.iter().filter_map(|text| serde_json::from_str::<Value>(text).ok());
    let mut kinds: Vec<&str> = kinds.map(|value| kind_of(&value)).collect();
    kinds.dedup();
    if !kinds.contains(&kind_of(found)) {
        let expected = kinds.join(" or ");
        return Err(prefix_error(
            ErrorStep::Key(tag),
            &E::custom(format_args!("expected {expected}, found {}", kind_of(found))),
        ));
    }
    Ok(match found.as_f64().filter(|_| !found.is_i64() && !found.is_u64()) {
        Some(whole) => format!("{whole:.0}"),
        None => found.to_string(),
    })
}

/// The members of a value that has to be an object.
fn expect_object<E: Error>(value: &Value) -> Result<&serde_json::Map<String, Value>, E> {
    let members = value.as_object();
    members.ok_or_else(|| E::custom(format_args!("expected an object, found {}", kind_of(value))))
}

/// The members of an object, by the text of each.
fn read_members<E: Error>(text: &str) -> Result<BTreeMap<String, &RawValue>, E> {
    serde_json::from_str(text).map_err(|error| {
        if error.is_data() {
            E::custom(format_args!("{error}, expected an object"))
        } else {
            E::custom(error)
        }
    })
}

fn find_member<E: Error>(value: &Value, known: &[&str]) -> Result<String, E> {
    let members = expect_object(value)?;
    Ok(first_member(known, |key| members.contains_key(key)))
}

fn first_member(known: &[&str], is_present: impl Fn(&str) -> bool) -> String {
    let present = known.iter().find(|key| is_present(key));
    // What is longer than all of them is none of them.
    present.map_or_else(|| format!("{}\0", known.concat()), |key| (*key).to_owned())
}

fn tagged<E: Error>(tag: &'static str, named: NamedVersion) -> Result<String, E> {
    match named {
        NamedVersion::Text(text) => Ok(text),
        NamedVersion::Absent => Err(E::missing_field(tag)),
        NamedVersion::Other => Err(prefix_error(
            ErrorStep::Key(tag),
            &E::custom("expected a string, found another type"),
        )),
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if crate::check::is_integer(number) => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Takes the text of a value from serde_json, and the value from any other format.
struct HeldVisitor;

impl HeldVisitor {
    fn hold<'de, D: IntoDeserializer<'de, E>, E: Error>(value: D) -> Result<BufferedValue, E> {
        Value::deserialize(value.into_deserializer()).map(BufferedValue::Value)
    }
}

impl<'de> Visitor<'de> for HeldVisitor {
    type Value = BufferedValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<BufferedValue, A::Error> {
        let key = map.next_key()?;
        let is_text = key.is_some() && key.as_deref() == text_name();
        let map = ReplayedKey { key, map };
        if is_text {
            return Box::deserialize(TextDeserializer(map)).map(BufferedValue::Text);
        }
        Value::deserialize(MapAccessDeserializer::new(map)).map(BufferedValue::Value)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<BufferedValue, D::Error> {
        Value::deserialize(deserializer).map(BufferedValue::Value)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<BufferedValue, D::Error> {
        self.visit_newtype_struct(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<BufferedValue, A::Error> {
        Value::deserialize(SeqAccessDeserializer::new(elements)).map(BufferedValue::Value)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<BufferedValue, E> {
        Self::hold(value)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<BufferedValue, E> {
        Self::hold(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<BufferedValue, E> {
        Self::hold(value)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<BufferedValue, E> {
        Self::hold(value)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<BufferedValue, E> {
        Self::hold(text)
    }

    fn visit_unit<E: Error>(self) -> Result<BufferedValue, E> {
        Self::hold(())
    }

    fn visit_none<E: Error>(self) -> Result<BufferedValue, E> {
        Self::hold(())
    }
}

/// A map that holds the text of a value, as [`RawValue`] asks for it.
struct TextDeserializer<A>(A);

impl<'de, A: MapAccess<'de>> Deserializer<'de> for TextDeserializer<A> {
    type Error = A::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        visitor.visit_map(self.0)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

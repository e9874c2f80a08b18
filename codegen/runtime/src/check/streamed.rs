//! One pass over a value while it is written, which tells of most valid values that they are: nothing is built, and nothing is said of what
//! does not hold. In: a value that can be written, and a schema that is laid out. Out: whether it surely is valid. Of whatever else the
//! interpreter decides, which also says why.

use std::fmt;

use serde::ser::{Impossible, SerializeMap, SerializeSeq, SerializeTuple};
use serde::{Serialize, Serializer};
use serde_json::{Number, Value};

use super::compiled::{CheckNode, CompiledSchema, Keywords, NodeId, Seen, Types};
use super::found::CheckResult;
use super::number::{check_number, compare_values};
use super::{CheckVerdict, Checker, DEEPEST, InstancePlace, Matches};

/// A schema that is laid out, with the JSON that it was laid out from.
#[derive(Clone, Copy)]
pub(super) struct Streamed<'s> {
    pub(super) schema: &'s CompiledSchema,
    pub(super) root: &'s Value,
    pub(super) matches: Matches,
}

impl Streamed<'_> {
    /// Whether a value surely is valid. Costs no more than writing it, but for the parts that the interpreter has to see whole.
    pub(super) fn is_surely_valid<T: Serialize>(self, value: &T) -> bool {
        // The interpreter would be asked twice.
        let is_streamed = matches!(self.schema.node(self.schema.start), CheckNode::Streamed(_));
        is_streamed && self.check(value, self.schema.start, 0).is_ok()
    }

    fn check<T: Serialize + ?Sized>(self, value: &T, node: NodeId, depth: usize) -> Result<(), Undecided> {
        if depth >= DEEPEST {
            return Err(Undecided);
        }
        match self.schema.node(node) {
            CheckNode::Streamed(keywords) => value.serialize(ValueCheck {
                streamed: self,
                keywords,
                depth,
            }),
            CheckNode::Whole(places) => {
                let value = serde_json::to_value(value).map_err(|_| Undecided)?;
                let checker = Checker::new(self.root, self.matches);
                let holds = |place: &String| {
                    let schema = self.root.pointer(place)?;
                    Some(checker.holds(schema, &value, &InstancePlace::Root))
                };
                decide(places.iter().all(|place| holds(place) == Some(CheckVerdict::Holds)))
            }
        }
    }
}

/// Nothing is wrong for sure, and nothing right.
#[derive(Debug)]
struct Undecided;

impl fmt::Display for Undecided {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("undecided")
    }
}

impl std::error::Error for Undecided {}

impl serde::ser::Error for Undecided {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

const fn decide(holds: bool) -> Result<(), Undecided> {
    if holds { Ok(()) } else { Err(Undecided) }
}

/// What has to hold of the value that is being written.
#[derive(Clone, Copy)]
struct ValueCheck<'s> {
    streamed: Streamed<'s>,
    keywords: &'s Keywords,
    depth: usize,
}

impl ValueCheck<'_> {
    fn has_type(self, types: Types) -> Result<(), Undecided> {
        decide(self.keywords.types.has(types))
    }

    /// Whether each list of allowed values has one that `is_equal`.
    fn is_allowed(self, is_equal: impl Fn(&Value) -> bool) -> Result<(), Undecided> {
        decide(self.keywords.allowed.iter().all(|values| values.iter().any(&is_equal)))
    }

    fn check_number(self, number: Number) -> Result<(), Undecided> {
        let mut found = CheckResult::unexplained(None);
        for schema in &self.keywords.numeric {
            check_number(schema, &number, &InstancePlace::Root, &mut found);
        }
        decide(found.answer() == CheckVerdict::Holds)?;
        let number = Value::Number(number);
        self.is_allowed(|value| compare_values(value, &number) == Some(true))
    }

    fn check_integer(self, integer: i128, number: impl FnOnce() -> Number) -> Result<(), Undecided> {
        self.has_type(Types::INTEGER)?;
        match self.keywords.integers {
            Some((least, most)) if self.keywords.allowed.is_empty() => decide(least <= integer && integer <= most),
            _ => self.check_number(number()),
        }
    }
}

impl<'s> Serializer for ValueCheck<'s> {
    type Ok = ();
    type Error = Undecided;
    type SerializeSeq = ElementsCheck<'s>;
    type SerializeTuple = ElementsCheck<'s>;
    type SerializeTupleStruct = Impossible<(), Undecided>;
    type SerializeTupleVariant = Impossible<(), Undecided>;
    type SerializeMap = MembersCheck<'s>;
    type SerializeStruct = Impossible<(), Undecided>;
    type SerializeStructVariant = Impossible<(), Undecided>;

    fn serialize_bool(self, boolean: bool) -> Result<(), Undecided> {
        self.has_type(Types::BOOLEAN)?;
        self.is_allowed(|value| *value == boolean)
    }

    fn serialize_i8(self, integer: i8) -> Result<(), Undecided> {
        self.serialize_i64(integer.into())
    }

    fn serialize_i16(self, integer: i16) -> Result<(), Undecided> {
        self.serialize_i64(integer.into())
    }

    fn serialize_i32(self, integer: i32) -> Result<(), Undecided> {
        self.serialize_i64(integer.into())
    }

    fn serialize_i64(self, integer: i64) -> Result<(), Undecided> {
        self.check_integer(integer.into(), || integer.into())
    }

    fn serialize_u8(self, integer: u8) -> Result<(), Undecided> {
        self.serialize_u64(integer.into())
    }

    fn serialize_u16(self, integer: u16) -> Result<(), Undecided> {
        self.serialize_u64(integer.into())
    }

    fn serialize_u32(self, integer: u32) -> Result<(), Undecided> {
        self.serialize_u64(integer.into())
    }

    fn serialize_u64(self, integer: u64) -> Result<(), Undecided> {
        self.check_integer(integer.into(), || integer.into())
    }

    // serde_json turns it into a double first.
    fn serialize_f32(self, _: f32) -> Result<(), Undecided> {
        Err(Undecided)
    }

    fn serialize_f64(self, float: f64) -> Result<(), Undecided> {
        let number = Number::from_f64(float).ok_or(Undecided)?;
        let is_whole = float.fract() == 0.0;
        self.has_type(if is_whole { Types::INTEGER } else { Types::FRACTION })?;
        self.check_number(number)
    }

    fn serialize_char(self, letter: char) -> Result<(), Undecided> {
        self.serialize_str(letter.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result<(), Undecided> {
        self.has_type(Types::STRING)?;
        let lengths = self.keywords.lengths;
        // A character has one to four bytes: most lengths need not be counted.
        if lengths.least > text.len().div_ceil(4) || lengths.most < text.len() {
            decide(lengths.contains(text.chars().count()))?;
        }
        self.is_allowed(|value| value == text)?;
        let mut patterns = self.keywords.patterns.iter();
        decide(patterns.all(|is_found| is_found(text) == Some(true)))
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Undecided> {
        Err(Undecided)
    }

    fn serialize_none(self) -> Result<(), Undecided> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Undecided> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Undecided> {
        self.has_type(Types::NULL)?;
        self.is_allowed(Value::is_null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Undecided> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Undecided> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Undecided> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Undecided> {
        Err(Undecided)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<ElementsCheck<'s>, Undecided> {
        self.has_type(Types::ARRAY)?;
        decide(self.keywords.allowed.is_empty())?;
        Ok(ElementsCheck { array: self, number: 0 })
    }

    fn serialize_tuple(self, _: usize) -> Result<ElementsCheck<'s>, Undecided> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Undecided> {
        Err(Undecided)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Undecided> {
        Err(Undecided)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<MembersCheck<'s>, Undecided> {
        self.has_type(Types::OBJECT)?;
        decide(self.keywords.allowed.is_empty())?;
        Ok(MembersCheck {
            object: self,
            number: 0,
            named: 0,
            seen: Seen::default(),
            next: 0,
            node: None,
        })
    }

    // Structs of serde_json stand for values that it writes in its own way.
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, Undecided> {
        Err(Undecided)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Undecided> {
        Err(Undecided)
    }
}

/// An array that is being written.
struct ElementsCheck<'s> {
    array: ValueCheck<'s>,
    number: usize,
}

impl ElementsCheck<'_> {
    fn check<T: Serialize + ?Sized>(&mut self, element: &T) -> Result<(), Undecided> {
        let ValueCheck {
            streamed,
            keywords,
            depth,
        } = self.array;
        let node = keywords.prefix.get(self.number).copied().unwrap_or(keywords.items);
        self.number += 1;
        streamed.check(element, node, depth + 1)
    }

    const fn finish(self) -> Result<(), Undecided> {
        decide(self.array.keywords.elements.contains(self.number))
    }
}

impl SerializeSeq for ElementsCheck<'_> {
    type Ok = ();
    type Error = Undecided;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, element: &T) -> Result<(), Undecided> {
        self.check(element)
    }

    fn end(self) -> Result<(), Undecided> {
        self.finish()
    }
}

impl SerializeTuple for ElementsCheck<'_> {
    type Ok = ();
    type Error = Undecided;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, element: &T) -> Result<(), Undecided> {
        self.check(element)
    }

    fn end(self) -> Result<(), Undecided> {
        self.finish()
    }
}

/// An object that is being written.
struct MembersCheck<'s> {
    object: ValueCheck<'s>,
    number: usize,
    /// How many of them are named.
    named: usize,
    seen: Seen,
    /// Where among the properties the next key is looked for first.
    next: usize,
    /// The node of the member whose key was written.
    node: Option<NodeId>,
}

impl MembersCheck<'_> {
    fn note_key(&mut self, key: &str) -> NodeId {
        let keywords = self.object.keywords;
        self.number += 1;
        let properties = &keywords.properties;
        let is_key = |(name, _): &(String, NodeId)| name == key;
        let after = properties[self.next..].iter().position(is_key).map(|at| self.next + at);
        let Some(at) = after.or_else(|| properties[..self.next].iter().position(is_key)) else {
            return keywords.additional;
        };
        self.named += usize::from(self.seen.note(at));
        self.next = (at + 1) % properties.len();
        properties[at].1
    }
}

impl SerializeMap for MembersCheck<'_> {
    type Ok = ();
    type Error = Undecided;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Undecided> {
        self.node = Some(key.serialize(KeyCheck(self))?);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Undecided> {
        let node = self.node.take().ok_or(Undecided)?;
        self.object.streamed.check(value, node, self.object.depth + 1)
    }

    fn end(self) -> Result<(), Undecided> {
        let keywords = self.object.keywords;
        let limits = keywords.members;
        // A type of the user's own may write a key twice, which counts once.
        let surely = if limits.least <= 1 { self.number } else { self.named };
        decide(limits.least <= surely && self.number <= limits.most && self.seen.has_first(keywords.required))
    }
}

/// The key of a member that is being written.
struct KeyCheck<'m, 's>(&'m mut MembersCheck<'s>);

macro_rules! refuse {
    ($($method:ident($type:ty)),*) => {$(
        fn $method(self, _: $type) -> Result<NodeId, Undecided> {
            Err(Undecided)
        }
    )*};
}

impl Serializer for KeyCheck<'_, '_> {
    type Ok = NodeId;
    type Error = Undecided;
    type SerializeSeq = Impossible<NodeId, Undecided>;
    type SerializeTuple = Impossible<NodeId, Undecided>;
    type SerializeTupleStruct = Impossible<NodeId, Undecided>;
    type SerializeTupleVariant = Impossible<NodeId, Undecided>;
    type SerializeMap = Impossible<NodeId, Undecided>;
    type SerializeStruct = Impossible<NodeId, Undecided>;
    type SerializeStructVariant = Impossible<NodeId, Undecided>;

    fn serialize_str(self, key: &str) -> Result<NodeId, Undecided> {
        Ok(self.0.note_key(key))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, key: &T) -> Result<NodeId, Undecided> {
        key.serialize(self)
    }

    refuse! {
        serialize_bool(bool), serialize_i8(i8), serialize_i16(i16), serialize_i32(i32), serialize_i64(i64), serialize_u8(u8),
        serialize_u16(u16), serialize_u32(u32), serialize_u64(u64), serialize_f32(f32), serialize_f64(f64), serialize_char(char),
        serialize_bytes(&[u8]), serialize_unit_struct(&'static str)
    }

    fn serialize_none(self) -> Result<NodeId, Undecided> {
        Err(Undecided)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<NodeId, Undecided> {
        Err(Undecided)
    }

    fn serialize_unit(self) -> Result<NodeId, Undecided> {
        Err(Undecided)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<NodeId, Undecided> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<NodeId, Undecided> {
        Err(Undecided)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, Undecided> {
        Err(Undecided)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Undecided> {
        Err(Undecided)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Undecided> {
        Err(Undecided)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Undecided> {
        Err(Undecided)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Undecided> {
        Err(Undecided)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, Undecided> {
        Err(Undecided)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Undecided> {
        Err(Undecided)
    }
}

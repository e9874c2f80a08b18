//! The walk of [`super::walk`] through an event that is being read: a serde visitor, so that a text is matched on the way
//! and nothing of it is kept.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::test::Leaf;
use super::walk::{EventWalk, FieldTree, MAX_LEVELS, ROOT, ValueSpot};
use crate::raw::{NUMBER_TOKEN, Raw};
use crate::scalar::Comparable;

/// Walks through an event along the paths under `root`.
pub(super) fn walk_event<'de, 'a, D>(walk: &mut EventWalk<'a>, root: &'a FieldTree, event: D) -> Result<(), D::Error>
where
    D: Deserializer<'de>,
{
    ValueVisitor {
        walk,
        step: Some(root),
        spot: ValueSpot::At(ROOT),
        levels: 0,
    }
    .deserialize(event)
}

/// The walk at one value.
struct ValueVisitor<'w, 'a> {
    walk: &'w mut EventWalk<'a>,
    /// `None` for what is nested too deep.
    step: Option<&'a FieldTree>,
    spot: ValueSpot,
    levels: usize,
}

impl<'a> ValueVisitor<'_, 'a> {
    fn leaf(self, leaf: Leaf<'_>) {
        if let Some(step) = self.step {
            self.walk.leaf(leaf, step, self.spot);
        }
    }

    /// The visit of a value inside this one.
    fn inner(&mut self, step: &'a FieldTree, spot: ValueSpot) -> ValueVisitor<'_, 'a> {
        let levels = self.levels + 1;
        ValueVisitor {
            walk: self.walk,
            step: (levels < MAX_LEVELS).then_some(step),
            spot,
            levels,
        }
    }
}

impl<'de> DeserializeSeed<'de> for ValueVisitor<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.step {
            Some(_) => deserializer.deserialize_any(self),
            None => deserializer.deserialize_ignored_any(IgnoredAny).map(|_| ()),
        }
    }
}

impl<'de> Visitor<'de> for ValueVisitor<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.leaf(Leaf::Null);
        Ok(())
    }

    fn visit_bool<E>(self, flag: bool) -> Result<(), E> {
        self.leaf(Leaf::Bool(flag));
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.leaf(Leaf::Number(Comparable::integer(number.into())));
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.leaf(Leaf::Number(Comparable::integer(number.into())));
        Ok(())
    }

    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        self.leaf(Leaf::Number(Comparable::Float(number)));
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.leaf(Leaf::Text(text));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        let Some(step) = self.step else { return Ok(()) };
        let (array, outer) = self.walk.open_array(self.spot);
        while items
            .next_element_seed(self.inner(step, ValueSpot::ItemOf { array, outer }))?
            .is_some()
        {}
        self.walk.close_array(array);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut fields: A) -> Result<(), A::Error> {
        let Some(step) = self.step else { return Ok(()) };
        self.walk.is_object |= self.levels == 0;
        let mut place = None;
        while let Some(key) = fields.next_key_seed(KeySeed(step))? {
            match key {
                KeyMatch::Step(step) => {
                    let place = *place.get_or_insert_with(|| self.walk.enter(self.spot));
                    fields.next_value_seed(self.inner(step, ValueSpot::At(place)))?;
                }
                KeyMatch::No => drop(fields.next_value::<IgnoredAny>()?),
                KeyMatch::Number => {
                    let number = fields.next_value::<Raw>()?.wrapped_number();
                    if let Some(number) = number.as_ref().and_then(Comparable::of) {
                        self.walk.leaf(Leaf::Number(number), step, self.spot);
                    }
                }
            }
        }
        Ok(())
    }
}

/// A key of an object at a step.
struct KeySeed<'a>(&'a FieldTree);

/// Where a key leads.
enum KeyMatch<'a> {
    Step(&'a FieldTree),
    No,
    /// The object is a number that serde_json wrapped.
    Number,
}

impl<'de, 'a> DeserializeSeed<'de> for KeySeed<'a> {
    type Value = KeyMatch<'a>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<KeyMatch<'a>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'a> Visitor<'_> for KeySeed<'a> {
    type Value = KeyMatch<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<KeyMatch<'a>, E> {
        Ok(match self.0.descend(key) {
            Some(step) => KeyMatch::Step(step),
            None if key == NUMBER_TOKEN => KeyMatch::Number,
            None => KeyMatch::No,
        })
    }
}

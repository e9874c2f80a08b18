//! What was seen of a value: which types, which properties and whether always, what strings looked like. In: values, one after the
//! other. Out: a [`Shape`], the same for every order of the values, and for every number of times that one of them came.

use std::collections::{BTreeMap, BTreeSet};

use schemactl_model::{Kind, Value, depth_of_text, with_stack_for};
use serde::{Deserialize, Serialize};

use crate::format::TextFormats;

/// The values that were seen at one place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// Whether `null` was seen.
    pub null: bool,
    /// Whether `true` or `false` was seen.
    pub boolean: bool,
    /// The numbers, if any were seen.
    pub number: Option<NumberShape>,
    /// The strings, if any were seen.
    pub text: Option<Text>,
    /// The elements of all arrays, if arrays were seen. Empty arrays have elements of no shape.
    pub array: Option<Box<Shape>>,
    /// The objects, if any were seen.
    pub object: Option<ObjectShape>,
}

/// The numbers that were seen at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NumberShape {
    /// All are written without fraction and exponent: integers in every draft.
    Integers,
    /// One at least is not. `1.0` is such a one: draft-04 does not take it for an integer.
    Any,
}

/// The strings that were seen at one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    pub(crate) formats: TextFormats,
}

/// The objects that were seen at one place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ObjectShape {
    properties: BTreeMap<String, Property>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Property {
    /// Whether every object had it.
    always: bool,
    shape: Shape,
}

impl Shape {
    /// Returns the shape of some values.
    pub fn of<'v>(values: impl IntoIterator<Item = &'v Value>) -> Self {
        let mut shape = Self::default();
        for value in values {
            shape.see(value);
        }
        shape
    }

    /// Takes one more value in. A shape that is the same after it has told of such values before.
    pub fn see(&mut self, value: &Value) {
        with_stack_for(value.depth().max(self.depth()), || self.observe(value));
    }

    /// Returns the shape as text, to be kept until the next value comes.
    pub fn to_text(&self) -> String {
        let text = with_stack_for(self.depth(), || serde_json::to_string(self));
        text.expect("a shape is flags and maps by text")
    }

    /// Returns the shape of a text that [`Shape::to_text`] gave.
    pub fn from_text(text: &str) -> serde_json::Result<Self> {
        with_stack_for(depth_of_text(text), || {
            let mut reader = serde_json::Deserializer::from_str(text);
            reader.disable_recursion_limit();
            let shape = Self::deserialize(&mut reader)?;
            reader.end()?;
            Ok(shape)
        })
    }

    /// Returns whether nothing was seen.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns the places where nothing but `null` was seen, as paths such as `items[].note`: their schema allows nothing else.
    pub fn list_null_places(&self) -> Vec<String> {
        let mut places = Vec::new();
        with_stack_for(self.depth(), || self.add_null_places("", &mut places));
        places
    }

    fn add_null_places(&self, path: &str, places: &mut Vec<String>) {
        let only_null = Self {
            null: true,
            ..Self::default()
        };
        if *self == only_null {
            places.push(path.to_owned());
        }
        if let Some(items) = &self.array {
            items.add_null_places(&format!("{path}[]"), places);
        }
        for (name, property) in self.object.iter().flat_map(ObjectShape::properties) {
            let dot = if path.is_empty() { "" } else { "." };
            property.add_null_places(&format!("{path}{dot}{name}"), places);
        }
    }

    /// How many levels of arrays and objects were seen.
    pub(crate) fn depth(&self) -> usize {
        let items = self.array.as_ref().map_or(0, |items| items.depth());
        let properties = self.object.iter().flat_map(ObjectShape::properties);
        let deepest = properties.map(|(_, shape)| shape.depth()).max().unwrap_or(0);
        1 + items.max(deepest)
    }

    fn observe(&mut self, value: &Value) {
        match &value.kind {
            Kind::Null => self.null = true,
            Kind::Bool(_) => self.boolean = true,
            Kind::Number(number) => {
                let integer = self.number != Some(NumberShape::Any) && !number.as_str().contains(['.', 'e', 'E']);
                self.number = Some(if integer {
                    NumberShape::Integers
                } else {
                    NumberShape::Any
                });
            }
            Kind::String(text) => self.observe_text(text),
            Kind::Array(elements) => {
                let items = self.array.get_or_insert_default();
                for element in elements {
                    items.observe(element);
                }
            }
            Kind::Object(members) => {
                let first = self.object.is_none();
                let object = self.object.get_or_insert_default();
                let present: BTreeSet<&str> = members.iter().map(|member| member.key.as_str()).collect();
                for (name, property) in &mut object.properties {
                    property.always &= present.contains(name.as_str());
                }
                for member in members.iter() {
                    let none = || Property {
                        always: first,
                        shape: Self::default(),
                    };
                    let property = object.properties.entry(member.key.clone()).or_insert_with(none);
                    property.shape.observe(&member.value);
                }
            }
        }
    }

    fn observe_text(&mut self, text: &str) {
        let formats = TextFormats::of(text);
        match &mut self.text {
            Some(seen) => seen.formats = seen.formats.both(formats),
            none => *none = Some(Text { formats }),
        }
    }
}

impl ObjectShape {
    /// Returns the properties with their shapes, in the order of their names.
    pub fn properties(&self) -> impl Iterator<Item = (&str, &Shape)> {
        let properties = self.properties.iter();
        properties.map(|(name, property)| (name.as_str(), &property.shape))
    }

    /// Returns the property of that name.
    pub fn property(&self, name: &str) -> Option<&Shape> {
        self.properties.get(name).map(|property| &property.shape)
    }

    /// Returns the properties that every object had, in the order of their names.
    pub fn required(&self) -> impl Iterator<Item = &str> {
        let always = self.properties.iter().filter(|(_, property)| property.always);
        always.map(|(name, _)| name.as_str())
    }
}

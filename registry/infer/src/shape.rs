//! What was seen of a value: which types, which properties and how often, what strings looked like. In: values, one after the
//! other. Out: a [`Shape`], the same for every order of the values.

use std::collections::BTreeMap;

use schemactl_model::{Kind, Value, with_stack_for};

use crate::format::Formats;

/// The values that were seen at one place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// Whether `null` was seen.
    pub null: bool,
    /// Whether `true` or `false` was seen.
    pub boolean: bool,
    /// The numbers, if any were seen.
    pub number: Option<Numbers>,
    /// The strings, if any were seen.
    pub text: Option<Text>,
    /// The elements of all arrays, if arrays were seen. Empty arrays have elements of no shape.
    pub array: Option<Box<Shape>>,
    /// The objects, if any were seen.
    pub object: Option<Object>,
}

/// The numbers that were seen at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// All are written without fraction and exponent: integers in every draft.
    Integers,
    /// One at least is not. `1.0` is such a one: draft-04 does not take it for an integer.
    Any,
}

/// The strings that were seen at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    pub(crate) formats: Formats,
}

/// The objects that were seen at one place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object {
    seen: usize,
    properties: BTreeMap<String, Property>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Property {
    seen: usize,
    shape: Shape,
}

impl Shape {
    /// The shape of some values.
    pub fn of<'v>(values: impl IntoIterator<Item = &'v Value>) -> Self {
        let mut shape = Self::default();
        for value in values {
            with_stack_for(depth(value), || shape.observe(value));
        }
        shape
    }

    /// Whether nothing was seen.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// How many levels of arrays and objects were seen.
    pub(crate) fn depth(&self) -> usize {
        let items = self.array.as_ref().map_or(0, |items| items.depth());
        let properties = self.object.iter().flat_map(Object::properties);
        let deepest = properties.map(|(_, shape)| shape.depth()).max().unwrap_or(0);
        1 + items.max(deepest)
    }

    fn observe(&mut self, value: &Value) {
        match &value.kind {
            Kind::Null => self.null = true,
            Kind::Bool(_) => self.boolean = true,
            Kind::Number(number) => {
                let integer = self.number != Some(Numbers::Any) && !number.as_str().contains(['.', 'e', 'E']);
                self.number = Some(if integer { Numbers::Integers } else { Numbers::Any });
            }
            Kind::String(text) => self.observe_text(text),
            Kind::Array(elements) => {
                let items = self.array.get_or_insert_default();
                for element in elements {
                    items.observe(element);
                }
            }
            Kind::Object(members) => {
                let object = self.object.get_or_insert_default();
                object.seen += 1;
                for member in members.iter() {
                    let property = object.properties.entry(member.key.clone()).or_default();
                    property.seen += 1;
                    property.shape.observe(&member.value);
                }
            }
        }
    }

    fn observe_text(&mut self, text: &str) {
        let formats = Formats::of(text);
        match &mut self.text {
            Some(seen) => seen.formats = seen.formats.both(formats),
            none => *none = Some(Text { formats }),
        }
    }
}

impl Object {
    /// The properties with their shapes, in the order of their names.
    pub fn properties(&self) -> impl Iterator<Item = (&str, &Shape)> {
        let properties = self.properties.iter();
        properties.map(|(name, property)| (name.as_str(), &property.shape))
    }

    /// The property of that name.
    pub fn property(&self, name: &str) -> Option<&Shape> {
        self.properties.get(name).map(|property| &property.shape)
    }

    /// The properties that every object had, in the order of their names.
    pub fn required(&self) -> impl Iterator<Item = &str> {
        let always = self
            .properties
            .iter()
            .filter(|(_, property)| property.seen == self.seen);
        always.map(|(name, _)| name.as_str())
    }
}

/// How many levels of arrays and objects a value has.
pub(crate) fn depth(value: &Value) -> usize {
    let mut deepest = 0;
    let mut waiting = vec![(value, 1)];
    while let Some((value, level)) = waiting.pop() {
        deepest = deepest.max(level);
        match &value.kind {
            Kind::Array(elements) => waiting.extend(elements.iter().map(|element| (element, level + 1))),
            Kind::Object(members) => waiting.extend(members.iter().map(|member| (&member.value, level + 1))),
            _ => {}
        }
    }
    deepest
}

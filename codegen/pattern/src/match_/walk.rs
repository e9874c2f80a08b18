//! What an event has for the paths of a pattern. In: the tree of paths and a parsed event; [`super::read`] does the same
//! for a text. Out: for each slot the places of the values that satisfy it, and, where a slot asks for absence, the places of all values.
//!
//! A place says in which elements of which arrays a value is: two fields of one array must not be satisfied from different
//! elements. Plain values in an array are in no element of it: they stand for the field as a whole.

use serde_json::{Map, Value};

use super::test::{Leaf, Test};
use crate::scalar::Comparable;

/// The deepest event that is looked into, which is EventBridge's limit.
// INVARIANT: what is deeper does not match, as in EventBridge. The walk takes a frame of the stack for each level.
pub(super) const MAX_LEVELS: usize = 1000;

/// The paths of a pattern as a tree of names.
#[derive(Clone, Debug, Default)]
pub(super) struct FieldTree {
    /// Sorted by name once built.
    pub(super) children: Vec<(String, FieldTree)>,
    /// The conditions on the value at this path.
    pub(super) slots: Vec<usize>,
}

/// The conditions on one path in one or more branches.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) tests: Vec<Test>,
    /// Whether the absence of the field satisfies the slot too.
    pub(super) absent: bool,
}

/// The number of an element in [`Places`]. [`ROOT`] is outside of all arrays.
pub(super) type ElementIndex = u32;

pub(super) const ROOT: ElementIndex = 0;

/// The array elements that were entered, in the order of the event.
#[derive(Debug)]
pub(super) struct Places {
    /// By place.
    pub(super) elements: Vec<Element>,
    /// By array: the first place after all that are inside.
    pub(super) array_ends: Vec<ElementIndex>,
}

/// An element of an array.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element {
    pub(super) array: u32,
    /// The place that the array is in.
    pub(super) outer: ElementIndex,
}

/// What was found for a slot.
#[derive(Clone, Debug, Default)]
pub(super) struct SlotMatch {
    /// Places of values that satisfy the slot, in order, without repetition.
    pub(super) satisfied: Vec<ElementIndex>,
    /// Places of all values, if the slot asks for absence.
    pub(super) present: Vec<ElementIndex>,
}

/// What a walk through an event found.
pub(super) struct EventWalk<'a> {
    slots: &'a [Slot],
    pub(super) found: Vec<SlotMatch>,
    pub(super) places: Places,
    /// Whether the event is an object. Nothing else matches anything.
    pub(super) is_object: bool,
}

/// Where a value is, before it is known whether it is a plain one.
#[derive(Clone, Copy)]
pub(super) enum ValueSpot {
    At(ElementIndex),
    ItemOf { array: u32, outer: ElementIndex },
}

impl FieldTree {
    #[inline]
    fn child(&self, name: &str) -> Option<&FieldTree> {
        if self.children.len() <= 8 {
            self.children
                .iter()
                .find(|(child, _)| child == name)
                .map(|(_, step)| step)
        } else {
            let index = self
                .children
                .binary_search_by(|(child, _)| child.as_str().cmp(name))
                .ok()?;
            Some(&self.children[index].1)
        }
    }

    /// Returns the step that an event's key leads to. Dots in it count as levels.
    #[inline]
    pub(super) fn descend(&self, key: &str) -> Option<&FieldTree> {
        match self.child(key) {
            None if key.contains('.') => key.split('.').try_fold(self, Self::child),
            step => step,
        }
    }
}

impl<'a> EventWalk<'a> {
    pub(super) fn new(slots: &'a [Slot]) -> Self {
        let outside = Element {
            array: u32::MAX,
            outer: ROOT,
        };
        Self {
            slots,
            found: vec![SlotMatch::default(); slots.len()],
            places: Places {
                elements: vec![outside],
                array_ends: Vec::new(),
            },
            is_object: false,
        }
    }

    /// Walks through the fields of an event along the paths under `root`.
    pub(super) fn event(&mut self, event: &Map<String, Value>, root: &FieldTree) {
        self.is_object = true;
        self.object(event, root, ROOT, 1);
    }

    fn object(&mut self, fields: &Map<String, Value>, step: &FieldTree, place: ElementIndex, levels: usize) {
        for (key, value) in fields {
            if let Some(step) = step.descend(key) {
                self.value(value, step, ValueSpot::At(place), levels);
            }
        }
    }

    fn value(&mut self, value: &Value, step: &FieldTree, spot: ValueSpot, levels: usize) {
        match value {
            _ if levels >= MAX_LEVELS => {}
            Value::Object(fields) => {
                let place = self.enter(spot);
                self.object(fields, step, place, levels + 1);
            }
            Value::Array(items) => {
                let (array, outer) = self.open_array(spot);
                for item in items {
                    self.value(item, step, ValueSpot::ItemOf { array, outer }, levels + 1);
                }
                self.close_array(array);
            }
            Value::Null => self.leaf(Leaf::Null, step, spot),
            Value::Bool(flag) => self.leaf(Leaf::Bool(*flag), step, spot),
            Value::String(text) => self.leaf(Leaf::Text(text), step, spot),
            Value::Number(number) => {
                if let Some(number) = Comparable::of(number) {
                    self.leaf(Leaf::Number(number), step, spot);
                }
            }
        }
    }

    /// Starts an array: its number and the place that it is in.
    pub(super) fn open_array(&mut self, spot: ValueSpot) -> (u32, ElementIndex) {
        let outer = self.enter(spot);
        self.places.array_ends.push(ROOT);
        (count(self.places.array_ends.len() - 1), outer)
    }

    /// Ends an array, all of whose elements were visited.
    pub(super) fn close_array(&mut self, array: u32) {
        self.places.array_ends[array as usize] = count(self.places.elements.len());
    }

    /// Returns the place of what is inside an object or array.
    pub(super) fn enter(&mut self, spot: ValueSpot) -> ElementIndex {
        match spot {
            ValueSpot::At(place) => place,
            ValueSpot::ItemOf { array, outer } => {
                self.places.elements.push(Element { array, outer });
                count(self.places.elements.len() - 1)
            }
        }
    }

    pub(super) fn leaf(&mut self, leaf: Leaf<'_>, step: &FieldTree, at: ValueSpot) {
        let (ValueSpot::At(place) | ValueSpot::ItemOf { outer: place, .. }) = at;
        for &index in &step.slots {
            let (slot, found) = (&self.slots[index], &mut self.found[index]);
            if slot.absent && found.present.last() != Some(&place) {
                found.present.push(place);
            }
            if found.satisfied.last() != Some(&place) && slot.tests.iter().any(|test| test.holds(leaf)) {
                found.satisfied.push(place);
            }
        }
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).expect("an event has fewer than 2³² array elements")
}

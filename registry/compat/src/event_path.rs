//! Places in an event, as people write them: `items[].unitPrice`. In: steps from the event down. Out: the text, and the place in a
//! concrete event. Schemas that describe the same value (branches, definitions) are no steps: the event does not show them.

use std::fmt;

use schemactl_model::{Kind, Pointer, Value};

/// One step into an event.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventStep {
    /// A property.
    Property(String),
    /// Any property that is not named.
    AnyProperty,
    /// Any element of an array.
    AnyElement,
    /// The element at an index.
    Element(usize),
}

/// The part of an event that a change is about; without steps the whole event.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventPath(Vec<EventStep>);

impl EventPath {
    /// Creates a path from its steps.
    pub fn from_steps(steps: Vec<EventStep>) -> Self {
        Self(steps)
    }

    /// Returns the steps from the event down.
    pub fn steps(&self) -> &[EventStep] {
        &self.0
    }

    /// Returns whether it is the whole event.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns this path and one more step.
    #[must_use]
    pub fn join(&self, step: EventStep) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// Returns the path of a place in a concrete event; an element stands for all elements.
    pub fn of_instance(event: &Value, place: &Pointer) -> Self {
        let mut value = Some(event);
        let steps = place.tokens().iter().map(|token| {
            let is_array = value.is_some_and(|value| matches!(value.kind, Kind::Array(_)));
            value = value.and_then(|value| Pointer::root().join(token.as_str()).resolve(value));
            if is_array {
                EventStep::AnyElement
            } else {
                EventStep::Property(token.clone())
            }
        });
        Self(steps.collect())
    }
}

impl fmt::Display for EventPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            let dot = if index == 0 { "" } else { "." };
            match step {
                EventStep::Property(name) if is_plain(name) => write!(f, "{dot}{name}")?,
                EventStep::Property(name) => write!(f, "[{}]", Value::string(name).to_json())?,
                EventStep::AnyProperty => write!(f, "{dot}*")?,
                EventStep::AnyElement => f.write_str("[]")?,
                EventStep::Element(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// Returns whether a name reads alone: a name with a dot or a bracket would look like several steps.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.contains(['.', '[', ']', '"', '`', '*']) && !name.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemactl_model::{Source, parse};

    #[test]
    fn a_path_reads_as_the_event_is_written() {
        let property = |name: &str| EventStep::Property(name.to_owned());
        let steps = vec![
            property("items"),
            EventStep::AnyElement,
            property("unit.price"),
            EventStep::AnyProperty,
            EventStep::Element(2),
        ];
        assert_eq!(
            EventPath::from_steps(steps).to_string(),
            r#"items[]["unit.price"].*[2]"#
        );
        assert!(EventPath::default().is_root());
    }

    #[test]
    fn an_index_is_an_element_only_where_there_is_an_array() {
        let event = parse(&Source::new("test", r#"{"a": [{"0": 1}]}"#)).unwrap();
        let place = Pointer::parse("/a/0/0").unwrap();
        assert_eq!(EventPath::of_instance(&event, &place).to_string(), "a[].0");
    }
}

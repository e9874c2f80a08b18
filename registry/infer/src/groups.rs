//! Events by what they are. In: events. Out: those of each source and detail-type together, since a schema describes one kind of events; and
//! the name that discovery gives to the schema of a kind.

use std::collections::BTreeMap;

use schemactl_model::Value;

use crate::envelope::{EnvelopedEvent, type_name};
use crate::shape::Shape;

/// What was seen of the events of one kind. The events themselves are not kept: there may be more of them than memory.
#[derive(Clone, Debug)]
pub struct EventGroup {
    /// Their source and detail-type. `None` if they have no envelope, and nothing tells what they are.
    pub kind: Option<(String, String)>,
    /// How many there are.
    pub count: usize,
    /// The shape of the whole events, envelopes included.
    pub shape: Shape,
}

impl EventGroup {
    /// Returns the shape of the details. `None` if the events have no envelope.
    pub fn detail(&self) -> Option<&Shape> {
        self.kind.as_ref()?;
        self.shape.object.as_ref()?.property("detail")
    }
}

/// Groups events by source and detail-type, as they come in.
#[derive(Clone, Debug, Default)]
pub struct EventGrouper {
    groups: BTreeMap<Option<(String, String)>, (usize, Shape)>,
}

impl EventGrouper {
    /// Adds an event to the group of its kind.
    pub fn see(&mut self, event: &Value) {
        let envelope = EnvelopedEvent::of(event);
        let kind = envelope.map(|envelope| (envelope.source.to_owned(), envelope.detail_type.to_owned()));
        let (count, shape) = self.groups.entry(kind).or_default();
        *count += 1;
        shape.see(event);
    }

    /// Returns the groups by source and detail-type, in that order; events without an envelope come first.
    pub fn into_groups(self) -> Vec<EventGroup> {
        let groups = self.groups.into_iter();
        groups
            .map(|(kind, (count, shape))| EventGroup { kind, count, shape })
            .collect()
    }
}

/// Returns the name of the schema of a kind as discovery writes it, `com.shop.orders@OrderPlaced`. A `number` above 1 is that of a kind whose name
/// others have: `com.shop.orders@OrderPlaced-2`, which no name of AWS ends like, as a type has no `-`. A name that is longer than `longest`
/// bytes is cut.
pub fn discovered_name(source: &str, detail_type: &str, number: usize, longest: usize) -> String {
    let allowed = |character: char| match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '_' | '-' => character,
        _ => '-',
    };
    let source: String = source.chars().map(allowed).collect();
    let suffix = if number > 1 {
        format!("-{number}")
    } else {
        String::new()
    };
    let mut name = format!("{source}@{}", type_name(detail_type));
    name.truncate(longest.saturating_sub(suffix.len()));
    name + &suffix
}

#[cfg(test)]
mod tests {
    use schemactl_model::{Source, parse};

    use super::*;

    #[test]
    fn events_are_grouped_by_source_and_detail_type() {
        let read = |text: &str| parse(&Source::new("event.json", text)).unwrap();
        let event = |source: &str, detail_type: &str| {
            read(&format!(
                r#"{{"source": "{source}", "detail-type": "{detail_type}", "detail": {{}}}}"#
            ))
        };
        let bare = read(r#"{"id": 1}"#);
        let mut grouper = EventGrouper::default();
        for event in [event("b", "X"), event("a", "Y"), bare, event("a", "X"), event("b", "X")] {
            grouper.see(&event);
        }
        let groups = grouper.into_groups();
        let seen: Vec<_> = groups
            .iter()
            .map(|group| {
                let kind = group.kind.as_ref();
                let kind = kind.map(|(source, detail_type)| (source.as_str(), detail_type.as_str()));
                (kind, group.count)
            })
            .collect();
        assert_eq!(
            seen,
            [
                (None, 1),
                (Some(("a", "X")), 1),
                (Some(("a", "Y")), 1),
                (Some(("b", "X")), 2)
            ]
        );
    }

    #[test]
    fn names_are_those_of_discovery() {
        for (source, detail_type, first, second) in [
            (
                "com.shop",
                "Order Placed",
                "com.shop@OrderPlaced",
                "com.shop@OrderPlaced-2",
            ),
            ("com shop/é", "日本", "com-shop--@Event", "com-shop--@Event-2"),
            ("", "", "@Event", "@Event-2"),
        ] {
            assert_eq!(discovered_name(source, detail_type, 1, 385), first);
            assert_eq!(discovered_name(source, detail_type, 2, 385), second);
        }
        assert_eq!(discovered_name("abc", "d", 1, 4), "abc@");
        assert_eq!(discovered_name("abc", "d", 10, 4), "a-10");
    }
}

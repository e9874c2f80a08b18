//! EventBridge's envelope. In: an event. Out: whether it is a whole event or the detail alone, and the names in it.

use schemactl_model::Value;

/// An event with EventBridge's envelope around its detail.
#[derive(Clone, Copy, Debug)]
pub struct EnvelopedEvent<'v> {
    /// Who sent it.
    pub source: &'v str,
    /// What happened.
    pub detail_type: &'v str,
    /// The event's own data.
    pub detail: &'v Value,
}

impl<'v> EnvelopedEvent<'v> {
    /// Returns the envelope of an event, if it has one: `source` and `detail-type` are strings, and there is a `detail`. PutEvents takes
    /// an object there; services of AWS also send texts and lists.
    pub fn of(event: &'v Value) -> Option<Self> {
        let text = |name| event.member(name).and_then(Value::as_str);
        let detail = event.member("detail")?;
        Some(Self {
            source: text("source")?,
            detail_type: text("detail-type")?,
            detail,
        })
    }
}

/// Returns the name of a type as EventBridge's discovery writes it: `Order placed-again` becomes `OrderPlacedAgain`. A text without a
/// letter or digit has none, and is called `Event`; a digit does not begin a name.
pub fn type_name(text: &str) -> String {
    let words = text.split(|character: char| !character.is_ascii_alphanumeric());
    let name: String = words.map(capitalised).collect();
    match name.bytes().next() {
        None => "Event".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("Event{name}"),
        Some(_) => name,
    }
}

fn capitalised(word: &str) -> String {
    let mut characters = word.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

#[cfg(test)]
mod tests {
    use schemactl_model::{Source, parse};

    use super::*;

    fn event_of(event: &serde_json::Value) -> Value {
        parse(&Source::new("event.json", event.to_string())).unwrap()
    }

    #[test]
    fn a_detail_may_be_anything() {
        for detail in [serde_json::json!({}), "text".into(), serde_json::json!([1]), 1.into()] {
            let event = event_of(&serde_json::json!({ "source": "a", "detail-type": "b", "detail": detail }));
            assert_eq!(EnvelopedEvent::of(&event).map(|envelope| envelope.source), Some("a"));
        }
        let other = event_of(&serde_json::json!({ "source": "a", "detail-type": "b" }));
        assert!(EnvelopedEvent::of(&other).is_none());
    }

    #[test]
    fn detail_types_become_type_names() {
        for (text, name) in [
            (
                "EC2 Instance State-change Notification",
                "EC2InstanceStateChangeNotification",
            ),
            ("order.placed", "OrderPlaced"),
            ("OrderPlaced", "OrderPlaced"),
            ("3D print", "Event3DPrint"),
            ("日本", "Event"),
            ("", "Event"),
        ] {
            assert_eq!(type_name(text), name);
        }
    }
}

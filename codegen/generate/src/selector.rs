//! The paths by which settings name events, types and fields: `OrderPlaced`, `OrderPlaced/Item`, `OrderPlaced/Item.quantity`, each perhaps after
//! a namespace; `*` stands for any name. In: the text of a path. Out: whether it names an event, a type or a member. Types and members have
//! two names, that in JSON and that in Rust, and a path may use either.

use schemactl_model::EventName;

/// A path.
#[derive(Clone, Debug)]
pub(crate) struct Selector {
    text: String,
    /// What the text can mean: `a/b` is an event in a namespace, or a type of an event. Names of types may have points in them.
    readings: Vec<SelectorReading>,
}

/// One of the ways to read a path.
#[derive(Clone, Debug)]
struct SelectorReading {
    namespace: Option<String>,
    event: String,
    type_name: Option<String>,
    member: Option<String>,
}

/// The event that types are of. A schema without a workspace has no namespace.
#[derive(Clone, Debug)]
pub(crate) struct EventScope {
    pub(crate) namespace: String,
    pub(crate) name: String,
}

/// How far a path names something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SelectorReach {
    /// It names what it is in.
    Inside,
    /// It names any thing of its kind.
    Any,
    /// It names the thing itself.
    Named,
}

impl From<&EventName> for EventScope {
    fn from(event: &EventName) -> Self {
        Self {
            namespace: event.namespace().to_owned(),
            name: event.name().to_owned(),
        }
    }
}

impl Selector {
    /// Parses a path.
    ///
    /// # Errors
    ///
    /// A part that is empty, and more than three parts.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split('/').collect();
        if parts.len() > 3 || parts.iter().any(|part| part.is_empty()) {
            return Err("expected `event`, `event/Type` or `event/Type.field`, with or without a namespace".to_owned());
        }
        let mut readings = Vec::new();
        match parts[..] {
            [event] => readings.push(SelectorReading::new(None, event)),
            [first, second] => {
                readings.push(SelectorReading::new(Some(first), second));
                readings.extend(SelectorReading::new(None, first).below(second));
            }
            [namespace, event, below] => readings.extend(SelectorReading::new(Some(namespace), event).below(below)),
            _ => {}
        }
        Ok(Self {
            text: text.to_owned(),
            readings,
        })
    }

    /// Returns the text of the path.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns whether the path names the event, or something in it.
    pub(crate) fn is_in_event(&self, event: &EventScope) -> bool {
        self.readings.iter().any(|reading| reading.is_of(event))
    }

    /// Returns whether the path names the event itself, and nothing in it.
    pub(crate) fn is_event(&self, event: &EventScope) -> bool {
        let mut readings = self.readings.iter();
        readings.any(|reading| reading.is_of(event) && reading.event == event.name && reading.type_name.is_none())
    }

    /// Returns how far the path names a type, which has several names; `None` if it does not.
    pub(crate) fn reach_type(&self, event: &EventScope, names: &[&str]) -> Option<SelectorReach> {
        let of_reading = |reading: &SelectorReading| match (&reading.type_name, &reading.member) {
            (None, _) => Some(SelectorReach::Inside),
            (Some(name), None) => reach(name, names),
            (Some(_), Some(_)) => None,
        };
        let readings = self.readings.iter().filter(|reading| reading.is_of(event));
        readings.filter_map(of_reading).max()
    }

    /// Returns how far the path names a member of a type; `None` if it does not.
    pub(crate) fn reach_member(
        &self,
        event: &EventScope,
        type_names: &[&str],
        names: &[&str],
    ) -> Option<SelectorReach> {
        let of_reading = |reading: &SelectorReading| {
            let is_in_type = reading
                .type_name
                .as_ref()
                .is_none_or(|name| reach(name, type_names).is_some());
            match &reading.member {
                _ if !is_in_type => None,
                None => Some(SelectorReach::Inside),
                Some(name) => reach(name, names),
            }
        };
        let readings = self.readings.iter().filter(|reading| reading.is_of(event));
        readings.filter_map(of_reading).max()
    }
}

impl SelectorReading {
    fn new(namespace: Option<&str>, event: &str) -> Self {
        Self {
            namespace: namespace.map(str::to_owned),
            event: event.to_owned(),
            type_name: None,
            member: None,
        }
    }

    /// What a part below the event can mean.
    fn below(self, part: &str) -> Vec<Self> {
        let of_type = |name: &str, member: Option<&str>| Self {
            type_name: Some(name.to_owned()),
            member: member.map(str::to_owned),
            ..self.clone()
        };
        let points = part.match_indices('.').map(|(at, _)| at);
        let members = points.map(|at| of_type(&part[..at], Some(&part[at + 1..])));
        let members: Vec<_> = members.collect();
        std::iter::once(of_type(part, None)).chain(members).collect()
    }

    fn is_of(&self, event: &EventScope) -> bool {
        let is_in_namespace = |namespace: &String| namespace == "*" || *namespace == event.namespace;
        self.namespace.as_ref().is_none_or(is_in_namespace) && (self.event == "*" || self.event == event.name)
    }
}

fn reach(name: &str, names: &[&str]) -> Option<SelectorReach> {
    if names.contains(&name) {
        Some(SelectorReach::Named)
    } else {
        (name == "*").then_some(SelectorReach::Any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope() -> EventScope {
        EventScope {
            namespace: "com.myapp.orders".to_owned(),
            name: "OrderPlaced".to_owned(),
        }
    }

    #[test]
    fn a_path_names_types_by_either_name() {
        use SelectorReach::{Any, Inside, Named};
        for (text, reach) in [
            ("OrderPlaced", Some(Inside)),
            ("com.myapp.orders/OrderPlaced", Some(Inside)),
            ("com.myapp.payments/OrderPlaced", None),
            ("OrderPlaced/Item", Some(Named)),
            ("OrderPlaced/line-item", Some(Named)),
            ("com.myapp.orders/OrderPlaced/Item", Some(Named)),
            ("*/*", Some(Any)),
            ("*/Item", Some(Named)),
            ("*", Some(Inside)),
            ("OrderPlaced/Item.quantity", None),
            ("OrderPlaced/Items", None),
            ("Item", None),
        ] {
            let selector = Selector::parse(text).unwrap();
            assert_eq!(selector.reach_type(&scope(), &["Item", "line-item"]), reach, "{text}");
        }
    }

    #[test]
    fn a_path_names_members_by_either_name() {
        use SelectorReach::{Any, Inside, Named};
        for (text, reach) in [
            ("OrderPlaced", Some(Inside)),
            ("OrderPlaced/Item", Some(Inside)),
            ("OrderPlaced/Item.unit_price", Some(Named)),
            ("OrderPlaced/Item.unit.price", Some(Named)),
            ("*/*.*", Some(Any)),
            ("*/*.unit.price", Some(Named)),
            ("OrderPlaced/Line.unit.price", None),
            ("OrderPlaced/Item.unit", None),
        ] {
            let selector = Selector::parse(text).unwrap();
            let found = selector.reach_member(&scope(), &["Item"], &["unit_price", "unit.price"]);
            assert_eq!(found, reach, "{text}");
        }
    }

    #[test]
    fn a_path_has_one_to_three_parts() {
        for text in ["", "/", "a/", "/a", "a//b", "a/b/c/d"] {
            assert!(Selector::parse(text).is_err(), "{text}");
        }
    }
}

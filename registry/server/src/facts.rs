//! What a workspace says of an event: its policy, and what of it is on its way out. A registered schema says neither, so that whoever starts
//! the server brings a function, as with code bindings. In: the event that a stamp names. Out: the facts, if the workspace has the event.

use std::fmt;
use std::sync::Arc;

use schemactl_model::{FormatMode, VersionField};
use schemactl_pages::DeprecationNote;
use serde::Deserialize;

/// What a workspace says of an event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFacts {
    /// The name of its content-model policy.
    pub policy: String,
    /// The file that sets the policy.
    pub policy_source: String,
    /// The property that holds the version, as event.toml writes it.
    pub version_field: VersionField,
    /// What `format` says.
    pub formats: FormatMode,
    /// What is on its way out: a major with its end, or every version where there is no major. The first that covers a version counts.
    pub deprecations: Vec<(Option<u64>, DeprecationNote)>,
}

impl EventFacts {
    /// Returns the end of a version of ours.
    pub(crate) fn find_deprecation(&self, version: &str) -> Option<&DeprecationNote> {
        let major: u64 = version.split('.').next()?.parse().ok()?;
        let covers = |of: &Option<u64>| of.is_none_or(|of| of == major);
        let found = self.deprecations.iter().find(|(of, _)| covers(of));
        found.map(|(_, note)| note)
    }
}

/// Tells the facts of an event by its name.
type FactsReader = dyn Fn(&str) -> Option<EventFacts> + Send + Sync;

/// Where facts come from, if there is anything.
#[derive(Clone, Default)]
pub(crate) struct FactsSetting(Option<Arc<FactsReader>>);

impl FactsSetting {
    pub(crate) fn new(read: impl Fn(&str) -> Option<EventFacts> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(read)))
    }

    /// Returns the facts of the event that the stamp of a content names. Reads files, as a rule.
    pub(crate) fn read(&self, content: &str) -> Option<EventFacts> {
        let read = self.0.as_ref()?;
        read(&stamped_event(content)?)
    }
}

impl fmt::Debug for FactsSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FactsSetting").field(&self.0.is_some()).finish()
    }
}

#[derive(Deserialize)]
struct StampedContent {
    #[serde(rename = "x-schemactl")]
    stamp: EventStamp,
}

#[derive(Deserialize)]
struct EventStamp {
    event: String,
}

/// The event that the stamp of a content names. Anybody can write one, so it may name anything.
fn stamped_event(content: &str) -> Option<String> {
    let content: StampedContent = serde_json::from_str(content).ok()?;
    Some(content.stamp.event)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_names_an_event() {
        let event = |content: &str| stamped_event(content);
        assert_eq!(
            event(r#"{"a":[],"x-schemactl":{"event":"com.shop/A","version":"1.0"}}"#).as_deref(),
            Some("com.shop/A")
        );
        for other in ["{}", "[]", "", r#"{"x-schemactl":7}"#, r#"{"x-schemactl":{"event":1}}"#] {
            assert_eq!(event(other), None, "{other}");
        }
    }

    #[test]
    fn a_deprecation_covers_its_major() {
        let note = |successor: &str| DeprecationNote {
            successor: Some(successor.to_owned()),
            ..DeprecationNote::default()
        };
        let facts = EventFacts {
            deprecations: vec![(Some(1), note("B@2"))],
            ..EventFacts::default()
        };
        assert_eq!(facts.find_deprecation("1.10"), Some(&note("B@2")));
        assert_eq!(facts.find_deprecation("10.1"), None);
        assert_eq!(facts.find_deprecation(""), None);
        let all = EventFacts {
            deprecations: vec![(Some(1), note("B@2")), (None, note("C"))],
            ..EventFacts::default()
        };
        assert_eq!(all.find_deprecation("1.0"), Some(&note("B@2")));
        assert_eq!(all.find_deprecation("2.0"), Some(&note("C")));
    }
}

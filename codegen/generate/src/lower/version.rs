//! The version field of an event, wherever its schemas describe it. In: what they say of the property. Out: its type, and how a
//! version is spelt there.

use schemactl_model::Version;

use super::Lowerer;
use super::kinds::{Kinds, values_of};
use super::node::Conjunction;
use super::view::kinds_of_views;
use crate::ir::Type;

/// What the schemas of an event say of the texts of its version field.
#[derive(Clone, Debug, Default)]
pub(crate) struct VersionTexts {
    listed: Vec<String>,
    /// An alternative takes texts that it does not list.
    is_open: bool,
    patterns: Vec<String>,
}

impl VersionTexts {
    /// The texts that an event may have, if the schemas list all of them.
    pub(crate) fn listed(&self) -> Option<&[String]> {
        (!self.is_open && !self.listed.is_empty()).then_some(&self.listed)
    }

    /// The version as its events say it; as an error, a text that they may have, if they never say this version.
    pub(crate) fn spelling(&self, version: &Version) -> Result<String, &str> {
        let own = version.to_string();
        let Some(listed) = self.listed() else {
            // No regular expression is asked in a build: one with two points wants a patch.
            let wants_patch = |pattern: &String| pattern.matches("\\.").count() > 1;
            let [major, minor, patch] = [version.major(), version.minor(), version.patch()];
            return Ok(if self.patterns.iter().any(wants_patch) {
                format!("{major}.{minor}.{patch}")
            } else {
                own
            });
        };
        let same = |text: &&String| text.parse().as_ref() == Ok(version);
        let spelt = listed.iter().find(|text| **text == own);
        let spelt = spelt.or_else(|| listed.iter().find(same));
        spelt.cloned().ok_or(listed[0].as_str())
    }
}

impl<'v> Lowerer<'v> {
    /// The type of the version field, wherever the event's schemas describe it: it must take a text.
    pub(super) fn version(&mut self, described: &[Conjunction<'v>], key: &str, index: usize) -> Option<Type> {
        if self.version_field.as_deref() != Some(key) || !self.event_types.contains(&index) {
            return None;
        }
        let views: Vec<_> = described.iter().flat_map(|all| self.views(all)).collect();
        let kinds = kinds_of_views(&views);
        if !kinds.meets(Kinds::STRING) {
            return None;
        }
        for view in views.iter().filter(|view| view.kinds().meets(Kinds::STRING)) {
            let listed: Vec<_> = view.parts.iter().filter_map(values_of).flatten().collect();
            self.version_texts.is_open |= listed.is_empty();
            let texts = listed.into_iter().filter_map(|value| value.as_str().map(str::to_owned));
            self.version_texts.listed.extend(texts);
            let patterns = view.parts.iter().filter_map(|part| part.text("pattern"));
            self.version_texts.patterns.extend(patterns);
        }
        Some(Type::Version {
            is_text: kinds == Kinds::STRING,
        })
    }
}

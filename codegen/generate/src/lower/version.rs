//! The version field of an event, wherever its schemas describe it. In: what they say of the property. Out: its type, and how a
//! version is spelt there.

use schemactl_model::{Keyword, Version};

use super::conjunction::Conjunction;
use super::kinds::{Kinds, values_of};
use super::view::{View, kinds_of_views};
use super::{Lowerer, Lowering};
use crate::ir::{Type, TypeId};
use crate::names::to_pascal;

/// What the schemas of an event say of the texts of its version field.
#[derive(Clone, Debug, Default)]
pub(crate) struct VersionTexts {
    listed: Vec<String>,
    /// An alternative takes texts that it does not list.
    is_open: bool,
    patterns: Vec<String>,
}

impl VersionTexts {
    /// Returns the texts that an event may have, if the schemas list all of them.
    pub(crate) fn listed(&self) -> Option<&[String]> {
        (!self.is_open && !self.listed.is_empty()).then_some(&self.listed)
    }

    /// Returns the version as its events say it; as an error, a text that they may have, if they never say this version.
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
    /// Returns the properties that are left to the version, after so many.
    pub(super) fn rest_of_version_path(&self, depth: usize) -> Option<&[String]> {
        self.version_path.as_ref()?.get(depth..)
    }

    /// Returns the type of a property that holds the version further inside: an object of its own, whoever else refers to its schema, since the
    /// version in it is that of this event.
    pub(super) fn version_holder(
        &mut self,
        described: &[Conjunction<'v>],
        key: &str,
        index: TypeId,
    ) -> Option<Lowering> {
        let depth = *self.event_types.get(&index)?;
        let [next, _, ..] = self.rest_of_version_path(depth)? else {
            return None;
        };
        if next != key || described.iter().any(|all| all.certain.is_empty()) {
            return None;
        }
        let views: Vec<_> = described.iter().flat_map(|all| self.views(all)).collect();
        let kinds = kinds_of_views(&views);
        if !kinds.meets(Kinds::OBJECT) {
            return None;
        }
        let views: Vec<&View<'v>> = views.iter().filter(|view| view.kinds().meets(Kinds::OBJECT)).collect();
        let describes = |view: &&&View<'v>| {
            view.parts
                .iter()
                .any(|part| !part.members(Keyword::Properties).is_empty())
        };
        views.iter().find(describes)?;
        let name = format!("{}{}", self.types[index].name, to_pascal(key));
        self.next_holder = Some(depth + 1);
        let value = self.object(&views, (&name, described), None);
        self.next_holder = None;
        Some(Lowering {
            value,
            nullable: kinds.meets(Kinds::NULL) && kinds != Kinds::ALL,
        })
    }

    /// Returns the type of the version field, wherever the event's schemas describe it: it must take a text.
    pub(super) fn version(&mut self, described: &[Conjunction<'v>], key: &str, index: TypeId) -> Option<Type> {
        let depth = *self.event_types.get(&index)?;
        if self.rest_of_version_path(depth) != Some(&[key.to_owned()]) {
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
            let patterns = view
                .parts
                .iter()
                .filter_map(|part| part.text(Keyword::Pattern))
                .map(str::to_owned);
            self.version_texts.patterns.extend(patterns);
        }
        Some(Type::Version {
            is_text: kinds == Kinds::STRING,
        })
    }
}

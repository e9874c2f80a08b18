//! The versions that a pull has found a place for. In: each version of the registry with the number that it gets. Out: whether its file is made
//! already; no file is ever two schemas. And the versions that a schema allows events to say, and that have no file.

use std::collections::{BTreeMap, BTreeSet};

use schemactl_model::{EventName, Version};
use schemactl_workspace::Workspace;

use super::content::PulledContent;
use super::stated::StatedVersions;
use super::{PullRemark, Pulled, version_field_of};

/// The versions that have a place.
#[derive(Default)]
pub(super) struct PlacedVersions<'r> {
    versions: BTreeMap<(EventName, Version), PlacedContent<'r>>,
    /// What each version that is new mentions in its version field.
    stated: Vec<(EventName, Version, &'r BTreeSet<Version>)>,
}

/// What a version was placed as, and from where.
struct PlacedContent<'r> {
    schema: &'r str,
    content: &'r PulledContent,
}

impl<'r> PlacedVersions<'r> {
    /// Takes the place of a version. Returns whether it has been taken by the same schema: by a second copy, or the same version in another type.
    ///
    /// # Errors
    /// Fails with the reason if another schema has it.
    pub(super) fn claim(
        &mut self,
        schema: &'r str,
        content: &'r PulledContent,
        version: &Version,
    ) -> Result<bool, String> {
        let key = (content.event.clone(), version.clone());
        let Some(placed) = self.versions.get(&key) else {
            self.versions.insert(key, PlacedContent { schema, content });
            return Ok(false);
        };
        let is_other_type = placed.content.version.is_some()
            && content.version.is_some()
            && placed.content.type_name != content.type_name;
        if placed.content.schema == content.schema || is_other_type {
            return Ok(true);
        }
        Err(format!(
            "its number would be {version}, which is another schema in schema {} of the registry",
            placed.schema
        ))
    }

    /// Notes what the schema of a new version allows events to say.
    pub(super) fn note_stated(&mut self, event: &EventName, version: &Version, stated: &'r StatedVersions) {
        self.stated.push((event.clone(), version.clone(), &stated.mentioned));
    }

    /// Returns what is to be said of versions that new schemas mention, and that the workspace does not have now.
    pub(super) fn list_left_out(&self, workspace: &Workspace) -> Vec<Pulled> {
        let remarks = self.stated.iter().filter_map(|(event, version, mentioned)| {
            let held = workspace.events.get(event);
            let is_there = |other: &&Version| {
                self.versions.contains_key(&(event.clone(), (*other).clone()))
                    || held.is_some_and(|held| held.versions.contains_key(*other))
                    || workspace.lock.find_end(event, other).is_some()
            };
            let others: Vec<_> = mentioned.iter().filter(|other| !is_there(other)).cloned().collect();
            (!others.is_empty()).then(|| Pulled::Remark {
                event: event.clone(),
                remark: PullRemark::OtherVersions {
                    version: version.clone(),
                    field: version_field_of(workspace, event).to_string(),
                    others,
                },
            })
        });
        remarks.collect()
    }
}

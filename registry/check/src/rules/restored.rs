//! Events as they were released. In: the released versions and identities that are other ones now, each of which is a finding. Out: the event that
//! the other rules judge, so that one edit of what is released makes one finding.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemactl_model::{EventName, Version, VersionField};

use schemactl_workspace::{Identity, SchemaVersion, WorkspaceEvent};

/// What was released, where the workspace has something else and a finding says so.
#[derive(Debug, Default)]
pub(super) struct RestoredReleases<'w> {
    versions: BTreeMap<(&'w EventName, &'w Version), &'w SchemaVersion>,
    identities: BTreeMap<&'w EventName, Identity>,
}

impl<'w> RestoredReleases<'w> {
    /// Adds the schemas that were released, as far as they can be found.
    // INVARIANT: each of `released` has a finding. What is only different because a file is missing has none here, and restored it would hide the
    // reference that leads nowhere.
    pub(super) fn add_schemas(&mut self, released: impl IntoIterator<Item = (&'w EventName, &'w SchemaVersion)>) {
        let keyed = released
            .into_iter()
            .map(|(event, schema)| ((event, &schema.version), schema));
        self.versions.extend(keyed);
    }

    /// Adds the identity that was released.
    pub(super) fn add_identity(&mut self, event: &'w EventName, released: Identity) {
        self.identities.insert(event, released);
    }

    /// Returns the event with what was released of it.
    pub(super) fn restore_event<'e>(&self, event: &'e WorkspaceEvent) -> Cow<'e, WorkspaceEvent> {
        let mut restored = Cow::Borrowed(event);
        for version in event.versions.keys() {
            if let Some(released) = self.versions.get(&(&event.name, version)) {
                restored.to_mut().versions.insert(version.clone(), (*released).clone());
            }
        }
        if let Some(identity) = self.identities.get(&event.name) {
            let settings = &mut restored.to_mut().settings;
            settings.source.clone_from(&identity.source);
            settings.detail_type.clone_from(&identity.detail_type);
            if let Some(field) = VersionField::named(&identity.version_field) {
                settings.version_field = field;
            }
        }
        restored
    }
}

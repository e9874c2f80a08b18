//! Folders of pulled events that are told apart only by upper and lower case: on macOS and Windows they are one. In: the events of the
//! workspace and those that are pulled, one after the other. Out: why the folder of one of them cannot be made.

use std::collections::BTreeMap;

use schemactl_model::EventName;

/// The folders that there are, each by its name in lower case.
pub(super) struct PulledFolders {
    namespaces: BTreeMap<String, String>,
    events: BTreeMap<String, EventName>,
}

impl PulledFolders {
    pub(super) fn new<'e>(events: impl Iterator<Item = &'e EventName>) -> Self {
        let mut folders = Self {
            namespaces: BTreeMap::new(),
            events: BTreeMap::new(),
        };
        for event in events {
            folders.add(event);
        }
        folders
    }

    pub(super) fn add(&mut self, event: &EventName) {
        let namespace = event.namespace();
        self.namespaces
            .entry(namespace.to_lowercase())
            .or_insert_with(|| namespace.to_owned());
        self.events
            .entry(event.to_string().to_lowercase())
            .or_insert_with(|| event.clone());
    }

    /// Returns the event whose folder is that of another name, as far as case is not told apart.
    pub(super) fn find_event(&self, name: &EventName) -> Option<&EventName> {
        self.events.get(&name.to_string().to_lowercase())
    }

    /// Returns how a namespace is spelt that differs from another one in case at most.
    pub(super) fn find_namespace(&self, namespace: &str) -> Option<&str> {
        self.namespaces.get(&namespace.to_lowercase()).map(String::as_str)
    }

    /// Makes room for an event.
    ///
    /// # Errors
    /// Fails with the reason if its folder would be that of another one where case is not told apart.
    pub(super) fn claim(&mut self, event: &EventName) -> Result<(), String> {
        let same = "which are the same name on macOS and Windows; pull it into another workspace";
        if let Some(other) = self.find_event(event).filter(|other| *other != event) {
            return Err(format!(
                "its folder schemas/{event} differs from schemas/{other} in upper and lower case alone, {same}"
            ));
        }
        let namespace = self.find_namespace(event.namespace());
        if let Some(other) = namespace.filter(|other| *other != event.namespace()) {
            return Err(format!(
                "its folder schemas/{} differs from schemas/{other} in upper and lower case alone, {same}",
                event.namespace()
            ));
        }
        self.add(event);
        Ok(())
    }
}

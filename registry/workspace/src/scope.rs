//! What of a workspace a command is about. In: what the command line names. Out: whether a version is part of it. Loading a workspace leaves it whole.

use std::collections::BTreeSet;

use schemactl_model::{EventName, Version};

use crate::event::EventSettings;

/// The registry that a command is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TargetRegistry {
    /// None, or any.
    #[default]
    Any,
    /// That of `[registry]` in schemactl.toml, without an environment.
    Workspace,
    /// That of an environment.
    Environment(String),
}

/// The part of a workspace that a command is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommandScope {
    /// The registry. Events that are not for it are no part of the workspace there.
    pub registry: TargetRegistry,
    /// The versions that are selected. `None` is all of them.
    pub selected: Option<BTreeSet<(EventName, Version)>>,
}

impl CommandScope {
    /// Returns whether an event is registered in the registry that the command is about.
    pub fn is_registered_here(&self, event: &EventSettings) -> bool {
        let Some(environments) = &event.environments else {
            return true;
        };
        match &self.registry {
            TargetRegistry::Any => true,
            TargetRegistry::Workspace => false,
            TargetRegistry::Environment(name) => environments.contains(name),
        }
    }

    /// Returns the environment whose registry it is about.
    pub fn environment_name(&self) -> Option<&str> {
        match &self.registry {
            TargetRegistry::Environment(name) => Some(name),
            TargetRegistry::Any | TargetRegistry::Workspace => None,
        }
    }

    /// Returns what the registry is called beside the environments of an event.
    pub fn name_registry(&self) -> &str {
        self.environment_name().unwrap_or("the registry of no environment")
    }

    /// Returns whether only some versions are selected.
    pub fn is_partial(&self) -> bool {
        self.selected.is_some()
    }

    /// Returns whether a version is selected.
    pub fn has_version(&self, event: &EventName, version: &Version) -> bool {
        let selected = self.selected.as_ref();
        selected.is_none_or(|selected| selected.contains(&(event.clone(), version.clone())))
    }

    /// Returns whether a version of an event is selected.
    pub fn has_event(&self, event: &EventName) -> bool {
        let selected = self.selected.as_ref();
        selected.is_none_or(|selected| selected.iter().any(|(known, _)| known == event))
    }
}

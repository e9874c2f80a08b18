//! The folder of versioned event schemas: its settings, its events with their versions and examples, and the lock of what was released.
//!
//! In: a folder with `schemactl.toml` and `schemas/`, or its files as values. Out: a [`Workspace`], or errors at their lines. This is all
//! that a build script needs: nothing here judges a schema, knows a registry, prints, or exits.

// The example of the README is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod cache_key;
mod date;
mod deprecation;
mod destination;
mod digest;
mod error;
mod event;
mod generate_settings;
mod load;
mod lock;
mod manifest;
mod program;
mod rule_settings;
mod scope;
mod toml_file;
mod waiver;

pub use cache_key::CacheKey;
pub use date::{Date, InvalidDate};
pub use deprecation::Deprecation;
pub use destination::write_if_changed;
pub use digest::{digest_text, digest_value};
pub use error::LoadError;
pub use event::{EventSettings, Example, SchemaVersion, Status, WorkspaceEvent};
pub use generate_settings::GenerateSettings;
pub use load::{
    EarlierState, EditedFiles, FileError, FileKind, FileMap, FileTree, Leftover, MANIFEST_FILE, NeighborEvent,
    NeighborWorkspace, Presence, ReadOutcome, ReadScope, UnreadParts, Workspace, WorkspaceReader, find_root,
    is_shared_folder, is_within, join_reference, read_identifier,
};
pub use lock::{
    Identity, LOCK_FILE, LifeKind, LifeRecord, LifeStep, Lock, LockClaims, LockConflict, Released, identity_leads_to,
    leads_to, list_past_releases,
};
pub use manifest::{
    CheckSettings, CompatibilityMode, EnvironmentSettings, Layout, MOST_VERSIONS, Manifest, RegistrySettings,
    is_ignored_schema,
};
pub use program::identify_program;
pub use rule_settings::{LINTS, LintName, RuleSeverity};
pub use scope::{CommandScope, TargetRegistry};
pub use waiver::Waiver;

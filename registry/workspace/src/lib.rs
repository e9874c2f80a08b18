//! The folder of versioned schemas as a registry: what is in it, whether it is sound, and how it differs from a remote.
//!
//! ```text
//! folder ─load─► Workspace ─check─► Report, Checked ─plan(Snapshot)─► Plan ─apply(Remote)─► Outcome
//! ```
//!
//! In: a folder with `schemactl.toml` and `schemas/`, and for a plan what the remote holds. Out: values. Reading the folder
//! and atomic writes happen in `load`, `lock` and `atomic`; a remote is only touched by `apply`. A [`Plan`] can only be made
//! from [`Checked`], and that only by [`check`]: an unchecked push cannot be written. Nothing here prints, exits, or knows
//! AWS.

mod error;
mod event;
mod load;
mod lock;
mod manifest;

#[cfg(feature = "check")]
mod apply;
#[cfg(feature = "check")]
mod atomic;
#[cfg(feature = "check")]
mod check;
#[cfg(feature = "check")]
mod memory;
#[cfg(feature = "check")]
mod plan;
#[cfg(feature = "check")]
mod registered;
#[cfg(feature = "check")]
mod remote;
#[cfg(feature = "check")]
mod report;
#[cfg(feature = "check")]
mod rule;

pub use error::LoadError;
pub use event::{Event, EventSettings, Example, SchemaVersion, Status};
pub use load::{Workspace, find_root};
pub use lock::Lock;
pub use manifest::{CheckSettings, Manifest, Mode, RegistrySettings};
#[cfg(feature = "check")]
pub use {
    apply::{Outcome, Progress, apply},
    atomic::write_atomic,
    check::{CheckOptions, Checked, check},
    memory::MemoryRemote,
    plan::{Action, Drift, Plan, plan},
    registered::{RegisteredContent, Stamp, registered_content},
    remote::{Remote, RemoteError, RemoteErrorKind, RemoteVersion, Snapshot},
    report::{Comparison, Finding, Place, Report, Severity, Summary},
    rule::Rule,
};

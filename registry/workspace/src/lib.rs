//! The folder of versioned schemas as a registry: what is in it, whether it is sound, and how it differs from a remote.
//!
//! ```text
//! folder ─load─► Workspace ─check─► Report, Checked ─plan(Snapshot)─► Plan ─apply(Remote)─► Outcome
//!                                                    Remote ─snapshot─► Snapshot ─pull─► files
//! ```
//!
//! In: a folder with `schemactl.toml` and `schemas/`, and for a plan what the remote holds. Out: values. Reading the folder
//! and atomic writes happen in `load`, `lock` and `atomic`; a remote is only read by `snapshot` and
//! only written by `apply`. A [`Plan`] can only be made
//! from [`Checked`], and that only by [`check`]: an unchecked push cannot be written. Nothing here prints, exits, or knows
//! AWS.

mod alike;
mod date;
mod deprecation;
mod destination;
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
mod breaks;
#[cfg(feature = "check")]
mod cache;
#[cfg(feature = "check")]
mod check;
#[cfg(feature = "check")]
mod expected;
#[cfg(feature = "check")]
mod fingerprint;
#[cfg(feature = "check")]
mod foreign;
#[cfg(feature = "check")]
mod life;
#[cfg(feature = "check")]
mod memory;
#[cfg(feature = "check")]
mod plan;
#[cfg(feature = "check")]
mod pull;
#[cfg(feature = "check")]
mod registered;
#[cfg(feature = "check")]
mod remedy;
#[cfg(feature = "check")]
mod remote;
#[cfg(feature = "check")]
mod report;
#[cfg(feature = "check")]
mod retry;
#[cfg(feature = "check")]
mod rule;
#[cfg(feature = "check")]
mod snapshot;

pub use alike::find_alike;
pub use date::{Date, InvalidDate};
pub use deprecation::Deprecation;
pub use destination::write_if_changed;
pub use error::LoadError;
pub use event::{Event, EventSettings, Example, SchemaVersion, Status, Waiver};
pub use load::{EarlierState, FileError, FileKind, FileTree, Leftover, Workspace, find_root, join_reference};
pub use lock::{Identity, LifeKind, LifeRecord, LifeStep, Lock, LockClaims, LockConflict, Released};
pub use manifest::{CheckSettings, EnvironmentSettings, Formats, Layout, Manifest, Mode, RegistrySettings, SchemaType};
#[cfg(feature = "check")]
pub use {
    apply::{Applying, Done, Outcome, Progress, PushEnd, apply},
    atomic::write_atomic,
    breaks::{Pair, Side},
    cache::Cache,
    check::{Base, CheckOptions, Checked, Gone, Inspected, Proofs, check, check_again, judged_formats},
    expected::Expected,
    life::{
        LifeError, add_base_releases, find_event_of_life, hotfix_version, move_by_hand, move_event, retire_versions,
        undo_move, undo_retirement,
    },
    load::EditedFiles,
    memory::MemoryRemote,
    plan::{
        Action, Content, Deletion, Drift, ForeignChange, ForeignVerdict, Full, Mending, Note, Plan, PlanOptions,
        Reason, plan, plan_mending, preview,
    },
    pull::{NewFile, Numbering, PullRemark, Pulled, Pulling, pull, pull_versions},
    registered::{RegisteredContent, Stamp, registered_contents, schema_name},
    remote::{Listed, NewSchema, NewVersion, Page, Remote, RemoteError, RemoteErrorKind, RemoteVersion, Tags, Written},
    report::{ChangeKey, Comparison, Direction, Finding, Place, Report, Severity, Summary},
    retry::Patience,
    rule::Rule,
    snapshot::{HeldSchema, HeldVersion, Holds, Reading, Snapshot, snapshot},
};

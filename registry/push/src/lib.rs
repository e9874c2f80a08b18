//! A schema registry is brought in line with a workspace, and a workspace with a registry.
//!
//! ```text
//! Checked ─plan(Snapshot)─► Plan ─apply(Remote)─► Outcome
//!        Remote ─snapshot─► Snapshot ─pull─► files
//! ```
//!
//! In: [`Checked`](schemactl_check::Checked), and a [`Remote`]. Out: values, and writes to the remote. A remote is only read by `snapshot`
//! and only written by `apply`, and only with a [`Plan`] made from `Checked`: an unchecked push cannot be written. Nothing here prints,
//! exits, or knows AWS.

// The example of the README is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod apply;
mod cache;
mod expected;
mod foreign;
mod held;
mod memory;
mod plan;
mod pull;
mod registered_name;
mod remote;
mod retry;
mod snapshot;

pub use apply::{AppliedAction, Applying, Outcome, Progress, PushEnd, apply_plan};
pub use cache::Cache;
pub use expected::Expected;
pub use held::HeldVersion;
pub use memory::MemoryRemote;
pub use plan::{
    Action, Content, Deletion, Drift, ForeignChange, ForeignVerdict, FullSchema, Note, Plan, PlanOptions, Preview,
    Reason, RepairOptions, RoomMaking, is_schema_of, plan_push, plan_with_repairs, preview_push,
};
pub use pull::{NewFile, Numbering, PastReason, PullRemark, Pulled, Pulling, UnusableReason, pull_versions};
pub use registered_name::is_registered_as;
pub use remote::{
    ListPage, NewSchema, NewVersion, Remote, RemoteError, RemoteErrorKind, RemoteSchema, RemoteVersion, Tags,
    WriteResult,
};
pub use retry::Patience;
pub use snapshot::{HeldSchema, SchemaContents, Snapshot, SnapshotOptions, list_schemas, read_snapshot};

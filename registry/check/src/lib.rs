//! Is a workspace of event schemas sound, and is every version compatible with those before it?
//!
//! In: a [`Workspace`](schemactl_workspace::Workspace), and what a base has released. Out: a [`Report`] of findings, and [`Checked`] where
//! no error is among them. `Checked` is made by [`check`] alone: what takes one, such as a plan, cannot be made without it. Nothing here
//! knows a registry, prints, or exits.

// The example of the README is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod atomic;
mod breaks;
mod code_change;
mod condition_content;
mod content;
mod directions;
mod fingerprint;
mod life;
mod pair;
mod registered;
mod remedy;
mod report;
mod rule;
mod rules;

pub use atomic::{keep_line_ends, write_atomic, write_lock};
pub use code_change::{CodeChange, CodeComparer};
pub use life::{
    LifeError, add_base_releases, find_event_of_life, hotfix_version, move_by_hand, move_event, retire_versions,
    undo_move, undo_retirement,
};
pub use pair::{ComparedSchema, SchemaPair};
pub use registered::{
    RegisteredContent, Stamp, base_name, identify_content, is_former_form, is_other_type, registered_contents,
    registered_forms, registered_types, schema_name, stamped_envelope, without_stamp,
};
pub use report::{BumpSummary, ChangeKey, Direction, Finding, FindingPlace, Report, ReportedComparison, Severity};
pub use rule::Rule;
pub use rules::{
    AbsenceReason, Base, CheckOptions, Checked, EventReports, Gone, Inspected, PartialReport, Proofs, check,
    check_again, check_remembering, judged_formats, policy_of, report_missing_workspaces, report_unrecorded,
    set_inherited_aside,
};

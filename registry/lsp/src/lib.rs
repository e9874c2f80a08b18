//! A language server for workspaces of event schemas: what `check` finds while somebody types, what can be done about it, and what is known of the
//! place where the cursor stands.
//!
//! In: messages of the language server protocol, the files of the workspaces, and above them the texts that an editor has open. Out: answers
//! and diagnostics. It judges nothing itself: the findings are those of [`schemactl_check`], and what needs git, the clock or words for
//! people is asked of an [`EditorHost`].

// The example of the README is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod actions;
mod buffer;
mod completion;
mod definition;
mod diagnostics;
mod features;
mod files;
mod former;
mod host;
mod hover;
mod inbox;
mod keyword_docs;
mod message;
mod outbox;
mod place;
mod position;
mod project;
mod schema_place;
mod searched;
mod server;
mod settings_place;
mod uri;

pub use host::{EditorHost, FormerStateSearch, PlannedFile};
pub use server::{SessionEnd, serve_editor};

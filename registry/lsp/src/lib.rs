//! A language server for workspaces of event schemas: what `check` finds, while somebody types.
//!
//! In: messages of the language server protocol, the files of the workspaces, and above them the texts that an editor has open. Out: answers
//! and diagnostics. It judges nothing itself: the findings are those of [`schemactl_check`], and what needs git, the clock or words for
//! people is asked of an [`EditorHost`].

mod buffer;
mod diagnostics;
mod former;
mod host;
mod inbox;
mod message;
mod outbox;
mod position;
mod project;
mod server;
mod uri;

pub use host::{EditorHost, FormerStateSearch};
pub use server::{SessionEnd, serve_editor};

//! `schemactl lsp` as an editor uses it: every test is a session.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

mod actions;
mod client;
mod diagnostics;
mod edits;
mod features;
mod lifecycle;

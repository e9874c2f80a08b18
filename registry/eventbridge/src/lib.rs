//! The EventBridge Schema Registry as a remote of the workspace. In: where the registry is and the calls of
//! `workspace::Remote`. Out: what the service holds, or errors that name operation, registry and region.
//!
//! The only crate that speaks AWS. It decides nothing: what is written, and in which order, is the plan's.

// The example of the README is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod answered;
mod client;
mod connect;
mod error;
mod identity;

pub use client::EventBridge;
pub use connect::{ConnectError, ConnectionSettings};
pub use identity::CallerIdentity;

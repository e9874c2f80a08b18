//! A local EventBridge Schema Registry: the service `schemas` of AWS on loopback, with its data in SQLite.
//!
//! In: a [`Config`] with a data folder. Out: a [`Server`] that AWS SDKs and the AWS CLI speak to as to AWS, at
//! [`Server::url`]. What it answers has been written to the disk. It checks no credentials and no signatures, so it listens
//! on 127.0.0.1 only and refuses what a browser sends for a web page.
//!
//! ```text
//! request ─guard─► dispatch ─operations─► routes ─► store ─► SQLite
//! ```
//!
//! It answers the operations on registries, schemas, versions and tags, and refuses the others of the API by name with
//! status 501: code bindings, discovery, policies, and the export of schemas. Quotas of AWS are not enforced.

mod arn;
mod call;
mod config;
mod dispatch;
mod error;
mod fields;
mod guard;
mod log;
mod names;
mod operations;
mod routes;
mod server;
mod start_error;
mod store;

pub use config::Config;
pub use log::Request;
pub use server::{Server, start};
pub use start_error::StartError;

//! A local EventBridge Schema Registry: the service `schemas` of AWS on loopback, with its data in SQLite.
//!
//! In: a [`Config`] with a data folder. Out: a [`Server`] that AWS SDKs and the AWS CLI speak to as to AWS, at
//! [`Server::url`], and pages for browsers at the same place. What it answers has been written to the disk. It answers all 31
//! operations of the API, TestEventPattern of EventBridge, and its PutEvents, from whose events started discoverers make schemas.
//!
//! ```text
//! request ─guard─► dispatch ─access─► operations ─► routes ─► store ─► SQLite
//!                     └─► browse, put_events, caller
//!                                                                        └─worker─► code bindings, events to a bus
//! ```
//!
//! It listens on 127.0.0.1 and refuses what a browser sends for a web page. Requests have to be signed, as every SDK signs them;
//! signatures are verified where [`Config::verify_signatures`] says so, and any other address needs that.
//! `docs/reference/serve-model.md` holds each operation against the model of the API.

// The example of the README is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod access;
mod app;
mod arn;
mod browse;
mod bus;
mod call;
mod caller;
mod config;
mod connections;
mod detail_limits;
mod dispatch;
mod error;
mod events;
mod facts;
mod fields;
mod guard;
mod judge;
mod languages;
mod limits;
mod log;
mod names;
mod notices;
mod operations;
mod put_events;
mod routes;
mod server;
mod service;
mod sigv4;
mod start_error;
mod store;
mod test_pattern;
mod unsigned;
mod views;
mod worker;

pub use access::new_key;
pub use bus::{BusClient, InvalidEndpoint};
pub use config::Config;
pub use facts::EventFacts;
pub use judge::JudgedContent;
pub use languages::{Binding, GeneratedFiles, SourceFile};
pub use limits::{Limits, Quotas};
pub use log::Request;
pub use server::{Server, start};
pub use start_error::StartError;

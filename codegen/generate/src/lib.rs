//! Rust from event schemas, in a build script or from the command line. In: a workspace of versioned JSON Schemas. Out: one
//! module an event, with the types of each version, an enum over the versions, typed event patterns, and the shim that
//! publishes a fact in several versions. The generated code links `schemactl-runtime` and nothing else.
//!
//! ```toml
//! [dependencies]
//! schemactl-runtime = "0.1"
//! [build-dependencies]
//! schemactl-generate = "0.1"
//! ```
//!
//! ```no_run
//! // build.rs
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     schemactl_generate::Builder::new("../schemas")
//!         .event("OrderPlaced@^1")?
//!         .event("OrderPlaced@2.0")?
//!         .generate()?;
//!     Ok(())
//! }
//! ```
//!
//! ```ignore
//! // lib.rs
//! include!(concat!(env!("OUT_DIR"), "/events.rs"));
//!
//! match order_placed::AnyOrderPlaced::decode(detail)? {
//!     order_placed::AnyOrderPlaced::V2_0(order) => ship(order),
//!     order_placed::AnyOrderPlaced::V1_1(order) => ship_in_the_old_way(order),
//!     other => later(other),
//! }
//! ```
//!
//! Nothing here reaches a network, and neither AWS nor an async runtime is among the dependencies: a build pays for this.

mod builder;
mod constraints;
mod convert;
mod emit;
mod error;
mod generate;
mod import;
mod ir;
mod lower;
mod names;
mod print;
mod recursion;
mod schema;
mod settings;
mod share;

pub use builder::{BuildError, Builder};
pub use error::GenerateError;
pub use generate::generate;
pub use import::import;
pub use schema::{Lint, generate_schema, lints};
pub use settings::{Integers, Money, Settings, Times, UnknownFields};

//! The events of the order system, as a consumer's crate holds them.
#![deny(warnings, missing_docs)]

include!(concat!(env!("OUT_DIR"), "/events.rs"));

//! The types that two generators make of the same schemas: ours and typify. `tests/differences.rs` compares what they accept and write.
#![recursion_limit = "512"]
#![allow(clippy::all, dead_code, irrefutable_let_patterns, unused_imports, unused_mut)]

use schemactl_runtime::serde::de::DeserializeOwned;
use schemactl_runtime::serde::Serialize;

/// From JSON text to JSON text, by way of a type.
pub type RoundTrip = Box<dyn Fn(&str) -> Result<String, String>>;

/// A case of `tests/cases/codegen`.
pub struct Case {
    /// The folder of the case.
    pub name: &'static str,
    /// By our types, with `validate()`.
    pub ours: RoundTrip,
    /// By those of typify, or why there are none.
    pub theirs: Result<RoundTrip, &'static str>,
}

fn round_trip<T: DeserializeOwned + Serialize + 'static>(validate: fn(&T) -> Result<(), String>) -> RoundTrip {
    Box::new(move |text| {
        let value: T = serde_json::from_str(text).map_err(|error| error.to_string())?;
        validate(&value)?;
        serde_json::to_string(&value).map_err(|error| error.to_string())
    })
}

include!(concat!(env!("OUT_DIR"), "/cases.rs"));

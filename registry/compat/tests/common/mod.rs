//! What the fuzzer and its tests share: seeded schemas, pairs of them, instances, and the checks of a verdict.

#![allow(dead_code, clippy::unwrap_used)]

pub(crate) mod by_definition;
pub(crate) mod check;
pub(crate) mod generate;
pub(crate) mod hard;
pub(crate) mod instances;
pub(crate) mod laws;
pub(crate) mod loosely;
pub(crate) mod mutate;
pub(crate) mod policies;
pub(crate) mod random;
pub(crate) mod scalar_keywords;
pub(crate) mod suite;
pub(crate) mod themes;
pub(crate) mod walk;

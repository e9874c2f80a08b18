//! A second engine to hold the product's against: other people's algebra of schemas. For tests, examples and benchmarks alone.

mod canonical;
mod sample;

pub(crate) use self::canonical::CanonicalEngine;

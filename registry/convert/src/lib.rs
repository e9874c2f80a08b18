//! A schema in the forms that the EventBridge Schema Registry stores, and back: draft-04, OpenAPI 3.0 and 3.1, the exports of its
//! discovery, and the digest by which what was stored is recognised.
//!
//! In: documents and values of `schemactl-model`. Out: values, and what a form cannot express. A conversion goes keyword by keyword and
//! claims nothing: whoever registers the result first proves it equivalent to its source, or says what it lost. This crate does no I/O
//! and knows neither versions nor the layout of a workspace.

// The example of the README is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod count;
mod downgrade;
mod export;
mod openapi;

pub use downgrade::{Downgraded, NotExpressible, downgrade, downgrade_as_before};
pub use export::{ExportError, draft4_of_openapi};
pub use openapi::{Detail, EventEnvelope, OpenApiError, detail_of, detail_of_export, openapi, openapi_as_before};

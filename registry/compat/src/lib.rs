//! Is the new version safe? Decides whether one schema's events are all events of another; when not, shows the event that
//! breaks.
//!
//! ```text
//! old, new ─policy─► writer, reader ─Engine::contains─► Verdict ─replay─► Comparison ─► Bump
//! ```
//!
//! In: schemas as values of `model`. Out: verdicts. `Compatible` is a proof, `Incompatible` carries a witness that was
//! replayed through a validator that is not ours, everything else is `Undecided`, with its reason. No I/O: references are
//! resolved inside the documents, and nothing is ever fetched.

mod bump;
mod engine;
mod policy;
mod verdict;

#[cfg(feature = "replay")]
mod canonical;
#[cfg(feature = "replay")]
mod compare;
#[cfg(feature = "replay")]
mod replay;
#[cfg(feature = "replay")]
mod sample;

pub use bump::Bump;
pub use engine::{Engine, Schema};
pub use policy::{Policy, Transformed, UnknownPolicy, without_version_pin};
pub use verdict::Verdict;
#[cfg(feature = "replay")]
pub use {
    canonical::CanonicalEngine,
    compare::{Comparison, compare},
    replay::{ReplayError, Validator, Violation, metaschema_errors},
};

/// The engine that the commands use.
#[cfg(feature = "replay")]
pub fn default_engine() -> impl Engine {
    CanonicalEngine
}

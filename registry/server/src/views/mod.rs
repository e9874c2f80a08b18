//! What the pages show, as views of `schemactl-pages`. In: the address of a page as a [`Call`](crate::call::Call), and the database. Out: the page,
//! or the refusal that says what was expected. Knows nothing of HTTP: that is for `browse`.

mod discoverers;
mod home;
mod natural;
mod query;
mod registry;
mod schema;

pub(crate) use discoverers::{render_discoverer, render_discoverers};
pub(crate) use home::render_home;
pub(crate) use registry::render_registry;
pub(crate) use schema::{mark_deprecated, pair_of, read_archive, read_schema};

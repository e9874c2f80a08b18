//! What the pages show, as views of `schemactl-pages`. In: names and parameters of a page, and the database. Out: the view, or none for what does
//! not exist. Knows nothing of HTTP: that is for `browse`.

mod discoverers;
mod home;
mod natural;
mod query;
mod registry;
mod schema;

pub(crate) use discoverers::{read_discoverer, read_discoverers};
pub(crate) use home::{read_home, read_search};
pub(crate) use query::PageQuery;
pub(crate) use registry::read_registry;
pub(crate) use schema::{pair_of, read_archive, read_schema};

//! The pages of `schemactl serve` for people with a browser. In: views, which are plain structs of what a page shows. Out: HTML without
//! scripts, the same bytes for the same view.
//!
//! Nothing here knows of HTTP, of a database or of the clock: the server reads a view and sends the text. Every text of a view is data and
//! is escaped where it meets the markup, by `maud`, which has no way around that here.
//!
//! ```
//! use schemactl_pages::HomePage;
//!
//! let page = HomePage { arn_prefix: "arn:aws:schemas:<region>".to_owned(), ..HomePage::default() };
//! assert!(page.render().contains("arn:aws:schemas:&lt;region&gt;"));
//! ```

// The example of the README is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod deprecation;
mod discoverers;
mod home;
mod json;
mod judgement;
mod layout;
mod message;
mod registry;
mod schema;
mod search;
mod version;

pub use deprecation::DeprecationNote;
pub use discoverers::{DiscovererPage, DiscovererRow, DiscoverersPage};
pub use home::{HomePage, RegistryCard};
pub use judgement::{JudgedBreak, JudgedChange, JudgedDirection, Judgement, JudgementResult};
pub use message::{
    render_api_error, render_bad_request, render_database_error, render_not_found, render_not_found_with,
};
pub use registry::{PolicyView, RegistryPage, SchemaRow};
pub use schema::{BindingRow, BindingState, SchemaPage, SchemaView, ShownVersion, VersionRow};
pub use search::{RegistryHits, SchemaHit, SearchPage};
pub use version::VersionLabel;

/// Tags by key.
pub type TagMap = std::collections::BTreeMap<String, String>;

/// The stylesheet that every page links to as `/style.css`.
pub const STYLESHEET: &str = include_str!("style.css");
/// The icon that every page links to as `/icon.svg`.
pub const ICON: &str = include_str!("icon.svg");

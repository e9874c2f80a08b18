//! What the query of a page can say. In: the query of a request. Out: its parameters.

use serde::Deserialize;

/// How many rows a page shows.
pub(super) const ROWS: usize = 100;

/// The parameters of a page.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PageQuery {
    /// Words to search for.
    pub(super) q: Option<String>,
    /// The last row of the page before.
    pub(super) after: Option<String>,
    /// The version to show; the newest if absent or no number.
    pub(super) version: Option<String>,
    /// What to show of it: `changes`, `bindings`, or else its content.
    pub(super) show: Option<String>,
}

impl PageQuery {
    /// Returns the words to search for, if there are any.
    pub(crate) fn words(&self) -> Option<&str> {
        self.q.as_deref().map(str::trim).filter(|words| !words.is_empty())
    }
}

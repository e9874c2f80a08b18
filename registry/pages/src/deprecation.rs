//! What is on its way out. In: days and a successor as event.toml has them. Out: a sentence.

use maud::{Markup, html};

/// The end of a version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeprecationNote {
    /// The day from which on nobody should begin to use it, such as 2026-12-01.
    pub since: Option<String>,
    /// The last day on which it is published.
    pub sunset: Option<String>,
    /// What takes its place, such as `OrderPlaced@2`.
    pub successor: Option<String>,
}

impl DeprecationNote {
    pub(crate) fn render(&self) -> Markup {
        html! { p.deprecated {
            span.badge.bad { "deprecated" }
            @if let Some(day) = &self.since { " Since " time datetime=(day) { (day) } "." }
            @if let Some(day) = &self.sunset { " Published until " time datetime=(day) { (day) } "." }
            @if let Some(successor) = &self.successor { " Use " code { (successor) } " in its place." }
        } }
    }
}

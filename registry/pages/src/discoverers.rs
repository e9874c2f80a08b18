//! The pages of discoverers: all of them, and one.

use maud::{Markup, html};

use crate::TagMap;
use crate::layout::{self, encode_segment, registry_link};

/// The page of all discoverers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DiscoverersPage {
    /// The discoverers, in the order in which they are shown.
    pub discoverers: Vec<DiscovererRow>,
    /// The id after which the next page begins, if more follow.
    pub last: Option<String>,
}

/// The page of one discoverer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiscovererPage {
    /// The discoverer.
    pub discoverer: DiscovererRow,
    /// Its ARN.
    pub arn: String,
    /// Its tags.
    pub tags: TagMap,
    /// Whether it sees events of other accounts.
    pub cross_account: bool,
    /// The registry that holds what was discovered, if there is one yet.
    pub registry: Option<String>,
}

/// A discoverer in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiscovererRow {
    /// Its id.
    pub id: String,
    /// The ARN of the bus whose events it sees.
    pub source_arn: String,
    /// What it is for.
    pub description: Option<String>,
    /// Whether it sees events at present.
    pub is_started: bool,
}

impl DiscoverersPage {
    /// Returns the page as HTML.
    pub fn render(&self) -> String {
        let body = html! {
            h1 { "Discoverers" }
            p.lead { "A started discoverer makes a schema of the events of its bus, and a version for each new shape." }
            @if self.discoverers.is_empty() { (none()) } @else {
                (discoverers_table(&self.discoverers))
                (layout::link_more("/discoverers", self.last.as_deref()))
                (how_to_feed())
            }
        };
        layout::render_page("Discoverers", &[path()], None, &body)
    }
}

impl DiscovererPage {
    /// Returns the page as HTML.
    pub fn render(&self) -> String {
        let discoverer = &self.discoverer;
        let body = html! {
            h1 { (layout::breakable_name(&discoverer.id)) }
            @if let Some(description) = &discoverer.description { p.lead { (description) } }
            (layout::tags_list(&self.tags))
            dl.facts {
                dt { "State" } dd { (state(discoverer)) }
                dt { "Event bus" } dd { code { (discoverer.source_arn) } }
                dt { "Events of other accounts" } dd { (if self.cross_account { "seen too" } else { "not seen" }) }
                dt { "ARN" } dd { code { (self.arn) } }
                @if let Some(registry) = &self.registry {
                    dt { "Schemas" } dd { a href=(registry_link(registry)) { (registry) } }
                }
            }
            (how_to_feed())
        };
        let link = discoverer_link(&discoverer.id);
        layout::render_page(&discoverer.id, &[path(), (discoverer.id.as_str(), link)], None, &body)
    }
}

pub(crate) fn discoverers_table(rows: &[DiscovererRow]) -> Markup {
    html! {
        table {
            thead { tr { th scope="col" { "Discoverer" } th scope="col" { "Event bus" } th scope="col" { "State" } } }
            tbody { @for row in rows {
                tr {
                    td { a href=(discoverer_link(&row.id)) { (row.id) }
                        @if let Some(description) = &row.description { span.quiet { (description) } } }
                    td data-label="Event bus" { code { (row.source_arn) } }
                    td data-label="State" { (state(row)) }
                }
            } }
        }
    }
}

fn state(discoverer: &DiscovererRow) -> Markup {
    let started = discoverer.is_started;
    let word = if started { "started" } else { "stopped" };
    html! { span.badge.good[started] { (word) } }
}

fn none() -> Markup {
    html! {
        section.empty {
            p { "No discoverer exists yet. Create one for an event bus, and reload:" }
            pre tabindex="0" { code { "aws schemas create-discoverer --source-arn arn:aws:events:us-east-1:000000000000:event-bus/default" } }
        }
    }
}

fn how_to_feed() -> Markup {
    html! {
        h2 { "Show it events" }
        p { "Send PutEvents to this server: it discovers schemas, and forwards the events to the bus that it was started with." }
        pre tabindex="0" { code {
            "export AWS_ENDPOINT_URL_EVENTBRIDGE=$AWS_ENDPOINT_URL_SCHEMAS\n"
            "aws events put-events --endpoint-url $AWS_ENDPOINT_URL_SCHEMAS --entries \\\n"
            "  '[{\"Source\": \"com.shop\", \"DetailType\": \"Order Placed\", \"Detail\": \"{\\\"orderId\\\": \\\"1\\\"}\"}]'"
        } }
    }
}

fn path() -> (&'static str, String) {
    ("Discoverers", "/discoverers".to_owned())
}

fn discoverer_link(id: &str) -> String {
    format!("/discoverers/{}", encode_segment(id))
}

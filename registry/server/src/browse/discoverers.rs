//! The pages of discoverers: all of them, and one.

use maud::{Markup, html};
use rusqlite::Connection;

use super::layout::{self, ROWS, encoded, registry_link};
use super::natural::compare_naturally;
use super::{Asked, Page};
use crate::names::DISCOVERED;
use crate::service::Service;
use crate::store::discoverers::{self, Discoverer};
use crate::store::{Slice, registries};

pub(super) fn page(asked: &Asked, db: &Connection) -> Page {
    let slice = Slice {
        after: asked.after.clone(),
        limit: ROWS,
    };
    let mut page = discoverers::list(db, "", "", &slice)?;
    page.rows.sort_by(|one, other| compare_naturally(&one.id, &other.id));
    let body = html! {
        h1 { "Discoverers" }
        p.lead { "A started discoverer makes a schema of the events of its bus, and a version for each new shape." }
        @if page.rows.is_empty() { (none()) } @else {
            (table(&page.rows))
            (layout::more("/discoverers", page.last.as_deref()))
            (how_to_feed())
        }
    };
    Ok(Some(layout::page("Discoverers", &[path()], None, &body)))
}

pub(super) fn one(service: &Service, id: &str, db: &Connection) -> Page {
    let Some(discoverer) = discoverers::find(db, id)? else {
        return Ok(None);
    };
    let discovered = registries::list(db, DISCOVERED, &Slice { after: None, limit: 1 })?;
    let body = html! {
        h1 { (layout::breakable(&discoverer.id)) }
        @if let Some(description) = &discoverer.description { p.lead { (description) } }
        (layout::tags(&discoverer.tags))
        dl.facts {
            dt { "State" } dd { (state(&discoverer)) }
            dt { "Event bus" } dd { code { (discoverer.source_arn) } }
            dt { "Events of other accounts" } dd { (if discoverer.cross_account { "seen too" } else { "not seen" }) }
            dt { "ARN" } dd { code { (service.arns.discoverer(&discoverer.id)) } }
            @if !discovered.rows.is_empty() {
                dt { "Schemas" } dd { a href=(registry_link(DISCOVERED)) { (DISCOVERED) } }
            }
        }
        (how_to_feed())
    };
    let link = discoverer_link(&discoverer.id);
    Ok(Some(layout::page(
        &discoverer.id,
        &[path(), (discoverer.id.as_str(), link)],
        None,
        &body,
    )))
}

pub(super) fn table(rows: &[Discoverer]) -> Markup {
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

fn state(discoverer: &Discoverer) -> Markup {
    let started = discoverer.state == discoverers::STARTED;
    html! { span.badge.good[started] { (discoverer.state.to_lowercase()) } }
}

fn none() -> Markup {
    html! {
        section.empty {
            p { "There is no discoverer yet. Make one for a bus, and reload:" }
            pre tabindex="0" { code { "aws schemas create-discoverer --source-arn arn:aws:events:us-east-1:000000000000:event-bus/default" } }
        }
    }
}

fn how_to_feed() -> Markup {
    html! {
        h2 { "Show it events" }
        p { "Put events to this server: it looks at them, and passes them on to the bus that it was started with." }
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
    format!("/discoverers/{}", encoded(id))
}

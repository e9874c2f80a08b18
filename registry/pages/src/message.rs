//! Pages that say that there is nothing to show. In: at most a status and a message. Out: HTML.

use maud::html;

use crate::layout::{home, page};

/// Returns the page for what does not exist.
pub fn render_missing() -> String {
    let body = html! { section.empty {
        h1 { "Nothing here" }
        p { "There is no such page. What it showed may have been deleted." }
        p { a href="/" { "Back to the registries" } }
    } };
    page("Nothing here", &[home()], None, &body)
}

/// Returns a page for people who opened an address of the API: `status` and its `reason`, such as 403 and `Forbidden`, and what the API answers.
pub fn render_refusal(status: u16, reason: &str, message: &str) -> String {
    let body = html! { section.empty {
        h1 { (status) " " (reason) }
        p { "This is an address of the API of the registry, which programs ask. It answers:" }
        pre.message { code { (message) } }
        p { a href="/" { "To the pages of the registry" } }
    } };
    page("Refused", &[home()], None, &body)
}

/// Returns the page for a database that cannot be read.
pub fn render_failure() -> String {
    let body =
        html! { section.empty { h1 { "The database failed" } p { "Try again; the log of the server may say more." } } };
    page("Failed", &[home()], None, &body)
}

//! Pages that say that there is nothing to show. In: at most a status and a message. Out: HTML.

use maud::html;

use crate::layout::{link_home, render_page, with_code};

/// Returns the page for what does not exist.
pub fn render_not_found() -> String {
    let body = html! { section.empty {
        h1 { "Nothing here" }
        p { "This page does not exist. Its registry or schema may have been deleted." }
        p { a href="/" { "Back to the registries" } }
    } };
    render_page("Nothing here", &[link_home()], None, &body)
}

/// Returns the page for an address that leads to nothing: `message` says what is not there, with code between backticks, and without control
/// characters, for which HTML has no form.
pub fn render_not_found_with(message: &str) -> String {
    render_reason("Nothing here", message)
}

/// Returns the page for an address with a parameter that a page does not understand: `message` says what was found and what is expected, with
/// code between backticks, and without control characters.
pub fn render_bad_request(message: &str) -> String {
    render_reason("Invalid address", message)
}

fn render_reason(title: &str, message: &str) -> String {
    let body = html! { section.empty {
        h1 { (title) }
        p { (with_code(message)) }
        p { a href="/" { "Back to the registries" } }
    } };
    render_page(title, &[link_home()], None, &body)
}

/// Returns a page for people who opened an address of the API: `status` and its `reason`, such as 403 and `Forbidden`, and what the API answers.
pub fn render_api_error(status: u16, reason: &str, message: &str) -> String {
    let body = html! { section.empty {
        h1 { (status) " " (reason) }
        p { "This is an address of the API of the registry, for programs. Its answer is:" }
        pre.message { code { (message) } }
        p { a href="/" { "To the pages of the registry" } }
    } };
    render_page("Refused", &[link_home()], None, &body)
}

/// Returns the page for a database that cannot be read.
pub fn render_database_error() -> String {
    let body = html! { section.empty { h1 { "The database failed" } p { "Try again; the log of the server may have more details." } } };
    render_page("Failed", &[link_home()], None, &body)
}

//! What all pages share: the frame, the path at the top, lists of tags, links. In: parts of a page. Out: markup.

use maud::{DOCTYPE, Markup, html};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::error::ServiceError;
use crate::store::Tags;

/// What stands for itself in a path.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'@');

/// How many rows a page shows.
pub(super) const ROWS: usize = 100;

/// A whole page. `path` leads to it: names and links, the last one is the page itself.
pub(super) fn page(title: &str, path: &[(&str, String)], search: Option<&str>, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · schemactl" }
                link rel="stylesheet" href="/style.css";
                link rel="icon" href="/icon.svg" type="image/svg+xml";
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                header.top {
                    nav.sites aria-label="Main" {
                        a.brand href="/" { img src="/icon.svg" alt="" width="22" height="22"; "schemactl" span { "registry" } }
                        a href="/" { "Registries" }
                        a href="/discoverers" { "Discoverers" }
                    }
                    form role="search" action="/" method="get" {
                        input type="search" name="q" value=[search] placeholder="Search names and contents" aria-label="Search names and contents";
                    }
                }
                main #main {
                    @if path.len() > 1 { nav.path aria-label="Path" { ol { @for (name, link) in path { li { a href=(link) { (name) } } } } } }
                    (body)
                }
                footer { "A local EventBridge Schema Registry. These pages only show; change things with " code { "aws schemas" } " or " code { "schemactl push" } "." }
            }
        }
    }
}

pub(super) fn missing() -> Markup {
    let body = html! { section.empty {
        h1 { "Nothing here" }
        p { "There is no such page. What it showed may have been deleted." }
        p { a href="/" { "Back to the registries" } }
    } };
    page("Nothing here", &[home()], None, &body)
}

/// A page for people who opened an address of the API.
pub(super) fn refusal(error: &ServiceError) -> Markup {
    let status = error.status();
    let body = html! { section.empty {
        h1 { (status.as_u16()) " " (status.canonical_reason().unwrap_or_default()) }
        p { "This is an address of the API of the registry, which programs ask. It answers:" }
        pre.message { code { (error.message()) } }
        p { a href="/" { "To the pages of the registry" } }
    } };
    page("Refused", &[home()], None, &body)
}

pub(super) fn failed() -> Markup {
    let body =
        html! { section.empty { h1 { "The database failed" } p { "Try again; the log of the server may say more." } } };
    page("Failed", &[home()], None, &body)
}

/// The way to the first page.
pub(super) fn home() -> (&'static str, String) {
    ("Registries", "/".to_owned())
}

pub(super) fn registry_link(registry: &str) -> String {
    format!("/registries/{}", encoded(registry))
}

pub(super) fn schema_link(registry: &str, schema: &str) -> String {
    format!("/registries/{}/{}", encoded(registry), encoded(schema))
}

pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// A name that may be broken where its parts meet, so that it is not broken elsewhere.
pub(super) fn breakable(name: &str) -> Markup {
    html! { @for (index, part) in name.split('@').enumerate() { @if index > 0 { wbr; "@" } (part) } }
}

pub(super) fn tags(tags: &Tags) -> Markup {
    html! {
        @if !tags.0.is_empty() {
            ul.tags aria-label="Tags" { @for (key, value) in &tags.0 { li { b { (key) } " " (value) } } }
        }
    }
}

/// A time as the service writes it, shown as people do.
pub(super) fn time(text: &str) -> Markup {
    let shown = text.replace('T', " ").replace('Z', " UTC");
    html! { time datetime=(text) { (shown) } }
}

/// The day of a time, where there is no room for more.
pub(super) fn date(text: &str) -> Markup {
    let (day, _) = text.split_once('T').unwrap_or((text, ""));
    html! { time datetime=(text) title=(text.replace('T', " ").replace('Z', " UTC")) { (day) } }
}

/// A sentence whose code stands between backticks.
pub(super) fn with_code(text: &str) -> Markup {
    html! { @for (index, part) in text.split('`').enumerate() { @if index % 2 == 1 { code { (part) } } @else { (part) } } }
}

/// A number and what it counts.
pub(super) fn count(number: impl TryInto<u64>, what: &str) -> String {
    match number.try_into().unwrap_or(u64::MAX) {
        1 => format!("1 {what}"),
        number => format!("{number} {what}s"),
    }
}

/// A link to the rows after `last`, if there are any.
pub(super) fn more(path: &str, last: Option<&str>) -> Markup {
    html! { @if let Some(last) = last { p.more { a href=(format!("{path}?after={}", encoded(last))) { "More" } } } }
}

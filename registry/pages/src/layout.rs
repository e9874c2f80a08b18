//! What all pages share: the frame, the path at the top, lists of tags, links. In: parts of a page. Out: markup.

use maud::{DOCTYPE, Markup, html};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::TagMap;

/// What stands for itself in a path.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'@');

/// A whole page. `path` leads to it: names and links, the last one is the page itself.
pub(crate) fn render_page(title: &str, path: &[(&str, String)], search: Option<&str>, body: &Markup) -> String {
    let page = html! {
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
                    @if path.len() > 1 { nav.path aria-label="Path" { ol { @for (name, link) in path { li { a href=(link) { (breakable_name(name)) } } } } } }
                    (body)
                }
                footer { "A local EventBridge Schema Registry. These pages only show; change things with " code { "aws schemas" } " or " code { "schemactl push" } "." }
            }
        }
    };
    page.into_string()
}

/// The way to the first page.
pub(crate) fn link_home() -> (&'static str, String) {
    ("Registries", "/".to_owned())
}

pub(crate) fn registry_link(registry: &str) -> String {
    format!("/registries/{}", encode_segment(registry))
}

pub(crate) fn schema_link(registry: &str, schema: &str) -> String {
    format!("/registries/{}/{}", encode_segment(registry), encode_segment(schema))
}

pub(crate) fn encode_segment(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// A name that may be broken where its parts meet, so that it is not broken elsewhere.
pub(crate) fn breakable_name(name: &str) -> Markup {
    html! { @for (index, part) in name.split('@').enumerate() { @if index > 0 { wbr; "@" } (part) } }
}

pub(crate) fn tags_list(tags: &TagMap) -> Markup {
    html! {
        @if !tags.is_empty() {
            ul.tags aria-label="Tags" { @for (key, value) in tags { li { b { (key) } " " (value) } } }
        }
    }
}

/// A time as the service writes it, shown as people do.
pub(crate) fn show_time(text: &str) -> Markup {
    let shown = text.replace('T', " ").replace('Z', " UTC");
    html! { time datetime=(text) { (shown) } }
}

/// The day of a time, where there is no room for more.
pub(crate) fn show_date(text: &str) -> Markup {
    let (day, _) = text.split_once('T').unwrap_or((text, ""));
    html! { time datetime=(text) title=(text.replace('T', " ").replace('Z', " UTC")) { (day) } }
}

/// A sentence whose code stands between backticks.
pub(crate) fn with_code(text: &str) -> Markup {
    html! { @for (index, part) in text.split('`').enumerate() { @if index % 2 == 1 { code { (part) } } @else { (part) } } }
}

/// A number and what it counts.
pub(crate) fn count_of(number: impl TryInto<u64>, what: &str) -> String {
    match number.try_into().unwrap_or(u64::MAX) {
        1 => format!("1 {what}"),
        number => format!("{number} {what}s"),
    }
}

/// A link to the rows after `last`, if there are any.
pub(crate) fn link_more(path: &str, last: Option<&str>) -> Markup {
    html! { @if let Some(last) = last { p.more { a href=(format!("{path}?after={}", encode_segment(last))) { "More" } } } }
}

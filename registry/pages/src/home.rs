//! The first page: all registries, and the discoverers.

use maud::{Markup, html};

use crate::TagMap;
use crate::discoverers::{DiscovererRow, discoverers_table};
use crate::layout::{self, count_of, registry_link};

/// The first page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HomePage {
    /// The registries, in the order in which they are shown.
    pub registries: Vec<RegistryCard>,
    /// The name after which the next page begins, if more follow.
    pub last: Option<String>,
    /// The discoverers, in the order in which they are shown.
    pub discoverers: Vec<DiscovererRow>,
    /// What the ARNs of registries begin with.
    pub arn_prefix: String,
}

/// A registry on the first page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegistryCard {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// How many schemas it holds.
    pub schemas: u32,
    /// Its tags.
    pub tags: TagMap,
}

impl HomePage {
    /// Returns the page as HTML.
    pub fn render(&self) -> String {
        let body = html! {
            h1 { "Registries" }
            @if self.registries.is_empty() {
                (welcome())
            } @else {
                ul.cards { @for registry in &self.registries { (card(registry)) } }
                (layout::link_more("/", self.last.as_deref()))
            }
            @if !self.discoverers.is_empty() {
                h2 { "Discoverers" }
                (discoverers_table(&self.discoverers))
            }
            p.note { "ARNs begin with " code { (self.arn_prefix) } "." }
        };
        layout::render_page("Registries", &[layout::link_home()], None, &body)
    }
}

fn card(registry: &RegistryCard) -> Markup {
    html! {
        li {
            h2 { a href=(registry_link(&registry.name)) { (registry.name) } }
            p { @match &registry.description { Some(description) => (description), None => span.quiet { "No description" } } }
            p.quiet { (count_of(registry.schemas, "schema")) }
            (layout::tags_list(&registry.tags))
        }
    }
}

fn welcome() -> Markup {
    html! {
        section.empty {
            p { "No registry exists yet. Create one, and reload:" }
            pre tabindex="0" { code { "schemactl push --create-registry\naws schemas create-registry --registry-name orders" } }
        }
    }
}

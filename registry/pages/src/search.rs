//! What a search found: schemas by registry, each with the versions that have all words.

use maud::{Markup, html};

use crate::layout::{self, breakable_name, count_of, registry_link, schema_link};
use crate::version::VersionLabel;

/// The page of a search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchPage {
    /// What was searched for.
    pub words: String,
    /// The registries in which something was found.
    pub registries: Vec<RegistryHits>,
}

/// What was found in one registry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegistryHits {
    /// The registry.
    pub registry: String,
    /// The schemas, in the order in which they are shown.
    pub schemas: Vec<SchemaHit>,
}

/// A schema that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemaHit {
    /// Its name.
    pub name: String,
    /// The versions that have all words.
    pub versions: Vec<VersionLabel>,
}

impl SearchPage {
    /// Returns the page as HTML.
    pub fn render(&self) -> String {
        let schemas: usize = self.registries.iter().map(|found| found.schemas.len()).sum();
        let body = html! {
            h1 { (count_of(schemas, "schema")) " with “" (self.words) "”" }
            @if schemas == 0 { p.quiet { "All words must be in the name or in one version of the content." } }
            @for found in self.registries.iter().filter(|found| !found.schemas.is_empty()) {
                h2 { a href=(registry_link(&found.registry)) { (found.registry) } }
                ul.found { @for schema in &found.schemas { (hit(&found.registry, schema)) } }
            }
        };
        layout::render_page("Search", &[layout::link_home()], Some(&self.words), &body)
    }
}

fn hit(registry: &str, found: &SchemaHit) -> Markup {
    let link = schema_link(registry, &found.name);
    html! {
        li {
            a href=(link) { (breakable_name(&found.name)) }
            span.quiet { " in " @for (index, version) in found.versions.iter().enumerate() {
                @if index > 0 { ", " }
                a href=(format!("{link}?version={}", version.number)) { "version " (version.name()) }
                @if version.ours.is_some() { " (registry " (version.number) ")" }
            } }
        }
    }
}

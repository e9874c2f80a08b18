//! The page of a registry: its schemas.

use maud::html;

use crate::TagMap;
use crate::json::json_block;
use crate::layout::{self, breakable_name, count_of, registry_link, schema_link};

/// The page of a registry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegistryPage {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Its ARN.
    pub arn: String,
    /// Its tags.
    pub tags: TagMap,
    /// How many schemas it holds.
    pub schema_count: u32,
    /// The schemas of this page, in the order in which they are shown.
    pub schemas: Vec<SchemaRow>,
    /// The name after which the next page begins, if more follow.
    pub last: Option<String>,
    /// Its resource policy, if it has one.
    pub policy: Option<PolicyView>,
}

/// A schema in the list of its registry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemaRow {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Our version in the stamp of its newest content, if it has one.
    pub newest: Option<String>,
    /// How many versions it has.
    pub versions: i64,
    /// When it was changed, as RFC 3339 in UTC.
    pub last_modified: String,
}

/// A resource policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyView {
    /// The id of its revision.
    pub revision: String,
    /// Its text, which is JSON.
    pub text: String,
}

impl RegistryPage {
    /// Returns the page as HTML.
    pub fn render(&self) -> String {
        let link = registry_link(&self.name);
        let body = html! {
            h1 { (self.name) }
            @if let Some(description) = &self.description { p.lead { (description) } }
            p.quiet { (count_of(self.schema_count, "schema")) " · " code { (self.arn) } }
            (layout::tags_list(&self.tags))
            @if self.schemas.is_empty() {
                section.empty { p { "This registry holds no schemas." } }
            } @else {
                (self.table())
                (layout::link_more(&link, self.last.as_deref()))
            }
            @if let Some(policy) = &self.policy {
                h2 { "Resource policy" }
                p.quiet { "Revision " code { (policy.revision) } ". It is kept and not obeyed." }
                (json_block(&policy.text))
            }
        };
        let path = [layout::link_home(), (self.name.as_str(), link.clone())];
        layout::render_page(&self.name, &path, None, &body)
    }

    fn table(&self) -> maud::Markup {
        html! {
            table {
                thead { tr { th scope="col" { "Schema" } th scope="col" { "Newest" } th.number scope="col" { "Versions" } th scope="col" { "Last modified" } } }
                tbody { @for schema in &self.schemas {
                    tr {
                        td { a href=(schema_link(&self.name, &schema.name)) { (breakable_name(&schema.name)) }
                            @if let Some(description) = &schema.description { span.quiet { (description) } } }
                        td data-label="Newest" { @match &schema.newest { Some(ours) => (ours), None => "–" } }
                        td.number data-label="Versions" { (schema.versions) }
                        td data-label="Last modified" { (layout::show_time(&schema.last_modified)) }
                    }
                } }
            }
        }
    }
}

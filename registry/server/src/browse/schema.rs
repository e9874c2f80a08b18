//! The page of a schema: one version's content, what it changed and for whom, or its code bindings, beside the list of all versions.

use std::sync::Arc;

use maud::{Markup, html};
use rusqlite::Connection;

use super::Asked;
use super::json::{block, changes};
use super::judgement;
use super::layout::{self, count, encoded, registry_link, schema_link};
use crate::judge::Judged;
use crate::names::{RegistryName, SchemaName};
use crate::service::Service;
use crate::store::bindings::{self, Binding};
use crate::store::schemas::Schema;
use crate::store::versions::{self, Version, VersionSummary};
use crate::store::{registries, schemas};

/// How many versions the list shows: ten times AWS's quota.
const VERSIONS: usize = 1000;

/// What a page shows of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum View {
    Content,
    Changes,
    Bindings,
}

/// What a page is made of.
pub(super) struct SchemaPage {
    registry: String,
    schema: Schema,
    /// Newest first, each with our version if it has one.
    versions: Vec<(VersionSummary, Option<String>)>,
    version: Version,
    /// The version before it.
    before: Option<Version>,
    bindings: Vec<(String, Binding, Option<i64>)>,
    view: View,
}

impl View {
    fn asked(show: Option<&str>) -> Self {
        match show {
            Some("changes") => Self::Changes,
            Some("bindings") => Self::Bindings,
            _ => Self::Content,
        }
    }

    fn query(self) -> &'static str {
        match self {
            Self::Content => "",
            Self::Changes => "&show=changes",
            Self::Bindings => "&show=bindings",
        }
    }
}

impl SchemaPage {
    /// Reads what the page shows. `None` for what does not exist.
    pub(super) fn read(registry: &str, name: &str, asked: &Asked, db: &Connection) -> rusqlite::Result<Option<Self>> {
        let (Ok(registry), Ok(name)) = (RegistryName::parse(registry), SchemaName::parse(name)) else {
            return Ok(None);
        };
        let Some(schema) = find(db, &registry, &name)? else {
            return Ok(None);
        };
        let versions = versions::list_stamped(db, schema.id, VERSIONS)?;
        let wanted = asked.version.as_deref().and_then(|version| version.parse().ok());
        let version = match wanted {
            Some(number) => versions::find(db, schema.id, number)?,
            None => versions::newest(db, schema.id)?,
        };
        let Some(version) = version else { return Ok(None) };
        let before = versions.iter().find(|(summary, _)| summary.number < version.number);
        let before = match before {
            Some((summary, _)) => versions::find(db, schema.id, summary.number)?,
            None => None,
        };
        Ok(Some(Self {
            registry: registry.as_str().to_owned(),
            bindings: bindings::list(db, schema.id, version.number)?,
            schema,
            versions,
            version,
            before,
            view: View::asked(asked.show.as_deref()),
        }))
    }

    /// The pair whose difference is shown, types and contents.
    pub(super) fn pair(&self) -> Option<[(String, String); 2]> {
        let before = self.before.as_ref().filter(|_| self.view == View::Changes)?;
        Some([before, &self.version].map(|version| (version.type_.clone(), version.content.clone())))
    }

    pub(super) fn render(&self, service: &Service, judged: Option<&Arc<Judged>>) -> Markup {
        let Self {
            registry,
            schema,
            version,
            ..
        } = self;
        let body = html! {
            h1 { (layout::breakable(&schema.name)) }
            @if let Some(description) = &schema.description { p.lead { (description) } }
            p.quiet { (count(schema.versions, "version")) " · " code { (service.arns.schema(registry, &schema.name)) } }
            (layout::tags(&schema.tags))
            div.split {
                (self.list())
                article {
                    header {
                        h2 { "Version " (self.label(version.number)) }
                        @if self.ours(version.number).is_some() { span.badge { "registry version " (version.number) } }
                        span.badge { (version.type_) }
                        (layout::time(&version.created))
                    }
                    (self.tabs())
                    (self.content(service, judged))
                }
            }
        };
        let path = [
            layout::home(),
            (registry.as_str(), registry_link(registry)),
            (schema.name.as_str(), schema_link(registry, &schema.name)),
        ];
        layout::page(&schema.name, &path, None, &body)
    }

    /// Our version of a number of the registry.
    fn ours(&self, number: i64) -> Option<&str> {
        let found = self.versions.iter().find(|(summary, _)| summary.number == number);
        found.and_then(|(_, ours)| ours.as_deref())
    }

    /// Our version, or else the registry's.
    fn label(&self, number: i64) -> String {
        self.ours(number).map_or_else(|| number.to_string(), str::to_owned)
    }

    fn link(&self, version: i64, view: View) -> String {
        let path = schema_link(&self.registry, &self.schema.name);
        format!("{path}?version={version}{}", view.query())
    }

    /// Newest first, as people look for them.
    fn list(&self) -> Markup {
        html! {
            nav.versions aria-label="Versions" { ol {
                @for (summary, ours) in &self.versions {
                    @let current = summary.number == self.version.number;
                    li { a href=(self.link(summary.number, self.view)) aria-current=[current.then_some("page")] {
                        span { b { (ours.as_deref().unwrap_or(&summary.number.to_string())) }
                            @if ours.is_some() { " " span.quiet { "registry " (summary.number) } } }
                        (layout::date(&summary.created))
                    } }
                }
            } }
        }
    }

    fn tabs(&self) -> Markup {
        let current = |view: View| (self.view == view).then_some("page");
        let number = self.version.number;
        html! {
            nav.tabs aria-label="View" {
                a href=(self.link(number, View::Content)) aria-current=[current(View::Content)] { "Content" }
                @if let Some(before) = &self.before {
                    a href=(self.link(number, View::Changes)) aria-current=[current(View::Changes)] { "Changes since " (self.label(before.number)) }
                }
                a href=(self.link(number, View::Bindings)) aria-current=[current(View::Bindings)] { "Code bindings" }
            }
        }
    }

    fn content(&self, service: &Service, judged: Option<&Arc<Judged>>) -> Markup {
        match (self.view, &self.before) {
            (View::Changes, Some(before)) => html! {
                @if let Some(judged) = judged {
                    (judgement::render(judged, &self.label(before.number), &self.label(self.version.number)))
                    h3 { "Text" }
                }
                (changes(&before.content, &self.version.content))
            },
            (View::Bindings, _) => self.bindings(service),
            _ => block(&self.version.content),
        }
    }

    fn bindings(&self, service: &Service) -> Markup {
        let number = self.version.number;
        let (registry, name) = (&self.registry, &self.schema.name);
        let generated = service.languages.generated();
        html! {
            @if self.bindings.is_empty() {
                p.quiet { "No code was generated for this version." }
            } @else {
                table {
                    thead { tr { th scope="col" { "Language" } th scope="col" { "Status" } th scope="col" { "Last modified" } th scope="col" { "Archive" } } }
                    tbody { @for (language, binding, size) in &self.bindings { (binding_row(&self.binding_link(language), language, binding, *size)) } }
                }
            }
            p { "This registry generates " (generated) ". The languages of AWS (" (service.languages.of_aws()) ") are generated by AWS only." }
            pre tabindex="0" { code {
                "aws schemas put-code-binding --registry-name " (registry) " --schema-name " (name) " \\\n"
                "  --schema-version " (number) " --language " (generated)
            } }
        }
    }

    fn binding_link(&self, language: &str) -> String {
        let path = schema_link(&self.registry, &self.schema.name);
        format!("{path}/bindings/{}/{}", self.version.number, encoded(language))
    }
}

fn binding_row(link: &str, language: &str, binding: &Binding, size: Option<i64>) -> Markup {
    let (good, bad) = (binding.status == bindings::COMPLETE, binding.status == bindings::FAILED);
    html! {
        tr {
            td { (language) }
            td data-label="Status" { span.badge.good[good].bad[bad] { (binding.status) } @if let Some(reason) = &binding.reason { span.quiet { (layout::with_code(reason)) } } }
            td data-label="Last modified" { (layout::time(&binding.modified)) }
            td data-label="Archive" { @if let Some(size) = size { a href=(link) download { "Download " (language) } " " span.quiet { (count(size, "byte")) } } @else { "–" } }
        }
    }
}

fn find(db: &Connection, registry: &RegistryName, name: &SchemaName) -> rusqlite::Result<Option<Schema>> {
    match registries::find(db, registry)? {
        Some(registry) => schemas::find(db, registry.id, name),
        None => Ok(None),
    }
}

/// The archive of a binding, if it is generated.
pub(super) fn archive(
    (registry, name, version, language): (&str, &str, i64, &str),
    db: &Connection,
) -> rusqlite::Result<Option<Vec<u8>>> {
    let (Ok(registry), Ok(name)) = (RegistryName::parse(registry), SchemaName::parse(name)) else {
        return Ok(None);
    };
    match find(db, &registry, &name)? {
        Some(schema) => bindings::source(db, schema.id, version, language),
        None => Ok(None),
    }
}

//! The page of a schema: one version's content, what it changed and for whom, or its code bindings, beside the list of all versions.

use maud::{Markup, html};

use crate::TagMap;
use crate::deprecation::DeprecationNote;
use crate::json::{json_block, json_changes};
use crate::judgement::{JudgementResult, render_judged};
use crate::layout::{self, count_of, encode_segment, registry_link, schema_link};
use crate::version::VersionLabel;

/// The page of a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaPage {
    /// The registry that holds it.
    pub registry: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Its ARN.
    pub arn: String,
    /// Its tags.
    pub tags: TagMap,
    /// How many versions it has.
    pub version_count: i64,
    /// The versions in the list, newest first.
    pub versions: Vec<VersionRow>,
    /// The version that is shown.
    pub version: ShownVersion,
    /// The end of the version that is shown, if it is on its way out.
    pub deprecated: Option<DeprecationNote>,
    /// The version before it.
    pub before: Option<ShownVersion>,
    /// What is shown of the version.
    pub view: SchemaView,
    /// What the change from the version before means, if somebody judged it.
    pub judged: Option<JudgementResult>,
    /// The code bindings of the version.
    pub bindings: Vec<BindingRow>,
    /// The languages that code is generated in, in a sentence.
    pub generated: String,
    /// The languages that only AWS generates code in, in a sentence.
    pub foreign: String,
}

/// What a page shows of a version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SchemaView {
    /// Its content.
    #[default]
    Content,
    /// What it changed.
    Changes,
    /// Its code bindings.
    Bindings,
}

/// A version in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionRow {
    /// What it is called.
    pub label: VersionLabel,
    /// When it was registered, as RFC 3339 in UTC.
    pub created: String,
    /// Whether it is on its way out.
    pub is_deprecated: bool,
}

/// A version with its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownVersion {
    /// What it is called.
    pub label: VersionLabel,
    /// `JSONSchemaDraft4` or `OpenApi3`.
    pub content_type: String,
    /// The content, which is JSON.
    pub content: String,
    /// When it was registered, as RFC 3339 in UTC.
    pub created: String,
}

/// A code binding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindingRow {
    /// The language, as the API spells it.
    pub language: String,
    /// What became of it.
    pub state: BindingState,
    /// Why it failed, with code between backticks.
    pub reason: Option<String>,
    /// When that was, as RFC 3339 in UTC.
    pub modified: String,
    /// How many bytes its archive has, if there is one.
    pub size: Option<i64>,
}

/// What became of a code binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BindingState {
    /// It is being generated.
    InProgress,
    /// It can be downloaded.
    Complete,
    /// It cannot be generated.
    Failed,
}

impl SchemaView {
    fn query(self) -> &'static str {
        match self {
            Self::Content => "",
            Self::Changes => "&show=changes",
            Self::Bindings => "&show=bindings",
        }
    }
}

impl BindingState {
    /// Returns the state as the API spells it.
    fn name(self) -> &'static str {
        match self {
            Self::InProgress => "CREATE_IN_PROGRESS",
            Self::Complete => "CREATE_COMPLETE",
            Self::Failed => "CREATE_FAILED",
        }
    }
}

impl SchemaPage {
    /// Returns the page as HTML.
    pub fn render(&self) -> String {
        let label = &self.version.label;
        let body = html! {
            h1 { (layout::breakable_name(&self.name)) }
            @if let Some(description) = &self.description { p.lead { (description) } }
            p.quiet { (count_of(self.version_count, "version")) " · " code { (self.arn) } }
            (layout::tags_list(&self.tags))
            div.split {
                (self.list())
                article {
                    header {
                        h2 { "Version " (label.name()) }
                        @if label.ours.is_some() { span.badge { "registry version " (label.number) } }
                        span.badge { (self.version.content_type) }
                        (layout::show_time(&self.version.created))
                    }
                    @if let Some(deprecated) = &self.deprecated { (deprecated.render()) }
                    (self.tabs())
                    (self.content())
                }
            }
        };
        let path = [
            layout::link_home(),
            (self.registry.as_str(), registry_link(&self.registry)),
            (self.name.as_str(), schema_link(&self.registry, &self.name)),
        ];
        layout::render_page(&self.name, &path, None, &body)
    }

    fn link(&self, version: i64, view: SchemaView) -> String {
        let path = schema_link(&self.registry, &self.name);
        format!("{path}?version={version}{}", view.query())
    }

    /// Newest first, as people look for them.
    fn list(&self) -> Markup {
        html! {
            nav.versions aria-label="Versions" { ol {
                @for VersionRow { label, created, is_deprecated } in &self.versions {
                    @let current = label.number == self.version.label.number;
                    li { a href=(self.link(label.number, self.view)) aria-current=[current.then_some("page")] {
                        span { b { (label.name()) }
                            @if label.ours.is_some() { " " span.quiet { "registry " (label.number) } }
                            @if *is_deprecated { " " span.badge.bad { "deprecated" } } }
                        (layout::show_date(created))
                    } }
                }
            } }
        }
    }

    fn tabs(&self) -> Markup {
        let current = |view: SchemaView| (self.view == view).then_some("page");
        let number = self.version.label.number;
        html! {
            nav.tabs aria-label="View" {
                a href=(self.link(number, SchemaView::Content)) aria-current=[current(SchemaView::Content)] { "Content" }
                @if let Some(before) = &self.before {
                    a href=(self.link(number, SchemaView::Changes)) aria-current=[current(SchemaView::Changes)] { "Changes since " (before.label.name()) }
                }
                a href=(self.link(number, SchemaView::Bindings)) aria-current=[current(SchemaView::Bindings)] { "Code bindings" }
            }
        }
    }

    fn content(&self) -> Markup {
        match (self.view, &self.before) {
            (SchemaView::Changes, Some(before)) => html! {
                @if let Some(judged) = &self.judged {
                    (render_judged(judged, &before.label.name(), &self.version.label.name()))
                    h3 { "Text" }
                }
                (json_changes(&before.content, &self.version.content))
            },
            (SchemaView::Changes, None) => html! {
                p.quiet { "The registry holds no version before this one: there is nothing to compare it with." }
            },
            (SchemaView::Bindings, _) => self.bindings(),
            (SchemaView::Content, _) => json_block(&self.version.content),
        }
    }

    fn bindings(&self) -> Markup {
        let (registry, name, number) = (&self.registry, &self.name, self.version.label.number);
        html! {
            @if self.bindings.is_empty() {
                p.quiet { "No code was generated for this version." }
            } @else {
                table {
                    thead { tr { th scope="col" { "Language" } th scope="col" { "Status" } th scope="col" { "Last modified" } th scope="col" { "Archive" } } }
                    tbody { @for binding in &self.bindings { (binding_row(&self.binding_link(&binding.language), binding)) } }
                }
            }
            p { "This registry generates " (self.generated) ". The languages of AWS (" (self.foreign) ") are generated by AWS only." }
            pre tabindex="0" { code {
                "aws schemas put-code-binding --registry-name " (registry) " --schema-name " (name) " \\\n"
                "  --schema-version " (number) " --language " (self.generated)
            } }
        }
    }

    fn binding_link(&self, language: &str) -> String {
        let path = schema_link(&self.registry, &self.name);
        format!(
            "{path}/bindings/{}/{}",
            self.version.label.number,
            encode_segment(language)
        )
    }
}

fn binding_row(link: &str, binding: &BindingRow) -> Markup {
    let BindingRow {
        language,
        state,
        reason,
        modified,
        size,
    } = binding;
    let (good, bad) = (*state == BindingState::Complete, *state == BindingState::Failed);
    html! {
        tr {
            td { (language) }
            td data-label="Status" { span.badge.good[good].bad[bad] { (state.name()) } @if let Some(reason) = reason { span.quiet { (layout::with_code(reason)) } } }
            td data-label="Last modified" { (layout::show_time(modified)) }
            td data-label="Archive" { @if let Some(size) = size { a href=(link) download { "Download " (language) } " " span.quiet { (count_of(*size, "byte")) } } @else { "–" } }
        }
    }
}

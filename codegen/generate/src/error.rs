//! Why no code is generated. Each error names its file and, where there is one, the place in it.

use schemactl_model::{EventRef, Source, Span};
use schemactl_workspace::LoadError;

use crate::untyped::UntypedPlace;

/// One reason why no code is generated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateError {
    /// The workspace cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// No event has that name.
    #[error("no event `{reference}` in the workspace; {}", expected_event(.meant.as_deref(), .events))]
    NoEvent {
        /// The reference.
        reference: String,
        /// The event that was probably meant, as a reference.
        meant: Option<String>,
        /// The names of the events, similar ones first.
        events: Vec<String>,
    },
    /// The text refers to no event.
    #[error(transparent)]
    Reference(schemactl_model::InvalidReference),
    /// The name exists in several namespaces.
    #[error("`{reference}` can be any of {}", .candidates.join(", "))]
    Ambiguous {
        /// The reference.
        reference: EventRef,
        /// What it can mean.
        candidates: Vec<String>,
    },
    /// The event has no such version.
    #[error("`{reference}` matches no version; {}", expected(.versions))]
    NoVersion {
        /// The reference.
        reference: EventRef,
        /// The versions there are.
        versions: Vec<String>,
    },
    /// What was named is retired, or has another name.
    #[error("`{reference}` {what}{}", rest(.versions))]
    Ended {
        /// The reference.
        reference: String,
        /// What became of it, when, by whom and why.
        what: String,
        /// The versions that the event still has.
        versions: Vec<String>,
    },
    /// A detail that is not an object: EventBridge takes no other.
    #[error("{}:{}: the detail of an event is an object, and this schema describes {what}", file.path(), file.location(span.start))]
    NotAnObject {
        /// The schema.
        file: Source,
        /// The place.
        span: Span,
        /// What it describes.
        what: String,
    },
    /// Two events would get the same module.
    #[error("{first} and {second} would both be the module `{module}`; generate them apart")]
    SameModule {
        /// The module.
        module: String,
        /// An event.
        first: String,
        /// The other event.
        second: String,
    },
    /// A setting of the generated code that cannot be read.
    #[error("`{option}` is `{value}`: {reason}")]
    Setting {
        /// The key of `[generate]`, as the method of the builder is called.
        option: &'static str,
        /// What it is.
        value: String,
        /// Why it cannot be read.
        reason: String,
    },
    /// The path of a setting that names nothing.
    #[error("`{option}`: nothing that is generated is called `{path}`{}", suggestion(.meant.as_deref()))]
    UnusedPath {
        /// The key of `[generate]`.
        option: &'static str,
        /// The path.
        path: String,
        /// The path that was probably meant.
        meant: Option<String>,
    },
    /// A document that has schemas, and none for the whole: OpenAPI, or definitions only.
    #[error("{}: the document has several schemas, and none for the whole; name one: {}", file.path(), expected(.schemas))]
    NoRoot {
        /// The document.
        file: Source,
        /// Its schemas.
        schemas: Vec<String>,
    },
    /// A file that is no JSON, or no schema.
    #[error(transparent)]
    Parse(#[from] schemactl_model::ParseError),
    /// A document, or a reference in it, that cannot be read.
    #[error("{}:{}: {pointer}: {reason}", file.path(), file.location(span.start))]
    Schema {
        /// The document.
        file: Source,
        /// The place in the text.
        span: Span,
        /// The place in the document, a JSON pointer.
        pointer: String,
        /// Why not.
        reason: String,
    },
    /// A reference to another file that is not among those of the schema.
    #[error("{}:{}: {pointer}: {reason}", file.path(), file.location(span.start))]
    Elsewhere {
        /// The document.
        file: Source,
        /// The place in the text.
        span: Span,
        /// The place in the document, a JSON pointer.
        pointer: String,
        /// Why it cannot be followed.
        reason: String,
    },
    /// A value that would be a `serde_json::Value`, where that is denied.
    #[error("{0}")]
    Untyped(UntypedPlace),
    /// The folder or file cannot be written.
    #[error("{path}: {error}")]
    Write {
        /// The path.
        path: String,
        /// What the system said.
        error: std::io::Error,
    },
    /// Two builders of a build script write the same file.
    #[error("two builders write {file} in OUT_DIR: give one of them another file_name")]
    WrittenTwice {
        /// The name of the file.
        file: String,
    },
    /// `OUT_DIR` is not set.
    #[error("OUT_DIR is not set: Builder::generate runs in a build script; elsewhere, call generate_to")]
    NotABuildScript,
}

fn suggestion(meant: Option<&str>) -> String {
    meant.map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"))
}

/// What is left of an event, where something is.
fn rest(versions: &[String]) -> String {
    if versions.is_empty() {
        String::new()
    } else {
        format!("; {}", expected(versions))
    }
}

/// The event that was meant, or else what was expected.
fn expected_event(meant: Option<&str>, events: &[String]) -> String {
    meant.map_or_else(|| expected(events), |meant| format!("did you mean `{meant}`?"))
}

/// What was expected, by the first of the names that there are.
fn expected(names: &[String]) -> String {
    /// Names that a line has room for.
    const MOST: usize = 8;
    match names {
        [] => "there are none".to_owned(),
        [only] => format!("expected {only}"),
        all => {
            let more = if all.len() > MOST { ", and more" } else { "" };
            format!("expected one of {}{more}", all[..all.len().min(MOST)].join(", "))
        }
    }
}

/// An error in the shape compilers print: `file:line:col` first where there is a place.
impl GenerateError {
    /// Returns whether the workspace's configuration, or the call, is at fault and not a schema.
    pub fn is_configuration(&self) -> bool {
        match self {
            Self::Load(error) => error.is_configuration(),
            Self::NoEvent { .. }
            | Self::Reference(_)
            | Self::WrittenTwice { .. }
            | Self::Ambiguous { .. }
            | Self::NoVersion { .. }
            | Self::Ended { .. }
            | Self::SameModule { .. }
            | Self::Setting { .. }
            | Self::UnusedPath { .. } => true,
            Self::NotAnObject { .. }
            | Self::NoRoot { .. }
            | Self::Parse(_)
            | Self::Schema { .. }
            | Self::Elsewhere { .. }
            | Self::Untyped(_)
            | Self::Write { .. }
            | Self::NotABuildScript => false,
        }
    }
}

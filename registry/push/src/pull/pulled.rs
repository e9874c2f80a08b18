//! What becomes of the versions of a registry in a workspace, as values.

use std::path::PathBuf;

use schemactl_convert::OpenApiError;
use schemactl_model::{DocumentError, DocumentProblem, EventName, Source, Span, Version};
use schemactl_workspace::LifeKind;

/// What becomes of a version of the registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pulled {
    /// It is new to the workspace: these files.
    New {
        /// The event.
        event: EventName,
        /// Our version.
        version: Version,
        /// The files.
        files: Vec<NewFile>,
        /// An earlier version with the same schema, to which the registry went back: its number of this one.
        again: Option<(Version, String)>,
        /// Whether schemactl wrote it: a workspace had it, without errors that were not accepted there.
        is_stamped: bool,
        /// Whether schemactl did not write it, and a push can take it over.
        is_adoptable: bool,
    },
    /// The workspace has it.
    Same {
        /// The event.
        event: EventName,
        /// Our version.
        version: Version,
        /// Whether schemactl did not write it, and a push can take it over.
        is_adoptable: bool,
    },
    /// The workspace has another schema under this version.
    Different {
        /// The event.
        event: EventName,
        /// Our version.
        version: Version,
    },
    /// The workspace has released it, and its file is lost.
    Lost {
        /// The event.
        event: EventName,
        /// Our version.
        version: Version,
        /// The files, if what is registered is the document that was released. Otherwise only its registered form is known.
        files: Option<Vec<NewFile>>,
    },
    /// It is over, and the workspace does not have it any more.
    Ended {
        /// The event.
        event: EventName,
        /// Our version.
        version: Version,
        /// What became of it.
        how: LifeKind,
    },
    /// Versions that are none of the workspace, whose history is settled: nothing is made of them.
    Past {
        /// The schema of the registry.
        schema: String,
        /// The registry's numbers of the versions, oldest first.
        numbers: Vec<String>,
        /// The event.
        event: EventName,
        /// Why.
        why: PastReason,
    },
    /// It is nothing that a workspace can hold.
    Unusable {
        /// The schema of the registry.
        schema: String,
        /// The registry's number of the version.
        number: String,
        /// Why.
        reason: UnusableReason,
    },
    /// A schema of an event that is not for this registry.
    Elsewhere {
        /// The schema of the registry.
        schema: String,
        /// The event.
        event: EventName,
    },
    /// A schema that another workspace registers.
    OfOther {
        /// The schema of the registry.
        schema: String,
        /// The folder of the workspace.
        folder: PathBuf,
    },
    /// Schemas that the settings ignore.
    Ignored {
        /// How many.
        schemas: usize,
    },
    /// What is not certain of an event.
    Remark {
        /// The event.
        event: EventName,
        /// What it is.
        remark: PullRemark,
    },
}

/// Why nothing is made of versions of the registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PastReason {
    /// They stand below this version, which is released.
    OlderThan(Version),
    /// A repair has registered this version of the workspace above them.
    Replaced(Version),
    /// Every released version of the event is over.
    Over(LifeKind),
}

/// Why a version of the registry is nothing that a workspace can hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnusableReason {
    /// Why, for people.
    pub text: String,
    /// Whether it has a reference that leads to nothing in its document.
    pub is_reference: bool,
    /// Whether it is part of a history that is not that of the workspace.
    pub is_other_history: bool,
}

impl From<String> for UnusableReason {
    fn from(text: String) -> Self {
        Self {
            text,
            ..Self::default()
        }
    }
}

impl UnusableReason {
    /// Returns why a schema cannot be read: the first of its errors.
    pub(super) fn of_document(errors: &[DocumentError]) -> Self {
        let problem = errors.first().and_then(|error| match error {
            DocumentError::Schema { problem, .. } => Some(problem),
            DocumentError::Parse(_) => None,
        });
        let place = |file: &Source, span: Span| {
            let place = file.location(span.start);
            format!("line {}, column {}", place.line, place.column)
        };
        let text = errors.first().map(|error| match error {
            DocumentError::Schema {
                source_file,
                span,
                problem,
            } => format!("{problem} ({})", place(source_file, *span)),
            DocumentError::Parse(error) => format!("{} ({})", error.message, place(&error.source_file, error.span)),
        });
        Self {
            text: text.unwrap_or_default(),
            is_reference: matches!(
                problem,
                Some(DocumentProblem::Reference(_) | DocumentProblem::Lost(_) | DocumentProblem::Include(_))
            ),
            ..Self::default()
        }
    }

    /// Returns why a document of whole events cannot be read.
    pub(super) fn of_envelope(error: &OpenApiError) -> Self {
        Self {
            text: error.to_string(),
            is_reference: matches!(error, OpenApiError::Reference(_)),
            ..Self::default()
        }
    }

    /// Returns that the registry has versions of its own, and not the `newest` one that the workspace has released.
    pub(super) fn of_other_history(newest: &Version) -> Self {
        Self {
            text: format!(
                "it is no version of the workspace, and the registry does not hold {newest}, the newest released one: it has another history"
            ),
            is_other_history: true,
            ..Self::default()
        }
    }
}

/// What is not certain of a pulled event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PullRemark {
    /// Members of event.toml are only the event's name, since nothing in the registry says them.
    Guessed {
        /// Each member, `source` or `detail-type`, with what was written.
        members: Vec<(&'static str, String)>,
        /// Whether the name of the schema has the form `source@DetailType`, which EventBridge gives to schemas that it discovers.
        is_discovered: bool,
    },
    /// The registry names another value than the one that counts.
    OtherNamed {
        /// The member: `source` or `detail-type`.
        member: &'static str,
        /// What event.toml has.
        kept: String,
        /// What the registry names.
        other: String,
        /// Whether the workspace has released the one in event.toml: only a move changes it.
        is_released: bool,
    },
    /// The event has another name than its schema, which differs from that of another event in case alone.
    OtherCase {
        /// The schema of the registry.
        schema: String,
    },
    /// A push registers the event under another name.
    OtherSchema {
        /// The schema that was pulled.
        schema: String,
        /// The schema that a push writes.
        registered_as: String,
    },
    /// A schema allows events to say versions that the workspace does not have.
    OtherVersions {
        /// The version that it was pulled as.
        version: Version,
        /// The property that says the version of an event.
        field: String,
        /// The versions that are left out.
        others: Vec<Version>,
    },
}

/// A file to write, if there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// Its path in the workspace.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
}

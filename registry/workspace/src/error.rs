//! Why a workspace cannot be read. Each error knows its file, and its place in it where there is one; what to do about it is
//! for the command line to say.

use std::path::PathBuf;

use schemactl_model::{DocumentError, ParseError, Source, Span};

/// One reason why a workspace, or a part of it, cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Neither the folder nor one above it has a `schemactl.toml`.
    #[error("no schemactl.toml in {} or any folder above it", start.display())]
    NoManifest {
        /// Where the search began.
        start: PathBuf,
    },
    /// A TOML file (`schemactl.toml`, `event.toml`, `schemactl.lock`) that does not say what it should.
    #[error("{}:{}: {message}", file.path(), file.location(span.start))]
    Settings {
        /// The file.
        file: Source,
        /// The offending bytes.
        span: Span,
        /// What is wrong.
        message: String,
    },
    /// A merge of git that is not finished.
    #[error("{}:{}: unresolved merge conflict", file.path(), file.location(span.start))]
    Conflict {
        /// The file.
        file: Source,
        /// The line where the conflict begins.
        span: Span,
    },
    /// A file or folder whose name or place has no meaning in a workspace.
    #[error("{path}: {message}")]
    Layout {
        /// The path, relative to the workspace.
        path: String,
        /// What is wrong with it.
        message: String,
    },
    /// A schema or an example in YAML.
    #[error("{path}: schemas and examples are JSON files, and this is YAML; expected {json}")]
    Yaml {
        /// The path, relative to the workspace.
        path: String,
        /// The path of the JSON file in its place.
        json: String,
    },
    /// A file that cannot be read.
    #[error("{path}: {error}")]
    Io {
        /// The path, relative to the workspace.
        path: String,
        /// What the system said.
        error: std::io::Error,
    },
    /// A file or folder whose content is in another place: a submodule, or what Git LFS keeps.
    #[error("{path}: {message}")]
    Foreign {
        /// The path, relative to the workspace.
        path: String,
        /// What it is.
        message: String,
    },
    /// A schema of an earlier state that refers to what cannot be read.
    #[error("{path}: {message}")]
    Unresolved {
        /// The path, relative to the workspace.
        path: String,
        /// Which reference it is, and why.
        message: String,
    },
    /// A schema that cannot be read.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// An example that is not JSON.
    #[error(transparent)]
    Example(#[from] ParseError),
}

impl LoadError {
    /// Returns the path of what cannot be read, relative to the workspace.
    pub fn path(&self) -> &str {
        match self {
            Self::NoManifest { .. } => "schemactl.toml",
            Self::Settings { file, .. } | Self::Conflict { file, .. } => file.path(),
            Self::Layout { path, .. }
            | Self::Yaml { path, .. }
            | Self::Io { path, .. }
            | Self::Foreign { path, .. }
            | Self::Unresolved { path, .. } => path,
            Self::Document(DocumentError::Parse(error)) | Self::Example(error) => error.source_file.path(),
            Self::Document(DocumentError::Schema { source_file, .. }) => source_file.path(),
        }
    }

    /// Returns whether the configuration is at fault (`true`) or the content of a file (`false`).
    pub fn is_configuration(&self) -> bool {
        matches!(
            self,
            Self::NoManifest { .. } | Self::Settings { .. } | Self::Layout { .. } | Self::Yaml { .. }
        )
    }
}

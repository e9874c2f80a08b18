//! Why a command cannot do its work. In: the errors of the libraries. Out: diagnostics with a place and advice, and the exit
//! code. A finding is no problem: it is the answer.

use std::path::{Path, PathBuf};

use schemactl_check::{Report, Rule};
use schemactl_eventbridge::ConnectError;
use schemactl_generate::GenerateError;
use schemactl_model::{DocumentError, ParseError, SchemaFault, Source, Span};
use schemactl_pattern::PatternError;
use schemactl_push::RemoteError;
use schemactl_server::StartError;
use schemactl_workspace::LoadError;

use crate::advice;
use crate::diagnostic::Diagnostic;
use crate::exit::Exit;

/// Everything that ends a command early.
#[derive(Debug)]
pub(crate) enum Problem {
    /// The workspace cannot be read.
    Load(Vec<LoadError>),
    /// JSON from outside the workspace cannot be read.
    Json(Vec<ParseError>),
    /// A schema from outside the workspace cannot be read.
    Schema(Vec<DocumentError>),
    /// A schema has faults, so that nothing can be said about it.
    Faults(Vec<(Source, SchemaFault)>),
    /// A file holds an event pattern that EventBridge rejects.
    Pattern { file: String, error: PatternError },
    /// No code is generated.
    Generate(Vec<GenerateError>),
    /// The settings lead to no registry.
    Connect(ConnectError),
    /// The registry refused, or cannot be reached.
    Remote(RemoteError),
    /// The local registry does not start.
    Start(StartError),
    /// A file cannot be read or written.
    File {
        path: PathBuf,
        what: &'static str,
        error: std::io::Error,
    },
    /// The arguments do not fit the workspace.
    Usage { message: String, help: String },
}

impl Problem {
    pub(crate) fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Usage {
            message: message.into(),
            help: help.into(),
        }
    }

    pub(crate) fn exit(&self) -> Exit {
        let by = |configuration: bool| if configuration { Exit::Usage } else { Exit::Unreadable };
        match self {
            Self::Load(errors) => by(errors.iter().all(LoadError::is_configuration)),
            Self::Generate(errors) => by(errors.iter().all(GenerateError::is_configuration)),
            Self::Json(_) | Self::Schema(_) | Self::Faults(_) | Self::Pattern { .. } | Self::File { .. } => {
                Exit::Unreadable
            }
            Self::Connect(_)
            | Self::Usage { .. }
            | Self::Start(StartError::Listen { .. } | StartError::Exposed { .. }) => Exit::Usage,
            Self::Start(_) => Exit::Unreadable,
            Self::Remote(_) => Exit::Remote,
        }
    }

    /// Returns the report of a check that was not made for it: of the workspace, of the events that a file belongs to, or of an example.
    pub(crate) fn report(&self) -> Report {
        let diagnostics = self.diagnostics();
        let findings = diagnostics
            .iter()
            .map(|diagnostic| diagnostic.to_finding(Rule::NotChecked));
        let mut findings: Vec<_> = findings.collect();
        if let Self::Load(errors) = self {
            for (finding, error) in findings.iter_mut().zip(errors) {
                finding.event = error.find_event();
                if error.is_about_example() {
                    finding.rule = Rule::ExampleInvalid;
                }
            }
        }
        Report::of_pair(findings)
    }

    pub(crate) fn diagnostics(&self) -> Vec<Diagnostic> {
        match self {
            Self::Load(errors) => errors.iter().map(load).collect(),
            Self::Json(errors) => errors.iter().map(json).collect(),
            Self::Schema(errors) => errors.iter().map(document).collect(),
            Self::Faults(faults) => faults.iter().map(fault).collect(),
            Self::Generate(errors) => errors.iter().map(generate).collect(),
            Self::Pattern { file, error } => {
                let help = "correct the pattern: EventBridge rejects it, with these words";
                vec![Diagnostic::error(format!("{file}: {error}")).help(help)]
            }
            Self::Connect(error) => {
                vec![Diagnostic::error(error.to_string()).help(advice::advise_on_connection(error))]
            }
            Self::Remote(error) => vec![diagnose_remote_error(error)],
            Self::Start(error) => vec![Diagnostic::error(error.to_string()).help(advice::advise_on_start(error))],
            Self::File { path, what, error } => {
                let title = format!("cannot {what} {}: {error}", path.display());
                vec![Diagnostic::error(title).help(advice::advise_on_io(error))]
            }
            Self::Usage { message, help } => vec![Diagnostic::error(message).help(help)],
        }
    }
}

impl From<Vec<LoadError>> for Problem {
    fn from(errors: Vec<LoadError>) -> Self {
        Self::Load(errors)
    }
}

impl From<Vec<GenerateError>> for Problem {
    fn from(errors: Vec<GenerateError>) -> Self {
        Self::Generate(errors)
    }
}

impl From<RemoteError> for Problem {
    fn from(error: RemoteError) -> Self {
        Self::Remote(error)
    }
}

impl From<ConnectError> for Problem {
    fn from(error: ConnectError) -> Self {
        Self::Connect(error)
    }
}

impl From<StartError> for Problem {
    fn from(error: StartError) -> Self {
        Self::Start(error)
    }
}

/// A failed call, with what to do about it.
pub(crate) fn diagnose_remote_error(error: &RemoteError) -> Diagnostic {
    Diagnostic::error(error.to_string()).help(advice::advise_on_remote(error))
}

fn placed(title: String, file: &Source, span: Span) -> Diagnostic {
    Diagnostic::error(title).place(file, span, "here")
}

fn load(error: &LoadError) -> Diagnostic {
    let help = advice::advise_on_load(error);
    let diagnostic = match error {
        LoadError::Settings { file, span, message } => placed(message.clone(), file, *span),
        LoadError::Conflict { file, span } => placed("unresolved merge conflict".to_owned(), file, *span),
        LoadError::Layout { path, message }
        | LoadError::Foreign { path, message }
        | LoadError::Unresolved { path, message } => Diagnostic::error(message.clone()).file(path),
        LoadError::Yaml { path, .. } => {
            Diagnostic::error("schemas and examples are JSON files, and this is YAML").file(path)
        }
        LoadError::Io { path, error } => Diagnostic::error(format!("cannot read the file: {error}")).file(path),
        LoadError::Document(error) => return document(error),
        LoadError::Example(error) => return json(error),
        LoadError::NoManifest { start } => Diagnostic::error(match find_outer_workspace(start) {
            Some(outer) => format!(
                "no schemactl.toml in {} or above it in its repository; {} is around the repository, and is another workspace",
                start.display(),
                outer.display()
            ),
            None => error.to_string(),
        }),
    };
    match help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

fn document(error: &DocumentError) -> Diagnostic {
    match error {
        DocumentError::Parse(error) => json(error),
        DocumentError::Schema {
            source_file,
            span,
            problem,
        } => placed(problem.to_string(), source_file, *span).help(advice::advise_on_schema(problem)),
    }
}

fn fault((file, fault): &(Source, SchemaFault)) -> Diagnostic {
    placed(fault.message.clone(), file, fault.span).help(fault.fix())
}

fn json(error: &ParseError) -> Diagnostic {
    let mut diagnostic = placed(error.message.clone(), &error.source_file, error.span);
    if let Some((span, label)) = error.related {
        diagnostic = diagnostic.place(&error.source_file, span, label);
    }
    let path = error.source_file.path();
    match error.help {
        Some(help) => diagnostic.help(help),
        None if is_yaml(path) => diagnostic.help(advice::advise_on_yaml(
            path,
            &Path::new(path).with_extension("json").to_string_lossy(),
        )),
        None => diagnostic,
    }
}

/// Whether a file is YAML by its name.
fn is_yaml(path: &str) -> bool {
    let extension = Path::new(path).extension();
    extension.is_some_and(|extension| extension.eq_ignore_ascii_case("yaml") || extension.eq_ignore_ascii_case("yml"))
}

fn generate(error: &GenerateError) -> Diagnostic {
    match error {
        GenerateError::Load(error) => load(error),
        GenerateError::NotAnObject { file, span, what } => placed(
            format!("the detail of an event is an object, and this schema describes {what}"),
            file,
            *span,
        )
        .help("EventBridge rejects any other detail; wrap the value in an object"),
        GenerateError::Parse(error) => json(error),
        GenerateError::Schema {
            file,
            span,
            pointer,
            reason,
        } => placed(format!("{pointer}: {reason}"), file, *span),
        GenerateError::Elsewhere {
            file,
            span,
            pointer,
            reason,
        } => placed(format!("{pointer}: {reason}"), file, *span).help(advice::FILE_ELSEWHERE),
        other => Diagnostic::error(other.to_string()),
    }
}

/// Returns the workspace that is around the repository of a folder, and not the folder's.
fn find_outer_workspace(start: &Path) -> Option<PathBuf> {
    let start = start.canonicalize().ok()?;
    let outer = start.ancestors().find(|folder| folder.join("schemactl.toml").is_file());
    outer.map(Path::to_owned)
}

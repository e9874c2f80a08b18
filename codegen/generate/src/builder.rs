//! Generation in a build script. In: the folder of a workspace and the events that a crate uses. Out: one file in `OUT_DIR`,
//! or where the crate keeps it, and the lines that tell cargo when to run again.

use std::path::{Path, PathBuf};

use schemactl_model::EventRef;
use schemactl_workspace::{Workspace, find_root, write_atomic};

use crate::{GenerateError, Settings, UnknownFields, generate};

/// The file that [`Builder::generate`] writes into `OUT_DIR`.
const FILE: &str = "events.rs";

/// Collects what to generate; see the front page of this crate for a whole example.
#[derive(Clone, Debug)]
pub struct Builder {
    workspace: PathBuf,
    events: Vec<EventRef>,
    settings: Settings,
}

impl Builder {
    /// Takes a folder in a workspace: the one with `schemactl.toml` or any below it, such as `schemas`.
    pub fn new(workspace: impl Into<PathBuf>) -> Self {
        Self {
            workspace: workspace.into(),
            events: Vec::new(),
            settings: Settings::default(),
        }
    }

    /// Adds an event: `OrderPlaced`, `OrderPlaced@1.0`, `OrderPlaced@^1`, `com.myapp.orders/OrderPlaced@2.0`. Without any,
    /// all events of the workspace are generated.
    pub fn event(mut self, reference: &str) -> Result<Self, schemactl_model::InvalidReference> {
        self.events.push(reference.parse()?);
        Ok(self)
    }

    /// What readers do with properties that their schema does not name; they ignore them if nothing is said.
    #[must_use]
    pub fn unknown_fields(mut self, unknown_fields: UnknownFields) -> Self {
        self.settings.unknown_fields = unknown_fields;
        self
    }

    /// Writes `OUT_DIR/events.rs`, tells cargo when to run again, and reports each problem as an error of the build.
    pub fn generate(self) -> Result<(), BuildError> {
        let out = std::env::var_os("OUT_DIR").map(PathBuf::from);
        let written = out
            .ok_or_else(|| vec![GenerateError::NotABuildScript])
            .and_then(|out| self.generate_to(&out.join(FILE)));
        self.tell_cargo();
        written.map(|_| ()).map_err(|errors| {
            for error in &errors {
                instruct(&format!("cargo::error={}", error.to_string().replace('\n', " ")));
            }
            BuildError(errors)
        })
    }

    /// Writes the file `path`, if it is not already what it should be. Returns whether it changed.
    pub fn generate_to(&self, path: &Path) -> Result<bool, Vec<GenerateError>> {
        let text = self.source()?;
        write_atomic(path, text.as_bytes()).map_err(|error| {
            vec![GenerateError::Write {
                path: path.display().to_string(),
                error,
            }]
        })
    }

    /// The source, written nowhere.
    pub fn source(&self) -> Result<String, Vec<GenerateError>> {
        let root = find_root(&self.workspace).map_err(|error| vec![error.into()])?;
        let workspace =
            Workspace::load(&root).map_err(|errors| errors.into_iter().map(GenerateError::Load).collect::<Vec<_>>())?;
        generate(&workspace, &self.events, &self.settings)
    }

    /// A folder stands for everything below it: a new version is a new file there.
    fn tell_cargo(&self) {
        let root = find_root(&self.workspace).unwrap_or_else(|_| self.workspace.clone());
        for path in [root.join("schemactl.toml"), root.join("schemas")] {
            instruct(&format!("cargo::rerun-if-changed={}", path.display()));
        }
    }
}

/// What build scripts say to cargo, they say on standard output.
#[allow(clippy::print_stdout, reason = "the protocol of build scripts")]
fn instruct(line: &str) {
    println!("{line}");
}

/// Why [`Builder::generate`] generated nothing. Cargo has been told each reason.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct BuildError(Vec<GenerateError>);

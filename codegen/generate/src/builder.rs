//! Generation in a build script. In: the folder of a workspace and the events that a crate uses. Out: one file in `OUT_DIR`,
//! or where the crate keeps it, and the lines that tell cargo when to run again.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::{fmt, fs};

use schemactl_model::EventRef;
use schemactl_workspace::{CacheKey, GenerateSettings, LOCK_FILE, Workspace, find_root, write_if_changed};

use crate::error::GenerateError;
use crate::generate::generate_events;
use crate::settings::{Integers, Modules, Money, Numbers, Settings, Times, UnknownFields};
use crate::unchanged::Inputs;

/// The file that [`Builder::generate`] writes into `OUT_DIR`, if nothing else is said.
const FILE: &str = "events.rs";

/// The files that this build script wrote.
static WRITTEN: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Collects what to generate; see the front page of this crate for a whole example.
#[derive(Clone, Debug)]
pub struct Builder {
    workspace: PathBuf,
    file_name: String,
    events: Vec<EventRef>,
    /// What lies over `[generate]` of the workspace.
    settings: GenerateSettings,
    denies_untyped: bool,
}

impl Builder {
    /// Takes a folder in a workspace: the one with `schemactl.toml` or any below it, such as `schemas`.
    pub fn new(workspace: impl Into<PathBuf>) -> Self {
        Self {
            workspace: workspace.into(),
            file_name: FILE.to_owned(),
            events: Vec::new(),
            settings: GenerateSettings::default(),
            denies_untyped: false,
        }
    }

    /// Adds an event: `OrderPlaced`, `OrderPlaced@1.0`, `OrderPlaced@^1`, `com.myapp.orders/OrderPlaced@2.0`. Without any,
    /// all events of the workspace are generated.
    pub fn event(mut self, reference: &str) -> Result<Self, BuildError> {
        let reference = reference
            .parse()
            .map_err(|error| BuildError(vec![GenerateError::Reference(error)]))?;
        self.events.push(reference);
        Ok(self)
    }

    /// Sets the name of the file in `OUT_DIR`; `events.rs` by default. A build script with several builders names one for each.
    #[must_use]
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = name.into();
        self
    }

    /// Sets what readers do with properties that their schema does not name; by default they ignore them.
    #[must_use]
    pub fn unknown_fields(mut self, unknown_fields: UnknownFields) -> Self {
        self.settings.unknown_fields = Some(unknown_fields.as_str().to_owned());
        self
    }

    /// Sets the Rust type for numbers that need not be integers.
    #[must_use]
    pub fn numbers(mut self, numbers: Numbers) -> Self {
        self.settings.numbers = Some(numbers.as_str().to_owned());
        self
    }

    /// Sets the Rust type for integers whose bounds fit no built-in type.
    #[must_use]
    pub fn integers(mut self, integers: Integers) -> Self {
        self.settings.integers = Some(integers.as_str().to_owned());
        self
    }

    /// Sets the Rust type for monetary properties (named amount, price, total, …).
    #[must_use]
    pub fn money(mut self, money: Money) -> Self {
        self.settings.money = Some(money.as_str().to_owned());
        self
    }

    /// Sets whether types derive `Hash`, `PartialOrd` and `Ord` where all their parts have them; by default only enums of strings and
    /// constants do. For a hundred event types that costs a quarter more of `cargo check`.
    #[must_use]
    pub fn hash_and_order(mut self, hash_and_order: bool) -> Self {
        self.settings.hash_and_order = Some(hash_and_order);
        self
    }

    /// Sets the Rust type for strings of `format: date-time`.
    #[must_use]
    pub fn times(mut self, times: Times) -> Self {
        self.settings.times = Some(times.as_str().to_owned());
        self
    }

    /// Sets whether root types get a `validate()`. If a schema has patterns, `schemactl-runtime` needs its feature `regex`.
    #[must_use]
    pub fn validate(mut self, validate: bool) -> Self {
        self.settings.validate = Some(validate);
        self
    }

    /// Sets whether a value without a type of its own, a `serde_json::Value`, is an error: for each, the place in the schema and the reason.
    #[must_use]
    pub fn deny_untyped(mut self, deny_untyped: bool) -> Self {
        self.denies_untyped = deny_untyped;
        self
    }

    /// Sets whether each event is behind a cargo feature of the consumer's crate, called like its module: `order_placed`.
    #[must_use]
    pub fn features(mut self, features: bool) -> Self {
        self.settings.features = Some(features);
        self
    }

    /// Adds derives, separated by commas, to the types of a path: `event`, `event/Type`, `*` for any. A type derives none twice; for a path
    /// that names no type itself, `Hash`, `Eq`, `PartialOrd` and `Ord` are added to the types whose parts all have them.
    #[must_use]
    pub fn derive(mut self, path: &str, derives: &str) -> Self {
        self.settings.add_derive(path, derives);
        self
    }

    /// Adds attributes to the types of a path: `event`, `event/Type`, `*` for any.
    #[must_use]
    pub fn type_attribute(mut self, path: &str, attributes: &str) -> Self {
        self.settings.add_type_attribute(path, attributes);
        self
    }

    /// Adds attributes to the fields and variants of a path: `event`, `event/Type`, `event/Type.field`, `*` for any.
    #[must_use]
    pub fn field_attribute(mut self, path: &str, attributes: &str) -> Self {
        self.settings.add_field_attribute(path, attributes);
        self
    }

    /// Renames an event, a type, a field or a variant: `rename("OrderPlaced/Item", "Line")`. It takes precedence over `x-rust-name`.
    #[must_use]
    pub fn rename(mut self, path: &str, name: &str) -> Self {
        self.settings.rename.insert(path.to_owned(), name.to_owned());
        self
    }

    /// Uses a type of your own in place of a generated type, or for a field: `replace("OrderPlaced/Money", "::my_types::Money")`. It is
    /// `Clone`, `Debug`, `PartialEq` and one of `schemactl_runtime::json_type!`.
    #[must_use]
    pub fn replace(mut self, path: &str, rust_type: &str) -> Self {
        self.settings.replace.insert(path.to_owned(), rust_type.to_owned());
        self
    }

    /// Sets the Rust type for strings of a format: `format("uuid", "::uuid::Uuid")`. `i32`, `u32`, `i64` and `u64` are for integers of a format,
    /// `format("int32", "i32")`: larger ones are refused, also if the schema allows them.
    #[must_use]
    pub fn format(mut self, format: &str, rust_type: &str) -> Self {
        self.settings.format.insert(format.to_owned(), rust_type.to_owned());
        self
    }

    /// Trusts `x-rust-type` of schemas to name types of a crate, which has this version: `rust_crate("my-types", "1.2.0")`.
    #[must_use]
    pub fn rust_crate(mut self, name: &str, version: &str) -> Self {
        self.settings.crates.insert(name.to_owned(), version.to_owned());
        self
    }

    /// Sets how events are in modules.
    #[must_use]
    pub fn modules(mut self, modules: Modules) -> Self {
        self.settings.modules = Some(modules.as_str().to_owned());
        self
    }

    /// Uses the module that another crate generates for an event, and its types wherever other events have the same:
    /// `extern_module("OrderPlaced", "::shared_events::order_placed")`. Both crates are generated with the same settings.
    #[must_use]
    pub fn extern_module(mut self, event: &str, path: &str) -> Self {
        self.settings.extern_module.insert(event.to_owned(), path.to_owned());
        self
    }

    /// Adds an enum over several events of a queue: `group("Billing", ["OrderPlaced@^1", "PaymentDeclined"])`. Its events are generated too.
    #[must_use]
    pub fn group<'e>(mut self, name: &str, events: impl IntoIterator<Item = &'e str>) -> Self {
        let events = events.into_iter().map(str::to_owned).collect();
        self.settings.group.insert(name.to_owned(), events);
        self
    }

    /// Sets the Rust type for objects whose properties are not named: `map_type("::std::collections::HashMap")`. It has the types of keys and
    /// values as parameters.
    #[must_use]
    pub fn map_type(mut self, path: &str) -> Self {
        self.settings.map_type = Some(path.to_owned());
        self
    }

    /// Writes `OUT_DIR/events.rs`, tells cargo when to run again, and reports each problem as an error of the build. A
    /// keyword that cannot be read, so that any value is taken, is a warning.
    pub fn generate(self) -> Result<(), BuildError> {
        let out = std::env::var_os("OUT_DIR").map(PathBuf::from);
        self.tell_cargo();
        let written = out
            .ok_or_else(|| vec![GenerateError::NotABuildScript])
            .and_then(|out| self.generate_again(&out.join(&self.file_name)));
        written.map_err(|errors| {
            for error in &errors {
                instruct(&format!("cargo::error={}", self.place(error).replace('\n', " ")));
            }
            BuildError(errors)
        })
    }

    /// Writes the file `path`, if it is not already what it should be. Returns whether it changed. In a build script it tells
    /// cargo when to run again.
    pub fn generate_to(&self, path: &Path) -> Result<bool, BuildError> {
        let is_build = std::env::var_os("OUT_DIR").is_some();
        if is_build {
            self.tell_cargo();
        }
        let workspace = self.load().map_err(BuildError)?;
        if is_build {
            self.included(&workspace).lines().for_each(instruct);
        }
        let source = self.source_of(&workspace).map_err(BuildError)?;
        write(path, &source).map_err(BuildError)
    }

    /// Returns the source, written nowhere.
    pub fn source(&self) -> Result<String, BuildError> {
        let workspace = self.load().map_err(BuildError)?;
        self.source_of(&workspace).map_err(BuildError)
    }

    fn source_of(&self, workspace: &Workspace) -> Result<String, Vec<GenerateError>> {
        let code = generate_events(workspace, &self.events, &self.settings_for(workspace))?;
        if self.denies_untyped && !code.untyped.is_empty() {
            return Err(code.untyped.into_iter().map(GenerateError::Untyped).collect());
        }
        Ok(code.source)
    }

    /// What an error says, with a path that begins where the build script runs: editors open that.
    fn place(&self, error: &GenerateError) -> String {
        let said = error.to_string();
        match find_root(&self.workspace) {
            Ok(root) if said.starts_with("schemas/") || said.starts_with("schemactl.") => {
                format!("{}/{said}", root.display())
            }
            _ => said,
        }
    }

    fn load(&self) -> Result<Workspace, Vec<GenerateError>> {
        let root = find_root(&self.workspace).map_err(|error| vec![error.into()])?;
        Workspace::load(&root).map_err(|errors| errors.into_iter().map(GenerateError::Load).collect())
    }

    /// The settings of the workspace, with those of this builder over them.
    fn settings_for(&self, workspace: &Workspace) -> Settings {
        Settings::from(&workspace.manifest.generate.overlaid_with(&self.settings))
    }

    /// Generates the file, unless it was made from just what is there now.
    fn generate_again(&self, path: &Path) -> Result<(), Vec<GenerateError>> {
        let is_new = WRITTEN
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(path.to_owned());
        if !is_new {
            return Err(vec![GenerateError::WrittenTwice {
                file: self.file_name.clone(),
            }]);
        }
        let root = find_root(&self.workspace).map_err(|error| vec![error.into()])?;
        let mut how = CacheKey::default();
        for event in &self.events {
            how.add("event", &event.to_string());
        }
        self.settings.add_to_key(&mut how);
        how.add("deny untyped", &self.denies_untyped.to_string());
        let inputs = Inputs::read(&root, how.as_str(), path);
        if let Some(included) = inputs.as_ref().and_then(Inputs::note) {
            included.lines().for_each(instruct);
            return Ok(());
        }
        let workspace = self.load()?;
        let included = self.included(&workspace);
        included.lines().for_each(instruct);
        let text = self.source_of(&workspace)?;
        write(path, &text)?;
        if let Some(inputs) = inputs {
            inputs.keep(&text, &included);
        }
        Ok(())
    }

    /// What cargo is told of the events that settings name, and of the files outside the folders of events that schemas refer to.
    fn included(&self, workspace: &Workspace) -> String {
        let settings = self.settings_for(workspace);
        let of_groups = settings.table.group.values().flatten();
        let of_settings = of_groups.chain(settings.table.extern_module.keys());
        let of_settings: Vec<EventRef> = of_settings.filter_map(|text| text.parse().ok()).collect();
        let folders = of_settings
            .iter()
            .flat_map(|event| folders_of(&workspace.root.join("schemas"), event));
        let events = self.events.iter().chain(&of_settings);
        let events = events.flat_map(|event| workspace.events_named(event));
        let versions = events.flat_map(|event| event.versions.values());
        let included = versions.flat_map(|version| version.document.included());
        let paths = included.map(|file| workspace.root.join(file.path()));
        let paths: BTreeSet<_> = paths.chain(folders).collect();
        let lines = paths.iter();
        lines.fold(String::new(), |text, path| {
            text + &format!("cargo::rerun-if-changed={}\n", path.display())
        })
    }

    /// A folder stands for everything below it: a new version is a new file there. Only the events that are generated count;
    /// where references do not lead to a folder yet, anything new may be what they mean.
    fn tell_cargo(&self) {
        let root = find_root(&self.workspace).unwrap_or_else(|_| self.workspace.clone());
        let schemas = root.join("schemas");
        let folders: Vec<_> = self
            .events
            .iter()
            .flat_map(|event| folders_of(&schemas, event))
            .collect();
        let found = self.events.iter().all(|event| !folders_of(&schemas, event).is_empty());
        let watched = if found && !folders.is_empty() {
            folders
        } else {
            vec![schemas]
        };
        // The lock says what is retired. A path that is not there would run the script every time.
        let lock = Some(root.join(LOCK_FILE)).filter(|path| path.is_file());
        let settings = std::iter::once(root.join("schemactl.toml")).chain(lock);
        let watched: BTreeSet<_> = settings.chain(watched).collect();
        for path in watched {
            instruct(&format!("cargo::rerun-if-changed={}", path.display()));
        }
    }
}

/// The folders of the events that a reference can mean.
fn folders_of(schemas: &Path, event: &EventRef) -> Vec<PathBuf> {
    let namespaces = match &event.namespace {
        Some(namespace) => vec![schemas.join(namespace)],
        None => fs::read_dir(schemas)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .collect(),
    };
    let folders = namespaces.into_iter().map(|namespace| namespace.join(&event.name));
    folders.filter(|folder| folder.is_dir()).collect()
}

/// Writes a file by way of another one beside it and a rename, so that a reader sees the old bytes or the new ones. The same
/// bytes are not written again: cargo builds nothing anew. Returns whether something was written.
fn write(path: &Path, text: &str) -> Result<bool, Vec<GenerateError>> {
    let written = write_if_changed(path, text.as_bytes(), |path, _| {
        let beside = path.with_extension(format!("{}.tmp", std::process::id()));
        let written = fs::write(&beside, text).and_then(|()| fs::rename(&beside, path));
        if written.is_err() {
            // Best effort: the first error is the one that counts.
            let _ = fs::remove_file(&beside);
        }
        written
    });
    written.map_err(|error| {
        vec![GenerateError::Write {
            path: path.display().to_string(),
            error,
        }]
    })
}

/// What build scripts say to cargo, they say on standard output.
#[allow(clippy::print_stdout, reason = "the protocol of build scripts")]
fn instruct(line: &str) {
    println!("{line}");
}

/// Why nothing was generated. [`Builder::generate`] has told cargo each reason.
#[derive(thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct BuildError(Vec<GenerateError>);

impl BuildError {
    /// Returns the reasons, each with its place.
    pub fn errors(&self) -> &[GenerateError] {
        &self.0
    }
}

/// As it is displayed: `main` shows errors in this way, and people read it.
impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

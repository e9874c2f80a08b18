//! What every command needs: where it writes, which workspace it is about, and whether the demo plays with it.

use std::path::{Path, PathBuf};

use schemactl_compat::Semantics;
use schemactl_model::EventRef;
use schemactl_workspace::{Date, LoadError, MANIFEST_FILE, Workspace, WorkspaceEvent, find_root};

use crate::args::GlobalArgs;
use crate::baseline::CheckStart;
use crate::console::Console;
use crate::exit::Exit;
use crate::left_out::LeftOutFiles;
use crate::problem::Problem;
use crate::suggestions::{advise_on_folder, list_names};

/// The folder of what this machine keeps of a workspace. It can be deleted at any time, and belongs into no repository.
const KEPT: &str = ".schemactl";

/// The surroundings of a command.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) console: Console,
    folder: Option<PathBuf>,
    /// Whether other workspaces are checked by the same command.
    is_one_of_several: bool,
    today: Option<Date>,
    /// The registry of the demo, in place of the one that the environment names.
    pub(crate) local_registry: Option<String>,
}

impl Context {
    pub(crate) fn new(global: &GlobalArgs) -> Self {
        Self {
            console: Console::new(global),
            folder: global.workspace.clone(),
            is_one_of_several: false,
            today: global.today,
            local_registry: None,
        }
    }

    /// The same console, in another workspace and with a registry on this machine.
    pub(crate) fn inside(&self, folder: &Path, registry: Option<String>) -> Self {
        Self {
            console: self.console.clone(),
            folder: Some(folder.to_owned()),
            is_one_of_several: false,
            today: self.today,
            local_registry: registry,
        }
    }

    /// The same, in one of the workspaces that a command is about.
    pub(crate) fn inside_one_of_several(&self, folder: &Path) -> Self {
        Self {
            is_one_of_several: true,
            ..self.inside(folder, self.local_registry.clone())
        }
    }

    /// Returns where the search for the workspace begins, for a comparison with a baseline.
    pub(crate) fn check_start(&self) -> CheckStart {
        CheckStart {
            folder: self.start(),
            is_named: self.has_named_folder() && !self.is_one_of_several,
        }
    }

    /// The day by which things are judged: the one that was named, or else that of the clock, so that waivers run out on the same day
    /// everywhere.
    pub(crate) fn today(&self) -> Date {
        self.today
            .unwrap_or_else(|| days_ago(0).parse().expect("the clock shows a day"))
    }

    /// The folder in which the search for the workspace begins.
    pub(crate) fn start(&self) -> PathBuf {
        self.folder.clone().unwrap_or_else(|| PathBuf::from("."))
    }

    /// Returns whether `--workspace` or `SCHEMACTL_WORKSPACE` names a folder.
    pub(crate) fn has_named_folder(&self) -> bool {
        self.folder.is_some()
    }

    /// The folder of the workspace.
    pub(crate) fn root(&self) -> Result<PathBuf, Problem> {
        let root = find_root(&self.start()).map_err(|error| vec![error])?;
        if let Some(folder) = &self.folder {
            require_named(folder, &root)?;
        }
        Ok(root)
    }

    /// The workspace.
    pub(crate) fn workspace(&self) -> Result<Workspace, Problem> {
        let root = self.root()?;
        Workspace::load(&root).map_err(|errors| self.explain_load(&root, errors))
    }

    /// Returns the workspace without the events that cannot be read, with why they cannot. Nothing is written or pushed from such a one.
    ///
    /// # Errors
    /// Fails if no event can be read.
    pub(crate) fn readable_workspace(&self) -> Result<(Workspace, Option<Problem>), Problem> {
        let root = self.root()?;
        match Workspace::load_readable(&root) {
            Ok((workspace, errors)) if errors.is_empty() => Ok((workspace, None)),
            Ok((workspace, errors)) => Ok((workspace, Some(self.explain_load(&root, errors)))),
            Err(errors) => Err(self.explain_load(&root, errors)),
        }
    }

    /// The problem that a workspace, or a part of it, cannot be read.
    fn explain_load(&self, root: &Path, errors: Vec<LoadError>) -> Problem {
        if let Some(left_out) = LeftOutFiles::find(root).and_then(|left_out| left_out.describe()) {
            self.console.note(&left_out);
        }
        Problem::Load(errors)
    }
}

/// Refuses the closest workspace above a folder that was named and is none: one that was renamed or mistyped would pass as another one does.
/// What is in `schemas/` can only mean the workspace around it.
fn require_named(folder: &Path, root: &Path) -> Result<(), Problem> {
    let named = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let is_inside = |part: &str| named.starts_with(root.join(part)) && named.exists();
    if named == root || is_inside(MANIFEST_FILE) || is_inside("schemas") {
        return Ok(());
    }
    let what = if named.is_dir() {
        "has no schemactl.toml"
    } else {
        "does not exist"
    };
    Err(Problem::usage(
        format!("the workspace `{}` {what}", folder.display()),
        format!(
            "correct the path, or leave out --workspace and SCHEMACTL_WORKSPACE; the nearest workspace above it is {}",
            root.display()
        ),
    ))
}

/// A file that this machine keeps of a workspace. A link in place of the folder would lead out of the workspace: then there is
/// none.
pub(crate) fn kept_file(workspace: &Workspace, name: &str) -> Option<PathBuf> {
    let folder = workspace.root.join(KEPT);
    (!folder.is_symlink()).then(|| folder.join(name))
}

/// Returns the root of the git repository that a folder is in.
pub(crate) fn find_repository(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|above| above.join(".git").exists())
}

/// A folder seen from the root of its repository, with a slash at the end. Without a repository the folder is the root.
pub(crate) fn folder_in_repository(folder: &Path) -> String {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let below = find_repository(&folder).and_then(|root| folder.strip_prefix(root).ok());
    below
        .into_iter()
        .flatten()
        .fold(String::new(), |path, part| path + &part.to_string_lossy() + "/")
}

/// The one event that a reference names.
pub(crate) fn find_event<'w>(workspace: &'w Workspace, reference: &EventRef) -> Result<&'w WorkspaceEvent, Problem> {
    match workspace.events_named(reference).as_slice() {
        [event] => Ok(event),
        [] => Err(Problem::usage(
            format!("unknown event `{reference}`"),
            advise_on_event(workspace, reference),
        )),
        several => {
            let candidates: Vec<_> = several.iter().map(|event| event.name.to_string()).collect();
            Err(Problem::usage(
                format!("`{reference}` can be any of {}", list_names(&candidates)),
                "write the namespace too",
            ))
        }
    }
}

/// What to do about a reference that names no event.
pub(crate) fn advise_on_event(workspace: &Workspace, reference: &EventRef) -> String {
    if let Some(meant) = workspace.suggest_reference(reference) {
        return format!("did you mean `{meant}`?");
    }
    let typed = reference.to_string();
    if Path::new(&typed).is_dir() {
        return advise_on_folder(&typed);
    }
    let known: Vec<_> = workspace.events.keys().map(ToString::to_string).collect();
    if known.is_empty() {
        return "the workspace has no event: add one with `schemactl new event NAMESPACE/NAME`".to_owned();
    }
    format!("the events are {}", list_names(&known))
}

/// How the workspace wants its schemas to be read.
pub(crate) fn semantics_of_workspace(workspace: &Workspace) -> Semantics {
    Semantics {
        formats: workspace.manifest.check.formats,
    }
}

/// A day before today, by the clock and UTC, as `2027-01-31`.
pub(crate) fn days_ago(days: i64) -> String {
    let date = (time::OffsetDateTime::now_utc() - time::Duration::days(days)).date();
    format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
}

/// The workspace, with what the command line says of widening.
pub(crate) fn load_for_push(context: &Context, allow_widening: bool) -> Result<Workspace, Problem> {
    let mut workspace = context.workspace()?;
    workspace.manifest.registry.allow_widening |= allow_widening;
    Ok(workspace)
}

/// The workspace without the events that cannot be read, with why they cannot, for a command that only reads the registry. What the command line says of
/// widening holds.
///
/// # Errors
/// Fails if no event can be read.
pub(crate) fn load_for_preview(
    context: &Context,
    allow_widening: bool,
) -> Result<(Workspace, Option<Problem>), Problem> {
    let (mut workspace, unread) = context.readable_workspace()?;
    workspace.manifest.registry.allow_widening |= allow_widening;
    Ok((workspace, unread))
}

/// Says which files cannot be read, and returns the exit code of a command that was done without them. A command that failed fails with what it
/// says of itself first: neither hides the other.
pub(crate) fn tell_unread_files(
    unread: Option<&Problem>,
    done: Result<Exit, Problem>,
    console: &Console,
) -> Result<Exit, Problem> {
    let Some(problem) = unread else { return done };
    let show = |problem: &Problem| {
        for diagnostic in problem.diagnostics() {
            console.diagnostic(&diagnostic);
        }
    };
    let exit = done.unwrap_or_else(|failed| {
        show(&failed);
        failed.exit()
    });
    show(problem);
    console.note(
        "what these files are part of is left out, and nothing is written to the registry until they can be read",
    );
    Ok(exit.louder(problem.exit()))
}

//! What every command needs: where it writes, which workspace it is about, and whether the demo plays with it.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use schemactl_check::{CheckOptions, Checked, Proofs, Report, check, check_again, judged_formats};
use schemactl_compat::Semantics;
use schemactl_model::EventRef;
use schemactl_workspace::{Date, LifeKind, Lock, Workspace, WorkspaceEvent, find_root};

use crate::args::GlobalArgs;
use crate::baseline::{self, Baseline};
use crate::console::Console;
use crate::former::former_states;
use crate::problem::Problem;

/// The folder of what this machine keeps of a workspace. It can be deleted at any time, and belongs into no repository.
const KEPT: &str = ".schemactl";

/// The surroundings of a command.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) console: Console,
    folder: Option<PathBuf>,
    today: Option<Date>,
    /// The registry of the demo, in place of the one that the environment names.
    pub(crate) local_registry: Option<String>,
}

impl Context {
    pub(crate) fn new(global: &GlobalArgs) -> Self {
        Self {
            console: Console::new(global),
            folder: global.workspace.clone(),
            today: global.today,
            local_registry: None,
        }
    }

    /// The same console, in another workspace and with a registry on this machine.
    pub(crate) fn inside(&self, folder: &Path, registry: Option<String>) -> Self {
        Self {
            console: self.console.clone(),
            folder: Some(folder.to_owned()),
            today: self.today,
            local_registry: registry,
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

    /// The folder of the workspace.
    pub(crate) fn root(&self) -> Result<PathBuf, Problem> {
        Ok(find_root(&self.start()).map_err(|error| vec![error])?)
    }

    /// The workspace.
    pub(crate) fn workspace(&self) -> Result<Workspace, Problem> {
        Ok(Workspace::load(&self.root()?)?)
    }
}

/// A file that this machine keeps of a workspace. A link in place of the folder would lead out of the workspace: then there is
/// none.
pub(crate) fn kept_file(workspace: &Workspace, name: &str) -> Option<PathBuf> {
    let folder = workspace.root.join(KEPT);
    (!folder.is_symlink()).then(|| folder.join(name))
}

/// A folder seen from the root of its repository, with a slash at the end. Without a repository the folder is the root.
pub(crate) fn folder_in_repository(folder: &Path) -> String {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let repository = folder.ancestors().find(|above| above.join(".git").exists());
    let below = repository.and_then(|root| folder.strip_prefix(root).ok());
    below
        .into_iter()
        .flatten()
        .fold(String::new(), |path, part| path + &part.to_string_lossy() + "/")
}

/// The one event that a reference names.
pub(crate) fn find_event<'w>(workspace: &'w Workspace, reference: &EventRef) -> Result<&'w WorkspaceEvent, Problem> {
    let names = |events: &mut dyn Iterator<Item = &WorkspaceEvent>| {
        events
            .map(|event| event.name.to_string())
            .collect::<Vec<_>>()
            .join(", ")
    };
    match workspace.events_named(reference).as_slice() {
        [event] => Ok(event),
        [] => {
            let known = names(&mut workspace.events.values());
            Err(Problem::usage(
                format!("no event is called `{reference}`"),
                format!("the events are: {known}"),
            ))
        }
        several => {
            let candidates = names(&mut several.iter().copied());
            Err(Problem::usage(
                format!("`{reference}` can be any of {candidates}"),
                "write the namespace too",
            ))
        }
    }
}

/// How the workspace wants its schemas to be read.
pub(crate) fn semantics_of_workspace(workspace: &Workspace) -> Semantics {
    Semantics {
        formats: workspace.manifest.check.formats,
    }
}

/// What a check compares with beside the workspace itself.
#[derive(Debug, Default)]
pub(crate) struct Against {
    baseline: Option<Baseline>,
    registered: Option<(String, Lock)>,
    /// The lock of the main branch beside what is registered, if there is one.
    merged: Option<Lock>,
}

impl Against {
    /// What `--against` names.
    pub(crate) fn read(name: Option<&str>, workspace: &Workspace, context: &Context) -> Result<Self, Problem> {
        Ok(match name {
            None | Some("") => Self::default(),
            Some(baseline::REGISTRY) => Self {
                registered: Some(baseline::read_registered_versions(context, workspace)?),
                merged: baseline::lock_of_main(workspace),
                ..Self::default()
            },
            Some(name) => {
                let baseline = baseline::read_baseline(&workspace.root, &context.start(), name)?;
                tell(&baseline, &context.console);
                Self {
                    baseline: Some(baseline),
                    ..Self::default()
                }
            }
        })
    }
}

/// Says what a baseline does not have. What is broken in it is no fault of the present state, which may mend it.
fn tell(baseline: &Baseline, console: &Console) {
    if baseline.is_empty {
        console.note(&format!(
            "{} has no workspace yet: nothing to compare with",
            baseline.name()
        ));
    }
    if !baseline.is_empty {
        console.note(&format!("compared with {}", baseline.name()));
    }
    for error in baseline.errors() {
        console.note(&format!("{} cannot be read whole: {error}", baseline.name()));
    }
}

/// How a command checks.
#[derive(Debug)]
pub(crate) struct Checking {
    pub(crate) threads: Option<NonZeroUsize>,
    pub(crate) deny: Vec<LifeKind>,
    pub(crate) today: Date,
}

impl Checking {
    pub(crate) fn of(context: &Context) -> Self {
        Self {
            threads: None,
            deny: Vec::new(),
            today: context.today(),
        }
    }
}

/// Checks with the engine that every command uses.
pub(crate) fn check_against<'w>(
    workspace: &'w Workspace,
    against: &Against,
    context: &Context,
) -> (Report, Option<Checked<'w>>) {
    checked_as(workspace, against, Checking::of(context), None)
}

/// Checks as the command line wants it, without proving again what an earlier check proved.
pub(crate) fn checked_as<'w>(
    workspace: &'w Workspace,
    against: &Against,
    how: Checking,
    proofs: Option<&mut Proofs>,
) -> (Report, Option<Checked<'w>>) {
    let today = Some(how.today);
    let base = against.baseline.as_ref().map(Baseline::as_base);
    let formats = judged_formats(workspace, base.as_ref(), today);
    let engine = schemactl_compat::default_engine(Semantics { formats });
    let mut options = CheckOptions::new(&engine);
    let former = former_states(workspace);
    options.base = base;
    options.former = &former;
    options.registered = against.registered.as_ref().map(|(name, lock)| (name.as_str(), lock));
    options.merged = against.merged.as_ref();
    options.today = today;
    options.threads = how.threads;
    options.deny = how.deny;
    match proofs {
        Some(proofs) => check_again(workspace, &options, proofs),
        None => check(workspace, &options),
    }
}

/// A day before today, by the clock and UTC, as `2027-01-31`.
pub(crate) fn days_ago(days: i64) -> String {
    let date = (time::OffsetDateTime::now_utc() - time::Duration::days(days)).date();
    format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
}

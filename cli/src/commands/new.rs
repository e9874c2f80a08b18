//! `schemactl new event`. In: a name, and perhaps an event. Out: the folder of a new event, which `check` passes: it is checked before anything is
//! written.

use std::fmt::Write as _;

use schemactl_check::{Finding, Severity};
use schemactl_infer::{EnvelopedEvent, InferredDialect, Shape, json_schema, print_schema, read_events};
use schemactl_model::{EventName, Source, Value, Version};
use schemactl_workspace::{EditedFiles, Workspace, WorkspaceEvent};

use crate::args::{NewArgs, NewCommand, NewEventArgs, StdinArgs};
use crate::checking::{Against, check_against};
use crate::context::Context;
use crate::edits::write_edits;
use crate::event_template::{COMMON_EXAMPLE, COMMON_PROPERTIES, EventTemplate, make_detail_type};
use crate::exit::Exit;
use crate::input;
use crate::problem::Problem;
use crate::suggestions::list_names;

pub(crate) fn run_new(args: &NewArgs, context: &Context) -> Result<Exit, Problem> {
    match &args.what {
        NewCommand::Event(args) => add_event(args, context),
    }
}

fn add_event(args: &NewEventArgs, context: &Context) -> Result<Exit, Problem> {
    let workspace = Workspace::load_to_fill(&context.root()?)?;
    let given = match &args.from_example {
        Some(file) => Some(GivenEvent::read(input::read_input(file, &StdinArgs::default())?)?),
        None => None,
    };
    let name = choose_name(args, &workspace, given.as_ref())?;
    refuse_existing(&workspace, &name)?;
    let files = write_files(args, &workspace, &name, given.as_ref());
    require_clean(&workspace, &files, context)?;
    let mut report = String::new();
    for (path, _) in files.written.files() {
        let state = if args.dry_run { "would write" } else { "written" };
        writeln!(report, "{state} {path}").expect("writing to a string cannot fail");
    }
    if !args.dry_run {
        write_edits(&workspace, &files)?;
    }
    context.console.result(&report);
    context
        .console
        .note("next: describe the event in the schema and the example, then run `schemactl check`");
    Ok(Exit::Clean)
}

/// An event that somebody has.
struct GivenEvent {
    file: Source,
    event: Value,
}

impl GivenEvent {
    fn read(file: Source) -> Result<Self, Problem> {
        let events = read_events(&file).map_err(Problem::Json)?;
        let count = events.len();
        let mut events = events.into_iter();
        match (events.next(), count) {
            (Some(event), 1) => Ok(Self { file, event }),
            _ => Err(Problem::usage(
                format!("{} has {count} events; expected one", file.path()),
                "give a file with one event; `schemactl infer` makes a schema of several",
            )),
        }
    }

    fn envelope(&self) -> Option<EnvelopedEvent<'_>> {
        EnvelopedEvent::of(&self.event)
    }

    fn detail(&self) -> &Value {
        self.envelope().map_or(&self.event, |envelope| envelope.detail)
    }

    /// The version that the event states itself.
    fn version(&self) -> Option<Version> {
        self.detail().member("version")?.as_str()?.parse().ok()
    }
}

/// Returns the name of the event with its namespace, which may be left out if there is only one.
fn choose_name(args: &NewEventArgs, workspace: &Workspace, given: Option<&GivenEvent>) -> Result<EventName, Problem> {
    let advice = "write NAMESPACE/NAME, such as com.myapp.orders/OrderShipped";
    let invalid = |error: schemactl_model::InvalidName| Problem::usage(error.to_string(), advice);
    if args.name.contains(['/', '@']) {
        return args.name.parse().map_err(invalid);
    }
    let envelope = given.and_then(GivenEvent::envelope);
    let source = args.source.as_deref().or(envelope.map(|envelope| envelope.source));
    let mut namespaces: Vec<&str> = workspace.events.keys().map(EventName::namespace).collect();
    namespaces.dedup();
    let namespace = match (source, &namespaces[..]) {
        (Some(source), _) => source,
        (None, [only]) => only,
        (None, []) => {
            return Err(Problem::usage(
                format!("the namespace of `{}` is missing", args.name),
                advice,
            ));
        }
        (None, several) => {
            return Err(Problem::usage(
                format!(
                    "the namespace of `{}` is missing, and the workspace has several",
                    args.name
                ),
                format!(
                    "write NAMESPACE/{}; the namespaces are {}",
                    args.name,
                    list_names(several)
                ),
            ));
        }
    };
    EventName::new(namespace, &args.name).map_err(invalid)
}

fn refuse_existing(workspace: &Workspace, name: &EventName) -> Result<(), Problem> {
    if let Some(event) = workspace.events.get(name) {
        let help = match event.newest() {
            Some(newest) => format!(
                "to change the event, copy schemas/{name}/{}.json to the file of a new version, and edit that",
                newest.version
            ),
            None => format!("write its first schema to schemas/{name}/1.0.json"),
        };
        return Err(Problem::usage(format!("{name} already exists"), help));
    }
    let folder = format!("schemas/{name}");
    if workspace.root.join(&folder).exists() {
        return Err(Problem::usage(
            format!("{folder} already exists, and is no event of the workspace"),
            "remove the folder, or choose another name",
        ));
    }
    Ok(())
}

/// Returns the files of the event.
fn write_files(
    args: &NewEventArgs,
    workspace: &Workspace,
    name: &EventName,
    given: Option<&GivenEvent>,
) -> EditedFiles {
    let envelope = given.and_then(GivenEvent::envelope);
    let source = args
        .source
        .clone()
        .or_else(|| envelope.map(|envelope| envelope.source.to_owned()))
        .unwrap_or_else(|| choose_source(workspace, name));
    let detail_type = args
        .detail_type
        .clone()
        .or_else(|| envelope.map(|envelope| envelope.detail_type.to_owned()))
        .unwrap_or_else(|| choose_detail_type(workspace, name));
    let template = EventTemplate {
        name,
        source: &source,
        detail_type: &detail_type,
        description: None,
    };
    let mut files = EditedFiles::default();
    let Some(given) = given else {
        for (path, text) in template.files(&COMMON_PROPERTIES, COMMON_EXAMPLE) {
            files.written.insert(path, text);
        }
        return files;
    };
    files.written.insert(template.path("event.toml"), template.settings());
    let version = given.version().unwrap_or(Version::new(1, 0));
    let shape = Shape::of([given.detail()]);
    let schema = print_schema(&json_schema(&shape, InferredDialect::Draft4, Some(name.name())));
    files.written.insert(template.path(&format!("{version}.json")), schema);
    let example = template.path(&format!("examples/{version}/{COMMON_EXAMPLE}"));
    files.written.insert(example, given.file.text());
    files
}

/// The events of the namespace.
fn neighbours<'w>(workspace: &'w Workspace, name: &EventName) -> impl Iterator<Item = &'w WorkspaceEvent> {
    let namespace = name.namespace().to_owned();
    let events = workspace.events.values();
    events.filter(move |event| event.name.namespace() == namespace)
}

/// The source of the namespace's events if they have one, or else the namespace.
fn choose_source(workspace: &Workspace, name: &EventName) -> String {
    let mut sources: Vec<&str> = neighbours(workspace, name)
        .map(|event| event.settings.source.as_str())
        .collect();
    sources.dedup();
    match sources[..] {
        [only] => only.to_owned(),
        _ => name.namespace().to_owned(),
    }
}

/// The name itself where all other events have theirs, or else its words.
fn choose_detail_type(workspace: &Workspace, name: &EventName) -> String {
    let mut others = workspace.events.values().peekable();
    let has_others = others.peek().is_some();
    if has_others && others.all(|event| event.settings.detail_type == event.name.name()) {
        name.name().to_owned()
    } else {
        make_detail_type(name.name())
    }
}

/// Returns an error if `check` would find one in the event: nothing is written then.
fn require_clean(workspace: &Workspace, files: &EditedFiles, context: &Context) -> Result<(), Problem> {
    let edited = workspace.load_edited(files)?;
    let (after, _) = check_against(&edited, &Against::default(), context);
    if !after.has_errors() {
        return Ok(());
    }
    // An identity that two events share is found at one of them.
    let (before, _) = check_against(workspace, &Against::default(), context);
    let is_known = |one: &Finding| before.findings.iter().any(|other| other.fingerprint == one.fingerprint);
    let is_error = |one: &&Finding| one.severity == Severity::Error && !is_known(one);
    match after.findings.iter().find(is_error) {
        None => Ok(()),
        Some(finding) => Err(Problem::usage(
            format!("{}; nothing was written", finding.message),
            finding
                .fix
                .clone()
                .unwrap_or_else(|| format!("run `schemactl explain {}`", finding.rule)),
        )),
    }
}

//! `schemactl new event`. In: a name, and perhaps events. Out: the folder of a new event, which `check` passes: it is checked before anything is
//! written.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use schemactl_check::{Finding, Severity};
use schemactl_infer::{EnvelopedEvent, EventGrouper, InferredDialect, Shape, json_schema, print_schema, read_events};
use schemactl_model::{EventName, Value, Version};
use schemactl_workspace::{EditedFiles, Workspace, WorkspaceEvent};

use crate::args::{NewArgs, NewCommand, NewEventArgs, StdinArgs};
use crate::checking::{Against, check_against};
use crate::commands::infer::{refuse_kinds, refuse_no_event};
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
    let paths = [&args.from_example[..], &args.more_examples].concat();
    let given = if paths.is_empty() {
        None
    } else {
        Some(GivenEvents::read(&input::list_event_files(&paths)?)?)
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
    if args.dry_run {
        context.console.result(&report);
    } else {
        write_edits(&workspace, &files)?;
        context.console.tell_done(&report);
    }
    context
        .console
        .note("next: describe the event in the schema and the example, then run `schemactl check`");
    Ok(Exit::Clean)
}

/// Events that become examples: the first different ones. More say nothing that the schema does not, and somebody has to read them.
const MOST_EXAMPLES: usize = 10;

/// Events that somebody has, all of one kind, at least one.
struct GivenEvents {
    events: Vec<Value>,
    /// The version that they state themselves.
    version: Option<Version>,
    /// The text of a single event, which stays as it is written.
    text: Option<String>,
}

impl GivenEvents {
    fn read(files: &[PathBuf]) -> Result<Self, Problem> {
        let mut events = Vec::new();
        let mut text = None;
        for file in files {
            let source = input::read_lines(file, &StdinArgs::default())?;
            events.extend(read_events(&source).map_err(Problem::Json)?);
            text = Some(source.text().to_owned());
        }
        let mut grouper = EventGrouper::default();
        for event in &events {
            grouper.see(event);
        }
        match &grouper.into_groups()[..] {
            [] => return Err(refuse_no_event()),
            [_] => {}
            groups => return Err(refuse_kinds(groups, "give the events of one kind only")),
        }
        Ok(Self {
            version: find_version(&events)?,
            text: text.filter(|_| events.len() == 1),
            events,
        })
    }

    fn envelope(&self) -> Option<EnvelopedEvent<'_>> {
        EnvelopedEvent::of(&self.events[0])
    }

    /// Returns the texts of the examples.
    fn examples(&self) -> Vec<String> {
        if let Some(text) = &self.text {
            return vec![text.clone()];
        }
        let mut seen = BTreeSet::new();
        let each = self.events.iter().map(|event| event.to_json_pretty() + "\n");
        each.filter(|text| seen.insert(text.clone()))
            .take(MOST_EXAMPLES)
            .collect()
    }
}

/// Returns the detail of an event, with or without an envelope around it.
fn detail_of(event: &Value) -> &Value {
    EnvelopedEvent::of(event).map_or(event, |envelope| envelope.detail)
}

/// Returns the version that events state themselves: one version of a schema describes events of one version.
fn find_version(events: &[Value]) -> Result<Option<Version>, Problem> {
    let stated = events
        .iter()
        .filter_map(|event| detail_of(event).member("version")?.as_str()?.parse().ok());
    let versions: BTreeSet<Version> = stated.collect();
    if versions.len() > 1 {
        let names: Vec<_> = versions.iter().map(ToString::to_string).collect();
        return Err(Problem::usage(
            format!("the events have several versions: {}", list_names(&names)),
            "give the events of the oldest version; then copy its schema for each later one, and edit that",
        ));
    }
    Ok(versions.into_iter().next())
}

/// Returns the name of the event with its namespace, which may be left out if there is only one.
fn choose_name(args: &NewEventArgs, workspace: &Workspace, given: Option<&GivenEvents>) -> Result<EventName, Problem> {
    let advice = "write NAMESPACE/NAME, such as com.myapp.orders/OrderShipped";
    let invalid = |error: schemactl_model::InvalidName| Problem::usage(error.to_string(), advice);
    if args.name.contains(['/', '@']) {
        return args.name.parse().map_err(invalid);
    }
    let envelope = given.and_then(GivenEvents::envelope);
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
    if let Some(record) = workspace
        .lock
        .final_retirement(name)
        .filter(|_| workspace.lock.is_retired(name))
    {
        return Err(Problem::usage(
            format!("{name} was retired on {}: {}", record.date, record.reason),
            format!("choose another name, or publish it again with `schemactl retire {name} --undo --reason …`"),
        ));
    }
    if workspace.lock.released(name).is_some() {
        return Err(Problem::usage(
            format!("{name} was released, and its folder is missing or it has another name now"),
            format!("choose another name, or restore schemas/{name} from the history of the repository"),
        ));
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
    given: Option<&GivenEvents>,
) -> EditedFiles {
    let envelope = given.and_then(GivenEvents::envelope);
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
    let version = given.version.clone().unwrap_or(Version::new(1, 0));
    let shape = Shape::of(given.events.iter().map(detail_of));
    let schema = print_schema(&json_schema(&shape, InferredDialect::Draft4, Some(name.name())));
    files.written.insert(template.path(&format!("{version}.json")), schema);
    for (index, text) in given.examples().into_iter().enumerate() {
        let file = match index {
            0 => COMMON_EXAMPLE.to_owned(),
            _ => format!("example-{}.json", index + 1),
        };
        files
            .written
            .insert(template.path(&format!("examples/{version}/{file}")), text);
    }
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

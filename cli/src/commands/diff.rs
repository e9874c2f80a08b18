//! `schemactl diff`

mod batch;

use std::path::Path;

use schemactl_compat::{Break, Bump, Comparison, Policy, Schema, Verdict, breaks, compare, default_engine};
use schemactl_model::{Dialect, Document, EventRef, Source};
use schemactl_workspace::Workspace;
use serde::Serialize;

use crate::args::{Diff, Direction, Format};
use crate::console::renderer;
use crate::context::{Context, event};
use crate::diagnostic::{Diagnostic, Loudness};
use crate::exit::Exit;
use crate::problem::Problem;
use crate::report::json::{VerdictJson, pretty, verdict};

/// One side of the comparison.
struct Side {
    title: String,
    document: Document,
    policy: Option<String>,
    version_field: Option<String>,
}

pub(crate) fn run(args: &Diff, context: &Context) -> Result<Exit, Problem> {
    if let Some(file) = &args.batch {
        return batch::run(file, policy(args.policy.as_deref())?, context);
    }
    let (Some(old), Some(new)) = (&args.old, &args.new) else {
        return Err(Problem::usage(
            "two schemas to compare",
            "write `schemactl diff OLD NEW`",
        ));
    };
    let mut sides = Sides {
        context,
        workspace: None,
    };
    let (old, new) = (sides.side(old)?, sides.side(new)?);
    let policy = policy(args.policy.as_deref().or(new.policy.as_deref()))?;
    let field = new.version_field.as_deref().unwrap_or("version");
    let compared = compare(&default_engine(), &old.schema(), &new.schema(), policy, field);
    context.console.result(&match args.format {
        Format::Text => text(&old, &new, &compared, (policy, field)),
        Format::Json => json(&old, &new, &compared, policy),
    });
    Ok(exit(&compared, args.mode))
}

impl Side {
    fn schema(&self) -> Schema<'_> {
        Schema::new(self.document.root(), self.document.dialect())
    }
}

fn policy(name: Option<&str>) -> Result<Policy, Problem> {
    name.map_or(Ok(Policy::default()), |name| {
        name.parse()
            .map_err(|error: schemactl_compat::UnknownPolicy| Problem::usage(error.to_string(), known_policies()))
    })
}

fn known_policies() -> String {
    let names: Vec<_> = Policy::ALL.iter().map(ToString::to_string).collect();
    format!("policies are {}", names.join(", "))
}

fn exit(compared: &Comparison, mode: Direction) -> Exit {
    let backward = !matches!(mode, Direction::Backward | Direction::Full) || compared.backward.is_compatible();
    let forward = !matches!(mode, Direction::Forward | Direction::Full) || compared.forward.is_compatible();
    if backward && forward {
        Exit::Clean
    } else {
        Exit::Findings
    }
}

/// Reads the workspace only if a side is an event of it.
struct Sides<'c> {
    context: &'c Context,
    workspace: Option<Workspace>,
}

impl Sides<'_> {
    /// A file if there is one of that name, or if only a file can be meant; else an event of the workspace.
    fn side(&mut self, text: &str) -> Result<Side, Problem> {
        let path = Path::new(text);
        let is_json = path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        if path.is_file() || is_json {
            return from_file(path);
        }
        let reference: EventRef = text.parse().map_err(|_| {
            Problem::usage(
                format!("`{text}` is neither a file nor an event"),
                "write a path, or EVENT@VERSION such as OrderPlaced@1.0",
            )
        })?;
        if self.workspace.is_none() {
            self.workspace = Some(self.context.workspace()?);
        }
        let workspace = self.workspace.as_ref().expect("just set");
        from_workspace(workspace, &reference)
    }
}

fn from_file(path: &Path) -> Result<Side, Problem> {
    let bytes = std::fs::read(path).map_err(|error| Problem::File {
        path: path.to_owned(),
        what: "read",
        error,
    })?;
    let source = Source::from_bytes(path.display().to_string(), bytes).map_err(|error| Problem::Json(vec![error]))?;
    let document = Document::parse(source, Dialect::Draft202012).map_err(Problem::Schema)?;
    Ok(Side {
        title: path.display().to_string(),
        document,
        policy: None,
        version_field: None,
    })
}

fn from_workspace(workspace: &Workspace, reference: &EventRef) -> Result<Side, Problem> {
    let event = event(workspace, reference)?;
    let newest = event
        .versions
        .values()
        .rev()
        .find(|version| reference.matches(&version.version));
    let Some(version) = newest else {
        let versions: Vec<_> = event.versions.keys().map(ToString::to_string).collect();
        return Err(Problem::usage(
            format!("`{reference}` matches no version"),
            format!("there is {}", versions.join(", ")),
        ));
    };
    Ok(Side {
        title: format!("{}@{}", event.name.name(), version.version),
        document: version.document.clone(),
        policy: event
            .settings
            .policy
            .clone()
            .or_else(|| workspace.manifest.check.policy.clone()),
        version_field: Some(event.settings.version_field.clone()),
    })
}

fn text(old: &Side, new: &Side, compared: &Comparison, settings: Settings<'_>) -> String {
    let mut text = String::new();
    for (verdict, name, writer, reader) in [
        (&compared.backward, "backward", old, new),
        (&compared.forward, "forward", new, old),
    ] {
        text.push_str(&direction(verdict, name, writer, reader, settings));
        text.push_str("\n\n");
    }
    if !compared.assumptions.is_empty() {
        text.extend(["assumed: ", &compared.assumptions.join("; "), "\n"]);
    }
    let (needed, policy) = (needed(compared), settings.0);
    text + &format!("{} → {}: {needed} ({policy})\n", old.title, new.title)
}

fn direction(verdict: &Verdict, name: &str, writer: &Side, reader: &Side, settings: Settings<'_>) -> String {
    let (writer_title, reader_title) = (&writer.title, &reader.title);
    let diagnostic = match verdict {
        Verdict::Compatible => {
            return format!("{name} compatible: {reader_title} takes every event of {writer_title} (proved)");
        }
        Verdict::Undecided { reason, .. } => Diagnostic::new(
            Loudness::Warning,
            format!("{name}: whether {reader_title} takes every event of {writer_title} is undecided"),
        )
        .note(reason.clone()),
        Verdict::Incompatible { witness } => {
            let mut found = reasons(writer, reader, settings);
            if found.is_empty() {
                // The verdict stands, whatever became of the list.
                let (witness, violation) = (witness.clone(), None);
                found.push(Break { witness, violation });
            }
            let each = found
                .iter()
                .map(|one| broken(one, name, writer, reader).render(&renderer()));
            return each.collect::<Vec<_>>().join("\n\n");
        }
    };
    diagnostic.render(&renderer())
}

/// Breaks that are shown of one direction.
const MOST_BREAKS: usize = 20;

/// Policy and version field of a comparison.
type Settings<'s> = (Policy, &'s str);

fn reasons(writer: &Side, reader: &Side, (policy, field): Settings<'_>) -> Vec<Break> {
    breaks(
        &default_engine(),
        &writer.schema(),
        &reader.schema(),
        policy,
        Some(field),
        MOST_BREAKS,
    )
}

fn broken(one: &Break, name: &str, writer: &Side, reader: &Side) -> Diagnostic {
    let pointer = one.keyword();
    let at = |side: &Side| pointer.closest(side.document.root()).span;
    let message = match &one.violation {
        Some(violation) => violation.message.clone(),
        None => "under the policy, the reader refuses it".to_owned(),
    };
    Diagnostic::error(format!("{name}: {} refuses an event of {}", reader.title, writer.title))
        .place(reader.document.source(), at(reader), "refuses it here")
        .place(writer.document.source(), at(writer), "allows it")
        .note(format!("this event breaks: {}", one.witness.to_json()))
        .note(message)
}

fn needed(compared: &Comparison) -> String {
    match (&compared.backward, &compared.forward) {
        (Verdict::Incompatible { .. }, _) | (_, Verdict::Incompatible { .. }) => "needs a new major version".to_owned(),
        (Verdict::Undecided { .. }, _) | (_, Verdict::Undecided { .. }) => "undecided".to_owned(),
        _ if compared.equivalent => format!("a {} is enough: both say the same", Bump::Patch),
        _ => format!("a {} version is enough", Bump::Minor),
    }
}

#[derive(Serialize)]
struct File<'r> {
    format: u32,
    old: &'r str,
    new: &'r str,
    policy: String,
    backward: VerdictJson<'r>,
    forward: VerdictJson<'r>,
    equivalent: bool,
    assumptions: &'r [String],
}

fn json(old: &Side, new: &Side, compared: &Comparison, policy: Policy) -> String {
    pretty(&File {
        format: 1,
        old: &old.title,
        new: &new.title,
        policy: policy.to_string(),
        backward: verdict(&compared.backward),
        forward: verdict(&compared.forward),
        equivalent: compared.equivalent,
        assumptions: &compared.assumptions,
    })
}

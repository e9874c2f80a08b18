//! `schemactl diff`

pub(crate) mod batch;
mod files;
pub(crate) mod json;
mod lints;
mod table;
mod text;

use std::collections::BTreeMap;
use std::path::Path;

use schemactl_check::{Finding, Report, SchemaPair, Severity};
use schemactl_compat::{
    Bump, Comparison, ComparisonSettings, ExampleSource, Examples, Explanation, Policy, Schema, Semantics, Verdict,
    collect_example_events, compare_and_explain, declare_same_properties, default_engine, directions, needed_bump,
};
use schemactl_generate::{CodeDifference, ComparedEvent, find_code_difference};
use schemactl_model::{Dialect, Document, EventName, EventRef, Files, Source, Value, Version, VersionField};
use schemactl_workspace::{Workspace, WorkspaceEvent};

use self::files::{FolderFiles, RevisionFiles};
use self::lints::lint_sides;
use crate::args::{DiffArgs, DirectionArg, ReportFormat, StdinArgs};
use crate::code_comparison::is_noticed_by_code;
use crate::context::{Context, find_event, folder_in_repository, semantics_of_workspace};
use crate::exit::Exit;
use crate::problem::Problem;
use crate::report::text::ReportDetail;
use crate::report::{ReportView, render_report};
use crate::suggestions::advise_on_name;
use crate::validity::require_schemas;
use crate::{baseline, input, output};

/// One side of the comparison.
struct DiffSide {
    title: String,
    document: Document,
    /// Its file as other programs find it: by its path in the repository.
    file: Source,
    /// The folder that the paths of the files it refers to are seen from, in the repository.
    included_folder: String,
    event: EventName,
    version: Option<Version>,
    policy: Option<String>,
    version_field: Option<VersionField>,
    /// How severe a break is, as `check` has it.
    severity: Severity,
    /// Events that are valid.
    examples: Vec<Value>,
}

/// Everything that is known of a pair.
struct PairComparison<'s> {
    settings: ComparisonSettings<'s>,
    compared: Comparison,
    explanation: Explanation,
    /// The verdicts of the schemas taken literally, where the policy does not.
    strict: Option<(Verdict, Verdict)>,
    /// What `check` finds in each of the schemas by itself.
    lints: Vec<Finding>,
    /// Both declare the same properties, as far as they are equivalent.
    declares_same: bool,
    /// What changes about generated code, as far as they are equivalent and no change stands for it.
    code_difference: Option<CodeDifference>,
}

impl PairComparison<'_> {
    /// Returns the smallest step that the change allows; `None` if that is not decided.
    fn needed(&self) -> Option<Bump> {
        needed_bump(&self.compared.backward, &self.compared.forward, || {
            self.compared.equivalent
                && self.declares_same
                && !is_noticed_by_code(&self.explanation)
                && self.code_difference.is_none()
        })
    }
}

pub(crate) fn run_diff(args: &DiffArgs, context: &Context) -> Result<Exit, Problem> {
    output::each_file_once(&args.reports)?;
    if let Some(file) = &args.batch {
        let semantics = Semantics {
            formats: args.formats.unwrap_or_default(),
        };
        return batch::run_batch(file, (parse_policy(args.policy.as_deref())?, semantics), context);
    }
    let (Some(old), Some(new)) = (&args.old, &args.new) else {
        return Err(Problem::usage(
            "two schemas to compare",
            "write `schemactl diff OLD NEW`",
        ));
    };
    let mut sides = Sides {
        context,
        stdin: &args.stdin,
        workspace: None,
        unread: None,
    };
    let (old, new) = (sides.side(old)?, sides.side(new)?);
    require_schemas(&[&old.document, &new.document], &context.console)?;
    let policy = parse_policy(args.policy.as_deref().or(new.policy.as_deref()))?;
    let field = new.version_field.clone().unwrap_or_default();
    let settings = ComparisonSettings {
        policy,
        version_field: Some(&field),
    };
    let mut semantics = sides.workspace.as_ref().map(semantics_of_workspace).unwrap_or_default();
    semantics.formats = args.formats.unwrap_or(semantics.formats);
    let found = found(&old, &new, settings, semantics);
    let findings = findings(&old, &new, &found, args.mode);
    let render = |format| match format {
        ReportFormat::Text => text::render_comparison((&old, &new), &found, &findings, context.console.is_verbose()),
        ReportFormat::Json => json::render_json_comparison(&old, &new, &found),
        other => for_programs(other, &old, &new, &found, &findings),
    };
    output::print_reports(&args.reports, context, render)?;
    Ok(exit(&found.compared, args.mode))
}

/// The findings of both directions, backward first. What nobody asked for is good to know.
fn findings(old: &DiffSide, new: &DiffSide, found: &PairComparison<'_>, mode: DirectionArg) -> Vec<Finding> {
    use schemactl_check::Direction::{Backward, Forward};
    let pair = SchemaPair {
        event: &new.event,
        old: old.named(),
        new: new.named(),
        version_field: new.version_field.as_ref(),
    };
    let directions = [
        (Backward, mode.asks_backward(), &found.compared.backward),
        (Forward, mode.asks_forward(), &found.compared.forward),
    ];
    let findings = directions.map(|(direction, asked, verdict)| {
        let severity = if asked { new.severity } else { Severity::Note };
        pair.findings(direction, severity, verdict, &found.explanation)
    });
    // What breaks nobody and is noticed all the same is a warning, as `check` has it.
    let advisories = pair.advisories(found.explanation.unbroken());
    findings.into_iter().flatten().chain(advisories).collect()
}

impl DiffSide {
    /// Returns a file of its schema as other programs find it. `None` for files of others.
    fn find_file(&self, file: &Source) -> Option<Source> {
        if file == self.document.source() {
            return Some(self.file.clone());
        }
        let included = self.document.included().iter().find(|included| *included == file)?;
        Some(Source::new(
            format!("{}{}", self.included_folder, included.path()),
            included.text(),
        ))
    }

    fn named(&self) -> schemactl_check::ComparedSchema<'_> {
        schemactl_check::ComparedSchema {
            title: &self.title,
            version: self.version.as_ref(),
            document: &self.document,
        }
    }
}

/// A report in a format that check has too.
fn for_programs(
    format: ReportFormat,
    old: &DiffSide,
    new: &DiffSide,
    found: &PairComparison<'_>,
    findings: &[Finding],
) -> String {
    let mut findings = [findings, &found.lints].concat();
    for place in findings.iter_mut().flat_map(|finding| &mut finding.places) {
        let mut sides = [old, new].into_iter();
        if let Some(file) = sides.find_map(|side| side.find_file(&place.source)) {
            place.source = file;
        }
    }
    let conclusion = text::conclude_in_a_line(old, new, found);
    let view = ReportView {
        command: "diff",
        report: &Report::of_pair(findings),
        subjects: &BTreeMap::from([((None, &new.event), vec![new.version.as_ref()])]),
        conclusion: Some(&conclusion),
        detail: ReportDetail::Notable,
        folder: "",
    };
    render_report(format, &view)
}

fn found<'s>(
    old: &DiffSide,
    new: &DiffSide,
    settings: ComparisonSettings<'s>,
    semantics: Semantics,
) -> PairComparison<'s> {
    let (engine, pair) = (default_engine(semantics), (&old.schema(), &new.schema()));
    let field = settings.version_field.cloned().unwrap_or_default();
    let (of_old, of_new) = (
        collect_example_events(&old.known_events(), &new.known_events(), &field),
        collect_example_events(&new.known_events(), &old.known_events(), &field),
    );
    let examples = Examples {
        old: &of_old.iter().collect::<Vec<_>>(),
        new: &of_new.iter().collect::<Vec<_>>(),
    };
    let (compared, explanation) = compare_and_explain(&engine, pair, settings, examples);
    let changes = explanation.changes.iter().map(|one| &one.change);
    let declares_same = declare_same_properties(&engine, pair, changes);
    let is_one_contract = compared.equivalent && declares_same && !is_noticed_by_code(&explanation);
    let code_difference = || {
        let documents = (&old.document, &new.document);
        find_code_difference(documents, &ComparedEvent::new(&new.event, &field))
    };
    let strict = (!matches!(settings.policy, Policy::OpenStrict | Policy::Closed)).then(|| {
        let strict = ComparisonSettings {
            policy: Policy::OpenStrict,
            ..settings
        };
        directions(&engine, pair, strict)
    });
    PairComparison {
        settings,
        compared,
        explanation,
        declares_same,
        code_difference: is_one_contract.then(code_difference).flatten(),
        strict,
        lints: lint_sides((old, new), semantics),
    }
}

impl DiffSide {
    fn schema(&self) -> Schema<'_> {
        Schema::from(&self.document)
    }

    fn known_events(&self) -> ExampleSource<'_> {
        ExampleSource {
            schema: self.schema(),
            version: self.version.as_ref(),
            examples: &self.examples,
        }
    }
}

/// Parses the name of a policy; none is the default one.
pub(super) fn parse_policy(name: Option<&str>) -> Result<Policy, Problem> {
    name.map_or(Ok(Policy::default()), |name| {
        name.parse()
            .map_err(|error: schemactl_compat::UnknownPolicy| Problem::usage(error.to_string(), advise_on_policy(name)))
    })
}

fn advise_on_policy(name: &str) -> String {
    let known = Policy::ALL.map(|policy| policy.to_string());
    advise_on_name(name, "policies", &known.each_ref().map(String::as_str))
}

fn exit(compared: &Comparison, mode: DirectionArg) -> Exit {
    let backward = !mode.asks_backward() || compared.backward.is_compatible();
    let forward = !mode.asks_forward() || compared.forward.is_compatible();
    if backward && forward {
        Exit::Clean
    } else {
        Exit::Findings
    }
}

/// Reads the workspace only if a side is an event of it.
struct Sides<'c> {
    context: &'c Context,
    stdin: &'c StdinArgs,
    workspace: Option<Workspace>,
    /// Why the workspace has not all of its events.
    unread: Option<Problem>,
}

impl Sides<'_> {
    /// A file if there is one of that name, or if only a file can be meant; else an event of the workspace.
    fn side(&mut self, text: &str) -> Result<DiffSide, Problem> {
        let path = Path::new(text);
        let is_json = path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        if text == "-" {
            let source = input::read_input(path, self.stdin)?;
            return from_source(&source, Path::new(source.path()), None);
        }
        if is_url(text) {
            return Err(Problem::usage(
                format!("`{text}` is not on this machine, and schemactl fetches no files"),
                "download the schema, and compare the file",
            ));
        }
        if path.is_file() {
            return from_file(path, self.stdin);
        }
        if let Some((revision, file)) = baseline::split_revision(text) {
            return from_revision(text, revision, &file);
        }
        if is_json {
            return from_file(path, self.stdin);
        }
        let reference: EventRef = text.parse().map_err(|_| {
            Problem::usage(
                format!("`{text}` is neither a file nor an event"),
                "write a path, or EVENT@VERSION such as OrderPlaced@1.0",
            )
        })?;
        if self.workspace.is_none() {
            let (workspace, unread) = self.context.readable_workspace()?;
            self.workspace = Some(workspace);
            self.unread = unread;
        }
        let workspace = self.workspace.as_ref().expect("just set");
        // An event that is not found may be one that cannot be read.
        let side = from_workspace(workspace, &reference).map_err(|problem| self.unread.take().unwrap_or(problem))?;
        let retired = side.version.as_ref();
        if let Some(record) = retired.and_then(|version| workspace.lock.retirement(&side.event, version)) {
            let note = format!("{} was retired on {}: {}", side.title, record.date, record.reason);
            self.context.console.note(&note);
        }
        Ok(side)
    }
}

/// `scheme://…`, whatever the scheme.
fn is_url(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, _)| {
        !scheme.is_empty()
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    })
}

/// `REVISION:PATH`, the path seen from the folder that the command runs in, as `git show` would have it with `./`. What the schema
/// refers to is read from the revision too.
fn from_revision(title: &str, revision: &str, file: &str) -> Result<DiffSide, Problem> {
    let (path_in_repository, bytes) = baseline::read_revision_file(Path::new("."), revision, file)?;
    let source = Source::from_bytes(title, bytes).map_err(|error| Problem::Json(vec![error]))?;
    let mut files = RevisionFiles {
        revision,
        entry: (title.to_owned(), path_in_repository),
    };
    from_source(&source, Path::new(file), Some(&mut files))
}

fn from_file(path: &Path, stdin: &StdinArgs) -> Result<DiffSide, Problem> {
    let source = input::read_input(path, stdin)?;
    let mut files = FolderFiles::around(source.path(), path);
    let included_folder = files
        .as_ref()
        .map_or_else(String::new, |files| folder_in_repository(files.folder()));
    Ok(DiffSide {
        included_folder,
        ..from_source(&source, path, files.as_mut().map(|files| files as &mut dyn Files))?
    })
}

fn from_source(source: &Source, path: &Path, files: Option<&mut dyn Files>) -> Result<DiffSide, Problem> {
    let document = Document::read_with_faults(source.clone(), Dialect::Draft202012, files).map_err(Problem::Schema)?;
    let (folder, name) = (path.parent().unwrap_or(path), path.file_name().unwrap_or_default());
    // Below the folder of the command if that is all that is known.
    let folder = folder_in_repository(if folder == Path::new("") {
        Path::new(".")
    } else {
        folder
    });
    Ok(DiffSide {
        title: source.path().to_owned(),
        document,
        file: Source::new(folder + &name.to_string_lossy(), source.text()),
        included_folder: String::new(),
        event: event_of(path),
        version: None,
        policy: None,
        version_field: None,
        severity: Severity::Error,
        examples: Vec::new(),
    })
}

/// A file belongs to no event; reports want the name of one.
fn event_of(path: &Path) -> EventName {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    EventName::new("file", &stem)
        .or_else(|_| EventName::new("file", "schema"))
        .expect("two good names")
}

/// Returns why a reference matches no version of an event: it is retired and its schema is gone, or it never was one.
fn explain_no_version(workspace: &Workspace, event: &WorkspaceEvent, reference: &EventRef) -> Problem {
    let released = workspace.lock.released(&event.name);
    let mut released = released.into_iter().flat_map(|released| released.versions.keys().rev());
    let retired = released.find_map(|version| {
        let record = workspace.lock.retirement(&event.name, version)?;
        reference.matches(version).then_some((version, record))
    });
    if let Some((version, record)) = retired {
        let file = format!("schemas/{}/{version}.json", event.name);
        return Problem::usage(
            format!(
                "{}@{version} was retired on {}, and its schema is deleted: {}",
                event.name.name(),
                record.date,
                record.reason
            ),
            format!("compare the file of a revision that has it: `schemactl diff REVISION:{file} …`"),
        );
    }
    let versions: Vec<_> = event.versions.keys().map(ToString::to_string).collect();
    Problem::usage(
        format!("`{reference}` matches no version"),
        format!("the versions are {}", versions.join(", ")),
    )
}

fn from_workspace(workspace: &Workspace, reference: &EventRef) -> Result<DiffSide, Problem> {
    let event = find_event(workspace, reference)?;
    let newest = event
        .versions
        .values()
        .rev()
        .find(|version| reference.matches(&version.version));
    let Some(version) = newest else {
        return Err(explain_no_version(workspace, event, reference));
    };
    Ok(DiffSide {
        title: format!("{}@{}", event.name.name(), version.version),
        document: version.document.clone(),
        file: Source::new(
            folder_in_repository(&workspace.root) + version.document.source().path(),
            version.document.source().text(),
        ),
        included_folder: folder_in_repository(&workspace.root),
        event: event.name.clone(),
        version: Some(version.version.clone()),
        policy: event
            .settings
            .policy
            .clone()
            .or_else(|| workspace.manifest.check.policy.clone()),
        version_field: Some(event.settings.version_field.clone()),
        severity: Severity::of_break(event.settings.status),
        examples: version
            .examples
            .iter()
            .map(|example| example.detail().clone())
            .collect(),
    })
}

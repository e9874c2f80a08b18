//! What `check` finds in each of the two schemas by itself, such as keywords without effect: a comparison says nothing about them, and a keyword that
//! was meant to decide and does not changes what the verdict is worth. In: a side of the comparison. Out: findings that name the side.

use schemactl_check::{CheckOptions, Finding, Rule, Severity, check};
use schemactl_compat::{Semantics, default_engine};
use schemactl_model::{EventName, Version};
use schemactl_workspace::{FileMap, Workspace};

use super::DiffSide;

/// The rules about a schema by itself, wherever it stands. Not among them: faults and doubtful patterns, which every command reports that reads a
/// schema, and what a version of a workspace has to have, such as `$schema`.
const SCHEMA_RULES: [Rule; 8] = [
    Rule::KeywordNotInDialect,
    Rule::UnknownKeyword,
    Rule::DependenciesReplaced,
    Rule::ContainsDisputed,
    Rule::ExtensibleMisplaced,
    Rule::RequiredUndeclared,
    Rule::SubschemaUnsatisfiable,
    Rule::VersionUnsatisfiable,
];

/// The files of a workspace with one event; the schema is replaced by the side's.
const FRAME: [(&str, &str); 3] = [
    ("schemactl.toml", "version = 1\n\n[registry]\nname = \"diff\"\n"),
    (
        "schemas/side/Side/event.toml",
        "source = \"side\"\ndetail-type = \"Side\"\n",
    ),
    ("schemas/side/Side/1.0.json", "{}"),
];

/// Returns what `check` finds in each of two schemas by itself. What it finds in both, as in a file and itself, is told once.
pub(super) fn lint_sides((old, new): (&DiffSide, &DiffSide), semantics: Semantics) -> Vec<Finding> {
    let mut found = lint_side(old, semantics);
    let is_known = |one: &Finding, known: &[Finding]| {
        let is_same =
            |known: &Finding| (known.rule, &known.message, &known.places) == (one.rule, &one.message, &one.places);
        known.iter().any(is_same)
    };
    for one in lint_side(new, semantics) {
        if !is_known(&one, &found) {
            found.push(one);
        }
    }
    found
}

/// Returns what `check` finds in a schema by itself. A comparison judges the change: nothing here is louder than a warning.
fn lint_side(side: &DiffSide, semantics: Semantics) -> Vec<Finding> {
    let files: FileMap = FRAME.into_iter().collect();
    let mut workspace = Workspace::from_files(&files).expect("the frame is a workspace");
    let name = EventName::new("side", "Side").expect("two good names");
    let version = Version::new(1, 0);
    let event = workspace.events.get_mut(&name).expect("the frame has the event");
    let schema = event.versions.get_mut(&version).expect("the frame has the version");
    schema.document = side.document.clone();
    let engine = default_engine(semantics);
    let (report, _) = check(&workspace, &CheckOptions::new(&engine));
    let findings = report.findings.into_iter();
    let of_schema = findings.filter(|finding| SCHEMA_RULES.contains(&finding.rule));
    let title = format!("{}@{version}", name.name());
    let named = of_schema.map(|finding| Finding {
        event: Some(side.event.clone()),
        new: side.version.clone(),
        severity: finding.severity.max(Severity::Warning),
        message: finding.message.replace(&title, &side.title),
        why: finding.why.map(|why| why.replace(&title, &side.title)),
        fix: finding.fix.map(|fix| fix.replace(&title, &side.title)),
        ..finding
    });
    named.collect()
}

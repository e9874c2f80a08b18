//! Every folder `tests/cases/check/RULE/CASE` is a workspace and the findings that a check of it makes. A case whose name ends
//! in `-ok` is a near miss: it must not find its rule. A folder `base` in it is the earlier state that it is checked against. `BLESS=1` rewrites the expected files for review.
//! Each folder in `neighbors` is another workspace of the same repository.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use schemactl_check::{
    AbsenceReason, Base, CheckOptions, EventReports, Finding, Gone, Proofs, Report, Rule, Severity, check, check_again,
    check_remembering, set_inherited_aside,
};
use schemactl_compat::default_engine;
use schemactl_model::{EventName, Version};
use schemactl_tests::{compare_with_file, read_folder};
use schemactl_workspace::{EarlierState, EditedFiles, FileMap, LINTS, NeighborWorkspace, RuleSeverity, Workspace};

fn folders(path: &Path) -> Vec<PathBuf> {
    let mut found: Vec<_> = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| path.is_dir());
    found.sort();
    found
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/check");
    folders(&root).iter().flat_map(|rule| folders(rule)).collect()
}

/// The base of a case: the folder `base`, and `fork` where the branch left it in another state. A file `gone` lists the workspaces that
/// are not there any more.
struct Earlier {
    tip: EarlierState,
    fork: Option<EarlierState>,
    gone: Vec<Gone>,
    untracked: BTreeSet<String>,
    added: BTreeSet<(EventName, Version)>,
}

impl Earlier {
    fn of(case: &FileMap) -> Option<Self> {
        let state = |name: &str| {
            let files = files_below(case, name);
            (!files.is_empty()).then(|| EarlierState::load(Path::new(name), &files))
        };
        let gone = String::from_utf8(case.get("gone").unwrap_or_default().to_vec()).unwrap();
        let gone = gone.lines().map(|folder| Gone {
            folder: folder.to_owned(),
            reason: AbsenceReason::Deleted,
        });
        let (mut tip, mut fork) = (state("base")?, state("fork"));
        if let Some(fork) = &mut fork {
            tip.fill_from(fork);
            fork.fill_from(&tip);
        }
        Some(Self {
            tip,
            fork,
            gone: gone.collect(),
            untracked: BTreeSet::new(),
            added: BTreeSet::new(),
        })
    }

    fn base(&self) -> Base<'_> {
        Base {
            name: "main",
            tip: &self.tip,
            fork: self.fork.as_ref().unwrap_or(&self.tip),
            other_forks: &[],
            gone: &self.gone,
            untracked: &self.untracked,
            unchanged: &self.untracked,
            added: &self.added,
            lost: None,
        }
    }
}

/// Returns the files with a version of an event under another number.
fn renumber(files: &FileMap, folder: &str, old: &str, new: &str) -> FileMap {
    let renamed = |path: &str| {
        let inside = path.strip_prefix(folder).unwrap_or_default();
        let examples = inside.strip_prefix(&format!("examples/{old}/"));
        match examples {
            Some(example) => format!("{folder}examples/{new}/{example}"),
            None if inside == format!("{old}.json") => format!("{folder}{new}.json"),
            None => path.to_owned(),
        }
    };
    let files = files.files();
    files.map(|(path, content)| (renamed(path), content)).collect()
}

/// The newest version of each event is published as a major: where a smaller number is enough, a check of that number agrees.
#[test]
fn the_number_that_is_enough_is_accepted() {
    let mut renumbered = 0;
    for case in cases() {
        let files = read_files(&case);
        let workspace = Workspace::load_from(&case, &files).unwrap();
        for event in workspace.events.values().filter(|event| event.versions.len() > 1) {
            let folder = format!("schemas/{}/", event.name);
            let newest = event.newest().unwrap();
            let (own, major) = (newest.version.to_string(), newest.version.major() + 1);
            let as_major = renumber(&files, &folder, &own, &format!("{major}.0"));
            let of_event = |report: &Report| {
                let mut summaries = report.summaries.iter().filter(|one| one.event == event.name);
                summaries.next_back().cloned()
            };
            let Some(summary) = of_event(&run_files(&case, &as_major)) else {
                continue;
            };
            let Some(needed) = summary.needed.filter(|needed| *needed < summary.wrote) else {
                continue;
            };
            let report = run_files(&case, &renumber(&files, &folder, &own, &needed.to_string()));
            let again = of_event(&report).unwrap();
            assert_eq!(
                again.needed.as_ref(),
                Some(&needed),
                "{}: {}",
                case.display(),
                again.text
            );
            let about_number = [Rule::VersionOrder, Rule::PatchNotEquivalent, Rule::MajorNotNeeded];
            let complaint = report.findings.iter().find(|finding| {
                finding.event.as_ref() == Some(&event.name)
                    && finding.new.as_ref() == Some(&needed)
                    && about_number.contains(&finding.rule)
            });
            assert!(complaint.is_none(), "{}: {complaint:?}", case.display());
            renumbered += 1;
        }
    }
    assert!(
        renumbered > 10,
        "only {renumbered} versions could have a smaller number"
    );
}

/// Returns the files of a case by their paths.
fn read_files(case: &Path) -> FileMap {
    read_folder(case).into_iter().collect()
}

/// Returns the other workspaces of a case, sorted.
fn neighbors_of(files: &FileMap) -> Vec<NeighborWorkspace> {
    let names = files
        .files()
        .filter_map(|(path, _)| path.strip_prefix("neighbors/")?.split('/').next());
    let names: BTreeSet<&str> = names.collect();
    let load = |name: &&str| {
        let files = files_below(files, &format!("neighbors/{name}"));
        NeighborWorkspace::load_from(&files, name, &format!("../{name}")).unwrap()
    };
    names.iter().map(load).collect()
}

fn files_below(files: &FileMap, folder: &str) -> FileMap {
    let below = |path: &str| Some(path.strip_prefix(folder)?.strip_prefix('/')?.to_owned());
    let files = files.files();
    files
        .filter_map(|(path, content)| Some((below(path)?, content)))
        .collect()
}

fn run(case: &Path) -> Report {
    run_files(case, &read_files(case))
}

fn run_files(case: &Path, files: &FileMap) -> Report {
    let workspace = Workspace::load_from(case, files).unwrap_or_else(|errors| panic!("{}: {errors:?}", case.display()));
    let engine = default_engine(schemactl_compat::Semantics::default());
    let earlier = Earlier::of(files);
    let neighbors = neighbors_of(files);
    let options = CheckOptions {
        neighbors: &neighbors,
        today: Some("2026-07-01".parse().unwrap()),
        base: earlier.as_ref().map(Earlier::base),
        ..CheckOptions::new(&engine)
    };
    let (report, checked) = check(&workspace, &options);
    assert_eq!(checked.is_some(), !report.has_errors(), "{}", case.display());
    // What was proved once is not proved again, and nobody can tell.
    let mut proofs = Proofs::none("this test");
    for run in ["first", "again"] {
        let (known, _) = check_again(&workspace, &options, &mut proofs);
        assert_eq!(rendered(&known), rendered(&report), "{run}: {}", case.display());
    }
    // Nor does anybody see whether the report on an event is an earlier one.
    let mut reports = EventReports::default();
    for is_first in [true, false] {
        let known = check_remembering(&workspace, &options, &mut reports, &|_| is_first);
        assert!(known.skipped.is_empty(), "{}", case.display());
        assert_eq!(rendered(&known.report), rendered(&report), "{}", case.display());
    }
    report
}

fn line(finding: &Finding) -> String {
    let mut line = format!("{} {}: {}", finding.severity, finding.rule, finding.message);
    for place in &finding.places {
        let location = place.source.location(place.span.start);
        write!(line, "\n  at {}:{location}: {}", place.source.path(), place.label).unwrap();
    }
    for shown in finding.shown_directions() {
        if let Some(witness) = &shown.witness {
            write!(line, "\n  event {}", witness.to_json()).unwrap();
        }
    }
    for (title, versions) in [("also", &finding.also_breaks), ("still", &finding.repeated_in)] {
        for version in versions {
            write!(line, "\n  {title} {version}").unwrap();
        }
    }
    let reasons = finding.shown_directions().iter().map(|shown| ("why", &shown.why));
    for (title, text) in reasons.chain([("fix", &finding.fix), ("waived", &finding.waived)]) {
        if let Some(text) = text {
            write!(line, "\n  {title} {text}").unwrap();
        }
    }
    line
}

fn rendered(report: &Report) -> String {
    let findings = report.findings.iter().map(line);
    let summaries = report.summaries.iter().map(|summary| summary.text.clone());
    findings
        .chain(summaries)
        .fold(String::new(), |text, line| text + &line + "\n")
}

#[test]
fn every_case_finds_what_it_expects() {
    let wrong: String = (cases().iter())
        .map(|case| compare_with_file(&case.join("expected.txt"), &rendered(&run(case))))
        .collect();
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_rule_has_a_case_that_fires_and_a_near_miss() {
    let cases = cases();
    // A change has a case that fires and a near miss on its own page.
    // What cannot be read is no workspace: the command has the cases of it. Names that Windows refuses can be in no repository that is checked
    // out there: the rule has its cases beside it.
    let elsewhere = [Rule::NotChecked, Rule::NameNotPortable];
    for rule in Rule::OWN.iter().filter(|rule| !elsewhere.contains(rule)) {
        let of_rule = cases.iter().filter(|case| name(case.parent().unwrap()) == rule.id());
        let (near, firing): (Vec<&PathBuf>, Vec<&PathBuf>) = of_rule.partition(|case| name(case).ends_with("-ok"));
        assert!(
            !near.is_empty() && !firing.is_empty(),
            "{rule} needs a case that fires and one that ends in -ok"
        );
        let finds = |case: &Path| run(case).findings.iter().any(|finding| finding.rule == *rule);
        for case in firing {
            assert!(finds(case), "{} does not find {rule}", case.display());
        }
        for case in near {
            assert!(!finds(case), "{} finds {rule}", case.display());
        }
    }
}

#[test]
fn a_workspace_of_values_is_the_one_of_its_folder() {
    let mut broken = 0;
    for case in cases() {
        let damages = [
            ("schemactl.toml", "x"),
            ("schemas/x.json", "{}"),
            ("schemas/a/b/1.0.json", "{\n ,}"),
        ];
        for damage in std::iter::once(None).chain(damages.map(Some)) {
            let edits = EditedFiles {
                written: damage.into_iter().collect(),
                removed: None,
            };
            let mut values = read_files(&case);
            for (path, content) in edits.written.files() {
                values.insert(path, content);
            }
            let of_folder = Workspace::load(&case).unwrap().load_edited(&edits);
            let of_values = Workspace::load_from(&case, &values);
            broken += usize::from(of_values.is_err());
            assert_eq!(format!("{of_folder:?}"), format!("{of_values:?}"), "{}", case.display());
        }
    }
    assert!(broken > 0, "errors have their places, whatever files come from");
}

#[test]
fn the_order_of_keys_changes_no_verdict() {
    for case in cases() {
        let files = read_files(&case);
        let reversed = files
            .files()
            .map(|(path, content)| (path, reversed_file(path, content)));
        let reversed = reversed.collect();
        let verdicts = |report: &Report| {
            // Findings of one rule stand in the order of the source.
            let findings = report.findings.iter();
            findings
                .map(|finding| (finding.rule, finding.message.clone()))
                .collect::<std::collections::BTreeSet<_>>()
        };
        assert_eq!(
            verdicts(&run(&case)),
            verdicts(&run_files(&case, &reversed)),
            "{}",
            case.display()
        );
    }
}

/// Returns a file; of a schema or an example the members in the opposite order.
fn reversed_file(path: &str, content: &[u8]) -> Vec<u8> {
    if !path.ends_with(".json") {
        return content.to_vec();
    }
    let source = schemactl_model::Source::from_bytes("case", content.to_vec()).unwrap();
    reversed(&schemactl_model::parse(&source).unwrap())
        .to_json()
        .into_bytes()
}

fn reversed(value: &schemactl_model::Value) -> schemactl_model::Value {
    use schemactl_model::{JsonObject, Kind, Value};
    Value::computed(match &value.kind {
        Kind::Object(object) => Kind::Object(JsonObject::from_entries(
            object
                .iter()
                .rev()
                .map(|entry| entry.with_value(reversed(&entry.value)))
                .collect(),
        )),
        Kind::Array(elements) => Kind::Array(elements.iter().map(reversed).collect()),
        other => other.clone(),
    })
}

/// The rules whose findings can be warnings or notes, and are found without a base. What the base has too is none of the change, whichever rule
/// it is.
const INHERITABLE: &[&str] = &[
    "cannot-decide",
    "compatible-by-assumption",
    "contains-disputed",
    "default-invalid",
    "dependencies-replaced",
    "deprecation-invalid",
    "dialect-missing",
    "event-in-several-workspaces",
    "event-too-large",
    "identity-not-accepted",
    "integer-spelling",
    "keyword-not-in-dialect",
    "leftover-files",
    "major-not-needed",
    "not-registrable",
    "patch-not-equivalent",
    "pattern-not-portable",
    "property-dropped",
    "required-undeclared",
    "subschema-unsatisfiable",
    "type-changed",
    "unknown-keyword",
    "version-deprecated",
    "version-order",
    "waiver-stale",
];

/// A workspace, and the files of the same one in a base.
fn run_against(case: &Path, files: &FileMap, base: &FileMap) -> (Report, Report) {
    let workspace = Workspace::load_from(case, files).unwrap();
    let state = EarlierState::load(Path::new("base"), base);
    let engine = default_engine(schemactl_compat::Semantics::default());
    let nothing = BTreeSet::new();
    let neighbors = neighbors_of(files);
    let options = CheckOptions {
        neighbors: &neighbors,
        today: Some("2026-07-01".parse().unwrap()),
        base: Some(Base {
            name: "main",
            tip: &state,
            fork: &state,
            other_forks: &[],
            gone: &[],
            untracked: &nothing,
            unchanged: &nothing,
            added: &BTreeSet::new(),
            lost: None,
        }),
        ..CheckOptions::new(&engine)
    };
    let (all, _) = check(&workspace, &options);
    let mut aside = all.clone();
    set_inherited_aside(&mut aside, &options);
    (all, aside)
}

/// Every case is its own base: what is no error and nobody has accepted is inherited, whichever rule finds it. In an empty base nothing is.
#[test]
fn what_the_base_has_too_is_no_finding_of_the_change() {
    let mut rules = BTreeSet::new();
    for case in cases() {
        let files = read_files(&case);
        let (all, aside) = run_against(&case, &files, &files);
        let is_open = |finding: &&Finding| finding.severity != Severity::Error && finding.waived.is_none();
        let open: Vec<String> = all.findings.iter().filter(is_open).map(line).collect();
        let inherited: Vec<String> = aside.inherited.iter().map(line).collect();
        assert_eq!(open, inherited, "{}", case.display());
        let rest = all.findings.iter().filter(|finding| !is_open(finding)).map(line);
        assert!(rest.eq(aside.findings.iter().map(line)), "{}", case.display());
        rules.extend(aside.inherited.iter().map(|finding| finding.rule.id()));
        // An event that the base does not have has nothing to inherit from it.
        let is_of_event = |path: &str| path.starts_with("schemas/") && !path.starts_with("schemas/_");
        let settings = files.files().filter(|(path, _)| !is_of_event(path));
        let empty: FileMap = settings.map(|(path, content)| (path.to_owned(), content)).collect();
        let (_, aside) = run_against(&case, &files, &empty);
        let of_event = aside.inherited.iter().find(|finding| finding.event.is_some());
        assert!(of_event.is_none(), "{}: {of_event:?}", case.display());
    }
    let rules: Vec<&str> = rules.into_iter().collect();
    assert_eq!(rules, INHERITABLE);
}

/// Whether a case, or its base, sets severities.
fn has_rules(files: &FileMap) -> bool {
    files
        .files()
        .any(|(path, content)| path.ends_with("schemactl.toml") && String::from_utf8_lossy(content).contains("[rules]"))
}

/// The findings of a case, with `[rules]` set for one rule, or as it is.
fn findings_with(case: &Path, files: &FileMap, setting: Option<(&str, &str)>) -> Vec<Finding> {
    let mut files = files.clone();
    if let Some((rule, severity)) = setting {
        for path in ["schemactl.toml", "base/schemactl.toml", "fork/schemactl.toml"] {
            let Some(text) = files.get(path).map(<[u8]>::to_vec) else {
                continue;
            };
            let text = String::from_utf8(text).unwrap() + &format!("\n[rules]\n{rule} = \"{severity}\"\n");
            files = files
                .files()
                .map(|(known, content)| (known.to_owned(), content.to_vec()))
                .chain([(path.to_owned(), text.into_bytes())])
                .collect();
        }
    }
    let workspace = Workspace::load_from(case, &files).unwrap();
    let engine = default_engine(schemactl_compat::Semantics::default());
    let (earlier, neighbors) = (Earlier::of(&files), neighbors_of(&files));
    let options = CheckOptions {
        neighbors: &neighbors,
        today: Some("2026-07-01".parse().unwrap()),
        base: earlier.as_ref().map(Earlier::base),
        ..CheckOptions::new(&engine)
    };
    check(&workspace, &options).0.findings
}

/// The lints that have a case. A name that is not portable can be in no folder of a repository.
fn lints_with_cases() -> impl Iterator<Item = (&'static str, RuleSeverity)> {
    LINTS.into_iter().filter(|(lint, _)| *lint != "name-not-portable")
}

/// Every case that finds a lint finds it as loud as `[rules]` says, with the same fingerprint, and everything else as before.
#[test]
fn a_lint_is_as_loud_as_its_setting() {
    let mut seen = BTreeSet::new();
    for case in cases() {
        let files = read_files(&case);
        let plain = findings_with(&case, &files, None);
        let open = |finding: &&Finding| finding.rule.is_lint() && finding.waived.is_none();
        let lints: BTreeSet<&str> = plain.iter().filter(open).map(|finding| finding.rule.id()).collect();
        if has_rules(&files) || plain.iter().any(|finding| finding.waived.is_some()) {
            continue;
        }
        for lint in lints {
            for severity in ["error", "warning", "note", "off"] {
                let set = findings_with(&case, &files, Some((lint, severity)));
                let prints = |findings: &[Finding], is_own: bool| -> Vec<String> {
                    let chosen = findings.iter().filter(|finding| (finding.rule.id() == lint) == is_own);
                    let mut prints: Vec<String> = chosen.map(|finding| finding.fingerprint.clone()).collect();
                    prints.sort();
                    prints
                };
                assert_eq!(prints(&set, false), prints(&plain, false), "{lint} {}", case.display());
                let own = if severity == "off" {
                    Vec::new()
                } else {
                    prints(&plain, true)
                };
                assert_eq!(prints(&set, true), own, "{lint} {severity} {}", case.display());
                let mut own = set.iter().filter(|finding| finding.rule.id() == lint);
                assert!(own.all(|finding| finding.severity.to_string() == severity && finding.can_be_waived()));
            }
            seen.insert(lint.to_owned());
        }
    }
    assert_eq!(seen, lints_with_cases().map(|(lint, _)| lint.to_owned()).collect());
}

/// The severity without a setting is the loudest that the rule has in any case, and its page and the schema of the settings say so.
#[test]
fn the_default_severity_is_the_one_that_is_told() {
    let schema = fs::read_to_string(schemactl_tests::root().join("docs/schemactl.schema.json")).unwrap();
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    let plain = cases().into_iter().filter(|case| !has_rules(&read_files(case)));
    let findings: Vec<Finding> = plain
        .flat_map(|case| findings_with(&case, &read_files(&case), None))
        .collect();
    for (lint, default) in lints_with_cases() {
        let rule = Rule::from_id(lint).unwrap();
        let own = findings
            .iter()
            .filter(|finding| finding.rule == rule && finding.waived.is_none());
        let loudest = own
            .map(|finding| finding.severity)
            .filter(|severity| *severity != Severity::Error)
            .min();
        assert_eq!(
            loudest.map(|loudest| loudest.to_string()),
            Some(default.to_string()),
            "{lint}"
        );
        assert_eq!(
            schema["properties"]["rules"]["properties"][lint]["default"],
            default.to_string()
        );
        assert!(
            rule.page()
                .contains(&format!("## Severity\n\nIt is a {default}. `{lint} = ")),
            "{lint}"
        );
    }
    let others = Rule::all().filter(|rule| !rule.is_lint());
    assert_eq!(others.filter(|rule| rule.page().contains("## Severity")).count(), 0);
    assert_eq!(
        schema["properties"]["rules"]["properties"].as_object().unwrap().len(),
        LINTS.len()
    );
}

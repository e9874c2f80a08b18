//! Every folder `tests/cases/check/RULE/CASE` is a workspace and the findings that a check of it makes. A case whose name ends
//! in `-ok` is a near miss: it must not find its rule. A folder `base` in it is the earlier state that it is checked against. `BLESS=1` rewrites the expected files for review.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use schemactl_check::{Base, CheckOptions, Finding, Gone, Proofs, Report, Rule, check, check_again};
use schemactl_compat::default_engine;
use schemactl_tests::compare_with_file;
use schemactl_workspace::{EarlierState, Workspace};

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
}

impl Earlier {
    fn of(case: &Path) -> Option<Self> {
        let state = |name: &str| {
            let folder = case.join(name);
            folder.is_dir().then(|| EarlierState::of_folder(&folder).unwrap())
        };
        let gone = fs::read_to_string(case.join("gone")).unwrap_or_default();
        let gone = gone.lines().map(|folder| Gone {
            folder: folder.to_owned(),
            hidden_by: None,
        });
        Some(Self {
            tip: state("base")?,
            fork: state("fork"),
            gone: gone.collect(),
            untracked: BTreeSet::new(),
        })
    }

    fn base(&self) -> Base<'_> {
        Base {
            name: "main",
            tip: &self.tip,
            fork: self.fork.as_ref().unwrap_or(&self.tip),
            gone: &self.gone,
            untracked: &self.untracked,
        }
    }
}

fn run(case: &Path) -> Report {
    let workspace = Workspace::load(case).unwrap_or_else(|errors| panic!("{}: {errors:?}", case.display()));
    let engine = default_engine(schemactl_compat::Semantics::default());
    let earlier = Earlier::of(case);
    let options = CheckOptions {
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
    // What cannot be read is no workspace: the command has the cases of it.
    for rule in Rule::OWN.iter().filter(|rule| **rule != Rule::NotChecked) {
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
fn the_order_of_keys_changes_no_verdict() {
    for case in cases() {
        let folder = tempfile::tempdir().unwrap();
        copy_reversed(&case, folder.path());
        let verdicts = |report: &Report| {
            // Findings of one rule stand in the order of the source.
            let findings = report.findings.iter();
            findings
                .map(|finding| (finding.rule, finding.message.clone()))
                .collect::<std::collections::BTreeSet<_>>()
        };
        assert_eq!(
            verdicts(&run(&case)),
            verdicts(&run(folder.path())),
            "{}",
            case.display()
        );
    }
}

/// Copies a workspace, the members of every schema and example in the opposite order.
fn copy_reversed(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(name(&path));
        if path.is_dir() {
            copy_reversed(&path, &target);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            let source = schemactl_model::Source::new("case", fs::read_to_string(&path).unwrap());
            fs::write(target, reversed(&schemactl_model::parse(&source).unwrap()).to_json()).unwrap();
        } else {
            fs::copy(&path, target).unwrap();
        }
    }
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

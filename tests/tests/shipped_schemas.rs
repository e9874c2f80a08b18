//! The schemas in `schemas/` are a workspace that passes its own check, and say what the order system needs them to say.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use schemactl_compat::default_engine;
use schemactl_model::Version;
use std::sync::atomic::AtomicBool;

use schemactl_check::{CheckOptions, Checked, check};
use schemactl_push::{
    Applying, Cache, Expected, MemoryRemote, Outcome, Patience, Plan, PlanOptions, Remote, SnapshotOptions, apply_plan,
    plan_push, read_snapshot,
};
use schemactl_workspace::Workspace;

fn workspace() -> Workspace {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    Workspace::load(root).unwrap()
}

#[test]
fn the_check_is_clean_and_every_version_has_an_example() {
    let workspace = workspace();
    let engine = default_engine(schemactl_compat::Semantics::default());
    let (report, checked) = check(&workspace, &CheckOptions::new(&engine));
    assert!(
        checked.is_some() && report.findings.is_empty(),
        "{:#?}",
        report.findings
    );
    for event in workspace.events.values() {
        for version in event.versions.values() {
            assert!(!version.examples.is_empty(), "{}@{}", event.name, version.version);
        }
    }
}

#[test]
fn the_second_version_breaks_the_first_and_the_minor_breaks_nobody() {
    let workspace = workspace();
    let engine = default_engine(schemactl_compat::Semantics::default());
    let (report, _) = check(&workspace, &CheckOptions::new(&engine));
    let found = |old: Version, new: Version| {
        let same = |comparison: &&schemactl_check::ReportedComparison| {
            comparison.event.name() == "OrderPlaced" && comparison.old == old && comparison.new == new
        };
        report.comparisons.iter().find(same).unwrap()
    };
    let minor = found(Version::new(1, 0), Version::new(1, 1));
    assert!(minor.backward.is_compatible() && minor.forward.is_compatible());
    let major = found(Version::new(1, 1), Version::new(2, 0));
    assert!(major.backward.witness().is_some() && major.forward.witness().is_some());
}

fn patience() -> Patience {
    Patience {
        rate: None,
        ..Patience::default()
    }
}

/// The plan against what the remote holds now, without a cache.
fn planned(checked: &Checked<'_>, remote: &MemoryRemote) -> Plan {
    let reading = SnapshotOptions {
        expected: &Expected::of(checked),
        cache: &Cache::default(),
        full: false,
        patience: &patience(),
    };
    let snapshot = read_snapshot(remote, &reading).unwrap();
    plan_push(checked, &snapshot, remote.describe(), PlanOptions::default())
}

fn applied(plan: &Plan, remote: &MemoryRemote) -> Outcome {
    let applying = Applying {
        patience: &patience(),
        stop: &AtomicBool::new(false),
        progress: &(),
    };
    apply_plan(plan, remote, &applying)
}

#[test]
fn a_push_writes_everything_once_and_continues_after_a_failure() {
    let workspace = workspace();
    let engine = default_engine(schemactl_compat::Semantics::default());
    let (_, checked) = check(&workspace, &CheckOptions::new(&engine));
    let checked = checked.unwrap();
    let versions: usize = workspace.events.values().map(|event| event.versions.len()).sum();
    // One write for the registry, one for each version; each of them fails once, in turn.
    for failing in 0..=versions {
        let remote = MemoryRemote::new();
        remote.fail_write(failing);
        let planned = |remote: &MemoryRemote| planned(&checked, remote);
        let first = planned(&remote);
        assert_eq!(first.actions.len(), versions + 1);
        let stopped = applied(&first, &remote);
        assert_eq!(stopped.failed.len(), 1);
        assert_eq!(stopped.done.len() + stopped.not_tried.len(), versions);
        let outcome = applied(&planned(&remote), &remote);
        assert!(outcome.failed.is_empty() && outcome.not_tried.is_empty());
        let writes = remote.writes();
        let last = planned(&remote);
        assert!(last.is_empty() && last.drift.is_empty(), "{last:#?}");
        assert_eq!(last.unchanged.len(), versions);
        applied(&last, &remote);
        assert_eq!(remote.writes(), writes, "a push without changes writes nothing");
    }
}

//! What the action compares with in each event of a workflow, and in clones without a history.

use std::fs;
use std::path::Path;

use schemactl_tests::{binary, clean_command, copy_folder, root, run_git, stdout};

use crate::ORDER;
use crate::runner::{ActionRun, Runner};

/// What GitHub names where there is no commit.
const NOTHING: &str = "0000000000000000000000000000000000000000";

/// Breaks 1.1 where nothing but the base says that it is released.
fn break_unlocked(runner: &Runner) {
    runner.edit(
        &format!("{ORDER}/1.1.json"),
        "\"required\": [",
        "\"required\": [\"currency\", ",
    );
}

/// A repository whose lock says nothing: only a base knows what was released.
fn without_lock() -> Runner {
    let runner = Runner::new();
    let checkout = runner.path("checkout");
    run_git(&checkout, &["switch", "--quiet", "main"]);
    fs::remove_file(checkout.join("shop/schemactl.lock")).unwrap();
    runner.commit();
    run_git(&checkout, &["update-ref", "refs/remotes/origin/main", "HEAD"]);
    run_git(&checkout, &["switch", "--quiet", "-C", "change"]);
    runner
}

fn is_break_of_released(run: &ActionRun) -> bool {
    run.code() == 1 && run.summary.contains("released-schema-changed")
}

#[test]
fn a_pull_request_is_compared_with_its_base() {
    let runner = without_lock();
    assert_eq!(runner.run().code(), 0);
    break_unlocked(&runner);
    runner.commit();
    let run = runner.run();
    assert!(is_break_of_released(&run), "{run:#?}");
    assert!(run.printed.contains("compared with origin/main ("), "{run:#?}");
    for (against, found) in [("auto", true), ("", true), ("origin/main", true), ("none", false)] {
        let run = without_lock_and_broken().with("against", against).run();
        assert_eq!(is_break_of_released(&run), found, "{against}: {run:#?}");
    }
}

fn without_lock_and_broken() -> Runner {
    let runner = without_lock();
    break_unlocked(&runner);
    runner.commit();
    runner
}

#[test]
fn a_merge_group_is_compared_with_its_base() {
    let runner = without_lock_and_broken();
    let base = runner.revision("HEAD~1");
    let run = runner
        .on_event("merge_group", &[], &[("github.event.merge_group.base_sha", &base)])
        .run();
    assert!(is_break_of_released(&run), "{run:#?}");
}

#[test]
fn a_push_to_the_default_branch_is_compared_with_what_it_was() {
    let main = [("GITHUB_REF", "refs/heads/main")];
    let pushed = |before: &str| {
        let runner = without_lock_and_broken();
        let before = if before == NOTHING {
            NOTHING.to_owned()
        } else {
            runner.revision(before)
        };
        // The branch is where the push has left it.
        run_git(
            &runner.path("checkout"),
            &["update-ref", "refs/remotes/origin/main", "HEAD"],
        );
        runner.on_event("push", &main, &[("github.event.before", &before)])
    };
    let run = pushed("HEAD~1").run();
    assert!(is_break_of_released(&run), "{run:#?}");
    let run = pushed(NOTHING).run();
    assert!(run.printed.contains("nothing to compare with"), "{run:#?}");
    assert!(run.printed.contains("compared with no baseline"), "{run:#?}");
    // A branch that was rewritten, and whose former state is nowhere.
    let gone = "1234567890123456789012345678901234567890";
    let run = pushed(NOTHING)
        .on_event("push", &main, &[("github.event.before", gone)])
        .run();
    assert!(run.printed.contains("::warning"), "{run:#?}");
    // Other branches, tags and schedules are compared with the default branch.
    for (event, reference) in [
        ("push", "refs/heads/change"),
        ("push", "refs/tags/v1"),
        ("schedule", "refs/heads/main"),
    ] {
        let runner = without_lock_and_broken();
        let run = runner.on_event(event, &[("GITHUB_REF", reference)], &[]).run();
        assert!(is_break_of_released(&run), "{event} {reference}: {run:#?}");
    }
}

/// `pull_request_target` checks out the base: without a word of it, every pull request would pass.
#[test]
fn the_base_in_place_of_the_pull_request_is_noticed() {
    let runner = Runner::new();
    let run = runner
        .on_event("pull_request_target", &[("GITHUB_BASE_REF", "main")], &[])
        .run();
    assert_eq!(run.code(), 1, "{run:#?}");
    assert!(run.printed.contains("use `on: pull_request`"), "{run:#?}");
}

/// The first pull request brings the workspace itself.
#[test]
fn a_base_without_a_workspace_is_no_fault() {
    let folder = tempfile::tempdir().unwrap();
    let checkout = folder.path().join("checkout");
    fs::create_dir(&checkout).unwrap();
    fs::write(checkout.join("README.md"), "words").unwrap();
    run_git(&checkout, &["init", "--quiet", "--initial-branch=main"]);
    run_git(&checkout, &["add", "--all"]);
    run_git(&checkout, &["commit", "--quiet", "--message=empty"]);
    run_git(&checkout, &["update-ref", "refs/remotes/origin/main", "HEAD"]);
    run_git(&checkout, &["switch", "--quiet", "--create", "change"]);
    let mut init = clean_command(&binary());
    stdout(&init.arg("init").current_dir(&checkout).output().unwrap());
    let runner = Runner::around(folder).with("workspace", ".");
    runner.commit();
    let run = runner.run();
    assert_eq!(run.code(), 0, "{run:#?}");
    assert!(run.printed.contains("has no workspace yet"), "{run:#?}");
}

/// `actions/checkout` as it is without settings: the merge of the pull request, and no commit before it.
#[test]
fn a_shallow_clone_gets_its_history() {
    let source = without_lock_and_broken();
    let origin = source.path("checkout");
    run_git(&origin, &["switch", "--quiet", "main"]);
    run_git(&origin, &["merge", "--quiet", "--no-ff", "--no-edit", "change"]);
    run_git(&origin, &["update-ref", "refs/pull/7/merge", "HEAD"]);
    run_git(&origin, &["reset", "--quiet", "--hard", "HEAD~1"]);
    let clone = |origin: &Path| {
        let folder = tempfile::tempdir().unwrap();
        let checkout = folder.path().join("checkout");
        fs::create_dir(&checkout).unwrap();
        run_git(&checkout, &["init", "--quiet"]);
        let url = format!("file://{}", origin.display());
        run_git(&checkout, &["remote", "add", "origin", &url]);
        let reference = "+refs/pull/7/merge:refs/remotes/pull/7/merge";
        let fetch = ["fetch", "--quiet", "--no-tags", "--depth=1", "origin", reference];
        run_git(&checkout, &fetch);
        run_git(&checkout, &["checkout", "--quiet", "refs/remotes/pull/7/merge"]);
        Runner::around(folder)
    };
    let runner = clone(&origin);
    assert_eq!(runner.revision("--is-shallow-repository"), "true");
    let run = runner.run();
    assert!(is_break_of_released(&run), "{run:#?}");
    // Without the remote there is no verdict, and the reason is told.
    let runner = clone(&origin);
    run_git(&runner.path("checkout"), &["remote", "set-url", "origin", "/nowhere"]);
    let run = runner.run();
    assert_eq!(run.code(), 2, "{run:#?}");
    assert!(run.summary.contains("fetch-depth: 0"), "{run:#?}");
}

/// A repository with a workspace in each service is checked from its root.
#[test]
fn a_workspace_that_moves_into_a_monorepo_is_found() {
    let runner = Runner::new().with("workspace", ".");
    copy_folder(
        &root().join("tests/cases/cli/check-clean/files"),
        &runner.path("checkout/services/billing"),
    );
    runner.commit();
    let run = runner.run();
    assert_eq!(run.code(), 0, "{run:#?}");
    assert!(run.printed.contains("workspaces: services/billing, shop"), "{run:#?}");
}

/// `path` of actions/checkout: steps run in the folder around the repository.
#[test]
fn a_checkout_in_a_folder_is_found() {
    let runner = without_lock_and_broken();
    let before = runner.revision("HEAD~1");
    let runner = runner.checked_out_into("source").with("workspace", "source/shop");
    assert!(is_break_of_released(&runner.run()));
    let main = [("GITHUB_REF", "refs/heads/main")];
    let run = runner
        .on_event("push", &main, &[("github.event.before", &before)])
        .run();
    assert!(is_break_of_released(&run), "{run:#?}");
}

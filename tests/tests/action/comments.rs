//! The comment of the action on a pull request: one, whatever happens to the branch, and never somebody else's.

use std::fs;

use schemactl_tests::{copy_folder, root};

use crate::ORDER;
use crate::github::{BOT, CommentsApi};
use crate::runner::Runner;

/// How the comment for `shop` begins.
const MARKER: &str = "<!-- schemactl check: shop -->\n";

fn break_order(runner: &Runner) {
    runner.edit(
        &format!("{ORDER}/1.1.json"),
        "\"required\": [",
        "\"required\": [\"currency\", ",
    );
}

fn mend_order(runner: &Runner) {
    runner.edit(&format!("{ORDER}/1.1.json"), "\"currency\", ", "");
}

#[test]
fn the_first_run_writes_a_comment_and_later_ones_change_it() {
    let api = CommentsApi::start();
    api.add("ann", "please have a look");
    let runner = api.tell(Runner::new());
    break_order(&runner);
    runner.commit();
    assert_eq!(runner.run().code(), 1);
    let [first] = &api.of_bot()[..] else {
        panic!("{:#?}", api.state())
    };
    assert!(first.body.starts_with(MARKER), "{first:?}");
    for part in [
        "## schemactl: 1 error\n",
        "released-schema-changed",
        "5eed1e55",
        "/actions/runs/1",
    ] {
        assert!(first.body.contains(part), "{part}: {first:?}");
    }
    let run = runner.run();
    assert_eq!((run.code(), api.of_bot()), (1, vec![first.clone()]), "{run:#?}");

    mend_order(&runner);
    runner.commit();
    assert_eq!(runner.run().code(), 0);
    let [last] = &api.of_bot()[..] else {
        panic!("{:#?}", api.state())
    };
    assert_eq!(last.id, first.id);
    assert!(last.body.contains("## schemactl: nothing found"), "{last:?}");
    assert_eq!(api.state().comments[0].body, "please have a look");
}

#[test]
fn a_comment_is_found_on_any_page_and_only_its_own() {
    let api = CommentsApi::start();
    api.add("mallory", &format!("{MARKER}nothing found, merge it"));
    api.add(BOT, &format!("> {MARKER}quoted by another job"));
    for number in 0..148 {
        api.add("ann", &format!("comment {number}"));
    }
    api.add(BOT, &format!("{MARKER}old"));
    let before = api.state().comments.clone();
    let runner = api.tell(Runner::new());
    break_order(&runner);
    runner.run();
    let after = api.state().comments.clone();
    assert_eq!(after.len(), 151);
    assert_eq!(after[..150], before[..150]);
    assert!(after[150].body.contains("released-schema-changed"), "{:?}", after[150]);
}

/// GitHub hands out full pages also where nothing is on the next one.
#[test]
fn a_page_that_is_full_is_not_the_end() {
    let api = CommentsApi::start();
    for number in 0..100 {
        api.add("ann", &format!("comment {number}"));
    }
    let runner = api.tell(Runner::new());
    break_order(&runner);
    runner.run();
    assert_eq!(api.of_bot().len(), 1);
    let requests = api.state().requests.clone();
    assert_eq!(requests.len(), 3, "{requests:?}");
}

#[test]
fn a_token_that_may_not_write_changes_no_verdict() {
    let api = CommentsApi::start();
    api.state().is_read_only = true;
    let mut runner = api.tell(Runner::new());
    break_order(&runner);
    for token in [None, Some("revoked")] {
        if let Some(token) = token {
            runner = runner.with("token", token);
        }
        let run = runner.run();
        assert_eq!(run.code(), 1, "{run:#?}");
        assert!(run.printed.contains("::notice"), "{run:#?}");
        assert!(
            !run.printed.contains("a step failed") && !run.printed.contains("ghs_"),
            "{run:#?}"
        );
        assert!(run.summary.contains("No comment on the pull request"), "{run:#?}");
        assert!(run.summary.contains("pull-requests: write"), "{run:#?}");
    }
    let run = api
        .tell(Runner::new())
        .with_variable("GITHUB_API_URL", "http://127.0.0.1:1")
        .with("policy", "closed")
        .run();
    assert_eq!(run.code(), 1, "{run:#?}");
    assert!(run.summary.contains("HTTP no answer"), "{run:#?}");
    assert!(api.of_bot().is_empty());
}

#[test]
fn a_comment_that_was_deleted_is_written_again() {
    let api = CommentsApi::start();
    api.add(BOT, &format!("{MARKER}old"));
    api.state().loses_changes = true;
    let runner = api.tell(Runner::new());
    break_order(&runner);
    runner.run();
    assert_eq!(api.of_bot().len(), 2, "{:#?}", api.state());
}

#[test]
fn a_pull_request_without_schemas_gets_no_comment() {
    let api = CommentsApi::start();
    let runner = api.tell(Runner::new());
    fs::write(runner.path("checkout/README.md"), "words").unwrap();
    runner.commit();
    let run = runner.run();
    assert_eq!((run.code(), api.of_bot().len()), (0, 0), "{run:#?}");
    assert!(run.printed.contains("the pull request changes no schema"), "{run:#?}");
    // A new version is news, also if nothing is found.
    let copy = runner.path(&format!("checkout/{ORDER}/examples/1.1/second.json"));
    let examples = runner.path(&format!("checkout/{ORDER}/examples/1.1"));
    let example = fs::read_dir(examples).unwrap().next().unwrap().unwrap().path();
    fs::copy(example, copy).unwrap();
    runner.commit();
    let run = runner.run();
    assert_eq!((run.code(), api.of_bot().len()), (0, 1), "{run:#?}");
    let run = api.tell(Runner::new()).with("comment", "false").run();
    assert_eq!((run.code(), api.of_bot().len()), (0, 1), "{run:#?}");
}

#[test]
fn what_happens_outside_of_pull_requests_is_told_to_none() {
    let api = CommentsApi::start();
    let runner = api.tell(Runner::new());
    break_order(&runner);
    let run = runner.with_fact("github.event.pull_request.number", "").run();
    assert_eq!(run.code(), 1, "{run:#?}");
    assert_eq!(api.state().requests, Vec::<String>::new());
}

/// Without a verdict people read why, however much the program says.
#[test]
fn messages_are_a_comment_too_and_long_ones_are_cut() {
    let api = CommentsApi::start();
    let runner = api.tell(Runner::new());
    for number in 0..3_000 {
        let file = format!("checkout/{ORDER}/examples/1.1/{number}.json");
        fs::write(runner.path(&file), "{,").unwrap();
    }
    let run = runner.run();
    assert_eq!(run.code(), 3, "{:?}", run.summary.get(..500));
    let [comment] = &api.of_bot()[..] else {
        panic!("{:?}", api.state().requests)
    };
    assert!(comment.body.len() > 10_000, "{}", comment.body.len());
    assert!(comment.body.ends_with("</sub>"));
}

#[test]
fn several_workspaces_are_one_comment_and_several_uses_of_the_action_are_not() {
    let api = CommentsApi::start();
    let mut runner = api.tell(Runner::new()).with("workspace", ".");
    copy_folder(
        &root().join("tests/cases/check/versions/property-becomes-required"),
        &runner.path("checkout/services/billing"),
    );
    break_order(&runner);
    runner.commit();
    let run = runner.run();
    assert_eq!(run.code(), 1, "{run:#?}");
    let [comment] = &api.of_bot()[..] else {
        panic!("{:#?}", api.state())
    };
    for workspace in ["shop/schemas/", "services/billing/schemas/"] {
        assert!(comment.body.contains(workspace), "{comment:?}");
    }
    for (workspace, count) in [("shop", 2), ("services/billing", 3), ("shop", 3)] {
        runner = runner.with("workspace", workspace);
        runner.run();
        assert_eq!(api.of_bot().len(), count, "{workspace}");
    }
}

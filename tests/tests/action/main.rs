//! The GitHub Action, step by step, as a runner takes them. In: action.yml and the scripts of `packaging/action`. Out: exit codes, annotations,
//! summaries, what is uploaded, and the comments of a pull request.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

mod comments;
mod events;
mod github;
mod install;
mod runner;

use std::fs;

use schemactl_tests::{binary, clean_command, stdout};

use crate::runner::Runner;

pub(crate) const ORDER: &str = "shop/schemas/com.myapp.orders/OrderPlaced";

#[test]
fn a_breaking_branch_fails_with_annotations_a_summary_and_an_upload() {
    let runner = Runner::new();
    runner.edit(
        &format!("{ORDER}/1.1.json"),
        "\"required\": [",
        "\"required\": [\"currency\", ",
    );
    let run = runner.run();
    assert_eq!(run.code(), 1, "{run:#?}");
    assert!(run.printed.contains("::error file=shop/schemas/"), "{run:#?}");
    assert!(run.summary.contains("released-schema-changed"), "{run:#?}");
    let rules = run.results().iter();
    let rules: Vec<_> = rules.map(|result| result["ruleId"].as_str().unwrap()).collect();
    assert!(rules.contains(&"released-schema-changed"), "{rules:?}");
}

#[test]
fn without_a_verdict_the_job_fails_as_check_did_and_a_report_is_uploaded() {
    for (file, from, to, code) in [
        ("shop/schemactl.toml", "mode = ", "mode == ", 2),
        ("shop/schemactl.toml", "mode = \"full-transitive\"", "mode = \"ful\"", 2),
        (&*format!("{ORDER}/1.1.json"), "{", "{,", 3),
    ] {
        // The folder of the report is made.
        let runner = Runner::new().with("sarif", "reports/of/schemactl.sarif");
        runner.edit(file, from, to);
        let run = runner.run();
        assert_eq!(run.code(), code, "{run:#?}");
        assert!(run.printed.contains("::error"), "{run:#?}");
        let name = file.rsplit('/').next().unwrap();
        assert!(run.summary.contains(name), "the summary has no messages: {run:#?}");
        let place = &run.results()[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert!(place.as_str().unwrap().starts_with("shop/"), "{run:#?}");
    }
}

#[test]
fn a_report_of_an_earlier_run_is_not_uploaded_again() {
    let runner = Runner::new();
    runner.run();
    runner.edit("shop/schemactl.toml", "mode = ", "mode == ");
    let run = runner.run();
    assert_eq!((run.code(), run.results().len()), (2, 1), "{run:#?}");
}

#[test]
fn inputs_reach_check_and_none_is_code() {
    let run = Runner::new().with("policy", "strictest").run();
    assert_eq!(run.code(), 2, "{run:#?}");
    assert!(run.summary.contains("strictest"), "{run:#?}");
    let run = Runner::new().with("policy", "closed").run();
    assert_eq!(run.code(), 1, "{run:#?}");
    let run = Runner::new().with("fail-on", "never").run();
    assert_eq!(run.code(), 2, "{run:#?}");
    let run = Runner::new().with("upload-sarif", "false").run();
    assert_eq!((run.code(), run.uploaded.is_none()), (0, true));
    let runner = Runner::new().with("against", "$(touch pwned)\"; touch pwned; \"");
    let run = runner.run();
    assert_eq!(run.code(), 2, "{run:#?}");
    assert!(!runner.path("checkout/pwned").exists());
}

#[test]
fn a_retirement_is_told_and_can_be_denied() {
    let runner = Runner::new();
    let mut retire = clean_command(&binary());
    retire.current_dir(runner.path("checkout/shop"));
    let reason = ["--author", "Ann", "--reason", "nobody reads it"];
    retire.args(["retire", "PaymentDeclined"]).args(reason);
    stdout(&retire.output().unwrap());
    let run = runner.run();
    assert_eq!(run.code(), 0, "{run:#?}");
    assert!(run.printed.contains("accepted[event-retired]"), "{run:#?}");
    // People write lists with spaces.
    let mut runner = runner;
    for deny in ["hotfix,retired", "hotfix, retired", " retired "] {
        runner = runner.with("deny", deny);
        let run = runner.run();
        assert_eq!(run.code(), 1, "{run:#?}");
        assert!(run.printed.contains("error[event-retired]"), "{run:#?}");
    }
}

#[test]
fn the_outputs_are_the_exit_code_and_the_report() {
    let runner = Runner::new();
    let run = runner.run();
    let output = |name: &str| run.outputs[&format!("steps.check.outputs.{name}")].clone();
    assert_eq!(output("code"), "0");
    let markdown = fs::read_to_string(output("markdown")).unwrap();
    assert!(markdown.starts_with("## schemactl: nothing found\n"), "{markdown}");
    assert_eq!(markdown, run.summary);
}

//! `--quiet` of every command: standard output has what was asked for and nothing else, and standard error only errors. What a command did
//! to files or to a registry is in the files and in the registry.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;

use schemactl_tests::{Served, Shop, THING, binary, list_commands};

/// What a quiet command prints on standard output.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Printed {
    Nothing,
    Data,
}

/// Commands that run until somebody ends them.
const RUN_ON: [&str; 2] = ["lsp", "serve"];

/// Each command, in an order in which all of them succeed.
const STEPS: [(&[&str], Printed); 39] = [
    (&["init", "other"], Printed::Nothing),
    (&["init", "another", "--dry-run"], Printed::Data),
    (&["new", "event", "Other"], Printed::Nothing),
    (&["new", "event", "Another", "--dry-run"], Printed::Data),
    (&["check"], Printed::Nothing),
    (&["check", "--release"], Printed::Nothing),
    (&["merge-lock"], Printed::Nothing),
    (&["check", "--format", "json"], Printed::Data),
    (&["diff", "pattern.json", "pattern.json"], Printed::Data),
    (&["explain", "type-changed"], Printed::Data),
    (&["validate", "Thing", "event.json"], Printed::Data),
    (&["infer", "event.json"], Printed::Data),
    (&["infer", "event.json", "--output", "inferred"], Printed::Nothing),
    (&["pattern", "test", "rule.json", "event.json"], Printed::Data),
    (&["pattern", "check", "--batch", "question.jsonl"], Printed::Data),
    (&["generate", "Thing", "--output", "src.rs"], Printed::Nothing),
    (&["generate", "Thing", "--output", "-"], Printed::Data),
    (
        &["import", "Thing@1.1", "--from-json", "pattern.json", "--dry-run"],
        Printed::Data,
    ),
    (&["import", "Thing@1.1", "--from-json", "thing.json"], Printed::Nothing),
    (&["bump", "--dry-run"], Printed::Nothing),
    (&["bump"], Printed::Nothing),
    (&["bump"], Printed::Nothing),
    (&["accept", "--all", "--reason", "it is time"], Printed::Nothing),
    (&["plan"], Printed::Data),
    (&["push", "--dry-run", "--create-registry"], Printed::Data),
    (&["push", "--create-registry"], Printed::Nothing),
    (&["push"], Printed::Nothing),
    (&["status"], Printed::Data),
    (&["pull"], Printed::Nothing),
    (&["prune"], Printed::Nothing),
    (&["prune", "--enable-deletes"], Printed::Nothing),
    (&["doctor"], Printed::Data),
    (&["iam-policy"], Printed::Data),
    (
        &["hotfix", "Thing@1.0", "--author", "Ann", "--reason", "it was wrong"],
        Printed::Nothing,
    ),
    (
        &["move", "Other", "Else", "--author", "Ann", "--reason", "it is time"],
        Printed::Nothing,
    ),
    (
        &["retire", "Thing@1", "--author", "Ann", "--reason", "it is time"],
        Printed::Nothing,
    ),
    (&["completions", "bash"], Printed::Data),
    (&["man", "--output", "man"], Printed::Nothing),
    (&["demo"], Printed::Data),
];

#[test]
fn a_quiet_command_prints_data_and_errors() {
    let listed: BTreeSet<String> = STEPS.iter().map(|(arguments, _)| arguments[0].to_owned()).collect();
    let run_on = RUN_ON.map(str::to_owned);
    let expected = listed.into_iter().chain(run_on).collect();
    assert_eq!(list_commands(), expected, "each command has a line");
    let served = Served::start(&["--port", "0"]);
    let shop = Shop::new(&["Thing"]);
    fs::write(shop.path("event.json"), "{\"id\":\"a\"}").unwrap();
    fs::write(shop.path("rule.json"), "{\"id\":[\"a\"]}").unwrap();
    let question = r#"{"schema":{},"source":"shop","detail-type":"Thing","pattern":{"source":["shop"]}}"#;
    fs::write(shop.path("question.jsonl"), question).unwrap();
    fs::write(shop.path("thing.json"), THING).unwrap();
    // A pattern that readers disagree on is a warning of every command that reads it.
    let pattern = THING.replace("\"string\"", "\"string\", \"pattern\": \"\\\\Aa\"");
    fs::write(shop.path("pattern.json"), pattern).unwrap();
    let mut wrong = Vec::new();
    for (arguments, printed) in STEPS {
        if arguments[0] == "hotfix" {
            shop.edit("schemas/shop/Thing/1.0.json", "\"string\"", "\"integer\"");
        }
        let mut command = served.client(&binary());
        let output = command
            .current_dir(shop.path(""))
            .args(arguments)
            .arg("--quiet")
            .output()
            .unwrap();
        let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let is_right = (out.is_empty() == (printed == Printed::Nothing)) && err.is_empty() && output.status.success();
        if !is_right {
            wrong.push(format!(
                "{arguments:?}: {:?}\n--- stdout\n{out}--- stderr\n{err}",
                output.status.code()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

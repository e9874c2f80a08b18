//! The AWS CLI and the JavaScript SDK against `schemactl serve`.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::collections::BTreeSet;
use std::fs;

use schemactl_tests::{Served, stdout};
use serde_json::Value;

const PREFIX: &str = "arn:aws:schemas:us-east-1:000000000000";

/// One `aws schemas` command after the other, in an order that makes sense.
struct Cli {
    served: Served,
    /// The commands that have succeeded.
    used: BTreeSet<String>,
}

impl Cli {
    /// Runs a command, which has to succeed. Words are separated by blanks; the last one may have some.
    fn run(&mut self, words: &str, last: &str) -> Value {
        let mut arguments: Vec<_> = words.split_whitespace().collect();
        if !last.is_empty() {
            arguments.push(last);
        }
        let output = self.served.aws(&arguments).output().unwrap();
        let text = stdout(&output);
        let command = if arguments[0] == "wait" {
            arguments[..2].join(" ")
        } else {
            arguments[0].to_owned()
        };
        self.used.insert(command);
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Runs a command, which has to fail as the error of that name.
    fn fail(&self, words: &str, last: &str, error: &str) {
        let last = Some(last).filter(|last| !last.is_empty());
        let arguments: Vec<_> = words.split_whitespace().chain(last).collect();
        let output = self.served.aws(&arguments).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(text.contains(&format!("({error})")), "{words}: {text}");
    }
}

/// The commands that `aws schemas` has, by its own help.
fn commands(served: &Served) -> BTreeSet<String> {
    let list = |words: &[&str]| {
        let output = served.aws(words).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        // Without a valid command the CLI prints its choices, in two columns.
        let choices = text
            .split("Invalid choice, valid choices are:")
            .nth(1)
            .unwrap()
            .to_owned();
        let words = choices.split(['|', '\n']).map(|word| word.trim().to_owned());
        words
            .filter(|word| !word.is_empty() && word != "help" && !word.contains(' '))
            .collect::<Vec<_>>()
    };
    let mut commands: BTreeSet<_> = list(&["no-such-command"]).into_iter().collect();
    assert!(commands.remove("wait"));
    commands.extend(
        list(&["wait", "no-such-waiter"])
            .into_iter()
            .map(|waiter| format!("wait {waiter}")),
    );
    commands
}

const OF: &str = "--registry-name orders";
const NAMED: &str = "--registry-name orders --schema-name com.shop@OrderPlaced";
const CONTENT: &str = r#"{"type": "object", "properties": {"id": {"type": "string"}}}"#;

#[test]
fn every_command_of_the_aws_cli_works() {
    let served = Served::start(&[]);
    let mut cli = Cli {
        served,
        used: BTreeSet::new(),
    };
    registries_and_schemas(&mut cli);
    code_bindings(&mut cli);
    discovery(&mut cli);
    policies_and_tags(&mut cli);
    cli.run(&format!("delete-schema {NAMED}"), "");
    cli.run(&format!("delete-registry {OF}"), "");

    let commands = commands(&cli.served);
    assert_eq!(commands.len(), 32, "31 operations and a waiter: {commands:?}");
    assert_eq!(cli.used, commands);
}

fn registries_and_schemas(cli: &mut Cli) {
    cli.fail(&format!("describe-registry {OF}"), "", "NotFoundException");
    cli.run(
        &format!("create-registry {OF} --tags team=a --description"),
        "of the shop",
    );
    cli.fail(&format!("create-registry {OF}"), "", "ConflictException");
    assert_eq!(
        cli.run(&format!("describe-registry {OF}"), "")["Description"],
        "of the shop"
    );
    cli.run(&format!("update-registry {OF} --description"), "of all shops");
    let listed = cli.run("list-registries --scope LOCAL", "");
    assert_eq!(listed["Registries"][0]["RegistryName"], "orders");
    let first = "{\"type\": \"object\"}";
    let created = cli.run(
        &format!("create-schema {NAMED} --type JSONSchemaDraft4 --content"),
        first,
    );
    assert_eq!(
        created["SchemaArn"],
        format!("{PREFIX}:schema/orders/com.shop@OrderPlaced")
    );
    cli.run(
        &format!("update-schema {NAMED} --type JSONSchemaDraft4 --content"),
        CONTENT,
    );
    cli.fail(
        &format!("update-schema {NAMED} --type JSONSchemaDraft4 --content"),
        CONTENT,
        "ConflictException",
    );
    assert_eq!(cli.run(&format!("describe-schema {NAMED}"), "")["Content"], CONTENT);
    assert_eq!(
        cli.run(&format!("list-schemas {OF}"), "")["Schemas"][0]["VersionCount"],
        2
    );
    assert_eq!(
        cli.run(&format!("list-schema-versions {NAMED}"), "")["SchemaVersions"][1]["SchemaVersion"],
        "2"
    );
    assert_eq!(
        cli.run(&format!("search-schemas {OF} --keywords object"), "")["Schemas"][0]["SchemaName"],
        "com.shop@OrderPlaced"
    );
    cli.run(&format!("delete-schema-version {NAMED} --schema-version 1"), "");
}

fn code_bindings(cli: &mut Cli) {
    let folder = tempfile::tempdir().unwrap();
    let zip = folder.path().join("code.zip");
    cli.fail(
        &format!("put-code-binding {NAMED} --language Java8"),
        "",
        "GoneException",
    );
    cli.run(&format!("put-code-binding {NAMED} --language Rust1"), "");
    cli.run(&format!("wait code-binding-exists {NAMED} --language Rust1"), "");
    assert_eq!(
        cli.run(&format!("describe-code-binding {NAMED} --language Rust1"), "")["Status"],
        "CREATE_COMPLETE"
    );
    cli.run(
        &format!("get-code-binding-source {NAMED} --language Rust1"),
        zip.to_str().unwrap(),
    );
    assert_eq!(&fs::read(&zip).unwrap()[..2], b"PK");
}

fn discovery(cli: &mut Cli) {
    let bus = "arn:aws:events:us-east-1:000000000000:event-bus/shop";
    let discoverer = "--discoverer-id events-event-bus-shop";
    cli.run(&format!("create-discoverer --source-arn {bus}"), "");
    assert_eq!(
        cli.run(&format!("describe-discoverer {discoverer}"), "")["State"],
        "STARTED"
    );
    assert_eq!(
        cli.run(&format!("stop-discoverer {discoverer}"), "")["State"],
        "STOPPED"
    );
    assert_eq!(
        cli.run(&format!("start-discoverer {discoverer}"), "")["State"],
        "STARTED"
    );
    cli.run(&format!("update-discoverer {discoverer} --description"), "of the shop");
    assert_eq!(cli.run("list-discoverers", "")["Discoverers"][0]["SourceArn"], bus);
    let event = r#"{"source":"com.shop","detail-type":"OrderPlaced","detail":{"id":1}}"#;
    let document = cli.run("get-discovered-schema --type OpenApi3 --events", event);
    let document = document["Content"].as_str().unwrap().to_owned();
    let found = "--registry-name discovered-schemas --schema-name com.shop@OrderPlaced";
    cli.run(&format!("create-schema {found} --type OpenApi3 --content"), &document);
    assert_eq!(
        cli.run(&format!("export-schema {found} --type JSONSchemaDraft4"), "")["SchemaVersion"],
        "1"
    );
    cli.fail(
        &format!("export-schema {NAMED} --type JSONSchemaDraft4"),
        "",
        "ForbiddenException",
    );
    cli.run(&format!("delete-discoverer {discoverer}"), "");
}

fn policies_and_tags(cli: &mut Cli) {
    cli.run(
        &format!("put-resource-policy {OF} --policy"),
        r#"{"Version":"2012-10-17"}"#,
    );
    assert!(cli.run(&format!("get-resource-policy {OF}"), "")["RevisionId"].is_string());
    cli.run(&format!("delete-resource-policy {OF}"), "");
    let arn = format!("--resource-arn {PREFIX}:schema/orders/com.shop@OrderPlaced");
    cli.run(&format!("tag-resource {arn} --tags a=1,b=2"), "");
    cli.run(&format!("untag-resource {arn} --tag-keys a"), "");
    assert_eq!(
        cli.run(&format!("list-tags-for-resource {arn}"), "")["Tags"],
        serde_json::json!({ "b": "2" })
    );
}

#[test]
fn the_javascript_sdk_agrees() {
    for arguments in [&[][..], &["--verify-sigv4"]] {
        let served = Served::start(arguments);
        stdout(&served.node("client.cjs").output().unwrap());
    }
}

//! The SAM CLI keeps shared test events in `schemactl serve`, with an emulator of the rest of AWS beside it. It asks
//! CloudFormation for a function, makes the registry, discovers the schema of an event, and keeps the event as an example in it.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::fs;
use std::path::Path;
use std::process::Command;

use schemactl_tests::{Elsewhere, Served, python_program, require_installed, root, stdout};
use serde_json::{Value, json};

struct Sam {
    served: Served,
    elsewhere: Elsewhere,
}

impl Sam {
    fn client(&self, program: &Path) -> Command {
        let mut client = self.served.client(program);
        client
            .env("AWS_ENDPOINT_URL", self.elsewhere.url())
            .env("SAM_CLI_TELEMETRY", "0");
        client
    }

    fn aws(&self, arguments: &[&str]) -> String {
        stdout(&self.client(&python_program("aws")).args(arguments).output().unwrap())
    }

    /// `sam remote test-event VERB` for the function of the stack.
    fn test_event(&self, verb: &str, arguments: &[&str]) -> String {
        let mut sam = self.client(&require_installed(root().join("target/venv-sam/bin/sam")));
        sam.env("HOME", std::env::temp_dir());
        sam.args(["remote", "test-event", verb, "--stack-name", "shop", "Consumer"])
            .args(arguments);
        stdout(&sam.output().unwrap())
    }
}

fn template() -> Value {
    let trust =
        json!({ "Effect": "Allow", "Principal": { "Service": "lambda.amazonaws.com" }, "Action": "sts:AssumeRole" });
    let role = json!({ "AssumeRolePolicyDocument": { "Version": "2012-10-17", "Statement": [trust] } });
    let function = json!({
        "Runtime": "python3.12",
        "Handler": "index.handler",
        "Role": { "Fn::GetAtt": ["Role", "Arn"] },
        "Code": { "ZipFile": "def handler(event, context):\n    return event\n" },
    });
    json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Resources": {
            "Role": { "Type": "AWS::IAM::Role", "Properties": role },
            "Consumer": { "Type": "AWS::Lambda::Function", "Properties": function },
        },
    })
}

#[test]
fn the_sam_cli_keeps_test_events() {
    let sam = Sam {
        served: Served::start(&[]),
        elsewhere: Elsewhere::start(),
    };
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, value: &Value| {
        let path = folder.path().join(name);
        fs::write(&path, value.to_string()).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (first, second) = (
        json!({ "orderId": "1", "total": 2 }),
        json!({ "orderId": "2", "note": null }),
    );
    let template = format!("file://{}", file("template.json", &template()));
    sam.aws(&[
        "cloudformation",
        "create-stack",
        "--stack-name",
        "shop",
        "--template-body",
        &template,
    ]);
    sam.aws(&[
        "cloudformation",
        "wait",
        "stack-create-complete",
        "--stack-name",
        "shop",
    ]);
    sam.test_event("put", &["--name", "one", "--file", &file("one.json", &first)]);
    sam.test_event("put", &["--name", "two", "--file", &file("two.json", &second)]);
    assert_eq!(
        sam.test_event("list", &[]).split_whitespace().collect::<Vec<_>>(),
        ["one", "two"]
    );
    let held: Value = serde_json::from_str(&sam.test_event("get", &["--name", "two"])).unwrap();
    assert_eq!(held, second);
    // The events are examples in a schema that anybody can read.
    let listed = sam.aws(&[
        "schemas",
        "list-schemas",
        "--registry-name",
        "lambda-testevent-schemas",
        "--query",
        "Schemas[0]",
    ]);
    let listed: Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(listed["VersionCount"], 2);
    sam.test_event("delete", &["--name", "one"]);
    assert_eq!(sam.test_event("list", &[]).trim(), "two");
    sam.test_event("delete", &["--name", "two"]);
    let left = sam.aws(&[
        "schemas",
        "list-schemas",
        "--registry-name",
        "lambda-testevent-schemas",
        "--query",
        "Schemas",
    ]);
    assert_eq!(left.trim(), "[]", "the last event takes the schema with it");
}

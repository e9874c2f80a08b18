//! `schemactl push` against `schemactl serve`, read back by the real AWS CLI.
#![allow(clippy::unwrap_used)]

mod support;

use schemactl_tests::{root, stdout};
use serde_json::Value;
use support::Remote;

#[test]
fn the_aws_cli_reads_back_what_push_wrote() {
    let remote = Remote::new();
    let text = remote.push();
    assert!(text.contains("9 of 9 writes made, and read back"), "{text}");
    let registry = remote.aws(&["describe-registry", "--registry-name", "my-ecommerce-app"]);
    assert_eq!(registry["Description"], "Event schemas for order processing system");
    let listed = remote.aws(&["list-schemas", "--registry-name", "my-ecommerce-app"]);
    let names: Vec<_> = listed["Schemas"]
        .as_array()
        .unwrap()
        .iter()
        .map(|schema| &schema["SchemaName"])
        .collect();
    let expected = [
        "com.myapp.fulfillment@OrderShipped",
        "com.myapp.inventory@InventoryReserved",
        "com.myapp.orders@OrderPlaced",
        "com.myapp.payments@PaymentDeclined",
        "com.myapp.payments@PaymentProcessed",
    ];
    assert_eq!(names, expected);
    for (number, version) in [("1", "1.0"), ("2", "1.1"), ("3", "2.0")] {
        let arguments = [
            "describe-schema",
            "--registry-name",
            "my-ecommerce-app",
            "--schema-version",
            number,
        ];
        let described = remote.aws(&[&arguments[..], &["--schema-name", "com.myapp.orders@OrderPlaced"]].concat());
        assert_eq!(described["Type"], "JSONSchemaDraft4");
        let mut held: Value = serde_json::from_str(described["Content"].as_str().unwrap()).unwrap();
        let stamp = held.as_object_mut().unwrap().remove("x-schemactl").unwrap();
        assert_eq!(stamp["version"], version);
        let file = root().join(format!("schemas/com.myapp.orders/OrderPlaced/{version}.json"));
        let written: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        assert_eq!(held, written, "the schema is registered as it was written, and stamped");
    }
}

#[test]
fn a_second_push_writes_nothing() {
    let remote = Remote::new();
    remote.push();
    let writes = remote.writes();
    assert_eq!(writes, 9);
    assert!(remote.push().contains("nothing to push"));
    assert_eq!(remote.writes(), writes);
    let lock = std::fs::read_to_string(remote.folder.path().join("schemactl.lock")).unwrap();
    assert_eq!(
        lock.matches("sha256:").count(),
        8,
        "what is registered is released: {lock}"
    );
}

#[test]
fn a_plan_says_by_its_exit_code_whether_there_is_something_to_push() {
    let remote = Remote::new();
    let plan = || {
        remote
            .schemactl(&["plan", "--detailed-exitcode"])
            .output()
            .unwrap()
            .status
            .code()
    };
    assert_eq!(plan(), Some(10));
    remote.push();
    assert_eq!(plan(), Some(0));
    let status = stdout(&remote.schemactl(&["status"]).output().unwrap());
    assert!(status.contains("8 versions registered, 0 not"), "{status}");
}

#[test]
fn a_dry_run_and_a_missing_registry_write_nothing() {
    let remote = Remote::new();
    assert!(
        remote
            .schemactl(&["push", "--dry-run"])
            .output()
            .unwrap()
            .status
            .success()
    );
    let refused = remote.schemactl(&["push"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--create-registry"));
    assert_eq!(remote.writes(), 0);
    assert!(!remote.folder.path().join("schemactl.lock").exists());
}

#[test]
fn a_registry_that_cannot_be_reached_is_named() {
    let remote = Remote::new();
    let gone = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let output = remote
        .schemactl(&["push", "--endpoint-url", &format!("http://{gone}")])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(4));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(
        text.contains("unreachable") && text.contains(&gone.to_string()),
        "{text}"
    );
}

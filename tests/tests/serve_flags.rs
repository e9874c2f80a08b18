//! The flags of `schemactl serve`, seen by the AWS CLI.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

use schemactl_tests::{Served, binary, clean_command, stdout};
use serde_json::Value;

fn create(served: &Served, registry: &str) -> std::process::Output {
    served
        .aws(&["create-registry", "--registry-name", registry])
        .output()
        .unwrap()
}

#[test]
fn region_account_and_quotas_are_as_told() {
    let served = Served::start(&[
        "--region",
        "eu-west-1",
        "--account",
        "123456789012",
        "--quota",
        "registries=1",
    ]);
    let created: Value = serde_json::from_str(&stdout(&create(&served, "orders"))).unwrap();
    assert_eq!(
        created["RegistryArn"],
        "arn:aws:schemas:eu-west-1:123456789012:registry/orders"
    );
    let refused = create(&served, "more");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("The quota of 1 registries is reached."));
}

#[test]
fn a_server_that_verifies_knows_one_key() {
    let served = Served::start(&["--verify-sigv4"]);
    stdout(&create(&served, "orders"));
    let mut stranger = served.aws(&["create-registry", "--registry-name", "more"]);
    let refused = stranger.env("AWS_SECRET_ACCESS_KEY", "local").output().unwrap();
    assert!(String::from_utf8_lossy(&refused.stderr).contains("(InvalidSignatureException)"));
    let mut stranger = served.aws(&["list-registries"]);
    let refused = stranger.env("AWS_ACCESS_KEY_ID", "local").output().unwrap();
    assert!(String::from_utf8_lossy(&refused.stderr).contains("(UnrecognizedClientException)"));
    let unsigned = served.aws(&["list-registries", "--no-sign-request"]).output().unwrap();
    assert!(String::from_utf8_lossy(&unsigned.stderr).contains("(MissingAuthenticationTokenException)"));
    let keys: Vec<_> = (0..2)
        .map(|_| Served::start(&["--verify-sigv4"]))
        .map(|served| served.setting("AWS_SECRET_ACCESS_KEY"))
        .collect();
    assert!(
        keys[0] != keys[1] && keys[0].len() >= 32,
        "a new key at each start: {keys:?}"
    );
}

#[test]
fn a_key_can_be_given() {
    let served = Served::start(&[
        "--verify-sigv4",
        "--access-key",
        "AKID",
        "--secret-key",
        "secret/of+ours=",
    ]);
    assert_eq!(served.setting("AWS_ACCESS_KEY_ID"), "AKID");
    assert_eq!(served.setting("AWS_SECRET_ACCESS_KEY"), "secret/of+ours=");
    stdout(&create(&served, "orders"));
}

#[test]
fn other_machines_are_let_in_with_a_key_only() {
    // A loopback address of another name: no port of this test is open to the network.
    let served = Served::start(&["--host", "127.0.0.2"]);
    assert!(served.url().starts_with("http://127.0.0.2:"), "{}", served.url());
    stdout(&create(&served, "orders"));
}

/// What curl is told about a request that it did not sign, which has to be answered once it is signed.
#[test]
fn the_line_for_an_unsigned_request_works() {
    for flags in [&[][..], &["--verify-sigv4"]] {
        let served = Served::start(flags);
        let url = served.url();
        let shell = |line: &str| {
            let mut shell = served.client(Path::new("sh"));
            stdout(&shell.args(["-c", line]).output().unwrap())
        };
        for request in [
            format!("'{url}/v1/registries'"),
            format!("-X POST -d '{{\"Description\":\"it'\\''s \\\"ours\\\"\"}}' '{url}/v1/registries/name/orders'"),
            format!("'{url}/v1/registries?scope=LOCAL&limit=1&registryNamePrefix=a%40b'"),
            format!(
                "-X POST -d '{{\"Content\":\"{{}}\",\"Type\":\"OpenApi3\"}}' '{url}/v1/registries/name/orders/schemas/name/com.shop%40X'"
            ),
            format!("'{url}/v1/registries/name/orders/schemas/name/com.shop@X'"),
            format!(
                "-X DELETE '{url}/tags/arn%3Aaws%3Aschemas%3Aus-east-1%3A000000000000%3Aregistry%2Forders?tagKeys=a'"
            ),
            format!("-X POST -H 'X-Amz-Target: AWSEvents.PutEvents' -d '{{\"Entries\":[{{}}]}}' '{url}/'"),
        ] {
            let refused: Value = serde_json::from_str(&shell(&format!("curl -s {request}"))).unwrap();
            let message = refused["Message"].as_str().or(refused["message"].as_str()).unwrap();
            let (reason, line) = message
                .split_once(" Requests have to be signed, for example so: ")
                .unwrap();
            assert_eq!(reason, "Missing Authentication Token.");
            assert!(
                !line.contains(&served.setting("AWS_SECRET_ACCESS_KEY")) || flags.is_empty(),
                "{line}"
            );
            let status = shell(&format!("{line} --silent --output answer --write-out '%{{http_code}}'"));
            assert!(status.starts_with('2'), "{line}: {status}");
        }
    }
}

#[test]
fn a_registry_needs_no_workspace() {
    let folder = tempfile::tempdir().unwrap();
    let mut serve = clean_command(&binary());
    serve.current_dir(folder.path()).arg("serve");
    let mut process = serve.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut output = BufReader::new(process.stdout.take().unwrap()).lines();
    let first = output.next().unwrap().unwrap();
    assert!(
        first.starts_with("export AWS_ENDPOINT_URL_SCHEMAS=http://127.0.0.1:"),
        "{first}"
    );
    process.kill().unwrap();
    let said = String::from_utf8(process.wait_with_output().unwrap().stderr).unwrap();
    let note = "no schemactl.toml here or above: the registry is kept in ./.schemactl/registry; --data DIR";
    assert!(said.contains(note), "{said}");
    assert!(folder.path().join(".schemactl/registry").is_dir());
    // A folder that is not there is a mistake, and none is made.
    let mut elsewhere = clean_command(&binary());
    elsewhere
        .current_dir(folder.path())
        .args(["serve", "--workspace", "nowhere"]);
    assert_eq!(elsewhere.output().unwrap().status.code(), Some(2));
    assert!(!folder.path().join("nowhere").exists());
}

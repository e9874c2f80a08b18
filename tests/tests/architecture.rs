//! The arrows between our crates are those of ARCHITECTURE.md, and what consumers link or build with stays small.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use schemactl_tests::{cargo_metadata, root};

/// Crate, and the crates of ours that it may name. Tests may use more.
const ALLOWED: &[(&str, &[&str])] = &[
    ("schemactl-model", &[]),
    ("schemactl-containment", &["schemactl-model"]),
    ("schemactl-compat", &["schemactl-model", "schemactl-containment"]),
    ("schemactl-convert", &["schemactl-model"]),
    ("schemactl-workspace", &["schemactl-model"]),
    ("schemactl-rules", &[]),
    (
        "schemactl-check",
        &[
            "schemactl-model",
            "schemactl-compat",
            "schemactl-convert",
            "schemactl-workspace",
            "schemactl-rules",
        ],
    ),
    (
        "schemactl-push",
        &[
            "schemactl-model",
            "schemactl-compat",
            "schemactl-convert",
            "schemactl-workspace",
            "schemactl-check",
        ],
    ),
    ("schemactl-eventbridge", &["schemactl-model", "schemactl-push"]),
    ("schemactl-infer", &["schemactl-model"]),
    (
        "schemactl-lsp",
        &[
            "schemactl-model",
            "schemactl-compat",
            "schemactl-workspace",
            "schemactl-check",
            "schemactl-rules",
        ],
    ),
    ("schemactl-pages", &[]),
    (
        "schemactl-server",
        &[
            "schemactl-model",
            "schemactl-convert",
            "schemactl-infer",
            "schemactl-pages",
            "schemactl-pattern",
        ],
    ),
    (
        "schemactl-conformance",
        &[
            "schemactl-model",
            "schemactl-containment",
            "schemactl-compat",
            "schemactl-workspace",
        ],
    ),
    (
        "schemactl-generate",
        &["schemactl-model", "schemactl-convert", "schemactl-workspace"],
    ),
    ("schemactl-pattern", &[]),
    (
        "schemactl-pattern-analysis",
        &["schemactl-model", "schemactl-containment", "schemactl-pattern"],
    ),
    ("schemactl-runtime", &["schemactl-pattern"]),
    (
        "schemactl",
        &[
            "schemactl-model",
            "schemactl-compat",
            "schemactl-convert",
            "schemactl-workspace",
            "schemactl-check",
            "schemactl-push",
            "schemactl-eventbridge",
            "schemactl-server",
            "schemactl-pages",
            "schemactl-generate",
            "schemactl-pattern",
            "schemactl-pattern-analysis",
            "schemactl-infer",
            "schemactl-lsp",
        ],
    ),
    ("schemactl-tests", &[]),
    ("xtask", &[]),
];

fn text<'v>(value: &'v serde_json::Value, key: &str) -> &'v str {
    value[key].as_str().unwrap()
}

#[test]
fn our_crates_depend_on_each_other_as_drawn() {
    let metadata = cargo_metadata(&["--no-deps"]);
    let mut seen = BTreeSet::new();
    for package in metadata["packages"].as_array().unwrap() {
        let name = text(package, "name");
        seen.insert(name);
        let (_, allowed) = ALLOWED
            .iter()
            .find(|(known, _)| *known == name)
            .unwrap_or_else(|| panic!("{name} is new: draw it in ARCHITECTURE.md and list it here"));
        for dependency in package["dependencies"].as_array().unwrap() {
            let to = text(dependency, "name");
            let ours = to.starts_with("schemactl") && dependency["kind"] != "dev";
            assert!(!ours || allowed.contains(&to), "{name} must not depend on {to}");
        }
    }
    assert_eq!(seen, ALLOWED.iter().map(|(name, _)| *name).collect());
}

/// The packages that `cargo tree` shows for one of ours, features as in a build of that package alone.
fn tree(package: &str) -> BTreeMap<String, String> {
    let mut command = Command::new(env!("CARGO"));
    command.args([
        "tree",
        "--offline",
        "--locked",
        "--edges=normal,build",
        "--prefix=none",
        "--format={p}|{f}",
        "-p",
        package,
    ]);
    let output = command.current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    let lines = lines.lines().filter_map(|line| {
        let (package, features) = line.trim_end_matches(" (*)").split_once('|')?;
        Some((package.split(' ').next()?.to_owned(), features.to_owned()))
    });
    lines.collect()
}

/// A page is a function of its view: nothing that serves or stores is needed to make one.
#[test]
fn pages_need_no_server() {
    let tree = tree("schemactl-pages");
    for unwanted in ["axum", "hyper", "rusqlite", "serde_json", "tokio"] {
        assert!(!tree.contains_key(unwanted), "schemactl-pages pulls in {unwanted}");
    }
}

#[test]
fn what_consumers_build_with_is_small_and_has_no_aws() {
    let reading_only: &[&str] = &["serde_json", "sha2", "toml_writer"];
    for (package, most, beside) in [("schemactl-generate", 22, reading_only), ("schemactl-runtime", 20, &[])] {
        let tree = tree(package);
        assert!(
            tree.len() <= most,
            "{package} pulls in {} crates: {:?}",
            tree.len(),
            tree.keys()
        );
        let unwanted = [
            "tokio",
            "aws-config",
            "aws-sdk-schemas",
            "jsonschema",
            "clap",
            "rusqlite",
        ];
        for unwanted in unwanted.iter().chain(beside) {
            assert!(!tree.contains_key(*unwanted), "{package} pulls in {unwanted}");
        }
        // It would break f64 in the flattened, tagged and untagged types of the consumer.
        let features = tree.get("serde_json").map_or("", String::as_str);
        assert!(
            !features.contains("arbitrary_precision"),
            "{package} turns on {features}"
        );
    }
}

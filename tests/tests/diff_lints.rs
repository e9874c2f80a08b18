//! `diff` tells of a schema by itself what `check` tells of it: the findings of the cases of these rules are lints of a comparison, and those of the near
//! misses are none.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use schemactl_tests::{binary, clean_command, root};

/// The rules about a schema by itself that only `check` told of.
const RULES: [&str; 8] = [
    "contains-disputed",
    "dependencies-replaced",
    "extensible-misplaced",
    "keyword-not-in-dialect",
    "required-undeclared",
    "subschema-unsatisfiable",
    "unknown-keyword",
    "version-unsatisfiable",
];

fn list_folder(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    found.sort();
    found
}

/// Returns the schemas of events below a folder.
fn list_schemas(folder: &Path, found: &mut Vec<PathBuf>) {
    for path in list_folder(folder) {
        let is_example = path.file_name().is_some_and(|name| name == "examples");
        if path.is_dir() && !is_example {
            list_schemas(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
}

/// Returns the rules of the lints of a schema, which is compared with itself.
fn lint_rules(schema: &Path) -> BTreeSet<String> {
    let output = clean_command(&binary())
        .args(["diff", "--format", "json"])
        .args([schema, schema])
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}: {}", schema.display(), String::from_utf8_lossy(&output.stderr)));
    let lints = report["lints"].as_array().unwrap();
    // What both sides have is told once.
    let told: BTreeSet<String> = lints.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), lints.len(), "{}", schema.display());
    assert!(lints.iter().all(|lint| lint["severity"] != "error"));
    let rules = lints.iter().map(|lint| lint["rule"].as_str().unwrap().to_owned());
    rules.collect()
}

#[test]
fn what_check_finds_in_a_schema_by_itself_diff_finds_too() {
    let mut missing = Vec::new();
    let mut found = 0;
    for rule in RULES {
        for case in list_folder(&root().join("tests/cases/check").join(rule)) {
            let expected = fs::read_to_string(case.join("expected.txt")).unwrap();
            let is_expected = expected.contains(&format!(" {rule}: "));
            let mut schemas = Vec::new();
            list_schemas(&case.join("schemas"), &mut schemas);
            let is_found = schemas.iter().any(|schema| lint_rules(schema).contains(rule));
            found += usize::from(is_found);
            if is_expected != is_found {
                missing.push(format!("{}: check {is_expected}, diff {is_found}", case.display()));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    assert!(found >= RULES.len(), "{found}");
}

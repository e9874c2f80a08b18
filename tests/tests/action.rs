//! The GitHub Action, step by step: the `run` scripts of `.github/actions/check/action.yml` run in bash as a runner starts them, with
//! nothing else of this machine than git and coreutils, and `cargo` in the place of the real one hands out the binary that is built
//! already. Steps that use other actions are not run; what they would be given is looked at.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use schemactl_tests::{binary, clean_command, copy_folder, python_program, root, run_git, stdout};
use serde_json::Value as Json;

const ORDER: &str = "shop/schemas/com.myapp.orders/OrderPlaced";

/// What stands in for cargo: it builds nothing, writes down how it was called, and installs the binary of the tests.
const CARGO: &str = r#"#!/bin/bash
echo "$PWD: $*" >> "$RUNNER_TEMP/cargo-calls"
[ "$1 $2 $3 $4 $5" = "install --locked --path cli --root" ] && [ -f "$4/Cargo.toml" ] || exit 99
mkdir -p "$6/bin" && ln -s BINARY "$6/bin/schemactl"
"#;

/// A runner with a checked out repository: `main` is the shipped workspace below `shop`, the branch is another one.
struct Runner {
    folder: tempfile::TempDir,
    inputs: BTreeMap<String, String>,
}

/// What became of a run of the action.
#[derive(Debug, Default)]
struct ActionRun {
    /// The exit code of each script, by the name of its step.
    codes: Vec<(String, i32)>,
    printed: String,
    summary: String,
    /// The SARIF report that was uploaded.
    uploaded: Option<Json>,
    outputs: BTreeMap<String, String>,
}

impl ActionRun {
    fn code(&self) -> i32 {
        self.codes
            .iter()
            .map(|(_, code)| *code)
            .find(|code| *code != 0)
            .unwrap_or(0)
    }
}

fn action() -> Json {
    let mut python = clean_command(&python_program("python"));
    let program = "import json, sys, yaml; json.dump(yaml.safe_load(open(sys.argv[1])), sys.stdout)";
    let file = root().join(".github/actions/check/action.yml");
    serde_json::from_str(&stdout(&python.args(["-c", program]).arg(file).output().unwrap())).unwrap()
}

impl Runner {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let checkout = folder.path().join("checkout");
        copy_folder(&root().join("schemas"), &checkout.join("shop/schemas"));
        for file in ["schemactl.toml", "schemactl.lock"] {
            fs::copy(root().join(file), checkout.join("shop").join(file)).unwrap();
        }
        run_git(&checkout, &["init", "--quiet", "--initial-branch=main"]);
        run_git(&checkout, &["add", "--all"]);
        run_git(&checkout, &["commit", "--quiet", "--message=state"]);
        run_git(&checkout, &["update-ref", "refs/remotes/origin/main", "HEAD"]);
        run_git(&checkout, &["checkout", "--quiet", "-b", "change"]);
        let runner = Self {
            folder,
            inputs: BTreeMap::new(),
        };
        for below in ["temp", "home", "bin"] {
            fs::create_dir_all(runner.path(below)).unwrap();
        }
        let cargo = runner.path("bin/cargo");
        fs::write(&cargo, CARGO.replace("BINARY", binary().to_str().unwrap())).unwrap();
        fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
        let paths = std::env::var_os("PATH").unwrap();
        let git = std::env::split_paths(&paths).find(|folder| folder.join("git").is_file());
        symlink(git.unwrap().join("git"), runner.path("bin/git")).unwrap();
        runner.with("workspace", "shop").with("against", "origin/main")
    }

    fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    fn with(mut self, input: &str, value: &str) -> Self {
        self.inputs.insert(input.to_owned(), value.to_owned());
        self
    }

    fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.path("checkout").join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} has no {from}");
        fs::write(path, text.replace(from, to)).unwrap();
    }

    /// Runs the steps of the action as a runner does.
    fn run(&self) -> ActionRun {
        let action = action();
        let mut values: BTreeMap<String, String> = BTreeMap::new();
        for (name, input) in action["inputs"].as_object().unwrap() {
            let default = input["default"].as_str().unwrap().to_owned();
            values.insert(
                format!("inputs.{name}"),
                self.inputs.get(name).cloned().unwrap_or(default),
            );
        }
        let mut run = ActionRun::default();
        for (number, step) in action["runs"]["steps"].as_array().unwrap().iter().enumerate() {
            if !is_wanted(step, run.code() == 0, &values) {
                continue;
            }
            if step["run"].is_string() {
                self.run_script(number, step, &mut values, &mut run);
            } else if step["uses"]
                .as_str()
                .unwrap()
                .starts_with("github/codeql-action/upload-sarif@")
            {
                let file = filled(step["with"]["sarif_file"].as_str().unwrap(), &values);
                let text = fs::read_to_string(self.path("checkout").join(file)).unwrap();
                run.uploaded = Some(serde_json::from_str(&text).unwrap());
            }
        }
        run.outputs = values;
        run
    }

    fn run_script(&self, number: usize, step: &Json, values: &mut BTreeMap<String, String>, run: &mut ActionRun) {
        assert_eq!(step["shell"], "bash", "a composite step names its shell");
        let file = |name: &str| self.path("temp").join(format!("{name}-{number}"));
        let (script, output, summary) = (file("script"), file("output"), file("summary"));
        let text = step["run"].as_str().unwrap();
        assert!(!text.contains("${{"), "an expression in a script is code from outside");
        fs::write(&script, text).unwrap();
        for empty in [&output, &summary] {
            fs::write(empty, "").unwrap();
        }
        let mut bash = Command::new("/bin/bash");
        bash.env_clear().current_dir(self.path("checkout"));
        bash.args(["--noprofile", "--norc", "-eo", "pipefail"]).arg(&script);
        bash.env("PATH", format!("{}:/usr/bin:/bin", self.path("bin").display()))
            .env("HOME", self.path("home"))
            .env("CI", "true")
            .env("GITHUB_ACTION_PATH", root().join(".github/actions/check"))
            .env("GITHUB_WORKSPACE", self.path("checkout"))
            .env("GITHUB_OUTPUT", &output)
            .env("GITHUB_STEP_SUMMARY", &summary)
            .envs([("RUNNER_OS", "Linux"), ("RUNNER_ARCH", "X64")])
            .env("RUNNER_TEMP", self.path("temp"));
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            bash.env(name, filled(value.as_str().unwrap(), values));
        }
        let result: Output = bash.output().unwrap();
        run.codes
            .push((step["name"].as_str().unwrap().to_owned(), result.status.code().unwrap()));
        run.printed += &String::from_utf8_lossy(&result.stdout);
        run.printed += &String::from_utf8_lossy(&result.stderr);
        run.summary += &fs::read_to_string(summary).unwrap();
        if let Some(id) = step["id"].as_str() {
            for line in fs::read_to_string(output).unwrap().lines() {
                let (name, value) = line.split_once('=').unwrap();
                values.insert(format!("steps.{id}.outputs.{name}"), value.to_owned());
            }
        }
    }
}

/// A text with the values of its expressions, which are names and nothing more.
fn filled(text: &str, values: &BTreeMap<String, String>) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${{") {
        let (name, next) = after.split_once("}}").unwrap();
        filled += before;
        filled += values.get(name.trim()).map_or("", String::as_str);
        rest = next;
    }
    filled + rest
}

/// Whether a step runs: its condition, and without one if no step failed.
fn is_wanted(step: &Json, is_well: bool, values: &BTreeMap<String, String>) -> bool {
    let Some(condition) = step["if"].as_str() else {
        return is_well;
    };
    let terms = condition.trim_start_matches("${{").trim_end_matches("}}").split("&&");
    terms.map(str::trim).all(
        |term| match term.split_once(" == ").map(|(a, b)| (a, b.trim_matches('\''))) {
            Some((name, value)) => values.get(name).is_some_and(|found| found == value),
            None => term == "!cancelled()" || panic!("the condition `{term}` is not known here"),
        },
    )
}

fn results(run: &ActionRun) -> &Vec<Json> {
    let report = run
        .uploaded
        .as_ref()
        .unwrap_or_else(|| panic!("no report is uploaded: {run:#?}"));
    report["runs"][0]["results"].as_array().unwrap()
}

#[test]
fn a_clean_repository_passes_with_a_binary_that_cargo_built_once() {
    let runner = Runner::new();
    for _ in 0..2 {
        let run = runner.run();
        assert_eq!(run.code(), 0, "{run:#?}");
        assert!(run.summary.contains("schemactl"), "{run:#?}");
        results(&run);
        assert!(
            run.outputs["steps.source.outputs.key"].starts_with("schemactl-Linux-X64-any-"),
            "{run:#?}"
        );
    }
    // In the second run the binary was there, as after a hit of the cache.
    let calls = fs::read_to_string(runner.path("temp/cargo-calls")).unwrap();
    let folder = root();
    assert_eq!(
        calls,
        format!(
            "{}: install --locked --path cli --root {}\n",
            folder.display(),
            runner.path("temp/schemactl").display()
        )
    );
    // What is cached is where the binary is.
    let action = action();
    let steps = action["runs"]["steps"].as_array().unwrap();
    let cache = steps.iter().find(|step| {
        step["uses"]
            .as_str()
            .is_some_and(|uses| uses.starts_with("actions/cache@"))
    });
    let path = filled(cache.unwrap()["with"]["path"].as_str().unwrap(), &runner.run().outputs);
    assert_eq!(Path::new(&path), runner.path("temp/schemactl"));
}

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
    let rules: Vec<_> = results(&run)
        .iter()
        .map(|result| result["ruleId"].as_str().unwrap())
        .collect();
    assert!(rules.contains(&"released-schema-changed"), "{rules:?}");
}

#[test]
fn without_a_verdict_the_step_fails_as_check_did_and_a_report_is_uploaded() {
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
        let place = &results(&run)[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert!(place.as_str().unwrap().starts_with("shop/"), "{run:#?}");
    }
}

#[test]
fn a_report_of_an_earlier_run_is_not_uploaded_again() {
    let runner = Runner::new();
    runner.run();
    runner.edit("shop/schemactl.toml", "mode = ", "mode == ");
    let run = runner.run();
    assert_eq!((run.code(), results(&run).len()), (2, 1), "{run:#?}");
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
    let run = Runner::new().with("against", "").run();
    assert_eq!(run.code(), 0, "{run:#?}");
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
    retire.args([
        "retire",
        "PaymentDeclined",
        "--author",
        "Ann",
        "--reason",
        "nobody reads it",
    ]);
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
fn a_runner_without_cargo_is_told_so() {
    let runner = Runner::new();
    fs::remove_file(runner.path("bin/cargo")).unwrap();
    let run = runner.run();
    assert_eq!(run.code(), 1, "{run:#?}");
    assert!(run.printed.contains("cargo is not on PATH"), "{run:#?}");
    assert!(run.uploaded.is_none());
}

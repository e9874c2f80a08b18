//! A runner of GitHub without GitHub: the `run` scripts of action.yml run in bash as a runner starts them, with nothing else of this machine than
//! git and the programs of the system, and `cargo` in the place of the real one hands out the binary that is built already. Steps that use
//! other actions are not run; what they would be given is kept.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use schemactl_tests::{binary, copy_folder, read_yaml, root, run_git, stdout, try_git};
use serde_json::Value as Json;

/// What stands in for cargo: it builds nothing, writes down how it was called, and installs the binary of the tests.
const CARGO: &str = r#"#!/bin/bash
echo "$PWD: $*" >> "$RUNNER_TEMP/cargo-calls"
[ "$1 $2 $3 $4 $5" = "install --locked --path . --root" ] && [ -f "$4/Cargo.toml" ] || exit 99
mkdir -p "$6/bin" && ln -s BINARY "$6/bin/schemactl"
"#;

/// The token that the job has.
pub(crate) const TOKEN: &str = "ghs_token";

/// A runner with a checked out repository: `main` is the shipped workspace below `shop`, the branch `change` a pull request.
pub(crate) struct Runner {
    folder: tempfile::TempDir,
    inputs: BTreeMap<String, String>,
    /// Values of expressions that are no inputs, such as `github.event.before`.
    facts: BTreeMap<String, String>,
    variables: BTreeMap<String, String>,
    /// The folder of the action.
    action: PathBuf,
    /// The folder of the repository, below the one where steps run.
    repository: PathBuf,
}

/// What became of a run of the action.
#[derive(Debug, Default)]
pub(crate) struct ActionRun {
    /// The exit code of each script, by the name of its step.
    codes: Vec<(String, i32)>,
    pub(crate) printed: String,
    pub(crate) summary: String,
    /// The SARIF report that was uploaded.
    pub(crate) uploaded: Option<Json>,
    /// Values of expressions, with the outputs of steps.
    pub(crate) outputs: BTreeMap<String, String>,
    /// What is kept between runs: key and folder.
    pub(crate) cache: (String, String),
}

impl ActionRun {
    /// Returns the exit code of the job: that of the first step that failed and may not.
    pub(crate) fn code(&self) -> i32 {
        let codes = self.codes.iter().map(|(_, code)| *code);
        codes.clone().find(|code| *code != 0).unwrap_or(0)
    }

    /// Returns the results of the SARIF report that was uploaded.
    pub(crate) fn results(&self) -> &Vec<Json> {
        let report = self.uploaded.as_ref();
        let report = report.unwrap_or_else(|| panic!("no report is uploaded: {self:#?}"));
        report["runs"][0]["results"].as_array().unwrap()
    }
}

/// The action. Copies of it are the same.
fn action() -> &'static Json {
    static ACTION: OnceLock<Json> = OnceLock::new();
    ACTION.get_or_init(|| read_yaml(&root().join("action.yml")))
}

impl Runner {
    /// Creates a runner for a pull request into `main`, in a repository that was fetched whole.
    pub(crate) fn new() -> Self {
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
        Self::around(folder)
    }

    /// Creates a runner around a folder with a checked out repository in `checkout`.
    pub(crate) fn around(folder: tempfile::TempDir) -> Self {
        let runner = Self {
            folder,
            inputs: BTreeMap::new(),
            facts: BTreeMap::new(),
            variables: BTreeMap::new(),
            action: root(),
            repository: PathBuf::from("checkout"),
        };
        for below in ["temp", "home", "bin"] {
            fs::create_dir_all(runner.path(below)).unwrap();
        }
        let cargo = runner.path("bin/cargo");
        fs::write(&cargo, CARGO.replace("BINARY", binary().to_str().unwrap())).unwrap();
        fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
        let paths = std::env::var_os("PATH").unwrap();
        for program in ["git", "curl", "jq"] {
            let found = std::env::split_paths(&paths).find(|folder| folder.join(program).is_file());
            let found = found.unwrap_or_else(|| panic!("{program} is missing: run `cargo xtask setup`"));
            symlink(found.join(program), runner.path("bin").join(program)).unwrap();
        }
        // A build in place of a release, whichever release the table of the repository has.
        let runner = runner.with("version", "source").with("workspace", "shop");
        runner.on_event("pull_request", &[("GITHUB_BASE_REF", "main")], &[])
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    pub(crate) fn with(mut self, input: &str, value: &str) -> Self {
        self.inputs.insert(input.to_owned(), value.to_owned());
        self
    }

    /// Sets the folder of the action.
    pub(crate) fn with_action(mut self, folder: PathBuf) -> Self {
        self.action = folder;
        self
    }

    /// Moves the repository into a folder, as `path` of actions/checkout does.
    pub(crate) fn checked_out_into(mut self, below: &str) -> Self {
        fs::rename(self.path("checkout"), self.path("moved")).unwrap();
        fs::create_dir(self.path("checkout")).unwrap();
        self.repository = PathBuf::from("checkout").join(below);
        fs::rename(self.path("moved"), self.folder.path().join(&self.repository)).unwrap();
        self
    }

    /// Sets a variable of the runner.
    pub(crate) fn with_variable(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Sets the value of an expression.
    pub(crate) fn with_fact(mut self, name: &str, value: &str) -> Self {
        self.facts.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Makes it the run of an event, in place of the one before.
    pub(crate) fn on_event(mut self, event: &str, variables: &[(&str, &str)], facts: &[(&str, &str)]) -> Self {
        self.facts.clear();
        self.variables.clear();
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        self.variables.extend(variables.iter().map(owned));
        self.facts.extend(facts.iter().map(owned));
        self.with_variable("GITHUB_EVENT_NAME", event)
            .with_fact("github.token", TOKEN)
            .with_fact("github.event.repository.default_branch", "main")
    }

    /// Commits everything on the branch of the pull request.
    pub(crate) fn commit(&self) {
        run_git(&self.path("checkout"), &["add", "--all"]);
        run_git(&self.path("checkout"), &["commit", "--quiet", "--message=change"]);
    }

    /// Returns the commit that a revision of the checkout names.
    pub(crate) fn revision(&self, name: &str) -> String {
        let output = try_git(&self.folder.path().join(&self.repository), &["rev-parse", name]);
        stdout(&output).trim().to_owned()
    }

    pub(crate) fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.path("checkout").join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} has no {from}");
        fs::write(path, text.replace(from, to)).unwrap();
    }

    /// Runs the steps of the action as a runner does.
    pub(crate) fn run(&self) -> ActionRun {
        let action = action();
        let mut values = self.facts.clone();
        for (name, input) in action["inputs"].as_object().unwrap() {
            let default = filled(input["default"].as_str().unwrap(), &values);
            let value = self.inputs.get(name).cloned().unwrap_or(default);
            values.insert(format!("inputs.{name}"), value);
        }
        let unknown = self.inputs.keys().find(|name| action["inputs"][name].is_null());
        assert_eq!(unknown, None, "the action has no such input");
        let mut run = ActionRun::default();
        for (number, step) in action["runs"]["steps"].as_array().unwrap().iter().enumerate() {
            if run.code() != 0 || !is_wanted(step, &values) {
                continue;
            }
            match step["uses"].as_str().map(|uses| uses.split('@').next().unwrap()) {
                None => self.run_script(number, step, &mut values, &mut run),
                Some("github/codeql-action/upload-sarif") => {
                    let file = filled(step["with"]["sarif_file"].as_str().unwrap(), &values);
                    let text = fs::read_to_string(self.path("checkout").join(file)).unwrap();
                    run.uploaded = Some(serde_json::from_str(&text).unwrap());
                }
                Some("actions/cache") => {
                    let text = |key: &str| filled(step["with"][key].as_str().unwrap(), &values);
                    run.cache = (text("key"), text("path"));
                }
                Some(other) => panic!("the action uses {other}, which nothing here plays"),
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
        let mut bash = self.bash(&script);
        bash.env("GITHUB_OUTPUT", &output).env("GITHUB_STEP_SUMMARY", &summary);
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            bash.env(name, filled(value.as_str().unwrap(), values));
        }
        let result: Output = bash.output().unwrap();
        let code = result.status.code().unwrap();
        if step["continue-on-error"] != true {
            run.codes.push((step["name"].as_str().unwrap().to_owned(), code));
        } else if code != 0 {
            run.printed += "a step failed that may fail\n";
        }
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

    /// A shell as a runner starts it.
    fn bash(&self, script: &Path) -> Command {
        let mut bash = Command::new("/bin/bash");
        bash.env_clear().current_dir(self.path("checkout"));
        bash.args(["--noprofile", "--norc", "-eo", "pipefail"]).arg(script);
        bash.env("PATH", format!("{}:/usr/bin:/bin", self.path("bin").display()))
            .env("HOME", self.path("home"))
            .env("GITHUB_ACTION_PATH", &self.action)
            .env("GITHUB_WORKSPACE", self.path("checkout"))
            .env("RUNNER_TEMP", self.path("temp"));
        bash.envs([
            ("CI", "true"),
            ("RUNNER_OS", "Linux"),
            ("RUNNER_ARCH", "X64"),
            ("GITHUB_REPOSITORY", "shop/events"),
            ("GITHUB_RUN_ID", "1"),
            ("GITHUB_REF", "refs/pull/7/merge"),
            ("GITHUB_SERVER_URL", "https://github.com"),
            ("GITHUB_SHA", &self.revision("HEAD")),
        ]);
        bash.envs(&self.variables);
        bash
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

/// Whether the condition of a step holds.
fn is_wanted(step: &Json, values: &BTreeMap<String, String>) -> bool {
    let Some(condition) = step["if"].as_str() else {
        return true;
    };
    let terms = condition.trim_start_matches("${{").trim_end_matches("}}").split("&&");
    terms.map(str::trim).all(|term| {
        let (name, value) = term.split_once(" == ").expect("conditions compare");
        values.get(name).is_some_and(|found| found == value.trim_matches('\''))
    })
}

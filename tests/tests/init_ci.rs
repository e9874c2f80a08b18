//! `schemactl init --ci`: the files that it writes do what they promise. The workflow passes actionlint and fits the action, the job of GitLab runs
//! as a shell of GitLab runs it, and pre-commit installs the hook: both with the wheel that `cargo xtask release --debug` has packed.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use schemactl_tests::{
    Served, binary, clean_command, copy_folder, lint_workflows, names_in, python_program, read_folder, read_yaml,
    require_installed, root, run_git, stdout, try_git,
};
use serde_json::Value as Json;

const VERSION: &str = env!("CARGO_PKG_VERSION");
const WORKFLOW: &str = ".github/workflows/schemactl.yml";
const JOB: &str = ".gitlab/schemactl.yml";
const ORDER: &str = "schemas/com.example.shop/OrderPlaced";

/// An empty repository.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    run_git(folder.path(), &["init", "--quiet", "--initial-branch=main"]);
    folder
}

fn init(folder: &Path, arguments: &[&str]) -> Output {
    let mut init = clean_command(&binary());
    init.current_dir(folder).arg("init").args(arguments).output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn commit(folder: &Path, message: &str) -> String {
    run_git(folder, &["add", "--all"]);
    run_git(folder, &["commit", "--quiet", "--message", message]);
    stdout(&try_git(folder, &["rev-parse", "HEAD"])).trim().to_owned()
}

/// Records every version of a workspace as released.
fn release(workspace: &Path) {
    let mut check = clean_command(&binary());
    stdout(
        &check
            .current_dir(workspace)
            .args(["check", "--release"])
            .output()
            .unwrap(),
    );
}

/// Changes a version. Only who knows that it was released finds a fault in that.
fn change_order(workspace: &Path) {
    let file = workspace.join(ORDER).join("1.0.json");
    let text = fs::read_to_string(&file).unwrap();
    let changed = text.replace(
        "\"orderId\": { \"type\": \"string\" }",
        "\"orderId\": { \"type\": \"string\", \"maxLength\": 36 }",
    );
    assert_ne!(text, changed);
    fs::write(&file, changed).unwrap();
}

#[test]
fn every_system_gets_its_files_and_the_workspace_its_own() {
    let folder = repository();
    let systems = [
        "--ci",
        "github",
        "--ci",
        "gitlab",
        "--ci",
        "pre-commit",
        "--ci",
        "github",
    ];
    let tried = init(folder.path(), &[&systems[..], &["--dry-run"]].concat());
    assert_eq!(stdout(&tried).matches("would write").count(), 10, "{tried:?}");
    assert_eq!(names_in(folder.path()), [".git"]);
    let written = stdout(&init(folder.path(), &systems));
    assert_eq!(written.matches("written ").count(), 10, "{written}");
    for file in [
        WORKFLOW,
        JOB,
        ".gitlab-ci.yml",
        ".pre-commit-config.yaml",
        "schemactl.toml",
    ] {
        assert!(folder.path().join(file).is_file(), "{file}");
        assert!(written.contains(&format!("written ./{file}\n")), "{file}: {written}");
    }
}

/// No file pretends that something is published: what it needs is printed, and the line to change is marked.
#[test]
fn what_the_files_need_is_printed_and_marked() {
    for (system, file, line) in [
        ("github", WORKFLOW, "uses: schemactl/schemactl@"),
        ("github-wheel", WORKFLOW, "pip\" install "),
        ("gitlab", JOB, "- pip install "),
        ("pre-commit", ".pre-commit-config.yaml", "additional_dependencies:"),
    ] {
        let folder = repository();
        let told = stderr(&init(folder.path(), &["--ci", system]));
        assert!(
            told.contains(VERSION) && told.contains("the line that is marked"),
            "{told}"
        );
        let text = fs::read_to_string(folder.path().join(file)).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let at = lines.iter().position(|found| found.contains(line)).unwrap();
        assert!(lines[at - 1].contains("# The line to change"), "{text}");
    }
}

/// `--workspace` names the folder of every command, also that of a new workspace.
#[test]
fn a_new_workspace_is_where_workspace_says() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = clean_command(&binary());
        command.current_dir(folder.path()).args(arguments).output().unwrap()
    };
    stdout(&run(&["--workspace", "services/orders", "init"]));
    assert_eq!(names_in(folder.path()), ["services"]);
    assert!(folder.path().join("services/orders/schemactl.toml").is_file());
    stdout(&run(&["--workspace", "same", "init", "same"]));
    fs::write(folder.path().join("file"), "").unwrap();
    for arguments in [
        &["--workspace", "one", "init", "two"][..],
        &["--workspace", "file", "init"],
        &["init", "file"],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?} {output:?}");
    }
    assert_eq!(names_in(folder.path()), ["file", "same", "services"]);
}

#[test]
fn what_is_there_is_never_changed() {
    let folder = repository();
    stdout(&init(folder.path(), &["--ci", "github"]));
    let own = "stages: [build]\n";
    fs::write(folder.path().join(".gitlab-ci.yml"), own).unwrap();
    fs::write(folder.path().join(".pre-commit-config.yaml"), "repos: []\n").unwrap();
    fs::write(folder.path().join(WORKFLOW), "on: push\n").unwrap();
    let systems = ["--ci", "github", "--ci", "gitlab", "--ci", "pre-commit"];
    let second = init(folder.path(), &systems);
    let report = stdout(&second);
    assert_eq!(
        (report.matches("kept").count(), report.matches("written").count()),
        (3, 1),
        "{report}"
    );
    let text = |file: &str| fs::read_to_string(folder.path().join(file)).unwrap();
    assert_eq!(text(".gitlab-ci.yml"), own);
    assert_eq!(text(WORKFLOW), "on: push\n");
    // What is missing in them is told, so that it can be pasted.
    let told = stderr(&second);
    for part in [
        "./.gitlab-ci.yml was not changed: add this to it:\ninclude:\n  - local: /.gitlab/schemactl.yml\n",
        "./.pre-commit-config.yaml was not changed: add this to its `repos`:\n",
        "        entry: schemactl check\n",
        &format!("./{WORKFLOW} was not changed: delete it first"),
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
    // Once it is there, nothing is left to tell.
    fs::write(
        folder.path().join(".gitlab-ci.yml"),
        "include:\n  - local: /.gitlab/schemactl.yml\n",
    )
    .unwrap();
    assert_eq!(stderr(&init(folder.path(), &["--ci", "gitlab"])), "");
}

#[test]
fn files_belong_into_a_repository() {
    let folder = tempfile::tempdir().unwrap();
    let output = init(folder.path(), &["shop", "--ci", "github"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("run `git init`"), "{output:?}");
    assert_eq!(names_in(folder.path()), Vec::<String>::new());
}

/// The workflow names the folder that is checked: the workspace, or the one with several below it.
#[test]
fn a_workspace_of_a_monorepo_is_named() {
    let workspace_of =
        |folder: &Path| read_yaml(&folder.join(WORKFLOW))["jobs"]["schemactl"]["steps"][1]["with"].clone();
    let folder = repository();
    let path = folder.path();
    stdout(&init(
        path,
        &["services/the orders", "--ci", "github", "--ci", "gitlab"],
    ));
    assert_eq!(workspace_of(path)["workspace"], "services/the orders");
    let variables = &read_yaml(&path.join(JOB))["schemactl"]["variables"];
    assert_eq!(variables["SCHEMACTL_WORKSPACE"], "services/the orders");
    // From inside an existing workspace nothing but the files for CI is written.
    fs::remove_dir_all(path.join(".github")).unwrap();
    let inside = path.join("services/the orders/schemas");
    let before = read_folder(&path.join("services"));
    let written = stdout(&init(&inside, &["--ci", "github"]));
    assert_eq!(written.lines().count(), 1, "{written}");
    assert_eq!(workspace_of(path)["workspace"], "services/the orders");
    // Above several, all of them are checked.
    fs::remove_dir_all(path.join(".github")).unwrap();
    stdout(&init(path, &["--ci", "github"]));
    assert_eq!(workspace_of(path), Json::Null);
    fs::remove_dir_all(path.join(".github")).unwrap();
    stdout(&init(path, &["services", "--ci", "github"]));
    assert_eq!(workspace_of(path)["workspace"], "services");
    assert_eq!(read_folder(&path.join("services")), before);
    let price = repository();
    stdout(&init(price.path(), &["us$", "--ci", "gitlab"]));
    let variables = &read_yaml(&price.path().join(JOB))["schemactl"]["variables"];
    assert_eq!(variables["SCHEMACTL_WORKSPACE"], "us$$", "GitLab replaces variables");
}

#[test]
fn the_workflow_is_sound_pinned_and_fits_the_action() {
    let folder = repository();
    stdout(&init(folder.path(), &["services/orders", "--ci", "github"]));
    let file = folder.path().join(WORKFLOW);
    let found = lint_workflows(std::slice::from_ref(&file));
    assert!(found.is_empty(), "{found:#?}");
    let workflow = read_yaml(&file);
    assert_eq!(workflow["permissions"], serde_json::json!({}));
    let steps = workflow["jobs"]["schemactl"]["steps"].as_array().unwrap();
    let [checkout, action, release] = &steps[..] else {
        panic!("{steps:#?}")
    };
    assert_eq!(release["name"], "Every version is released");
    let (name, commit) = checkout["uses"].as_str().unwrap().split_once('@').unwrap();
    assert_eq!((name, commit.len()), ("actions/checkout", 40));
    assert_eq!(checkout["with"]["fetch-depth"], 0);
    assert_eq!(action["uses"], format!("schemactl/schemactl@action-v{VERSION}"));
    let inputs = &read_yaml(&root().join("action.yml"))["inputs"];
    for name in action["with"].as_object().unwrap().keys() {
        assert!(inputs[name].is_object(), "the action has no input {name}");
    }
    // The release makes the revision that the workflow names.
    let release = fs::read_to_string(root().join(".github/workflows/release.yml")).unwrap();
    assert!(release.contains("git tag \"action-$TAG\""));
}

/// A Python environment with nothing in it, and the settings with which pip finds our wheel and no network.
struct Python {
    folder: tempfile::TempDir,
}

impl Python {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let wheels = folder.path().join("wheels");
        fs::create_dir(&wheels).unwrap();
        let packages = require_installed(root().join("target/release-files-debug"));
        let embedded = python_program("python");
        let library = names_in(&embedded.parent().unwrap().parent().unwrap().join("lib"));
        let site = embedded
            .parent()
            .unwrap()
            .parent()
            .unwrap()
            .join("lib")
            .join(&library[0]);
        // What pre-commit installs local hooks with.
        let seeds = site.join("site-packages/virtualenv/seed/wheels/embed");
        for (from, start) in [(packages, "schemactl-"), (require_installed(seeds), "setuptools-")] {
            for name in names_in(&from) {
                if name.starts_with(start) && name.ends_with(".whl") {
                    fs::copy(from.join(&name), wheels.join(&name)).unwrap();
                }
            }
        }
        Self { folder }
    }

    fn programs(&self) -> PathBuf {
        self.folder.path().join("environment/bin")
    }

    fn create(&self) {
        let mut python = clean_command(&python_program("python"));
        let environment = self.folder.path().join("environment");
        stdout(&python.args(["-m", "venv"]).arg(environment).output().unwrap());
    }

    fn set(&self, command: &mut Command) {
        command
            .env("PIP_NO_INDEX", "1")
            .env("PIP_FIND_LINKS", self.folder.path().join("wheels"));
    }
}

/// Runs the job of GitLab with the variables of a pipeline: all lines in one shell that stops at the first that fails.
fn run_job(python: &Python, folder: &Path, variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let job = &read_yaml(&folder.join(JOB))["schemactl"];
    let mut lines = vec!["set -eo pipefail".to_owned()];
    for part in ["before_script", "script"] {
        let part = job[part].as_array().unwrap().iter();
        lines.extend(part.map(|line| line.as_str().unwrap().to_owned()));
    }
    let mut shell = clean_command(Path::new("bash"));
    shell
        .args(["--noprofile", "--norc", "-c", &lines.join("\n")])
        .current_dir(folder);
    let paths = std::env::var("PATH").unwrap();
    shell
        .env("PATH", format!("{}:{paths}", python.programs().display()))
        .env("CI", "true");
    for (name, value) in job["variables"].as_object().unwrap() {
        shell.env(name, value.as_str().unwrap().replace("$$", "$"));
    }
    python.set(&mut shell);
    let output = shell.envs(variables.iter().copied()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &stderr(&output);
    (output.status.code(), text)
}

/// A project of GitLab with a workspace that was released on `main`, and its clone on the branch `coupon`.
fn gitlab_project(folder: &Path) -> (PathBuf, PathBuf) {
    let (project, clone) = (folder.join("project"), folder.join("clone"));
    fs::create_dir(&project).unwrap();
    run_git(&project, &["init", "--quiet", "--initial-branch=main"]);
    stdout(&init(&project, &["services/the orders", "--ci", "gitlab"]));
    commit(&project, "first event");
    run_git(folder, &["clone", "--quiet", "project", "clone"]);
    run_git(&clone, &["switch", "--quiet", "--create", "coupon"]);
    (project, clone)
}

#[test]
fn the_job_of_gitlab_checks_merge_requests_and_pushes() {
    // The environment takes longer than all that is done in it.
    let python = Python::new();
    python.create();
    check_merge_request(&python);
    check_push(&python);
}

/// A merge request is checked, its reports are written, and a fork is compared with the project that it goes to.
fn check_merge_request(python: &Python) {
    let folder = tempfile::tempdir().unwrap();
    let (project, clone) = gitlab_project(folder.path());
    let request = [
        ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
        ("CI_MERGE_REQUEST_PROJECT_ID", "1"),
        ("CI_PROJECT_ID", "1"),
        ("CI_MERGE_REQUEST_PROJECT_URL", "https://gitlab.example/never"),
    ];
    let workspace = clone.join("services/the orders");
    assert_eq!(run_job(python, &clone, &request).0, Some(1), "nothing is released");
    release(&workspace);
    commit(&clone, "released");
    let (code, text) = run_job(python, &clone, &request);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("compared with target/main ("), "{text}");
    // Without a lock only the base knows what was released.
    fs::remove_file(workspace.join("schemactl.lock")).unwrap();
    change_order(&clone.join("services/the orders"));
    commit(&clone, "change");
    let (code, text) = run_job(python, &clone, &request);
    assert_eq!(code, Some(1), "{text}");
    // The reports are where the job says, with paths from the root of the project.
    let reports = &read_yaml(&clone.join(JOB))["schemactl"]["artifacts"]["reports"];
    let read = |key: &str| fs::read_to_string(clone.join(reports[key].as_str().unwrap())).unwrap();
    let issues: Json = serde_json::from_str(&read("codequality")).unwrap();
    for key in ["description", "check_name", "fingerprint", "severity"] {
        assert!(issues[0][key].is_string(), "{issues:#}");
    }
    let path = issues[0]["location"]["path"].as_str().unwrap();
    assert!(clone.join(path).is_file(), "{path}");
    assert!(issues[0]["location"]["lines"]["begin"].is_u64(), "{issues:#}");
    assert!(read("junit").contains("<testsuite "));

    // A fork has an old branch of the same name: the project that the merge request goes to counts.
    let (code, text) = run_job(python, &clone, &[("CI_PROJECT_ID", "2")]);
    assert_eq!(code, Some(0), "outside of merge requests nothing is compared: {text}");
    let target = format!("file://{}", project.display());
    fs::rename(&project, folder.path().join("project.git")).unwrap();
    run_git(&clone, &["remote", "set-url", "origin", "/nowhere"]);
    let fork = [
        request[0],
        request[1],
        ("CI_PROJECT_ID", "2"),
        ("CI_MERGE_REQUEST_PROJECT_URL", &target),
    ];
    let (code, text) = run_job(python, &clone, &fork);
    assert_eq!(code, Some(1), "{text}");
}

/// A push is compared with the state before it; the first one has none.
fn check_push(python: &Python) {
    let folder = tempfile::tempdir().unwrap();
    let (_, clone) = gitlab_project(folder.path());
    let before = stdout(&try_git(&clone, &["rev-parse", "HEAD"])).trim().to_owned();
    change_order(&clone.join("services/the orders"));
    commit(&clone, "change");
    let (code, text) = run_job(python, &clone, &[("CI_COMMIT_BEFORE_SHA", &before)]);
    assert_eq!(code, Some(1), "{text}");
    let first = "0000000000000000000000000000000000000000";
    let (code, text) = run_job(python, &clone, &[("CI_COMMIT_BEFORE_SHA", first)]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("compared with no baseline"), "{text}");
}

/// Runs a step of the workflow as GitHub does, with the variables of a run. In: the step's number, and the event. Out: the code, and what was printed.
fn run_step(python: &Python, folder: &Path, number: usize, variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let step = &read_yaml(&folder.join(WORKFLOW))["jobs"]["schemactl"]["steps"][number];
    let mut shell = clean_command(Path::new("bash"));
    shell
        .args(["--noprofile", "--norc", "-e", "-c", step["run"].as_str().unwrap()])
        .current_dir(folder)
        .env("RUNNER_TEMP", python.folder.path())
        .env("GITHUB_PATH", python.folder.path().join("path"))
        .env("GITHUB_STEP_SUMMARY", python.folder.path().join("summary.md"));
    if let Some(workspace) = step["env"]["SCHEMACTL_WORKSPACE"].as_str() {
        shell.env("SCHEMACTL_WORKSPACE", workspace);
    }
    python.set(&mut shell);
    let output = shell.envs(variables.iter().copied()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &stderr(&output);
    (output.status.code(), text)
}

/// A pull request is compared with its base branch, a push with the state before it. The first push has none.
#[test]
fn the_workflow_with_the_wheel_checks_pull_requests_and_pushes() {
    let python = Python::new();
    let folder = tempfile::tempdir().unwrap();
    let (project, clone) = (folder.path().join("project"), folder.path().join("clone"));
    fs::create_dir(&project).unwrap();
    run_git(&project, &["init", "--quiet", "--initial-branch=main"]);
    stdout(&init(&project, &["services/the orders", "--ci", "github-wheel"]));
    let found = lint_workflows(&[project.join(WORKFLOW)]);
    assert!(found.is_empty(), "{found:#?}");
    let before = commit(&project, "first event");
    run_git(folder.path(), &["clone", "--quiet", "project", "clone"]);
    let (code, text) = run_step(&python, &clone, 1, &[]);
    assert_eq!(code, Some(0), "{text}");

    let request = [("GITHUB_BASE_REF", "main")];
    let (code, text) = run_step(&python, &clone, 2, &request);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("compared with origin/main ("), "{text}");
    change_order(&clone.join("services/the orders"));
    commit(&clone, "change");
    let (code, text) = run_step(&python, &clone, 2, &request);
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.contains("::error file=services/the orders/schemas/com.example.shop/OrderPlaced/1.0.json,line="),
        "{text}"
    );
    let summary = fs::read_to_string(python.folder.path().join("summary.md")).unwrap();
    assert!(summary.contains("released-schema-changed"), "{summary}");

    assert_eq!(run_step(&python, &clone, 2, &[("BEFORE", &before)]).0, Some(1));
    let first = "0000000000000000000000000000000000000000";
    let (code, text) = run_step(&python, &clone, 2, &[("BEFORE", first)]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("compared with no baseline"), "{text}");
    // A base that the clone does not have is a fault of the checkout, and no reason to compare with nothing.
    let (code, text) = run_step(&python, &clone, 2, &[("GITHUB_BASE_REF", "missing")]);
    assert_eq!(code, Some(2), "{text}");
}

/// Runs the steps of a job that are commands, as a shell of the runner does: those that install and those that get credentials are left out, since the
/// registry of `schemactl serve` is there in their place. Returns the code of the first step that fails, and what was printed.
fn run_commands(folder: &Path, registry: &Served, steps: &[String]) -> (Option<i32>, String) {
    let mut printed = String::new();
    for step in steps {
        let mut shell = registry.client(Path::new("bash"));
        let programs = binary().parent().unwrap().display().to_string();
        let paths = std::env::var("PATH").unwrap();
        let output = shell
            .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", step])
            .current_dir(folder)
            .env("PATH", format!("{programs}:{paths}"))
            .env("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main")
            .env("CI", "true")
            .output()
            .unwrap();
        printed += &(String::from_utf8_lossy(&output.stdout).into_owned() + &stderr(&output));
        if !output.status.success() {
            return (output.status.code(), printed);
        }
    }
    (Some(0), printed)
}

/// The commands of a job in the files of a system: those of GitHub are steps, those of GitLab lines of one script. `after` is a part of the first of them.
fn list_job_commands(folder: &Path, system: &str, job: &str, after: &str) -> Vec<String> {
    let texts: Vec<String> = if system == "gitlab" {
        let script =
            read_yaml(&folder.join(JOB))[format!("schemactl-{job}").trim_end_matches("-schemactl")]["script"].clone();
        let lines = script.as_array().unwrap().iter();
        lines.map(|line| line.as_str().unwrap().to_owned()).collect()
    } else {
        let steps = read_yaml(&folder.join(WORKFLOW))["jobs"][job]["steps"].clone();
        let runs = steps.as_array().unwrap().iter().filter_map(|step| step["run"].as_str());
        runs.map(str::to_owned).collect()
    };
    let commands = texts.into_iter().skip_while(|text| !text.contains(after));
    commands.collect()
}

/// The jobs of every system: a version that is not released fails, the push registers what is, and fails for a lock that nobody committed.
#[test]
fn the_release_check_and_the_push_run_against_a_registry() {
    for (system, folder_of_workspace) in [
        ("github", "services/the orders"),
        ("github-wheel", "."),
        ("gitlab", "us$"),
    ] {
        let folder = repository();
        let path = folder.path();
        let registry = Served::start(&[]);
        stdout(&init(path, &[folder_of_workspace, "--ci", system]));
        commit(path, "first event");
        let check = list_job_commands(path, system, "schemactl", "--locked");
        let push = list_job_commands(path, system, "push", "schemactl check --locked");
        assert!(push.len() >= 2, "{push:#?}");
        let (code, text) = run_commands(path, &registry, &check);
        assert_eq!(code, Some(1), "{system}: nothing is released: {text}");
        assert!(
            text.contains("OrderPlaced@1.0 is not recorded in schemactl.lock")
                && text.contains("`schemactl check --release` records it"),
            "{system}: {text}"
        );
        assert_eq!(text.contains("::error"), system != "gitlab", "{system}: {text}");
        release(&path.join(folder_of_workspace));
        commit(path, "released");
        let (code, text) = run_commands(path, &registry, &check);
        assert_eq!(code, Some(0), "{system}: {text}");
        let (code, text) = run_commands(path, &registry, &push);
        assert_eq!(code, Some(0), "{system}: {text}");
        assert!(
            text.contains("writes to make") && text.contains("writes made, and read back"),
            "{system}: {text}"
        );
        // Once more nothing is left to do.
        let (code, text) = run_commands(path, &registry, &push);
        assert_eq!(code, Some(0), "{system}: {text}");
        let order = path.join(folder_of_workspace).join(ORDER);
        let next = fs::read_to_string(order.join("1.0.json")).unwrap();
        let next = next.replace("\"orderId\":", "\"coupon\": { \"type\": \"string\" }, \"orderId\":");
        fs::write(order.join("1.1.json"), next).unwrap();
        let (code, text) = run_commands(path, &registry, &push);
        assert_eq!(code, Some(1), "{system}: the lock does not record it: {text}");
        assert!(!text.contains("writes made"), "{system}: nothing is pushed: {text}");
    }
}

/// Two branches that release different events are both right, and git merges their lines in any order: what is recorded counts, and not how.
#[test]
fn the_merge_of_two_releases_passes() {
    for (one, other) in [("Alpha", "Omega"), ("Omega", "Alpha"), ("Zeta", "Eta")] {
        let folder = repository();
        let path = folder.path();
        let registry = Served::start(&[]);
        stdout(&init(path, &[".", "--ci", "gitlab"]));
        release(path);
        commit(path, "first event");
        for event in [one, other] {
            stdout(&try_git(path, &["checkout", "--quiet", "-b", event, "main"]));
            let mut new = clean_command(&binary());
            let name = format!("com.example.shop/{event}");
            stdout(&new.current_dir(path).args(["new", "event", &name]).output().unwrap());
            release(path);
            commit(path, event);
        }
        stdout(&try_git(path, &["merge", "--quiet", "--no-edit", one]));
        let commands = [
            list_job_commands(path, "gitlab", "schemactl", "--locked"),
            list_job_commands(path, "gitlab", "push", "schemactl check --locked"),
        ];
        for commands in commands {
            let (code, text) = run_commands(path, &registry, &commands);
            assert_eq!(code, Some(0), "{one}, {other}: {text}");
        }
    }
}

/// Every environment has a job with its role and its region, in their order, and every workspace of the repository is in it.
#[test]
fn environments_and_workspaces_have_their_jobs() {
    let folder = repository();
    let path = folder.path();
    for workspace in ["services/one", "services/two"] {
        stdout(&init(path, &[workspace]));
    }
    let manifest = path.join("services/one/schemactl.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    let environments =
        "\n[env.dev]\nregistry = \"dev\"\n\n[env.prod-eu]\nregistry = \"prod\"\nregion = \"eu-west-1\"\n";
    fs::write(&manifest, text + environments).unwrap();
    stdout(&init(path, &["--ci", "github-wheel", "--ci", "gitlab"]));
    let file = path.join(WORKFLOW);
    let found = lint_workflows(std::slice::from_ref(&file));
    assert!(found.is_empty(), "{found:#?}");
    let (workflow, pipeline) = (read_yaml(&file), read_yaml(&path.join(JOB)));
    for (job, role, region, commands) in [
        (
            "push",
            "SCHEMAS_PUSH_ROLE",
            "us-east-1",
            ["check --locked", "push"].map(|verb| format!("schemactl {verb}")),
        ),
        (
            "push-dev",
            "SCHEMAS_PUSH_ROLE_DEV",
            "us-east-1",
            ["plan --env dev", "push --create-registry --env dev"].map(str::to_owned),
        ),
        (
            "push-prod-eu",
            "SCHEMAS_PUSH_ROLE_PROD_EU",
            "eu-west-1",
            ["plan --env prod-eu", "push --create-registry --env prod-eu"].map(str::to_owned),
        ),
    ] {
        let of_github = workflow["jobs"][job].to_string();
        let of_gitlab = pipeline[format!("schemactl-{job}")].to_string();
        assert!(of_gitlab.contains(role), "{of_gitlab}");
        for text in [&of_github, &of_gitlab] {
            assert!(text.contains(region), "{job}: {text}");
            assert!(
                commands.iter().all(|command| text.contains(command.as_str())),
                "{job}: {text}"
            );
            let own = if job == "push" { "services/two" } else { "services/one" };
            assert_eq!(
                text.matches("--workspace").count(),
                text.matches(own).count(),
                "{job}: {text}"
            );
        }
    }
    assert_eq!(workflow["jobs"]["push-prod-eu"]["needs"], "push-dev");
    // Nothing runs before somebody has named a role.
    let steps = workflow["jobs"]["push"]["steps"].as_array().unwrap();
    assert_eq!(workflow["jobs"]["push"]["env"]["ROLE"], "");
    assert!(
        steps.iter().all(|step| step["if"] == "${{ env.ROLE != '' }}"),
        "{steps:#?}"
    );
    // A check of the release is made for both.
    let release = list_job_commands(path, "github-wheel", "schemactl", "--locked").concat();
    assert!(
        release.contains("check --locked") && !release.contains("services/"),
        "a list would leave out a workspace that is added later: {release}"
    );
}

/// Both would write the same file.
#[test]
fn the_action_and_the_wheel_exclude_each_other() {
    let folder = repository();
    let output = init(folder.path(), &["--ci", "github", "--ci", "github-wheel"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("name one of them"), "{output:?}");
    assert_eq!(names_in(folder.path()), [".git"]);
}

#[test]
fn pre_commit_installs_the_hook_from_the_wheel_and_runs_it() {
    let python = Python::new();
    let folder = repository();
    let path = folder.path();
    let home = tempfile::tempdir().unwrap();
    let written = init(path, &["services/orders", "--ci", "pre-commit"]);
    assert!(
        stderr(&written).contains("next: pre-commit install, which needs"),
        "{written:?}"
    );
    let run = |arguments: &[&str]| {
        let mut pre_commit = clean_command(&python_program("pre-commit"));
        pre_commit.current_dir(path).args(arguments);
        python.set(&mut pre_commit);
        let output = pre_commit.env("PRE_COMMIT_HOME", home.path()).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &stderr(&output);
        (output.status.code(), text)
    };
    assert_eq!(run(&["validate-config", ".pre-commit-config.yaml"]).0, Some(0));
    let mut check = clean_command(&binary());
    check
        .current_dir(path.join("services/orders"))
        .args(["check", "--release"]);
    stdout(&check.output().unwrap());
    run_git(path, &["add", "--all"]);
    let (code, text) = run(&["run", "--verbose"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("nothing found"), "{text}");
    change_order(&path.join("services/orders"));
    run_git(path, &["add", "--all"]);
    let (code, text) = run(&["run"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("released-schema-changed"), "{text}");
}

/// Nothing of CI is in the way of a repository that has workspaces already.
#[test]
fn an_existing_workspace_needs_the_option() {
    let folder = repository();
    copy_folder(&root().join("tests/cases/cli/check-clean/files"), folder.path());
    let output = init(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("add CI with --ci"), "{output:?}");
    assert_eq!(stdout(&init(folder.path(), &["--ci", "gitlab"])).lines().count(), 2);
}

//! `check` at the root of a repository with several workspaces: each is found and checked, one report is made, with paths from the root and
//! the exit code of the worst.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::fs;
use std::path::Path;
use std::process::Output;

use schemactl_tests::{binary, clean_command, copy_folder, list_commands, root, run_git};
use serde_json::Value as Json;

const CLEAN: &str = "cli/check-clean/files";
const BREAKS: &str = "check/versions/property-becomes-required";
const BROKEN: &str = "cli/json-malformed/files";

fn repository(workspaces: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, case) in workspaces {
        copy_folder(&root().join("tests/cases").join(case), &folder.path().join(name));
        // An event of two workspaces is only a note where each has its own registry.
        set_registry(&folder.path().join(name), &name.replace('/', "-"));
    }
    folder
}

fn set_registry(workspace: &Path, name: &str) {
    let file = workspace.join("schemactl.toml");
    let text = fs::read_to_string(&file).unwrap();
    let line = text.lines().find(|line| line.starts_with("name")).unwrap();
    fs::write(&file, text.replace(line, &format!("name = \"{name}\""))).unwrap();
}

fn check(folder: &Path, arguments: &[&str]) -> Output {
    let mut check = clean_command(&binary());
    check.current_dir(folder).arg("check").args(arguments).output().unwrap()
}

fn report(folder: &Path, arguments: &[&str]) -> (Option<i32>, Json) {
    let output = check(folder, &[&["--format", "json"], arguments].concat());
    (output.status.code(), serde_json::from_slice(&output.stdout).unwrap())
}

fn files(report: &Json) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    let mut files: Vec<String> = findings
        .map(|finding| finding["places"][0]["file"].as_str().unwrap().to_owned())
        .collect();
    files.dedup();
    files
}

#[test]
fn every_workspace_is_checked_and_the_worst_counts() {
    for (workspaces, code) in [
        (&[("a", CLEAN), ("services/b", CLEAN)][..], 0),
        (&[("a", CLEAN), ("services/b", BREAKS)], 1),
        (&[("a", BROKEN), ("services/b", BREAKS)], 3),
    ] {
        let folder = repository(workspaces);
        let (found, report) = report(folder.path(), &[]);
        assert_eq!(found, Some(code), "{report:#}");
        let files = files(&report);
        for (name, case) in workspaces.iter().filter(|(_, case)| *case != CLEAN) {
            let is_below = |file: &String| file.starts_with(&format!("{name}/schemas/"));
            assert!(files.iter().any(is_below), "{case} in {name}: {files:?}");
        }
        let events = u64::try_from(workspaces.iter().filter(|(_, case)| *case != BROKEN).count()).unwrap();
        assert_eq!(report["events"].as_u64(), Some(events));
        let output = check(folder.path(), &[]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("workspaces: a, services/b"), "{said}");
    }
}

/// What a search has found may be somebody else's: a check writes nothing into it. One that is named has its cache.
#[test]
fn a_check_from_above_writes_nothing() {
    let folder = repository(&[("a", CLEAN)]);
    let schemas = folder.path().join("a/schemas");
    let (namespace, event) = first_event(&schemas);
    for number in 0..60 {
        let copy = schemas.join(&namespace).join(format!("Copy{number}"));
        copy_folder(&schemas.join(&namespace).join(&event), &copy);
        let settings = format!("source = \"copies\"\ndetail-type = \"copy.{number}\"\n");
        std::fs::write(copy.join("event.toml"), settings).unwrap();
    }
    let before = schemactl_tests::read_folder(folder.path());
    check(folder.path(), &[]);
    assert_eq!(schemactl_tests::read_folder(folder.path()), before);
    check(&folder.path().join("a"), &[]);
    assert!(folder.path().join("a/.schemactl/proofs.json").is_file());
}

/// Returns the first event of a folder of schemas.
fn first_event(schemas: &Path) -> (String, String) {
    let namespace = schemactl_tests::names_in(schemas).remove(0);
    let event = schemactl_tests::names_in(&schemas.join(&namespace)).remove(0);
    (namespace, event)
}

#[test]
fn every_format_has_paths_from_the_root_of_the_repository() {
    let folder = repository(&[("apps/a", BREAKS), ("apps/b", BREAKS)]);
    run_git(folder.path(), &["init", "--quiet"]);
    for (start, named) in [
        ("", ["apps/a/schemas/", "apps/b/schemas/"]),
        ("apps", ["a/schemas/", "b/schemas/"]),
    ] {
        for format in ["text", "json", "sarif", "junit", "github", "gitlab", "markdown"] {
            let output = check(&folder.path().join(start), &["--format", format]);
            assert_eq!(output.status.code(), Some(1), "{format}");
            let text = String::from_utf8(output.stdout).unwrap();
            // Editors open paths from here, other programs from the root of the repository.
            let is_for_people = ["text", "json", "markdown"].contains(&format);
            for name in named {
                let path = if is_for_people || start.is_empty() {
                    name.to_owned()
                } else {
                    format!("{start}/{name}")
                };
                assert!(text.contains(&path), "{format}: {path} is not in\n{text}");
            }
        }
    }
}

#[test]
fn what_git_ignores_and_what_others_wrote_is_left_out() {
    let names = ["a", "ignored/b", "target/c", "x/node_modules/d"].map(|name| (name, BREAKS));
    let folder = repository(&names);
    fs::write(folder.path().join(".gitignore"), "ignored/\n").unwrap();
    let only = |report: &Json, name: &str| files(report).iter().all(|file| file.starts_with(name));
    let (code, outside) = report(folder.path(), &[]);
    assert_eq!(code, Some(1));
    assert_eq!(outside["events"], 2, "outside a repository nothing is ignored");
    run_git(folder.path(), &["init", "--quiet"]);
    let (code, inside) = report(folder.path(), &[]);
    assert_eq!((code, &inside["events"]), (Some(1), &1.into()));
    assert!(only(&inside, "a/"), "{inside:#}");
    // A workspace here or above is the one that is meant.
    let (_, own) = report(&folder.path().join("ignored/b"), &[]);
    assert!(only(&own, "schemas/"), "{own:#}");
    let nothing = tempfile::tempdir().unwrap();
    assert_eq!(check(nothing.path(), &[]).status.code(), Some(2));
}

#[test]
fn a_base_is_one_for_all() {
    let folder = repository(&[("a", CLEAN), ("b", CLEAN), ("c", CLEAN)]);
    let folder = folder.path();
    run_git(folder, &["init", "--quiet", "--initial-branch", "main"]);
    run_git(folder, &["add", "--all"]);
    run_git(folder, &["commit", "--quiet", "--message", "first"]);
    assert_eq!(check(folder, &["--against", "main"]).status.code(), Some(0));
    run_git(folder, &["switch", "--quiet", "--create", "branch"]);
    fs::remove_dir_all(folder.join("c")).unwrap();
    let toml = folder.join("b/schemas");
    let event = fs::read_dir(toml).unwrap().next().unwrap().unwrap().path();
    let event = fs::read_dir(event)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path()
        .join("event.toml");
    let text = fs::read_to_string(&event).unwrap();
    fs::write(&event, text.replace("source = \"", "source = \"other.")).unwrap();
    run_git(folder, &["add", "--all"]);
    run_git(folder, &["commit", "--quiet", "--message", "second"]);
    let (code, report) = report(folder, &["--against", "main"]);
    assert_eq!(code, Some(1));
    let rules: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap())
        .collect();
    let count = |rule: &str| rules.iter().filter(|found| **found == rule).count();
    assert_eq!(
        count("workspace-missing"),
        1,
        "one that is gone is told once: {rules:?}"
    );
    assert_eq!(count("identity-changed"), 1, "{rules:?}");
}

#[test]
fn a_release_is_one_of_a_workspace() {
    let folder = repository(&[("a", CLEAN), ("b", CLEAN)]);
    let output = check(folder.path(), &["--release"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!folder.path().join("a/schemactl.lock").exists());
    let output = check(folder.path(), &["--workspace", "a", "--release"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

/// The fingerprints of errors, with the workspaces that they are in.
fn prints(report: &Json) -> Vec<(String, String)> {
    let text = |finding: &Json, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    let errors = report["findings"].as_array().unwrap().iter();
    let errors = errors.filter(|finding| finding["severity"] == "error");
    errors
        .map(|finding| (text(finding, "workspace"), text(finding, "fingerprint")))
        .collect()
}

#[test]
fn events_of_one_name_in_two_workspaces_are_two() {
    let folder = repository(&[("apps/a", BREAKS), ("apps/b", BREAKS)]);
    let folder = folder.path();
    run_git(folder, &["init", "--quiet"]);
    let (_, alone) = report(&folder.join("apps/a"), &[]);
    let [(workspace, own)] = &prints(&alone)[..] else {
        panic!("{alone:#}")
    };
    assert_eq!(workspace, "", "the report of one workspace names none");
    let (_, both) = report(folder, &[]);
    let [(a, first), (b, second)] = &prints(&both)[..] else {
        panic!("{both:#}")
    };
    assert_eq!((a.as_str(), b.as_str()), ("apps/a", "apps/b"));
    assert!(first != second && first != own && second != own, "{both:#}");
    // The same from any folder around them: it is the place in the repository that counts.
    let (_, from_apps) = report(&folder.join("apps"), &[]);
    assert_eq!(prints(&from_apps)[1], ("b".to_owned(), second.clone()));
    let junit = String::from_utf8(check(folder, &["--format", "junit"]).stdout).unwrap();
    for name in ["apps/a: shop/Thing", "apps/b: shop/Thing"] {
        assert_eq!(
            junit.matches(&format!("<testsuite name=\"{name}\"")).count(),
            1,
            "{junit}"
        );
    }
    // The command that the report prints is the one that helps.
    let text = String::from_utf8(check(folder, &[]).stdout).unwrap();
    let hint = format!("schemactl accept --workspace apps/b {} --reason", &second[..12]);
    assert!(text.contains(&hint), "{text}");
    let accept = ["accept", "--workspace", "apps/b", &second[..12], "--reason", "why"];
    let accepted = clean_command(&binary())
        .current_dir(folder)
        .args(accept)
        .output()
        .unwrap();
    assert!(accepted.status.success(), "{accepted:?}");
    let (_, after) = report(folder, &[]);
    assert_eq!(prints(&after), [("apps/a".to_owned(), first.clone())]);
}

/// The commands that work on one workspace, each with the arguments that it requires.
const OF_ONE: [&[&str]; 16] = [
    &["accept", "--all", "--reason", "it is time"],
    &["bump"],
    &["generate", "--output", "out.rs"],
    &["hotfix", "Thing@1.0", "--reason", "it is time"],
    &["iam-policy"],
    &["import", "Thing@1.1", "--from-json", "schema.json"],
    &["merge-lock"],
    &["move", "Thing", "Other", "--reason", "it is time"],
    &["new", "event", "Other"],
    &["plan"],
    &["prune"],
    &["pull"],
    &["push"],
    &["retire", "Thing", "--reason", "it is time"],
    &["status"],
    &["validate", "Thing", "event.json"],
];

/// The table of the guide has every command once, and what it says of those that need one workspace is so.
#[test]
fn the_guide_tells_what_each_command_does_above_workspaces() {
    let page = fs::read_to_string(root().join("docs/guides/monorepo.md")).unwrap();
    let table = page.split("| commands | workspaces |").nth(1).unwrap();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let commands_of = |row: &str| -> Vec<String> {
        let cell = row.split('|').nth(1).unwrap();
        cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    };
    let rows: Vec<(Vec<String>, &str)> = rows.map(|row| (commands_of(row), row)).collect();
    let mut listed: Vec<_> = rows.iter().flat_map(|(commands, _)| commands.clone()).collect();
    listed.sort();
    assert_eq!(listed, list_commands().into_iter().collect::<Vec<_>>());
    let (of_one, _) = rows
        .iter()
        .find(|(_, row)| row.contains("elsewhere they are an error"))
        .unwrap();
    assert_eq!(*of_one, OF_ONE.map(|arguments| arguments[0].to_owned()));
    let folder = repository(&[("a", CLEAN), ("b", CLEAN)]);
    for arguments in OF_ONE {
        let mut command = clean_command(&binary());
        let output = command.current_dir(folder.path()).args(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "{arguments:?}: {said}");
        assert!(
            said.contains("no schemactl.toml in . or any folder above it")
                && said.contains("such as with `--workspace a`; below this folder are a, b"),
            "{arguments:?}: {said}"
        );
    }
}

/// What a report tells of events that two workspaces have: severity, workspace and both files.
fn shared_events(report: &Json) -> Vec<(String, String, Vec<String>)> {
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let findings = report["findings"].as_array().unwrap().iter();
    let findings = findings.filter(|finding| finding["rule"] == "event-in-several-workspaces");
    findings
        .map(|finding| {
            let places = finding["places"].as_array().unwrap().iter();
            let files = places.map(|place| format!("{}:{}", text(&place["file"]), place["start"]["line"]));
            (text(&finding["severity"]), text(&finding["workspace"]), files.collect())
        })
        .collect()
}

/// Hundreds of copies are not told one by one, and copies for other registries do not hide the one for the same.
#[test]
fn many_copies_of_an_event_are_told_of_ten() {
    let names: Vec<String> = (0..14).map(|number| format!("apps/n{number:02}")).collect();
    let workspaces: Vec<_> = names.iter().map(|name| (name.as_str(), CLEAN)).collect();
    let folder = repository(&workspaces);
    let folder = folder.path();
    run_git(folder, &["init", "--quiet"]);
    run_git(folder, &["add", "--all"]);
    for name in ["apps/n00", "apps/n13"] {
        set_registry(&folder.join(name), "one");
    }
    let (_, found) = report(&folder.join("apps/n00"), &[]);
    let severities: Vec<_> = shared_events(&found)
        .into_iter()
        .map(|(severity, ..)| severity)
        .collect();
    assert_eq!(severities.iter().filter(|severity| *severity == "note").count(), 10);
    assert_eq!(severities.iter().filter(|severity| *severity == "error").count(), 1);
}

/// Both push to one registry, or to two; the check starts at the root, between, and inside either of them: each tells it, once.
#[test]
fn an_event_of_two_workspaces_is_told_from_wherever_a_check_starts() {
    let folder = repository(&[("apps/a", CLEAN), ("apps/b", CLEAN)]);
    let folder = folder.path();
    let (_, before) = report(&folder.join("apps/a"), &[]);
    assert_eq!(
        shared_events(&before),
        [],
        "nothing lists the other without a repository"
    );
    run_git(folder, &["init", "--quiet"]);
    run_git(folder, &["add", "--all"]);
    let event = "schemas/com.example/Thing/event.toml:2";
    for severity in ["note", "error"] {
        if severity == "error" {
            for name in ["apps/a", "apps/b"] {
                set_registry(&folder.join(name), "one");
            }
        }
        for (start, workspace, places) in [
            ("", "apps/a", ["apps/a/", "apps/b/"]),
            ("apps", "a", ["a/", "b/"]),
            ("apps/a", "", ["", "../b/"]),
            ("apps/b", "", ["", "../a/"]),
        ] {
            let (code, found) = report(&folder.join(start), &[]);
            let files = places.map(|place| format!("{place}{event}")).to_vec();
            assert_eq!(
                shared_events(&found),
                [(severity.to_owned(), workspace.to_owned(), files)],
                "{start}"
            );
            assert_eq!(code, Some(i32::from(severity == "error")), "{start}");
        }
        // Other programs see paths from the root of the repository.
        let sarif = String::from_utf8(check(&folder.join("apps/b"), &["--format", "sarif"]).stdout).unwrap();
        assert!(sarif.contains("\"apps/a/schemas/") && !sarif.contains(".."), "{sarif}");
    }
    // Another source and name make it another event.
    for file in walk_settings(&folder.join("apps/b/schemas")) {
        let text = fs::read_to_string(&file).unwrap();
        let line = text.lines().find(|line| line.starts_with("source")).unwrap();
        fs::write(
            &file,
            text.replace(line, "source = \"another\"\nregistered-as = \"another\""),
        )
        .unwrap();
    }
    for start in ["", "apps/a", "apps/b"] {
        let (code, found) = report(&folder.join(start), &[]);
        assert_eq!((code, shared_events(&found)), (Some(0), Vec::new()), "{start}");
    }
}

/// A copy that is meant is accepted, on each side; what was accepted counts from wherever a check starts.
#[test]
fn a_copy_of_an_event_is_accepted_on_both_sides() {
    let folder = repository(&[("apps/a", CLEAN), ("apps/b", CLEAN)]);
    let folder = folder.path();
    run_git(folder, &["init", "--quiet"]);
    run_git(folder, &["add", "--all"]);
    for name in ["apps/a", "apps/b"] {
        set_registry(&folder.join(name), "one");
    }
    let mut codes = Vec::new();
    for name in ["apps/a", "apps/b"] {
        let (_, found) = report(&folder.join("apps"), &[]);
        let (_, print) = prints(&found).remove(0);
        let mut accept = clean_command(&binary());
        let start = accept.current_dir(folder.join("apps"));
        let arguments = [
            "accept",
            "--workspace",
            name.trim_start_matches("apps/"),
            &print[..12],
            "--reason",
            "a copy",
        ];
        let output = start.args(arguments).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        codes.push(["", "apps", "apps/a", "apps/b"].map(|start| report(&folder.join(start), &[]).0.unwrap()));
    }
    assert_eq!(codes, [[1, 1, 0, 1], [0, 0, 0, 0]]);
}

/// The workspaces of fixtures are inside another one: they are no neighbors of anything outside.
#[test]
fn a_workspace_inside_another_one_is_no_neighbor() {
    let folder = repository(&[("a", CLEAN), ("a/tests/copy", CLEAN), ("b/tests/copy", BREAKS)]);
    let folder = folder.path();
    run_git(folder, &["init", "--quiet"]);
    run_git(folder, &["add", "--all"]);
    for start in ["", "a", "a/tests/copy"] {
        assert_eq!(shared_events(&report(&folder.join(start), &[]).1), [], "{start}");
    }
    copy_folder(&folder.join("a"), folder);
    for start in ["", "a", "b/tests/copy"] {
        assert_eq!(shared_events(&report(&folder.join(start), &[]).1), [], "{start}");
    }
}

/// The event.toml of each event.
fn walk_settings(schemas: &Path) -> Vec<std::path::PathBuf> {
    let folders = |path: &Path| -> Vec<_> {
        let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.is_dir()).collect()
    };
    let namespaces = folders(schemas);
    let events = namespaces.iter().flat_map(|namespace| folders(namespace));
    events
        .map(|event| event.join("event.toml"))
        .filter(|file| file.exists())
        .collect()
}

/// Commits everything there is.
fn commit(folder: &Path) {
    run_git(folder, &["add", "--all", "--force"]);
    run_git(folder, &["commit", "--quiet", "--message", "commit"]);
}

/// A repository on a branch, whose `main` has workspaces with a release each.
fn released_repository(names: &[&str]) -> tempfile::TempDir {
    let workspaces: Vec<(&str, &str)> = names.iter().map(|name| (*name, CLEAN)).collect();
    let folder = repository(&workspaces);
    let path = folder.path();
    run_git(path, &["init", "--quiet", "--initial-branch", "main"]);
    for name in names {
        let output = check(path, &["--workspace", name, "--release"]);
        assert!(output.status.success(), "{output:?}");
    }
    commit(path);
    run_git(path, &["switch", "--quiet", "--create", "branch"]);
    folder
}

/// Creates a workspace with an event of its own, or of the same name as others have.
fn create_workspace(folder: &Path, event: &str) -> Output {
    let mut init = clean_command(&binary());
    init.current_dir(folder).args(["init", ".", "--event", event]);
    let output = init.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    output
}

/// Makes another schema of a released version, with its line in the lock.
fn rewrite_release(workspace: &Path) {
    let schemas = workspace.join("schemas");
    let (namespace, event) = first_event(&schemas);
    let folder = schemas.join(namespace).join(event);
    let version = folder.join("1.0.json");
    let text = fs::read_to_string(&version).unwrap();
    let changed = text.replacen(
        "\"properties\": {",
        "\"properties\": { \"added\": { \"type\": \"string\" },",
        1,
    );
    assert_ne!(changed, text);
    fs::write(&version, changed).unwrap();
    fs::remove_file(workspace.join("schemactl.lock")).unwrap();
    commit(workspace);
    let output = check(workspace, &["--workspace", ".", "--release"]);
    assert!(output.status.success(), "{output:?}");
}

/// The rules of all findings, with the first file of each.
fn found_rules(report: &Json) -> Vec<(String, String)> {
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| (text(&finding["rule"]), text(&finding["places"][0]["file"])))
        .collect()
}

/// A branch adds a schemactl.toml around workspaces, and rewrites a release of one of them: each place, seen by each way in which a job starts the
/// check, also in the pull request after the one that added it.
#[test]
fn a_workspace_that_appears_hides_no_other() {
    for (place, arguments) in [
        (".", &[][..]),
        ("services", &[]),
        (".", &["--workspace", "."]),
        ("services", &["--workspace", "services"]),
    ] {
        let folder = released_repository(&["services/a", "services/b"]);
        let path = folder.path();
        let against = |arguments: &[&str]| report(path, &[arguments, &["--against", "main"]].concat());
        let is_named = !arguments.is_empty();
        create_workspace(&path.join(place), "com.acme.root/Root");
        commit(path);
        let (code, alone) = against(arguments);
        assert_eq!(code, Some(i32::from(is_named)), "{place}: {alone:#}");
        if !is_named {
            run_git(path, &["branch", "--force", "main", "HEAD"]);
        }
        rewrite_release(&path.join("services/a"));
        commit(path);
        let (code, rewritten) = against(arguments);
        assert_eq!(code, Some(1), "{place}: {rewritten:#}");
        let rules = found_rules(&rewritten);
        let expected = if is_named {
            "workspace-missing"
        } else {
            "released-schema-changed"
        };
        assert!(rules.iter().any(|(rule, _)| rule == expected), "{place}: {rules:?}");
        if !is_named {
            let is_placed = |(_, file): &(String, String)| file.contains("services/a/");
            assert!(rules.iter().any(is_placed), "{rules:?}");
        }
    }
}

/// A workspace that is added inside another one is checked with it; `--workspace` names one of both, and a release is of the one around.
#[test]
fn a_workspace_inside_another_one_is_checked() {
    let folder = released_repository(&["around"]);
    let (root, inside) = (folder.path().join("around"), folder.path().join("around/x"));
    let alone = report(&root, &[]);
    fs::create_dir(&inside).unwrap();
    let said = create_workspace(&inside, "com.acme.x/Thing");
    let said = String::from_utf8(said.stderr).unwrap();
    assert!(said.contains("is inside that of"), "{said}");
    let (code, unlocked) = report(&root, &["--locked"]);
    assert_eq!(code, Some(1), "{unlocked:#}");
    assert!(
        found_rules(&unlocked).iter().all(|(_, file)| file.starts_with("x/")),
        "{unlocked:#}"
    );
    assert_eq!(report(&root, &["--workspace", "."]), alone);
    assert!(check(&root, &["--release"]).status.success());
    assert!(!inside.join("schemactl.lock").exists(), "a release is of one workspace");
    assert!(check(&root, &["--workspace", "x", "--release"]).status.success());
    assert_eq!(report(&root, &["--locked"]).0, Some(0));
    commit(&root);
    let (code, added) = report(&root, &["--against", "main"]);
    assert_eq!(
        code,
        Some(0),
        "the new one hides nothing, since both are checked: {added:#}"
    );
}

/// Git decides what belongs to the repository, not the name of a folder.
#[test]
fn a_tracked_workspace_is_checked_whatever_its_folder_is_called() {
    for name in ["target/a", "x/node_modules/a", "services/a"] {
        let folder = released_repository(&[name, "b"]);
        let path = folder.path();
        rewrite_release(&path.join(name));
        commit(path);
        let (code, rewritten) = report(path, &["--against", "main"]);
        assert_eq!(code, Some(1), "{name}: {rewritten:#}");
        let is_placed = |(_, file): &(String, String)| file.starts_with(name);
        assert!(found_rules(&rewritten).iter().any(is_placed), "{name}: {rewritten:#}");
    }
}

/// One workspace accepts that another one is gone: the report, its verdict and the exit code agree, at the root.
#[test]
fn a_missing_workspace_is_accepted_once() {
    let folder = released_repository(&["a", "b", "c"]);
    let path = folder.path();
    run_git(path, &["mv", "b", "moved"]);
    commit(path);
    let (code, missing) = report(path, &["--against", "main"]);
    assert_eq!((code, &missing["clean"]), (Some(1), &false.into()));
    let print = &prints(&missing)[0].1[..12];
    let accept = [
        "accept",
        "--workspace",
        "c",
        print,
        "--against",
        "main",
        "--reason",
        "moved",
    ];
    let accepted = clean_command(&binary())
        .current_dir(path)
        .args(accept)
        .output()
        .unwrap();
    assert!(accepted.status.success(), "{accepted:?}");
    commit(path);
    let (code, after) = report(path, &["--against", "main"]);
    assert_eq!((code, &after["clean"]), (Some(0), &true.into()), "{after:#}");
}

/// The only workspace was moved: it is gone, and nothing hides it.
#[test]
fn a_workspace_that_was_moved_down_is_not_hidden() {
    let folder = released_repository(&["."]);
    let path = folder.path();
    fs::create_dir(path.join("events")).unwrap();
    for name in ["schemactl.toml", "schemactl.lock", "schemas"] {
        run_git(path, &["mv", name, "events"]);
    }
    commit(path);
    let (code, moved) = report(&path.join("events"), &["--against", "main"]);
    assert_eq!(code, Some(1));
    let missing = moved["findings"].as_array().unwrap().iter();
    let missing: Vec<&Json> = missing
        .filter(|finding| finding["rule"] == "workspace-missing")
        .collect();
    assert_eq!(missing.len(), 1, "{moved:#}");
    assert!(
        missing[0]["message"]
            .as_str()
            .unwrap()
            .contains("does not exist any more")
    );
    let from = ["--against", "main:.", "--workspace", "events"];
    assert_eq!(report(path, &from).0, Some(0));
}

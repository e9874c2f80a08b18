//! Reports as the programs that read them see them: SARIF under its official schema, JUnit as XML, exit codes alike in every
//! format, nothing but the result on standard output, colours only where they are wanted.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::Output;

use schemactl_tests::{Shop, binary, clean_command, copy_folder, root, run_git};
use serde_json::Value;

const FORMATS: [&str; 7] = ["text", "json", "sarif", "junit", "github", "gitlab", "markdown"];

/// A command in a copy of a case's workspace.
fn run(files: &str, arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    if !files.is_empty() {
        copy_folder(&root().join("tests/cases").join(files), folder.path());
    }
    let mut command = clean_command(&binary());
    command.current_dir(folder.path()).args(arguments).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn the_exit_code_does_not_depend_on_the_format() {
    let situations = [
        ("cli/check-clean/files", 0),
        ("check/versions/property-becomes-required", 1),
        ("check/waiver-stale/accepted-ok", 0),
        ("", 2),
        ("cli/manifest-malformed/files", 2),
        ("cli/json-malformed/files", 3),
        ("cli/json-invalid-utf8/files", 3),
    ];
    for (files, code) in situations {
        for format in FORMATS {
            let output = run(files, &["check", "--format", format]);
            assert_eq!(
                output.status.code(),
                Some(code),
                "{files} as {format}: {}",
                stdout(&output)
            );
        }
        let output = run(files, &["check", "--format", "text", "--colour", "never"]);
        assert_eq!(
            output.status.code(),
            Some(2),
            "a misspelt option is a mistake everywhere"
        );
    }
}

#[test]
fn warnings_fail_a_check_that_is_asked_to_fail_on_them() {
    let stale = "check/waiver-stale/gone";
    let warned = "check/unknown-keyword/misspelt";
    assert_eq!(run(warned, &["check"]).status.code(), Some(0));
    assert_eq!(run(warned, &["check", "--fail-on", "warning"]).status.code(), Some(1));
    assert_eq!(
        run(stale, &["check"]).status.code(),
        Some(1),
        "the break is there, whatever the waiver says"
    );
    let accepted = "check/waiver-stale/accepted-ok";
    assert_eq!(run(accepted, &["check", "--fail-on", "note"]).status.code(), Some(0));
}

/// A full disk takes the result of any command: it is no success.
#[cfg(target_os = "linux")]
#[test]
fn a_result_that_cannot_be_written_is_an_error() {
    let shop = Shop::new(&["Placed"]);
    fs::write(shop.path("event.json"), r#"{"id": "1"}"#).unwrap();
    for arguments in [
        &["check"][..],
        &["check", "--format", "json"],
        &["validate", "Placed", "event.json"],
        &["diff", "Placed@1.0", "Placed@1.0"],
        &["infer", "event.json"],
        &["generate", "-o", "-"],
        &["iam-policy"],
        &["explain"],
        &["completions", "bash"],
    ] {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let mut command = clean_command(&binary());
        let output = command
            .current_dir(shop.path(""))
            .args(arguments)
            .stdout(full)
            .output()
            .unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{arguments:?}: {error}");
        assert!(
            error.contains("cannot write to standard output"),
            "{arguments:?}: {error}"
        );
    }
}

#[test]
fn a_report_that_cannot_be_written_takes_no_other_with_it() {
    let shop = Shop::new(&["Placed"]);
    let outputs = [
        "--output",
        "json=schemactl.lock/report.json",
        "--output",
        "sarif=report.sarif",
        "--output",
        "junit=schemactl.lock/x.xml",
    ];
    for settings in ["", "\nnonsense = 1\n"] {
        let manifest = fs::read_to_string(shop.path("schemactl.toml")).unwrap();
        fs::write(shop.path("schemactl.toml"), manifest + settings).unwrap();
        let (code, text) = shop.run(&[&["check"], &outputs[..]].concat());
        assert!(code >= 2, "{text}");
        assert!(
            text.contains("schemactl.lock/report.json") && text.contains("schemactl.lock/x.xml"),
            "{text}"
        );
        assert!(fs::remove_file(shop.path("report.sarif")).is_ok(), "{text}");
    }
}

#[test]
fn standard_output_is_the_report_and_nothing_else() {
    for files in ["cli/check-clean/files", "check/versions/several-breaks"] {
        for format in ["json", "sarif", "gitlab"] {
            let output = run(files, &["-v", "check", "--format", format]);
            let parsed: Result<Value, _> = serde_json::from_slice(&output.stdout);
            assert!(parsed.is_ok(), "{files} as {format}: {}", stdout(&output));
        }
    }
}

/// The platform that the tests run on: what is built for it has been downloaded.
fn host() -> String {
    let output = std::process::Command::new("rustc").arg("-vV").output().unwrap();
    let text = stdout(&output);
    text.lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap()
        .to_owned()
}

/// The official schema comes with a crate that is generated from it.
fn official_schema() -> Value {
    let metadata = std::process::Command::new(env!("CARGO"))
        // Packages of other platforms need not be there.
        .args(["metadata", "--format-version=1", "--locked", "--offline", "--filter-platform", &host()])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages
        .iter()
        .find(|package| package["name"] == "serde-sarif")
        .unwrap();
    let folder = Path::new(package["manifest_path"].as_str().unwrap()).parent().unwrap();
    serde_json::from_str(&std::fs::read_to_string(folder.join("src/schema.json")).unwrap()).unwrap()
}

#[test]
fn sarif_is_valid_under_its_official_schema() {
    let mut schema = official_schema();
    // A bracket too many makes it no pattern, and validators refuse the schema for it; our reports name no language.
    for holder in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][holder]["properties"]["language"];
        assert_eq!(language["pattern"].take(), "^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$");
        language.as_object_mut().unwrap().remove("pattern");
    }
    let validator = jsonschema::validator_for(&schema).unwrap();
    for files in [
        "cli/check-clean/files",
        "cli/check-sarif/files",
        "check/versions/several-breaks",
        "check/waiver-stale/accepted-ok",
        "check/released-schema-missing/deleted",
        "cli/diff-files/files",
        "cli/diff-undecided/files",
    ] {
        let command: &[&str] = match files {
            "cli/diff-files/files" => &["diff", "old.json", "new.json", "--format", "sarif"],
            "cli/diff-undecided/files" => &["diff", "1.0.json", "1.1.json", "--format", "sarif"],
            _ => &["check", "--format", "sarif"],
        };
        let output = run(files, command);
        let log: Value = serde_json::from_slice(&output.stdout).unwrap();
        let errors: Vec<_> = validator.iter_errors(&log).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{files}: {errors:?}");
        assert_eq!(log["version"], "2.1.0");
    }
    let mut broken: Value =
        serde_json::from_str(&stdout(&run("cli/check-sarif/files", &["check", "--format", "sarif"]))).unwrap();
    broken["runs"][0]["results"][0]["level"] = "loud".into();
    assert!(!validator.is_valid(&broken), "the schema refuses what is no SARIF");
}

#[test]
fn junit_is_well_formed_and_has_a_case_for_what_passes() {
    let output = run("check/versions/several-breaks", &["check", "--format", "junit"]);
    let text = stdout(&output);
    let mut reader = quick_xml::Reader::from_str(&text);
    let (mut cases, mut failures) = (0, 0);
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Start(tag) | quick_xml::events::Event::Empty(tag) => match tag.name().as_ref() {
                b"testcase" => cases += 1,
                b"failure" => failures += 1,
                _ => {}
            },
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert!(cases >= 2 && failures >= 1, "{text}");
}

#[test]
fn colours_are_only_where_they_are_wanted() {
    let files = "check/versions/several-breaks";
    let has_colours = |arguments: &[&str], variables: &[(&str, &str)]| {
        let folder = tempfile::tempdir().unwrap();
        copy_folder(&root().join("tests/cases").join(files), folder.path());
        let mut command = clean_command(&binary());
        command
            .current_dir(folder.path())
            .args(arguments)
            .envs(variables.iter().copied());
        stdout(&command.output().unwrap()).contains('\u{1b}')
    };
    assert!(!has_colours(&["check"], &[]), "a pipe is no terminal");
    assert!(has_colours(&["check", "--color", "always"], &[]));
    assert!(has_colours(&["check"], &[("CLICOLOR_FORCE", "1")]));
    assert!(!has_colours(&["check"], &[("NO_COLOR", "1")]));
    assert!(!has_colours(&["check", "--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    assert!(!has_colours(&["check", "--format", "json", "--color", "always"], &[]));
}

#[test]
fn every_rule_explains_itself() {
    let list = stdout(&run("", &["explain"]));
    let ids: Vec<&str> = list.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(ids.len() > 80, "{list}");
    for id in ids {
        let output = run("", &["explain", id]);
        assert!(stdout(&output).starts_with(&format!("# {id}\n")), "{id}");
    }
}

#[test]
fn owners_stand_in_reports_and_choose_what_fails() {
    let files = "cli/owner-filters/files";
    for (owner, code) in [("team-orders", 1), ("team-billing", 0), ("platform", 1), ("nobody", 2)] {
        for format in FORMATS {
            let output = run(files, &["check", "--owner", owner, "--format", format]);
            assert_eq!(output.status.code(), Some(code), "{owner} as {format}");
            let text = stdout(&output);
            let others = ["Orders", "Common"].map(|event| text.contains(&format!("{event}@1.1 rejects")));
            let expected = [owner == "team-orders", owner == "platform"];
            assert_eq!(others, expected, "{owner} as {format}: {text}");
            if code == 1 && ["text", "json", "sarif", "markdown"].contains(&format) {
                assert!(text.contains(owner), "{owner} as {format}: {text}");
            }
        }
    }
    let report: Value = serde_json::from_str(&stdout(&run(files, &["check", "--format", "json"]))).unwrap();
    let owners: std::collections::BTreeSet<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|finding| finding["owner"].as_str())
        .collect();
    assert_eq!(owners, ["platform", "team-orders"].into());
}

fn report_of(folder: &Path, arguments: &[&str]) -> (Option<i32>, Value) {
    let mut command = clean_command(&binary());
    command
        .current_dir(folder)
        .args(["check", "--format", "json"])
        .args(arguments);
    let output = command.output().unwrap();
    (output.status.code(), serde_json::from_slice(&output.stdout).unwrap())
}

/// What is about no single event is everybody's: a gate of one team that drops it lets it pass. The counts are those of the team.
#[test]
fn what_is_about_no_event_is_reported_to_each_owner() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    copy_folder(&root().join("tests/cases/cli/owner-filters/files"), folder);
    let git = |arguments: &[&str]| run_git(folder, arguments);
    git(&["init", "--quiet", "--initial-branch=main"]);
    let event = folder.join("schemas/com.example/Orders");
    fs::write(event.join("1.2.json"), "{ broken [").unwrap();
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "--message=main"]);
    git(&["checkout", "--quiet", "-b", "work"]);
    fs::remove_file(event.join("1.2.json")).unwrap();
    git(&["commit", "--quiet", "--all", "--message=work"]);
    let rules = |report: &Value| -> Vec<String> {
        let findings = report["findings"].as_array().unwrap().iter();
        findings
            .map(|finding| finding["rule"].as_str().unwrap().to_owned())
            .collect()
    };
    let (_, whole) = report_of(folder, &["--against", "main"]);
    assert_eq!(whole["events"], 3);
    let mut sum = (0, 0);
    for owner in ["team-orders", "team-billing", "platform"] {
        let (_, report) = report_of(folder, &["--against", "main", "--owner", owner]);
        assert!(
            rules(&report).contains(&"base-unreadable".to_owned()),
            "{owner}: {report:#}"
        );
        assert_eq!(report["events"], 1, "{owner}");
        sum.0 += report["versions"].as_u64().unwrap();
        sum.1 += report["examples"].as_u64().unwrap();
    }
    assert_eq!(
        (whole["versions"].as_u64(), whole["examples"].as_u64()),
        (Some(sum.0), Some(sum.1))
    );
    // An event that the change deletes stays its owner's.
    fs::remove_dir_all(&event).unwrap();
    git(&["commit", "--quiet", "--all", "--message=deleted"]);
    for (owner, is_theirs) in [("team-orders", true), ("team-billing", false)] {
        let (code, report) = report_of(folder, &["--against", "main", "--owner", owner]);
        let found = rules(&report).contains(&"released-schema-missing".to_owned());
        assert_eq!((found, code == Some(1)), (is_theirs, is_theirs), "{owner}: {report:#}");
    }
}

/// In a comment the findings come first to the eye, however many events there are.
#[test]
fn the_table_of_many_events_is_folded() {
    let folder = tempfile::tempdir().unwrap();
    let settings = "version = 1\n\n[registry]\nname = \"shop\"\n";
    std::fs::write(folder.path().join("schemactl.toml"), settings).unwrap();
    let schema = "{ \"$schema\": \"http://json-schema.org/draft-07/schema#\", \"type\": \"object\" }";
    let markdown = |events: std::ops::Range<u32>| {
        for number in events {
            let event = folder.path().join(format!("schemas/shop/Thing{number}"));
            std::fs::create_dir_all(&event).unwrap();
            let settings = format!("source = \"shop\"\ndetail-type = \"thing.{number}\"\n");
            std::fs::write(event.join("event.toml"), settings).unwrap();
            std::fs::write(event.join("1.0.json"), schema).unwrap();
        }
        let mut check = clean_command(&binary());
        check.current_dir(folder.path()).args(["check", "--format", "markdown"]);
        let text = stdout(&check.output().unwrap());
        text.split_once("| event |")
            .map(|(before, _)| before.to_owned())
            .unwrap()
    };
    assert!(!markdown(0..20).contains("<details>"));
    let before = markdown(20..21);
    assert!(
        before.ends_with("<details>\n<summary>21 versions</summary>\n\n"),
        "{before}"
    );
}

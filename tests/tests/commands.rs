//! Every folder `tests/cases/cli/CASE` is a command and what it says. `command` holds the arguments, one a line; `files/` is
//! what the folder holds that it runs in; `expected.txt` is exit code, standard output and standard error. `BLESS=1` rewrites
//! the expected files for review.
#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use schemactl_tests::{binary, clean_command, compare_with_file, copy_folder, read_folder, root};

fn cases() -> Vec<PathBuf> {
    let mut cases: Vec<_> = fs::read_dir(root().join("tests/cases/cli"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    cases
}

fn run(case: &Path) -> String {
    let folder = tempfile::tempdir().unwrap();
    if case.join("files").is_dir() {
        copy_folder(&case.join("files"), folder.path());
    }
    let before = read_folder(folder.path());
    let arguments = fs::read_to_string(case.join("command")).unwrap();
    let input = fs::File::open(case.join("stdin")).map_or(std::process::Stdio::null(), Into::into);
    let mut command = clean_command(&binary());
    let output = command
        .args(arguments.lines())
        .current_dir(folder.path())
        .stdin(input)
        .output()
        .unwrap();
    let code = output.status.code().unwrap();
    if code != 0 {
        assert_eq!(
            read_folder(folder.path()),
            before,
            "{} fails and leaves something behind",
            case.display()
        );
    }
    let mut text = format!("exit {code}\n");
    for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
        let said = String::from_utf8_lossy(bytes).replace(&*folder.path().to_string_lossy(), "[FOLDER]");
        if !said.is_empty() {
            write!(text, "--- {name}\n{said}").unwrap();
        }
    }
    text
}

#[test]
fn every_command_says_what_it_should() {
    let wrong: String = (cases().iter())
        .map(|case| compare_with_file(&case.join("expected.txt"), &run(case)))
        .collect();
    assert!(wrong.is_empty(), "{wrong}");
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_named_and_left_as_it_was() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let locked = folder.path().join("locked");
    fs::create_dir(&locked).unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).unwrap();
    // The superuser may write anywhere: it becomes nobody, who has to be able to reach the program.
    let program = folder.path().join("schemactl");
    fs::copy(binary(), &program).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = clean_command(&program);
    if fs::write(locked.join("probe"), "").is_ok() {
        fs::remove_file(locked.join("probe")).unwrap();
        std::os::unix::process::CommandExt::uid(&mut command, 65_534);
    }
    let output = command
        .args(["init", "locked"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot write locked/schemactl.toml"));
    assert_eq!(fs::read_dir(&locked).unwrap().count(), 0);
}

#[test]
fn a_batch_answers_each_line_and_goes_on() {
    use std::io::Write;
    let lines = r#"{"id":"narrowed","draft":"draft7","old":{"type":"number"},"new":{"type":"integer"}}

{"id":"broken"
{"id":{"any":["json"]},"old":{"$schema":"http://json-schema.org/draft-04/schema#","minimum":1,"exclusiveMinimum":true},"new":{"$schema":"http://json-schema.org/draft-07/schema#","exclusiveMinimum":1}}
"#;
    let mut command = clean_command(&binary());
    command.args(["diff", "--batch", "-", "--policy", "open-strict"]);
    let mut child = command
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(3), "one line could not be read");
    let answers: Vec<serde_json::Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let [narrowed, broken, same] = answers.as_slice() else {
        panic!("{answers:?}")
    };
    assert_eq!(narrowed["backward"]["verdict"], "incompatible");
    assert!(narrowed["backward"]["witness"].as_f64().unwrap().fract() != 0.0);
    assert_eq!(narrowed["forward"]["verdict"], "compatible");
    assert!(narrowed["us"].is_u64());
    assert_eq!(
        (&narrowed["needed"], &narrowed["rules"]),
        (&json!("major"), &json!({"backward": ["type-narrowed"], "forward": []}))
    );
    assert_eq!(broken["error"]["where"], "line", "{broken}");
    assert!(
        broken["error"]["message"].as_str().unwrap().contains("line 3:1:"),
        "{broken}"
    );
    assert_eq!(same["id"], serde_json::json!({"any": ["json"]}));
    assert_eq!(
        [&same["backward"]["verdict"], &same["forward"]["verdict"]],
        ["compatible", "compatible"]
    );
    assert_eq!(
        (&same["needed"], &same["rules"]),
        (&json!("patch"), &json!({"backward": [], "forward": []}))
    );
}

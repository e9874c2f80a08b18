//! Schemas and examples in YAML: `check` names the command that converts each of them, and the command does.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::fs;
use std::path::Path;

use schemactl_tests::{binary, clean_command, python_program};

fn check(folder: &Path) -> (Option<i32>, String) {
    let mut command = clean_command(&binary());
    let output = command.arg("check").current_dir(folder).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

/// Runs the command for a file, and deletes that.
fn convert(folder: &Path, command: &str) {
    let python = python_program("python3");
    let paths = format!("{}:/usr/bin:/bin", python.parent().unwrap().display());
    let mut bash = clean_command(Path::new("bash"));
    bash.args(["-euc", command]).current_dir(folder).env("PATH", &paths);
    assert!(bash.status().unwrap().success(), "{command}");
    let yaml = command.split("< ").nth(1).and_then(|rest| rest.split(' ').next());
    fs::remove_file(folder.join(yaml.unwrap())).unwrap();
}

#[test]
fn the_command_that_is_named_makes_json_that_passes() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("schemactl.toml", "version = 1\n[registry]\nname = \"r\"\n");
    write(
        "schemas/shop/Placed/event.toml",
        "source = \"s\"\ndetail-type = \"d\"\n",
    );
    let schema = "$schema: http://json-schema.org/draft-04/schema#\ntype: object\nproperties:\n  id: &text {type: string}\n  note: *text\n";
    write("schemas/shop/Placed/1.0.schema.yaml", schema);
    write("schemas/shop/Placed/examples/1.0/order.yml", "id: a\nnote: b\n");
    write("schemas/_shared/money.YAML", "type: string\n");
    // Examples are read once there is a schema for them.
    for count in [2, 1] {
        let (code, said) = check(folder.path());
        assert_eq!(code, Some(2), "{said}");
        let commands = said.split("convert it and delete it: ").skip(1);
        let commands: Vec<&str> = commands.filter_map(|rest| rest.split(" (needs").next()).collect();
        assert_eq!(commands.len(), count, "{said}");
        for command in commands {
            convert(folder.path(), command);
        }
    }
    let (code, said) = check(folder.path());
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("1 event, 1 version, 1 example"), "{said}");
}

/// A name is part of a command that people copy.
#[test]
fn no_name_of_a_file_is_more_than_a_name_in_the_command() {
    let folder = tempfile::tempdir().unwrap();
    let of_event = folder.path().join("schemas/shop/Placed/examples/1.0");
    fs::create_dir_all(&of_event).unwrap();
    fs::write(
        folder.path().join("schemactl.toml"),
        "version = 1\n[registry]\nname = \"r\"\n",
    )
    .unwrap();
    let event = folder.path().join("schemas/shop/Placed");
    fs::write(event.join("event.toml"), "source = \"s\"\ndetail-type = \"d\"\n").unwrap();
    fs::write(event.join("1.0.json"), "{}").unwrap();
    fs::write(of_event.join("x; rm -r ~ #.yaml"), "a: 1\n").unwrap();
    let (_, said) = check(folder.path());
    assert!(said.contains("< FILE.yaml > FILE.json"), "{said}");
}

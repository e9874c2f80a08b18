//! A registry that others write to: after every command its exit code is true of the registry. Other pushes, the console and the AWS CLI
//! are played by writes of the test; two pushes at once by a proxy that lets the second one go first.
#![allow(clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

mod order;
mod releases;

use std::fs;
use std::process::Command;
use std::sync::{Arc, Mutex};

use schemactl_check::Stamp;
use schemactl_model::SchemaType;
use schemactl_push::{NewSchema, Remote as _, Tags};
use schemactl_tests::proxy::Proxy;
use schemactl_workspace::digest_text;
use support::{Remote, told};

type Told = (Option<i32>, String, String);

fn assert_code(told: &Told, code: i32) {
    assert_eq!(told.0, Some(code), "{}\n{}", told.1, told.2);
}

/// Each of these commands ends with 6, and has one part in its result and one in its advice.
#[track_caller]
fn assert_conflict(remote: &Remote, commands: &[&[&str]], shown: &str, advised: &str) {
    for arguments in commands {
        let told = remote.run(arguments);
        assert_code(&told, 6);
        assert!(told.1.contains(shown), "{arguments:?}: {}", told.1);
        assert!(told.2.contains(advised), "{arguments:?}: {}", told.2);
    }
}

/// Somebody else writes.
fn add(remote: &Remote, schema: &str, content: &str) {
    remote.add_version(schema, content, &digest_text(content).to_string()[7..43]);
}

/// Number and version of what a schema holds.
fn held(remote: &Remote, schema: &str) -> Vec<String> {
    let direct = remote.client();
    let mut numbers = direct.numbers(schema, None).unwrap().items;
    numbers.sort_by_key(|number| number.parse::<u64>().unwrap());
    let version = |number: &String| {
        let read = direct.read(schema, Some(number)).unwrap().unwrap();
        let stamp = Stamp::read(&read.content).map_or("foreign".to_owned(), |stamp| stamp.version.to_string());
        format!("{number}={stamp}")
    };
    numbers.iter().map(version).collect()
}

/// A workspace beside that of the registry, with `shop/A` 2.0 and another 2.1.
fn another_workspace(remote: &Remote) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let from = remote.folder.path();
    fs::copy(from.join("schemactl.toml"), folder.path().join("schemactl.toml")).unwrap();
    schemactl_tests::copy_folder(&from.join("schemas"), &folder.path().join("schemas"));
    let file = folder.path().join("schemas/shop/A/2.1.json");
    let text = fs::read_to_string(&file).unwrap().replace("\"ours\"", "\"theirs\"");
    fs::write(file, text).unwrap();
    folder
}

fn command_in(remote: &Remote, folder: &tempfile::TempDir, arguments: &[&str]) -> Command {
    let mut command = remote.schemactl(arguments);
    command.current_dir(folder.path());
    command
}

/// 2.0 is registered, and 2.1 is not yet.
fn before_the_race() -> Remote {
    let remote = Remote::empty("");
    remote.version("A", "2.0", "old");
    assert_code(&remote.run(&["push", "--create-registry"]), 0);
    remote.version("A", "2.1", "ours");
    remote
}

#[test]
fn two_pushes_of_different_versions_at_once_do_not_both_succeed() {
    let remote = before_the_race();
    let other = another_workspace(&remote);
    // Between the last look of the one push and its write the other one is made whole.
    let second = Arc::new(Mutex::new(Some(command_in(&remote, &other, &["push"]))));
    let others = Arc::new(Mutex::new(None));
    let (taken, said) = (Arc::clone(&second), Arc::clone(&others));
    let proxy = Proxy::start(&remote.server.url(), move |seen| {
        if seen.method == "PUT"
            && let Some(mut push) = taken.lock().unwrap().take()
        {
            *said.lock().unwrap() = Some(told(&push.output().unwrap()));
        }
        None
    });
    let ours = remote.run(&["push", "--endpoint-url", &proxy.url()]);
    let theirs = others.lock().unwrap().take().expect("the other push was made");
    assert_code(&theirs, 0);
    // What the registry holds decides, whichever call has noticed the other one.
    assert_code(&ours, 6);
    for part in [
        "written by two at once",
        "2.1 is there as version 3",
        "another schema as 2.1",
        "others changed the same schemas during this push; the registry was read again after it: it holds something that contradicts the \
         workspace",
        "--repair",
    ] {
        assert!(ours.2.contains(part), "{part}: {}", ours.2);
    }
    for part in [
        "1 of 1 write made, 1 not confirmed",
        "  not confirmed: add 2.1",
        "  ! shop/A@2.1 has two schemas in the registry",
    ] {
        assert!(ours.1.contains(part), "{part}: {}", ours.1);
    }
    assert_eq!(held(&remote, "shop@A"), ["1=2.0", "2=2.1", "3=2.1"]);
    // Pushed again, both say the same of the registry as everything else does.
    let writes = remote.writes();
    for _ in 0..2 {
        assert_code(&remote.run(&["push"]), 6);
        assert_code(&told(&command_in(&remote, &other, &["push"]).output().unwrap()), 6);
    }
    assert_eq!(remote.writes(), writes);
    assert_code(&remote.run(&["plan", "--detailed-exitcode"]), 6);
    let status = remote.run(&["status"]);
    assert_code(&status, 6);
    assert!(
        status.1.contains("1 version registered, 0 not, 1 conflicting"),
        "{}",
        status.1
    );
    // One side repairs, and then it is right and the other one is not.
    assert_code(&remote.run(&["push", "--repair"]), 0);
    assert_code(&remote.run(&["push"]), 0);
    assert_code(&told(&command_in(&remote, &other, &["status"]).output().unwrap()), 6);
    assert_code(&remote.run(&["prune", "--enable-deletes", "--yes"]), 0);
    assert_eq!(held(&remote, "shop@A"), ["1=2.0", "4=2.1"]);
    assert_code(&remote.run(&["status"]), 0);
}

#[test]
fn another_schema_under_our_version_is_a_conflict_in_every_command_until_it_is_repaired() {
    let remote = before_the_race();
    let other = another_workspace(&remote);
    assert_code(&told(&command_in(&remote, &other, &["push"]).output().unwrap()), 0);
    let commands = [
        &["push"][..],
        &["push", "--dry-run"],
        &["status"],
        &["plan", "--detailed-exitcode"],
    ];
    let shown = "shop/A@2.1 is a different schema in the registry (its version 2)";
    assert_conflict(&remote, &commands, shown, "`schemactl push --repair`");
    assert_code(&remote.run(&["plan"]), 0);
    // Nothing is written over it by a push of something else.
    remote.version("B", "1.0", "b");
    let told = remote.run(&["push"]);
    assert_code(&told, 6);
    assert!(told.1.contains("1 of 1 write made"), "{}", told.1);
    let plan = remote.run(&["plan", "--detailed-exitcode", "--repair", "--plan-file", "plan.json"]);
    assert_code(&plan, 10);
    assert_code(&remote.run(&["push", "--plan-file", "plan.json"]), 0);
    assert_eq!(held(&remote, "shop@A"), ["1=2.0", "2=2.1", "3=2.1"]);
    for arguments in [
        &["push"][..],
        &["status"],
        &["plan", "--detailed-exitcode"],
        &["push", "--repair"],
    ] {
        assert_code(&remote.run(arguments), 0);
    }
}

/// Number of versions and time of the last write are what they were.
#[test]
fn what_was_exchanged_within_a_second_is_seen() {
    let remote = before_the_race();
    assert_code(&remote.run(&["push"]), 0);
    let registry = remote.client();
    let content = registry.read("shop@A", Some("2")).unwrap().unwrap().content;
    registry.delete_version("shop@A", "2").unwrap();
    add(&remote, "shop@A", &content.replace("\"ours\"", "\"theirs\""));
    assert_code(&remote.run(&["push"]), 6);
}

/// Somebody has copied the newest version, edited it, and uploaded it with its stamp.
#[test]
fn nothing_is_written_above_an_edited_copy_of_ours() {
    let remote = before_the_race();
    assert_code(&remote.run(&["push"]), 0);
    let content = remote.client().read("shop@A", Some("2")).unwrap().unwrap().content;
    remote.client().delete_version("shop@A", "2").unwrap();
    add(&remote, "shop@A", &content.replace("\"ours\"", "\"edited\""));
    remote.version("A", "2.2", "later");
    let told = remote.run(&["push"]);
    assert_code(&told, 6);
    let shown = "shop/A@2.1 is a different schema in the registry (its version 3); no version is added after it: 2.2";
    assert!(told.1.contains(shown), "{}", told.1);
    assert_eq!(held(&remote, "shop@A"), ["1=2.0", "3=2.1"]);
    assert_code(&remote.run(&["push", "--repair"]), 0);
    assert_eq!(held(&remote, "shop@A"), ["1=2.0", "3=2.1", "4=2.1", "5=2.2"]);
    assert_code(&remote.run(&["status"]), 0);
}

#[test]
fn a_foreign_newest_version_is_a_conflict_until_ours_is_the_newest_again() {
    let remote = before_the_race();
    assert_code(&remote.run(&["push"]), 0);
    add(&remote, "shop@A", r#"{"type": "string"}"#);
    let commands = [&["push"][..], &["status"], &["plan", "--detailed-exitcode"]];
    let shown = "the newest version of shop@A (its version 3, written on 20";
    assert_conflict(&remote, &commands, shown, "");
    assert_code(&remote.run(&["push", "--adopt"]), 6);
    assert_code(&remote.run(&["push", "--repair"]), 0);
    assert_eq!(held(&remote, "shop@A"), ["1=2.0", "2=2.1", "3=foreign", "4=2.1"]);
    assert_code(&remote.run(&["status"]), 0);
}

/// What others wrote is never written over in silence, also where a push has something to write; other schemas are pushed.
#[test]
fn nothing_is_written_above_what_others_wrote_without_a_word() {
    let remote = before_the_race();
    remote.version("B", "1.0", "b");
    let created = |content: &str| {
        let schema = NewSchema {
            name: "shop@C",
            type_: SchemaType::JsonSchemaDraft4,
            content,
            description: None,
            tags: &Tags::new(),
        };
        remote.client().create_schema(&schema).unwrap();
    };
    add(&remote, "shop@A", r#"{"type": "object", "required": ["other"]}"#);
    // The first push of an event over a schema that only others have written is the same.
    created(r#"{"type": "object", "properties": {"x": {"type": "number"}}}"#);
    remote.version("C", "1.0", "c");
    for arguments in [
        &["plan", "--detailed-exitcode"][..],
        &["push", "--dry-run"],
        &["push"],
        &["push"],
        &["status"],
    ] {
        let told = remote.run(arguments);
        assert_code(&told, 6);
        for part in [
            "the newest version of shop@A (its version 2, written on 20",
            "was not written by schemactl: it rejects an event of 2.1, and 2.1 accepts its events; no version is added after it: 2.1",
            "the newest version of shop@C (its version 1, written on 20",
        ] {
            assert!(told.1.contains(part), "{arguments:?}, {part}: {}", told.1);
        }
        assert!(told.2.contains("`schemactl push --repair`"), "{}", told.2);
    }
    assert_eq!(held(&remote, "shop@A"), ["1=2.0", "2=foreign"]);
    assert_eq!(held(&remote, "shop@B"), ["1=1.0"], "other schemas are pushed");
    assert_eq!(held(&remote, "shop@C"), ["1=foreign"]);
    let status = remote.run(&["status"]);
    assert!(status.1.contains("  shop/A@2.1  not registered\n"), "{}", status.1);
    assert_code(&remote.run(&["push", "--adopt"]), 6);
    assert_code(&remote.run(&["push", "--repair"]), 0);
    assert_eq!(held(&remote, "shop@A"), ["1=2.0", "2=foreign", "3=2.1"]);
    assert_eq!(held(&remote, "shop@C"), ["1=foreign", "2=1.0"]);
    assert_code(&remote.run(&["status"]), 0);
    // Once ours is the newest, later versions follow it.
    remote.version("A", "2.2", "newer");
    assert_code(&remote.run(&["push"]), 0);
}

#[test]
fn an_equal_version_that_others_wrote_is_taken_over_without_a_write() {
    let remote = Remote::empty("");
    remote.version("A", "1.0", "a");
    assert_code(&remote.run(&["push", "--create-registry"]), 0);
    remote.version("A", "1.1", "b");
    let file = remote.folder.path().join("schemas/shop/A/1.1.json");
    add(&remote, "shop@A", &fs::read_to_string(file).unwrap());
    let writes = remote.writes();
    let told = remote.run(&["push", "--adopt"]);
    assert_code(&told, 0);
    assert!(
        told.1.contains("shop/A@1.1 is equal in the registry, and is adopted"),
        "{}",
        told.1
    );
    assert_eq!(remote.writes(), writes);
    for arguments in [&["push"][..], &["status"], &["plan", "--detailed-exitcode"]] {
        assert_code(&remote.run(arguments), 0);
    }
    assert_eq!(remote.writes(), writes);
    let lock = fs::read_to_string(remote.folder.path().join("schemactl.lock")).unwrap();
    assert!(lock.contains("adopted = [\"1.1\"]"), "{lock}");
    // An old version above newer ones is not what readers of the newest may find.
    let content = remote.client().read("shop@A", Some("1")).unwrap().unwrap().content;
    let mut plain: serde_json::Value = serde_json::from_str(&content).unwrap();
    plain.as_object_mut().unwrap().remove("x-schemactl");
    add(&remote, "shop@A", &plain.to_string());
    assert_code(&remote.run(&["push"]), 6);
    let told = remote.run(&["push", "--adopt"]);
    assert_code(&told, 6);
    assert!(
        told.2.contains("`schemactl pull` takes it into the workspace"),
        "{}",
        told.2
    );
    assert!(!told.1.contains("is equal to"), "{}", told.1);
    assert_code(&remote.run(&["push", "--repair"]), 0);
    assert_code(&remote.run(&["status"]), 0);
    // Another content is none that was taken over.
    add(&remote, "shop@A", r#"{"type": "number"}"#);
    assert_code(&remote.run(&["push", "--adopt"]), 6);
}

/// What somebody uploads is the file, whatever form schemactl would register.
#[test]
fn an_uploaded_file_of_a_newer_dialect_is_equal() {
    let remote = Remote::empty("");
    remote.version("A", "1.0", "a");
    assert_code(&remote.run(&["push", "--create-registry"]), 0);
    let file = r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "properties": {"a": {"const": 1}}}"#;
    fs::write(remote.folder.path().join("schemas/shop/A/1.1.json"), file).unwrap();
    add(&remote, "shop@A", file);
    let writes = remote.writes();
    assert_code(&remote.run(&["push", "--adopt"]), 0);
    assert_code(&remote.run(&["status"]), 0);
    assert_eq!(remote.writes(), writes);
}

#[test]
fn status_lists_every_version_once() {
    let remote = Remote::empty("keep = 3");
    for (minor, property) in [(0, "a"), (1, "b"), (2, "c")] {
        remote.version("A", &format!("1.{minor}"), property);
    }
    assert_code(&remote.run(&["push", "--create-registry"]), 0);
    let registry = remote.client();
    registry.delete_version("shop@A", "2").unwrap();
    let content = registry.read("shop@A", Some("3")).unwrap().unwrap().content;
    add(&remote, "shop@A", &content.replace("\"c\"", "\"other\""));
    remote.version("A", "1.3", "d");
    remote.version("B", "1.0", "a");
    let status = remote.run(&["status"]);
    assert_code(&status, 6);
    for line in [
        "  shop/A@1.0  registered\n",
        "  shop/A@1.1  missing: released, and not in the registry\n",
        "  shop/A@1.2  conflicting: registered with another schema\n",
        "  shop/A@1.3  not registered\n",
        "  shop/B@1.0  not registered\n",
        "1 version registered, 2 not, 1 missing, 1 conflicting\n",
    ] {
        assert!(status.1.contains(line), "{line}\n{}", status.1);
    }
    // What was pruned is said to be.
    registry.delete_version("shop@A", "1").unwrap();
    let status = remote.run(&["status"]);
    assert!(status.1.contains("  shop/A@1.0  pruned: "), "{}", status.1);
}

/// The lock has a release before any push, and after a push that came from elsewhere.
#[test]
fn what_is_not_pushed_yet_is_not_lost() {
    let remote = Remote::empty("");
    remote.version("A", "2.0", "old");
    let not_pushed = |version: &str| {
        let status = remote.run(&["status"]);
        assert_code(&status, 0);
        let line = format!("shop/A@{version}  not registered: released, and not pushed yet");
        assert!(status.1.contains(&line), "{}", status.1);
        assert!(status.2.contains("`schemactl push`"), "{}", status.2);
        assert_code(&remote.run(&["plan", "--detailed-exitcode"]), 10);
    };
    assert_code(&remote.run(&["check", "--release"]), 0);
    not_pushed("2.0");
    assert_code(&remote.run(&["push", "--create-registry"]), 0);
    remote.version("A", "2.1", "next");
    assert_code(&remote.run(&["check", "--release"]), 0);
    not_pushed("2.1");
    assert_code(&remote.run(&["push"]), 0);
    // What this machine has seen there is lost, and not new.
    remote.client().delete_schema("shop@A").unwrap();
    let status = remote.run(&["status"]);
    assert_code(&status, 6);
    assert!(status.1.contains("2 missing"), "{}", status.1);
}

#[test]
fn a_version_that_the_registry_lost_is_missing_and_comes_back() {
    let remote = before_the_race();
    assert_code(&remote.run(&["push"]), 0);
    remote.client().delete_version("shop@A", "2").unwrap();
    assert_code(&remote.run(&["status"]), 6);
    assert_code(&remote.run(&["plan", "--detailed-exitcode"]), 10);
    assert_code(&remote.run(&["push"]), 0);
    assert_eq!(held(&remote, "shop@A"), ["1=2.0", "3=2.1"]);
    assert_code(&remote.run(&["status"]), 0);
    // A repair also sees to it that the newest version is above the one that came back.
    remote.client().delete_version("shop@A", "1").unwrap();
    assert_code(&remote.run(&["push", "--repair"]), 0);
    assert_eq!(held(&remote, "shop@A"), ["3=2.1", "4=2.0", "5=2.1"]);
    assert_code(&remote.run(&["status"]), 0);
    // And so does every other push.
    remote.client().delete_version("shop@A", "4").unwrap();
    // Only that one is missing; the newest is there, and only written once more.
    let status = remote.run(&["status"]);
    assert_code(&status, 6);
    assert!(
        status.1.contains("1 version registered, 0 not, 1 missing"),
        "{}",
        status.1
    );
    let told = remote.run(&["push"]);
    assert_code(&told, 0);
    assert!(
        told.1
            .contains("2.0 is added after it, and 2.1 once more, so that it stays the newest version\n"),
        "{}",
        told.1
    );
    assert_eq!(held(&remote, "shop@A"), ["3=2.1", "5=2.1", "6=2.0", "7=2.1"]);
    assert_code(&remote.run(&["status"]), 0);
}

#[test]
fn another_type_is_written_and_the_old_one_pruned() {
    let remote = Remote::empty("");
    remote.version("A", "1.0", "a");
    remote.version("A", "1.1", "b");
    assert_code(&remote.run(&["push", "--create-registry"]), 0);
    remote.settings("types = [\"OpenApi3\"]");
    let plan = remote.run(&["plan", "--detailed-exitcode"]);
    assert_code(&plan, 10);
    assert!(plan.1.contains("holds 1.0, 1.1 in a type that"), "{}", plan.1);
    // As long as the new form is not there, the old one is not pruned.
    assert!(remote.run(&["prune"]).1.contains("nothing to prune"));
    assert_code(&remote.run(&["push"]), 0);
    assert_eq!(held(&remote, "shop@A"), ["1=1.0", "2=1.1", "3=1.0", "4=1.1"]);
    assert_eq!(
        remote.client().read("shop@A", None).unwrap().unwrap().type_name,
        "OpenApi3"
    );
    assert_code(&remote.run(&["status"]), 0);
    assert_code(&remote.run(&["prune", "--enable-deletes", "--yes"]), 0);
    assert_eq!(held(&remote, "shop@A"), ["3=1.0", "4=1.1"]);
    assert!(remote.run(&["push"]).1.contains("nothing to push"));
}

#[test]
fn the_newest_registered_version_is_never_pruned() {
    let remote = Remote::empty("");
    for (minor, property) in [(0, "a"), (1, "b"), (2, "c")] {
        remote.version("A", &format!("1.{minor}"), property);
    }
    assert_code(&remote.run(&["push", "--create-registry"]), 0);
    add(&remote, "shop@A", r#"{"type": "string"}"#);
    remote.settings("keep = 1");
    remote.version("A", "2.0", "d");
    let told = remote.run(&["prune", "--enable-deletes", "--yes"]);
    assert_eq!(held(&remote, "shop@A"), ["3=1.2", "4=foreign"], "{}", told.1);
}

#[test]
fn a_schema_is_registered_without_spaces_where_it_does_not_fit_with_them() {
    let remote = Remote::empty("");
    remote.version("A", "1.0", "a");
    let properties: Vec<_> = (0..3000)
        .map(|index| format!(r#""p{index:04}":{{"type":"string"}}"#))
        .collect();
    let schema = format!(
        r#"{{"$schema":"http://json-schema.org/draft-04/schema#","type":"object","properties":{{{}}}}}"#,
        properties.join(",")
    );
    fs::write(remote.folder.path().join("schemas/shop/A/1.0.json"), &schema).unwrap();
    assert_code(&remote.run(&["push", "--create-registry"]), 0);
    let content = remote.client().read("shop@A", None).unwrap().unwrap().content;
    assert!(
        content.len() < 100_000 && content.len() > schema.len(),
        "{}",
        content.len()
    );
    assert!(!content.contains('\n'), "it has no layout");
    assert!(remote.run(&["push"]).1.contains("nothing to push"));
}

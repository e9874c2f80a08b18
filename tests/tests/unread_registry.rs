//! A file that cannot be read hides its event from `status` and `plan`, and no other: what both say of all other events is what they say when
//! everything can be read, and nothing of the event is taken for absent.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;

use serde_json::Value;
use support::Remote;

/// A broken file of shop/B, its content, and the exit code.
const BROKEN: [(&str, &str, i32); 5] = [
    ("1.0.json", "{\"type\": ", 3),
    ("1.0.json", "", 3),
    (
        "1.0.json",
        "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
        3,
    ),
    ("event.toml", "source = \n", 2),
    ("1.1.json", "<<<<<<< ours\n{}\n=======\n{}\n>>>>>>> theirs\n", 3),
];

/// The lines about other events.
fn others(text: &str) -> Vec<&str> {
    let is_of_others = |line: &&str| line.starts_with("  ") && !line.contains("shop/B") && !line.contains("shop@B");
    text.lines().filter(is_of_others).collect()
}

/// shop/A has a version to push; shop/B and shop/C are registered.
fn workspace(registry: &str) -> Remote {
    let remote = Remote::empty(registry);
    for event in ["A", "B", "C"] {
        remote.version(event, "1.0", "a");
        remote.version(event, "1.1", "b");
    }
    assert_eq!(remote.run(&["push", "--create-registry"]).0, Some(0));
    remote.commit_lock();
    remote.version("A", "1.2", "c");
    remote
}

#[test]
fn one_broken_file_hides_its_event_and_no_other() {
    let remote = workspace("");
    schemactl_push::Remote::delete_version(&remote.client(), "shop@C", "1").unwrap();
    let whole = (remote.run(&["status"]), remote.run(&["plan", "--enable-deletes"]));
    assert_eq!((whole.0.0, whole.1.0), (Some(6), Some(0)), "{whole:?}");
    let writes = remote.writes();
    for (file, content, code) in BROKEN {
        let path = remote.folder.path().join("schemas/shop/B").join(file);
        let before = fs::read_to_string(&path).unwrap();
        fs::write(&path, content).unwrap();
        let (found, text, error) = remote.run(&["status"]);
        assert_eq!(found, Some(code), "{file} {content}: {text}{error}");
        assert_eq!(others(&text), others(&whole.0.1), "{file} {content}: {text}");
        for version in ["1.0", "1.1"] {
            let line = format!("shop/B@{version}  not compared: a file of the event cannot be read");
            assert!(text.contains(&line), "{file} {content}: {text}");
        }
        assert!(!text.contains("shop@B"), "{file} {content}: {text}");
        assert!(error.contains(file), "{file} {content}: {error}");

        let (found, text, error) = remote.run(&["plan", "--enable-deletes"]);
        assert_eq!(found, Some(code), "{file} {content}: {text}{error}");
        assert_eq!(others(&text), others(&whole.1.1), "{file} {content}: {text}");
        assert!(
            !text.contains("shop@B") && !text.contains("shop/B"),
            "{file} {content}: {text}"
        );

        // A plan is not saved, and nothing is pushed.
        assert_eq!(remote.run(&["plan", "--plan-file", "plan.json"]).0, Some(code));
        assert!(!remote.folder.path().join("plan.json").exists());
        assert_eq!(remote.run(&["push"]).0, Some(code));
        fs::write(&path, before).unwrap();
    }
    assert_eq!(remote.writes(), writes);
    assert_eq!(remote.run(&["status"]), whole.0);
}

/// Also where the event is no part of the lock: the stamp in the registry says whose schema it is.
#[test]
fn a_schema_of_an_event_that_cannot_be_read_is_not_unknown() {
    for registry in ["", "layout = \"major\"", "types = [\"JSONSchemaDraft4\", \"OpenApi3\"]"] {
        let remote = workspace(registry);
        fs::remove_file(remote.folder.path().join("schemactl.lock")).unwrap();
        fs::write(remote.folder.path().join("schemas/shop/B/1.0.json"), "{").unwrap();
        let (code, text, error) = remote.run(&["plan", "--enable-deletes", "--format", "json"]);
        assert_eq!(code, Some(3), "{text}{error}");
        let plan: Value = serde_json::from_str(&text).unwrap();
        let about = |key: &str| {
            plan[key]
                .as_array()
                .unwrap()
                .iter()
                .any(|one| one["name"].as_str().unwrap().starts_with("shop@B"))
        };
        assert!(!about("actions") && !about("drift"), "{text}");
    }
}

//! `push --plan-file` after something has changed: it names what, in the registry or in the workspace, and exits accordingly.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;

use schemactl_push::Remote as _;
use support::{Remote, told};

/// What changes between the plan and its push.
struct Change {
    name: &'static str,
    make: fn(&Remote),
    code: i32,
    /// What the message has to name.
    named: &'static [&'static str],
    /// What it must not say.
    unsaid: &'static [&'static str],
}

const REGISTRY: &str = "the registry has moved";
const WORKSPACE: &str = "the workspace has changed";

/// Another checkout of the workspace pushes: without the version that is planned here, and with what `edit` makes.
fn push_from_elsewhere(remote: &Remote, edit: impl FnOnce(&std::path::Path)) {
    let folder = tempfile::tempdir().unwrap();
    let from = remote.folder.path();
    for file in ["schemactl.toml", "schemactl.lock"] {
        fs::copy(from.join(file), folder.path().join(file)).unwrap();
    }
    schemactl_tests::copy_folder(&from.join("schemas"), &folder.path().join("schemas"));
    edit(&folder.path().join("schemas/shop/A"));
    let mut push = remote.schemactl(&["push"]);
    let pushed = told(&push.current_dir(folder.path()).output().unwrap());
    assert_eq!(pushed.0, Some(0), "{pushed:?}");
}

fn edit_in_the_console(remote: &Remote) {
    remote.add_version("shop@A", r#"{"type": "object", "title": "edited"}"#, "console");
}

fn replace_in_the_workspace(remote: &Remote) {
    remote.version("A", "1.1", "other");
}

const CHANGES: [Change; 13] = [
    Change {
        name: "a version of the console is the newest",
        make: edit_in_the_console,
        code: 4,
        named: &[REGISTRY, "shop@A 1.1", "its version 2", "was not written by schemactl"],
        unsaid: &[WORKSPACE],
    },
    Change {
        name: "a colleague registered another schema under the number",
        make: |remote| {
            push_from_elsewhere(remote, |event| {
                fs::write(
                    event.join("1.1.json"),
                    r#"{"type": "object", "properties": {"theirs": {}}}"#,
                )
                .unwrap();
            });
        },
        code: 4,
        named: &[
            REGISTRY,
            "shop/A@1.1 is a different schema in the registry (its version 2)",
        ],
        unsaid: &[WORKSPACE],
    },
    Change {
        name: "a colleague registered a newer version",
        make: |remote| {
            push_from_elsewhere(remote, |event| {
                fs::rename(event.join("1.1.json"), event.join("1.2.json")).unwrap();
            });
        },
        code: 4,
        named: &[REGISTRY, "shop@A 1.1", "shop/A@1.2", "newer"],
        unsaid: &[WORKSPACE],
    },
    Change {
        name: "the same version was registered",
        make: |remote| push_from_elsewhere(remote, |_| ()),
        code: 4,
        named: &[REGISTRY, "shop@A 1.1 was planned (add-version), and is done"],
        unsaid: &[WORKSPACE],
    },
    Change {
        name: "the schema was deleted",
        make: |remote| remote.client().delete_schema("shop@A").unwrap(),
        code: 4,
        named: &[REGISTRY, "shop@A"],
        unsaid: &[WORKSPACE],
    },
    Change {
        name: "another schema was deleted",
        make: |remote| remote.client().delete_schema("shop@B").unwrap(),
        code: 4,
        named: &[REGISTRY, "it does not hold shop@B 1.0 any more"],
        unsaid: &[WORKSPACE],
    },
    Change {
        name: "the version below was deleted",
        make: |remote| {
            edit_in_the_console(remote);
            remote.client().delete_version("shop@A", "1").unwrap();
        },
        code: 4,
        named: &[REGISTRY, "shop@A", "its version 2"],
        unsaid: &[WORKSPACE],
    },
    Change {
        name: "the planned schema was replaced",
        make: replace_in_the_workspace,
        code: 2,
        named: &[WORKSPACE, "shop@A 1.1 is another schema"],
        unsaid: &[REGISTRY],
    },
    Change {
        name: "the planned version was removed",
        make: |remote| fs::remove_file(remote.folder.path().join("schemas/shop/A/1.1.json")).unwrap(),
        code: 2,
        named: &[WORKSPACE, "it does not register shop@A 1.1"],
        unsaid: &[REGISTRY],
    },
    Change {
        name: "a version was added",
        make: |remote| remote.version("C", "1.0", "c"),
        code: 2,
        named: &[WORKSPACE, "it registers shop@C 1.0 too"],
        unsaid: &[REGISTRY],
    },
    Change {
        name: "the settings have another tag",
        make: |remote| remote.settings("tags = { team = \"shop\" }"),
        code: 2,
        named: &[WORKSPACE, "other tags"],
        unsaid: &[REGISTRY],
    },
    Change {
        name: "a version was added whose name begins like that of the planned one",
        make: |remote| remote.version("AB", "1.1", "c"),
        code: 2,
        named: &[WORKSPACE, "it registers shop@AB 1.1 too"],
        unsaid: &[REGISTRY, "is done"],
    },
    Change {
        name: "both have changed",
        make: |remote| {
            remote.version("C", "1.0", "c");
            edit_in_the_console(remote);
        },
        code: 4,
        named: &[REGISTRY, "its version 2", WORKSPACE, "shop@C 1.0"],
        unsaid: &[],
    },
];

#[test]
fn a_plan_that_does_not_fit_any_more_names_what_has_changed() {
    for change in CHANGES {
        let remote = Remote::empty("");
        remote.version("A", "1.0", "a");
        remote.version("B", "1.0", "b");
        assert_eq!(remote.run(&["push", "--create-registry"]).0, Some(0));
        remote.version("A", "1.1", "ours");
        assert_eq!(remote.run(&["plan", "--plan-file", "plan.json"]).0, Some(0));
        (change.make)(&remote);
        let writes = remote.writes();
        let (code, _, error) = remote.run(&["push", "--plan-file", "plan.json"]);
        let name = change.name;
        assert_eq!(code, Some(change.code), "{name}: {error}");
        for part in change.named {
            assert!(error.contains(part), "{name}: {part}: {error}");
        }
        for part in change.unsaid {
            assert!(!error.contains(part), "{name}: {part}: {error}");
        }
        assert!(
            error.contains("make a new plan with `schemactl plan --plan-file "),
            "{name}: {error}"
        );
        assert_eq!(remote.writes(), writes, "{name}: nothing was written");
    }
}

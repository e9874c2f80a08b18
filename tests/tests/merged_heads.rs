//! The head of a branch against the tip of main, as the CI of GitLab checks it, and the merge of both, as that of GitHub does: where the head passes and git
//! merges without a conflict, the merge passes. In: a table of what a branch does, and of what main does since. Out: both verdicts of each pair.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::LazyLock;

use schemactl_tests::{binary, clean_command, copy_folder, run_git};

const EVENT: &str = "schemas/com.acme/Order";
const MONEY: &str = "schemas/_shared/money/1.0.json";

/// What one side does. The other events are for deeds that others must not touch.
type Deed = (&'static str, fn(&Path));

/// What both sides have seen before one of them does something.
type MeetingDeed = (&'static str, fn(&Path), fn(&Path));

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = clean_command(&binary());
    command.current_dir(folder).args(arguments).output().unwrap()
}

fn must(folder: &Path, arguments: &[&str]) {
    let output = run(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {output:?}");
}

fn replace(folder: &Path, file: &str, old: &str, new: &str) {
    let path = folder.join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(old), "{file}: {text}");
    fs::write(path, text.replace(old, new)).unwrap();
}

fn write_version(folder: &Path, event: &str, version: &str, amount: &str) {
    let schema = format!(
        r#"{{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "properties": {{ "version": {{ "type": "string" }}, "amount": {amount} }},
  "required": ["version", "amount"]
}}
"#
    );
    fs::write(folder.join(format!("schemas/com.acme/{event}/{version}.json")), schema).unwrap();
}

fn commit(folder: &Path) {
    run_git(folder, &["add", "--all"]);
    run_git(folder, &["commit", "--quiet", "--allow-empty", "--message", "commit"]);
}

/// A repository with a released event, a draft and a shared schema.
fn repository() -> (tempfile::TempDir, PathBuf) {
    static TEMPLATE: LazyLock<tempfile::TempDir> = LazyLock::new(make_repository);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("repository");
    copy_folder(TEMPLATE.path(), &path);
    (folder, path)
}

fn make_repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    run_git(&path, &["init", "--quiet", "--initial-branch", "main"]);
    fs::write(path.join(".gitattributes"), "schemactl.lock merge=union\n").unwrap();
    must(&path, &["init", "--no-event"]);
    for (name, detail_type) in [("Order", "order"), ("Draft", "draft"), ("Old", "old")] {
        let event = format!("com.acme/{name}");
        must(&path, &["new", "event", &event, "--detail-type", detail_type]);
        let _ = fs::remove_dir_all(path.join(format!("schemas/{event}/examples")));
        write_version(&path, name, "1.0", r#"{ "type": "integer", "minimum": 0 }"#);
    }
    let draft = path.join("schemas/com.acme/Draft/event.toml");
    fs::write(&draft, fs::read_to_string(&draft).unwrap() + "status = \"draft\"\n").unwrap();
    fs::create_dir_all(path.join("schemas/_shared/money")).unwrap();
    fs::write(
        path.join(MONEY),
        "{ \"$schema\": \"https://json-schema.org/draft/2020-12/schema\", \"type\": \"integer\", \"minimum\": 0 }\n",
    )
    .unwrap();
    must(&path, &["check", "--release"]);
    commit(&path);
    folder
}

fn refer_to_money(folder: &Path) {
    write_version(folder, "Order", "1.1", r#"{ "$ref": "../../_shared/money/1.0.json" }"#);
    must(folder, &["check", "--release"]);
}

fn add_event(folder: &Path, name: &str) {
    must(folder, &["new", "event", name, "--detail-type", "given.away"]);
    must(folder, &["check", "--release"]);
}

const OF_MAIN: [Deed; 5] = [
    ("nothing", |_| {}),
    ("a version refers to the shared file", refer_to_money),
    ("an event gets the identity", |folder| {
        add_event(folder, "com.acme/Shipped");
    }),
    ("the draft is stable", |folder| {
        replace(folder, "schemas/com.acme/Draft/event.toml", "status = \"draft\"\n", "");
    }),
    ("another event", |folder| {
        must(
            folder,
            &["new", "event", "com.acme/Another", "--detail-type", "another"],
        );
        must(folder, &["check", "--release"]);
    }),
];

const OF_BRANCH: [Deed; 7] = [
    ("nothing", |_| {}),
    ("the shared file is another schema", |folder| {
        replace(folder, MONEY, "integer", "string");
    }),
    ("the shared file is written in another way", |folder| {
        replace(folder, MONEY, "{ \"$schema\"", "{\n  \"$schema\"");
    }),
    ("the shared file is deleted", |folder| {
        fs::remove_file(folder.join(MONEY)).unwrap();
    }),
    ("an event gets the identity", |folder| {
        add_event(folder, "com.acme/Sent");
    }),
    ("an old event gets the identity", |folder| {
        let deed = [
            "move",
            "com.acme/Old",
            "com.acme/Old",
            "--detail-type",
            "given.away",
            "--reason",
            "renamed",
        ];
        must(folder, &deed);
    }),
    ("the draft has a version that breaks", |folder| {
        write_version(folder, "Draft", "1.1", r#"{ "type": "string" }"#);
        must(folder, &["check", "--release"]);
    }),
];

/// The verdicts on the head and on the merge; no second one where git has a conflict.
fn judge(of_main: Deed, of_branch: Deed) -> (Output, Option<Output>) {
    let (_folder, path) = repository();
    run_git(&path, &["switch", "--quiet", "--create", "branch"]);
    of_branch.1(&path);
    commit(&path);
    run_git(&path, &["switch", "--quiet", "main"]);
    of_main.1(&path);
    commit(&path);
    run_git(&path, &["switch", "--quiet", "branch"]);
    let check = || run(&path, &["check", "--against", "main"]);
    let head = check();
    let mut merge = clean_command(Path::new("git"));
    let merge = merge
        .current_dir(&path)
        .args(["merge", "--quiet", "--no-edit", "main"])
        .output()
        .unwrap();
    (head, merge.status.success().then(check))
}

#[test]
fn where_the_head_passes_the_merge_passes() {
    let mut stopped = Vec::new();
    let mut merged = 0;
    for of_main in OF_MAIN {
        for of_branch in OF_BRANCH {
            let (head, merge) = judge(of_main, of_branch);
            let Some(merge) = merge else { continue };
            merged += 1;
            let pair = format!("main: {}; branch: {}", of_main.0, of_branch.0);
            assert_eq!(
                head.status.code(),
                merge.status.code(),
                "{pair}\nhead: {}\nmerge: {}",
                String::from_utf8_lossy(&head.stdout),
                String::from_utf8_lossy(&merge.stdout)
            );
            if merge.status.code() == Some(1) {
                stopped.push(pair);
            }
        }
    }
    assert!(merged > 25, "{merged} pairs were merged");
    assert_eq!(stopped.len(), 5, "{stopped:#?}");
}

/// Both branches were merged into each other, so that they have met in two commits. Which of them git names first is a matter of dates.
#[test]
fn all_commits_in_which_two_branches_have_met_count() {
    let add: fn(&Path) = |folder| add_event(folder, "com.acme/Extra");
    let deeds: [MeetingDeed; 3] = [
        ("a release is deleted", add, |folder| {
            fs::remove_dir_all(folder.join("schemas/com.acme/Extra")).unwrap();
            let lock = fs::read_to_string(folder.join("schemactl.lock")).unwrap();
            let rest: Vec<&str> = lock.lines().filter(|line| !line.contains("Extra")).collect();
            fs::write(folder.join("schemactl.lock"), rest.join("\n") + "\n").unwrap();
        }),
        (
            "a mode is weakened",
            |folder| {
                let file = folder.join(format!("{EVENT}/event.toml"));
                fs::write(
                    &file,
                    fs::read_to_string(&file).unwrap() + "mode = \"full-transitive\"\n",
                )
                .unwrap();
                replace(
                    folder,
                    "schemactl.toml",
                    "mode = \"full-transitive\"",
                    "mode = \"none\"",
                );
            },
            |folder| {
                replace(
                    folder,
                    &format!("{EVENT}/event.toml"),
                    "mode = \"full-transitive\"\n",
                    "mode = \"none\"\n",
                );
                write_version(folder, "Order", "1.1", r#"{ "type": "string" }"#);
            },
        ),
        (
            "a workspace is deleted",
            |folder| must(folder, &["init", "inside", "--no-event"]),
            |folder| {
                fs::remove_dir_all(folder.join("inside")).unwrap();
            },
        ),
    ];
    for (what, seen, deed) in deeds {
        for is_later in [false, true] {
            let (_folder, path) = repository();
            let date = if is_later {
                "2031-01-01T00:00:00Z"
            } else {
                "2029-01-01T00:00:00Z"
            };
            let commit_at = |date: &str| {
                run_git(&path, &["add", "--all"]);
                let mut commit = clean_command(Path::new("git"));
                commit
                    .current_dir(&path)
                    .env("GIT_COMMITTER_DATE", date)
                    .env("GIT_AUTHOR_DATE", date);
                let user = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com"];
                let output = commit
                    .args(user)
                    .args(["commit", "--quiet", "--message", "met"])
                    .output()
                    .unwrap();
                assert!(output.status.success(), "{output:?}");
            };
            run_git(&path, &["switch", "--quiet", "--create", "branch"]);
            fs::write(path.join("note.txt"), "branch").unwrap();
            commit_at("2030-01-01T00:00:00Z");
            run_git(&path, &["switch", "--quiet", "main"]);
            seen(&path);
            commit_at(date);
            run_git(&path, &["branch", "met"]);
            run_git(&path, &["merge", "--quiet", "--no-edit", "branch"]);
            run_git(&path, &["switch", "--quiet", "branch"]);
            run_git(&path, &["merge", "--quiet", "--no-edit", "met"]);
            deed(&path);
            commit(&path);
            let output = run(&path, &["check", "--against", "main"]);
            assert_eq!(output.status.code(), Some(1), "{what}, later: {is_later}: {output:?}");
        }
    }
}

/// A waiver that is over accepts what main has released, and nothing that only the branch has: its lock is a file of the branch.
#[test]
fn a_waiver_that_is_over_accepts_nothing_that_only_the_branch_has_released() {
    let (_folder, path) = repository();
    run_git(&path, &["switch", "--quiet", "--create", "branch"]);
    write_version(&path, "Order", "1.1", r#"{ "type": "string" }"#);
    let early = ["--today", "2026-06-01"];
    let accept = ["accept", "--all", "--reason", "no reader", "--expires", "2026-06-30"];
    must(&path, &[&accept[..], &early].concat());
    must(&path, &[&["check", "--release"][..], &early].concat());
    commit(&path);
    let check = |arguments: &[&str]| run(&path, &[&["check"], arguments].concat()).status.code();
    for (arguments, code) in [
        (&["--against", "main", "--today", "2026-06-30"][..], 0),
        (&["--against", "main", "--today", "2026-07-01"], 1),
        (&["--today", "2026-07-01"], 0),
    ] {
        assert_eq!(check(arguments), Some(code), "{arguments:?}");
    }
    run_git(&path, &["branch", "--force", "main"]);
    assert_eq!(
        check(&["--against", "main", "--today", "2026-07-01"]),
        Some(0),
        "main has released it"
    );
}

/// A setting by which a push would go on elsewhere is a finding, once the base has released something.
#[test]
fn what_is_registered_is_not_moved_in_passing() {
    let (_folder, path) = repository();
    write_version(&path, "Order", "1.1", r#"{ "type": "integer", "minimum": 0 }"#);
    must(&path, &["check", "--release"]);
    commit(&path);
    run_git(&path, &["switch", "--quiet", "--create", "branch"]);
    let (toml, event, draft) = (
        "schemactl.toml",
        "schemas/com.acme/Order/event.toml",
        "schemas/com.acme/New/event.toml",
    );
    must(&path, &["new", "event", "com.acme/New"]);
    commit(&path);
    let name = "[registry]\n";
    for (file, line, found) in [
        (toml, "keep = 1\n", Some("`keep` is `1`")),
        (toml, "keep = 2\n", None),
        (toml, "layout = \"major\"\n", Some("`layout` is `major`")),
        (toml, "types = [\"OpenApi3\"]\n", Some("`types` is `OpenApi3`")),
        (toml, "types = [\"JSONSchemaDraft4\", \"OpenApi3\"]\n", None),
        (toml, "ignore = [\"*\"]\n", None),
        (
            event,
            "registered-as = \"other\"\n",
            Some("`registered-as` of Order is `other`"),
        ),
        (
            event,
            "types = [\"OpenApi3\"]\n",
            Some("`types` of Order is `OpenApi3`"),
        ),
        (draft, "registered-as = \"other\"\n", None),
    ] {
        let text = fs::read_to_string(path.join(file)).unwrap();
        let changed = if file == toml {
            text.replacen(name, &format!("{name}{line}"), 1)
        } else {
            text.clone() + line
        };
        assert_ne!(changed, text);
        fs::write(path.join(file), &changed).unwrap();
        let output = run(&path, &["check", "--against", "main"]);
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        match found {
            Some(message) => assert!(
                output.status.code() == Some(1) && told.contains("error[setting-weakened]") && told.contains(message),
                "{line}: {told}"
            ),
            None => assert_eq!(output.status.code(), Some(0), "{line}: {told}"),
        }
        fs::write(path.join(file), text).unwrap();
    }
}

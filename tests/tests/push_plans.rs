//! Plans that are saved and applied, deletes, pruning, layouts, types and tags, pulling back: the command against a registry.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;
use support::{Remote, told};

fn assert_ok(answer: (Option<i32>, String, String)) -> String {
    assert_eq!(answer.0, Some(0), "{}\n{}", answer.1, answer.2);
    answer.1
}

/// The content of a schema's newest version.
fn newest(remote: &Remote, schema: &str) -> Value {
    use schemactl_push::Remote as _;
    let direct = remote.client();
    let read = direct.read(schema, None).unwrap().unwrap();
    serde_json::from_str(&read.content).unwrap()
}

fn names(remote: &Remote) -> Vec<String> {
    use schemactl_push::Remote as _;
    let direct = remote.client();
    direct
        .schemas(None)
        .unwrap()
        .items
        .into_iter()
        .map(|schema| schema.name)
        .collect()
}

#[test]
fn a_saved_plan_is_applied_exactly_or_refused() {
    let remote = Remote::empty("");
    remote.version("A", "1.0", "a");
    assert_ok(remote.run(&["push", "--create-registry"]));
    remote.version("A", "1.1", "b");
    assert_ok(remote.run(&["plan", "--plan-file", "plan.json"]));
    let saved: Value =
        serde_json::from_str(&fs::read_to_string(remote.folder.path().join("plan.json")).unwrap()).unwrap();
    assert_eq!(saved["actions"][0]["base"][0]["number"], "1");
    let shown: Value = serde_json::from_str(&assert_ok(remote.run(&["plan", "--format", "json"]))).unwrap();
    assert_eq!(shown, saved, "what is shown is what is saved");

    // The workspace changes: the plan is not the one that was shown.
    remote.version("A", "1.1", "c");
    let (code, _, error) = remote.run(&["push", "--plan-file", "plan.json"]);
    assert_eq!(code, Some(2), "{error}");
    assert!(error.contains("the workspace has changed"), "{error}");
    remote.version("A", "1.1", "b");

    // The registry moves: refused, and both versions are named.
    fs::copy(
        remote.folder.path().join("plan.json"),
        remote.folder.path().join("old.json"),
    )
    .unwrap();
    assert!(assert_ok(remote.run(&["push", "--plan-file", "plan.json"])).contains("1 of 1 write made, and read back"));
    remote.version("A", "1.2", "d");
    let writes = remote.writes();
    let (code, _, error) = remote.run(&["push", "--plan-file", "old.json"]);
    assert_eq!(code, Some(4), "{error}");
    assert!(
        error.contains("shop@A 1.1 was planned") && error.contains("is done"),
        "{error}"
    );
    assert_eq!(remote.writes(), writes);
}

#[test]
fn a_plan_on_a_version_that_is_no_longer_the_newest_names_both() {
    let remote = Remote::empty("");
    remote.version("A", "1.0", "a");
    assert_ok(remote.run(&["push", "--create-registry"]));
    remote.version("A", "1.2", "c");
    assert_ok(remote.run(&["plan", "--plan-file", "plan.json"]));
    remote.version("A", "1.1", "b");
    fs::rename(
        remote.folder.path().join("schemas/shop/A/1.2.json"),
        remote.folder.path().join("later.json"),
    )
    .unwrap();
    assert_ok(remote.run(&["push"]));
    fs::rename(
        remote.folder.path().join("later.json"),
        remote.folder.path().join("schemas/shop/A/1.2.json"),
    )
    .unwrap();
    let (code, _, error) = remote.run(&["push", "--plan-file", "plan.json"]);
    assert_eq!(code, Some(4), "{error}");
    for part in ["version 1 (1.0)", "version 2 (1.1)", "the registry has moved"] {
        assert!(error.contains(part), "{part}: {error}");
    }
}

#[test]
fn a_plan_that_is_none_is_refused() {
    let remote = Remote::empty("");
    for (text, part) in [("{}", "is not a plan"), ("", "is not a plan"), ("[1]", "is not a plan")] {
        fs::write(remote.folder.path().join("plan.json"), text).unwrap();
        let (code, _, error) = remote.run(&["push", "--plan-file", "plan.json"]);
        assert_eq!(code, Some(2), "{error}");
        assert!(error.contains(part), "{error}");
    }
    assert_eq!(remote.run(&["push", "--plan-file", "none.json"]).0, Some(3));
}

#[test]
fn deletes_need_to_be_enabled_and_confirmed() {
    let remote = Remote::empty("");
    remote.version("A", "1.0", "a");
    remote.version("B", "1.0", "b");
    assert_ok(remote.run(&["push", "--create-registry"]));
    let lock = fs::read_to_string(remote.folder.path().join("schemactl.lock")).unwrap();
    fs::remove_dir_all(remote.folder.path().join("schemas/shop/B")).unwrap();
    fs::remove_file(remote.folder.path().join("schemactl.lock")).unwrap();
    let plan = assert_ok(remote.run(&["push"]));
    assert!(
        plan.contains("nothing to push") && plan.contains("left alone"),
        "{plan}"
    );
    let writes = remote.writes();
    // Without a lock that has released it, it may be of another workspace.
    let (code, text, error) = remote.run(&["push", "--enable-deletes", "--yes"]);
    assert_eq!(code, Some(0), "{text}\n{error}");
    assert!(
        text.contains("nothing to push") && text.contains("left alone"),
        "{text}"
    );
    assert!(
        error.contains("1 version in the registry may be of another workspace"),
        "{error}"
    );
    assert_eq!(remote.writes(), writes);
    // The history has such a lock: what this workspace has released is its own to delete.
    let path = remote.folder.path().join("schemactl.lock");
    let now = fs::read_to_string(&path).unwrap();
    fs::write(&path, lock).unwrap();
    remote.commit_lock();
    fs::write(&path, now).unwrap();
    remote.commit_lock();

    // A closed input: nobody is asked, and nothing hangs.
    let begun = Instant::now();
    let mut push = remote.schemactl(&["push", "--enable-deletes"]);
    let (code, _, error) = told(&push.stdin(Stdio::null()).output().unwrap());
    assert_eq!(code, Some(2), "{error}");
    assert!(
        error.contains("1 deletion would be made") && error.contains("--yes"),
        "{error}"
    );
    assert!(begun.elapsed() < Duration::from_secs(20));
    assert_eq!(remote.writes(), writes);
    assert_eq!(remote.run(&["push", "--yes"]).0, Some(2), "--yes alone deletes nothing");

    let deletes = assert_ok(remote.run(&["push", "--enable-deletes", "--yes"]));
    assert!(
        deletes.contains("- delete schema") && !deletes.contains("left alone"),
        "what is deleted is not left alone: {deletes}"
    );
    assert_eq!(names(&remote), ["shop@A"]);
}

/// A version that was published by mistake: the lock of an earlier commit proves whose it is.
#[test]
fn a_newest_version_that_was_taken_back_is_deleted_and_said_to_be() {
    let remote = Remote::empty("");
    remote.version("A", "1.0", "a");
    assert_ok(remote.run(&["push", "--create-registry"]));
    let lock = remote.folder.path().join("schemactl.lock");
    let before = fs::read_to_string(&lock).unwrap();
    remote.version("A", "1.1", "b");
    assert_ok(remote.run(&["push"]));
    remote.commit_lock();
    fs::remove_file(remote.folder.path().join("schemas/shop/A/1.1.json")).unwrap();
    fs::write(&lock, before).unwrap();
    remote.commit_lock();
    let deletes = assert_ok(remote.run(&["push", "--enable-deletes", "--yes"]));
    assert!(
        deletes.contains("- delete version  shop@A  version 2 (1.1)"),
        "{deletes}"
    );
    assert!(!deletes.contains("not deleted from here"), "{deletes}");
    assert!(assert_ok(remote.run(&["push"])).contains("nothing to push"));
}

/// Two workspaces share a registry: each leaves to the other what the other has released, whatever it is asked to delete.
#[test]
fn a_push_with_deletes_leaves_the_schemas_of_another_workspace() {
    let remote = Remote::empty("");
    remote.version("A", "1.0", "a");
    assert_ok(remote.run(&["push", "--create-registry"]));
    remote.commit_lock();
    let other = tempfile::tempdir().unwrap();
    let settings = fs::read_to_string(remote.folder.path().join("schemactl.toml")).unwrap();
    fs::write(other.path().join("schemactl.toml"), settings).unwrap();
    let event = other.path().join("schemas/billing/Paid");
    fs::create_dir_all(&event).unwrap();
    fs::write(
        event.join("event.toml"),
        "source = \"billing\"\ndetail-type = \"Paid\"\n",
    )
    .unwrap();
    fs::write(event.join("1.0.json"), "{\"type\": \"object\"}").unwrap();
    let beside = |arguments: &[&str]| {
        let mut command = remote.schemactl(arguments);
        told(&command.current_dir(other.path()).output().unwrap())
    };
    assert_ok(beside(&["push"]));
    let writes = remote.writes();
    for arguments in [
        &["push", "--enable-deletes", "--yes"][..],
        &["prune", "--enable-deletes", "--yes"],
    ] {
        assert_ok(remote.run(arguments));
        assert_ok(beside(arguments));
    }
    assert_eq!(remote.writes(), writes);
    assert_eq!(names(&remote), ["billing@Paid", "shop@A"]);
    assert_ok(beside(&["status"]));
}

#[test]
fn old_versions_are_pruned_when_the_settings_say_so() {
    let remote = Remote::empty("");
    for minor in 0..4 {
        remote.version("A", &format!("1.{minor}"), &format!("p{minor}"));
    }
    assert_ok(remote.run(&["push", "--create-registry"]));
    assert!(assert_ok(remote.run(&["prune"])).contains("nothing to prune"));
    remote.settings("keep = 2");
    let shown = remote.run(&["prune"]);
    assert!(
        shown.1.contains("version 1 (1.0), ") || shown.1.contains("version 1 (1.0)"),
        "{}",
        shown.1
    );
    assert!(shown.2.contains("nothing was deleted"), "{}", shown.2);
    let writes = remote.writes();
    for arguments in [
        &["prune", "--dry-run"][..],
        &["prune", "--enable-deletes", "--yes", "--dry-run"],
    ] {
        let (code, text, error) = remote.run(arguments);
        assert_eq!((code, &text), (shown.0, &shown.1), "{error}");
        assert!(error.contains("nothing was deleted"), "{error}");
    }
    assert_eq!(remote.writes(), writes);
    let pruned = assert_ok(remote.run(&["prune", "--enable-deletes", "--yes"]));
    assert!(pruned.contains("2 of 2 writes made"), "{pruned}");
    assert!(
        assert_ok(remote.run(&["push"])).contains("nothing to push"),
        "what was pruned stays away"
    );
}

#[test]
fn both_types_are_pushed_and_pulled_back() {
    let remote =
        Remote::empty("types = [\"JSONSchemaDraft4\", \"OpenApi3\"]\nlayout = \"major\"\ntags = { team = \"shop\" }");
    remote.version("A", "1.0", "a");
    remote.version("A", "2.0", "b");
    assert_ok(remote.run(&["push", "--create-registry"]));
    assert_eq!(
        names(&remote),
        ["shop@A.v1", "shop@A.v1.openapi", "shop@A.v2", "shop@A.v2.openapi"]
    );
    let twin = newest(&remote, "shop@A.v2.openapi");
    assert_eq!(
        twin["components"]["schemas"]["AWSEvent"]["x-amazon-events-detail-type"],
        "A"
    );
    assert_eq!(twin["x-schemactl"]["version"], "2.0");
    assert!(assert_ok(remote.run(&["push"])).contains("nothing to push"));

    let schemas = remote.folder.path().join("schemas/shop");
    let before = fs::read_to_string(schemas.join("A/1.0.json")).unwrap();
    fs::remove_file(schemas.join("A/2.0.json")).unwrap();
    let shown = assert_ok(remote.run(&["pull", "--dry-run"]));
    assert!(
        shown.contains("+ shop/A@2.0") && !schemas.join("A/2.0.json").exists(),
        "{shown}"
    );
    let pulled = assert_ok(remote.run(&["pull"]));
    assert!(
        pulled.contains("+ shop/A@2.0") && pulled.contains("= shop/A@1.0"),
        "{pulled}"
    );
    assert_eq!(
        fs::read_to_string(schemas.join("A/1.0.json")).unwrap(),
        before,
        "nothing is overwritten"
    );
    let status = assert_ok(remote.run(&["status"]));
    assert!(status.contains("2 versions registered, 0 not"), "{status}");
}

/// In the middle of a pull somebody else's link must not lead files out of the workspace.
#[cfg(unix)]
#[test]
fn a_pull_does_not_follow_a_link_out_of_the_workspace() {
    let remote = Remote::empty("");
    remote.version("A", "1.0", "a");
    assert_ok(remote.run(&["push", "--create-registry"]));
    let outside = tempfile::tempdir().unwrap();
    fs::remove_dir_all(remote.folder.path().join("schemas/shop")).unwrap();
    fs::remove_file(remote.folder.path().join("schemactl.lock")).unwrap();
    std::os::unix::fs::symlink(outside.path(), remote.folder.path().join("schemas/shop")).unwrap();
    let (code, _, _) = remote.run(&["pull"]);
    assert_ne!(code, Some(0));
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
}

#[test]
fn the_policy_allows_what_is_needed_and_nothing_else() {
    let remote = Remote::empty("");
    let actions = |arguments: &[&str]| {
        let text = assert_ok(
            remote.run(
                &[
                    &["iam-policy", "--region", "eu-west-1", "--account", "123456789012"],
                    arguments,
                ]
                .concat(),
            ),
        );
        let policy: Value = serde_json::from_str(&text).unwrap();
        let statements = policy["Statement"].as_array().unwrap().clone();
        let resources: Vec<_> = statements
            .iter()
            .flat_map(|statement| statement["Resource"].as_array().unwrap().clone())
            .collect();
        let ours = "arn:aws:schemas:eu-west-1:123456789012:";
        assert!(
            resources
                .iter()
                .all(|resource| resource.as_str().unwrap().starts_with(ours)),
            "{text}"
        );
        let mut actions: Vec<_> = statements
            .iter()
            .flat_map(|statement| statement["Action"].as_array().unwrap().clone())
            .map(|action| action.as_str().unwrap().trim_start_matches("schemas:").to_owned())
            .collect();
        actions.sort();
        actions
    };
    let read = [
        "DescribeRegistry",
        "DescribeSchema",
        "ListSchemaVersions",
        "ListSchemas",
    ];
    assert_eq!(actions(&["--mode", "plan"]), read);
    let all = actions(&["--create-registry", "--enable-deletes"]);
    let mut expected = read.to_vec();
    expected.extend([
        "CreateSchema",
        "UpdateSchema",
        "TagResource",
        "CreateRegistry",
        "DeleteSchema",
        "DeleteSchemaVersion",
    ]);
    expected.sort_unstable();
    assert_eq!(all, expected);
    assert!(!actions(&[]).contains(&"DeleteSchema".to_owned()));
}

/// Every operation that a push of each kind calls is in the policy that is printed for it.
#[test]
fn no_command_calls_what_its_policy_does_not_allow() {
    let remote = Remote::empty("");
    remote.version("A", "1.0", "a");
    assert_ok(remote.run(&["push", "--create-registry"]));
    remote.version("A", "1.1", "b");
    assert_ok(remote.run(&["plan"]));
    assert_ok(remote.run(&["push", "--refresh-tags"]));
    remote.settings("keep = 1\ntags = { a = \"b\" }");
    assert_ok(remote.run(&["push", "--enable-deletes", "--yes", "--refresh-tags"]));
    remote.commit_lock();
    fs::remove_dir_all(remote.folder.path().join("schemas/shop/A")).unwrap();
    fs::remove_file(remote.folder.path().join("schemactl.lock")).unwrap();
    remote.commit_lock();
    assert_ok(remote.run(&["push", "--enable-deletes", "--yes"]));
    assert_eq!(names(&remote), [] as [&str; 0]);
    let policy = assert_ok(remote.run(&["iam-policy", "--create-registry", "--enable-deletes"]));
    let requests = remote.server.requests();
    let mut called: Vec<_> = requests.iter().map(|request| request.operation.as_str()).collect();
    called.sort_unstable();
    called.dedup();
    assert!(called.len() >= 9, "{called:?}");
    for operation in called {
        assert!(policy.contains(&format!("\"schemas:{operation}\"")), "{operation}");
    }
}

/// Runs a command at a terminal, types a line when it asks, and gives its code and all that was on the screen.
#[cfg(unix)]
fn at_a_terminal(remote: &Remote, arguments: &[&str], typed: &str) -> (i32, String) {
    const SCRIPT: &str = r#"
import os, pty, sys
typed, command = sys.argv[1], sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
screen, answered = b"", False
while True:
    try:
        read = os.read(terminal, 4096)
    except OSError:
        break
    if not read:
        break
    screen += read
    if not answered and b"to delete: " in screen:
        os.write(terminal, typed.encode() + b"\n")
        answered = True
sys.stdout.buffer.write(screen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"#;
    let mut command = remote.with_settings(&schemactl_tests::python_program("python"));
    command
        .args(["-c", SCRIPT, typed])
        .arg(schemactl_tests::binary())
        .args(arguments);
    let (code, screen, error) = told(&command.output().unwrap());
    assert_eq!(error, "", "the script itself has nothing to say");
    (code.unwrap(), screen)
}

#[cfg(unix)]
#[test]
fn at_a_terminal_the_registrys_name_is_typed_and_a_bar_counts() {
    let remote = Remote::empty("");
    for event in 0..30 {
        remote.version(&format!("E{event}"), "1.0", "a");
    }
    let (code, screen) = at_a_terminal(&remote, &["push", "--create-registry", "--rate", "30"], "");
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("/31 writes ["), "a bar with counts: {screen}");
    let (_, text, error) = remote.run(&["push", "--rate", "30"]);
    assert!(
        !text.contains("writes [") && !error.contains("writes ["),
        "and none in a pipe: {error}"
    );

    remote.commit_lock();
    fs::remove_dir_all(remote.folder.path().join("schemas/shop/E7")).unwrap();
    fs::remove_file(remote.folder.path().join("schemactl.lock")).unwrap();
    remote.commit_lock();
    let (code, screen) = at_a_terminal(&remote, &["push", "--enable-deletes"], "evens");
    assert_eq!(code, 2, "{screen}");
    assert!(
        screen.contains("1 deletion would be made in registry events"),
        "{screen}"
    );
    assert!(names(&remote).contains(&"shop@E7".to_owned()), "the name was not typed");
    let (code, screen) = at_a_terminal(&remote, &["push", "--enable-deletes"], "events");
    assert_eq!(code, 0, "{screen}");
    assert!(!names(&remote).contains(&"shop@E7".to_owned()));
}

//! Which version is the newest of a registry after older checkouts, deletions of others and prunings: the exit code is true of it.

use std::fs;
use std::sync::Mutex;

use schemactl_model::SchemaType;
use schemactl_push::{NewSchema, Remote as _, Tags};
use schemactl_tests::proxy::Proxy;

use super::support::{Remote, told};
use super::{add, another_workspace, assert_code, assert_conflict, before_the_race, command_in, held};

/// What somebody has written in the wrong order, in the console or with an earlier schemactl.
#[test]
fn an_older_version_that_is_the_newest_is_a_conflict_until_it_is_repaired() {
    let remote = before_the_race();
    assert_code(&remote.run(&["push"]), 0);
    let content = remote.client().read("shop@A", Some("1")).unwrap().unwrap().content;
    remote.client().delete_version("shop@A", "1").unwrap();
    add(&remote, "shop@A", &content);
    let commands = [
        &["status"][..],
        &["plan", "--detailed-exitcode"],
        &["push"],
        &["push", "--refresh-tags"],
        &["push"],
    ];
    let shown = "the newest version of shop@A (its version 3) is 2.0, which is older than 2.1 below it";
    let advised = "`schemactl push --repair` registers the newer one again";
    assert_conflict(&remote, &commands, shown, advised);
    assert_code(&remote.run(&["push", "--repair"]), 0);
    assert_code(&remote.run(&["status"]), 0);
    assert_eq!(held(&remote, "shop@A"), ["2=2.1", "3=2.0", "4=2.1"]);
}

/// It does not have what the newer one has released, and cannot register it again above its own.
#[test]
fn an_older_checkout_writes_nothing_above_a_newer_release() {
    let remote = Remote::empty("");
    remote.version("A", "1.0", "a");
    assert_code(&remote.run(&["push", "--create-registry"]), 0);
    remote.version("A", "1.7", "b");
    assert_code(&remote.run(&["push"]), 0);
    let newer = remote.folder.path().join("schemas/shop/A/1.7.json");
    fs::remove_file(&newer).unwrap();
    fs::remove_file(remote.folder.path().join("schemactl.lock")).unwrap();
    remote.version("A", "1.2", "c");
    let writes = remote.writes();
    let commands = [
        &["plan", "--detailed-exitcode"][..],
        &["push"],
        &["push", "--repair"],
        &["push", "--enable-deletes", "--yes"],
        &["status"],
    ];
    let shown = "shop/A@1.7 is in the registry (its version 2) and newer than the versions of this checkout; no version is added after it: 1.2";
    let advised = "update this checkout, or run `schemactl pull`, and push again";
    assert_conflict(&remote, &commands, shown, advised);
    assert_eq!(remote.writes(), writes);
    // What the message names leads out.
    assert_code(&remote.run(&["pull"]), 0);
    assert!(newer.exists());
    assert_code(&remote.run(&["push"]), 0);
    assert_eq!(held(&remote, "shop@A"), ["1=1.0", "2=1.7", "3=1.2", "4=1.7"]);
    assert_code(&remote.run(&["status"]), 0);
}

/// Exit code and words of a pruning are those of the registry: before it, and after it.
#[test]
fn a_conflict_below_what_is_kept_is_there_until_it_is_pruned() {
    let remote = before_the_race();
    let other = another_workspace(&remote);
    // Both have the newest version.
    remote.version("A", "2.2", "newer");
    let file = "schemas/shop/A/2.2.json";
    fs::copy(remote.folder.path().join(file), other.path().join(file)).unwrap();
    assert_code(&told(&command_in(&remote, &other, &["push"]).output().unwrap()), 0);
    assert_code(&remote.run(&["push"]), 6);
    remote.settings("keep = 1");
    assert_code(&remote.run(&["status"]), 6);
    let shown = remote.run(&["prune"]);
    assert_code(&shown, 6);
    assert!(
        shown.2.contains("differs in 1 way that the deletions correct"),
        "{}",
        shown.2
    );
    let pruned = remote.run(&["prune", "--enable-deletes", "--yes"]);
    assert_code(&pruned, 0);
    assert!(!pruned.2.contains("differs"), "{}", pruned.2);
    assert_eq!(held(&remote, "shop@A"), ["3=2.2"]);
    for arguments in [&["status"][..], &["prune"], &["push"]] {
        assert_code(&remote.run(arguments), 0);
    }
}

/// The proxy plays who deletes between the last look of a push and its write.
#[test]
fn what_is_deleted_during_a_push_is_noticed() {
    for anew in [false, true] {
        let remote = before_the_race();
        assert_code(&remote.run(&["push"]), 0);
        remote.version("A", "2.2", "newer");
        let registry = remote.client();
        let once = Mutex::new(false);
        let proxy = Proxy::start(&remote.server.url(), move |seen| {
            if seen.method == "PUT" && !std::mem::replace(&mut *once.lock().unwrap(), true) {
                if anew {
                    registry.delete_schema("shop@A").unwrap();
                    let schema = NewSchema {
                        name: "shop@A",
                        type_: SchemaType::JsonSchemaDraft4,
                        content: "{}",
                        description: None,
                        tags: &Tags::new(),
                    };
                    registry.create_schema(&schema).unwrap();
                } else {
                    registry.delete_version("shop@A", "2").unwrap();
                }
            }
            None
        });
        let ours = remote.run(&["push", "--endpoint-url", &proxy.url()]);
        assert_code(&ours, 5);
        assert!(ours.2.contains("others changed the same schemas"), "{}", ours.2);
        assert_code(&remote.run(&["status"]), 6);
        assert_code(&remote.run(&["push"]), 0);
        assert_code(&remote.run(&["status"]), 0);
    }
}

/// A checkout of last week, a branch that was not updated, a rerun of an old pipeline.
#[test]
fn an_older_checkout_deletes_no_newer_release() {
    for layout in ["event", "major"] {
        let remote = Remote::empty(&format!("layout = \"{layout}\""));
        remote.version("A", "1.0", "a");
        assert_code(&remote.run(&["push", "--create-registry"]), 0);
        let lock = remote.folder.path().join("schemactl.lock");
        let older = fs::read_to_string(&lock).unwrap();
        for version in ["1.1", "2.0"] {
            remote.version("A", version, "b");
        }
        assert_code(&remote.run(&["push"]), 0);
        for version in ["1.1", "2.0"] {
            fs::remove_file(remote.folder.path().join(format!("schemas/shop/A/{version}.json"))).unwrap();
        }
        fs::write(&lock, older).unwrap();
        let writes = remote.writes();
        let told = remote.run(&["push", "--enable-deletes", "--yes"]);
        assert_code(&told, 0);
        for version in ["1.1", "2.0"] {
            let part = format!("shop/A@{version} is in the registry");
            assert!(told.1.contains(&part), "{layout}: {}", told.1);
        }
        assert!(told.1.contains("newer than 1.0"), "{layout}: {}", told.1);
        assert_eq!(remote.writes(), writes, "{layout}");
        // What the message names leads out.
        assert_code(&remote.run(&["pull"]), 0);
        assert!(
            remote.run(&["status"]).1.contains("3 versions registered, 0 not"),
            "{layout}"
        );
    }
}

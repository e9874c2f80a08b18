//! Another schema under a number: what another checkout has released is kept, and what nobody has released is repaired.

use std::fs;

use super::{add, another_workspace, assert_code, before_the_race, command_in, held};
use crate::support::{Remote, told};

const KEEP: &str = "get it with `git pull`";
const REPAIR: &str = "if the workspace is right, `schemactl push --repair` registers it again";

/// Each of these commands tells of the release, and none of them advises to replace it unless it is withdrawn.
fn assert_release(remote: &Remote) {
    for arguments in [&["push"][..], &["status"], &["plan", "--detailed-exitcode"]] {
        let answer = remote.run(arguments);
        assert_code(&answer, 6);
        assert!(answer.1.contains("which another checkout has released"), "{}", answer.1);
        assert!(answer.2.contains(KEEP) && !answer.2.contains(REPAIR), "{}", answer.2);
    }
}

/// Two branches release different schemas as 2.1: the second takes the next number, and neither replaces the other.
#[test]
fn the_release_of_another_checkout_is_kept_and_ours_gets_the_next_number() {
    let remote = before_the_race();
    let other = another_workspace(&remote);
    assert_code(&told(&command_in(&remote, &other, &["push"]).output().unwrap()), 0);
    assert_release(&remote);
    let repair = remote.run(&["plan", "--repair"]);
    let named = "version 2 of shop@A is the 2.1 that another checkout has released, which a repair replaces";
    assert!(repair.1.contains(named), "{}", repair.1);

    // As after `git pull`: theirs is 2.1, and ours the next.
    let event = remote.folder.path().join("schemas/shop/A");
    fs::rename(event.join("2.1.json"), event.join("2.2.json")).unwrap();
    fs::copy(other.path().join("schemas/shop/A/2.1.json"), event.join("2.1.json")).unwrap();
    assert_code(&remote.run(&["push"]), 0);
    assert_eq!(held(&remote, "shop@A"), ["1=2.0", "2=2.1", "3=2.2"]);
    assert_code(&remote.run(&["status"]), 0);
    // The other one is behind, and not wrong.
    fs::copy(event.join("2.2.json"), other.path().join("schemas/shop/A/2.2.json")).unwrap();
    assert_code(&told(&command_in(&remote, &other, &["status"]).output().unwrap()), 0);
}

/// After both have agreed, the registry may hold a schema that now has another number: it is known, and a repair is right.
#[test]
fn a_schema_that_has_another_number_now_is_no_release_of_others() {
    let remote = before_the_race();
    assert_code(&remote.run(&["push"]), 0);
    let event = remote.folder.path().join("schemas/shop/A");
    fs::remove_file(remote.folder.path().join("schemactl.lock")).unwrap();
    fs::rename(event.join("2.1.json"), event.join("2.2.json")).unwrap();
    remote.version("A", "2.1", "theirs");
    let answer = remote.run(&["status"]);
    assert_code(&answer, 6);
    assert!(answer.2.contains(REPAIR) && !answer.2.contains(KEEP), "{}", answer.2);
}

/// A copy that was edited in the console has our stamp, and nobody has released it.
#[test]
fn an_edited_copy_is_repaired() {
    let remote = before_the_race();
    assert_code(&remote.run(&["push"]), 0);
    let content = {
        use schemactl_push::Remote as _;
        remote.client().read("shop@A", Some("2")).unwrap().unwrap().content
    };
    add(&remote, "shop@A", &content.replace("\"ours\"", "\"edited\""));
    let answer = remote.run(&["push"]);
    assert_code(&answer, 6);
    assert!(answer.2.contains(REPAIR) && !answer.2.contains(KEEP), "{}", answer.2);
    assert!(!answer.1.contains("another checkout"), "{}", answer.1);
}

/// What a hotfix has replaced is our own earlier release.
#[test]
fn a_schema_before_its_hotfix_is_no_release_of_others() {
    let remote = before_the_race();
    assert_code(&remote.run(&["push"]), 0);
    remote.version("A", "2.1", "fixed");
    let hotfix = ["hotfix", "shop/A@2.1", "--reason", "wrong name", "--author", "Ann"];
    assert_code(&remote.run(&hotfix), 0);
    let answer = remote.run(&["push"]);
    assert_code(&answer, 6);
    assert!(answer.2.contains(REPAIR) && !answer.2.contains(KEEP), "{}", answer.2);
    assert_code(&remote.run(&["push", "--repair"]), 0);
}

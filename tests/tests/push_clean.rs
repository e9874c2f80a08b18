//! Where a push comes from: from files that are in no commit, or a commit that nobody else has, it says so or refuses.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::path::Path;

use schemactl_tests::clean_command;
use support::Remote;

fn git(folder: &Path, arguments: &[&str]) {
    let mut git = clean_command(Path::new("git"));
    git.args([
        "-c",
        "user.name=T",
        "-c",
        "user.email=t@example.com",
        "-c",
        "init.defaultBranch=main",
    ]);
    let output = git.args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn commit(folder: &Path) {
    git(folder, &["add", "--all", "--force", "schemas", "schemactl.toml"]);
    git(folder, &["commit", "--quiet", "--message", "a state"]);
}

/// A registry and a workspace in a repository whose state is committed, and on the branch of a remote.
fn pushed() -> (Remote, tempfile::TempDir) {
    let remote = Remote::empty("");
    remote.version("A", "1.0", "a");
    let folder = remote.folder.path();
    let origin = tempfile::tempdir().unwrap();
    git(origin.path(), &["init", "--quiet", "--bare"]);
    git(folder, &["init", "--quiet"]);
    commit(folder);
    git(folder, &["remote", "add", "origin", &origin.path().to_string_lossy()]);
    git(folder, &["push", "--quiet", "origin", "HEAD:main"]);
    (remote, origin)
}

fn assert_refused(remote: &Remote, part: &str) {
    let writes = remote.writes();
    let (code, _, error) = remote.run(&["push", "--create-registry", "--require-clean"]);
    assert_eq!(code, Some(2), "{error}");
    assert!(error.contains(part), "{part}: {error}");
    assert_eq!(remote.writes(), writes);
    let (code, _, error) = remote.run(&["push", "--create-registry"]);
    assert_eq!(code, Some(0), "{error}");
    assert!(error.contains(part) && error.contains("`--require-clean`"), "{error}");
}

#[test]
fn a_clean_state_is_pushed_without_a_word() {
    let (remote, _origin) = pushed();
    let (code, _, error) = remote.run(&["push", "--create-registry", "--require-clean"]);
    assert_eq!(code, Some(0), "{error}");
    assert!(
        !error.contains("not committed") && !error.contains("on no branch"),
        "{error}"
    );
    assert!(error.contains("schemactl.lock has changed: commit it"), "{error}");
    // What writes nothing may come from anywhere: the lock has just changed.
    let (code, _, error) = remote.run(&["push", "--require-clean"]);
    assert_eq!((code, error.as_str()), (Some(0), ""));
}

#[test]
fn a_file_that_is_in_no_commit_is_named() {
    let (remote, _origin) = pushed();
    remote.version("A", "1.0", "changed");
    assert_refused(&remote, "schemas/shop/A/1.0.json");
    let (remote, _origin) = pushed();
    remote.version("A", "1.1", "new");
    assert_refused(&remote, "schemas/shop/A/1.1.json");
    // git does not speak of what it ignores.
    let (remote, _origin) = pushed();
    fs::write(remote.folder.path().join(".gitignore"), "1.1.json\n").unwrap();
    remote.version("A", "1.1", "ignored");
    assert_refused(&remote, "schemas/shop/A/1.1.json");
}

/// `git status` speaks of none of these.
#[test]
fn a_change_that_git_overlooks_is_not_committed() {
    for flag in ["--assume-unchanged", "--skip-worktree"] {
        let (remote, _origin) = pushed();
        git(remote.folder.path(), &["update-index", flag, "schemas/shop/A/1.0.json"]);
        remote.version("A", "1.0", "changed");
        assert_refused(&remote, "schemas/shop/A/1.0.json");
    }
    let (remote, _origin) = pushed();
    let event = "schemas/shop/A/event.toml";
    git(remote.folder.path(), &["update-index", "--assume-unchanged", event]);
    let file = remote.folder.path().join(event);
    let text = fs::read_to_string(&file).unwrap();
    fs::write(file, text.replace("detail-type = \"A\"", "detail-type = \"B\"")).unwrap();
    assert_refused(&remote, event);
}

#[cfg(unix)]
#[test]
fn what_stands_behind_a_link_has_to_be_committed_too() {
    let (remote, _origin) = pushed();
    let folder = remote.folder.path();
    fs::rename(folder.join("schemas"), folder.join("real")).unwrap();
    std::os::unix::fs::symlink("real", folder.join("schemas")).unwrap();
    git(folder, &["add", "--all", "--force", "schemas", "real"]);
    git(folder, &["commit", "--quiet", "--message", "a link"]);
    git(folder, &["push", "--quiet", "origin", "HEAD:main"]);
    let (code, _, error) = remote.run(&["push", "--create-registry", "--require-clean"]);
    assert_eq!(code, Some(0), "{error}");
    git(folder, &["add", "--all", "--force", "schemactl.lock"]);
    git(folder, &["commit", "--quiet", "--message", "the lock"]);
    git(folder, &["push", "--quiet", "origin", "HEAD:main"]);
    remote.version("A", "1.1", "behind");
    assert_refused(&remote, "schemas/shop/A/1.1.json");
}

/// What git cannot say is not clean.
#[test]
fn a_damaged_repository_is_not_clean() {
    for damage in [
        |folder: &Path| fs::write(folder.join(".git/index"), "no index").unwrap(),
        |folder: &Path| fs::remove_dir_all(folder.join(".git/objects")).unwrap(),
        |folder: &Path| fs::write(folder.join(".git/config"), "[remote").unwrap(),
    ] {
        let (remote, _origin) = pushed();
        damage(remote.folder.path());
        let (code, _, error) = remote.run(&["push", "--create-registry", "--require-clean"]);
        assert_eq!((code, remote.writes()), (Some(2), 0), "{error}");
        let (code, _, error) = remote.run(&["push", "--create-registry"]);
        assert_eq!(code, Some(0), "only the flag asks for it: {error}");
    }
}

#[test]
fn a_commit_that_is_on_no_branch_of_a_remote_is_told() {
    let (remote, _origin) = pushed();
    remote.version("A", "1.1", "new");
    commit(remote.folder.path());
    assert_refused(&remote, "on no branch of a git remote");
    // A pipeline has the commit and no branch.
    let (remote, _origin) = pushed();
    git(remote.folder.path(), &["checkout", "--quiet", "--detach"]);
    let (code, _, error) = remote.run(&["push", "--create-registry", "--require-clean"]);
    assert_eq!(code, Some(0), "{error}");
}

#[test]
fn without_a_repository_only_the_flag_asks_for_one() {
    let remote = Remote::empty("");
    remote.version("A", "1.0", "a");
    let (code, _, error) = remote.run(&["push", "--create-registry", "--require-clean"]);
    assert_eq!(code, Some(2), "{error}");
    assert!(error.contains("git repository"), "{error}");
    assert_eq!(remote.run(&["push", "--create-registry"]).0, Some(0));
}

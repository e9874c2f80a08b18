//! Bases of which git has a part that cannot be read, or has it in another place: moved, broken, in a submodule, in Git LFS, behind a link. What a
//! base has and cannot be read is never taken for what it does not have.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use schemactl_tests::{binary, clean_command, run_git};

/// A schema that has a property.
fn schema(property: &str) -> String {
    format!(
        r#"{{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "properties": {{"{property}": {{}}}}}}"#
    )
}

/// A repository, whose workspace is in a folder of it.
struct Repository {
    folder: tempfile::TempDir,
    workspace: PathBuf,
}

impl Repository {
    /// Creates one with an event of a version, without a lock, on `main`.
    fn create(within: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let workspace = folder.path().join(within);
        fs::create_dir_all(&workspace).unwrap();
        let one = Self { folder, workspace };
        one.write("schemactl.toml", "version = 1\n[registry]\nname = \"r\"\n");
        one.write("schemas/shop/Order/event.toml", EVENT);
        one.write(ORDER, &schema("id"));
        one.git(&["init", "--quiet", "--initial-branch=main"]);
        one.commit();
        one
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.workspace.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn git(&self, arguments: &[&str]) {
        run_git(self.folder.path(), arguments);
    }

    fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message=state"]);
    }

    /// Makes a folder a submodule. Its repository is where the returned folder is.
    fn make_submodule(&self, below: &str) -> tempfile::TempDir {
        let other = tempfile::tempdir().unwrap();
        let inner = other.path().join("inner");
        fs::rename(self.workspace.join(below), &inner).unwrap();
        run_git(&inner, &["init", "--quiet", "--initial-branch=main"]);
        run_git(&inner, &["add", "--all"]);
        run_git(&inner, &["commit", "--quiet", "--message=state"]);
        self.commit();
        let add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add"];
        self.git(&[&add[..], &[inner.to_str().unwrap(), below]].concat());
        self.commit();
        other
    }

    fn switch(&self, branch: &str) {
        self.git(&["checkout", "--quiet", branch]);
    }

    fn branch(&self) {
        self.git(&["checkout", "--quiet", "-b", "work"]);
    }

    /// Runs a check in the workspace. Returns the exit code and what it has written.
    fn check(&self, arguments: &[&str]) -> (Option<i32>, String) {
        check_in(&self.workspace, arguments)
    }

    #[track_caller]
    fn expect(&self, code: i32, parts: &[&str]) {
        self.expect_against("main", code, parts);
    }

    #[track_caller]
    fn expect_against(&self, base: &str, code: i32, parts: &[&str]) {
        let (found, text) = self.check(&["--against", base, "--quiet"]);
        assert_eq!(found, Some(code), "{text}");
        for part in parts {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
    }
}

const ORDER: &str = "schemas/shop/Order/1.0.json";
const EVENT: &str = "source = \"shop\"\ndetail-type = \"Order\"\n";
const CHANGED: &str = "error[released-schema-changed]";
const UNREADABLE: &str = "warning[base-unreadable]";
const NOT_COMPARED: &str = "error[base-unreadable]";

fn check_in(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = clean_command(&binary());
    command.current_dir(folder).arg("check").args(arguments);
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&text).into_owned())
}

#[test]
fn a_workspace_that_the_base_has_moved_is_judged_where_the_branch_left_it() {
    for leaves_link in [false, true] {
        let one = Repository::create("orders");
        one.branch();
        one.switch("main");
        one.git(&["mv", "orders", "shop"]);
        if leaves_link {
            symlink("shop", one.folder.path().join("orders")).unwrap();
        }
        one.commit();
        one.switch("work");
        let lost = "has no workspace in orders any more";
        let told = [UNREADABLE, lost];
        one.expect(0, if leaves_link { &[] } else { &told });
        one.expect_against("main:shop", 0, &[]);
        one.write(ORDER, &schema("other"));
        one.commit();
        one.expect(1, &[CHANGED]);
        one.expect_against("main:shop", 1, &[CHANGED]);
        let (code, text) = check_in(one.folder.path(), &["--against", "main"]);
        assert_eq!(code, Some(1), "{text}");
        assert!(!text.contains("has no workspace yet"), "{text}");
    }
}

#[test]
fn what_cannot_be_read_at_the_tip_is_compared_as_it_was_at_the_fork() {
    for broken in [
        "schemas/shop/Order/event.toml",
        ORDER,
        "schemas/shop/Order/1.0.json/x",
        "schemactl.lock",
    ] {
        let one = Repository::create("");
        let (code, text) = one.check(&["--release"]);
        assert_eq!(code, Some(0), "{text}");
        if broken != "schemactl.lock" {
            fs::remove_file(one.workspace.join("schemactl.lock")).unwrap();
        }
        one.commit();
        one.branch();
        one.switch("main");
        match broken.strip_suffix("/x") {
            // A link that leads nowhere is no file that was deleted.
            Some(link) => {
                fs::remove_file(one.workspace.join(link)).unwrap();
                symlink("nowhere.json", one.workspace.join(link)).unwrap();
            }
            None => one.write(broken, "{ broken ["),
        }
        one.commit();
        one.switch("work");
        one.expect(0, &[UNREADABLE, "cannot be read whole", "this branch left main"]);
        let (_, json) = one.check(&["--against", "main", "--quiet", "--format", "json"]);
        assert!(json.contains("base-unreadable"), "{json}");
        one.write(ORDER, &schema("other"));
        let _ = fs::remove_file(one.workspace.join("schemactl.lock"));
        one.commit();
        one.expect(1, &[UNREADABLE, CHANGED]);
    }
}

#[test]
fn what_cannot_be_read_in_either_state_is_compared_with_the_lock_of_the_base() {
    let one = Repository::create("");
    one.check(&["--release"]);
    let whole = fs::read_to_string(one.workspace.join(ORDER)).unwrap();
    one.write(ORDER, "{ broken [");
    one.commit();
    one.branch();
    one.write(ORDER, &whole);
    one.commit();
    one.expect(0, &[UNREADABLE, "the digest is compared"]);
    one.write(ORDER, &schema("other"));
    fs::remove_file(one.workspace.join("schemactl.lock")).unwrap();
    one.commit();
    one.expect(1, &[CHANGED]);
}

#[test]
fn a_branch_may_restore_what_versions_of_the_base_refer_to() {
    for breaks in [None, Some("{ broken [")] {
        let one = Repository::create("");
        one.write("schemas/_shared/money.json", r#"{"type": "object"}"#);
        one.write(ORDER, r#"{"$ref": "../../_shared/money.json"}"#);
        one.commit();
        one.git(&["branch", "whole"]);
        match breaks {
            None => fs::remove_dir_all(one.workspace.join("schemas/_shared")).unwrap(),
            Some(text) => one.write("schemas/_shared/money.json", text),
        }
        one.commit();
        one.branch();
        one.git(&["checkout", "--quiet", "whole", "--", "schemas"]);
        one.commit();
        one.expect(0, &[UNREADABLE, "schemas/_shared/money.json"]);
    }
}

#[test]
fn a_submodule_in_the_schemas_of_a_base_is_not_absent() {
    for (submodule, file) in [
        ("schemas/shop/Order", "1.0.json"),
        ("schemas/_shared", "money.json"),
        ("schemas", "shop/Order/1.0.json"),
    ] {
        let one = Repository::create("");
        one.write("schemas/_shared/money.json", r#"{"type": "object"}"#);
        one.write(ORDER, r#"{"$ref": "../../_shared/money.json"}"#);
        let _repository = one.make_submodule(submodule);
        one.branch();
        // git knows that it is what it was.
        one.expect(0, &[]);
        let text = if file == "money.json" {
            r#"{"type": "array"}"#
        } else {
            r#"{"type": "object"}"#
        };
        let within = one.workspace.join(submodule);
        fs::write(within.join(file), text).unwrap();
        one.expect(1, &[NOT_COMPARED, "is a git submodule"]);
        run_git(&within, &["commit", "--quiet", "--all", "--message=edit"]);
        one.commit();
        one.expect(1, &[NOT_COMPARED, "is a git submodule"]);
    }
}

#[test]
fn what_a_version_in_a_submodule_refers_to_is_a_part_of_it() {
    let one = Repository::create("");
    one.write("schemas/_shared/money.json", r#"{"type": "object"}"#);
    one.write(ORDER, r#"{"$ref": "../../_shared/money.json"}"#);
    let _repository = one.make_submodule("schemas/shop/Order");
    one.branch();
    one.expect(0, &[]);
    one.write("schemas/_shared/money.json", r#"{"type": "array"}"#);
    one.commit();
    one.expect(1, &[NOT_COMPARED]);
}

#[test]
fn a_pointer_of_git_lfs_is_not_the_schema() {
    let one = Repository::create("");
    let store = tempfile::tempdir().unwrap();
    let store = store.path().to_str().unwrap();
    // As git-lfs does, with a file for each content.
    let clean = format!(
        r"f=$(mktemp); cat > $f; o=$(git hash-object --stdin < $f); cp $f {store}/$o; printf 'version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 1\n' $o"
    );
    let smudge = format!(r"cat {store}/$(sed -n 's/^oid sha256://p')");
    one.git(&["config", "filter.lfs.clean", &clean]);
    one.git(&["config", "filter.lfs.smudge", &smudge]);
    one.write(".gitattributes", "*.json filter=lfs -text\n");
    one.git(&["add", "--renormalize", "."]);
    one.commit();
    one.branch();
    one.expect(0, &[]);
    one.write(ORDER, &schema("other"));
    one.commit();
    one.expect(1, &[NOT_COMPARED, "pointer of Git LFS"]);
    // Without the content nothing is checked, and what helps is named.
    one.git(&["config", "filter.lfs.smudge", "cat"]);
    fs::remove_dir_all(one.workspace.join("schemas")).unwrap();
    one.git(&["checkout", "--quiet", "."]);
    let (code, text) = one.check(&[]);
    assert_eq!(code, Some(3), "{text}");
    assert!(text.contains("`git lfs pull`"), "{text}");
}

#[test]
fn a_link_to_what_git_tracks_is_the_file() {
    let one = Repository::create("");
    fs::create_dir(one.workspace.join("settings")).unwrap();
    one.git(&["mv", "schemactl.toml", "settings/of.toml"]);
    symlink("settings/of.toml", one.workspace.join("schemactl.toml")).unwrap();
    one.commit();
    one.branch();
    one.expect(0, &[]);
    let folder = one.workspace.join("schemas/shop/Order");
    fs::rename(&folder, one.workspace.join("orders")).unwrap();
    symlink("../../orders", &folder).unwrap();
    one.commit();
    one.expect(0, &[]);
    fs::write(one.workspace.join("orders/1.0.json"), schema("other")).unwrap();
    one.commit();
    one.expect(1, &[CHANGED]);
    // What git does not track is not there for others.
    one.git(&["rm", "--quiet", "-r", "--cached", "orders"]);
    one.write(".gitignore", "orders\n");
    one.commit();
    one.expect(1, &["error[released-schema-missing]", "git does not track"]);
}

/// Runs commands of an advice, in the root of the repository.
fn follow(folder: &Path, commands: &[&str]) {
    for command in commands {
        let arguments: Vec<&str> = command.split(' ').collect();
        run_git(folder, &arguments);
    }
}

const MISSING: &str = "error[workspace-missing]";

#[test]
fn a_workspace_that_became_a_submodule_is_called_that() {
    for beside in [false, true] {
        let one = Repository::create("orders");
        if beside {
            fs::create_dir(one.folder.path().join("billing")).unwrap();
            fs::copy(
                one.workspace.join("schemactl.toml"),
                one.folder.path().join("billing/schemactl.toml"),
            )
            .unwrap();
            fs::create_dir(one.folder.path().join("billing/schemas")).unwrap();
            fs::write(one.folder.path().join("billing/schemas/.gitkeep"), "").unwrap();
        }
        one.commit();
        one.branch();
        let root = one.folder.path();
        let _repository = make_workspace_a_submodule(&one, "orders");
        let advice = [
            "orders is a git submodule now",
            "`git submodule update --init orders`",
            "`git worktree add --detach ../base main`",
            "`schemactl check --workspace orders --against ../base/orders`",
        ];
        // From the root, and in the submodule itself, whatever its own branches are.
        for (folder, arguments) in [
            (root, &[][..]),
            (root, &["--workspace", "orders"]),
            (&one.workspace, &[]),
        ] {
            let (code, text) = check_in(folder, &[&["--against", "main"], arguments].concat());
            assert_eq!(code, Some(1), "{arguments:?}: {text}");
            for part in [&[MISSING][..], &advice].concat() {
                assert!(text.contains(part), "{arguments:?}: {part} is not in\n{text}");
            }
        }
        // Followed, the advice compares.
        let base = tempfile::tempdir().unwrap();
        let base = base.path().join("base");
        let add = format!("worktree add --quiet --detach {} main", base.display());
        follow(root, &[&add]);
        let before = base.join("orders");
        let against = ["--workspace", "orders", "--against", before.to_str().unwrap()];
        let (code, text) = check_in(root, &against);
        assert_eq!(code, Some(0), "{text}");
        one.write(ORDER, &schema("other"));
        let (code, text) = check_in(root, &against);
        assert_eq!(code, Some(1), "{text}");
        assert!(text.contains(CHANGED), "{text}");
    }
}

/// Makes a workspace of the repository a submodule, of which the returned folder has the repository.
fn make_workspace_a_submodule(one: &Repository, name: &str) -> tempfile::TempDir {
    let other = tempfile::tempdir().unwrap();
    let inner = other.path().join("inner");
    fs::rename(&one.workspace, &inner).unwrap();
    run_git(&inner, &["init", "--quiet", "--initial-branch=main"]);
    run_git(&inner, &["add", "--all"]);
    run_git(&inner, &["commit", "--quiet", "--message=state"]);
    one.commit();
    let add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add"];
    one.git(&[&add[..], &[inner.to_str().unwrap(), name]].concat());
    one.commit();
    other
}

#[test]
fn a_base_that_has_the_workspace_in_a_submodule_is_not_empty() {
    let one = Repository::create("orders");
    let _repository = make_workspace_a_submodule(&one, "orders");
    one.branch();
    // In the submodule, a branch of the repository around it is told as that, with the commit that it has.
    run_git(&one.workspace, &["checkout", "--quiet", "--detach"]);
    run_git(&one.workspace, &["branch", "--quiet", "-D", "main"]);
    run_git(&one.workspace, &["update-ref", "-d", "refs/remotes/origin/main"]);
    let (code, text) = one.check(&["--against", "main"]);
    assert_eq!(code, Some(2), "{text}");
    let told = text.split("`--against ").nth(1).unwrap_or_default();
    let commit = told.split('`').next().unwrap();
    assert!(text.contains("the submodule orders of"), "{text}");
    let (code, text) = one.check(&["--against", commit]);
    assert_eq!(code, Some(0), "{text}");
    // The branch takes the files over, with another schema.
    let kept = tempfile::tempdir().unwrap();
    let kept = kept.path().join("orders");
    fs::remove_file(one.workspace.join(".git")).unwrap();
    fs::rename(&one.workspace, &kept).unwrap();
    one.git(&["rm", "--quiet", "--cached", "orders"]);
    fs::rename(&kept, &one.workspace).unwrap();
    one.write(ORDER, &schema("other"));
    one.commit();
    let advice = "check out main in another folder, with all its files (`git lfs pull`, `git submodule update --init`)";
    one.expect(1, &[NOT_COMPARED, "orders is a git submodule there", advice]);
    let (code, text) = check_in(one.folder.path(), &["--against", "main"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(!text.contains("no workspace yet"), "{text}");
}

#[test]
fn the_last_workspace_of_a_repository_that_is_deleted_is_missing() {
    for (within, named) in [("", "."), ("services/orders", "services/orders")] {
        for goes in ["schemactl.toml", "."] {
            let one = Repository::create(within);
            one.write("README", "text");
            one.commit();
            one.branch();
            one.git(&["rm", "--quiet", "-r", "--", one.workspace.join(goes).to_str().unwrap()]);
            one.commit();
            let root = one.folder.path();
            let workspace = one.workspace.to_str().unwrap();
            let fix = format!("restore {named}/schemactl.toml");
            for arguments in [
                &[][..],
                &["--workspace", workspace],
                &["--format", "json"],
                &["--format", "sarif"],
            ] {
                let (code, text) = check_in(root, &[&["--against", "main"], arguments].concat());
                assert_eq!(code, Some(1), "{arguments:?}: {text}");
                let parts = ["workspace-missing", "has a workspace in", fix.as_str()];
                for part in parts {
                    assert!(text.contains(part), "{arguments:?}: {part} is not in\n{text}");
                }
                assert!(
                    !text.contains("schemactl accept"),
                    "no file could hold the waiver: {text}"
                );
            }
            // Where the base has none, or is not known, there is none.
            for base in [&["--against", "HEAD"][..], &["--against", "nothing"], &[]] {
                let (code, text) = check_in(root, base);
                assert_eq!(code, Some(2), "{base:?}: {text}");
                assert!(text.contains("no schemactl.toml"), "{text}");
            }
        }
    }
}

//! `schemactl check --against`: a git revision or a folder as what was released.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use schemactl_tests::{binary, clean_command, copy_folder, root};

/// A repository whose first commit, on `main`, is the shipped workspace below `shop/`.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let shop = folder.path().join("shop");
    copy_folder(&root().join("schemas"), &shop.join("schemas"));
    fs::copy(root().join("schemactl.toml"), shop.join("schemactl.toml")).unwrap();
    git(folder.path(), &["init", "--quiet", "--initial-branch=main"]);
    commit(folder.path());
    folder
}

fn git(folder: &Path, arguments: &[&str]) {
    let mut git = clean_command(Path::new("git"));
    let identity = [
        "-c",
        "user.name=test",
        "-c",
        "user.email=test@example.com",
        "-c",
        "commit.gpgsign=false",
    ];
    let output = git.current_dir(folder).args(identity).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn commit(folder: &Path) {
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "--message=state"]);
}

/// A check in a folder, with one argument.
fn checking(folder: &Path, argument: &str) -> Command {
    let mut command = clean_command(&binary());
    command.current_dir(folder).args(["check", argument]);
    command
}

fn check(folder: &Path, against: &str) -> Output {
    let mut check = checking(&folder.join("shop"), &format!("--against={against}"));
    check.output().unwrap()
}

fn edit(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(from));
    fs::write(path, text.replace(from, to)).unwrap();
}

/// A variable of CI that is not set must not turn a comparison off. That there is none is written, and told.
#[test]
fn an_empty_baseline_is_an_error_and_none_is_told() {
    let folder = repository();
    let shop = folder.path().join("shop");
    let decided: [&[&str]; 5] = [
        &["check"],
        &["accept", "--all", "--reason=r", "--author=a"],
        &["retire", "OrderPlaced", "--reason=r", "--author=a"],
        &["move", "OrderPlaced", "OrderMade", "--reason=r", "--author=a"],
        &["hotfix", "OrderPlaced@1.0", "--reason=r", "--author=a"],
    ];
    for command in decided {
        for empty in ["--against=", "--against= "] {
            let mut run = clean_command(&binary());
            let output = run.current_dir(&shop).args(command).arg(empty).output().unwrap();
            let told = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{command:?} {told}");
            assert!(
                told.contains("--against") && told.contains("`--against none`"),
                "{command:?} {told}"
            );
        }
    }
    let mut separate = clean_command(&binary());
    let separate = separate.current_dir(&shop).args(["check", "--against", ""]);
    assert_eq!(separate.output().unwrap().status.code(), Some(2));
    let told = |output: Output| String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told(check(folder.path(), "none")).contains("compared with no baseline"));
    assert!(!told(check(folder.path(), "main")).contains("no baseline"));
    // Where nothing is, `none` is no revision that is looked for.
    fs::remove_file(shop.join("schemactl.toml")).unwrap();
    assert!(!told(check(folder.path(), "none")).contains("compared with none"));
}

const ORDER: &str = "shop/schemas/com.myapp.orders/OrderPlaced";

#[test]
fn a_version_of_the_other_branch_may_neither_change_nor_go() {
    let folder = repository();
    assert_eq!(check(folder.path(), "main").status.code(), Some(0));
    git(folder.path(), &["checkout", "--quiet", "-b", "work"]);
    edit(&folder.path().join(ORDER).join("2.0.json"), "ISO 4217.", "A currency.");
    let payment = folder.path().join("shop/schemas/com.myapp.payments/PaymentDeclined");
    fs::remove_dir_all(payment).unwrap();
    commit(folder.path());
    let output = check(folder.path(), "main");
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{text}");
    for part in [
        "error[released-schema-changed]: OrderPlaced@2.0 is not the same as in main (",
        "error[released-schema-missing]: com.myapp.payments/PaymentDeclined@1.0 is in main (",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    let before = tempfile::tempdir().unwrap();
    copy_folder(&root().join("schemas"), &before.path().join("schemas"));
    fs::copy(root().join("schemactl.toml"), before.path().join("schemactl.toml")).unwrap();
    let output = check(folder.path(), &before.path().to_string_lossy());
    assert_eq!(output.status.code(), Some(1), "a folder says the same");
}

#[test]
fn what_happened_on_the_other_branch_since_is_not_ours() {
    let folder = repository();
    git(folder.path(), &["checkout", "--quiet", "-b", "work"]);
    git(folder.path(), &["checkout", "--quiet", "main"]);
    let (old, new) = (
        folder.path().join(ORDER).join("2.0.json"),
        folder.path().join(ORDER).join("3.0.json"),
    );
    fs::copy(old, &new).unwrap();
    edit(&new, "\"2.0\"", "\"3.0\"");
    commit(folder.path());
    git(folder.path(), &["checkout", "--quiet", "work"]);
    assert_eq!(check(folder.path(), "main").status.code(), Some(0));
}

#[test]
fn hostile_and_unknown_revisions_are_names_and_nothing_else() {
    let folder = repository();
    for name in [
        "--output=x",
        "-c",
        "no/such",
        "main\nHEAD",
        "HEAD:market",
        "git:gone",
        ":",
    ] {
        let output = check(folder.path(), name);
        assert_eq!(
            output.status.code(),
            Some(2),
            "{name:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    assert!(!folder.path().join("shop/x").exists());
}

#[test]
fn a_shallow_clone_says_what_is_missing() {
    let folder = repository();
    edit(&folder.path().join(ORDER).join("event.toml"), "stable", "beta");
    commit(folder.path());
    let clone = tempfile::tempdir().unwrap();
    let from = format!("file://{}", folder.path().display());
    git(clone.path(), &["clone", "--quiet", "--depth=1", &from, "."]);
    let output = check(clone.path(), "HEAD~1");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("git fetch --unshallow"));
}

#[test]
fn without_a_value_the_main_branch_is_meant() {
    let folder = repository();
    git(folder.path(), &["checkout", "--quiet", "-b", "work"]);
    edit(&folder.path().join(ORDER).join("2.0.json"), "ISO 4217.", "A currency.");
    let output = checking(&folder.path().join("shop"), "--against").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("is not the same as in main ("), "{text}");
}

#[test]
fn a_file_of_a_revision_is_compared_as_it_was() {
    let folder = repository();
    let path = "schemas/com.myapp.orders/OrderPlaced/2.0.json";
    edit(
        &folder.path().join("shop").join(path),
        "\"minItems\": 1",
        "\"minItems\": 2",
    );
    let diff = |old: &str| {
        let mut command = clean_command(&binary());
        command
            .current_dir(folder.path().join("shop"))
            .args(["diff", old, path]);
        command.output().unwrap()
    };
    let output = diff(&format!("HEAD:{path}"));
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("error[min-items-raised]"), "{text}");
    for hostile in ["HEAD:../../etc/passwd", "--output=x:a.json", "HEAD:gone.json"] {
        assert_eq!(diff(hostile).status.code(), Some(2), "{hostile}");
    }
}

#[test]
fn an_accepted_break_passes_and_stands_in_the_settings_of_its_event() {
    let folder = tempfile::tempdir().unwrap();
    copy_folder(
        &root().join("tests/cases/check/versions/property-becomes-required"),
        folder.path(),
    );
    let run = |arguments: &[&str]| {
        let mut command = clean_command(&binary());
        command.current_dir(folder.path()).args(arguments).output().unwrap()
    };
    let json = run(&["check", "--format", "json"]);
    assert_eq!(json.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    let print = report["findings"][0]["fingerprint"].as_str().unwrap()[..12].to_owned();
    let text = String::from_utf8(run(&["check"]).stdout).unwrap();
    assert!(text.contains(&format!("schemactl accept {print}")), "{text}");
    let accepted = run(&[
        "accept",
        &print,
        "--reason",
        "nobody \"reads\" it",
        "--expires",
        "9999-12-31",
    ]);
    assert_eq!(
        accepted.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&accepted.stderr)
    );
    let settings = fs::read_to_string(folder.path().join("schemas/shop/Thing/event.toml")).unwrap();
    assert!(
        settings.starts_with("source = \"shop\""),
        "what was there stays: {settings}"
    );
    let output = run(&["check"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(
        text.contains("accepted[") && text.contains(": nobody \"reads\" it"),
        "{text}"
    );
    assert_eq!(run(&["accept", &print, "--reason", "again"]).status.code(), Some(2));
}

fn branch(folder: &Path) {
    git(folder, &["checkout", "--quiet", "-b", "work"]);
}

/// Checks below `within`, and returns the exit code with what was said.
fn check_in(folder: &Path, within: &str, against: &str) -> (Option<i32>, String) {
    let mut check = checking(&folder.join(within), &format!("--against={against}"));
    let output = check.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&text).into_owned())
}

#[test]
fn a_workspace_that_was_moved_is_missed_and_can_be_compared_with_where_it_was() {
    let folder = repository();
    branch(folder.path());
    git(folder.path(), &["mv", "shop", "market"]);
    commit(folder.path());
    let (code, text) = check_in(folder.path(), "market", "main");
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("error[workspace-missing]: main ("), "{text}");
    let (code, text) = check_in(folder.path(), "market", "main:shop");
    assert_eq!(code, Some(0), "{text}");
    edit(
        &folder
            .path()
            .join("market/schemas/com.myapp.orders/OrderPlaced/2.0.json"),
        "ISO 4217.",
        "A currency.",
    );
    let (code, text) = check_in(folder.path(), "market", "main:shop");
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("OrderPlaced@2.0 is not the same as in main ("), "{text}");
}

#[test]
fn a_workspace_behind_a_link_or_below_another_one_is_missed() {
    let folder = repository();
    branch(folder.path());
    copy_folder(&folder.path().join("shop"), &folder.path().join("other"));
    fs::remove_dir_all(folder.path().join("shop")).unwrap();
    std::os::unix::fs::symlink("other", folder.path().join("shop")).unwrap();
    commit(folder.path());
    let (code, text) = check_in(folder.path(), "shop", "main");
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.contains("workspace in shop, which does not exist any more"),
        "{text}"
    );

    let folder = repository();
    branch(folder.path());
    let below = folder.path().join("shop/below");
    fs::create_dir_all(below.join("schemas")).unwrap();
    fs::write(below.join("schemactl.toml"), "version = 1\n[registry]\nname = \"r\"\n").unwrap();
    commit(folder.path());
    let (code, text) = check_in(folder.path(), "shop/below", "main");
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("shop/below/schemactl.toml is closer"), "{text}");
    let (code, text) = check_in(folder.path(), "shop", "main");
    assert_eq!(code, Some(0), "{text}");
}

#[test]
fn a_schema_that_git_follows_no_more_is_missed() {
    let folder = repository();
    branch(folder.path());
    fs::write(folder.path().join(".gitignore"), "OrderPlaced/\n").unwrap();
    git(folder.path(), &["rm", "-r", "--quiet", "--cached", ORDER]);
    commit(folder.path());
    let (code, text) = check_in(folder.path(), "shop", "main");
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("a file that git does not track any more"), "{text}");
}

#[test]
fn a_base_without_a_workspace_is_empty_and_a_broken_one_does_not_block() {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "--quiet", "--initial-branch=main"]);
    fs::write(folder.path().join("README"), "").unwrap();
    commit(folder.path());
    branch(folder.path());
    let shop = folder.path().join("shop");
    copy_folder(&root().join("schemas"), &shop.join("schemas"));
    fs::copy(root().join("schemactl.toml"), shop.join("schemactl.toml")).unwrap();
    let (code, text) = check_in(folder.path(), "shop", "main");
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("has no workspace yet"), "{text}");
    assert_eq!(
        check_in(folder.path(), "shop", "none").0,
        Some(0),
        "no base is asked for"
    );

    let folder = repository();
    let broken = folder
        .path()
        .join("shop/schemas/com.myapp.payments/PaymentDeclined/1.0.json");
    let whole = fs::read_to_string(&broken).unwrap();
    fs::write(&broken, "{").unwrap();
    commit(folder.path());
    branch(folder.path());
    fs::write(&broken, whole).unwrap();
    let (code, text) = check_in(folder.path(), "shop", "main");
    assert_eq!(code, Some(0), "{text}");
    assert!(
        text.contains("cannot be read whole: schemas/com.myapp.payments/"),
        "{text}"
    );
    edit(&folder.path().join(ORDER).join("2.0.json"), "ISO 4217.", "A currency.");
    assert_eq!(
        check_in(folder.path(), "shop", "main").0,
        Some(1),
        "the rest of the base counts"
    );
}

#[test]
fn a_hook_of_another_repository_changes_nothing() {
    let folder = repository();
    let other = repository();
    edit(&folder.path().join(ORDER).join("2.0.json"), "ISO 4217.", "A currency.");
    let mut check = checking(&folder.path().join("shop"), "--against=main");
    check
        .env("GIT_DIR", other.path().join(".git"))
        .env("GIT_WORK_TREE", other.path())
        .env("GIT_INDEX_FILE", other.path().join("no-such-index"))
        .env("GIT_OBJECT_DIRECTORY", other.path().join(".git/objects"))
        .env("GIT_NAMESPACE", "x");
    let output = check.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("OrderPlaced@2.0 is not the same as in main ("), "{text}");
}

#[test]
fn both_branches_of_a_merge_keep_what_they_released() {
    let folder = repository();
    let shop = folder.path().join("shop");
    fs::write(folder.path().join(".gitattributes"), "schemactl.lock merge=union\n").unwrap();
    let release = || {
        let mut command = clean_command(&binary());
        let output = command
            .current_dir(&shop)
            .args(["check", "--release"])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    };
    release();
    commit(folder.path());
    // Two events that stand side by side in the lock, and two that are new.
    let next = |event: &str, new: &str| {
        let folder = shop.join("schemas").join(event);
        let text = fs::read_to_string(folder.join("1.0.json")).unwrap();
        fs::write(folder.join(new), text.replace("\"1.0\"", "\"1.1\"")).unwrap();
    };
    for (branch, event) in [
        ("one", "com.myapp.fulfillment/OrderShipped"),
        ("two", "com.myapp.inventory/InventoryReserved"),
    ] {
        git(folder.path(), &["checkout", "--quiet", "-b", branch, "main"]);
        next(event, "1.1.json");
        let own = shop.join(format!("schemas/com.myapp.new/New{branch}"));
        copy_folder(&shop.join("schemas/com.myapp.payments/PaymentDeclined"), &own);
        edit(
            &own.join("event.toml"),
            "detail-type = \"",
            &format!("detail-type = \"New{branch}"),
        );
        release();
        commit(folder.path());
    }
    git(folder.path(), &["checkout", "--quiet", "main"]);
    for branch in ["one", "two"] {
        git(folder.path(), &["merge", "--quiet", "--no-edit", "--no-ff", branch]);
    }
    let lock = fs::read_to_string(shop.join("schemactl.lock")).unwrap();
    for part in ["Newone", "Newtwo"] {
        assert_eq!(lock.matches(&format!("\"com.myapp.new/{part}\"")).count(), 1, "{lock}");
    }
    let (code, text) = check_in(folder.path(), "shop", "one");
    assert_eq!(code, Some(0), "{text}");
    assert_eq!(check_in(folder.path(), "shop", "two").0, Some(0));
}

#[test]
fn nothing_that_a_branch_brings_is_taken_for_the_base() {
    let folder = repository();
    // The folder that shadows the base is a workspace too, and not what is checked here.
    let check_shop = |against: &str| {
        let mut check = checking(&folder.path().join("shop"), &format!("--against={against}"));
        let output = check.args(["--workspace", "."]).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8_lossy(&text).into_owned())
    };
    branch(folder.path());
    edit(&folder.path().join(ORDER).join("2.0.json"), "ISO 4217.", "A currency.");
    // A folder that is called as the base is.
    let shadow = folder.path().join("shop/main");
    copy_folder(&folder.path().join("shop/schemas"), &shadow.join("schemas"));
    fs::copy(root().join("schemactl.toml"), shadow.join("schemactl.toml")).unwrap();
    commit(folder.path());
    assert_eq!(check_shop("main").0, Some(1));
    let (code, text) = check_shop("./main");
    assert_eq!(code, Some(0), "as a path it is a folder: {text}");
    fs::write(shadow.join("schemactl.toml"), "version = 1\n").unwrap();
    assert_eq!(
        check_shop("./main").0,
        Some(2),
        "a folder that cannot be read is no base"
    );
    // A tag, which git takes before a branch.
    git(folder.path(), &["tag", "main"]);
    let (code, text) = check_shop("main");
    assert_eq!(code, Some(2), "{text}");
    assert!(
        text.contains("`main` can be refs/heads/main or refs/tags/main"),
        "{text}"
    );
    let (code, text) = check_shop("refs/heads/main");
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("compared with refs/heads/main ("), "{text}");
}

/// A gate that fails on warnings stays passable: a warning that the base has is counted, a new one fails.
#[test]
fn a_warning_of_the_base_fails_nothing() {
    let folder = repository();
    let shop = folder.path().join("shop");
    let schema = shop.join("schemas/com.myapp.orders/OrderPlaced/1.0.json");
    edit(&schema, "\"required\":", "\"requierd\": [], \"required\":");
    commit(folder.path());
    git(folder.path(), &["switch", "--quiet", "--create", "work"]);
    let run = |arguments: &[&str]| {
        let mut check = checking(&shop, "--against=main");
        let output = check.args(["--fail-on", "warning"]).args(arguments).output().unwrap();
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
        )
    };
    let counted = "1 warning that the baseline has too; `--all` shows it";
    for format in ["text", "markdown"] {
        let (code, told) = run(&["--format", format]);
        assert_eq!(code, Some(0), "{told}");
        let told = told
            .replace("<code>", "`")
            .replace("</code>", "`")
            .replace("&#45;", "-");
        assert!(told.contains(counted) && !told.contains("requierd"), "{told}");
    }
    let (code, told) = run(&["--all"]);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("requierd") && !told.contains(counted), "{told}");
    // Services that compare reports of two branches would take what is missing for what was fixed.
    let results = |format: &str, list: &str| {
        let (code, report) = run(&["--format", format]);
        assert_eq!(code, Some(0), "{report}");
        let report: serde_json::Value = serde_json::from_str(&report).unwrap();
        report.pointer(list).unwrap().as_array().unwrap().clone()
    };
    assert_eq!(results("json", "/findings").len(), 0);
    assert_eq!(results("json", "/inherited").len(), 1);
    assert_eq!(results("gitlab", "").len(), 1);
    assert_eq!(results("sarif", "/runs/0/results")[0]["baselineState"], "unchanged");
    // One more of the same kind is one of the change.
    let next = schema.with_file_name("2.1.json");
    fs::copy(schema.with_file_name("2.0.json"), &next).unwrap();
    edit(&next, "\"required\":", "\"tpye\": 0, \"required\":");
    let (code, told) = run(&[]);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("tpye") && told.contains(counted), "{told}");
}

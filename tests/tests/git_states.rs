//! Repositories in the states that git can be in: damaged, partial, sparse, one inside another, with folders of any name. What git cannot say
//! is never taken for "nothing", and the workspace that is checked is always the one that was meant.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::fs;
use std::path::Path;

use schemactl_tests::{binary, clean_command, copy_folder, root, run_git, stdout, try_git};

/// A workspace with one event, released as 1.0.
fn write_workspace(folder: &Path) {
    fs::create_dir_all(folder.join("schemas/shop/Order")).unwrap();
    fs::write(folder.join("schemactl.toml"), "version = 1\n[registry]\nname = \"r\"\n").unwrap();
    let event = folder.join("schemas/shop/Order");
    fs::write(event.join("event.toml"), "source = \"shop\"\ndetail-type = \"Order\"\n").unwrap();
    write_schema(folder, "1.0", "id");
    let released = run_in(folder, &["check", "--release"], &[]);
    assert_eq!(released.0, Some(0), "{}", released.1);
}

fn write_schema(folder: &Path, version: &str, property: &str) {
    let text = format!(
        r#"{{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "properties": {{"{property}": {{}}}}}}"#
    );
    fs::write(folder.join(format!("schemas/shop/Order/{version}.json")), text).unwrap();
}

fn commit(folder: &Path) {
    run_git(folder, &["add", "--all"]);
    run_git(folder, &["commit", "--quiet", "--message=state"]);
}

/// A repository with workspaces on `main`, on the branch `work`.
fn repository(workspaces: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in workspaces {
        write_workspace(&folder.path().join(name));
    }
    run_git(folder.path(), &["init", "--quiet", "--initial-branch=main"]);
    commit(folder.path());
    run_git(folder.path(), &["checkout", "--quiet", "-b", "work"]);
    folder
}

/// The released schema is another one, and the lock does not know it.
fn rewrite_history(workspace: &Path) {
    write_schema(workspace, "1.0", "other");
    fs::remove_file(workspace.join("schemactl.lock")).unwrap();
}

fn run_in(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let mut command = clean_command(&binary());
    command
        .current_dir(folder)
        .args(arguments)
        .envs(variables.iter().copied());
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&text).into_owned())
}

fn against_main(folder: &Path) -> (Option<i32>, String) {
    run_in(folder, &["check", "--against", "main"], &[])
}

/// Removes an object of a revision, as an interrupted copy or a partial clone without its remote lacks it.
fn lose_object(folder: &Path, revision: &str) {
    let object = stdout(&try_git(folder, &["rev-parse", revision]));
    let object = object.trim();
    fs::remove_file(folder.join(".git/objects").join(&object[..2]).join(&object[2..])).unwrap();
}

#[test]
fn a_base_that_git_cannot_list_is_an_error_and_never_empty() {
    for lost in ["main^{tree}", "main:a/schemas", "main:a/schemactl.lock"] {
        let folder = repository(&["a"]);
        rewrite_history(&folder.path().join("a"));
        commit(folder.path());
        assert_eq!(against_main(&folder.path().join("a")).0, Some(1));
        lose_object(folder.path(), lost);
        let (code, text) = against_main(&folder.path().join("a"));
        assert_eq!(code, Some(2), "{lost}: {text}");
        assert!(
            text.contains("error: git ") && text.contains("`git fsck`"),
            "{lost}: {text}"
        );
    }
    let folder = repository(&["a"]);
    fs::write(folder.path().join(".git/index"), "no index").unwrap();
    let (code, text) = against_main(&folder.path().join("a"));
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("index"), "git's own words: {text}");
}

#[test]
fn how_a_shell_wants_paths_to_be_read_changes_nothing() {
    let folder = repository(&["a", "b"]);
    let workspace = folder.path().join("a");
    rewrite_history(&workspace);
    commit(folder.path());
    // The tip is not where the branch left it: both are listed, one of them below a folder.
    run_git(folder.path(), &["checkout", "--quiet", "main"]);
    fs::write(folder.path().join("README"), "later").unwrap();
    commit(folder.path());
    run_git(folder.path(), &["checkout", "--quiet", "work"]);
    let expected = against_main(&workspace);
    assert_eq!(expected.0, Some(1), "{}", expected.1);
    for name in ["GLOB", "NOGLOB", "ICASE", "LITERAL"] {
        let variable = format!("GIT_{name}_PATHSPECS");
        let found = run_in(&workspace, &["check", "--against", "main"], &[(&variable, "1")]);
        assert_eq!(found, expected, "{variable}");
    }
}

#[test]
fn a_folder_may_have_any_name() {
    for name in [" a", "é b ", "[a]'\"\\", "-a\t"] {
        let folder = repository(&[name]);
        let workspace = folder.path().join(name);
        let (code, text) = against_main(&workspace);
        assert_eq!(code, Some(0), "{name:?}: {text}");
        rewrite_history(&workspace);
        commit(folder.path());
        let (code, text) = against_main(&workspace);
        assert_eq!(code, Some(1), "{name:?}: {text}");
        assert!(text.contains("released-schema-changed"), "{name:?}: {text}");
    }
}

#[test]
fn what_a_sparse_checkout_leaves_out_is_not_gone() {
    let folder = repository(&["a", "b"]);
    write_schema(&folder.path().join("a"), "1.1", "id");
    commit(folder.path());
    let clone = folder.path().join("clone");
    for arguments in [
        &["clone", "--quiet", "--no-checkout", "--branch", "work", ".", "clone"][..],
        &["-C", "clone", "sparse-checkout", "set", "--cone", "a"],
        &["-C", "clone", "checkout", "--quiet", "work"],
    ] {
        run_git(folder.path(), arguments);
    }
    assert!(!clone.join("b").exists());
    for within in ["a", ""] {
        let (code, text) = run_in(&clone.join(within), &["check", "--against", "origin/main"], &[]);
        assert_eq!(code, Some(0), "{text}");
    }
    // What the branch has deleted is gone, whatever is checked out.
    run_git(&clone, &["rm", "--quiet", "-r", "--sparse", "b"]);
    run_git(&clone, &["commit", "--quiet", "--message=gone"]);
    let (code, text) = run_in(&clone.join("a"), &["check", "--against", "origin/main"], &[]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("error[workspace-missing]"), "{text}");
}

#[test]
fn a_repository_inside_a_workspace_is_not_judged_as_the_workspace() {
    let folder = repository(&[""]);
    let inner = folder.path().join("vendor/clone");
    fs::create_dir_all(inner.join("src")).unwrap();
    run_git(&inner, &["init", "--quiet"]);
    for within in [&inner, &inner.join("src")] {
        for arguments in [&["check"][..], &["check", "--against", "HEAD"], &["bump"]] {
            let (code, text) = run_in(within, arguments, &[]);
            assert_eq!(code, Some(2), "{arguments:?}: {text}");
            let said = text.contains("is around the repository, and is another workspace");
            assert!(said && text.contains("--workspace"), "{arguments:?}: {text}");
        }
    }
    let outer = folder.path().to_str().unwrap();
    let (code, text) = run_in(&inner, &["check", "--workspace", outer], &[]);
    assert_eq!(code, Some(0), "{text}");
    // With a workspace below it is that one.
    copy_folder(
        &root().join("tests/cases/cli/json-malformed/files"),
        &inner.join("below"),
    );
    assert_eq!(run_in(&inner, &["check"], &[]).0, Some(3));
}

#[test]
fn a_workspace_that_was_named_is_never_replaced_by_one_above_it() {
    let folder = repository(&["", "services/orders"]);
    fs::rename(
        folder.path().join("services/orders"),
        folder.path().join("services/order"),
    )
    .unwrap();
    fs::create_dir_all(folder.path().join("docs")).unwrap();
    for (name, what) in [
        ("services/orders", "does not exist"),
        ("services/orders/schemas", "does not exist"),
        ("schemas/nowhere", "does not exist"),
        ("services", "has no schemactl.toml"),
        ("docs", "has no schemactl.toml"),
    ] {
        for arguments in [&["check"][..], &["check", "--format", "sarif"], &["bump"]] {
            let arguments = [arguments, &["--workspace", name]].concat();
            let (code, text) = run_in(folder.path(), &arguments, &[]);
            assert_eq!(code, Some(2), "{arguments:?}: {text}");
            assert!(text.contains(what), "{arguments:?}: {text}");
        }
        let (code, text) = run_in(folder.path(), &["check"], &[("SCHEMACTL_WORKSPACE", name)]);
        assert_eq!(code, Some(2), "{name}: {text}");
    }
    for name in [
        ".",
        "services/order",
        "services/order/",
        "schemactl.toml",
        "schemas/shop",
        "services/../services/order",
    ] {
        let (code, text) = run_in(folder.path(), &["check", "--workspace", name], &[]);
        assert_eq!(code, Some(0), "{name}: {text}");
    }
}

/// The commands of git in an advice, as they are shown between backticks.
fn advised_commands(text: &str) -> Vec<Vec<String>> {
    let parts = text.split('`').skip(1).step_by(2);
    let commands = parts.filter_map(|part| part.strip_prefix("git "));
    let split = |command: &str| command.split(' ').map(str::to_owned).collect();
    commands.map(split).collect()
}

/// Each part of a workspace may be left out. It is told what it is, and the advice brings it: nobody has deleted it.
#[test]
fn what_of_a_workspace_is_not_checked_out_is_told_as_that() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let workspace = folder.join("services/orders");
    write_workspace(&workspace);
    fs::create_dir_all(workspace.join("schemas/_shared")).unwrap();
    fs::write(workspace.join("schemas/_shared/money.json"), r#"{"type": "object"}"#).unwrap();
    copy_folder(
        &workspace.join("schemas/shop/Order"),
        &workspace.join("schemas/shop/Refund"),
    );
    let refund = workspace.join("schemas/shop/Refund");
    fs::write(
        refund.join("event.toml"),
        "source = \"shop\"\ndetail-type = \"Refund\"\n",
    )
    .unwrap();
    let refers = r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "properties": {"m": {"$ref": "../../_shared/money.json"}}}"#;
    fs::write(refund.join("1.0.json"), refers).unwrap();
    assert_eq!(run_in(&workspace, &["check", "--release"], &[]).0, Some(0));
    run_git(folder, &["init", "--quiet", "--initial-branch=main"]);
    commit(folder);
    for (way, arguments) in [
        (
            "an event",
            &[
                "set",
                "--cone",
                "services/orders/schemas/shop/Order",
                "services/orders/schemas/_shared",
            ][..],
        ),
        ("all schemas", &["set", "--cone", "services/orders/docs"]),
        ("the workspace", &["set", "--cone", "services/other"]),
        ("settings", &["set", "--no-cone", "/*", "!event.toml"]),
        ("a schema", &["set", "--no-cone", "/*", "!1.0.json"]),
        ("a shared file", &["set", "--no-cone", "/*", "!_shared"]),
        ("one file", &[]),
    ] {
        if arguments.is_empty() {
            let path = "services/orders/schemas/shop/Order/1.0.json";
            run_git(folder, &["update-index", "--skip-worktree", path]);
            fs::remove_file(folder.join(path)).unwrap();
        } else {
            run_git(folder, &[&["sparse-checkout"], arguments].concat());
        }
        let named = ["check", "--workspace", "services/orders"];
        // Several runs, since an advice brings one folder.
        for against in [&[][..], &["--against", "main"]] {
            let (code, text) = run_in(folder, &[&named, against].concat(), &[]);
            assert!(matches!(code, Some(1..=3)), "{way}: {text}");
            assert!(text.contains("and the working tree does not"), "{way}: {text}");
            for false_words in ["was deleted", "retire", "schemactl init", "from the history"] {
                assert!(!text.contains(false_words), "{way}: {false_words} is in\n{text}");
            }
        }
        let mut rounds = 0;
        let code = loop {
            let (code, text) = run_in(folder, &named, &[]);
            let commands = advised_commands(&text);
            rounds += 1;
            if commands.is_empty() || rounds > 5 {
                break code;
            }
            for command in commands {
                let arguments: Vec<&str> = command.iter().map(String::as_str).collect();
                run_git(folder, &arguments);
            }
        };
        assert_eq!(code, Some(0), "{way}, after the advice");
        let _ = try_git(folder, &["sparse-checkout", "disable"]);
    }
    // What is gone from the commit too is missing, whatever is left out.
    run_git(
        folder,
        &[
            "sparse-checkout",
            "set",
            "--cone",
            "services/orders/schemas/shop/Refund",
            "services/orders/schemas/_shared",
        ],
    );
    run_git(
        folder,
        &["rm", "--quiet", "-r", "--sparse", "services/orders/schemas/shop/Order"],
    );
    let (code, text) = run_in(&workspace, &["check"], &[]);
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.contains("the event is missing") && !text.contains("sparse-checkout"),
        "{text}"
    );
}

#[test]
fn an_advice_that_needs_the_history_says_how_a_shallow_clone_gets_it() {
    let folder = repository(&[""]);
    for arguments in [
        &["retire", "Order", "--reason", "over"][..],
        &["move", "Order", "Purchase", "--reason", "a better name"],
    ] {
        let source = tempfile::tempdir().unwrap();
        copy_folder(folder.path(), &source.path().join("source"));
        let source = source.path().join("source");
        if arguments[0] == "retire" {
            assert_eq!(run_in(&source, arguments, &[]).0, Some(0));
        }
        run_git(&source, &["rm", "--quiet", "-r", "schemas/shop/Order"]);
        fs::create_dir_all(source.join("schemas")).unwrap();
        fs::write(source.join("schemas/.gitkeep"), "").unwrap();
        commit(&source);
        commit_readme(&source);
        let url = format!("file://{}", source.display());
        run_git(&source, &["clone", "--quiet", "--depth=1", &url, "clone"]);
        let clone = source.join("clone");
        let undo = ["retire", "shop/Order", "--undo", "--reason", "needed"];
        let deed = if arguments[0] == "retire" {
            &undo[..]
        } else {
            &["check"]
        };
        let (code, text) = run_in(&clone, deed, &[]);
        assert!(matches!(code, Some(1 | 2)), "{text}");
        for part in ["`git fetch --unshallow`", "fetch-depth: 0"] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
        run_git(&clone, &["fetch", "--quiet", "--unshallow"]);
        let (code, text) = run_in(&clone, deed, &[]);
        assert!(!text.contains("shallow"), "{text}");
        assert_eq!(code, Some(i32::from(arguments[0] != "retire")), "{text}");
    }
}

fn commit_readme(folder: &Path) {
    fs::write(folder.join("README"), "later").unwrap();
    commit(folder);
}

#[test]
fn a_workspace_in_a_submodule_is_named_where_it_is_not_checked() {
    let folder = repository(&["billing"]);
    let other = repository(&[""]);
    let add = [
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        "--force",
    ];
    run_git(
        folder.path(),
        &[&add[..], &[other.path().to_str().unwrap(), "orders"]].concat(),
    );
    commit(folder.path());
    let told = "`schemactl check --workspace orders`";
    let (code, text) = run_in(folder.path(), &["check"], &[]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains(told), "{text}");
    run_git(folder.path(), &["rm", "--quiet", "-r", "billing"]);
    let (code, text) = run_in(folder.path(), &["check"], &[]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains(told), "{text}");
    run_git(folder.path(), &["submodule", "--quiet", "deinit", "--force", "orders"]);
    let (code, text) = run_in(folder.path(), &["check"], &[]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("`git submodule update --init orders`"), "{text}");
}

/// What the page of `released-schema-changed` says of attributes is true.
#[test]
fn an_attribute_that_changes_content_is_taken_back_as_the_page_says() {
    let folder = repository(&[""]);
    let path = "schemas/shop/Order/1.0.json";
    let schema =
        r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "description": "$Id$", "type": "object"}"#;
    fs::write(folder.path().join(path), schema).unwrap();
    fs::remove_file(folder.path().join("schemactl.lock")).unwrap();
    commit(folder.path());
    assert_eq!(run_in(folder.path(), &["check", "--release"], &[]).0, Some(0));
    fs::write(folder.path().join(".gitattributes"), "*.json ident\n").unwrap();
    commit(folder.path());
    run_git(folder.path(), &["branch", "--force", "main"]);
    let restore = || {
        fs::remove_file(folder.path().join(path)).unwrap();
        run_git(folder.path(), &["checkout", "--", path]);
    };
    restore();
    let (code, text) = against_main(folder.path());
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("error[released-schema-changed]"), "{text}");
    let page = run_in(folder.path(), &["explain", "released-schema-changed"], &[]).1;
    let line = "schemas/** -ident";
    assert!(page.contains(line), "{page}");
    fs::write(folder.path().join(".gitattributes"), format!("*.json ident\n{line}\n")).unwrap();
    restore();
    let (code, text) = against_main(folder.path());
    assert_eq!(code, Some(0), "{text}");
    // Line ends do not count.
    fs::write(folder.path().join(path), schema.replace(", ", ",\r\n")).unwrap();
    assert_eq!(against_main(folder.path()).0, Some(0));
}

/// A gate whose repository git does not look for is no gate, and says why.
#[test]
fn a_repository_behind_a_ceiling_is_told_as_that() {
    let folder = repository(&["a"]);
    let workspace = folder.path().join("a");
    let ceiling = folder.path().canonicalize().unwrap();
    let variable = ("GIT_CEILING_DIRECTORIES", ceiling.to_str().unwrap());
    let (code, text) = run_in(&workspace, &["check", "--against", "main"], &[variable]);
    assert_eq!(code, Some(2), "{text}");
    assert!(
        text.contains("GIT_CEILING_DIRECTORIES keeps git from looking"),
        "{text}"
    );
    let (code, text) = run_in(&workspace, &["check", "--against", "main"], &[]);
    assert_eq!(code, Some(0), "{text}");
}

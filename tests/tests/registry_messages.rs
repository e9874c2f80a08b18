//! What commands say of a registry that is not as somebody believes: each message names what is wrong and leads on.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

mod support;

use std::fs;
use std::path::Path;

use schemactl_push::{Remote as _, Tags};
use schemactl_tests::{copy_folder, run_git};
use support::{Remote, told};

const TWO_PLACES: &str = "version = 1\n[registry]\nname = \"events\"\n[check]\nmode = \"none\"\n\
                          [env.staging]\nregistry = \"events-staging\"\n[env.prod]\nregistry = \"events-prod\"\n";

fn with_environments() -> Remote {
    let remote = Remote::empty("");
    remote.version("Order", "1.0", "id");
    fs::write(remote.folder.path().join("schemactl.toml"), TWO_PLACES).unwrap();
    remote
}

#[test]
fn a_plan_of_another_environment_names_it() {
    let remote = with_environments();
    let plan = remote.folder.path().join("plan.json");
    let plan = plan.to_str().unwrap();
    for (made, pushed, expected) in [
        (
            &["--env", "staging"][..],
            &["--env", "prod"][..],
            "`schemactl push --env staging --plan-file",
        ),
        (&["--env", "staging"], &[], "`schemactl push --env staging --plan-file"),
        (&[], &["--env", "prod"], "it is a plan of no environment"),
    ] {
        assert_eq!(remote.run(&[&["plan", "--plan-file", plan], made].concat()).0, Some(0));
        let (code, _, said) = remote.run(&[&["push", "--create-registry", "--plan-file", plan], pushed].concat());
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains(expected), "{made:?} {pushed:?}: {said}");
    }
}

#[test]
fn the_registry_of_no_environment_is_shown_once_it_exists() {
    let remote = with_environments();
    assert_eq!(remote.run(&["push", "--env", "prod", "--create-registry"]).0, Some(0));
    let (_, text, _) = remote.run(&["status"]);
    assert!(!text.contains("[registry]"), "{text}");
    assert_eq!(remote.run(&["push", "--create-registry"]).0, Some(0));
    remote.add_version("shop@Order", r#"{"type": "string"}"#, "console");
    let (code, text, said) = remote.run(&["status"]);
    assert_eq!(code, Some(6), "its difference counts: {text}{said}");
    assert!(
        text.starts_with("[registry]\n") && text.contains("\n\n[env.prod]\n"),
        "{text}"
    );
    // One that an environment is about is shown there.
    let settings = TWO_PLACES.replace("\"events-prod\"", "\"events\"");
    fs::write(remote.folder.path().join("schemactl.toml"), settings).unwrap();
    let (_, text, _) = remote.run(&["status"]);
    assert!(!text.contains("[registry]"), "{text}");
}

#[test]
fn a_prefix_that_no_schema_has_is_answered_with_the_one_that_was_meant() {
    let remote = Remote::empty("");
    for event in ["OrderPlaced", "Refund"] {
        remote.version(event, "1.0", "id");
    }
    assert_eq!(remote.run(&["push", "--create-registry"]).0, Some(0));
    for (prefix, meant) in [
        ("shop@Ordr", "did you mean `shop@OrderPlaced`?"),
        ("shpo@", "did you mean `shop@OrderPlaced`?"),
        ("shop@refund", "did you mean `shop@Refund`?"),
        ("nothing-like-it", "the schemas are shop@OrderPlaced, shop@Refund"),
    ] {
        let (code, _, said) = remote.run(&["pull", prefix]);
        assert_eq!(code, Some(2), "{prefix}: {said}");
        assert!(said.contains(meant), "{prefix}: {said}");
    }
}

#[test]
fn a_retired_event_is_named_by_push_and_not_made_anew() {
    let remote = Remote::empty("");
    for event in ["Order", "Refund"] {
        remote.version(event, "1.0", "id");
    }
    assert_eq!(remote.run(&["push", "--create-registry"]).0, Some(0));
    assert_eq!(
        remote
            .run(&["retire", "Refund", "--reason", "no refunds", "--author", "a"])
            .0,
        Some(0)
    );
    for is_deleted in [false, true] {
        if is_deleted {
            fs::remove_dir_all(remote.folder.path().join("schemas/shop/Refund")).unwrap();
        }
        let (code, text, said) = remote.run(&["push"]);
        assert_eq!(code, Some(0), "{said}");
        assert!(
            text.contains("schema shop@Refund is of shop/Refund, which is retired; left alone"),
            "{text}"
        );
    }
    let (code, _, said) = remote.run(&["new", "event", "shop/Refund"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(
        said.contains("shop/Refund was retired on ") && said.contains("no refunds"),
        "{said}"
    );
    assert!(
        said.contains("`schemactl retire shop/Refund --undo --reason …`"),
        "{said}"
    );
    assert!(!remote.folder.path().join("schemas/shop/Refund").exists());
}

/// A released event whose folder was lost is no new one either.
#[test]
fn a_lost_event_is_not_made_anew() {
    let remote = Remote::empty("");
    remote.version("Order", "1.0", "id");
    assert_eq!(remote.run(&["push", "--create-registry"]).0, Some(0));
    fs::remove_dir_all(remote.folder.path().join("schemas/shop/Order")).unwrap();
    let (code, _, said) = remote.run(&["new", "event", "shop/Order"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("restore schemas/shop/Order from the history"), "{said}");
}

#[test]
fn one_deleted_schema_is_one_error() {
    let remote = Remote::empty("");
    remote.version("Order", "1.0", "id");
    let folder = remote.folder.path().join("schemas/shop/Order");
    fs::create_dir_all(folder.join("examples/1.0")).unwrap();
    fs::write(folder.join("examples/1.0/one.json"), r#"{"id": 1}"#).unwrap();
    assert_eq!(remote.run(&["check", "--release"]).0, Some(0));
    fs::remove_file(folder.join("1.0.json")).unwrap();
    let (code, text, _) = remote.run(&["check"]);
    assert_eq!(code, Some(1));
    assert!(
        text.contains("error[released-schema-missing]") && text.contains(": 1 error"),
        "{text}"
    );
}

/// Two workspaces of a repository that share the registries of `settings`.
fn two_workspaces(settings: &str) -> Remote {
    let remote = Remote::empty("");
    remote.version("Order", "1.0", "id");
    let root = remote.folder.path();
    for name in ["orders", "billing"] {
        let folder = root.join("services").join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("schemactl.toml"), settings).unwrap();
    }
    copy_folder(&root.join("schemas"), &root.join("services/orders/schemas"));
    fs::rename(root.join("schemas/shop/Order"), root.join("schemas/shop/Invoice")).unwrap();
    let renamed = root.join("schemas/shop/Invoice/event.toml");
    fs::write(renamed, "source = \"shop\"\ndetail-type = \"Invoice\"\n").unwrap();
    fs::rename(root.join("schemas"), root.join("services/billing/schemas")).unwrap();
    fs::remove_file(root.join("schemactl.toml")).unwrap();
    remote
}

fn run_in(remote: &Remote, workspace: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = remote.schemactl(arguments);
    let folder = remote.folder.path().join("services").join(workspace);
    told(&command.current_dir(folder).output().unwrap())
}

#[test]
fn a_pull_leaves_out_what_another_workspace_of_the_repository_registers() {
    let remote = two_workspaces(TWO_PLACES);
    run_git(remote.folder.path(), &["init", "-q", "."]);
    for (workspace, environment) in [
        ("orders", &[][..]),
        ("billing", &[]),
        ("orders", &["--env", "prod"]),
        ("billing", &["--env", "prod"]),
    ] {
        let (code, _, said) = run_in(
            &remote,
            workspace,
            &[&["push", "--create-registry"], environment].concat(),
        );
        assert_eq!(code, Some(0), "{said}");
    }
    remote.add_version("shop@Invoice", r#"{"type": "string"}"#, "console");
    let foreign = r#"{"type": "object"}"#;
    let new = schemactl_push::NewSchema {
        name: "shop@Others",
        type_: schemactl_model::SchemaType::JsonSchemaDraft4,
        content: foreign,
        description: None,
        tags: &Tags::new(),
    };
    remote.client().create_schema(&new).unwrap();
    for environment in [&["--env", "prod"][..], &[]] {
        let (_, text, said) = run_in(&remote, "orders", &[&["pull"], environment].concat());
        let line = "- shop@Invoice is left out: the workspace services/billing registers it";
        assert!(text.contains(line), "{environment:?}: {text}{said}");
        assert!(text.contains("= shop/Order@1.0"), "{text}");
        assert_eq!(text.contains("+ shop/Others@1.0"), environment.is_empty(), "{text}");
    }
    let folder = |path: &str| remote.folder.path().join("services/orders/schemas/shop").join(path);
    assert!(!folder("Invoice").exists() && folder("Others").exists());
    // Its own registry is another one.
    let settings = TWO_PLACES.replace("\"events\"", "\"elsewhere\"");
    fs::write(remote.folder.path().join("services/billing/schemactl.toml"), settings).unwrap();
    let (_, text, _) = run_in(&remote, "orders", &["pull", "--dry-run"]);
    assert!(text.contains("+ shop/Invoice@1.0"), "{text}");
    assert!(Path::new(&folder("Order")).exists());
}

//! `[env.NAME]` of schemactl.toml: the same workspace in several registries. What is promoted is the same, credentials of another account
//! write nothing, and what is said of a place is true of it.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

mod support;

use std::fs;

use schemactl_push::Remote as _;
use schemactl_tests::run_git;
use support::Remote;

/// The account that the server says its caller is of.
const ACCOUNT: &str = "000000000000";

fn remote() -> Remote {
    let remote = Remote::empty("");
    remote.version("Order", "1.0", "id");
    remote.version("Order", "1.1", "note");
    settings(&remote, ACCOUNT);
    remote
}

fn settings(remote: &Remote, account_of_prod: &str) {
    let text = format!(
        "version = 1\n[registry]\nname = \"events\"\n[check]\nmode = \"none\"\n\
         [env.staging]\nregistry = \"events-staging\"\naccount = \"{ACCOUNT}\"\n\
         [env.prod]\nregistry = \"events-prod\"\nregion = \"us-east-1\"\naccount = \"{account_of_prod}\"\n"
    );
    fs::write(remote.folder.path().join("schemactl.toml"), text).unwrap();
}

fn lock(remote: &Remote) -> String {
    fs::read_to_string(remote.folder.path().join("schemactl.lock")).unwrap_or_default()
}

#[test]
fn what_is_promoted_is_what_was_tried() {
    let remote = remote();
    let (code, _, said) = remote.run(&["push", "--env", "staging", "--create-registry"]);
    assert_eq!(code, Some(0), "{said}");
    let released = lock(&remote);
    assert!(released.contains("\"1.1\""), "{released}");
    // A region of the surroundings does not move an environment.
    let mut push = remote.schemactl(&["push", "--env", "prod", "--create-registry"]);
    let (code, _, said) = support::told(&push.env("AWS_REGION", "eu-west-1").output().unwrap());
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(lock(&remote), released, "the same lock");
    let content = |registry: &str, version: &str| {
        let name = ["--registry-name", registry, "--schema-name", "shop@Order"];
        let describe = ["describe-schema", "--schema-version", version];
        remote.aws(&[&describe[..], &name[..]].concat())["Content"].clone()
    };
    for version in ["1", "2"] {
        let of_staging = content("events-staging", version);
        assert!(of_staging.is_string());
        assert_eq!(of_staging, content("events-prod", version));
    }
    // Nothing is left to do in either, and what one holds is no reason to write to the other.
    for environment in ["staging", "prod"] {
        let (code, _, said) = remote.run(&["plan", "--env", environment, "--detailed-exitcode"]);
        assert_eq!(code, Some(0), "{said}");
    }
    let (code, text, _) = remote.run(&["plan", "--detailed-exitcode"]);
    assert_eq!(code, Some(10), "the registry of no environment has nothing: {text}");
}

#[test]
fn credentials_of_another_account_write_nothing() {
    let remote = remote();
    settings(&remote, "111122223333");
    for command in ["push", "plan", "status", "pull", "prune"] {
        let (code, text, said) = remote.run(&[command, "--env", "prod"]);
        assert_eq!(code, Some(2), "{command}: {text}{said}");
        assert!(text.is_empty(), "{command}: {text}");
        assert!(
            said.contains(
                "environment `prod` is account 111122223333, and the credentials belong to account 000000000000"
            ),
            "{command}: {said}"
        );
    }
    assert_eq!(remote.writes(), 0);
    assert_eq!(lock(&remote), "");
    let (code, text, _) = remote.run(&["doctor", "--env", "prod"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("WRONG  account"), "{text}");
    // Advice without the environment would create another registry.
    let staging = remote.run(&["doctor", "--env", "staging"]).1;
    assert!(
        staging.contains("`schemactl push --env staging --create-registry`"),
        "{staging}"
    );
    let (code, text, _) = remote.run(&["doctor", "--env", "staging"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("ok     account"), "{text}");
}

#[test]
fn an_environment_that_there_is_not_is_a_wrong_call() {
    let remote = remote();
    for command in ["push", "plan", "status", "pull", "prune", "doctor", "iam-policy"] {
        let (code, _, said) = remote.run(&[command, "--env", "prd"]);
        assert_eq!(code, Some(2), "{command}: {said}");
        assert!(said.contains("schemactl.toml has no environment `prd`"), "{said}");
        assert!(
            said.contains("did you mean `prod`? The environments are prod, staging"),
            "{said}"
        );
    }
    assert_eq!(remote.server.requests().len(), 0);
    remote.settings("");
    let (code, _, said) = remote.run(&["push", "--env", "prod"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("add [env.prod]"), "{said}");
}

#[test]
fn the_state_of_all_environments_is_shown_and_the_loudest_code_counts() {
    let remote = remote();
    remote.run(&["push", "--env", "staging", "--create-registry"]);
    let (code, text, said) = remote.run(&["status"]);
    assert_eq!(code, Some(0), "{text}{said}");
    let (prod, staging) = text.split_once("[env.staging]").unwrap();
    assert!(
        prod.starts_with("[env.prod]") && prod.contains("registry events-prod"),
        "{text}"
    );
    assert!(
        prod.contains("shop/Order@1.1  not registered"),
        "not promoted is not lost: {text}"
    );
    assert!(
        staging.contains("registry events-staging") && staging.contains("registered"),
        "{text}"
    );
    settings(&remote, "111122223333");
    let (code, text, said) = remote.run(&["status"]);
    assert_eq!(code, Some(2), "{text}{said}");
    assert!(text.contains("registry events-staging"), "the other is shown: {text}");
}

#[test]
fn a_profile_by_name_wins_over_keys_of_the_surroundings() {
    let remote = remote();
    let folder = remote.folder.path();
    let text = fs::read_to_string(folder.join("schemactl.toml")).unwrap();
    fs::write(
        folder.join("schemactl.toml"),
        text.replace("[env.prod]\n", "[env.prod]\nprofile = \"production\"\n"),
    )
    .unwrap();
    let credentials = folder.join("credentials");
    fs::write(
        &credentials,
        "[production]\naws_access_key_id = AKIAPRODUCTION001\naws_secret_access_key = x\n",
    )
    .unwrap();
    let doctor = |arguments: &[&str]| {
        let mut doctor = remote.schemactl(&[&["doctor", "--env", "prod"], arguments].concat());
        let doctor = doctor
            .env("AWS_SHARED_CREDENTIALS_FILE", &credentials)
            .env("AWS_ACCESS_KEY_ID", "AKIASURROUNDINGS1");
        support::told(&doctor.output().unwrap()).1
    };
    assert!(doctor(&[]).contains("AKIA…N001"), "{}", doctor(&[]));
    fs::write(
        &credentials,
        "[other]\naws_access_key_id = AKIAOTHERPROFILE2\naws_secret_access_key = x\n",
    )
    .unwrap();
    assert!(doctor(&["--profile", "other"]).contains("AKIA…ILE2"));
}

#[test]
fn the_server_answers_for_the_account() {
    let remote = remote();
    let mut aws = remote.with_settings(&schemactl_tests::python_program("aws"));
    let aws = aws.env("AWS_ENDPOINT_URL_STS", remote.server.url());
    let output = aws
        .args(["sts", "get-caller-identity", "--output", "json"])
        .output()
        .unwrap();
    let answer: serde_json::Value = serde_json::from_str(&schemactl_tests::stdout(&output)).unwrap();
    assert_eq!(answer["Account"], ACCOUNT);
    let output = aws.args(["get-session-token"]).output().unwrap();
    assert!(!output.status.success(), "of STS only that is answered");
}

/// Credentials are of one account, and two environments can be of two.
#[test]
fn a_check_against_environments_of_two_accounts_names_one_of_them() {
    let remote = remote();
    for environment in ["prod", "staging"] {
        assert_eq!(
            remote.run(&["push", "--env", environment, "--create-registry"]).0,
            Some(0)
        );
    }
    settings(&remote, "111122223333");
    let (code, _, said) = remote.run(&["check", "--against", "registry"]);
    assert_eq!(code, Some(2), "{said}");
    for part in [
        "is account 111122223333",
        "reads the registries of all environments",
        "`--against registry:prod`, `--against registry:staging`",
        "`profile`",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let (code, _, said) = remote.run(&["check", "--against", "registry:staging"]);
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn a_check_against_the_registry_is_one_against_those_of_the_environments() {
    let remote = remote();
    assert_eq!(
        remote.run(&["push", "--env", "staging", "--create-registry"]).0,
        Some(0)
    );
    // What is only there in one of them is released; the lock does not know it.
    fs::remove_file(remote.folder.path().join("schemactl.lock")).unwrap();
    remote.version("Order", "1.1", "other");
    settings(&remote, ACCOUNT);
    for (base, code, part) in [
        ("registry", 1, "error[released-schema-changed]"),
        ("registry:staging", 1, "error[released-schema-changed]"),
        ("registry:prod", 0, "the registry `events-prod` does not exist yet"),
        ("registry:pord", 2, "did you mean `prod`?"),
    ] {
        let (found, text, said) = remote.run(&["check", "--against", base]);
        assert_eq!(found, Some(code), "{base}: {text}{said}");
        assert!(format!("{text}{said}").contains(part), "{base}: {text}{said}");
    }
    // The other one has what the workspace has: that hides nothing.
    assert_eq!(remote.run(&["push", "--env", "prod", "--create-registry"]).0, Some(0));
    let (code, text, said) = remote.run(&["check", "--against", "registry"]);
    assert_eq!(code, Some(1), "{text}{said}");
    settings(&remote, "111122223333");
    let (code, _, said) = remote.run(&["check", "--against", "registry"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("is account 111122223333"), "{said}");
}

/// Followed as it is written, an advice is about the registry of which something was said.
#[test]
fn what_is_advised_is_about_the_same_environment() {
    let remote = remote();
    assert_eq!(remote.run(&["push", "--env", "prod", "--create-registry"]).0, Some(0));
    let schema = ["--registry-name", "events-prod", "--schema-name", "shop@Order"];
    let update = [
        "update-schema",
        "--type",
        "JSONSchemaDraft4",
        "--content",
        "{\"type\": \"string\"}",
    ];
    remote.aws(&[&update[..], &schema[..]].concat());
    for arguments in [
        &["status", "--env", "prod"][..],
        &["status"],
        &["push", "--env", "prod"],
        &["plan", "--env", "prod"],
    ] {
        let (_, _, said) = remote.run(arguments);
        for part in ["`schemactl push --env prod --repair`", "`schemactl pull --env prod`"] {
            assert!(said.contains(part), "{arguments:?}, {part}: {said}");
        }
        for command in ["push", "pull"] {
            assert!(!said.contains(&format!("`schemactl {command} --repair")), "{said}");
            assert!(!said.contains(&format!("`schemactl {command}`")), "{said}");
        }
    }
    assert_eq!(remote.run(&["push", "--env", "prod", "--repair"]).0, Some(0));
    assert_eq!(remote.run(&["status", "--env", "prod"]).0, Some(0));
}

fn delete_schema(remote: &Remote, event: &str) {
    let (registry, schema) = ("events-prod", format!("shop@{event}"));
    remote.client_of(registry).delete_schema(&schema).unwrap();
}

/// Deletes what this machine has seen of registries, so that it knows as little as a job of CI.
fn forget_registries(remote: &Remote) {
    let _ = fs::remove_dir_all(remote.folder.path().join(".schemactl"));
}

#[track_caller]
fn expect_status(remote: &Remote, code: i32, parts: &[&str]) {
    let (found, text, said) = remote.run(&["status", "--env", "prod"]);
    assert_eq!(found, Some(code), "{text}{said}");
    for part in parts {
        assert!(
            text.contains(part) || said.contains(part),
            "{part} is not in\n{text}{said}"
        );
    }
}

/// The lock is one for all environments, and does not say which of its versions were promoted. What this machine has seen there does.
#[test]
fn a_schema_that_a_registry_has_lost_whole_is_missing_where_it_was_seen() {
    for seen_by in ["push", "status", "plan", "tag"] {
        let remote = remote();
        remote.version("Refund", "1.0", "id");
        remote.run(&["push", "--env", "staging", "--create-registry"]);
        remote.run(&["push", "--env", "prod", "--create-registry"]);
        if seen_by == "tag" {
            remote.run(&["push", "--env", "prod", "--refresh-tags"]);
        }
        if seen_by != "push" {
            forget_registries(&remote);
            let command = if seen_by == "tag" { "push" } else { seen_by };
            assert_eq!(remote.run(&[command, "--env", "prod"]).0, Some(0), "{seen_by}");
        }
        delete_schema(&remote, "Order");
        for _ in 0..2 {
            let missing = "shop/Order@1.1   missing: released, and not in the registry";
            expect_status(
                &remote,
                6,
                &[missing, "`schemactl push --env prod` registers them again"],
            );
        }
        assert_eq!(remote.run(&["push", "--env", "prod"]).0, Some(0));
        expect_status(&remote, 0, &["3 versions registered, 0 not"]);
    }
}

/// Where nothing was seen, the history of the lock tells: a registry with a later release has got every earlier one.
#[test]
fn a_schema_that_a_registry_has_lost_whole_is_missing_where_a_later_release_is_there() {
    let remote = remote();
    let folder = remote.folder.path().to_owned();
    let git = |arguments: &[&str]| run_git(&folder, arguments);
    let release = |event: &str| {
        remote.version(event, "1.0", "id");
        assert_eq!(remote.run(&["check", "--release"]).0, Some(0));
        git(&["add", "schemactl.toml", "schemactl.lock", "schemas"]);
        git(&["commit", "--quiet", "--message", event]);
    };
    let push = |environment: &str| remote.run(&["push", "--env", environment, "--create-registry"]).0;
    git(&["init", "--quiet", "--initial-branch=main"]);
    release("Refund");
    release("Payment");
    assert_eq!(push("prod"), Some(0));
    // Two branches, neither of which tells of the other.
    git(&["checkout", "--quiet", "-b", "work"]);
    release("Parcel");
    git(&["checkout", "--quiet", "main"]);
    release("Invoice");
    assert_eq!(push("prod"), Some(0));
    git(&["merge", "--quiet", "--no-edit", "-X", "ours", "work"]);
    assert_eq!(remote.run(&["check", "--release"]).0, Some(0));
    git(&["commit", "--quiet", "--all", "--allow-empty", "--message=lock"]);
    release("Voucher");
    forget_registries(&remote);
    let not_promoted = ["shop/Parcel@1.0   not registered", "shop/Voucher@1.0  not registered"];
    expect_status(&remote, 0, &not_promoted);
    delete_schema(&remote, "Refund");
    forget_registries(&remote);
    expect_status(
        &remote,
        6,
        &["shop/Refund@1.0   missing", not_promoted[0], not_promoted[1]],
    );
    // A clone without history does not know, and says so.
    git(&[
        "clone",
        "--quiet",
        "--depth=1",
        &format!("file://{}", folder.display()),
        "clone",
    ]);
    let mut status = remote.schemactl(&["status", "--env", "prod"]);
    let (code, text, said) = support::told(&status.current_dir(folder.join("clone")).output().unwrap());
    assert_eq!(code, Some(0), "{text}{said}");
    assert!(said.contains("`git fetch --unshallow`"), "{said}");
}

/// A policy is for the registry of the environment, in its region and account; options name others.
#[test]
fn a_policy_is_for_an_environment() {
    let remote = remote();
    for (arguments, arn) in [
        (
            &["--env", "prod"][..],
            "arn:aws:schemas:us-east-1:000000000000:schema/events-prod/*",
        ),
        (
            &["--env", "staging"],
            "arn:aws:schemas:*:000000000000:schema/events-staging/*",
        ),
        (
            &["--env", "prod", "--region", "eu-west-1", "--account", "111122223333"],
            "arn:aws:schemas:eu-west-1:111122223333:schema/events-prod/*",
        ),
        (
            &["--env", "prod", "--registry", "other"],
            "arn:aws:schemas:us-east-1:000000000000:schema/other/*",
        ),
        (&[], "arn:aws:schemas:*:*:schema/events/*"),
    ] {
        let (code, text, said) = remote.run(&[&["iam-policy"], arguments].concat());
        assert_eq!(code, Some(0), "{arguments:?}: {said}");
        let policy: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(policy["Statement"][1]["Resource"][0], arn, "{arguments:?}");
    }
    assert_eq!(remote.server.requests().len(), 0);
}

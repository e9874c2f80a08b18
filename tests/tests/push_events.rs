//! A push of some events, and events that are not for every environment: what is left alone is neither written nor judged, and the output says so.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

mod support;

use std::fs;

use support::Remote;

fn three_events() -> Remote {
    let remote = Remote::empty("");
    for event in ["Order", "Refund", "Parcel"] {
        remote.version(event, "1.0", "id");
    }
    remote.version("Order", "1.1", "note");
    remote
}

fn registered(remote: &Remote) -> Vec<String> {
    let listed = remote.aws(&["list-schemas", "--registry-name", "events"]);
    let schemas = listed["Schemas"].as_array().cloned().unwrap_or_default();
    schemas
        .iter()
        .map(|schema| format!("{}={}", schema["SchemaName"].as_str().unwrap(), schema["VersionCount"]))
        .collect()
}

#[test]
fn a_push_of_some_events_writes_them_and_counts_the_others() {
    let remote = three_events();
    let (code, text, said) = remote.run(&["push", "--create-registry", "--event", "Order@1.0", "--event", "Refund"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        text.contains("2 versions of 2 events are not selected by `--event`, and left alone"),
        "{text}"
    );
    assert_eq!(registered(&remote), ["shop@Order=1", "shop@Refund=1"]);
    let lock = fs::read_to_string(remote.folder.path().join("schemactl.lock")).unwrap();
    assert!(!lock.contains("Parcel") && !lock.contains("\"1.1\""), "{lock}");
    let (code, ..) = remote.run(&["plan", "--event", "Order@1.0,Refund", "--detailed-exitcode"]);
    assert_eq!(code, Some(0));
    let (code, ..) = remote.run(&["plan", "--event", "Parcel", "--detailed-exitcode"]);
    assert_eq!(code, Some(10));
}

#[test]
fn a_conflict_of_another_event_is_no_reason_to_fail() {
    let remote = three_events();
    assert_eq!(remote.run(&["push", "--create-registry"]).0, Some(0));
    remote.add_version("shop@Parcel", r#"{"type": "string"}"#, "console");
    remote.version("Order", "1.2", "more");
    assert_eq!(remote.run(&["push", "--dry-run"]).0, Some(6));
    for command in [
        &["push", "--event", "Order"][..],
        &["push", "--repair", "--event", "Order"],
        &["push", "--adopt", "--event", "Refund"],
        &["plan", "--event", "Order", "--detailed-exitcode"],
    ] {
        let (code, text, said) = remote.run(command);
        assert_eq!(code, Some(0), "{command:?}: {text}{said}");
    }
    let (code, text, _) = remote.run(&["push", "--event", "Parcel"]);
    assert_eq!(code, Some(6), "{text}");
    assert_eq!(
        registered(&remote),
        ["shop@Order=3", "shop@Parcel=2", "shop@Refund=1"],
        "nothing was written above the version of the console"
    );
}

#[test]
fn an_error_of_another_event_is_told_and_stops_nothing() {
    let remote = three_events();
    let file = remote.folder.path().join("schemas/shop/Parcel/1.1.json");
    fs::write(file, r#"{"type": "strin"}"#).unwrap();
    let (code, _, said) = remote.run(&["push", "--create-registry", "--event", "Order"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("finds 1 error in events that are not selected"), "{said}");
    assert_eq!(remote.run(&["push", "--event", "Parcel"]).0, Some(1));
    assert_eq!(remote.run(&["push", "--event", "Parcel@1.0"]).0, Some(1));
    assert_eq!(registered(&remote), ["shop@Order=2"]);
}

#[test]
fn a_name_that_is_no_event_is_answered_with_the_one_that_was_meant() {
    let remote = three_events();
    for command in ["push", "plan"] {
        for (event, expected) in [
            ("Ordr", "did you mean `Order`?"),
            ("Order@3", "the versions of shop/Order are 1.0, 1.1"),
        ] {
            let (code, _, said) = remote.run(&[command, "--event", event]);
            assert_eq!(code, Some(2), "{command} {event}");
            assert!(said.contains(expected), "{command} {event}: {said}");
        }
    }
}

#[test]
fn a_plan_file_of_some_events_writes_exactly_them() {
    let remote = three_events();
    let plan = remote.folder.path().join("plan.json");
    let plan = plan.to_str().unwrap();
    let (code, ..) = remote.run(&["plan", "--event", "Order", "--plan-file", plan]);
    assert_eq!(code, Some(0));
    // What is not selected is no part of the plan, whatever becomes of it.
    remote.version("Parcel", "1.1", "later");
    remote.version("Order", "1.2", "later");
    let (code, text, said) = remote.run(&["push", "--create-registry", "--plan-file", plan]);
    assert_eq!(code, Some(0), "{text}{said}");
    assert_eq!(registered(&remote), ["shop@Order=2"]);
    assert_eq!(
        remote.run(&["push", "--plan-file", plan, "--event", "Refund"]).0,
        Some(2)
    );
    // A selected version that changes is.
    remote.run(&["plan", "--event", "Refund", "--plan-file", plan]);
    remote.version("Refund", "1.0", "other");
    let (code, _, said) = remote.run(&["push", "--plan-file", plan]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("shop@Refund 1.0 is another schema"), "{said}");
}

/// `Refund` is registered in staging only.
fn with_environments() -> Remote {
    let remote = three_events();
    let folder = remote.folder.path();
    fs::write(
        folder.join("schemas/shop/Refund/event.toml"),
        "source = \"shop\"\ndetail-type = \"Refund\"\nenvironments = [\"staging\"]\n",
    )
    .unwrap();
    fs::write(
        folder.join("schemactl.toml"),
        "version = 1\n[registry]\nname = \"events\"\n[check]\nmode = \"none\"\n\
         [env.staging]\nregistry = \"events-staging\"\n[env.prod]\n",
    )
    .unwrap();
    remote
}

#[test]
fn an_event_is_pushed_to_its_environments_and_named_in_the_others() {
    let remote = with_environments();
    for (environment, written) in [("staging", 4), ("prod", 3)] {
        let (code, text, said) = remote.run(&["push", "--env", environment, "--create-registry"]);
        assert_eq!(code, Some(0), "{said}");
        assert!(text.contains(&format!("{0} of {0} writes made", written + 1)), "{text}");
        assert_eq!(text.contains("not for this registry"), environment == "prod", "{text}");
    }
    assert_eq!(registered(&remote), ["shop@Order=2", "shop@Parcel=1"]);
    let (code, text, _) = remote.run(&["status", "--env", "prod"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("shop/Refund@1.0  not for prod\n"), "{text}");
    assert!(text.contains("3 versions registered, 0 not, 1 not for prod"), "{text}");
    let (code, text, _) = remote.run(&["status", "--env", "staging"]);
    assert!(
        code == Some(0) && text.contains("4 versions registered, 0 not\n"),
        "{text}"
    );
    let (code, _, said) = remote.run(&["push", "--env", "prod", "--event", "Refund"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("shop/Refund is not for prod"), "{said}");
    let (_, text, _) = remote.run(&["doctor", "--env", "prod"]);
    assert!(text.contains("3 events, 1 of them not for prod"), "{text}");
}

#[test]
fn an_event_that_leaves_an_environment_stays_there_until_somebody_deletes_it() {
    let remote = with_environments();
    let settings = remote.folder.path().join("schemas/shop/Refund/event.toml");
    let limited = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, limited.replace("[\"staging\"]", "[\"staging\", \"prod\"]")).unwrap();
    assert_eq!(remote.run(&["push", "--env", "prod", "--create-registry"]).0, Some(0));
    fs::write(&settings, &limited).unwrap();
    for command in [
        &["status", "--env", "prod"][..],
        &["push", "--env", "prod"],
        &["prune", "--env", "prod", "--enable-deletes", "--yes"],
    ] {
        let (code, text, said) = remote.run(command);
        assert_eq!(code, Some(0), "{command:?}: {said}");
        if command[0] != "prune" {
            assert!(
                text.contains("schema shop@Refund is registered, and shop/Refund is not for this registry"),
                "{text}"
            );
        }
    }
    assert_eq!(registered(&remote).len(), 3);
    let (code, text, _) = remote.run(&["pull", "--env", "prod"]);
    assert!(code == Some(0) && text.contains("- shop@Refund is left out"), "{text}");
    let (code, _, said) = remote.run(&["push", "--env", "prod", "--enable-deletes", "--yes"]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(registered(&remote), ["shop@Order=2", "shop@Parcel=1"]);
}

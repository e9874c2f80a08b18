//! Histories of a registry that are not those of a workspace: versions without a number, versions that are missing here and there, events that are over.
//! What is adopted keeps its number and its place, whatever else is pulled.

use std::fs;

use schemactl_push::{NewSchema, NewVersion, Remote as _, Tags};
use schemactl_tests::run_git;
use serde_json::json;

use super::support::Remote;
use super::{JSON, OPEN_API, detail, fill, filled, listing, open_api, path, run, write};

const ORDER: &str = "com.shop@Order";

fn text(properties: &[&str]) -> (schemactl_model::SchemaType, String) {
    (JSON, detail(properties).to_string())
}

fn add(remote: &Remote, registry: &str, content: &str, token: &str) {
    let version = NewVersion {
        schema: ORDER,
        type_: JSON,
        content,
        token,
    };
    remote.client_of(registry).add_version(&version).unwrap();
}

fn name_environment(remote: &Remote, name: &str) {
    let settings = remote.folder.path().join("schemactl.toml");
    let text = fs::read_to_string(&settings).unwrap() + &format!("[env.{name}]\nregistry = \"{name}\"\n");
    fs::write(&settings, text).unwrap();
}

/// Nothing is left to do: a pull brings nothing, a push writes nothing, and no command complains.
fn assert_settled(remote: &Remote, environment: &[&str]) {
    let (files, writes) = (listing(remote), remote.writes());
    for command in [&["pull"][..], &["check"], &["push", "--adopt"], &["push"], &["status"]] {
        let more = if command == ["check"] { &[][..] } else { environment };
        run(remote, &[command, more].concat(), 0);
    }
    assert_eq!((listing(remote), remote.writes()), (files, writes));
}

#[test]
fn what_stands_below_an_adopted_version_gets_no_number_above_it() {
    let history = [text(&["a"]), text(&["a", "b"]), text(&["a", "b", "c"])];
    let remote = filled(&[(ORDER, &history)]);
    run(&remote, &["pull", "--newest-only"], 0);
    // Not released yet: what is left out is no success.
    let told = run(&remote, &["pull"], 5);
    let reason = "it would be numbered 1.0, but a later version of the registry is 1.0, and numbers must rise: adopt that one, and this one is \
                  superseded";
    assert_eq!(told.matches(reason).count(), 2, "{told}");
    run(&remote, &["push", "--adopt"], 0);
    let told = run(&remote, &["pull"], 0);
    assert!(
        told.contains(
            "- versions 1, 2 of com.shop@Order are left out: they stand below com.shop/Order@1.0, which is released"
        ) && told.contains("2 superseded"),
        "{told}"
    );
    assert_settled(&remote, &[]);
    let told = run(&remote, &["status"], 0);
    assert!(
        told.contains("versions 1, 2 of com.shop@Order were not written by schemactl; left alone"),
        "{told}"
    );
    // A newer one is still news.
    add(&remote, "events", &detail(&["a", "b", "c", "d"]).to_string(), "4");
    let told = run(&remote, &["pull"], 0);
    assert!(told.contains("+ com.shop/Order@1.1\n"), "{told}");
}

/// A version with a fault that nobody can correct in the registry: the event goes on without it, and those after it have the numbers that they had without it.
#[test]
fn a_version_that_was_left_out_stays_out() {
    let faulty = json!({ "type": "object", "properties": { "a": { "type": "strin" } } }).to_string();
    let remote = filled(&[(ORDER, &[text(&["a"]), (JSON, faulty), text(&["a", "b"])])]);
    let told = run(&remote, &["pull"], 5);
    let reason = "! version 2 of com.shop@Order is left out: it is no valid schema (`type` is `strin`; expected one of array, boolean, integer, null, \
                  number, object or string), and version 3 supersedes it\n  + com.shop/Order@1.1\n";
    assert!(told.contains(reason), "{told}");
    run(&remote, &["push", "--adopt"], 0);
    let told = run(&remote, &["pull"], 0);
    assert!(
        told.contains(
            "- version 2 of com.shop@Order is left out: it stands below com.shop/Order@1.1, which is released"
        ),
        "{told}"
    );
    assert_settled(&remote, &[]);
}

/// A version that somebody does not want, and whose file is removed before it is adopted.
#[test]
fn a_version_that_was_removed_before_the_adoption_stays_out() {
    let remote = filled(&[(ORDER, &[text(&["a"]), text(&["a", "b"]), text(&["a", "b", "c"])])]);
    run(&remote, &["pull"], 0);
    fs::remove_file(path(&remote, "com.shop/Order/1.1.json")).unwrap();
    run(&remote, &["push", "--adopt"], 0);
    let told = run(&remote, &["pull"], 0);
    assert!(
        told.contains(
            "- version 2 of com.shop@Order is left out: it stands below com.shop/Order@1.2, which is released"
        ),
        "{told}"
    );
    assert_settled(&remote, &[]);
}

/// Each registry has a version that the other one never had. What both have is one version.
#[test]
fn two_registries_with_different_histories_are_one_workspace() {
    let [first, second, third] = [&["a"][..], &["a", "b"], &["a", "b", "c"]].map(text);
    let remote = filled(&[(ORDER, &[first.clone(), second, third.clone()])]);
    fill(&remote, "prod", &[(ORDER, &[first, text(&["a", "x"]), third])]);
    name_environment(&remote, "prod");
    run(&remote, &["pull", "--registry", "events"], 0);
    run(&remote, &["push", "--adopt"], 0);
    let files = listing(&remote);
    let prod = ["--env", "prod"];
    let told = run(&remote, &["pull", "--env", "prod"], 0);
    assert!(
        told.contains(
            "- version 2 of com.shop@Order is left out: it stands below com.shop/Order@1.2, which is released"
        ),
        "{told}"
    );
    run(&remote, &["push", "--adopt", "--env", "prod"], 0);
    assert_eq!(listing(&remote), files);
    assert_settled(&remote, &prod);
    let told = run(&remote, &["status", "--env", "prod"], 0);
    assert!(
        told.contains("com.shop/Order@1.1  skipped: adopted, and this registry has a newer version")
            && told.contains("2 versions registered, 0 not, 1 skipped"),
        "{told}"
    );
    // The next version goes to both, and nothing else.
    write(&remote, "com.shop/Order/1.3.json", &detail(&["a", "b", "c", "d"]));
    for environment in [&[][..], &prod] {
        let told = run(&remote, &[&["push"], environment].concat(), 0);
        assert!(told.contains("1 of 1 write made"), "{told}");
    }
    // A repair writes nothing of the past either.
    let told = run(&remote, &["push", "--repair", "--env", "prod"], 0);
    assert!(told.contains("nothing to push"), "{told}");
}

#[test]
fn a_lost_file_of_an_adopted_version_comes_back() {
    let remote = filled(&[(ORDER, &[text(&["a"]), text(&["a", "b"])])]);
    run(&remote, &["pull"], 0);
    run(&remote, &["push", "--adopt"], 0);
    write(&remote, "com.shop/Order/1.2.json", &detail(&["a", "b", "c"]));
    run(&remote, &["check", "--release"], 0);
    let (file, files) = (path(&remote, "com.shop/Order/1.1.json"), listing(&remote));
    fs::remove_file(file).unwrap();
    let told = run(&remote, &["pull"], 0);
    assert!(told.contains("+ com.shop/Order@1.1\n"), "{told}");
    assert_eq!(listing(&remote), files);
}

/// What is over is over, also where others have written it.
#[test]
fn an_adopted_event_that_was_retired_stays_out() {
    let remote = filled(&[
        (ORDER, &[text(&["a"]), text(&["a", "b"])]),
        ("com.shop@Other", &[text(&["a"])]),
    ]);
    run(&remote, &["pull"], 0);
    run(&remote, &["push", "--adopt"], 0);
    run(
        &remote,
        &["retire", "Order", "--reason", "nobody sends it", "--author", "Ada"],
        0,
    );
    fs::remove_dir_all(path(&remote, "com.shop/Order")).unwrap();
    let told = run(&remote, &["pull"], 0);
    assert!(
        told.contains("- com.shop/Order@1.0 is retired and is left out")
            && told.contains("- com.shop/Order@1.1 is retired and is left out"),
        "{told}"
    );
    assert!(!path(&remote, "com.shop/Order").exists());
    // A schema of the event that nobody has released is no new event either.
    add(&remote, "events", &detail(&["z"]).to_string(), "3");
    let told = run(&remote, &["pull"], 0);
    assert!(
        told.contains("- version 3 of com.shop@Order is left out: com.shop/Order is retired"),
        "{told}"
    );
    assert!(!path(&remote, "com.shop/Order").exists());
}

/// Somebody saves a version in the console in the other type. The event keeps its own.
#[test]
fn one_version_in_another_type_changes_no_setting() {
    let remote = filled(&[(ORDER, &[text(&["a"])])]);
    run(&remote, &["pull"], 0);
    run(&remote, &["push", "--adopt"], 0);
    let version = NewVersion {
        schema: ORDER,
        type_: OPEN_API,
        content: &open_api(&["a", "b"]).replace("order.placed", "Order"),
        token: "console",
    };
    remote.client().add_version(&version).unwrap();
    run(&remote, &["pull"], 0);
    let settings = || fs::read_to_string(path(&remote, "com.shop/Order/event.toml")).unwrap();
    let before = settings();
    let told = run(&remote, &["push", "--adopt"], 0);
    assert!(
        told.contains(
            "the newest version of schema com.shop@Order is adopted as OpenApi3, and the event keeps the type JSONSchemaDraft4: the next version is \
             registered in that; with `types = [\"OpenApi3\"]` in schemas/com.shop/Order/event.toml it is registered as OpenApi3"
        ),
        "{told}"
    );
    assert_eq!(settings(), before);
    write(&remote, "com.shop/Order/1.2.json", &detail(&["a", "b", "c"]));
    run(&remote, &["push"], 0);
    assert_eq!(super::newest(&remote, "events", ORDER).type_name, "JSONSchemaDraft4");
}

/// The lock says what was adopted: without it nothing is written again.
#[test]
fn a_lost_lock_is_no_reason_to_write_what_was_adopted() {
    let remote = filled(&[(ORDER, &[text(&["a"]), text(&["a", "b"])])]);
    run(&remote, &["pull"], 0);
    run(&remote, &["push", "--adopt"], 0);
    write(&remote, "com.shop/Order/1.2.json", &detail(&["a", "b", "c"]));
    run(&remote, &["push"], 0);
    let (lock, folder) = (
        remote.folder.path().join("schemactl.lock"),
        remote.folder.path().to_owned(),
    );
    let released = fs::read_to_string(&lock).unwrap();
    let writes = remote.writes();
    fs::remove_file(&lock).unwrap();
    // Nothing knows of the lock: others have equal versions, which are there.
    let told = run(&remote, &["push"], 0);
    assert!(
        told.contains("is equal to 1.0: `schemactl push --adopt` adopts it"),
        "{told}"
    );
    assert_eq!(remote.writes(), writes);
    fs::write(&lock, &released).unwrap();
    run_git(&folder, &["init", "-q", "-b", "main", "."]);
    run_git(&folder, &["add", "schemas", "schemactl.lock", "schemactl.toml"]);
    run_git(&folder, &["commit", "-q", "-m", "adopted"]);
    fs::remove_file(&lock).unwrap();
    for command in [
        &["push"][..],
        &["push", "--adopt"],
        &["check", "--release"],
        &["retire", "Order", "--reason", "r", "--author", "a"],
    ] {
        let told = run(&remote, command, 2);
        assert!(
            told.contains("`git checkout HEAD -- schemactl.lock`"),
            "{command:?}: {told}"
        );
    }
    assert!(!lock.exists() && remote.writes() == writes);
}

/// Somebody saves the newest version once more, with other white space or in the other type: it is the same version, and the next one is added above it.
#[test]
fn a_version_that_is_saved_again_blocks_no_release() {
    for content in [
        (JSON, detail(&["a", "b"]).to_string() + " "),
        (OPEN_API, open_api(&["a", "b"]).replace("order.placed", "Order")),
    ] {
        let remote = filled(&[(ORDER, &[text(&["a"]), text(&["a", "b"])])]);
        run(&remote, &["pull"], 0);
        run(&remote, &["push", "--adopt"], 0);
        let version = NewVersion {
            schema: ORDER,
            type_: content.0,
            content: &content.1,
            token: "again",
        };
        remote.client().add_version(&version).unwrap();
        assert_settled(&remote, &[]);
        write(&remote, "com.shop/Order/1.2.json", &detail(&["a", "b", "c"]));
        let told = run(&remote, &["push"], 0);
        assert!(told.contains("1 of 1 write made"), "{told}");
        assert_eq!(
            told.contains("type changes from OpenApi3"),
            content.0 == OPEN_API,
            "{told}"
        );
        assert_settled(&remote, &[]);
    }
}

/// A second registry has the versions of the first in another order: what it went back to in between is no new version.
#[test]
fn an_order_of_another_registry_makes_no_version() {
    let [first, second, third] = [&["a"][..], &["b"], &["c"]].map(text);
    let remote = filled(&[(ORDER, &[first.clone(), second.clone()])]);
    fill(&remote, "staging", &[(ORDER, &[second, first, third])]);
    name_environment(&remote, "staging");
    run(&remote, &["pull", "--registry", "events"], 0);
    run(&remote, &["push", "--adopt"], 0);
    let staging = ["--env", "staging"];
    let told = run(&remote, &["pull", "--env", "staging"], 0);
    assert!(
        told.matches("  + ").count() == 1 && told.matches("  = ").count() == 2 && !told.contains("went back"),
        "{told}"
    );
    run(&remote, &["push", "--adopt", "--env", "staging"], 0);
    assert_settled(&remote, &staging);
}

/// A corrected version is another schema than the invalid one that is registered. That one does not come back.
#[test]
fn a_corrected_version_is_registered_above_the_invalid_one() {
    let faulty = json!({ "type": "object", "properties": { "a": { "type": "strin" } } }).to_string();
    let remote = filled(&[(ORDER, &[(JSON, faulty)]), ("com.shop@Other", &[text(&["a"])])]);
    run(&remote, &["pull"], 5);
    let told = run(&remote, &["push", "--adopt"], 5);
    assert!(
        told.contains("`schemactl push --repair` registers the corrected one above it"),
        "{told}"
    );
    write(&remote, "com.shop/Order/1.0.json", &detail(&["a"]));
    let told = run(&remote, &["pull"], 5);
    assert!(
        told.contains("! version 1 of com.shop@Order is left out: it is no valid schema (`type` is `strin`"),
        "{told}"
    );
    let told = run(&remote, &["push", "--repair"], 0);
    assert!(told.contains("1 of 1 write made"), "{told}");
    assert_settled(&remote, &[]);
}

/// The check that a pipeline records releases with takes no guess for certain.
#[test]
fn a_recorded_release_keeps_a_guess_correctable() {
    let remote = filled(&[(ORDER, &[text(&["a"])])]);
    run(&remote, &["pull"], 0);
    run(&remote, &["push", "--adopt"], 0);
    run(&remote, &["check", "--release"], 0);
    let file = path(&remote, "com.shop/Order/event.toml");
    let settings = fs::read_to_string(&file).unwrap();
    fs::write(&file, settings.replace("\"Order\"", "\"order.placed\"")).unwrap();
    run(&remote, &["check"], 0);
}

/// `registered-as` is lost with the folder: the schema is still that of its event, and never a second one.
#[test]
fn a_lost_event_comes_back_under_its_own_name_from_every_registry() {
    for is_committed in [true, false] {
        for is_moved in [true, false] {
            assert_lost_event_comes_back(is_committed, is_moved);
        }
    }
}

fn assert_lost_event_comes_back(is_committed: bool, is_moved: bool) {
    let remote = filled(&[
        ("order.placed", &[text(&["a"]), text(&["a", "b"])]),
        (ORDER, &[text(&["a"])]),
    ]);
    name_environment(&remote, "prod");
    fill(&remote, "prod", &[("order.placed", &[text(&["a"]), text(&["a", "b"])])]);
    remote.run(&["pull"]);
    run(&remote, &["push", "--adopt"], 0);
    let mut event = "events/order.placed";
    if is_moved {
        let arguments = ["move", event, "shop/Placed", "--reason", "r", "--author", "a"];
        run(&remote, &arguments, 0);
        event = "shop/Placed";
    }
    if is_committed {
        for arguments in [
            &["init", "-q", "."][..],
            &["add", "schemas", "schemactl.lock"],
            &["commit", "-q", "-m", "adopted"],
        ] {
            run_git(remote.folder.path(), arguments);
        }
    }
    let count_events = || {
        let namespaces = fs::read_dir(remote.folder.path().join("schemas")).unwrap();
        let below = namespaces.flat_map(|namespace| fs::read_dir(namespace.unwrap().path()).unwrap());
        below.count()
    };
    let (before, settings) = (count_events(), path(&remote, &format!("{event}/event.toml")));
    let text = fs::read_to_string(&settings).unwrap();
    for environment in [&[][..], &["--env", "prod"]] {
        let case = format!("committed {is_committed}, moved {is_moved}, {environment:?}");
        fs::remove_dir_all(path(&remote, event)).unwrap();
        let told = remote.run(&[&["pull"], environment].concat()).1;
        assert!(told.contains(&format!("+ {event}@1.0")), "{case}: {told}");
        assert_eq!(count_events(), before, "{case}: {told}");
        let back = fs::read_to_string(&settings).unwrap();
        assert!(back.contains("registered-as = \"order.placed\""), "{case}: {back}");
        assert!(!is_committed || back == text, "{case}: {back}");
    }
}

/// What others delete leaves its number behind, and a registry that never had the version has no such gap.
#[test]
fn an_adopted_version_that_others_delete_is_told_from_one_that_was_never_there() {
    let remote = filled(&[(ORDER, &[text(&["a"]), text(&["a", "b"]), text(&["a", "b", "c"])])]);
    name_environment(&remote, "prod");
    fill(&remote, "prod", &[(ORDER, &[text(&["a"]), text(&["a", "b", "c"])])]);
    run(&remote, &["pull"], 0);
    run(&remote, &["push", "--adopt"], 0);
    run(&remote, &["push", "--adopt", "--env", "prod"], 0);
    let registry = remote.client_of("events");
    registry.delete_version(ORDER, "2").unwrap();
    let deleted = "com.shop/Order@1.1 is adopted and not in schema com.shop@Order, from which version 2 was deleted";
    let settings = path(&remote, "../schemactl.toml");
    let with_environment = fs::read_to_string(&settings).unwrap();
    let without = with_environment.replace("[env.prod]\nregistry = \"prod\"\n", "");
    fs::write(&settings, without).unwrap();
    for command in [&["status"][..], &["push", "--dry-run"], &["plan"], &["push"]] {
        let told = run(&remote, command, 0);
        assert!(told.contains(deleted), "{command:?}: {told}");
    }
    fs::write(&settings, with_environment).unwrap();
    for command in [&["status", "--env", "prod"][..], &["push", "--env", "prod"]] {
        let told = run(&remote, command, 0);
        assert!(!told.contains("deleted"), "{command:?}: {told}");
    }
    // A schema that was made anew counts anew: then this machine remembers.
    registry.delete_schema(ORDER).unwrap();
    let created = NewSchema {
        name: ORDER,
        type_: JSON,
        content: &text(&["a"]).1,
        description: None,
        tags: &Tags::new(),
    };
    registry.create_schema(&created).unwrap();
    add(&remote, "events", &text(&["a", "b", "c"]).1, "anew");
    let (code, _, said) = remote.run(&["push"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("com.shop/Order@1.1 was in this registry when this machine read it"),
        "{said}"
    );
}

fn commit(remote: &Remote, message: &str) {
    let folder = remote.folder.path();
    run_git(folder, &["add", "schemas", "schemactl.lock", "schemactl.toml"]);
    run_git(folder, &["commit", "-q", "-m", message]);
}

/// What others wrote into one registry tells nothing of another one: it never held what only the first had.
#[test]
fn an_adoption_from_one_registry_makes_nothing_missing_in_another() {
    let remote = filled(&[(ORDER, &[text(&["a"]), text(&["a", "b"])])]);
    fill(&remote, "prod", &[("com.shop@Refund", &[text(&["r"])])]);
    name_environment(&remote, "prod");
    run_git(remote.folder.path(), &["init", "-q", "-b", "main", "."]);
    for environment in [&[][..], &["--env", "prod"]] {
        run(&remote, &[&["pull"][..], environment].concat(), 0);
        run(&remote, &[&["push", "--adopt"][..], environment].concat(), 0);
        commit(&remote, "adopted");
    }
    let told = run(&remote, &["status", "--env", "prod"], 0);
    assert!(
        told.contains("com.shop/Order@1.0   not registered: released, and not pushed yet") && !told.contains("missing"),
        "{told}"
    );
}

/// The main branch has adopted the number that this branch released.
#[test]
fn what_the_base_has_adopted_stays_adopted_where_a_number_was_raced() {
    let remote = filled(&[(ORDER, &[text(&["a"])])]);
    let folder = remote.folder.path().to_owned();
    run(&remote, &["pull"], 0);
    run(&remote, &["push", "--adopt"], 0);
    run_git(&folder, &["init", "-q", "-b", "main", "."]);
    commit(&remote, "adopted");
    run_git(&folder, &["switch", "-q", "-c", "second"]);
    write(&remote, "com.shop/Order/1.1.json", &detail(&["a", "mine"]));
    run(&remote, &["check", "--release"], 0);
    commit(&remote, "released");
    run_git(&folder, &["switch", "-q", "main"]);
    add(&remote, "events", &detail(&["a", "theirs"]).to_string(), "theirs");
    run(&remote, &["pull"], 0);
    run(&remote, &["push", "--adopt"], 0);
    commit(&remote, "adopted again");
    run_git(&folder, &["switch", "-q", "second"]);
    let told = run(&remote, &["bump", "--against", "main"], 0);
    assert!(told.contains("schemactl.lock as in main"), "{told}");
    let lock = fs::read_to_string(folder.join("schemactl.lock")).unwrap();
    assert!(lock.contains(r#"adopted = ["1.0", "1.1"]"#), "{lock}");
    run(&remote, &["push"], 0);
    run(&remote, &["status"], 0);
}

/// Numbers that were adopted stay, however the rest is numbered.
#[test]
fn majors_number_nothing_again_that_was_adopted() {
    let remote = filled(&[(
        ORDER,
        &[text(&["a"]), text(&["a", "b"]), (JSON, detail(&["z"]).to_string())],
    )]);
    run(&remote, &["pull"], 0);
    run(&remote, &["push", "--adopt"], 0);
    let files = listing(&remote);
    run(&remote, &["pull", "--number", "majors"], 0);
    assert_eq!(listing(&remote), files);
    // The newest version has the number of the registry, since that is above all others.
    add(&remote, "events", &detail(&["a", "b", "c"]).to_string(), "c");
    let told = run(&remote, &["pull", "--number", "majors"], 0);
    assert!(told.contains("+ com.shop/Order@4.0"), "{told}");
    run(&remote, &["push", "--adopt"], 0);
    assert_settled(&remote, &[]);
}

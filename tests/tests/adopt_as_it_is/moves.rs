//! Events that are moved after they were adopted: what a registry names from before is history, in the workspace and in a new one.

use std::fs;

use schemactl_push::{NewVersion, Remote as _};

use super::support::Remote;
use super::{JSON, OPEN_API, detail, filled, open_api, path, run, write};

const MOVED: [&str; 4] = ["--reason", "r", "--author", "a"];

/// A registry with an adopted version of `com.shop/Order` and one that schemactl has registered.
fn released() -> Remote {
    let remote = filled(&[("com.shop@Order", &[(OPEN_API, open_api(&["a"]))])]);
    run(&remote, &["pull"], 0);
    run(&remote, &["push", "--adopt"], 0);
    write(&remote, "com.shop/Order/1.1.json", &detail(&["a", "b"]));
    run(&remote, &["push"], 0);
    remote
}

fn move_order(remote: &Remote, detail_type: &str) {
    let arguments = ["move", "com.shop/Order", "Order", "--detail-type", detail_type];
    run(remote, &[&arguments[..], &MOVED].concat(), 0);
}

#[test]
fn what_an_event_was_published_with_before_a_move_is_history() {
    let remote = released();
    for detail_type in ["order.sent", "order.shipped", "order.placed"] {
        move_order(&remote, detail_type);
        let told = run(&remote, &["pull"], 0);
        assert!(!told.contains("? "), "{detail_type}: {told}");
        run(&remote, &["push", "--repair"], 0);
        let told = run(&remote, &["pull"], 0);
        assert!(!told.contains("? "), "{detail_type}: {told}");
        run(&remote, &["status"], 0);
    }
}

/// A name that no move has recorded is told, with the command that records it.
#[test]
fn another_detail_type_of_a_released_event_leads_to_a_move() {
    let remote = released();
    let edited = open_api(&["a", "b", "c"]).replace("order.placed", "order sent");
    let version = NewVersion {
        schema: "com.shop@Order",
        type_: OPEN_API,
        content: &edited,
        token: "edited",
    };
    remote.client().add_version(&version).unwrap();
    let command = "`schemactl move com.shop/Order Order --detail-type 'order sent' --reason …`";
    for arguments in [&["push"][..], &["status"]] {
        let told = run(&remote, arguments, 6);
        assert!(
            told.contains(command) && !told.contains("correct it in event.toml"),
            "{told}"
        );
    }
    let told = run(&remote, &["pull"], 5);
    assert!(told.contains(command) && !told.contains("correct it there"), "{told}");
    move_order(&remote, "order sent");
    run(&remote, &["pull"], 0);
    let told = remote.run(&["push", "--adopt"]);
    assert!(
        told.1
            .contains("com.shop/Order@1.2 is equal in the registry, and is adopted"),
        "{told:?}"
    );
    // What was registered before the move names the detail-type of before.
    run(&remote, &["push", "--repair"], 0);
    for arguments in [&["push"][..], &["status"], &["pull"], &["check"]] {
        run(&remote, arguments, 0);
    }
}

/// An event with another name than its schema, pulled into a workspace that has nothing of it.
#[test]
fn a_new_workspace_has_the_event_that_the_stamps_name() {
    for steps in ["push", "move push", "move push move push", "push move push"] {
        let remote = filled(&[
            (
                "user-deleted",
                &[
                    (JSON, detail(&["a"]).to_string()),
                    (JSON, detail(&["a", "b"]).to_string()),
                ],
            ),
            ("com.shop@Other", &[(JSON, detail(&["o"]).to_string())]),
        ]);
        remote.run(&["pull"]);
        run(&remote, &["push", "--adopt"], 0);
        let (mut name, mut minor) = ("events/user-deleted".to_owned(), 1);
        for step in steps.split(' ') {
            minor += 1;
            if step == "move" {
                let new = format!("com.users/UserDeleted{minor}");
                run(&remote, &[&["move", &name, &new][..], &MOVED].concat(), 0);
                name = new;
            } else {
                let properties: Vec<String> = (0..=minor).map(|index| format!("p{index}")).collect();
                let properties: Vec<&str> = ["a", "b"]
                    .into_iter()
                    .chain(properties.iter().map(String::as_str))
                    .collect();
                write(&remote, &format!("{name}/1.{minor}.json"), &detail(&properties));
                run(&remote, &["push", "--repair"], 0);
            }
        }
        let root = remote.folder.path();
        let files = list_versions(&remote, &name);
        fs::remove_dir_all(root.join("schemas")).unwrap();
        fs::remove_file(root.join("schemactl.lock")).unwrap();
        remote.run(&["pull"]);
        assert_eq!(list_versions(&remote, &name), files, "{steps}");
        let namespaces = fs::read_dir(root.join("schemas")).unwrap().count();
        assert_eq!(namespaces, 2, "{steps}");
        run(&remote, &["push", "--adopt"], 0);
        for arguments in [&["push"][..], &["status"], &["check"]] {
            run(&remote, arguments, 0);
        }
    }
}

fn list_versions(remote: &Remote, event: &str) -> Vec<String> {
    let files = fs::read_dir(path(remote, event)).unwrap();
    let mut names: Vec<_> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".json"))
        .collect();
    names.sort();
    names
}

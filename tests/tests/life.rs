//! The life of a released event on the command line: what is recorded and what is refused, what branches leave in one lock, and which
//! commands run although a check finds something.
#![allow(clippy::unwrap_used)]

use std::fs;

use schemactl_tests::{Served, Shop, THING, binary, copy_folder, root};

#[test]
fn what_makes_no_sense_is_refused_and_nothing_is_written() {
    let shop = Shop::new(&["Placed", "Paid"]);
    shop.record(&["retire", "Paid"]);
    let lock = fs::read_to_string(shop.path("schemactl.lock")).unwrap();
    let cases: [(&[&str], &str); 15] = [
        (&["retire", "Place"], "did you mean `shop/Placed`?"),
        (
            &["retire", "Placed@2"],
            "shop/Placed@2 was never released; schemactl.lock has 1.0",
        ),
        (
            &["retire", "Placed@1.0"],
            "names one version; expected an event, or one major",
        ),
        (&["retire", "Paid"], "shop/Paid was retired on"),
        (
            &["hotfix", "Placed@1.0"],
            "the schema of shop/Placed@1.0 equals the released one",
        ),
        (&["hotfix", "Placed"], "expected one version such as"),
        (&["hotfix", "Placed@3.0"], "shop/Placed@3.0 was never released"),
        (&["hotfix", "Paid@1.0"], "shop/Paid@1.0 was retired on"),
        (
            &["move", "Placed", "Paid"],
            "shop/Paid already exists, or was released before",
        ),
        (
            &["move", "Placed", "Placed", "--source", ""],
            "expected at least one character",
        ),
        (
            &["move", "Placed", "Placed", "--detail-type", "a\nb"],
            "control characters such as `\\u{a}`",
        ),
        (&["move", "Placed", "Placed"], "nothing would change"),
        (&["move", "Placed", "a b"], "only letters, digits"),
        (
            &["move", "Placed", "Bought", "--detail-type", "Paid"],
            "shop/Paid is published as `Paid` from `shop`",
        ),
        (
            &["move", "Placed", "Bought", "--keep"],
            "the same source and detail-type",
        ),
    ];
    for (arguments, part) in cases {
        let arguments = [arguments, &["--author", "Ann", "--reason", "why"]].concat();
        shop.holds(&arguments, 2, &[part]);
    }
    shop.holds(
        &["retire", "Placed", "--author", "Ann", "--reason", " "],
        2,
        &["a record needs a reason"],
    );
    shop.holds(
        &["retire", "Placed", "--author", " ", "--reason", "why"],
        2,
        &["a record needs an author"],
    );
    assert_eq!(fs::read_to_string(shop.path("schemactl.lock")).unwrap(), lock);
    assert!(!shop.path("schemas/shop/Bought").exists());
}

/// The way of a draft through the checks that `init --ci` writes: it changes until it is none, and is released then.
#[test]
fn a_draft_is_released_when_it_is_none() {
    let shop = Shop::new(&["Placed"]);
    let draft = "schemas/shop/Draft";
    copy_folder(&shop.path("schemas/shop/Placed"), &shop.path(draft));
    shop.edit("schemas/shop/Draft/event.toml", "Placed", "Draft");
    let settings = fs::read_to_string(shop.path("schemas/shop/Draft/event.toml")).unwrap();
    fs::write(
        shop.path("schemas/shop/Draft/event.toml"),
        settings + "status = \"draft\"\n",
    )
    .unwrap();
    let told = "0 versions released for the first time; 1 version of drafts not released";
    shop.holds(&["check", "--release"], 0, &[told]);
    shop.holds(&["check", "--locked"], 0, &[]);
    shop.commit();
    shop.git(&["switch", "--quiet", "--create", "work"]);
    shop.edit("schemas/shop/Draft/1.0.json", r#""string""#, r#""integer""#);
    shop.holds(&["check", "--against", "main"], 0, &[]);
    shop.holds(&["check", "--locked"], 0, &[]);
    shop.edit("schemas/shop/Draft/event.toml", "status = \"draft\"\n", "");
    shop.holds(
        &["check", "--locked"],
        1,
        &["Draft@1.0 is not recorded in schemactl.lock"],
    );
    shop.holds(&["check", "--release"], 0, &["1 version released for the first time\n"]);
    shop.holds(&["check", "--locked", "--against", "main"], 0, &[]);
    shop.edit("schemas/shop/Draft/1.0.json", r#""integer""#, r#""string""#);
    shop.holds(&["check"], 1, &["released-schema-changed"]);
}

#[test]
fn a_branch_may_do_what_it_recorded_and_nothing_more() {
    let shop = Shop::new(&["Placed", "Paid"]);
    shop.git(&["switch", "--quiet", "--create", "work"]);
    shop.record(&["retire", "Paid"]);
    fs::remove_dir_all(shop.path("schemas/shop/Paid")).unwrap();
    let told = "accepted[event-retired]: shop/Paid: 1.0 is retired: it is time (Ann, ";
    shop.holds(&["check", "--against", "main", "--quiet"], 0, &[told]);
    shop.holds(&["check", "--against", "main", "--deny", "hotfix,moved"], 0, &[told]);
    shop.holds(
        &["check", "--against", "main", "--deny", "retired"],
        1,
        &["error[event-retired]"],
    );
    shop.holds(&["check", "--deny", "retired"], 2, &["--against"]);
    // The same line for another event.
    let lock = fs::read_to_string(shop.path("schemactl.lock")).unwrap();
    let record = lock.lines().find(|line| line.contains("retired")).unwrap();
    let copy = format!("{record}\n{}", record.replace("shop/Paid", "shop/Placed"));
    fs::write(shop.path("schemactl.lock"), lock.replace(record, &copy)).unwrap();
    fs::remove_dir_all(shop.path("schemas/shop/Placed")).unwrap();
    let found = [
        "error[record-invalid]",
        "error[released-schema-missing]: shop/Placed@1.0",
    ];
    shop.holds(&["check", "--against", "main"], 1, &found);
    // What the base has is history.
    fs::write(shop.path("schemactl.lock"), lock).unwrap();
    shop.git(&["checkout", "--quiet", "--", "schemas/shop/Placed"]);
    shop.commit();
    shop.git(&["branch", "--quiet", "--force", "main", "work"]);
    let (code, text) = shop.run(&["check", "--against", "main"]);
    assert!(code == 0 && !text.contains("accepted["), "{text}");
}

#[test]
fn records_of_two_branches_merge() {
    let shop = Shop::new(&["Made", "Paid", "Placed"]);
    shop.git(&["switch", "--quiet", "--create", "one"]);
    shop.edit(
        "schemas/shop/Paid/1.0.json",
        "\"required\": [\"id\"]",
        "\"maxProperties\": 9, \"required\": [\"id\"]",
    );
    shop.record(&["hotfix", "Paid@1.0"]);
    shop.record(&["move", "Made", "Built"]);
    shop.commit();
    shop.git(&["switch", "--quiet", "--create", "two", "main"]);
    fs::write(shop.path("schemas/shop/Paid/1.1.json"), THING).unwrap();
    assert_eq!(shop.run(&["check", "--release"]).0, 0);
    shop.record(&["retire", "Placed"]);
    shop.commit();
    shop.git(&["merge", "--quiet", "--no-edit", "one"]);
    // One line of Paid has the digest from before the hotfix, and one the digest after it: the record says which is newer.
    shop.holds(&["check"], 0, &[]);
    let told = [
        "accepted[schema-hotfixed]",
        "accepted[event-moved]",
        "accepted[event-retired]",
    ];
    shop.holds(&["check", "--against", "main"], 0, &told);
    shop.holds(&["check", "--against", "one"], 0, &["accepted[event-retired]"]);
    shop.holds(
        &["generate", "Made", "--output", "-"],
        2,
        &["`Made` moved to shop/Built on"],
    );
    shop.holds(
        &["generate", "Placed@1", "--output", "-"],
        2,
        &["`Placed@^1` was retired on"],
    );
}

#[test]
fn a_folder_that_was_renamed_by_hand_is_recorded_if_nothing_else_changed() {
    let shop = Shop::new(&["Placed"]);
    shop.git(&["mv", "schemas/shop/Placed", "schemas/shop/Bought"]);
    shop.holds(
        &["check", "--against", "main"],
        1,
        &["`schemactl move shop/Placed shop/Bought --reason …`"],
    );
    shop.edit("schemas/shop/Bought/1.0.json", "string", "integer");
    let by_hand = ["move", "Placed", "Bought", "--author", "Ann", "--reason", "why"];
    shop.holds(
        &by_hand,
        2,
        &["shop/Bought does not have shop/Placed@1.0 as it was released"],
    );
    shop.edit("schemas/shop/Bought/1.0.json", "integer", "string");
    shop.record(&["move", "Placed", "Bought"]);
    shop.holds(&["check", "--against", "main"], 0, &["accepted[event-moved]"]);
}

#[test]
fn what_was_accepted_stays_accepted_under_another_name() {
    let folder = tempfile::tempdir().unwrap();
    copy_folder(
        &root().join("tests/cases/check/versions/property-becomes-required"),
        folder.path(),
    );
    let shop = Shop::of(folder);
    shop.holds(
        &["accept", "--all", "--author", "Ann", "--reason", "baseline"],
        0,
        &["accepted in"],
    );
    assert_eq!(shop.run(&["check", "--release"]).0, 0);
    shop.record(&["move", "Thing", "Object"]);
    let (code, text) = shop.run(&["check", "--fail-on", "warning"]);
    assert!(
        code == 0 && text.contains("accepted[") && !text.contains("waiver-stale"),
        "{text}"
    );
    // What a baseline cannot accept is listed, and bump has no number for it.
    shop.edit(
        "schemas/shop/Object/1.0.json",
        "\"object\"",
        "\"object\", \"maxProperties\": 9",
    );
    let edited = "released-schema-changed: Object@1.0 was changed after its release";
    shop.holds(
        &["accept", "--all", "--author", "Ann", "--reason", "more"],
        1,
        &["cannot be accepted: ", edited],
    );
    shop.holds(&["bump"], 1, &[edited]);
}

#[test]
fn a_registry_is_read_whatever_check_finds_and_keeps_what_was_retired() {
    let shop = Shop::new(&["Placed", "Paid"]);
    let registry = Served::start(&[]);
    let client = || registry.client(&binary());
    let runs = |arguments: &[&str], expected: i32, parts: &[&str]| {
        let (code, text) = shop.run_as(client(), arguments);
        assert_eq!(code, expected, "{arguments:?}: {text}");
        for part in parts {
            assert!(text.contains(part), "{arguments:?}: {part} is not in\n{text}");
        }
    };
    runs(&["push", "--create-registry"], 0, &["and read back"]);
    shop.record(&["retire", "Paid"]);
    fs::remove_dir_all(shop.path("schemas/shop/Paid")).unwrap();
    runs(
        &["status"],
        0,
        &["shop/Paid@1.0    retired on", "1 version registered, 0 not, 1 retired"],
    );
    runs(
        &["push", "--enable-deletes", "--yes"],
        0,
        &[
            "nothing to push",
            "is retired and is in the registry",
            "1 version in the registry ended",
            "`aws schemas delete-schema`",
        ],
    );
    runs(&["check", "--against", "registry"], 0, &["accepted[event-retired]"]);
    // A break that nobody has accepted: what is there can be read, and nothing can be written.
    let next = THING.replace("\"string\"", "\"integer\"");
    fs::write(shop.path("schemas/shop/Placed/1.1.json"), next).unwrap();
    let refused = "nothing is written to the registry until they are corrected or accepted";
    runs(&["status"], 0, &["shop/Placed@1.1  not registered", refused]);
    runs(
        &["plan", "--plan-file", "plan.json"],
        1,
        &["add version", "plan.json is not written", refused],
    );
    runs(&["prune"], 0, &["nothing to prune"]);
    runs(&["push"], 1, &["error["]);
    assert!(!shop.path("plan.json").exists());
}

#[test]
fn a_hotfix_that_was_taken_back_opens_nothing() {
    let shop = Shop::new(&["Thing"]);
    let schema = "schemas/shop/Thing/1.0.json";
    let wrong = THING.replace("\"string\"", "\"integer\"");
    for (text, reason) in [(wrong.as_str(), "one"), (THING, "and back")] {
        fs::write(shop.path(schema), text).unwrap();
        assert_eq!(shop.run(&["hotfix", "Thing@1.0", "--reason", reason]).0, 0);
    }
    assert_eq!(shop.run(&["check"]).0, 0);
    let lock = fs::read_to_string(shop.path("schemactl.lock")).unwrap();
    // Both records are there, and neither covers another edit: not in the same change, nor in a later one.
    fs::write(shop.path(schema), &wrong).unwrap();
    for arguments in [&["check"][..], &["check", "--release"], &["check", "--against", "main"]] {
        let (code, said) = shop.run(arguments);
        assert_eq!(code, 1, "{arguments:?}: {said}");
        assert!(said.contains("released-schema-changed"), "{said}");
    }
    assert_eq!(fs::read_to_string(shop.path("schemactl.lock")).unwrap(), lock);
}

#[test]
fn a_retirement_holds_where_another_branch_moved_the_event() {
    let shop = Shop::new(&["Thing"]);
    let file = |name: &str| shop.path(&format!("schemas/shop/{name}/2.0.json"));
    fs::write(file("Thing"), THING.replace("\"string\"", "\"integer\"")).unwrap();
    assert_eq!(shop.run(&["check", "--release"]).0, 0);
    shop.commit();
    shop.git(&["switch", "--quiet", "--create", "rename"]);
    shop.record(&["move", "Thing", "Item"]);
    shop.commit();
    shop.git(&["switch", "--quiet", "main"]);
    shop.record(&["retire", "Thing@2"]);
    shop.commit();
    shop.git(&["switch", "--quiet", "rename"]);
    shop.git(&["merge", "--quiet", "--no-edit", "main"]);
    let (code, said) = shop.run(&["check", "--against", "main"]);
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("error[number-retired]: Item@2.0 was retired on"),
        "{said}"
    );
    // What the message says to do is enough.
    shop.record(&["retire", "Item@2"]);
    fs::remove_file(file("Item")).unwrap();
    let (code, said) = shop.run(&["check", "--against", "main"]);
    assert_eq!(code, 0, "{said}");
}

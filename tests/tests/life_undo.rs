//! The way back from a retirement and a move, what is released without a line in the lock, and locks that two branches or an earlier
//! schemactl have left.
#![allow(clippy::unwrap_used)]

use std::fs;

use schemactl_tests::{Served, Shop, THING, binary};

const PAID: &str = "schemas/shop/Paid/1.0.json";

/// A repository whose main branch has retired `Paid`, with the present branch `work`.
fn retired() -> Shop {
    let shop = Shop::new(&["Placed", "Paid"]);
    let examples = shop.path("schemas/shop/Paid/examples/1.0");
    fs::create_dir_all(&examples).unwrap();
    fs::write(examples.join("one.json"), "{\"id\": \"1\"}").unwrap();
    shop.commit();
    shop.record(&["retire", "Paid"]);
    fs::remove_dir_all(shop.path("schemas/shop/Paid")).unwrap();
    shop.commit();
    shop.git(&["switch", "--quiet", "--create", "work"]);
    shop
}

#[test]
fn a_merged_retirement_is_taken_back() {
    let shop = retired();
    shop.holds(
        &[
            "retire",
            "Paid",
            "--undo",
            "--dry-run",
            "--author",
            "Ann",
            "--reason",
            "why",
        ],
        0,
        &["shop/Paid: 1.0 published again", "nothing was written"],
    );
    assert!(!shop.path(PAID).exists());
    // git does not track what is restored, and the check counts only what it tracks.
    let undo = ["retire", "Paid", "--undo", "--author", "Ann", "--reason", "it is time"];
    shop.holds(
        &undo,
        0,
        &["next: git add schemas/shop/Paid, then schemactl check --against"],
    );
    assert_eq!(fs::read_to_string(shop.path(PAID)).unwrap(), THING);
    assert!(shop.path("schemas/shop/Paid/examples/1.0/one.json").exists());
    shop.commit();
    let told =
        "accepted[event-restored]: shop/Paid: 1.0 is published again: the retirement is undone: it is time (Ann, ";
    shop.holds(&["check", "--against", "main", "--quiet"], 0, &[told]);
    shop.holds(&["check", "--against", "main", "--deny", "retired"], 0, &[told]);
    shop.holds(
        &["check", "--against", "main", "--deny", "restored"],
        1,
        &["error[event-restored]"],
    );
    // Once: nothing is retired any more.
    let again = ["retire", "Paid", "--undo", "--author", "Ann", "--reason", "why"];
    shop.holds(&again, 2, &["shop/Paid is not retired"]);
    // A branch that left before has neither file nor record, and the merge brings both.
    shop.git(&["branch", "--quiet", "late", "main"]);
    shop.git(&["branch", "--quiet", "--force", "main", "work"]);
    shop.git(&["switch", "--quiet", "late"]);
    shop.holds(&["check", "--against", "main"], 0, &["nothing found"]);
    // What came back is released as before.
    shop.git(&["switch", "--quiet", "work"]);
    shop.edit(PAID, "string", "integer");
    shop.holds(&["check", "--against", "main"], 1, &["error[released-schema-changed]"]);
    fs::remove_dir_all(shop.path("schemas/shop/Paid")).unwrap();
    shop.holds(&["check", "--against", "main"], 1, &["error[released-schema-missing]"]);
    // The same words would be the record that was taken back.
    shop.git(&["checkout", "--quiet", "--", "."]);
    let same = ["retire", "Paid", "--author", "Ann", "--reason", "it is time"];
    shop.holds(&same, 2, &["already has this record, and it was undone"]);
    let other = ["retire", "Paid", "--author", "Ann", "--reason", "now for good"];
    shop.holds(&other, 0, &["which ends the event"]);
    fs::remove_dir_all(shop.path("schemas/shop/Paid")).unwrap();
    shop.holds(&["check", "--against", "main"], 0, &["accepted[event-retired]"]);
}

/// The next step names every file, and where an event went.
#[test]
fn next_steps_name_every_file_and_the_new_name() {
    let shop = Shop::new(&["Placed"]);
    fs::copy(
        shop.path("schemas/shop/Placed/1.0.json"),
        shop.path("schemas/shop/Placed/1.1.json"),
    )
    .unwrap();
    shop.holds(&["check", "--release"], 0, &[]);
    shop.commit();
    let why = ["--author", "Ann", "--reason", "why"];
    let files = "delete schemas/shop/Placed/1.0.json, schemas/shop/Placed/1.1.json and their examples";
    shop.holds(&[&["retire", "Placed"][..], &why].concat(), 0, &[files]);
    shop.git(&["checkout", "--quiet", "--", "."]);
    shop.holds(&[&["move", "Placed", "Bought"][..], &why].concat(), 0, &[]);
    let again = [&["move", "Placed", "Sold"][..], &why].concat();
    shop.holds(
        &again,
        2,
        &[
            "was moved to shop/Bought already",
            "`schemactl move shop/Bought shop/Sold",
        ],
    );
    // Without a registry: a hint that works offline.
    let (_, said) = shop.run(&[&["hotfix", "Bought"][..], &why].concat());
    assert!(
        said.contains("schemactl.lock lists") && !said.contains("status"),
        "{said}"
    );
}

#[test]
fn what_comes_back_is_what_was_released() {
    let shop = retired();
    // A schema that somebody has written in the meantime is not it.
    fs::create_dir_all(shop.path("schemas/shop/Paid")).unwrap();
    fs::write(
        shop.path("schemas/shop/Paid/event.toml"),
        "source = \"shop\"\ndetail-type = \"Paid\"\n",
    )
    .unwrap();
    fs::write(shop.path(PAID), THING.replace("string", "integer")).unwrap();
    let undo = ["retire", "Paid", "--undo", "--author", "Ann", "--reason", "why"];
    shop.holds(&undo, 2, &["are not the released ones"]);
    // Nor does another event give its identity back.
    fs::remove_dir_all(shop.path("schemas/shop/Paid")).unwrap();
    shop.edit("schemas/shop/Placed/event.toml", "\"Placed\"", "\"Paid\"");
    shop.holds(&undo, 2, &["shop/Placed is published as `Paid` from `shop`"]);
    shop.git(&["checkout", "--quiet", "--", "."]);
    // Whoever reverts the commit is told what to do.
    shop.git(&["revert", "--no-edit", "HEAD"]);
    let told = "then, to undo the record, run `schemactl retire shop/Paid --undo --reason …`";
    shop.holds(&["check", "--against", "main"], 1, &["error[lock-changed]", told]);
    shop.git(&["checkout", "--quiet", "main", "--", "schemactl.lock"]);
    shop.record(&["retire", "Paid", "--undo"]);
    shop.holds(&["check", "--against", "main"], 0, &["accepted[event-restored]"]);
}

#[test]
fn a_merged_move_is_taken_back_with_what_was_released_since() {
    let shop = Shop::new(&["Placed", "Paid"]);
    shop.record(&["move", "Paid", "Settled", "--detail-type", "Settled"]);
    fs::write(shop.path("schemas/shop/Settled/1.1.json"), THING).unwrap();
    assert_eq!(shop.run(&["check", "--release"]).0, 0);
    shop.commit();
    shop.git(&["switch", "--quiet", "--create", "work"]);
    let back = ["move", "Settled", "Paid", "--author", "Ann", "--reason", "why"];
    shop.holds(&back, 2, &["`schemactl move OLD NEW --undo` undoes a move"]);
    shop.record(&["move", "Paid", "Settled", "--undo"]);
    shop.commit();
    let settings = fs::read_to_string(shop.path("schemas/shop/Paid/event.toml")).unwrap();
    assert!(settings.contains("detail-type = \"Paid\""), "{settings}");
    let told = "accepted[event-moved]: shop/Settled moved back to shop/Paid: `detail-type` `Settled` → `Paid`";
    shop.holds(&["check", "--against", "main", "--quiet"], 0, &[told]);
    shop.holds(
        &["check", "--against", "main", "--deny", "moved"],
        1,
        &["error[event-moved]"],
    );
    shop.git(&["branch", "--quiet", "--force", "main", "work"]);
    shop.holds(&["check", "--against", "main"], 0, &["nothing found"]);
    // The record of the move is history: the event is there, and has to stay.
    shop.git(&["rm", "--quiet", "-r", "schemas/shop/Paid"]);
    let missing = "shop/Paid@1.0, shop/Paid@1.1 were released, and the event is missing";
    shop.holds(&["check", "--against", "main"], 1, &[missing]);
    shop.git(&["checkout", "--quiet", "HEAD", "--", "."]);
    // In place, and a move that left the event where it was.
    shop.record(&["move", "Paid", "Paid", "--source", "pay"]);
    shop.record(&["move", "Paid", "Paid", "--undo"]);
    let told = "shop/Paid is published under its earlier identity again: `source` `pay` → `shop`";
    shop.holds(&["check", "--against", "main"], 0, &[told]);
    let undo = ["move", "Paid", "Paid", "--undo", "--author", "Ann", "--reason", "why"];
    shop.holds(&undo, 2, &["has no record of a new source or detail-type of shop/Paid"]);
    shop.record(&["move", "Paid", "Charged", "--keep", "--detail-type", "Charged"]);
    let undo = [
        "move", "Paid", "Charged", "--undo", "--author", "Ann", "--reason", "why",
    ];
    shop.holds(
        &undo,
        2,
        &["shop/Paid was kept", "`schemactl retire shop/Charged --reason …`"],
    );
}

#[test]
fn a_branch_that_does_not_know_of_a_retirement_is_told() {
    let shop = Shop::new(&["Placed", "Paid"]);
    shop.git(&["switch", "--quiet", "--create", "late"]);
    shop.git(&["switch", "--quiet", "main"]);
    shop.record(&["retire", "Paid"]);
    shop.git(&["rm", "--quiet", "-r", "schemas/shop/Paid"]);
    shop.commit();
    // What the branch has not touched goes with the merge.
    shop.git(&["switch", "--quiet", "late"]);
    shop.holds(&["check", "--against", "main"], 0, &["nothing found"]);
    for (version, rule) in [("1.1", "number-retired"), ("2.0", "identity-retired")] {
        let file = shop.path(&format!("schemas/shop/Paid/{version}.json"));
        fs::write(&file, THING).unwrap();
        let found = format!("error[{rule}]: Paid@{version} belongs to");
        shop.holds(
            &["check", "--against", "main"],
            1,
            &[&found, "and a merge adds it to this branch"],
        );
        fs::remove_file(file).unwrap();
    }
}

#[test]
fn what_main_has_released_without_a_lock_can_be_corrected_and_can_end() {
    let shop = Shop::without_lock(&["Placed", "Paid", "Made"]);
    shop.git(&["switch", "--quiet", "--create", "work"]);
    shop.edit(PAID, "string", "integer");
    shop.holds(&["check", "--against", "main"], 1, &["error[released-schema-changed]"]);
    let line = "schemactl.lock: had no line of shop/Paid@1.0; recorded as main (";
    let hotfix = ["hotfix", "Paid@1.0", "--author", "Ann", "--reason", "why"];
    shop.holds(&hotfix, 0, &[line]);
    shop.record(&["retire", "Placed"]);
    shop.git(&["rm", "--quiet", "-r", "schemas/shop/Placed"]);
    shop.record(&["move", "Made", "Built"]);
    shop.commit();
    let told = [
        "accepted[schema-hotfixed]: shop/Paid@1.0",
        "accepted[event-retired]: shop/Placed: 1.0",
        "accepted[event-moved]: shop/Made moved to shop/Built",
    ];
    shop.holds(&["check", "--against", "main"], 0, &told);
    let lock = fs::read_to_string(shop.path("schemactl.lock")).unwrap();
    shop.edit(PAID, "integer", "boolean");
    shop.holds(&["check", "--against", "main"], 1, &["error[released-schema-changed]"]);
    // What only the branch has is nothing released.
    fs::create_dir_all(shop.path("schemas/shop/Fresh")).unwrap();
    fs::write(shop.path("schemas/shop/Fresh/1.0.json"), THING).unwrap();
    fs::write(
        shop.path("schemas/shop/Fresh/event.toml"),
        "source = \"shop\"\ndetail-type = \"Fresh\"\n",
    )
    .unwrap();
    let fresh = ["retire", "Fresh", "--author", "Ann", "--reason", "why"];
    shop.holds(&fresh, 2, &["shop/Fresh was never released", "`--against BRANCH`"]);
    assert_eq!(fs::read_to_string(shop.path("schemactl.lock")).unwrap(), lock);
}

#[test]
fn a_registry_denies_what_the_main_branch_does_not_have() {
    let shop = Shop::new(&["Placed", "Paid"]);
    let registry = Served::start(&[]);
    let check = |deny: &str| {
        let arguments = ["check", "--against", "registry", "--deny", deny];
        shop.run_as(registry.client(&binary()), &arguments)
    };
    let pushed = shop.run_as(registry.client(&binary()), &["push", "--create-registry"]);
    assert_eq!(pushed.0, 0, "{}", pushed.1);
    shop.git(&["switch", "--quiet", "--create", "work"]);
    shop.record(&["retire", "Paid"]);
    shop.git(&["rm", "--quiet", "-r", "schemas/shop/Paid"]);
    shop.commit();
    let (code, said) = check("retired");
    assert!(code == 1 && said.contains("error[event-retired]"), "{said}");
    shop.git(&["branch", "--quiet", "--force", "main", "work"]);
    let (code, said) = check("retired");
    assert!(code == 0 && said.contains("accepted[event-retired]"), "{said}");
    // The branch of the remote comes first: what is here only is not merged.
    shop.git(&["update-ref", "refs/remotes/origin/main", "HEAD~1"]);
    assert_eq!(check("retired").0, 1);
    // Without a main branch nobody knows what is merged.
    shop.git(&["update-ref", "-d", "refs/remotes/origin/main"]);
    shop.git(&["branch", "--quiet", "--delete", "--force", "main"]);
    assert_eq!(check("retired").0, 1);
}

#[test]
fn two_lines_of_one_version_are_a_finding_beside_the_others() {
    let shop = Shop::new(&["Placed", "Paid"]);
    let release = |branch: &str, property: &str| {
        shop.git(&["switch", "--quiet", "--create", branch, "main"]);
        let schema = THING.replace("\"id\": ", &format!("\"{property}\": {{}}, \"id\": "));
        fs::write(shop.path("schemas/shop/Paid/1.1.json"), schema).unwrap();
        assert_eq!(shop.run(&["check", "--release"]).0, 0);
        shop.commit();
    };
    release("one", "coupon");
    release("two", "gift");
    shop.git(&["branch", "--quiet", "--force", "main", "one"]);
    shop.git(&["merge", "--quiet", "--no-edit", "--strategy-option", "ours", "main"]);
    shop.edit("schemas/shop/Placed/event.toml", "\"shop\"", "\"market\"");
    let found = [
        "error[lock-conflict]: schemactl.lock releases 2 schemas as shop/Paid@1.1",
        "as in main (",
        "as schemas/shop/Paid/1.1.json",
        "error[released-schema-changed]: Paid@1.1 is not the same as in main",
        "error[identity-changed]",
    ];
    shop.holds(&["check", "--against", "main"], 1, &found);
    shop.holds(&["check", "--release"], 1, &["error[lock-conflict]"]);
    let lock = fs::read_to_string(shop.path("schemactl.lock")).unwrap();
    let retire = ["retire", "Placed", "--author", "Ann", "--reason", "why"];
    shop.holds(
        &retire,
        2,
        &["two lines of schemactl.lock contradict each other about shop/Paid"],
    );
    assert_eq!(fs::read_to_string(shop.path("schemactl.lock")).unwrap(), lock);
    // What the finding says to do is enough.
    shop.edit("schemas/shop/Placed/event.toml", "\"market\"", "\"shop\"");
    shop.git(&["mv", PAID.replace("1.0", "1.1").as_str(), "schemas/shop/Paid/1.2.json"]);
    shop.git(&["checkout", "--quiet", "main", "--", "schemas", "schemactl.lock"]);
    shop.holds(
        &["check", "--release", "--against", "main"],
        0,
        &["1 version released for the first time"],
    );
}

#[test]
fn seals_of_before_hold_and_are_renewed_by_a_release() {
    let shop = Shop::new(&["Placed", "Paid"]);
    shop.record(&["retire", "Paid"]);
    let lock = fs::read_to_string(shop.path("schemactl.lock")).unwrap();
    let old = old_seal(&lock);
    fs::write(shop.path("schemactl.lock"), &old).unwrap();
    shop.commit();
    shop.holds(&["check", "--against", "main"], 0, &["nothing found"]);
    let renewed = "the seals of 1 record are renewed";
    shop.holds(&["check", "--release", "--against", "main"], 0, &[renewed]);
    let lock = fs::read_to_string(shop.path("schemactl.lock")).unwrap();
    assert_ne!(lock, old);
    // It is no other record for it, and nothing is denied.
    shop.holds(
        &["check", "--against", "main", "--deny", "retired"],
        0,
        &["nothing found"],
    );
    let (code, said) = shop.run(&["check", "--release"]);
    assert!(code == 0 && !said.contains("renewed"), "{said}");
    for (from, to) in [
        ("it is time", "it was time"),
        ("Ann", "Bob"),
        ("date = \"20", "date = \"19"),
    ] {
        fs::write(shop.path("schemactl.lock"), lock.replace(from, to)).unwrap();
        shop.holds(
            &["check"],
            1,
            &["error[record-invalid]", "another content, reason, author or day"],
        );
    }
}

/// The lock with the seal that its retirement would have had before: of the event and the step alone.
fn old_seal(lock: &str) -> String {
    let record = lock.lines().find(|line| line.contains("retired = ")).unwrap();
    let table = record.split("retired = ").nth(1).unwrap();
    let table = &table[..=table.find('}').unwrap()];
    let text = format!("shop/Paid\nretired = {table}");
    let seal = schemactl_workspace::digest_text(&text);
    let new = record.split("seal = \"").nth(1).unwrap().split('"').next().unwrap();
    // A record of before says nothing about the whole event.
    lock.replace(", whole = true", "").replace(new, seal.short())
}

//! Two branches that record something of one event. Whatever they record: where the check of one lets it pass against the other, the merge of
//! both is a state that the check lets pass too.

#![allow(clippy::unwrap_used)]

use std::fs;

use schemactl_tests::{Shop, THING, try_git};

/// What a branch does to `shop/Paid`.
type Deed = (&'static str, fn(&Shop));

const DEEDS: [Deed; 9] = [
    ("retires it", |shop| shop.record(&["retire", "Paid"])),
    ("retires it and removes its files", |shop| {
        shop.record(&["retire", "Paid"]);
        fs::remove_dir_all(shop.path("schemas/shop/Paid")).unwrap();
    }),
    ("retires its first major", |shop| shop.record(&["retire", "Paid@1"])),
    ("moves it to Charged", |shop| shop.record(&["move", "Paid", "Charged"])),
    ("moves it to Settled with a detail-type of its own", |shop| {
        shop.record(&["move", "Paid", "Settled", "--detail-type", "Settled"]);
    }),
    ("publishes it as Charged too", |shop| {
        shop.record(&["move", "Paid", "Charged", "--keep", "--detail-type", "Charged"]);
    }),
    ("gives it another source", |shop| {
        shop.record(&["move", "Paid", "Paid", "--source", "market"]);
    }),
    ("corrects it", |shop| {
        shop.edit("schemas/shop/Paid/1.0.json", "\"id\": ", "\"gift\": {}, \"id\": ");
        shop.record(&["hotfix", "Paid@1.0"]);
    }),
    ("releases a version", |shop| {
        let schema = THING.replace("\"id\": ", "\"coupon\": {}, \"id\": ");
        fs::write(shop.path("schemas/shop/Paid/1.1.json"), schema).unwrap();
        shop.holds(&["check", "--release"], 0, &[]);
    }),
];

/// Whether git merges a branch by itself.
fn merges(shop: &Shop, branch: &str) -> bool {
    try_git(&shop.path("."), &["merge", "--quiet", "--no-edit", branch])
        .status
        .success()
}

#[test]
fn what_two_branches_record_of_one_event_is_settled_before_the_merge() {
    let shop = Shop::new(&["Placed", "Paid"]);
    shop.git(&["branch", "start"]);
    let (mut passed, mut refused, mut wrong) = (0, 0, Vec::new());
    for (first, on_main) in DEEDS {
        for (second, on_branch) in DEEDS {
            // Commands look at main, which has not moved yet.
            shop.git(&["checkout", "--quiet", "--force", "-B", "main", "start"]);
            shop.git(&["checkout", "--quiet", "--force", "-B", "late", "start"]);
            on_branch(&shop);
            shop.commit();
            shop.git(&["checkout", "--quiet", "main"]);
            on_main(&shop);
            shop.commit();
            shop.git(&["checkout", "--quiet", "--force", "late"]);
            let (code, said) = shop.run(&["check", "--against", "main"]);
            if code != 0 {
                assert!(code == 1 && said.contains("error["), "{first}, {second}: {said}");
                refused += 1;
                continue;
            }
            shop.git(&["checkout", "--quiet", "--force", "main"]);
            if merges(&shop, "late") {
                let (code, said) = shop.run(&["check"]);
                if code != 0 {
                    wrong.push(format!("main {first}, the branch {second}:\n{said}"));
                }
                passed += 1;
            } else {
                shop.git(&["merge", "--abort"]);
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {passed} merges:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(passed > 0 && refused > 0, "{passed} passed, {refused} refused");
}

#[test]
fn what_the_finding_says_to_do_is_enough() {
    let shop = Shop::new(&["Placed", "Paid"]);
    shop.git(&["switch", "--quiet", "--create", "late"]);
    shop.edit("schemas/shop/Paid/1.0.json", "\"id\": ", "\"gift\": {}, \"id\": ");
    shop.record(&["hotfix", "Paid@1.0"]);
    shop.record(&["retire", "Placed@1"]);
    shop.commit();
    shop.git(&["switch", "--quiet", "main"]);
    shop.record(&["move", "Paid", "Charged"]);
    fs::write(shop.path("schemas/shop/Placed/1.1.json"), THING).unwrap();
    shop.holds(&["check", "--release"], 0, &[]);
    shop.commit();
    shop.git(&["switch", "--quiet", "late"]);
    let found = [
        "error[lock-conflict]: shop/Paid@1.0 is corrected here, and main (",
        "has moved it to shop/Charged",
        "`schemactl hotfix shop/Charged@1.0 --reason …`",
        "error[lock-conflict]: shop/Placed@1.1 was released in main (",
        "`schemactl retire shop/Placed@1 --reason …`",
    ];
    shop.holds(&["check", "--against", "main"], 1, &found);
    assert!(merges(&shop, "main"));
    shop.git(&["checkout", "--quiet", "main", "--", "schemactl.lock"]);
    shop.record(&["hotfix", "shop/Charged@1.0"]);
    shop.record(&["retire", "shop/Placed@1"]);
    let told = ["accepted[schema-hotfixed]", "accepted[event-retired]"];
    shop.holds(&["check", "--against", "main"], 0, &told);
}

#[test]
fn a_file_that_the_merge_would_leave_behind_is_found_before() {
    let shop = Shop::new(&["Placed", "Paid"]);
    shop.git(&["branch", "late"]);
    fs::write(shop.path("schemas/shop/Paid/1.1.json"), THING).unwrap();
    shop.holds(&["check", "--release"], 0, &[]);
    shop.commit();
    // The retirement covers what main has released, and the branch has no file of it.
    shop.git(&["switch", "--quiet", "late"]);
    shop.record(&["retire", "Paid"]);
    fs::remove_dir_all(shop.path("schemas/shop/Paid")).unwrap();
    shop.commit();
    let found = "error[lock-conflict]: schemas/shop/Paid/1.1.json is in main (";
    shop.holds(&["check", "--against", "main"], 1, &[found]);
    assert!(merges(&shop, "main"));
    fs::remove_dir_all(shop.path("schemas/shop/Paid")).unwrap();
    shop.holds(&["check", "--against", "main"], 0, &["accepted[event-retired]"]);
}

/// A deed, and what takes it back.
type UndoneDeed = (Deed, fn(&Shop));

/// What is taken back in a branch whose commits main has as one.
const UNDONE: [UndoneDeed; 5] = [
    (DEEDS[0], |shop| shop.record(&["retire", "Paid", "--undo"])),
    (DEEDS[1], |shop| {
        shop.git(&["checkout", "--quiet", "start", "--", "schemas/shop/Paid"]);
        shop.record(&["retire", "Paid", "--undo"]);
    }),
    (DEEDS[3], |shop| shop.record(&["move", "Paid", "Charged", "--undo"])),
    (DEEDS[6], |shop| shop.record(&["move", "Paid", "Paid", "--undo"])),
    (DEEDS[7], |shop| {
        shop.git(&["checkout", "--quiet", "start", "--", "schemas/shop/Paid"]);
        shop.record(&["hotfix", "Paid@1.0"]);
    }),
];

/// Git takes a file that is back for one that never changed, and merges the deletion that it knows from the squash.
#[test]
fn what_a_squashed_branch_takes_back_is_settled_before_the_merge() {
    let shop = Shop::new(&["Placed", "Paid"]);
    shop.git(&["branch", "start"]);
    let (mut refused, mut wrong) = (0, Vec::new());
    for ((deed, act), undo) in UNDONE {
        shop.git(&["checkout", "--quiet", "--force", "-B", "main", "start"]);
        shop.git(&["checkout", "--quiet", "--force", "-B", "late", "start"]);
        act(&shop);
        shop.commit();
        shop.git(&["checkout", "--quiet", "--force", "main"]);
        shop.git(&["merge", "--quiet", "--squash", "late"]);
        // With the message of the branch it would be the branch's own commit, if both were made in one second.
        shop.git(&["commit", "--quiet", "--message=squashed"]);
        shop.git(&["checkout", "--quiet", "--force", "late"]);
        undo(&shop);
        shop.commit();
        let (code, said) = shop.run(&["check", "--against", "main"]);
        if code != 0 {
            assert!(said.contains("error[lock-conflict]"), "{deed}: {said}");
            refused += 1;
            // What the finding says to do.
            shop.git(&["branch", "--force", "back"]);
            if !merges(&shop, "main") {
                shop.git(&["checkout", "--quiet", "back", "--", "schemactl.lock"]);
                shop.git(&["add", "--all"]);
            }
            shop.git(&["checkout", "--quiet", "back", "--", "schemas/shop/Paid"]);
            if said.contains("and its line in schemactl.lock") {
                shop.git(&["checkout", "--quiet", "back", "--", "schemactl.lock"]);
            }
            if said.contains("delete schemas/shop/Charged,") {
                fs::remove_dir_all(shop.path("schemas/shop/Charged")).unwrap();
            }
            shop.commit();
            let (code, said) = shop.run(&["check", "--against", "main"]);
            assert_eq!(code, 0, "{deed}, after the advice: {said}");
        }
        shop.git(&["checkout", "--quiet", "--force", "main"]);
        if merges(&shop, "late") {
            let (code, said) = shop.run(&["check"]);
            if code != 0 {
                wrong.push(format!("main {deed}, the branch takes it back:\n{said}"));
            }
        } else {
            shop.git(&["merge", "--abort"]);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(refused > 0, "no branch was refused");
}

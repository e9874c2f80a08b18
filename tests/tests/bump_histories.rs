//! `schemactl bump` corrects all wrong numbers of an event in one run. In: histories of three changes, each a major, a minor or a patch, under numbers that
//! are too small or leave gaps. Out: the numbers that the changes need, and a second run that has nothing to do.
#![allow(clippy::unwrap_used)]

use std::fs;

use schemactl_tests::{Shop, names_in};
use serde_json::json;

const EVENT: &str = "schemas/shop/Thing";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Major,
    Minor,
    Patch,
}

const STEPS: [Step; 3] = [Step::Major, Step::Minor, Step::Patch];

/// Numbers after 1.0 that are wrong for most histories.
const NUMBERINGS: [[&str; 3]; 2] = [["1.0.1", "1.0.2", "1.0.3"], ["1.2", "1.4", "1.6"]];

/// Returns the schema after some steps.
fn schema_after(steps: &[Step]) -> String {
    let count = |wanted: Step| steps.iter().filter(|step| **step == wanted).count();
    // Every other type breaks those before.
    let types = ["string", "integer", "boolean", "array"];
    let mut properties = json!({"id": {"type": types[count(Step::Major)]}, "version": {"type": "string"}});
    for minor in 0..count(Step::Minor) {
        properties[format!("more{minor}")] = json!({"type": "string"});
    }
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "description": format!("patch {}", count(Step::Patch)),
        "type": "object",
        "properties": properties,
        "required": ["id"],
    })
    .to_string()
}

/// Returns the numbers that the steps lead to.
fn numbers_after(steps: &[Step]) -> Vec<String> {
    let (mut major, mut minor, mut patch) = (1, 0, 0);
    let mut numbers = vec!["1.0".to_owned()];
    for step in steps {
        (major, minor, patch) = match step {
            Step::Major => (major + 1, 0, 0),
            Step::Minor => (major, minor + 1, 0),
            Step::Patch => (major, minor, patch + 1),
        };
        numbers.push(if patch == 0 {
            format!("{major}.{minor}")
        } else {
            format!("{major}.{minor}.{patch}")
        });
    }
    numbers
}

#[test]
fn one_run_corrects_all_numbers() {
    let mut renamed = 0;
    for case in 0..27 {
        let steps = [STEPS[case % 3], STEPS[case / 3 % 3], STEPS[case / 9]];
        for numbering in NUMBERINGS {
            // In a gap a patch is a smaller step than the number, which somebody may want.
            let is_gap = numbering[0] == "1.2";
            if is_gap && steps.contains(&Step::Patch) {
                continue;
            }
            let shop = Shop::without_lock(&["Thing"]);
            fs::write(shop.path(&format!("{EVENT}/1.0.json")), schema_after(&[])).unwrap();
            for (index, number) in numbering.iter().enumerate() {
                let schema = schema_after(&steps[..=index]);
                fs::write(shop.path(&format!("{EVENT}/{number}.json")), schema).unwrap();
            }
            let (code, told) = shop.run(&["bump"]);
            assert_eq!(code, 0, "{steps:?} {told}");
            let mut expected: Vec<String> = numbers_after(&steps)
                .iter()
                .map(|number| format!("{number}.json"))
                .collect();
            expected.push("event.toml".to_owned());
            expected.sort();
            assert_eq!(names_in(&shop.path(EVENT)), expected, "{steps:?} {numbering:?} {told}");
            for (index, number) in numbers_after(&steps).iter().enumerate() {
                let schema = fs::read_to_string(shop.path(&format!("{EVENT}/{number}.json"))).unwrap();
                assert_eq!(schema, schema_after(&steps[..index]), "{steps:?} {number}");
            }
            shop.holds(&["bump"], 0, &["every version has the number that it needs"]);
            shop.holds(&["check"], 0, &[]);
            renamed += usize::from(told.contains('→'));
        }
    }
    assert!(renamed > 25, "{renamed}");
}

/// Advice on a number names none that is there already.
#[test]
fn a_number_that_exists_is_not_advised() {
    let shop = Shop::without_lock(&["Thing"]);
    for number in ["1.3", "2.0"] {
        fs::write(
            shop.path(&format!("{EVENT}/{number}.json")),
            schema_after(&[Step::Minor]),
        )
        .unwrap();
    }
    let (_, text) = shop.run(&["check"]);
    let advice: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("the next version is"))
        .collect();
    assert!(advice.iter().all(|line| !line.contains("2.0")), "{text}");
}

/// Without its lock a workspace has no releases: that is told where the last commit has them, and only there.
#[test]
fn a_lock_that_was_deleted_is_missed() {
    let shop = Shop::new(&["Thing"]);
    fs::remove_file(shop.path("schemactl.lock")).unwrap();
    let told = "schemactl.lock is missing: the last commit has it, with 1 version released";
    shop.holds(&["check"], 0, &[told, "git checkout HEAD -- schemactl.lock"]);
    shop.holds(&["check", "--fail-on", "warning"], 1, &[told]);
    shop.git(&["checkout", "HEAD", "--", "schemactl.lock"]);
    shop.holds(&["check", "--fail-on", "note"], 0, &["nothing found"]);
    let without = Shop::without_lock(&["Thing"]);
    without.holds(&["check", "--fail-on", "note"], 0, &["nothing found"]);
}

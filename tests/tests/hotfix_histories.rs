//! A hotfix of one of several minors. In: generated histories of three to six minors, in which a property has a wrong type from some version on, and
//! one version is corrected. Out: advice that keeps all numbers, and ends in a check without findings when it is followed; and for those whose
//! events really changed, the number that the change needs, which is as small as the check accepts.
#![allow(clippy::unwrap_used)]

use std::fs;

use schemactl_tests::Shop;
use serde_json::{Value, json};

const EVENT: &str = "schemas/shop/Thing";
const WRONG: &str = r#"{"type":"boolean"}"#;

/// A history: the number of its minors, the first one that has the property, and the one that is corrected.
#[derive(Clone, Copy, Debug)]
struct FaultyHistory {
    minors: u64,
    since: u64,
    corrected: u64,
    mode: &'static str,
    right: &'static str,
}

fn list_histories() -> Vec<FaultyHistory> {
    let mut all = Vec::new();
    for minors in 3..=6 {
        for since in 0..minors {
            for corrected in since..minors {
                for (mode, right) in [
                    ("full-transitive", r#"{"type":"string"}"#),
                    ("full-transitive", r#"{"type":["boolean","string"]}"#),
                    ("backward", r#"{"type":["boolean","string"]}"#),
                ] {
                    all.push(FaultyHistory {
                        minors,
                        since,
                        corrected,
                        mode,
                        right,
                    });
                }
            }
        }
    }
    // A slice that meets all modes: eight and three have no common divisor.
    all.into_iter().step_by(8).collect()
}

fn schema_of(history: FaultyHistory, minor: u64) -> String {
    let mut properties = json!({"id": {"type": "string"}});
    for step in 0..minor {
        properties[format!("added{step}")] = json!({"type": "string"});
    }
    if minor >= history.since {
        properties["gift"] = serde_json::from_str(WRONG).unwrap();
    }
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "properties": properties,
        "required": ["id"],
    })
    .to_string()
}

fn released(history: FaultyHistory) -> Shop {
    let shop = Shop::without_lock(&["Thing"]);
    let manifest = format!(
        "version = 1\n[registry]\nname = \"shop\"\n[check]\nmode = \"{}\"\n",
        history.mode
    );
    fs::write(shop.path("schemactl.toml"), manifest).unwrap();
    for minor in 0..history.minors {
        fs::write(shop.path(&format!("{EVENT}/1.{minor}.json")), schema_of(history, minor)).unwrap();
    }
    shop.holds(&["check", "--release"], 0, &[]);
    shop.commit();
    shop.git(&["switch", "--quiet", "--create", "work"]);
    shop
}

fn correct(shop: &Shop, history: FaultyHistory, version: &str) {
    shop.edit(&format!("{EVENT}/{version}.json"), WRONG, history.right);
    shop.record(&["hotfix", &format!("shop/Thing@{version}")]);
}

fn report_of(shop: &Shop) -> Value {
    let (_, text) = shop.run(&["check", "--against", "main", "--format", "json", "--log-format", "json"]);
    let json = text.split("\n{\"level\"").next().unwrap();
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Follows the advice until there is none. Returns the numbers that it names for a version of its own.
fn follow_advice(shop: &Shop, history: FaultyHistory) -> Vec<String> {
    let mut numbers = Vec::new();
    for _ in 0..=history.minors {
        let report = report_of(shop);
        for summary in report["summaries"].as_array().unwrap() {
            assert_eq!(summary["needed"], summary["wrote"], "{history:?} {summary}");
        }
        shop.holds(
            &["bump", "--dry-run"],
            0,
            &["every version has the number that it needs"],
        );
        let findings = report["findings"].as_array().unwrap().iter();
        let mut errors = findings.filter(|finding| finding["severity"] == "error");
        let Some(error) = errors.next() else {
            return numbers;
        };
        let fix = error["fix"].as_str().unwrap();
        numbers.extend(fix.split("publish the change as ").nth(1).map(str::to_owned));
        let commands: Vec<&str> = fix.split("hotfix shop/Thing@").skip(1).collect();
        assert!(!commands.is_empty(), "{history:?} {error:#}");
        for command in commands {
            correct(shop, history, command.split(' ').next().unwrap());
        }
    }
    panic!("{history:?}: the advice has no end");
}

#[test]
fn the_advice_after_a_hotfix_keeps_all_numbers() {
    let mut with_advice = 0;
    for history in list_histories() {
        let shop = released(history);
        correct(&shop, history, &format!("1.{}", history.corrected));
        let numbers = follow_advice(&shop, history);
        shop.holds(&["check", "--against", "main"], 0, &[]);
        let Some(number) = numbers.first() else { continue };
        with_advice += 1;
        publish_change(history, number);
    }
    assert!(with_advice > 8, "{with_advice}");
}

/// The hotfix is undone, and the correction is the next version: under the number that the advice names, and under no smaller one.
fn publish_change(history: FaultyHistory, number: &str) {
    let shop = released(history);
    let text = schema_of(history, history.minors - 1).replace(WRONG, history.right);
    fs::write(shop.path(&format!("{EVENT}/{number}.json")), &text).unwrap();
    let (code, report) = shop.run(&["check", "--against", "main"]);
    assert_eq!(code, 0, "{history:?} {number} {report}");
    assert!(!report.contains("major-not-needed"), "{history:?} {number} {report}");
}

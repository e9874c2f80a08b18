//! What a waiver accepts is the change that somebody has seen: another schema in its place is a finding, before the release; other words for the
//! same schema, and versions that come later, are none.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::Output;

use schemactl_tests::{Shop, THING, binary, clean_command};

fn run(folder: &Path, arguments: &[&str]) -> Output {
    clean_command(&binary())
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap()
}

fn check(folder: &Path) -> (Option<i32>, String) {
    let output = run(folder, &["check"]);
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stdout).into_owned(),
    )
}

fn write(folder: &Path, version: &str, part: &str) {
    let schema = format!(
        r#"{{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "properties": {{"a": {part}, "n": {{"type": "integer"}}}}}}"#
    );
    fs::write(folder.join(format!("schemas/shop/Thing/{version}.json")), schema).unwrap();
}

/// A workspace in which what 1.1 breaks is accepted.
fn accepted(old: &str, new: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let event = folder.path().join("schemas/shop/Thing");
    fs::create_dir_all(&event).unwrap();
    fs::write(
        folder.path().join("schemactl.toml"),
        "version = 1\n[registry]\nname = \"r\"\n",
    )
    .unwrap();
    fs::write(event.join("event.toml"), "source = \"shop\"\ndetail-type = \"Thing\"\n").unwrap();
    write(folder.path(), "1.0", old);
    write(folder.path(), "1.1", new);
    assert_eq!(check(folder.path()).0, Some(1), "{old} {new}");
    assert!(
        run(folder.path(), &["accept", "--all", "--reason", "seen"])
            .status
            .success()
    );
    assert_eq!(check(folder.path()).0, Some(0), "{old} {new}");
    folder
}

/// The old schema, the one that was accepted, and another one.
const OTHERS: [[&str; 3]; 15] = [
    [
        r#"{"type": "object"}"#,
        r#"{"type": "object", "properties": {"k": {"type": "string"}}}"#,
        r#"{"type": "object", "properties": {"k": {"type": "integer"}}}"#,
    ],
    [
        r#"{"type": "object"}"#,
        r##"{"type": "object", "properties": {"k": {"$ref": "#/properties/a/$defs/k"}}, "$defs": {"k": {"type": "string"}}}"##,
        r##"{"type": "object", "properties": {"k": {"$ref": "#/properties/a/$defs/k"}}, "$defs": {"k": {"type": "string", "minLength": 3}}}"##,
    ],
    [
        r#"{"type": "object"}"#,
        r#"{"const": {"x": 1}}"#,
        r#"{"const": {"x": 2}}"#,
    ],
    [
        "{}",
        r#"{"not": {"type": "string"}}"#,
        r#"{"not": {"type": ["string", "null"]}}"#,
    ],
    [
        r#"{"type": "array"}"#,
        r#"{"type": "array", "items": {"type": "string"}}"#,
        r#"{"type": "array", "items": {"type": "null"}}"#,
    ],
    [
        r#"{"type": "array"}"#,
        r#"{"type": "array", "contains": {"type": "string"}}"#,
        r#"{"type": "array", "contains": {"type": "null"}}"#,
    ],
    [
        r#"{"type": "object"}"#,
        r#"{"type": "object", "additionalProperties": {"type": "string"}}"#,
        r#"{"type": "object", "additionalProperties": {"type": "null"}}"#,
    ],
    [
        r#"{"type": "object"}"#,
        r#"{"type": "object", "patternProperties": {"^x": {"type": "string"}}}"#,
        r#"{"type": "object", "patternProperties": {"^x": {"type": "null"}}}"#,
    ],
    [
        "{}",
        r#"{"anyOf": [{"type": "string"}, {"type": "null"}]}"#,
        r#"{"anyOf": [{"type": "string"}, {"type": "integer"}]}"#,
    ],
    [
        r#"{"type": "object"}"#,
        r#"{"type": "object", "if": {"required": ["k"]}, "then": {"required": ["x"]}}"#,
        r#"{"type": "object", "if": {"required": ["k"]}, "then": {"required": ["y"]}}"#,
    ],
    [
        r#"{"type": "object"}"#,
        r#"{"type": "object", "if": {"required": ["k"]}, "then": {"required": ["x"]}}"#,
        r#"{"type": "object", "if": {"required": ["k"]}, "else": {"required": ["x"]}}"#,
    ],
    [
        r#"{"type": "object", "if": {"required": ["k"]}}"#,
        r#"{"type": "object", "if": {"required": ["k"]}, "then": {"required": ["x"]}}"#,
        r#"{"type": "object", "if": {"required": ["k"]}, "else": {"required": ["x"]}}"#,
    ],
    [
        r#"{"type": "object", "if": {"required": ["x"]}, "then": {"required": ["y"]}}"#,
        r#"{"type": "object", "if": {"required": ["k"]}, "then": {"required": ["y"]}}"#,
        r#"{"type": "object", "if": {"required": ["k"]}, "then": {"required": ["z"]}}"#,
    ],
    [
        r#"{"type": "object"}"#,
        r#"{"type": "object", "dependentRequired": {"k": ["x"]}}"#,
        r#"{"type": "object", "dependentRequired": {"k": ["y"]}}"#,
    ],
    [
        r#"{"type": "object", "dependentRequired": {"k": ["z"]}}"#,
        r#"{"type": "object", "dependentRequired": {"k": ["z", "x"]}}"#,
        r#"{"type": "object", "dependentRequired": {"k": ["z", "x", "y"]}}"#,
    ],
];

#[test]
fn another_schema_in_the_place_of_an_accepted_one_is_found() {
    let mut silent = Vec::new();
    for [old, seen, other] in OTHERS {
        let folder = accepted(old, seen);
        write(folder.path(), "1.1", other);
        let (code, text) = check(folder.path());
        if code != Some(1) {
            silent.push(format!("{seen} → {other}\n{text}"));
        }
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}

/// The properties that conditions are about.
const PROPERTIES: &str =
    r#""type": "object", "properties": {"k": {"type": "string"}, "x": {"type": "string"}, "y": {"type": "string"}}"#;

/// Waivers hold what fingerprints were before they named the condition, in one direction or in both: they accept what they accepted.
#[test]
fn waivers_of_before_conditions_were_named_count() {
    for (old, new, print) in [
        (
            "",
            r#", "if": {"required": ["k"]}, "then": {"required": ["x"]}"#,
            "1c129b19396f",
        ),
        (
            r#", "dependentRequired": {"k": ["y"]}"#,
            r#", "dependentRequired": {"k": ["y", "x"]}"#,
            "c4fd6b5ece2d",
        ),
        (
            r#", "if": {"required": ["x"]}, "then": {"required": ["y"]}"#,
            r#", "if": {"required": ["y"]}, "then": {"required": ["x"]}"#,
            "f74ceab092f4",
        ),
    ] {
        let [old, new] = [old, new].map(|rest| format!("{{{PROPERTIES}{rest}}}"));
        let folder = accepted(&old, &new);
        let file = folder.path().join("schemas/shop/Thing/event.toml");
        let text = fs::read_to_string(&file).unwrap();
        let settings = text.split("[[waiver]]").next().unwrap();
        fs::write(&file, settings).unwrap();
        assert_eq!(check(folder.path()).0, Some(1), "{new}");
        fs::write(
            &file,
            format!("{settings}[[waiver]]\nfingerprint = \"{print}\"\nreason = \"seen\"\n"),
        )
        .unwrap();
        let (code, text) = check(folder.path());
        assert_eq!(code, Some(0), "{new}: {text}");
        assert!(!text.contains("waiver-stale"), "{text}");
    }
}

#[test]
fn other_words_and_later_versions_are_accepted_with_it() {
    let [old, seen, _] = OTHERS[0];
    let folder = accepted(old, seen);
    let words = seen.replace(r#""type": "string""#, r#""type": "string", "description": "A word.""#);
    write(folder.path(), "1.1", &words);
    let (code, text) = check(folder.path());
    assert_eq!(code, Some(0), "{text}");
    // Another spelling of the same schema, in a version of its own: it is the change of 1.1 still.
    let spelt = seen.replace(r#""type": "string""#, r#""type": "string", "minLength": 0"#);
    write(folder.path(), "1.2", &spelt);
    let (code, text) = check(folder.path());
    assert_eq!(code, Some(0), "{text}");
    assert_eq!(
        text.matches("accepted[property-added]").count(),
        1,
        "one change, one finding: {text}"
    );
}

/// A shop whose branch releases a break: `Placed@1.1` takes another type.
fn break_on_a_branch() -> Shop {
    let shop = Shop::new(&["Placed"]);
    shop.git(&["checkout", "--quiet", "-b", "break"]);
    let other = THING.replace("\"string\"", "\"integer\"");
    fs::write(shop.path("schemas/shop/Placed/1.1.json"), other).unwrap();
    shop.holds(&["check", "--against", "main"], 1, &["error["]);
    shop
}

#[test]
fn a_waiver_of_the_branch_is_shown_and_can_be_rejected() {
    let shop = break_on_a_branch();
    shop.record(&["accept", "--all"]);
    // Quiet or not: whoever reviews the branch sees what it accepts by itself.
    for quiet in [&[][..], &["--quiet"]] {
        let arguments = [&["check", "--against", "main"], quiet].concat();
        shop.holds(&arguments, 0, &["accepted[", "it is time"]);
    }
    let deny = ["check", "--against", "main", "--deny", "waiver"];
    shop.holds(
        &deny,
        1,
        &[
            "error[",
            "accepted on this branch: it is time",
            "`--deny waiver` rejects",
        ],
    );
    let (_, denied) = shop.run(&deny);
    assert!(!denied.contains("accept it with"), "it is accepted: {denied}");
    assert!(
        denied.contains("Placed needs 2.0"),
        "the number counts no waiver either: {denied}"
    );
    // Nor does one that is over, for a version that the branch calls released.
    let later = [&deny[..], &["--today", "2099-01-02"]].concat();
    shop.edit(
        "schemas/shop/Placed/event.toml",
        "reason = \"it is time\"",
        "reason = \"it is time\"\nexpires = \"2099-01-01\"",
    );
    shop.holds(&["check", "--release"], 0, &[]);
    shop.holds(&later, 1, &["error[", "`--deny waiver` rejects"]);
    // What is merged is known.
    shop.commit();
    shop.git(&["checkout", "--quiet", "main"]);
    shop.git(&["merge", "--quiet", "break"]);
    shop.git(&["checkout", "--quiet", "-b", "next"]);
    shop.holds(&deny, 0, &["accepted["]);
    let (_, quiet) = shop.run(&["check", "--against", "main", "--quiet"]);
    assert!(!quiet.contains("accepted["), "{quiet}");
}

#[test]
fn an_accepted_weaker_setting_counts_from_its_merge_on() {
    let shop = break_on_a_branch();
    let settings = "source = \"shop\"\ndetail-type = \"Placed\"\nmode = \"none\"\n";
    fs::write(shop.path("schemas/shop/Placed/event.toml"), settings).unwrap();
    let (_, found) = shop.run(&["check", "--against", "main", "--format", "json"]);
    // The note behind the report names the base.
    let mut documents = serde_json::Deserializer::from_str(&found).into_iter::<serde_json::Value>();
    let report = documents.next().unwrap().unwrap();
    let findings = report["findings"].as_array().unwrap();
    let weakened = findings
        .iter()
        .find(|finding| finding["rule"] == "setting-weakened")
        .unwrap();
    shop.record(&["accept", weakened["fingerprint"].as_str().unwrap(), "--against", "main"]);
    // The break is judged by what main requires.
    shop.holds(
        &["check", "--against", "main"],
        1,
        &["accepted[setting-weakened]", "Placed@1.1"],
    );
    // Without the break, the setting can be merged.
    fs::remove_file(shop.path("schemas/shop/Placed/1.1.json")).unwrap();
    shop.holds(&["check", "--against", "main"], 0, &["accepted[setting-weakened]"]);
}

#[test]
fn an_expired_waiver_says_so_and_is_renewed_in_place() {
    let shop = break_on_a_branch();
    shop.record(&["accept", "--all", "--expires", "2026-06-30", "--today", "2026-06-01"]);
    let waivers = || fs::read_to_string(shop.path("schemas/shop/Placed/event.toml")).unwrap();
    let print = waivers().split("fingerprint = \"").nth(1).unwrap()[..12].to_owned();
    let renew = |today: &str| shop.record(&["accept", &print, "--expires", "2026-12-31", "--today", today]);
    // Not released: an error again, and one waiver after it is renewed.
    shop.holds(
        &["check", "--today", "2026-07-01"],
        1,
        &["error[", "it expired on 2026-06-30"],
    );
    renew("2026-07-01");
    assert_eq!(waivers().matches("[[waiver]]").count(), 1);
    shop.holds(
        &["check", "--today", "2026-07-01", "--fail-on", "warning"],
        0,
        &["accepted["],
    );
    // Released: a warning that is told as one.
    shop.holds(&["check", "--release", "--today", "2026-07-01"], 0, &[]);
    let told = [
        "warning[",
        "the waiver for 1.1 against 1.0 expired on 2026-12-31, accepted by",
        ": it is time; ",
        "renew it with `schemactl accept",
    ];
    shop.holds(&["check", "--today", "2027-01-01", "--quiet"], 0, &told);
    shop.holds(&["check", "--today", "2027-01-01", "--fail-on", "warning"], 1, &told);
    shop.record(&["accept", &print, "--today", "2027-01-01"]);
    assert_eq!(waivers().matches("[[waiver]]").count(), 1);
    shop.holds(
        &["check", "--today", "2027-01-01", "--fail-on", "warning"],
        0,
        &["accepted["],
    );
}

//! What an editor shows is what `check` finds, at the same places, and goes when it is mended.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use schemactl_tests::{binary, clean_command, copy_folder, root};
use serde_json::{Value as Json, json};

use crate::client::{Editor, ListedFinding, TODAY, folder_with, uri};

pub(crate) const SETTINGS: &str = "version = 1\n[registry]\nname = \"orders\"\n";
pub(crate) const EVENT: &str = "source = \"shop\"\ndetail-type = \"Order Placed\"\n";
pub(crate) const FIRST: &str = "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n  \"type\": \"object\",\n  \"properties\": {\n    \"id\": { \"type\": \"string\" }\n  }\n}\n";

/// The files of a workspace with one event.
fn shop<'f>(more: &[(&'f str, &'f str)]) -> (tempfile::TempDir, std::path::PathBuf) {
    let files = [
        ("schemactl.toml", SETTINGS),
        ("schemas/shop/OrderPlaced/event.toml", EVENT),
        ("schemas/shop/OrderPlaced/1.0.json", FIRST),
    ];
    folder_with(&[&files, more].concat())
}

/// What `check` finds in a folder, or in every workspace below.
pub(crate) fn checked(folder: &Path) -> BTreeSet<ListedFinding> {
    checked_with_messages(folder)
        .into_iter()
        .map(|(finding, _)| finding)
        .collect()
}

/// What `check` finds, each with its message.
pub(crate) fn checked_with_messages(folder: &Path) -> Vec<(ListedFinding, String)> {
    let mut check = clean_command(&binary());
    let output = check
        .current_dir(folder)
        .args(["check", "--format", "json", "--today", TODAY])
        .output()
        .unwrap();
    let report: Json = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    let findings = findings.map(|finding| {
        let place = finding["places"].get(0);
        let workspace = finding["workspace"]
            .as_str()
            .map_or_else(String::new, |name| format!("{name}/"));
        let file = place.map_or(format!("{workspace}schemactl.toml"), |place| {
            place["file"].as_str().unwrap().to_owned()
        });
        let line = place.map_or(1, |place| place["start"]["line"].as_u64().unwrap());
        let listed = (file, line, finding["rule"].as_str().unwrap().to_owned());
        (listed, finding["message"].as_str().unwrap().to_owned())
    });
    findings.collect()
}

#[test]
fn every_case_shows_what_check_finds() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().canonicalize().unwrap();
    copy_folder(&root().join("tests/cases/check"), &folder);
    let mut found = checked(&folder);
    // An editor is about one workspace at a time.
    found.retain(|(_, _, rule)| rule != "event-in-several-workspaces");
    assert!(found.len() > 200, "{}", found.len());
    let editor = Editor::with_folders(&[&folder]);
    let shown = editor.findings(&folder);
    let (missing, added): (Vec<_>, Vec<_>) = (found.difference(&shown).collect(), shown.difference(&found).collect());
    assert!(
        missing.is_empty() && added.is_empty(),
        "missing {missing:#?}\nadded {added:#?}"
    );
    editor.finish();
}

#[test]
fn a_break_is_shown_while_it_is_typed_and_goes_when_it_is_mended() {
    let second = FIRST.replace(
        "\"id\": { \"type\": \"string\" }",
        "\"id\": { \"type\": \"string\" },\n    \"\u{1f600}\": { \"type\": \"string\" }",
    );
    let (_folder, root) = shop(&[("schemas/shop/OrderPlaced/1.1.json", &second)]);
    let mut editor = Editor::with_folders(&[&root]);
    let event = root.join("schemas/shop/OrderPlaced");
    let file = event.join("1.1.json");
    editor.open(&file, &second);
    editor.wait_for(&file, 1);
    assert!(editor.diagnostics(&file).is_empty());
    // `"id": { "type": "string" },` in the fifth line becomes a number: six letters from column 21.
    let range = json!({"start": {"line": 4, "character": 21}, "end": {"line": 4, "character": 27}});
    editor.change(&file, 2, &json!([{"range": range, "text": "number"}]));
    assert_eq!(editor.rules(&file), ["type-changed"]);
    let shown = &editor.diagnostics(&file)[0];
    assert_eq!(shown["severity"], 1);
    assert_eq!(shown["source"], "schemactl");
    assert!(
        shown["message"]
            .as_str()
            .unwrap()
            .contains("this event breaks: {\"id\":"),
        "{shown}"
    );
    let page = shown["codeDescription"]["href"].as_str().unwrap();
    assert!(page.ends_with("docs/rules/type-changed.md"), "{page}");
    assert_eq!(shown["range"]["start"], json!({"line": 4, "character": 20}));
    assert_eq!(shown["range"]["end"], json!({"line": 4, "character": 28}));
    let related = &shown["relatedInformation"][0];
    assert_eq!(related["location"]["uri"], uri(&event.join("1.0.json")));
    assert_eq!(related["location"]["range"]["start"]["line"], 4);
    // Behind a smiley, columns count UTF-16 code units: `"<smiley>": { "type": "string" }`.
    let range = json!({"start": {"line": 5, "character": 21}, "end": {"line": 5, "character": 27}});
    editor.change(&file, 3, &json!([{"range": range, "text": "strng"}]));
    let shown = editor.diagnostics(&file);
    assert_eq!(editor.rules(&file), ["schema-invalid"], "{shown:?}");
    assert_eq!(shown[0]["range"]["start"], json!({"line": 5, "character": 20}));
    assert_eq!(shown[0]["range"]["end"], json!({"line": 5, "character": 27}));
    editor.change(&file, 4, &json!([{"text": second}]));
    assert!(editor.diagnostics(&file).is_empty());
    editor.finish();
}

#[test]
fn files_that_are_not_schemas_are_checked_too() {
    let example = "schemas/shop/OrderPlaced/examples/1.0/one.json";
    let (_folder, root) = shop(&[(example, "{\"id\": \"a\"}")]);
    let mut editor = Editor::with_folders(&[&root]);
    for (path, text, rule) in [
        (example, "{\"id\": 5}", "example-invalid"),
        (
            "schemas/shop/OrderPlaced/event.toml",
            "source = \"aws.shop\"\ndetail-type = \"x\"\n",
            "identity-not-accepted",
        ),
        (
            "schemas/shop/OrderPlaced/event.toml",
            "source = 5\ndetail-type = \"x\"\n",
            "not-checked",
        ),
        (
            "schemactl.toml",
            "version = 1\n[registry]\nnam = \"orders\"\n",
            "not-checked",
        ),
        ("schemas/shop/OrderPlaced/1.0.json", "{\"type\": }", "not-checked"),
    ] {
        let file = root.join(path);
        let saved = fs::read_to_string(&file).unwrap();
        editor.open(&file, text);
        editor.wait_for(&file, 1);
        assert!(
            editor.rules(&file).contains(&rule.to_owned()),
            "{path}: {:?}",
            editor.rules(&file)
        );
        editor.change(&file, 2, &json!([{"text": saved}]));
        assert!(editor.diagnostics(&file).is_empty(), "{path}");
        // What is not saved goes with the text.
        editor.change(&file, 3, &json!([{"text": text}]));
        assert!(!editor.diagnostics(&file).is_empty(), "{path}");
        editor.notify("textDocument/didClose", &json!({"textDocument": {"uri": uri(&file)}}));
        editor.wait_for_count(&file, 0);
    }
    editor.finish();
}

#[test]
fn what_is_written_elsewhere_is_seen_where_it_matters() {
    let with_reference = FIRST.replace("{ \"type\": \"string\" }", "{ \"$ref\": \"../../_shared/id.json\" }");
    let (_folder, root) = shop(&[
        ("schemas/shop/OrderPlaced/1.1.json", &with_reference),
        ("schemas/_shared/id.json", "{\"type\": \"string\"}"),
        (
            "schemas/shop/Other/event.toml",
            "source = \"shop\"\ndetail-type = \"Other\"\n",
        ),
        (
            "schemas/shop/Other/1.0.json",
            "{\"$schema\": \"https://json-schema.org/draft/2020-12/schema\", \"reqired\": []}",
        ),
    ]);
    let mut editor = Editor::with_folders(&[&root]);
    let (shared, newest) = (
        root.join("schemas/_shared/id.json"),
        root.join("schemas/shop/OrderPlaced/1.1.json"),
    );
    let other = root.join("schemas/shop/Other/1.0.json");
    assert_eq!(editor.rules(&other), ["unknown-keyword"]);
    assert!(editor.diagnostics(&newest).is_empty());
    // A shared schema changes every event that includes it.
    editor.open(&shared, "{\"type\": \"number\"}");
    editor.wait_for_count(&newest, 1);
    assert_eq!(editor.rules(&newest), ["type-changed"]);
    // While it cannot be read, what is known of other events stays.
    editor.change(&shared, 2, &json!([{"text": "{"}]));
    assert_eq!(editor.rules(&shared), ["not-checked"]);
    editor.wait_for_count(&newest, 0);
    assert_eq!(editor.rules(&other), ["unknown-keyword"]);
    editor.notify("textDocument/didClose", &json!({"textDocument": {"uri": uri(&shared)}}));
    editor.wait_for_count(&shared, 0);
    // Another program deletes the file, and writes it again.
    let changed = json!({"changes": [{"uri": uri(&shared), "type": 3}]});
    fs::remove_file(&shared).unwrap();
    editor.notify("workspace/didChangeWatchedFiles", &changed);
    editor.wait_for_count(&newest, 1);
    assert_eq!(editor.rules(&newest), ["schema-invalid"]);
    fs::write(&shared, "{\"type\": \"string\"}").unwrap();
    editor.notify("workspace/didChangeWatchedFiles", &changed);
    editor.wait_for_count(&newest, 0);
    editor.finish();
}

/// An editor without a watcher of files, or one whose watcher is late.
#[test]
fn what_nobody_tells_of_is_found_after_the_next_message() {
    let (_folder, root) = shop(&[("schemas/shop/OrderPlaced/1.1.json", FIRST)]);
    let mut editor = Editor::with_folders(&[&root]);
    let newest = root.join("schemas/shop/OrderPlaced/1.1.json");
    fs::write(&newest, FIRST.replace("string", "integer")).unwrap();
    let saved = json!({"textDocument": {"uri": uri(&root.join("schemactl.toml"))}});
    editor.notify("textDocument/didSave", &saved);
    editor.wait_for_count(&newest, 1);
    assert_eq!(editor.rules(&newest), ["type-changed"]);
    editor.finish();
}

#[test]
fn two_workspaces_do_not_mix() {
    let broken = "{\"$schema\": \"https://json-schema.org/draft/2020-12/schema\", \"reqired\": []}";
    let (_one, one) = shop(&[("schemas/shop/OrderPlaced/1.1.json", broken)]);
    let (_two, two) = shop(&[]);
    let mut editor = Editor::with_folders(&[&one, &two]);
    assert!(!editor.findings(&one).is_empty());
    let file = two.join("schemas/shop/OrderPlaced/1.0.json");
    editor.open(&file, "{\"minimum\": \"x\"}");
    editor.wait_for(&file, 1);
    assert!(editor.rules(&file).contains(&"schema-invalid".to_owned()));
    let before = editor.diagnostics(&one.join("schemas/shop/OrderPlaced/1.1.json"));
    assert!(!before.is_empty());
    // A folder that is not open any more shows nothing.
    let removed = json!({"event": {"added": [], "removed": [{"uri": uri(&one), "name": "x"}]}});
    editor.notify("workspace/didChangeWorkspaceFolders", &removed);
    editor.wait_for_count(&one.join("schemas/shop/OrderPlaced/1.1.json"), 0);
    assert!(!editor.diagnostics(&file).is_empty());
    // One whose folder is deleted shows nothing either.
    fs::remove_dir_all(&two).unwrap();
    editor.notify("textDocument/didClose", &json!({"textDocument": {"uri": uri(&file)}}));
    editor.wait_for_count(&file, 0);
    editor.finish();
}

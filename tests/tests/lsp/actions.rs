//! What an editor can do about a finding is what the commands do, down to the last byte.

use std::fs;
use std::path::{Path, PathBuf};

use schemactl_tests::{binary, clean_command, copy_folder, read_folder, run_git};
use serde_json::{Value as Json, json};

use crate::client::{Editor, TODAY, folder_with, uri};
use crate::diagnostics::{EVENT, FIRST, SETTINGS};

const EVENT_FOLDER: &str = "schemas/shop/OrderPlaced";

/// A workspace whose 1.0 is released.
fn released_shop(event: &str) -> (tempfile::TempDir, PathBuf) {
    let pinned = FIRST.replace("\"id\"", "\"version\": { \"const\": \"1.0\" },\n    \"id\"");
    let (folder, root) = folder_with(&[
        ("schemactl.toml", SETTINGS),
        ("schemas/shop/OrderPlaced/event.toml", event),
        ("schemas/shop/OrderPlaced/1.0.json", &pinned),
    ]);
    assert_eq!(run(&root, &["check", "--release"]), Some(0));
    (folder, root)
}

fn run(root: &Path, arguments: &[&str]) -> Option<i32> {
    let mut command = clean_command(&binary());
    let output = command
        .current_dir(root)
        .args(arguments)
        .args(["--today", TODAY])
        .output();
    output.unwrap().status.code()
}

/// The actions for everything that is shown in a file.
fn list_actions(editor: &mut Editor, file: &Path) -> Vec<Json> {
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 999, "character": 0}});
    let document = json!({"uri": uri(file)});
    let asked = json!({"textDocument": document, "range": range, "context": {"diagnostics": []}});
    let answer = editor.request("textDocument/codeAction", &asked);
    answer["result"]
        .as_array()
        .unwrap_or_else(|| panic!("{answer}"))
        .clone()
}

fn find_action<'a>(actions: &'a [Json], title: &str) -> Option<&'a Json> {
    actions.iter().find(|action| action["title"] == title)
}

fn path_of(uri: &Json) -> PathBuf {
    let mut parts = uri.as_str().unwrap().strip_prefix("file://").unwrap().split('%');
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend(part[2..].bytes());
    }
    PathBuf::from(String::from_utf8(bytes).unwrap())
}

/// Makes the edit of an action as an editor does that saves everything: `text` is what it has open of a file.
fn apply(action: &Json, open: &Path, text: &str) {
    let mut texts = std::collections::BTreeMap::from([(open.to_owned(), text.to_owned())]);
    for operation in action["edit"]["documentChanges"].as_array().unwrap() {
        if operation["kind"] == "rename" {
            let (old, new) = (path_of(&operation["oldUri"]), path_of(&operation["newUri"]));
            let text = texts.remove(&old).unwrap_or_else(|| fs::read_to_string(&old).unwrap());
            fs::remove_file(old).unwrap();
            texts.insert(new, text);
            continue;
        }
        let file = path_of(&operation["textDocument"]["uri"]);
        let text = texts
            .entry(file.clone())
            .or_insert_with(|| fs::read_to_string(file).unwrap());
        for edit in operation["edits"].as_array().unwrap() {
            let at = |end: &str| offset_of(text, &edit["range"][end]);
            let (start, end) = (at("start"), at("end"));
            text.replace_range(start..end, edit["newText"].as_str().unwrap());
        }
    }
    for (file, text) in texts {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
}

/// The byte of a position: lines end with `\n`, columns count UTF-16 code units.
fn offset_of(text: &str, position: &Json) -> usize {
    let (line, column) = (
        position["line"].as_u64().unwrap(),
        position["character"].as_u64().unwrap(),
    );
    let start: usize = text
        .split_inclusive('\n')
        .take(usize::try_from(line).unwrap())
        .map(str::len)
        .sum();
    let mut units = 0;
    for (at, character) in text[start..].char_indices() {
        if units == column {
            return start + at;
        }
        units += character.len_utf16() as u64;
    }
    text.len()
}

/// Compares a folder with one in which a command did the same. Folders without files do not count.
fn assert_same(root: &Path, other: &Path) {
    let (shown, expected) = (read_folder(root), read_folder(other));
    let text = |files: &std::collections::BTreeMap<String, Vec<u8>>| -> Vec<(String, String)> {
        let files = files.iter().filter(|(path, _)| !path.starts_with(".git/"));
        files
            .map(|(path, bytes)| (path.clone(), String::from_utf8_lossy(bytes).into_owned()))
            .collect()
    };
    assert_eq!(text(&shown), text(&expected));
}

#[test]
fn a_version_gets_the_number_that_bump_gives_it() {
    let (_folder, root) = released_shop(EVENT);
    let event = root.join(EVENT_FOLDER);
    let second = fs::read_to_string(event.join("1.0.json"))
        .unwrap()
        .replace("\"1.0\"", "\"1.1\"");
    fs::write(event.join("1.1.json"), &second).unwrap();
    fs::create_dir_all(event.join("examples/1.1")).unwrap();
    fs::write(
        event.join("examples/1.1/\u{e9}.json"),
        "{\"version\": \"1.1\", \"id\": 5}",
    )
    .unwrap();
    let mut editor = Editor::with_folders(&[&root]);
    let file = event.join("1.1.json");
    // The break is typed and not saved; the smiley in front of it makes columns of it that are no bytes.
    let broken = second.replace("\"id\": {", "\"\u{1f600}\": {}, \"id\": {");
    let broken = broken.replace("\"type\": \"string\"", "\"type\": \"integer\"");
    editor.open(&file, &broken);
    editor.wait_for(&file, 1);
    let actions = list_actions(&mut editor, &file);
    let action = find_action(&actions, "Rename OrderPlaced 1.1 to 2.0").unwrap_or_else(|| panic!("{actions:#?}"));
    assert_eq!(action["kind"], "quickfix");
    assert_eq!(action["diagnostics"][0]["code"], "type-changed");
    fs::write(&file, &broken).unwrap();
    let other = tempfile::tempdir().unwrap();
    copy_folder(&root, other.path());
    assert_eq!(run(other.path(), &["bump"]), Some(0));
    apply(action, &file, &broken);
    assert_same(&root, other.path());
    assert_eq!(run(&root, &["check"]), Some(0));
    editor.finish();
}

#[test]
fn a_waiver_is_the_one_that_accept_writes() {
    for event in [
        EVENT.to_owned(),
        EVENT.replace('\n', "\r\n"),
        EVENT.trim_end().to_owned(),
    ] {
        let (_folder, root) = released_shop(&event);
        let folder = root.join(EVENT_FOLDER);
        let broken = fs::read_to_string(folder.join("1.0.json"))
            .unwrap()
            .replace("\"string\"", "\"integer\"");
        let file = folder.join("1.1.json");
        fs::write(&file, broken.replace("\"1.0\"", "\"1.1\"")).unwrap();
        let mut editor = Editor::with_folders(&[&root]);
        assert_eq!(editor.rules(&file), ["type-changed"]);
        let print = editor.diagnostics(&file)[0]["data"]["fingerprint"].as_str().unwrap()[..12].to_owned();
        let actions = list_actions(&mut editor, &file);
        let title = "Accept `type-changed` with a waiver in event.toml";
        let action = find_action(&actions, title).unwrap_or_else(|| panic!("{actions:#?}"));
        let other = tempfile::tempdir().unwrap();
        copy_folder(&root, other.path());
        let accept = ["accept", &print, "--reason", "TODO: why this is accepted"];
        assert_eq!(run(other.path(), &accept), Some(0));
        let settings = folder.join("event.toml");
        apply(action, &settings, &event);
        assert_same(&root, other.path());
        assert_eq!(run(&root, &["check"]), Some(0));
        let text = fs::read_to_string(&settings).unwrap();
        let lines = text.matches('\n').count();
        assert!(
            text.matches("\r\n").count() == if event.contains('\r') { lines } else { 0 },
            "{text:?}"
        );
        // What is accepted is shown as a hint, and there is nothing more to do about it.
        editor.notify(
            "workspace/didChangeWatchedFiles",
            &json!({"changes": [{"uri": uri(&settings), "type": 2}]}),
        );
        editor.wait_until(|editor| editor.diagnostics(&file).iter().all(|shown| shown["severity"] == 4));
        assert!(find_action(&list_actions(&mut editor, &file), title).is_none());
        editor.finish();
    }
}

#[test]
fn a_released_schema_gets_its_text_back() {
    let (_folder, root) = released_shop(EVENT);
    for arguments in [&["init", "-q"][..], &["add", "."], &["commit", "-qm", "release"]] {
        run_git(&root, arguments);
    }
    let file = root.join(EVENT_FOLDER).join("1.0.json");
    let released = fs::read_to_string(&file).unwrap();
    let mut editor = Editor::with_folders(&[&root]);
    let edited = released.replace("\"string\"", "\"integer\"").replace('\n', "\r\n");
    editor.open(&file, &edited);
    editor.wait_for(&file, 1);
    assert_eq!(editor.rules(&file), ["released-schema-changed"]);
    // What was released is searched in git, which takes its time.
    let title = "Restore 1.0.json as it was released";
    let action = loop {
        if let Some(action) = find_action(&list_actions(&mut editor, &file), title) {
            break action.clone();
        }
        editor.wait_for_message();
    };
    assert_eq!(action["edit"]["documentChanges"][0]["textDocument"]["version"], 1);
    apply(&action, &file, &edited);
    assert_eq!(fs::read_to_string(&file).unwrap(), released);
    assert_eq!(run(&root, &["check"]), Some(0));
    editor.finish();
}

//! How a session begins and ends, and what is answered to what makes no sense.

use std::fs;

use serde_json::{Value as Json, json};

use crate::client::{Editor, folder_with, uri};

fn code(answer: &Json) -> i64 {
    answer["error"]["code"].as_i64().unwrap_or_default()
}

#[test]
fn a_session_begins_once_and_ends_once() {
    let mut editor = Editor::start();
    assert_eq!(code(&editor.request("textDocument/hover", &json!({}))), -32002);
    assert_eq!(code(&editor.request("initialize", &json!(5))), -32602);
    let answer = editor.initialize(&[]);
    assert_eq!(answer["result"]["serverInfo"]["name"], "schemactl");
    assert_eq!(answer["result"]["capabilities"]["positionEncoding"], "utf-16");
    assert_eq!(code(&editor.initialize(&[])), -32600);
    assert_eq!(code(&editor.request("schemactl/nothing", &json!({}))), -32601);
    assert_eq!(editor.request("shutdown", &Json::Null)["result"], Json::Null);
    assert_eq!(code(&editor.request("shutdown", &Json::Null)), -32600);
    editor.notify("exit", &Json::Null);
    assert_eq!(editor.end(), (Some(0), String::new()));
}

#[test]
fn who_leaves_without_a_word_gets_another_exit_code() {
    let mut editor = Editor::start();
    editor.notify("exit", &Json::Null);
    assert_eq!(editor.end(), (Some(1), String::new()));
    let mut editor = Editor::start();
    editor.initialize(&[]);
    assert_eq!(editor.end(), (Some(1), String::new()));
    // A stream in which no message begins is an error of its own.
    let mut editor = Editor::start();
    editor.send_raw(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    let (code, said) = editor.end();
    assert_eq!(code, Some(3));
    assert!(said.contains("a message has no `Content-Length`"), "{said}");
}

#[test]
fn what_makes_no_sense_is_refused_and_the_session_goes_on() {
    let (_folder, root) = folder_with(&[
        ("schemactl.toml", "version = 1\n[registry]\nname = \"orders\"\n"),
        ("schemas/n/E/event.toml", "source = \"s\"\ndetail-type = \"t\"\n"),
        (
            "schemas/n/E/1.0.json",
            "{\"$schema\": \"https://json-schema.org/draft/2020-12/schema\"}",
        ),
    ]);
    let mut editor = Editor::with_folders(&[&root]);
    let file = root.join("schemas/n/E/1.0.json");
    for (content, code_of_error, id) in [
        ("{", -32700, Json::Null),
        ("[]", -32600, Json::Null),
        ("{\"id\": 1.5, \"method\": \"x\"}", -32600, json!(1.5)),
        (
            "{\"jsonrpc\": \"2.0\", \"id\": \"a\", \"method\": \"textDocument/none\"}",
            -32601,
            json!("a"),
        ),
    ] {
        editor.send(content);
        let answer = editor.answer_to(&id);
        assert_eq!(code(&answer), code_of_error, "{content}");
    }
    // Notifications have no answer: what is wrong with them is told in the log, or shown.
    let unknown = json!({"textDocument": {"uri": uri(&file), "version": 2}, "contentChanges": [{"text": "{}"}]});
    for (method, params) in [
        ("$/setTrace", json!({"value": "off"})),
        ("schemactl/nothing", json!({})),
        ("textDocument/didOpen", json!({"textDocument": 5})),
        ("textDocument/didChange", unknown),
        ("textDocument/didClose", json!({"textDocument": {"uri": uri(&file)}})),
        ("textDocument/didClose", json!({"textDocument": {"uri": "untitled:x"}})),
        (
            "workspace/didChangeWatchedFiles",
            json!({"changes": [{"uri": "file:///nowhere/x", "type": 1}]}),
        ),
    ] {
        editor.notify(method, &params);
    }
    editor.open(&file, "{");
    editor.wait_for(&file, 1);
    assert_eq!(editor.rules(&file), ["not-checked"]);
    let told: Vec<_> = editor
        .notes
        .iter()
        .map(|note| note["params"]["message"].as_str().unwrap())
        .collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("`textDocument/didOpen`: "), "{told:?}");
    assert!(told[1].ends_with("was changed and is not open"), "{told:?}");
    // A change that is not in the text: the file on the disk counts until it is opened again.
    let far = json!({"start": {"line": 70, "character": 0}, "end": {"line": 71, "character": 0}});
    let document = json!({"uri": uri(&file), "version": 2});
    editor.notify(
        "textDocument/didChange",
        &json!({"textDocument": document, "contentChanges": [{"range": far, "text": "x"}]}),
    );
    editor.wait_for_count(&file, 0);
    assert!(
        editor.notes[2]["params"]["message"]
            .as_str()
            .unwrap()
            .contains("is outside the text")
    );
    editor.open(&file, "{");
    editor.wait_for_count(&file, 1);
    editor.finish();
}

#[test]
fn a_folder_without_a_workspace_becomes_one() {
    let (_folder, root) = folder_with(&[("README.md", "nothing")]);
    let mut editor = Editor::start();
    editor.initialize(&[&root]);
    editor.notify("initialized", &json!({}));
    let settings = root.join("schemactl.toml");
    editor.open(&settings, "version = 1\n[registry]\nname = \"orders\"\n");
    editor.wait_for(&settings, 1);
    editor.wait_for_count(&root.join("schemas"), 1);
    assert_eq!(editor.rules(&settings), [""; 0]);
    assert_eq!(editor.rules(&root.join("schemas")), ["not-checked"]);
    fs::create_dir_all(root.join("schemas")).unwrap();
    let saved = json!({"textDocument": {"uri": uri(&settings)}});
    editor.notify("textDocument/didSave", &saved);
    editor.wait_for_count(&root.join("schemas"), 0);
    editor.finish();
}

//! What an editor is told about the place of a cursor: where something stands, what can be written, what it means.

use std::fs;
use std::path::{Path, PathBuf};

use schemactl_tests::RandomNumbers;
use serde_json::{Value as Json, json};

use crate::client::{Editor, folder_with, uri};
use crate::diagnostics::{FIRST, SETTINGS};

const ORDER: &str = "schemas/shop/OrderPlaced/";
const EVENT: &str =
    "source = \"shop\"\ndetail-type = \"Order Placed\"\n[[deprecated]]\nmajor = 1\nsuccessor = \"OrderShipped@1\"\n";
const MONEY: &str = "{\r\n  \"$id\": \"https://shop.example/money\",\r\n  \"$defs\": {\r\n    \"amo unt\": { \"type\": \"number\" },\r\n    \"name\": { \"$anchor\": \"currency\", \"type\": \"string\" }\r\n  }\r\n}\r\n";
const SECOND: &str = r##"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "required": ["id"],
  "properties": {
    "id": { "$ref": "#/$defs/id" },
    "total": { "$ref": "../../_shared/money.json#/$defs/amo%20unt" },
    "paid": { "$ref": "https://shop.example/money" },
    "currency": { "$ref": "../../_shared/money.json#currency" }
  },
  "$defs": { "id": { "type": ["string", "integer"], "deprecated": true } }
}
"##;

fn shop() -> (tempfile::TempDir, PathBuf) {
    folder_with(&[
        ("schemactl.toml", SETTINGS),
        ("schemas/_shared/money.json", MONEY),
        ("schemas/shop/OrderPlaced/event.toml", EVENT),
        ("schemas/shop/OrderPlaced/1.0.json", FIRST),
        ("schemas/shop/OrderPlaced/2.0.json", SECOND),
        (
            "schemas/shop/OrderShipped/event.toml",
            "source = \"shop\"\ndetail-type = \"Order Shipped\"\n",
        ),
        ("schemas/shop/OrderShipped/1.0.json", FIRST),
    ])
}

/// Asks about the place of `|` in a text, which is opened as a file for it and closed again. The mark is no part of it.
fn ask(editor: &mut Editor, method: &str, file: &Path, marked: &str) -> Json {
    let offset = marked.find('|').unwrap();
    let text = format!("{}{}", &marked[..offset], &marked[offset + 1..]);
    editor.open(file, &text);
    let before = &marked[..offset];
    let line = before.matches('\n').count();
    let column = before.rsplit('\n').next().unwrap().encode_utf16().count();
    let place = json!({"textDocument": {"uri": uri(file)}, "position": {"line": line, "character": column}});
    let answer = editor.request(method, &place);
    editor.notify("textDocument/didClose", &json!({"textDocument": {"uri": uri(file)}}));
    assert!(answer["error"].is_null(), "{marked}: {answer}");
    answer["result"].clone()
}

/// A text with the mark inside its first `word`.
fn mark(text: &str, word: &str) -> String {
    let at = text.find(word).unwrap_or_else(|| panic!("{word} is not in {text}")) + 1;
    format!("{}|{}", &text[..at], &text[at..])
}

#[test]
fn references_lead_where_they_point() {
    let (_folder, root) = shop();
    let mut editor = Editor::with_folders(&[&root]);
    let second = root.join(ORDER).join("2.0.json");
    let settings = root.join(ORDER).join("event.toml");
    for (file, text, word, target, line) in [
        (&second, SECOND, "#/$defs/id", "schemas/shop/OrderPlaced/2.0.json", 10),
        (
            &second,
            SECOND,
            "../../_shared/money.json#/$defs/amo%20unt",
            "schemas/_shared/money.json",
            3,
        ),
        (
            &second,
            SECOND,
            "https://shop.example/money",
            "schemas/_shared/money.json",
            0,
        ),
        (
            &second,
            SECOND,
            "../../_shared/money.json#currency",
            "schemas/_shared/money.json",
            4,
        ),
        (
            &settings,
            EVENT,
            "OrderShipped@1",
            "schemas/shop/OrderShipped/1.0.json",
            0,
        ),
    ] {
        let found = ask(&mut editor, "textDocument/definition", file, &mark(text, word));
        assert_eq!(found["uri"], uri(&root.join(target)), "{word}");
        assert_eq!(found["range"]["start"]["line"], line, "{word}");
    }
    // Nothing is found where nothing is, and nothing outside the workspace is opened.
    for reference in [
        "#/$defs/none",
        "../../../secret.json",
        "../../_shared/none.json",
        "/etc/passwd",
        "%",
    ] {
        let text = SECOND.replace("#/$defs/id", reference);
        fs::write(root.parent().unwrap().join("secret.json"), "{}").unwrap();
        let found = ask(&mut editor, "textDocument/definition", &second, &mark(&text, reference));
        assert!(found.is_null(), "{reference}: {found}");
    }
    editor.finish();
}

#[test]
fn what_fits_is_proposed_while_it_is_typed() {
    let (_folder, root) = shop();
    let mut editor = Editor::with_folders(&[&root]);
    let second = root.join(ORDER).join("2.0.json");
    let settings = root.join(ORDER).join("event.toml");
    let workspace = root.join("schemactl.toml");
    let typed = |text: &str| SECOND.replace("{ \"$ref\": \"#/$defs/id\" }", text);
    for (file, text, label, written) in [
        (&second, typed("{ \"| }"), "minLength", "minLength\": "),
        (
            &second,
            typed("{ | }"),
            "unevaluatedProperties",
            "\"unevaluatedProperties\": ",
        ),
        (&second, typed("{ \"type\": \"|"), "integer", "integer\""),
        (&second, typed("{ \"type\": [\"a\", \"|\"]"), "integer", "integer"),
        (&second, typed("{ \"$ref\": \"|\" }"), "#/$defs/id", "#/$defs/id"),
        (
            &second,
            typed("{ \"$ref\": \"..|\" }"),
            "../../_shared/money.json",
            "../../_shared/money.json",
        ),
        (
            &second,
            typed("{ \"$ref\": \"\u{1f600}|\" }"),
            "../../_shared/money.json#/$defs/amo%20unt",
            "../../_shared/money.json#/$defs/amo%20unt",
        ),
        (&second, SECOND.replace("[\"id\"]", "[\"|\"]"), "total", "total"),
        (
            &second,
            SECOND.replace("https://json-schema.org/draft/2020-12/schema", "|"),
            "http://json-schema.org/draft-07/schema#",
            "http://json-schema.org/draft-07/schema#",
        ),
        (&settings, format!("{EVENT}si|"), "since", "since = "),
        (&settings, "sta|\r\nsource = 1".to_owned(), "status", "status = "),
        (&settings, "status = |".to_owned(), "draft", "\"draft\""),
        (&settings, "[[|".to_owned(), "waiver", "waiver"),
        (
            &settings,
            "[[deprecated]]\nsuccessor = \"|\"".to_owned(),
            "shop/OrderShipped@1",
            "shop/OrderShipped@1",
        ),
        (&settings, "[[waiver]]\nversions = [\"|\"]".to_owned(), "2.0", "2.0"),
        (&workspace, "[registry]\nallow-widening = |".to_owned(), "true", "true"),
        (
            &workspace,
            "[check]\nmode = \"|\"".to_owned(),
            "full-transitive",
            "full-transitive",
        ),
    ] {
        let listed = ask(&mut editor, "textDocument/completion", file, &text);
        let items = listed.as_array().unwrap_or_else(|| panic!("{text}: {listed}"));
        let item = items.iter().find(|item| item["label"] == label);
        let item = item.unwrap_or_else(|| panic!("{label} is not proposed in {text}: {items:#?}"));
        assert_eq!(item["textEdit"]["newText"], written, "{text}");
    }
    // A name of somebody's own and a value that may be anything have no proposals.
    for text in [typed("{ \"const\": { \"|"), SECOND.replace("\"id\": {", "\"|id\": {")] {
        assert_eq!(
            ask(&mut editor, "textDocument/completion", &second, &text),
            json!([]),
            "{text}"
        );
    }
    editor.finish();
}

#[test]
fn a_hover_tells_history_and_meaning() {
    let (_folder, root) = shop();
    let mut editor = Editor::with_folders(&[&root]);
    let second = root.join(ORDER).join("2.0.json");
    let settings = root.join(ORDER).join("event.toml");
    for (file, text, word, parts) in [
        (
            &second,
            SECOND,
            "id\": {",
            &[
                "**`id`** in OrderPlaced",
                "- 1.0 (not released): added: `string`, optional",
                "- 2.0 (not released): `string` became `string or integer` (`#/$defs/id`); required from now on; deprecated",
            ][..],
        ),
        (&second, SECOND, "total\"", &["- 2.0 (not released): added: `number`"]),
        (
            &second,
            SECOND,
            "required\"",
            &[
                "**`required`**: The properties that must be present.",
                "Counts from draft-04 to 2020-12.",
            ],
        ),
        (
            &settings,
            EVENT,
            "detail-type",
            &["**`detail-type`**: The EventBridge `detail-type`"],
        ),
        (&settings, EVENT, "successor", &["**`successor`**: "]),
    ] {
        let hover = ask(&mut editor, "textDocument/hover", file, &mark(text, word));
        let shown = hover["contents"]["value"]
            .as_str()
            .unwrap_or_else(|| panic!("{word}: {hover}"));
        for part in parts {
            assert!(shown.contains(part), "{part} is not in {shown}");
        }
    }
    editor.finish();
}

/// Half a text, a cursor anywhere, files that belong to nothing: every request has an answer.
#[test]
fn every_place_in_every_text_has_an_answer() {
    let (_folder, root) = shop();
    let (_outside, outside) = folder_with(&[("a.json", "{}")]);
    let mut editor = Editor::with_folders(&[&root]);
    let mut random = RandomNumbers(7);
    let files = [
        (
            root.join(ORDER).join("2.0.json"),
            SECOND.replace("id", "i\u{1f600}d").replace('\n', "\r\n"),
        ),
        (root.join(ORDER).join("event.toml"), EVENT.replace("Order", "\u{e9}")),
        (root.join("schemactl.toml"), SETTINGS.to_owned()),
        (root.join("schemas/_shared/new.json"), MONEY.to_owned()),
        (
            root.join(ORDER).join("examples/1.0/x.json"),
            "{\"id\": \"a\"}".to_owned(),
        ),
        (root.join("README.md"), "text".to_owned()),
        (outside.join("a.json"), SECOND.to_owned()),
        (outside.join("none/event.toml"), EVENT.to_owned()),
    ];
    let methods = ["hover", "completion", "definition", "codeAction"];
    for _ in 0..150 {
        let (file, text) = &files[random.below(files.len())];
        let mut end = random.below(text.len() + 1);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        editor.open(file, &text[..end]);
        let line = random.below(text[..end].matches('\n').count() + 2);
        let position = json!({"line": line, "character": random.below(70)});
        let method = methods[random.below(methods.len())];
        let mut asked = json!({"textDocument": {"uri": uri(file)}, "position": position});
        if method == "codeAction" {
            asked["range"] = json!({"start": position, "end": position});
            asked["context"] = json!({"diagnostics": []});
        }
        let answer = editor.request(&format!("textDocument/{method}"), &asked);
        assert!(answer.get("result").is_some(), "{method} {}: {answer}", file.display());
        for shown in editor.diagnostics(file) {
            // No mark is behind the end of its text.
            let last = shown["range"]["end"]["line"].as_u64().unwrap();
            assert!(last <= text.matches('\n').count() as u64 + 1, "{shown}");
        }
        if random.below(2) == 0 {
            editor.notify("textDocument/didClose", &json!({"textDocument": {"uri": uri(file)}}));
        }
    }
    for uri in [
        "untitled:Untitled-1",
        "file:///nowhere/schemas/n/E/1.0.json",
        "git:/a.json",
    ] {
        let asked = json!({"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}});
        assert!(
            editor.request("textDocument/hover", &asked)["result"].is_null(),
            "{uri}"
        );
    }
    assert_eq!(editor.request("textDocument/hover", &json!(5))["error"]["code"], -32602);
    editor.finish();
}

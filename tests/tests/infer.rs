//! `schemactl infer` of events of several kinds: a file for each, every event valid under that of its kind, the same bytes for every order of the
//! events, and nothing overwritten.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use schemactl_tests::{Shop, binary, clean_command};
use serde_json::{Value, json};

/// Events with the files that their schemas are in. Names of discovery are not unique, and file systems may not tell cases apart.
fn events() -> Vec<(&'static str, Value)> {
    let event = |source: &str, detail_type: &str, detail: Value| json!({ "source": source, "detail-type": detail_type, "detail": detail });
    vec![
        (
            "com.shop@OrderPlaced",
            event("com.shop", "Order Placed", json!({ "id": "a" })),
        ),
        (
            "com.shop@OrderPlaced",
            event("com.shop", "Order Placed", json!({ "id": "b", "note": null })),
        ),
        (
            "com.shop@OrderPlaced-2",
            event("com.shop", "order-placed", json!({ "id": 1 })),
        ),
        (
            "com.shop@Orderplaced-3",
            event("com.shop", "orderplaced", json!({ "id": [1] })),
        ),
        (
            "com.other@OrderPlaced",
            event("com.other", "Order Placed", json!("a text")),
        ),
        ("..-..-etc-@Event", event("../../etc/", "..", json!({ "id": {} }))),
        ("Event", json!({ "id": true })),
    ]
}

fn infer(folder: &Path, events: &[Value], more: &[&str]) -> Option<i32> {
    let lines: Vec<_> = events.iter().map(ToString::to_string).collect();
    fs::write(folder.join("events.jsonl"), lines.join("\n")).unwrap();
    let mut infer = clean_command(&binary());
    infer
        .current_dir(folder)
        .args(["infer", "events.jsonl", "--output", "out"])
        .args(more);
    infer.output().unwrap().status.code()
}

/// The schemas that were written, by the names of their files.
fn schemas(folder: &Path) -> BTreeMap<String, String> {
    let files = fs::read_dir(folder.join("out")).unwrap();
    let files = files.map(|file| file.unwrap().path());
    let named = files.map(|path| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        (name, fs::read_to_string(path).unwrap())
    });
    named.collect()
}

#[test]
fn each_kind_of_events_has_a_schema() {
    for form in ["draft-04", "2020-12"] {
        for whole in [false, true] {
            let more: Vec<&str> = ["--form", form, "--envelope"]
                .into_iter()
                .take(2 + usize::from(whole))
                .collect();
            let mut all = Vec::new();
            for turn in 0..events().len() {
                let folder = tempfile::tempdir().unwrap();
                let mut events: Vec<Value> = events().into_iter().map(|(_, event)| event).collect();
                events.rotate_left(turn);
                assert_eq!(infer(folder.path(), &events, &more), Some(0));
                all.push(schemas(folder.path()));
            }
            assert!(
                all.windows(2).all(|two| two[0] == two[1]),
                "the order of the events shows"
            );
            let mut used: Vec<&str> = Vec::new();
            for (file, event) in &events() {
                let schema: Value = serde_json::from_str(&all[0][*file]).unwrap();
                let instance = event.get("detail").filter(|_| !whole).unwrap_or(event);
                assert!(jsonschema::is_valid(&schema, instance), "{file}: {schema} {instance}");
                used.push(file);
            }
            used.sort_unstable();
            used.dedup();
            assert_eq!(all[0].keys().collect::<Vec<_>>(), used);
        }
    }
}

#[test]
fn nothing_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let events: Vec<Value> = events().into_iter().map(|(_, event)| event).collect();
    assert_eq!(infer(folder.path(), &events[2..3], &[]), Some(0));
    let before = schemas(folder.path());
    assert_eq!(infer(folder.path(), &events, &[]), Some(2), "one of the files is there");
    assert_eq!(schemas(folder.path()), before);
}

/// Runs `infer` on standard input, in a process that may have no more than 64 MB of data; returns the schema and the notes.
#[cfg(target_os = "linux")]
fn infer_within_bounds(events: &str) -> (Value, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("events.jsonl"), events).unwrap();
    let mut shell = clean_command(Path::new("bash"));
    let script = format!("ulimit -d 65536; exec '{}' infer events.jsonl", binary().display());
    let output = shell.current_dir(folder.path()).args(["-c", &script]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    (serde_json::from_slice(&output.stdout).unwrap(), said)
}

/// Events are read one after the other: 8 MB of them are more than 64 MB as values.
#[cfg(target_os = "linux")]
#[test]
fn any_number_of_events_is_read() {
    let lines = (0..40_000).map(|number| {
        let detail = json!({ "id": number, "text": "x".repeat(100), "none": null, "list": [{ "none": null }] });
        json!({ "source": "shop", "detail-type": "\u{fc}n\u{ef}", "detail": detail }).to_string()
    });
    let events = lines.collect::<Vec<_>>().join("\n");
    assert!(events.len() > 7_000_000);
    let (schema, said) = infer_within_bounds(&events);
    assert_eq!(schema["properties"]["id"]["type"], "integer");
    assert!(
        said.contains("40000 events") || said.contains("40,000 events"),
        "{said}"
    );
    assert!(said.contains("only null was seen at `list[].none`, `none`"), "{said}");
    assert!(said.contains("the name `N` is made of"), "{said}");
    let (_, said) = infer_within_bounds("{\"a\": 1}\n{\"a\": null}\n");
    assert!(!said.contains("only null") && !said.contains("the name"), "{said}");
}

/// A fault is named by its line, and there are not more of them than people read.
#[test]
fn faults_of_lines_are_named_and_limited() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("events.jsonl"),
        "\n{}\n\n{\n".to_owned() + &"[\n".repeat(100),
    )
    .unwrap();
    let mut infer = clean_command(&binary());
    let output = infer
        .current_dir(folder.path())
        .args(["infer", "events.jsonl"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("events.jsonl:4:"), "{said}");
    assert_eq!(said.matches("error: ").count(), 20, "{said}");
}

/// Returns the places that a command names on standard error.
fn places(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let mut command = clean_command(&binary());
    let output = command.current_dir(folder).args(arguments).output().unwrap();
    assert!(!output.status.success(), "{arguments:?}: {output:?}");
    let text = String::from_utf8(output.stderr).unwrap();
    let places = text.lines().filter_map(|line| line.trim_start().strip_prefix("--> "));
    places.map(str::to_owned).collect()
}

/// One function decides what a file is, and how places in it are called.
#[test]
fn infer_and_validate_name_the_same_places() {
    let shop = Shop::without_lock(&["Thing"]);
    let folder = shop.path("");
    for (name, text, expected) in [
        ("a.jsonl", "{\"id\":\"a\"}\n{\"id\":}\n", &["a.jsonl:2:7"][..]),
        (
            "b.txt",
            "\n  {\"id\":\"a\"}\r\n\r\n  {\"id\":\"b\" x}\r\n",
            &["b.txt:4:13"],
        ),
        (
            "c.ndjson",
            "{\"id\":\n{\"id\":\"a\"}\n{\"id\" \n",
            &["c.ndjson:1:7", "c.ndjson:3:7"],
        ),
        ("d.jsonl", "\n{\"id\" 1}\n", &["d.jsonl:2:7"]),
        ("e.json", "{\n\"id\":\n}\n", &["e.json:3:1"]),
        ("f.json", "{\n  \"id\": 1,\n  \"id\": 2\n}\n", &["f.json:3:3"]),
        ("g.jsonl", "\u{feff}{\"id\":\"a\"}\n{}\n", &["g.jsonl:1:1"]),
    ] {
        fs::write(folder.join(name), text).unwrap();
        let inferred = places(&folder, &["infer", name]);
        assert_eq!(inferred, places(&folder, &["validate", "Thing", name]), "{name}");
        assert!(
            inferred.starts_with(&expected.iter().map(|&place| place.to_owned()).collect::<Vec<_>>()),
            "{name}: {inferred:?}"
        );
    }
}

/// The same events, in whatever files they stand.
#[test]
fn events_are_read_from_files_lists_lines_and_folders() {
    let written = |files: &[(&str, &str)], arguments: &[&str]| {
        let shop = Shop::without_lock(&["Thing"]);
        for (name, text) in files {
            let path = shop.path(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let run = |first: &[&str]| {
            let mut command = clean_command(&binary());
            command.current_dir(shop.path("")).args(first).args(arguments);
            let output = command.output().unwrap();
            assert!(output.status.success(), "{first:?} {arguments:?}: {output:?}");
            String::from_utf8(output.stdout).unwrap()
        };
        let inferred = run(&["infer", "--form", "draft-04"]);
        run(&["new", "event", "Other", "--from-example"]);
        let schema = fs::read_to_string(shop.path("schemas/shop/Other/1.0.json")).unwrap();
        let examples: Vec<Value> = ["example.json", "example-2.json", "example-3.json"]
            .iter()
            .map(|name| shop.path(&format!("schemas/shop/Other/examples/1.0/{name}")))
            .map(|path| serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap())
            .collect();
        assert_eq!(
            examples,
            [json!({"id": 1}), json!({"id": 2, "note": null}), json!({"id": 3})]
        );
        let validated = run(&["validate", "Other"]);
        assert!(!validated.contains("not valid"), "{validated}");
        (inferred.replace("\"Event\"", "\"Other\""), schema)
    };
    let (a, b, c) = ("{\"id\":1}", "{\"id\":2,\"note\":null}", "{\"id\":3}");
    let list = format!("[{a},{b},{c}]");
    let lines = format!("{a}\n{b}\n{c}\n{a}\n");
    let expected = written(&[("list.json", &list)], &["list.json"]);
    assert_eq!(expected.0, expected.1);
    for (files, arguments) in [
        (&[("lines.jsonl", lines.as_str())][..], &["lines.jsonl"][..]),
        (
            &[("1.json", a), ("2.json", b), ("3.json", c)],
            &["1.json", "2.json", "3.json"],
        ),
        (
            &[
                ("e/1.json", a),
                ("e/2/b.jsonl", b),
                ("e/3.JSON", c),
                ("e/notes.md", "-"),
            ],
            &["e"],
        ),
    ] {
        assert_eq!(written(files, arguments), expected, "{arguments:?}");
    }
}

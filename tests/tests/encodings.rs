//! Files in an encoding that editors and shells of Windows write: every command that reads one names the file, what it is, and what to do, whatever
//! the kind of the file.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::fs;

use schemactl_tests::{Shop, binary, clean_command};

/// The encodings, with what is said of a file.
const ENCODINGS: [(&str, &str); 3] = [
    ("utf-8 with a mark", "the file starts with a byte order mark"),
    ("utf-16le", "the file is UTF-16"),
    ("utf-16be", "the file is UTF-16"),
];

fn encode(text: &str, encoding: &str) -> Vec<u8> {
    let marked = format!("\u{feff}{text}");
    match encoding {
        "utf-16le" => marked.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "utf-16be" => marked.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        _ => marked.into_bytes(),
    }
}

const PLACED: &str = "schemas/shop/Placed";

/// The files of a workspace, seen from the shop. Every command reads them all, but for what a comparison does not look at: examples, and files that
/// neither schema refers to.
const OF_WORKSPACE: [&str; 6] = [
    "schemactl.toml",
    "schemactl.lock",
    "event.toml",
    "1.0.json",
    "examples/1.0/one.json",
    "schemas/_shared/id.json",
];

/// Commands that read a workspace.
const COMMANDS: &[&[&str]] = &[
    &["check"],
    &["bump"],
    &["plan"],
    &["push"],
    &["status"],
    &["pull"],
    &["generate", "--output", "-"],
    &["accept", "0123", "--reason", "x"],
    &["retire", "Placed", "--reason", "x"],
    &["move", "Placed", "shop/Other", "--reason", "x"],
    &["new", "event", "shop/Other"],
    &["validate", "Placed", "good.json"],
    &["diff", "Placed@1.0", "Placed@1.0"],
    &["check", "--against", "main"],
    &["check", "--against", "./before"],
    &["iam-policy"],
];

/// Commands that are given a file.
const OF_FILE: &[(&str, &[&str])] = &[
    ("{}", &["validate", "Placed", "file.json"]),
    ("{}", &["validate", "Placed", "good.json", "file.json"]),
    ("{}\n{}", &["validate", "Placed", "file.json"]),
    ("{}", &["infer", "file.json"]),
    ("{}\n{}", &["infer", "file.json"]),
    ("{}", &["new", "event", "shop/Other", "--from-example", "file.json"]),
    ("{}", &["diff", "file.json", "good.json"]),
    ("{}", &["diff", "good.json", "file.json"]),
    ("{}", &["diff", "--batch", "file.json"]),
    ("{}", &["pattern", "test", "file.json", "good.json"]),
    ("{}", &["pattern", "test", "good.json", "file.json"]),
    ("{}", &["pattern", "test", "--batch", "file.json"]),
    ("{}", &["generate", "--schema", "file.json", "--output", "-"]),
    ("{}", &["import", "shop/Placed@1.1", "--from-json", "file.json"]),
    ("{}", &["push", "--plan-file", "file.json"]),
];

fn shop() -> Shop {
    let shop = Shop::new(&["Placed"]);
    for (file, text) in [
        ("schemas/_shared/id.json", r#"{"type": "string"}"#),
        ("good.json", "{}"),
        (
            "schemas/shop/Placed/examples/1.0/one.json",
            "{\"version\": \"1.0\", \"id\": \"1\"}",
        ),
    ] {
        let path = shop.path(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    shop.commit();
    shop
}

fn assert_named(shop: &Shop, arguments: &[&str], file: &str, expected: &str) {
    let mut command = clean_command(&binary());
    command.env("AWS_REGION", "eu-west-1");
    let (code, text) = shop.run_as(command, arguments);
    assert_eq!(code, 3, "{arguments:?}, {file}: {text}");
    for part in [file, expected, "save the file as UTF-8 without a byte order mark"] {
        assert!(text.contains(part), "{arguments:?}, {file}, {part}: {text}");
    }
}

#[test]
fn a_file_of_a_workspace_is_named_by_every_command() {
    let shop = shop();
    for file in OF_WORKSPACE {
        let is_of_event = !file.starts_with("schema");
        let path = if is_of_event {
            format!("{PLACED}/{file}")
        } else {
            file.to_owned()
        };
        let text = fs::read_to_string(shop.path(&path)).unwrap();
        for (encoding, expected) in ENCODINGS {
            fs::write(shop.path(&path), encode(&text, encoding)).unwrap();
            for arguments in COMMANDS {
                if arguments[0] == "diff" && (file.starts_with("examples") || file.starts_with("schemas/_shared")) {
                    shop.holds(arguments, 0, &["(proved)"]);
                } else {
                    assert_named(&shop, arguments, file, expected);
                }
            }
        }
        fs::write(shop.path(&path), text).unwrap();
    }
    shop.holds(&["check"], 0, &[]);
}

#[test]
fn a_file_that_is_given_is_named_by_every_command() {
    let shop = shop();
    for (text, arguments) in OF_FILE {
        for (encoding, expected) in ENCODINGS {
            fs::write(shop.path("file.json"), encode(text, encoding)).unwrap();
            assert_named(&shop, arguments, "file.json", expected);
        }
    }
}

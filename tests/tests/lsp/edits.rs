//! After any series of edits, in the editor and beside it, an editor shows what `check` finds.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use schemactl_tests::RandomNumbers;
use schemactl_workspace::Workspace;
use serde_json::json;

use crate::client::{Editor, ListedFinding, folder_with, uri};
use crate::diagnostics::{EVENT, FIRST, SETTINGS, checked_with_messages};

const OTHER: &str = "source = \"shop\"\ndetail-type = \"Order Shipped\"\n";
const SHARED: &str = "{ \"type\": \"string\" }";

/// The files that are edited, each with texts that it may have; the first is sound.
fn files() -> Vec<(&'static str, Vec<String>)> {
    let refers = |target: &str| FIRST.replace(SHARED, &format!("{{ \"$ref\": \"{target}\" }}"));
    let schemas = || {
        vec![
            FIRST.to_owned(),
            FIRST.replace("\"string\"", "\"integer\""),
            FIRST.replace('\n', "\r\n"),
            refers("../../_shared/id.json"),
            refers("https://shop.example/id"),
            FIRST.replace("\"properties\"", "\"required\": [\"id\"],\n  \"properties\""),
            FIRST.replace("\"object\"", "\"objct\""),
            FIRST.replace("\"id\": {", "\"id\": "),
        ]
    };
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let shared = "{\"$id\": \"https://shop.example/id\", \"type\": \"number\"}";
    vec![
        (
            "schemactl.toml",
            texts(&[
                SETTINGS,
                &format!("{SETTINGS}[check]\nmode = \"backward\"\n"),
                "version = ",
            ]),
        ),
        ("schemas/_shared/id.json", texts(&[SHARED, shared, "{"])),
        (
            "schemas/shop/OrderPlaced/event.toml",
            texts(&[EVENT, OTHER, "source = 5\n"]),
        ),
        ("schemas/shop/OrderPlaced/1.0.json", schemas()),
        ("schemas/shop/OrderPlaced/1.1.json", schemas()),
        (
            "schemas/shop/OrderPlaced/examples/1.0/a.json",
            texts(&["{\"id\": \"a\"}", "{\"id\": 5}", "{"]),
        ),
        ("schemas/shop/Shipped/event.toml", texts(&[OTHER, EVENT])),
        ("schemas/shop/Shipped/1.0.json", schemas()),
        ("schemas/shop/Shipped/1.1.json", schemas()),
    ]
}

/// An editor with its open files, whose texts and versions it knows.
struct EditSession {
    root: PathBuf,
    editor: Editor,
    open: BTreeMap<PathBuf, (String, i32)>,
    random: RandomNumbers,
}

impl EditSession {
    fn edit(&mut self, files: &[(&str, Vec<String>)]) {
        let (path, texts) = &files[self.random.below(files.len())];
        let path = self.root.join(path);
        // Sound texts are as frequent as all others, or hardly anything would ever be judged.
        let sound = self.random.below(2) == 0;
        let text = &texts[if sound { 0 } else { self.random.below(texts.len()) }];
        match (self.random.below(6), self.open.contains_key(&path)) {
            (0, true) => {
                self.open.remove(&path);
                let document = json!({"textDocument": {"uri": uri(&path)}});
                self.editor.notify("textDocument/didClose", &document);
            }
            (_, true) => self.replace(&path, text),
            (0 | 1, false) => {
                self.editor.open(&path, text);
                self.open.insert(path, (text.clone(), 1));
            }
            (2, false) => {
                let _ = fs::remove_file(&path);
                self.tell(&path, 3);
            }
            (3, false) => {
                write(&path, text);
                self.tell(&path, 2);
            }
            // Nobody tells of this one. It is found with the next edit.
            (_, false) => write(&path, text),
        }
    }

    fn replace(&mut self, path: &Path, text: &str) {
        let (old, version) = self.open.get_mut(path).unwrap();
        *version += 1;
        // As an editor does: the end of the text is the line behind the last one.
        let lines = old.split('\n').count();
        let end = json!({"line": lines, "character": 0});
        let range = json!({"start": {"line": 0, "character": 0}, "end": end});
        let changes = json!([{"range": range, "text": text}]);
        let document = json!({"uri": uri(path), "version": *version});
        text.clone_into(old);
        let change = json!({"textDocument": document, "contentChanges": changes});
        self.editor.notify("textDocument/didChange", &change);
    }

    fn tell(&mut self, path: &Path, kind: u8) {
        let changed = json!({"changes": [{"uri": uri(path), "type": kind}]});
        self.editor.notify("workspace/didChangeWatchedFiles", &changed);
    }

    /// Saves everything, and waits until what is shown is what `check` finds. Returns whether the workspace could be read.
    fn settle(&mut self) -> bool {
        let open: Vec<_> = self
            .open
            .iter()
            .map(|(path, (text, _))| (path.clone(), text.clone()))
            .collect();
        for (path, text) in open {
            write(&path, &text);
            let saved = json!({"textDocument": {"uri": uri(&path)}});
            self.editor.notify("textDocument/didSave", &saved);
        }
        self.tell(&self.root.join("schemactl.toml"), 2);
        let found = checked_with_messages(&self.root);
        let unread: BTreeSet<String> = match Workspace::load(&self.root) {
            Ok(_) => BTreeSet::new(),
            Err(errors) => errors.iter().map(|error| error.path().to_owned()).collect(),
        };
        let is_readable = unread.is_empty();
        // While it cannot be read, the files that cannot are shown, beside what is known of other events. `check` judges those too, and names the
        // schemas that refer to such a file.
        let is_shown = |((file, _, rule), message): &(ListedFinding, String)| {
            let is_about_reading = matches!(rule.as_str(), "not-checked" | "example-invalid") && unread.contains(file);
            is_readable || (is_about_reading && !message.contains("the schema refers to"))
        };
        let found: BTreeSet<_> = found.into_iter().filter(is_shown).map(|(finding, _)| finding).collect();
        let root = self.root.clone();
        self.editor.wait_until(|editor| {
            let shown = editor.findings(&root);
            if is_readable {
                shown == found
            } else {
                shown.is_superset(&found)
            }
        });
        is_readable
    }
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn any_series_of_edits_ends_with_what_check_finds() {
    let files = files();
    let mut readable = 0;
    for seed in 0..4 {
        let sound: Vec<_> = files.iter().map(|(path, texts)| (*path, texts[0].as_str())).collect();
        let (_folder, root) = folder_with(&sound);
        let mut session = EditSession {
            editor: Editor::with_folders(&[&root]),
            root,
            open: BTreeMap::new(),
            random: RandomNumbers(seed),
        };
        for _ in 0..10 {
            for _ in 0..4 {
                session.edit(&files);
            }
            readable += usize::from(session.settle());
        }
        session.editor.finish();
    }
    assert!(readable > 8, "{readable}");
}

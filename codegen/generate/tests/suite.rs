//! `validate()` against the official test suite, in all five drafts: it refuses no valid instance, and `validate_to_publish()` every invalid one
//! unless a reference leads out of the document or depends on the way to it.
//! `cargo xtask setup` fetches the suite.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

use schemactl_generate::{Settings, generate_schema};
use schemactl_model::{Dialect, Source};
use schemactl_runtime::__private::Constraints;
use serde_json::{Value, json};

const DRAFTS: [(&str, &str); 5] = [
    ("draft4", "http://json-schema.org/draft-04/schema#"),
    ("draft6", "http://json-schema.org/draft-06/schema#"),
    ("draft7", "http://json-schema.org/draft-07/schema#"),
    ("draft2019-09", "https://json-schema.org/draft/2019-09/schema"),
    ("draft2020-12", "https://json-schema.org/draft/2020-12/schema"),
];

#[derive(Default)]
struct Tally {
    valid: usize,
    invalid: usize,
    /// Valid instances that were refused, and invalid ones that were not.
    wrong: Vec<String>,
    /// Valid instances that one pass tells of.
    streamed: usize,
    /// ValidationError instances that passed where the schema says more than anybody can know.
    passed: usize,
}

/// Below the target folder, where `cargo xtask setup` puts it.
fn folder() -> PathBuf {
    std::env::var_os("SCHEMACTL_SUITE").map_or_else(
        || Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("json-schema-test-suite"),
        PathBuf::from,
    )
}

#[test]
fn validate_says_what_the_official_suite_says() {
    let folder = folder().join("tests");
    assert!(
        folder.is_dir(),
        "the official test suite is not in {}: run `cargo xtask setup`, which fetches it",
        folder.display()
    );
    let mut tally = Tally::default();
    for (draft, uri) in DRAFTS {
        let mut files: Vec<_> = fs::read_dir(folder.join(draft))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        files.retain(|file| file.is_file());
        files.sort();
        for file in files {
            let name = format!("{draft}/{}", file.file_name().unwrap().to_string_lossy());
            let groups: Vec<Value> = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
            for group in &groups {
                run(&name, uri, group, &mut tally);
            }
        }
    }
    assert!(tally.wrong.is_empty(), "{}: {:#?}", tally.wrong.len(), tally.wrong);
    assert!(
        tally.valid > 2_700 && tally.invalid > 1_800,
        "{} and {}: is the suite complete?",
        tally.valid,
        tally.invalid
    );
    assert!(
        tally.streamed * 2 > tally.valid,
        "one pass tells of {} out of {}",
        tally.streamed,
        tally.valid
    );
    assert!(
        tally.passed * 19 < tally.invalid,
        "{} pass, {} do not",
        tally.passed,
        tally.invalid
    );
}

fn run(file: &str, dialect: &str, group: &Value, tally: &mut Tally) {
    let Some(text) = constraints(dialect, &group["schema"]) else {
        return;
    };
    // Whole numbers that only a double holds are not told apart.
    let is_exact = |data: &Value| {
        data.as_f64().is_none_or(|double| double.abs() < 2_f64.powi(53)) || data.is_i64() || data.is_u64()
    };
    let is_known = |data: &Value| !text.contains("$unknown") && is_exact(data);
    let constraints = Constraints::to_publish_with_patterns(text);
    let of_readers = Constraints::with_patterns(text);
    for test in group["tests"].as_array().unwrap() {
        let answer = constraints.check_json(&test["data"]);
        let about = format!("{file}: {}: {}", group["description"], test["description"]);
        if let (true, Err(why)) = (test["valid"] == true, of_readers.check_json(&test["data"])) {
            tally.wrong.push(format!("{about}: a reader rejects it: {why}"));
        }
        if constraints.is_surely_valid(&test["data"]) {
            assert!(test["valid"] == true && answer.is_ok(), "{about}: surely valid");
            tally.streamed += 1;
        }
        match (test["valid"] == true, answer) {
            (true, Ok(())) => tally.valid += 1,
            (false, Err(_)) => tally.invalid += 1,
            (true, Err(why)) => tally.wrong.push(format!("{about}: {why}")),
            (false, Ok(())) if is_known(&test["data"]) => tally.wrong.push(format!("{about}: passes")),
            (false, Ok(())) => tally.passed += 1,
        }
    }
}

/// What the generated `validate()` asks; `None` where the schema is refused.
fn constraints(dialect: &str, schema: &Value) -> Option<&'static str> {
    let mut schema = schema.clone();
    if let Some(members) = schema.as_object_mut() {
        members.entry("$schema").or_insert_with(|| json!(dialect));
    }
    // A metaschema of its own may switch whole vocabularies off.
    if schema
        .get("$schema")
        .is_some_and(|uri| Dialect::from_uri(uri.as_str().unwrap()).is_err())
    {
        return None;
    }
    let settings = Settings::default().validate(true);
    let source = Source::new("schema.json", schema.to_string());
    let code = generate_schema(&source, "Root", &settings).ok()?.source;
    let file = syn::parse_file(&code).unwrap();
    let checked = file.items.iter().find_map(|item| match item {
        syn::Item::Macro(item) if item.mac.path.segments.last().unwrap().ident == "checked" => Some(&item.mac),
        _ => None,
    });
    let text = checked
        .unwrap()
        .tokens
        .clone()
        .into_iter()
        .find_map(|token| syn::parse2::<syn::LitStr>(token.into()).ok());
    Some(text.unwrap().value().leak())
}

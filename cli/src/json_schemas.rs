//! The schemas of JSON reports are published: `docs/report.schema.json` of `check`, `docs/diff.schema.json`, for a line of `diff --batch`
//! `docs/batch.schema.json`, `docs/plan.schema.json` of `plan` and `status`, and `docs/validate.schema.json` of `validate`. They are made from the structs that write the reports, and our own engine holds them to the
//! promise that readers of the published one can read the new one. `BLESS=1` publishes a changed schema, unless the change breaks them
//! and `format` stays.

use std::fs;
use std::path::Path;

use schemactl_compat::{ComparisonSettings, Policy, Schema, Semantics, compare, default_engine};
use schemactl_model::{Dialect, Document, Source, VersionField};

use crate::commands::{diff, validate};
use crate::printable::print_indented;
use crate::report::json::schema;
use crate::report::plan;

/// Where programs and editors find the published schemas.
const ADDRESS: &str = "https://raw.githubusercontent.com/schemactl/schemactl/main/docs/";

fn document(text: &str) -> Document {
    Document::parse(Source::new("report.schema.json", text), Dialect::Draft202012).unwrap()
}

/// Whether whoever reads reports of the old schema can read those of the new one.
fn assert_readable(old: &str, new: &str) {
    let (old, new) = (document(old), document(new));
    let old = Schema::new(old.root(), old.dialect());
    let new = Schema::new(new.root(), new.dialect());
    let compared = compare(
        &default_engine(Semantics::default()),
        (&old, &new),
        ComparisonSettings {
            policy: Policy::default(),
            version_field: VersionField::named("format").as_ref(),
        },
    );
    assert!(
        compared.forward.is_compatible(),
        "a reader of docs/report.schema.json cannot read the new report: {:?}",
        compared.forward
    );
}

#[test]
fn the_published_schemas_are_those_of_the_structs() {
    for (file, schema) in [
        ("report.schema.json", schema()),
        ("diff.schema.json", diff::json::schema()),
        ("batch.schema.json", diff::batch::schema()),
        ("plan.schema.json", plan::schema()),
        ("validate.schema.json", validate::results::schema()),
    ] {
        let mut schema = schema;
        schema["$id"] = format!("{ADDRESS}{file}").into();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(file);
        let published = fs::read_to_string(&path).unwrap_or_default();
        let made = print_indented(&schema);
        let before: serde_json::Value = serde_json::from_str(&published).unwrap_or_default();
        // Another format may break readers: that is what it is counted for.
        if !before.is_null() && before["properties"]["format"] == schema["properties"]["format"] {
            assert_readable(&published, &made);
        }
        if std::env::var_os("BLESS").is_some() {
            fs::write(&path, &made).unwrap();
        } else {
            assert_eq!(published, made, "run the test with BLESS=1 to publish {file}");
        }
    }
}

#[test]
fn our_own_check_sees_a_field_that_is_added_and_one_that_is_gone() {
    let published = print_indented(&schema());
    let mut more = schema();
    more["properties"]["colour"] = serde_json::json!({"type": "string"});
    assert_readable(&published, &print_indented(&more));
    let mut less = schema();
    less["properties"].as_object_mut().unwrap().remove("clean");
    less["required"].as_array_mut().unwrap().retain(|name| name != "clean");
    assert!(std::panic::catch_unwind(|| assert_readable(&published, &print_indented(&less))).is_err());
}

/// Every published schema has the address that it is published at, and the catalogue for editors names those of settings.
#[test]
fn the_catalogue_names_what_is_published() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| -> serde_json::Value {
        let text = fs::read_to_string(root.join(path)).unwrap();
        serde_json::from_str(&text).unwrap()
    };
    let mut addresses = Vec::new();
    for name in ["batch", "diff", "event", "plan", "report", "schemactl", "validate"] {
        let schema = read(&format!("docs/{name}.schema.json"));
        let address = schema["$id"].as_str().unwrap().to_owned();
        assert!(
            address.ends_with(&format!("/schemactl/main/docs/{name}.schema.json")),
            "{address}"
        );
        addresses.push(address);
    }
    let catalogue = read("packaging/schemastore.json");
    let entries = catalogue["schemas"].as_array().unwrap();
    assert_eq!(entries.len(), 2);
    for (entry, file) in entries
        .iter()
        .zip(["schemas/shop/OrderPlaced/event.toml", "schemactl.toml"])
    {
        assert!(
            addresses.iter().any(|address| entry["url"] == address.as_str()),
            "{entry}"
        );
        assert!(
            ["name", "description"].iter().all(|key| entry[key].is_string()),
            "{entry}"
        );
        let patterns = entry["fileMatch"].as_array().unwrap();
        let matches = |pattern: &str| {
            let ends = pattern
                .trim_start_matches("**/")
                .split('/')
                .rev()
                .zip(file.split('/').rev());
            ends.clone().count() > 0
                && ends
                    .into_iter()
                    .all(|(pattern, part)| pattern == "*" || pattern == part)
        };
        assert!(
            patterns.iter().any(|pattern| matches(pattern.as_str().unwrap())),
            "{entry}"
        );
    }
}

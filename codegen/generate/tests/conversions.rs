//! Every case of `tests/cases/conversions` is a workspace whose conversions are those of its `expected.txt`. `BLESS=1` rewrites the files
//! for review; that conversions compile, and convert events as they should, is tested in `tests/consumer`.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use schemactl_generate::{Settings, describe_conversions, generate_events};
use schemactl_workspace::Workspace;

/// The start of each operation that there is, and of each step with a value. A case has them all, so that none is left untested.
const OPERATIONS: [&str; 32] = [
    "= copy ",
    "= rename ",
    "= unnamed: ",
    "= version ",
    "= constant",
    "= gap ",
    "= optional gap ",
    "drop ",
    "others = none",
    "others = carry: ",
    "others = carry without ",
    "others = gap ",
    ": value ",
    ": unknown value",
    "any other: unknown value",
    ": alternative ",
    "any other: unknown alternative",
    "keep",
    "widen integer",
    "write text",
    "write value",
    "write \"",
    "write JSON",
    "null if absent, ",
    ": constant",
    ": value \"done\"",
    "as Text, ",
    "each position, (",
    "if present, ",
    "each element, ",
    "each member, ",
    "always present, ",
];

#[test]
fn conversions_are_derived_as_data() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/conversions");
    let mut all = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let case = entry.unwrap().path();
        let workspace = Workspace::load(&case).unwrap();
        let found = describe_conversions(&workspace, &[], &Settings::default()).unwrap();
        let file = case.join("expected.txt");
        if std::env::var_os("BLESS").is_some() {
            fs::write(&file, &found).unwrap();
        }
        assert_eq!(found, fs::read_to_string(&file).unwrap(), "{}", case.display());
        all.push_str(&found);
    }
    for operation in OPERATIONS {
        assert!(all.contains(operation), "no case has `{operation}`");
    }
}

/// A gap of the program is a method that the producer writes, and nothing else is.
#[test]
fn each_gap_is_a_method() {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/conversions/every-operation");
    let workspace = Workspace::load(&case).unwrap();
    let settings = Settings::default();
    let program = describe_conversions(&workspace, &[], &settings).unwrap();
    let source = generate_events(&workspace, &[], &settings).unwrap().source;
    let gaps = program
        .lines()
        .filter(|line| line.contains(" gap ") || line.trim_start().starts_with("gap "));
    let declared = source.matches("&self, from: &").count() + source.matches("&self,\n                from: &").count();
    assert_eq!(gaps.count(), declared, "{program}");
}

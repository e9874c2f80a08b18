//! What we call a fault is what the meta-schemas reject: over every schema of the official suite, every keyword with every kind of value
//! in every dialect, and schemas put together by chance.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use schemactl_compat::metaschema_errors;
use schemactl_model::{Dialect, FaultKind, Source, Value, keywords, parse, review_schema};

/// `Some` if we and the meta-schema differ.
fn difference(schema: &Value, dialect: Dialect) -> Option<String> {
    let review = review_schema(schema, dialect);
    let ours: Vec<_> = review
        .faults
        .iter()
        .filter(|fault| fault.kind == FaultKind::Value)
        .collect();
    let theirs = metaschema_errors(schema, dialect);
    // The meta-schema of draft-04 that this crate has is milder than the one that was published: it takes empty lists and repetitions.
    let is_milder = dialect == Dialect::Draft4 && ours.iter().all(|fault| fault.keyword == "enum");
    if is_milder && theirs.is_empty() {
        return None;
    }
    let differs = ours.is_empty() != theirs.is_empty();
    differs.then(|| format!("{dialect} {}: {ours:?} {theirs:?}", schema.to_json()))
}

fn read(text: &str) -> Value {
    parse(&Source::new("schema", text)).unwrap()
}

#[test]
fn the_schemas_of_the_official_suite_have_no_faults_that_meta_schemas_do_not_know() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/json-schema-test-suite/tests");
    if !folder.exists() {
        return;
    }
    let (mut seen, mut differing) = (0, Vec::new());
    for (name, dialect) in [
        ("draft4", Dialect::Draft4),
        ("draft6", Dialect::Draft6),
        ("draft7", Dialect::Draft7),
        ("draft2019-09", Dialect::Draft201909),
        ("draft2020-12", Dialect::Draft202012),
    ] {
        for file in files_below(&folder.join(name)) {
            let groups = read(&fs::read_to_string(&file).unwrap());
            for schema in groups
                .as_array()
                .unwrap()
                .iter()
                .filter_map(|group| group.member("schema"))
            {
                seen += 1;
                differing.extend(difference(schema, dialect));
                let mut found = review_schema(schema, dialect).faults;
                // The suite serves documents of its own, which are not here.
                found.retain(|fault| fault.kind != FaultKind::Elsewhere);
                // Two files are about patterns and identifiers that are none; the suite expects readers to survive them.
                let is_about_faults = ["ecmascript-regex.json", "id.json"]
                    .iter()
                    .any(|name| file.ends_with(name));
                if !found.is_empty() && !is_about_faults {
                    differing.push(format!("{}: {} {found:?}", file.display(), schema.to_json()));
                }
            }
        }
    }
    assert!(seen > 1_500, "{seen} are not the suite");
    assert!(
        differing.is_empty(),
        "{seen} seen, {}:\n{}",
        differing.len(),
        differing.join("\n")
    );
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, mut files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    files.extend(folders.iter().flat_map(|folder| files_below(folder)));
    files.sort();
    files
}

/// Values of every kind that some keyword takes and another one does not.
const VALUES: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "-0.0",
    "1",
    "3.0",
    "1e2",
    "-1",
    "1.5",
    "\"\"",
    "\"a\"",
    "\"_a\"",
    "\"a:b\"",
    "\"a b\"",
    "\"#a\"",
    "\"string\"",
    "\"strng\"",
    "[]",
    "[\"a\"]",
    "[\"a\", \"a\"]",
    "[\"string\", \"null\"]",
    "[\"string\", \"string\"]",
    "[1, 1]",
    "[{}]",
    "[true]",
    "[{\"type\": 1}]",
    "[5]",
    "{}",
    "{\"a\": {}}",
    "{\"a\": true}",
    "{\"a\": []}",
    "{\"a\": [\"b\"]}",
    "{\"a\": [\"b\", \"b\"]}",
    "{\"a\": [1]}",
    "{\"a\": 5}",
    "{\"a\": {\"minLength\": -1}}",
    "{\"type\": 1}",
    "{\"enum\": [{\"type\": 1}]}",
];

/// Where a keyword may stand.
const PLACES: &[&str] = &[
    "KEYWORD",
    "{\"not\": KEYWORD}",
    "{\"properties\": {\"a\": KEYWORD}}",
    "{\"items\": [KEYWORD]}",
    "{\"$ref\": \"#/definitions/a\", \"definitions\": {\"a\": KEYWORD}}",
    "{\"dependencies\": {\"a\": KEYWORD}}",
    "{\"enum\": [KEYWORD], \"x-own\": KEYWORD}",
];

#[test]
fn every_keyword_with_every_kind_of_value_is_judged_as_the_meta_schema_does() {
    let known: BTreeSet<&str> = keywords().collect();
    let (mut round, mut differing) = (0, Vec::new());
    for dialect in Dialect::ALL {
        for keyword in &known {
            for value in VALUES {
                // At the root, and at another place each time.
                round += 1;
                for place in [PLACES[0], PLACES[1 + round % (PLACES.len() - 1)]] {
                    let text = place.replace("KEYWORD", &format!(r#"{{"{keyword}": {value}}}"#));
                    differing.extend(difference(&read(&text), dialect));
                }
            }
        }
    }
    assert!(
        differing.is_empty(),
        "{}:\n{}",
        differing.len(),
        differing[..differing.len().min(40)].join("\n")
    );
}

/// Schemas put together by chance, the same ones each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most as u64).unwrap()
    }

    fn schema(&mut self, depth: usize) -> String {
        let known: Vec<&str> = keywords().collect();
        let members = (0..=self.below(3)).map(|index| {
            let keyword = known[self.below(known.len())];
            // No key twice.
            let keyword = if index == 0 {
                keyword.to_owned()
            } else {
                ["title", "type"][index - 1].to_owned()
            };
            format!(r#""{keyword}": {}"#, self.value(depth))
        });
        let mut members: Vec<String> = members.collect();
        members.dedup_by_key(|member| member.split(':').next().map(str::to_owned));
        format!("{{{}}}", members.join(", "))
    }

    fn value(&mut self, depth: usize) -> String {
        match self.below(if depth == 0 { 2 } else { 8 }) {
            0 | 1 => VALUES[self.below(VALUES.len())].to_owned(),
            2 | 3 => self.schema(depth - 1),
            4 => format!("[{}, {}]", self.schema(depth - 1), self.schema(depth - 1)),
            _ => format!(
                r#"{{"a": {}, "b": {}}}"#,
                self.schema(depth - 1),
                self.schema(depth - 1)
            ),
        }
    }
}

#[test]
fn schemas_put_together_by_chance_are_judged_as_the_meta_schema_does() {
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let (mut valid, mut differing) = (0, Vec::new());
    for round in 0..4_000 {
        let text = chance.schema(3);
        // A key twice is no JSON that we read.
        let Ok(schema) = parse(&Source::new("schema", text)) else {
            continue;
        };
        let dialect = Dialect::ALL[round % Dialect::ALL.len()];
        valid += usize::from(metaschema_errors(&schema, dialect).is_empty());
        differing.extend(difference(&schema, dialect));
    }
    assert!(
        valid > 200,
        "{valid} of 4,000 are too few to show that nothing is invented"
    );
    assert!(
        differing.is_empty(),
        "{}:\n{}",
        differing.len(),
        differing[..differing.len().min(40)].join("\n")
    );
}

//! Holds the generated code against a corpus. In: folders of JSON Schemas, and where an `index.jsonl` lists them, their valid
//! and invalid instances. Out: a table, and every failure. Each schema is generated as `schemactl generate --schema` does,
//! the files are compiled as modules under `deny(warnings)` and clippy, and instances go through them: those that came with the schema, and
//! random ones, and those of our containment engine; the `jsonschema` crate says which are valid. Versions of one schema are
//! also generated as events of a workspace. Properties that are a `serde_json::Value` are counted by reason; `--count` stops there, and `--untyped`
//! lists them.
//!
//! `cargo run --release -p schemactl-generate --example corpus -- [--scratch DIR] [--sample N] [--batch N] [--customized] [--count] [--untyped] FOLDER…`

#![allow(
    clippy::cast_precision_loss,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs
)]

mod engine;
mod events;
mod instances;
mod scratch;
mod table;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use schemactl_generate::{Settings, UnknownFields, generate_schema};
use schemactl_model::Source;
use serde_json::Value;

use crate::scratch::Scratch;
use crate::table::Table;

pub struct Options {
    pub scratch: PathBuf,
    pub sample: usize,
    pub batch: usize,
    /// Whether nothing is compiled.
    pub only_counts: bool,
    /// Whether each untyped property is listed.
    pub lists_untyped: bool,
    pub folders: Vec<PathBuf>,
    /// Whether everything is also generated with settings that change derives, attributes, formats and maps.
    pub is_customized: bool,
}

/// A schema and what is known about it.
pub struct Case {
    pub name: String,
    pub text: String,
    pub valid: Vec<Value>,
    pub invalid: Vec<Value>,
    /// What it is a version of, and which.
    pub lineage: Option<(String, String)>,
}

fn options() -> Options {
    let mut options = Options {
        scratch: std::env::temp_dir().join("schemactl-corpus"),
        sample: usize::MAX,
        batch: 200,
        only_counts: false,
        lists_untyped: false,
        folders: Vec::new(),
        is_customized: false,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--scratch" => options.scratch = arguments.next().unwrap().into(),
            "--sample" => options.sample = arguments.next().unwrap().parse().unwrap(),
            "--customized" => options.is_customized = true,
            "--batch" => options.batch = arguments.next().unwrap().parse().unwrap(),
            "--count" => options.only_counts = true,
            "--untyped" => options.lists_untyped = true,
            folder => options.folders.push(folder.into()),
        }
    }
    options
}

fn main() {
    let options = options();
    let mut cases: Vec<Case> = options.folders.iter().flat_map(|folder| cases(folder)).collect();
    if cases.len() > options.sample {
        let step = cases.len() / options.sample;
        cases = cases.into_iter().step_by(step.max(1)).collect();
    }
    let mut table = Table::default();
    let mut modes = vec![
        ("default", Settings::default()),
        (
            "preserve, validate",
            Settings::default()
                .unknown_fields(UnknownFields::Preserve)
                .validate(true),
        ),
    ];
    if options.is_customized {
        modes.push(("customized", customized()));
    }
    for (mode, settings) in modes {
        let generated = generate(&cases, &settings, &mut table, mode, options.lists_untyped);
        if options.only_counts {
            continue;
        }
        let mut compiled = 0;
        let mut counts = table::Counts::default();
        let scratch = Scratch::new(&options.scratch.join(mode.replace(", ", "-")));
        // In batches, so that no compiler needs more memory than there is.
        let all: Vec<_> = generated.iter().collect();
        for (number, batch) in all.chunks(options.batch).enumerate() {
            let modules = scratch.compile(batch, &mut table, mode);
            compiled += modules.len();
            let instances = instances::prepare(&cases, &modules);
            let answers = scratch.run(&modules, &instances, settings.validate);
            counts.judge(&mut table, mode, &cases, &instances, &answers);
            eprintln!(
                "{mode}: {} of {}",
                ((number + 1) * options.batch).min(all.len()),
                all.len()
            );
        }
        table.row(
            mode,
            "compile under deny(warnings) and clippy",
            compiled,
            generated.len(),
        );
        table.counts(mode, &counts);
        events::run(&cases, &options.scratch, &settings, &mut table, mode);
    }
    table.print();
}

/// What settings can do to any schema.
fn customized() -> Settings {
    let formats = ["date", "date-time", "email", "ipv4", "ipv6", "time", "uri", "uuid"];
    let settings = Settings::default()
        .unknown_fields(UnknownFields::Preserve)
        .validate(true)
        .derive("*", "Hash, PartialOrd, Ord")
        .type_attribute("*", "#[doc(alias = \"type\")]")
        .map_type("::std::collections::HashMap");
    formats.into_iter().fold(settings, |settings, format| {
        settings.format(format, "::schemactl_runtime::TextOf<String>")
    })
}

/// A module for each schema that can be generated.
fn generate(
    cases: &[Case],
    settings: &Settings,
    table: &mut Table,
    mode: &str,
    lists_untyped: bool,
) -> BTreeMap<usize, String> {
    let mut times = Vec::new();
    let mut untyped: BTreeMap<&str, usize> = BTreeMap::new();
    let mut properties = 0;
    let mut generated = BTreeMap::new();
    for (index, case) in cases.iter().enumerate() {
        let source = Source::new(case.name.clone(), case.text.clone());
        let start = Instant::now();
        let result = std::panic::catch_unwind(|| generate_schema(&source, "Root", settings));
        times.push(start.elapsed());
        match result {
            Ok(Ok(code)) => {
                properties += code.properties;
                for place in code.untyped.iter().filter(|place| place.property.is_some()) {
                    *untyped.entry(place.reason.name()).or_default() += 1;
                    if lists_untyped {
                        println!("{place}");
                    }
                }
                generated.insert(index, code.source);
            }
            Ok(Err(errors)) => table.failure(mode, "refused", &case.name, &errors[0]),
            Err(_) => table.failure(mode, "PANIC", &case.name, &"the generator panicked"),
        }
    }
    times.sort();
    table.row(mode, "schemas", cases.len(), cases.len());
    table.row(mode, "generate", generated.len(), cases.len());
    table.times(mode, &times);
    let lines = generated.values().map(|text| text.lines().count()).sum();
    table.number(mode, "lines", lines);
    table.row(mode, "untyped properties", untyped.values().sum(), properties);
    for (reason, count) in untyped {
        table.row(mode, &format!("  {reason}"), count, properties);
    }
    generated
}

fn cases(folder: &Path) -> Vec<Case> {
    let index = folder.join("index.jsonl");
    let mut cases = match fs::read_to_string(&index) {
        Ok(lines) => lines
            .lines()
            .map(|line| listed(folder, &serde_json::from_str(line).unwrap()))
            .collect(),
        Err(_) => found(folder),
    };
    cases.sort_by(|one, other| one.name.cmp(&other.name));
    cases
}

fn listed(folder: &Path, row: &Value) -> Case {
    let path = folder.join(row["path"].as_str().unwrap());
    let instances = |key: &str| {
        let paths = row[key].as_array().cloned().unwrap_or_default();
        let paths = paths
            .into_iter()
            .map(|path| folder.join(path.as_str().unwrap_or_default()));
        paths
            .filter_map(|path| serde_json::from_slice(&fs::read(path).ok()?).ok())
            .collect()
    };
    Case {
        name: path.display().to_string(),
        text: fs::read_to_string(&path).unwrap_or_default(),
        valid: instances("valid"),
        invalid: instances("invalid"),
        lineage: row["lineage"]
            .as_str()
            .zip(row["version"].as_str())
            .map(|(lineage, version)| (lineage.to_owned(), version.to_owned())),
    }
}

fn found(folder: &Path) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                let text = fs::read_to_string(&path).unwrap_or_default();
                cases.extend(of_file(&path, text));
            }
        }
    }
    cases
}

/// A schema, or the groups of a file of the JSON Schema Test Suite.
fn of_file(path: &Path, text: String) -> Vec<Case> {
    let name = path.display().to_string();
    let groups = match serde_json::from_str(&text) {
        Ok(Value::Array(groups)) if groups.iter().all(|group| group.get("schema").is_some()) => groups,
        _ => {
            return vec![Case {
                name,
                text,
                valid: Vec::new(),
                invalid: Vec::new(),
                lineage: None,
            }];
        }
    };
    let groups = groups.iter().enumerate().map(|(at, group)| {
        let tests = |valid: bool| {
            let tests = group["tests"].as_array().cloned().unwrap_or_default();
            let tests = tests.into_iter().filter(|test| test["valid"] == valid);
            tests.map(|test| test["data"].clone()).collect()
        };
        Case {
            name: format!("{name}#{at}"),
            text: group["schema"].to_string(),
            valid: tests(true),
            invalid: tests(false),
            lineage: None,
        }
    });
    groups.collect()
}

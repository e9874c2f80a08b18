//! The law of generated readers: a value that `check` takes a reader to accept under the default policy is decoded by the generated type, and its
//! `validate()` accepts it; so is what the type writes of it. In: the schemas of the law of both sides, compiled into one program.
//! `SCHEMACTL_TYPES=600` runs so many schemas, `SCHEMACTL_TYPES_FROM` begins at another.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod sides;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use schemactl_compat::{Policy, Schema, Validator};
use schemactl_containment::from_serde_json;
use schemactl_generate::{Settings, generate_schema};
use schemactl_model::Source;
use serde_json::Value;
use sides::{enumerated, instances_of, schema_of};

/// As many schemas as compile in seconds.
const SCHEMAS: u64 = 60;
/// Of the instances of the fuzzer, every so many is tried.
const STRIDE: usize = 3;

/// A schema that code was generated for, and the values that its readers accept.
struct ReadSchema {
    schema: Value,
    source: String,
    accepted: Vec<Value>,
}

fn read_schema(number: u64, all: &[Value]) -> Option<ReadSchema> {
    let (schema, dialect) = schema_of(number);
    let source = Source::new("schema.json", schema.to_string());
    let source = generate_schema(&source, "Root", &Settings::default().validate(true))
        .ok()?
        .source;
    let own = from_serde_json(&schema);
    let written = Schema::new(&own, dialect);
    let (view, view_dialect) = Policy::TolerantReader.as_reader(&written).of(&written).ok()?;
    let of_reader = Validator::new(&view, view_dialect).ok()?;
    let mut accepted = instances_of(&schema, number, (all, STRIDE));
    accepted.retain(|value| of_reader.is_valid(&from_serde_json(value)).unwrap_or(false));
    Some(ReadSchema {
        schema,
        source,
        accepted,
    })
}

/// The program: for each line with a number and a value, what the type of that number makes of it.
fn write_program(schemas: &[ReadSchema]) -> String {
    let mut program = "#![allow(dead_code, unused)]\n".to_owned();
    let mut arms = String::new();
    for (number, read) in schemas.iter().enumerate() {
        writeln!(program, "mod s{number} {{\n{}\n}}", read.source).unwrap();
        writeln!(arms, "        {number} => pass(text, s{number}::Root::validate),").unwrap();
    }
    program.push_str(&PROGRAM.replace("ARMS", &arms));
    program
}

const PROGRAM: &str = r#"
use schemactl_runtime::serde::{de::DeserializeOwned, Serialize};
use schemactl_runtime::{serde_json, ValidationError};
fn pass<T: DeserializeOwned + Serialize>(text: &str, validate: fn(&T) -> Result<(), ValidationError>) -> String {
    let value: T = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => return format!("not read: {error}"),
    };
    if let Err(error) = validate(&value) {
        return format!("not valid: {error}");
    }
    let written = serde_json::to_string(&value).unwrap();
    match serde_json::from_str::<T>(&written).map(|value| validate(&value)) {
        Ok(Ok(())) => "accepted".to_owned(),
        other => format!("written as {written}: {other:?}"),
    }
}
fn main() {
    for line in std::io::stdin().lines() {
        let line = line.unwrap();
        let (number, text) = line.split_once(' ').unwrap();
        let answer = match number.parse::<u32>().unwrap() {
ARMS
            _ => unreachable!(),
        };
        println!("{}", answer.replace('\n', " "));
    }
}
"#;

/// Builds the program in a crate of its own.
fn build_program(program: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("type-laws");
    fs::create_dir_all(folder.join("src")).unwrap();
    let runtime = root.join("codegen/runtime").display().to_string();
    let manifest = format!(
        "[package]\nname = \"type-laws\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
         schemactl-runtime = {{ path = {runtime:?}, features = [\"regex\"] }}\n[profile.dev]\ndebug = false\nincremental = false\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::copy(root.join("tests/consumer/Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    fs::write(folder.join("src/main.rs"), program).unwrap();
    let mut command = Command::new(env!("CARGO"));
    let command = command.args(["build", "--quiet", "--offline"]).current_dir(&folder);
    let output = command.env("CARGO_TARGET_DIR", folder.join("target")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    folder.join("target/debug/type-laws")
}

fn run_program(program: &Path, lines: &str) -> Vec<String> {
    let file = program.with_extension("jsonl");
    fs::write(&file, lines).unwrap();
    let mut command = Command::new(program);
    let output = command
        .stdin(Stdio::from(fs::File::open(file).unwrap()))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}

#[test]
fn what_readers_accept_is_decoded_and_valid() {
    let number = |name: &str, otherwise| std::env::var(name).map_or(otherwise, |number| number.parse().unwrap());
    let first = number("SCHEMACTL_TYPES_FROM", 0);
    let all = enumerated();
    let numbers = first..first + number("SCHEMACTL_TYPES", SCHEMAS);
    let schemas: Vec<_> = numbers.filter_map(|number| read_schema(number, &all)).collect();
    let events: Vec<_> = schemas
        .iter()
        .enumerate()
        .flat_map(|(number, read)| read.accepted.iter().map(move |value| (number, value)))
        .collect();
    let lines = events.iter().fold(String::new(), |mut lines, (number, value)| {
        writeln!(lines, "{number} {value}").unwrap();
        lines
    });
    let answers = run_program(&build_program(&write_program(&schemas)), &lines);
    assert_eq!(answers.len(), events.len());
    let wrong: Vec<_> = events
        .iter()
        .zip(&answers)
        .filter(|(_, answer)| *answer != "accepted")
        .collect();
    println!(
        "{} schemas, {} values, {} wrong",
        schemas.len(),
        events.len(),
        wrong.len()
    );
    let mut shown = String::new();
    let mut last = usize::MAX;
    for ((number, value), answer) in &wrong {
        if *number != last {
            writeln!(shown, "{answer}\n  {value}\n  {}", schemas[*number].schema).unwrap();
        }
        last = *number;
    }
    assert!(wrong.is_empty(), "{} wrong:\n{shown}", wrong.len());
    assert!(
        schemas.len() > 40 && events.len() > 4_000,
        "{} {}",
        schemas.len(),
        events.len()
    );
}

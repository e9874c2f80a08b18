//! What checking a large workspace costs, beside what `serde_json` needs to parse the same files: `cargo run --release -p
//! schemactl-workspace --example scale -- [EVENTS] [VERSIONS] [SECTIONS] [BREAKS]`. In: how many events with how many versions to
//! make, how many nested objects of some twenty fields each schema has beside its own (50 of them make 100 KB), and how many versions
//! break the one before. Out: the time of each
//! step, as a multiple of the parsing, and the memory at its peak; then the same again, with nothing changed.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use schemactl_check::{CheckOptions, Proofs, Report, check_again, write_atomic};
use schemactl_compat::{Semantics, default_engine};
use schemactl_workspace::Workspace;

fn main() {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse().unwrap());
    let (events, versions) = (arguments.next().unwrap_or(1000), arguments.next().unwrap_or(3));
    let (sections, breaks) = (arguments.next().unwrap_or(0), arguments.next().unwrap_or(0));
    let folder = tempfile::tempdir().unwrap();
    make(folder.path(), (events, versions), (sections, breaks));
    let mut files = Vec::new();
    collect(&folder.path().join("schemas"), &mut files);
    let (parsed, parsing) = timed(|| parse(&files));
    let bytes: u64 = files.iter().map(|file| fs::metadata(file).unwrap().len()).sum();
    println!(
        "{parsed} schemas, {events} events, {versions} versions each, {} bytes a schema",
        bytes / parsed as u64
    );
    println!("serde_json: {parsing:?}");
    let times = |time: Duration| time.as_secs_f64() / parsing.as_secs_f64();
    let proofs = folder.path().join(".schemactl/proofs.json");
    for run in ["first", "again"] {
        let (workspace, loading) = timed(|| Workspace::load(folder.path()).unwrap());
        println!("{run}: load {loading:?}, {:.1} times that", times(loading));
        let ((report, clean), checking) = timed(|| checked(&workspace, &proofs));
        println!("{run}: check {checking:?}, {:.1} times that", times(checking));
        println!(
            "{run}: together {:.1} times that, peak {}; {} comparisons, {} findings, clean: {clean}",
            times(loading + checking),
            peak(),
            report.comparisons.len(),
            report.findings.len(),
        );
    }
    // An event with findings has no proofs to keep.
    println!("proofs: {} bytes", fs::metadata(&proofs).map_or(0, |file| file.len()));
}

/// The check with what the last one proved, read and written as the command does.
fn checked(workspace: &Workspace, file: &Path) -> (Report, bool) {
    let engine = default_engine(Semantics::default());
    let text = fs::read_to_string(file).unwrap_or_default();
    let known = Proofs::parse(&text, "scale");
    let mut proofs = known.clone();
    let (report, checked) = check_again(workspace, &CheckOptions::new(&engine), &mut proofs);
    if proofs != known {
        write_atomic(file, proofs.to_text().as_bytes()).unwrap();
    }
    (report, checked.is_some())
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let started = Instant::now();
    let done = work();
    (done, started.elapsed())
}

fn collect(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
}

fn parse(files: &[std::path::PathBuf]) -> usize {
    let values: Vec<serde_json::Value> = files
        .iter()
        .map(|file| serde_json::from_slice(&fs::read(file).unwrap()).unwrap())
        .collect();
    values.len()
}

fn make(root: &Path, (events, versions): (usize, usize), (sections, breaks): (usize, usize)) {
    fs::write(
        root.join("schemactl.toml"),
        "version = 1\n[registry]\nname = \"scale\"\n",
    )
    .unwrap();
    for event in 0..events {
        let folder = root.join(format!("schemas/com.example.n{}/Event{event}", event % 20));
        fs::create_dir_all(&folder).unwrap();
        let settings = format!(
            "source = \"com.example.n{}\"\ndetail-type = \"Event{event}\"\n",
            event % 20
        );
        fs::write(folder.join("event.toml"), settings).unwrap();
        for version in 0..versions {
            fs::write(
                folder.join(format!("1.{version}.json")),
                schema(event, version, (sections, breaks)),
            )
            .unwrap();
        }
    }
}

/// An event as they are: some twenty fields, a list of items, an address; each version has one more optional field.
fn schema(event: usize, version: usize, (sections, breaks): (usize, usize)) -> String {
    let mut nested = String::new();
    for section in 0..sections {
        let own = fields(event + section, 16 + version);
        let own = own.trim_end().trim_end_matches(',');
        writeln!(
            nested,
            "    \"section{section}\": {{ \"type\": \"object\", \"required\": [\"field0\"], \"properties\": {{\n{own}\n    }} }},"
        )
        .unwrap();
    }
    // A text that may be shorter and shorter.
    let limit = 255 - version.min(breaks);
    writeln!(
        nested,
        "    \"limited\": {{ \"type\": \"string\", \"maxLength\": {limit} }},"
    )
    .unwrap();
    whole(event, version, &(fields(event, 16 + version) + &nested))
}

fn fields(event: usize, count: usize) -> String {
    let mut fields = String::new();
    for field in 0..count {
        let kind = match (event + field) % 5 {
            0 => r#"{ "type": "integer", "minimum": 0 }"#.to_owned(),
            1 => r#"{ "type": "string", "format": "date-time" }"#.to_owned(),
            2 => format!(r#"{{ "type": "string", "pattern": "^[a-z]{{2,8}}-{field}$" }}"#),
            3 => r#"{ "enum": ["created", "paid", "shipped", "returned"] }"#.to_owned(),
            _ => {
                r#"{ "type": ["string", "null"], "maxLength": 255, "description": "What a person wrote." }"#.to_owned()
            }
        };
        writeln!(fields, "    \"field{field}\": {kind},").unwrap();
    }
    fields
}

fn whole(event: usize, version: usize, fields: &str) -> String {
    format!(
        r##"{{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "Event{event}",
  "description": "A fact about event {event}.",
  "type": "object",
  "required": ["version", "id", "items", "field0", "field1"],
  "properties": {{
    "version": {{ "const": "1.{version}" }},
    "id": {{ "type": "string", "minLength": 1 }},
{fields}    "address": {{ "$ref": "#/$defs/address" }},
    "billing": {{ "$ref": "#/$defs/address" }},
    "items": {{
      "type": "array",
      "minItems": 1,
      "items": {{
        "type": "object",
        "required": ["sku", "quantity"],
        "properties": {{
          "sku": {{ "type": "string" }},
          "quantity": {{ "type": "integer", "minimum": 1 }},
          "price": {{ "type": "number", "multipleOf": 0.01 }}
        }}
      }}
    }}
  }},
  "$defs": {{
    "address": {{
      "type": "object",
      "required": ["street", "city", "country"],
      "properties": {{
        "street": {{ "type": "string" }},
        "city": {{ "type": "string" }},
        "country": {{ "type": "string", "pattern": "^[A-Z]{{2}}$" }}
      }}
    }}
  }}
}}
"##
    )
}

#[cfg(target_os = "linux")]
fn peak() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().to_owned()
}

#[cfg(not(target_os = "linux"))]
fn peak() -> String {
    "not known here".to_owned()
}

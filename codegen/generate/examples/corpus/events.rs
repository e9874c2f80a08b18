//! The versions of one schema as an event: what is generated for a workspace has shared types, conversions between versions,
//! patterns and the enum over the versions, which a single schema does not. In: schemas that name their lineage. Out: a
//! workspace of every lineage with several versions, generated and compiled as a whole.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use schemactl_generate::{Settings, generate_events};
use schemactl_workspace::Workspace;
use serde_json::Value;

use crate::Case;
use crate::scratch::Scratch;
use crate::table::Table;

/// The versions of an event, by their text.
type Versions = BTreeMap<String, Value>;

pub(crate) fn run(cases: &[Case], scratch: &Path, settings: &Settings, table: &mut Table, mode: &str) {
    let events = events(cases);
    if events.is_empty() {
        return;
    }
    let folder = scratch.join("workspace");
    write(&folder, &events);
    let generated = std::panic::catch_unwind(|| {
        let workspace = Workspace::load(&folder).map_err(|errors| format!("{errors:?}"))?;
        generate_events(&workspace, &[], settings).map_err(|errors| format!("{errors:?}"))
    });
    let text = match generated {
        Ok(Ok(code)) => code.source,
        Ok(Err(why)) => return table.failure(mode, "refused", &"events", &why),
        Err(_) => return table.failure(mode, "PANIC", &"events", &"the generator panicked"),
    };
    table.number(mode, "events of several versions", events.len());
    let versions: Vec<_> = events.values().map(BTreeMap::len).collect();
    table.number(mode, "  their versions", versions.iter().sum());
    table.number(mode, "  lines", text.lines().count());
    let crates = Scratch::new(&scratch.join("events"));
    let compiled = crates.compile(&[(&0, &text)], table, mode);
    table.row(mode, "  compile together", compiled.len(), 1);
}

fn events(cases: &[Case]) -> BTreeMap<String, Versions> {
    let mut events: BTreeMap<String, Versions> = BTreeMap::new();
    for case in cases {
        let Some((lineage, version)) = &case.lineage else {
            continue;
        };
        let Ok(Value::Object(mut schema)) = serde_json::from_str(&case.text) else {
            continue;
        };
        // An event is an object; self-describing schemas are draft-04 with a line about themselves.
        if schema.get("type").is_some_and(|kind| kind != "object") {
            continue;
        }
        if schema.remove("self").is_some() {
            schema.insert("$schema".to_owned(), "http://json-schema.org/draft-04/schema#".into());
        }
        let event = events.entry(lineage.clone()).or_default();
        event.entry(version_of(version)).or_insert(Value::Object(schema));
    }
    events.retain(|_, versions| versions.len() > 1);
    events
}

/// `1-0-2` is `1.0.2`, `v0.1.0` is `1.1`: no event begins at 0.
fn version_of(text: &str) -> String {
    let mut numbers = text
        .split(|letter: char| !letter.is_ascii_digit())
        .filter(|number| !number.is_empty());
    let mut next = || {
        numbers
            .next()
            .and_then(|number| number.parse::<u64>().ok())
            .unwrap_or(0)
    };
    match (next().max(1), next(), next()) {
        (major, minor, 0) => format!("{major}.{minor}"),
        (major, minor, patch) => format!("{major}.{minor}.{patch}"),
    }
}

fn write(folder: &Path, events: &BTreeMap<String, Versions>) {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).unwrap();
    fs::write(
        folder.join("schemactl.toml"),
        "version = 1\n[registry]\nname = \"corpus\"\n",
    )
    .unwrap();
    for (number, (lineage, versions)) in events.iter().enumerate() {
        let plain = |text: &str| text.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
        let name = lineage.rsplit(['/', ':']).next().map(plain).unwrap_or_default();
        let event = folder.join(format!("schemas/corpus.n{number}/{name}"));
        fs::create_dir_all(&event).unwrap();
        let settings = format!("source = \"corpus.n{number}\"\ndetail-type = \"{name}\"\n");
        fs::write(event.join("event.toml"), settings).unwrap();
        for (version, schema) in versions {
            fs::write(event.join(format!("{version}.json")), schema.to_string()).unwrap();
        }
    }
}

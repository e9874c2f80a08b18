//! Every event of the workspace, in every version; two of them behind features; and every case of `tests/cases/codegen`, as a
//! module each, some of them with settings of their own too.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use schemactl_generate::{generate_schema, Builder, Integers, Money, Settings, Times, UnknownFields};
use schemactl_model::Source;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    Builder::new("../../schemas").validate(true).generate()?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let chosen = Builder::new("../../schemas").features(true);
    let chosen = chosen.event("OrderPlaced")?.event("PaymentProcessed")?;
    chosen
        .generate_to(&out.join("chosen.rs"))
        .map_err(|errors| format!("{errors:?}"))?;
    cases(Path::new("../cases/codegen"), &out)
}

/// Cases that the settings make something else of.
const WITH_SETTINGS: [&str; 4] = ["closed", "integer-bounds", "money", "times"];

fn cases(folder: &Path, out: &Path) -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let settings = Settings {
        unknown_fields: UnknownFields::Preserve,
        validate: true,
        ..Settings::default()
    };
    let mut names: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    names.sort_by_key(fs::DirEntry::file_name);
    let (mut modules, mut arms) = (String::new(), String::new());
    for entry in names {
        let name = entry.file_name().into_string().expect("names of cases are ASCII");
        let path = entry.path().join("schema.json");
        let source = Source::new(path.display().to_string(), fs::read_to_string(&path)?);
        let text = generate_schema(&source, "Root", &settings).map_err(|errors| format!("{name}: {errors:?}"))?;
        let module = name.replace('-', "_");
        writeln!(modules, "#[allow(missing_docs)] pub mod case_{module} {{\n{text}\n}}")?;
        if WITH_SETTINGS.contains(&name.as_str()) {
            let settings = Settings {
                unknown_fields: UnknownFields::Refuse,
                integers: Integers::Fixed,
                money: Money::Decimal,
                times: Times::Text,
                ..Settings::default()
            };
            let text = generate_schema(&source, "Root", &settings).map_err(|errors| format!("{name}: {errors:?}"))?;
            writeln!(modules, "#[allow(missing_docs)] pub mod set_{module} {{\n{text}\n}}")?;
        }
        writeln!(arms, "(\"{name}\", round_trip::<case_{module}::Root>(case_{module}::Root::validate)),")?;
    }
    let table = format!("/// The cases, and how an instance goes through them.\npub fn cases() -> Vec<(&'static str, RoundTrip)> {{ vec![{arms}] }}");
    fs::write(out.join("cases.rs"), format!("{modules}\n{table}\n"))?;
    Ok(())
}

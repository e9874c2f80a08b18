//! Every event of the workspace, in every version; and every case of `tests/cases/codegen`, as a module each.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use schemactl_generate::{generate_schema, Builder, Settings, UnknownFields};
use schemactl_model::Source;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    Builder::new("../../schemas").validate(true).generate()?;
    cases(Path::new("../cases/codegen"), &PathBuf::from(env::var("OUT_DIR")?))
}

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
        writeln!(arms, "(\"{name}\", round_trip::<case_{module}::Root>(case_{module}::Root::validate)),")?;
    }
    let table = format!("/// The cases, and how an instance goes through them.\npub fn cases() -> Vec<(&'static str, RoundTrip)> {{ vec![{arms}] }}");
    fs::write(out.join("cases.rs"), format!("{modules}\n{table}\n"))?;
    Ok(())
}

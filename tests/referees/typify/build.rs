//! Every case of `tests/cases/codegen` twice, as a module each: by our generator and by typify. What typify does not take is told in the table.

use std::fmt::Write as _;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::{env, fs};

use schemactl_generate::{generate_schema, Settings};
use schemactl_model::Source;
use typify::{TypeSpace, TypeSpaceSettings};

/// What typify has no code for that compiles, and why. Found by compiling it.
const WITHOUT_CODE: [(&str, &str); 4] = [
    ("name-of-root-is-a-definition", "two types of one name"),
    ("names-collide", "two fields of one name"),
    ("null-root", "a type that contains itself"),
    ("reference-to-itself", "overflows its stack"),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new("../../cases/codegen");
    println!("cargo::rerun-if-changed={}", folder.display());
    println!("cargo::rerun-if-changed=build.rs");
    // A panic of typify is an answer, and its message goes into the table.
    std::panic::set_hook(Box::new(|_| {}));
    let mut names: Vec<_> = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect::<Result<_, std::io::Error>>()?;
    names.sort();
    let (mut modules, mut rows) = (String::new(), String::new());
    for name in names {
        let name = name.into_string().map_err(|name| format!("{}: not ASCII", name.display()))?;
        let text = fs::read_to_string(folder.join(&name).join("schema.json"))?;
        let module = name.replace('-', "_");
        let ours = generate_schema(&Source::new(name.as_str(), text.as_str()), "Root", &Settings::default().validate(true));
        let ours = ours.map_err(|errors| format!("{name}: {errors:?}"))?.source;
        writeln!(modules, "pub mod ours_{module} {{\n{ours}\n}}")?;
        let theirs = match generate_theirs(&name, &text) {
            Ok(code) => {
                writeln!(modules, "pub mod theirs_{module} {{\n{code}\n}}")?;
                format!("Ok(round_trip::<theirs_{module}::Root>(|_| Ok(())))")
            }
            Err(reason) => format!("Err({reason:?})"),
        };
        writeln!(
            rows,
            "Case {{ name: {name:?}, ours: round_trip::<ours_{module}::Root>(|value| value.validate().map_err(|error| error.to_string())), theirs: {theirs} }},"
        )?;
    }
    let table = format!("/// Returns the cases, and how an instance goes through the types of both.\npub fn list_cases() -> Vec<Case> {{ vec![{rows}] }}");
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("cases.rs"), format!("{modules}\n{table}\n"))?;
    Ok(())
}

/// Returns the code of typify, or why there is none.
fn generate_theirs(name: &str, text: &str) -> Result<String, String> {
    if let Some((_, reason)) = WITHOUT_CODE.iter().find(|(without, _)| *without == name) {
        return Err((*reason).to_owned());
    }
    let mut schema: serde_json::Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    schema["title"] = "Root".into();
    let schema: schemars::schema::RootSchema = serde_json::from_value(schema).map_err(|error| error.to_string())?;
    let made = catch_unwind(|| {
        let mut types = TypeSpace::new(&TypeSpaceSettings::default());
        let taken = types.add_root_schema(schema);
        taken.map(|_| types.to_stream()).map_err(|error| error.to_string())
    });
    let tokens = made.map_err(|_| "panics".to_owned())??;
    let file = syn::parse2(tokens).map_err(|error| error.to_string())?;
    Ok(prettyplease::unparse(&file))
}

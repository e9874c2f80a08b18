//! Every event of the workspace, in every version; two of them behind features; every case of `tests/cases/codegen`, as a
//! module each, some of them with settings of their own too; the events of `tests/cases/events` and of the cases of
//! `tests/cases/conversions`, and events with names that mean something in Rust.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use schemactl_generate::{generate_schema, Builder, GenerateError, Integers, Modules, Money, Numbers, Settings, Times, UnknownFields};
use schemactl_model::Source;

/// The build script that the documentation shows: that it compiles is the test.
#[allow(dead_code)]
#[path = "build_script.rs"]
mod build_script;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    Builder::new("../../schemas").validate(true).generate()?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let chosen = Builder::new("../../schemas").features(true);
    let chosen = chosen.event("OrderPlaced")?.event("PaymentProcessed")?;
    chosen
        .generate_to(&out.join("chosen.rs"))?;
    Builder::new("../cases/events")
        .generate_to(&out.join("converted.rs"))?;
    conversions(Path::new("../cases/conversions"), &out)?;
    customized(&out)?;
    let cases_of_codegen = Path::new("../cases/codegen");
    names(&cases_of_codegen.join("names-with-a-meaning/schema.json"), &out)?;
    cases(cases_of_codegen, &out)
}

/// A workspace of events with names that are names in the generated code too, or that a lint looks at. Each has the properties
/// of a case; what 2.0 calls `foo`, older versions want short.
fn names(schema: &Path, out: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let workspace = out.join("names");
    let text = fs::read_to_string(schema)?;
    for event in ["Any", "Event", "Foo", "Mod", "Publish", "Result", "Self_", "Shared", "String", "V1", "Version"] {
        let folder = workspace.join("schemas/names").join(event);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("event.toml"), format!("source = \"names\"\ndetail-type = \"{event}\"\n"))?;
        for version in ["1.0", "1.1", "2.0"] {
            let properties = format!("\"properties\": {{\n    \"version\": {{ \"const\": \"{version}\" }},");
            let text = text.replacen("\"properties\": {", &properties, 1);
            let limit = if version == "2.0" { "" } else { "\"maxLength\": 3," };
            let text = text.replacen("\"foo\": {", &format!("\"foo\": {{ {limit}"), 1);
            let text = text.replacen("\"required\": [", "\"required\": [\n    \"version\",", 1);
            fs::write(folder.join(format!("{version}.json")), text)?;
        }
    }
    fs::write(workspace.join("schemactl.toml"), "version = 1\n[registry]\nname = \"names\"\n")?;
    let names = Builder::new(&workspace).validate(true);
    names.generate_to(&out.join("names.rs"))?;
    Ok(())
}

/// The events of each case, in a module each.
fn conversions(folder: &Path, out: &Path) -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut names: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    names.sort_by_key(fs::DirEntry::file_name);
    let mut modules = String::new();
    for entry in names {
        let name = entry.file_name().into_string().expect("names of cases are ASCII").replace('-', "_");
        let file = out.join(format!("conversions_{name}.rs"));
        Builder::new(entry.path()).validate(true).generate_to(&file)?;
        writeln!(modules, "pub mod {name} {{ include!({:?}); }}", file.display().to_string())?;
    }
    fs::write(out.join("conversions.rs"), modules)?;
    Ok(())
}

/// A case with all that settings can do to any schema.
fn customized_case(source: &Source) -> Result<String, Vec<GenerateError>> {
    let settings = Settings::default()
        .unknown_fields(UnknownFields::Preserve)
        .validate(true)
        .derive("*", "Hash, PartialOrd, Ord")
        .type_attribute("*", "#[doc(alias = \"type\")]")
        .rename("Root/Root", "Renamed")
        .format("date-time", "::schemactl_runtime::TextOf<String>")
        .map_type("::std::collections::HashMap");
    // A schema of one newtype has no field.
    let with_fields = settings.clone().field_attribute("*", "#[doc(alias = \"member\")]");
    let code = generate_schema(source, "Root", &with_fields).or_else(|_| generate_schema(source, "Root", &settings))?;
    Ok(code.source)
}

/// Texts of several formats, also in maps, lists and unions.
const FORMATS: &str = r#"{"type": "object", "required": ["id"], "properties": {
    "id": {"type": "string", "format": "uuid"},
    "ids": {"type": "array", "items": {"type": ["string", "null"], "format": "uuid"}},
    "link": {"type": "string", "format": "uri"},
    "hosts": {"type": "object", "additionalProperties": {"type": "string", "format": "ipv4"}},
    "either": {"anyOf": [{"type": "integer"}, {"type": "string", "format": "uuid"}]},
    "kept": {"type": "string", "format": "date"}}}"#;

/// Events with types of the crate's own, in modules of their namespaces, in an enum; and events of which one is generated elsewhere.
fn customized(out: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let formats = FORMATS.to_owned();
    let settings = Settings::default()
        .format("uuid", "::uuid::Uuid")
        .format("uri", "::url::Url")
        .format("ipv4", "::std::net::Ipv4Addr")
        .format("date", "::schemactl_runtime::TextOf<::uuid::Uuid>")
        .map_type("::indexmap::IndexMap")
        .derive("*", "Hash");
    let code = generate_schema(&Source::new("formats.json", formats), "Formats", &settings);
    let code = code.map_err(|errors| format!("{errors:?}"))?.source;
    fs::write(out.join("formats.rs"), format!("pub mod code {{\n{code}\n}}\n"))?;
    // region: customized
    Builder::new("../../schemas")
        .modules(Modules::Namespace)
        .group("Billing", ["OrderPlaced@^1", "PaymentDeclined"])
        .replace("OrderPlaced/Money", "crate::own_types::Money")
        .replace("OrderPlaced/Address", "crate::own_types::Address")
        .rename("PaymentDeclined", "Declined")
        .derive("*", "Hash")
        .generate_to(&out.join("customized.rs"))?;
    // endregion: customized
    let cases = Builder::new("../cases/events").extern_module("2fa", "crate::case_events::_2fa");
    cases.event("ItemFields")?.generate_to(&out.join("external.rs"))?;
    Ok(())
}

/// Cases that the settings make something else of.
const WITH_SETTINGS: [&str; 6] = ["closed", "impossible", "integer-bounds", "money", "numbers", "times"];

fn cases(folder: &Path, out: &Path) -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let settings = Settings::default().unknown_fields(UnknownFields::Preserve).validate(true).hash_and_order(true);
    let mut names: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    names.sort_by_key(fs::DirEntry::file_name);
    let (mut modules, mut arms) = (String::new(), String::new());
    for entry in names {
        let name = entry.file_name().into_string().expect("names of cases are ASCII");
        let path = entry.path().join("schema.json");
        let source = Source::new(path.display().to_string(), fs::read_to_string(&path)?);
        let text = generate_schema(&source, "Root", &settings).map_err(|errors| format!("{name}: {errors:?}"))?.source;
        let module = name.replace('-', "_");
        writeln!(modules, "#[allow(missing_docs)] pub mod case_{module} {{\n{text}\n}}")?;
        let text = customized_case(&source).map_err(|errors| format!("{name}: {errors:?}"))?;
        writeln!(modules, "#[allow(missing_docs)] pub mod custom_{module} {{\n{text}\n}}")?;
        writeln!(arms, "(\"{name}\", round_trip::<custom_{module}::Renamed>(custom_{module}::Renamed::validate, custom_{module}::Renamed::validate_to_publish)),")?;
        if WITH_SETTINGS.contains(&name.as_str()) {
            let settings = Settings::default().unknown_fields(UnknownFields::Refuse).integers(Integers::Fixed).money(Money::Decimal).numbers(Numbers::Decimal).times(Times::Text).hash_and_order(true);
            let text = generate_schema(&source, "Root", &settings).map_err(|errors| format!("{name}: {errors:?}"))?.source;
            writeln!(modules, "#[allow(missing_docs)] pub mod set_{module} {{\n{text}\n}}")?;
        }
        writeln!(arms, "(\"{name}\", round_trip::<case_{module}::Root>(case_{module}::Root::validate, case_{module}::Root::validate_to_publish)),")?;
    }
    let table = format!("/// The cases, and how an instance goes through them.\npub fn cases() -> Vec<(&'static str, RoundTrip)> {{ vec![{arms}] }}");
    fs::write(out.join("cases.rs"), format!("{modules}\n{table}\n"))?;
    Ok(())
}

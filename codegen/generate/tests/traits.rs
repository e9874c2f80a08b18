//! A type derives what all its parts have, and nothing else. In: the types of every case of `tests/cases/codegen`, as they are generated; what
//! the parts have is read from their text. That none derives too much is what `tests/consumer` compiles.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use quote::ToTokens;
use schemactl_generate::{Money, Settings, Times, UnknownFields, generate_schema};
use schemactl_model::Source;

/// What every type has.
const ALWAYS: [&str; 4] = ["Clone", "Debug", "Default", "Copy"];

type Traits = BTreeSet<String>;

fn traits(names: &[&str]) -> Traits {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// What a part has that the file does not define.
fn of_foreign(path: &str) -> Traits {
    match path.rsplit("::").next().unwrap_or_default() {
        "f64" | "UnknownKind" => traits(&["PartialEq"]),
        "Value" => traits(&["PartialEq", "Eq", "Hash"]),
        _ => traits(&["PartialEq", "Eq", "PartialOrd", "Ord", "Hash"]),
    }
}

fn derived(attributes: &[syn::Attribute]) -> Traits {
    let derives = attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("derive"));
    let texts = derives.map(|attribute| attribute.meta.require_list().unwrap().tokens.to_string());
    let names = texts.flat_map(|text| text.split(',').map(|name| name.trim().to_owned()).collect::<Vec<_>>());
    names.filter(|name| !ALWAYS.contains(&name.as_str())).collect()
}

/// The paths in the types of fields. What has several names in its path is defined elsewhere.
fn parts<'f>(fields: impl Iterator<Item = &'f syn::Field>) -> Vec<String> {
    let text: Vec<String> = fields.map(|field| field.ty.to_token_stream().to_string()).collect();
    let text = text.join(",").replace(" :: ", "::");
    let names = text.split(|letter: char| !(letter.is_alphanumeric() || "_:".contains(letter)));
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// Each type with what it derives and its parts. Enums of strings and constants have no parts.
fn types(source: &str) -> BTreeMap<String, (Traits, Vec<String>)> {
    let items = syn::parse_file(source).unwrap().items.into_iter();
    let types = items.filter_map(|item| match item {
        syn::Item::Struct(item) => Some((
            item.ident.to_string(),
            (derived(&item.attrs), parts(item.fields.iter())),
        )),
        syn::Item::Enum(item) => {
            let fields = item.variants.iter().flat_map(|variant| variant.fields.iter());
            Some((item.ident.to_string(), (derived(&item.attrs), parts(fields))))
        }
        _ => None,
    });
    types.collect()
}

#[test]
fn types_derive_what_their_parts_have() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/codegen");
    let all = Settings::default().hash_and_order(true);
    let other = all
        .clone()
        .money(Money::Decimal)
        .times(Times::Text)
        .unknown_fields(UnknownFields::Preserve);
    let (mut checked, mut without) = (0, 0);
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path().join("schema.json");
        let text = fs::read_to_string(&path).unwrap();
        for settings in [&all, &other] {
            let source = Source::new("schema.json", text.as_str());
            let types = types(&generate_schema(&source, "Root", settings).unwrap().source);
            for (name, (own, parts)) in &types {
                let of_part = |part: &String| {
                    types
                        .get(part)
                        .map_or_else(|| of_foreign(part), |(traits, _)| traits.clone())
                };
                let expected = parts.iter().map(of_part).fold(of_foreign(""), |all, part| &all & &part);
                assert_eq!(*own, expected, "{}: {name} of {parts:?}", path.display());
                checked += 1;
                without += usize::from(!own.contains("Eq"));
            }
        }
    }
    assert!(
        checked > 200 && without > 10,
        "{checked} types, {without} of them without `Eq`"
    );
}

#[test]
fn a_type_that_contains_itself_has_what_its_other_parts_have() {
    let of = |leaf: &str| {
        let schema = format!(
            r##"{{"$ref": "#/$defs/Node", "$defs": {{"Node": {{"type": "object", "properties": {{
                "next": {{"$ref": "#/$defs/Node"}}, "leaf": {{"type": "{leaf}"}}}}}}}}}}"##
        );
        let code = generate_schema(
            &Source::new("a.json", schema),
            "Root",
            &Settings::default().hash_and_order(true),
        );
        types(&code.unwrap().source)["Root"].0.clone()
    };
    assert_eq!(of("string"), of_foreign(""));
    assert_eq!(of("number"), of_foreign("f64"));
}

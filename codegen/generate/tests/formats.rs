//! Asserted formats in generated code: `validate()` rejects no text that the product takes to have a format, and every text that has not the shape of its
//! format; what it cannot decide is a lint. In: workspaces with `formats`, and texts near those of each format.
#![allow(clippy::unwrap_used)]

use schemactl_compat::{Semantics, Validator};
use schemactl_generate::{GeneratedCode, Settings, generate_events};
use schemactl_model::{Dialect, FormatMode};
use schemactl_runtime::__private::Constraints;
use schemactl_workspace::Workspace;
use serde_json::{Value, json};

const FORMATS: [&str; 20] = [
    "date",
    "date-time",
    "duration",
    "email",
    "hostname",
    "idn-email",
    "idn-hostname",
    "ipv4",
    "ipv6",
    "iri",
    "iri-reference",
    "json-pointer",
    "regex",
    "relative-json-pointer",
    "time",
    "uri",
    "uri-reference",
    "uri-template",
    "uuid",
    "of-our-own",
];

const TEXTS: [&str; 28] = [
    "",
    "a",
    "%",
    "(",
    "{",
    "2026-01-31",
    "2026-02-30",
    "2026-13-01",
    "2026-01-31T12:00:00Z",
    "2026-01-31T12:00:00",
    "2026-01-31T25:00:00Z",
    "12:00:00Z",
    "P1D",
    "D",
    "a@example.com",
    "example.com",
    "-",
    "exa mple",
    "127.0.0.1",
    "256.0.0.1",
    "::1",
    "::g",
    "https://example.com/",
    "/a",
    "0",
    "0#",
    "00000000-0000-4000-8000-000000000000",
    "00000000-0000-4000-8000-00000000000g",
];

/// The code of a workspace with one event that has one property.
fn generate(property: &Value, formats: &str) -> GeneratedCode {
    let folder = tempfile::tempdir().unwrap();
    let event = folder.path().join("schemas/shop/Order");
    std::fs::create_dir_all(&event).unwrap();
    let manifest = format!("version = 1\n[registry]\nname = \"shop\"\n[check]\nformats = \"{formats}\"\n");
    std::fs::write(folder.path().join("schemactl.toml"), manifest).unwrap();
    std::fs::write(event.join("event.toml"), "source = \"shop\"\ndetail-type = \"Order\"\n").unwrap();
    let schema = json!({"$schema": Dialect::Draft202012.uri(), "type": "object", "properties": {"version": {"const": "1.0"}, "a": property}});
    std::fs::write(event.join("1.0.json"), schema.to_string()).unwrap();
    let workspace = Workspace::load(folder.path()).unwrap();
    generate_events(&workspace, &[], &Settings::default().validate(true)).unwrap()
}

/// What the generated code validates the property by: the text of the schema is the only literal with it.
fn constraints_of(code: &GeneratedCode) -> Constraints {
    let (_, text) = code.source.split_once("checked!(Order,").unwrap();
    let tokens: proc_macro2::TokenStream = text[..text.find(");").unwrap()].parse().unwrap();
    let literal = tokens
        .into_iter()
        .find_map(|token| syn::parse2::<syn::LitStr>(token.into()).ok());
    Constraints::with_patterns(literal.unwrap().value().leak())
}

#[test]
fn asserted_formats_are_validated_as_far_as_their_shape_says() {
    let (mut rejected, mut undecided) = (0, Vec::new());
    let semantics = Semantics {
        formats: FormatMode::Assertion,
    };
    for format in FORMATS {
        for form in [
            json!({"format": format}),
            json!({"not": {"format": format}}),
            json!({"anyOf": [{"format": format}, {"const": "%"}]}),
        ] {
            let schema = schemactl_containment::from_serde_json(&form);
            let validator = Validator::with(&schema, Dialect::Draft202012, semantics).unwrap();
            let (asserted, annotated) = (generate(&form, "assertion"), generate(&form, "annotation"));
            let constraints = constraints_of(&asserted);
            for text in TEXTS {
                let event = json!({"a": text});
                let is_valid = validator
                    .is_valid(&schemactl_containment::from_serde_json(&json!(text)))
                    .unwrap();
                let found = constraints.check_json(&event);
                assert!(!is_valid || found.is_ok(), "{form} {text}: {found:?}");
                assert!(
                    !constraints.is_surely_valid(&event) || is_valid,
                    "{form} {text}: surely valid"
                );
                rejected += usize::from(found.is_err());
                let is_decided = ["uuid", "ipv4"].contains(&format);
                assert!(is_valid || found.is_err() || !is_decided, "{form} {text} passes");
                if form.get("not").is_none() {
                    assert!(
                        constraints_of(&annotated).check_json(&event).is_ok(),
                        "{form}: formats assert nothing"
                    );
                }
            }
            assert!(annotated.lints.is_empty(), "{:?}", annotated.lints);
            if !asserted.lints.is_empty() {
                undecided.push(format);
                assert!(
                    asserted.lints[0]
                        .message
                        .starts_with(&format!("`{format}` is asserted")),
                    "{:?}",
                    asserted.lints
                );
            }
        }
    }
    undecided.dedup();
    assert_eq!(
        undecided.len(),
        FORMATS.len() - 3,
        "all but uuid, ipv4 and an annotation: {undecided:?}"
    );
    assert!(rejected > 300, "{rejected}");
}

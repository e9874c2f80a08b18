//! The law of both sides: what generated `validate()` accepts of an event is what `check` takes a reader to accept under the default policy, and
//! `validate_to_publish()` accepts what the schema does, whatever the schema. What is proved of readers holds for generated ones therefore. In: the seeded
//! schemas of the fuzzer, with extensible marks and unions with tags added, and its instances. `SCHEMACTL_SIDES=20000` runs so many schemas.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod sides;

use std::collections::BTreeMap;

use schemactl_compat::{Policy, Schema, Validator};
use schemactl_containment::from_serde_json;
use schemactl_generate::{Settings, generate_schema};
use schemactl_model::{Dialect, Source};
use schemactl_runtime::__private::Constraints;
use serde_json::Value;
use sides::{enumerated, instances_of, schema_of};

/// As many schemas as a debug build gets through in seconds.
const SCHEMAS: u64 = 800;
/// Of the instances of the fuzzer, every so many is tried.
const STRIDE: usize = 7;

/// Returns what the generated code of a schema validates by; `None` where no code is generated.
fn constraints_of(schema: &Value) -> Option<&'static str> {
    let source = Source::new("schema.json", schema.to_string());
    let code = generate_schema(&source, "Root", &Settings::default().validate(true))
        .ok()?
        .source;
    let file = syn::parse_file(&code).unwrap();
    let checked = file.items.iter().find_map(|item| match item {
        syn::Item::Macro(item) if item.mac.path.segments.last().unwrap().ident == "checked" => Some(&item.mac),
        _ => None,
    });
    let mut tokens = checked?.tokens.clone().into_iter();
    let text = tokens.find_map(|token| syn::parse2::<syn::LitStr>(token.into()).ok());
    Some(text.unwrap().value().leak())
}

/// Whether a value has an integer that is written with a fraction: validators of draft-04 take it for none, and the product does not (ADR 57).
fn has_spelled_integer(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_f64() && number.as_f64().is_some_and(|double| double.fract() == 0.0),
        Value::Array(elements) => elements.iter().any(has_spelled_integer),
        Value::Object(members) => members.values().any(has_spelled_integer),
        _ => false,
    }
}

#[derive(Default)]
struct Tally {
    schemas: usize,
    values: usize,
    /// Values that only readers accept.
    read_only: usize,
    keywords: BTreeMap<String, usize>,
    wrong: Vec<String>,
}

impl Tally {
    fn judge(&mut self, schema: &Value, dialect: Dialect, instances: &[Value]) -> Option<()> {
        let text = constraints_of(schema)?;
        let own = from_serde_json(schema);
        let written = Schema::new(&own, dialect);
        let (view, view_dialect) = Policy::TolerantReader.as_reader(&written).of(&written).ok()?;
        let of_reader = Validator::new(&view, view_dialect).ok()?;
        let of_schema = Validator::new(&own, dialect).ok()?;
        let (reads, publishes) = (
            Constraints::with_patterns(text),
            Constraints::to_publish_with_patterns(text),
        );
        let is_known = !text.contains("$unknown");
        self.schemas += 1;
        let whole = schema.to_string();
        let names = schemactl_model::Keyword::ALL.iter().map(|keyword| keyword.name());
        for name in names.filter(|name| whole.contains(&format!("\"{name}\":"))) {
            *self.keywords.entry(name.to_owned()).or_default() += 1;
        }
        for instance in instances {
            let value = from_serde_json(instance);
            let (Ok(is_read), Ok(is_valid)) = (of_reader.is_valid(&value), of_schema.is_valid(&value)) else {
                continue;
            };
            self.values += 1;
            self.read_only += usize::from(is_read && !is_valid);
            for (side, expected, constraints) in [("reader", is_read, &reads), ("publisher", is_valid, &publishes)] {
                let found = constraints.check_json(instance);
                if constraints.is_surely_valid(instance) && found.is_err() {
                    self.wrong
                        .push(format!("{side}, one pass accepts {instance}: {schema}"));
                }
                // Of elements with properties that a reader ignores it cannot tell which were the same.
                let is_told = is_known
                    && (dialect != Dialect::Draft4 || !has_spelled_integer(instance))
                    && (side == "publisher" || !text.contains("\"uniqueItems\""));
                if found.is_ok() != expected && (expected || is_told) {
                    self.wrong.push(format!(
                        "{side}, expected {expected} of {instance}: {found:?}\n  {schema}\n  {text}\n  {}",
                        view.to_json()
                    ));
                }
            }
        }
        Some(())
    }
}

#[test]
fn readers_accept_what_check_proves_and_publishers_what_the_schema_says() {
    let schemas = std::env::var("SCHEMACTL_SIDES").map_or(SCHEMAS, |number| number.parse().unwrap());
    let enumerated = enumerated();
    let mut tally = Tally::default();
    for number in 0..schemas {
        let (schema, dialect) = schema_of(number);
        let instances = instances_of(&schema, number, (&enumerated, STRIDE));
        tally.judge(&schema, dialect, &instances);
    }
    println!(
        "{} schemas, {} values, {} of them valid for readers alone; by keyword {:?}",
        tally.schemas, tally.values, tally.read_only, tally.keywords
    );
    assert!(
        tally.wrong.is_empty(),
        "{} wrong, the first: {}",
        tally.wrong.len(),
        tally.wrong[..tally.wrong.len().min(6)].join("\n")
    );
    let all = usize::try_from(schemas).unwrap();
    assert!(
        tally.schemas * 10 > all * 9 && tally.read_only > all * 5,
        "{} {}",
        tally.schemas,
        tally.read_only
    );
}

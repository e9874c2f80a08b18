//! The law of both sides: what generated `validate()` accepts of an event is what `check` takes a reader to accept under the default policy, and
//! `validate_to_publish()` accepts what the schema does, whatever the schema. What is proved of readers holds for generated ones therefore. In: the seeded
//! schemas of the fuzzer, with extensible marks and unions with tags added, and its instances. `SCHEMACTL_SIDES=20000` runs so many schemas.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

/// What the fuzzer of the engine makes schemas and instances by.
#[allow(dead_code)]
#[path = "../../../registry/compat/tests/common"]
mod common {
    pub(crate) mod generate;
    pub(crate) mod instances;
    pub(crate) mod mutate;
    pub(crate) mod random;
    pub(crate) mod themes;
    pub(crate) mod walk;
}

use std::collections::BTreeMap;

use common::instances::{derived, enumerated};
use common::mutate::{pair, policy_pair};
use common::random::Random;
use schemactl_compat::{Policy, Schema, Validator};
use schemactl_containment::from_serde_json;
use schemactl_generate::{Settings, generate_schema};
use schemactl_model::{Dialect, Source};
use schemactl_runtime::__private::Constraints;
use serde_json::{Value, json};

/// As many schemas as a debug build gets through in seconds.
const SCHEMAS: u64 = 800;
/// Another seed than the fuzzer has.
const SEED: u64 = 20_261_130;
/// Of the instances of the fuzzer, every so many is tried.
const STRIDE: usize = 7;

/// Adds marks to lists and unions, at random.
fn add_marks(schema: &mut Value, random: &mut Random) {
    match schema {
        Value::Object(members) => {
            members.values_mut().for_each(|below| add_marks(below, random));
            let is_list = members.get("enum").is_some_and(Value::is_array);
            let is_union = ["oneOf", "anyOf"]
                .iter()
                .any(|keyword| members.get(*keyword).is_some_and(Value::is_array));
            if (is_list || is_union) && random.percent(50) {
                members.insert("x-extensible".to_owned(), true.into());
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(|below| add_marks(below, random)),
        _ => {}
    }
}

/// Returns the schema of that number: one of the fuzzer's, or a union of two with a tag.
fn schema_of(number: u64) -> (Value, Dialect) {
    let mut random = Random::new(SEED ^ number);
    let made = if random.percent(50) { pair } else { policy_pair };
    let made = made(SEED, number, random.percent(20));
    let is_plain = !made.sub.to_string().contains("$ref");
    let mut schema = made.sub;
    if is_plain && random.percent(40) {
        let kind = |tag: &str, value: &Value| {
            let tag = json!({ "enum": [tag] });
            json!({"type": "object", "required": ["a"], "properties": {"a": tag, "b": value}})
        };
        let mut kinds = [kind("a", &schema), kind("b", &made.sup)];
        if random.percent(50) {
            kinds
                .iter_mut()
                .for_each(|kind| kind["additionalProperties"] = false.into());
        }
        let keyword = *random.pick(&["oneOf", "anyOf"]);
        schema = json!({ keyword: kinds });
    }
    add_marks(&mut schema, &mut random);
    if let Some(members) = schema.as_object_mut() {
        members.insert("$schema".to_owned(), made.dialect.uri().into());
    }
    (schema, made.dialect)
}

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
        for (keyword, _) in schemactl_model::Keyword::ALL.iter().filter_map(|keyword| {
            let name = keyword.name();
            schema
                .to_string()
                .contains(&format!("\"{name}\":"))
                .then_some((name, ()))
        }) {
            *self.keywords.entry(keyword.to_owned()).or_default() += 1;
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
                if found.is_ok() != expected && (expected || is_known) {
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
        let first = usize::try_from(number).unwrap() % STRIDE;
        let mut instances: Vec<_> = enumerated.iter().skip(first).step_by(STRIDE).cloned().collect();
        let values = derived([&schema, &schema]);
        for tag in ["a", "b", "c"] {
            instances.extend(values.iter().take(12).map(|value| json!({"a": tag, "b": value})));
            instances.push(json!({"a": tag, "x": 1}));
        }
        instances.extend(values);
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

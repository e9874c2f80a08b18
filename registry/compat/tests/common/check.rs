//! Holds the engine's verdicts against everything else that has an opinion: the validator on many instances, the same question
//! asked in another way, and the engine itself as a generator of instances. In: a pair. Out: the verdict, and every failure.

use schemactl_compat::{ContainmentEngine, Engine, ReplayError, Schema, Validator, Verdict};
use schemactl_containment::{from_serde_json, to_serde_json};
use schemactl_model::{Dialect, Value};
use serde_json::{Value as Json, json};

use super::generate::definitions_keyword;
use super::instances::{derived, enumerated};
use super::mutate::Pair;

/// Instances that the engine is asked for of each schema.
const GENERATED: usize = 4;

/// Something that must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) kind: &'static str,
    /// Which question, and the instance that shows it.
    pub(crate) detail: String,
}

/// What became of a pair.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) verdict: Verdict,
    pub(crate) failures: Vec<Failure>,
    /// How many of the instances at hand are in the smaller schema.
    pub(crate) inhabitants: usize,
}

/// Checks pairs.
pub(crate) struct Checker {
    instances: Vec<Json>,
}

/// Whether each of the pair's schemas has each instance. The validators are used as they are, without our wrapper around them: a
/// thousand instances a pair are most of the work.
struct Table<'c> {
    instances: Vec<&'c Json>,
    sub: Vec<bool>,
    sup: Vec<bool>,
    validators: [jsonschema::Validator; 2],
}

impl Table<'_> {
    fn valid(&self, instance: &Json) -> [bool; 2] {
        let [sub, sup] = &self.validators;
        [sub.is_valid(instance), sup.is_valid(instance)]
    }
}

/// A question, and whether an instance that breaks it is among those at hand.
struct Question<'q> {
    name: &'q str,
    sub: &'q Json,
    sup: &'q Json,
    broken: &'q dyn Fn(bool, bool, &Json) -> bool,
}

impl Checker {
    pub(crate) fn new() -> Self {
        Self {
            instances: enumerated(),
        }
    }

    /// The verdict on a pair and what is wrong with it; why the validator refuses a schema, if it does.
    pub(crate) fn check(&self, pair: &Pair) -> Result<Outcome, String> {
        let derived = derived([&pair.sub, &pair.sup]);
        let table = self.table(pair, &derived)?;
        let mut failures = Vec::new();
        let direct = Question {
            name: "sub in sup",
            sub: &pair.sub,
            sup: &pair.sup,
            broken: &|sub, sup, _| sub && !sup,
        };
        let verdict = ask(&direct, pair.dialect, &table, &mut failures);
        for other in again(pair, &table, &mut failures) {
            if let Some(detail) = disagreement(&verdict, &other) {
                failures.push(Failure {
                    kind: "DISAGREES",
                    detail,
                });
            }
        }
        generate(pair, &table, verdict.is_compatible(), &mut failures);
        Ok(Outcome {
            verdict,
            failures,
            inhabitants: table.sub.iter().filter(|valid| **valid).count(),
        })
    }

    fn table<'c>(&'c self, pair: &Pair, derived: &'c [Json]) -> Result<Table<'c>, String> {
        let validators = [validator(&pair.sub, pair.dialect)?, validator(&pair.sup, pair.dialect)?];
        let instances: Vec<&Json> = self.instances.iter().chain(derived).collect();
        let valid = |validator: &jsonschema::Validator| -> Vec<bool> {
            instances.iter().map(|instance| validator.is_valid(instance)).collect()
        };
        let (sub, sup) = (valid(&validators[0]), valid(&validators[1]));
        Ok(Table {
            instances,
            sub,
            sup,
            validators,
        })
    }
}

/// The validator that is not ours, with formats as annotations.
pub(crate) fn validator(schema: &Json, dialect: Dialect) -> Result<jsonschema::Validator, String> {
    let draft = jsonschema::Draft::from_schema_uri(dialect.uri());
    let options = jsonschema::options().with_draft(draft).should_validate_formats(false);
    options.offline().build(schema).map_err(|error| error.to_string())
}

/// Whether an instance is valid on one side and not on the other, as the validator sees it.
pub(crate) fn breaks(sub: &Json, sup: &Json, dialect: Dialect, instance: &Value) -> Result<bool, ReplayError> {
    let valid = |schema: &Json| Validator::new(&from_serde_json(schema), dialect)?.is_valid(instance);
    Ok(valid(sub)? && !valid(sup)?)
}

/// Asks a question and checks the answer.
fn ask(question: &Question<'_>, dialect: Dialect, table: &Table<'_>, failures: &mut Vec<Failure>) -> Verdict {
    let (sub, sup) = (from_serde_json(question.sub), from_serde_json(question.sup));
    let verdict = ContainmentEngine::default().contains(&Schema::new(&sub, dialect), &Schema::new(&sup, dialect));
    match &verdict {
        Verdict::Compatible => {
            let rows = table.instances.iter().zip(table.sub.iter().zip(&table.sup));
            let broken = rows
                .filter(|(instance, (sub, sup))| (question.broken)(**sub, **sup, instance))
                .map(|(instance, _)| instance.to_string())
                .min_by_key(String::len);
            if let Some(instance) = broken {
                failures.push(Failure {
                    kind: "UNSOUND",
                    detail: format!("{}: {instance}", question.name),
                });
            }
        }
        Verdict::Incompatible { witness } => {
            let replayed = to_serde_json(witness).map(|instance| {
                let [sub, sup] = table.valid(&instance);
                (question.broken)(sub, sup, &instance)
            });
            if replayed != Some(true) {
                failures.push(Failure {
                    kind: "BADWITNESS",
                    detail: format!("{}: {} ({replayed:?})", question.name, witness.to_json()),
                });
            }
        }
        Verdict::Undecided { .. } => {}
    }
    verdict
}

/// The same question with the union on one side, and with the intersection on the other.
fn again(pair: &Pair, table: &Table<'_>, failures: &mut Vec<Failure>) -> [Verdict; 2] {
    let (either, both) = (combined(pair, "anyOf"), combined(pair, "allOf"));
    let union = Question {
        name: "anyOf [sub, sup] in sup",
        sub: &either,
        sup: &pair.sup,
        broken: &|sub, sup, _| sub && !sup,
    };
    let intersection = Question {
        name: "sub in allOf [sub, sup]",
        sub: &pair.sub,
        sup: &both,
        broken: &|sub, sup, _| sub && !sup,
    };
    [union, intersection].map(|question| ask(&question, pair.dialect, table, failures))
}

fn disagreement(one: &Verdict, other: &Verdict) -> Option<String> {
    let opposite = matches!(
        (one, other),
        (Verdict::Compatible, Verdict::Incompatible { .. }) | (Verdict::Incompatible { .. }, Verdict::Compatible)
    );
    let shown = |verdict: &Verdict| {
        let witness = verdict.witness().map(Value::to_json).unwrap_or_default();
        format!("{} {witness}", verdict.name())
    };
    opposite.then(|| format!("{} and {}", shown(one), shown(other)))
}

/// Instances of the smaller schema, each other than those before it.
fn generate(pair: &Pair, table: &Table<'_>, is_compatible: bool, failures: &mut Vec<Failure>) {
    let mut found: Vec<Json> = Vec::new();
    let impossible = json!({ "not": {} });
    while found.len() < GENERATED {
        let known = json!({ "enum": &found });
        let question = Question {
            name: "the instances of sub",
            sub: &pair.sub,
            sup: if found.is_empty() { &impossible } else { &known },
            broken: &|sub, _, instance| sub && !found.contains(instance),
        };
        let Verdict::Incompatible { witness } = ask(&question, pair.dialect, table, failures) else {
            return;
        };
        let Some(witness) = to_serde_json(&witness).filter(|witness| !found.contains(witness)) else {
            return;
        };
        if is_compatible && table.valid(&witness) == [true, false] {
            failures.push(Failure {
                kind: "UNSOUND",
                detail: format!("sub in sup, by a generated instance: {witness}"),
            });
        }
        found.push(witness);
    }
}

/// Both schemas as definitions of one document, combined by a keyword.
fn combined(pair: &Pair, keyword: &str) -> Json {
    let definitions = definitions_keyword(pair.dialect);
    let moved = |name: &str, schema: &Json| moved(schema, &format!("#/{definitions}/{name}"));
    json!({
        definitions: { "sub": moved("sub", &pair.sub), "sup": moved("sup", &pair.sup) },
        keyword: [{ "$ref": format!("#/{definitions}/sub") }, { "$ref": format!("#/{definitions}/sup") }],
    })
}

/// A schema with its references as they are once it stands at `base`.
fn moved(schema: &Json, base: &str) -> Json {
    match schema {
        Json::Object(members) => members
            .iter()
            .map(|(key, value)| {
                let value = match value {
                    Json::String(text) if key == "$ref" => {
                        Json::String(format!("{base}{}", text.strip_prefix('#').unwrap_or(text)))
                    }
                    other => moved(other, base),
                };
                (key.clone(), value)
            })
            .collect(),
        Json::Array(elements) => elements.iter().map(|element| moved(element, base)).collect(),
        other => other.clone(),
    }
}

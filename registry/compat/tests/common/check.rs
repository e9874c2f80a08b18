//! Holds the engine's verdicts against everything else that has an opinion: the validator on many instances, the same question
//! asked in another way, and the engine itself as a generator of instances. In: a pair. Out: the verdict, and every failure.

use schemactl_compat::{ContainmentEngine, Engine, ReplayError, Schema, Validator, Verdict};
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
    instances: Vec<Value>,
}

/// Whether each of the pair's schemas has each instance.
struct Table {
    instances: Vec<Value>,
    sub: Vec<bool>,
    sup: Vec<bool>,
    validators: [Validator; 2],
}

impl Table {
    fn valid(&self, instance: &Value) -> Result<[bool; 2], ReplayError> {
        let [sub, sup] = &self.validators;
        Ok([sub.is_valid(instance)?, sup.is_valid(instance)?])
    }
}

/// A question, and whether an instance that breaks it is among those at hand.
struct Question<'q> {
    name: &'q str,
    sub: &'q Json,
    sup: &'q Json,
    broken: &'q dyn Fn(bool, bool, &Value) -> bool,
}

impl Checker {
    pub(crate) fn new() -> Self {
        Self {
            instances: enumerated().iter().map(Value::from).collect(),
        }
    }

    /// The verdict on a pair and what is wrong with it; an error if the validator refuses a schema.
    pub(crate) fn check(&self, pair: &Pair) -> Result<Outcome, ReplayError> {
        let table = self.table(pair)?;
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

    fn table(&self, pair: &Pair) -> Result<Table, ReplayError> {
        let mut instances = self.instances.clone();
        instances.extend(derived([&pair.sub, &pair.sup]).iter().map(Value::from));
        let validator = |schema: &Json| Validator::new(&Value::from(schema), pair.dialect);
        let validators = [validator(&pair.sub)?, validator(&pair.sup)?];
        let valid = |validator: &Validator| -> Result<Vec<bool>, ReplayError> {
            instances.iter().map(|instance| validator.is_valid(instance)).collect()
        };
        let (sub, sup) = (valid(&validators[0])?, valid(&validators[1])?);
        Ok(Table {
            instances,
            sub,
            sup,
            validators,
        })
    }
}

/// Whether an instance is valid on one side and not on the other, as the validator sees it.
pub(crate) fn breaks(sub: &Json, sup: &Json, dialect: Dialect, instance: &Value) -> Result<bool, ReplayError> {
    let valid = |schema: &Json| Validator::new(&Value::from(schema), dialect)?.is_valid(instance);
    Ok(valid(sub)? && !valid(sup)?)
}

/// Asks a question and checks the answer.
fn ask(question: &Question<'_>, dialect: Dialect, table: &Table, failures: &mut Vec<Failure>) -> Verdict {
    let (sub, sup) = (Value::from(question.sub), Value::from(question.sup));
    let verdict = ContainmentEngine::default().contains(&Schema::new(&sub, dialect), &Schema::new(&sup, dialect));
    match &verdict {
        Verdict::Compatible => {
            let rows = table.instances.iter().zip(table.sub.iter().zip(&table.sup));
            let broken = rows
                .filter(|(instance, (sub, sup))| (question.broken)(**sub, **sup, instance))
                .map(|(instance, _)| instance.to_json())
                .min_by_key(String::len);
            if let Some(instance) = broken {
                failures.push(Failure {
                    kind: "UNSOUND",
                    detail: format!("{}: {instance}", question.name),
                });
            }
        }
        Verdict::Incompatible { witness } => {
            let replayed = table
                .valid(witness)
                .map(|[sub, sup]| (question.broken)(sub, sup, witness));
            if replayed != Ok(true) {
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
fn again(pair: &Pair, table: &Table, failures: &mut Vec<Failure>) -> [Verdict; 2] {
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
fn generate(pair: &Pair, table: &Table, is_compatible: bool, failures: &mut Vec<Failure>) {
    let mut found: Vec<Value> = Vec::new();
    while found.len() < GENERATED {
        let known: Vec<Json> = found.iter().filter_map(Value::to_serde).collect();
        let known = json!({ "enum": known });
        let impossible = json!({ "not": {} });
        let question = Question {
            name: "the instances of sub",
            sub: &pair.sub,
            sup: if found.is_empty() { &impossible } else { &known },
            broken: &|sub, _, instance| sub && !found.contains(instance),
        };
        let Verdict::Incompatible { witness } = ask(&question, pair.dialect, table, failures) else {
            return;
        };
        if is_compatible && table.valid(&witness) == Ok([true, false]) {
            failures.push(Failure {
                kind: "UNSOUND",
                detail: format!("sub in sup, by a generated instance: {}", witness.to_json()),
            });
        }
        if found.contains(&witness) {
            return;
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

//! Laws that hold under every policy, and verdicts under policies held against the definition on small instances. In: a pair. Out:
//! every law that is broken, and how the verdicts fall. Undecided breaks no law; a reason that speaks of an internal error does.

use std::collections::BTreeMap;

use schemactl_compat::{ComparisonSettings, ContainmentEngine, Engine, Policy, Schema, Transformed, Verdict, compare};
use schemactl_containment::{from_serde_json, to_serde_json};
use schemactl_model::Dialect;
use serde_json::{Map, Value as Json, json};

use super::by_definition::Definition;
use super::check::Failure;
use super::generate::definitions_keyword;
use super::instances::{derived, enumerated};
use super::laws::annotated;
use super::mutate::Pair;
use super::walk::schemas;

/// Verdicts and reasons, counted.
pub(crate) type Tally = BTreeMap<String, usize>;

/// The policies under which a writer sends only what it declares.
pub(crate) const CLOSING: [Policy; 3] = [Policy::TolerantReader, Policy::ProducerDeclared, Policy::ApplyDefaults];

/// Checks pairs under policies.
pub(crate) struct PolicyChecker {
    instances: Vec<Json>,
    /// Of the instances every so many is tried: all of them, or as many as leave a long run time for more pairs.
    stride: usize,
}

/// A pair while it is checked.
struct Case<'c> {
    pair: &'c Pair,
    instances: Vec<&'c Json>,
    failures: Vec<Failure>,
}

impl PolicyChecker {
    pub(crate) fn new(stride: usize) -> Self {
        Self {
            instances: enumerated(),
            stride,
        }
    }

    /// Every law that the pair breaks. `number` decides which instances are tried.
    pub(crate) fn broken(&self, pair: &Pair, number: u64, tally: &mut Tally) -> Vec<Failure> {
        let derived = derived([&pair.sub, &pair.sup]);
        let first = usize::try_from(number).expect("a 64-bit machine") % self.stride;
        let enumerated = self.instances.iter().skip(first).step_by(self.stride);
        let mut case = Case {
            pair,
            instances: enumerated.chain(&derived).collect(),
            failures: Vec::new(),
        };
        case.views();
        case.verdicts(tally);
        case.itself(tally);
        case.failures
    }
}

impl Case<'_> {
    fn fail(&mut self, kind: &'static str, policy: Policy, detail: &str) {
        self.failures.push(Failure {
            kind,
            detail: format!("{policy}: {detail}"),
        });
    }

    fn check(&mut self, holds: bool, policy: Policy, law: &str, detail: &dyn Fn() -> String) {
        if !holds {
            self.fail("POLICY LAW", policy, &format!("{law}: {}", detail()));
        }
    }

    /// What a writer sends is what its schema accepts, and the definition agrees; what a reader accepts is that and more.
    fn views(&mut self) {
        let (schema, dialect) = (self.pair.sub.clone(), self.pair.dialect);
        let definition = Definition::new(&schema, dialect);
        let instances = self.instances.iter().copied();
        let (valid, invalid): (Vec<&Json>, Vec<&Json>) = instances.partition(|instance| definition.is_valid(instance));
        let policy = Policy::TolerantReader;
        if let Some((view, dialect)) = view_of(&schema, dialect, |schema| policy.as_writer(schema)) {
            let view = Definition::new(&view, dialect);
            for instance in invalid {
                let law = "the writer's view is in its schema";
                self.check(!view.is_valid(instance), policy, law, &|| instance.to_string());
            }
            for instance in &valid {
                let holds = view.is_valid(instance) || !definition.is_sent(instance);
                let law = "a writer sends what it declares or requires";
                self.check(holds, policy, law, &|| instance.to_string());
            }
        }
        for policy in [Policy::TolerantReader, Policy::ApplyDefaults] {
            let Some((view, dialect)) = view_of(&schema, dialect, |schema| policy.as_reader(schema)) else {
                continue;
            };
            let view = Definition::new(&view, dialect);
            for instance in &valid {
                let law = "a schema is in its reader's view";
                self.check(view.is_valid(instance), policy, law, &|| instance.to_string());
            }
        }
        self.nothing_is_emptied(&schema, dialect);
    }

    /// Where a subschema has an instance, what its writer sends has one.
    fn nothing_is_emptied(&mut self, schema: &Json, dialect: Dialect) {
        let policy = Policy::ProducerDeclared;
        let nothing = json!({ "not": {} });
        for found in schemas(schema) {
            let Some(alone) = schema
                .pointer(&found.pointer)
                .and_then(|part| alone(part, schema, dialect))
            else {
                continue;
            };
            let definition = Definition::new(&alone, dialect);
            let Some(instance) = self
                .instances
                .iter()
                .copied()
                .find(|instance| definition.is_valid(instance))
            else {
                continue;
            };
            let Some((view, target)) = view_of(&alone, dialect, |schema| policy.as_writer(schema)) else {
                continue;
            };
            let [view, nothing] = [&view, &nothing].map(from_serde_json);
            let question = (Schema::new(&view, target), Schema::new(&nothing, target));
            let verdict = ContainmentEngine::default().contains(&question.0, &question.1);
            let detail = || format!("{alone}, and {instance} is an instance");
            self.check(!verdict.is_compatible(), policy, "closing empties nothing", &detail);
        }
    }

    /// The verdicts under all policies, held against each other and against the definition.
    fn verdicts(&mut self, tally: &mut Tally) {
        let (old, new, dialect) = (self.pair.sub.clone(), self.pair.sup.clone(), self.pair.dialect);
        let found = Policy::ALL.map(|policy| (policy, ask(&old, &new, dialect, policy)));
        let events = [&old, &new].map(|schema| self.events(&Definition::new(schema, dialect)));
        for (policy, comparison) in &found {
            let sides = [
                (&old, &new, &events[0], &comparison.backward),
                (&new, &old, &events[1], &comparison.forward),
            ];
            for (writer, reader, events, verdict) in sides {
                *tally.entry(format!("{policy} {}", verdict.name())).or_default() += 1;
                if let Verdict::Undecided { reason } = verdict {
                    *tally
                        .entry(format!("undecided: {}", without_values(reason)))
                        .or_default() += 1;
                }
                let is_bug = matches!(verdict, Verdict::Undecided { reason } if reason.contains("internal error"));
                self.check(!is_bug, *policy, "replay never contradicts the engine", &|| {
                    format!("{verdict:?}")
                });
                self.against_definition(*policy, (writer, reader), events, verdict);
            }
        }
        let verdict = |wanted: Policy| {
            &found
                .iter()
                .find(|(policy, _)| *policy == wanted)
                .expect("it was asked")
                .1
        };
        let implied = [
            (Policy::OpenStrict, Policy::ProducerDeclared),
            (Policy::OpenStrict, Policy::TolerantReader),
            (Policy::ProducerDeclared, Policy::TolerantReader),
            (Policy::TolerantReader, Policy::ApplyDefaults),
        ];
        for (one, other) in implied {
            let (one_found, other_found) = (verdict(one), verdict(other));
            for (from, to) in [
                (&one_found.backward, &other_found.backward),
                (&one_found.forward, &other_found.forward),
            ] {
                let holds = !from.is_compatible() || to.witness().is_none();
                self.check(
                    holds,
                    other,
                    &format!("compatible under {one} is compatible here"),
                    &|| format!("{to:?}"),
                );
            }
        }
        let strict = verdict(Policy::OpenStrict);
        let closed = verdict(Policy::Closed);
        let same = strict.backward.name() == closed.backward.name() && strict.forward.name() == closed.forward.name();
        self.check(same, Policy::Closed, "closed decides as open-strict", &|| {
            format!("{strict:?} and {closed:?}")
        });
    }

    /// The instances of a schema, each with whether a writer sends it.
    fn events(&self, definition: &Definition<'_>) -> Vec<(Json, bool)> {
        let valid = self.instances.iter().filter(|instance| definition.is_valid(instance));
        valid
            .map(|instance| ((*instance).clone(), definition.is_sent(instance)))
            .collect()
    }

    fn against_definition(
        &mut self,
        policy: Policy,
        (writer, reader): (&Json, &Json),
        events: &[(Json, bool)],
        verdict: &Verdict,
    ) {
        let dialect = self.pair.dialect;
        let (writer, reader) = (Definition::new(writer, dialect), Definition::new(reader, dialect));
        let closes = CLOSING.contains(&policy);
        let accepted = |instance: &Json| match policy {
            Policy::TolerantReader => reader.is_accepted(instance, false),
            Policy::ApplyDefaults => reader.is_accepted(instance, true),
            _ => Some(reader.is_valid(instance)),
        };
        match verdict {
            Verdict::Compatible => {
                let sent = events.iter().filter(|(_, is_sent)| *is_sent || !closes);
                let broken = sent
                    .map(|(event, _)| event)
                    .find(|event| accepted(event) == Some(false));
                if let Some(instance) = broken.map(ToString::to_string) {
                    self.fail("UNSOUND", policy, &instance);
                }
            }
            Verdict::Incompatible { witness } => {
                let Some(instance) = to_serde_json(witness) else { return };
                let holds = writer.is_valid(&instance) && accepted(&instance) != Some(true);
                if !holds {
                    self.fail("BADWITNESS", policy, &instance.to_string());
                } else if closes && !writer.may_be_sent(&instance) && self.closing_keeps_something(&writer, &instance) {
                    self.fail("NOT SENT", policy, &instance.to_string());
                }
            }
            Verdict::Undecided { .. } => {}
        }
    }

    /// Whether a writer surely sends an object of every part that accepts one. Where closing would leave nothing the object stays
    /// open, and a witness may have any property. So it does where the engine cannot tell, as of names that look around.
    fn closing_keeps_something(&self, writer: &Definition<'_>, witness: &Json) -> bool {
        if writer.root.to_string().contains("(?") {
            return false;
        }
        let mut inside = Vec::new();
        values(witness, &mut inside);
        schemas(writer.root).iter().all(|found| {
            let part = writer
                .root
                .pointer(&found.pointer)
                .and_then(|part| alone(part, writer.root, writer.dialect));
            let Some(part) = part else { return true };
            let definition = Definition::new(&part, writer.dialect);
            let known = self.instances.iter().copied().chain(inside.iter().copied());
            let mut objects = known.filter(|instance| instance.is_object());
            !objects.clone().any(|instance| definition.is_valid(instance))
                || objects.any(|instance| definition.is_sent(instance))
        })
    }

    /// A schema against itself with other annotations.
    fn itself(&mut self, tally: &mut Tally) {
        let (schema, dialect) = (self.pair.sub.clone(), self.pair.dialect);
        let described = annotated(&schema);
        // `closed` decides as open-strict does.
        for policy in Policy::ALL.into_iter().filter(|policy| *policy != Policy::Closed) {
            // An annotated default fills in, and is no annotation there.
            let described = if policy == Policy::ApplyDefaults {
                without_defaults(&described)
            } else {
                described.clone()
            };
            let found = ask(&schema, &described, dialect, policy);
            for verdict in [&found.backward, &found.forward] {
                *tally.entry(format!("{policy} itself {}", verdict.name())).or_default() += 1;
                let holds = verdict.witness().is_none() && !format!("{verdict:?}").contains("internal error");
                self.check(holds, policy, "a schema is compatible with itself", &|| {
                    format!("{verdict:?}")
                });
            }
            let both = found.backward.is_compatible() && found.forward.is_compatible();
            self.check(
                found.equivalent || !both,
                policy,
                "a schema is equivalent to itself",
                &|| schema.to_string(),
            );
        }
    }
}

/// A subschema as a document of its own, with the definitions around it. Nothing where its references would lead elsewhere.
fn alone(part: &Json, root: &Json, dialect: Dialect) -> Option<Json> {
    let keyword = definitions_keyword(dialect);
    let mut members: Map<String, Json> = part.as_object()?.clone();
    if let Some(definitions) = root.get(keyword) {
        members.insert(keyword.to_owned(), definitions.clone());
    }
    let alone = Json::Object(members);
    (!alone.to_string().contains(r##""$ref":"#""##) || part == root).then_some(alone)
}

/// A value and all values in it.
fn values<'j>(value: &'j Json, found: &mut Vec<&'j Json>) {
    found.push(value);
    match value {
        Json::Object(members) => members.values().for_each(|inner| values(inner, found)),
        Json::Array(elements) => elements.iter().for_each(|inner| values(inner, found)),
        _ => {}
    }
}

fn without_defaults(schema: &Json) -> Json {
    match schema {
        Json::Object(members) => {
            let kept = members.iter().filter(|(key, _)| *key != "default");
            kept.map(|(key, value)| (key.clone(), without_defaults(value)))
                .collect()
        }
        Json::Array(elements) => elements.iter().map(without_defaults).collect(),
        other => other.clone(),
    }
}

/// The schema that stands for one side, and its dialect.
fn view_of(schema: &Json, dialect: Dialect, view: impl Fn(&Schema<'_>) -> Transformed) -> Option<(Json, Dialect)> {
    let value = from_serde_json(schema);
    let schema = Schema::new(&value, dialect);
    let view = view(&schema).of(&schema).ok()?;
    Some((to_serde_json(&view.0)?, view.1))
}

fn ask(old: &Json, new: &Json, dialect: Dialect, policy: Policy) -> schemactl_compat::Comparison {
    let (old, new) = (from_serde_json(old), from_serde_json(new));
    let (old, new) = (Schema::new(&old, dialect), Schema::new(&new, dialect));
    compare(
        &ContainmentEngine::default() as &dyn Engine,
        (&old, &new),
        ComparisonSettings::without_version(policy),
    )
}

/// A reason without the values of its case, so that reasons can be counted.
fn without_values(reason: &str) -> String {
    reason.split(": ").next().unwrap_or(reason).to_owned()
}

//! Pairs of schemas that differ in a few places, as versions of an event do. In: random numbers. Out: pairs.

use schemactl_model::Dialect;
use serde_json::{Map, Value, json};

use super::generate::{Generator, Place};
use super::random::Random;
use super::themes::{POLICY_THEMES, THEMES};
use super::walk::schemas;

/// Two schemas of one dialect; whether the first is contained in the second is the question.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub(crate) dialect: Dialect,
    pub(crate) sub: Value,
    pub(crate) sup: Value,
}

/// The pair of that number. Each can be made again without the ones before it.
pub(crate) fn pair(seed: u64, number: u64, recursive: bool) -> Pair {
    pair_about(&THEMES, seed, number, recursive)
}

/// The pair of that number, of keywords that matter under policies.
pub(crate) fn policy_pair(seed: u64, number: u64, recursive: bool) -> Pair {
    pair_about(&POLICY_THEMES, seed, number, recursive)
}

fn pair_about(themes: &[&'static [&'static str]], seed: u64, number: u64, recursive: bool) -> Pair {
    let mut random = Random::new(seed ^ number.wrapping_mul(0xd6e8_feb8_6659_fd93));
    let dialect = match random.below(20) {
        0 | 1 => Dialect::Draft4,
        2 | 3 => Dialect::Draft7,
        4 | 5 => Dialect::Draft201909,
        _ => Dialect::Draft202012,
    };
    // In 2019-09 the validator takes what `contains` matches for evaluated, which came with 2020-12.
    let either = *random.pick(&["contains", "unevaluatedItems"]);
    let theme = *random.pick(themes);
    let mut generator = Generator {
        random: &mut random,
        dialect,
        recursive,
        without: (dialect == Dialect::Draft201909).then_some(either),
        theme,
    };
    let sub = generator.document();
    let (sub, sup) = match generator.random.below(20) {
        0..=2 => {
            let sup = generator.document();
            (sub, sup)
        }
        3..=5 => {
            let one = generator.mutated(&sub);
            let other = generator.mutated(&sub);
            (one, other)
        }
        6 => {
            let sup = json!({ "anyOf": [sub.clone(), generator.constant_schema()] });
            (sub, if recursive { sup["anyOf"][0].clone() } else { sup })
        }
        _ => {
            let sup = generator.mutated(&sub);
            if generator.random.percent(50) {
                (sub, sup)
            } else {
                (sup, sub)
            }
        }
    };
    Pair { dialect, sub, sup }
}

impl Generator<'_> {
    fn constant_schema(&mut self) -> Value {
        json!({ "enum": [self.constant()] })
    }

    /// The document with one to three changes.
    pub(crate) fn mutated(&mut self, document: &Value) -> Value {
        let mut changed = document.clone();
        for _ in 0..=self.random.below(3) {
            self.mutate(&mut changed);
        }
        changed
    }

    fn mutate(&mut self, document: &mut Value) {
        let places = schemas(document);
        if places.is_empty() {
            return;
        }
        let chosen = self.random.pick(&places).clone();
        let Some(schema) = document.pointer_mut(&chosen.pointer) else {
            return;
        };
        let is_root = chosen.pointer.is_empty();
        match self.random.below(13) {
            0 | 1 => self.drop_keyword(schema),
            12 => self.detach(schema),
            2..=4 => {
                if let Some(members) = schema.as_object_mut() {
                    self.add_any(members, chosen.place);
                }
            }
            5..=7 => self.change_keyword(schema, chosen.place),
            8 if !is_root => *schema = self.schema(chosen.place),
            9 if !is_root => self.wrap(schema),
            _ => self.nudge(schema),
        }
    }

    fn drop_keyword(&mut self, schema: &mut Value) {
        let Some(members) = schema.as_object_mut() else { return };
        if let Some(keyword) = self.keyword(members) {
            members.remove(&keyword);
        }
    }

    /// Drops a keyword that others need beside them: those that stay say nothing.
    fn detach(&mut self, schema: &mut Value) {
        const NEEDED: [&str; 5] = ["if", "contains", "items", "prefixItems", "properties"];
        let Some(members) = schema.as_object_mut() else { return };
        let there: Vec<&str> = NEEDED.into_iter().filter(|name| members.contains_key(*name)).collect();
        if !there.is_empty() {
            members.remove(*self.random.pick(&there));
        }
    }

    /// A keyword that is there, but for the definitions.
    fn keyword(&mut self, members: &Map<String, Value>) -> Option<String> {
        let definitions = |keyword: &&String| !matches!(keyword.as_str(), "$defs" | "definitions");
        let keywords: Vec<String> = members.keys().filter(definitions).cloned().collect();
        (!keywords.is_empty()).then(|| self.random.pick(&keywords).clone())
    }

    /// Writes a keyword that is there anew.
    fn change_keyword(&mut self, schema: &mut Value, place: Place) {
        let Some(members) = schema.as_object_mut() else { return };
        let Some(keyword) = self.keyword(members) else { return };
        self.add_keyword(members, &keyword, place);
    }

    fn wrap(&mut self, schema: &mut Value) {
        let inner = schema.take();
        let other = self.constant_schema();
        *schema = match self.random.below(5) {
            0 => json!({ "anyOf": [inner, other] }),
            1 => json!({ "oneOf": [inner, other] }),
            2 => json!({ "allOf": [inner, { "not": other }] }),
            3 => json!({ "not": { "not": inner } }),
            _ => json!({ "allOf": [inner] }),
        };
    }

    /// A small change of a value: a bound by one, a name or a constant more or less.
    fn nudge(&mut self, schema: &mut Value) {
        let Some(members) = schema.as_object_mut() else { return };
        let Some(keyword) = self.keyword(members) else { return };
        let draft4 = self.dialect == Dialect::Draft4;
        let Some(value) = members.get_mut(&keyword) else { return };
        match (keyword.as_str(), value) {
            ("enum", Value::Array(values)) => {
                let fresh = self.constant();
                if values.len() > 1 && self.random.percent(50) {
                    values.remove(self.random.below(values.len()));
                } else if !values.contains(&fresh) {
                    values.push(fresh);
                }
            }
            ("anyOf" | "oneOf" | "allOf" | "prefixItems", Value::Array(branches)) if branches.len() > 1 => {
                branches.remove(self.random.below(branches.len()));
            }
            ("required", Value::Array(names)) if names.len() > usize::from(draft4) => {
                names.remove(self.random.below(names.len()));
            }
            ("const", _) => {}
            (_, Value::Number(number)) => {
                if let Some(count) = number.as_u64() {
                    let up = count == 0 || (count == 1 && keyword == "multipleOf") || self.random.percent(50);
                    members.insert(keyword, if up { count + 1 } else { count - 1 }.into());
                }
            }
            _ => {}
        }
    }
}

//! `unevaluatedProperties` and `unevaluatedItems`: which names and elements the other keywords have looked at, case by case.
//! In: a schema object. Out: cases, each with the condition under which it applies and what is evaluated then; together they
//! are exhaustive. Branches that evaluate nothing new make no cases.

use schemactl_model::{Dialect, Kind, Object, Value};

use super::arrays::Elements;
use super::{Compiler, Unsupported};
use crate::containment::node::{Form, Node, OBJECT};

/// More cases are undecided: their number doubles with each branch.
const MOST_CASES: usize = 64;

/// What is evaluated of an array.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Items {
    /// The first elements.
    prefix: u64,
    /// All elements.
    all: bool,
    /// The elements that are in one of these.
    contained: Vec<Node>,
}

/// A condition, the evaluated names, the evaluated elements.
#[derive(Clone, Debug)]
struct Case {
    condition: Node,
    names: Node,
    items: Items,
}

impl Case {
    fn nothing(condition: Node) -> Self {
        Self {
            condition,
            names: Node::FALSE,
            items: Items {
                prefix: 0,
                all: false,
                contained: Vec::new(),
            },
        }
    }

    fn evaluates_nothing(&self) -> bool {
        self.names == Node::FALSE && self.items == Self::nothing(Node::TRUE).items
    }
}

type Cases = Result<Vec<Case>, Unsupported>;

impl<'v> Compiler<'v, '_> {
    pub(super) fn unevaluated(
        &mut self,
        value: &'v Value,
        keywords: &'v Object,
        conjuncts: &mut Vec<Node>,
    ) -> Result<(), Unsupported> {
        let cases = self.cases(value, keywords, true)?;
        if let Some(rest) = keywords.value("unevaluatedProperties") {
            let values = self.child(rest)?;
            let mut alternatives = Vec::with_capacity(cases.len());
            for case in &cases {
                let names = self.arena().not(case.names);
                let rest = self.arena().literal(Form::All(names, values));
                alternatives.push(self.arena().and([case.condition, rest]));
            }
            conjuncts.push(self.arena().or(alternatives));
        }
        if let Some(rest) = keywords.value("unevaluatedItems") {
            let value = self.child(rest)?;
            let mut alternatives = Vec::with_capacity(cases.len());
            for case in &cases {
                let rest = if case.items.all {
                    Node::TRUE
                } else {
                    let contained = case.items.contained.iter().copied().chain([value]);
                    let element = self.shared.arena.or(contained);
                    self.arena().literal(Form::From(case.items.prefix, element))
                };
                alternatives.push(self.arena().and([case.condition, rest]));
            }
            conjuncts.push(self.arena().or(alternatives));
        }
        Ok(())
    }

    /// The cases of a schema object. `outermost`: its own unevaluated keywords are what is being compiled.
    fn cases(&mut self, value: &'v Value, keywords: &'v Object, outermost: bool) -> Cases {
        if keywords.value("$ref").is_some_and(|text| text.as_str().is_some()) && self.dialect.ref_hides_siblings() {
            return self.cases_of_reference(value, "$ref");
        }
        let mut base = Case::nothing(Node::TRUE);
        base.names = self.evaluated_names(keywords, outermost);
        base.items = self.evaluated_items(keywords, outermost)?;
        let mut cases = vec![base];
        for branch in list(keywords, "allOf") {
            let inner = self.cases_of(branch)?;
            cases = self.product(cases, &inner)?;
        }
        for reference in ["$ref", "$dynamicRef", "$recursiveRef"] {
            if keywords.value(reference).is_some_and(|text| text.as_str().is_some()) {
                let inner = self.cases_of_reference(value, reference)?;
                cases = self.product(cases, &inner)?;
            }
        }
        for branch in list(keywords, "anyOf").chain(list(keywords, "oneOf")) {
            let inner = self.cases_of(branch)?;
            let held = self.schema(branch)?;
            let inner = self.guarded_cases(held, inner);
            cases = self.product(cases, &inner)?;
        }
        let dependent = self.known(keywords, "dependentSchemas").and_then(Value::as_object);
        for member in dependent.into_iter().flat_map(Object::iter) {
            let inner = self.cases_of(&member.value)?;
            // Only an object has properties; to a literal about them every other value would do.
            let (object, there) = (self.arena().types(OBJECT), self.has(&member.key));
            let there = self.arena().and([object, there]);
            let inner = self.guarded_cases(there, inner);
            cases = self.product(cases, &inner)?;
        }
        if let Some(condition) = self.known(keywords, "if") {
            let inner = self.cases_of_condition(keywords, condition)?;
            cases = self.product(cases, &inner)?;
        }
        Ok(cases)
    }

    /// The value of a keyword that the dialect has: a branch may be a resource of an older one.
    fn known(&self, keywords: &'v Object, name: &str) -> Option<&'v Value> {
        keywords.value(name).filter(|_| self.dialect.has_keyword(name))
    }

    fn cases_of(&mut self, value: &'v Value) -> Cases {
        let around = self.dialect;
        self.dialect = around.inside(value);
        let cases = self.cases_inside(value);
        self.dialect = around;
        cases
    }

    fn cases_inside(&mut self, value: &'v Value) -> Cases {
        match &value.kind {
            Kind::Object(keywords) => {
                self.depth += 1;
                if self.depth > 64 {
                    return Err(Unsupported(
                        "unevaluated keywords over schemas that refer to themselves".to_owned(),
                    ));
                }
                let entered = self.enter(value);
                let cases = self.cases(value, keywords, false);
                if entered {
                    self.scope.pop();
                }
                self.depth -= 1;
                cases
            }
            _ => Ok(vec![Case::nothing(Node::TRUE)]),
        }
    }

    /// With the condition the inner cases, without it nothing.
    fn guarded_cases(&mut self, held: Node, inner: Vec<Case>) -> Vec<Case> {
        if inner.iter().all(Case::evaluates_nothing) {
            return vec![Case::nothing(Node::TRUE)];
        }
        let failed = self.arena().not(held);
        let mut cases = vec![Case::nothing(failed)];
        for mut case in inner {
            case.condition = self.arena().and([case.condition, held]);
            cases.push(case);
        }
        cases
    }

    /// An `if` that holds evaluates as well, whether there is a `then` or not.
    fn cases_of_condition(&mut self, keywords: &'v Object, condition: &'v Value) -> Cases {
        let held = self.schema(condition)?;
        let mut with = self.cases_of(condition)?;
        if let Some(then) = keywords.value("then") {
            let then = self.cases_of(then)?;
            with = self.product(with, &then)?;
        }
        let without = match keywords.value("else") {
            Some(otherwise) => self.cases_of(otherwise)?,
            None => vec![Case::nothing(Node::TRUE)],
        };
        if with.iter().chain(&without).all(Case::evaluates_nothing) {
            return Ok(vec![Case::nothing(Node::TRUE)]);
        }
        let failed = self.arena().not(held);
        let mut cases = Vec::new();
        for (guard, group) in [(held, with), (failed, without)] {
            for mut case in group {
                case.condition = self.arena().and([case.condition, guard]);
                cases.push(case);
            }
        }
        Ok(cases)
    }

    /// Both at once.
    fn product(&mut self, left: Vec<Case>, right: &[Case]) -> Cases {
        if right.iter().all(Case::evaluates_nothing) {
            return Ok(left);
        }
        let mut cases: Vec<Case> = Vec::new();
        for one in &left {
            for other in right {
                let condition = self.arena().and([one.condition, other.condition]);
                if condition == Node::FALSE {
                    continue;
                }
                let names = self.arena().or([one.names, other.names]);
                let mut contained = one.items.contained.clone();
                contained.extend(&other.items.contained);
                contained.sort_unstable();
                contained.dedup();
                let items = Items {
                    prefix: one.items.prefix.max(other.items.prefix),
                    all: one.items.all || other.items.all,
                    contained,
                };
                let same = cases.iter_mut().find(|case| case.names == names && case.items == items);
                match same {
                    Some(case) => case.condition = self.shared.arena.or([case.condition, condition]),
                    None => cases.push(Case {
                        condition,
                        names,
                        items,
                    }),
                }
            }
        }
        if cases.len() > MOST_CASES {
            return Err(Unsupported(
                "unevaluated keywords over too many combinations of branches".to_owned(),
            ));
        }
        Ok(cases)
    }

    fn evaluated_names(&mut self, keywords: &'v Object, outermost: bool) -> Node {
        let all = keywords.value("additionalProperties").is_some()
            || (!outermost && self.known(keywords, "unevaluatedProperties").is_some());
        if all { Node::TRUE } else { self.declared_names(keywords) }
    }

    fn evaluated_items(&mut self, keywords: &'v Object, outermost: bool) -> Result<Items, Unsupported> {
        let elements = Elements::of(keywords, self.dialect);
        let contained = match self.evaluating_contains(keywords) {
            Some(contains) => vec![self.child(contains)?],
            None => Vec::new(),
        };
        Ok(Items {
            prefix: elements.prefix.len() as u64,
            all: elements.rest.is_some() || (!outermost && self.known(keywords, "unevaluatedItems").is_some()),
            contained,
        })
    }

    fn cases_of_reference(&mut self, holder: &'v Value, keyword: &'static str) -> Cases {
        let known = match keyword {
            "$dynamicRef" => self.dialect == Dialect::Draft202012,
            "$recursiveRef" => self.dialect == Dialect::Draft201909,
            _ => true,
        };
        if !known {
            return Ok(vec![Case::nothing(Node::TRUE)]);
        }
        self.at_target(holder, keyword, Self::cases_of)
    }
}

fn list<'v>(keywords: &'v Object, keyword: &str) -> impl Iterator<Item = &'v Value> {
    keywords
        .value(keyword)
        .and_then(Value::as_array)
        .unwrap_or_default()
        .iter()
}

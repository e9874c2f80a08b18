//! `unevaluatedProperties` and `unevaluatedItems`: which names and elements the other keywords have looked at, case by case.
//! In: a schema. Out: in its `allOf`, one alternative a case, each with the condition under which it applies. Cases are
//! exhaustive; branches that evaluate nothing make none. More than a few cases, recursion, and `contains` beside
//! `unevaluatedItems` are not expressed.

use std::collections::BTreeSet;

use super::{Converter, Output};
use crate::build::{anything, array, boolean, entry, object, only, string};
use crate::{Dialect, Kind, Object, Pointer, Value};

/// Their number doubles with each branch.
const MOST_CASES: usize = 8;

/// What is evaluated under a condition.
#[derive(Clone, Debug, Default)]
struct Case {
    condition: Vec<Value>,
    names: BTreeSet<String>,
    patterns: BTreeSet<String>,
    all_names: bool,
    /// The first elements.
    prefix: usize,
    all_elements: bool,
}

/// `None`: the cases cannot be told apart statically.
type Cases = Option<Vec<Case>>;

impl Case {
    fn evaluates(&self) -> bool {
        self.all_names || self.all_elements || self.prefix > 0 || !self.names.is_empty() || !self.patterns.is_empty()
    }

    fn under(mut self, condition: &Value) -> Self {
        self.condition.push(condition.clone());
        self
    }

    fn and(&self, other: &Self) -> Self {
        let mut both = self.clone();
        both.condition.extend(other.condition.iter().cloned());
        both.names.extend(other.names.iter().cloned());
        both.patterns.extend(other.patterns.iter().cloned());
        both.all_names |= other.all_names;
        both.all_elements |= other.all_elements;
        both.prefix = both.prefix.max(other.prefix);
        both
    }
}

impl<'v> Converter<'v> {
    pub(super) fn unevaluated(&mut self, schema: &'v Value, pointer: &Pointer, out: &mut Output) {
        if self.dialect < Dialect::Draft201909 {
            return;
        }
        for keyword in ["unevaluatedProperties", "unevaluatedItems"] {
            let Some(member) = schema.as_object().and_then(|members| members.entry(keyword)) else {
                continue;
            };
            if member.value.kind == Kind::Bool(true) {
                continue;
            }
            let counted = keyword == "unevaluatedItems" && self.dialect == Dialect::Draft202012;
            let cases = self.cases(schema, pointer, true, &mut Vec::new());
            match cases.filter(|_| !counted || !mentions_contains(schema)) {
                Some(cases) => self.write_cases(keyword, schema, pointer, &cases, out),
                None => self.lose(member, pointer),
            }
        }
    }

    fn write_cases(
        &mut self,
        keyword: &'static str,
        schema: &'v Value,
        pointer: &Pointer,
        cases: &[Case],
        out: &mut Output,
    ) {
        let rest = match schema.member(keyword).map(|rest| &rest.kind) {
            Some(Kind::Bool(allowed)) => boolean(*allowed),
            _ => self.one(schema, keyword, pointer),
        };
        let alternatives: Vec<_> = cases
            .iter()
            .map(|case| match keyword {
                "unevaluatedProperties" => names_case(case, &rest),
                _ => elements_case(case, &rest),
            })
            .collect();
        match <[Value; 1]>::try_from(alternatives) {
            Ok([only_case]) => out.and(only_case),
            Err(several) => out.and(only("anyOf", array(several))),
        }
    }

    /// The cases of a schema. `outermost`: its own unevaluated keywords are what is being converted. `way`: the references
    /// that were followed.
    fn cases(&mut self, schema: &'v Value, pointer: &Pointer, outermost: bool, way: &mut Vec<Pointer>) -> Cases {
        let Some(members) = schema.as_object() else {
            return Some(vec![Case::default()]);
        };
        let around = self.enter(schema, pointer);
        let cases = self.cases_inside(schema, members, pointer, outermost, way);
        self.dialect = around;
        cases
    }

    fn cases_inside(
        &mut self,
        schema: &'v Value,
        members: &'v Object,
        pointer: &Pointer,
        outermost: bool,
        way: &mut Vec<Pointer>,
    ) -> Cases {
        if self.dialect.ref_hides_siblings() && members.value("$ref").is_some() {
            return self.cases_of_reference(pointer, "$ref", way);
        }
        let mut cases = vec![self.base(members, outermost)];
        for sub in self.below(schema, "allOf") {
            let at = pointer.join("allOf").join(sub.member.unwrap_or_default());
            cases = product(&cases, &self.cases(sub.value, &at, false, way)?)?;
        }
        for keyword in ["$ref", "$dynamicRef", "$recursiveRef"] {
            if members.value(keyword).is_some() {
                cases = product(&cases, &self.cases_of_reference(pointer, keyword, way)?)?;
            }
        }
        for keyword in ["anyOf", "oneOf"] {
            for sub in self.below(schema, keyword) {
                let at = pointer.join(keyword).join(sub.member.unwrap_or_default());
                let inner = self.cases(sub.value, &at, false, way)?;
                let held = self.schema(sub.value, &at);
                cases = product(&cases, &guarded(inner, &held))?;
            }
        }
        for sub in self.below(schema, "dependentSchemas") {
            let name = sub.member.unwrap_or_default();
            let at = pointer.join("dependentSchemas").join(name.as_str());
            let inner = self.cases(sub.value, &at, false, way)?;
            cases = product(&cases, &guarded(inner, &object_with(&name)))?;
        }
        if members.value("if").is_some() && self.dialect.has_keyword("if") {
            cases = product(&cases, &self.cases_of_condition(schema, pointer, way)?)?;
        }
        Some(cases)
    }

    fn cases_of_reference(&mut self, pointer: &Pointer, keyword: &'static str, way: &mut Vec<Pointer>) -> Cases {
        // What leads back to the root, or to where it came from, is recursive.
        let target = self.references.target(pointer, keyword)?.clone();
        if way.contains(&target.pointer) || pointer.starts_with(&target.pointer) {
            return None;
        }
        way.push(target.pointer.clone());
        let around = std::mem::replace(&mut self.dialect, target.dialect);
        let cases = self.cases(target.value, &target.pointer, false, way);
        self.dialect = around;
        way.pop();
        cases
    }

    fn cases_of_condition(&mut self, schema: &'v Value, pointer: &Pointer, way: &mut Vec<Pointer>) -> Cases {
        let mut inner = |keyword: &str| {
            self.below(schema, keyword)
                .first()
                .map_or(Some(vec![Case::default()]), |sub| {
                    self.cases(sub.value, &pointer.join(keyword), false, way)
                })
        };
        let held = product(&inner("if")?, &inner("then")?)?;
        let otherwise = inner("else")?;
        if !held.iter().chain(&otherwise).any(Case::evaluates) {
            return Some(vec![Case::default()]);
        }
        let condition = self.one(schema, "if", pointer);
        let not = only("not", condition.clone());
        let held = held.into_iter().map(|case| case.under(&condition));
        let cases: Vec<_> = held.chain(otherwise.into_iter().map(|case| case.under(&not))).collect();
        (cases.len() <= MOST_CASES).then_some(cases)
    }

    /// What the keywords of one schema object evaluate by themselves.
    fn base(&self, members: &Object, outermost: bool) -> Case {
        let keys = |keyword| {
            let members = members.value(keyword).and_then(Value::as_object);
            members
                .into_iter()
                .flat_map(Object::iter)
                .map(|member| member.key.clone())
        };
        let nested = |keyword| !outermost && self.dialect.has_keyword(keyword) && members.value(keyword).is_some();
        let length = |keyword| {
            members
                .value(keyword)
                .and_then(Value::as_array)
                .map_or(0, <[Value]>::len)
        };
        let modern = self.dialect == Dialect::Draft202012;
        let items = members.value("items");
        let tuple = items.is_some_and(|items| items.as_array().is_some());
        let rest = if modern {
            items
        } else {
            members.value("additionalItems").filter(|_| tuple)
        };
        Case {
            condition: Vec::new(),
            names: keys("properties").collect(),
            patterns: keys("patternProperties").collect(),
            all_names: members.value("additionalProperties").is_some() || nested("unevaluatedProperties"),
            prefix: length(if modern { "prefixItems" } else { "items" }),
            all_elements: rest.is_some() || (!modern && items.is_some() && !tuple) || nested("unevaluatedItems"),
        }
    }
}

fn product(some: &[Case], others: &[Case]) -> Cases {
    if some.len() * others.len() > MOST_CASES {
        return None;
    }
    let all = some.iter().flat_map(|one| others.iter().map(|other| one.and(other)));
    Some(all.collect())
}

/// The cases of a branch that holds, and the case that it does not.
fn guarded(inner: Vec<Case>, held: &Value) -> Vec<Case> {
    if !inner.iter().any(Case::evaluates) {
        return vec![Case::default()];
    }
    let not = Case::default().under(&only("not", held.clone()));
    inner.into_iter().map(|case| case.under(held)).chain([not]).collect()
}

fn object_with(name: &str) -> Value {
    object(vec![
        entry("type", string("object")),
        entry("required", array(vec![string(name)])),
    ])
}

fn conditioned(case: &Case, rest: Value) -> Value {
    if case.condition.is_empty() {
        return rest;
    }
    only("allOf", array(case.condition.iter().cloned().chain([rest]).collect()))
}

fn names_case(case: &Case, rest: &Value) -> Value {
    if case.all_names {
        return conditioned(case, anything());
    }
    let each = |texts: &BTreeSet<String>| object(texts.iter().map(|text| entry(text, anything())).collect());
    let mut members = Vec::new();
    if !case.names.is_empty() {
        members.push(entry("properties", each(&case.names)));
    }
    if !case.patterns.is_empty() {
        members.push(entry("patternProperties", each(&case.patterns)));
    }
    members.push(entry("additionalProperties", rest.clone()));
    conditioned(case, object(members))
}

fn elements_case(case: &Case, rest: &Value) -> Value {
    if case.all_elements {
        return conditioned(case, anything());
    }
    let every = if rest.kind == Kind::Bool(false) {
        crate::build::nothing()
    } else {
        rest.clone()
    };
    if case.prefix == 0 {
        return conditioned(case, only("items", every));
    }
    let first = (0..case.prefix).map(|_| anything()).collect();
    let members = vec![entry("items", array(first)), entry("additionalItems", rest.clone())];
    conditioned(case, object(members))
}

/// An element that `contains` has found is evaluated, wherever it stands (2020-12).
fn mentions_contains(schema: &Value) -> bool {
    match &schema.kind {
        Kind::Object(members) => members
            .iter()
            .any(|member| member.key == "contains" || mentions_contains(&member.value)),
        Kind::Array(elements) => elements.iter().any(mentions_contains),
        _ => false,
    }
}

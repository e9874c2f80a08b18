//! `unevaluatedProperties` and `unevaluatedItems`: which names and elements the other keywords have looked at. In: a schema. Out: in
//! its `allOf`, for each group of names or elements, "their values are allowed, or one of the branches that look at them holds".
//! The number of branches does not matter. Recursion, many branches with `patternProperties` of their own, and `contains` beside
//! `unevaluatedItems` are not expressed.

use std::collections::{BTreeMap, BTreeSet};

use super::{Draft4Converter, Draft4Schema};
use schemactl_model::{Dialect, JsonObject, Keyword, Kind, Member, Pointer, Value};

/// Conditional patterns that are combined with each other. Their number doubles the schema each, and a registered schema has at
/// most 100,000 characters.
const MOST_COMBINED: usize = 3;

/// What one subschema evaluates where its conditions hold.
#[derive(Clone, Debug, Default)]
struct BranchContribution {
    condition: Vec<Value>,
    names: BTreeSet<String>,
    patterns: BTreeSet<String>,
    all_names: bool,
    /// The first elements.
    prefix: usize,
    all_elements: bool,
}

/// `None`: what is evaluated cannot be told statically.
type BranchContributions = Option<Vec<BranchContribution>>;

impl BranchContribution {
    fn evaluates(&self) -> bool {
        self.all_names || self.all_elements || self.prefix > 0 || !self.names.is_empty() || !self.patterns.is_empty()
    }
}

impl<'v> Draft4Converter<'v> {
    pub(super) fn unevaluated(&mut self, schema: &'v Value, pointer: &Pointer, out: &mut Draft4Schema) {
        if self.dialect < Dialect::Draft201909 {
            return;
        }
        for keyword in [Keyword::UnevaluatedProperties, Keyword::UnevaluatedItems] {
            let Some(member) = schema.as_object().and_then(|members| members.keyword_entry(keyword)) else {
                continue;
            };
            if member.value.kind == Kind::Bool(true) {
                continue;
            }
            let counted = keyword == Keyword::UnevaluatedItems && self.dialect == Dialect::Draft202012;
            let found = self.contributions(schema, pointer, true, &mut Vec::new());
            let rest = match member.value.kind {
                Kind::Bool(allowed) => Value::boolean(allowed),
                _ => self.one(schema, keyword, pointer),
            };
            let found = found.filter(|_| !counted || !mentions_contains(schema));
            let written = found.and_then(|found| match keyword {
                Keyword::UnevaluatedProperties => names_allowed(&found, &rest),
                _ => Some(elements_allowed(&found, &rest)),
            });
            match written {
                Some(schemas) => schemas.into_iter().for_each(|schema| out.and(schema)),
                None => self.lose(member, pointer),
            }
        }
    }

    /// What a schema evaluates. `outermost`: its own unevaluated keywords are what is being converted. `way`: the references that
    /// were followed.
    fn contributions(
        &mut self,
        schema: &'v Value,
        pointer: &Pointer,
        outermost: bool,
        way: &mut Vec<Pointer>,
    ) -> BranchContributions {
        let Some(members) = schema.as_object() else {
            return Some(Vec::new());
        };
        let around = self.enter(schema, pointer);
        let found = self.contributions_inside(schema, members, pointer, outermost, way);
        self.dialect = around;
        found
    }

    fn contributions_inside(
        &mut self,
        schema: &'v Value,
        members: &'v JsonObject,
        pointer: &Pointer,
        outermost: bool,
        way: &mut Vec<Pointer>,
    ) -> BranchContributions {
        if self.dialect.hides_siblings(schema) {
            return self.contributions_of_reference(pointer, Keyword::Ref, way);
        }
        let own = self.own_contribution(members, outermost);
        let mut found: Vec<BranchContribution> = Some(own).filter(BranchContribution::evaluates).into_iter().collect();
        for sub in self.below(schema, Keyword::AllOf) {
            let at = pointer.join(Keyword::AllOf).join(sub.member.unwrap_or_default());
            found.extend(self.contributions(sub.value, &at, false, way)?);
        }
        for keyword in [Keyword::Ref, Keyword::DynamicRef, Keyword::RecursiveRef] {
            if members.keyword(keyword).is_some() {
                found.extend(self.contributions_of_reference(pointer, keyword, way)?);
            }
        }
        for keyword in [Keyword::AnyOf, Keyword::OneOf] {
            for sub in self.below(schema, keyword) {
                let at = pointer.join(keyword).join(sub.member.unwrap_or_default());
                let inner = self.contributions(sub.value, &at, false, way)?;
                if !inner.is_empty() {
                    let held = self.schema(sub.value, &at);
                    found.extend(under(inner, &held));
                }
            }
        }
        for sub in self.below(schema, Keyword::DependentSchemas) {
            let name = sub.member.unwrap_or_default();
            let at = pointer.join(Keyword::DependentSchemas).join(name.as_str());
            let inner = self.contributions(sub.value, &at, false, way)?;
            found.extend(under(inner, &object_with(&name)));
        }
        if members.keyword(Keyword::If).is_some() && self.dialect.has_keyword(Keyword::If) {
            found.extend(self.contributions_of_condition(schema, pointer, way)?);
        }
        Some(found)
    }

    fn contributions_of_reference(
        &mut self,
        pointer: &Pointer,
        keyword: Keyword,
        way: &mut Vec<Pointer>,
    ) -> BranchContributions {
        // What leads back to the root, or to where it came from, is recursive.
        let target = self.references.target(pointer, keyword)?.clone();
        if way.contains(&target.pointer) || pointer.starts_with(&target.pointer) {
            return None;
        }
        way.push(target.pointer.clone());
        let around = std::mem::replace(&mut self.dialect, target.scope.dialect);
        let found = self.contributions(target.value, &target.pointer, false, way);
        self.dialect = around;
        way.pop();
        found
    }

    fn contributions_of_condition(
        &mut self,
        schema: &'v Value,
        pointer: &Pointer,
        way: &mut Vec<Pointer>,
    ) -> BranchContributions {
        let mut inner = |keyword: Keyword| {
            self.below(schema, keyword).first().map_or(Some(Vec::new()), |sub| {
                self.contributions(sub.value, &pointer.join(keyword), false, way)
            })
        };
        let mut held = inner(Keyword::If)?;
        held.extend(inner(Keyword::Then)?);
        let otherwise = inner(Keyword::Else)?;
        if held.is_empty() && otherwise.is_empty() {
            return Some(Vec::new());
        }
        let condition = self.one(schema, Keyword::If, pointer);
        let not = Value::object_of(Keyword::Not, condition.clone());
        let mut found = under(held, &condition);
        found.extend(under(otherwise, &not));
        Some(found)
    }

    /// What the keywords of one schema object evaluate by themselves.
    fn own_contribution(&self, members: &JsonObject, outermost: bool) -> BranchContribution {
        let keys = |keyword| {
            let members = members.keyword(keyword).and_then(Value::as_object);
            members
                .into_iter()
                .flat_map(JsonObject::iter)
                .map(|member| member.key.clone())
        };
        let nested = |keyword| !outermost && self.dialect.has_keyword(keyword) && members.keyword(keyword).is_some();
        let length = |keyword| {
            members
                .keyword(keyword)
                .and_then(Value::as_array)
                .map_or(0, <[Value]>::len)
        };
        let modern = self.dialect == Dialect::Draft202012;
        let items = members.keyword(Keyword::Items);
        let tuple = items.is_some_and(|items| items.as_array().is_some());
        let rest = if modern {
            items
        } else {
            members.keyword(Keyword::AdditionalItems).filter(|_| tuple)
        };
        BranchContribution {
            condition: Vec::new(),
            names: keys(Keyword::Properties).collect(),
            patterns: keys(Keyword::PatternProperties).collect(),
            all_names: members.keyword(Keyword::AdditionalProperties).is_some()
                || nested(Keyword::UnevaluatedProperties),
            prefix: length(if modern { Keyword::PrefixItems } else { Keyword::Items }),
            all_elements: rest.is_some() || (!modern && items.is_some() && !tuple) || nested(Keyword::UnevaluatedItems),
        }
    }
}

/// The same contributions, where a schema around them holds.
fn under(mut contributions: Vec<BranchContribution>, held: &Value) -> Vec<BranchContribution> {
    for contribution in &mut contributions {
        contribution.condition.push(held.clone());
    }
    contributions
}

fn object_with(name: &str) -> Value {
    Value::object(vec![
        Member::new(Keyword::Type, Value::string("object")),
        Member::new(Keyword::Required, Value::array(vec![Value::string(name)])),
    ])
}

/// The condition of a contribution, as a schema.
fn condition(contribution: &BranchContribution) -> Value {
    match contribution.condition.as_slice() {
        [only] => only.clone(),
        several => Value::object_of(Keyword::AllOf, Value::array(several.to_vec())),
    }
}

/// A schema, or one of the conditions under which it does not matter.
fn or(conditions: &[Value], schema: Value) -> Value {
    if conditions.is_empty() {
        return schema;
    }
    Value::object_of(
        Keyword::AnyOf,
        Value::array(conditions.iter().cloned().chain([schema]).collect()),
    )
}

/// Where the names that are not evaluated have allowed values. Nothing is unconditional in `conditions`.
struct NameRules {
    /// Names that are always evaluated.
    always: BTreeSet<String>,
    /// The conditions under which each other name is evaluated.
    sometimes: BTreeMap<String, Vec<Value>>,
    /// Patterns that are always evaluated.
    patterns: BTreeSet<String>,
    /// Patterns, and all names, each with the conditions under which they are evaluated.
    sets: Vec<(Option<String>, Vec<Value>)>,
}

/// `None`: too many branches have patterns of their own.
fn names_allowed(contributions: &[BranchContribution], rest: &Value) -> Option<Vec<Value>> {
    let Some(rules) = NameRules::of(contributions) else {
        return Some(Vec::new());
    };
    if rules.sets.len() > MOST_COMBINED {
        return None;
    }
    let mut written = Vec::new();
    for way in 0..1_u32 << rules.sets.len() {
        let holds = |index: usize| way & (1 << index) != 0;
        let indexed = || rules.sets.iter().enumerate();
        let left: Vec<_> = indexed().filter(|(index, _)| holds(*index)).collect();
        if left.iter().any(|(_, (pattern, _))| pattern.is_none()) {
            continue;
        }
        let failed = indexed().filter(|(index, _)| !holds(*index));
        let failed: Vec<Value> = failed.flat_map(|(_, (_, conditions))| conditions.clone()).collect();
        let more = left.iter().filter_map(|(_, (pattern, _))| pattern.clone());
        let patterns: BTreeSet<String> = rules.patterns.iter().cloned().chain(more).collect();
        rules.write(&patterns, &failed, rest, &mut written);
    }
    Some(written)
}

impl NameRules {
    /// `None`: every name is always evaluated.
    fn of(contributions: &[BranchContribution]) -> Option<Self> {
        let mut rules = Self {
            always: BTreeSet::new(),
            sometimes: BTreeMap::new(),
            patterns: BTreeSet::new(),
            sets: Vec::new(),
        };
        let mut sets: BTreeMap<Option<String>, Vec<Value>> = BTreeMap::new();
        for contribution in contributions {
            if contribution.condition.is_empty() {
                if contribution.all_names {
                    return None;
                }
                rules.always.extend(contribution.names.iter().cloned());
                rules.patterns.extend(contribution.patterns.iter().cloned());
                continue;
            }
            let condition = condition(contribution);
            for name in &contribution.names {
                rules.sometimes.entry(name.clone()).or_default().push(condition.clone());
            }
            let all = contribution.all_names.then_some(None);
            for set in contribution.patterns.iter().cloned().map(Some).chain(all) {
                sets.entry(set).or_default().push(condition.clone());
            }
        }
        rules.sometimes.retain(|name, _| !rules.always.contains(name));
        sets.retain(|set, _| set.as_ref().is_none_or(|pattern| !rules.patterns.contains(pattern)));
        rules.sets = sets.into_iter().collect();
        Some(rules)
    }

    /// What holds of the names, one of `failed` does, or these patterns are evaluated.
    fn write(&self, patterns: &BTreeSet<String>, failed: &[Value], rest: &Value, written: &mut Vec<Value>) {
        // Names with the same conditions together: each condition is a whole branch.
        let mut groups: Vec<(&[Value], BTreeSet<&str>)> = Vec::new();
        for (name, conditions) in &self.sometimes {
            match groups.iter_mut().find(|(known, _)| *known == conditions.as_slice()) {
                Some((_, names)) => drop(names.insert(name)),
                None => groups.push((conditions, BTreeSet::from([name.as_str()]))),
            }
        }
        for (conditions, names) in &groups {
            let conditions: Vec<Value> = failed.iter().chain(*conditions).cloned().collect();
            let allowed = if patterns.is_empty() {
                let value = if rest.kind == Kind::Bool(false) {
                    Value::accept_none()
                } else {
                    rest.clone()
                };
                let members = names.iter().map(|name| Member::new(name, value.clone()));
                Value::object_of(Keyword::Properties, Value::object(members.collect()))
            } else {
                // A name of the group may match a pattern: it is one of the additional ones, if it does not.
                self.others_allowed(names, patterns, rest)
            };
            written.push(or(&conditions, allowed));
        }
        written.push(or(failed, self.others_allowed(&BTreeSet::new(), patterns, rest)));
    }

    /// Every property has an allowed value, but for the listed ones that are not `named`, and those that match.
    fn others_allowed(&self, named: &BTreeSet<&str>, patterns: &BTreeSet<String>, rest: &Value) -> Value {
        let listed = self.always.iter().chain(self.sometimes.keys());
        let listed = listed.filter(|name| !named.contains(name.as_str()));
        let each = |texts: Vec<&String>| {
            Value::object(
                texts
                    .into_iter()
                    .map(|text| Member::new(text, Value::accept_all()))
                    .collect(),
            )
        };
        let (listed, patterns): (Vec<_>, Vec<_>) = (listed.collect(), patterns.iter().collect());
        let mut members = Vec::new();
        if !listed.is_empty() {
            members.push(Member::new(Keyword::Properties, each(listed)));
        }
        if !patterns.is_empty() {
            members.push(Member::new(Keyword::PatternProperties, each(patterns)));
        }
        members.push(Member::new(Keyword::AdditionalProperties, rest.clone()));
        Value::object(members)
    }
}

/// Where the elements that are not evaluated are allowed.
fn elements_allowed(contributions: &[BranchContribution], rest: &Value) -> Vec<Value> {
    let length = |contribution: &BranchContribution| {
        if contribution.all_elements {
            usize::MAX
        } else {
            contribution.prefix
        }
    };
    let unconditional = contributions.iter().filter(|found| found.condition.is_empty());
    let mut from = unconditional.map(length).max().unwrap_or(0);
    let ends: BTreeSet<usize> = contributions.iter().map(length).filter(|end| *end > from).collect();
    let mut written = Vec::new();
    while from != usize::MAX {
        let end = ends.range(from + 1..).next().copied();
        let looked_at = contributions.iter().filter(|found| length(found) > from);
        let conditions: Vec<Value> = looked_at.map(condition).collect();
        let end = end.filter(|end| *end != usize::MAX);
        written.push(or(&conditions, range_allowed(from, end, rest)));
        from = end.unwrap_or(usize::MAX);
    }
    written
}

/// The elements from an index on, up to another one, are in `rest`.
fn range_allowed(from: usize, end: Option<usize>, rest: &Value) -> Value {
    let every = if rest.kind == Kind::Bool(false) {
        Value::accept_none()
    } else {
        rest.clone()
    };
    let skipped = (0..from).map(|_| Value::accept_all());
    match end {
        Some(end) => {
            let checked = (from..end).map(|_| every.clone());
            Value::object_of(Keyword::Items, Value::array(skipped.chain(checked).collect()))
        }
        None if from == 0 => Value::object_of(Keyword::Items, every),
        None => Value::object(vec![
            Member::new(Keyword::Items, Value::array(skipped.collect())),
            Member::new(Keyword::AdditionalItems, rest.clone()),
        ]),
    }
}

/// An element that `contains` has found is evaluated, wherever it stands (2020-12).
fn mentions_contains(schema: &Value) -> bool {
    match &schema.kind {
        Kind::Object(members) => members
            .iter()
            .any(|member| member.keyword() == Some(Keyword::Contains) || mentions_contains(&member.value)),
        Kind::Array(elements) => elements.iter().any(mentions_contains),
        _ => false,
    }
}

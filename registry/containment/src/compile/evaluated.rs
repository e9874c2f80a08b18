//! `unevaluatedProperties` and `unevaluatedItems`: which names and elements the other keywords have looked at. In: a schema
//! object. Out: conjuncts that hold where everything else is allowed.
//!
//! Each subschema that applies in place contributes what it evaluates, under the condition that it holds. A property is
//! evaluated if *some* contribution under which it stands applies, so no combination of branches is ever built: a name that
//! branches declare asks for one union, "its value is allowed, or one of these branches holds". Only contributions that are no
//! lists of names (patterns, all names, `contains`) are combined with each other, and there is a limit on those.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use schemactl_model::{Dialect, JsonObject, Keyword, Kind, Value, is_schema};

use super::arrays::ElementSchemas;
use super::{Compiler, UnsupportedSetError, is_reference};
use crate::datum::Datum;
use crate::evaluate::evaluate;
use crate::node::{Form, Node};
use crate::value_kind::{ANY, OBJECT};

/// Conditional contributions that are combined with each other: 2^8 conjuncts are made in a millisecond, and schemas written by
/// people have two or three.
// INVARIANT: more have no set: there are two to that power ways, and one that is left out evaluates names that then count as unevaluated.
const MOST_COMBINED: usize = 8;
/// What is not known beside `unevaluatedItems` under 2019-09 (its section 9.3.1.4 gives `contains` no annotation).
const DISPUTED: &str = "`contains` beside `unevaluatedItems`: by the specification of 2019-09 the elements that it matches stay unevaluated, \
                        several validators count them as evaluated";
/// Applicators inside applicators that are followed; only references in a circle go deeper.
// INVARIANT: deeper ones have no set. Without the limit a reference in a circle never ends; what is not followed evaluates names too.
const DEEPEST: usize = 64;

/// Names of properties.
#[derive(Clone, Debug, Default)]
struct PropertyNames {
    listed: BTreeSet<Rc<str>>,
    patterns: BTreeSet<Node>,
    all: bool,
}

/// What one subschema evaluates where it holds.
#[derive(Clone, Debug)]
struct Contribution {
    condition: Node,
    names: PropertyNames,
    /// The number of first elements; `u64::MAX` are all.
    prefix: u64,
    /// Elements that are in this, wherever they stand.
    contains: Option<Node>,
    /// As `contains`, under 2019-09: its specification does not say that they are evaluated, and validators differ.
    disputed: Option<Node>,
}

type Contributions = Result<Vec<Contribution>, UnsupportedSetError>;

impl<'v> Compiler<'v, '_> {
    pub(super) fn unevaluated(
        &mut self,
        value: &'v Value,
        keywords: &'v JsonObject,
        conjuncts: &mut Vec<Node>,
    ) -> Result<(), UnsupportedSetError> {
        let contributions = self.contributions(value, keywords, true, 0)?;
        if let Some(rest) = keywords.keyword(Keyword::UnevaluatedProperties) {
            let rest = self.child(rest)?;
            self.unevaluated_properties(&contributions, rest, conjuncts)?;
        }
        if let Some(rest) = keywords.keyword(Keyword::UnevaluatedItems) {
            let rest = self.child(rest)?;
            self.unevaluated_items_in_both_readings(&contributions, rest, conjuncts)?;
        }
        Ok(())
    }

    /// What a schema object evaluates. `outermost`: its own unevaluated keywords are what is being compiled.
    fn contributions(
        &mut self,
        value: &'v Value,
        keywords: &'v JsonObject,
        outermost: bool,
        depth: usize,
    ) -> Contributions {
        if self.dialect.ref_hides_siblings() && is_reference(keywords, Keyword::Ref) {
            return self.contributions_of_reference(value, Keyword::Ref, depth);
        }
        let mut found: Vec<Contribution> = self.own_contribution(keywords, outermost)?.into_iter().collect();
        for branch in list(keywords, Keyword::AllOf) {
            found.extend(self.contributions_of(branch, depth)?);
        }
        for reference in [Keyword::Ref, Keyword::DynamicRef, Keyword::RecursiveRef] {
            if is_reference(keywords, reference) {
                found.extend(self.contributions_of_reference(value, reference, depth)?);
            }
        }
        for branch in list(keywords, Keyword::AnyOf).chain(list(keywords, Keyword::OneOf)) {
            let inner = self.contributions_of(branch, depth)?;
            if !inner.is_empty() {
                let held = self.schema(branch)?;
                found.extend(self.under(held, inner));
            }
        }
        let dependent = self
            .known(keywords, Keyword::DependentSchemas)
            .and_then(Value::as_object);
        for member in dependent.into_iter().flat_map(JsonObject::iter) {
            let inner = self.contributions_of(&member.value, depth)?;
            // Only an object has properties; to a literal about them every other value would do.
            let (object, there) = (self.arena().types(OBJECT), self.has(&member.key));
            let there = self.arena().and([object, there]);
            found.extend(self.under(there, inner));
        }
        if let Some(condition) = self.known(keywords, Keyword::If) {
            found.extend(self.contributions_of_condition(keywords, condition, depth)?);
        }
        Ok(found)
    }

    /// The value of a keyword that the dialect has: a branch may be a resource of an older one.
    fn known(&self, keywords: &'v JsonObject, keyword: Keyword) -> Option<&'v Value> {
        keywords.keyword(keyword).filter(|_| self.dialect.has_keyword(keyword))
    }

    fn contributions_of(&mut self, value: &'v Value, depth: usize) -> Contributions {
        let around = self.dialect;
        self.dialect = around.inside(value);
        let found = self.contributions_inside(value, depth);
        self.dialect = around;
        found
    }

    fn contributions_inside(&mut self, value: &'v Value, depth: usize) -> Contributions {
        let Kind::Object(keywords) = &value.kind else {
            return Ok(Vec::new());
        };
        if depth >= DEEPEST {
            return Err(UnsupportedSetError(
                "unevaluated keywords over schemas that refer to themselves".to_owned(),
            ));
        }
        let entered = self.enter(value);
        let found = stacker::maybe_grow(64 << 10, 1 << 20, || {
            self.contributions(value, keywords, false, depth + 1)
        });
        if entered {
            self.scope.pop();
        }
        found
    }

    /// An `if` that holds evaluates as well, whether there is a `then` or not.
    fn contributions_of_condition(
        &mut self,
        keywords: &'v JsonObject,
        condition: &'v Value,
        depth: usize,
    ) -> Contributions {
        let mut with = self.contributions_of(condition, depth)?;
        if let Some(then) = keywords.keyword(Keyword::Then) {
            with.extend(self.contributions_of(then, depth)?);
        }
        let without = match keywords.keyword(Keyword::Else) {
            Some(otherwise) => self.contributions_of(otherwise, depth)?,
            None => Vec::new(),
        };
        if with.is_empty() && without.is_empty() {
            return Ok(Vec::new());
        }
        let held = self.schema(condition)?;
        let failed = self.arena().not(held);
        let mut found = self.under(held, with);
        found.extend(self.under(failed, without));
        Ok(found)
    }

    fn contributions_of_reference(&mut self, holder: &'v Value, keyword: Keyword, depth: usize) -> Contributions {
        if !self.dialect.has_keyword(keyword) {
            return Ok(Vec::new());
        }
        self.at_target(holder, keyword, |compiler, target| {
            compiler.contributions_of(target, depth)
        })
    }

    /// The same contributions, where a schema around them holds.
    fn under(&mut self, held: Node, mut contributions: Vec<Contribution>) -> Vec<Contribution> {
        for contribution in &mut contributions {
            contribution.condition = self.arena().and([contribution.condition, held]);
        }
        contributions.retain(|contribution| contribution.condition != Node::FALSE);
        contributions
    }

    /// What the keywords of one schema object evaluate by themselves.
    fn own_contribution(
        &mut self,
        keywords: &'v JsonObject,
        outermost: bool,
    ) -> Result<Option<Contribution>, UnsupportedSetError> {
        let names = PropertyNames {
            listed: super::objects::members(keywords, Keyword::Properties)
                .map(|member| Rc::from(member.key.as_str()))
                .collect(),
            patterns: super::objects::members(keywords, Keyword::PatternProperties)
                .map(|member| self.pattern(&member.key))
                .collect(),
            all: keywords.keyword(Keyword::AdditionalProperties).is_some()
                || (!outermost && self.known(keywords, Keyword::UnevaluatedProperties).is_some()),
        };
        let elements = ElementSchemas::of(keywords, self.dialect);
        let all_items =
            elements.rest.is_some() || (!outermost && self.known(keywords, Keyword::UnevaluatedItems).is_some());
        let contains = match keywords.keyword(Keyword::Contains).filter(|value| is_schema(value)) {
            Some(contains) if self.dialect >= Dialect::Draft201909 => Some(self.child(contains)?),
            _ => None,
        };
        let is_counted = self.dialect == Dialect::Draft202012;
        let contribution = Contribution {
            condition: Node::TRUE,
            names,
            prefix: if all_items {
                u64::MAX
            } else {
                elements.prefix.len() as u64
            },
            contains: contains.filter(|_| is_counted),
            disputed: contains.filter(|_| !is_counted),
        };
        Ok(Some(contribution).filter(|contribution| !contribution.is_empty()))
    }
}

impl Contribution {
    fn is_empty(&self) -> bool {
        let names = &self.names;
        !names.all
            && names.listed.is_empty()
            && names.patterns.is_empty()
            && self.prefix == 0
            && self.contains.is_none()
            && self.disputed.is_none()
    }
}

/// The conditions under which each of some things is evaluated, in the order of the things.
type Conditions<T> = BTreeMap<T, Vec<Node>>;

impl Compiler<'_, '_> {
    /// Every property that no contribution evaluates has a value in `rest`.
    fn unevaluated_properties(
        &mut self,
        contributions: &[Contribution],
        rest: Node,
        conjuncts: &mut Vec<Node>,
    ) -> Result<(), UnsupportedSetError> {
        let (mut listed, mut sets) = (Conditions::new(), Conditions::new());
        for contribution in contributions {
            let (names, condition) = (&contribution.names, contribution.condition);
            for name in &names.listed {
                listed.entry(Rc::clone(name)).or_default().push(condition);
            }
            let all = names.all.then_some(Node::TRUE);
            for set in names.patterns.iter().copied().chain(all) {
                sets.entry(set).or_default().push(condition);
            }
        }
        for (others, holds) in self.combinations(sets, Keyword::UnevaluatedProperties)? {
            let evaluated = self.arena().or(others);
            if evaluated == Node::TRUE {
                continue;
            }
            let mut unlisted = vec![self.arena().not(evaluated)];
            for (name, conditions) in &listed {
                let one = Rc::new(Datum::String(Rc::clone(name)));
                unlisted.push(self.arena().literal(Form::NotConst(Rc::clone(&one))));
                if evaluate(self.shared, evaluated, &one) == Some(true) {
                    continue;
                }
                let mut names = vec![self.arena().literal(Form::Const(Rc::clone(&one)))];
                if evaluate(self.shared, evaluated, &one).is_none() {
                    // Not known whether a pattern has the name: the set of the name, if it has it not.
                    names.push(self.arena().not(evaluated));
                }
                let names = self.arena().and(names);
                let allowed = self.arena().literal(Form::All(names, rest));
                let alternatives = conditions.iter().copied().chain([holds, allowed]);
                let clause = self.shared.arena.or(alternatives);
                conjuncts.push(clause);
            }
            let names = self.arena().and(unlisted);
            let allowed = self.arena().literal(Form::All(names, rest));
            conjuncts.push(self.arena().or([holds, allowed]));
        }
        Ok(())
    }

    /// As [`unevaluated_items`](Self::unevaluated_items). Where readings differ, instances of both are instances, and of the others it
    /// is not known whether they are.
    fn unevaluated_items_in_both_readings(
        &mut self,
        contributions: &[Contribution],
        rest: Node,
        conjuncts: &mut Vec<Node>,
    ) -> Result<(), UnsupportedSetError> {
        if contributions.iter().all(|contribution| contribution.disputed.is_none()) {
            return self.unevaluated_items(contributions, rest, conjuncts);
        }
        let mut counting = contributions.to_vec();
        for contribution in &mut counting {
            contribution.contains = contribution.disputed;
        }
        let (mut strict, mut lenient) = (Vec::new(), Vec::new());
        self.unevaluated_items(contributions, rest, &mut strict)?;
        self.unevaluated_items(&counting, rest, &mut lenient)?;
        lenient.push(self.shared.opaque(DISPUTED, ANY));
        let (strict, lenient) = (self.arena().and(strict), self.arena().and(lenient));
        conjuncts.push(self.arena().or([strict, lenient]));
        Ok(())
    }

    /// Every element that no contribution evaluates is in `rest`.
    fn unevaluated_items(
        &mut self,
        contributions: &[Contribution],
        rest: Node,
        conjuncts: &mut Vec<Node>,
    ) -> Result<(), UnsupportedSetError> {
        let (mut prefixes, mut sets) = (Conditions::new(), Conditions::new());
        for contribution in contributions {
            if contribution.prefix > 0 {
                prefixes
                    .entry(contribution.prefix)
                    .or_default()
                    .push(contribution.condition);
            }
            if let Some(contains) = contribution.contains {
                sets.entry(contains).or_default().push(contribution.condition);
            }
        }
        for (others, holds) in self.combinations(sets, Keyword::UnevaluatedItems)? {
            let element = self.arena().or(others.into_iter().chain([rest]));
            let mut from = 0;
            for end in prefixes.keys().copied().filter(|end| *end != u64::MAX) {
                for index in from..end {
                    let allowed = self.arena().literal(Form::At(index, element));
                    conjuncts.push(self.evaluated_or(&prefixes, index, [holds, allowed]));
                }
                from = end;
            }
            let allowed = self.arena().literal(Form::From(from, element));
            conjuncts.push(self.evaluated_or(&prefixes, from, [holds, allowed]));
        }
        Ok(())
    }

    /// Something holds, or a contribution that evaluates the element at an index does.
    fn evaluated_or(&mut self, prefixes: &Conditions<u64>, index: u64, otherwise: [Node; 2]) -> Node {
        let conditions = prefixes.range(index + 1..).flat_map(|(_, conditions)| conditions);
        let alternatives = conditions.copied().chain(otherwise);
        self.shared.arena.or(alternatives)
    }

    /// Sets under conditions, as conjuncts: for each way to hold some of the conditions to be false, the sets that are left and the
    /// union of the conditions that were held to be false.
    ///
    /// INVARIANT: together they say what the sets say. Where exactly the conditions of a way are false, its own conjunct speaks of
    /// exactly the sets that apply; every other way either has a condition that is true, or leaves fewer names out.
    fn combinations(
        &mut self,
        sets: Conditions<Node>,
        keyword: Keyword,
    ) -> Result<Vec<(Vec<Node>, Node)>, UnsupportedSetError> {
        let (mut always, mut sometimes) = (Vec::new(), Vec::new());
        for (set, conditions) in sets {
            let condition = self.arena().or(conditions);
            if condition == Node::TRUE {
                always.push(set);
            } else {
                sometimes.push((set, condition));
            }
        }
        if sometimes.len() > MOST_COMBINED {
            return Err(UnsupportedSetError(format!(
                "`{keyword}` beside {} branches with `patternProperties`, `additionalProperties` or `contains` of their own; \
                 at most {MOST_COMBINED} are distinguished",
                sometimes.len()
            )));
        }
        let ways = 0..1_u32 << sometimes.len();
        let combinations = ways.map(|held| {
            let is_held = |index: usize| held & (1 << index) != 0;
            let indexed = || sometimes.iter().enumerate();
            let left = indexed().filter(|(index, _)| is_held(*index)).map(|(_, (set, _))| *set);
            let left = always.iter().copied().chain(left).collect();
            let failed: Vec<Node> = indexed()
                .filter(|(index, _)| !is_held(*index))
                .map(|(_, (_, condition))| *condition)
                .collect();
            (left, self.shared.arena.or(failed))
        });
        Ok(combinations.collect())
    }
}

fn list(keywords: &JsonObject, keyword: Keyword) -> impl Iterator<Item = &Value> {
    keywords
        .keyword(keyword)
        .and_then(Value::as_array)
        .unwrap_or_default()
        .iter()
}

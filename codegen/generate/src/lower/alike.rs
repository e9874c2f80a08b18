//! Schemas that say the same. In: schemas that apply together, or alternatives. Out: each once, with references followed, so that what is said
//! twice is lowered once, under the name of its definition.

use schemactl_model::{
    EXTENSIBLE_MARKS, JsonObject, Keyword, Kind, Member, SubschemaRef, Value, any_annotation, any_applicator,
    any_assertion, any_bound, any_definitions, any_identifier, any_reference,
};

use super::conjunction::Conjunction;
use super::{Follow, Lowerer};
use crate::rust_hints::find_rust_type;

/// References that only refer are followed so far.
// INVARIANT: a chain of references may be a circle; without the limit lowering does not end.
const LONGEST_CHAIN: usize = 32;

impl<'v> Lowerer<'v> {
    /// Returns alternatives with each schema once, and each alternative once.
    pub(super) fn unify(&self, alternatives: &[Conjunction<'v>]) -> Vec<Conjunction<'v>> {
        let mut unified: Vec<Conjunction<'v>> = Vec::new();
        for all in alternatives {
            let all = self.unify_all(all);
            let same = |other: &Conjunction<'v>| {
                is_same_set(&other.certain, &all.certain) && is_same_set(&other.hints, &all.hints)
            };
            if !unified.iter().any(same) {
                unified.push(all);
            }
        }
        unified
    }

    fn unify_all(&self, all: &Conjunction<'v>) -> Conjunction<'v> {
        let mut certain: Vec<SubschemaRef<'v>> = Vec::new();
        for node in &all.certain {
            let node = self.followed(node);
            let is_known = certain.iter().any(|other| is_same_schema(other, &node));
            if !is_known {
                certain.push(node);
            }
        }
        if certain.len() > 1 {
            let first = certain[0].clone();
            certain.retain(|node| !says_nothing(node) || matches!(self.target(node), Follow::Nowhere));
            if certain.is_empty() {
                certain.push(first);
            }
        }
        let is_certain = |hint: &&SubschemaRef<'v>| certain.iter().any(|node| node.pointer == hint.pointer);
        let hints = all.hints.iter().filter(|hint| !is_certain(hint)).cloned().collect();
        Conjunction { certain, hints }
    }

    /// Returns what a node refers to that says nothing itself.
    pub(super) fn followed(&self, node: &SubschemaRef<'v>) -> SubschemaRef<'v> {
        let mut node = node.clone();
        for _ in 0..LONGEST_CHAIN {
            match self.only_reference(&node) {
                // A type of the user's stands for the whole.
                Some(target) if find_rust_type(node.value, &self.settings.table).is_none() => node = target,
                _ => break,
            }
        }
        node
    }

    /// Returns branches without those that say the same as another one.
    pub(super) fn different(&self, branches: Vec<SubschemaRef<'v>>) -> Vec<SubschemaRef<'v>> {
        let mut kept: Vec<(SubschemaRef<'v>, SubschemaRef<'v>)> = Vec::new();
        for branch in branches {
            let followed = self.followed(&branch);
            if !kept.iter().any(|(_, other)| is_same_schema(other, &followed)) {
                kept.push((branch, followed));
            }
        }
        kept.into_iter().map(|(branch, _)| branch).collect()
    }
}

fn is_same_set(one: &[SubschemaRef<'_>], other: &[SubschemaRef<'_>]) -> bool {
    let holds =
        |all: &[SubschemaRef<'_>], wanted: &SubschemaRef<'_>| all.iter().any(|node| is_same_schema(node, wanted));
    one.len() == other.len() && one.iter().all(|node| holds(other, node)) && other.iter().all(|node| holds(one, node))
}

/// Returns whether two schemas say the same of a value: the same place, or the same text for the same base.
pub(super) fn is_same_schema(one: &SubschemaRef<'_>, other: &SubschemaRef<'_>) -> bool {
    one.pointer == other.pointer || (one.scope == other.scope && says_same(one.value, other.value))
}

/// Whether nothing is said of a value.
fn says_nothing(node: &SubschemaRef<'_>) -> bool {
    match &node.value.kind {
        Kind::Bool(allows) => *allows,
        Kind::Object(members) => !members.iter().any(counts),
        _ => false,
    }
}

/// Whether a member makes a difference for the values, or for what readers do with them.
fn counts(member: &Member) -> bool {
    match member.keyword() {
        Some(keyword) if EXTENSIBLE_MARKS.contains(&keyword) => true,
        Some(any_annotation!() | any_definitions!()) => false,
        Some(any_identifier!() | any_applicator!() | any_assertion!() | Keyword::ContentSchema) => true,
        // Hints on names and types: `x-rust-type`, `x-enum-varnames`.
        None => member.key.starts_with("x-rust") || member.key.starts_with("x-enum"),
    }
}

fn says_same(one: &Value, other: &Value) -> bool {
    let (Some(one), Some(other)) = (one.as_object(), other.as_object()) else {
        return one == other;
    };
    let counted = |members: &JsonObject| members.iter().filter(|member| counts(member)).count();
    counted(one) == counted(other)
        && one.iter().filter(|member| counts(member)).all(|member| {
            let counterpart = other.entry(&member.key);
            counterpart.is_some_and(|counterpart| says_same_keyword(member, &counterpart.value))
        })
}

fn says_same_keyword(member: &Member, other: &Value) -> bool {
    let (one, keyword) = (&member.value, member.keyword());
    match keyword {
        Some(Keyword::Properties | Keyword::PatternProperties | Keyword::DependentSchemas | Keyword::Dependencies) => {
            let (Some(one), Some(other)) = (one.as_object(), other.as_object()) else {
                return one == other;
            };
            let same = |member: &Member| {
                other
                    .value(&member.key)
                    .is_some_and(|other| says_same(&member.value, other))
            };
            one.len() == other.len() && one.iter().all(same)
        }
        Some(Keyword::Enum | Keyword::Required | Keyword::Type) => {
            let (Some(one), Some(other)) = (one.as_array(), other.as_array()) else {
                return one == other;
            };
            one.len() == other.len() && one.iter().all(|value| other.contains(value))
        }
        Some(any_reference!() | any_bound!() | Keyword::Const) => one == other,
        Some(any_applicator!()) => match (one.as_array(), other.as_array()) {
            (Some(one), Some(other)) => {
                one.len() == other.len() && one.iter().zip(other).all(|(one, other)| says_same(one, other))
            }
            _ => says_same(one, other),
        },
        _ => one == other,
    }
}

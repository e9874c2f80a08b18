//! Schemas that may or may not apply: below `if`, `not`, alternatives that are not told apart, `contains`. They type nothing, but
//! whoever drops what they speak of changes whether they hold: a type keeps every property that a hint mentions, at any
//! depth.

use std::collections::BTreeSet;

use schemactl_model::{Keyword, SubschemaRef, Value};

use super::kinds::Kinds;
use super::view::View;
use super::{Follow, Lowerer};

/// More hints of one value are not looked into: it then keeps everything.
pub(super) const MOST_HINTS: usize = 2_000;

/// Keywords that speak of what is inside an object or an array.
const INSIDE: [Keyword; 15] = [
    Keyword::AdditionalProperties,
    Keyword::Contains,
    Keyword::Dependencies,
    Keyword::DependentRequired,
    Keyword::DependentSchemas,
    Keyword::Items,
    Keyword::MaxProperties,
    Keyword::MinProperties,
    Keyword::PatternProperties,
    Keyword::PrefixItems,
    Keyword::Properties,
    Keyword::PropertyNames,
    Keyword::Required,
    Keyword::UnevaluatedItems,
    Keyword::UnevaluatedProperties,
];

impl<'v> Lowerer<'v> {
    /// Returns what the hints of an object say of one of its properties.
    pub(super) fn hints_of_member(&self, view: &View<'v>, key: &str) -> Vec<SubschemaRef<'v>> {
        let patterns = |node: &SubschemaRef<'v>| {
            node.members(Keyword::PatternProperties)
                .into_iter()
                .map(|(_, schema)| schema)
        };
        let below = |hint: &SubschemaRef<'v>| match hint.member(Keyword::Properties, key) {
            // Patterns may mean it too.
            Some(property) => patterns(hint).chain([property]).collect(),
            None => unnamed(hint),
        };
        let mut found = self.hints_below(view, &below);
        found.extend(self.telling(view.parts.iter().flat_map(patterns)));
        found
    }

    /// Returns what the hints of an object say of the properties that it does not name.
    pub(super) fn hints_of_unnamed(&self, view: &View<'v>) -> Vec<SubschemaRef<'v>> {
        let below = |hint: &SubschemaRef<'v>| {
            let named = hint
                .members(Keyword::Properties)
                .into_iter()
                .map(|(_, property)| property);
            named.chain(unnamed(hint)).collect()
        };
        self.hints_below(view, &below)
    }

    /// Returns what the hints of an array say of its elements. What it must contain is one of some of them.
    pub(super) fn hints_of_elements(&self, view: &View<'v>) -> Vec<SubschemaRef<'v>> {
        let below = |hint: &SubschemaRef<'v>| {
            let lists = [Keyword::PrefixItems, Keyword::Items]
                .into_iter()
                .flat_map(|keyword| hint.list(keyword));
            let ones = [
                Keyword::Items,
                Keyword::Contains,
                Keyword::AdditionalItems,
                Keyword::UnevaluatedItems,
            ];
            let ones = ones.into_iter().filter_map(|keyword| hint.subschema(keyword));
            lists.chain(ones).collect()
        };
        let contained = view.parts.iter().filter_map(|part| part.subschema(Keyword::Contains));
        let mut found = self.hints_below(view, &below);
        found.extend(self.telling(contained));
        found
    }

    /// Returns every schema that may apply to an object.
    pub(super) fn hints(&self, views: &[&View<'v>]) -> Vec<SubschemaRef<'v>> {
        self.spoken(views.iter().flat_map(|view| &view.hints).cloned())
    }

    /// Returns whether a schema that may apply says something about properties without naming them, or nobody knows what it says.
    pub(super) fn mentions_unnamed(&self, hint: &SubschemaRef<'v>) -> bool {
        const KEYWORDS: [Keyword; 6] = [
            Keyword::AdditionalProperties,
            Keyword::MaxProperties,
            Keyword::MinProperties,
            Keyword::PatternProperties,
            Keyword::PropertyNames,
            Keyword::UnevaluatedProperties,
        ];
        KEYWORDS.into_iter().any(|keyword| hint.keyword(keyword).is_some())
            || lists_containers(hint)
            || matches!(self.target(hint), Follow::Nowhere)
    }

    fn hints_below(
        &self,
        view: &View<'v>,
        below: &impl Fn(&SubschemaRef<'v>) -> Vec<SubschemaRef<'v>>,
    ) -> Vec<SubschemaRef<'v>> {
        self.telling(self.spoken_of(view).iter().flat_map(below))
    }

    /// Every schema in the hints of a view that speaks of the same value. Each property of an object asks for them.
    fn spoken_of<'w>(&self, view: &'w View<'v>) -> &'w [SubschemaRef<'v>] {
        view.spoken.get_or_init(|| self.spoken(view.hints.iter().cloned()))
    }

    /// The hints that say something of what is inside, each once.
    pub(super) fn telling(&self, nodes: impl Iterator<Item = SubschemaRef<'v>>) -> Vec<SubschemaRef<'v>> {
        let mut found: Vec<SubschemaRef<'v>> = Vec::new();
        for node in nodes.filter(|node| self.speaks_of_inside(node)) {
            if !found.iter().any(|other| other.pointer == node.pointer) {
                found.push(node);
            }
        }
        found
    }

    /// Every schema in hints that speaks of the same value: the first of them, if they have no end.
    fn spoken(&self, hints: impl Iterator<Item = SubschemaRef<'v>>) -> Vec<SubschemaRef<'v>> {
        let mut seen = BTreeSet::new();
        let mut spoken: Vec<SubschemaRef<'v>> = hints.filter(|hint| seen.insert(hint.pointer.clone())).collect();
        let mut at = 0;
        while let Some(hint) = spoken.get(at).filter(|_| at < MOST_HINTS).cloned() {
            spoken.extend(
                self.beside(&hint)
                    .into_iter()
                    .filter(|inner| seen.insert(inner.pointer.clone())),
            );
            at += 1;
        }
        spoken
    }

    fn speaks_of_inside(&self, hint: &SubschemaRef<'v>) -> bool {
        let spoken = self.spoken(std::iter::once(hint.clone()));
        let speaks = |node: &SubschemaRef<'v>| {
            INSIDE.into_iter().any(|keyword| node.keyword(keyword).is_some()) || lists_containers(node)
        };
        spoken.len() > MOST_HINTS || spoken.iter().any(speaks)
    }

    /// Returns whether a hint lists whole objects or arrays: whatever is dropped inside makes another value.
    pub(super) fn lists_wholes(&self, view: &View<'v>) -> bool {
        let spoken = self.spoken_of(view);
        spoken.len() > MOST_HINTS || spoken.iter().any(lists_containers)
    }

    /// Returns whether a value may be an object or an array.
    pub(super) fn may_hold(&self, all: &[SubschemaRef<'v>]) -> bool {
        let kinds = self.kinds(all);
        kinds.meets(Kinds::OBJECT) || kinds.meets(Kinds::ARRAY)
    }

    /// The schemas in a schema that speak of the same value.
    fn beside(&self, node: &SubschemaRef<'v>) -> Vec<SubschemaRef<'v>> {
        let lists = [Keyword::AllOf, Keyword::AnyOf, Keyword::OneOf]
            .into_iter()
            .flat_map(|keyword| node.list(keyword));
        let ones = [Keyword::Not, Keyword::If, Keyword::Then, Keyword::Else];
        let ones = ones.into_iter().filter_map(|keyword| node.subschema(keyword));
        let named = [Keyword::Dependencies, Keyword::DependentSchemas].into_iter();
        let named = named
            .flat_map(|keyword| node.members(keyword))
            .map(|(_, schema)| schema);
        let target = match self.target(node) {
            Follow::Target(target) => Some(target),
            _ => None,
        };
        lists
            .chain(ones)
            .chain(named.filter(SubschemaRef::is_schema))
            .chain(target)
            .collect()
    }
}

/// What a schema says of properties that it does not name.
fn unnamed<'v>(node: &SubschemaRef<'v>) -> Vec<SubschemaRef<'v>> {
    let ones = [Keyword::AdditionalProperties, Keyword::UnevaluatedProperties];
    let ones = ones.into_iter().filter_map(|keyword| node.subschema(keyword));
    let patterns = node
        .members(Keyword::PatternProperties)
        .into_iter()
        .map(|(_, schema)| schema);
    ones.chain(patterns).collect()
}

/// Whether whole objects or arrays are listed.
fn lists_containers(node: &SubschemaRef<'_>) -> bool {
    let listed = node
        .keyword(Keyword::Enum)
        .and_then(Value::as_array)
        .unwrap_or_default();
    node.keyword(Keyword::Const).is_some_and(Value::is_composite) || listed.iter().any(Value::is_composite)
}

//! Alternatives that a required property tells apart, by being there. In: the alternatives of a union. Out: an enum that asks for one property
//! after the other. Only what the schemas prove is asked: an alternative has the property for certain, and no later one may have it.

use std::collections::BTreeSet;

use schemactl_model::{Keyword, SubschemaRef};

use super::conjunction::is_annotation;
use super::view::View;
use super::{Lowerer, Pointer};
use crate::ir::{Alternative, TypeId, TypeShape};
use crate::names::{make_unique, to_pascal};

impl<'v> Lowerer<'v> {
    /// Returns the enum of alternatives, each of which has a property that none of those after it may have. What is left over is the last
    /// variant.
    // INVARIANT: a value is read as the first alternative whose property it has. It is valid under none of those after it, since they do not allow
    // the property, and under none of those before it, since they require one that it does not have. Without both, valid values are refused.
    pub(super) fn keyed(&mut self, views: &[&View<'v>], index: TypeId) -> Option<TypeShape> {
        let mut left: Vec<&View<'v>> = views.to_vec();
        let mut found: Vec<(&'v str, Vec<&View<'v>>)> = Vec::new();
        while left.len() > 1 {
            let Some((key, with)) = telling_key(&left) else { break };
            left.retain(|view| !with.iter().any(|other| std::ptr::eq(*view, *other)));
            found.push((key, with));
        }
        if found.is_empty() {
            return None;
        }
        let name = self.types[index].name.clone();
        let mut names = BTreeSet::new();
        let mut variants = Vec::new();
        let own = |views: &[&View<'v>]| match views {
            [only] => self.branch_name(only),
            _ => None,
        };
        let wishes: Vec<String> = found
            .iter()
            .map(|(key, with)| own(with).unwrap_or_else(|| to_pascal(key)))
            .chain([own(&left)
                .or_else(|| first_key(&left))
                .unwrap_or_else(|| "Other".to_owned())])
            .collect();
        let groups = found
            .into_iter()
            .map(|(key, with)| (Some(key), with))
            .chain([(None, left)]);
        for ((key, with), wish) in groups.zip(wishes) {
            let variant = make_unique(wish, key.unwrap_or_default(), &mut names);
            let value = self.group(&with, &format!("{name}{variant}"), index, None);
            variants.push(Alternative {
                name: variant,
                when: key.map(str::to_owned).into_iter().collect(),
                value,
            });
        }
        Some(TypeShape::Keyed { variants })
    }

    /// The name of the definition that a branch refers to, if it is nothing else.
    fn branch_name(&self, view: &View<'v>) -> Option<String> {
        let origin = self.followed(view.origin.as_ref()?);
        let holder = |pointer: &Pointer| pointer.tokens().len() > 1;
        self.reserved
            .get(&origin.pointer)
            .filter(|_| holder(&origin.pointer))
            .cloned()
    }
}

/// A property that some alternatives require and all others do not allow: one that singles an alternative out, if there is one.
fn telling_key<'v, 'w>(views: &[&'w View<'v>]) -> Option<(&'v str, Vec<&'w View<'v>>)> {
    let mut seen = BTreeSet::new();
    let required = views
        .iter()
        .flat_map(|view| &view.parts)
        .flat_map(SubschemaRef::required);
    let keys: Vec<&'v str> = required.filter(|key| seen.insert(*key)).collect();
    let divided = |key: &&'v str| {
        let (with, without): (Vec<&View<'v>>, Vec<&View<'v>>) =
            views.iter().copied().partition(|view| view.requires(key));
        let is_told = !with.is_empty() && !without.is_empty() && without.iter().all(|view| view.forbids(key));
        is_told.then_some((*key, with))
    };
    let told: Vec<_> = keys.iter().filter_map(divided).collect();
    told.into_iter().min_by_key(|(_, with)| with.len())
}

/// A name for what is left over: the first property that it requires.
fn first_key(views: &[&View<'_>]) -> Option<String> {
    let [only] = views else { return None };
    let mut required = only.parts.iter().flat_map(SubschemaRef::required);
    required.next().map(to_pascal)
}

impl View<'_> {
    /// Returns whether every object of this alternative has a property.
    pub(super) fn requires(&self, key: &str) -> bool {
        self.parts.iter().any(|part| part.required().any(|name| name == key))
    }

    /// Returns whether no object of this alternative has a property.
    pub(super) fn forbids(&self, key: &str) -> bool {
        self.parts.iter().any(|part| forbids(part, key))
    }
}

fn forbids(part: &SubschemaRef<'_>, key: &str) -> bool {
    if let Some(property) = part.member(Keyword::Properties, key) {
        return property.is_false() || refuses(part, key);
    }
    let others = part.subschema(Keyword::AdditionalProperties);
    let is_closed =
        others.is_some_and(|others| others.is_false()) && part.keyword(Keyword::PatternProperties).is_none();
    is_closed || refuses(part, key)
}

/// Whether `not` asks for the property and nothing else, or for any of several of which it is one.
fn refuses(part: &SubschemaRef<'_>, key: &str) -> bool {
    part.subschema(Keyword::Not).is_some_and(|not| {
        let branches = not.list(Keyword::AnyOf);
        let says_only = |wanted: Keyword| {
            not.object().is_some_and(|members| {
                let mut members = members.iter();
                members.all(|member| member.keyword() == Some(wanted) || is_annotation(member))
            })
        };
        asks_only_for(&not, key)
            || (says_only(Keyword::AnyOf) && branches.iter().any(|branch| asks_only_for(branch, key)))
    })
}

/// Whether a schema holds for every object that has a property.
fn asks_only_for(node: &SubschemaRef<'_>, key: &str) -> bool {
    let Some(members) = node.object() else { return false };
    let is_met = members.iter().all(|member| match member.keyword() {
        Some(Keyword::Required) => node.required().all(|name| name == key),
        Some(Keyword::Type) => node.text(Keyword::Type) == Some("object"),
        Some(Keyword::Ref | Keyword::DynamicRef | Keyword::RecursiveRef) => false,
        _ => is_annotation(member),
    });
    is_met && node.required().any(|name| name == key)
}

//! Tagged unions: alternatives of which each requires another text in one property.

use std::collections::BTreeSet;

use schemactl_model::{Keyword, Kind, SubschemaRef, UnionTag, Value};

use super::conjunction::Conjunction;
use super::kinds::{Kinds, values_of};
use super::view::View;
use super::{Follow, Lowerer, text_of};
use crate::ir::{Alternative, Structure, Tag, Type, TypeId, TypeShape};
use crate::names::{make_unique, name_place, name_variant, to_pascal};
use crate::untyped::UntypedReason;

impl<'v> Lowerer<'v> {
    /// Returns the enum of alternatives that a property tells apart.
    pub(super) fn tagged(&mut self, views: &[&View<'v>], index: TypeId) -> Option<TypeShape> {
        if let Some(tag) = self.open_tag(views) {
            // What cannot be told apart is kept as it is: whoever marks a union wants unknown kinds to be read.
            return Some(
                self.open_union(views, index, &tag)
                    .unwrap_or_else(|| TypeShape::Newtype(untyped_union(views))),
            );
        }
        if views.len() < 2 || views.iter().any(|view| view.opaque) {
            return None;
        }
        self.divide(views, index)
    }

    /// Returns the enum of alternatives that a property tells apart, by its value or by being there. Those that have a value in common are one
    /// variant, which is divided by the next property.
    fn divide(&mut self, views: &[&View<'v>], index: TypeId) -> Option<TypeShape> {
        if views.len() < 2 {
            return None;
        }
        let Some((tag, groups)) = self.tag(views) else {
            return self.keyed(views, index);
        };
        let is_json = groups
            .iter()
            .flat_map(|group| &group.values)
            .any(|value| value.as_str().is_none());
        let name = self.types[index].name.clone();
        let mut names = BTreeSet::new();
        let variants = groups.into_iter().map(|group| {
            let variant = name_tag(tag, group.values[0], &mut names);
            let value = self.group(&group.views, &format!("{name}{variant}"), index, Some(tag));
            Alternative {
                name: variant,
                when: group.values.into_iter().map(|value| tag_when(value, is_json)).collect(),
                value,
            }
        });
        let variants = variants.collect();
        Some(TypeShape::Choice {
            tag: Some(Tag {
                property: tag.to_owned(),
                is_json,
                is_open: false,
            }),
            variants,
        })
    }

    /// The type of alternatives that belong together.
    pub(super) fn group(&mut self, views: &[&View<'v>], name: &str, whole: TypeId, tag: Option<&str>) -> Type {
        if let [only] = views {
            return self.alternative(only, name, whole, tag);
        }
        let place = views.first().and_then(|view| view.parts.last());
        let place = place.map(|node| text_of(&node.pointer)).unwrap_or_default();
        let name = name_place(name, &place, &mut self.names);
        let index = self.define_as(name, &Conjunction::default(), TypeShape::Struct(Structure::default()));
        if let Some(depth) = self.event_depth(whole, tag) {
            self.event_types.insert(index, depth);
        }
        let shape = self.divide(views, index);
        self.types[index].shape = shape.unwrap_or_else(|| TypeShape::Struct(self.structure(views, index)));
        Type::Named(index)
    }

    /// The tag of the open union that all alternatives are of.
    fn open_tag(&self, views: &[&View<'v>]) -> Option<UnionTag> {
        let holder = views.first()?.open_union.as_ref()?;
        let is_shared = views.iter().all(|view| {
            view.open_union
                .as_ref()
                .is_some_and(|other| other.pointer == holder.pointer)
        });
        is_shared.then(|| self.unions.tag_of(holder)).flatten()
    }

    /// The enum of the kinds that an open union lists. `None` if an alternative is more or less than a kind.
    fn open_union(&mut self, views: &[&View<'v>], index: TypeId, tag: &UnionTag) -> Option<TypeShape> {
        let values: Option<Vec<_>> = views.iter().map(|view| self.constant(view, &tag.property)).collect();
        let values = values.filter(|_| !views.iter().any(|view| view.opaque))?;
        if (1..values.len()).any(|at| values[..at].contains(&values[at])) {
            return None;
        }
        let is_json = tag.values.iter().flatten().any(|value| value.as_str().is_none());
        let name = self.types[index].name.clone();
        let mut names = BTreeSet::from(["Unknown".to_owned()]);
        let variants = views.iter().zip(values).map(|(view, value)| {
            let variant = name_tag(&tag.property, value, &mut names);
            Alternative {
                value: self.alternative(view, &format!("{name}{variant}"), index, Some(&tag.property)),
                name: variant,
                when: vec![tag_when(value, is_json)],
            }
        });
        let variants = variants.collect();
        Some(TypeShape::Choice {
            tag: Some(Tag {
                property: tag.property.clone(),
                is_json,
                is_open: true,
            }),
            variants,
        })
    }

    /// The one value that an alternative allows of a property.
    fn constant(&self, view: &View<'v>, key: &str) -> Option<&'v Value> {
        let properties = view
            .parts
            .iter()
            .filter_map(|part| part.member(Keyword::Properties, key));
        properties
            .filter_map(|property| match self.target(&property) {
                Follow::Target(target) => values_of(&target),
                _ => values_of(&property),
            })
            .find_map(|values| <[_; 1]>::try_from(values).ok().map(|[only]| only))
    }

    /// How many properties lead to a type on the way to the version. Where the version itself is the tag, each alternative says its own.
    fn event_depth(&self, whole: TypeId, tag: Option<&str>) -> Option<usize> {
        let depth = self.event_types.get(&whole).copied()?;
        let is_version = tag.is_some_and(|tag| self.rest_of_version_path(depth) == Some(&[tag.to_owned()]));
        (!is_version).then_some(depth)
    }

    fn alternative(&mut self, view: &View<'v>, name: &str, whole: TypeId, tag: Option<&str>) -> Type {
        let depth = self.event_depth(whole, tag);
        let is_event = depth.is_some();
        if let Some(origin) = view.origin.as_ref().filter(|_| !is_event)
            && self.kinds(std::slice::from_ref(origin)) == Kinds::OBJECT
        {
            let lowered = self.shape(&[origin.clone().into()], name);
            if !lowered.nullable {
                return lowered.value;
            }
        }
        // It is more than the branch, and takes none of its names.
        let described = view.origin.as_ref().or(view.parts.last());
        let place = described.map(|node| text_of(&node.pointer)).unwrap_or_default();
        let name = name_place(name, &place, &mut self.names);
        let docs = described.cloned().map_or_else(Conjunction::default, Conjunction::from);
        let index = self.define_as(name, &docs, TypeShape::Struct(Structure::default()));
        if let Some(depth) = depth {
            self.event_types.insert(index, depth);
        }
        let structure = self.structure(&[view], index);
        self.types[index].shape = TypeShape::Struct(structure);
        Type::Named(index)
    }

    /// The property whose values divide the alternatives into the most groups, the first of those.
    fn tag<'w>(&self, views: &[&'w View<'v>]) -> Option<(&'v str, Vec<TagGroup<'v, 'w>>)> {
        let first = views.first()?;
        let mut seen = BTreeSet::new();
        let properties = first.parts.iter().flat_map(|part| part.members(Keyword::Properties));
        let candidates = properties.map(|(key, _)| key).filter(|key| seen.insert(*key));
        let mut best: Option<(&'v str, Vec<TagGroup<'v, 'w>>)> = None;
        for key in candidates {
            let Some(groups) = self.tag_groups(views, key) else {
                continue;
            };
            let most = best.as_ref().map_or(1, |(_, best)| best.len());
            if groups.len() > most {
                best = Some((key, groups));
            }
        }
        best
    }

    /// The alternatives in groups, of which no two have a value of a property in common.
    fn tag_groups<'w>(&self, views: &[&'w View<'v>], key: &str) -> Option<Vec<TagGroup<'v, 'w>>> {
        let mut groups: Vec<TagGroup<'v, 'w>> = Vec::new();
        for view in views {
            let values = self.tag_values(view, key)?;
            let mut joined = TagGroup {
                values,
                views: vec![view],
            };
            // What was apart so far may have something in common with this one.
            let mut at = None;
            let mut kept = Vec::new();
            for group in groups {
                if group.values.iter().any(|value| joined.values.contains(value)) {
                    at.get_or_insert(kept.len());
                    joined = group.joined(joined);
                } else {
                    kept.push(group);
                }
            }
            kept.insert(at.unwrap_or(kept.len()), joined);
            groups = kept;
        }
        Some(groups)
    }

    /// The values that an alternative requires of a property, if they can be tags.
    pub(super) fn tag_values(&self, view: &View<'v>, key: &str) -> Option<Vec<&'v Value>> {
        if !view.requires(key) {
            return None;
        }
        let mut lists = view
            .parts
            .iter()
            .filter_map(|part| self.listed_values(&part.member(Keyword::Properties, key)?));
        let mut values = lists.next()?;
        lists.for_each(|list| values.retain(|value| list.contains(value)));
        if let Some(pinned) = view.pinned.as_ref().filter(|pinned| pinned.key == key) {
            values.retain(|value| pinned.values.contains(value));
        }
        let is_tag = |value: &&Value| match &value.kind {
            Kind::String(_) | Kind::Bool(_) => true,
            Kind::Number(number) => number.is_integer(),
            Kind::Null | Kind::Array(_) | Kind::Object(_) => false,
        };
        (!values.is_empty() && values.iter().all(is_tag)).then_some(values)
    }

    fn listed_values(&self, property: &SubschemaRef<'v>) -> Option<Vec<&'v Value>> {
        let node = self.followed(property);
        let node = match self.target(&node) {
            Follow::Target(target) => target,
            _ => node,
        };
        if schemactl_model::is_extensible(node.value) {
            return None;
        }
        values_of(&node)
    }
}

/// Alternatives that have values of a property in common.
struct TagGroup<'v, 'w> {
    values: Vec<&'v Value>,
    views: Vec<&'w View<'v>>,
}

impl TagGroup<'_, '_> {
    fn joined(mut self, other: Self) -> Self {
        let more: Vec<_> = other
            .values
            .into_iter()
            .filter(|value| !self.values.contains(value))
            .collect();
        self.values.extend(more);
        self.views.extend(other.views);
        self
    }
}

/// What a variant for a value of a tag is called.
fn name_tag(tag: &str, value: &Value, names: &mut BTreeSet<String>) -> String {
    match value.as_str() {
        Some(text) => name_variant(text, names),
        None => make_unique(
            to_pascal(&format!("{tag} {}", tag_text(value))),
            &tag_text(value),
            names,
        ),
    }
}

fn tag_text(value: &Value) -> String {
    match &value.kind {
        Kind::String(text) => text.clone(),
        Kind::Number(number) => number.canonical(),
        _ => value.to_json(),
    }
}

/// A value of a tag as the runtime compares it.
fn tag_when(value: &Value, is_json: bool) -> String {
    if is_json && value.as_str().is_some() {
        value.to_json()
    } else {
        tag_text(value)
    }
}

/// The type of an open union whose kinds are not told apart.
fn untyped_union(views: &[&View<'_>]) -> Type {
    let holder = views.first().and_then(|view| view.open_union.as_ref());
    Type::untyped(UntypedReason::OpenUnion, holder)
}

//! Tagged unions: alternatives of which each requires another text in one property.

use std::collections::BTreeSet;

use schemactl_model::{Keyword, Kind, SubschemaRef, UnionTag, Value};

use super::conjunction::Conjunction;
use super::kinds::{Kinds, values_of};
use super::view::View;
use super::{Follow, Lowerer, text_of};
use crate::ir::{Alternative, Structure, Tag, Type, TypeId, TypeShape};
use crate::names::{make_unique, name_place, name_variant, to_pascal};

impl<'v> Lowerer<'v> {
    /// Returns the enum of alternatives that a property tells apart.
    pub(super) fn tagged(&mut self, views: &[&View<'v>], index: TypeId) -> Option<TypeShape> {
        if let Some(tag) = self.open_tag(views) {
            // What cannot be told apart is kept as it is: whoever marks a union wants unknown kinds to be read.
            return Some(
                self.open_union(views, index, &tag)
                    .unwrap_or(TypeShape::Newtype(Type::Json)),
            );
        }
        if views.len() < 2 || views.iter().any(|view| view.opaque) {
            return None;
        }
        let (tag, texts) = self.tag(views)?;
        let name = self.types[index].name.clone();
        let mut names = BTreeSet::new();
        let variants = views.iter().zip(texts).map(|(view, texts)| {
            let variant = name_variant(&texts[0], &mut names);
            let value = self.alternative(view, &format!("{name}{variant}"), index, tag);
            Alternative {
                name: variant,
                when: texts,
                value,
            }
        });
        let variants = variants.collect();
        Some(TypeShape::Choice {
            tag: Some(Tag {
                property: tag.to_owned(),
                is_json: false,
                is_open: false,
            }),
            variants,
        })
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
            let text = match &value.kind {
                Kind::String(text) => text.clone(),
                Kind::Number(number) => number.canonical(),
                _ => value.to_json(),
            };
            let wish = match value.as_str() {
                Some(text) => to_pascal(text),
                None => to_pascal(&format!("{} {text}", tag.property)),
            };
            let variant = make_unique(wish, &text, &mut names);
            Alternative {
                value: self.alternative(view, &format!("{name}{variant}"), index, &tag.property),
                name: variant,
                when: vec![if is_json && value.as_str().is_some() {
                    value.to_json()
                } else {
                    text
                }],
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

    fn alternative(&mut self, view: &View<'v>, name: &str, whole: TypeId, tag: &str) -> Type {
        // Where the version itself is the tag, each alternative says its own.
        let depth = self.event_types.get(&whole).copied();
        let depth = depth.filter(|depth| self.rest_of_version_path(*depth) != Some(&[tag.to_owned()]));
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

    /// The property, and its texts in each alternative.
    fn tag(&self, views: &[&View<'v>]) -> Option<(&'v str, Vec<Vec<String>>)> {
        let first = views.first()?;
        let candidates = first
            .parts
            .iter()
            .flat_map(|part| part.members(Keyword::Properties))
            .map(|(key, _)| key);
        candidates.into_iter().find_map(|key| {
            let texts: Option<Vec<_>> = views.iter().map(|view| self.texts(view, key)).collect();
            let texts = texts?;
            let mut seen = BTreeSet::new();
            let distinct = texts.iter().flatten().all(|text| seen.insert(text.clone()));
            distinct.then_some((key, texts))
        })
    }

    /// The texts that an alternative requires of a property.
    fn texts(&self, view: &View<'v>, key: &str) -> Option<Vec<String>> {
        if !view.parts.iter().any(|part| part.required().any(|name| name == key)) {
            return None;
        }
        let mut found = view
            .parts
            .iter()
            .filter_map(|part| self.listed_texts(&part.member(Keyword::Properties, key)?));
        let texts = found.next()?;
        (found.next().is_none() && !texts.is_empty()).then_some(texts)
    }

    fn listed_texts(&self, property: &SubschemaRef<'v>) -> Option<Vec<String>> {
        let node = match self.target(property) {
            Follow::Target(target) => target,
            _ => property.clone(),
        };
        if schemactl_model::is_extensible(node.value) {
            return None;
        }
        values_of(&node)?
            .into_iter()
            .map(|value| value.as_str().map(str::to_owned))
            .collect()
    }
}

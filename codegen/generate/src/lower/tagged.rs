//! Tagged unions: alternatives of which each requires another text in one property.

use std::collections::BTreeSet;

use super::kinds::{Kinds, values_of};
use super::node::Node;
use super::view::View;
use super::{Follow, Lowerer, text_of};
use crate::ir::{Alternative, Shape, Structure, Type};
use crate::names::{pascal, unique};

impl<'v> Lowerer<'v> {
    /// The enum of alternatives that a property tells apart.
    pub(super) fn tagged(&mut self, views: &[&View<'v>], index: usize) -> Option<Shape> {
        if views.len() < 2 || views.iter().any(|view| view.opaque) {
            return None;
        }
        let (tag, texts) = self.tag(views)?;
        let name = self.types[index].name.clone();
        let mut names = BTreeSet::new();
        let variants = views.iter().zip(texts).map(|(view, texts)| {
            let variant = unique(pascal(&texts[0]), &texts[0], &mut names);
            let value = self.alternative(view, &format!("{name}{variant}"), index, tag);
            Alternative {
                name: variant,
                when: texts,
                value,
            }
        });
        let variants = variants.collect();
        Some(Shape::Choice {
            tag: Some(tag.to_owned()),
            variants,
        })
    }

    fn alternative(&mut self, view: &View<'v>, name: &str, whole: usize, tag: &str) -> Type {
        // Where the version itself is the tag, each alternative says its own.
        let is_event = self.event_types.contains(&whole) && self.version_field.as_deref() != Some(tag);
        if let Some(origin) = view.origin.as_ref().filter(|_| !is_event)
            && self.kinds(std::slice::from_ref(origin)) == Kinds::OBJECT
        {
            let lowered = self.shape(&[vec![origin.clone()]], name);
            if !lowered.nullable {
                return lowered.value;
            }
        }
        // It is more than the branch, and takes none of its names.
        let described = view.origin.as_ref().or(view.parts.last());
        let place = described.map(|node| text_of(&node.pointer)).unwrap_or_default();
        let name = unique(pascal(name), &place, &mut self.names);
        let docs: Vec<_> = described.into_iter().cloned().collect();
        let index = self.define_as(name, &docs, Shape::Struct(Structure::default()));
        if is_event {
            self.event_types.insert(index);
        }
        let structure = self.structure(&[view], index);
        self.types[index].shape = Shape::Struct(structure);
        Type::Named(index)
    }

    /// The property, and its texts in each alternative.
    fn tag(&self, views: &[&View<'v>]) -> Option<(&'v str, Vec<Vec<String>>)> {
        let first = views.first()?;
        let candidates = first
            .parts
            .iter()
            .flat_map(|part| part.members("properties"))
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
            .filter_map(|part| self.listed_texts(&part.member("properties", key)?));
        let texts = found.next()?;
        (found.next().is_none() && !texts.is_empty()).then_some(texts)
    }

    fn listed_texts(&self, property: &Node<'v>) -> Option<Vec<String>> {
        let node = match self.target(property) {
            Follow::Target(target) => target,
            _ => property.clone(),
        };
        if node.is_true("x-extensible-enum") {
            return None;
        }
        values_of(&node)?
            .into_iter()
            .map(|value| value.as_str().map(str::to_owned))
            .collect()
    }
}

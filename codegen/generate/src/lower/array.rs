//! Arrays: a list where the elements are alike, a tuple where their number and types are fixed.

use schemactl_model::{Keyword, Kind, SubschemaRef, Value};

use super::conjunction::Conjunction;
use super::view::View;
use super::{Lowerer, scalar};
use crate::ir::Type;
use crate::names::name_element;

/// Longer tuples are lists.
const LONGEST_TUPLE: usize = 8;

impl<'v> Lowerer<'v> {
    pub(super) fn array(&mut self, views: &[&View<'v>], name: &str) -> Type {
        if let [view] = views
            && let Some(tuple) = self.tuple(view, name)
        {
            return tuple;
        }
        let mut alternatives: Vec<Conjunction<'v>> = Vec::new();
        for view in views {
            let elements: Vec<SubschemaRef<'v>> = view.parts.iter().filter_map(elements).flatten().collect();
            let are_whole = || self.lists_wholes(view) && self.may_hold(&elements);
            if elements.is_empty() || is_listed(view) || are_whole() {
                return Type::List(Box::new(Type::Json));
            }
            alternatives.push(Conjunction {
                hints: self.hints_of_elements(view),
                certain: elements,
            });
        }
        let uneven = views
            .iter()
            .flat_map(|view| &view.parts)
            .any(|part| prefix(part).is_some());
        if uneven {
            return Type::List(Box::new(Type::Json));
        }
        let value = self.shape(&alternatives, &name_element(name));
        Type::List(Box::new(value.whole()))
    }

    /// Elements that each have a schema, when all of them have to be there and nothing else may.
    fn tuple(&mut self, view: &View<'v>, name: &str) -> Option<Type> {
        let part = view.parts.iter().find(|part| prefix(part).is_some())?;
        let (elements, rest) = prefix(part)?;
        let bound = |keyword| {
            let bounds = view
                .parts
                .iter()
                .filter_map(|part| scalar::read_count(part.keyword(keyword)?));
            bounds.collect::<Vec<_>>()
        };
        let length = elements.len();
        let all = bound(Keyword::MinItems).into_iter().max().unwrap_or(0) >= length;
        let ends = part.keyword(rest).is_some_and(|rest| rest.kind == Kind::Bool(false))
            || bound(Keyword::MaxItems)
                .into_iter()
                .min()
                .is_some_and(|most| most <= length);
        let others = view
            .parts
            .iter()
            .filter(|other| prefix(other).is_some() || other.keyword(Keyword::Items).is_some())
            .count();
        let hinted = !self.hints_of_elements(view).is_empty() || self.lists_wholes(view);
        if !all || !ends || hinted || others > 1 || !(1..=LONGEST_TUPLE).contains(&length) || is_listed(view) {
            return None;
        }
        let elements = elements.into_iter().enumerate().map(|(index, element)| {
            let value = self.shape(&[element.into()], &format!("{name}{}", index + 1));
            value.whole()
        });
        Some(Type::Tuple(elements.collect()))
    }
}

/// The schemas of the first elements, and the keyword for the others.
fn prefix<'v>(part: &SubschemaRef<'v>) -> Option<(Vec<SubschemaRef<'v>>, Keyword)> {
    if part
        .keyword(Keyword::PrefixItems)
        .is_some_and(|items| items.as_array().is_some())
    {
        return Some((part.list(Keyword::PrefixItems), Keyword::Items));
    }
    let is_list = part
        .keyword(Keyword::Items)
        .is_some_and(|items| items.as_array().is_some());
    is_list.then(|| (part.list(Keyword::Items), Keyword::AdditionalItems))
}

/// The schema of every element.
fn elements<'v>(part: &SubschemaRef<'v>) -> Option<Vec<SubschemaRef<'v>>> {
    match part.subschema(Keyword::Items) {
        Some(items) if prefix(part).is_none() => Some(vec![items]),
        _ => None,
    }
}

/// Whether whole arrays are listed.
fn is_listed(view: &View<'_>) -> bool {
    view.parts.iter().any(|part| {
        part.keyword(Keyword::Enum)
            .or(part.keyword(Keyword::Const))
            .is_some_and(holds_array)
    })
}

fn holds_array(values: &Value) -> bool {
    values.as_array().is_some()
}

//! Arrays: a list where the elements are alike, a tuple where their number and types are fixed.

use schemactl_model::{Keyword, Kind, SubschemaRef, Value};

use super::conjunction::Conjunction;
use super::view::View;
use super::{Lowerer, scalar};
use crate::ir::Type;
use crate::names::name_element;
use crate::untyped::UntypedReason;

/// Longer tuples are lists: the standard library compares and prints no longer ones.
const LONGEST_TUPLE: usize = 12;

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
            let is_tuple = view.parts.iter().any(|part| prefix(part).is_some());
            if let Some(each) = self.elements_of_tuple(view).filter(|_| elements.is_empty()) {
                alternatives.extend(each);
                continue;
            }
            if is_tuple {
                return list_of_any(UntypedReason::OpenTuple, view.parts.last());
            }
            let are_whole = || self.lists_wholes(view) && self.may_hold(&elements);
            let part = view.parts.last();
            if is_listed(view) || (!elements.is_empty() && are_whole()) {
                return list_of_any(UntypedReason::ListedWholes, part);
            }
            if elements.is_empty() {
                return list_of_any(why_any_element(views), part);
            }
            alternatives.push(Conjunction {
                hints: self.hints_of_elements(view),
                certain: elements,
            });
        }
        let value = self.shape(&alternatives, &name_element(name));
        Type::List(Box::new(value.whole()))
    }

    /// What each element of a tuple may be that is no tuple in Rust, if nothing is left open.
    fn elements_of_tuple(&self, view: &View<'v>) -> Option<Vec<Conjunction<'v>>> {
        let tuples = view.parts.iter().filter_map(|part| Some((part, prefix(part)?)));
        let (part, (mut elements, rest)) = <[_; 1]>::try_from(tuples.collect::<Vec<_>>()).ok().map(|[only]| only)?;
        let most = view
            .parts
            .iter()
            .filter_map(|part| scalar::read_count(part.keyword(Keyword::MaxItems)?));
        let ends = most.min().is_some_and(|most| most <= elements.len());
        match part.subschema(rest) {
            Some(rest) if !rest.is_false() => elements.push(rest),
            Some(_) => {}
            None if ends => {}
            None => return None,
        }
        let is_open = is_listed(view) || self.lists_wholes(view) || !self.hints_of_elements(view).is_empty();
        let are_described = elements.iter().all(|element| element.object().is_some());
        (!is_open && are_described).then(|| elements.into_iter().map(Conjunction::from).collect())
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

fn list_of_any(reason: UntypedReason, node: Option<&SubschemaRef<'_>>) -> Type {
    Type::List(Box::new(Type::untyped(reason, node)))
}

/// Why nothing is known of the elements of an alternative that describes none for certain.
fn why_any_element(views: &[&View<'_>]) -> UntypedReason {
    let parts = || views.iter().flat_map(|view| &view.parts);
    if parts().any(|part| prefix(part).is_some()) {
        UntypedReason::OpenTuple
    } else if views.iter().any(|view| view.opaque) {
        UntypedReason::UnknownReference
    } else if parts().any(|part| elements(part).is_some()) {
        UntypedReason::OpenAlternative
    } else if views.iter().any(|view| view.is_folded) {
        UntypedReason::Alternatives
    } else if parts().any(|part| part.keyword(Keyword::Contains).is_some()) {
        UntypedReason::Conditional
    } else {
        UntypedReason::UndescribedElements
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

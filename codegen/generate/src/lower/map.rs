//! The values of properties that a schema does not name. In: the alternatives of an object. Out: a map, or the type of what is beside the
//! named properties, where `additionalProperties` and `patternProperties` leave nothing open.

use schemactl_model::{Keyword, SubschemaRef};

use super::Lowerer;
use super::conjunction::Conjunction;
use super::view::View;
use crate::ir::Type;
use crate::settings::UnknownFields;
use crate::untyped::UntypedReason;

/// Patterns that every name matches, whatever else a regular expression can say.
const MATCHES_ALL: [&str; 7] = ["", ".*", "^.*", ".*$", "^.*$", "^", "^[\\s\\S]*$"];

/// Patterns that every name matches but the empty one.
const MATCHES_NAMES: [&str; 5] = [".", ".+", "^.+", ".+$", "^.+$"];

impl<'v> Lowerer<'v> {
    /// An object whose properties have no names that the schema knows.
    pub(super) fn map(&mut self, views: &[&View<'v>], name: &str) -> Type {
        let values = views.iter().map(|view| self.unnamed_values(view));
        let value = match values.collect::<Result<Vec<_>, _>>() {
            Ok(values) => {
                let value = self.shape(&values.concat(), &format!("{name}Value"));
                value.whole()
            }
            Err(reason) => {
                let reason = if views.len() > 1 {
                    UntypedReason::Alternatives
                } else {
                    reason
                };
                Type::untyped(reason, views.first().and_then(|view| view.parts.last()))
            }
        };
        Type::Map(Box::new(value))
    }

    /// Returns what describes the values of properties without a name, as alternatives: of each, everything that applies. An error is why
    /// they can be anything.
    // INVARIANT: a name that a schema does not list matches one of its patterns, or else is additional. Only a schema that has something to say
    // in each of these cases types them; otherwise a valid value is refused.
    pub(super) fn unnamed_values(&self, view: &View<'v>) -> Result<Vec<Conjunction<'v>>, UntypedReason> {
        if !self.hints_of_unnamed(view).is_empty() {
            return Err(UntypedReason::Conditional);
        }
        let is_closed = self.settings.unknown_fields == UnknownFields::Refuse;
        let described = view.parts.iter().map(|part| (part, describe_unnamed(part, is_closed)));
        let (describing, others): (Vec<_>, Vec<_>) = described.partition(|(_, values)| values.is_some());
        let mut certain = Conjunction::default();
        certain
            .hints
            .extend(others.into_iter().flat_map(|(part, _)| all_unnamed(part)));
        let mut several: Option<Vec<Conjunction<'v>>> = None;
        for (part, values) in describing {
            let mut values = values.unwrap_or_default();
            match (values.len(), &several) {
                (1, _) => certain.add(values.swap_remove(0)),
                // The alternatives of one schema are enough: they hold for every name.
                (_, Some(_)) => certain.hints.extend(all_unnamed(part)),
                (_, None) => several = Some(values),
            }
        }
        certain.hints = self.telling(certain.hints.into_iter());
        if let Some(mut values) = several {
            for value in &mut values {
                value.add(certain.clone());
            }
            return Ok(values);
        }
        if !certain.certain.is_empty() {
            return Ok(vec![certain]);
        }
        Err(why_any_member(view))
    }
}

/// Every schema for properties that a schema does not name.
fn all_unnamed<'v>(part: &SubschemaRef<'v>) -> Vec<SubschemaRef<'v>> {
    let patterns = part.members(Keyword::PatternProperties);
    let patterns = patterns.into_iter().map(|(_, values)| values);
    patterns.chain(part.subschema(Keyword::AdditionalProperties)).collect()
}

/// What each property that a schema does not name has, as alternatives; `None` if it may be anything, or if there is none. A name may match several
/// patterns, and is additional only if it matches none.
// INVARIANT: readers that do not refuse unknown properties read, under a name that matches no pattern, whatever a later version declares there:
// `check` takes that for compatible, and without an engine for patterns no name is known to match one.
fn describe_unnamed<'v>(part: &SubschemaRef<'v>, is_closed: bool) -> Option<Vec<Conjunction<'v>>> {
    let patterns = part.members(Keyword::PatternProperties);
    let matching = |at: usize| {
        let others = patterns.iter().enumerate().filter(|(other, _)| *other != at);
        Conjunction {
            certain: vec![patterns[at].1.clone()],
            hints: others.map(|(_, (_, values))| values.clone()).collect(),
        }
    };
    let for_all = patterns.iter().position(|(pattern, _)| MATCHES_ALL.contains(pattern));
    if let Some(at) = for_all.filter(|at| patterns[*at].1.object().is_some()) {
        return Some(vec![matching(at)]);
    }
    let others = part.subschema(Keyword::AdditionalProperties)?;
    let has_names_left = !patterns.iter().any(|(pattern, _)| MATCHES_NAMES.contains(pattern));
    if others.is_false() && has_names_left && !is_closed {
        return None;
    }
    let others = (!others.is_false()).then_some(others).map(Conjunction::from);
    let values: Vec<Conjunction<'v>> = (0..patterns.len()).map(matching).chain(others).collect();
    let is_described = |value: &SubschemaRef<'_>| value.object().is_some() || value.is_false();
    let are_described = values.iter().flat_map(|value| &value.certain).all(is_described);
    (!values.is_empty() && are_described).then_some(values)
}

/// Why nothing is known of the values of an object without properties.
fn why_any_member(view: &View<'_>) -> UntypedReason {
    let has = |keyword| view.parts.iter().any(|part| part.keyword(keyword).is_some());
    if has(Keyword::PatternProperties) {
        UntypedReason::Patterns
    } else if view.opaque {
        UntypedReason::UnknownReference
    } else if view.is_folded {
        UntypedReason::Alternatives
    } else if view.hints.is_empty() {
        UntypedReason::UndescribedProperties
    } else {
        UntypedReason::Conditional
    }
}

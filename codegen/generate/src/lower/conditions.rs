//! `if`, `then` and `else` that ask for the value of one property, which is always there. In: an alternative. Out: an alternative for
//! each group of values that meet the same conditions; what does not apply to them is none of it.

use schemactl_model::{Keyword, SubschemaRef, Value};

use super::Lowerer;
use super::conjunction::is_annotation;
use super::kinds::{Kinds, values_of};
use super::view::{PinnedTag, View, add_hints};

/// Each alternative repeats the properties that all have: more than so many in sum are not repeated.
const MOST_REPEATED: usize = 200;

/// A condition on the value of one property.
struct TagCondition<'v> {
    key: &'v str,
    values: Vec<&'v Value>,
    holder: SubschemaRef<'v>,
}

impl<'v> Lowerer<'v> {
    /// Returns the alternatives that the conditions of an alternative make of it, each with the branches that apply; `None` if they
    /// do not ask for a property that is required and whose values are listed. Conditions on anything else become hints.
    pub(super) fn split_by_conditions(&self, view: &mut View<'v>) -> Option<Vec<View<'v>>> {
        let holders = std::mem::take(&mut view.conditions);
        let conditions: Vec<TagCondition<'v>> = holders.iter().filter_map(tag_condition).collect();
        let found = conditions.iter().find_map(|condition| {
            let values = self.tag_values(view, condition.key)?;
            Some((condition.key, values))
        });
        let (key, values) = found.filter(|_| view.kinds() == Kinds::OBJECT)?;
        let (on_key, others): (Vec<_>, Vec<_>) = holders.iter().partition(|holder| {
            let mut own = conditions.iter().filter(|condition| condition.key == key);
            own.any(|condition| condition.holder.pointer == holder.pointer)
        });
        for holder in others {
            add_hints(holder, view);
        }
        let on_key: Vec<&TagCondition<'v>> = conditions
            .iter()
            .filter(|condition| on_key.iter().any(|holder| holder.pointer == condition.holder.pointer))
            .collect();
        if !on_key.iter().any(|condition| self.describes_more(condition, view)) {
            return None;
        }
        let mut groups: Vec<(Vec<bool>, Vec<&'v Value>)> = Vec::new();
        for value in values {
            let met: Vec<bool> = on_key
                .iter()
                .map(|condition| condition.values.contains(&value))
                .collect();
            match groups.iter_mut().find(|(other, _)| *other == met) {
                Some((_, values)) => values.push(value),
                None => groups.push((met, vec![value])),
            }
        }
        let named = view.parts.iter().map(|part| part.entries(Keyword::Properties).count());
        if groups.len() < 2 || groups.len() * named.sum::<usize>() > MOST_REPEATED {
            return None;
        }
        let alternatives = groups.into_iter().map(|(met, values)| {
            let mut alternative = view.clone();
            alternative.origin = None;
            alternative.pinned = Some(PinnedTag { key, values });
            for (condition, is_met) in on_key.iter().zip(met) {
                self.apply(condition, is_met, &mut alternative);
            }
            alternative
        });
        Some(alternatives.collect())
    }

    /// Whether a branch describes a property that nothing else describes: else the alternatives would only repeat what is known.
    fn describes_more(&self, condition: &TagCondition<'v>, view: &View<'v>) -> bool {
        let mut described = View::default();
        for branch in [Keyword::Then, Keyword::Else] {
            if let Some(branch) = condition.holder.subschema(branch) {
                self.collect(&branch, &mut described, 0);
            }
        }
        let mut properties = described
            .parts
            .iter()
            .flat_map(|part| part.entries(Keyword::Properties));
        properties.any(|property| {
            let mut parts = view.parts.iter();
            !parts.any(|part| part.member(Keyword::Properties, &property.key).is_some())
        })
    }

    fn apply(&self, condition: &TagCondition<'v>, is_met: bool, view: &mut View<'v>) {
        let applies: &[Keyword] = if is_met {
            &[Keyword::If, Keyword::Then]
        } else {
            &[Keyword::Else]
        };
        let branches = applies
            .iter()
            .filter_map(|keyword| condition.holder.subschema(*keyword));
        for branch in branches {
            self.collect(&branch, view, 0);
        }
    }
}

/// Reads `if` as a condition on one property.
fn tag_condition<'v>(holder: &SubschemaRef<'v>) -> Option<TagCondition<'v>> {
    let condition = holder.subschema(Keyword::If)?;
    let [(key, property)] = <[_; 1]>::try_from(condition.members(Keyword::Properties)).ok()?;
    let is_simple = condition.object()?.iter().all(|member| match member.keyword() {
        Some(Keyword::Properties) => true,
        Some(Keyword::Required) => condition.required().all(|name| name == key),
        Some(Keyword::Type) => condition.text(Keyword::Type) == Some("object"),
        _ => is_annotation(member),
    });
    let is_listed = property.object()?.iter().all(|member| match member.keyword() {
        Some(Keyword::Const | Keyword::Enum) => true,
        Some(Keyword::Type) => property.text(Keyword::Type) == Some("string"),
        _ => is_annotation(member),
    });
    let refers = condition
        .keyword(Keyword::Ref)
        .or(property.keyword(Keyword::Ref))
        .is_some();
    let values = values_of(&property).filter(|_| is_simple && is_listed && !refers)?;
    // Beside `type`, only texts are met.
    let is_text = property.text(Keyword::Type).is_some();
    Some(TagCondition {
        key,
        values: values
            .into_iter()
            .filter(|value| !is_text || value.as_str().is_some())
            .collect(),
        holder: holder.clone(),
    })
}

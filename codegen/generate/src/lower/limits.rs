//! The limits of a value: what its schemas assert beside its type.

use schemactl_model::{Keyword, Kind, SubschemaRef};

use super::Lowerer;
use super::conjunction::Conjunction;
use super::kinds::values_of;
use super::view::View;
use crate::ir::{KeywordLimit, LimitedAlternative, ListedValue, ValueLimits};

/// The keywords that limit values of a type in Rust.
const LIMITING: [Keyword; 20] = [
    Keyword::MaxLength,
    Keyword::MinLength,
    Keyword::Pattern,
    Keyword::Maximum,
    Keyword::Minimum,
    Keyword::ExclusiveMaximum,
    Keyword::ExclusiveMinimum,
    Keyword::MultipleOf,
    Keyword::MaxItems,
    Keyword::MinItems,
    Keyword::UniqueItems,
    Keyword::Contains,
    Keyword::MinContains,
    Keyword::MaxContains,
    Keyword::MaxProperties,
    Keyword::MinProperties,
    Keyword::PropertyNames,
    Keyword::PatternProperties,
    Keyword::Not,
    Keyword::If,
];

/// Lists of lists and maps of maps are looked into so far.
const DEEPEST: usize = 4;

impl<'v> Lowerer<'v> {
    /// Returns the limits of a value that schemas describe: those that apply for certain.
    pub(super) fn limits(&self, described: &[Conjunction<'v>]) -> ValueLimits {
        self.limits_at(described, 0)
    }

    fn limits_at(&self, described: &[Conjunction<'v>], depth: usize) -> ValueLimits {
        let views = described.iter().flat_map(|all| self.views(all));
        let alternatives = views.map(|view| self.limits_of_view(&view, depth)).collect();
        ValueLimits { alternatives }
    }

    fn limits_of_view(&self, view: &View<'v>, depth: usize) -> LimitedAlternative {
        let mut alternative = LimitedAlternative {
            kinds: view.kinds().names(),
            ..LimitedAlternative::default()
        };
        for part in &view.parts {
            for keyword in LIMITING {
                if let Some(value) = part.keyword(keyword).filter(|_| !is_idle(part, keyword)) {
                    alternative.keywords.push((keyword, KeywordLimit::of(value)));
                }
            }
            if let Some(values) = values_of(part) {
                let values = values.into_iter().map(ListedValue::of).collect();
                alternative.listed.get_or_insert(values);
            }
            for keyword in [Keyword::Items, Keyword::AdditionalProperties] {
                let inside = part.subschema(keyword).filter(|_| depth < DEEPEST);
                if let Some(inside) = inside {
                    let limits = self.limits_at(&[Conjunction::from(inside)], depth + 1);
                    alternative.inside.push((keyword, limits));
                }
            }
        }
        alternative
    }
}

/// Whether a keyword refuses nothing.
fn is_idle(part: &SubschemaRef<'_>, keyword: Keyword) -> bool {
    let value = part.keyword(keyword).map(|value| &value.kind);
    match (keyword, value) {
        (Keyword::MinLength | Keyword::MinItems | Keyword::MinProperties, Some(Kind::Number(number))) => {
            number.canonical() == "0"
        }
        (Keyword::PropertyNames, Some(Kind::Bool(is_on))) => *is_on,
        (Keyword::UniqueItems | Keyword::Not, Some(Kind::Bool(is_on))) => !*is_on,
        _ => false,
    }
}

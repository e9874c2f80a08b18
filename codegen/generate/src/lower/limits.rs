//! The limits of a value: what its schemas assert beside its type.

use schemactl_model::{JsonObject, Keyword, Kind, SubschemaRef, Value};

use super::Lowerer;
use super::conjunction::{Conjunction, is_annotation};
use super::kinds::{Kinds, values_of};
use super::object::is_closed;
use super::view::View;
use crate::ir::{KeywordLimit, LimitedAlternative, ListedValue, ValueLimits};

/// The keywords that limit values of a type in Rust.
const LIMITING: [Keyword; 25] = [
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
    Keyword::Then,
    Keyword::Else,
    Keyword::Dependencies,
    Keyword::DependentRequired,
    Keyword::DependentSchemas,
];

/// The keywords that limit the properties which a schema does not name, where these have no type.
const UNNAMED: [Keyword; 3] = [
    Keyword::AdditionalProperties,
    Keyword::PatternProperties,
    Keyword::UnevaluatedProperties,
];

/// The keywords whose meaning is in the JSON types, the values and the alternatives of limits.
const OF_TYPES: [Keyword; 7] = [
    Keyword::Type,
    Keyword::Nullable,
    Keyword::Const,
    Keyword::Enum,
    Keyword::AllOf,
    Keyword::AnyOf,
    Keyword::OneOf,
];

/// Lists of lists and maps of maps are looked into so far.
const DEEPEST: usize = 4;

impl<'v> Lowerer<'v> {
    /// Returns the limits of a value that schemas describe: those that apply for certain.
    pub(super) fn limits(&self, described: &[Conjunction<'v>]) -> ValueLimits {
        self.limits_at(described, 0)
    }

    fn limits_at(&self, described: &[Conjunction<'v>], depth: usize) -> ValueLimits {
        let views: Vec<_> = described.iter().flat_map(|all| self.views(all)).collect();
        let mut limits = ValueLimits {
            alternatives: views.iter().map(|view| self.limits_of_view(view, depth)).collect(),
        };
        let overlapping = limits.list_overlaps();
        for (at, alternative) in limits
            .alternatives
            .iter_mut()
            .enumerate()
            .filter(|(at, _)| overlapping.contains(at))
        {
            let parts = views[at].parts.iter();
            let one_of = parts.filter_map(|part| part.keyword(Keyword::OneOf));
            // Of what several branches accept `oneOf` accepts nothing.
            alternative
                .keywords
                .extend(one_of.map(|value| (Keyword::OneOf, self.limit_of(value))));
        }
        limits
    }

    fn limits_of_view(&self, view: &View<'v>, depth: usize) -> LimitedAlternative {
        let mut alternative = LimitedAlternative {
            kinds: view.kinds().names(),
            ..LimitedAlternative::default()
        };
        for part in &view.parts {
            for keyword in LIMITING {
                if let Some(value) = part.keyword(keyword).filter(|_| !is_idle(part, keyword)) {
                    alternative.keywords.push((keyword, self.limit_of(value)));
                }
            }
            for keyword in [Keyword::AnyOf, Keyword::OneOf] {
                if let Some(value) = part.keyword(keyword).filter(|_| is_untold(part, keyword, view)) {
                    alternative.keywords.push((keyword, self.limit_of(value)));
                }
            }
            alternative.asserted.extend(self.list_asserted(part));
            if let Some(values) = values_of(part) {
                alternative.add_listed(values.into_iter().map(ListedValue::of).collect());
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

impl<'v> Lowerer<'v> {
    /// Returns the limits of the properties that an object does not name; of their names, too.
    pub(super) fn limits_of_unnamed(&self, views: &[&View<'v>]) -> ValueLimits {
        let open = || views.iter().filter(|view| !is_closed(view));
        let typed: Result<Vec<_>, _> = open().map(|view| self.unnamed_values(view)).collect();
        let mut limits = typed
            .as_ref()
            .map(|values| self.limits(&values.concat()))
            .unwrap_or_default();
        if limits.alternatives.is_empty() {
            limits.alternatives.push(LimitedAlternative {
                kinds: Kinds::ALL.names(),
                ..LimitedAlternative::default()
            });
        }
        let untyped: &[Keyword] = if typed.is_ok() { &[] } else { &UNNAMED };
        for part in open().flat_map(|view| &view.parts) {
            for keyword in untyped.iter().copied().chain([Keyword::PropertyNames]) {
                let is_open = |value: &&Value| value.kind == Kind::Bool(true) || is_idle(part, keyword);
                let Some(value) = part.keyword(keyword).filter(|value| !is_open(value)) else {
                    continue;
                };
                // It is no keyword of the values: it is kept where the other version has the same.
                let limit = self.limit_of(value).marked(keyword);
                for alternative in &mut limits.alternatives {
                    alternative.keywords.push((Keyword::PatternProperties, limit.clone()));
                }
            }
        }
        limits
    }

    /// Returns what a schema asserts beside types, listed values and limits: what it says of properties and elements.
    fn list_asserted(&self, part: &SubschemaRef<'v>) -> Vec<(Keyword, KeywordLimit)> {
        let members = part.object().into_iter().flat_map(JsonObject::iter);
        let asserted = members.filter_map(|member| {
            let keyword = member.keyword()?;
            let is_known = LIMITING.contains(&keyword) || OF_TYPES.contains(&keyword);
            (!is_known && !is_annotation(member)).then(|| (keyword, self.limit_of(&member.value)))
        });
        asserted.collect()
    }

    /// Returns the limit of a keyword. What a schema in it refers to is part of it.
    fn limit_of(&self, value: &Value) -> KeywordLimit {
        let limit = KeywordLimit::of(value);
        let definitions = [Keyword::Defs, Keyword::Definitions];
        let definitions = definitions
            .iter()
            .filter_map(|keyword| self.schema.document.keyword(*keyword));
        definitions.fold(limit, KeywordLimit::with_definitions)
    }
}

/// Whether the branches of a union are not told apart, so that no alternative stands for one of them, and refuse something.
fn is_untold(part: &SubschemaRef<'_>, keyword: Keyword, view: &View<'_>) -> bool {
    let branches = part.list(keyword);
    let is_hint = |branch: &SubschemaRef<'_>| view.hints.iter().any(|hint| hint.pointer == branch.pointer);
    let refuses = |branch: &SubschemaRef<'_>| {
        let says = |schema: &JsonObject| schema.iter().any(|member| !is_annotation(member));
        branch.is_false()
            || branch
                .object()
                .is_some_and(|schema| says(schema) || branch.text(Keyword::Ref).is_some())
    };
    branches.iter().any(is_hint) && (keyword == Keyword::OneOf || branches.iter().all(refuses))
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

//! What schemas assert of a value that its type in Rust does not: lengths, bounds, patterns. In: the alternatives of two values. Out: whether every value
//! within the limits of one is within those of the other, as far as the keywords say so one by one.

use schemactl_model::{Keyword, Kind, Value};

use super::Type;

/// The limits of a value, by alternative; none for a value without a schema.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ValueLimits {
    pub(crate) alternatives: Vec<LimitedAlternative>,
}

/// The limits of one alternative.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LimitedAlternative {
    /// Each keyword as often as schemas that all apply have it, with its value as JSON.
    pub(crate) keywords: Vec<(Keyword, KeywordLimit)>,
    /// The values that it may have, if the schema lists them.
    pub(crate) listed: Option<Vec<ListedValue>>,
    /// The JSON types that it may have, by their names.
    pub(crate) kinds: Vec<String>,
    /// What else its schemas assert: types in Rust say it, so that only untyped values are held to it.
    pub(crate) asserted: Vec<(Keyword, KeywordLimit)>,
    /// Those of the elements of a list, and of the values of a map.
    pub(crate) inside: Vec<(Keyword, ValueLimits)>,
}

/// The value of a keyword.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeywordLimit {
    json: String,
}

/// A value that a schema lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListedValue {
    json: String,
    number: Option<String>,
    /// How many characters it has.
    length: Option<usize>,
}

impl KeywordLimit {
    pub(crate) fn of(value: &Value) -> Self {
        Self { json: value.to_json() }
    }

    /// Returns the limit with what references in it may lead to: other definitions are another limit.
    pub(crate) fn with_definitions(self, definitions: &Value) -> Self {
        if !self.json.contains("Ref\"") && !self.json.contains("\"$ref\"") {
            return self;
        }
        Self {
            json: format!("{} {}", self.json, definitions.to_json()),
        }
    }

    /// Returns the limit as one of a keyword that no value is compared with.
    pub(crate) fn marked(self, keyword: Keyword) -> Self {
        Self {
            json: format!("{keyword} {}", self.json),
        }
    }

    fn number(&self) -> Option<f64> {
        self.json.parse().ok()
    }
}

impl ListedValue {
    pub(crate) fn of(value: &Value) -> Self {
        Self {
            json: value.to_json(),
            number: matches!(value.kind, Kind::Number(_)).then(|| value.to_json()),
            length: value.as_str().map(|text| text.chars().count()),
        }
    }

    /// Whether it is within a limit; false if that takes more than counting and comparing.
    fn is_within(&self, keyword: Keyword, limit: &KeywordLimit) -> bool {
        let is_equal = self.number.as_ref() == Some(&limit.json);
        let Some(limit) = limit.number() else { return false };
        let number = self.number.as_deref().and_then(|number| number.parse::<f64>().ok());
        #[expect(clippy::cast_precision_loss, reason = "no text is that long")]
        let length = self.length.map(|length| length as f64);
        match keyword {
            Keyword::MaxLength => length.is_some_and(|length| length <= limit),
            Keyword::MinLength => length.is_some_and(|length| length >= limit),
            // Doubles that are equal may be numbers that differ: those that are equal are so as text.
            Keyword::Maximum => is_equal || number.is_some_and(|number| number < limit),
            Keyword::Minimum => is_equal || number.is_some_and(|number| number > limit),
            Keyword::ExclusiveMaximum => number.is_some_and(|number| number < limit),
            Keyword::ExclusiveMinimum => number.is_some_and(|number| number > limit),
            _ => false,
        }
    }
}

/// The JSON type that a keyword limits; none for one that limits every value.
fn kind_of_keyword(keyword: Keyword) -> Option<&'static str> {
    Some(match keyword {
        Keyword::MaxLength | Keyword::MinLength | Keyword::Pattern => "string",
        Keyword::Maximum
        | Keyword::Minimum
        | Keyword::ExclusiveMaximum
        | Keyword::ExclusiveMinimum
        | Keyword::MultipleOf => "number",
        Keyword::MaxItems
        | Keyword::MinItems
        | Keyword::UniqueItems
        | Keyword::Contains
        | Keyword::MinContains
        | Keyword::MaxContains
        | Keyword::Items
        | Keyword::PrefixItems => "array",
        Keyword::MaxProperties
        | Keyword::MinProperties
        | Keyword::PropertyNames
        | Keyword::AdditionalProperties
        | Keyword::Dependencies
        | Keyword::DependentRequired
        | Keyword::DependentSchemas => "object",
        _ => return None,
    })
}

/// How many JSON types there are, with integers.
const KINDS: usize = 7;

/// Returns the type of values that are there.
fn skip_null(value: &Type) -> &Type {
    match value {
        Type::Nullable(inner) => skip_null(inner),
        other => other,
    }
}

/// Returns the type of what is inside a value; that of the value where it has none of its own, as untyped values have none.
fn find_inside(of_type: &Type, keyword: Keyword) -> &Type {
    match (of_type, keyword) {
        (Type::List(inner), Keyword::Items) | (Type::Map(inner), Keyword::AdditionalProperties) => skip_null(inner),
        (other, _) => other,
    }
}

impl ValueLimits {
    /// Returns whether every value within these limits is within others, which are those of a type. `elsewhere`: what holds for the values inside is
    /// asked elsewhere, where it is under this keyword.
    pub(crate) fn imply(&self, others: &Self, of_type: &Type, elsewhere: Option<Keyword>) -> bool {
        let of_type = skip_null(of_type);
        others.is_none(of_type)
            || !self.alternatives.is_empty()
                && self.alternatives.iter().all(|one| {
                    let mut wider = others.alternatives.iter();
                    wider.any(|other| one.implies(other, of_type, elsewhere))
                })
    }

    /// Returns the limits of the alternatives that have a JSON type in common with one of the others.
    pub(crate) fn share_kinds(&self, others: &Self) -> Self {
        let is_shared = |one: &&LimitedAlternative| {
            let mut kinds = one.kinds.iter();
            kinds.any(|kind| others.alternatives.iter().any(|other| other.has_kind(kind)))
        };
        Self {
            alternatives: self.alternatives.iter().filter(is_shared).cloned().collect(),
        }
    }

    /// Returns the alternatives that may have a value in common with another one, as far as their types say it: objects are told apart otherwise, and so are
    /// values that are listed.
    pub(crate) fn list_overlaps(&self) -> Vec<usize> {
        let all = || self.alternatives.iter().enumerate();
        let overlaps = |(at, one): &(usize, &LimitedAlternative)| {
            all().any(|(other_at, other)| {
                let mut kinds = one.kinds.iter().filter(|kind| *kind != "object");
                other_at != *at && !one.lists_others(other) && kinds.any(|kind| other.has_kind(kind))
            })
        };
        all().filter(overlaps).map(|(at, _)| at).collect()
    }

    fn is_none(&self, of_type: &Type) -> bool {
        self.alternatives.iter().all(|one| one.is_none(of_type))
    }
}

impl LimitedAlternative {
    fn is_none(&self, of_type: &Type) -> bool {
        let is_untyped = matches!(of_type, Type::Json(_));
        let is_free = !is_untyped || (self.kinds.len() == KINDS && self.listed.is_none());
        let mut inside = self.inside.iter();
        is_free
            && self.keywords.is_empty()
            && self.list_unsaid(of_type).next().is_none()
            && !self.lists_data()
            && inside.all(|(keyword, limits)| limits.is_none(find_inside(of_type, *keyword)))
    }

    /// Whether it lists values that are no texts, which no type in Rust has.
    fn lists_data(&self) -> bool {
        let is_data =
            |listed: &Vec<ListedValue>| listed.is_empty() || listed.iter().any(|value| value.length.is_none());
        self.listed.as_ref().is_some_and(is_data)
    }

    /// Returns what it asserts and a type in Rust does not say. Structs and unions say it by their members.
    fn list_unsaid(&self, of_type: &Type) -> impl Iterator<Item = &(Keyword, KeywordLimit)> {
        let said: Option<&[Keyword]> = match of_type {
            Type::Json(_) => Some(&[]),
            Type::Map(_) => Some(&[Keyword::AdditionalProperties, Keyword::Properties]),
            Type::List(_) => Some(&[Keyword::Items]),
            _ => None,
        };
        let is_unsaid = move |keyword: Keyword| said.is_some_and(|said| !said.contains(&keyword));
        self.asserted.iter().filter(move |(keyword, _)| is_unsaid(*keyword))
    }

    /// Whether untyped values have no other JSON types than those of another alternative.
    fn implies_kinds(&self, other: &Self) -> bool {
        let is_kind = |kind: &String| {
            other.kinds.contains(kind) || (kind == "integer" && other.kinds.iter().any(|other| other == "number"))
        };
        self.kinds.iter().all(is_kind)
    }

    /// Whether both list their values, and no value is in both lists.
    fn lists_others(&self, other: &Self) -> bool {
        let lists = self.listed.as_ref().zip(other.listed.as_ref());
        lists.is_some_and(|(own, others)| {
            own.iter()
                .all(|value| others.iter().all(|other| other.json != value.json))
        })
    }

    /// Adds a list of values: those that it has are in all lists.
    pub(crate) fn add_listed(&mut self, values: Vec<ListedValue>) {
        match &mut self.listed {
            Some(known) => known.retain(|value| values.iter().any(|other| other.json == value.json)),
            None => self.listed = Some(values),
        }
    }

    /// Whether every value that is listed here is listed there.
    fn implies_listed(&self, listed: &[ListedValue]) -> bool {
        let is_there = |value: &ListedValue| listed.iter().any(|other| other.json == value.json);
        self.listed.as_ref().is_some_and(|own| own.iter().all(is_there))
    }

    fn implies(&self, other: &Self, of_type: &Type, elsewhere: Option<Keyword>) -> bool {
        let shares_kind = self.kinds.iter().any(|kind| other.has_kind(kind));
        let is_untyped = matches!(of_type, Type::Json(_));
        let listed = other.listed.as_ref().filter(|_| is_untyped || other.lists_data());
        shares_kind
            && (!is_untyped || self.implies_kinds(other))
            && other
                .list_unsaid(of_type)
                .all(|asserted| self.asserted.contains(asserted))
            && listed.is_none_or(|listed| self.implies_listed(listed))
            && other
                .keywords
                .iter()
                .all(|(keyword, limit)| self.keeps(*keyword, limit))
            && other.inside.iter().all(|(keyword, limits)| {
                let own = self.inside.iter().find(|(own, _)| own == keyword);
                let of_inside = find_inside(of_type, *keyword);
                let is_asked = self.can_have(*keyword) && !limits.is_none(of_inside) && elsewhere != Some(*keyword);
                !is_asked || own.is_some_and(|(_, own)| own.imply(limits, of_inside, None))
            })
    }

    fn has_kind(&self, name: &str) -> bool {
        let is_it = |kind: &String| {
            kind == name || (kind == "number" && name == "integer") || (kind == "integer" && name == "number")
        };
        self.kinds.iter().any(is_it)
    }

    /// Whether a keyword says something of its values at all.
    fn can_have(&self, keyword: Keyword) -> bool {
        kind_of_keyword(keyword).is_none_or(|kind| self.has_kind(kind))
    }

    fn keeps(&self, keyword: Keyword, limit: &KeywordLimit) -> bool {
        if !self.can_have(keyword) {
            return true;
        }
        if let Some(listed) = &self.listed {
            let mut concerned = listed.iter().filter(|value| match kind_of_keyword(keyword) {
                Some("string") => value.length.is_some(),
                Some("number") => value.number.is_some(),
                _ => true,
            });
            if concerned.all(|value| value.is_within(keyword, limit)) {
                return true;
            }
        }
        let is_whole = !self.kinds.iter().any(|kind| kind == "number");
        if keyword == Keyword::MultipleOf && is_whole && limit.number() == Some(1.0) {
            return true;
        }
        self.keywords
            .iter()
            .any(|(own, value)| is_stronger((*own, value), (keyword, limit)))
    }
}

/// Whether one keyword lets through nothing that the other refuses.
fn is_stronger((own, value): (Keyword, &KeywordLimit), (other, limit): (Keyword, &KeywordLimit)) -> bool {
    if own == other && value == limit {
        return true;
    }
    let is_equal = value == limit;
    let (Some(value), Some(limit)) = (value.number(), limit.number()) else {
        return false;
    };
    // Doubles that are equal may be numbers that differ: those that are equal are so as text.
    match (own, other) {
        (
            Keyword::MaxLength
            | Keyword::MaxItems
            | Keyword::MaxProperties
            | Keyword::MaxContains
            | Keyword::Maximum
            | Keyword::ExclusiveMaximum,
            _,
        ) if own == other => value < limit,
        (
            Keyword::MinLength
            | Keyword::MinItems
            | Keyword::MinProperties
            | Keyword::MinContains
            | Keyword::Minimum
            | Keyword::ExclusiveMinimum,
            _,
        ) if own == other => value > limit,
        (Keyword::Maximum, Keyword::ExclusiveMaximum) => value < limit,
        (Keyword::ExclusiveMaximum, Keyword::Maximum) => is_equal || value < limit,
        (Keyword::Minimum, Keyword::ExclusiveMinimum) => value > limit,
        (Keyword::ExclusiveMinimum, Keyword::Minimum) => is_equal || value > limit,
        (Keyword::MultipleOf, Keyword::MultipleOf) => {
            let is_small_integer = |number: f64| number.fract() == 0.0 && number.abs() < 1e15 && number != 0.0;
            is_small_integer(value) && is_small_integer(limit) && value % limit == 0.0
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemactl_model::{Source, parse};

    fn read(json: &str) -> Value {
        parse(&Source::new("test", json)).unwrap()
    }

    /// Numbers that are one double are compared by their digits: a value that is copied is never above the older limit.
    #[test]
    fn numbers_beyond_a_double_are_not_taken_for_each_other() {
        let (even, odd) = ("9007199254740992", "9007199254740993");
        for (keyword, value, limit, is_within) in [
            (Keyword::Maximum, even, even, true),
            (Keyword::Maximum, odd, even, false),
            (Keyword::Maximum, "1", even, true),
            (Keyword::Minimum, odd, odd, true),
            (Keyword::Minimum, even, odd, false),
        ] {
            let (value, limit) = (read(value), KeywordLimit::of(&read(limit)));
            let found = ListedValue::of(&value).is_within(keyword, &limit);
            assert_eq!(found, is_within, "{keyword} {}", value.to_json());
            let own = KeywordLimit::of(&value);
            assert_eq!(is_stronger((keyword, &own), (keyword, &limit)), is_within);
            let exclusive = if keyword == Keyword::Maximum {
                Keyword::ExclusiveMaximum
            } else {
                Keyword::ExclusiveMinimum
            };
            assert_eq!(is_stronger((exclusive, &own), (keyword, &limit)), is_within);
        }
    }
}

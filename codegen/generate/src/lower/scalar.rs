//! Strings, numbers and booleans, and lists of them.

use std::collections::BTreeSet;

use schemactl_model::{Keyword, Kind, SubschemaRef, Value, is_extensible};

use super::Lowerer;
use super::conjunction::Conjunction;
use super::kinds::{Kinds, values_of};
use super::view::View;
use crate::ir::{Constant, Int, Table, Type, TypeShape, Variant, VariantId};
use crate::names::{make_unique, name_variant};
use crate::rust_hints::variant_names;
use crate::settings::{Integers, Numbers, Times};

impl<'v> Lowerer<'v> {
    pub(super) fn scalar(&mut self, views: &[&View<'v>], kind: Kinds, named: (&str, &[Conjunction<'v>])) -> Type {
        let listed: Option<Vec<_>> = views.iter().map(|view| values(view, kind)).collect();
        if let Some(values) = listed {
            return self.listed(views, &values.concat(), kind, named);
        }
        match kind {
            Kinds::STRING => self.string(views),
            Kinds::INTEGER => self.format_integer(views).unwrap_or_else(|| self.integer(hull(views))),
            Kinds::NUMBER => self.number(),
            _ => Type::Bool,
        }
    }

    fn string(&self, views: &[&View<'v>]) -> Type {
        // A type of integers is for the integers of that format.
        if let Some(path) = self.format_type(views).filter(|path| Int::from_name(path).is_none()) {
            return Type::Foreign(path.clone());
        }
        let is_time = |part: &SubschemaRef<'_>| part.text(Keyword::Format) == Some("date-time");
        let times = !views.is_empty() && views.iter().all(|view| view.parts.iter().any(is_time));
        if times && self.settings.times != Times::Text {
            Type::Timestamp
        } else {
            Type::String
        }
    }

    /// The type of integers that settings give to a format. Only a setting does: a format limits no value.
    fn format_integer(&self, views: &[&View<'v>]) -> Option<Type> {
        Int::from_name(self.format_type(views)?).map(Type::Int)
    }

    /// The type that settings give to values of a format, which all alternatives have.
    fn format_type(&self, views: &[&View<'v>]) -> Option<&String> {
        let formats = &self.settings.table.format;
        let has = |view: &&View<'v>, format: &str| {
            let mut parts = view.parts.iter();
            parts.any(|part| part.text(Keyword::Format) == Some(format))
        };
        let first = views.first()?.parts.iter();
        let mut of_first = first.filter_map(|part| part.text(Keyword::Format));
        of_first
            .find(|format| views.iter().all(|view| has(view, format)))
            .and_then(|format| formats.get(format))
    }

    fn number(&self) -> Type {
        match self.settings.numbers {
            Numbers::Float => Type::F64,
            Numbers::Decimal => Type::Decimal,
        }
    }

    /// Integers between bounds. Only types that hold all of them will do.
    fn integer(&self, (least, most): (Option<i128>, Option<i128>)) -> Type {
        let fits =
            |low: i128, high: i128| least.is_some_and(|least| least >= low) && most.is_some_and(|most| most <= high);
        let int = if fits(0, u32::MAX.into()) {
            Int::U32
        } else if fits(i32::MIN.into(), i32::MAX.into()) {
            Int::I32
        } else if fits(i64::MIN.into(), i64::MAX.into()) {
            Int::I64
        } else if fits(0, u64::MAX.into()) {
            Int::U64
        } else if self.settings.integers == Integers::Any {
            return Type::Integer;
        } else if least.is_some_and(|least| least >= 0) {
            Int::U64
        } else {
            Int::I64
        };
        Type::Int(int)
    }

    fn listed(
        &mut self,
        views: &[&View<'v>],
        values: &[&'v Value],
        kind: Kinds,
        (name, alternatives): (&str, &[Conjunction<'v>]),
    ) -> Type {
        let parts = || views.iter().flat_map(|view| &view.parts);
        let is_const = parts().any(|part| part.keyword(Keyword::Const).is_some());
        // Draft-04 has no other way to say it than a list of one; one that readers may find more in is a list.
        let is_listed_alone = kind == Kinds::STRING && !parts().any(|part| is_extensible(part.value));
        if let ([value], true) = (values, is_const || is_listed_alone) {
            let constant = match value.as_str() {
                Some(text) => Constant::Text(text.to_owned()),
                None => Constant::Json(value.to_json()),
            };
            return Type::Named(self.define(name, &alternatives[0], TypeShape::Constant(constant)));
        }
        match kind {
            Kinds::STRING => {
                let texts: Vec<_> = values.iter().filter_map(|value| value.as_str()).collect();
                let extensible = parts().any(|part| is_extensible(part.value));
                let wanted: Vec<_> = parts().flat_map(|part| variant_names(part.value)).collect();
                let variants = variants(&texts, &wanted, extensible);
                if variants.is_empty() {
                    return Type::String;
                }
                Type::Named(self.define(name, &alternatives[0], TypeShape::Enum { variants, extensible }))
            }
            // Readers may find more in it.
            Kinds::INTEGER if parts().any(|part| is_extensible(part.value)) => self.integer(hull(views)),
            Kinds::INTEGER => {
                let numbers: Option<Vec<_>> = values.iter().map(|value| whole(value)).collect();
                let numbers = numbers.unwrap_or_default();
                self.integer((numbers.iter().min().copied(), numbers.iter().max().copied()))
            }
            Kinds::NUMBER => self.number(),
            _ => Type::Bool,
        }
    }
}

/// The variants of an enum, with names that the schema gives them.
fn variants(values: &[&str], wanted: &[(&str, String)], extensible: bool) -> Table<VariantId, Variant> {
    let name_of = |value: &str, names: &mut BTreeSet<String>| match wanted.iter().find(|(named, _)| *named == value) {
        Some((_, name)) => make_unique(name.clone(), value, names),
        None => name_variant(value, names),
    };
    let mut names = BTreeSet::new();
    if extensible {
        names.insert("Unknown".to_owned());
    }
    let mut seen = BTreeSet::new();
    values
        .iter()
        .filter(|value| seen.insert(**value))
        .map(|value| Variant {
            name: name_of(value, &mut names),
            value: (*value).to_owned(),
        })
        .collect()
}

/// The values of one JSON type that an alternative lists; all its parts have to list them. `None` if it lists none.
fn values<'v>(view: &View<'v>, kind: Kinds) -> Option<Vec<&'v Value>> {
    let mut lists = view.parts.iter().filter_map(values_of);
    let mut values = lists.next()?;
    for list in lists {
        values.retain(|value| list.contains(value));
    }
    values.retain(|value| kind.meets(Kinds::of_value(value)));
    Some(values)
}

/// The widest bounds of the alternatives, each of which is as narrow as its parts make it.
fn hull(views: &[&View<'_>]) -> (Option<i128>, Option<i128>) {
    let bounds = |keywords: [Keyword; 2],
                  outwards: fn(f64) -> f64,
                  narrow: fn(i128, i128) -> i128,
                  wide: fn(i128, i128) -> i128| {
        let of_part = |part: &SubschemaRef<'_>| {
            keywords.map(|keyword| part.keyword(keyword).and_then(|value| bound(value, outwards)))
        };
        let of_view = |view: &&View<'_>| view.parts.iter().flat_map(of_part).flatten().reduce(narrow);
        let each: Option<Vec<i128>> = views.iter().map(of_view).collect();
        each.and_then(|each| each.into_iter().reduce(wide))
    };
    (
        bounds(
            [Keyword::Minimum, Keyword::ExclusiveMinimum],
            f64::floor,
            i128::max,
            i128::min,
        ),
        bounds(
            [Keyword::Maximum, Keyword::ExclusiveMaximum],
            f64::ceil,
            i128::min,
            i128::max,
        ),
    )
}

/// A bound, to the next integer outwards.
fn bound(value: &Value, outwards: fn(f64) -> f64) -> Option<i128> {
    let Kind::Number(number) = &value.kind else {
        return None;
    };
    whole(value).or_else(|| {
        let double: f64 = number
            .as_str()
            .parse()
            .ok()
            .filter(|double: &f64| double.abs() < 1e30)?;
        #[allow(clippy::cast_possible_truncation, reason = "whole and within 1e30")]
        Some(outwards(double) as i128)
    })
}

/// A whole number, however it is written.
fn whole(value: &Value) -> Option<i128> {
    let Kind::Number(number) = &value.kind else {
        return None;
    };
    let text = number.as_str();
    text.parse().ok().or_else(|| {
        let double: f64 = text.parse().ok().filter(|double: &f64| double.abs() < 1e30)?;
        #[allow(clippy::cast_possible_truncation, reason = "whole and within 1e30")]
        (double.fract() == 0.0).then_some(double as i128)
    })
}

/// Returns the count that a keyword such as `maxItems` gives.
pub(super) fn read_count(value: &Value) -> Option<usize> {
    whole(value).and_then(|count| usize::try_from(count).ok())
}

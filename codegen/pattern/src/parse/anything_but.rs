//! Reading the operand of `anything-but`: values, or an object with one of the operators it may be combined with.

use super::numeric::{TOO_MANY, require_order};
use super::read_wildcard;
use crate::error::Mistake;
use crate::matcher::AnythingBut;
use crate::raw::Raw;
use crate::scalar::Scalar;

pub(super) fn read_anything_but(operand: &Raw) -> Result<AnythingBut, Mistake> {
    match operand {
        Raw::Object(entries) => combined(entries),
        Raw::Array(items) => values(items).map(AnythingBut::Values),
        Raw::String(_) | Raw::Number(_) => Ok(AnythingBut::Values(vec![scalar(operand)?])),
        _ => Err(not_a_value()),
    }
}

fn values(items: &[Raw]) -> Result<Vec<Scalar>, Mistake> {
    let read = |(index, item)| scalar(item).map_err(|mistake: Mistake| mistake.in_item(index));
    let values = items.iter().enumerate().map(read).collect::<Result<Vec<_>, _>>()?;
    let strings = values.iter().filter(|value| matches!(value, Scalar::String(_))).count();
    if values.is_empty() || (strings > 0 && strings < values.len()) {
        return Err(Mistake::new(
            "Inside anything but list, either all values are number or string, mixed type is not supported",
        ));
    }
    Ok(values)
}

fn scalar(raw: &Raw) -> Result<Scalar, Mistake> {
    match raw {
        Raw::String(text) => Ok(Scalar::String(text.clone())),
        Raw::Number(number) => require_order(number.clone().into()).map(Scalar::Number),
        _ => Err(Mistake::new(
            "Inside anything but list, start|null|boolean is not supported.",
        )),
    }
}

fn combined(entries: &[(String, Raw)]) -> Result<AnythingBut, Mistake> {
    let Some(((name, operand), others)) = entries.split_first() else {
        return Err(Mistake::new("Anything-But expression name not found"));
    };
    let excluded = operator(name, operand).map_err(|mistake| mistake.in_key(name))?;
    if others.is_empty() {
        Ok(excluded)
    } else {
        Err(Mistake::new(TOO_MANY))
    }
}

fn operator(name: &str, operand: &Raw) -> Result<AnythingBut, Mistake> {
    const AFFIX: &str = "prefix/suffix match pattern must be a string";
    match name {
        "prefix" => Ok(AnythingBut::Prefix(affixes(texts(operand, AFFIX)?)?)),
        "suffix" => Ok(AnythingBut::Suffix(affixes(texts(operand, AFFIX)?)?)),
        "equals-ignore-case" => {
            let reason = "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.";
            Ok(AnythingBut::EqualsIgnoreCase(texts(operand, reason)?))
        }
        "wildcard" => {
            let list = texts(operand, "wildcard match pattern must be a string")?;
            list.iter().try_for_each(|text| read_wildcard(text).map(|_| ()))?;
            Ok(AnythingBut::Wildcard(list))
        }
        _ => Err(Mistake::new(format!("Unsupported anything-but pattern: {name}"))),
    }
}

/// One text or a list of texts. `reason` is what is said of anything else in their place.
fn texts(operand: &Raw, reason: &str) -> Result<Vec<String>, Mistake> {
    let text = |raw: &Raw| match raw {
        Raw::String(text) => Ok(text.clone()),
        _ => Err(Mistake::new(reason)),
    };
    match operand {
        // The engine would take the empty list and then never exclude anything.
        Raw::Array(items) if items.is_empty() => Err(Mistake::new("Empty arrays are not allowed")),
        Raw::Array(items) => items.iter().map(text).collect(),
        Raw::String(_) | Raw::Number(_) => Ok(vec![text(operand)?]),
        _ => Err(not_a_value()),
    }
}

fn affixes(texts: Vec<String>) -> Result<Vec<String>, Mistake> {
    if texts.iter().any(String::is_empty) {
        return Err(Mistake::new("Null prefix/suffix not allowed"));
    }
    Ok(texts)
}

fn not_a_value() -> Mistake {
    Mistake::new("Value of anything-but must be an array or single string/number value.")
}

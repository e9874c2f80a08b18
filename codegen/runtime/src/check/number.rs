//! Numbers by value: types, bounds, multiples, equality.

use serde_json::{Map, Number, Value};

/// Whether a number is whole, however it is written.
pub(crate) fn is_integer(number: &Number) -> bool {
    number.is_i64() || number.is_u64() || number.as_f64().is_some_and(|float| float.fract() == 0.0)
}

/// Whether two values are the same JSON value.
pub(crate) fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => same_number(one, other),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let same_member = |(key, value): (&String, &Value)| other.get(key).is_some_and(|other| same(value, other));
            one.len() == other.len() && one.iter().all(same_member)
        }
        _ => one == other,
    }
}

#[allow(clippy::float_cmp, reason = "equal values, not close ones")]
fn same_number(one: &Number, other: &Number) -> bool {
    match (integer(one), integer(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one.as_f64() == other.as_f64(),
    }
}

fn integer(number: &Number) -> Option<i128> {
    let signed = number.as_i64().map(i128::from);
    signed.or_else(|| number.as_u64().map(i128::from))
}

pub(super) fn has_type(types: &Value, value: &Value) -> bool {
    match types {
        Value::String(name) => is_of_type(name, value),
        Value::Array(names) => names
            .iter()
            .any(|name| name.as_str().is_some_and(|name| is_of_type(name, value))),
        _ => true,
    }
}

fn is_of_type(name: &str, value: &Value) -> bool {
    match (name, value) {
        ("integer", Value::Number(number)) => is_integer(number),
        ("number", Value::Number(_))
        | ("string", Value::String(_))
        | ("boolean", Value::Bool(_))
        | ("null", Value::Null)
        | ("array", Value::Array(_))
        | ("object", Value::Object(_)) => true,
        _ => false,
    }
}

pub(super) fn check(schema: &Map<String, Value>, number: &Number, fail: &mut impl FnMut(String)) {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let bounds = [
        ("minimum", "less than", &[Less] as &[_]),
        ("exclusiveMinimum", "not greater than", &[Less, Equal]),
        ("maximum", "greater than", &[Greater]),
        ("exclusiveMaximum", "not less than", &[Greater, Equal]),
    ];
    for (keyword, words, wrong) in bounds {
        if let Some(Value::Number(bound)) = schema.get(keyword)
            && compare(number, bound).is_some_and(|order| wrong.contains(&order))
        {
            fail(format!("{number} is {words} {bound}"));
        }
    }
    if let Some(Value::Number(factor)) = schema.get("multipleOf")
        && !is_multiple(number, factor)
    {
        fail(format!("{number} is no multiple of {factor}"));
    }
}

fn compare(one: &Number, other: &Number) -> Option<std::cmp::Ordering> {
    match (integer(one), integer(other)) {
        (Some(one), Some(other)) => Some(one.cmp(&other)),
        _ => one.as_f64()?.partial_cmp(&other.as_f64()?),
    }
}

/// In decimal, as the numbers are written: 0.3 is a multiple of 0.1.
fn is_multiple(number: &Number, factor: &Number) -> bool {
    match (decimal(&number.to_string()), decimal(&factor.to_string())) {
        (Some((digits, places)), Some((factor, factor_places))) if factor != 0 => {
            let most = places.max(factor_places);
            let scaled = |digits: i128, places: u32| digits.checked_mul(10_i128.checked_pow(most - places)?);
            match (scaled(digits, places), scaled(factor, factor_places)) {
                (Some(number), Some(factor)) => number % factor == 0,
                _ => is_multiple_of_double(
                    number,
                    self::Number::from_f64(factor_double(factor, factor_places)).as_ref(),
                ),
            }
        }
        _ => is_multiple_of_double(number, Some(factor)),
    }
}

#[allow(clippy::cast_precision_loss, reason = "a fallback beyond 38 digits")]
fn factor_double(digits: i128, places: u32) -> f64 {
    digits as f64 / 10_f64.powi(i32::try_from(places).unwrap_or(i32::MAX))
}

fn is_multiple_of_double(number: &Number, factor: Option<&Number>) -> bool {
    match (number.as_f64(), factor.and_then(Number::as_f64)) {
        (Some(number), Some(factor)) if factor != 0.0 => (number / factor).fract() == 0.0,
        _ => true,
    }
}

/// The digits of a number and how many of them are behind the point.
fn decimal(text: &str) -> Option<(i128, u32)> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    let places = i64::try_from(fraction.len()).ok()? - exponent;
    if places < 0 {
        let factor = 10_i128.checked_pow(u32::try_from(-places).ok()?)?;
        return Some((digits.checked_mul(factor)?, 0));
    }
    Some((digits, u32::try_from(places).ok()?))
}

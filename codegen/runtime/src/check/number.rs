//! Numbers by value: types, bounds, multiples, equality.

use std::cmp::Ordering;
use std::hash::{BuildHasher, Hash, Hasher, RandomState};

use serde_json::{Map, Number, Value};

use super::{CheckResult, InstancePlace};

/// Returns whether a number is whole, however it is written.
pub(crate) fn is_integer(number: &Number) -> bool {
    number.is_i64() || number.is_u64() || number.as_f64().is_some_and(|float| float.fract() == 0.0)
}

/// Returns whether two values are the same JSON value; `None` where only the digits that a double lost could tell.
pub(crate) fn compare_values(one: &Value, other: &Value) -> Option<bool> {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => compare(one, other).map(|order| order == Ordering::Equal),
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            all(one.iter().zip(other).map(|(one, other)| compare_values(one, other)))
        }
        (Value::Object(one), Value::Object(other)) if one.len() == other.len() => {
            let same_member = |(key, value): (&String, &Value)| match other.get(key) {
                Some(other) => compare_values(value, other),
                None => Some(false),
            };
            all(one.iter().map(same_member))
        }
        _ => Some(one == other),
    }
}

fn all(answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    super::any(answers.map(|answer| answer.map(|holds| !holds))).map(|any| !any)
}

/// Returns the same for all values that may be the same. At random, so that nobody can send values that only look alike.
pub(super) fn hash_value(value: &Value, random: &RandomState) -> u64 {
    let mut state = random.build_hasher();
    std::mem::discriminant(value).hash(&mut state);
    match value {
        Value::Number(number) => {
            // Zero has a sign only as a double.
            let double = number.as_f64().filter(|double| *double != 0.0);
            double.unwrap_or_default().to_bits().hash(&mut state);
        }
        Value::Array(elements) => elements
            .iter()
            .for_each(|element| hash_value(element, random).hash(&mut state)),
        Value::Object(members) => {
            // In whatever order they are kept.
            let members = members
                .iter()
                .map(|(key, value)| random.hash_one((key, hash_value(value, random))));
            members.fold(0, u64::wrapping_add).hash(&mut state);
        }
        Value::String(text) => text.hash(&mut state),
        Value::Bool(value) => value.hash(&mut state),
        Value::Null => {}
    }
    state.finish()
}

/// Returns a number that is an integer of 64 bits.
pub(super) fn read_integer(number: &Number) -> Option<i128> {
    let signed = number.as_i64().map(i128::from);
    signed.or_else(|| number.as_u64().map(i128::from))
}

/// `None` if nobody knows a type of that name.
pub(super) fn has_type(types: &Value, value: &Value) -> Option<bool> {
    let names = match types {
        Value::Array(names) => names.as_slice(),
        name => std::slice::from_ref(name),
    };
    super::any(names.iter().map(|name| is_of_type(name.as_str()?, value)))
}

fn is_of_type(name: &str, value: &Value) -> Option<bool> {
    Some(match name {
        "integer" => matches!(value, Value::Number(number) if is_integer(number)),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => return None,
    })
}

pub(super) fn check_number(
    schema: &Map<String, Value>,
    number: &Number,
    place: &InstancePlace<'_>,
    found: &mut CheckResult,
) {
    use Ordering::{Equal, Greater, Less};
    let bounds = [
        ("minimum", "less than", &[Less] as &[_]),
        ("exclusiveMinimum", "not greater than", &[Less, Equal]),
        ("maximum", "greater than", &[Greater]),
        ("exclusiveMaximum", "not less than", &[Greater, Equal]),
    ];
    for (keyword, words, wrong) in bounds {
        let Some(Value::Number(bound)) = schema.get(keyword) else {
            continue;
        };
        match compare(number, bound) {
            Some(order) if wrong.contains(&order) => {
                found.fail(place, format_args!("{number} is {words} {bound}"));
            }
            Some(_) => {}
            None => found.unsure = true,
        }
    }
    if let Some(Value::Number(factor)) = schema.get("multipleOf") {
        match is_multiple(number, factor) {
            Some(true) => {}
            Some(false) => found.fail(place, format_args!("{number} is not a multiple of {factor}")),
            None => found.unsure = true,
        }
    }
}

/// `None` where only the digits that were lost could tell.
fn compare(one: &Number, other: &Number) -> Option<Ordering> {
    if let (Some(one), Some(other)) = (read_integer(one), read_integer(other)) {
        return Some(one.cmp(&other));
    }
    match one.as_f64()?.partial_cmp(&other.as_f64()?)? {
        Ordering::Equal => {
            let ((one, one_exponent), (other, other_exponent)) = (decimal(one)?, decimal(other)?);
            let least = one_exponent.min(other_exponent);
            let scaled = |digits: i128, exponent: i64| {
                let power = u32::try_from(exponent - least).ok()?;
                digits.checked_mul(10_i128.checked_pow(power)?)
            };
            Some(scaled(one, one_exponent)?.cmp(&scaled(other, other_exponent)?))
        }
        // Rounding keeps the order.
        order => Some(order),
    }
}

/// In decimal, as the numbers are written: 0.3 is a multiple of 0.1. `None` beyond 64 bits of a factor, or 38 digits of a number.
fn is_multiple(number: &Number, factor: &Number) -> Option<bool> {
    if let (Some(number), Some(factor)) = (number.as_f64(), factor.as_f64())
        && number != 0.0
        && number.abs() < factor.abs()
    {
        // Whatever digits were lost: rounding keeps the order.
        return Some(false);
    }
    let (number, number_exponent) = decimal(number)?;
    let (factor, factor_exponent) = decimal(factor)?;
    let factor = u128::from(u64::try_from(factor).ok().filter(|factor| *factor > 0)?);
    let number = number.unsigned_abs();
    let shift = u32::try_from(number_exponent.abs_diff(factor_exponent)).ok()?;
    if number_exponent >= factor_exponent {
        return Some((number % factor * power_of_ten(shift, factor)).is_multiple_of(factor));
    }
    // What does not fit is greater than the number, of which only zero is a multiple.
    let factor = 10_u128.checked_pow(shift).and_then(|shift| shift.checked_mul(factor));
    Some(factor.map_or(number == 0, |factor| number.is_multiple_of(factor)))
}

/// A power of ten, modulo a number of 64 bits.
fn power_of_ten(mut exponent: u32, modulus: u128) -> u128 {
    let (mut power, mut square) = (1 % modulus, 10 % modulus);
    while exponent > 0 {
        if exponent % 2 == 1 {
            power = power * square % modulus;
        }
        square = square * square % modulus;
        exponent /= 2;
    }
    power
}

/// The digits of a number and the power of ten that they count. `None` if there are more than 38, or if some were lost: a whole
/// number beyond 64 bits is a double, unless serde_json keeps every digit.
fn decimal(number: &Number) -> Option<(i128, i64)> {
    let text = number.to_string();
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
        None => (text.as_str(), 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    // More digits than the shortest text of a double has: they are those that were sent.
    let is_exact = digits.unsigned_abs() >= 10_u128.pow(17);
    let is_beyond =
        read_integer(number).is_none() && number.as_f64().is_some_and(|double| double.abs() >= 2_f64.powi(53));
    if is_beyond && !is_exact {
        return None;
    }
    Some((digits, exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?))
}

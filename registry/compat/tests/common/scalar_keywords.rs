//! Keywords about a value without properties or elements, by definition. In: a keyword, its argument, a value. Out: whether it holds.
//! Numbers are doubles: the generators write none that a double does not hold.

use std::cell::RefCell;
use std::collections::BTreeMap;

use schemactl_model::Dialect;
use serde_json::{Map, Value as Json};

/// Whether `enum` or `const` lists the value.
pub(crate) fn is_listed(keywords: &[(&str, &Json)], value: &Json) -> bool {
    keywords.iter().any(|(keyword, argument)| match *keyword {
        "enum" => argument
            .as_array()
            .is_some_and(|values| values.iter().any(|listed| is_same(listed, value))),
        "const" => is_same(argument, value),
        _ => false,
    })
}

/// Numbers are compared by value, everything else as it is.
pub(crate) fn is_same(one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::Number(one), Json::Number(other)) => one.as_f64() == other.as_f64(),
        (Json::Array(one), Json::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(a, b)| is_same(a, b))
        }
        (Json::Object(one), Json::Object(other)) => {
            one.len() == other.len() && one.iter().all(|(key, a)| other.get(key).is_some_and(|b| is_same(a, b)))
        }
        _ => one == other,
    }
}

/// Judges a keyword about a value without properties or elements; true for every other keyword.
pub(crate) fn is_scalar_valid(
    keyword: &str,
    argument: &Json,
    members: &Map<String, Json>,
    value: &Json,
    dialect: Dialect,
) -> bool {
    let bound = argument.as_f64();
    let number = |holds: &dyn Fn(f64, f64) -> bool| match (value.as_f64(), bound) {
        (Some(number), Some(bound)) => holds(number, bound),
        _ => true,
    };
    let limit = argument.as_u64();
    let length = |holds: &dyn Fn(u64, u64) -> bool, count: Option<usize>| match (count, limit) {
        (Some(count), Some(limit)) => holds(count as u64, limit),
        _ => true,
    };
    let text = value.as_str().map(|text| text.chars().count());
    let elements = value.as_array().map(Vec::len);
    let strict = |name: &str| dialect == Dialect::Draft4 && members.get(name) == Some(&Json::Bool(true));
    match keyword {
        "type" => types(argument).any(|name| is_type(value, name)),
        "enum" | "const" => is_listed(&[(keyword, argument)], value),
        "minimum" if strict("exclusiveMinimum") => number(&|number, limit| number > limit),
        "maximum" if strict("exclusiveMaximum") => number(&|number, limit| number < limit),
        "minimum" => number(&|number, limit| number >= limit),
        "maximum" => number(&|number, limit| number <= limit),
        "exclusiveMinimum" => number(&|number, limit| number > limit),
        "exclusiveMaximum" => number(&|number, limit| number < limit),
        // The generators write steps of halves, which doubles divide exactly.
        "multipleOf" => number(&|number, limit| number % limit == 0.0),
        "minLength" => length(&|count, limit| count >= limit, text),
        "maxLength" => length(&|count, limit| count <= limit, text),
        "minItems" => length(&|count, limit| count >= limit, elements),
        "maxItems" => length(&|count, limit| count <= limit, elements),
        "pattern" => value
            .as_str()
            .is_none_or(|text| argument.as_str().is_none_or(|pattern| matches(pattern, text))),
        "uniqueItems" if argument == &Json::Bool(true) => value.as_array().is_none_or(|all| {
            let repeated = |at: usize| all[..at].iter().any(|earlier| is_same(earlier, &all[at]));
            !(0..all.len()).any(repeated)
        }),
        _ => true,
    }
}

fn types(argument: &Json) -> impl Iterator<Item = &str> {
    let list = argument.as_array().into_iter().flatten();
    list.chain(argument.is_string().then_some(argument))
        .filter_map(Json::as_str)
}

fn is_type(value: &Json, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "string" => value.is_string(),
        "array" => value.is_array(),
        _ => value.is_object(),
    }
}

/// Whether a pattern of the generators is in a text.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    thread_local! {
        static KNOWN: RefCell<BTreeMap<String, fancy_regex::Regex>> = RefCell::default();
    }
    KNOWN.with_borrow_mut(|known| {
        let regex = known.entry(pattern.to_owned()).or_insert_with(|| {
            let rust = jsonschema_regex::to_rust_regex(pattern).expect("the generators write patterns of ECMA 262");
            fancy_regex::Regex::new(&rust).expect("they use what both syntaxes have")
        });
        regex.is_match(text).expect("the patterns and texts are short")
    })
}

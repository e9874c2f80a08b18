//! Reading one entry of a field's list: a plain value, or an object with one operator.

use super::{anything_but, numeric, read_wildcard};
use crate::error::Mistake;
use crate::matcher::Matcher;
use crate::network::Network;
use crate::raw::Raw;
use crate::scalar::Scalar;

pub(super) fn read_matcher(raw: &Raw) -> Result<Matcher, Mistake> {
    match raw {
        Raw::Null => Ok(Matcher::Null),
        Raw::Bool(flag) => Ok(Matcher::Equals(Scalar::Bool(*flag))),
        Raw::Number(number) => Ok(Matcher::Equals(Scalar::Number(number.clone().into()))),
        Raw::String(text) => Ok(Matcher::Equals(Scalar::String(text.clone()))),
        Raw::Object(entries) => expression(entries),
        Raw::Array(_) => Err(Mistake::new("Match value must be String, number, true, false, or null")),
    }
}

fn expression(entries: &[(String, Raw)]) -> Result<Matcher, Mistake> {
    let Some(((name, operand), others)) = entries.split_first() else {
        return Err(Mistake::new("Match expression name not found"));
    };
    let matcher = operator(name, operand).map_err(|mistake| mistake.in_key(name))?;
    match others.first() {
        None => Ok(matcher),
        // The engine reports a second key of these two in the words it has for their lists.
        Some((other, _)) if matches!(matcher, Matcher::AnythingBut(_) | Matcher::Numeric(_)) => {
            Err(Mistake::new(numeric::TOO_MANY).in_key(other))
        }
        Some((other, _)) => Err(only_one_key().in_key(other)),
    }
}

fn operator(name: &str, operand: &Raw) -> Result<Matcher, Mistake> {
    match name {
        "exactly" => Ok(Matcher::eq(string(operand, "exact")?)),
        "prefix" => affix(name, "Prefix", operand).map(|(text, ignore_case)| Matcher::Prefix {
            text: text.to_owned(),
            ignore_case,
        }),
        "suffix" => affix(name, "Suffix", operand).map(|(text, ignore_case)| Matcher::Suffix {
            text: text.to_owned(),
            ignore_case,
        }),
        "equals-ignore-case" => Ok(Matcher::equals_ignore_case(string(operand, name)?)),
        "wildcard" => read_wildcard(string(operand, name)?).map(Matcher::wildcard),
        "anything-but" => anything_but::read_anything_but(operand).map(Matcher::AnythingBut),
        "numeric" => numeric::read_numeric(operand).map(Matcher::Numeric),
        // The engine's words for an operand that is no string are those of `prefix`.
        "cidr" => cidr(string(operand, "prefix")?).map(Matcher::cidr),
        "exists" => exists(operand),
        _ => Err(Mistake::new(format!("Unrecognized match type {name}"))),
    }
}

/// A text, and whether it stands in `{"equals-ignore-case": …}`.
fn affix<'a>(name: &str, title: &str, operand: &'a Raw) -> Result<(&'a str, bool), Mistake> {
    let Raw::Object(entries) = operand else {
        return string(operand, name).map(|text| (text, false));
    };
    let Some(((inner, operand), others)) = entries.split_first() else {
        return Err(Mistake::new(format!("{title} expression name not found")));
    };
    if inner != "equals-ignore-case" {
        return Err(Mistake::new(format!("Unsupported {name} pattern: {inner}")).in_key(inner));
    }
    let text = string(operand, inner).map_err(|mistake| mistake.in_key(inner))?;
    if others.is_empty() {
        Ok((text, true))
    } else {
        Err(only_one_key())
    }
}

fn exists(operand: &Raw) -> Result<Matcher, Mistake> {
    match operand {
        Raw::Bool(there) => Ok(Matcher::Exists(*there)),
        _ => Err(Mistake::new("exists match pattern must be either true or false.")),
    }
}

fn cidr(text: &str) -> Result<&str, Mistake> {
    Network::read(text).map(|_| text).map_err(Mistake::new)
}

fn string<'a>(operand: &'a Raw, kind: &str) -> Result<&'a str, Mistake> {
    match operand {
        Raw::String(text) => Ok(text),
        _ => Err(Mistake::new(format!("{kind} match pattern must be a string"))),
    }
}

fn only_one_key() -> Mistake {
    Mistake::new("Only one key allowed in match expression")
}

//! Reading the list of `numeric`: one comparison, or a lower and then an upper bound.

use crate::error::Mistake;
use crate::matcher::{Bound, NumericRange};
use crate::raw::Raw;
use crate::scalar::Number;

pub(super) const TOO_MANY: &str = "Too many elements in numeric expression";

pub(super) fn read_numeric(operand: &Raw) -> Result<NumericRange, Mistake> {
    let Raw::Array(terms) = operand else {
        return Err(Mistake::new("Value of numeric must be an array."));
    };
    let comparison = match terms.first() {
        Some(Raw::String(comparison)) => comparison.as_str(),
        other => {
            return Err(Mistake::new(format!(
                "Invalid member in numeric match: {}",
                token(other)
            )));
        }
    };
    match comparison {
        "=" => single(terms, "equals").map(NumericRange::equal),
        "<" => Ok(NumericRange {
            lower: None,
            upper: Some(Bound::exclusive(single(terms, "<")?)),
        }),
        "<=" => Ok(NumericRange {
            lower: None,
            upper: Some(Bound::inclusive(single(terms, "<=")?)),
        }),
        ">" | ">=" => from_lower(terms, comparison),
        _ => Err(Mistake::new(format!(
            "Unrecognized numeric range operator: {comparison}"
        ))),
    }
}

/// The number of a list that ends after it.
fn single(terms: &[Raw], name: &str) -> Result<Number, Mistake> {
    let value = number(terms.get(1), name)?;
    if terms.len() > 2 {
        Err(Mistake::new(TOO_MANY))
    } else {
        require_order(value)
    }
}

fn from_lower(terms: &[Raw], comparison: &str) -> Result<NumericRange, Mistake> {
    let value = number(terms.get(1), comparison)?;
    let lower = Bound {
        value,
        inclusive: comparison == ">=",
    };
    if terms.len() == 2 {
        require_order(lower.value.clone())?;
        return Ok(NumericRange {
            lower: Some(lower),
            upper: None,
        });
    }
    let upper = upper(&terms[2..])?;
    if !is_below(
        &require_order(lower.value.clone())?,
        &require_order(upper.value.clone())?,
    ) {
        return Err(Mistake::new("Bottom must be less than top"));
    }
    Ok(NumericRange {
        lower: Some(lower),
        upper: Some(upper),
    })
}

fn upper(terms: &[Raw]) -> Result<Bound, Mistake> {
    let comparison = match terms.first() {
        Some(Raw::String(comparison)) => comparison.as_str(),
        other => return Err(Mistake::new(format!("Bad value in numeric range: {}", token(other)))),
    };
    if !matches!(comparison, "<" | "<=") {
        return Err(Mistake::new(format!("Bad numeric range operator: {comparison}")));
    }
    let value = number(terms.get(1), comparison)?;
    if terms.len() > 2 {
        return Err(Mistake::new("Too many terms in numeric range expression"));
    }
    Ok(Bound {
        value,
        inclusive: comparison == "<=",
    })
}

fn number(term: Option<&Raw>, name: &str) -> Result<Number, Mistake> {
    match term {
        Some(Raw::Number(number)) => Ok(number.clone().into()),
        _ => Err(Mistake::new(format!("Value of {name} must be numeric"))),
    }
}

/// Returns a number that has a place in an order: see [`crate::scalar::Comparable`].
pub(super) fn require_order(number: Number) -> Result<Number, Mistake> {
    let ordered = number.comparable().is_some_and(|value| value.order(value).is_some());
    if ordered {
        Ok(number)
    } else {
        Err(Mistake::new(format!("Cannot compare number : {number}")))
    }
}

fn is_below(lower: &Number, upper: &Number) -> bool {
    let (Some(lower), Some(upper)) = (lower.comparable(), upper.comparable()) else {
        return false;
    };
    lower.order(upper).is_some_and(std::cmp::Ordering::is_lt)
}

/// How a message quotes a term: the end of the list by its bracket.
fn token(term: Option<&Raw>) -> String {
    term.map_or_else(|| "]".to_owned(), Raw::token)
}

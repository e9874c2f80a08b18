//! Reading a pattern. In: JSON. Out: the AST, or the first mistake in EventBridge's words. The wording and the order of the
//! checks are those of event-ruler's JsonRuleCompiler, which EventBridge runs, with its RuleCompiler as second reading: a
//! pattern whose `$or` is no list of alternatives is read again with `$or` as a field. Matchers are read in [`matcher`].

mod anything_but;
mod matcher;
mod numeric;

use std::str::FromStr;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::ast::Pattern;
use crate::error::{MAX_CHARACTERS, MAX_DEPTH, Mistake, MistakeKind, PatternError};
use crate::glob::Glob;
use crate::matcher::Matcher;
use crate::raw::Raw;
use crate::rebuild::rebuild_pattern;
use crate::written::{WrittenFields, WrittenPart};

/// Names that a condition may have: an object with one of them in a `$or` list is a condition, not an alternative.
/// The second half is what event-ruler reserves for later.
const RESERVED: &[&str] = &[
    "exactly",
    "equals-ignore-case",
    "prefix",
    "suffix",
    "anything-but",
    "exists",
    "wildcard",
    "numeric",
    "cidr",
    "=",
    "<",
    "<=",
    ">",
    ">=",
    "regex",
    "not-wildcard",
    "not-equals-ignore-case",
    "date-after",
    "date-on-or-after",
    "date-before",
    "date-on-or-before",
    "in-date-range",
    "ip-address-in-range",
    "ip-address-not-in-range",
];

/// How `$or` is read.
#[derive(Clone, Copy, PartialEq)]
enum Or {
    Relation,
    Field,
}

impl Pattern {
    /// Reads a pattern as EventBridge does: of two conditions on the same field the later one counts, and a `$or` that is
    /// no list of at least two objects is a field of that name.
    ///
    /// # Examples
    ///
    /// ```
    /// use schemactl_pattern::Pattern;
    ///
    /// let pattern = Pattern::parse(r#"{"source": ["com.myapp.orders"]}"#)?;
    /// assert_eq!(pattern.fields().len(), 1);
    /// assert!(Pattern::parse(r#"{"source": "com.myapp.orders"}"#).is_err(), "a condition is a list");
    /// # Ok::<(), schemactl_pattern::PatternError>(())
    /// ```
    pub fn parse(json: &str) -> Result<Self, PatternError> {
        raw(&read(json)?)
    }

    /// Reads a pattern that is parsed JSON already.
    pub fn from_value(value: &Value) -> Result<Self, PatternError> {
        let raw_value = Raw::from_value(value, MAX_DEPTH).ok_or(PatternError::TooDeep)?;
        length(&value.to_string())?;
        raw(&raw_value)
    }

    /// Returns whether EventBridge takes the pattern, and if not, why: what [`Pattern::parse`] asks for, and that no field has two
    /// conditions in two places. A parsed pattern passes; a built one may not.
    pub fn check(&self) -> Result<(), PatternError> {
        match written(&read(&self.to_json())?)?.branches()?.repeated {
            Some(path) => Err(Mistake::new(format!("Path `{path}` cannot be allowed multiple times")).into()),
            None => Ok(()),
        }
    }
}

impl FromStr for Pattern {
    type Err = PatternError;

    fn from_str(json: &str) -> Result<Self, PatternError> {
        Self::parse(json)
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let found = Raw::deserialize(deserializer)?;
        raw(&found).map_err(serde::de::Error::custom)
    }
}

/// Reads JSON of any length.
fn raw(raw: &Raw) -> Result<Pattern, PatternError> {
    let written = written(raw)?;
    let branches = written.branches()?;
    if branches.repeated.is_some() || written.has_repeated_names() {
        Ok(rebuild_pattern(branches.list))
    } else {
        Ok(written.into_pattern())
    }
}

fn read(json: &str) -> Result<Raw, PatternError> {
    length(json)?;
    serde_json::from_str(json).map_err(|error| PatternError::NotJson {
        message: error.to_string(),
    })
}

fn length(json: &str) -> Result<(), PatternError> {
    match json.chars().count() {
        characters if characters > MAX_CHARACTERS => Err(PatternError::TooLong { characters }),
        _ => Ok(()),
    }
}

fn written(raw: &Raw) -> Result<WrittenFields, PatternError> {
    if raw.depth() > MAX_DEPTH {
        return Err(PatternError::TooDeep);
    }
    let relation = match root(raw, Or::Relation) {
        Err(Mistake {
            kind: MistakeKind::OrForm(reason),
            ..
        }) => reason,
        result => return Ok(result?),
    };
    root(raw, Or::Field).map_err(|mistake| match mistake.into() {
        PatternError::Refused { reason, path } => PatternError::RefusedAsField { reason, path, relation },
        other => other,
    })
}

fn root(raw: &Raw, or: Or) -> Result<WrittenFields, Mistake> {
    match raw {
        Raw::Object(entries) => object(entries, or, false),
        _ => Err(Mistake::new("Filter is not an object")),
    }
}

fn object(entries: &[(String, Raw)], or: Or, in_or: bool) -> Result<WrittenFields, Mistake> {
    if entries.is_empty() {
        return Err(Mistake::new("Empty objects are not allowed"));
    }
    let parts = entries
        .iter()
        .map(|(name, raw)| part(name, raw, or, in_or).map_err(|mistake| mistake.in_key(name)));
    Ok(WrittenFields(parts.collect::<Result<_, _>>()?))
}

fn part(name: &str, raw: &Raw, or: Or, in_or: bool) -> Result<WrittenPart, Mistake> {
    if name == "$or" && or == Or::Relation {
        return alternatives(raw).map(WrittenPart::Or);
    }
    if in_or && RESERVED.contains(&name) {
        return Err(Mistake::or_form(format!(
            "{name} is Ruler reserved fieldName which cannot be used inside $or."
        )));
    }
    match raw {
        Raw::Object(entries) => Ok(WrittenPart::Fields(name.to_owned(), object(entries, or, in_or)?)),
        Raw::Array(items) => Ok(WrittenPart::Leaf(name.to_owned(), leaf(items)?)),
        _ => Err(Mistake::new(format!("\"{name}\" must be an object or an array"))),
    }
}

fn alternatives(raw: &Raw) -> Result<Vec<WrittenFields>, Mistake> {
    let Raw::Array(items) = raw else {
        return Err(Mistake::or_form("It must be an Array followed with $or."));
    };
    let read = |item: &Raw| match item {
        Raw::Object(entries) => object(entries, Or::Relation, true),
        _ => Err(Mistake::or_form(
            "Only JSON object is allowed in array of $or relationship.",
        )),
    };
    let read = items
        .iter()
        .enumerate()
        .map(|(index, item)| read(item).map_err(|mistake| mistake.in_item(index)));
    let alternatives = read.collect::<Result<Vec<_>, _>>()?;
    if alternatives.len() < 2 {
        return Err(Mistake::or_form(
            "There must have at least 2 Objects in $or relationship.",
        ));
    }
    Ok(alternatives)
}

fn leaf(items: &[Raw]) -> Result<Vec<Matcher>, Mistake> {
    if items.is_empty() {
        return Err(Mistake::new("Empty arrays are not allowed"));
    }
    let matchers = items.iter().enumerate();
    matchers
        .map(|(index, item)| matcher::read_matcher(item).map_err(|mistake| mistake.in_item(index)))
        .collect()
}

/// Reads a text with `*` for any characters.
fn read_wildcard(text: &str) -> Result<&str, Mistake> {
    Glob::read(text).map(|_| text).map_err(Mistake::new)
}

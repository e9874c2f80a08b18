//! Patterns as ECMA 262 reads them, by the translation that the validator behind `schemactl check` uses, so that both agree.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use fancy_regex::Regex;

/// Compiled patterns. A program has as many as its schemas.
static COMPILED: Mutex<BTreeMap<String, Option<Regex>>> = Mutex::new(BTreeMap::new());

/// Returns whether the pattern is found in the text. Nobody can tell of a pattern that is none, or that takes too long.
pub(super) fn matches_pattern(pattern: &str, text: &str) -> Option<bool> {
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let regex = compiled.entry(pattern.to_owned()).or_insert_with(|| {
        let translated = jsonschema_regex::to_rust_regex(pattern).ok()?;
        Regex::new(&translated).ok()
    });
    regex.as_ref()?.is_match(text).ok()
}

//! Patterns as ECMA 262 reads them, by the translation that the validator behind `schemactl check` uses, so that both agree.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use fancy_regex::Regex;

use super::compiled::PatternTest;

/// Compiled patterns. A program has as many as its schemas.
static COMPILED: Mutex<BTreeMap<String, Option<Arc<Regex>>>> = Mutex::new(BTreeMap::new());

/// Returns whether the pattern is found in the text. Nobody can tell of a pattern that is none, or that takes too long.
pub(super) fn matches_pattern(pattern: &str, text: &str) -> Option<bool> {
    compile(pattern)?.is_match(text).ok()
}

/// Compiles a pattern once for many texts.
pub(super) fn compile_pattern(pattern: &str) -> Option<PatternTest> {
    let regex = compile(pattern)?;
    Some(Box::new(move |text| regex.is_match(text).ok()))
}

fn compile(pattern: &str) -> Option<Arc<Regex>> {
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let regex = compiled.entry(pattern.to_owned()).or_insert_with(|| {
        let translated = jsonschema_regex::to_rust_regex(pattern).ok()?;
        Regex::new(&translated).ok().map(Arc::new)
    });
    regex.clone()
}

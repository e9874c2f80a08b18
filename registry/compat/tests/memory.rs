//! What the prover holds at its peak over schemas that were written to exhaust it. A test binary of its own: the peak is that of
//! the process.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

use std::fmt::Write;

use schemactl_compat::{ContainmentEngine, Engine, Schema};
use schemactl_model::{Dialect, Source, Value, parse};

/// Mebibytes.
const MOST: u64 = 300;

fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}

fn read(text: &str) -> Value {
    parse(&Source::new("test", text)).unwrap()
}

fn decide(old: &str, new: &str) {
    let (old, new) = (read(old), read(new));
    let schema = |root| Schema::new(root, Dialect::Draft202012);
    ContainmentEngine::default().contains(&schema(&old), &schema(&new));
}

/// Definitions that each double the one below.
fn doubling(levels: usize, leaf: &str) -> String {
    let mut definitions = format!("\"l0\": {leaf}");
    for level in 1..=levels {
        let below = format!("{{\"$ref\": \"#/$defs/l{}\"}}", level - 1);
        write!(
            definitions,
            ", \"l{level}\": {{\"type\": \"object\", \"properties\": {{\"a\": {below}, \"b\": {below}}}, \"required\": [\"a\", \"b\"]}}"
        )
        .unwrap();
    }
    format!("{{\"$defs\": {{{definitions}}}, \"$ref\": \"#/$defs/l{levels}\"}}")
}

#[test]
fn the_peak_is_bounded() {
    let wide = |kind: &str| {
        let members: Vec<_> = (0..30_000)
            .map(|index| format!("\"p{index}\": {{\"type\": \"{kind}\"}}"))
            .collect();
        format!("{{\"properties\": {{{}}}}}", members.join(","))
    };
    decide(&wide("string"), &wide("null"));
    let overlapping = |count: usize| {
        let branch = |index: usize| {
            format!("{{\"properties\": {{\"p{index}\": {{\"minimum\": {index}}}}}, \"minProperties\": {index}}}")
        };
        let all: Vec<_> = (0..count).map(branch).collect();
        format!("{{\"oneOf\": [{}]}}", all.join(","))
    };
    decide(&overlapping(60), &overlapping(61));
    // An instance of it has two to the power of its levels.
    decide(
        &doubling(12, "{\"type\": \"string\"}"),
        &doubling(12, "{\"type\": \"integer\"}"),
    );
    decide(
        &doubling(60, "{\"type\": \"string\"}"),
        &doubling(60, "{\"type\": \"integer\"}"),
    );
    let pattern = |text: &str| format!("{{\"type\": \"string\", \"pattern\": {text:?}}}");
    decide(&pattern("(.*a){12}[bc]{11}"), &pattern("^(.{3}|.{7}|.{11})*$"));
    assert!(peak() < MOST, "{} MiB", peak());
}

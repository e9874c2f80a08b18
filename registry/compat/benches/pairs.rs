//! How long a verdict takes as schemas grow, beside two others on the same pairs in the same run: `jsonschema::canonical`, which
//! proves as we do, and `json-schema-diff`, which compares structures and proves nothing. `cargo bench -p schemactl-compat`.
//! From parsed schemas to both directions; replaying is not in it.

use std::fmt::Write;

use divan::{Bencher, black_box};
use schemactl_compat::{ContainmentEngine, Engine, Schema};
use schemactl_containment::to_serde_json;
use schemactl_model::{Dialect, Source, Value, parse};

#[path = "../tests/second_engine/mod.rs"]
mod second_engine;

use second_engine::CanonicalEngine;

fn main() {
    divan::main();
}

/// Two versions of a schema.
struct Pair {
    old: Value,
    new: Value,
}

impl Pair {
    fn new(old: &str, new: &str) -> Self {
        let read = |text: &str| parse(&Source::new("bench", text)).expect("the benchmark's own schemas are JSON");
        Self {
            old: read(old),
            new: read(new),
        }
    }

    fn proved_by(&self, bencher: Bencher<'_, '_>, engine: &dyn Engine) {
        let (old, new) = (schema(&self.old), schema(&self.new));
        bencher.bench_local(|| {
            let backward = engine.contains(black_box(&old), black_box(&new));
            (backward, engine.contains(&new, &old))
        });
    }

    /// It takes its schemas as values of its own.
    fn compared_by_json_schema_diff(&self, bencher: Bencher<'_, '_>) {
        let json = |value: &Value| to_serde_json(value).expect("the benchmark's numbers are small");
        let (old, new) = (json(&self.old), json(&self.new));
        bencher
            .with_inputs(|| (old.clone(), new.clone()))
            .bench_local_values(|(old, new)| json_schema_diff::diff(old, new));
    }
}

fn schema(root: &Value) -> Schema<'_> {
    Schema::new(root, Dialect::Draft202012)
}

/// An event of `width` properties, and the next version with one more.
fn wide(width: usize) -> Pair {
    let object = |count: usize| {
        let mut members = String::from("\"version\": {\"type\": \"string\"}");
        for index in 0..count {
            write!(members, ", \"p{index}\": {{\"type\": \"string\", \"maxLength\": 100}}")
                .expect("writing to a string");
        }
        format!(
            "{{\"type\": \"object\", \"properties\": {{{members}}}, \"required\": [\"version\"], \"additionalProperties\": false}}"
        )
    };
    Pair::new(&object(width), &object(width + 1))
}

/// A value nested `depth` levels, and the same with a narrower leaf.
fn deep(depth: usize) -> Pair {
    let nested = |leaf: &str| {
        let (open, close) = (
            "{\"type\": \"object\", \"properties\": {\"a\": ".repeat(depth),
            "}}".repeat(depth),
        );
        format!("{open}{leaf}{close}")
    };
    Pair::new(
        &nested("{\"type\": \"string\"}"),
        &nested("{\"type\": \"string\", \"maxLength\": 5}"),
    )
}

/// A tagged union of `size` branches, and the next version with one more.
fn union(size: usize) -> Pair {
    let branches = |count: usize| {
        let branch = |index: usize| {
            format!(
                "{{\"type\": \"object\", \"properties\": {{\"kind\": {{\"const\": \"k{index}\"}}, \"value\": {{\"type\": \"string\"}}}}, \
                 \"required\": [\"kind\"]}}"
            )
        };
        format!(
            "{{\"oneOf\": [{}]}}",
            (0..count).map(branch).collect::<Vec<_>>().join(",")
        )
    };
    Pair::new(&branches(size), &branches(size + 1))
}

/// A tagged union of `size` branches with a field of their own, and the next version with one of them widened.
fn widened(size: usize) -> Pair {
    let branches = |widened: usize| {
        let branch = |index: usize| {
            let types = if index == widened {
                "[\"string\", \"null\"]"
            } else {
                "\"string\""
            };
            format!(
                "{{\"type\": \"object\", \"properties\": {{\"kind\": {{\"const\": \"k{index}\"}}, \"f{index}\": {{\"type\": {types}}}}}, \
                 \"required\": [\"kind\"]}}"
            )
        };
        format!(
            "{{\"oneOf\": [{}]}}",
            (0..size).map(branch).collect::<Vec<_>>().join(",")
        )
    };
    Pair::new(&branches(size), &branches(size / 2))
}

/// A list of `size` integers, and the range of them.
fn listed(size: usize) -> Pair {
    let values: Vec<_> = (0..size).map(|value| value.to_string()).collect();
    Pair::new(
        &format!("{{\"enum\": [{}]}}", values.join(",")),
        &format!("{{\"type\": \"integer\", \"minimum\": 0, \"maximum\": {}}}", size - 1),
    )
}

/// A list of `size` texts, and a union of constants.
fn constants(size: usize) -> Pair {
    let list = |item: &dyn Fn(usize) -> String| (0..size).map(item).collect::<Vec<_>>().join(",");
    Pair::new(
        &format!("{{\"enum\": [{}]}}", list(&|index| format!("\"v{index}\""))),
        &format!(
            "{{\"oneOf\": [{}]}}",
            list(&|index| format!("{{\"const\": \"v{index}\"}}"))
        ),
    )
}

/// `size` patterns of property names that overlap, and the next version with each of them wider.
fn patterns(size: usize) -> Pair {
    let all = |longest: usize| {
        let member = |index: usize| {
            let letter = char::from(b'a' + u8::try_from(index % 13).expect("a letter"));
            let pattern = match index % 4 {
                0 => format!("^{letter}{index}"),
                1 => format!("^{letter}"),
                2 => format!("{letter}$"),
                _ => format!("{letter}.*z{index}"),
            };
            format!(
                "\"{pattern}\": {{\"type\": \"string\", \"maxLength\": {}}}",
                longest + index
            )
        };
        let members: Vec<_> = (0..size).map(member).collect();
        format!(
            "{{\"type\": \"object\", \"patternProperties\": {{{}}}}}",
            members.join(",")
        )
    };
    Pair::new(&all(10), &all(20))
}

/// A chain of definitions, and the same with one of them changed.
fn chain(count: usize) -> Pair {
    definitions(count, "{\"type\": \"null\"}")
}

/// A ring of recursive definitions, and the same with one of them changed.
fn ring(count: usize) -> Pair {
    definitions(count, "{\"$ref\": \"#/$defs/d0\"}")
}

/// Definitions of which each refers to the next, and the last to `end`.
fn definitions(count: usize, end: &str) -> Pair {
    let all = |changed: &str| {
        let definition = |index: usize| {
            let value = if index == count / 2 {
                changed
            } else {
                "{\"type\": \"string\"}"
            };
            let next = if index + 1 == count {
                end.to_owned()
            } else {
                format!("{{\"$ref\": \"#/$defs/d{}\"}}", index + 1)
            };
            format!(
                "\"d{index}\": {{\"type\": \"object\", \"properties\": {{\"value\": {value}, \"next\": {next}}}, \
                 \"additionalProperties\": false}}"
            )
        };
        let all: Vec<_> = (0..count).map(definition).collect();
        format!("{{\"$ref\": \"#/$defs/d0\", \"$defs\": {{{}}}}}", all.join(","))
    };
    Pair::new(
        &all("{\"type\": \"string\"}"),
        &all("{\"type\": [\"string\", \"null\"]}"),
    )
}

/// A scaling curve: the same pairs for each of the engines.
macro_rules! curve {
    ($name:ident, $pair:path, $sizes:expr, canonical $canonical:expr $(, json_schema_diff $structural:expr)?) => {
        mod $name {
            use super::*;

            #[divan::bench(args = $sizes)]
            fn schemactl(bencher: Bencher<'_, '_>, size: usize) {
                $pair(size).proved_by(bencher, &ContainmentEngine::default());
            }

            #[divan::bench(args = $canonical)]
            fn canonical(bencher: Bencher<'_, '_>, size: usize) {
                $pair(size).proved_by(bencher, &CanonicalEngine);
            }

            $(#[divan::bench(args = $structural)]
            fn json_schema_diff(bencher: Bencher<'_, '_>, size: usize) {
                $pair(size).compared_by_json_schema_diff(bencher);
            })?
        }
    };
}

// The second engine is given what it gets through in a benchmark's time; the third overflows its stack on recursion.
curve!(width, super::wide, [10, 50, 200, 500, 2000], canonical [10, 50], json_schema_diff [10, 50, 200, 500, 2000]);
curve!(depth, super::deep, [2, 10, 50, 100], canonical [2, 10], json_schema_diff [2, 10, 50, 100]);
curve!(tagged_union, super::union, [2, 10, 40, 100], canonical [2, 10, 40], json_schema_diff [2, 10, 40, 100]);
curve!(definitions_in_a_chain, super::chain, [2, 10, 50, 200], canonical [2, 10], json_schema_diff [2, 10, 50]);
curve!(recursive_definitions, super::ring, [2, 10, 50, 200], canonical [2, 10]);
// Both directions of the next ones grow with the size to the power of 1 (lists, constants), 1.1 to 1.5 (unions) and about 2
// (patterns: each demand is held against each pattern). See docs/adr/0052-budgets-count-steps.md.
curve!(
    one_of_a_tagged_union_widened,
    super::widened,
    [10, 100, 1000, 3000],
    canonical[10]
);
curve!(
    list_against_range,
    super::listed,
    [100, 1000, 10_000, 100_000],
    canonical[100]
);
curve!(
    list_against_constants,
    super::constants,
    [100, 1000, 10_000],
    canonical[100]
);
curve!(overlapping_patterns, super::patterns, [5, 10, 20, 40], canonical[5]);

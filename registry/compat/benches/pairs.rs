//! How long a verdict takes as schemas grow, beside `jsonschema::canonical` on the same pairs: `cargo bench -p schemactl-compat
//! --features replay`. From parsed schemas to both verdicts; replaying is not in it.

use std::fmt::Write;

use divan::{Bencher, black_box};
use schemactl_compat::{CanonicalEngine, ContainmentEngine, Engine, Schema};
use schemactl_model::{Dialect, Source, Value, parse};

fn main() {
    divan::main();
}

fn read(text: &str) -> Value {
    parse(&Source::new("bench", text)).expect("the benchmark's own schemas are JSON")
}

/// An event of `width` properties, and the next version with one more.
fn wide(width: usize) -> (Value, Value) {
    let object = |count: usize| {
        let mut members = String::from("\"version\": {\"type\": \"string\"}");
        for index in 0..count {
            write!(members, ", \"p{index}\": {{\"type\": \"string\", \"maxLength\": 100}}")
                .expect("writing to a string");
        }
        read(&format!(
            "{{\"type\": \"object\", \"properties\": {{{members}}}, \"required\": [\"version\"], \"additionalProperties\": false}}"
        ))
    };
    (object(width), object(width + 1))
}

/// A value nested `depth` levels, and the same with a narrower leaf.
fn deep(depth: usize) -> (Value, Value) {
    let nested = |leaf: &str| {
        let (open, close) = (
            "{\"type\": \"object\", \"properties\": {\"a\": ".repeat(depth),
            "}}".repeat(depth),
        );
        read(&format!("{open}{leaf}{close}"))
    };
    (
        nested("{\"type\": \"string\"}"),
        nested("{\"type\": \"string\", \"maxLength\": 5}"),
    )
}

/// A tagged union of `size` branches, and the next version with one more.
fn union(size: usize) -> (Value, Value) {
    let branches = |count: usize| {
        let branch = |index: usize| {
            format!(
                "{{\"type\": \"object\", \"properties\": {{\"kind\": {{\"const\": \"k{index}\"}}, \"value\": {{\"type\": \"string\"}}}}, \
                 \"required\": [\"kind\"]}}"
            )
        };
        read(&format!(
            "{{\"oneOf\": [{}]}}",
            (0..count).map(branch).collect::<Vec<_>>().join(",")
        ))
    };
    (branches(size), branches(size + 1))
}

fn both(bencher: Bencher<'_, '_>, engine: &dyn Engine, (old, new): &(Value, Value)) {
    let schema = |root| Schema::new(root, Dialect::Draft202012);
    bencher.bench_local(|| {
        let backward = engine.contains(&schema(black_box(old)), &schema(black_box(new)));
        (backward, engine.contains(&schema(new), &schema(old)))
    });
}

#[divan::bench(args = [10, 50, 200, 500, 2000])]
fn width(bencher: Bencher<'_, '_>, size: usize) {
    both(bencher, &ContainmentEngine::default(), &wide(size));
}

#[divan::bench(args = [10, 50, 200])]
fn width_canonical(bencher: Bencher<'_, '_>, size: usize) {
    both(bencher, &CanonicalEngine, &wide(size));
}

#[divan::bench(args = [2, 10, 50, 100])]
fn depth(bencher: Bencher<'_, '_>, size: usize) {
    both(bencher, &ContainmentEngine::default(), &deep(size));
}

#[divan::bench(args = [2, 10])]
fn depth_canonical(bencher: Bencher<'_, '_>, size: usize) {
    both(bencher, &CanonicalEngine, &deep(size));
}

#[divan::bench(args = [2, 10, 40, 100])]
fn tagged_union(bencher: Bencher<'_, '_>, size: usize) {
    both(bencher, &ContainmentEngine::default(), &union(size));
}

#[divan::bench(args = [2, 10, 40])]
fn tagged_union_canonical(bencher: Bencher<'_, '_>, size: usize) {
    both(bencher, &CanonicalEngine, &union(size));
}

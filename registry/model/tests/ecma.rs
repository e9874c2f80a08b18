//! Patterns are read as V8 reads them: `patterns.jsonl` was written by `patterns.cjs`.
#![allow(clippy::unwrap_used)]

use schemactl_model::{Kind, PatternReading, Source, parse, read_pattern};

#[test]
fn patterns_are_accepted_where_v8_accepts_them() {
    let cases = include_str!("patterns.jsonl");
    let (mut rejected, mut differing) = (0, Vec::new());
    for line in cases.lines() {
        let case = parse(&Source::new("patterns.jsonl", line)).unwrap();
        let is = |key: &str| case.member(key).unwrap().kind == Kind::Bool(true);
        let pattern = case.member("pattern").and_then(|pattern| pattern.as_str()).unwrap();
        let reading = read_pattern(pattern);
        // What only Rust knows is accepted on purpose.
        if matches!(&reading, Ok(PatternReading { rust_only: Some(_), .. })) {
            continue;
        }
        let accepted = (
            matches!(&reading, Ok(reading) if reading.rejected_by_unicode.is_none()),
            reading.is_ok(),
        );
        rejected += usize::from(reading.is_err());
        if accepted != (is("unicode"), is("unicode") || is("legacy")) {
            differing.push(format!("{pattern}: {reading:?}"));
        }
    }
    assert_eq!(differing, Vec::<String>::new());
    assert!(
        rejected > cases.lines().count() / 4,
        "{rejected} are too few to show anything"
    );
}

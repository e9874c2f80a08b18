//! What `validate()` is given of patterns: those of ECMA 262 as they are, and of those that only Rust's syntax knows one that no engine
//! compiles, of which the runtime asserts nothing.
#![allow(clippy::unwrap_used)]

use schemactl_generate::{Settings, generate_schema};
use schemactl_model::Source;

fn generated(schema: &str) -> String {
    let settings = Settings::default().validate(true);
    generate_schema(&Source::new("a.json", schema), "Thing", &settings)
        .unwrap()
        .source
}

#[test]
fn nothing_is_asserted_by_the_reading_of_rust() {
    let schema = |pattern: &str| {
        let properties = format!(r#""properties": {{"a": {{"type": "string", "pattern": "{pattern}"}}}}"#);
        format!(r#"{{"type": "object", {properties}, "patternProperties": {{"{pattern}": {{"type": "integer"}}}}}}"#)
    };
    for pattern in ["(?i)a", "a++", "(?P<x>a)", "[[:alpha:]]"] {
        let source = generated(&schema(pattern));
        let asked = source.matches(&format!("({pattern}")).count();
        assert!(asked >= 2, "{pattern}: {source}");
        // A runtime that reads it as it was would ask for it without the group that is not closed.
        let quoted = [format!("\"{pattern}\""), format!("\\\"{pattern}\\\"")];
        assert!(
            !quoted.iter().any(|text| source.contains(text.as_str())),
            "{pattern}: {source}"
        );
    }
    let source = generated(&schema("^[a-z]+$"));
    assert!(source.contains("^[a-z]+$") && !source.contains("(^[a-z]+$"), "{source}");
}

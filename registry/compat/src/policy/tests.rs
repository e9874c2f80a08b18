//! What each policy makes of a schema, keyword by keyword.

use super::*;
use schemactl_model::{Source, VersionField, parse};

fn read(text: &str) -> Value {
    parse(&Source::new("a.json", text)).unwrap()
}

fn written(transformed: Transformed) -> String {
    match transformed {
        Transformed::Unchanged => "unchanged".to_owned(),
        Transformed::Schema(schema, _) => schema.to_json(),
        Transformed::Impossible(reason) => reason,
    }
}

fn writer(text: &str) -> String {
    written(Policy::TolerantReader.as_writer(&Schema::new(&read(text), Dialect::Draft202012)))
}

fn reader(text: &str) -> String {
    written(Policy::TolerantReader.as_reader(&Schema::new(&read(text), Dialect::Draft202012)))
}

/// What is tried, a schema, an event that its writer sends, one that it does not send.
const SENT: &[(&str, &str, &str, &str)] = &[
    ("declared", r#"{"properties":{"a":{}}}"#, r#"{"a":1}"#, r#"{"b":1}"#),
    (
        "required",
        r#"{"properties":{"a":{}},"required":["b"]}"#,
        r#"{"b":1}"#,
        r#"{"b":1,"c":1}"#,
    ),
    (
        "of a branch that holds",
        r#"{"properties":{"a":{}},"oneOf":[{"required":["b"]},{"properties":{"c":{"const":1}},"required":["c"]}]}"#,
        r#"{"c":1}"#,
        r#"{"b":1,"c":2}"#,
    ),
    (
        "of a reference",
        r##"{"allOf":[{"$ref":"#/$defs/a"}],"properties":{"b":{}},"$defs":{"a":{"properties":{"c":{}},"required":["d"]}}}"##,
        r#"{"b":1,"c":1,"d":1}"#,
        r#"{"d":1,"e":1}"#,
    ),
    (
        "depended on",
        r#"{"properties":{"a":{}},"dependentRequired":{"a":["b"]}}"#,
        r#"{"a":1,"b":1}"#,
        r#"{"a":1,"b":1,"c":1}"#,
    ),
    (
        "by then",
        r#"{"properties":{"a":{}},"if":{"required":["a"]},"then":{"required":["b"]}}"#,
        r#"{"a":1,"b":1}"#,
        r#"{"c":1}"#,
    ),
    (
        "asked about",
        r#"{"properties":{"a":{}},"if":{"properties":{"b":{"const":1}}},"then":{}}"#,
        r#"{"b":2}"#,
        r#"{"c":1}"#,
    ),
    (
        "names by list",
        r#"{"properties":{"a":{}},"propertyNames":{"enum":["a","b"]}}"#,
        r#"{"b":1}"#,
        r#"{"c":1}"#,
    ),
    (
        "further names",
        r#"{"properties":{"a":{}},"minProperties":2}"#,
        r#"{"x":1,"y":1}"#,
        r#"{"a":1,"x":1,"y":1}"#,
    ),
    (
        "enough names",
        r#"{"properties":{"a":{}},"minProperties":1}"#,
        r#"{"a":1}"#,
        r#"{"x":1}"#,
    ),
    (
        "typed others",
        r#"{"properties":{"a":{}},"additionalProperties":{"type":"string"}}"#,
        r#"{"x":"y"}"#,
        r#"{"x":1}"#,
    ),
    ("a map", r#"{"type":"object"}"#, r#"{"x":1}"#, "1"),
    (
        "refined elsewhere",
        r#"{"properties":{"o":{"properties":{"a":{}}}},"allOf":[{"properties":{"o":{"properties":{"b":{}},"required":["b"]}}}]}"#,
        r#"{"o":{"a":1,"b":1}}"#,
        r#"{"o":{"b":1,"c":1}}"#,
    ),
    (
        "listed wholes",
        r#"{"properties":{"o":{"properties":{"a":{}}}},"const":{"o":{"b":1}}}"#,
        r#"{"o":{"b":1}}"#,
        r#"{"o":{"a":1}}"#,
    ),
];

#[test]
fn a_writer_sends_what_its_schema_declares_or_asks_for() {
    for (what, text, sent, unsent) in SENT {
        let value = read(text);
        for dialect in [Dialect::Draft7, Dialect::Draft201909, Dialect::Draft202012] {
            if text.contains("dependentRequired") && dialect == Dialect::Draft7 {
                continue;
            }
            let schema = Schema::new(&value, dialect);
            let (view, written) = Policy::TolerantReader.as_writer(&schema).of(&schema).unwrap();
            let validator = crate::replay::Validator::new(&view, written).unwrap();
            for (event, is_sent) in [(sent, true), (unsent, false)] {
                let valid = validator.is_valid(&read(event));
                assert_eq!(valid, Ok(is_sent), "{what}, {dialect}, {event}: {}", view.to_json());
            }
        }
    }
}

#[test]
fn where_closing_leaves_nothing_an_object_stays_open() {
    // Without `n` and `m` both branches hold, and with one of them undeclared nothing is left.
    let untagged =
        r#"{"type":"object","oneOf":[{"properties":{"n":{"type":"string"}}},{"properties":{"m":{"type":"null"}}}]}"#;
    assert_eq!(writer(untagged), "unchanged");
}

#[test]
fn maps_and_typed_rests_stay_open() {
    assert_eq!(writer(r#"{"type":"object"}"#), "unchanged");
    assert_eq!(
        writer(r#"{"properties":{"a":{}},"additionalProperties":{"type":"string"}}"#),
        "unchanged"
    );
    assert_eq!(
        writer(r#"{"properties":{"a":{}},"unevaluatedProperties":false}"#),
        "unchanged"
    );
    // Without `if` there is no property that anything declares.
    for dead in ["then", "else"] {
        assert_eq!(
            writer(&format!(r#"{{"{dead}":{{"properties":{{"a":{{}}}}}}}}"#)),
            "unchanged"
        );
    }
}

#[test]
fn a_reader_ignores_what_it_does_not_know_and_takes_extensible_values() {
    assert_eq!(
        reader(r#"{"additionalProperties":false,"unevaluatedProperties":false}"#),
        "{}"
    );
    assert_eq!(
        reader(r#"{"enum":["a"],"x-extensible-enum":true}"#),
        r#"{"type":["string"],"x-extensible-enum":true}"#
    );
    // Of the types that `type` allows, only those of the listed values.
    assert_eq!(
        reader(r#"{"type":["string","null"],"enum":["a"],"x-extensible-enum":true}"#),
        r#"{"type":["string","null"],"x-extensible-enum":true,"allOf":[{"type":["string"]}]}"#
    );
    assert_eq!(
        reader(r#"{"enum":[1,2],"x-extensible-enum":true}"#),
        r#"{"type":["integer"],"x-extensible-enum":true}"#
    );
    assert_eq!(reader(r#"{"not":{"additionalProperties":false}}"#), "unchanged");
    // Who writes knows the values.
    assert_eq!(writer(r#"{"enum":["a"],"x-extensible-enum":true}"#), "unchanged");
}

#[test]
fn a_defaulting_reader_asks_for_no_property_whose_default_is_valid_and_decides_nothing_else() {
    let reads = |text: &str| written(Policy::ApplyDefaults.as_reader(&Schema::new(&read(text), Dialect::Draft202012)));
    let with_defaults = reads(
        r#"{"properties":{"a":{"type":"string","default":"x"},"b":{"type":"string","default":1},"c":{}},
            "required":["a","b","c"]}"#,
    );
    assert!(with_defaults.contains(r#""required":["b","c"]"#), "{with_defaults}");
    let asked = r#"{"properties":{"a":{"default":1}},"required":["a"],"dependentRequired":{"a":["b"]}}"#;
    assert_eq!(reads(asked), "unchanged");
    let counted = r#"{"properties":{"a":{"default":1}},"required":["a"],"not":{"required":["a"]}}"#;
    assert_eq!(reads(counted), "unchanged");
}

#[test]
fn recursion_ends_and_what_cannot_be_followed_is_said() {
    assert!(writer(r##"{"properties":{"next":{"$ref":"#"}}}"##).contains("definitions"));
    assert!(writer(r##"{"$dynamicRef":"#a","$dynamicAnchor":"a"}"##).contains("not understood"));
}

#[test]
fn the_version_pin_goes_and_its_type_stays() {
    let open = |text: &str| {
        let pinned = read(text);
        without_version_pin(&Schema::new(&pinned, Dialect::Draft202012), &VersionField::default())
            .map(|open| open.to_json())
    };
    let opened = Some(r#"{"properties":{"version":{"type":"string"},"a":{"const":1}}}"#.to_owned());
    assert_eq!(
        open(r#"{"properties":{"version":{"const":"1.0"},"a":{"const":1}}}"#),
        opened
    );
    assert_eq!(
        open(r#"{"properties":{"version":{"enum":["1.0"]},"a":{"const":1}}}"#),
        opened
    );
    for content in [
        r#"{"enum":["free","pro"]}"#,
        r#"{"pattern":"^1"}"#,
        r#"{"type":"string"}"#,
    ] {
        assert_eq!(open(&format!(r#"{{"properties":{{"version":{content}}}}}"#)), None);
    }
}

/// Schemas that describe one value in a new combination at every level: `k` refers to another rotation of itself and of the others.
#[test]
fn combinations_without_end_are_undecided_and_end() {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];
    let definition = |at: usize| {
        let own = |step: usize| format!(r##"{{"$ref":"#/$defs/{}"}}"##, names[(at + step) % names.len()]);
        let properties: Vec<String> = (1..4)
            .map(|step| format!(r#""p{}":{}"#, step % 3, own(step * step)))
            .collect();
        let asks = r#""not":{"required":["z"]}"#;
        format!(
            r#""{}":{{"properties":{{{}}},"allOf":[{}],"items":{},{asks}}}"#,
            names[at],
            properties.join(","),
            own(5),
            own(7),
        )
    };
    let definitions: Vec<String> = (0..names.len()).map(definition).collect();
    let schema = format!(r##"{{"$ref":"#/$defs/a","$defs":{{{}}}}}"##, definitions.join(","));
    let view = writer(&schema);
    assert!(view.contains("too many combinations"), "{} bytes", view.len());
}

#[test]
fn no_default_counts_where_whole_values_are_compared() {
    let required = r#""required":["b"],"properties":{"b":{"type":"integer","default":1}}"#;
    let reader = |text: &str| {
        let schema = read(text);
        written(Policy::ApplyDefaults.as_reader(&Schema::new(&schema, Dialect::Draft202012)))
    };
    assert!(!reader(&format!(r#"{{"items":{{{required}}}}}"#)).contains("required"));
    for compares in [
        r#""uniqueItems":true"#,
        r#""enum":[{"e":{}}]"#,
        r#""not":{"const":[{"b":1}]}"#,
    ] {
        let schema = format!(r#"{{{compares},"items":{{{required}}},"properties":{{"e":{{{required}}}}}}}"#);
        assert_eq!(reader(&schema), "unchanged", "{compares}");
    }
}

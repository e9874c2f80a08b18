//! What can be told is told, what cannot is refused neither way, and both come to an end.

use std::collections::BTreeMap;

use super::*;

fn accepts(schema: &Value, value: &Value) -> bool {
    let constraints = Constraints::new(schema.to_string().leak());
    let accepts = constraints.check_json(value).is_ok();
    assert!(accepts || !constraints.is_surely_valid(value), "{schema} {value}");
    accepts
}

fn is_surely_valid(schema: &Value, value: &Value) -> bool {
    Constraints::new(schema.to_string().leak()).is_surely_valid(value)
}

#[test]
fn what_nobody_can_tell_is_refused_neither_way() {
    let unknown = r#"{"$unknown": true}"#;
    for (schema, value) in [
        (r"?", "1"),
        (r#"{"pattern": "a"}"#, r#""a""#),
        (r#"{"patternProperties": {"a": false}}"#, r#"{"a": 1}"#),
        (
            r#"{"patternProperties": {"a": true}, "additionalProperties": false}"#,
            r#"{"a": 1}"#,
        ),
        (
            r#"{"patternProperties": {"a": true}, "unevaluatedProperties": false}"#,
            r#"{"a": 1}"#,
        ),
        (r#"{"type": "no such type"}"#, "1"),
        (r#"{"type": ["string", "no such type"]}"#, "1"),
        (r#"{"not": ?}"#, "1"),
        (r#"{"allOf": [true, ?]}"#, "1"),
        (r#"{"anyOf": [false, ?]}"#, "1"),
        (r#"{"oneOf": [false, ?]}"#, "1"),
        (r#"{"oneOf": [true, ?]}"#, "1"),
        (r#"{"if": ?, "then": false}"#, "1"),
        (r#"{"if": true, "then": ?}"#, "1"),
        (r#"{"contains": ?}"#, "[1]"),
        (r#"{"contains": ?, "minContains": 0, "maxContains": 0}"#, "[1]"),
        (r#"{"propertyNames": ?}"#, r#"{"a": 1}"#),
        (r#"{"dependentSchemas": {"a": ?}}"#, r#"{"a": 1}"#),
        (r#"{"unevaluatedProperties": ?}"#, r#"{"a": 1}"#),
        (r#"{"anyOf": [?, true], "unevaluatedProperties": false}"#, r#"{"a": 1}"#),
        (
            r#"{"if": ?, "then": {"items": true}, "unevaluatedItems": false}"#,
            "[1]",
        ),
        (r#"{"contains": ?, "minContains": 0, "unevaluatedItems": false}"#, "[1]"),
        (r##"{"$ref": "#/$defs/none"}"##, "1"),
        (r#"{"multipleOf": 18446744073709551616}"#, "36893488147419103232"),
        (r#"{"maximum": 18446744073709551616}"#, "18446744073709551615"),
    ] {
        let schema: Value = serde_json::from_str(&schema.replace('?', unknown)).unwrap();
        let value = serde_json::from_str(value).unwrap();
        let not = serde_json::json!({"not": schema});
        assert!(accepts(&schema, &value), "{schema} {value}");
        assert!(accepts(&not, &value), "{not} {value}");
    }
    let endless = r##"{"not": {"$ref": "#/$defs/a"}, "$defs": {"a": {"$ref": "#/$defs/a"}}}"##;
    assert!(accepts(&serde_json::from_str(endless).unwrap(), &Value::Null));
}

#[test]
fn what_can_be_told_is_told_beside_what_cannot() {
    let unknown = r#"{"$unknown": true}"#;
    for (schema, value) in [
        (r#"{"allOf": [?, false]}"#, "1"),
        (r#"{"oneOf": [true, true, ?]}"#, "1"),
        (r#"{"not": {"anyOf": [true, ?]}}"#, "1"),
        (r#"{"not": {"type": ["integer", "no such type"]}}"#, "1"),
        (r#"{"contains": ?}"#, "[]"),
        (r#"{"contains": ?, "minContains": 3}"#, "[1, 2]"),
        (
            r#"{"not": {"unevaluatedProperties": true, "anyOf": [?, true]}}"#,
            r#"{"a": 1}"#,
        ),
        (r#"{"not": {"if": ?}}"#, "1"),
    ] {
        let schema = serde_json::from_str(&schema.replace('?', unknown)).unwrap();
        let value = serde_json::from_str(value).unwrap();
        assert!(!accepts(&schema, &value), "{schema} {value}");
    }
}

#[test]
fn values_are_asked_once_however_many_ways_lead_to_them() {
    // Each level can be reached in four ways and looks at itself: 2^200 ways to the leaf.
    let schema: Value = serde_json::from_str(
        r##"{"$ref": "#/$defs/node", "$defs": {
            "node": {
                "allOf": [{"$ref": "#/$defs/half"}, {"properties": {"next": {"$ref": "#/$defs/node"}}}],
                "anyOf": [{"properties": {"next": {"$ref": "#/$defs/node"}}}, {"$ref": "#/$defs/half"}],
                "properties": {"leaf": {"type": "string"}},
                "unevaluatedProperties": false
            },
            "half": {"properties": {"next": {"$ref": "#/$defs/node"}}}
        }}"##,
    )
    .unwrap();
    // Asked in two ways in turn, one of which gives reasons.
    let turns = r##"{"$ref": "#/$defs/n", "$defs": {
        "n": {"properties": {"leaf": {"type": "string"}}, "allOf": [{"$ref": "#/$defs/e"}, {"$ref": "#/$defs/u"}, {"$ref": "#/$defs/e"},
            {"$ref": "#/$defs/u"}]},
        "e": {"properties": {"next": {"$ref": "#/$defs/n"}}},
        "u": {"anyOf": [{"properties": {"next": {"$ref": "#/$defs/n", "unevaluatedProperties": true}}}]}}}"##;
    let nested = (0..40).fold(
        serde_json::json!({"leaf": 1}),
        |next, _| serde_json::json!({"next": next}),
    );
    assert!(!accepts(&serde_json::from_str(turns).unwrap(), &nested));
    let event = |leaf: Value| (0..100).fold(leaf, |next, _| serde_json::json!({"next": next}));
    let constraints = Constraints::new(schema.to_string().leak());
    assert_eq!(constraints.check_json(&event(serde_json::json!({"leaf": "a"}))), Ok(()));
    let pointer = "/next".repeat(100);
    let Err(ValidationError { violations }) =
        constraints.check_json(&event(serde_json::json!({"leaf": 1, "other": 2})))
    else {
        panic!("the leaf is a number");
    };
    let at_leaf: Vec<_> = violations
        .iter()
        .filter(|violation| violation.pointer.starts_with(&pointer))
        .collect();
    assert_eq!(at_leaf.len(), 2, "{at_leaf:?}");
    assert!(violations.len() < 500, "{}", violations.len());
}

#[test]
fn schemas_that_refer_without_end_are_asked() {
    let definitions = |link: &dyn Fn(usize) -> String, length: usize| {
        let links = (0..length).map(|index| format!("\"d{index}\": {}", link(index + 1)));
        let links = links.collect::<Vec<_>>().join(",");
        format!(
            "{{\"$ref\": \"#/$defs/d0\", \"unevaluatedProperties\": false, \"$defs\": {{{links}, \
             \"d{length}\": {{\"properties\": {{\"a\": {{\"type\": \"string\"}}}}}}}}}}"
        )
    };
    let check = |schema: String, value: Value| Constraints::new(schema.leak()).check_json(&value).is_ok();
    let twice = |next| format!("{{\"allOf\": [{{\"$ref\": \"#/$defs/d{next}\"}}, {{\"$ref\": \"#/$defs/d{next}\"}}]}}");
    for (value, holds) in [(r#"{"a": "b"}"#, true), (r#"{"a": 1}"#, false), (r#"{"b": 1}"#, false)] {
        let value: Value = serde_json::from_str(value).unwrap();
        assert_eq!(check(definitions(&twice, 60), value.clone()), holds, "{value}");
        // Deeper, nobody looks.
        let once = |next| format!("{{\"$ref\": \"#/$defs/d{next}\"}}");
        assert!(check(definitions(&once, 5_000), value));
    }
}

#[test]
fn elements_are_told_apart_however_many_they_are() {
    let check = |elements: Vec<Value>| {
        Constraints::new(r#"{"uniqueItems": true}"#)
            .check_json(&Value::Array(elements))
            .is_ok()
    };
    let elements = |last: Value| (0..200_000).map(Value::from).chain([last]).collect::<Vec<_>>();
    assert!(check(elements(Value::from("1"))));
    assert!(!check(elements(Value::from(1.0))));
    let objects = |text: &str| check(serde_json::from_str(text).unwrap());
    assert!(!objects(r#"[{"a": 0, "b": [1]}, {"b": [1.0], "a": -0.0}]"#));
    assert!(objects(
        r#"[{"a": 0, "b": [1]}, {"b": [1, 0], "a": 0}, {"a": [1], "b": 0}]"#
    ));
    // Doubles lost what tells these apart.
    assert!(objects("[36893488147419103232, 36893488147419103233]"));
}

#[test]
fn a_schema_that_cannot_be_read_refuses() {
    let error = Constraints::new("{").check_json(&Value::Null).unwrap_err();
    assert!(error.to_string().contains("generate it again"), "{error}");
}

#[test]
fn answers_are_kept_for_the_same_question_only() {
    let check = |schema: &str, value: &str| {
        let constraints = Constraints::new(schema.to_owned().leak());
        constraints.check_json(&serde_json::from_str(value).unwrap())
    };
    let names = r##"{"propertyNames": {"$ref": "#/$defs/name"}, "$defs": {"name": {"maxLength": 1}}}"##;
    assert!(check(names, r#"{"a": 1, "bb": 1}"#).is_err());
    let unknown = r##"{"allOf": [{"not": {"$ref": "#/$defs/u"}}, {"not": {"$ref": "#/$defs/u"}}],
        "$defs": {"u": {"$unknown": true}}}"##;
    assert_eq!(check(unknown, "1"), Ok(()));
    let explained =
        r##"{"if": {"$ref": "#/$defs/a"}, "else": {"$ref": "#/$defs/a"}, "$defs": {"a": {"type": "string"}}}"##;
    assert_eq!(
        check(explained, "1").unwrap_err().to_string(),
        "the value: 1 is not of type \"string\""
    );
    let seen = r##"{"allOf": [{"not": {"not": {"$ref": "#/$defs/a"}}}, {"$ref": "#/$defs/a"}],
        "unevaluatedProperties": false, "$defs": {"a": {"properties": {"b": true}}}}"##;
    assert_eq!(check(seen, r#"{"b": 1}"#), Ok(()));
    assert!(check(seen, r#"{"c": 1}"#).is_err());
}

#[test]
fn what_a_reference_looks_at_is_the_same_whoever_asks() {
    let a = r##"{"properties": {"a": true}, "$ref": "#/$defs/d", "unevaluatedProperties": false}"##;
    let b = r##"{"$ref": "#/$defs/d", "unevaluatedProperties": false}"##;
    for (schema, holds) in [
        (format!(r#""oneOf": [{a}, {b}]"#), true),
        (format!(r#""oneOf": [{b}, {a}]"#), true),
        (format!(r#""allOf": [{a}], "not": {b}"#), true),
        (format!(r#""allOf": [{a}, {b}]"#), false),
        (format!(r#""allOf": [{b}, {a}]"#), false),
    ] {
        let schema = format!(r#"{{{schema}, "$defs": {{"d": {{"properties": {{"b": true}}}}}}}}"#);
        let schema = serde_json::from_str(&schema).unwrap();
        assert_eq!(accepts(&schema, &serde_json::json!({"a": 1})), holds, "{schema}");
    }
}

#[test]
fn digits_that_a_double_lost_decide_nothing() {
    for (schema, value) in [
        (
            r#"{"exclusiveMaximum": 100000000000000000001}"#,
            "100000000000000000000",
        ),
        (
            r#"{"uniqueItems": true}"#,
            "[100000000000000000000, 100000000000000000001]",
        ),
        (r#"{"not": {"const": 100000000000000000001}}"#, "100000000000000000000"),
        (r#"{"multipleOf": 7}"#, "100000000000000000001"),
    ] {
        let schema = serde_json::from_str(schema).unwrap();
        assert!(
            accepts(&schema, &serde_json::from_str(value).unwrap()),
            "{schema} {value}"
        );
    }
    let beyond: crate::typed::Decimal = "1e400".parse().unwrap();
    assert_eq!(Constraints::new(r#"{"type": "number"}"#).check(&beyond), Ok(()));
}

#[test]
fn digits_beyond_a_double_hide_no_other_violation() {
    let amounts: Vec<crate::typed::Decimal> = ["12345678901234567.89", "7"].map(|text| text.parse().unwrap()).into();
    let constraints = Constraints::new(r#"{"items": {"minimum": 10}}"#);
    let error = constraints.check(&amounts).unwrap_err();
    assert_eq!(error.to_string(), "`[1]`: 7 is less than 10");
}

#[test]
fn multiples_are_told_exactly() {
    for (number, factor, is_multiple) in [
        ("0.3", "0.1", true),
        ("9007199254740993", "2", false),
        ("0", "1e-300", true),
        ("1", "1e300", false),
        ("1e-300", "1", false),
        ("0", "1e300", true),
        ("-7.5", "2.5", true),
        ("12391239123", "1e-8", true),
        ("1.00000001", "0.0000001", false),
        ("0.30000000000000004", "0.1", false),
    ] {
        let schema = serde_json::from_str(&format!(r#"{{"multipleOf": {factor}}}"#)).unwrap();
        let value = serde_json::from_str(number).unwrap();
        assert_eq!(accepts(&schema, &value), is_multiple, "{number} {factor}");
    }
}

#[test]
fn one_pass_tells_of_valid_values_by_every_keyword() {
    for (schema, valid, others) in [
        (r#"{"type": ["string", "null"]}"#, r#""a""#, &["1", "[]"] as &[_]),
        (r#"{"type": "integer"}"#, "2.0", &["2.5", "true"]),
        (
            r#"{"type": "number", "minimum": 1, "exclusiveMaximum": 3}"#,
            "2",
            &["0", "3"],
        ),
        (r#"{"minimum": 0.5, "multipleOf": 0.1}"#, "0.7", &["0.4", "0.75"]),
        (r#"{"enum": ["a", null, true, 2.0]}"#, "2", &["3", r#""b""#, "false"]),
        (r#"{"const": 1}"#, "1.0", &["2", "null"]),
        (
            r#"{"minLength": 2, "maxLength": 3}"#,
            r#""éé""#,
            &[r#""é""#, r#""éééé""#],
        ),
        (
            r#"{"items": {"type": "boolean"}, "minItems": 1}"#,
            "[true]",
            &["[]", "[1]"],
        ),
        (
            r#"{"prefixItems": [{"const": 1}], "items": false}"#,
            "[1]",
            &["[2]", "[1, 1]"],
        ),
        (r#"{"maxItems": 1}"#, "[1]", &["[1, 2]"]),
        (
            r#"{"properties": {"b": {"type": "string"}}, "required": ["a", "b"], "additionalProperties": {"const": 1}}"#,
            r#"{"a": 1, "b": "x", "c": 1}"#,
            &[
                r#"{"b": "x"}"#,
                r#"{"a": 2, "b": "x"}"#,
                r#"{"a": 1, "b": 1}"#,
                r#"{"a": 1, "b": "x", "c": 2}"#,
            ],
        ),
        (
            r#"{"minProperties": 1, "maxProperties": 2}"#,
            r#"{"a": 1}"#,
            &["{}", r#"{"a": 1, "b": 1, "c": 1}"#],
        ),
        (
            r##"{"properties": {"next": {"$ref": "#"}, "at": {"maximum": 1}}}"##,
            r#"{"next": {"next": {"at": 1}}}"#,
            &[r#"{"next": {"next": {"at": 2}}}"#],
        ),
        (
            r#"{"allOf": [{"properties": {"a": {"minimum": 1}}}, {"properties": {"a": {"maximum": 3}}}], "required": ["a"]}"#,
            r#"{"a": 2}"#,
            &[r#"{"a": 0}"#, r#"{"a": 4}"#, "{}"],
        ),
        // The parts that the interpreter has to see whole.
        (
            r#"{"properties": {"a": {"oneOf": [{"type": "string"}, {"minimum": 1}]}}}"#,
            r#"{"a": 2}"#,
            &[r#"{"a": 0}"#],
        ),
    ] {
        let [schema, valid] = [schema, valid].map(|text| serde_json::from_str(text).unwrap());
        assert!(accepts(&schema, &valid), "{schema} {valid}");
        assert!(is_surely_valid(&schema, &valid), "{schema} {valid}");
        for other in others {
            assert!(
                !accepts(&schema, &serde_json::from_str(other).unwrap()),
                "{schema} {other}"
            );
        }
    }
}

/// A sequence of numbers that is the same each time.
pub(super) struct Choices(pub(super) u64);

impl Choices {
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    pub(super) fn pick(&mut self, texts: &[&str]) -> String {
        let index = usize::try_from(self.below(texts.len() as u64)).unwrap();
        texts[index].to_owned()
    }

    fn value(&mut self, depth: u64) -> String {
        match self.below(if depth == 0 { 4 } else { 8 }) {
            0 => self.pick(&["0", "1", "1.0", "2", "-1", "0.5", "9007199254740993", "1e300"]),
            1 | 2 => self.pick(&[r#""""#, r#""a""#, r#""b""#, r#""éé""#, r#""aaa""#]),
            3 => self.pick(&["null", "true", "false"]),
            4 | 5 => format!("[{}]", self.several(|choices| choices.value(depth - 1)).join(",")),
            _ => {
                let members = self.several(|choices| format!("{}:{}", choices.key(), choices.value(depth - 1)));
                format!("{{{}}}", members.join(","))
            }
        }
    }

    fn key(&mut self) -> String {
        self.pick(&[r#""a""#, r#""b""#, r#""c""#, r#""d/~""#])
    }

    fn several(&mut self, mut one: impl FnMut(&mut Self) -> String) -> Vec<String> {
        (0..self.below(4)).map(|_| one(self)).collect()
    }

    fn schema(&mut self, depth: u64) -> String {
        if depth == 0 {
            return self.pick(&[
                "true",
                "{}",
                r#"{"type": "string"}"#,
                r#"{"type": "integer"}"#,
                r#"{"maximum": 1}"#,
                "false",
            ]);
        }
        let mut keywords: BTreeMap<String, String> = BTreeMap::new();
        for _ in 0..=self.below(3) {
            let (keyword, value) = self.keyword(depth - 1);
            keywords.insert(keyword, value);
        }
        let keywords: Vec<_> = keywords
            .iter()
            .map(|(name, value)| format!("\"{name}\": {value}"))
            .collect();
        format!("{{{}}}", keywords.join(","))
    }

    fn keyword(&mut self, depth: u64) -> (String, String) {
        let list = |choices: &mut Self| format!("[{}]", [choices.schema(depth), choices.schema(depth)].join(","));
        let number = |choices: &mut Self| choices.pick(&["0", "1", "2", "0.5", "9007199254740992"]);
        let count = |choices: &mut Self| choices.pick(&["0", "1", "2", "3"]);
        match self.below(12) {
            0 => (
                "type".to_owned(),
                self.pick(&[r#""object""#, r#""array""#, r#"["string", "integer"]"#, r#""number""#]),
            ),
            1 => ("enum".to_owned(), format!("[{}, {}]", self.value(1), self.value(0))),
            2 => (
                self.pick(&[
                    "minimum",
                    "maximum",
                    "exclusiveMinimum",
                    "exclusiveMaximum",
                    "multipleOf",
                ]),
                {
                    let number = number(self);
                    if number == "0" { "1".to_owned() } else { number }
                },
            ),
            3 => (
                self.pick(&[
                    "minLength",
                    "maxLength",
                    "minItems",
                    "maxItems",
                    "minProperties",
                    "maxProperties",
                ]),
                count(self),
            ),
            4 => (self.pick(&["items", "additionalProperties"]), self.schema(depth)),
            5 => ("prefixItems".to_owned(), list(self)),
            6..=8 => {
                let properties: BTreeMap<_, _> = (0..3).map(|_| (self.key(), self.schema(depth))).collect();
                let properties: Vec<_> = properties
                    .iter()
                    .map(|(key, schema)| format!("{key}: {schema}"))
                    .collect();
                ("properties".to_owned(), format!("{{{}}}", properties.join(",")))
            }
            9 => ("required".to_owned(), format!("[{}]", self.key())),
            10 => (self.pick(&["allOf", "allOf", "anyOf", "oneOf"]), list(self)),
            _ => ("not".to_owned(), self.schema(depth)),
        }
    }
}

/// Surely valid is said only of what the interpreter holds for valid, also where it refuses nothing because it cannot tell.
#[test]
fn one_pass_says_nothing_that_the_interpreter_does_not() {
    let (mut choices, mut valid, mut surely) = (Choices(0x5eed), 0, 0);
    for _ in 0..4_000 {
        let schema: Value = serde_json::from_str(&choices.schema(3)).unwrap();
        let constraints = Constraints::new(schema.to_string().leak());
        let excluded = Constraints::new(serde_json::json!({"not": schema}).to_string().leak());
        for _ in 0..20 {
            let value: Value = serde_json::from_str(&choices.value(3)).unwrap();
            let holds = excluded.check_json(&value).is_err();
            valid += usize::from(holds);
            if constraints.is_surely_valid(&value) {
                assert!(holds, "{schema} {value}");
                surely += 1;
            }
        }
    }
    assert!(valid > 10_000 && surely * 10 > valid * 7, "{surely} of {valid}");
}

/// What a schema finds in a value, as it is shown.
fn explain(schema: &Value, value: &Value) -> String {
    let checked = Constraints::new(schema.to_string().leak()).check_json(value);
    checked.map_or_else(|error| error.to_string(), |()| String::new())
}

#[test]
fn each_alternative_that_fails_gives_its_first_reason() {
    use serde_json::json;
    let card = json!({"required": ["kind", "number"], "properties": {"kind": {"const": "card"}, "number": {"pattern": "^[0-9]+$"}}});
    for keyword in ["anyOf", "oneOf"] {
        let (text, list) = (
            json!({"type": "string"}),
            json!({"items": {"maximum": 3, "multipleOf": 2}}),
        );
        let schema = json!({"properties": {"pay": {keyword: [{"$ref": "#/$defs/card"}, text, {"not": {}}]}, "list": {keyword: [text, list]}},
            "$defs": {"card": card}});
        assert_eq!(
            explain(&schema, &json!({"pay": {"kind": "cash"}, "list": [2, 5]})),
            "`list`: none of the 2 alternatives holds: (1) [2,5] is not of type \"string\"; (2) `[1]`: 5 is greater than 3; \
             `pay`: none of the 3 alternatives holds: (1) `kind`: \"cash\" is not \"card\"; (2) {\"kind\":\"cash\"} is not of type \"string\"; \
             (3) the schema excludes it"
        );
        // One level deep, also by way of a reference that was asked with reasons before.
        let schema = json!({"allOf": [{"$ref": "#/$defs/text"}], keyword: [{keyword: [false, false]}, {"$ref": "#/$defs/text"}],
            "$defs": {"text": text}});
        assert_eq!(
            explain(&schema, &json!(1)),
            "the value: 1 is not of type \"string\"; the value: none of the 2 alternatives holds: (1) none of the 2 alternatives holds; \
             (2) 1 is not of type \"string\""
        );
    }
    let both = json!({"oneOf": [true, {"minimum": 1}, false]});
    assert_eq!(
        explain(&both, &json!(1)),
        "the value: expected one of the 3 alternatives to hold, found 2"
    );
}

#[test]
fn reasons_of_alternatives_are_few_and_short() {
    let long = "x".repeat(1_000);
    let branches = vec![serde_json::json!({"required": [long]}); 100];
    let schema = serde_json::json!({"items": {"anyOf": branches}, "allOf": [{"items": {"type": "integer"}}]});
    let elements = Value::from(vec![serde_json::json!({}); 100]);
    let Err(error) = Constraints::new(schema.to_string().leak()).check_json(&elements) else {
        panic!("no element is allowed");
    };
    let explained = error
        .violations
        .iter()
        .filter(|violation| violation.message.contains("(1)"));
    assert_eq!((error.violations.len(), explained.count()), (200, 16));
    assert!(
        error
            .violations
            .iter()
            .all(|violation| violation.message.len() < 8 * 200)
    );
    // A schema that refers to itself without end, in a union at every level.
    let tree = serde_json::json!({"anyOf": [{"properties": {"next": {"$ref": "#"}}, "required": ["no"]}, false],
        "properties": {"next": {"$ref": "#"}}});
    let deep = (0..100).fold(serde_json::json!({}), |next, _| serde_json::json!({"next": next}));
    assert!(explain(&tree, &deep).contains("`no` is missing"));
}

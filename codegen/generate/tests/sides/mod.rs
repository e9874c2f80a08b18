//! What the laws of generated code share: seeded schemas with marks and tags, and instances. In: a number. Out: a schema, and values to try on it.

/// What the fuzzer of the engine makes schemas and instances by.
#[allow(dead_code)]
#[path = "../../../../registry/compat/tests/common"]
mod common {
    pub(crate) mod generate;
    pub(crate) mod instances;
    pub(crate) mod mutate;
    pub(crate) mod random;
    pub(crate) mod themes;
    pub(crate) mod walk;
}

use common::instances::derived;
pub(crate) use common::instances::enumerated;
use common::mutate::{pair, policy_pair};
use common::random::Random;
use schemactl_model::Dialect;
use serde_json::{Value, json};

/// Another seed than the fuzzer has.
const SEED: u64 = 20_261_130;

/// Adds marks to lists and unions, at random.
fn add_marks(schema: &mut Value, random: &mut Random) {
    match schema {
        Value::Object(members) => {
            for below in members.values_mut() {
                add_marks(below, random);
            }
            let is_list = members.get("enum").is_some_and(Value::is_array);
            let is_union = ["oneOf", "anyOf"]
                .iter()
                .any(|keyword| members.get(*keyword).is_some_and(Value::is_array));
            if (is_list || is_union) && random.percent(50) {
                members.insert("x-extensible".to_owned(), true.into());
            }
        }
        Value::Array(elements) => {
            for below in elements {
                add_marks(below, random);
            }
        }
        _ => {}
    }
}

/// What a property of an event is, with values around what its type in Rust holds.
const FIELDS: [(&str, &str); 14] = [
    (
        r#"{"type": "string", "format": "date-time"}"#,
        r#"["2026-02-01T14:32:00Z", "2026-02-01T14:32:00+01:00"]"#,
    ),
    (
        r#"{"type": "string", "format": "uuid"}"#,
        r#"["x", "123e4567-e89b-12d3-a456-426614174000"]"#,
    ),
    (
        r#"{"type": "integer"}"#,
        "[0, -1, 9007199254740993, 18446744073709551615, -9223372036854775808, 1.0]",
    ),
    (
        r#"{"type": "integer", "minimum": 0, "maximum": 4294967295}"#,
        "[0, 4294967295, 4294967296, -1, 7.0]",
    ),
    (
        r#"{"type": "integer", "minimum": 0, "maximum": 18446744073709551615}"#,
        "[0, 18446744073709551615, 3.0]",
    ),
    (r#"{"type": "number"}"#, "[0, 0.1, 1e300, -1e-300, 9007199254740993]"),
    (
        r#"{"type": ["string", "null"], "maxLength": 2}"#,
        r#"[null, "", "ab", "abc"]"#,
    ),
    (r#"{"enum": ["x", "y"]}"#, r#"["x", "z", null, 1]"#),
    (r#"{"enum": [1, 2]}"#, "[1, 2.0, 3, 2.5, null]"),
    (r#"{"enum": ["x", 1, null]}"#, r#"["x", "z", 1, 2, null, true, 1.5]"#),
    (
        r#"{"type": "array", "uniqueItems": true, "items": {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}}"#,
        r#"[[], [{"id": 1}], [{"id": 1}, {"id": 2, "x": 1}], [{"id": 1, "x": 1}, {"id": 1, "x": 2}]]"#,
    ),
    (
        r#"{"type": "object", "minProperties": 1, "properties": {"p": {"type": "string"}}}"#,
        r#"[{}, {"p": "a"}, {"q": 1}, {"p": "a", "q": 1}]"#,
    ),
    (
        r#"{"type": "object", "additionalProperties": false, "properties": {"p": {"type": "string"}, "q": {"default": 1}}}"#,
        r#"[{}, {"p": "a"}, {"q": null}, {"r": 1}]"#,
    ),
    (
        r#"{"type": "object", "patternProperties": {"^x-": {"type": "integer"}}, "additionalProperties": {"type": "string"}}"#,
        r#"[{}, {"x-a": 1}, {"x-a": "1"}, {"b": "c"}]"#,
    ),
];

fn field(random: &mut Random) -> Value {
    serde_json::from_str(random.pick(&FIELDS).0).unwrap()
}

/// Returns the schema of that number: one of the fuzzer's, or a union of two with a tag.
pub(crate) fn schema_of(number: u64) -> (Value, Dialect) {
    let mut random = Random::new(SEED ^ number);
    let made = if random.percent(50) { pair } else { policy_pair };
    let made = made(SEED, number, random.percent(20));
    let is_plain = !made.sub.to_string().contains("$ref");
    let mut schema = made.sub;
    if random.percent(25) {
        schema = json!({"type": "object", "required": ["a"], "properties": {"a": field(&mut random), "b": field(&mut random)}});
    } else if is_plain && random.percent(20) {
        schema = json!({"type": "object", "required": ["a"], "properties": {"a": schema, "b": made.sup}});
    } else if is_plain && random.percent(40) {
        let kind = |tag: &str, value: &Value| {
            let tag = json!({ "enum": [tag] });
            json!({"type": "object", "required": ["a"], "properties": {"a": tag, "b": value}})
        };
        let mut kinds = [kind("a", &schema), kind("b", &made.sup)];
        if random.percent(50) {
            for kind in &mut kinds {
                kind["additionalProperties"] = false.into();
            }
        }
        let keyword = *random.pick(&["oneOf", "anyOf"]);
        schema = json!({ keyword: kinds });
    }
    add_marks(&mut schema, &mut random);
    if let Some(members) = schema.as_object_mut() {
        members.insert("$schema".to_owned(), made.dialect.uri().into());
    }
    (schema, made.dialect)
}

/// Returns values to try on a schema: of those that are tried on all, every so many; those that its constants and bounds suggest; and objects with
/// known and unknown tags.
pub(crate) fn instances_of(schema: &Value, number: u64, (enumerated, stride): (&[Value], usize)) -> Vec<Value> {
    let first = usize::try_from(number).unwrap() % stride;
    let mut instances: Vec<_> = enumerated.iter().skip(first).step_by(stride).cloned().collect();
    let fields = FIELDS.iter().filter(|(field, _)| {
        let field: Value = serde_json::from_str(field).unwrap();
        let keys = ["type", "format", "enum", "items", "minProperties", "patternProperties"];
        let is_it = |property: &Value| keys.iter().all(|key| property.get(*key) == field.get(*key));
        schema
            .get("properties")
            .and_then(Value::as_object)
            .is_some_and(|all| all.values().any(is_it))
    });
    let values: Vec<Value> = fields
        .flat_map(|(_, values)| serde_json::from_str::<Vec<Value>>(values).unwrap())
        .collect();
    for one in &values {
        instances.push(json!({ "a": one }));
        instances.extend(values.iter().map(|other| json!({"a": one, "b": other})));
    }
    let values = derived([schema, schema]);
    for tag in ["a", "b", "c"] {
        instances.extend(values.iter().take(12).map(|value| json!({"a": tag, "b": value})));
        instances.push(json!({"a": tag, "x": 1}));
    }
    instances.extend(values);
    instances
}

//! Small instances that schemas are tried on: a fixed list that reaches two levels deep, and more from a pair's own constants.

use serde_json::{Value, json};

use super::generate::NAMES;

/// About a thousand instances.
pub(crate) fn enumerated() -> Vec<Value> {
    let mut found = scalars();
    let small = [
        json!(null),
        json!(1),
        json!(0),
        json!("a"),
        json!(true),
        json!([]),
        json!({}),
    ];
    arrays(&small, &mut found);
    objects(&small, &mut found);
    nested(&mut found);
    found
}

fn scalars() -> Vec<Value> {
    let values = json!([
        null,
        true,
        false,
        0,
        1,
        2,
        3,
        4,
        5,
        6,
        -1,
        -2,
        -3,
        0.5,
        1.5,
        -0.5,
        2.5,
        0.25,
        10,
        11,
        9,
        12,
        100,
        "",
        "a",
        "b",
        "c",
        "ab",
        "ba",
        "aa",
        "bb",
        "abc",
        "aaa",
        "b1",
        "1",
        "0",
        "x",
        "x-1",
        "xyz",
        "\n",
        "a\n",
        "é",
        "\u{1f600}",
        "abcd",
        "A",
        " ",
    ]);
    values.as_array().expect("it was written as one").clone()
}

fn arrays(small: &[Value], found: &mut Vec<Value>) {
    let more = [
        json!(2),
        json!(0.5),
        json!("b"),
        json!("ab"),
        json!(false),
        json!([1]),
        json!({"a": 1}),
    ];
    found.push(json!([]));
    found.extend(small.iter().chain(&more).map(|element| json!([element])));
    for first in small.iter().chain(&more) {
        for second in small.iter().chain(&more) {
            found.push(json!([first, second]));
        }
    }
    for first in &small[1..5] {
        for second in &small[1..5] {
            for third in &small[1..5] {
                found.push(json!([first, second, third]));
            }
            found.push(json!([first, second, 2, "b"]));
        }
    }
    found.push(json!([0, 1, 2, 3]));
    found.push(json!(["a", "b", "c", "ab", 1]));
}

fn objects(small: &[Value], found: &mut Vec<Value>) {
    let more = [
        json!(2),
        json!(0.5),
        json!(""),
        json!("ab"),
        json!(false),
        json!([1]),
        json!({"a": 1}),
    ];
    let names = [NAMES.as_slice(), &["x", "", "1", "aa", "x-1"]].concat();
    found.push(json!({}));
    for name in &names {
        found.extend(small.iter().chain(&more).map(|value| json!({ *name: value })));
    }
    for (one, other) in [
        ("a", "b"),
        ("a", "c"),
        ("b", "c"),
        ("a", "ab"),
        ("a", "x"),
        ("b", "x"),
        ("b", "ab"),
    ] {
        for first in small {
            for second in &small[..5] {
                found.push(json!({ one: first, other: second }));
            }
        }
    }
    for value in small {
        found.push(json!({ "a": value, "b": value, "c": value }));
        found.push(json!({ "a": value, "b": 1, "x": value }));
        found.push(json!({ "a": value, "b": 1, "c": "a", "ab": value }));
        found.push(json!({ "a": 1, "b": value, "c": 2, "ab": 0, "x": null }));
    }
}

/// Instances that recursive schemas tell apart.
fn nested(found: &mut Vec<Value>) {
    let leaves = [
        json!({}),
        json!([]),
        json!(1),
        json!("a"),
        json!(null),
        json!({"a": 1}),
        json!([{}]),
        json!({"a": {}}),
    ];
    for leaf in &leaves {
        for name in ["a", "b", "c"] {
            found.push(json!({ name: { "a": leaf } }));
            found.push(json!({ name: { "b": leaf } }));
            found.push(json!({ name: [leaf] }));
            found.push(json!({ name: { name: { name: leaf } } }));
        }
        found.push(json!([[leaf]]));
        found.push(json!([[leaf, leaf]]));
        found.push(json!([{ "a": leaf }]));
        found.push(json!([{ "b": [leaf] }]));
        found.push(json!([[[leaf]]]));
        for other in &leaves {
            found.push(json!({ "a": leaf, "b": [other] }));
            found.push(json!({ "a": [leaf], "b": { "a": other } }));
            found.push(json!([[leaf], [other]]));
        }
    }
}

/// Instances from the constants, names and bounds that stand in the schemas.
pub(crate) fn derived(schemas: [&Value; 2]) -> Vec<Value> {
    let mut atoms = Vec::new();
    for schema in schemas {
        collect(schema, &mut atoms);
    }
    atoms.truncate(40);
    let mut found = atoms.clone();
    for (index, atom) in atoms.iter().enumerate() {
        let next = &atoms[(index + 1) % atoms.len()];
        found.push(json!([atom]));
        found.push(json!([atom, atom]));
        found.push(json!([next, atom]));
        for name in NAMES {
            found.push(json!({ name: atom }));
            found.push(json!({ name: [atom] }));
        }
        found.push(json!({ "a": atom, "b": next }));
        found.push(json!({ "a": atom, "b": next, "c": atom }));
        if let Some(name) = atom.as_str() {
            found.push(json!({ name: next }));
        }
    }
    found
}

/// Every constant, and the numbers around every bound.
fn collect(value: &Value, atoms: &mut Vec<Value>) {
    let mut add = |atom: Value| {
        if !atoms.contains(&atom) {
            atoms.push(atom);
        }
    };
    match value {
        Value::Number(number) => {
            add(value.clone());
            if let Some(number) = number.as_i64() {
                add((number + 1).into());
                add((number - 1).into());
            }
        }
        Value::Array(elements) => {
            if elements.len() < 4 {
                add(value.clone());
            }
            for element in elements {
                collect(element, atoms);
            }
        }
        Value::Object(members) => {
            for value in members.values() {
                collect(value, atoms);
            }
        }
        Value::String(text) if !text.contains('#') => add(value.clone()),
        _ => {}
    }
}

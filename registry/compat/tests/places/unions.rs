//! Unions that a tag tells apart, with one to three breaks planted in their branches: each break is told at its own place, with the values that stand
//! there in both documents, and with the reason of its own branch.

use std::collections::BTreeSet;

use schemactl_compat::{Break, Change, ChangeKind, EventPath, Explained, Explanation, Impact, Policy, Validator};
use schemactl_model::{Dialect, Pointer, Value};

use crate::{explained_under, read, told};

/// What is planted into a branch: what is replaced, and by what.
type Plant = (&'static str, &'static str);

/// The branches, each with breaks that can be planted into it, in both directions.
const BRANCHES: [(&str, [Plant; 5]); 3] = [
    (
        r#"{"type": "object", "required": ["kind", "number"], "properties": {"kind": {"const": "card"}, "number": {"type": "string"}, "scheme": {"const": "visa"}, "limit": {"type": "integer", "maximum": 10}}}"#,
        [
            (r#"{"const": "card"}"#, r#"{"const": "credit"}"#),
            (r#"{"const": "visa"}"#, r#"{"const": "amex"}"#),
            (r#""number": {"type": "string"}"#, r#""number": {"type": "integer"}"#),
            (r#""maximum": 10"#, r#""maximum": 5"#),
            (
                r#""required": ["kind", "number"]"#,
                r#""required": ["kind", "number", "scheme"]"#,
            ),
        ],
    ),
    (
        r#"{"type": "object", "required": ["kind", "bic"], "properties": {"kind": {"const": "sepa"}, "bic": {"type": "string"}, "bank": {"enum": ["a", "b"]}, "to": {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}}}}"#,
        [
            (r#"{"const": "sepa"}"#, r#"{"const": "transfer"}"#),
            (
                r#""bic": {"type": "string"}"#,
                r#""bic": {"type": "string", "minLength": 8}"#,
            ),
            (r#"["a", "b"]"#, r#"["a"]"#),
            (r#""city": {"type": "string"}"#, r#""city": {"const": "Bern"}"#),
            (r#""required": ["city"]"#, r#""required": ["city", "zip"]"#),
        ],
    ),
    (
        r#"{"type": "object", "required": ["kind"], "properties": {"kind": {"const": "cash"}, "coins": {"type": "array", "items": {"const": 1}}, "note": {"type": ["string", "null"]}, "till": {"pattern": "^[a-z]+$", "type": "string"}}}"#,
        [
            (r#"{"const": "cash"}"#, r#"{"const": "money"}"#),
            (r#"{"const": 1}"#, r#"{"const": 2}"#),
            (r#"["string", "null"]"#, r#""string""#),
            (r#""pattern": "^[a-z]+$""#, r#""pattern": "^[0-9]+$""#),
            (r#""required": ["kind"]"#, r#""required": ["kind", "till"]"#),
        ],
    ),
];

/// A document with the union of the branches, with breaks planted into them.
fn document(form: &str, plants: &[(usize, usize)]) -> String {
    let branches = BRANCHES.iter().enumerate().map(|(branch, (text, known))| {
        let mut text = (*text).to_owned();
        for (_, plant) in plants.iter().filter(|(of, _)| *of == branch) {
            let (before, after) = known[*plant];
            assert!(text.contains(before), "{text} without {before}");
            text = text.replace(before, after);
        }
        text
    });
    form.replace("BRANCHES", &branches.collect::<Vec<_>>().join(", "))
}

/// Where unions stand.
const FORMS: [&str; 4] = [
    r#"{"type": "object", "required": ["payment"], "properties": {"payment": {"oneOf": [BRANCHES]}}}"#,
    r#"{"type": "object", "properties": {"payment": {"anyOf": [BRANCHES]}, "id": {"type": "string"}}}"#,
    r#"{"type": "object", "required": ["all"], "properties": {"all": {"type": "array", "items": {"oneOf": [BRANCHES]}}}}"#,
    r#"{"oneOf": [BRANCHES]}"#,
];

/// The events of a form, of which `EVENT` is one of the union.
const EVENTS: [&str; 4] = [
    r#"{"payment": EVENT}"#,
    r#"{"payment": EVENT, "id": "7"}"#,
    r#"{"all": [EVENT]}"#,
    "EVENT",
];

/// An event of each branch as it was.
const EVENTS_OF_BRANCHES: [&str; 3] = [
    r#"{"kind": "card", "number": "12", "scheme": "visa", "limit": 3}"#,
    r#"{"kind": "sepa", "bic": "COBADEFFXXX", "bank": "a", "to": {"city": "Bern", "zip": "1"}}"#,
    r#"{"kind": "cash", "coins": [1], "note": "", "till": "a"}"#,
];

/// The schemas around a keyword from the branch that it is in, each with the places of an event that it describes.
fn schemas_around<'v>(document: &'v Value, keyword: &Pointer, event: &Value) -> Vec<(&'v Value, Vec<Pointer>)> {
    let tokens = keyword.tokens();
    let mut places = vec![Pointer::root()];
    let (mut at, mut is_in_branch) = (Pointer::root(), false);
    let mut found = Vec::new();
    let mut index = 0;
    while index < tokens.len() {
        let step = match tokens[index].as_str() {
            "properties" => 2,
            "oneOf" | "anyOf" => {
                is_in_branch = true;
                2
            }
            "items" => 1,
            _ => break,
        };
        if index + step > tokens.len() {
            break;
        }
        for token in &tokens[index..index + step] {
            at = at.join(token.as_str());
        }
        places = match tokens[index].as_str() {
            "properties" => places
                .iter()
                .map(|place| place.join(tokens[index + 1].as_str()))
                .collect(),
            "items" => places
                .iter()
                .filter_map(|place| Some((place, place.resolve(event)?.as_array()?.len())))
                .flat_map(|(place, length)| (0..length).map(|element| place.join(element.to_string())))
                .collect(),
            _ => places,
        };
        if is_in_branch && let Some(schema) = at.resolve(document) {
            found.push((schema, places.clone()));
        }
        index += step;
    }
    found
}

/// What validators of the schemas around a keyword say of an event.
fn own_messages(document: &Value, keyword: &Pointer, event: &Value) -> BTreeSet<String> {
    let schemas = schemas_around(document, keyword, event).into_iter();
    let messages = schemas.flat_map(|(schema, places)| {
        let validator = Validator::new(schema, Dialect::Draft202012).unwrap();
        let values: Vec<_> = places.iter().filter_map(|place| place.resolve(event)).collect();
        values
            .into_iter()
            .flat_map(|value| validator.errors(value).unwrap())
            .map(|violation| violation.message)
            .collect::<Vec<_>>()
    });
    messages.collect()
}

/// What is wrong with a break of a change. `keyword` is the place of the change in the reader.
fn faults_of_break(found: &Break, change: &Change, reader: &Value, keyword: &Pointer) -> Vec<String> {
    let mut faults = Vec::new();
    let said = found.violation.as_ref().map(|violation| violation.message.clone());
    let own = own_messages(reader, keyword, &found.witness);
    if !said.as_ref().is_some_and(|said| own.contains(said)) {
        faults.push(format!("the reason {said:?} is not one of its branch: {own:?}"));
    }
    let Some(place) = &found.place else {
        return vec!["no place".to_owned()];
    };
    let path = EventPath::of_instance(&found.witness, place).to_string();
    if path != change.path.to_string() {
        faults.push(format!("it breaks at `{path}`"));
    }
    if let Some(repaired) = &found.repaired {
        let without = |event: &Value| {
            let holder = place
                .tokens()
                .split_last()
                .map(|(last, above)| (last.clone(), above.to_vec()));
            let (last, above) = holder.unwrap_or_default();
            let above = above.iter().fold(Pointer::root(), |at, token| at.join(token.as_str()));
            let holder = above.resolve(event).and_then(Value::as_object);
            let left = holder.map(|members| members.iter().filter(|one| one.key != last).count());
            (left, event.as_object().map(schemactl_model::JsonObject::len))
        };
        let validator = Validator::new(reader, Dialect::Draft202012).unwrap();
        if !validator.is_valid(repaired).unwrap() {
            faults.push("the reader rejects the repaired event".to_owned());
        }
        if without(repaired).0 != without(&found.witness).0 {
            faults.push(format!("the repaired event differs elsewhere: {}", repaired.to_json()));
        }
    }
    faults
}

/// What is wrong with a change: it tells the values at its places.
fn faults_of_change(one: &Explained, old: &Value, new: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let change = &one.change;
    let (before, after) = (change.old.resolve(old), change.new.resolve(new));
    let (Some(before), Some(after)) = (before, after) else {
        return vec!["a place that does not exist".to_owned()];
    };
    if change.kind == ChangeKind::ConstChanged {
        let expected = format!("value changed from `{}` to `{}`", before.to_json(), after.to_json());
        if change.what != expected {
            faults.push(format!("{}, and at its places: {expected}", change.what));
        }
    }
    for (impact, reader, keyword) in [(&one.backward, new, &change.new), (&one.forward, old, &change.old)] {
        if let Impact::Breaks(found) = impact {
            let own = faults_of_break(found, change, reader, keyword);
            faults.extend(
                own.into_iter()
                    .map(|fault| format!("{fault}; event {}", found.witness.to_json())),
            );
        }
    }
    faults
}

fn faults(explanation: &Explanation, old: &Value, new: &Value) -> Vec<String> {
    let each = explanation.changes.iter().flat_map(|one| {
        let faults = faults_of_change(one, old, new).into_iter();
        faults.map(|fault| format!("  {} {}: {fault}", one.change.kind, one.change.path))
    });
    each.collect()
}

/// Every choice of up to three breaks, some of those of three.
fn choices() -> Vec<Vec<(usize, usize)>> {
    let all: Vec<(usize, usize)> = (0..3)
        .flat_map(|branch| (0..5).map(move |plant| (branch, plant)))
        .collect();
    let mut found: Vec<Vec<_>> = all.iter().map(|one| vec![*one]).collect();
    for (index, one) in all.iter().enumerate() {
        for (at, other) in all.iter().enumerate().skip(index + 1) {
            found.push(vec![*one, *other]);
            let thirds = all
                .iter()
                .enumerate()
                .skip(at + 1)
                .filter(|(third, _)| (index + at + third) % 16 == 0);
            found.extend(thirds.map(|(_, third)| vec![*one, *other, *third]));
        }
    }
    found
}

#[test]
fn each_break_of_a_tagged_union_is_told_with_what_stands_at_its_place() {
    let mut wrong = Vec::new();
    for (number, plants) in choices().into_iter().enumerate() {
        let form = FORMS[number / 4 % FORMS.len()];
        let (before, after) = (document(form, &[]), document(form, &plants));
        for (old, new) in [(&before, &after), (&after, &before)] {
            // Without an example, and with one of each branch.
            let event = EVENTS_OF_BRANCHES
                .get(number % 4)
                .map(|event| EVENTS[number / 4 % FORMS.len()].replace("EVENT", event));
            let explanation = explained_under(Policy::default(), old, new, event.as_deref());
            let found = faults(&explanation, &read(old), &read(new));
            if !found.is_empty() {
                wrong.push(format!(
                    "{plants:?} {form}\n{old}\n{new}\n{:#?}\n{}",
                    told(&explanation),
                    found.join("\n")
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

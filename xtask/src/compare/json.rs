//! Takes two JSON values apart. In: what two builds printed. Out: each difference with its place and kind. Elements of lists are paired first
//! where they state the same facts, so that one finding more is one difference.

use serde_json::Value;

use super::difference::{Difference, DifferenceKind};

/// The members of reports, plans and batches that hold sentences: `docs/report.schema.json`, `docs/diff.schema.json` and
/// `docs/batch.schema.json` describe them so.
const SENTENCES: [&str; 11] = [
    "message",
    "fix",
    "why",
    "reason",
    "label",
    "text",
    "hint",
    "what",
    "assumptions",
    "note",
    "detail",
];

/// The members that hold a measured time.
const TIMES: [&str; 1] = ["us"];

/// Returns the differences of two values; `place` is a property path, in which every element of a list is `[]`.
pub(crate) fn compare_values(place: &str, old: &Value, new: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    walk(place, old, new, &mut found);
    found
}

fn walk(place: &str, old: &Value, new: &Value, found: &mut Vec<Difference>) {
    match (old, new) {
        _ if old == new => {}
        (Value::Object(before), Value::Object(after)) => {
            for (name, value) in before {
                let inside = format!("{place}.{name}");
                match after.get(name) {
                    Some(other) => walk(&inside, value, other, found),
                    None => found.push(Difference::new(
                        DifferenceKind::Fact,
                        &inside,
                        &value.to_string(),
                        "absent",
                    )),
                }
            }
            for (name, value) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
                let inside = format!("{place}.{name}");
                found.push(Difference::new(
                    DifferenceKind::Fact,
                    &inside,
                    "absent",
                    &value.to_string(),
                ));
            }
        }
        (Value::Array(before), Value::Array(after)) => walk_lists(&format!("{place}[]"), before, after, found),
        _ => found.push(Difference::new(
            kind_of(place, old, new),
            place,
            &old.to_string(),
            &new.to_string(),
        )),
    }
}

fn kind_of(place: &str, old: &Value, new: &Value) -> DifferenceKind {
    let member = place.rsplit('.').next().unwrap_or_default().trim_end_matches("[]");
    match (old, new) {
        (Value::String(_), Value::String(_)) if SENTENCES.contains(&member) => DifferenceKind::Wording,
        (Value::Number(_), Value::Number(_)) if TIMES.contains(&member) => DifferenceKind::Time,
        _ => DifferenceKind::Fact,
    }
}

fn walk_lists(place: &str, before: &[Value], after: &[Value], found: &mut Vec<Difference>) {
    let mut free: Vec<usize> = (0..after.len()).collect();
    let mut partners: Vec<Option<usize>> = vec![None; before.len()];
    let same: [fn(&str, &Value, &Value) -> bool; 2] = [|_, old, new| old == new, states_same_facts];
    for states_same in same {
        for (old, partner) in before
            .iter()
            .zip(&mut partners)
            .filter(|(_, partner)| partner.is_none())
        {
            let at = free.iter().position(|new| states_same(place, old, &after[*new]));
            *partner = at.map(|at| free.remove(at));
        }
    }
    let order: Vec<usize> = partners.iter().flatten().copied().collect();
    if !order.is_sorted() {
        found.push(Difference::new(
            DifferenceKind::Fact,
            place,
            "in this order",
            "in another order",
        ));
    }
    let mut alone = Vec::new();
    for (old, partner) in before.iter().zip(&partners) {
        match partner {
            Some(new) => walk(place, old, &after[*new], found),
            None => alone.push(old),
        }
    }
    if alone.len() == free.len() {
        for (old, new) in alone.into_iter().zip(free) {
            walk(place, old, &after[new], found);
        }
        return;
    }
    for old in alone {
        found.push(Difference::new(DifferenceKind::Fact, place, &old.to_string(), "absent"));
    }
    for new in free {
        found.push(Difference::new(
            DifferenceKind::Fact,
            place,
            "absent",
            &after[new].to_string(),
        ));
    }
}

fn states_same_facts(place: &str, old: &Value, new: &Value) -> bool {
    // Sentences alone state no facts that tell one element from another.
    old.is_object()
        && compare_values(place, old, new)
            .iter()
            .all(|found| found.kind != DifferenceKind::Fact)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn compare(old: &Value, new: &Value) -> Vec<(DifferenceKind, String)> {
        let found = compare_values("report", old, new);
        found.into_iter().map(|found| (found.kind, found.place)).collect()
    }

    #[test]
    fn sentences_are_told_from_facts() {
        let old = json!({"findings": [{"rule": "a", "message": "x", "line": 1}], "us": 3});
        let new = json!({"findings": [{"rule": "a", "message": "y", "line": 2}], "us": 4});
        assert_eq!(
            compare(&old, &new),
            [
                (DifferenceKind::Fact, "report.findings[].line".to_owned()),
                (DifferenceKind::Wording, "report.findings[].message".to_owned()),
                (DifferenceKind::Time, "report.us".to_owned()),
            ]
        );
        // A sentence that is there on one side only is a fact, and so is one in the witness of a finding.
        let gone = json!({"why": null, "witness": {"code": "x"}});
        let there = json!({"why": "because", "witness": {"code": "y"}});
        let kinds: Vec<_> = compare(&gone, &there).into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(kinds, [DifferenceKind::Fact, DifferenceKind::Fact]);
    }

    #[test]
    fn one_element_more_is_one_difference() {
        let old = json!([{"rule": "b", "message": "1"}, {"rule": "c", "message": "2"}]);
        let new =
            json!([{"rule": "a", "message": "0"}, {"rule": "b", "message": "one"}, {"rule": "c", "message": "2"}]);
        assert_eq!(
            compare(&old, &new),
            [
                (DifferenceKind::Wording, "report[].message".to_owned()),
                (DifferenceKind::Fact, "report[]".to_owned()),
            ]
        );
        let turned = json!([{"rule": "c", "message": "2"}, {"rule": "b", "message": "1"}]);
        assert_eq!(compare(&old, &turned), [(DifferenceKind::Fact, "report[]".to_owned())]);
        assert!(compare(&old, &old).is_empty());
    }
}

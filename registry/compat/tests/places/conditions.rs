//! Schemas that decide without being demanded: `if`, `then`, `else`, `not`, `dependentRequired` and `dependentSchemas`, with breaks planted into them.
//! Each break is told at the keyword that changed, and its words name the property.

use schemactl_compat::{ChangeKind, Explained, Policy, Schema, changes};
use schemactl_model::{Dialect, Kind, Pointer, Value};

use crate::{explained, explained_under, read};

/// What is planted: what is replaced, by what, and the properties that it is about.
type Plant = (&'static str, &'static str, &'static str);

/// The properties of the object that the keywords stand in.
const PROPERTIES: &str = r#""properties": {"kind": {"type": "string"}, "number": {"type": "string"}, "iban": {"type": "string"}, "amount": {"type": "integer"},
    "card": {"type": "object", "properties": {"holder": {"type": "string"}, "year": {"type": "integer"}}}}"#;

/// Keywords, each with changes that can be planted into it.
const KEYWORDS: [(&str, &[Plant]); 6] = [
    (
        r#""if": {"properties": {"kind": {"const": "card"}}, "required": ["kind"]}, "then": {"required": ["number"], "properties": {"number": {"minLength": 4}, "card": {"required": ["holder"], "properties": {"year": {"minimum": 2000}}}}}, "else": {"properties": {"iban": {"maxLength": 34}}}"#,
        &[
            (
                r#""required": ["number"]"#,
                r#""required": ["number", "amount"]"#,
                "amount",
            ),
            (r#"{"minLength": 4}"#, r#"{"minLength": 8}"#, "number"),
            (
                r#"{"minLength": 4}"#,
                r#"{"minLength": 4, "pattern": "^[0-9]*$"}"#,
                "number",
            ),
            (r#"["holder"]"#, r#"["holder", "year"]"#, "card.year"),
            (r#"{"minimum": 2000}"#, r#"{"minimum": 2020}"#, "card.year"),
            (r#"{"maxLength": 34}"#, r#"{"maxLength": 20}"#, "iban"),
            (
                r#""else": {"properties""#,
                r#""else": {"required": ["iban"], "properties""#,
                "iban",
            ),
            (r#"{"const": "card"}"#, r#"{"const": "credit"}"#, "kind"),
            (r#"{"const": "card"}"#, r#"{"enum": ["card", "credit"]}"#, "kind"),
            (r#", "required": ["kind"]}"#, "}", "kind"),
        ],
    ),
    (
        r#""if": {"required": ["iban"]}, "then": {"required": ["kind"]}"#,
        &[
            (
                r#""then": {"required": ["kind"]}"#,
                r#""then": {"required": ["kind"]}, "else": {"required": ["number"]}"#,
                "number",
            ),
            (r#"["iban"]"#, r#"["number"]"#, "number"),
            (r#"["kind"]"#, r#"["kind", "amount"]"#, "amount"),
            (r#""then": {"required": ["kind"]}"#, r#""then": {}"#, "kind"),
            (
                r#""then": {"required": ["kind"]}"#,
                r#""then": {"required": ["kind"], "properties": {"card": {"required": ["year"]}}}"#,
                "card.year",
            ),
        ],
    ),
    (
        r#""not": {"required": ["amount", "iban"], "properties": {"amount": {"minimum": 100}}}"#,
        &[
            (r#"{"minimum": 100}"#, r#"{"minimum": 50}"#, "amount"),
            (r#"["amount", "iban"]"#, r#"["amount"]"#, "iban"),
            (r#"["amount", "iban"]"#, r#"["amount", "iban", "number"]"#, "number"),
            (
                r#"{"amount": {"minimum": 100}}"#,
                r#"{"amount": {"minimum": 100}, "kind": {"const": "card"}}"#,
                "kind",
            ),
        ],
    ),
    (
        r#""dependentRequired": {"number": ["kind"], "iban": ["amount"]}"#,
        &[
            (r#"["kind"]"#, r#"["kind", "card"]"#, "card"),
            (r#"["amount"]"#, r#"["amount", "kind", "number"]"#, "kind"),
            (r#""number": ["kind"], "#, "", "kind"),
            (
                r#""iban": ["amount"]"#,
                r#""iban": ["amount"], "card": ["amount"]"#,
                "amount",
            ),
        ],
    ),
    (
        r#""dependentSchemas": {"number": {"required": ["kind"], "properties": {"amount": {"minimum": 1}}}}"#,
        &[
            (r#"["kind"]"#, r#"["kind", "card"]"#, "card"),
            (r#"{"minimum": 1}"#, r#"{"minimum": 5}"#, "amount"),
            (r#"{"minimum": 1}"#, r#"{"minimum": 1, "maximum": 9}"#, "amount"),
            (
                r#""dependentSchemas": {"#,
                r#""dependentSchemas": {"iban": {"properties": {"amount": {"maximum": 7}}}, "#,
                "amount",
            ),
            (
                r#"{"required": ["kind"], "properties": {"amount": {"minimum": 1}}}"#,
                "{}",
                "kind|amount",
            ),
        ],
    ),
    (
        r#""title": "none""#,
        &[
            (
                r#""title": "none""#,
                r#""if": {"required": ["iban"]}, "then": {"required": ["kind"]}"#,
                "kind",
            ),
            (
                r#""title": "none""#,
                r#""if": {"properties": {"kind": {"const": "card"}}, "required": ["kind"]}, "else": {"properties": {"amount": {"minimum": 3}}}"#,
                "amount",
            ),
            (
                r#""title": "none""#,
                r#""not": {"required": ["iban", "amount"]}"#,
                "iban",
            ),
            (
                r#""title": "none""#,
                r#""dependentRequired": {"iban": ["kind"]}"#,
                "kind",
            ),
            (
                r#""title": "none""#,
                r#""dependentSchemas": {"iban": {"required": ["kind"]}}"#,
                "kind",
            ),
        ],
    ),
];

/// Where the keywords stand, and the steps from the event to their object.
const FORMS: [(&str, &str); 6] = [
    (r#"{"type": "object", PROPERTIES, KEYWORDS}"#, ""),
    (
        r#"{"type": "object", "required": ["payment"], "properties": {"id": {"type": "string"}, "payment": {"type": "object", PROPERTIES, KEYWORDS}}}"#,
        "payment.",
    ),
    (
        r#"{"type": "object", "properties": {"all": {"type": "array", "items": {"type": "object", PROPERTIES, KEYWORDS}}}}"#,
        "all[].",
    ),
    (
        r#"{"type": "object", PROPERTIES, "allOf": [{"if": {"required": ["card"]}, "then": {"required": ["kind"]}}, {KEYWORDS}]}"#,
        "",
    ),
    (
        r##"{"type": "object", "required": ["payment"], "properties": {"payment": {"$ref": "#/$defs/Payment"}}, "$defs": {"Payment": {"type": "object", PROPERTIES, KEYWORDS}}}"##,
        "payment.",
    ),
    (
        r#"{"type": "object", "properties": {"payment": {"type": ["object", "null"], PROPERTIES, KEYWORDS}}}"#,
        "payment.",
    ),
];

fn document(form: &str, keywords: &str) -> String {
    form.replace("PROPERTIES", PROPERTIES).replace("KEYWORDS", keywords)
}

/// The places at which two documents differ, in the first of them: the members that the other does not have, and the values that are others.
fn differences(here: &Pointer, one: &Value, other: &Value, found: &mut Vec<Pointer>) {
    match (&one.kind, &other.kind) {
        (Kind::Object(members), Kind::Object(others)) => {
            for member in members.iter() {
                let place = here.join(member.key.as_str());
                match others.value(&member.key) {
                    Some(value) => differences(&place, &member.value, value, found),
                    None => found.push(place),
                }
            }
        }
        _ if one != other => found.push(here.clone()),
        _ => {}
    }
}

/// What was counted.
#[derive(Debug, Default)]
struct Figures {
    breaks: usize,
    /// Of these, those that one property less, or another value of it, mends.
    repaired: usize,
    wrong: Vec<String>,
}

impl Figures {
    fn describe(&self, pairs: usize) -> String {
        format!(
            "{pairs} pairs, {} breaks, {} repaired, {} wrong",
            self.breaks,
            self.repaired,
            self.wrong.len()
        )
    }

    /// Every break has its place and its words, and nearly all a property that mends the event.
    fn assert_told(&self) {
        assert!(
            self.repaired * 100 >= self.breaks * 90,
            "{} of {}",
            self.repaired,
            self.breaks
        );
        assert_eq!(self.wrong, Vec::<String>::new());
    }
}

/// Compares two documents, and counts where their breaks are told.
fn measure(figures: &mut Figures, (old, new): (&str, &str), names: &[String], policy: Policy) {
    let (of_old, of_new) = (read(old), read(new));
    let (mut in_old, mut in_new) = (Vec::new(), Vec::new());
    differences(&Pointer::root(), &of_old, &of_new, &mut in_old);
    differences(&Pointer::root(), &of_new, &of_old, &mut in_new);
    let explanation = explained_under(policy, old, new, None);
    let others = [&explanation.backward, &explanation.forward];
    if let Some(other) = others.into_iter().flatten().next() {
        figures
            .wrong
            .push(format!("{old} → {new}: no change explains {}", other.witness.to_json()));
    }
    for Explained {
        change,
        backward,
        forward,
        ..
    } in &explanation.changes
    {
        let sides = [
            (
                backward,
                (&change.old, &of_old, &in_old),
                (&change.new, &of_new, &in_new),
            ),
            (
                forward,
                (&change.new, &of_new, &in_new),
                (&change.old, &of_old, &in_old),
            ),
        ];
        for (impact, writer, reader) in sides {
            let Some(found) = impact.as_break() else { continue };
            figures.breaks += 1;
            // Of an object that is exchanged as a whole nothing is learned.
            let place = found.place.as_ref().and_then(|place| place.resolve(&found.witness));
            let is_one_value = found.repaired.is_some() && place.is_none_or(|place| place.as_object().is_none());
            figures.repaired += usize::from(is_one_value);
            let rejected = found.lines.rejected_at.as_ref().unwrap_or(reader.0);
            let allowed = found.lines.allowed_at.as_ref().unwrap_or(writer.0);
            let is_in = |place: &Pointer, changed: &[Pointer]| changed.iter().any(|one| place.starts_with(one));
            // Each change is somewhere: what was added or removed is in one of the documents only.
            // What the reader lost is told in the schema that had it.
            let lost_here = |one: &&Pointer| {
                let holder = one.tokens().split_last().map_or(&[][..], |(_, holder)| holder);
                !holder.is_empty() && rejected.tokens().starts_with(holder)
            };
            let is_told = is_in(rejected, reader.2)
                || (is_in(allowed, writer.2) && writer.2.iter().filter(lost_here).count() > 0);
            let is_there = rejected.resolve(reader.1).is_some() && allowed.resolve(writer.1).is_some();
            let is_named = names
                .iter()
                .any(|name| change.sentence().contains(&format!("`{name}`")));
            if !is_told || !is_there || !is_named {
                figures.wrong.push(format!(
                    "{} at {rejected}, allowed at {allowed}; changed {:?} {:?}",
                    change.sentence(),
                    in_old.iter().map(ToString::to_string).collect::<Vec<_>>(),
                    in_new.iter().map(ToString::to_string).collect::<Vec<_>>()
                ));
            }
        }
    }
}

#[test]
fn a_break_in_a_condition_is_told_at_the_keyword_that_changed() {
    let mut figures = Figures::default();
    let mut pairs = 0;
    for (index, (form, prefix)) in FORMS.into_iter().enumerate() {
        for (keywords, plants) in KEYWORDS {
            for (before, after, name) in plants {
                assert!(keywords.contains(before), "{keywords} without {before}");
                let (old, new) = (
                    document(form, keywords),
                    document(form, &keywords.replacen(before, after, 1)),
                );
                // Policies differ in what they close, not in where a condition stands.
                let policies = [Policy::TolerantReader, Policy::OpenStrict];
                for policy in policies.into_iter().take(if index == 0 { 2 } else { 1 }) {
                    for pair in [(&*old, &*new), (&*new, &*old)] {
                        let known = figures.breaks;
                        let names: Vec<String> = name.split('|').map(|name| format!("{prefix}{name}")).collect();
                        measure(&mut figures, pair, &names, policy);
                        pairs += 1;
                        if figures.breaks == known && explained(pair.0, pair.1).changes.is_empty() {
                            figures.wrong.push(format!("{} → {}: no change", pair.0, pair.1));
                        }
                    }
                }
            }
        }
    }
    println!("{}", figures.describe(pairs));
    assert!(
        figures.breaks * 10 > pairs * 4,
        "{} breaks of {pairs} pairs",
        figures.breaks
    );
    figures.assert_told();
}

/// Two changes in two keywords: each has its place and its words.
#[test]
fn of_two_breaks_in_conditions_each_has_its_place() {
    let mut figures = Figures::default();
    let mut pairs = 0;
    let (condition, of_condition) = KEYWORDS[0];
    for (keywords, plants) in &KEYWORDS[2..5] {
        for (one, other) in of_condition
            .iter()
            .flat_map(|one| plants.iter().map(move |other| (one, other)))
        {
            let both = format!("{condition}, {keywords}");
            let changed = format!(
                "{}, {}",
                condition.replacen(one.0, one.1, 1),
                keywords.replacen(other.0, other.1, 1)
            );
            let (old, new) = (document(FORMS[0].0, &both), document(FORMS[0].0, &changed));
            let names: Vec<String> = [one.2, other.2]
                .iter()
                .flat_map(|names| names.split('|'))
                .map(str::to_owned)
                .collect();
            for pair in [(&*old, &*new), (&*new, &*old)] {
                pairs += 1;
                measure(&mut figures, pair, &names, Policy::TolerantReader);
            }
        }
    }
    println!("{}", figures.describe(pairs));
    assert!(figures.breaks > pairs, "{} breaks of {pairs} pairs", figures.breaks);
    figures.assert_told();
}

/// Conditions that refer to each other through other conditions end, in words that people read.
#[test]
fn conditions_inside_conditions_are_told_in_a_line() {
    let document = |most: u8| {
        let definition = |index: usize| {
            let (next, other) = ((index + 1) % 20, (index * 3 + 1) % 20);
            let most = if index == 10 { most } else { 5 };
            format!(
                r##""d{index}": {{"type": "object", "properties": {{
                    "x": {{"type": "object", "if": {{"properties": {{"k": {{"$ref": "#/$defs/d{next}"}}}}}}, "then": {{"properties": {{"z": {{"$ref": "#/$defs/d{other}"}}}}}},
                        "not": {{"properties": {{"q": {{"$ref": "#/$defs/d{other}"}}}}, "required": ["q"]}}}},
                    "v": {{"type": "integer", "maximum": {most}}}}}}}"##
            )
        };
        let definitions: Vec<String> = (0..20).map(definition).collect();
        format!(
            r##"{{"type": "object", "properties": {{"r": {{"$ref": "#/$defs/d0"}}}}, "$defs": {{{}}}}}"##,
            definitions.join(", ")
        )
    };
    let (old, new) = (read(&document(5)), read(&document(7)));
    let dialect = Dialect::Draft202012;
    let found = changes(&Schema::new(&old, dialect), &Schema::new(&new, dialect));
    let longest = found.iter().map(|change| change.sentence().len()).max().unwrap();
    assert!(longest < 300, "{longest} bytes");
    let is_told = |kind: ChangeKind| found.iter().any(|change| change.kind == kind);
    assert!(
        is_told(ChangeKind::NotChanged) || is_told(ChangeKind::ConditionChanged),
        "{found:#?}"
    );
}

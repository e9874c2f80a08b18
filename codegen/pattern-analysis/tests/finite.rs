//! Answers about schemas with few events are those of the matcher on every one of them.
#![allow(clippy::unwrap_used)]

use schemactl_containment::{Schema, from_serde_json};
use schemactl_model::Dialect;
use schemactl_pattern::{CompiledPattern, Matcher, Pattern, PatternBuilder};
use schemactl_pattern_analysis::{
    Coverage, Excess, NeverCause, NeverKind, PatternAnalysisError, Relation, SchemaVocabulary, with_pattern_analysis,
};
use serde_json::{Map, Value, json};

/// Fields of a schema, each with the values that it takes; an optional one may be missing.
struct Fields(Vec<(&'static str, Vec<Value>, bool)>);

impl Fields {
    fn schema(&self) -> Value {
        let properties: Map<String, Value> = self
            .0
            .iter()
            .map(|(name, values, _)| ((*name).to_owned(), json!({"enum": values})))
            .collect();
        let required: Vec<_> = self
            .0
            .iter()
            .filter(|(.., optional)| !optional)
            .map(|(name, ..)| *name)
            .collect();
        json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
    }

    fn details(&self) -> Vec<Value> {
        let mut details = vec![Map::new()];
        for (name, values, optional) in &self.0 {
            let mut longer = Vec::new();
            for detail in &details {
                if *optional {
                    longer.push(detail.clone());
                }
                for value in values {
                    let mut detail = detail.clone();
                    detail.insert((*name).to_owned(), value.clone());
                    longer.push(detail);
                }
            }
            details = longer;
        }
        details.into_iter().map(Value::Object).collect()
    }
}

/// Scalars, objects, arrays of both, arrays of arrays, and numbers that doubles do not tell apart.
fn schemas() -> [Fields; 3] {
    [
        Fields(vec![
            (
                "status",
                vec![json!("new"), json!("PAID"), json!("paid"), json!(null)],
                false,
            ),
            (
                "amount",
                vec![json!(0), json!(1.5), json!(9_007_199_254_740_993_u64), json!(1e300)],
                true,
            ),
            (
                "tags",
                vec![json!([]), json!(["a"]), json!(["a", "b"]), json!([["b"], 1])],
                true,
            ),
        ]),
        Fields(vec![
            (
                "lines",
                vec![
                    json!([{"sku": "x-1", "n": 1}, {"sku": "y-2", "n": 2}]),
                    json!([{"sku": "x-1", "n": 2}]),
                    json!([{"n": 1}, {"sku": "y-2"}]),
                    json!([[{"sku": "x-1"}], {"n": 2}]),
                    json!({"sku": "y-2", "n": 1}),
                ],
                false,
            ),
            (
                "by",
                vec![
                    json!({"kind": "card"}),
                    json!({"kind": ["iban", "card"], "cc": null}),
                    json!("x"),
                ],
                true,
            ),
        ]),
        Fields(vec![
            (
                "ip",
                vec![
                    json!("10.0.0.1"),
                    json!("010.0.0.1"),
                    json!("10.0.1.1"),
                    json!("::ffff:a00:1"),
                ],
                false,
            ),
            (
                "name",
                vec![
                    json!("Straße"),
                    json!("STRASSE"),
                    json!("a*b"),
                    json!(""),
                    json!("a\nb"),
                ],
                true,
            ),
            (
                "deep",
                vec![json!({"a": {"b": [{"c": 1}, {"c": [2, {"d": 3}]}]}}), json!({"a": []})],
                true,
            ),
        ]),
    ]
}

/// A sequence of numbers that is the same each time.
struct Choices(u64);

impl Choices {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end).unwrap()).unwrap()
    }

    fn pick<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.below(texts.len())]
    }

    fn matcher(&mut self) -> &'static str {
        self.pick(&[
            r#""new""#,
            r#""paid""#,
            r#""x-1""#,
            r#""a""#,
            "1",
            "2",
            "1.5",
            "null",
            r#"{"exists": true}"#,
            r#"{"exists": false}"#,
            r#"{"prefix": "p"}"#,
            r#"{"prefix": {"equals-ignore-case": "PA"}}"#,
            r#"{"suffix": "1"}"#,
            r#"{"suffix": {"equals-ignore-case": "E"}}"#,
            r#"{"equals-ignore-case": "straße"}"#,
            r#"{"equals-ignore-case": "Paid"}"#,
            r#"{"wildcard": "*a*"}"#,
            r#"{"wildcard": "a\\*b"}"#,
            r#"{"anything-but": ["paid", "b"]}"#,
            r#"{"anything-but": [1, 2]}"#,
            r#"{"anything-but": {"prefix": "x"}}"#,
            r#"{"anything-but": {"wildcard": "*-*"}}"#,
            r#"{"numeric": [">", 0]}"#,
            r#"{"numeric": [">=", 1, "<", 2]}"#,
            r#"{"numeric": ["=", 1.5]}"#,
            r#"{"cidr": "10.0.0.0/24"}"#,
            r#""10.0.0.1""#,
        ])
    }

    fn list(&mut self) -> String {
        let matchers: Vec<_> = (0..=self.below(2)).map(|_| self.matcher()).collect();
        format!("[{}]", matchers.join(","))
    }

    /// Conditions on fields, most of them fields that a schema has.
    fn fields(&mut self, schema: usize) -> Vec<(&'static str, String)> {
        let scalars: [&[&str]; 3] = [&["status", "amount", "tags"], &["by"], &["ip", "name"]];
        let nested: [&[(&str, &str)]; 3] = [
            &[],
            &[("lines", "sku"), ("lines", "n"), ("by", "kind"), ("by", "cc")],
            &[],
        ];
        let mut fields: Vec<(&'static str, String)> = Vec::new();
        for _ in 0..=self.below(2) {
            let (name, value) = match self.below(8) {
                0 => ("colour", self.list()),
                1..4 if !nested[schema].is_empty() => {
                    let (outer, inner) = nested[schema][self.below(nested[schema].len())];
                    (outer, format!("{{\"{inner}\": {}}}", self.list()))
                }
                4 if schema == 1 => ("lines", format!("{{\"n\": {}, \"sku\": {}}}", self.list(), self.list())),
                1..4 if schema == 2 => {
                    let end = self.pick(&["c", "c.d", "e"]);
                    ("deep", format!("{{\"a\": {{\"b.{end}\": {}}}}}", self.list()))
                }
                _ => (self.pick(scalars[schema]), self.list()),
            };
            if fields.iter().all(|(other, _)| *other != name) {
                fields.push((name, value));
            }
        }
        fields
    }

    fn pattern(&mut self, schema: usize) -> String {
        let object = |fields: Vec<(&str, String)>| {
            let fields: Vec<_> = fields
                .iter()
                .map(|(name, value)| format!("\"{name}\": {value}"))
                .collect();
            format!("{{{}}}", fields.join(","))
        };
        let mut fields = self.fields(schema);
        if self.below(3) == 0 {
            let alternatives = [object(self.fields(schema)), object(self.fields(schema))];
            let at = self.below(fields.len() + 1);
            fields.insert(at, ("$or", format!("[{}]", alternatives.join(","))));
        }
        let source = self.pick(&[
            r#""source": ["shop"],"#,
            r#""source": [{"prefix": "sh"}, "other"],"#,
            "",
        ]);
        format!("{{{source} \"detail\": {}}}", object(fields))
    }
}

fn event(detail: &Value) -> Value {
    json!({"version": "0", "id": "17793124-05d4-b198-2fde-7ededc63b103", "source": "shop", "detail-type": "Ev",
        "account": "111122223333", "time": "2026-02-01T14:32:00Z", "region": "us-east-1", "resources": [], "detail": detail})
}

/// How many events match, once the answer is that of every event; `None` if there was none.
fn check_coverage(answer: &Coverage, matcher: &CompiledPattern, events: &[Value], text: &str) -> Option<usize> {
    let matching = events.iter().filter(|event| matcher.matches(event)).count();
    match answer {
        Coverage::Never => assert_eq!(matching, 0, "{text}"),
        Coverage::All { matched } => {
            assert_eq!(matching, events.len(), "{text}");
            assert!(matcher.matches(matched), "{text}");
        }
        Coverage::Some { matched, missed } => {
            assert!(0 < matching && matching < events.len(), "{text}: {matching}");
            assert!(matcher.matches(matched) && !matcher.matches(missed), "{text}");
        }
        Coverage::Undecided(_) => return None,
    }
    Some(matching)
}

/// How many causes have a suggestion, once each is true of every event: the field is never met, and what is suggested is.
fn check_causes(causes: &[NeverCause], pattern: &Pattern, events: &[Value], text: &str) -> usize {
    let branches = pattern.branches().unwrap();
    assert!(
        causes.is_empty() || causes.len() == branches.len(),
        "{text}: {causes:?}"
    );
    let matches = |path: &str, matchers: Vec<Matcher>| {
        let steps: Vec<_> = path.split('.').collect();
        let field = PatternBuilder::new().any_of_field(&steps, matchers).build().compile();
        events.iter().any(|event| field.matches(event))
    };
    for (cause, branch) in causes.iter().zip(&branches) {
        let Some(field) = &cause.field else { continue };
        assert!(!matches(field, branch[field].clone()), "{text}: {cause:?}");
        let has_leaf = matches(field, vec![Matcher::exists()]);
        let is_missing = matches!(cause.kind, NeverKind::NoSuchField | NeverKind::HasMembers);
        assert_eq!(has_leaf, !is_missing, "{text}: {cause:?}");
        if let Some(suggestion) = &cause.suggestion {
            let is_met = if is_missing {
                matches(suggestion, vec![Matcher::exists()])
            } else {
                let value = Pattern::parse(&format!("{{\"x\": [{suggestion}]}}")).unwrap();
                matches(field, value.branches().unwrap()[0]["x"].clone())
            };
            assert!(is_met, "{text}: {cause:?}");
        }
    }
    causes.iter().filter(|cause| cause.suggestion.is_some()).count()
}

/// Whether there was an answer, which is that of every event.
fn check_relation(
    answer: &Relation,
    one: &CompiledPattern,
    other: &CompiledPattern,
    events: &[Value],
    about: &str,
) -> bool {
    let any = |in_one, in_other| {
        events
            .iter()
            .any(|event| one.matches(event) == in_one && other.matches(event) == in_other)
    };
    let only = (any(true, false), any(false, true));
    let expected = match answer {
        Relation::Equal => (false, false),
        Relation::Subset(_) => (false, true),
        Relation::Superset(_) => (true, false),
        Relation::Overlap { .. } | Relation::Disjoint => {
            assert_eq!(any(true, true), *answer != Relation::Disjoint, "{about}");
            (true, true)
        }
        Relation::Undecided(_) => return false,
    };
    assert_eq!(only, expected, "{about}");
    true
}

/// Whether there was an answer, which is that of every event.
fn check_excess(
    answer: &Excess,
    one: &CompiledPattern,
    other: &CompiledPattern,
    events: &[Value],
    about: &str,
) -> bool {
    let is_more = |event: &Value| one.matches(event) && !other.matches(event);
    match answer {
        Excess::Nothing => assert!(!events.iter().any(is_more), "{about}"),
        Excess::Event(event) => assert!(is_more(event) && events.contains(event), "{about}: {event}"),
        Excess::Undecided(_) => return false,
    }
    true
}

/// Patterns that are too seldom made by chance: absence in the element that another condition has entered, and before it; integers that no range
/// has; addresses in other spellings; paths that mean something twice.
const CHOSEN: [(usize, &str); 14] = [
    (
        0,
        r#"{"detail": {"amount": [{"exists": false}, {"numeric": [">=", 0]}]}}"#,
    ),
    (
        0,
        r#"{"detail": {"amount": [{"exists": false}, {"anything-but": [9007199254740992]}]}}"#,
    ),
    (
        0,
        r#"{"detail": {"amount": [{"exists": false}, {"numeric": ["<", 9007199254740994]}]}}"#,
    ),
    (
        0,
        r#"{"detail": {"status": ["new"], "$or": [{"status": ["paid"]}, {"tags": ["b"]}]}}"#,
    ),
    (
        0,
        r#"{"detail": {"$or": [{"status": ["paid"]}, {"tags": ["b"]}], "status": ["new"]}}"#,
    ),
    (1, r#"{"detail": {"lines": {"n": [1], "sku": [{"exists": false}]}}}"#),
    (
        1,
        r#"{"detail": {"lines": {"n": [{"exists": false}], "sku": ["y-2"]}}}"#,
    ),
    (1, r#"{"detail": {"lines": {"n": [1], "sku": ["y-2"]}}}"#),
    (
        1,
        r#"{"detail": {"lines": {"n": [1], "sku": ["y-2", {"exists": false}]}}}"#,
    ),
    (1, r#"{"detail": {"by": ["x"], "by.kind": [{"exists": false}]}}"#),
    (2, r#"{"detail": {"ip": ["10.0.0.1"]}}"#),
    (
        2,
        r#"{"detail": {"ip": [{"cidr": "10.0.0.0/24"}, {"anything-but": {"prefix": "1"}}]}}"#,
    ),
    (
        2,
        r#"{"detail": {"name": [{"exists": false}, {"anything-but": {"equals-ignore-case": "straße"}}]}}"#,
    ),
    (
        2,
        r#"{"detail": {"deep": {"a": {"b": {"c": [1, 2], "c.d": [{"exists": false}]}}}}}"#,
    ),
];

/// Mistakes of one field, with what was meant by it.
const MEANT: [(usize, &str, Option<&str>); 9] = [
    (0, r#"{"detail": {"statsu": ["new"]}}"#, Some("detail.status")),
    (0, r#"{"detail": {"status": ["NEW"]}}"#, Some(r#""new""#)),
    (0, r#"{"detail": {"amount": ["1.5"]}}"#, Some("1.5")),
    (0, r#"{"status": ["new"]}"#, Some("detail.status")),
    (1, r#"{"detail": {"line": {"sku": ["x-1"]}}}"#, Some("detail.lines.sku")),
    (1, r#"{"detail": {"by": ["X"]}}"#, Some(r#""x""#)),
    (2, r#"{"detail": {"name": ["STRASE"]}}"#, Some(r#""STRASSE""#)),
    (2, r#"{"detail": {"nam": ["Straße"]}}"#, Some("detail.name")),
    (2, r#"{"detail": {"ip": [{"prefix": "11."}]}}"#, None),
];

#[test]
fn what_was_meant_is_suggested() {
    for (schema, text, expected) in MEANT {
        let fields = &schemas()[schema];
        let details = fields.details();
        let is_valid = |detail: &Value| Some(details.contains(detail));
        let root = from_serde_json(&fields.schema());
        with_pattern_analysis(|analysis| {
            let schema = Schema::new(&root, Dialect::Draft202012);
            let version = analysis.version("shop", "Ev", &schema, &is_valid).unwrap();
            let pattern = Pattern::parse(text).unwrap();
            let causes = analysis.causes_of_never(&version, &pattern, &SchemaVocabulary::of(&root));
            let [cause] = &causes[..] else {
                panic!("{text}: {causes:?}")
            };
            assert_eq!(cause.suggestion.as_deref(), expected, "{text}: {cause:?}");
        });
    }
}

/// A range with such a bound has no number, although it looks as if it had most.
#[test]
fn a_pattern_that_event_bridge_refuses_is_an_error() {
    let absent_or = |matcher| {
        PatternBuilder::new()
            .any_of_field(&["detail", "amount"], [Matcher::absent(), matcher])
            .build()
    };
    with_pattern_analysis(|analysis| {
        assert!(analysis.pattern(&absent_or(Matcher::less_than(5))).is_ok());
        let refused = analysis.pattern(&absent_or(Matcher::less_than(9_007_199_254_740_993_i64)));
        assert!(matches!(refused, Err(PatternAnalysisError::Pattern(_))), "{refused:?}");
    });
}

#[test]
fn answers_are_those_of_every_event() {
    let (mut choices, mut decided, mut undecided) = (Choices(0x0dd5), [0; 3], 0);
    let (mut caused, mut suggested, mut excess) = (0, 0, [0; 2]);
    for (number, fields) in schemas().iter().enumerate() {
        let details = fields.details();
        let is_valid = |detail: &Value| Some(details.contains(detail));
        let events: Vec<_> = details.iter().map(event).collect();
        let root = from_serde_json(&fields.schema());
        let vocabulary = SchemaVocabulary::of(&root);
        with_pattern_analysis(|analysis| {
            let schema = Schema::new(&root, Dialect::Draft202012);
            let version = analysis.version("shop", "Ev", &schema, &is_valid).unwrap();
            let mut before: Option<(Pattern, String)> = None;
            let chosen = CHOSEN.iter().filter(|(schema, _)| *schema == number);
            let mut texts: Vec<_> = chosen.map(|(_, text)| (*text).to_owned()).collect();
            assert!(texts.iter().all(|text| Pattern::parse(text).is_ok()), "{texts:?}");
            texts.extend(
                MEANT
                    .iter()
                    .filter(|(schema, ..)| *schema == number)
                    .map(|(_, text, _)| (*text).to_owned()),
            );
            texts.extend((0..300).map(|_| choices.pattern(number)));
            for text in texts {
                let Ok(pattern) = Pattern::parse(&text) else { continue };
                let matcher = pattern.compile();
                let prepared = analysis.pattern(&pattern).unwrap();
                let answer = analysis.coverage(&version, &prepared);
                match check_coverage(&answer, &matcher, &events, &text) {
                    Some(matching) => decided[usize::from(matching > 0) + usize::from(matching == events.len())] += 1,
                    None => undecided += 1,
                }
                if answer == Coverage::Never {
                    let causes = analysis.causes_of_never(&version, &pattern, &vocabulary);
                    caused += usize::from(!causes.is_empty());
                    suggested += check_causes(&causes, &pattern, &events, &text);
                }
                if let Some((other, other_text)) = &before {
                    let other_events = analysis.pattern(other).unwrap();
                    let answer = analysis.relation(&version, &prepared, &other_events);
                    let about = format!("{text} {other_text}");
                    let other_matcher = other.compile();
                    undecided += usize::from(!check_relation(&answer, &matcher, &other_matcher, &events, &about));
                    let answer = analysis.find_excess(&version, &prepared, &other_events);
                    excess[usize::from(answer == Excess::Nothing)] += 1;
                    undecided += usize::from(!check_excess(&answer, &matcher, &other_matcher, &events, &about));
                }
                before = Some((pattern, text));
            }
        });
    }
    assert!(decided.iter().all(|number| *number > 30), "{decided:?}");
    assert!(excess.iter().all(|number| *number > 100), "{excess:?}");
    println!(
        "never {}, with causes {caused}, with suggestions {suggested}",
        decided[0]
    );
    assert!(
        caused * 100 >= decided[0] * 95 && suggested >= 6,
        "{caused} {suggested} {decided:?}"
    );
    let questions: usize = decided.iter().sum();
    assert!(undecided * 100 < questions, "{undecided} undecided of {decided:?}");
}

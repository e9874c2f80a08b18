//! Patterns built in Rust: their JSON, their checks, and that reading it back changes nothing.
#![allow(clippy::unwrap_used)]

use schemactl_pattern::field::{AnyField, BoolField, NumberField, StringField};
use schemactl_pattern::{AnythingBut, FieldPattern, Matcher, Number, Pattern, PatternBuilder};
use serde_json::json;

/// As the generator writes it.
struct OrderPlaced(PatternBuilder);

impl OrderPlaced {
    fn pattern() -> Self {
        Self(
            PatternBuilder::new()
                .source("com.myapp.orders")
                .detail_type("order.placed"),
        )
    }

    fn order_id(self) -> StringField<Self> {
        StringField::new(self, &["detail", "orderId"])
    }

    fn total_amount(self) -> NumberField<Self> {
        NumberField::new(self, &["detail", "totalAmount"])
    }

    fn gift(self) -> BoolField<Self> {
        BoolField::new(self, &["detail", "isGift"])
    }

    fn reference(self) -> AnyField<Self> {
        AnyField::new(self, &["detail", "items", "reference"])
    }

    fn build(self) -> Pattern {
        self.0.build()
    }
}

impl From<PatternBuilder> for OrderPlaced {
    fn from(builder: PatternBuilder) -> Self {
        Self(builder)
    }
}

impl From<OrderPlaced> for PatternBuilder {
    fn from(pattern: OrderPlaced) -> Self {
        pattern.0
    }
}

#[test]
fn handles_build_the_pattern_of_an_event() {
    let pattern = OrderPlaced::pattern()
        .order_id()
        .prefix("ord-")
        .order_id()
        .wildcard("vip-*")
        .total_amount()
        .between(10, 99.5)
        .gift()
        .eq(true)
        .reference()
        .one_of([7, 8])
        .build();
    let expected = json!({
        "source": ["com.myapp.orders"],
        "detail-type": ["order.placed"],
        "detail": {
            "orderId": [{"prefix": "ord-"}, {"wildcard": "vip-*"}],
            "totalAmount": [{"numeric": [">=", 10, "<=", 99.5]}],
            "isGift": [true],
            "items": {"reference": [7, 8]}
        }
    });
    assert_eq!(pattern.to_value(), expected);
    assert_eq!(pattern.check(), Ok(()));
}

#[test]
fn every_matcher_reads_back_as_itself() {
    let matchers = [
        Matcher::eq("EUR"),
        Matcher::eq(-7),
        Matcher::eq(u64::MAX),
        Matcher::eq(0.1),
        Matcher::eq(false),
        Matcher::null(),
        Matcher::prefix("a\"b"),
        Matcher::prefix_ignore_case("é"),
        Matcher::suffix("z"),
        Matcher::suffix_ignore_case(""),
        Matcher::equals_ignore_case("eur"),
        Matcher::wildcard(r"a*\*"),
        Matcher::anything_but(["EUR"]),
        Matcher::anything_but([1, 2]),
        Matcher::AnythingBut(AnythingBut::Prefix(vec!["a".into(), "b".into()])),
        Matcher::AnythingBut(AnythingBut::Suffix(vec!["a".into()])),
        Matcher::AnythingBut(AnythingBut::EqualsIgnoreCase(vec!["a".into()])),
        Matcher::AnythingBut(AnythingBut::Wildcard(vec!["a*".into(), "*b".into()])),
        Matcher::greater_than(1),
        Matcher::at_least(1.5),
        Matcher::less_than(-1),
        Matcher::at_most(0),
        Matcher::between(0, 1),
        Matcher::Numeric(schemactl_pattern::NumericRange::equal(3)),
        Matcher::cidr("10.0.0.0/24"),
        Matcher::exists(),
        Matcher::absent(),
    ];
    let builder = PatternBuilder::new().any_of([
        PatternBuilder::new().field(&["detail", "b"], Matcher::null()).build(),
        PatternBuilder::new().field(&["detail", "c.d"], Matcher::null()).build(),
    ]);
    let pattern = matchers
        .into_iter()
        .fold(builder, |builder, matcher| builder.field(&["detail", "a"], matcher))
        .build();
    let json = pattern.to_json();
    assert_eq!(Pattern::parse(&json), Ok(pattern.clone()));
    assert_eq!(Pattern::from_value(&pattern.to_value()), Ok(pattern.clone()));
    assert_eq!(
        serde_json::from_str::<Pattern>(&serde_json::to_string(&pattern).unwrap()).unwrap(),
        pattern
    );
    assert_eq!(json.parse::<Pattern>().unwrap().to_string(), json);
}

#[test]
fn the_later_of_two_conditions_counts() {
    let last =
        Pattern::parse(r#"{"source": ["a"], "source": ["b"], "detail": {"x": [1]}, "detail": {"y": [2]}}"#).unwrap();
    assert_eq!(last.to_json(), r#"{"detail":{"x":[1],"y":[2]},"source":["b"]}"#);
    let dotted = Pattern::parse(r#"{"detail": {"x": [1]}, "detail.x": [2]}"#).unwrap();
    assert_eq!(dotted.to_json(), r#"{"detail":{"x":[2]}}"#);
    let inside = Pattern::parse(r#"{"x": [1], "$or": [{"x": [2]}, {"y": [3]}]}"#).unwrap();
    assert_eq!(inside.to_json(), r#"{"$or":[{"x":[2]},{"x":[1],"y":[3]}]}"#);
    let outside = Pattern::parse(r#"{"$or": [{"x": [2]}, {"y": [3]}], "x": [1]}"#).unwrap();
    assert_eq!(outside.to_json(), r#"{"x":[1]}"#);
    let two_lists = Pattern::parse(r#"{"$or":[{"a":[1]},{"b":[1]}],"$or":[{"c":[1]},{"d":[1]}]}"#).unwrap();
    assert_eq!(two_lists.alternatives().len(), 4);
    assert!(two_lists.matches(&json!({"b": 1, "c": 1})) && !two_lists.matches(&json!({"a": 1, "b": 1})));
}

#[test]
fn a_value_and_what_is_inside_it_may_both_have_conditions() {
    let json = r#"{"a":[{"exists":false}],"a.b.c":[1]}"#;
    let pattern = Pattern::parse(r#"{"a": [{"exists": false}], "a": {"b": {"c": [1]}}}"#).unwrap();
    assert_eq!(pattern.to_json(), json);
    let built = PatternBuilder::new()
        .field(&["a"], Matcher::absent())
        .field(&["a", "b", "c"], Matcher::eq(1))
        .build();
    assert_eq!(built.to_json(), json);
    assert!(pattern.matches(&json!({"a": {"b": {"c": 1}}})));
}

#[test]
fn a_built_pattern_is_checked_as_a_read_one() {
    let reason = |builder: PatternBuilder| builder.try_build().unwrap_err().reason();
    let field = |matcher| PatternBuilder::new().field(&["detail", "a"], matcher);
    assert_eq!(reason(PatternBuilder::new()), "Empty objects are not allowed");
    assert_eq!(reason(field(Matcher::between(2, 1))), "Bottom must be less than top");
    assert_eq!(
        reason(field(Matcher::wildcard("**"))),
        "Consecutive wildcard characters at pos 1"
    );
    assert!(reason(field(Matcher::eq("x".repeat(5000)))).starts_with("Member must have length"));
    let inner = field(Matcher::eq(1)).build();
    let twice = field(Matcher::eq(2)).any_of([inner, PatternBuilder::new().source("a").build()]);
    assert_eq!(reason(twice), "Path `detail.a` cannot be allowed multiple times");
    assert!(field(Matcher::cidr("10.0.0.0/24")).try_build().is_ok());
}

#[test]
fn what_eventbridge_refuses_matches_nothing() {
    for matcher in [
        Matcher::wildcard("**"),
        Matcher::cidr("10.0.0.0"),
        Matcher::between(2, 1),
    ] {
        let pattern = PatternBuilder::new().field(&["a"], matcher).build();
        assert!(!pattern.matches(&json!({"a": "10.0.0.0"})) && !pattern.matches(&json!({"a": 1.5})));
    }
}

#[test]
fn one_of_none_matches_nothing_and_is_refused() {
    let start = || PatternBuilder::new().source("a");
    let none = start().any_of_field(&["detail", "a"], []);
    assert!(
        !none
            .clone()
            .build()
            .matches(&json!({"source": "a", "detail": {"a": 1}}))
    );
    assert!(none.try_build().is_err());
    let text = schemactl_pattern::field::StringField::<PatternBuilder>::new(start(), &["detail", "a"]);
    assert!(text.one_of(Vec::<String>::new()).try_build().is_err());
}

#[test]
fn a_map_is_asked_by_its_keys() {
    let labels =
        schemactl_pattern::field::MapField::<PatternBuilder>::new(PatternBuilder::new(), &["detail", "labels"]);
    let pattern = labels.key("x-team".to_owned()).exists().build();
    assert!(pattern.matches(&json!({"detail": {"labels": {"x-team": "a"}}})));
    assert!(!pattern.matches(&json!({"detail": {"labels": {"x-other": "a"}}})));
}

#[test]
fn the_parts_of_a_pattern_can_be_looked_at() {
    let pattern = Pattern::parse(r#"{"detail": {"amount": [{"numeric": [">", 5, "<=", 9]}]}}"#).unwrap();
    let Some(FieldPattern::Fields(detail)) = pattern.fields().get("detail") else {
        panic!("fields")
    };
    let Some(FieldPattern::Leaf(matchers)) = detail.fields().get("amount") else {
        panic!("a leaf")
    };
    let [Matcher::Numeric(range)] = &matchers[..] else {
        panic!("a range")
    };
    assert_eq!(
        range.lower.as_ref().map(|bound| (&bound.value, bound.inclusive)),
        Some((&Number::from(5), false))
    );
    assert_eq!(
        range.upper.as_ref().map(|bound| (&bound.value, bound.inclusive)),
        Some((&Number::from(9), true))
    );
}

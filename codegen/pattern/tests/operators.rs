//! Each operator: an event that matches and a near miss.
#![allow(clippy::unwrap_used)]

use schemactl_pattern::Pattern;
use serde_json::{Value, json};

/// Whether an order with `amount`, `id` or whatever in `field` satisfies one entry of a pattern's list.
fn holds(entry: &Value, field: &Value) -> bool {
    let pattern = Pattern::from_value(&json!({"detail": {"field": [entry]}})).expect("a valid pattern");
    pattern.matches(&json!({"source": "com.myapp.orders", "detail": {"field": field}}))
}

fn check(entry: &Value, matching: &[Value], missing: &[Value]) {
    for field in matching {
        assert!(holds(entry, field), "{entry} should match {field}");
    }
    for field in missing {
        assert!(!holds(entry, field), "{entry} should not match {field}");
    }
}

#[test]
fn exact_values() {
    check(
        &json!("ord-1"),
        &[json!("ord-1")],
        &[json!("ord-10"), json!("Ord-1"), json!(1), json!({"ord-1": 1})],
    );
    check(&json!(""), &[json!("")], &[json!(null), json!(" ")]);
    check(&json!(true), &[json!(true)], &[json!(false), json!("true"), json!(1)]);
    check(&json!(null), &[json!(null)], &[json!("null"), json!(0), json!([])]);
    check(&json!({"exactly": "ord-1"}), &[json!("ord-1")], &[json!("ord-2")]);
}

#[test]
fn exact_numbers_compare_by_value() {
    check(
        &json!(250),
        &[json!(250), json!(250.0), json!(2.5e2)],
        &[json!("250"), json!(250.01), json!(true)],
    );
    let large = 9_007_199_254_740_993_u64;
    check(&json!(large), &[json!(large)], &[json!(large - 1), json!(large + 2)]);
}

#[test]
fn an_exact_address_matches_however_it_is_written() {
    check(
        &json!("2001:db8::1"),
        &[json!("2001:0DB8:0:0::1")],
        &[json!("2001:db8::2")],
    );
    check(
        &json!("10.0.0.1"),
        &[json!("10.0.0.1")],
        &[json!("10.0.0.10"), json!("10.0.0.1 ")],
    );
}

#[test]
fn prefix_and_suffix() {
    check(
        &json!({"prefix": "ord-"}),
        &[json!("ord-1"), json!("ord-")],
        &[json!("ORD-1"), json!("a-ord-"), json!(1)],
    );
    check(
        &json!({"prefix": ""}),
        &[json!(""), json!("x")],
        &[json!(1), json!(null)],
    );
    check(
        &json!({"suffix": ".pdf"}),
        &[json!("a.pdf")],
        &[json!("a.PDF"), json!("a.pdf.zip")],
    );
    check(
        &json!({"prefix": {"equals-ignore-case": "ord-"}}),
        &[json!("ORD-1")],
        &[json!("OR")],
    );
    check(
        &json!({"suffix": {"equals-ignore-case": ".pdf"}}),
        &[json!("a.PDF")],
        &[json!("a.PDFs")],
    );
}

#[test]
fn case_and_wildcards() {
    check(
        &json!({"equals-ignore-case": "eur"}),
        &[json!("EUR"), json!("Eur")],
        &[json!("EURO"), json!("")],
    );
    check(
        &json!({"wildcard": "ord-*-eu"}),
        &[json!("ord-7-eu"), json!("ord--eu")],
        &[json!("ord-eu"), json!(7)],
    );
    check(&json!({"wildcard": r"100\*"}), &[json!("100*")], &[json!("1000")]);
}

#[test]
fn anything_but_needs_a_value() {
    check(
        &json!({"anything-but": "EUR"}),
        &[json!("USD"), json!(null), json!(7)],
        &[json!("EUR"), json!([]), json!({})],
    );
    check(
        &json!({"anything-but": ["EUR", "USD"]}),
        &[json!("CHF")],
        &[json!("USD")],
    );
    check(
        &json!({"anything-but": [0, 1]}),
        &[json!(2), json!("0"), json!(false)],
        &[json!(0.0), json!(1)],
    );
    let absent = Pattern::parse(r#"{"detail": {"currency": [{"anything-but": "EUR"}]}}"#).unwrap();
    assert!(!absent.matches(&json!({"detail": {}})));
}

#[test]
fn anything_but_combined() {
    check(
        &json!({"anything-but": {"prefix": "test-"}}),
        &[json!("ord-1"), json!(1)],
        &[json!("test-1")],
    );
    check(
        &json!({"anything-but": {"prefix": ["a", "b"]}}),
        &[json!("c")],
        &[json!("b1"), json!("a1")],
    );
    check(
        &json!({"anything-but": {"suffix": ["-a", "-b"]}}),
        &[json!("1-c")],
        &[json!("1-b")],
    );
    check(
        &json!({"anything-but": {"equals-ignore-case": ["eur"]}}),
        &[json!("usd")],
        &[json!("EuR")],
    );
    check(
        &json!({"anything-but": {"wildcard": "*-test-*"}}),
        &[json!("a-1")],
        &[json!("a-test-1")],
    );
}

#[test]
fn numeric_ranges() {
    check(
        &json!({"numeric": ["=", 9.5]}),
        &[json!(9.5), json!(95e-1)],
        &[json!(9.50001), json!("9.5")],
    );
    check(
        &json!({"numeric": [">", 100]}),
        &[json!(100.01)],
        &[json!(100), json!(99)],
    );
    check(&json!({"numeric": [">=", 100]}), &[json!(100.0)], &[json!(99.99)]);
    check(&json!({"numeric": ["<", -1]}), &[json!(-1.5)], &[json!(-1), json!(0)]);
    check(
        &json!({"numeric": ["<=", 0]}),
        &[json!(0), json!(-0.0)],
        &[json!(0.001)],
    );
    check(
        &json!({"numeric": [">", 0, "<=", 5]}),
        &[json!(5), json!(0.1)],
        &[json!(0), json!(5.1), json!(null)],
    );
    check(&json!({"numeric": [">", 1e300]}), &[json!(1e301)], &[json!(1)]);
}

#[test]
fn networks() {
    check(
        &json!({"cidr": "10.1.0.0/16"}),
        &[json!("10.1.255.255")],
        &[json!("10.2.0.0"), json!("host"), json!(10)],
    );
    check(
        &json!({"cidr": "2001:db8::/32"}),
        &[json!("2001:db8:1::")],
        &[json!("2001:db9::"), json!("10.1.0.0")],
    );
}

#[test]
fn existence_is_about_leaves() {
    let there = [json!("x"), json!(null), json!(0), json!([1]), json!([{}, "x"])];
    let not_there = [json!({}), json!([]), json!({"inner": 1}), json!([[], {}])];
    check(&json!({"exists": true}), &there, &not_there);
    check(&json!({"exists": false}), &not_there, &there);
    let absent = Pattern::parse(r#"{"detail": {"coupon": [{"exists": false}]}}"#).unwrap();
    assert!(absent.matches(&json!({"detail": {}})));
    assert!(absent.matches(&json!({})));
}

#[test]
fn one_entry_of_a_list_is_enough_and_all_fields_are_needed() {
    let json =
        r#"{"source": ["com.myapp.orders"], "detail": {"id": ["ord-1", {"prefix": "vip-"}, {"exists": false}]}}"#;
    let pattern = Pattern::parse(json).unwrap();
    let event = |source: &str, detail: Value| json!({"source": source, "detail": detail});
    assert!(pattern.matches(&event("com.myapp.orders", json!({"id": "vip-7"}))));
    assert!(pattern.matches(&event("com.myapp.orders", json!({}))));
    assert!(!pattern.matches(&event("com.myapp.orders", json!({"id": "ord-2"}))));
    assert!(!pattern.matches(&event("com.myapp.billing", json!({"id": "ord-1"}))));
    assert!(!pattern.matches(&json!(["com.myapp.orders"])));
}

#[test]
fn alternatives() {
    let json = r#"{"source": ["com.myapp.orders"], "$or": [
        {"detail": {"currency": ["EUR"], "$or": [{"detail": ["x"]}, {"vip": [true]}]}},
        {"detail": {"totalAmount": [{"numeric": [">", 1000]}]}}]}"#;
    let pattern = Pattern::parse(json).unwrap();
    let event = |detail: Value| json!({"source": "com.myapp.orders", "detail": detail});
    assert!(pattern.matches(&event(json!({"currency": "EUR", "vip": true}))));
    assert!(pattern.matches(&event(json!({"currency": "USD", "totalAmount": 2000}))));
    assert!(!pattern.matches(&event(json!({"currency": "EUR", "vip": false, "totalAmount": 1000}))));
    assert!(!pattern.matches(&json!({"detail": {"totalAmount": 2000}})));
}

//! Pattern builders of unions: a field that alternatives have alike is typed, and what they have otherwise takes any condition and says so.

use consumer::case_events::tagged;
use consumer::conversions::unions::payment_taken::v2_0::PaymentTaken;
use schemactl_runtime::pattern::Pattern;
use serde_json::{json, Value};

fn matches(pattern: &Pattern, detail: &Value) -> bool {
    pattern.matches(&json!({"source": "com.billing", "detail-type": "PaymentTaken", "detail": detail}))
}

#[test]
fn fields_of_a_union_are_typed() {
    let card = json!({"version": "2.0", "method": {"kind": "card", "last4": "1234"}, "free": 7});
    let voucher = json!({"version": "2.0", "method": {"kind": "voucher", "code": "SPRING"}, "free": true, "party": {"group": "G"}});
    // The tag is a text in every alternative; a code is one where it is.
    let of_cards = PaymentTaken::pattern().method().kind().one_of(["card", "transfer"]).build();
    assert!(matches(&of_cards, &card) && !matches(&of_cards, &voucher));
    let of_codes = PaymentTaken::pattern().method().code().prefix("SPR").build();
    assert!(matches(&of_codes, &voucher) && !matches(&of_codes, &card));
    let of_groups = PaymentTaken::pattern().party().group().equals_ignore_case("g").build();
    assert!(matches(&of_groups, &voucher) && !matches(&of_groups, &card));
    // One of a text, a number and a flag is asked by any of them.
    let of_flags = PaymentTaken::pattern().free().one_of([true]).build();
    assert!(matches(&of_flags, &voucher) && !matches(&of_flags, &card));
    assert!(matches(&PaymentTaken::pattern().free().eq(7).build(), &card));
}

#[test]
fn an_event_that_is_a_union_has_a_pattern() {
    use tagged::{v1_0, v2_0};
    let event = |version: &str, kind: &str| json!({"source": "cases", "detail-type": "Tagged", "detail": {"version": version, "kind": kind}});
    let pattern = v2_0::Tagged::pattern().kind().eq("c").build();
    assert!(pattern.matches(&event("2.0", "c")) && !pattern.matches(&event("2.0", "a")));
    assert!(!pattern.matches(&event("1.0", "c")), "{}", pattern.to_value());
    assert!(v1_0::Tagged::pattern().build().matches(&event("1.0", "b")));
}

#[test]
fn a_field_of_several_types_says_so() {
    let code = include_str!(concat!(env!("OUT_DIR"), "/conversions_unions.rs"));
    let lines: Vec<_> = code.lines().map(str::trim).collect();
    let methods: Vec<_> = (0..lines.len()).filter(|at| lines[*at].starts_with("pub fn ") && lines[*at].contains("-> AnyField")).collect();
    assert!(methods.len() > 2, "{methods:?}");
    for at in methods {
        assert_eq!(lines[at - 1].split(':').next(), Some("/// One of several types"), "{}", lines[at]);
    }
    assert!(code.contains("/// One of several types: boolean, number, string.\n"));
}

//! What generated types can do besides being read and written: compared, hashed, ordered, made of and shown as their parts.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::Hash;

use consumer::generated_cases::{case_by_type, case_constants, case_enum, case_map, case_recursion, set_integer_bounds};
use consumer::order_placed::v2;
use schemactl_runtime::{DecimalText, Integer, Timestamp, VersionOf};

fn is_hashed_and_ordered<T: Eq + Hash + Ord>() {}
fn is_hashed<T: Eq + Hash>() {}
fn is_eq<T: Eq>() {}

#[test]
fn types_have_what_their_parts_allow() {
    is_hashed_and_ordered::<VersionOf<v2::OrderPlaced>>();
    is_hashed_and_ordered::<Timestamp>();
    is_hashed_and_ordered::<DecimalText>();
    is_hashed_and_ordered::<Integer>();
    is_hashed_and_ordered::<v2::OrderPlacedChannel>();
    is_eq::<v2::OrderPlaced>();
    // With the setting. Values of any JSON have no order.
    is_hashed_and_ordered::<set_integer_bounds::Root>();
    is_hashed_and_ordered::<case_by_type::RootValueType>();
    is_hashed::<case_recursion::Root>();
}

#[test]
fn enums_of_strings_are_read_from_text() {
    use v2::OrderPlacedChannel as Channel;
    assert_eq!("kiosk".parse(), Ok(Channel::Unknown("kiosk".to_owned())));
    assert_eq!(Channel::from("web"), Channel::Web);
    assert_eq!(Channel::ALL.iter().map(AsRef::as_ref).collect::<Vec<_>>(), Channel::VALUES);
    assert!(!Channel::ALL.iter().any(|channel| matches!(channel, Channel::Unknown(_))));
    let ordered: BTreeSet<_> = Channel::ALL.iter().rev().collect();
    assert!(ordered.into_iter().eq(Channel::ALL), "in the order of the schema");
    assert_eq!(Channel::ALL.iter().collect::<HashSet<_>>().len(), Channel::ALL.len());
}

#[test]
fn closed_enums_of_strings_are_copied_and_name_what_is_listed() {
    use case_enum::RootCurrency as Currency;
    let currency = Currency::try_from("usd").unwrap();
    let copy = currency;
    assert_eq!((currency, copy.as_ref()), (Currency::UsdX4c52, "usd"));
    let error = "GBP".parse::<Currency>().unwrap_err();
    assert_eq!(error.to_string(), r#""GBP" is not listed, expected one of `EUR`, `USD`, `usd`, ``"#);
}

#[test]
fn unions_and_newtypes_are_made_of_their_values() {
    use case_by_type::RootValueType as Value;
    assert_eq!(Value::from("a".to_owned()), Value::Text("a".to_owned()));
    assert_eq!(Value::from(Integer::from(7)), Value::Integer(7.into()));
    assert_eq!(Value::from(vec!["a".to_owned()]), Value::List(vec!["a".to_owned()]));
    let map = BTreeMap::from([("a".to_owned(), case_map::RootValue::new(1))]);
    assert_eq!(case_map::Root::from(map.clone()).as_ref(), &map);
}

#[test]
fn what_has_one_value_shows_it() {
    let shown = format!("{:?}", case_constants::Root::new());
    assert_eq!(shown, r#"Root { version: "1.0", n: 1, flag: None, unknown_fields: {} }"#);
    let version: VersionOf<v2::OrderPlaced> = VersionOf::default();
    assert_eq!(format!("{version:?}"), "2.0");
    let place = v2::OrderPlaced::pattern().shipping_address();
    assert_eq!(format!("{place:?}"), "AddressFields(detail.shippingAddress)");
    assert_eq!(format!("{:?}", place.country()), "StringField(detail.shippingAddress.country)");
}

#[test]
fn integers_are_added_exactly_or_not_at_all() {
    let [largest, one] = [i64::MAX, 1].map(Integer::from);
    assert_eq!(largest.checked_add(&one).unwrap().to_string(), "9223372036854775808");
    assert_eq!(largest.checked_mul(&largest).unwrap().to_string(), "85070591730234615847396907784232501249");
    assert_eq!(one.checked_sub(&largest).unwrap(), Integer::from(1 - i64::MAX));
    let beyond: Integer = serde_json::from_str("1e39").unwrap();
    assert!(beyond.checked_add(&one).is_none() && beyond > largest);
    assert!(Integer::from(i128::MAX).checked_add(&one).is_none());
    assert_eq!(serde_json::to_string(&Integer::from(i128::MAX)).unwrap(), i128::MAX.to_string());
}

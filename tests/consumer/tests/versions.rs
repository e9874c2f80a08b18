//! An event finds its version however its schemas describe the version field, and is written with the version it is published
//! in.

use consumer::case_events::{based, loose, narrowed, nested, nested_pin, spelt, tagged, unnamed};
use schemactl_runtime::pattern::Pattern;
use schemactl_runtime::{DecodeError, Entry, Event, LeaveAbsent};
use serde_json::{json, Value};

fn delivered(detail: &Value, of: &Entry) -> Value {
    json!({"source": of.source, "detail-type": of.detail_type, "detail": detail})
}

fn matches(pattern: &Pattern, event: &impl Event, detail: &Value) -> bool {
    pattern.matches(&delivered(detail, &Entry::of(event).unwrap()))
}

fn based() -> based::v2_0::Based {
    based::v2_0::Based::new(based::v2_0::NewBased { id: "i".to_owned(), b: "b".to_owned() })
}

#[test]
fn a_base_that_has_the_version_field_is_written_in_each_version() {
    use based::{publish, v1_0, AnyBased};
    let event = based();
    let sent = publish::entries(&event).unwrap();
    let details: Vec<Value> = sent.iter().map(|entry| serde_json::from_str(&entry.detail).unwrap()).collect();
    assert_eq!(details[0], json!({"version": "2.0", "id": "i", "b": "b"}));
    assert_eq!(details[1], json!({"version": "1.0", "id": "i"}));
    assert!(matches!(AnyBased::decode(&sent[1].detail), Ok(AnyBased::V1_0(_))));
    let old = v1_0::Based::pattern().build();
    assert!(matches(&old, &event, &details[1]) && !matches(&old, &event, &details[0]));
}

#[test]
fn alternatives_have_the_version_field_too() {
    use tagged::{v1_0, v2_0, AnyTagged};
    let read = AnyTagged::decode(r#"{"version":"1.0","kind":"b"}"#).unwrap();
    assert!(matches!(read, AnyTagged::V1_0(v1_0::Tagged::B(_))), "{read:?}");
    let read = AnyTagged::decode(r#"{"version":"2.0","kind":"c"}"#).unwrap();
    let AnyTagged::V2_0(event @ v2_0::Tagged::C(_)) = read else {
        panic!("{read:?}")
    };
    assert_eq!(serde_json::to_value(&event).unwrap(), json!({"version": "2.0", "kind": "c"}));
    assert!(matches!(AnyTagged::decode(r#"{"kind":"a"}"#), Ok(AnyTagged::Unknown { version: None, .. })));
}

#[test]
fn a_version_further_inside_is_read_written_and_matched_there() {
    use nested::{publish, v1_1, v2_0, AnyNested};
    let event = v2_0::Nested::new(v2_0::NewNested { metadata: v2_0::NestedMetadata::new("i"), amount: 7.into() });
    let sent = publish::entries(&event, &LeaveAbsent).unwrap();
    let details: Vec<Value> = sent.iter().map(|entry| serde_json::from_str(&entry.detail).unwrap()).collect();
    assert_eq!(details[0], json!({"metadata": {"schemaVersion": "2.0", "id": "i"}, "amount": 7}));
    assert_eq!(details[1], json!({"metadata": {"schemaVersion": "1.1", "id": "i"}, "total": 7}));
    assert!(matches!(AnyNested::decode(&sent[0].detail), Ok(AnyNested::V2_0(_))));
    assert!(matches!(AnyNested::decode(&sent[1].detail), Ok(AnyNested::V1_1(_))));
    let later = AnyNested::decode(r#"{"metadata":{"schemaVersion":"1.7","id":"i"},"replaces":{"schemaVersion":"9","id":"h"}}"#);
    assert!(later.unwrap().into_v1().unwrap().is_ok());
    // What refers to the same schema elsewhere says the version of another event, which may be any.
    let other = r#"{"metadata":{"id":"i"},"schemaVersion":"1.0","replaces":{"schemaVersion":"1.0","id":"h"}}"#;
    assert!(matches!(AnyNested::decode(other), Ok(AnyNested::Unknown { version: None, .. })));
    let (old, new) = (v1_1::Nested::pattern().build(), v2_0::Nested::pattern().build());
    assert!(matches(&new, &event, &details[0]) && !matches(&new, &event, &details[1]));
    assert!(matches(&old, &event, &details[1]) && !matches(&old, &event, &details[0]));
}

#[test]
fn a_version_below_a_name_with_a_dot_is_found_by_its_pointer() {
    use nested_pin::{v1_0, AnyNestedPin};
    let event = v1_0::NestedPin::new(v1_0::NestedPinMetaData::default());
    let detail = serde_json::to_value(&event).unwrap();
    assert_eq!(detail, json!({"meta.data": {"version": "1.0"}}));
    assert!(matches!(AnyNestedPin::decode_value(&detail), Ok(AnyNestedPin::V1_0(_))));
    assert!(matches(&v1_0::NestedPin::pattern().build(), &event, &detail));
    let unknown = AnyNestedPin::decode(r#"{"meta.data": {"version": "2.0"}, "meta": {"data": {"version": "1.0"}}}"#);
    assert!(matches!(unknown, Ok(AnyNestedPin::Unknown { .. })));
}

#[test]
fn a_major_is_read_whatever_its_minor() {
    use spelt::AnySpelt;
    for (text, b) in [
        (r#"{"version":"1.0.0","a":"x"}"#, None),
        (r#"{"version":"1.1.0","a":"x","b":"y"}"#, Some("y")),
        (r#"{"version":"1.7.0","a":"x","c":"z"}"#, None),
    ] {
        let event = AnySpelt::decode(text).unwrap().into_v1().unwrap().unwrap();
        assert_eq!((event.a.as_deref(), event.b.as_deref()), (Some("x"), b), "{text}");
    }
    let other = AnySpelt::decode(r#"{"version":"2.0.0"}"#).unwrap();
    assert_eq!(other.clone().into_v1().unwrap(), Err(other));
}

#[test]
fn an_event_that_its_major_cannot_read_is_no_event_of_another_major() {
    use narrowed::{v1_0, v1_1, AnyNarrowed};
    let detail = |version: &str, quantity: &str| format!(r#"{{"version":"{version}","lines":[{{}},{{"quantity":{quantity}}}]}}"#);
    // Written by 1.0, which reads it, and wrong for the newest minor.
    let old = AnyNarrowed::decode(&detail("1.0", "\"two\"")).unwrap();
    assert!(matches!(old, AnyNarrowed::V1_0(v1_0::Narrowed { .. })), "{old:?}");
    let error = old.into_v1().unwrap_err();
    let DecodeError::Detail { event: "cases@Narrowed", version: "1.1", .. } = &error else {
        panic!("{error:?}")
    };
    let said = "not a cases@Narrowed 1.1: `lines[1].quantity`: invalid type: string \"two\", expected an integer from 0 to 4294967295";
    assert_eq!(error.to_string(), said, "no position, since it would be one of another text");
    // Written by the newest minor, or by one that is not known yet.
    for version in ["1.1", "1.7"] {
        let error = AnyNarrowed::decode(&detail(version, "\"two\"")).unwrap_err().to_string();
        assert!(error.starts_with(said), "{error}");
    }
    let read = AnyNarrowed::decode(&detail("1.0", "2")).unwrap().into_v1().unwrap();
    assert!(matches!(read, Ok(v1_1::Narrowed { .. })), "{read:?}");
    // Another major, whatever is in it, is none of these errors, and comes back as it is.
    let other = AnyNarrowed::decode(&detail("2.0", "\"two\"")).unwrap();
    assert_eq!(other.clone().into_v1().unwrap(), Err(other));
}

#[test]
fn an_event_of_another_kind_is_refused() {
    let entry = Entry::of(&based()).unwrap();
    let event = |source: &str, detail_type: &str| {
        let mut event = json!({"version": "0", "id": "1", "time": "2026-02-01T14:32:00Z"});
        event["source"] = source.into();
        event["detail-type"] = detail_type.into();
        event["detail"] = serde_json::from_str(&entry.detail).unwrap();
        event.to_string()
    };
    assert!(based::AnyBased::from_event(&event("cases", "Based")).is_ok());
    let error = based::AnyBased::from_event(&event("cases", "Loose")).unwrap_err();
    assert_eq!(
        error.to_string(),
        r#"another event: detail-type "Loose" of source "cases", expected "Based" of "cases""#
    );
    assert!(based::AnyBased::from_event(&event("com.evil", "Based")).is_err());
}

#[test]
fn maps_are_asked_by_their_keys() {
    use consumer::case_events::labelled::v1_0::Labelled;
    let pattern = Labelled::pattern().labels().key("team").exists().place().tags().key("n").exists().build();
    let event = Labelled::new();
    let detail = json!({"version": "1.0", "labels": {"team": "a"}, "place": {"tags": {"n": 1}}});
    assert!(matches(&pattern, &event, &detail));
    assert!(!matches(&pattern, &event, &json!({"version": "1.0", "labels": {"team": "a"}})));
}

#[test]
fn a_version_is_written_as_its_schema_spells_it() {
    use spelt::{v1_0, v1_1, AnySpelt};
    let text = r#"{"version":"1.0.0","a":"x"}"#;
    let read = AnySpelt::decode(text).unwrap();
    assert_eq!(read.version(), Some("1.0"));
    let AnySpelt::V1_0(event) = read else { panic!("{read:?}") };
    assert_eq!(serde_json::to_string(&event).unwrap(), text);
    assert_eq!((v1_0::Spelt::VERSION.text, v1_1::Spelt::VERSION.text), ("1.0.0", "1.1.0"));
    // Without a type of its own the newest of its major reads it.
    assert!(matches!(AnySpelt::decode(r#"{"version":"1.7.0"}"#), Ok(AnySpelt::V1_1(_))));
}

#[test]
fn what_names_no_version_is_of_the_version_that_does_not() {
    use unnamed::{v1_0, v2_0, AnyUnnamed};
    let old = json!({"a": "x"});
    assert!(matches!(AnyUnnamed::decode_value(&old), Ok(AnyUnnamed::V1_0(_))));
    let other = json!({"version": 2, "b": "x"});
    let AnyUnnamed::Unknown { version: None, detail } = AnyUnnamed::decode_value(&other).unwrap() else {
        panic!("a number is no version, and nothing is lost")
    };
    assert_eq!(serde_json::from_str::<Value>(&detail).unwrap(), other);
    let (first, second) = (v1_0::Unnamed::pattern().build(), v2_0::Unnamed::pattern().build());
    let new = json!({"version": "2.0", "b": "x"});
    let event = v2_0::Unnamed::new("x");
    assert!(matches(&first, &event, &old) && !matches(&first, &event, &new));
    assert!(matches(&second, &event, &new) && !matches(&second, &event, &old));
    assert!(matches(&second, &event, &json!({"version": "2", "b": "x"})), "as the reader takes it");
}

#[test]
fn a_version_may_be_null_or_missing_where_the_schema_says_so() {
    use loose::{v1_0, AnyLoose};
    for detail in [json!({"a": "x"}), json!({"version": null, "a": "x"}), json!({"version": "1.0", "a": "x"})] {
        let read = AnyLoose::decode_value(&detail).unwrap();
        let AnyLoose::V1_0(event) = read else { panic!("{detail}: {read:?}") };
        assert_eq!(serde_json::to_value(&event).unwrap(), json!({"version": "1.0", "a": "x"}));
    }
    assert!(matches!(AnyLoose::decode(r#"{"version":"2.0","b":"x"}"#), Ok(AnyLoose::V2_0(_))));
    let first = v1_0::Loose::pattern().build();
    let event = v1_0::Loose::new();
    assert!(matches(&first, &event, &json!({"a": "x"})) && matches(&first, &event, &json!({"version": "1.3"})));
    assert!(matches(&first, &event, &json!({"version": null})));
    assert!(!matches(&first, &event, &json!({"version": "2.0"})));
}

#[test]
fn a_version_that_is_the_tag_stays_what_it_is() {
    use consumer::case_events::tagged_by_version::v1_1::TaggedByVersion;
    let text = r#"{"version":"1.0","a":"x"}"#;
    let read: TaggedByVersion = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), text);
}

#[test]
fn a_version_is_written_as_its_pattern_wants_it() {
    use consumer::case_events::{partly_listed, three_parts};
    assert_eq!(three_parts::v1_0::ThreeParts::VERSION.text, "1.0.0");
    assert_eq!(partly_listed::v1_1::PartlyListed::VERSION.text, "1.1");
}

#[test]
fn a_property_that_the_new_version_has_no_name_for_goes_over() {
    use consumer::case_events::kept_by_the_new::{publish::to_v1_0, v2_0};
    let new: v2_0::KeptByTheNew =
        serde_json::from_value(json!({"version": "2.0", "a": 5, "q": 7, "z": 3})).unwrap();
    let old = serde_json::to_value(to_v1_0(&new)).unwrap();
    assert_eq!(old, json!({"version": "1.0", "a": 5, "q": 7}));
}

//! What the publish shim makes of an event in an older version: nothing is lost or made up without a gap.

use consumer::case_events::converted::publish::{to_v1_0, AsV1_0};
use consumer::case_events::converted::v2_0;
use schemactl_runtime::Integer;
use serde_json::{json, Value};

/// The producer says what it was asked.
struct Asked;

impl AsV1_0 for Asked {
    fn null_required(&self, _: &v2_0::Converted) -> Option<String> {
        Some("asked".to_owned())
    }

    fn optional(&self, _: &v2_0::Converted) -> Option<String> {
        None
    }

    fn converted_counts_additional(&self, from: &v2_0::ConvertedCounts) -> std::collections::BTreeMap<String, u32> {
        let fits = |count: &Integer| u32::try_from(count.clone()).ok().filter(|count| *count < 10);
        let counts = from.additional.iter();
        counts.filter_map(|(key, count)| Some((key.clone(), fits(count)?))).collect()
    }
}

fn converted(event: &Value) -> Value {
    let event: v2_0::Converted = serde_json::from_value(event.clone()).unwrap();
    serde_json::to_value(to_v1_0(&event, &Asked)).unwrap()
}

#[test]
fn null_and_absence_stay_apart() {
    let event = json!({"version": "2.0", "either": null, "same": null, "kept": null});
    let old = json!({"version": "1.0", "nullRequired": "asked", "either": null, "same": null, "kept": null});
    assert_eq!(converted(&event), old);
    let event = json!({"version": "2.0", "either": "a", "same": "b"});
    let old = json!({"version": "1.0", "nullRequired": "asked", "either": "a", "same": "b"});
    assert_eq!(converted(&event), old);
}

#[test]
fn properties_without_a_name_go_over() {
    let event = json!({"version": "2.0", "either": "a", "same": "b",
        "tags": {"k": "1", "zz": {"n": "1"}}, "counts": {"k": "1", "one": 1, "many": 1000}});
    let old = converted(&event);
    assert_eq!(old["tags"], event["tags"]);
    assert_eq!(old["counts"], json!({"k": "1", "one": 1}), "what does not fit is the producer's to say");
}

#[test]
fn a_name_that_the_old_version_has_is_not_taken_twice() {
    let event: v2_0::Converted =
        serde_json::from_value(json!({"version": "2.0", "either": "a", "same": "b", "bar": 1, "foo": 2, "new": 3})).unwrap();
    let old = serde_json::to_string(&to_v1_0(&event, &Asked)).unwrap();
    assert_eq!(
        old,
        r#"{"version":"1.0","nullRequired":"asked","either":"a","same":"b","foo":1,"new":3}"#
    );
}

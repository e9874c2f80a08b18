//! What is refused, in which words and where. And what is taken although it looks wrong.
#![allow(clippy::unwrap_used)]

use schemactl_pattern::{MAX_CHARACTERS, Pattern, PatternError};

fn refused(json: &str) -> PatternError {
    Pattern::parse(json).expect_err(json)
}

/// The words and the place for a field with one entry.
fn entry(entry: &str) -> (String, String) {
    let error = refused(&format!(r#"{{"detail": {{"orderId": ["ord-1", {entry}]}}}}"#));
    let path = error.path().and_then(|path| path.strip_prefix("$.detail.orderId"));
    (error.reason(), path.expect("a place in the field").to_owned())
}

#[test]
fn the_message_is_eventbridges_with_the_place() {
    assert_eq!(
        refused(r#"{"detail": {"order id": [{"starts-with": "ord-"}]}}"#).to_string(),
        "Event pattern is not valid. Reason: Unrecognized match type starts-with (at $.detail[\"order id\"][0].starts-with)"
    );
}

#[test]
fn structure() {
    for (json, reason, path) in [
        ("[]", "Filter is not an object", "$"),
        ("{}", "Empty objects are not allowed", "$"),
        (
            r#"{"detail": {"items": {}}}"#,
            "Empty objects are not allowed",
            "$.detail.items",
        ),
        (
            r#"{"detail": {"items": []}}"#,
            "Empty arrays are not allowed",
            "$.detail.items",
        ),
        (
            r#"{"source": "com.myapp.orders"}"#,
            r#""source" must be an object or an array"#,
            "$.source",
        ),
        (
            r#"{"a": [["x"]]}"#,
            "Match value must be String, number, true, false, or null",
            "$.a[0]",
        ),
        (r#"{"a": [{}]}"#, "Match expression name not found", "$.a[0]"),
    ] {
        let error = refused(json);
        assert_eq!((error.reason().as_str(), error.path()), (reason, Some(path)), "{json}");
    }
    assert!(matches!(refused(r#"{"a": ["x"}"#), PatternError::NotJson { .. }));
}

#[test]
fn texts() {
    for (json, reason, path) in [
        (
            r#"{"prefix": 1}"#,
            "prefix match pattern must be a string",
            "[1].prefix",
        ),
        (
            r#"{"prefix": ["a"]}"#,
            "prefix match pattern must be a string",
            "[1].prefix",
        ),
        (r#"{"prefix": {}}"#, "Prefix expression name not found", "[1].prefix"),
        (
            r#"{"suffix": {"wildcard": "a"}}"#,
            "Unsupported suffix pattern: wildcard",
            "[1].suffix.wildcard",
        ),
        (
            r#"{"equals-ignore-case": null}"#,
            "equals-ignore-case match pattern must be a string",
            "[1].equals-ignore-case",
        ),
        (
            r#"{"wildcard": "a**"}"#,
            "Consecutive wildcard characters at pos 2",
            "[1].wildcard",
        ),
        (r#"{"cidr": 1}"#, "prefix match pattern must be a string", "[1].cidr"),
        (
            r#"{"cidr": "10.0.0.0"}"#,
            "Malformed CIDR, one '/' required",
            "[1].cidr",
        ),
        (
            r#"{"exists": "yes"}"#,
            "exists match pattern must be either true or false.",
            "[1].exists",
        ),
        (
            r#"{"prefix": "a", "suffix": "b"}"#,
            "Only one key allowed in match expression",
            "[1].suffix",
        ),
    ] {
        assert_eq!(entry(json), (reason.to_owned(), path.to_owned()), "{json}");
    }
}

#[test]
fn numbers() {
    for (list, reason) in [
        (r#"">""#, "Value of numeric must be an array."),
        ("[]", "Invalid member in numeric match: ]"),
        ("[5]", "Invalid member in numeric match: 5"),
        (r#"["="]"#, "Value of equals must be numeric"),
        (r#"["<", "5"]"#, "Value of < must be numeric"),
        (r#"["!=", 5]"#, "Unrecognized numeric range operator: !="),
        (r#"["<", 5, ">", 0]"#, "Too many elements in numeric expression"),
        (r#"[">", 0, 5]"#, "Bad value in numeric range: 5"),
        (r#"[">", 0, ">", 5]"#, "Bad numeric range operator: >"),
        (r#"[">", 0, "<"]"#, "Value of < must be numeric"),
        (
            r#"[">", 0, "<", 5, "<", 6]"#,
            "Too many terms in numeric range expression",
        ),
        (r#"[">=", 5, "<=", 5.0]"#, "Bottom must be less than top"),
        (r#"[">", 9007199254740993]"#, "Cannot compare number : 9007199254740993"),
    ] {
        assert_eq!(entry(&format!(r#"{{"numeric": {list}}}"#)).0, reason, "{list}");
    }
}

#[test]
fn anything_but() {
    let mixed = "Inside anything but list, either all values are number or string, mixed type is not supported";
    for (operand, reason) in [
        (
            "null",
            "Value of anything-but must be an array or single string/number value.",
        ),
        ("[]", mixed),
        (r#"["EUR", 1]"#, mixed),
        (
            r#"["EUR", null]"#,
            "Inside anything but list, start|null|boolean is not supported.",
        ),
        ("{}", "Anything-But expression name not found"),
        (r#"{"numeric": [">", 1]}"#, "Unsupported anything-but pattern: numeric"),
        (r#"{"prefix": ""}"#, "Null prefix/suffix not allowed"),
        (r#"{"suffix": 1}"#, "prefix/suffix match pattern must be a string"),
        (
            r#"{"wildcard": ["a", "b**"]}"#,
            "Consecutive wildcard characters at pos 2",
        ),
        (
            r#"{"prefix": "a", "suffix": "b"}"#,
            "Too many elements in numeric expression",
        ),
    ] {
        assert_eq!(
            entry(&format!(r#"{{"anything-but": {operand}}}"#)).0,
            reason,
            "{operand}"
        );
    }
}

#[test]
fn a_list_of_alternatives_that_is_none_is_read_as_a_field() {
    let error = refused(r#"{"$or": [{"source": ["com.myapp.orders"]}]}"#);
    assert_eq!(error.reason(), "Unrecognized match type source");
    assert!(
        error
            .to_string()
            .ends_with("There must have at least 2 Objects in $or relationship."),
        "{error}"
    );
    assert_eq!(refused(r#"{"$or": []}"#).reason(), "Empty arrays are not allowed");
    let field = Pattern::parse(r#"{"$or": ["x", {"prefix": "y"}]}"#).unwrap();
    assert!(field.matches(&serde_json::json!({"$or": "yes"})));
    let inside = refused(r#"{"$or": [{"a": ["x"]}, {"b": ["x", {"prefix": 1}]}]}"#);
    assert_eq!(inside.path(), Some("$.$or[1].b[1].prefix"));
}

#[test]
fn limits() {
    let long = format!(r#"{{"a": ["{}"]}}"#, "é".repeat(MAX_CHARACTERS - 10));
    assert_eq!(
        Pattern::parse(&long).unwrap_err(),
        PatternError::TooLong {
            characters: MAX_CHARACTERS + 1
        }
    );
    let fits = format!(r#"{{"a":["{}"]}}"#, "é".repeat(MAX_CHARACTERS - 10));
    assert!(Pattern::parse(&fits).is_ok());

    let nested = |levels: usize| format!("{}[1]{}", r#"{"a":"#.repeat(levels), "}".repeat(levels));
    assert!(Pattern::parse(&nested(98)).is_ok());
    assert_eq!(refused(&nested(99)), PatternError::TooDeep);

    let list = |name: char, alternatives: usize| {
        let items: Vec<_> = (0..alternatives).map(|i| format!(r#"{{"{name}{i}":[1]}}"#)).collect();
        format!(r#"{{"$or":[{}]}}"#, items.join(","))
    };
    let both = |left, right| format!(r#"{{"x":{},"y":{}}}"#, list('a', left), list('b', right));
    assert!(Pattern::parse(&both(25, 40)).is_ok());
    assert_eq!(refused(&both(25, 41)), PatternError::TooManyCombinations);
}

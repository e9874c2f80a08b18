//! The page of keywords and formats says what a comparison decides of each: every row is asked of the engine, in every draft.
//! `BLESS=1` rewrites the tables of the page.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use std::fmt::Write as _;
use std::fs;

use schemactl_compat::{
    Comparison, ComparisonSettings, Policy, Schema, Semantics, Verdict, default_engine, with_comparer,
};
use schemactl_model::{Dialect, FormatMode, Keyword, KeywordKind, OpenApiUse, Source, parse};
use schemactl_tests::{compare_with_file, root};

const PAGE: &str = "docs/reference/keywords.md";

/// A keyword with two schemas that differ by it alone: all values of the first are values of the second, and not the other way.
struct Pair {
    keyword: Keyword,
    /// The first and the last draft in which the pair is to be read, if the keyword has another form elsewhere.
    drafts: (Dialect, Dialect),
    tight: &'static str,
    loose: &'static str,
}

const fn always(keyword: Keyword, tight: &'static str, loose: &'static str) -> Pair {
    within(keyword, (Dialect::Draft4, Dialect::Draft202012), tight, loose)
}

const fn within(keyword: Keyword, drafts: (Dialect, Dialect), tight: &'static str, loose: &'static str) -> Pair {
    Pair {
        keyword,
        drafts,
        tight,
        loose,
    }
}

const UNTIL_2019_09: (Dialect, Dialect) = (Dialect::Draft4, Dialect::Draft201909);
const DRAFT_4: (Dialect, Dialect) = (Dialect::Draft4, Dialect::Draft4);
const SINCE_DRAFT_6: (Dialect, Dialect) = (Dialect::Draft6, Dialect::Draft202012);

const PAIRS: &[Pair] = &[
    always(
        Keyword::DynamicRef,
        r##"{"$defs": {"t": {"$dynamicAnchor": "t", "type": "integer"}}, "$dynamicRef": "#t"}"##,
        r##"{"$defs": {"t": {"$dynamicAnchor": "t", "type": "number"}}, "$dynamicRef": "#t"}"##,
    ),
    always(
        Keyword::RecursiveRef,
        r##"{"$recursiveAnchor": true, "type": "object", "maxProperties": 1, "additionalProperties": {"$recursiveRef": "#"}}"##,
        r#"{"type": "object", "maxProperties": 1}"#,
    ),
    always(
        Keyword::Ref,
        r##"{"definitions": {"t": {"type": "integer"}}, "$ref": "#/definitions/t"}"##,
        r##"{"definitions": {"t": {"type": "number"}}, "$ref": "#/definitions/t"}"##,
    ),
    within(
        Keyword::AdditionalItems,
        UNTIL_2019_09,
        r#"{"items": [{}], "additionalItems": false}"#,
        r#"{"items": [{}]}"#,
    ),
    always(
        Keyword::AdditionalProperties,
        r#"{"properties": {"a": {}}, "additionalProperties": false}"#,
        r#"{"properties": {"a": {}}}"#,
    ),
    always(
        Keyword::AllOf,
        r#"{"allOf": [{"type": "integer"}, {"minimum": 1}]}"#,
        r#"{"allOf": [{"type": "integer"}]}"#,
    ),
    always(
        Keyword::AnyOf,
        r#"{"anyOf": [{"type": "integer"}]}"#,
        r#"{"anyOf": [{"type": "integer"}, {"type": "string"}]}"#,
    ),
    always(Keyword::Const, r#"{"const": 1}"#, r#"{"type": "integer"}"#),
    always(
        Keyword::Contains,
        r#"{"contains": {"type": "integer"}}"#,
        r#"{"contains": {"type": "number"}}"#,
    ),
    always(
        Keyword::Dependencies,
        r#"{"dependencies": {"a": ["b", "c"]}}"#,
        r#"{"dependencies": {"a": ["b"]}}"#,
    ),
    always(
        Keyword::DependentRequired,
        r#"{"dependentRequired": {"a": ["b", "c"]}}"#,
        r#"{"dependentRequired": {"a": ["b"]}}"#,
    ),
    always(
        Keyword::DependentSchemas,
        r#"{"dependentSchemas": {"a": {"required": ["b"]}}}"#,
        r#"{"dependentSchemas": {"a": {}}}"#,
    ),
    always(
        Keyword::Else,
        r#"{"if": {"type": "string"}, "else": {"type": "integer"}}"#,
        r#"{"if": {"type": "string"}, "else": {"type": "number"}}"#,
    ),
    always(Keyword::Enum, r#"{"enum": ["a"]}"#, r#"{"enum": ["a", "b"]}"#),
    within(
        Keyword::ExclusiveMaximum,
        DRAFT_4,
        r#"{"maximum": 1, "exclusiveMaximum": true}"#,
        r#"{"maximum": 1}"#,
    ),
    within(
        Keyword::ExclusiveMaximum,
        SINCE_DRAFT_6,
        r#"{"exclusiveMaximum": 1}"#,
        r#"{"maximum": 1}"#,
    ),
    within(
        Keyword::ExclusiveMinimum,
        DRAFT_4,
        r#"{"minimum": 1, "exclusiveMinimum": true}"#,
        r#"{"minimum": 1}"#,
    ),
    within(
        Keyword::ExclusiveMinimum,
        SINCE_DRAFT_6,
        r#"{"exclusiveMinimum": 1}"#,
        r#"{"minimum": 1}"#,
    ),
    always(
        Keyword::If,
        r#"{"if": {"type": "number"}, "then": {"minimum": 1}}"#,
        r#"{"if": {"type": "integer"}, "then": {"minimum": 1}}"#,
    ),
    always(
        Keyword::Items,
        r#"{"items": {"type": "integer"}}"#,
        r#"{"items": {"type": "number"}}"#,
    ),
    within(
        Keyword::Items,
        UNTIL_2019_09,
        r#"{"items": [{"type": "integer"}]}"#,
        r#"{"items": [{"type": "number"}]}"#,
    ),
    always(
        Keyword::MaxContains,
        r#"{"contains": {"type": "integer"}, "maxContains": 1}"#,
        r#"{"contains": {"type": "integer"}, "maxContains": 2}"#,
    ),
    always(Keyword::MaxItems, r#"{"maxItems": 1}"#, r#"{"maxItems": 2}"#),
    always(Keyword::MaxLength, r#"{"maxLength": 1}"#, r#"{"maxLength": 2}"#),
    always(
        Keyword::MaxProperties,
        r#"{"maxProperties": 1}"#,
        r#"{"maxProperties": 2}"#,
    ),
    always(Keyword::Maximum, r#"{"maximum": 1.1}"#, r#"{"maximum": 1.2}"#),
    always(
        Keyword::MinContains,
        r#"{"contains": {"type": "integer"}, "minContains": 2}"#,
        r#"{"contains": {"type": "integer"}, "minContains": 1}"#,
    ),
    always(Keyword::MinItems, r#"{"minItems": 2}"#, r#"{"minItems": 1}"#),
    always(Keyword::MinLength, r#"{"minLength": 2}"#, r#"{"minLength": 1}"#),
    always(
        Keyword::MinProperties,
        r#"{"minProperties": 2}"#,
        r#"{"minProperties": 1}"#,
    ),
    always(Keyword::Minimum, r#"{"minimum": 1.2}"#, r#"{"minimum": 1.1}"#),
    always(Keyword::MultipleOf, r#"{"multipleOf": 0.1}"#, r#"{"multipleOf": 0.01}"#),
    always(
        Keyword::Not,
        r#"{"not": {"type": "number"}}"#,
        r#"{"not": {"type": "integer"}}"#,
    ),
    always(
        Keyword::OneOf,
        r#"{"oneOf": [{"type": "integer"}]}"#,
        r#"{"oneOf": [{"type": "integer"}, {"type": "string"}]}"#,
    ),
    always(Keyword::Pattern, r#"{"pattern": "^ab+$"}"#, r#"{"pattern": "^a"}"#),
    always(
        Keyword::PatternProperties,
        r#"{"patternProperties": {"^a": {"type": "integer"}}}"#,
        r#"{"patternProperties": {"^ab": {"type": "integer"}}}"#,
    ),
    always(
        Keyword::PrefixItems,
        r#"{"prefixItems": [{"type": "integer"}]}"#,
        r#"{"prefixItems": [{"type": "number"}]}"#,
    ),
    always(
        Keyword::Properties,
        r#"{"properties": {"a": {"type": "integer"}}}"#,
        r#"{"properties": {"a": {"type": "number"}}}"#,
    ),
    always(
        Keyword::PropertyNames,
        r#"{"propertyNames": {"maxLength": 1}}"#,
        r#"{"propertyNames": {"maxLength": 2}}"#,
    ),
    always(
        Keyword::Required,
        r#"{"required": ["a", "b"]}"#,
        r#"{"required": ["a"]}"#,
    ),
    always(
        Keyword::Then,
        r#"{"if": {"type": "number"}, "then": {"minimum": 2}}"#,
        r#"{"if": {"type": "number"}, "then": {"minimum": 1}}"#,
    ),
    always(Keyword::Type, r#"{"type": "integer"}"#, r#"{"type": "number"}"#),
    within(
        Keyword::UnevaluatedItems,
        (Dialect::Draft201909, Dialect::Draft201909),
        r#"{"allOf": [{"items": [{}]}], "unevaluatedItems": false}"#,
        r#"{"allOf": [{"items": [{}]}]}"#,
    ),
    within(
        Keyword::UnevaluatedItems,
        (Dialect::Draft202012, Dialect::Draft202012),
        r#"{"allOf": [{"prefixItems": [{}]}], "unevaluatedItems": false}"#,
        r#"{"allOf": [{"prefixItems": [{}]}]}"#,
    ),
    always(
        Keyword::UnevaluatedProperties,
        r#"{"allOf": [{"properties": {"a": {}}}], "unevaluatedProperties": false}"#,
        r#"{"allOf": [{"properties": {"a": {}}}]}"#,
    ),
    always(
        Keyword::UniqueItems,
        r#"{"uniqueItems": true}"#,
        r#"{"uniqueItems": false}"#,
    ),
];

/// Returns how two schemas of a draft compare, each taken literally.
fn comparison(draft: Dialect, formats: FormatMode, old: &str, new: &str) -> Comparison {
    let [old, new] = [old, new].map(|text| parse(&Source::new("example", text)).unwrap());
    let semantics = Semantics { formats };
    with_comparer(
        &default_engine(semantics),
        ComparisonSettings::without_version(Policy::OpenStrict),
        |comparer| {
            let [old, new] = [&old, &new].map(|root| comparer.prepare(&Schema::new(root, draft)));
            comparer.compare(&old, &new)
        },
    )
}

/// Returns the pairs of a keyword that are to be read in a draft.
fn pairs_in(keyword: Keyword, draft: Dialect) -> impl Iterator<Item = &'static Pair> {
    let pairs = PAIRS.iter().filter(move |pair| pair.keyword == keyword);
    pairs.filter(move |pair| (pair.drafts.0..=pair.drafts.1).contains(&draft))
}

/// Returns whether a keyword counts in a draft.
fn counts_in(keyword: Keyword, draft: Dialect) -> bool {
    keyword
        .dialects()
        .is_some_and(|(first, last)| (first..=last).contains(&draft))
}

/// Returns whether a keyword can reject a value by itself. `format` has a table of its own, and `nullable` is of OpenAPI alone.
fn is_compared(keyword: Keyword) -> bool {
    matches!(keyword.kind(), KeywordKind::Assertion | KeywordKind::Applicator)
        && !matches!(keyword, Keyword::Format | Keyword::Nullable)
}

#[test]
fn each_keyword_is_decided_in_each_draft_that_has_it() {
    let mut asked = 0;
    for &keyword in Keyword::ALL.iter().filter(|keyword| is_compared(**keyword)) {
        for draft in Dialect::ALL.into_iter().filter(|draft| counts_in(keyword, *draft)) {
            assert!(
                pairs_in(keyword, draft).count() > 0,
                "no pair for `{}` in {draft}",
                keyword.name()
            );
            for Pair { tight, loose, .. } in pairs_in(keyword, draft) {
                let found = comparison(draft, FormatMode::Annotation, tight, loose);
                assert!(
                    found.backward.is_compatible(),
                    "{draft}: {tight} → {loose}: {:?}",
                    found.backward
                );
                assert!(
                    found.forward.witness().is_some(),
                    "{draft}: {loose} → {tight}: {:?}",
                    found.forward
                );
                asked += 2;
            }
        }
    }
    assert!(asked > 300, "{asked} questions");
}

#[test]
fn a_keyword_means_nothing_in_a_draft_that_does_not_have_it() {
    for &keyword in Keyword::ALL.iter().filter(|keyword| is_compared(**keyword)) {
        for draft in Dialect::ALL.into_iter().filter(|draft| !counts_in(keyword, *draft)) {
            for pair in PAIRS.iter().filter(|pair| pair.keyword == keyword) {
                let mut bare: serde_json::Map<_, _> = serde_json::from_str(pair.tight).unwrap();
                bare.remove(keyword.name());
                let bare = serde_json::Value::Object(bare).to_string();
                let found = comparison(draft, FormatMode::Annotation, pair.tight, &bare);
                assert!(
                    found.backward.is_compatible() && found.forward.is_compatible(),
                    "{draft}: {}: {found:?}",
                    pair.tight
                );
            }
        }
    }
}

#[test]
fn annotations_reject_nothing() {
    let others = Keyword::ALL
        .iter()
        .filter(|keyword| keyword.kind() == KeywordKind::Annotation);
    for keyword in others.chain([&Keyword::Nullable]) {
        for draft in Dialect::ALL {
            let schema = format!(r#"{{"type": "string", "{}": true}}"#, keyword.name());
            let found = comparison(draft, FormatMode::Annotation, &schema, r#"{"type": "string"}"#);
            assert!(
                found.backward.is_compatible() && found.forward.is_compatible(),
                "{draft}: {schema}: {found:?}"
            );
        }
    }
}

/// The formats of JSON Schema, and those of OpenAPI that are common.
const FORMATS: [&str; 27] = [
    "binary",
    "byte",
    "date",
    "date-time",
    "decimal",
    "double",
    "duration",
    "email",
    "float",
    "hostname",
    "idn-email",
    "idn-hostname",
    "int32",
    "int64",
    "ipv4",
    "ipv6",
    "iri",
    "iri-reference",
    "json-pointer",
    "password",
    "regex",
    "relative-json-pointer",
    "time",
    "uri",
    "uri-reference",
    "uri-template",
    "uuid",
];

/// Returns what is decided where a text gains a format, under `formats = "assertion"`.
fn verdict_of_format(format: &str, draft: Dialect) -> &'static str {
    let with = format!(r#"{{"type": "string", "format": "{format}"}}"#);
    let found = comparison(draft, FormatMode::Assertion, r#"{"type": "string"}"#, &with);
    let itself = comparison(draft, FormatMode::Assertion, &with, &with);
    assert!(itself.backward.is_compatible(), "{draft}: {format} is itself");
    assert!(
        found.forward.is_compatible(),
        "{draft}: {format} is a text: {:?}",
        found.forward
    );
    match found.backward {
        Verdict::Compatible => "annotation",
        Verdict::Incompatible { .. } => "decided",
        Verdict::Undecided { .. } => "undecided",
    }
}

/// Forms that are not decided: what they are, two schemas in 2020-12, and a part of the reason.
const UNDECIDED: [(&str, &str, &str); 5] = [
    (
        "a backreference in a `pattern`",
        r#"{"type": "string", "pattern": "^(a|b)\\1$"}"#,
        r#"{"pattern": "^[ab]+$"}"#,
    ),
    (
        "a lookbehind in a `pattern`",
        r#"{"type": "string", "pattern": "(?<!a)b$"}"#,
        r#"{"pattern": "b"}"#,
    ),
    (
        "flags inside a `pattern`, `(?i)`",
        r#"{"type": "string", "pattern": "^(?i)a$"}"#,
        r#"{"pattern": "a"}"#,
    ),
    (
        "`\\b` in a `pattern` beside letters outside ASCII",
        r#"{"type": "string", "pattern": "^[aé]\\b"}"#,
        r#"{"pattern": "^a"}"#,
    ),
    (
        "texts of millions of characters",
        r#"{"type": "string", "maxLength": 100000001}"#,
        r#"{"maxLength": 100000000}"#,
    ),
];

/// Returns why a form is not decided.
fn reason_of((what, old, new): (&str, &str, &str)) -> String {
    match comparison(Dialect::Draft202012, FormatMode::Annotation, old, new).backward {
        Verdict::Undecided { reason } => reason,
        decided => panic!("{what} is decided: {decided:?}"),
    }
}

/// Returns drafts in words: `every draft`, `since draft-06`, `until 2019-09`, `2019-09 only`.
fn words_of_drafts(drafts: &[Dialect]) -> String {
    let (Some(first), Some(last)) = (drafts.first(), drafts.last()) else {
        return "none".to_owned();
    };
    match (*first == Dialect::Draft4, *last == Dialect::Draft202012) {
        (true, true) => "every draft".to_owned(),
        (false, true) if first == last => format!("{first} only"),
        (false, true) => format!("since {first}"),
        (true, false) if first == last => format!("{first} only"),
        (true, false) => format!("until {last}"),
        (false, false) if first == last => format!("{first} only"),
        (false, false) => format!("{first} to {last}"),
    }
}

fn words_of_openapi(used: OpenApiUse) -> &'static str {
    match used {
        OpenApiUse::Never => "",
        OpenApiUse::Only30 => "3.0",
        OpenApiUse::Since31 => "3.1",
        OpenApiUse::Both => "3.0, 3.1",
    }
}

/// Returns what a comparison does with a keyword.
fn effect_of(keyword: Keyword) -> &'static str {
    match (keyword, keyword.kind()) {
        (Keyword::Format, _) => "annotation by default; [see below](#formats)",
        (Keyword::Pattern | Keyword::PatternProperties, _) => "decided, but for [some patterns](#what-is-undecided)",
        (Keyword::Nullable, _) => "decided in documents of OpenAPI 3.0; without meaning elsewhere",
        (Keyword::Extensible | Keyword::ExtensibleEnum, _) => {
            "[the policy](../concepts/policies.md#readers-of-unknown-values) decides"
        }
        (Keyword::RenamedFrom, _) => "read by comparisons, to tell a rename from a removal; rejects nothing",
        (Keyword::Default, _) => "annotation, but under the policy `apply-defaults`",
        (_, KeywordKind::Assertion | KeywordKind::Applicator) => "decided",
        (_, KeywordKind::Annotation) => "annotation",
        (_, KeywordKind::Identifier) => "names a schema, or says how it is read",
        (_, KeywordKind::Definitions) => "holds schemas that references lead to",
    }
}

fn table_of_keywords() -> String {
    let mut table = "| keyword | drafts | OpenAPI | compared |\n|---|---|---|---|\n".to_owned();
    for &keyword in Keyword::ALL {
        let drafts: Vec<_> = Dialect::ALL
            .into_iter()
            .filter(|draft| counts_in(keyword, *draft))
            .collect();
        let drafts = if keyword.dialects().is_none() {
            String::new()
        } else {
            words_of_drafts(&drafts)
        };
        let (name, openapi, effect) = (keyword.name(), words_of_openapi(keyword.openapi()), effect_of(keyword));
        writeln!(table, "| `{name}` | {drafts} | {openapi} | {effect} |").unwrap();
    }
    table
}

fn table_of_formats() -> String {
    let mut table = "| format | decided | undecided |\n|---|---|---|\n".to_owned();
    let mut annotations = Vec::new();
    for format in FORMATS {
        let drafts_of = |verdict| -> Vec<_> {
            Dialect::ALL
                .into_iter()
                .filter(|draft| verdict_of_format(format, *draft) == verdict)
                .collect()
        };
        let (decided, undecided) = (drafts_of("decided"), drafts_of("undecided"));
        if decided.is_empty() && undecided.is_empty() {
            annotations.push(format!("`{format}`"));
            continue;
        }
        let [decided, undecided] = [decided, undecided].map(|drafts| {
            if drafts.is_empty() {
                String::new()
            } else {
                words_of_drafts(&drafts)
            }
        });
        writeln!(table, "| `{format}` | {decided} | {undecided} |").unwrap();
    }
    writeln!(
        table,
        "\nAnnotations in every draft: {}, and every format that is not in the table.",
        annotations.join(", ")
    )
    .unwrap();
    table
}

fn table_of_undecided() -> String {
    let mut table = "| form | reason in the finding |\n|---|---|\n".to_owned();
    for form in UNDECIDED {
        writeln!(table, "| {} | {} |", form.0, reason_of(form).replace('|', "\\|")).unwrap();
    }
    table
}

#[test]
fn the_page_says_what_the_engine_decides() {
    let file = root().join(PAGE);
    let mut page = fs::read_to_string(&file).unwrap();
    let tables = [
        ("keywords", table_of_keywords()),
        ("formats", table_of_formats()),
        ("undecided", table_of_undecided()),
    ];
    for (name, table) in tables {
        let [begin, end] = [format!("<!-- table: {name} -->\n"), "<!-- end of table -->".to_owned()];
        let (before, rest) = page
            .split_once(&begin)
            .unwrap_or_else(|| panic!("{PAGE} has no place for {name}"));
        let (_, after) = rest.split_once(&end).unwrap();
        page = format!("{before}{begin}\n{table}\n{end}{after}");
    }
    let difference = compare_with_file(&file, &page);
    assert!(
        difference.is_empty(),
        "run with BLESS=1, and read the difference{difference}"
    );
}

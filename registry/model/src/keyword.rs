//! Which keywords hold schemas, and how. In: one schema node. Out: its subschemas with the tokens that lead to them.
//! What is not listed is data (`enum`, `const`, `default`, `examples`) or an annotation: nothing in it is a schema, and a
//! `$ref` in it is a plain string.

use crate::{Dialect, JsonObject, Kind, Member, Value};

/// How a keyword holds schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SubschemaForm {
    /// One schema.
    One,
    /// A list of schemas.
    List,
    /// A schema for each key of an object.
    Map,
    /// One schema, or a list of them (`items` up to 2019-09).
    OneOrList,
    /// An object whose values are schemas or lists of names (`dependencies`).
    MapOrNames,
}

/// Keyword, first dialect that has it, last dialect that has it.
const KEYWORDS: &[(&str, SubschemaForm, Dialect, Dialect)] = &[
    (
        "additionalItems",
        SubschemaForm::One,
        Dialect::Draft4,
        Dialect::Draft201909,
    ),
    (
        "additionalProperties",
        SubschemaForm::One,
        Dialect::Draft4,
        Dialect::Draft202012,
    ),
    ("allOf", SubschemaForm::List, Dialect::Draft4, Dialect::Draft202012),
    ("anyOf", SubschemaForm::List, Dialect::Draft4, Dialect::Draft202012),
    ("contains", SubschemaForm::One, Dialect::Draft6, Dialect::Draft202012),
    (
        "contentSchema",
        SubschemaForm::One,
        Dialect::Draft201909,
        Dialect::Draft202012,
    ),
    // Later dialects kept both old names as an equivalent place for definitions.
    ("definitions", SubschemaForm::Map, Dialect::Draft4, Dialect::Draft202012),
    ("$defs", SubschemaForm::Map, Dialect::Draft201909, Dialect::Draft202012),
    (
        "dependencies",
        SubschemaForm::MapOrNames,
        Dialect::Draft4,
        Dialect::Draft202012,
    ),
    (
        "dependentSchemas",
        SubschemaForm::Map,
        Dialect::Draft201909,
        Dialect::Draft202012,
    ),
    ("else", SubschemaForm::One, Dialect::Draft7, Dialect::Draft202012),
    ("if", SubschemaForm::One, Dialect::Draft7, Dialect::Draft202012),
    ("items", SubschemaForm::OneOrList, Dialect::Draft4, Dialect::Draft202012),
    ("not", SubschemaForm::One, Dialect::Draft4, Dialect::Draft202012),
    ("oneOf", SubschemaForm::List, Dialect::Draft4, Dialect::Draft202012),
    (
        "patternProperties",
        SubschemaForm::Map,
        Dialect::Draft4,
        Dialect::Draft202012,
    ),
    (
        "prefixItems",
        SubschemaForm::List,
        Dialect::Draft202012,
        Dialect::Draft202012,
    ),
    ("properties", SubschemaForm::Map, Dialect::Draft4, Dialect::Draft202012),
    (
        "propertyNames",
        SubschemaForm::One,
        Dialect::Draft6,
        Dialect::Draft202012,
    ),
    ("then", SubschemaForm::One, Dialect::Draft7, Dialect::Draft202012),
    (
        "unevaluatedItems",
        SubschemaForm::One,
        Dialect::Draft201909,
        Dialect::Draft202012,
    ),
    (
        "unevaluatedProperties",
        SubschemaForm::One,
        Dialect::Draft201909,
        Dialect::Draft202012,
    ),
];

/// Keywords that say something in some dialects and nothing in others: first and last dialect that has them.
const DATED: &[(&str, Dialect, Dialect)] = &[
    ("$anchor", Dialect::Draft201909, Dialect::Draft202012),
    ("$dynamicRef", Dialect::Draft202012, Dialect::Draft202012),
    ("$recursiveRef", Dialect::Draft201909, Dialect::Draft201909),
    ("additionalItems", Dialect::Draft4, Dialect::Draft201909),
    ("const", Dialect::Draft6, Dialect::Draft202012),
    ("contains", Dialect::Draft6, Dialect::Draft202012),
    ("dependentRequired", Dialect::Draft201909, Dialect::Draft202012),
    ("dependentSchemas", Dialect::Draft201909, Dialect::Draft202012),
    ("else", Dialect::Draft7, Dialect::Draft202012),
    ("if", Dialect::Draft7, Dialect::Draft202012),
    ("maxContains", Dialect::Draft201909, Dialect::Draft202012),
    ("minContains", Dialect::Draft201909, Dialect::Draft202012),
    ("prefixItems", Dialect::Draft202012, Dialect::Draft202012),
    ("propertyNames", Dialect::Draft6, Dialect::Draft202012),
    ("then", Dialect::Draft7, Dialect::Draft202012),
    ("unevaluatedItems", Dialect::Draft201909, Dialect::Draft202012),
    ("unevaluatedProperties", Dialect::Draft201909, Dialect::Draft202012),
];

impl Dialect {
    /// Whether a keyword says anything in this dialect. Keywords that no dialect has are annotations in all of them.
    pub fn has_keyword(self, keyword: &str) -> bool {
        let dated = DATED.iter().find(|(known, ..)| *known == keyword);
        dated.is_none_or(|(_, first, last)| (*first..=*last).contains(&self))
    }
}

/// A keyword that is written in a schema whose dialect does not have it, and so says nothing.
#[derive(Clone, Debug)]
pub struct ForeignKeyword<'v> {
    /// Where it is written.
    pub entry: &'v Member,
    /// The dialect that it is read in.
    pub dialect: Dialect,
    /// The first dialect that has it.
    pub first: Dialect,
    /// The last dialect that has it.
    pub last: Dialect,
}

/// Keywords that hold no schemas and are the same in all dialects, or dialects' own.
const PLAIN: &[&str] = &[
    "$comment",
    "$dynamicAnchor",
    "$id",
    "$recursiveAnchor",
    "$ref",
    "$schema",
    "$vocabulary",
    "contentEncoding",
    "contentMediaType",
    "default",
    "deprecated",
    "description",
    "enum",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "id",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "pattern",
    "readOnly",
    "required",
    "title",
    "type",
    "uniqueItems",
    "writeOnly",
];

/// Every keyword that some dialect has.
pub fn keywords() -> impl Iterator<Item = &'static str> {
    let holding = KEYWORDS.iter().map(|(keyword, ..)| *keyword);
    let dated = DATED.iter().map(|(keyword, ..)| *keyword);
    holding.chain(dated).chain(PLAIN.iter().copied())
}

/// The keywords of a document that no dialect has, in the order of the source. Names that begin with `x-` are somebody's own on
/// purpose.
pub fn unknown_keywords(schema: &Value, dialect: Dialect) -> Vec<&Member> {
    let mut found = Vec::new();
    collect_unknown(schema, dialect, &mut found);
    found
}

fn collect_unknown<'v>(schema: &'v Value, dialect: Dialect, found: &mut Vec<&'v Member>) {
    let entries = schema.as_object().into_iter().flat_map(JsonObject::iter);
    found.extend(entries.filter(|entry| !entry.key.starts_with("x-") && !keywords().any(|known| known == entry.key)));
    for below in subschemas(schema, dialect) {
        collect_unknown(below.value, dialect.inside(below.value), found);
    }
}

/// The keywords of a document that its dialect does not have, in the order of the source.
pub fn foreign_keywords(schema: &Value, dialect: Dialect) -> Vec<ForeignKeyword<'_>> {
    let mut found = Vec::new();
    collect_foreign(schema, dialect, &mut found);
    found
}

fn collect_foreign<'v>(schema: &'v Value, dialect: Dialect, found: &mut Vec<ForeignKeyword<'v>>) {
    for entry in schema.as_object().into_iter().flat_map(JsonObject::iter) {
        let dated = DATED.iter().find(|(keyword, ..)| *keyword == entry.key);
        if let Some((_, first, last)) = dated.filter(|_| !dialect.has_keyword(&entry.key)) {
            found.push(ForeignKeyword {
                entry,
                dialect,
                first: *first,
                last: *last,
            });
        }
    }
    for below in subschemas(schema, dialect) {
        collect_foreign(below.value, dialect.inside(below.value), found);
    }
}

/// One subschema of a schema node.
#[derive(Clone, Debug)]
pub struct Subschema<'v> {
    /// The keyword that holds it.
    pub keyword: &'static str,
    /// The index or key below the keyword, if the keyword holds several.
    pub member: Option<String>,
    /// The subschema.
    pub value: &'v Value,
}

/// The subschemas directly below a schema node, in the order of the source.
pub fn subschemas(schema: &Value, dialect: Dialect) -> Vec<Subschema<'_>> {
    let Some(object) = schema.as_object() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for entry in object.iter() {
        let known = KEYWORDS
            .iter()
            .find(|(name, _, first, last)| *name == entry.key && (*first..=*last).contains(&dialect));
        if let Some((keyword, holds, ..)) = known {
            collect(keyword, *holds, &entry.value, &mut found);
        }
    }
    found
}

fn collect<'v>(keyword: &'static str, holds: SubschemaForm, value: &'v Value, found: &mut Vec<Subschema<'v>>) {
    match (&value.kind, holds) {
        (Kind::Object(object), SubschemaForm::Map | SubschemaForm::MapOrNames) => {
            found.extend(
                object
                    .iter()
                    .filter(|entry| is_schema(&entry.value))
                    .map(|entry| Subschema {
                        keyword,
                        member: Some(entry.key.clone()),
                        value: &entry.value,
                    }),
            );
        }
        (Kind::Array(elements), SubschemaForm::List | SubschemaForm::OneOrList) => {
            found.extend(elements.iter().enumerate().map(|(index, value)| Subschema {
                keyword,
                member: Some(index.to_string()),
                value,
            }));
        }
        (_, SubschemaForm::One | SubschemaForm::OneOrList) if is_schema(value) => {
            found.push(Subschema {
                keyword,
                member: None,
                value,
            });
        }
        // Anything else is a mistake that the metaschema reports.
        _ => {}
    }
}

/// Whether a value is what a keyword that holds a schema takes: an object or a boolean.
pub fn is_schema(value: &Value) -> bool {
    matches!(value.kind, Kind::Object(_) | Kind::Bool(_))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Source, parse};

    #[test]
    fn data_and_unknown_keywords_hold_no_schemas() {
        let text = r#"{"enum": [{"$ref": "x"}], "const": {"items": {}}, "x-y": {}, "properties": {"enum": {}},
                       "items": [{}, true], "dependencies": {"a": ["b"], "c": {}}, "prefixItems": [{}]}"#;
        let value = parse(&Source::new("a.json", text)).unwrap();
        let at = |dialect| {
            let found = subschemas(&value, dialect);
            found
                .iter()
                .map(|sub| format!("{}/{}", sub.keyword, sub.member.as_deref().unwrap_or("")))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            at(Dialect::Draft7),
            ["properties/enum", "items/0", "items/1", "dependencies/c"]
        );
        assert!(at(Dialect::Draft202012).contains(&"prefixItems/0".to_owned()));
    }
}

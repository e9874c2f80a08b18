//! A schema of any dialect as draft-04, the newest dialect that the EventBridge Schema Registry names. In: a document. Out:
//! an equivalent draft-04 schema, or every keyword that has no equivalent there, with its place.
//!
//! The conversion is by keyword and claims nothing: whoever uses the result proves it equivalent to the source with the
//! containment engine. Annotations are kept as they are: draft-04 readers ignore keywords they do not know.

use crate::{Dialect, Document, Entry, Kind, Object, Pointer, Span, Subschema, Value, subschemas};

/// A keyword that draft-04 cannot express.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{keyword}` at `{pointer}` has no equivalent in draft-04")]
pub struct NotExpressible {
    /// The keyword.
    pub keyword: String,
    /// The schema node that uses it.
    pub pointer: Pointer,
    /// Where the keyword stands in the source.
    pub span: Span,
}

/// Converts a document to draft-04. A draft-04 document comes back as it is.
pub fn downgrade(document: &Document) -> Result<Value, Vec<NotExpressible>> {
    if document.dialect() == Dialect::Draft4 {
        return Ok(document.root().clone());
    }
    let mut pass = Converter {
        dialect: document.dialect(),
        lost: Vec::new(),
    };
    let schema = pass.schema(document.root(), &Pointer::root());
    if !pass.lost.is_empty() {
        return Err(pass.lost);
    }
    let rest = schema
        .as_object()
        .into_iter()
        .flat_map(Object::iter)
        .filter(|entry| entry.key != "$schema")
        .cloned();
    let dialect = entry("$schema", string(Dialect::Draft4.uri()));
    Ok(object(std::iter::once(dialect).chain(rest).collect()))
}

/// Keywords that say something draft-04 has no words for. Those of them that a dialect does not have are ignored by it, and
/// so by the conversion.
const LOST: &[(&str, Dialect)] = &[
    ("propertyNames", Dialect::Draft6),
    ("minContains", Dialect::Draft201909),
    ("maxContains", Dialect::Draft201909),
    ("unevaluatedItems", Dialect::Draft201909),
    ("unevaluatedProperties", Dialect::Draft201909),
    ("$recursiveRef", Dialect::Draft201909),
    ("$dynamicRef", Dialect::Draft202012),
];

struct Converter {
    dialect: Dialect,
    lost: Vec<NotExpressible>,
}

impl Converter {
    fn schema(&mut self, schema: &Value, pointer: &Pointer) -> Value {
        let Kind::Object(source) = &schema.kind else {
            let anything = schema.kind == Kind::Bool(true);
            return object(if anything {
                vec![]
            } else {
                vec![entry("not", object(vec![]))]
            });
        };
        self.refuse_lost(source, pointer);
        let mut out = Output::default();
        for member in source.iter() {
            self.member(member, schema, pointer, &mut out);
        }
        self.conditional(schema, pointer, &mut out);
        out.into_schema()
    }

    fn refuse_lost(&mut self, source: &Object, pointer: &Pointer) {
        // An identifier below the root moves the base of the references in it, an anchor names a place that a pointer cannot.
        let identified = |member: &Entry| {
            let below_root = !pointer.tokens().is_empty();
            (member.key == "$id" && below_root) || (member.key == "$anchor" && self.dialect >= Dialect::Draft201909)
        };
        let lost = source.iter().filter(|member| {
            identified(member)
                || LOST
                    .iter()
                    .any(|(keyword, since)| *keyword == member.key && self.dialect >= *since)
        });
        let lost: Vec<_> = lost
            .map(|member| NotExpressible {
                keyword: member.key.clone(),
                pointer: pointer.clone(),
                span: member.key_span,
            })
            .collect();
        self.lost.extend(lost);
    }

    fn member(&mut self, member: &Entry, schema: &Value, pointer: &Pointer, out: &mut Output) {
        let value = &member.value;
        let modern = self.dialect >= Dialect::Draft201909;
        match member.key.as_str() {
            "$id" => out.push("id", value.clone()),
            "$schema" | "$comment" | "$vocabulary" | "if" | "then" | "else" => {}
            "const" => out.push("enum", array(vec![value.clone()])),
            // What is not allowed beside an `enum` of ours goes into an allOf of its own.
            "$defs" => out.definitions(self.map(schema, "$defs", pointer)),
            "definitions" => out.definitions(self.map(schema, "definitions", pointer)),
            "$ref" => {
                let target = string(&value.as_str().unwrap_or_default().replace("/$defs/", "/definitions/"));
                if modern {
                    out.and(object(vec![entry("$ref", target)]));
                } else {
                    out.push("$ref", target);
                }
            }
            "exclusiveMinimum" => out.and(bound("minimum", "exclusiveMinimum", value)),
            "exclusiveMaximum" => out.and(bound("maximum", "exclusiveMaximum", value)),
            "dependentRequired" if modern => out.dependencies(names(value)),
            "dependentSchemas" if modern => out.dependencies(self.map(schema, "dependentSchemas", pointer)),
            "contains" => {
                let element = self.one(schema, "contains", pointer);
                out.and(contains(element));
            }
            "prefixItems" if self.dialect == Dialect::Draft202012 => {
                out.push("items", array(self.list(schema, "prefixItems", pointer)));
            }
            "items" if self.dialect == Dialect::Draft202012 => {
                let keyword = if schema.member("prefixItems").is_some() {
                    "additionalItems"
                } else {
                    "items"
                };
                out.push(keyword, self.one(schema, "items", pointer));
            }
            // Draft-04 forbids the empty list that later dialects allow and that says nothing.
            "required" if value.as_array().is_some_and(<[Value]>::is_empty) => {}
            keyword => out.push(keyword, self.other(schema, keyword, value, pointer)),
        }
    }

    /// A keyword that draft-04 writes the same way: its subschemas are converted, data is kept.
    fn other(&mut self, schema: &Value, keyword: &str, value: &Value, pointer: &Pointer) -> Value {
        let below: Vec<_> = subschemas(schema, self.dialect)
            .into_iter()
            .filter(|sub| sub.keyword == keyword)
            .collect();
        match &value.kind {
            _ if below.is_empty() => value.clone(),
            // `additionalProperties: true` and the like may be booleans in draft-04 as well.
            Kind::Bool(_) if keyword.starts_with("additional") => value.clone(),
            Kind::Array(_) => array(self.list(schema, keyword, pointer)),
            Kind::Object(members) if below.iter().any(|sub| sub.member.is_some()) => {
                let mut converted = self.map(schema, keyword, pointer);
                // `dependencies` mixes schemas with lists of names; empty lists say nothing and are not allowed.
                let lists = members
                    .iter()
                    .filter(|member| member.value.as_array().is_some_and(|names| !names.is_empty()));
                converted.extend(lists.cloned());
                object(converted)
            }
            _ => self.one(schema, keyword, pointer),
        }
    }

    fn below<'v>(&self, schema: &'v Value, keyword: &str) -> Vec<Subschema<'v>> {
        subschemas(schema, self.dialect)
            .into_iter()
            .filter(|sub| sub.keyword == keyword)
            .collect()
    }

    fn one(&mut self, schema: &Value, keyword: &str, pointer: &Pointer) -> Value {
        match self.below(schema, keyword).first() {
            Some(sub) => self.schema(sub.value, &pointer.join(keyword)),
            None => object(vec![]),
        }
    }

    fn list(&mut self, schema: &Value, keyword: &str, pointer: &Pointer) -> Vec<Value> {
        self.map(schema, keyword, pointer)
            .into_iter()
            .map(|entry| entry.value)
            .collect()
    }

    fn map(&mut self, schema: &Value, keyword: &str, pointer: &Pointer) -> Vec<Entry> {
        let below = self.below(schema, keyword);
        below
            .into_iter()
            .map(|sub| {
                let member = sub.member.unwrap_or_default();
                let converted = self.schema(sub.value, &pointer.join(keyword).join(member.as_str()));
                entry(&member, converted)
            })
            .collect()
    }

    /// `if`/`then`/`else` as two alternatives.
    fn conditional(&mut self, schema: &Value, pointer: &Pointer, out: &mut Output) {
        if self.dialect < Dialect::Draft7 || schema.member("if").is_none() {
            return;
        }
        let (condition, then, otherwise) = (
            self.one(schema, "if", pointer),
            self.one(schema, "then", pointer),
            self.one(schema, "else", pointer),
        );
        let both = |one, other| object(vec![entry("allOf", array(vec![one, other]))]);
        let not = object(vec![entry("not", condition.clone())]);
        out.and(object(vec![entry(
            "anyOf",
            array(vec![both(condition, then), both(not, otherwise)]),
        )]));
    }
}

/// A schema in the making: members, and what has to go into its `allOf`, `definitions` and `dependencies`, each of which
/// may have several sources.
#[derive(Default)]
struct Output {
    members: Vec<Entry>,
    all_of: Vec<Value>,
    definitions: Vec<Entry>,
    dependencies: Vec<Entry>,
}

impl Output {
    /// A second source of the same keyword (`const` beside `enum`) says something more and goes into the allOf.
    fn push(&mut self, key: &str, value: Value) {
        match (&value.kind, key) {
            (Kind::Array(branches), "allOf") => self.all_of.extend(branches.iter().cloned()),
            _ if self.members.iter().any(|member| member.key == key) => self.and(object(vec![entry(key, value)])),
            _ => self.members.push(entry(key, value)),
        }
    }

    fn and(&mut self, schema: Value) {
        self.all_of.push(schema);
    }

    fn definitions(&mut self, entries: Vec<Entry>) {
        self.definitions.extend(entries);
    }

    fn dependencies(&mut self, entries: Vec<Entry>) {
        for entry in entries {
            if self.dependencies.iter().any(|known| known.key == entry.key) {
                self.and(object(vec![self::entry("dependencies", object(vec![entry]))]));
            } else {
                self.dependencies.push(entry);
            }
        }
    }

    fn into_schema(mut self) -> Value {
        for (key, entries) in [("dependencies", self.dependencies), ("definitions", self.definitions)] {
            if !entries.is_empty() {
                self.members.push(entry(key, object(entries)));
            }
        }
        if !self.all_of.is_empty() {
            self.members.push(entry("allOf", array(self.all_of)));
        }
        object(self.members)
    }
}

fn bound(limit: &str, exclusive: &str, value: &Value) -> Value {
    object(vec![
        entry(limit, value.clone()),
        entry(exclusive, Value::computed(Kind::Bool(true))),
    ])
}

/// `contains` says nothing of values that are no arrays, so its negation has to leave them out.
fn contains(element: Value) -> Value {
    let no_array = object(vec![entry("not", object(vec![entry("type", string("array"))]))]);
    let none = object(vec![entry("items", object(vec![entry("not", element)]))]);
    object(vec![entry(
        "anyOf",
        array(vec![no_array, object(vec![entry("not", none)])]),
    )])
}

/// `dependentRequired`, without the empty lists that draft-04 forbids and that say nothing.
fn names(value: &Value) -> Vec<Entry> {
    let members = value.as_object().into_iter().flat_map(Object::iter);
    members
        .filter(|member| member.value.as_array().is_some_and(|names| !names.is_empty()))
        .cloned()
        .collect()
}

fn entry(key: &str, value: Value) -> Entry {
    Entry {
        key: key.to_owned(),
        key_span: Span::default(),
        value,
    }
}

fn object(entries: Vec<Entry>) -> Value {
    Value::computed(Kind::Object(Object::from_entries(entries)))
}

fn array(elements: Vec<Value>) -> Value {
    Value::computed(Kind::Array(elements))
}

fn string(text: &str) -> Value {
    Value::computed(Kind::String(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Source;

    fn convert(text: &str) -> Result<String, Vec<NotExpressible>> {
        let document = Document::parse(Source::new("a.json", text), Dialect::Draft202012).unwrap();
        downgrade(&document).map(|value| value.to_json())
    }

    #[test]
    fn each_keyword_by_its_equivalent() {
        for (source, expected) in [
            (r#"{"const": 1}"#, r#""enum":[1]"#),
            (
                r#"{"exclusiveMinimum": 1, "minimum": 0}"#,
                r#""minimum":0,"allOf":[{"minimum":1,"exclusiveMinimum":true}]"#,
            ),
            (r#"{"items": true}"#, r#""items":{}"#),
            (r#"{"not": false}"#, r#""not":{"not":{}}"#),
            (
                r#"{"prefixItems": [{}], "items": false}"#,
                r#""items":[{}],"additionalItems":{"not":{}}"#,
            ),
            (
                r##"{"$ref": "#/$defs/a", "$defs": {"a": {}}}"##,
                r##""definitions":{"a":{}},"allOf":[{"$ref":"#/definitions/a"}]"##,
            ),
            (
                r#"{"dependentRequired": {"a": ["b"], "c": []}}"#,
                r#""dependencies":{"a":["b"]}"#,
            ),
            (
                r#"{"required": []}"#,
                r#"{"$schema":"http://json-schema.org/draft-04/schema#"}"#,
            ),
            (
                r#"{"if": {"a": 1}, "then": false}"#,
                r#""anyOf":[{"allOf":[{"a":1},{"not":{}}]},{"allOf":[{"not":{"a":1}},{}]}]"#,
            ),
            (
                r#"{"contains": {"a": 1}}"#,
                r#""anyOf":[{"not":{"type":"array"}},{"not":{"items":{"not":{"a":1}}}}]"#,
            ),
            (r#"{"additionalProperties": false}"#, r#""additionalProperties":false"#),
        ] {
            let converted = convert(source).unwrap();
            assert!(converted.contains(expected), "{source} became {converted}");
        }
    }

    #[test]
    fn what_cannot_be_said_is_named_with_its_place() {
        let lost = convert(r#"{"properties": {"a": {"propertyNames": {}, "unevaluatedItems": false}}}"#).unwrap_err();
        assert_eq!(lost.len(), 2);
        assert_eq!(
            lost[0].to_string(),
            "`propertyNames` at `/properties/a` has no equivalent in draft-04"
        );
    }

    #[test]
    fn data_is_not_converted() {
        let converted = convert(r#"{"enum": [{"const": 1}], "default": {"if": true}}"#).unwrap();
        assert!(converted.contains(r#""enum":[{"const":1}]"#) && converted.contains(r#""default":{"if":true}"#));
    }
}

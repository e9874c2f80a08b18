//! A schema of any dialect as draft-04, the newest dialect that the EventBridge Schema Registry names. In: a document. Out:
//! a draft-04 schema with every reference inside it, and the keywords that have no equivalent there, with their places.
//!
//! The conversion is by keyword and claims nothing: whoever uses the result proves it equivalent to the source with the
//! containment engine. A keyword without an equivalent is left out, which lets more through where it is not negated.
//! Annotations are kept as they are: draft-04 readers ignore keywords they do not know.

mod contains;
mod names;
mod output;
mod references;
mod unevaluated;

use output::{Draft4Schema, exclude_bound, list_distinct_values, list_required_names};
use references::Draft4References;
use schemactl_model::{
    Dialect, Document, JsonObject, Keyword, KeywordKind, Kind, Member, Pointer, Span, Subschema, Value, any_annotation,
    any_applicator, any_assertion, any_definitions, any_identifier, subschemas,
};

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

/// A schema that was converted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Downgraded {
    /// The draft-04 schema.
    pub schema: Value,
    /// What it does not say.
    pub lost: Vec<NotExpressible>,
}

/// Converts a document to draft-04. A draft-04 document comes back as it is.
pub fn downgrade(document: &Document) -> Downgraded {
    if document.dialect() == Dialect::Draft4 {
        return Downgraded {
            schema: document.root().clone(),
            lost: Vec::new(),
        };
    }
    convert_to_draft4(document, PlainReference::Kept)
}

/// Converts as [`downgrade`] does, but for references of 2019-09 and later, which go into an `allOf` of their own also where nothing
/// stands beside them. That is what schemactl registered before; what it registered is recognised by this.
pub fn downgrade_as_before(document: &Document) -> Downgraded {
    if document.dialect() == Dialect::Draft4 {
        return downgrade(document);
    }
    convert_to_draft4(document, PlainReference::Wrapped)
}

/// What becomes of a reference with nothing beside it, in dialects where something could stand there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlainReference {
    /// It stays a reference.
    Kept,
    /// It becomes the only branch of an `allOf`.
    Wrapped,
}

/// Converts a document to draft-04 whose references all point at its root or at one of its `definitions`.
pub(crate) fn convert_to_draft4(document: &Document, plain: PlainReference) -> Downgraded {
    let resolver = document.resolver();
    let mut pass = Draft4Converter {
        dialect: document.dialect(),
        plain,
        references: Draft4References::collect(&resolver),
        lost: Vec::new(),
    };
    let schema = pass.document(document.root());
    // A subschema that is written twice, as in an alternative, is lost once.
    pass.lost.dedup();
    let mut lost: Vec<NotExpressible> = Vec::new();
    for keyword in pass.lost {
        if !lost.contains(&keyword) {
            lost.push(keyword);
        }
    }
    Downgraded { schema, lost }
}

struct Draft4Converter<'v> {
    dialect: Dialect,
    plain: PlainReference,
    references: Draft4References<'v>,
    lost: Vec<NotExpressible>,
}

impl<'v> Draft4Converter<'v> {
    fn document(&mut self, root: &'v Value) -> Value {
        let schema = self.schema(root, &Pointer::root());
        let mut definitions = Vec::new();
        for (name, target) in self.references.definitions() {
            let around = std::mem::replace(&mut self.dialect, target.scope.dialect);
            definitions.push(Member::new(&name, self.schema(target.value, &target.pointer)));
            self.dialect = around;
        }
        let members = schema.as_object().into_iter().flat_map(JsonObject::iter);
        let members = members
            .filter(|member| member.keyword() != Some(Keyword::Schema))
            .cloned();
        let mut entries = vec![Member::new(Keyword::Schema, Value::string(Dialect::Draft4.uri()))];
        entries.extend(members);
        if !definitions.is_empty() {
            entries.push(Member::new(Keyword::Definitions, Value::object(definitions)));
        }
        Value::object(entries)
    }

    fn schema(&mut self, schema: &'v Value, pointer: &Pointer) -> Value {
        let Kind::Object(source) = &schema.kind else {
            let takes_nothing = schema.kind == Kind::Bool(false);
            return if takes_nothing {
                Value::accept_none()
            } else {
                Value::accept_all()
            };
        };
        let around = self.enter(schema, pointer);
        let converted = self.keywords(schema, source, pointer);
        self.dialect = around;
        converted
    }

    /// Turns to the dialect inside a schema, and returns the one around it.
    fn enter(&mut self, schema: &Value, pointer: &Pointer) -> Dialect {
        let around = self.dialect;
        if !pointer.tokens().is_empty() {
            self.dialect = around.inside(schema);
        }
        around
    }

    fn keywords(&mut self, schema: &'v Value, source: &'v JsonObject, pointer: &Pointer) -> Value {
        let hides = self.dialect.hides_siblings(schema);
        if hides || self.is_plain_reference(source, pointer) {
            return self.reference(pointer, Keyword::Ref);
        }
        let mut out = Draft4Schema::default();
        for member in source.iter() {
            out.span = member.key_span;
            self.member(member, schema, pointer, &mut out);
        }
        out.span = Span::default();
        self.conditional(schema, pointer, &mut out);
        self.contains(schema, pointer, &mut out);
        self.unevaluated(schema, pointer, &mut out);
        out.into_schema()
    }

    /// Whether a schema is a reference and nothing else. The root keeps room beside it, for its dialect and its definitions.
    fn is_plain_reference(&self, source: &JsonObject, pointer: &Pointer) -> bool {
        let is_alone = source.iter().all(|member| member.keyword() == Some(Keyword::Ref));
        self.plain == PlainReference::Kept
            && !pointer.tokens().is_empty()
            && source.keyword(Keyword::Ref).is_some()
            && is_alone
    }

    fn member(&mut self, member: &'v Member, schema: &'v Value, pointer: &Pointer, out: &mut Draft4Schema) {
        let value = &member.value;
        // What the dialect does not have is somebody's annotation; what names something is looked at below.
        let counts =
            |keyword: &Keyword| self.dialect.has_keyword(*keyword) || keyword.kind() == KeywordKind::Identifier;
        let Some(keyword) = member.keyword().filter(counts) else {
            return out.push(&member.key, value.clone());
        };
        let since = |dialect| self.dialect >= dialect;
        match keyword {
            // Every reference is rewritten, so that identifiers and anchors below the root have no use any more.
            Keyword::Id | Keyword::Draft4Id
                if keyword == self.dialect.id_keyword() || schema.keyword(Keyword::Schema).is_some() =>
            {
                if pointer.tokens().is_empty() {
                    out.push(Keyword::Draft4Id, value.clone());
                }
            }
            any_definitions!() | Keyword::Schema | Keyword::Comment | Keyword::Vocabulary => {}
            Keyword::Anchor | Keyword::DynamicAnchor | Keyword::RecursiveAnchor if since(Dialect::Draft201909) => {}
            // Written with their neighbours.
            Keyword::Contains | Keyword::MaxContains | Keyword::MinContains => {}
            Keyword::If | Keyword::Then | Keyword::Else => {}
            Keyword::UnevaluatedItems | Keyword::UnevaluatedProperties => {}
            Keyword::Enum => out.push(keyword, list_distinct_values(value)),
            // What is not allowed beside an `enum` of ours goes into an allOf of its own.
            Keyword::Const => out.push(Keyword::Enum, Value::array(vec![value.clone()])),
            Keyword::Ref => out.and(self.reference(pointer, keyword)),
            Keyword::DynamicRef | Keyword::RecursiveRef => self.dynamic(member, keyword, pointer, out),
            Keyword::ExclusiveMinimum if since(Dialect::Draft6) => {
                out.and(exclude_bound(Keyword::Minimum, keyword, value));
            }
            Keyword::ExclusiveMaximum if since(Dialect::Draft6) => {
                out.and(exclude_bound(Keyword::Maximum, keyword, value));
            }
            Keyword::DependentRequired => out.dependencies(list_required_names(value)),
            Keyword::DependentSchemas => out.dependencies(self.map(schema, keyword, pointer)),
            Keyword::PropertyNames => self.property_names(member, pointer, out),
            Keyword::PrefixItems => out.push(Keyword::Items, Value::array(self.list(schema, keyword, pointer))),
            Keyword::Items if self.dialect == Dialect::Draft202012 => {
                let prefixed = schema.keyword(Keyword::PrefixItems).is_some();
                let written = if prefixed {
                    Keyword::AdditionalItems
                } else {
                    Keyword::Items
                };
                out.push(written, self.one(schema, keyword, pointer));
            }
            // Draft-04 forbids the empty list that later dialects allow and that says nothing.
            Keyword::Required if value.as_array().is_some_and(<[Value]>::is_empty) => {}
            any_annotation!() | any_applicator!() | any_assertion!() | any_identifier!() | Keyword::ContentSchema => {
                out.push(keyword, self.other(schema, keyword, value, pointer));
            }
        }
    }

    /// A keyword that draft-04 writes the same way: its subschemas are converted, data is kept.
    fn other(&mut self, schema: &'v Value, keyword: Keyword, value: &'v Value, pointer: &Pointer) -> Value {
        let below = self.below(schema, keyword);
        match &value.kind {
            _ if below.is_empty() => value.clone(),
            // `additionalProperties: true` and the like may be booleans in draft-04 as well.
            Kind::Bool(_) if keyword.takes_boolean_in_draft4() => value.clone(),
            Kind::Array(_) => Value::array(self.list(schema, keyword, pointer)),
            Kind::Object(members) if below.iter().any(|sub| sub.member.is_some()) => {
                let mut converted = self.map(schema, keyword, pointer);
                // `dependencies` mixes schemas with lists of names; empty lists say nothing and are not allowed.
                let lists = members
                    .iter()
                    .filter(|member| member.value.as_array().is_some_and(|names| !names.is_empty()));
                converted.extend(lists.cloned());
                Value::object(converted)
            }
            _ => self.one(schema, keyword, pointer),
        }
    }

    fn below(&self, schema: &'v Value, keyword: Keyword) -> Vec<Subschema<'v>> {
        subschemas(schema, self.dialect)
            .into_iter()
            .filter(|sub| sub.keyword == keyword)
            .collect()
    }

    fn one(&mut self, schema: &'v Value, keyword: Keyword, pointer: &Pointer) -> Value {
        match self.below(schema, keyword).first() {
            Some(sub) => self.schema(sub.value, &pointer.join(keyword)),
            None => Value::accept_all(),
        }
    }

    fn list(&mut self, schema: &'v Value, keyword: Keyword, pointer: &Pointer) -> Vec<Value> {
        let members = self.map(schema, keyword, pointer).into_iter();
        members.map(|entry| entry.value).collect()
    }

    fn map(&mut self, schema: &'v Value, keyword: Keyword, pointer: &Pointer) -> Vec<Member> {
        let below = self.below(schema, keyword).into_iter();
        below
            .map(|sub| {
                let member = sub.member.unwrap_or_default();
                let converted = self.schema(sub.value, &pointer.join(keyword).join(member.as_str()));
                Member::new(&member, converted)
            })
            .collect()
    }

    /// `if`/`then`/`else` as two alternatives.
    fn conditional(&mut self, schema: &'v Value, pointer: &Pointer, out: &mut Draft4Schema) {
        let chooses = schema.keyword(Keyword::Then).is_some() || schema.keyword(Keyword::Else).is_some();
        if self.dialect < Dialect::Draft7 || schema.keyword(Keyword::If).is_none() || !chooses {
            return;
        }
        let (condition, then, otherwise) = (
            self.one(schema, Keyword::If, pointer),
            self.one(schema, Keyword::Then, pointer),
            self.one(schema, Keyword::Else, pointer),
        );
        let both = |one, other| Value::object_of(Keyword::AllOf, Value::array(vec![one, other]));
        let not = Value::object_of(Keyword::Not, condition.clone());
        out.and(Value::object_of(
            Keyword::AnyOf,
            Value::array(vec![both(condition, then), both(not, otherwise)]),
        ));
    }

    /// The reference of a keyword, rewritten to where its target stands in the result.
    fn reference(&mut self, pointer: &Pointer, keyword: Keyword) -> Value {
        // A document is only read if each of its references resolves; in data nobody looks.
        let place = self.references.place(pointer, keyword);
        place.map_or_else(Value::accept_all, |place| {
            Value::object_of(Keyword::Ref, Value::string(&place))
        })
    }

    /// In a document of one resource there is one way that leads to a dynamic anchor: the static one.
    fn dynamic(&mut self, member: &Member, keyword: Keyword, pointer: &Pointer, out: &mut Draft4Schema) {
        if self.references.is_static() {
            out.and(self.reference(pointer, keyword));
        } else {
            self.lose(member, pointer);
        }
    }

    fn lose(&mut self, member: &Member, pointer: &Pointer) {
        self.lost.push(NotExpressible {
            keyword: member.key.clone(),
            pointer: pointer.clone(),
            span: member.key_span,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemactl_model::Source;

    fn convert(text: &str) -> Downgraded {
        let document = Document::parse(Source::new("a.json", text), Dialect::Draft202012).unwrap();
        downgrade(&document)
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
                r##""allOf":[{"$ref":"#/definitions/a"}],"definitions":{"a":{}}"##,
            ),
            (
                r##"{"items": {"$ref": "#/$defs/a"}, "$defs": {"a": {}}}"##,
                r##""items":{"$ref":"#/definitions/a"}"##,
            ),
            (
                r##"{"items": {"$ref": "#/$defs/a", "title": "A"}, "$defs": {"a": {}}}"##,
                r##""items":{"title":"A","allOf":[{"$ref":"#/definitions/a"}]}"##,
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
            let converted = convert(source);
            assert_eq!(converted.lost, [], "{source}");
            let converted = converted.schema.to_json();
            assert!(converted.contains(expected), "{source} became {converted}");
        }
    }

    #[test]
    fn what_was_registered_before_is_converted_as_it_was() {
        let text = r##"{"items": {"$ref": "#/$defs/a"}, "$defs": {"a": {}}}"##;
        let document = Document::parse(Source::new("a.json", text), Dialect::Draft202012).unwrap();
        let before = downgrade_as_before(&document).schema.to_json();
        assert!(
            before.contains(r##""items":{"allOf":[{"$ref":"#/definitions/a"}]}"##),
            "{before}"
        );
    }

    #[test]
    fn what_cannot_be_said_is_named_with_its_place() {
        let lost =
            convert(r#"{"properties": {"a": {"propertyNames": {"oneOf": []}, "contains": {}, "minContains": 2}}}"#)
                .lost;
        assert_eq!(lost.len(), 2);
        assert_eq!(
            lost[0].to_string(),
            "`propertyNames` at `/properties/a` has no equivalent in draft-04"
        );
    }

    #[test]
    fn data_is_not_converted() {
        let converted = convert(r#"{"enum": [{"const": 1}], "default": {"if": true}}"#)
            .schema
            .to_json();
        assert!(converted.contains(r#""enum":[{"const":1}]"#) && converted.contains(r#""default":{"if":true}"#));
    }
}

//! Extensible values: lists and unions that are marked as open, so that readers accept values they do not know. In: a schema node.
//! Out: whether it has the mark, and the property that tells the branches of a union apart. What follows for readers is for the
//! policies and for generated code to say (ADR 56).

use crate::keyword::Keyword;
use crate::lexical_scope::LexicalScope;
use crate::resolve::Resolver;
use crate::value::{JsonObject, Kind, Member, Value};

/// The keywords that mark a list or a union as open. Both mean the same: the first was named when only lists could be open.
pub const EXTENSIBLE_MARKS: [Keyword; 2] = [Keyword::ExtensibleEnum, Keyword::Extensible];

/// References and `allOf` are followed through so many schemas for one branch, so that a circle of references ends; a union with more
/// is not tagged. Shared types of events are a handful of levels deep.
// INVARIANT: beyond it the union has no tag and no reader accepts unknown branches: fewer compatible verdicts, never a false one.
const MOST_PARTS: usize = 64;

/// The property that tells the branches of a union apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnionTag {
    /// The keyword with the branches: `oneOf` or `anyOf`.
    pub keyword: Keyword,
    /// The property, which every branch that accepts objects requires.
    pub property: String,
    /// The constant of each branch, in their order; `None` for a branch that accepts `null` alone.
    pub values: Vec<Option<Value>>,
}

/// Returns whether a schema marks its `enum`, or its union, as open.
pub fn is_extensible(schema: &Value) -> bool {
    EXTENSIBLE_MARKS
        .iter()
        .any(|mark| schema.keyword(*mark).is_some_and(|flag| flag.kind == Kind::Bool(true)))
}

/// Returns the schema, in any dialect, of the values that readers accept of an open list: those of the types that its values have. `None` for
/// a list without values.
pub fn unlisted_values(list: &Value) -> Option<Value> {
    let values = list.as_array().filter(|values| !values.is_empty())?;
    let is_whole = |value: &Value| matches!(&value.kind, Kind::Number(number) if number.is_integer());
    let has_fractions = values
        .iter()
        .any(|value| value.kind_name() == "number" && !is_whole(value));
    let mut types: Vec<_> = values
        .iter()
        .map(|value| match value.kind_name() {
            "number" if !has_fractions => "integer",
            name => name,
        })
        .collect();
    types.sort_unstable();
    types.dedup();
    let types = types.into_iter().map(Value::string).collect();
    Some(Value::object_of(Keyword::Type, Value::array(types)))
}

/// Returns the property that tells the branches of the `oneOf` or `anyOf` of `schema` apart. `scope` is the scope inside `schema`.
///
/// Every branch must be an object that requires the property with one constant (`const`, or `enum` of one value), a different
/// string, integer or boolean in each; what stands beside the union counts for every branch. A branch may also be `null`.
pub fn union_tag(resolver: &Resolver<'_>, schema: &Value, scope: &LexicalScope) -> Option<UnionTag> {
    if scope.dialect.hides_siblings(schema) {
        return None;
    }
    let (keyword, branches) = branches_of(schema)?;
    let beside = Facts::of(resolver, schema, scope)?;
    let facts = branches.iter().map(|branch| {
        let mut facts = Facts::of(resolver, branch, &scope.inside(branch))?;
        facts.add(&beside);
        Some(facts)
    });
    let facts: Vec<Facts> = facts.collect::<Option<_>>()?;
    let objects: Vec<&Facts> = facts.iter().filter(|facts| !facts.is_null).collect();
    let candidates = objects.first()?.constants.iter().map(|(name, _)| name);
    let property = candidates.into_iter().find(|name| tells_apart(&objects, name))?;
    let values = facts.iter().map(|facts| facts.constant(property).cloned());
    Some(UnionTag {
        keyword,
        property: property.clone(),
        values: values.collect(),
    })
}

impl UnionTag {
    /// Returns the schema, in any dialect, of the values whose kind is not in the union: objects whose tag is another value of the
    /// types that the known tags have.
    pub fn unknown_kinds(&self) -> Value {
        let known = || self.values.iter().flatten();
        let mut types: Vec<&str> = known().map(type_of).collect();
        types.sort_unstable();
        types.dedup();
        let tag = Value::object(vec![
            Member::new(
                Keyword::Type,
                Value::array(types.into_iter().map(Value::string).collect()),
            ),
            Member::new(
                Keyword::Not,
                Value::object_of(Keyword::Enum, Value::array(known().cloned().collect())),
            ),
        ]);
        Value::object(vec![
            Member::new(Keyword::Type, Value::string("object")),
            Member::new(Keyword::Required, Value::array(vec![Value::string(&self.property)])),
            Member::new(Keyword::Properties, Value::object_of(&self.property, tag)),
        ])
    }
}

fn type_of(value: &Value) -> &'static str {
    match value.kind {
        Kind::Number(_) => "integer",
        _ => value.kind_name(),
    }
}

/// The one union of a schema: with two, a mark beside them could mean either.
fn branches_of(schema: &Value) -> Option<(Keyword, &[Value])> {
    let named = |keyword| Some((keyword, schema.keyword(keyword)?.as_array()?));
    match (named(Keyword::OneOf), named(Keyword::AnyOf)) {
        (Some(found), None) | (None, Some(found)) => Some(found),
        _ => None,
    }
}

fn tells_apart(branches: &[&Facts], name: &str) -> bool {
    let mut seen = Vec::with_capacity(branches.len());
    branches.iter().all(|facts| {
        let Some(value) = facts.constant(name) else {
            return false;
        };
        let is_tag = match &value.kind {
            Kind::String(_) | Kind::Bool(_) => true,
            Kind::Number(number) => number.is_integer(),
            _ => false,
        };
        let is_new = is_tag && facts.is_object && facts.required.iter().any(|key| key == name);
        let is_new = is_new && !seen.contains(&value);
        seen.push(value);
        is_new
    })
}

/// What a branch certainly says about its values.
#[derive(Clone, Debug, Default)]
struct Facts {
    is_object: bool,
    is_null: bool,
    required: Vec<String>,
    /// The properties with one possible value.
    constants: Vec<(String, Value)>,
}

impl Facts {
    /// `None` if the branch cannot be looked at.
    fn of(resolver: &Resolver<'_>, schema: &Value, scope: &LexicalScope) -> Option<Self> {
        let mut facts = Self::default();
        for_each_part(resolver, schema, scope, &mut |part, scope| {
            facts.is_object |= is_type(part, "object");
            facts.is_null |=
                is_type(part, "null") || constant_of(part, scope).is_some_and(|only| only.kind == Kind::Null);
            let names = part
                .keyword(Keyword::Required)
                .and_then(Value::as_array)
                .unwrap_or_default();
            facts
                .required
                .extend(names.iter().filter_map(Value::as_str).map(str::to_owned));
            let properties = part.keyword(Keyword::Properties).and_then(Value::as_object);
            for property in properties.into_iter().flat_map(JsonObject::iter) {
                if let Some(value) = constant_property(resolver, &property.value, &scope.inside(&property.value)) {
                    facts.constants.push((property.key.clone(), value));
                }
            }
        })?;
        Some(facts)
    }

    fn add(&mut self, beside: &Self) {
        self.is_object |= beside.is_object;
        self.required.extend(beside.required.iter().cloned());
        self.constants.extend(beside.constants.iter().cloned());
    }

    fn constant(&self, name: &str) -> Option<&Value> {
        let found = self.constants.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value).filter(|_| !self.is_null)
    }
}

fn is_type(schema: &Value, name: &str) -> bool {
    schema.keyword(Keyword::Type).is_some_and(|types| match &types.kind {
        Kind::Array(names) => matches!(names.as_slice(), [only] if only.as_str() == Some(name)),
        _ => types.as_str() == Some(name),
    })
}

/// The one value that a property may have. A list that is open itself fixes nothing.
fn constant_property(resolver: &Resolver<'_>, schema: &Value, scope: &LexicalScope) -> Option<Value> {
    let mut found = None;
    for_each_part(resolver, schema, scope, &mut |part, scope| {
        found = found.take().or_else(|| constant_of(part, scope).cloned());
    })?;
    found
}

fn constant_of<'v>(schema: &'v Value, scope: &LexicalScope) -> Option<&'v Value> {
    let fixed = scope.dialect.find_keyword(schema, Keyword::Const);
    fixed.or_else(|| match schema.keyword(Keyword::Enum)?.as_array()? {
        [only] if !is_extensible(schema) => Some(only),
        _ => None,
    })
}

/// Calls `visit` with every schema that certainly applies to the same value: the schema itself, what its `$ref` refers to, the
/// branches of its `allOf`. `None` if there are too many, or one cannot be found.
fn for_each_part(
    resolver: &Resolver<'_>,
    schema: &Value,
    scope: &LexicalScope,
    visit: &mut dyn FnMut(&Value, &LexicalScope),
) -> Option<()> {
    let mut waiting = vec![(schema, scope.clone())];
    let mut left = MOST_PARTS;
    while let Some((part, scope)) = waiting.pop() {
        left = left.checked_sub(1)?;
        let reference = part.keyword(Keyword::Ref).and_then(Value::as_str);
        if let Some(text) = reference {
            let target = resolver.resolve(&scope.base, text).ok()?;
            waiting.push((target.value, target.scope));
        }
        if reference.is_some() && scope.dialect.ref_hides_siblings() {
            continue;
        }
        visit(part, &scope);
        for branch in part
            .keyword(Keyword::AllOf)
            .and_then(Value::as_array)
            .unwrap_or_default()
        {
            waiting.push((branch, scope.inside(branch)));
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::Dialect;
    use crate::parse::parse;
    use crate::source::Source;

    fn tag_of(dialect: Dialect, text: &str) -> Option<String> {
        let schema = parse(&Source::new("a.json", text)).unwrap();
        let resolver = Resolver::new(&schema, dialect);
        let tag = union_tag(&resolver, &schema, &LexicalScope::new(dialect).inside(&schema))?;
        let values = tag
            .values
            .iter()
            .map(|value| value.as_ref().map_or("-".to_owned(), Value::to_json));
        Some(format!("{} {}", tag.property, values.collect::<Vec<_>>().join(" ")))
    }

    fn union_of(branches: &str) -> String {
        format!(
            r#"{{"oneOf": [{branches}], "$defs": {{"base": {{"type": "object", "required": ["k"]}}, "one": {{"const": 1}}}}}}"#
        )
    }

    #[test]
    fn constants_told_in_every_way_are_tags() {
        let plain = r#"{"type": "object", "required": ["k"], "properties": {"v": {}, "k": {"const": "a"}}}"#;
        let listed = r#"{"type": "object", "required": ["k"], "properties": {"k": {"enum": [true]}}}"#;
        let based = r##"{"allOf": [{"$ref": "#/$defs/base"}], "properties": {"k": {"$ref": "#/$defs/one"}}}"##;
        let branches = [plain, listed, based, r#"{"type": "null"}"#].join(", ");
        assert_eq!(
            tag_of(Dialect::Draft202012, &union_of(&branches)).unwrap(),
            r#"k "a" true 1 -"#
        );
        let beside = r#"{"type": "object", "required": ["k"],
                         "anyOf": [{"properties": {"k": {"const": "a"}}}, {"properties": {"k": {"const": "b"}}}]}"#;
        assert_eq!(tag_of(Dialect::Draft202012, beside).unwrap(), r#"k "a" "b""#);
        assert_eq!(tag_of(Dialect::Draft4, beside), None, "draft-04 has no `const`");
    }

    #[test]
    fn an_open_list_accepts_the_types_of_its_values() {
        for (list, expected) in [
            (r#"["a", "b"]"#, r#"{"type":["string"]}"#),
            ("[1, 2.0]", r#"{"type":["integer"]}"#),
            ("[1, 2.5]", r#"{"type":["number"]}"#),
            (
                r#"["a", null, 1, true]"#,
                r#"{"type":["boolean","integer","null","string"]}"#,
            ),
        ] {
            let list = parse(&Source::new("a.json", list)).unwrap();
            assert_eq!(unlisted_values(&list).unwrap().to_json(), expected);
        }
        assert_eq!(unlisted_values(&Value::array(Vec::new())), None);
    }

    #[test]
    fn what_does_not_tell_every_branch_apart_is_no_tag() {
        let one = r#"{"type": "object", "required": ["k"], "properties": {"k": {"const": "a"}}}"#;
        for other in [
            one,
            r#"{"type": "object", "properties": {"k": {"const": "b"}}}"#,
            r#"{"required": ["k"], "properties": {"k": {"const": "b"}}}"#,
            r#"{"type": "object", "required": ["k"], "properties": {"k": {"enum": ["b", "c"]}}}"#,
            r#"{"type": "object", "required": ["k"], "properties": {"k": {"const": null}}}"#,
            r#"{"type": "object", "required": ["k"], "properties": {"k": {"enum": ["b"], "x-extensible": true}}}"#,
            r#"{"type": "string"}"#,
            r##"{"$ref": "#/$defs/nothing"}"##,
            r##"{"$ref": "#"}"##,
            "true",
        ] {
            assert_eq!(
                tag_of(Dialect::Draft202012, &union_of(&format!("{one}, {other}"))),
                None,
                "{other}"
            );
        }
        assert_eq!(tag_of(Dialect::Draft202012, r#"{"oneOf": [{"type": "null"}]}"#), None);
        let twice = format!(r#"{{"oneOf": [{one}], "anyOf": [{one}]}}"#);
        assert_eq!(tag_of(Dialect::Draft202012, &twice), None, "the mark could mean either");
    }

    #[test]
    fn unknown_kinds_have_another_tag_of_a_known_type() {
        let tag = UnionTag {
            keyword: Keyword::OneOf,
            property: "k".to_owned(),
            values: ["\"a\"", "1"]
                .map(|text| Some(parse(&Source::new("a", text)).unwrap()))
                .to_vec(),
        };
        let expected = r#"{"type":"object","required":["k"],"properties":{"k":{"type":["integer","string"],"not":{"enum":["a",1]}}}}"#;
        assert_eq!(tag.unknown_kinds().to_json(), expected);
    }
}

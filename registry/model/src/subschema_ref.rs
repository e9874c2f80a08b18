//! A subschema at its place. In: the root of a document, or a subschema and what stands below it. Out: a [`SubschemaRef`], which is what
//! comparison, conversion, the engine and code generation hand around: a value alone tells neither where it stands nor what its references
//! are relative to.

use crate::dialect::Dialect;
use crate::keyword::{Keyword, OpenApiUse};
use crate::lexical_scope::LexicalScope;
use crate::pointer::Pointer;
use crate::subschema::{is_schema, subschemas};
use crate::value::{JsonObject, Kind, Member, Value};

/// A subschema of a document, its place, and what it inherits.
#[derive(Clone, Debug)]
pub struct SubschemaRef<'v> {
    /// The subschema.
    pub value: &'v Value,
    /// Its place in the document.
    pub pointer: Pointer,
    /// The base URI and the dialect inside it.
    pub scope: LexicalScope,
}

impl<'v> SubschemaRef<'v> {
    /// Creates the root of a document, whose dialect is known.
    pub fn of_document(root: &'v Value, dialect: Dialect) -> Self {
        Self {
            value: root,
            pointer: Pointer::root(),
            scope: LexicalScope::of_document(root, dialect),
        }
    }

    /// Returns the subschema `value` that stands below this one, at these tokens.
    #[must_use]
    pub fn below(&self, tokens: &[&str], value: &'v Value) -> Self {
        let pointer = tokens
            .iter()
            .fold(self.pointer.clone(), |pointer, token| pointer.join(*token));
        Self {
            value,
            pointer,
            scope: self.scope.inside(value),
        }
    }

    /// Returns its members, if it is an object.
    pub fn object(&self) -> Option<&'v JsonObject> {
        self.value.as_object()
    }

    /// Returns whether it is an object or a boolean.
    pub fn is_schema(&self) -> bool {
        is_schema(self.value)
    }

    /// Returns whether it accepts nothing because it is `false`.
    pub fn is_false(&self) -> bool {
        self.value.kind == Kind::Bool(false)
    }

    /// Returns the value of a keyword that its dialect has. `nullable` means something in documents of OpenAPI 3.0 only.
    pub fn keyword(&self, keyword: Keyword) -> Option<&'v Value> {
        let found = self.scope.dialect.find_keyword(self.value, keyword);
        found.filter(|_| self.scope.is_openapi30 || keyword.openapi() != OpenApiUse::Only30)
    }

    /// Returns whether a keyword is `true`.
    pub fn is_true(&self, keyword: Keyword) -> bool {
        let flag = self.keyword(keyword);
        flag.is_some_and(|value| value.kind == Kind::Bool(true))
    }

    /// Returns the text of a keyword.
    pub fn text(&self, keyword: Keyword) -> Option<&'v str> {
        self.keyword(keyword).and_then(Value::as_str)
    }

    /// Returns the value of a keyword at its place, schema or not.
    pub fn child(&self, keyword: Keyword) -> Option<Self> {
        self.keyword(keyword).map(|value| self.below(&[keyword.name()], value))
    }

    /// Returns the schema of a keyword that holds one: not the lists that older dialects had there.
    pub fn subschema(&self, keyword: Keyword) -> Option<Self> {
        self.child(keyword).filter(Self::is_schema)
    }

    /// Returns the elements of a keyword that holds a list of schemas.
    pub fn list(&self, keyword: Keyword) -> Vec<Self> {
        let elements = self.keyword(keyword).and_then(Value::as_array).unwrap_or_default();
        let indexed = elements.iter().enumerate();
        indexed
            .map(|(index, value)| self.below(&[keyword.name(), &index.to_string()], value))
            .collect()
    }

    /// Returns the subschemas directly below, in the order of the source.
    pub fn list_subschemas(&self) -> Vec<Self> {
        let below = subschemas(self.value, self.scope.dialect).into_iter();
        let list = below.map(|below| Self {
            value: below.value,
            pointer: below.place_in(&self.pointer),
            scope: self.scope.inside(below.value),
        });
        list.collect()
    }

    /// Returns the members of a keyword that holds schemas by name, as they are written.
    pub fn entries(&self, keyword: Keyword) -> impl Iterator<Item = &'v Member> + use<'v> {
        let object = self.keyword(keyword).and_then(Value::as_object);
        object.into_iter().flat_map(JsonObject::iter)
    }

    /// Returns the members of a keyword that holds schemas by name, with their names.
    pub fn members(&self, keyword: Keyword) -> Vec<(&'v str, Self)> {
        let entries = self.entries(keyword);
        entries
            .map(|entry| (entry.key.as_str(), self.entry(keyword, entry)))
            .collect()
    }

    /// Returns the schema of a member of a keyword that holds schemas by name.
    #[must_use]
    pub fn entry(&self, keyword: Keyword, entry: &'v Member) -> Self {
        self.below(&[keyword.name(), &entry.key], &entry.value)
    }

    /// Returns the member of a keyword that holds schemas by name.
    pub fn member(&self, keyword: Keyword, name: &str) -> Option<Self> {
        let value = self.keyword(keyword)?.member(name)?;
        Some(self.below(&[keyword.name(), name], value))
    }

    /// Returns the names in `required`. In draft-03 it was a boolean, and some schemas still say it so: that is no list.
    pub fn required(&self) -> impl Iterator<Item = &'v str> + use<'v> {
        let names = self.keyword(Keyword::Required).and_then(Value::as_array);
        names.unwrap_or_default().iter().filter_map(Value::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse;
    use crate::source::Source;

    #[test]
    fn what_stands_below_a_resource_has_its_base_and_its_dialect() {
        let draft7 = Dialect::Draft7.uri();
        let text = format!(
            r#"{{"$id": "https://shop/a", "properties": {{"b": {{"$id": "b", "$schema": "{draft7}", "oneOf": [{{}}, {{"not": false}}]}}}},
                "prefixItems": [true], "required": ["b", 1]}}"#
        );
        let root = parse(&Source::new("a.json", text)).unwrap();
        let root = SubschemaRef::of_document(&root, Dialect::Draft202012);
        assert_eq!(root.required().collect::<Vec<_>>(), ["b"]);
        assert_eq!(root.list(Keyword::PrefixItems).len(), 1);
        let [(name, property)] = &root.members(Keyword::Properties)[..] else {
            panic!("one property")
        };
        assert_eq!((*name, property.pointer.to_string().as_str()), ("b", "/properties/b"));
        let branch = &property.list(Keyword::OneOf)[1];
        let not = branch.subschema(Keyword::Not).unwrap();
        assert_eq!(not.pointer.to_string(), "/properties/b/oneOf/1/not");
        assert_eq!(
            (not.scope.base.as_str(), not.scope.dialect),
            ("https://shop/b", Dialect::Draft7)
        );
        assert!(not.is_false() && not.keyword(Keyword::Not).is_none());
    }

    #[test]
    fn nullable_is_a_keyword_of_openapi_3_0_only() {
        for (openapi, expected) in [
            (r#""openapi": "3.0.3", "#, true),
            (r#""openapi": "3.1.0", "#, false),
            ("", false),
        ] {
            let text = format!(r#"{{{openapi}"properties": {{"a": {{"nullable": true}}}}}}"#);
            let root = parse(&Source::new("a.json", &text)).unwrap();
            for dialect in Dialect::ALL {
                let property = SubschemaRef::of_document(&root, dialect)
                    .member(Keyword::Properties, "a")
                    .unwrap();
                assert_eq!(property.is_true(Keyword::Nullable), expected, "{text} in {dialect}");
            }
        }
    }

    #[test]
    fn what_the_dialect_does_not_have_is_not_there() {
        let root = parse(&Source::new("a.json", r#"{"const": 1, "contains": {}, "enum": [1]}"#)).unwrap();
        let root = SubschemaRef::of_document(&root, Dialect::Draft4);
        assert!(root.keyword(Keyword::Const).is_none() && root.subschema(Keyword::Contains).is_none());
        assert!(root.keyword(Keyword::Enum).is_some());
    }
}

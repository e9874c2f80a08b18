//! Where an event says its version. In: the text of `version-field`: the name of a property, a path of names with dots between them, or a
//! JSON Pointer for names that have dots themselves (ADR 73). Out: the field with its place in the detail, and the schemas that describe it.

use std::collections::BTreeSet;
use std::fmt;

use crate::dialect::Dialect;
use crate::keyword::Keyword;
use crate::lexical_scope::LexicalScope;
use crate::pointer::Pointer;
use crate::resolve::Resolver;
use crate::subschema::subschemas;
use crate::value::Value;

/// The property of an event that holds its version, as it was written, and its place in the detail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionField {
    text: String,
    place: Pointer,
}

impl VersionField {
    /// The field of events that name none.
    pub const DEFAULT: &str = "version";

    /// Creates the field of a text. `None` if the text names no property.
    ///
    /// # Examples
    /// ```
    /// use schemactl_model::VersionField;
    ///
    /// let field = VersionField::named("metadata.schemaVersion").unwrap();
    /// assert_eq!(field.as_str(), "metadata.schemaVersion");
    /// assert_eq!(field.place(), VersionField::named("/metadata/schemaVersion").unwrap().place());
    /// assert_eq!(VersionField::named("/meta.data/version").unwrap().place().tokens(), ["meta.data", "version"]);
    /// assert_eq!(VersionField::named("metadata."), None);
    /// ```
    pub fn named(text: &str) -> Option<Self> {
        let place = if text.starts_with('/') {
            Pointer::parse(text)?
        } else {
            text.split('.').fold(Pointer::root(), |place, name| place.join(name))
        };
        let names_all = place.tokens().iter().all(|name| !name.is_empty());
        names_all.then(|| Self {
            text: text.to_owned(),
            place,
        })
    }

    /// Returns the text that names it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns its place in the detail of an event.
    pub fn place(&self) -> &Pointer {
        &self.place
    }
}

impl Default for VersionField {
    fn default() -> Self {
        Self {
            text: Self::DEFAULT.to_owned(),
            place: Pointer::root().join(Self::DEFAULT),
        }
    }
}

impl fmt::Display for VersionField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A schema of a document that describes the value at a place of its instances.
#[derive(Clone, Copy, Debug)]
pub struct PlaceSchema<'v> {
    /// The schema.
    pub value: &'v Value,
    /// The dialect of its keywords.
    pub dialect: Dialect,
    /// Whether every value there has to be valid under it, and not only those of some instances.
    pub is_certain: bool,
}

impl<'v> PlaceSchema<'v> {
    /// Returns the value that `const` fixes, where the dialect has the keyword.
    pub fn constant(&self) -> Option<&'v Value> {
        let fixed = self.value.keyword(Keyword::Const);
        fixed.filter(|_| self.dialect > Dialect::Draft4)
    }

    /// Returns the values that `enum` lists.
    pub fn listed(&self) -> Option<&'v [Value]> {
        self.value.keyword(Keyword::Enum).and_then(Value::as_array)
    }
}

/// Returns the schemas that describe a place, with references and branches followed. The place is one of properties.
pub fn schemas_at<'v>(root: &'v Value, dialect: Dialect, place: &Pointer) -> Vec<PlaceSchema<'v>> {
    let mut walk = PlaceWalk {
        resolver: Resolver::new(root, dialect),
        seen: BTreeSet::new(),
        found: Vec::new(),
    };
    walk.schema(root, &LexicalScope::of_document(root, dialect), place.tokens(), true);
    walk.found
}

struct PlaceWalk<'v> {
    resolver: Resolver<'v>,
    /// Schemas by their place in memory, with the number of names that are left.
    seen: BTreeSet<(usize, usize)>,
    found: Vec<PlaceSchema<'v>>,
}

impl<'v> PlaceWalk<'v> {
    fn schema(&mut self, schema: &'v Value, around: &LexicalScope, names: &[String], is_certain: bool) {
        // INVARIANT: each schema is visited once for each part of the place, so that recursive ones end.
        if !self.seen.insert((std::ptr::from_ref(schema) as usize, names.len())) {
            return;
        }
        let scope = around.inside(schema);
        if names.is_empty() {
            self.found.push(PlaceSchema {
                value: schema,
                dialect: scope.dialect,
                is_certain,
            });
        }
        let reference = schema.keyword(Keyword::Ref).and_then(Value::as_str);
        if let Some(target) = reference.and_then(|text| self.resolver.resolve(&scope.base, text).ok()) {
            self.schema(target.value, &target.scope, names, is_certain);
        }
        if scope.dialect.ref_hides_siblings() && reference.is_some() {
            return;
        }
        for below in subschemas(schema, scope.dialect) {
            match (below.keyword, names.split_first()) {
                (Keyword::Properties, Some((name, rest))) if below.member.as_ref() == Some(name) => {
                    self.schema(below.value, &scope, rest, is_certain);
                }
                (Keyword::AllOf, _) => self.schema(below.value, &scope, names, is_certain),
                (Keyword::AnyOf | Keyword::OneOf | Keyword::Then | Keyword::Else | Keyword::DependentSchemas, _) => {
                    self.schema(below.value, &scope, names, false);
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse;
    use crate::source::Source;

    #[test]
    fn a_place_is_described_through_references_and_branches() {
        let text = r##"{
            "properties": {"m": {"allOf": [{"$ref": "#/$defs/m"}, {"properties": {"v": {"const": 1}}}]}},
            "oneOf": [{"properties": {"m": {"properties": {"v": {"const": 2}}}}}, {"$ref": "#"}],
            "$defs": {"m": {"properties": {"v": {"const": 3}, "w": {"const": 4}}}}
        }"##;
        let root = parse(&Source::new("a.json", text)).unwrap();
        let field = VersionField::named("m.v").unwrap();
        let found = schemas_at(&root, Dialect::Draft202012, field.place());
        let found: Vec<_> = found
            .iter()
            .map(|schema| (schema.value.to_json(), schema.is_certain))
            .collect();
        let expected = [
            (r#"{"const":3}"#, true),
            (r#"{"const":1}"#, true),
            (r#"{"const":2}"#, false),
        ];
        assert_eq!(found, expected.map(|(text, is_certain)| (text.to_owned(), is_certain)));
        let other = VersionField::named("v").unwrap();
        assert!(schemas_at(&root, Dialect::Draft202012, other.place()).is_empty());
    }

    #[test]
    fn a_place_is_a_name_a_path_or_a_pointer() {
        let tokens = |text: &str| VersionField::named(text).map(|field| field.place().tokens().to_vec());
        let of = |names: &[&str]| Some(names.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(tokens("version"), of(&["version"]));
        assert_eq!(tokens("a.b.c"), of(&["a", "b", "c"]));
        assert_eq!(tokens("/a.b/c~1d~0"), of(&["a.b", "c/d~"]));
        assert_eq!(tokens("$schema-version"), of(&["$schema-version"]));
        assert_eq!(
            VersionField::named(VersionField::DEFAULT),
            Some(VersionField::default())
        );
        for nothing in ["", ".", "a..b", ".a", "a.", "/", "//a", "/a~2"] {
            assert_eq!(tokens(nothing), None, "{nothing}");
        }
    }
}

//! The subschemas of a schema: the one place that knows where schemas stand in schemas. In: a schema and its dialect. Out: its subschemas
//! with the tokens that lead to them, by the shapes of its keywords. Everything else is data (`enum`, `const`, `default`, `examples`) or
//! an annotation: nothing in it is a schema, and a `$ref` in it is a plain string.

use crate::dialect::Dialect;
use crate::keyword::{Keyword, KeywordShape};
use crate::pointer::Pointer;
use crate::value::{JsonObject, Kind, Member, Value};

/// One subschema of a schema node.
#[derive(Clone, Debug)]
pub struct Subschema<'v> {
    /// The keyword that holds it.
    pub keyword: Keyword,
    /// The index or key below the keyword, if the keyword holds several.
    pub member: Option<String>,
    /// The subschema.
    pub value: &'v Value,
}

impl Subschema<'_> {
    /// Returns its place, where `holder` is the place of the schema that holds it.
    pub fn place_in(&self, holder: &Pointer) -> Pointer {
        let below = holder.join(self.keyword);
        match &self.member {
            Some(member) => below.join(member.as_str()),
            None => below,
        }
    }
}

/// Returns the subschemas directly below a schema node, in the order of the source.
pub fn subschemas(schema: &Value, dialect: Dialect) -> Vec<Subschema<'_>> {
    let mut found = Vec::new();
    for entry in schema.as_object().into_iter().flat_map(JsonObject::iter) {
        if let Some((keyword, shape)) = entry.keyword().and_then(|known| Some((known, known.shape(dialect)?))) {
            collect(keyword, shape, &entry.value, &mut found);
        }
    }
    found
}

fn collect<'v>(keyword: Keyword, shape: KeywordShape, value: &'v Value, found: &mut Vec<Subschema<'v>>) {
    let mut add = |member: Option<String>, value: &'v Value| {
        found.push(Subschema { keyword, member, value });
    };
    match (shape, &value.kind) {
        (KeywordShape::SchemaMap | KeywordShape::PatternMap | KeywordShape::Dependencies, Kind::Object(members)) => {
            let schemas = members.iter().filter(|entry| is_schema(&entry.value));
            schemas.for_each(|Member { key, value, .. }| add(Some(key.clone()), value));
        }
        // A list in `items` is a mistake in 2020-12, which is reported; what was meant is walked all the same.
        (shape, Kind::Array(elements))
            if matches!(shape, KeywordShape::SchemaList | KeywordShape::SchemaOrList)
                || (shape == KeywordShape::Schema && keyword == Keyword::Items) =>
        {
            let indexed = elements.iter().enumerate();
            indexed.for_each(|(index, element)| add(Some(index.to_string()), element));
        }
        (KeywordShape::Schema | KeywordShape::SchemaOrList, _) if is_schema(value) => add(None, value),
        // Anything else is no schema, or a mistake that the review reports.
        _ => {}
    }
}

/// Returns whether a value is what a keyword that holds a schema takes: an object or a boolean.
pub fn is_schema(value: &Value) -> bool {
    matches!(value.kind, Kind::Object(_) | Kind::Bool(_))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse;
    use crate::source::Source;

    #[test]
    fn data_and_unknown_keywords_hold_no_schemas() {
        let text = r#"{"enum": [{"$ref": "x"}], "const": {"items": {}}, "x-y": {}, "properties": {"enum": {}},
                       "items": [{}, true], "dependencies": {"a": ["b"], "c": {}}, "prefixItems": [{}]}"#;
        let value = parse(&Source::new("a.json", text)).unwrap();
        let at = |dialect| {
            let found = subschemas(&value, dialect);
            let places = found.iter().map(|sub| sub.place_in(&Pointer::root()).to_string());
            places.collect::<Vec<_>>()
        };
        assert_eq!(
            at(Dialect::Draft7),
            ["/properties/enum", "/items/0", "/items/1", "/dependencies/c"]
        );
        assert!(at(Dialect::Draft202012).contains(&"/prefixItems/0".to_owned()));
    }
}

//! What a place in a schema may hold. In: the steps that lead there. Out: whether a keyword, the name of a property, or something else stands there.

use schemactl_model::{Dialect, Keyword, KeywordShape};

use crate::place::DocumentStep;

/// What stands at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SchemaPart {
    /// A schema: its keys are keywords.
    Schema,
    /// Schemas by names of somebody's own; those of `properties` are properties.
    SchemaMap(Keyword),
    /// A list of schemas.
    SchemaList,
    /// The value of a keyword.
    KeywordValue(Keyword),
    /// What no keyword gives a meaning.
    Other,
}

/// Returns what stands where steps lead from the root of a schema.
pub(crate) fn find_part(path: &[DocumentStep], dialect: Dialect) -> SchemaPart {
    path.iter().fold(SchemaPart::Schema, |part, step| match (part, step) {
        (SchemaPart::Schema, DocumentStep::Key(key)) => {
            Keyword::from_name(key).map_or(SchemaPart::Other, |keyword| part_of_keyword(keyword, dialect))
        }
        (SchemaPart::SchemaMap(_), DocumentStep::Key(_)) | (SchemaPart::SchemaList, DocumentStep::Index(_)) => {
            SchemaPart::Schema
        }
        // `items` of dialects before 2020-12 is a schema or a list of them.
        (SchemaPart::KeywordValue(Keyword::Items), DocumentStep::Index(_)) => SchemaPart::Schema,
        (SchemaPart::KeywordValue(Keyword::Items), DocumentStep::Key(_)) => {
            find_part(std::slice::from_ref(step), dialect)
        }
        // Elements of `type`, `enum` and `required`.
        (SchemaPart::KeywordValue(keyword), DocumentStep::Index(_)) => SchemaPart::KeywordValue(keyword),
        _ => SchemaPart::Other,
    })
}

fn part_of_keyword(keyword: Keyword, dialect: Dialect) -> SchemaPart {
    match keyword.shape(dialect) {
        Some(KeywordShape::Schema) => SchemaPart::Schema,
        Some(KeywordShape::SchemaList) => SchemaPart::SchemaList,
        Some(KeywordShape::SchemaMap | KeywordShape::PatternMap | KeywordShape::Dependencies) => {
            SchemaPart::SchemaMap(keyword)
        }
        Some(_) | None => SchemaPart::KeywordValue(keyword),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_told_from_names() {
        let key = |text: &str| DocumentStep::Key(text.to_owned());
        for (path, dialect, part) in [
            (vec![], Dialect::Draft202012, SchemaPart::Schema),
            (
                vec![key("properties")],
                Dialect::Draft202012,
                SchemaPart::SchemaMap(Keyword::Properties),
            ),
            (
                vec![key("properties"), key("properties")],
                Dialect::Draft202012,
                SchemaPart::Schema,
            ),
            (
                vec![key("allOf"), DocumentStep::Index(1)],
                Dialect::Draft202012,
                SchemaPart::Schema,
            ),
            (
                vec![key("items"), DocumentStep::Index(1)],
                Dialect::Draft7,
                SchemaPart::Schema,
            ),
            (
                vec![key("items"), key("type")],
                Dialect::Draft7,
                SchemaPart::KeywordValue(Keyword::Type),
            ),
            (
                vec![key("type"), DocumentStep::Index(1)],
                Dialect::Draft7,
                SchemaPart::KeywordValue(Keyword::Type),
            ),
            (vec![key("x"), key("type")], Dialect::Draft7, SchemaPart::Other),
            (vec![key("const"), key("type")], Dialect::Draft7, SchemaPart::Other),
        ] {
            assert_eq!(find_part(&path, dialect), part, "{path:?}");
        }
    }
}

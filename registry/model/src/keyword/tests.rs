//! The table agrees with itself, and the groups with the table.

use super::*;
use crate::{
    any_annotation, any_applicator, any_assertion, any_definitions, any_identifier, any_reference, any_schema_map,
};

#[test]
fn every_name_is_found_and_no_other() {
    assert!(Keyword::ALL.windows(2).all(|pair| pair[0].name() < pair[1].name()));
    for keyword in Keyword::ALL {
        let name = keyword.name();
        assert_eq!(Keyword::from_name(name), Some(*keyword));
        for at in 0..name.len() {
            // A slip at each letter: most fall into an empty slot, some into that of another keyword.
            let slip = format!("{}~{}", &name[..at], &name[at + 1..]);
            assert_eq!(Keyword::from_name(&slip), None);
        }
        let shorter = &name[..name.len() - 1];
        let known = Keyword::ALL.iter().find(|keyword| keyword.name() == shorter);
        assert_eq!(Keyword::from_name(shorter), known.copied());
    }
    for other in ["", "i", "é", "ïd", "orderId", "additionalPropertiesOfAll"] {
        assert_eq!(Keyword::from_name(other), None);
    }
}

#[test]
fn groups_are_the_kinds_of_the_table() {
    for keyword in Keyword::ALL {
        let holds_schemas = Dialect::ALL
            .iter()
            .any(|dialect| keyword.shape(*dialect).is_some_and(KeywordShape::holds_schemas));
        let group = match keyword {
            any_annotation!() => (KeywordKind::Annotation, false),
            any_assertion!() => (KeywordKind::Assertion, false),
            any_definitions!() => (KeywordKind::Definitions, true),
            any_identifier!() => (KeywordKind::Identifier, false),
            Keyword::ContentSchema => (KeywordKind::Annotation, true),
            any_applicator!() => (KeywordKind::Applicator, !matches!(keyword, any_reference!())),
        };
        assert_eq!((keyword.kind(), holds_schemas), group, "{keyword}");
    }
}

#[test]
fn maps_of_schemas_are_those_of_the_table() {
    for keyword in Keyword::ALL {
        let is_map = Dialect::ALL.iter().any(|dialect| {
            use KeywordShape::{Dependencies, PatternMap, SchemaMap};
            matches!(keyword.shape(*dialect), Some(Dependencies | PatternMap | SchemaMap))
        });
        assert_eq!(matches!(keyword, any_schema_map!()), is_map, "{keyword}");
    }
}

#[test]
fn a_keyword_that_means_something_counts_where_its_meta_schema_describes_it() {
    // A resource of one dialect may stand in a document of another, and every value will do for a constant.
    let apart = [Keyword::Const, Keyword::Draft4Id, Keyword::Id, Keyword::Vocabulary];
    // The meta-schema of 2020-12 still describes what 2019-09 had.
    let left_over = [Keyword::RecursiveAnchor, Keyword::RecursiveRef];
    let known = Keyword::ALL.iter().filter(|keyword| keyword.dialects().is_some());
    for keyword in known.filter(|keyword| !apart.contains(keyword)) {
        for dialect in Dialect::ALL {
            let is_left_over = left_over.contains(keyword) && dialect == Dialect::Draft202012;
            let counts = match keyword.kind() {
                KeywordKind::Assertion | KeywordKind::Applicator | KeywordKind::Identifier => {
                    keyword.shape(dialect).is_some() && !is_left_over
                }
                KeywordKind::Annotation | KeywordKind::Definitions => true,
            };
            assert_eq!(dialect.has_keyword(*keyword), counts, "{keyword} in {dialect}");
        }
    }
}

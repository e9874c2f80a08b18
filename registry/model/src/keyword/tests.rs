//! The table agrees with itself, and the groups with the table.

use super::*;
use crate::{any_annotation, any_applicator, any_assertion, any_definitions, any_identifier, any_reference};

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
fn a_keyword_counts_where_a_meta_schema_describes_it() {
    for keyword in Keyword::ALL {
        for dialect in Dialect::ALL {
            let is_described = keyword.shape(dialect).is_some();
            let is_left_over = matches!(keyword, Keyword::RecursiveRef) && dialect == Dialect::Draft202012;
            assert!(
                !is_described || is_left_over || dialect.has_keyword(*keyword),
                "{keyword} {dialect}"
            );
        }
    }
}

//! The pages of the rules, which are chapters of the book and parts of the binary: `schemactl explain` prints them, and findings have their reasons
//! and advice from them; and the published schemas of settings, which the language server reads. In: the id of a rule. Out: its page, in Markdown.
//! What a rule is, and when it fires, is not known here.

// The example of the README is a test.
#[cfg(doctest)]
#[doc = include_str!("README.md")]
mod readme {}

/// The published JSON Schema of `event.toml`.
pub const EVENT_SCHEMA: &str = include_str!("../event.schema.json");

/// The published JSON Schema of `schemactl.toml`.
pub const WORKSPACE_SCHEMA: &str = include_str!("../schemactl.schema.json");

macro_rules! pages {
    ($($id:literal,)+) => {
        /// The pages, each with the id of its rule, in the order of the ids.
        pub const RULE_PAGES: &[(&str, &str)] = &[$(($id, include_str!(concat!("../rules/", $id, ".md"))),)+];
    };
}

pages! {
    "additional-properties-opened",
    "additional-properties-restricted",
    "all-of-branch-added",
    "all-of-branch-removed",
    "backward-incompatible",
    "base-unreadable",
    "cannot-decide",
    "compatible-by-assumption",
    "condition-added",
    "condition-changed",
    "condition-removed",
    "const-changed",
    "contains-added",
    "contains-disputed",
    "contains-removed",
    "default-changed",
    "default-invalid",
    "dependencies-replaced",
    "dependency-added",
    "dependency-removed",
    "deprecation-invalid",
    "description-too-long",
    "detail-type-too-long",
    "dialect-changed",
    "dialect-missing",
    "enum-added",
    "enum-removed",
    "enum-value-added",
    "enum-value-removed",
    "environment-unknown",
    "event-identity-shared",
    "event-in-several-workspaces",
    "event-moved",
    "event-restored",
    "event-retired",
    "event-too-large",
    "event-without-schema",
    "example-invalid",
    "extensible-enum-added",
    "extensible-enum-removed",
    "extensible-misplaced",
    "format-changed",
    "forward-incompatible",
    "identity-changed",
    "identity-not-accepted",
    "identity-retired",
    "integer-spelling",
    "items-opened",
    "items-restricted",
    "keyword-not-in-dialect",
    "leftover-files",
    "lock-changed",
    "lock-conflict",
    "major-not-needed",
    "map-becomes-object",
    "max-contains-lowered",
    "max-contains-raised",
    "max-items-lowered",
    "max-items-raised",
    "max-length-lowered",
    "max-length-raised",
    "max-properties-lowered",
    "max-properties-raised",
    "maximum-lowered",
    "maximum-raised",
    "min-contains-lowered",
    "min-contains-raised",
    "min-items-lowered",
    "min-items-raised",
    "min-length-lowered",
    "min-length-raised",
    "min-properties-lowered",
    "min-properties-raised",
    "minimum-lowered",
    "minimum-raised",
    "multiple-of-added",
    "multiple-of-changed",
    "multiple-of-removed",
    "name-not-portable",
    "not-added",
    "not-changed",
    "not-checked",
    "not-registrable",
    "not-removed",
    "number-retired",
    "object-becomes-map",
    "object-not-closed",
    "patch-not-equivalent",
    "pattern-added",
    "pattern-changed",
    "pattern-not-portable",
    "pattern-property-added",
    "pattern-property-removed",
    "pattern-removed",
    "prefix-item-added",
    "prefix-item-removed",
    "property-added",
    "property-dropped",
    "property-names-opened",
    "property-names-restricted",
    "property-removed",
    "property-renamed",
    "record-invalid",
    "reference-changed",
    "released-schema-changed",
    "released-schema-missing",
    "required-property-added",
    "required-property-removed",
    "required-undeclared",
    "schema-allowed",
    "schema-forbidden",
    "schema-hotfixed",
    "schema-invalid",
    "setting-weakened",
    "source-too-long",
    "subschema-unsatisfiable",
    "type-changed",
    "type-narrowed",
    "type-widened",
    "unevaluated-opened",
    "unevaluated-restricted",
    "union-added",
    "union-branch-added",
    "union-branch-removed",
    "union-removed",
    "unique-items-added",
    "unique-items-removed",
    "unknown-keyword",
    "version-deprecated",
    "version-field-mismatch",
    "version-field-missing",
    "version-order",
    "version-unsatisfiable",
    "waiver-stale",
    "workspace-missing",
}

/// Returns the page of the rule with this id. It is `const`, so that a rule without a page need not compile.
///
/// # Examples
///
/// ```
/// let page = schemactl_rules::find_page("enum-value-removed").unwrap();
/// assert!(page.starts_with("# enum-value-removed\n"));
/// ```
pub const fn find_page(id: &str) -> Option<&'static str> {
    let mut index = 0;
    while index < RULE_PAGES.len() {
        let (known, page) = RULE_PAGES[index];
        if is_same(known.as_bytes(), id.as_bytes()) {
            return Some(page);
        }
        index += 1;
    }
    None
}

/// Compares two texts, which `==` cannot do in a constant.
const fn is_same(known: &[u8], wanted: &[u8]) -> bool {
    if known.len() != wanted.len() {
        return false;
    }
    let mut index = 0;
    while index < known.len() {
        if known[index] != wanted[index] {
            return false;
        }
        index += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_of_the_folder_has_a_row() {
        let pages = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/rules")).unwrap();
        let mut names: Vec<_> = pages
            .map(|page| page.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort_unstable();
        let rows: Vec<_> = RULE_PAGES.iter().map(|(id, _)| format!("{id}.md")).collect();
        assert_eq!(rows, names);
    }

    #[test]
    fn a_page_is_found_by_the_whole_id() {
        assert!(RULE_PAGES.iter().all(|(id, page)| find_page(id) == Some(*page)));
        for none in ["", "enum-value-remove", "enum-value-removedx", "Enum-value-removed"] {
            assert_eq!(find_page(none), None, "{none}");
        }
    }
}

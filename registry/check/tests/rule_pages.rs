//! The pages of docs/rules lead a reader from a finding to the specification: each names its keyword, file or setting in its first
//! sentence, and links to related rules and to the section that defines the keyword. In: the pages. Out: one list of what is missing.
//! That the examples of a page are true is tested beside the changes, in `schemactl-compat`.
#![allow(clippy::unwrap_used, reason = "a panic in a function of a test fails the test")]

use schemactl_check::Rule;
use schemactl_compat::ChangeKind;

/// The sections of JSON Schema 2020-12 that define the keywords which pages name: keyword, document, section.
const SECTIONS: &[(&str, &str, &str)] = &[
    ("$ref", "core", "8.2.3.1"),
    ("$schema", "core", "8.1.1"),
    ("additionalProperties", "core", "10.3.2.3"),
    ("allOf", "core", "10.2.1.1"),
    ("anyOf", "core", "10.2.1.2"),
    ("const", "validation", "6.1.3"),
    ("contains", "core", "10.3.1.3"),
    ("default", "validation", "9.2"),
    ("dependentRequired", "validation", "6.5.4"),
    ("dependentSchemas", "core", "10.2.2.4"),
    ("deprecated", "validation", "9.3"),
    ("description", "validation", "9.1"),
    ("else", "core", "10.2.2.3"),
    ("enum", "validation", "6.1.2"),
    ("examples", "validation", "9.5"),
    ("exclusiveMaximum", "validation", "6.2.3"),
    ("exclusiveMinimum", "validation", "6.2.5"),
    ("format", "validation", "7"),
    ("if", "core", "10.2.2.1"),
    ("items", "core", "10.3.1.2"),
    ("maxContains", "validation", "6.4.4"),
    ("maxItems", "validation", "6.4.1"),
    ("maxLength", "validation", "6.3.1"),
    ("maxProperties", "validation", "6.5.1"),
    ("maximum", "validation", "6.2.2"),
    ("minContains", "validation", "6.4.5"),
    ("minItems", "validation", "6.4.2"),
    ("minLength", "validation", "6.3.2"),
    ("minProperties", "validation", "6.5.2"),
    ("minimum", "validation", "6.2.4"),
    ("multipleOf", "validation", "6.2.1"),
    ("not", "core", "10.2.1.4"),
    ("oneOf", "core", "10.2.1.3"),
    ("pattern", "validation", "6.3.3"),
    ("patternProperties", "core", "10.3.2.2"),
    ("prefixItems", "core", "10.3.1.1"),
    ("properties", "core", "10.3.2.1"),
    ("propertyNames", "core", "10.3.2.4"),
    ("required", "validation", "6.5.3"),
    ("then", "core", "10.2.2.2"),
    ("type", "validation", "6.1.1"),
    ("unevaluatedItems", "core", "11.2"),
    ("unevaluatedProperties", "core", "11.3"),
    ("uniqueItems", "validation", "6.4.3"),
];

/// Returns the address of the section that defines a keyword, if one does.
fn section_of(keyword: &str) -> Option<String> {
    let (_, document, section) = SECTIONS.iter().find(|(known, ..)| *known == keyword)?;
    Some(format!(
        "https://json-schema.org/draft/2020-12/json-schema-{document}#section-{section}"
    ))
}

/// Returns the keywords that a kind of change is about. A new kind does not compile before it is listed here.
fn keywords_of(kind: ChangeKind) -> &'static [&'static str] {
    use ChangeKind as K;
    match kind {
        K::SchemaForbidden | K::SchemaAllowed => &["false"],
        K::TypeNarrowed | K::TypeWidened | K::TypeChanged => &["type"],
        K::EnumAdded | K::EnumRemoved | K::EnumValueAdded | K::EnumValueRemoved => &["enum"],
        K::ConstChanged => &["const"],
        K::MinimumRaised | K::MinimumLowered => &["minimum", "exclusiveMinimum"],
        K::MaximumRaised | K::MaximumLowered => &["maximum", "exclusiveMaximum"],
        K::MultipleOfAdded | K::MultipleOfRemoved | K::MultipleOfChanged => &["multipleOf"],
        K::MinLengthRaised | K::MinLengthLowered => &["minLength"],
        K::MaxLengthRaised | K::MaxLengthLowered => &["maxLength"],
        K::PatternAdded | K::PatternRemoved | K::PatternChanged => &["pattern"],
        K::FormatChanged => &["format"],
        K::RequiredPropertyAdded | K::RequiredPropertyRemoved => &["required"],
        K::PropertyAdded | K::PropertyRemoved => &["properties"],
        K::PropertyRenamed => &["properties", "x-renamed-from"],
        K::PatternPropertyAdded | K::PatternPropertyRemoved => &["patternProperties"],
        K::AdditionalPropertiesRestricted | K::AdditionalPropertiesOpened => &["additionalProperties"],
        K::MapBecomesObject | K::ObjectBecomesMap => &["additionalProperties", "properties"],
        K::PropertyNamesRestricted | K::PropertyNamesOpened => &["propertyNames"],
        K::MinPropertiesRaised | K::MinPropertiesLowered => &["minProperties"],
        K::MaxPropertiesRaised | K::MaxPropertiesLowered => &["maxProperties"],
        K::DependencyAdded | K::DependencyRemoved => &["dependencies", "dependentRequired", "dependentSchemas"],
        K::PrefixItemAdded | K::PrefixItemRemoved => &["prefixItems", "items"],
        K::ItemsRestricted | K::ItemsOpened => &["items"],
        K::ContainsAdded | K::ContainsRemoved => &["contains"],
        K::MinContainsRaised | K::MinContainsLowered => &["minContains"],
        K::MaxContainsRaised | K::MaxContainsLowered => &["maxContains"],
        K::MinItemsRaised | K::MinItemsLowered => &["minItems"],
        K::MaxItemsRaised | K::MaxItemsLowered => &["maxItems"],
        K::UniqueItemsAdded | K::UniqueItemsRemoved => &["uniqueItems"],
        K::UnionAdded | K::UnionRemoved | K::UnionBranchAdded | K::UnionBranchRemoved => &["anyOf", "oneOf"],
        K::AllOfBranchAdded | K::AllOfBranchRemoved => &["allOf"],
        K::NotAdded | K::NotRemoved | K::NotChanged => &["not"],
        K::ConditionAdded | K::ConditionRemoved | K::ConditionChanged => &["if", "then", "else"],
        K::UnevaluatedRestricted | K::UnevaluatedOpened => &["unevaluatedProperties", "unevaluatedItems"],
        K::ReferenceChanged => &["$ref"],
        K::ExtensibleEnumAdded | K::ExtensibleEnumRemoved => &["x-extensible-enum", "x-extensible", "enum"],
        K::DefaultChanged => &["default"],
        K::DialectChanged => &["$schema"],
    }
}

/// Returns what a text has in backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// Returns the links of a page, each as its text and its target.
fn links_of(page: &str) -> Vec<(&str, &str)> {
    let links = page.split('[').skip(1).filter_map(|rest| {
        let (text, rest) = rest.split_once("](")?;
        Some((text, rest.split_once(')')?.0))
    });
    links.filter(|(text, _)| !text.contains('\n')).collect()
}

/// Collects what every page lacks, so that one run shows all of it.
fn assert_on_every_page(find: impl Fn(Rule) -> Vec<String>) {
    let missing: Vec<String> = Rule::all()
        .flat_map(|rule| find(rule).into_iter().map(move |what| format!("{rule}: {what}")))
        .collect();
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn each_page_names_what_it_is_about_in_its_first_sentence() {
    assert_on_every_page(|rule| {
        let named = quoted(rule.summary());
        match rule {
            Rule::Change(kind) => {
                let keywords = keywords_of(kind).iter();
                let missing = keywords.filter(|keyword| !named.contains(keyword));
                missing
                    .map(|keyword| format!("no `{keyword}` in its first sentence"))
                    .collect()
            }
            _ if named.is_empty() => vec!["names no keyword, file or setting in backticks".to_owned()],
            _ => Vec::new(),
        }
    });
}

#[test]
fn each_page_links_to_its_mirror_and_only_to_pages_that_exist() {
    assert_on_every_page(|rule| {
        let links = links_of(rule.page()).into_iter();
        let rules: Vec<_> = links.filter(|(_, target)| !target.starts_with("https://")).collect();
        let mut missing = Vec::new();
        for (text, target) in &rules {
            let leads_to_a_page = Rule::from_id(text).is_some_and(|other| other != rule);
            if !leads_to_a_page || *target != format!("{text}.md") {
                missing.push(format!("[{text}]({target}) is no link to another rule"));
            }
        }
        let is_linked = |id: &str| rules.iter().any(|(text, _)| *text == id);
        match rule {
            Rule::Change(kind) if kind.mirror() != kind && !is_linked(kind.mirror().id()) => {
                missing.push(format!("no link to `{}`", kind.mirror()));
            }
            Rule::Change(_) => {}
            _ if rules.is_empty() => missing.push("no link to a related rule".to_owned()),
            _ => {}
        }
        missing
    });
}

#[test]
fn each_page_links_to_the_section_that_defines_its_keyword() {
    assert_on_every_page(|rule| {
        let links = links_of(rule.page());
        let named = quoted(rule.summary()).into_iter();
        let named = named.filter_map(|keyword| Some((keyword, section_of(keyword)?)));
        let missing = named.filter(|(keyword, section)| !links.contains(&(&format!("`{keyword}`"), section)));
        let mut wrong: Vec<_> = missing
            .map(|(keyword, section)| format!("[`{keyword}`]({section})"))
            .collect();
        for (text, target) in &links {
            let section = section_of(text.trim_matches('`'));
            if text.starts_with('`') && section.is_some_and(|section| section != *target) {
                wrong.push(format!("[{text}]({target}) is another section"));
            }
        }
        wrong
    });
}

#[test]
fn each_page_shows_an_example_and_a_near_miss() {
    assert_on_every_page(|rule| {
        let titles = ["Why", "How to fix", "Example", "Not this", "See also"];
        let page = rule.page();
        let places: Vec<_> = titles
            .iter()
            .map(|title| page.find(&format!("\n\n## {title}\n\n")))
            .collect();
        let is_complete = places.iter().all(Option::is_some) && places.is_sorted();
        (!is_complete)
            .then(|| format!("needs the sections {titles:?}"))
            .into_iter()
            .collect()
    });
}

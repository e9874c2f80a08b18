//! Schemas that apply to one value together. In: subschemas, and whether each applies for certain. Out: what lowering makes one type of.

use schemactl_model::{
    Keyword, Member, SubschemaRef, any_annotation, any_applicator, any_assertion, any_definitions, any_identifier,
    any_reference,
};

/// Schemas that apply to one value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conjunction<'v> {
    /// Those that apply for certain.
    pub(crate) certain: Vec<SubschemaRef<'v>>,
    /// Those that may or may not apply.
    pub(crate) hints: Vec<SubschemaRef<'v>>,
}

impl<'v> Conjunction<'v> {
    /// Returns all schemas, hints last.
    pub(crate) fn schemas(&self) -> impl Iterator<Item = &SubschemaRef<'v>> {
        self.certain.iter().chain(&self.hints)
    }
}

impl Conjunction<'_> {
    /// Adds what applies too.
    pub(crate) fn add(&mut self, other: Self) {
        self.certain.extend(other.certain);
        self.hints.extend(other.hints);
    }
}

impl<'v> From<SubschemaRef<'v>> for Conjunction<'v> {
    fn from(only: SubschemaRef<'v>) -> Self {
        Self {
            certain: vec![only],
            hints: Vec::new(),
        }
    }
}

/// Keywords that say what a property needs.
pub(crate) const NEEDS: [Keyword; 3] = [
    Keyword::Dependencies,
    Keyword::DependentRequired,
    Keyword::DependentSchemas,
];

/// Returns whether a member of a schema says nothing about the value, or says it elsewhere, as a reference does.
pub(crate) fn is_annotation(member: &Member) -> bool {
    match member.keyword() {
        // No generated type decodes what is in a text.
        Some(Keyword::ContentEncoding | Keyword::ContentMediaType | Keyword::ContentSchema) => false,
        Some(Keyword::ExternalDocs | Keyword::Xml) => false,
        Some(any_annotation!() | any_definitions!() | any_identifier!() | any_reference!() | Keyword::Format) => true,
        Some(any_applicator!() | any_assertion!()) => false,
        // What documents of OpenAPI, and self-describing schemas of Iglu, have beside their keywords.
        None => member.key.starts_with("x-") || ["components", "self"].contains(&member.key.as_str()),
    }
}

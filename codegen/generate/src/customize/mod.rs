//! What settings change about types. In: the middle form of an event as its schemas make it, and rules with paths. Out: the same, with attributes
//! and names as the rules want them, and an error for each rule that is wrong or names nothing. Lowering knows nothing of it.

mod attributes;
mod names;
mod replace;

use std::collections::{BTreeMap, BTreeSet};

use schemactl_model::{EventRef, find_alike};
use schemactl_workspace::GenerateSettings;

pub(crate) use self::names::rename_type;
use self::names::review_names;
use crate::error::GenerateError;
use crate::ir::{Table, TypeDef, TypeId, TypeShape};
use crate::lower::SourceSchema;
use crate::rust_hints::check_type_name;
use crate::selector::{EventScope, Selector, SelectorReach};
use crate::settings::Settings;

/// The formats of JSON Schema 2020-12 and of OpenAPI.
const FORMATS: [&str; 23] = [
    "binary",
    "byte",
    "date",
    "date-time",
    "decimal",
    "duration",
    "email",
    "hostname",
    "idn-email",
    "idn-hostname",
    "ip",
    "ipv4",
    "ipv6",
    "iri",
    "iri-reference",
    "json-pointer",
    "regex",
    "relative-json-pointer",
    "time",
    "uri",
    "uri-reference",
    "url",
    "uuid",
];

/// The rules of the settings, and which of them named something.
#[derive(Debug)]
pub(crate) struct Customizer {
    derives: Vec<CustomRule<Vec<String>>>,
    type_attributes: Vec<CustomRule<String>>,
    field_attributes: Vec<CustomRule<String>>,
    renames: Vec<CustomRule<String>>,
    replacements: Vec<CustomRule<String>>,
    /// Formats that no schema had so far.
    formats: BTreeSet<String>,
    table: GenerateSettings,
    /// Events that other crates generate, and the paths of their modules.
    externs: Vec<(EventRef, String)>,
    /// The paths of what was generated, to suggest.
    known: BTreeSet<String>,
    /// Whether there is any rule: without one, nothing is looked at.
    is_empty: bool,
}

/// A rule: what to do with what a path names.
#[derive(Debug)]
struct CustomRule<T> {
    option: &'static str,
    selector: Selector,
    value: T,
    is_used: bool,
}

impl Customizer {
    /// Reads the rules of the settings.
    ///
    /// # Errors
    ///
    /// Each path and each value that cannot be read.
    pub(crate) fn new(settings: &Settings) -> Result<Self, Vec<GenerateError>> {
        let table = &settings.table;
        let mut errors = Vec::new();
        let customizer = Self {
            derives: read_rules("derive", &table.derive, &mut errors, attributes::parse_derives),
            type_attributes: read_rules(
                "type-attribute",
                &table.type_attribute,
                &mut errors,
                attributes::parse_attributes,
            ),
            field_attributes: read_rules(
                "field-attribute",
                &table.field_attribute,
                &mut errors,
                attributes::parse_attributes,
            ),
            renames: read_rules("rename", &table.rename, &mut errors, |name| Ok(name.to_owned())),
            replacements: read_rules("replace", &table.replace, &mut errors, replace::parse_type),
            formats: table.format.keys().cloned().collect(),
            table: table.clone(),
            externs: read_externs(table, &mut errors),
            known: BTreeSet::new(),
            is_empty: *table == GenerateSettings::default(),
        };
        for path in table.format.values().chain(&table.map_type) {
            errors.extend(replace::parse_type(path).err().map(|reason| GenerateError::Setting {
                option: if table.map_type.as_ref() == Some(path) {
                    "map-type"
                } else {
                    "format"
                },
                value: path.clone(),
                reason,
            }));
        }
        if errors.is_empty() { Ok(customizer) } else { Err(errors) }
    }

    /// Applies the rules, and the names that the schema gives, to the types of a version.
    ///
    /// # Errors
    ///
    /// Each name that Rust or a neighbour does not allow.
    pub(crate) fn apply(
        &mut self,
        event: &EventScope,
        schema: SourceSchema<'_>,
        (types, root): (&mut Table<TypeId, TypeDef>, TypeId),
    ) -> Result<(), Vec<GenerateError>> {
        let mut errors = review_names(schema, &self.table);
        let text = schema.source.text();
        self.formats.retain(|format| !text.contains(&format!("\"{format}\"")));
        if !self.is_empty {
            for definition in types.iter_mut() {
                self.note_paths(event, definition);
                self.add_attributes(event, definition);
            }
        }
        if !self.replacements.is_empty() {
            errors.extend(self.replace_all(event, types, root));
        }
        errors.extend(self.rename_all(event, schema, types));
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    /// Returns the name that settings give to an event.
    pub(crate) fn rename_event(&mut self, event: &EventScope) -> Result<Option<String>, GenerateError> {
        let mut found = None;
        for rule in self.renames.iter_mut().filter(|rule| rule.selector.is_event(event)) {
            rule.is_used = true;
            check_type_name(&rule.value).map_err(|reason| GenerateError::Setting {
                option: "rename",
                value: rule.value.clone(),
                reason,
            })?;
            found = Some(rule.value.clone());
        }
        Ok(found)
    }

    /// Returns the path of the module that another crate generates for an event.
    pub(crate) fn find_extern(&self, event: &EventScope) -> Option<String> {
        let is_it = |reference: &EventRef| {
            let is_in = |namespace: &String| *namespace == event.namespace;
            reference.name == event.name && reference.namespace.as_ref().is_none_or(is_in)
        };
        let found = self.externs.iter().find(|(reference, _)| is_it(reference));
        found.map(|(_, path)| path.clone())
    }

    /// Returns an error for each rule that named nothing. What other events of the workspace are called is no mistake: they can be generated
    /// elsewhere by the same settings.
    pub(crate) fn find_unused(&self, others: &[EventScope]) -> Vec<GenerateError> {
        let mut errors = Vec::new();
        self.unused(&self.derives, others, &mut errors);
        self.unused(&self.type_attributes, others, &mut errors);
        self.unused(&self.field_attributes, others, &mut errors);
        self.unused(&self.renames, others, &mut errors);
        self.unused(&self.replacements, others, &mut errors);
        // One of JSON Schema may be that of other crates, which share the settings.
        for format in self.formats.iter().filter(|format| !FORMATS.contains(&format.as_str())) {
            errors.push(GenerateError::UnusedPath {
                option: "format",
                path: format.clone(),
                meant: find_alike(format, FORMATS).map(str::to_owned),
            });
        }
        errors
    }

    fn unused<T>(&self, rules: &[CustomRule<T>], others: &[EventScope], errors: &mut Vec<GenerateError>) {
        let is_elsewhere = |rule: &CustomRule<T>| others.iter().any(|event| rule.selector.is_in_event(event));
        for rule in rules.iter().filter(|rule| !rule.is_used && !is_elsewhere(rule)) {
            let path = rule.selector.as_str();
            errors.push(GenerateError::UnusedPath {
                option: rule.option,
                path: path.to_owned(),
                meant: find_alike(path, self.known.iter().map(String::as_str)).map(str::to_owned),
            });
        }
    }

    fn note_paths(&mut self, event: &EventScope, definition: &TypeDef) {
        let path = format!("{}/{}", event.name, definition.name);
        let members = members_of(&definition.shape);
        let members = members.into_iter().map(|names| format!("{path}.{}", names[0]));
        self.known.extend(members);
        self.known.extend([event.name.clone(), path]);
    }
}

fn read_externs(table: &GenerateSettings, errors: &mut Vec<GenerateError>) -> Vec<(EventRef, String)> {
    let mut externs = Vec::new();
    for (event, path) in &table.extern_module {
        let is_path = syn::parse_str::<syn::Path>(path)
            .is_ok_and(|path| path.segments.iter().all(|segment| segment.arguments.is_none()));
        if !is_path {
            errors.push(GenerateError::Setting {
                option: "extern-module",
                value: path.clone(),
                reason: "expected the path of a module, such as `::shared_events::order_placed`".to_owned(),
            });
        }
        match event.parse() {
            Ok(reference) => externs.push((reference, path.clone())),
            Err(error) => errors.push(GenerateError::Reference(error)),
        }
    }
    externs
}

/// Reads the rules of an option.
fn read_rules<T>(
    option: &'static str,
    table: &BTreeMap<String, String>,
    errors: &mut Vec<GenerateError>,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Vec<CustomRule<T>> {
    let mut rules = Vec::new();
    for (path, text) in table {
        let failed = |value: &str, reason| GenerateError::Setting {
            option,
            value: value.to_owned(),
            reason,
        };
        let selector = Selector::parse(path).map_err(|reason| failed(path, reason));
        let value = parse(text).map_err(|reason| failed(text, reason));
        match (selector, value) {
            (Ok(selector), Ok(value)) => rules.push(CustomRule {
                option,
                selector,
                value,
                is_used: false,
            }),
            (selector, value) => errors.extend(selector.err().into_iter().chain(value.err())),
        }
    }
    rules
}

impl<T> CustomRule<T> {
    /// Returns how far the rule names a type, and notes that it does.
    fn reach_type(&mut self, event: &EventScope, definition: &TypeDef) -> Option<SelectorReach> {
        let reach = self.selector.reach_type(event, &type_names(definition));
        self.is_used |= reach.is_some();
        reach
    }

    /// Returns how far the rule names a member of a type, and notes that it does.
    fn reach_member(&mut self, event: &EventScope, definition: &TypeDef, names: &[&str]) -> Option<SelectorReach> {
        let reach = self.selector.reach_member(event, &type_names(definition), names);
        self.is_used |= reach.is_some();
        reach
    }
}

/// The names of a type: that in Rust, and the key of its definition.
fn type_names(definition: &TypeDef) -> Vec<&str> {
    let definition_key = match definition.place.tokens() {
        [.., holder, key] if ["definitions", "$defs", "schemas"].contains(&holder.as_str()) => Some(key.as_str()),
        _ => None,
    };
    std::iter::once(definition.name.as_str())
        .chain(definition_key)
        .collect()
}

/// The names of the members of a type, for each that in Rust first: fields have a key, variants the texts that they stand for.
fn members_of(shape: &TypeShape) -> Vec<Vec<&str>> {
    match shape {
        TypeShape::Struct(structure) => {
            let fields = structure.fields.iter();
            fields
                .map(|field| vec![field.name.as_str(), field.key.as_str()])
                .collect()
        }
        TypeShape::Enum { variants, .. } => {
            let variants = variants.iter();
            variants
                .map(|variant| vec![variant.name.as_str(), variant.value.as_str()])
                .collect()
        }
        TypeShape::Choice { variants, .. } | TypeShape::Keyed { variants } => {
            let names = variants.iter().map(|variant| {
                let when = variant.when.iter().map(String::as_str);
                std::iter::once(variant.name.as_str()).chain(when).collect()
            });
            names.collect()
        }
        TypeShape::Constant(_) | TypeShape::Newtype(_) => Vec::new(),
    }
}

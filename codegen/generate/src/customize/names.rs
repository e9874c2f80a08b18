//! Names that settings (`rename`) or schemas (`x-rust-name`) give to types, fields and variants. In: the middle form of a version, with the names
//! that generating makes. Out: the same with the wanted names, or an error for each that Rust or a neighbour does not allow.

use std::collections::BTreeSet;

use schemactl_model::{Pointer, Value};
use schemactl_workspace::GenerateSettings;

use super::replace::review_rust_type;
use super::{CustomRule, Customizer, members_of, type_names};
use crate::error::GenerateError;
use crate::ir::{Table, TypeDef, TypeId, TypeShape};
use crate::lower::SourceSchema;
use crate::names::name_companion;
use crate::rust_hints::{RUST_NAME, VARIANT_NAMES, check_field_name, check_type_name, check_variant_names};
use crate::selector::{EventScope, SelectorReach};

/// A name that something gets, and who wants it.
struct WantedName {
    name: String,
    origin: NameOrigin,
}

/// Who wants a name: a setting, or a place of the schema.
enum NameOrigin {
    Setting,
    Schema(Pointer),
}

impl Customizer {
    /// Renames types and their members.
    pub(super) fn rename_all(
        &mut self,
        event: &EventScope,
        schema: SourceSchema<'_>,
        types: &mut Table<TypeId, TypeDef>,
    ) -> Vec<GenerateError> {
        let mut errors = Vec::new();
        let has_hints = schema.source.text().contains(RUST_NAME);
        let ids: Vec<TypeId> = types.ids().collect();
        let wanted: Vec<_> = ids
            .iter()
            .map(|id| self.wanted_type_name(event, has_hints.then_some(schema), &types[*id]))
            .collect();
        for id in &ids {
            self.rename_members(event, has_hints.then_some(schema), &mut types[*id], &mut errors);
        }
        for (id, wanted) in ids.into_iter().zip(wanted) {
            let Some(wanted) = wanted else { continue };
            match rename_type(types, id, &wanted.name) {
                Ok(()) => {}
                Err(reason) => errors.push(wanted.error(schema, reason)),
            }
        }
        errors
    }

    fn wanted_type_name(
        &mut self,
        event: &EventScope,
        schema: Option<SourceSchema<'_>>,
        definition: &TypeDef,
    ) -> Option<WantedName> {
        let names = type_names(definition);
        let is_it = |rule: &CustomRule<String>| rule.selector.reach_type(event, &names) == Some(SelectorReach::Named);
        let by_setting = find_wanted(&mut self.renames, is_it);
        let is_property = matches!(definition.place.tokens(), [.., holder, _] if holder == "properties");
        let place = Some(&definition.place).filter(|_| !is_property);
        by_setting.or_else(|| name_in_schema(schema?, place))
    }

    fn rename_members(
        &mut self,
        event: &EventScope,
        schema: Option<SourceSchema<'_>>,
        definition: &mut TypeDef,
        errors: &mut Vec<GenerateError>,
    ) {
        let all = members_of(&definition.shape);
        let type_names = type_names(definition);
        let mut wanted = Vec::new();
        for (at, names) in all.iter().enumerate() {
            let is_it = |rule: &CustomRule<String>| {
                rule.selector.reach_member(event, &type_names, names) == Some(SelectorReach::Named)
            };
            let by_setting = find_wanted(&mut self.renames, is_it);
            let places = places_of(&definition.shape, at);
            wanted.extend(
                by_setting
                    .or_else(|| name_in_schema(schema?, places))
                    .map(|wanted| (at, wanted)),
            );
        }
        for (at, wanted) in wanted {
            if let Err(reason) = rename_member(&mut definition.shape, at, &wanted.name) {
                errors.push(wanted.error_at(schema, reason));
            }
        }
    }
}

/// The name of the last rule that is for something; all that are have named it.
fn find_wanted(
    rules: &mut [CustomRule<String>],
    mut is_it: impl FnMut(&CustomRule<String>) -> bool,
) -> Option<WantedName> {
    let mut found = None;
    for rule in rules {
        if is_it(rule) {
            rule.is_used = true;
            found = Some(WantedName {
                name: rule.value.clone(),
                origin: NameOrigin::Setting,
            });
        }
    }
    found
}

/// The name that the first of several places gives.
fn name_in_schema<'p>(schema: SourceSchema<'_>, places: impl IntoIterator<Item = &'p Pointer>) -> Option<WantedName> {
    let mut places = places.into_iter();
    places.find_map(|place| {
        let name = place.resolve(schema.document)?.member(RUST_NAME)?.as_str()?.to_owned();
        Some(WantedName {
            name,
            origin: NameOrigin::Schema(place.clone()),
        })
    })
}

/// Where a schema describes a field. Variants have no place of their own.
fn places_of(shape: &TypeShape, at: usize) -> &[Pointer] {
    match shape {
        TypeShape::Struct(structure) => structure.fields.iter().nth(at).map_or(&[], |field| &field.places),
        _ => &[],
    }
}

impl WantedName {
    fn error(&self, schema: SourceSchema<'_>, reason: String) -> GenerateError {
        self.error_at(Some(schema), reason)
    }

    fn error_at(&self, schema: Option<SourceSchema<'_>>, reason: String) -> GenerateError {
        match (&self.origin, schema) {
            (NameOrigin::Schema(place), Some(schema)) => {
                let node = place.closest(schema.document);
                let span = node.member(RUST_NAME).map_or(node.span, |name| name.span);
                GenerateError::Schema {
                    file: schema.source.clone(),
                    span,
                    pointer: format!("#{}", place.join(RUST_NAME)),
                    reason: format!("`{RUST_NAME}` is `{}`: {reason}", self.name),
                }
            }
            _ => GenerateError::Setting {
                option: "rename",
                value: self.name.clone(),
                reason,
            },
        }
    }
}

/// Gives a type another name.
///
/// # Errors
///
/// The name is none for a type, or another type of the version has it.
pub(crate) fn rename_type(types: &mut Table<TypeId, TypeDef>, id: TypeId, name: &str) -> Result<(), String> {
    check_type_name(name)?;
    if types[id].name == name {
        return Ok(());
    }
    let mut taken = BTreeSet::new();
    for (_, definition) in types.entries().filter(|(other, _)| *other != id) {
        taken.insert(definition.name.clone());
        taken.extend(definition.companion.clone());
    }
    if !taken.insert(name.to_owned()) {
        return Err(format!("another type of this version is called `{name}`"));
    }
    let definition = &mut types[id];
    name.clone_into(&mut definition.name);
    if definition.companion.is_some() {
        definition.companion = Some(name_companion(name, &mut taken));
    }
    Ok(())
}

fn rename_member(shape: &mut TypeShape, at: usize, name: &str) -> Result<(), String> {
    let is_field = matches!(shape, TypeShape::Struct(_));
    let is_open = matches!(shape, TypeShape::Enum { extensible: true, .. });
    if is_field {
        check_field_name(name)?;
    } else {
        check_type_name(name)?;
    }
    let mut names = member_names_mut(shape);
    let is_other = |(other, known): (usize, &&mut String)| other != at && **known == name;
    if names.iter().enumerate().any(is_other) || (is_open && name == "Unknown") {
        return Err(format!("another member of the type is called `{name}`"));
    }
    if let Some(member) = names.get_mut(at) {
        name.clone_into(member);
    }
    Ok(())
}

/// The names of members in Rust, in the order of [`members_of`].
fn member_names_mut(shape: &mut TypeShape) -> Vec<&mut String> {
    match shape {
        TypeShape::Struct(structure) => structure.fields.iter_mut().map(|field| &mut field.name).collect(),
        TypeShape::Enum { variants, .. } => variants.iter_mut().map(|variant| &mut variant.name).collect(),
        TypeShape::Choice { variants, .. } | TypeShape::Keyed { variants } => {
            variants.iter_mut().map(|variant| &mut variant.name).collect()
        }
        TypeShape::Constant(_) | TypeShape::Newtype(_) => Vec::new(),
    }
}

/// Returns an error for each name in a document that is none, with its place.
pub(super) fn review_names(schema: SourceSchema<'_>, settings: &GenerateSettings) -> Vec<GenerateError> {
    let text = schema.source.text();
    if !["x-rust-", VARIANT_NAMES].iter().any(|keyword| text.contains(keyword)) {
        return Vec::new();
    }
    let mut errors = Vec::new();
    let mut open = vec![(Pointer::root(), schema.document)];
    while let Some((place, node)) = open.pop() {
        if let Some(name) = node.member(RUST_NAME).filter(|name| name.as_str().is_none()) {
            let reason = format!("`{RUST_NAME}` must be a string");
            errors.push(schema_error(schema, &place.join(RUST_NAME), name, reason));
        }
        errors.extend(review_rust_type(schema, (&place, node), settings));
        if let Some(names) = node.member(VARIANT_NAMES)
            && let Err(reason) = check_variant_names(node)
        {
            let reason = format!("`{VARIANT_NAMES}` {reason}");
            errors.push(schema_error(schema, &place.join(VARIANT_NAMES), names, reason));
        }
        for below in schemactl_model::subschemas(node, schema.dialect) {
            open.push((below.place_in(&place), below.value));
        }
    }
    errors
}

fn schema_error(schema: SourceSchema<'_>, place: &Pointer, value: &Value, reason: String) -> GenerateError {
    GenerateError::Schema {
        file: schema.source.clone(),
        span: value.span,
        pointer: format!("#{place}"),
        reason,
    }
}

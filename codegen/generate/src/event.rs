//! One event of a workspace in the middle form. In: the event, and which of its versions. Out: its types in each version, and the
//! conversions between them, derived once.

use std::collections::BTreeSet;

use schemactl_model::Version;
use schemactl_workspace::{SchemaVersion, WorkspaceEvent};

use crate::code::GenerationNotes;
use crate::constraints::write_constraints;
use crate::conversion::derive_conversions;
use crate::customize::{Customizer, rename_type};
use crate::error::GenerateError;
use crate::ir::{self, Constant, Table, Type, TypeDef, TypeId, TypeShape, VersionTypes};
use crate::lints::find_lints;
use crate::lower::{SourceSchema, lower_schema, no_root, root_of};
use crate::names::{name_module, to_pascal};
use crate::review::review_document;
use crate::selector::EventScope;
use crate::settings::Settings;
use crate::untyped_places::find_untyped;

/// Lowers versions of an event. What generated code will do badly is noted.
pub(crate) fn lower_event(
    event: &WorkspaceEvent,
    versions: &BTreeSet<Version>,
    settings: &Settings,
    customizer: &mut Customizer,
    notes: &mut GenerationNotes,
) -> Result<ir::EventModule, Vec<GenerateError>> {
    let chosen = event
        .versions
        .values()
        .filter(|version| versions.contains(&version.version));
    let (lowered, errors): (Vec<_>, Vec<_>) = chosen
        .map(|version| {
            let lowered = lower_version(event, version, settings, customizer, notes);
            lowered.map(|lowered| with_end(lowered, event))
        })
        .partition(Result::is_ok);
    let errors: Vec<_> = errors.into_iter().filter_map(Result::err).flatten().collect();
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut lowered = ir::EventModule {
        name: event.name.clone(),
        module: name_module(event.name.name()),
        namespace: None,
        external: customizer.find_extern(&EventScope::from(&event.name)),
        type_name: to_pascal(event.name.name()),
        docs: event.settings.description.clone(),
        source: event.settings.source.clone(),
        detail_type: event.settings.detail_type.clone(),
        version_field: event.settings.version_field.clone(),
        versions: lowered.into_iter().filter_map(Result::ok).collect(),
        conversions: Vec::new(),
    };
    name_event(&mut lowered, customizer)?;
    lowered.conversions = derive_conversions(&lowered);
    Ok(lowered)
}

/// Gives an event and its types the name that settings want, or that its root types have in all versions.
fn name_event(event: &mut ir::EventModule, customizer: &mut Customizer) -> Result<(), Vec<GenerateError>> {
    let failed = |reason| {
        vec![GenerateError::Setting {
            option: "rename",
            value: event.name.to_string(),
            reason,
        }]
    };
    let mut names = event.versions.iter().map(|version| &version.root().name);
    let first = names.next().cloned().unwrap_or_default();
    if let Some(other) = names.find(|name| **name != first) {
        return Err(failed(format!(
            "the versions of the event call its type `{first}` and `{other}`; expected one name"
        )));
    }
    let wanted = customizer
        .rename_event(&EventScope::from(&event.name))
        .map_err(|error| vec![error])?;
    let Some(wanted) = wanted else {
        event.type_name = first;
        return Ok(());
    };
    for version in event.versions.iter_mut() {
        rename_type(&mut version.types, version.root, &wanted).map_err(|reason| {
            vec![GenerateError::Setting {
                option: "rename",
                value: wanted.clone(),
                reason,
            }]
        })?;
    }
    event.module = name_module(&wanted);
    event.type_name = wanted;
    Ok(())
}

/// A version with what event.toml says of its end.
fn with_end(mut lowered: VersionTypes, event: &WorkspaceEvent) -> VersionTypes {
    if let Some(table) = event.deprecation(&lowered.version) {
        let note = format!("version {} is {}", lowered.version, table.to_note());
        let root = lowered.root;
        lowered.types[root].deprecated = Some(note.clone());
        lowered.deprecated = Some(note);
    }
    lowered
}

/// One version. EventBridge takes objects only.
fn lower_version(
    event: &WorkspaceEvent,
    SchemaVersion { document, version, .. }: &SchemaVersion,
    settings: &Settings,
    customizer: &mut Customizer,
    notes: &mut GenerationNotes,
) -> Result<VersionTypes, Vec<GenerateError>> {
    let warnings = review_document(document)?;
    let version_field = &event.settings.version_field;
    let version_path = version_field.place().tokens();
    let schema = SourceSchema::from(document);
    let node = root_of(schema, None).ok_or_else(|| vec![no_root(schema)])?;
    let type_name = to_pascal(event.name.name());
    let scope = EventScope::from(&event.name);
    let replaced = customizer.replaced_definitions(&scope, schema);
    let mut lowered = lower_schema(schema, &node, &type_name, Some(version_path), settings, replaced);
    customizer.apply(&scope, schema, (&mut lowered.types, lowered.root))?;
    if let Some(what) = no_object(&lowered.types[lowered.root].shape) {
        return Err(vec![GenerateError::NotAnObject {
            file: document.source().clone(),
            span: node.value.span,
            what: what.to_owned(),
        }]);
    }
    let text = lowered.version_texts.spelling(version).map_err(|other| {
        vec![GenerateError::Schema {
            file: document.source().clone(),
            span: node.value.span,
            pointer: format!("#{}", node.pointer),
            reason: format!("`{version_field}` is never \"{version}\", the version of this file, but \"{other}\""),
        }]
    })?;
    notes.add(
        find_lints(schema, &lowered.float_money, &warnings, settings),
        find_untyped(schema.source, &lowered.types),
    );
    Ok(VersionTypes {
        version: version.clone(),
        module: module_of(version),
        root: lowered.root,
        names_version: names_version(&lowered.types, lowered.root, version_path),
        types: lowered.types,
        is_text_listed: lowered.version_texts.listed().is_some(),
        text,
        deprecated: None,
        constraints: settings.validate.then(|| write_constraints(schema, &node, settings)),
    })
}

/// Whether every event says its version.
pub(crate) fn names_version(types: &Table<TypeId, TypeDef>, root: TypeId, version_path: &[String]) -> bool {
    match &types[root].shape {
        TypeShape::Struct(structure) => {
            let Some((name, rest)) = version_path.split_first() else {
                return false;
            };
            let mut fields = structure.fields.iter();
            let field = fields.find(|field| field.key == *name && field.required);
            field.is_some_and(|field| match &field.value {
                _ if rest.is_empty() => true,
                Type::Named(inner) | Type::Boxed(inner) => !field.nullable && names_version(types, *inner, rest),
                _ => false,
            })
        }
        // A kind that is not known may be any object.
        TypeShape::Choice { tag: Some(tag), .. } if tag.is_open => false,
        TypeShape::Choice { variants, .. } | TypeShape::Keyed { variants } => {
            variants.iter().all(|variant| match &variant.value {
                Type::Named(inner) | Type::Boxed(inner) => names_version(types, *inner, version_path),
                _ => false,
            })
        }
        _ => false,
    }
}

/// What a root is that no object can be.
fn no_object(shape: &TypeShape) -> Option<&'static str> {
    let value = match shape {
        TypeShape::Enum { .. } | TypeShape::Constant(Constant::Text(_)) => return Some("a string"),
        TypeShape::Newtype(value) => value,
        _ => return None,
    };
    Some(match value {
        Type::String | Type::Timestamp | Type::DecimalText => "a string",
        Type::List(_) | Type::Tuple(_) => "an array",
        Type::Null => "null",
        Type::Bool => "a boolean",
        Type::Int(_) | Type::Integer | Type::F64 | Type::Decimal => "a number",
        _ => return None,
    })
}

/// `1.0` is `v1_0`; a patch that is not 0 is named.
pub(crate) fn module_of(version: &Version) -> String {
    let (major, minor, patch) = (version.major(), version.minor(), version.patch());
    if patch == 0 {
        format!("v{major}_{minor}")
    } else {
        format!("v{major}_{minor}_{patch}")
    }
}

//! One schema file without a workspace around it. In: the text of a schema and a name. Out: Rust with the type of that name,
//! or the reason why not. References out of the file are followed where the other files are given; otherwise, what they describe can be any value.

use std::collections::BTreeSet;

use schemactl_model::{Document, Files, ResolveError, Resolver, SchemaFault, Source, SubschemaRef, Value, parse};

use crate::code::{GeneratedCode, GenerationNotes};
use crate::constraints::write_constraints;
use crate::customize::Customizer;
use crate::emit::emit_types;
use crate::error::GenerateError;
use crate::lints::find_lints;
use crate::lower::{SourceSchema, lower_schema, no_root, root_of};
use crate::review::{find_dialect, has_known_keywords, review_alone, review_document};
use crate::selector::EventScope;
use crate::settings::Settings;
use crate::untyped_places::find_untyped;

/// Returns the source of the type `name` for the schema in `source`, which may be an OpenAPI document.
///
/// # Errors
///
/// Every reason why no code is generated, with its place in the file.
///
/// # Examples
///
/// ```
/// use schemactl_generate::{Settings, generate_schema};
/// use schemactl_model::Source;
///
/// let schema = Source::new("point.json", r#"{"type": "object", "properties": {"x": {"type": "number"}}}"#);
/// let code = generate_schema(&schema, "Point", &Settings::default()).map_err(|errors| errors[0].to_string())?;
/// assert!(code.source.contains("pub struct Point"));
/// # Ok::<(), String>(())
/// ```
pub fn generate_schema(source: &Source, name: &str, settings: &Settings) -> Result<GeneratedCode, Vec<GenerateError>> {
    let document = parse_value(source)?;
    let schema = SourceSchema {
        source,
        dialect: find_dialect(&document),
        document: &document,
    };
    let warnings = review_alone(schema)?;
    generate_reviewed(schema, &warnings, name, settings)
}

/// Returns what [`generate_schema`] does, with types for what the schema refers to in other files: a reference to a file that `files` does
/// not have is an error. OpenAPI documents, and those of dialects that are not known, may not refer to other files.
///
/// # Errors
///
/// Every reason why no code is generated, with its place in the file.
///
/// # Examples
///
/// ```
/// use schemactl_generate::{Settings, generate_schema_with_files};
/// use schemactl_model::{Files, Include, Source};
///
/// struct Money;
///
/// impl Files for Money {
///     fn find(&mut self, _: &str, location: Include<'_>) -> Result<Option<Source>, String> {
///         let money = || Source::new("money.json", r#"{"type": "object", "properties": {"currency": {"type": "string"}}}"#);
///         Ok((location == Include::Path("money.json")).then(money))
///     }
/// }
///
/// let order = Source::new("order.json", r#"{"type": "object", "properties": {"total": {"$ref": "money.json"}}}"#);
/// let code = generate_schema_with_files(&order, "Order", &Settings::default(), &mut Money);
/// let code = code.map_err(|errors| errors[0].to_string())?;
/// assert!(code.source.contains("pub currency: Option<String>"));
/// # Ok::<(), String>(())
/// ```
pub fn generate_schema_with_files(
    source: &Source,
    name: &str,
    settings: &Settings,
    files: &mut dyn Files,
) -> Result<GeneratedCode, Vec<GenerateError>> {
    let value = parse_value(source)?;
    if !has_known_keywords(&value) {
        let schema = SourceSchema {
            source,
            dialect: find_dialect(&value),
            document: &value,
        };
        let unfollowed = root_of(schema, Some(name)).map_or_else(Vec::new, |root| find_unfollowed(schema, &root));
        return if unfollowed.is_empty() {
            generate_schema(source, name, settings)
        } else {
            Err(unfollowed)
        };
    }
    let document = Document::read_with_faults(source.clone(), find_dialect(&value), Some(files));
    let document = document.map_err(|errors| {
        let errors = errors.into_iter();
        errors
            .map(|error| GenerateError::Load(error.into()))
            .collect::<Vec<_>>()
    })?;
    let warnings = review_document(&document)?;
    generate_reviewed(SourceSchema::from(&document), &warnings, name, settings)
}

/// Returns the references to other files that the schema `root` of a document has, directly or by what it refers to in there.
fn find_unfollowed(schema: SourceSchema<'_>, root: &SubschemaRef<'_>) -> Vec<GenerateError> {
    let resolver = Resolver::new(schema.document, schema.dialect);
    let (mut open, mut seen, mut found) = (vec![root.clone()], BTreeSet::new(), Vec::new());
    while let Some(node) = open.pop() {
        if !seen.insert(node.pointer.clone()) {
            continue;
        }
        for reference in resolver.references_below(&node) {
            match resolver.resolve(&reference.base, &reference.text) {
                Ok(target) => open.push(target.clone()),
                Err(ResolveError::Remote { .. }) if !reference.text.contains("//json-schema.org/") => {
                    found.push(GenerateError::Schema {
                        file: schema.source.clone(),
                        span: reference.span,
                        pointer: format!("#{}", reference.holder.join(reference.keyword)),
                        reason: format!(
                            "`{}` is `{}`, which refers to another file: OpenAPI documents, and those of unknown dialects, have to hold all of their \
                             definitions; copy it into this document",
                            reference.keyword, reference.text
                        ),
                    });
                }
                // What is missing here is found when the types are made.
                Err(_) => {}
            }
        }
    }
    found
}

fn parse_value(source: &Source) -> Result<Value, Vec<GenerateError>> {
    parse(source).map_err(|errors| errors.into_iter().map(GenerateError::Parse).collect())
}

fn generate_reviewed(
    schema: SourceSchema<'_>,
    warnings: &[SchemaFault],
    name: &str,
    settings: &Settings,
) -> Result<GeneratedCode, Vec<GenerateError>> {
    let root = root_of(schema, Some(name)).ok_or_else(|| vec![no_root(schema)])?;
    let mut customizer = Customizer::new(settings)?;
    let scope = EventScope {
        namespace: String::new(),
        name: name.to_owned(),
    };
    let replaced = customizer.replaced_definitions(&scope, schema);
    let mut lowered = lower_schema(schema, &root, name, None, settings, replaced);
    customizer.apply(&scope, schema, (&mut lowered.types, lowered.root))?;
    let unused = customizer.find_unused(&[]);
    if !unused.is_empty() {
        return Err(unused);
    }
    let constraints = settings.validate.then(|| write_constraints(schema, &root, settings));
    let tokens = emit_types(&lowered.types, lowered.root, constraints.as_ref(), settings);
    let header = format!(
        "// Generated by schemactl {}. Do not edit: change the schema instead.",
        env!("CARGO_PKG_VERSION")
    );
    let mut notes = GenerationNotes::default();
    notes.add(
        find_lints(schema, &lowered.float_money, warnings, settings),
        find_untyped(schema.source, &lowered.types),
    );
    Ok(notes.attach(crate::print::print_file(&header, tokens)))
}

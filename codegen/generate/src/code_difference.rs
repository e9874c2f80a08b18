//! What a change of a schema changes about generated code. In: two versions of an event, and the newest versions of its other majors. Out: the first
//! difference of the code; documentation, deprecations, the numbers of versions and the order of properties aside. The code itself is compared, so
//! that nothing which is generated can be forgotten here. `validate()` is left out: it is made of what the schemas assert, which is proved equal.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use schemactl_model::{Document, EventName, JsonObject, Kind, Member, Pointer, Value, Version, VersionField};

use crate::conversion::derive_conversions;
use crate::customize::Customizer;
use crate::emit::{emit_event, show_type};
use crate::error::GenerateError;
use crate::event::{module_of, names_version};
use crate::ir::{EventModule, Field, TypeDef, TypeShape, VersionTypes};
use crate::lower::{SourceSchema, lower_schema, no_root, root_of};
use crate::names::{name_module, to_pascal};
use crate::review::review_document;
use crate::selector::EventScope;
use crate::settings::{Integers, Money, Numbers, Settings, UnknownFields};

/// The event whose code is compared.
#[derive(Clone, Debug)]
pub struct ComparedEvent<'e> {
    name: &'e EventName,
    version_field: &'e VersionField,
    older: Vec<&'e Document>,
    newer: Vec<&'e Document>,
}

impl<'e> ComparedEvent<'e> {
    /// Creates an event of which no other major is known.
    pub fn new(name: &'e EventName, version_field: &'e VersionField) -> Self {
        Self {
            name,
            version_field,
            older: Vec::new(),
            newer: Vec::new(),
        }
    }

    /// Adds the newest versions of the older and the newer majors, oldest first: code converts between them and the version that changes.
    #[must_use]
    pub fn with_majors(mut self, older: Vec<&'e Document>, newer: Vec<&'e Document>) -> Self {
        (self.older, self.newer) = (older, newer);
        self
    }
}

/// A difference of generated code.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CodeDifference {
    /// What differs: `` `Order.total` is `f64`, and was `Integer` ``.
    pub what: String,
    /// Where the older schema describes it.
    pub old: Pointer,
    /// Where the newer schema describes it.
    pub new: Pointer,
}

impl CodeDifference {
    fn at_root(what: String) -> Self {
        Self {
            what,
            old: Pointer::root(),
            new: Pointer::root(),
        }
    }
}

/// Returns the first difference between the code that is generated for two versions of an event, by the default settings and by those that read
/// most exactly. Where no code can be generated for the older version there is none.
///
/// # Examples
///
/// ```
/// use schemactl_generate::{ComparedEvent, find_code_difference};
/// use schemactl_model::{Dialect, Document, EventName, Source, VersionField};
///
/// let read = |schema: &str| Document::read_with_faults(Source::new("order.json", schema), Dialect::Draft202012, None).unwrap();
/// let old = read(r#"{"type": "object", "properties": {"total": {"type": "integer"}}}"#);
/// let new = read(r#"{"type": "object", "properties": {"total": {"type": "number", "multipleOf": 1}}}"#);
/// let (name, field) = (EventName::new("com.shop", "Order").unwrap(), VersionField::default());
/// let found = find_code_difference((&old, &new), &ComparedEvent::new(&name, &field)).unwrap();
/// assert_eq!(found.what, "`Order.total` is `Option<f64>`, and was `Option<Integer>`");
/// ```
pub fn find_code_difference((old, new): (&Document, &Document), event: &ComparedEvent<'_>) -> Option<CodeDifference> {
    let version_path = event.version_field.place().tokens();
    if is_same_but_for_texts(old.root(), new.root(), Some(version_path)) {
        return None;
    }
    compared_settings()
        .iter()
        .find_map(|settings| find_difference((old, new), event, settings))
}

/// Returns whether two schemas differ in nothing but documentation and the version that their events name: most patches are such, and need no code to be
/// compared. `version_path` leads to the version from here, through properties.
fn is_same_but_for_texts(old: &Value, new: &Value, version_path: Option<&[String]>) -> bool {
    match (&old.kind, &new.kind) {
        (Kind::Object(old), Kind::Object(new)) => {
            let members = |object: &'_ JsonObject| object.iter().filter(is_code).count();
            let mut pairs = old.iter().filter(is_code).zip(new.iter().filter(is_code));
            members(old) == members(new)
                && pairs.all(|(old, new)| old.key == new.key && is_same_member(old, new, version_path))
        }
        (Kind::Array(old), Kind::Array(new)) => {
            let mut pairs = old.iter().zip(new);
            old.len() == new.len() && pairs.all(|(old, new)| is_same_but_for_texts(old, new, None))
        }
        _ => old.to_json() == new.to_json(),
    }
}

/// The same of members of one key.
fn is_same_member(old: &Member, new: &Member, version_path: Option<&[String]>) -> bool {
    let key = old.key.as_str();
    let inside = match version_path {
        Some([_, ..]) if key == "properties" => version_path,
        Some([next, rest @ ..]) if key == next => Some(rest),
        Some([]) if key == "const" && is_text(&old.value) && is_text(&new.value) => return true,
        _ => None,
    };
    if matches!(key, "const" | "enum" | "default") || key.starts_with("x-") {
        return old.value.to_json() == new.value.to_json();
    }
    is_same_but_for_texts(&old.value, &new.value, inside)
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some()
}

/// Whether a member is more than documentation. A property of such a name has a schema, which is no text.
fn is_code(member: &&Member) -> bool {
    !matches!(member.key.as_str(), "title" | "description" | "$comment") || !is_text(&member.value)
}

/// The settings that code is compared by: types that are one by the first may be two by the second, which keeps the most of what schemas tell apart.
fn compared_settings() -> [Settings; 2] {
    let exact = Settings::default()
        .unknown_fields(UnknownFields::Refuse)
        .integers(Integers::Fixed);
    [
        Settings::default(),
        exact.numbers(Numbers::Decimal).money(Money::Decimal),
    ]
}

fn find_difference(
    (old, new): (&Document, &Document),
    event: &ComparedEvent<'_>,
    settings: &Settings,
) -> Option<CodeDifference> {
    let old = lower_module(event, old, settings).ok()?;
    let new = match lower_module(event, new, settings) {
        Ok(new) => new,
        Err(errors) => {
            let reason = errors.first().map(ToString::to_string).unwrap_or_default();
            return Some(CodeDifference::at_root(format!("no code can be generated: {reason}")));
        }
    };
    let write = |module: &EventModule| write_items(emit_event(module, settings), true);
    (write(&old) != write(&new)).then(|| {
        let version = |module: &EventModule| module.versions.iter().nth(event.older.len()).cloned();
        let versions = version(&old).zip(version(&new));
        let of_types = versions.and_then(|(old, new)| find_type_difference(&old, &new));
        of_types.unwrap_or_else(|| CodeDifference::at_root("conversions from or to other majors are others".to_owned()))
    })
}

/// Lowers a version among those of other majors. Each is given a number by its place, since its own is no part of the comparison.
fn lower_module(
    event: &ComparedEvent<'_>,
    document: &Document,
    settings: &Settings,
) -> Result<EventModule, Vec<GenerateError>> {
    let documents = event
        .older
        .iter()
        .copied()
        .chain([document])
        .chain(event.newer.iter().copied());
    let versions = (1..).zip(documents);
    let versions =
        versions.map(|(major, document)| lower_document(event, document, (Version::new(major, 0), settings)));
    let mut module = EventModule {
        name: event.name.clone(),
        module: name_module(event.name.name()),
        namespace: None,
        external: None,
        type_name: to_pascal(event.name.name()),
        docs: None,
        source: String::new(),
        detail_type: String::new(),
        version_field: event.version_field.clone(),
        versions: versions.collect::<Result<_, _>>()?,
        conversions: Vec::new(),
    };
    module.conversions = derive_conversions(&module);
    Ok(module)
}

fn lower_document(
    event: &ComparedEvent<'_>,
    document: &Document,
    (version, settings): (Version, &Settings),
) -> Result<VersionTypes, Vec<GenerateError>> {
    review_document(document)?;
    let version_path = event.version_field.place().tokens();
    let schema = SourceSchema::from(document);
    let node = root_of(schema, None).ok_or_else(|| vec![no_root(schema)])?;
    let scope = EventScope::from(event.name);
    let mut customizer = Customizer::new(settings)?;
    let replaced = customizer.replaced_definitions(&scope, schema);
    let name = to_pascal(event.name.name());
    let mut lowered = lower_schema(schema, &node, &name, Some(version_path), settings, replaced);
    customizer.apply(&scope, schema, (&mut lowered.types, lowered.root))?;
    lowered.types.iter_mut().for_each(sort_members);
    Ok(VersionTypes {
        module: module_of(&version),
        root: lowered.root,
        names_version: names_version(&lowered.types, lowered.root, version_path),
        types: lowered.types,
        is_text_listed: lowered.version_texts.listed().is_some(),
        text: version.to_string(),
        version,
        deprecated: None,
        constraints: None,
    })
}

/// Properties and alternatives are found by their names, so that their order is none of the code that uses them.
fn sort_members(definition: &mut TypeDef) {
    match &mut definition.shape {
        TypeShape::Struct(structure) => {
            let mut fields: Vec<_> = structure.fields.iter().cloned().collect();
            fields.sort_by(|one, other| one.key.cmp(&other.key));
            structure.fields = fields.into_iter().collect();
        }
        TypeShape::Choice { variants, .. } => variants.sort_by(|one, other| one.name.cmp(&other.name)),
        // The first property that is there decides, and values of an enum are compared by their order.
        TypeShape::Keyed { .. } | TypeShape::Enum { .. } | TypeShape::Constant(_) | TypeShape::Newtype(_) => {}
    }
}

/// Returns the first type, or property of one, that two versions have otherwise.
fn find_type_difference(old: &VersionTypes, new: &VersionTypes) -> Option<CodeDifference> {
    let find = |version: &VersionTypes, name: &str| version.types.iter().find(|one| one.name == name).cloned();
    for earlier in &old.types {
        let Some(later) = find(new, &earlier.name) else {
            return Some(CodeDifference {
                old: earlier.place.clone(),
                ..CodeDifference::at_root(format!("there is no type `{}`", earlier.name))
            });
        };
        let of_type = || {
            let is_same = write_shape(earlier, old) == write_shape(&later, new);
            (!is_same).then(|| CodeDifference {
                what: format!("type `{}` has another form", earlier.name),
                old: earlier.place.clone(),
                new: later.place.clone(),
            })
        };
        if let Some(found) = find_field_difference((earlier, old), (&later, new)).or_else(of_type) {
            return Some(found);
        }
    }
    let added = new
        .types
        .iter()
        .find(|definition| find(old, &definition.name).is_none())?;
    Some(CodeDifference {
        new: added.place.clone(),
        ..CodeDifference::at_root(format!("there is a type `{}`", added.name))
    })
}

/// Returns the first property that two structs have otherwise.
fn find_field_difference(
    (earlier, old): (&TypeDef, &VersionTypes),
    (later, new): (&TypeDef, &VersionTypes),
) -> Option<CodeDifference> {
    let (TypeShape::Struct(of_old), TypeShape::Struct(of_new)) = (&earlier.shape, &later.shape) else {
        return None;
    };
    of_old.fields.iter().find_map(|field| {
        let path = format!("`{}.{}`", earlier.name, field.key);
        let was = write_field(field, old);
        let other = of_new.fields.iter().find(|other| other.key == field.key);
        let what = match other.map(|other| (&other.name, write_field(other, new))) {
            None => format!("there is no {path}"),
            Some((_, is)) if is != was => format!("{path} is `{is}`, and was `{was}`"),
            Some((name, _)) if *name != field.name => format!("{path} is called `{name}`, and was `{}`", field.name),
            Some(_) => return None,
        };
        let place = |field: &Field| field.places.first().cloned();
        Some(CodeDifference {
            what,
            old: place(field).unwrap_or_else(|| earlier.place.clone()),
            new: other.and_then(place).unwrap_or_else(|| later.place.clone()),
        })
    })
}

/// Returns a property as its struct has it.
fn write_field(field: &Field, version: &VersionTypes) -> String {
    let shown = show_type(&field.value, &version.types, &version.root().name);
    match (field.required, field.nullable) {
        (true, false) => shown,
        (false, true) => format!("Option<Option<{shown}>>"),
        (true, true) | (false, false) => format!("Option<{shown}>"),
    }
}

/// Returns the members of a type and their types.
fn write_shape(definition: &TypeDef, version: &VersionTypes) -> String {
    let types = definition.shape.types();
    let types = types
        .into_iter()
        .map(|value| show_type(value, &version.types, &version.root().name));
    let types: Vec<_> = types.collect();
    let members = match &definition.shape {
        TypeShape::Struct(structure) => {
            let fields = structure
                .fields
                .iter()
                .map(|field| (&field.name, &field.key, field.required, &field.renamed_from));
            format!("{:?} {}", fields.collect::<Vec<_>>(), structure.closed)
        }
        TypeShape::Enum { variants, extensible } => format!("{variants:?} {extensible}"),
        TypeShape::Constant(constant) => format!("{constant:?}"),
        TypeShape::Choice { tag, variants } => {
            let names = variants.iter().map(|variant| (&variant.name, &variant.when));
            format!("{tag:?} {:?}", names.collect::<Vec<_>>())
        }
        TypeShape::Keyed { variants } => {
            let names = variants.iter().map(|variant| (&variant.name, &variant.when));
            format!("{:?}", names.collect::<Vec<_>>())
        }
        TypeShape::Newtype(_) => "newtype".to_owned(),
    };
    format!("{members} {types:?} {:?}", definition.companion)
}

/// Returns code as text, without documentation and deprecations; items of modules in the order of their texts, since types are generated in the order in which
/// their properties name them.
fn write_items(tokens: TokenStream, is_module: bool) -> String {
    let mut items = vec![String::new()];
    let mut last: [Option<String>; 2] = [None, None];
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        if let (TokenTree::Punct(mark), Some(TokenTree::Group(attribute))) = (&token, tokens.peek())
            && mark.as_char() == '#'
            && is_no_code(attribute)
        {
            tokens.next();
            continue;
        }
        let item = items.last_mut().expect("there is always an item");
        let ends = match &token {
            TokenTree::Group(group) => {
                let is_braced = group.delimiter() == Delimiter::Brace;
                let is_module_of_items = is_braced && last[0].as_deref() == Some("mod");
                item.push_str(match group.delimiter() {
                    Delimiter::Parenthesis => "(",
                    Delimiter::Brace => "{",
                    Delimiter::Bracket => "[",
                    Delimiter::None => "",
                });
                item.push_str(&write_items(group.stream(), is_module_of_items));
                item.push(')');
                is_braced
            }
            other => {
                item.push_str(&other.to_string());
                item.push(' ');
                matches!(other, TokenTree::Punct(mark) if mark.as_char() == ';')
            }
        };
        if is_module && ends {
            items.push(String::new());
        }
        let name = matches!(token, TokenTree::Ident(_)).then(|| token.to_string());
        last = [last[1].take(), name];
    }
    if is_module {
        items.sort();
    }
    items.concat()
}

/// Whether an attribute changes nothing that compiles.
fn is_no_code(attribute: &Group) -> bool {
    let first = attribute.stream().into_iter().next();
    attribute.delimiter() == Delimiter::Bracket
        && matches!(first, Some(TokenTree::Ident(name)) if name == "doc" || name == "deprecated")
}

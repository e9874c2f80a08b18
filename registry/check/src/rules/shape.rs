//! What a schema says of each place of an event, wherever it says it. In: the subschemas that describe a place. Out: the
//! properties that they declare and require there, in place: through `allOf`, `$ref`, branches and conditions. Nothing is judged.

use std::collections::{BTreeMap, HashMap, HashSet};

use schemactl_model::{
    Dialect, Document, JsonObject, Keyword, Kind, Member, Value, any_annotation, any_bound, any_definitions,
    any_identifier,
};

/// The static references of a document: what each `$ref` leads to.
pub(super) struct Links<'v> {
    dialect: Dialect,
    targets: HashMap<usize, &'v Value>,
}

/// The place of a value in its document, as a key.
fn address(value: &Value) -> usize {
    std::ptr::from_ref(value) as usize
}

impl<'v> Links<'v> {
    /// Finds the references of a document.
    pub(super) fn new(document: &'v Document) -> Self {
        let resolver = document.resolver();
        let followed = resolver.references().iter().filter_map(|reference| {
            let holder = reference.holder.resolve(document.root())?;
            let target = resolver.resolve(&reference.base, &reference.text).ok()?;
            Some((address(holder), target.pointer))
        });
        let targets = followed.filter_map(|(holder, target)| Some((holder, target.resolve(document.root())?)));
        Self {
            dialect: document.dialect(),
            targets: targets.collect(),
        }
    }

    /// The dialect of the document.
    pub(super) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Returns what the `$ref` of a schema leads to.
    pub(super) fn target(&self, holder: &Value) -> Option<&'v Value> {
        self.targets.get(&address(holder)).copied()
    }

    /// Returns whether a schema is a reference and nothing else, as every `$ref` is up to draft-07.
    pub(super) fn hides_siblings(&self, schema: &Value) -> bool {
        self.dialect.hides_siblings(schema)
    }

    /// Returns whether a schema was written to accept nothing: `false`, `not: {}`, or a reference to such a schema.
    pub(super) fn is_written_false(&self, schema: &Value) -> bool {
        // A chain of references longer than this is no idiom for `false`.
        self.is_false_within(schema, 8)
    }

    fn is_false_within(&self, schema: &Value, steps: usize) -> bool {
        let accepts_all = |schema: &Value| match &schema.kind {
            Kind::Bool(flag) => *flag,
            Kind::Object(members) => members.iter().all(|entry| entry.keyword().is_some_and(is_remark)),
            _ => false,
        };
        let leads_to_false = || {
            let target = self.target(schema).filter(|_| steps > 0);
            target.is_some_and(|target| self.is_false_within(target, steps - 1))
        };
        match &schema.kind {
            Kind::Bool(flag) => !flag,
            Kind::Object(members) => members.keyword(Keyword::Not).is_some_and(accepts_all) || leads_to_false(),
            _ => false,
        }
    }
}

/// Whether a keyword rejects nothing, of those that people write beside `false`.
fn is_remark(keyword: Keyword) -> bool {
    matches!(
        keyword,
        Keyword::Comment | Keyword::Deprecated | Keyword::Description | Keyword::Examples | Keyword::Title
    )
}

/// A name that a keyword demands.
#[derive(Clone, Copy, Debug)]
pub(super) struct RequiredName<'v> {
    pub(super) keyword: Keyword,
    pub(super) name: &'v str,
    /// Where the name is written: the text, or the key and its value.
    pub(super) written: NameSource<'v>,
    /// Whether it is demanded of every event, not beside another property alone.
    pub(super) always: bool,
}

/// A name in a list, or one that is a key.
#[derive(Clone, Copy, Debug)]
pub(super) enum NameSource<'v> {
    Text(&'v Value),
    Key(&'v Member),
}

impl NameSource<'_> {
    pub(super) fn span(self) -> schemactl_model::Span {
        match self {
            Self::Text(text) => text.span,
            Self::Key(entry) => entry.key_span,
        }
    }
}

/// Everything that describes one place of an event.
#[derive(Debug, Default)]
pub(super) struct PlaceSchemas<'v> {
    /// The declared properties, each with its declarations. One that only `enum`, `const` or `propertyNames` list has none.
    pub(super) names: BTreeMap<&'v str, Vec<&'v Member>>,
    pub(super) patterns: Vec<&'v Member>,
    /// Schemas of further properties.
    pub(super) rest: Vec<&'v Value>,
    pub(super) items: Vec<&'v Value>,
    /// Each `contains`, which is among the items as well.
    pub(super) contains: Vec<&'v Member>,
    pub(super) demands: Vec<RequiredName<'v>>,
    /// A part of the description is not understood here: a dynamic reference, or a schema of another dialect.
    pub(super) is_partial: bool,
    seen: HashSet<usize>,
}

impl<'v> PlaceSchemas<'v> {
    /// Gathers what several schemas say of one place.
    pub(super) fn of(links: &Links<'v>, schemas: &[&'v Value]) -> Self {
        let mut shape = Self::default();
        for schema in schemas {
            shape.add(links, schema, true);
        }
        shape
    }

    fn add(&mut self, links: &Links<'v>, schema: &'v Value, always: bool) {
        let Some(members) = schema.as_object() else { return };
        // INVARIANT: each schema is added once, so references in circles end.
        if !self.seen.insert(address(schema)) {
            return;
        }
        if links.hides_siblings(schema) {
            self.follow(links, schema, always);
            return;
        }
        for entry in members.iter() {
            self.add_keyword(links, schema, entry, always);
        }
    }

    fn follow(&mut self, links: &Links<'v>, schema: &'v Value, always: bool) {
        match links.target(schema) {
            Some(target) => self.add(links, target, always),
            None => self.is_partial = true,
        }
    }

    fn add_keyword(&mut self, links: &Links<'v>, schema: &'v Value, entry: &'v Member, always: bool) {
        let Some(keyword) = entry.keyword() else { return };
        match keyword {
            Keyword::Ref => self.follow(links, schema, always),
            Keyword::DynamicRef | Keyword::RecursiveRef => self.is_partial = true,
            Keyword::AllOf => self.add_each(links, &entry.value, always),
            Keyword::AnyOf | Keyword::OneOf => self.add_each(links, &entry.value, false),
            Keyword::If | Keyword::Then | Keyword::Else => self.add(links, &entry.value, false),
            Keyword::Properties => {
                for property in entry.value.as_object().into_iter().flat_map(JsonObject::iter) {
                    self.names.entry(&property.key).or_default().push(property);
                }
            }
            Keyword::PatternProperties => self
                .patterns
                .extend(entry.value.as_object().into_iter().flat_map(JsonObject::iter)),
            Keyword::AdditionalProperties | Keyword::UnevaluatedProperties => {
                self.rest
                    .extend(Some(&entry.value).filter(|rest| rest.as_object().is_some()));
            }
            Keyword::Contains => {
                self.contains.push(entry);
                self.items.push(&entry.value);
            }
            Keyword::Items | Keyword::PrefixItems | Keyword::AdditionalItems | Keyword::UnevaluatedItems => {
                match &entry.value.kind {
                    Kind::Array(elements) => self.items.extend(elements),
                    _ => self.items.push(&entry.value),
                }
            }
            Keyword::Required => self.demand(keyword, &entry.value, always),
            Keyword::Dependencies | Keyword::DependentRequired | Keyword::DependentSchemas => {
                self.add_dependencies(links, keyword, &entry.value);
            }
            Keyword::Const => self.list_names(&entry.value),
            Keyword::Enum => entry
                .value
                .as_array()
                .into_iter()
                .flatten()
                .for_each(|value| self.list_names(value)),
            Keyword::PropertyNames => self.list_property_names(&entry.value),
            // What an event must not be describes none, and bounds name nothing.
            Keyword::Not | any_bound!() | Keyword::Nullable | Keyword::Type | Keyword::UniqueItems => {}
            any_annotation!() | any_definitions!() | any_identifier!() | Keyword::ContentSchema => {}
        }
    }

    /// The names that `propertyNames` lists.
    fn list_property_names(&mut self, names: &'v Value) {
        let listed = names
            .keyword(Keyword::Enum)
            .and_then(Value::as_array)
            .unwrap_or_default();
        let listed = listed.iter().chain(names.keyword(Keyword::Const));
        for name in listed.filter_map(Value::as_str) {
            self.names.entry(name).or_default();
        }
    }

    fn add_each(&mut self, links: &Links<'v>, schemas: &'v Value, always: bool) {
        for schema in schemas.as_array().into_iter().flatten() {
            self.add(links, schema, always);
        }
    }

    /// Adds what is demanded beside a property: names, or a schema. The property is demanded too where names are.
    fn add_dependencies(&mut self, links: &Links<'v>, keyword: Keyword, value: &'v Value) {
        for entry in value.as_object().into_iter().flat_map(JsonObject::iter) {
            if entry.value.as_array().is_none() {
                self.add(links, &entry.value, false);
                continue;
            }
            self.demands.push(RequiredName {
                keyword,
                name: &entry.key,
                written: NameSource::Key(entry),
                always: false,
            });
            self.demand(keyword, &entry.value, false);
        }
    }

    fn demand(&mut self, keyword: Keyword, names: &'v Value, always: bool) {
        for value in names.as_array().into_iter().flatten() {
            self.demands.extend(value.as_str().map(|name| RequiredName {
                keyword,
                name,
                written: NameSource::Text(value),
                always,
            }));
        }
    }

    /// The names of an object that is one of the values.
    fn list_names(&mut self, value: &'v Value) {
        for entry in value.as_object().into_iter().flat_map(JsonObject::iter) {
            self.names.entry(&entry.key).or_default();
        }
    }
}

/// The subschemas of several declarations.
pub(super) fn declared_schemas<'v>(declarations: &[&'v Member]) -> Vec<&'v Value> {
    declarations.iter().map(|entry| &entry.value).collect()
}

/// The path of a property of an event.
pub(super) fn join_path(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

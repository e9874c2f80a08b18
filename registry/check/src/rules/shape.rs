//! What a schema says of each place of an event, wherever it says it. In: the subschemas that describe a place. Out: the
//! properties that they declare and require there, in place: through `allOf`, `$ref`, branches and conditions. Nothing is judged.

use std::collections::{BTreeMap, HashMap, HashSet};

use schemactl_model::{Dialect, Document, JsonObject, Kind, Member, Value};

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
        self.dialect.ref_hides_siblings() && schema.member("$ref").is_some()
    }

    /// Returns whether a schema was written to accept nothing: `false`, `not: {}`, or a reference to such a schema.
    pub(super) fn is_written_false(&self, schema: &Value) -> bool {
        // A chain of references longer than this is no idiom for `false`.
        self.is_false_within(schema, 8)
    }

    fn is_false_within(&self, schema: &Value, steps: usize) -> bool {
        let accepts_all = |schema: &Value| match &schema.kind {
            Kind::Bool(flag) => *flag,
            Kind::Object(members) => members.iter().all(|entry| ANNOTATIONS.contains(&entry.key.as_str())),
            _ => false,
        };
        let leads_to_false = || {
            let target = self.target(schema).filter(|_| steps > 0);
            target.is_some_and(|target| self.is_false_within(target, steps - 1))
        };
        match &schema.kind {
            Kind::Bool(flag) => !flag,
            Kind::Object(members) => members.value("not").is_some_and(accepts_all) || leads_to_false(),
            _ => false,
        }
    }
}

/// Keywords that reject nothing.
const ANNOTATIONS: [&str; 5] = ["$comment", "title", "description", "deprecated", "examples"];

/// A name that a keyword demands.
#[derive(Clone, Copy, Debug)]
pub(super) struct RequiredName<'v> {
    pub(super) keyword: &'static str,
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
        match entry.key.as_str() {
            "$ref" => self.follow(links, schema, always),
            "$dynamicRef" | "$recursiveRef" => self.is_partial = true,
            "allOf" => self.add_each(links, &entry.value, always),
            "anyOf" | "oneOf" => self.add_each(links, &entry.value, false),
            "if" | "then" | "else" => self.add(links, &entry.value, false),
            "properties" => {
                for property in entry.value.as_object().into_iter().flat_map(JsonObject::iter) {
                    self.names.entry(&property.key).or_default().push(property);
                }
            }
            "patternProperties" => self
                .patterns
                .extend(entry.value.as_object().into_iter().flat_map(JsonObject::iter)),
            "additionalProperties" | "unevaluatedProperties" if entry.value.as_object().is_some() => {
                self.rest.push(&entry.value);
            }
            "contains" => {
                self.contains.push(entry);
                self.items.push(&entry.value);
            }
            "items" | "prefixItems" | "additionalItems" | "unevaluatedItems" => match &entry.value.kind {
                Kind::Array(elements) => self.items.extend(elements),
                _ => self.items.push(&entry.value),
            },
            "required" => self.demand("required", &entry.value, always),
            "dependentRequired" => self.add_dependencies(links, "dependentRequired", &entry.value),
            "dependentSchemas" => self.add_dependencies(links, "dependentSchemas", &entry.value),
            "dependencies" => self.add_dependencies(links, "dependencies", &entry.value),
            "const" => self.list_names(&entry.value),
            "enum" => entry
                .value
                .as_array()
                .into_iter()
                .flatten()
                .for_each(|value| self.list_names(value)),
            "propertyNames" => {
                let listed = entry.value.member("enum").and_then(Value::as_array).unwrap_or_default();
                let names = listed.iter().chain(entry.value.member("const"));
                for name in names.filter_map(Value::as_str) {
                    self.names.entry(name).or_default();
                }
            }
            _ => {}
        }
    }

    fn add_each(&mut self, links: &Links<'v>, schemas: &'v Value, always: bool) {
        for schema in schemas.as_array().into_iter().flatten() {
            self.add(links, schema, always);
        }
    }

    /// Adds what is demanded beside a property: names, or a schema. The property is demanded too where names are.
    fn add_dependencies(&mut self, links: &Links<'v>, keyword: &'static str, value: &'v Value) {
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

    fn demand(&mut self, keyword: &'static str, names: &'v Value, always: bool) {
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

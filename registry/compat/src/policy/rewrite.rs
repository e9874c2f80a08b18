//! Rewriting a schema for one side of a comparison. In: a schema, and whether it stands for a writer or a reader. Out: the schema of
//! what that side sends or takes, or why there is none.
//!
//! A schema is rewritten only where it says what an event may be. Under `not` and `if` it says what an event must not be, or
//! asks a question, and stays as it is. References are turned into references to copies, one for each way of using the target.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use schemactl_model::{Dialect, Entry, Kind, Object, Pointer, Resolver, Value, join_uri};

use super::Transformed;
use crate::edit::entry;
use crate::{ContainmentEngine, Engine, Schema};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Writer,
    Reader,
    /// A reader that fills in defaults.
    DefaultingReader,
}

/// How a subschema is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Use {
    /// It describes a value by itself.
    Whole,
    /// It describes a value together with others, as a branch of `allOf` does: only the values below it are its own.
    Part,
    /// It is not rewritten: it stands where a wider schema would narrow.
    Plain,
}

/// The schema that stands for one side.
pub(super) fn rewrite(schema: &Schema<'_>, side: Side) -> Transformed {
    rewrite_part(schema, schema.root, "", (side, Use::Whole))
}

fn rewrite_part(schema: &Schema<'_>, part: &Value, base: &str, (side, usage): (Side, Use)) -> Transformed {
    let mut pass = Rewriter {
        resolver: Resolver::new(schema.root, schema.dialect),
        dialect: schema.dialect,
        side,
        copies: BTreeMap::new(),
        pending: VecDeque::new(),
        impossible: None,
    };
    let root = pass.schema(part, base, usage);
    let mut definitions = Vec::new();
    while let Some((name, pointer, base, usage)) = pass.pending.pop_front() {
        let target = pointer.resolve(schema.root).cloned().unwrap_or_else(|| object(vec![]));
        definitions.push(entry(&name, pass.schema(&target, &base, usage)));
    }
    if let Some(reason) = pass.impossible {
        return Transformed::Impossible(reason);
    }
    let Kind::Object(members) = root.kind else {
        return Transformed::Schema(root);
    };
    let mut entries: Vec<_> = members.iter().cloned().collect();
    if !definitions.is_empty() {
        entries.push(entry("definitions", object(definitions)));
    }
    Transformed::Schema(object(entries))
}

/// Some keywords of a document as a document of their own, with copies of what they refer to. `None` if a reference depends on
/// the way that leads to it.
pub(crate) fn standalone(schema: &Schema<'_>, keywords: &[Entry], base: &str) -> Option<Value> {
    let part = object(keywords.to_vec());
    // Nothing is rewritten, whatever the side.
    match rewrite_part(schema, &part, base, (Side::Reader, Use::Plain)) {
        Transformed::Schema(value) => Some(value),
        Transformed::Unchanged => Some(part),
        Transformed::Impossible(_) => None,
    }
}

struct Rewriter<'v> {
    resolver: Resolver<'v>,
    dialect: Dialect,
    side: Side,
    /// The name of each copy of a referenced schema.
    copies: BTreeMap<(Pointer, Use), String>,
    pending: VecDeque<(String, Pointer, String, Use)>,
    impossible: Option<String>,
}

impl Rewriter<'_> {
    fn schema(&mut self, schema: &Value, base: &str, usage: Use) -> Value {
        let Some(members) = schema.as_object() else {
            return schema.clone();
        };
        if self.dialect.ref_hides_siblings() && members.value("$ref").is_some() {
            let copy = self.reference(
                &members.value("$ref").cloned().unwrap_or_else(|| string("#")),
                base,
                usage,
            );
            return object(vec![entry("$ref", copy)]);
        }
        let base = &self.base(schema, base);
        let mut entries = Vec::new();
        for member in members.iter() {
            entries.extend(self.member(member, members, base, usage));
        }
        if usage == Use::Whole && self.side == Side::Writer {
            entries.extend(self.closing(schema, base));
        }
        merged(entries)
    }

    /// The base URI inside a schema.
    fn base(&self, schema: &Value, around: &str) -> String {
        let id = schema.member(self.dialect.id_keyword()).and_then(Value::as_str);
        join_uri(around, id.map_or("", |id| id.split('#').next().unwrap_or(id)))
    }

    fn member(&mut self, member: &Entry, members: &Object, base: &str, usage: Use) -> Vec<Entry> {
        let keep = |value| {
            vec![Entry {
                value,
                ..member.clone()
            }]
        };
        let below = if usage == Use::Plain { Use::Plain } else { Use::Whole };
        let part = if usage == Use::Plain { Use::Plain } else { Use::Part };
        let opens = self.side != Side::Writer && usage != Use::Plain;
        match member.key.as_str() {
            // Copies carry what is referenced; identifiers would move the base of their references.
            "definitions" | "$defs" | "$id" | "id" | "$anchor" => vec![],
            "$dynamicRef" | "$recursiveRef" | "$dynamicAnchor" | "$recursiveAnchor" => {
                self.impossible = Some(format!("`{}` is not understood under this policy", member.key));
                vec![]
            }
            "$ref" => keep(self.reference(&member.value, base, part)),
            "additionalProperties" | "unevaluatedProperties" if opens && member.value.kind == Kind::Bool(false) => {
                vec![]
            }
            "enum"
                if opens
                    && members
                        .value("x-extensible-enum")
                        .is_some_and(|flag| flag.kind == Kind::Bool(true)) =>
            {
                any_of_the_types(member, members)
            }
            "required" if self.side == Side::DefaultingReader && usage != Use::Plain => {
                let names = self.without_defaults(&member.value, members, base);
                // draft-04 has no empty list of names.
                if names.is_empty() { vec![] } else { keep(array(names)) }
            }
            "properties" | "patternProperties" => keep(self.each(&member.value, base, below)),
            "dependentSchemas" | "dependencies" => keep(self.each(&member.value, base, part)),
            "additionalProperties" | "additionalItems" | "items" | "prefixItems" | "unevaluatedItems" => {
                keep(self.one_or_each(&member.value, base, below))
            }
            "allOf" | "anyOf" | "then" | "else" => keep(self.one_or_each(&member.value, base, part)),
            "oneOf" if usage != Use::Plain => self.one_of(member, base),
            "contains" if members.value("maxContains").is_none() && members.value("minContains").is_none() => {
                keep(self.schema(&member.value, base, below))
            }
            "oneOf" | "not" | "if" | "contains" | "propertyNames" | "unevaluatedProperties" => {
                keep(self.one_or_each(&member.value, base, Use::Plain))
            }
            _ => keep(member.value.clone()),
        }
    }

    /// The names that have to be there although defaults are filled in. A default that its own schema refuses fills in nothing.
    fn without_defaults(&self, required: &Value, members: &Object, base: &str) -> Vec<Value> {
        let fills = |name: &str| {
            let schema = members
                .value("properties")
                .and_then(|properties| properties.member(name));
            let default = schema.and_then(|schema| schema.member("default"));
            schema
                .zip(default)
                .is_some_and(|(schema, default)| self.takes(schema, base, default))
        };
        let names = required.as_array().unwrap_or_default().iter();
        names
            .filter(|name| !name.as_str().is_some_and(fills))
            .cloned()
            .collect()
    }

    /// Whether a schema of the document takes a value: proved.
    fn takes(&self, schema: &Value, base: &str, value: &Value) -> bool {
        let whole = Schema::new(self.resolver.root(), self.dialect);
        let Some(entries) = schema
            .as_object()
            .map(|members| members.iter().cloned().collect::<Vec<_>>())
        else {
            return schema.kind == Kind::Bool(true);
        };
        let Some(schema) = standalone(&whole, &entries, base) else {
            return false;
        };
        let only = object(vec![entry("enum", array(vec![value.clone()]))]);
        let [only, schema] = [&only, &schema].map(|root| Schema::new(root, self.dialect));
        ContainmentEngine::default().contains(&only, &schema).is_compatible()
    }

    /// Exactly one branch holds: a branch counts for itself and against the others, so rewriting it in place would narrow and
    /// widen at once. A writer also satisfies a rewritten branch; a reader takes what either form takes.
    fn one_of(&mut self, member: &Entry, base: &str) -> Vec<Entry> {
        let plain = self.one_or_each(&member.value, base, Use::Plain);
        let rewritten = self.one_or_each(&member.value, base, Use::Part);
        if plain == rewritten {
            return vec![entry("oneOf", plain)];
        }
        match self.side {
            Side::Writer => vec![entry("oneOf", plain), and(object(vec![entry("anyOf", rewritten)]))],
            Side::Reader | Side::DefaultingReader => {
                let forms = [plain, rewritten].map(|branches| object(vec![entry("oneOf", branches)]));
                vec![and(object(vec![entry("anyOf", array(forms.to_vec()))]))]
            }
        }
    }

    fn one_or_each(&mut self, value: &Value, base: &str, usage: Use) -> Value {
        match &value.kind {
            Kind::Array(elements) => array(
                elements
                    .iter()
                    .map(|element| self.schema(element, base, usage))
                    .collect(),
            ),
            _ => self.schema(value, base, usage),
        }
    }

    fn each(&mut self, value: &Value, base: &str, usage: Use) -> Value {
        let Some(members) = value.as_object() else {
            return value.clone();
        };
        let rewritten = members.iter().map(|member| Entry {
            value: if member.value.as_array().is_some() {
                member.value.clone()
            } else {
                self.schema(&member.value, base, usage)
            },
            ..member.clone()
        });
        object(rewritten.collect())
    }

    /// A reference to the copy of its target for this use.
    fn reference(&mut self, value: &Value, base: &str, usage: Use) -> Value {
        let text = value.as_str().unwrap_or_default();
        let Ok(target) = self.resolver.resolve(base, text) else {
            self.impossible = Some(format!("`{text}` cannot be resolved"));
            return value.clone();
        };
        let count = self.copies.len();
        let key = (target.pointer.clone(), usage);
        let name = self.copies.entry(key).or_insert_with(|| {
            let name = format!("{count}");
            self.pending
                .push_back((name.clone(), target.pointer.clone(), target.base.clone(), usage));
            name
        });
        string(&format!("#/definitions/{name}"))
    }

    /// What closes an object: nothing but the properties that are declared for it. Objects that declare none are maps and stay
    /// open, and so do objects that say what their other properties are.
    fn closing(&self, schema: &Value, base: &str) -> Option<Entry> {
        let mut declared = Declared::default();
        self.declared(schema, base, &mut declared);
        if declared.open || (declared.names.is_empty() && declared.patterns.is_empty()) {
            return None;
        }
        let listed =
            |names: BTreeSet<String>| object(names.into_iter().map(|name| entry(&name, object(vec![]))).collect());
        Some(and(object(vec![
            entry("properties", listed(declared.names)),
            entry("patternProperties", listed(declared.patterns)),
            entry("additionalProperties", Value::computed(Kind::Bool(false))),
        ])))
    }

    /// Collects what a schema and everything that describes the same value declare.
    fn declared(&self, schema: &Value, base: &str, declared: &mut Declared) {
        let Some(members) = schema.as_object() else { return };
        let base = &self.base(schema, base);
        for keyword in ["additionalProperties", "unevaluatedProperties"] {
            declared.open |= members.value(keyword).is_some_and(|value| value.as_object().is_some());
        }
        for (keyword, names) in [
            ("properties", &mut declared.names),
            ("patternProperties", &mut declared.patterns),
        ] {
            let properties = members
                .value(keyword)
                .and_then(Value::as_object)
                .into_iter()
                .flat_map(Object::iter);
            names.extend(properties.map(|property| property.key.clone()));
        }
        if let Some(target) = members.value("$ref").and_then(Value::as_str)
            && let Ok(target) = self.resolver.resolve(base, target)
            && declared.seen.insert(target.pointer.clone())
        {
            self.declared(target.value, &target.base, declared);
        }
        for keyword in [
            "allOf",
            "anyOf",
            "oneOf",
            "then",
            "else",
            "if",
            "dependentSchemas",
            "dependencies",
        ] {
            let Some(value) = members.value(keyword) else { continue };
            let below: Vec<&Value> = match (&value.kind, keyword) {
                (Kind::Array(elements), _) => elements.iter().collect(),
                (Kind::Object(each), "dependentSchemas" | "dependencies") => {
                    each.iter().map(|member| &member.value).collect()
                }
                _ => vec![value],
            };
            for schema in below {
                self.declared(schema, base, declared);
            }
        }
    }
}

#[derive(Default)]
struct Declared {
    names: BTreeSet<String>,
    patterns: BTreeSet<String>,
    /// Something says what other properties are.
    open: bool,
    seen: BTreeSet<Pointer>,
}

/// An extensible enum takes any value of the types its values have.
fn any_of_the_types(member: &Entry, members: &Object) -> Vec<Entry> {
    if members.value("type").is_some() {
        return vec![];
    }
    let types: BTreeSet<_> = member
        .value
        .as_array()
        .unwrap_or_default()
        .iter()
        .map(Value::kind_name)
        .collect();
    vec![entry("type", array(types.into_iter().map(string).collect()))]
}

/// Entries with one `allOf` for all the schemas that were added.
fn merged(entries: Vec<Entry>) -> Value {
    let (all_of, mut rest): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.key == "allOf");
    let branches: Vec<_> = all_of
        .iter()
        .filter_map(|entry| entry.value.as_array())
        .flatten()
        .cloned()
        .collect();
    if !branches.is_empty() {
        rest.push(entry("allOf", array(branches)));
    }
    object(rest)
}

fn and(schema: Value) -> Entry {
    entry("allOf", array(vec![schema]))
}

fn object(entries: Vec<Entry>) -> Value {
    Value::computed(Kind::Object(Object::from_entries(entries)))
}

fn array(elements: Vec<Value>) -> Value {
    Value::computed(Kind::Array(elements))
}

fn string(text: &str) -> Value {
    Value::computed(Kind::String(text.to_owned()))
}

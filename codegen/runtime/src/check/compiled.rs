//! A schema laid out for one pass over a value: which keywords apply to which type, and where each property goes on. In: a schema as the
//! generator wrote it down. Out: numbered nodes, in which references are followed and the branches of `allOf` are one.
//!
//! Only keywords that look at one value at a time are laid out. A node with any other keyword is [`CheckNode::Whole`]: its value is built and
//! given to the interpreter.

use std::collections::{HashMap, HashSet};
use std::fmt;

use serde_json::{Map, Value};

use super::number::read_integer;
use super::{count, escape_token};

/// A test of a pattern that is compiled: whether it is found in a text; `None` if nobody can tell.
pub(super) type PatternTest = Box<dyn Fn(&str) -> Option<bool> + Send + Sync>;

/// Compiles a pattern; `None` if no engine can.
pub(super) type CompilePattern = fn(&str) -> Option<PatternTest>;

/// So many subschemas are laid out, each as often as it holds together with others: the branches of `allOf` may combine in more ways than
/// anybody needs. The interpreter checks the rest.
const MOST_SUBSCHEMAS: usize = 50_000;

/// The number of a node.
pub(super) type NodeId = usize;

/// The node that every value fulfils.
pub(super) const ANYTHING: NodeId = 0;

/// A schema, laid out. The first node that it needs is [`CompiledSchema::start`].
#[derive(Debug)]
pub(super) struct CompiledSchema {
    nodes: Vec<CheckNode>,
    pub(super) start: NodeId,
}

/// What a value has to fulfil.
#[derive(Debug)]
pub(super) enum CheckNode {
    /// Keywords that look at one value at a time.
    Streamed(Box<Keywords>),
    /// Keywords that need the whole value. The places of the schemas, of which all have to hold.
    Whole(Vec<String>),
}

/// Types of JSON, as bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Types(u8);

impl Types {
    pub(super) const NULL: Self = Self(1);
    pub(super) const BOOLEAN: Self = Self(2);
    pub(super) const STRING: Self = Self(4);
    pub(super) const ARRAY: Self = Self(8);
    pub(super) const OBJECT: Self = Self(16);
    pub(super) const INTEGER: Self = Self(32);
    /// A number with a fraction.
    pub(super) const FRACTION: Self = Self(64);
    const NONE: Self = Self(0);
    const ALL: Self = Self(127);

    pub(super) const fn has(self, one: Self) -> bool {
        self.0 & one.0 != 0
    }

    fn parse(names: &Value) -> Option<Self> {
        let names = names.as_array().map_or(std::slice::from_ref(names), Vec::as_slice);
        names.iter().try_fold(Self::NONE, |types, name| {
            let one = match name.as_str()? {
                "null" => Self::NULL,
                "boolean" => Self::BOOLEAN,
                "string" => Self::STRING,
                "array" => Self::ARRAY,
                "object" => Self::OBJECT,
                "integer" => Self::INTEGER,
                "number" => Self(Self::INTEGER.0 | Self::FRACTION.0),
                _ => return None,
            };
            Some(Self(types.0 | one.0))
        })
    }
}

/// The keywords of a node, by the type that they look at.
pub(super) struct Keywords {
    pub(super) types: Types,
    /// `enum` and `const`: of each list, one has to be the value.
    pub(super) allowed: Vec<Vec<Value>>,
    /// The keywords of numbers, for the interpreter's arithmetic.
    pub(super) numeric: Vec<Map<String, Value>>,
    /// The least and the greatest integer, where the keywords say nothing else of integers.
    pub(super) integers: Option<(i128, i128)>,
    pub(super) lengths: CountLimits,
    pub(super) patterns: Vec<PatternTest>,
    pub(super) elements: CountLimits,
    pub(super) prefix: Vec<NodeId>,
    pub(super) items: NodeId,
    pub(super) members: CountLimits,
    /// The properties that are named, the required ones first.
    pub(super) properties: Vec<(String, NodeId)>,
    /// How many of the properties are required.
    pub(super) required: usize,
    pub(super) additional: NodeId,
}

impl fmt::Debug for Keywords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keywords")
            .field("types", &self.types)
            .finish_non_exhaustive()
    }
}

/// How many there may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct CountLimits {
    pub(super) least: usize,
    pub(super) most: usize,
}

impl CountLimits {
    const NONE: Self = Self {
        least: 0,
        most: usize::MAX,
    };

    pub(super) const fn contains(self, number: usize) -> bool {
        self.least <= number && number <= self.most
    }

    fn read(&mut self, schema: &Map<String, Value>, least: &str, most: &str) -> Option<()> {
        if let Some(value) = schema.get(least) {
            self.least = self.least.max(count(value)?);
        }
        if let Some(value) = schema.get(most) {
            self.most = self.most.min(count(value)?);
        }
        Some(())
    }
}

impl CompiledSchema {
    /// Lays a schema out.
    pub(super) fn new(root: &Value, compile: CompilePattern) -> Self {
        let mut compiler = SchemaCompiler {
            root,
            compile,
            nodes: Vec::new(),
            known: HashMap::new(),
            open: Vec::new(),
            left: MOST_SUBSCHEMAS,
        };
        compiler.node(Vec::new());
        let start = compiler.node(vec![String::new()]);
        while let Some((node, places)) = compiler.open.pop() {
            compiler.nodes[node] = match compiler.lay_out(&places) {
                Some(keywords) => CheckNode::Streamed(Box::new(keywords)),
                None => CheckNode::Whole(places),
            };
        }
        Self {
            nodes: compiler.nodes,
            start,
        }
    }

    pub(super) fn node(&self, node: NodeId) -> &CheckNode {
        &self.nodes[node]
    }
}

struct SchemaCompiler<'s> {
    root: &'s Value,
    compile: CompilePattern,
    nodes: Vec<CheckNode>,
    /// The node of schemas that hold together, by their places in order.
    known: HashMap<Vec<String>, NodeId>,
    /// Nodes that are still to be laid out.
    open: Vec<(NodeId, Vec<String>)>,
    /// How many subschemas may still be laid out.
    left: usize,
}

impl<'s> SchemaCompiler<'s> {
    /// Returns the node of a value that all schemas at these places are about.
    fn node(&mut self, mut places: Vec<String>) -> NodeId {
        places.sort();
        places.dedup();
        if let Some(node) = self.known.get(&places) {
            return *node;
        }
        let node = self.nodes.len();
        self.nodes.push(CheckNode::Whole(places.clone()));
        self.known.insert(places.clone(), node);
        self.open.push((node, places));
        node
    }

    /// Returns the keywords of schemas that hold together; `None` if one of them needs the whole value.
    fn lay_out(&mut self, places: &[String]) -> Option<Keywords> {
        let schemas = self.flatten(places)?;
        let mut keywords = Keywords {
            types: Types::ALL,
            allowed: Vec::new(),
            numeric: Vec::new(),
            integers: None,
            lengths: CountLimits::NONE,
            patterns: Vec::new(),
            elements: CountLimits::NONE,
            prefix: Vec::new(),
            items: ANYTHING,
            members: CountLimits::NONE,
            properties: Vec::new(),
            required: 0,
            additional: ANYTHING,
        };
        for (_, schema) in &schemas {
            self.read_scalars(schema, &mut keywords)?;
        }
        keywords.integers = integers_within(&keywords.numeric);
        self.read_elements(&schemas, &mut keywords);
        self.read_members(&schemas, &mut keywords)?;
        Some(keywords)
    }

    /// Returns the schemas with what they refer to and the branches of `allOf`, each once, with their places; `None` if a keyword needs the
    /// whole value.
    fn flatten(&mut self, places: &[String]) -> Option<Vec<(String, &'s Map<String, Value>)>> {
        let mut waiting = places.to_vec();
        let mut flat: Vec<(String, &Map<String, Value>)> = Vec::new();
        let mut visited = HashSet::new();
        while let Some(place) = waiting.pop() {
            if !visited.insert(place.clone()) {
                continue;
            }
            self.left = self.left.checked_sub(1)?;
            let schema = match self.root.pointer(&place)? {
                Value::Bool(true) => continue,
                Value::Object(schema) => schema,
                _ => return None,
            };
            for (keyword, value) in schema {
                match (keyword.as_str(), value) {
                    ("$ref", Value::String(target)) => waiting.push(target.strip_prefix('#')?.to_owned()),
                    ("allOf", Value::Array(branches)) => {
                        waiting.extend((0..branches.len()).map(|at| format!("{place}/allOf/{at}")));
                    }
                    (keyword, _) if STREAMED.contains(&keyword) => {}
                    _ => return None,
                }
            }
            flat.push((place, schema));
        }
        Some(flat)
    }

    /// Adds what a schema says of values without parts.
    fn read_scalars(&self, schema: &Map<String, Value>, keywords: &mut Keywords) -> Option<()> {
        if let Some(types) = schema.get("type") {
            keywords.types = Types(keywords.types.0 & Types::parse(types)?.0);
        }
        if let Some(values) = schema.get("enum") {
            keywords.allowed.push(values.as_array()?.clone());
        }
        if let Some(constant) = schema.get("const") {
            keywords.allowed.push(vec![constant.clone()]);
        }
        let numeric = schema.iter().filter(|(keyword, _)| NUMERIC.contains(&keyword.as_str()));
        let numeric: Map<_, _> = numeric
            .map(|(keyword, value)| (keyword.clone(), value.clone()))
            .collect();
        if !numeric.is_empty() {
            keywords.numeric.push(numeric);
        }
        keywords.lengths.read(schema, "minLength", "maxLength")?;
        keywords.elements.read(schema, "minItems", "maxItems")?;
        keywords.members.read(schema, "minProperties", "maxProperties")?;
        if let Some(pattern) = schema.get("pattern") {
            keywords.patterns.push((self.compile)(pattern.as_str()?)?);
        }
        Some(())
    }

    /// Adds what schemas say of elements, each of all others together.
    fn read_elements(&mut self, schemas: &[(String, &'s Map<String, Value>)], keywords: &mut Keywords) {
        let prefix_of =
            |schema: &Map<String, Value>| schema.get("prefixItems").and_then(Value::as_array).map_or(0, Vec::len);
        let longest = schemas.iter().map(|(_, schema)| prefix_of(schema)).max().unwrap_or(0);
        let mut at = |index: usize| {
            let places = schemas.iter().filter_map(|(place, schema)| {
                if index < prefix_of(schema) {
                    return Some(format!("{place}/prefixItems/{index}"));
                }
                schema.contains_key("items").then(|| format!("{place}/items"))
            });
            self.node(places.collect())
        };
        keywords.prefix = (0..longest).map(&mut at).collect();
        keywords.items = at(longest);
    }

    /// Adds what schemas say of members, each of all others together. `None` if there are more required ones than are counted.
    fn read_members(&mut self, schemas: &[(String, &'s Map<String, Value>)], keywords: &mut Keywords) -> Option<()> {
        let mut required: Vec<&str> = Vec::new();
        let mut optional: Vec<&str> = Vec::new();
        for (_, schema) in schemas {
            for name in schema
                .get("required")
                .map_or(Some([].as_slice()), |names| names.as_array().map(Vec::as_slice))?
            {
                required.push(name.as_str()?);
            }
            if let Some(properties) = schema.get("properties") {
                optional.extend(properties.as_object()?.keys().map(String::as_str));
            }
        }
        let mut names: Vec<&str> = Vec::new();
        for name in &required {
            if !names.contains(name) {
                names.push(name);
            }
        }
        keywords.required = names.len();
        if keywords.required > Seen::MOST {
            return None;
        }
        for name in optional {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        for name in names {
            let places = schemas.iter().filter_map(|(place, schema)| {
                let is_named = schema
                    .get("properties")
                    .is_some_and(|properties| properties.get(name).is_some());
                let escaped = escape_token(name);
                let additional = || {
                    schema
                        .contains_key("additionalProperties")
                        .then(|| format!("{place}/additionalProperties"))
                };
                if is_named {
                    Some(format!("{place}/properties/{escaped}"))
                } else {
                    additional()
                }
            });
            let places = places.collect();
            keywords.properties.push((name.to_owned(), self.node(places)));
        }
        let rest = schemas
            .iter()
            .filter(|(_, schema)| schema.contains_key("additionalProperties"));
        let rest = rest.map(|(place, _)| format!("{place}/additionalProperties")).collect();
        keywords.additional = self.node(rest);
        Some(())
    }
}

/// Which of the required properties were there.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen(u128);

impl Seen {
    /// As many required properties can be noted.
    const MOST: usize = 128;

    /// Notes a property by its number; returns whether it is surely new.
    pub(super) const fn note(&mut self, property: usize) -> bool {
        if property >= Self::MOST {
            return false;
        }
        let is_new = self.0 & (1 << property) == 0;
        self.0 |= 1 << property;
        is_new
    }

    /// Whether the first properties were there, this many of them.
    pub(super) const fn has_first(self, required: usize) -> bool {
        let mask = match required {
            Self::MOST => u128::MAX,
            _ => (1 << required) - 1,
        };
        self.0 & mask == mask
    }
}

/// Returns the least and the greatest integer that schemas allow; `None` if a bound is no integer, or there is a keyword that is no bound.
fn integers_within(schemas: &[Map<String, Value>]) -> Option<(i128, i128)> {
    let (mut least, mut most) = (i128::MIN, i128::MAX);
    for (keyword, value) in schemas.iter().flatten() {
        let Value::Number(number) = value else { return None };
        let bound = read_integer(number)?;
        match keyword.as_str() {
            "minimum" => least = least.max(bound),
            "exclusiveMinimum" => least = least.max(bound + 1),
            "maximum" => most = most.min(bound),
            "exclusiveMaximum" => most = most.min(bound - 1),
            _ => return None,
        }
    }
    Some((least, most))
}

const NUMERIC: [&str; 5] = [
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "exclusiveMaximum",
    "multipleOf",
];

/// The keywords that look at one value at a time, beside `$ref` and `allOf`. `$defs` says nothing by itself.
const STREAMED: [&str; 21] = [
    "$defs",
    "additionalProperties",
    "const",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "pattern",
    "prefixItems",
    "properties",
    "required",
    "type",
];

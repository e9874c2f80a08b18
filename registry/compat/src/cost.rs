//! What a validator would do with an event. In: a schema and an event. Out: how many times it would apply a schema to a value, up
//! to a limit; whether it would match texts for too long. References make schemas that are small on paper and exponential in a validator
//! ("billion laughs"); such a schema is not handed to one.

use std::collections::HashMap;

use schemactl_model::{AppliesTo, Dialect, Keyword, Kind, Resolver, Value, subschemas};

/// Applications beyond which a validation is refused: a fraction of a second.
// INVARIANT: beyond it the event is not replayed and the question is undecided. References that fan out apply a small schema exponentially often,
// and a replay that does not end would hang every command. The number of applications depends on schema and event alone.
pub(crate) const MOST_APPLICATIONS: u64 = 20_000_000;

/// What is applied to what: the subschemas of a document, with references followed once. An event is counted in the time of its own
/// size, however wide the document is.
#[derive(Debug)]
pub(crate) struct CostModel {
    nodes: Vec<CostNode>,
}

/// The subschemas of one schema, by the parts of a value that they are applied to.
#[derive(Debug, Default)]
struct CostNode {
    /// To the value itself.
    in_place: Vec<usize>,
    /// To the property of a name.
    properties: HashMap<String, Vec<usize>>,
    /// To every property, or to some that depend on more than the keyword.
    members: Vec<usize>,
    /// To the names of all properties.
    names: Vec<usize>,
    /// To the elements.
    elements: Vec<usize>,
}

impl CostModel {
    /// Creates the model of a document. `None` if it has no references: then it is a tree, and costs its size for each value.
    pub(crate) fn of(schema: &Value, dialect: Dialect) -> Option<Self> {
        let resolver = Resolver::new(schema, dialect);
        if resolver.references().is_empty() {
            return None;
        }
        let mut targets: HashMap<usize, Vec<(&Value, Dialect)>> = HashMap::new();
        for reference in resolver.references() {
            let holder = reference.holder.resolve(schema);
            let target = resolver.resolve(&reference.base, &reference.text).ok();
            if let (Some(holder), Some(target)) = (holder, target) {
                targets
                    .entry(place(holder))
                    .or_default()
                    .push((target.value, target.scope.dialect));
            }
        }
        let mut builder = ModelBuilder {
            targets,
            nodes: Vec::new(),
            known: HashMap::new(),
            open: Vec::new(),
        };
        builder.node(schema, dialect);
        while let Some((index, schema, dialect)) = builder.open.pop() {
            builder.fill(index, schema, dialect);
        }
        Some(Self { nodes: builder.nodes })
    }

    /// Returns whether validating an event takes more than [`MOST_APPLICATIONS`] steps.
    pub(crate) fn is_too_expensive(&self, event: &Value) -> bool {
        let mut count = Count {
            nodes: &self.nodes,
            known: HashMap::new(),
        };
        count.applications(0, event) > MOST_APPLICATIONS
    }
}

struct ModelBuilder<'v> {
    /// What the references of a schema lead to, by its place.
    targets: HashMap<usize, Vec<(&'v Value, Dialect)>>,
    nodes: Vec<CostNode>,
    /// The nodes by the places of their schemas and the dialects that they are read in.
    known: HashMap<(usize, Dialect), usize>,
    /// Nodes whose subschemas are not noted yet.
    open: Vec<(usize, &'v Value, Dialect)>,
}

impl<'v> ModelBuilder<'v> {
    fn node(&mut self, schema: &'v Value, dialect: Dialect) -> usize {
        let fresh = self.nodes.len();
        let index = *self.known.entry((place(schema), dialect)).or_insert(fresh);
        if index == fresh {
            self.nodes.push(CostNode::default());
            self.open.push((index, schema, dialect));
        }
        index
    }

    fn fill(&mut self, index: usize, schema: &'v Value, around: Dialect) {
        let mut node = CostNode::default();
        for (target, dialect) in self.targets.get(&place(schema)).cloned().unwrap_or_default() {
            node.in_place.push(self.node(target, dialect));
        }
        let dialect = around.inside(schema);
        for below in subschemas(schema, dialect) {
            let inner = self.node(below.value, dialect);
            match below.keyword.applies_to() {
                // Definitions apply where they are referred to.
                AppliesTo::Nothing => {}
                AppliesTo::Properties if below.keyword == Keyword::Properties => {
                    let name = below.member.unwrap_or_default();
                    node.properties.entry(name).or_default().push(inner);
                }
                AppliesTo::Properties => node.members.push(inner),
                AppliesTo::PropertyNames => node.names.push(inner),
                AppliesTo::Elements => node.elements.push(inner),
                AppliesTo::Instance | AppliesTo::Question | AppliesTo::Content => node.in_place.push(inner),
            }
        }
        self.nodes[index] = node;
    }
}

/// Steps of a regular expression beyond which a match is refused: some tenths of a second.
// INVARIANT: beyond it the match is not tried and the question is undecided: the engine of the validator multiplies text and repetitions.
const MOST_MATCHING: u64 = 50_000_000;
/// Counts up to this are matched without a look at the event.
const SMALL_COUNT: u64 = 1_000;

/// Returns how many places of a pattern the validator may follow at once: the counts of the pattern of the schema that has the
/// largest. It unrolls them, and goes through all of them for each letter.
pub(crate) fn largest_count(schema: &Value) -> u64 {
    match &schema.kind {
        Kind::Object(members) => members
            .iter()
            .map(|member| {
                let own = match (member.keyword(), &member.value.kind) {
                    (Some(Keyword::Pattern), Kind::String(pattern)) => count_of(pattern),
                    (Some(Keyword::PatternProperties), Kind::Object(names)) => {
                        names.iter().map(|name| count_of(&name.key)).max().unwrap_or(1)
                    }
                    _ => 1,
                };
                own.max(largest_count(&member.value))
            })
            .max()
            .unwrap_or(1),
        Kind::Array(elements) => elements.iter().map(largest_count).max().unwrap_or(1),
        _ => 1,
    }
}

fn count_of(pattern: &str) -> u64 {
    let braces = pattern.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    let counts = braces.filter_map(|(counts, _)| counts.split(',').filter_map(|count| count.parse::<u64>().ok()).max());
    let product = counts.fold(1_u64, |product, count| product.saturating_mul(count.max(1)));
    // `^x{a,b}$` over one class is counted, not unrolled.
    let is_counted = || {
        let translated = jsonschema_regex::to_rust_regex(pattern);
        translated.is_ok_and(|translated| jsonschema_regex::RepeatedClass::from_translated(&translated).is_some())
    };
    if product > SMALL_COUNT && is_counted() {
        1
    } else {
        product
    }
}

/// Returns whether matching the texts of an event takes too long with a count of [`largest_count`].
pub(crate) fn is_too_long(count: u64, event: &Value) -> bool {
    count > SMALL_COUNT && longest_text(event).saturating_mul(count) > MOST_MATCHING
}

fn longest_text(value: &Value) -> u64 {
    match &value.kind {
        Kind::String(text) => text.len() as u64,
        Kind::Object(members) => {
            let members = members.iter();
            let lengths = members.map(|member| longest_text(&member.value).max(member.key.len() as u64));
            lengths.max().unwrap_or(0)
        }
        Kind::Array(elements) => elements.iter().map(longest_text).max().unwrap_or(0),
        _ => 0,
    }
}

fn place(value: &Value) -> usize {
    std::ptr::from_ref(value) as usize
}

struct Count<'m> {
    nodes: &'m [CostNode],
    /// By the node and the place of the value. Zero while it is being counted: what leads back to itself ends somewhere.
    known: HashMap<(usize, usize), u64>,
}

impl Count<'_> {
    fn applications(&mut self, index: usize, value: &Value) -> u64 {
        let key = (index, place(value));
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        self.known.insert(key, 0);
        let nodes = self.nodes;
        let node = &nodes[index];
        let mut sum = 1_u64.saturating_add(self.all(&node.in_place, value));
        match &value.kind {
            Kind::Object(members) => {
                for member in members.iter() {
                    let named = node.properties.get(&member.key).map_or(&[][..], Vec::as_slice);
                    sum = sum.saturating_add(self.all(named, &member.value));
                    sum = sum.saturating_add(self.all(&node.members, &member.value));
                    // A name is a value that is not there; the object stands for it.
                    sum = sum.saturating_add(self.all(&node.names, value));
                }
            }
            Kind::Array(elements) => {
                for element in elements {
                    sum = sum.saturating_add(self.all(&node.elements, element));
                }
            }
            _ => {}
        }
        self.known.insert(key, sum);
        sum
    }

    fn all(&mut self, nodes: &[usize], value: &Value) -> u64 {
        nodes.iter().fold(0, |sum: u64, node| {
            let below = stacker::maybe_grow(64 << 10, 1 << 20, || self.applications(*node, value));
            sum.saturating_add(below)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemactl_model::{Source, parse};

    fn json(text: &str) -> Value {
        parse(&Source::new("test", text)).unwrap()
    }

    fn is_too_expensive(schema: &Value, event: &Value) -> bool {
        CostModel::of(schema, Dialect::Draft202012)
            .unwrap()
            .is_too_expensive(event)
    }

    #[test]
    fn a_billion_laughs_is_noticed_and_recursion_is_not() {
        use std::fmt::Write;
        let mut definitions = String::from("\"l0\": {\"type\": \"string\"}");
        for level in 1..=30 {
            let below = format!("{{\"$ref\": \"#/$defs/l{}\"}}", level - 1);
            write!(
                definitions,
                ", \"l{level}\": {{\"allOf\": [{}]}}",
                vec![below; 10].join(",")
            )
            .unwrap();
        }
        let laughs = json(&format!("{{\"$defs\": {{{definitions}}}, \"$ref\": \"#/$defs/l30\"}}"));
        let event = json("\"a\"");
        assert!(is_too_expensive(&laughs, &event));
        let tree = json(r##"{"properties": {"left": {"$ref": "#"}, "right": {"$ref": "#"}}}"##);
        let event = json(r#"{"left": {"left": {}, "right": {}}, "right": {"left": {}}}"#);
        assert!(!is_too_expensive(&tree, &event));
        let itself = json(r##"{"allOf": [{"$ref": "#"}]}"##);
        assert!(!is_too_expensive(&itself, &event));
    }
}

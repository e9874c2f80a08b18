//! Small random schemas over all keywords. In: random numbers and a dialect. Out: schemas that their metaschema accepts and
//! whose references never lead back to themselves without entering a part of the instance.

use schemactl_model::Dialect;
use serde_json::{Map, Value, json};

use super::random::Random;

/// Names of properties, few enough to meet again.
pub(crate) const NAMES: [&str; 4] = ["a", "b", "c", "ab"];
pub(crate) const PATTERNS: [&str; 13] = [
    "^a",
    "b$",
    "^[ab]$",
    "^[ab]+$",
    "^a*$",
    "^.$",
    "^.+$",
    "[0-9]",
    "^(?!a)",
    "^$",
    "b|c",
    "^(?=.*b)a",
    "a(?=b)",
];

const TYPES: [&str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];
/// Recursive schemas have so many definitions.
const DEFINITIONS: usize = 3;

/// Where a schema is being written: which references are allowed there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// The definition around it; `None` in the root.
    pub(crate) owner: Option<usize>,
    /// Whether it applies to a part of what its definition applies to.
    pub(crate) guarded: bool,
    /// How deep schemas may nest below it.
    pub(crate) depth: usize,
}

impl Place {
    fn beside(self) -> Self {
        Self {
            depth: self.depth.saturating_sub(1),
            ..self
        }
    }

    fn inside(self) -> Self {
        Self {
            guarded: true,
            ..self.beside()
        }
    }
}

/// Writes schemas of one dialect.
pub(crate) struct Generator<'r> {
    pub(crate) random: &'r mut Random,
    pub(crate) dialect: Dialect,
    pub(crate) recursive: bool,
    /// A keyword that these schemas do without.
    pub(crate) without: Option<&'static str>,
    /// Keywords that these schemas prefer, so that those that work together meet.
    pub(crate) theme: &'static [&'static str],
}

const KINDS: [&str; 8] = [
    "object", "object", "object", "array", "array", "string", "number", "any",
];

/// The keywords that speak about a type, the common ones more than once.
fn keywords_of(kind: &str) -> &'static [&'static str] {
    match kind {
        "object" => &[
            "properties",
            "properties",
            "properties",
            "patternProperties",
            "additionalProperties",
            "additionalProperties",
            "required",
            "required",
            "propertyNames",
            "minProperties",
            "maxProperties",
            "dependentRequired",
            "dependentSchemas",
            "unevaluatedProperties",
        ],
        "array" => &[
            "items",
            "items",
            "prefixItems",
            "prefixItems",
            "contains",
            "contains",
            "minItems",
            "maxItems",
            "uniqueItems",
            "uniqueItems",
            "unevaluatedItems",
        ],
        "string" => &["minLength", "maxLength", "pattern", "pattern"],
        "number" => &[
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
            "multipleOf",
        ],
        _ => &[
            "type", "type", "const", "enum", "enum", "enum", "allOf", "anyOf", "anyOf", "oneOf", "oneOf", "not", "not",
            "if",
        ],
    }
}

/// Whether a keyword holds schemas, and is left out where schemas nest too deep.
fn holds_schemas(keyword: &str) -> bool {
    const KEYWORDS: [&str; 11] = [
        "properties",
        "patternProperties",
        "dependentSchemas",
        "prefixItems",
        "items",
        "contains",
        "allOf",
        "anyOf",
        "oneOf",
        "not",
        "if",
    ];
    KEYWORDS.contains(&keyword)
}

pub(crate) fn definitions_keyword(dialect: Dialect) -> &'static str {
    if dialect >= Dialect::Draft201909 {
        "$defs"
    } else {
        "definitions"
    }
}

impl Generator<'_> {
    /// A whole document.
    pub(crate) fn document(&mut self) -> Value {
        let place = |owner, depth| Place {
            owner,
            guarded: false,
            depth,
        };
        let mut root = Map::new();
        // The more keywords stand beside each other, the less there is in the schema.
        if !self.recursive || self.random.percent(40) {
            root = self.object(place(None, 2));
        }
        if self.recursive {
            let mut definitions = Map::new();
            for index in 0..DEFINITIONS {
                let definition = self.object(place(Some(index), 2));
                definitions.insert(definition_name(index), definition.into());
            }
            if root.is_empty() || (self.random.percent(50) && !root.contains_key("$ref")) {
                let reference = self
                    .reference(place(None, 0))
                    .expect("the root may refer to each definition");
                root.insert("$ref".to_owned(), reference);
            }
            root.insert(definitions_keyword(self.dialect).to_owned(), definitions.into());
        }
        root.into()
    }

    /// A schema below another.
    pub(crate) fn schema(&mut self, place: Place) -> Value {
        if self.dialect >= Dialect::Draft6 && self.random.percent(8) {
            return Value::Bool(self.random.percent(40));
        }
        self.object(place).into()
    }

    fn object(&mut self, place: Place) -> Map<String, Value> {
        let mut schema = Map::new();
        let kind = *self.random.pick(&KINDS);
        if kind != "any" && self.random.percent(55) {
            schema.insert("type".to_owned(), kind.into());
        }
        let share = if place.guarded { 45 } else { 8 };
        if self.recursive
            && self.random.percent(share)
            && let Some(reference) = self.reference(place)
        {
            schema.insert("$ref".to_owned(), reference);
        }
        for _ in 0..self.random.below(4) {
            self.add(&mut schema, kind, place);
        }
        if place.depth > 0 && self.random.percent(30) {
            self.add(&mut schema, "any", place);
        }
        schema
    }

    /// Adds one keyword that speaks about `kind`, or one of the theme, with those that belong to it.
    fn add(&mut self, schema: &mut Map<String, Value>, kind: &str, place: Place) {
        let choices = if !self.theme.is_empty() && self.random.percent(65) {
            self.theme
        } else {
            keywords_of(kind)
        };
        let keyword = *self.random.pick(choices);
        self.add_keyword(schema, keyword, place);
    }

    /// A keyword of any kind.
    pub(crate) fn add_any(&mut self, schema: &mut Map<String, Value>, place: Place) {
        let kind = *self.random.pick(&KINDS);
        self.add(schema, kind, place);
    }

    /// Adds a certain keyword, unless it cannot stand there.
    pub(crate) fn add_keyword(&mut self, schema: &mut Map<String, Value>, keyword: &str, place: Place) {
        if self.without == Some(keyword) || (holds_schemas(keyword) && place.depth == 0) {
            return;
        }
        if let Some(value) = self.value_of(schema, keyword, place) {
            schema.insert(keyword.to_owned(), value);
        }
    }

    fn value_of(&mut self, schema: &mut Map<String, Value>, keyword: &str, place: Place) -> Option<Value> {
        let (beside, inside) = (place.beside(), place.inside());
        let modern = self.dialect >= Dialect::Draft201909;
        Some(match keyword {
            "type" => self.types(),
            "const" => self.constant(),
            "enum" => self.constants(),
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => self.bound(schema, keyword),
            "multipleOf" => {
                let steps = [json!(1), json!(2), json!(3), json!(0.5), json!(1.5)];
                self.random.pick(&steps).clone()
            }
            "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" | "minContains"
            | "maxContains" => self.random.below(4).into(),
            "pattern" => (*self.random.pick(&PATTERNS)).into(),
            "uniqueItems" => self.random.percent(90).into(),
            "required" => self.names(1),
            "propertyNames" => self.names_schema(inside),
            "properties" => self.map(&NAMES, inside),
            "patternProperties" => self.map(&PATTERNS, inside),
            "additionalProperties" | "unevaluatedProperties" | "unevaluatedItems" if self.random.percent(60) => {
                false.into()
            }
            "additionalProperties" | "unevaluatedProperties" | "unevaluatedItems" => self.schema(inside),
            "dependentRequired" if modern => self.dependencies(None),
            "dependentSchemas" if modern => self.dependencies(Some(beside)),
            "dependencies" | "dependentRequired" => {
                let dependencies = self.dependencies(None);
                return Self::old("dependencies", dependencies, schema);
            }
            "dependentSchemas" => {
                let dependencies = self.dependencies(Some(beside));
                return Self::old("dependencies", dependencies, schema);
            }
            "prefixItems" if self.dialect < Dialect::Draft202012 => {
                if self.random.percent(50) {
                    schema.insert("additionalItems".to_owned(), self.schema(inside));
                }
                let list = self.list(inside);
                return Self::old("items", list, schema);
            }
            "prefixItems" => self.list(inside),
            "items" => self.branch(inside),
            "contains" => {
                for (keyword, share) in [("minContains", 30), ("maxContains", 25)] {
                    if self.random.percent(share) {
                        schema.insert(keyword.to_owned(), self.random.below(3).into());
                    }
                }
                self.schema(inside)
            }
            "allOf" | "anyOf" | "oneOf" => self.list(beside),
            "not" => self.object(beside).into(),
            "if" => {
                for (keyword, share) in [("then", 75), ("else", 60)] {
                    if self.random.percent(share) {
                        schema.insert(keyword.to_owned(), self.object(beside).into());
                    }
                }
                self.object(beside).into()
            }
            _ => return None,
        })
    }

    /// A keyword under the name that it had before.
    fn old(keyword: &str, value: Value, schema: &mut Map<String, Value>) -> Option<Value> {
        schema.insert(keyword.to_owned(), value);
        None
    }

    /// In draft-04 an exclusive bound is a flag beside a bound.
    fn bound(&mut self, schema: &mut Map<String, Value>, keyword: &str) -> Value {
        let bounds = [json!(-1), json!(0), json!(1), json!(2), json!(3), json!(0.5), json!(10)];
        let bound = self.random.pick(&bounds).clone();
        let inclusive = match keyword {
            "exclusiveMinimum" => "minimum",
            "exclusiveMaximum" => "maximum",
            _ => return bound,
        };
        if self.dialect > Dialect::Draft4 {
            return bound;
        }
        schema.insert(inclusive.to_owned(), bound);
        self.random.percent(70).into()
    }

    fn types(&mut self) -> Value {
        if self.random.percent(60) {
            return (*self.random.pick(&TYPES)).into();
        }
        let mut names: Vec<&str> = (0..2).map(|_| *self.random.pick(&TYPES)).collect();
        names.dedup();
        names.into()
    }

    pub(crate) fn constant(&mut self) -> Value {
        let constants = json!([
            null, true, false, 0, 1, 2, -1, 0.5, "", "a", "b", "ab", "1", [], [1], ["a"], [1, 2], {}, {"a": 1},
            {"a": 0}, {"a": false}, {"b": "a"}, {"a": 1, "b": 2}, [[]], [{}],
        ]);
        let constants = constants.as_array().expect("it was written as one");
        self.random.pick(constants).clone()
    }

    fn constants(&mut self) -> Value {
        let mut values: Vec<Value> = Vec::new();
        for _ in 0..=self.random.below(3) {
            let value = self.constant();
            if !values.contains(&value) {
                values.push(value);
            }
        }
        values.into()
    }

    fn names(&mut self, least: usize) -> Value {
        let count = least + self.random.below(2);
        let mut names: Vec<&str> = (0..count).map(|_| *self.random.pick(&NAMES)).collect();
        names.sort_unstable();
        names.dedup();
        names.into()
    }

    fn names_schema(&mut self, place: Place) -> Value {
        match self.random.below(4) {
            0 => json!({ "enum": self.names(1) }),
            1 => json!({ "maxLength": self.random.below(3) }),
            2 => json!({ "pattern": self.random.pick(&PATTERNS) }),
            _ => self.schema(place),
        }
    }

    fn map(&mut self, names: &[&str], place: Place) -> Value {
        let count = 1 + self.random.below(2);
        let mut map = Map::new();
        for _ in 0..count {
            let name = *self.random.pick(names);
            map.insert(name.to_owned(), self.schema(place));
        }
        map.into()
    }

    fn dependencies(&mut self, schemas: Option<Place>) -> Value {
        let name = *self.random.pick(&NAMES);
        let then = match schemas {
            Some(place) => self.object(place).into(),
            None => self.names(1),
        };
        json!({ name: then })
    }

    fn list(&mut self, place: Place) -> Value {
        let count = 1 + self.random.below(3).min(1 + usize::from(place.depth > 0));
        (0..count).map(|_| self.branch(place)).collect::<Vec<_>>().into()
    }

    fn branch(&mut self, place: Place) -> Value {
        if self.dialect == Dialect::Draft4 {
            self.object(place).into()
        } else {
            self.schema(place)
        }
    }

    /// Without entering a part of the instance, only later definitions may be referred to.
    fn reference(&mut self, place: Place) -> Option<Value> {
        let first = match place.owner {
            Some(owner) if !place.guarded => owner + 1,
            _ => 0,
        };
        let keyword = definitions_keyword(self.dialect);
        if place.guarded && self.random.percent(15) {
            return Some("#".into());
        }
        let targets: Vec<String> = (first..DEFINITIONS).map(definition_name).collect();
        let target = (!targets.is_empty()).then(|| self.random.pick(&targets))?;
        Some(format!("#/{keyword}/{target}").into())
    }
}

pub(crate) fn definition_name(index: usize) -> String {
    format!("d{index}")
}

/// Which definition has that name.
pub(crate) fn definition_index(name: &str) -> Option<usize> {
    (0..DEFINITIONS).find(|index| definition_name(*index) == name)
}

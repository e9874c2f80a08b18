//! Shapes as JSON. In: a shape, and the forms in which its places are written. Out: a schema.

use serde_json::{Map, Value, json};

use super::shapes::{EventShape, ShapeForm, ShapeForms, ShapeMember};

impl EventShape {
    /// Returns the JSON of the shape in these forms.
    pub(crate) fn schema(&self, forms: &ShapeForms) -> Value {
        let mut writer = ShapeWriter {
            forms,
            definitions: Map::new(),
        };
        let mut schema = writer.shape(self, "");
        if !writer.definitions.is_empty() {
            schema["$defs"] = Value::Object(writer.definitions);
        }
        schema
    }
}

struct ShapeWriter<'f> {
    forms: &'f ShapeForms,
    definitions: Map<String, Value>,
}

impl ShapeWriter<'_> {
    fn form(&self, at: &str) -> Option<ShapeForm> {
        self.forms.get(at).copied()
    }

    fn shape(&mut self, shape: &EventShape, at: &str) -> Value {
        let form = self.form(at);
        let schema = match shape {
            EventShape::Text { least, most, pattern } => {
                let mut schema = json!({"type": "string", "maxLength": most});
                if *pattern {
                    schema["pattern"] = json!("^[a-z0-9]*$");
                }
                with_bound(schema, "minLength", json!(least), form)
            }
            EventShape::Whole { least, most } => {
                if form == Some(ShapeForm::Exclusive) {
                    return json!({"type": "integer", "exclusiveMinimum": least - 1, "exclusiveMaximum": most + 1});
                }
                let schema = json!({"type": "integer", "maximum": most});
                with_bound(schema, "minimum", json!(least), form)
            }
            EventShape::Flag => json!({"type": "boolean"}),
            EventShape::Choice(values) => choice(values, form),
            EventShape::Types(types) => one_of_types(types, form),
            EventShape::Nullable(inner) => self.nullable(inner, at, form),
            EventShape::List { least, of } => {
                let schema = json!({"type": "array", "items": self.shape(of, &format!("{at}[]"))});
                with_bound(schema, "minItems", json!(least), form)
            }
            EventShape::Object(members) => self.object(members, at, form),
            EventShape::Union(branches) => self.union(branches, at, form),
        };
        self.around(schema, form)
    }

    /// The forms that any schema can have.
    fn around(&mut self, mut schema: Value, form: Option<ShapeForm>) -> Value {
        match form {
            Some(ShapeForm::Extracted) => self.extracted(schema),
            Some(ShapeForm::Wrapped) => json!({"allOf": [schema]}),
            Some(ShapeForm::Described) => {
                schema["title"] = json!("A title");
                schema["description"] = json!("What people read.");
                schema
            }
            _ => schema,
        }
    }

    fn extracted(&mut self, schema: Value) -> Value {
        let name = format!("D{}", self.definitions.len());
        self.definitions.insert(name.clone(), schema);
        json!({"$ref": format!("#/$defs/{name}")})
    }

    fn nullable(&mut self, inner: &EventShape, at: &str, form: Option<ShapeForm>) -> Value {
        let written = self.shape(inner, &format!("{at}?"));
        let is_plain = written.get("$ref").is_none() && written.get("allOf").is_none();
        let is_plain = is_plain
            && ["oneOf", "anyOf", "const"]
                .iter()
                .all(|keyword| written.get(keyword).is_none());
        let nothing = json!({"type": "null"});
        match form {
            Some(ShapeForm::OneOf) => json!({"oneOf": [written, nothing]}),
            Some(ShapeForm::AnyOf) => json!({"anyOf": [nothing, written]}),
            // A union and a reference have no types to add `null` to.
            _ if !is_plain => json!({"anyOf": [written, nothing]}),
            _ => {
                let mut written = written;
                written["type"] = json!([written["type"], "null"]);
                if let Some(values) = written.get_mut("enum").and_then(Value::as_array_mut) {
                    values.push(Value::Null);
                }
                written
            }
        }
    }

    fn object(&mut self, members: &[ShapeMember], at: &str, form: Option<ShapeForm>) -> Value {
        let mut members: Vec<&ShapeMember> = members.iter().collect();
        if form == Some(ShapeForm::Reversed) {
            members.reverse();
        }
        let (moved, kept) = members.split_at(members.len() / 2);
        match form {
            Some(ShapeForm::Split) => {
                let part = self.plain_object(moved, at, true);
                let mut whole = self.plain_object(kept, at, true);
                whole["allOf"] = json!([part]);
                whole
            }
            Some(ShapeForm::SplitExtracted) => {
                let part = self.plain_object(moved, at, true);
                let rest = self.plain_object(kept, at, true);
                let part = self.extracted(part);
                json!({"allOf": [part, rest]})
            }
            Some(ShapeForm::SplitProperties) => {
                let part = self.plain_object(moved, at, false);
                let mut whole = self.plain_object(kept, at, false);
                whole["allOf"] = json!([part]);
                add_required(&mut whole, &members);
                whole
            }
            _ => self.plain_object(&members, at, true),
        }
    }

    fn plain_object(&mut self, members: &[&ShapeMember], at: &str, with_required: bool) -> Value {
        let mut properties = Map::new();
        for member in members {
            let schema = self.shape(&member.shape, &format!("{at}.{}", member.name));
            properties.insert(member.name.clone(), schema);
        }
        let mut schema = json!({"type": "object", "properties": properties});
        if with_required {
            add_required(&mut schema, members);
        }
        schema
    }

    fn union(&mut self, branches: &[(String, Vec<ShapeMember>)], at: &str, form: Option<ShapeForm>) -> Value {
        let mut written: Vec<Value> = branches
            .iter()
            .map(|(tag, members)| {
                let at = format!("{at}|{tag}");
                let members: Vec<&ShapeMember> = members.iter().collect();
                let mut schema = self.plain_object(&members, &at, true);
                schema["properties"]["kind"] = json!({"const": tag});
                let mut required = schema["required"].as_array().cloned().unwrap_or_default();
                required.push(json!("kind"));
                schema["required"] = json!(required);
                let form = self.form(&at);
                self.around(schema, form)
            })
            .collect();
        if form == Some(ShapeForm::Reversed) {
            written.reverse();
        }
        let keyword = if form == Some(ShapeForm::AnyOf) {
            "anyOf"
        } else {
            "oneOf"
        };
        json!({"type": "object", keyword: written})
    }
}

fn add_required(schema: &mut Value, members: &[&ShapeMember]) {
    let names: Vec<&str> = members
        .iter()
        .filter(|member| member.required)
        .map(|member| &*member.name)
        .collect();
    if !names.is_empty() {
        schema["required"] = json!(names);
    }
}

/// A bound beside the others, or in an `allOf`.
fn with_bound(mut schema: Value, keyword: &str, bound: Value, form: Option<ShapeForm>) -> Value {
    if form == Some(ShapeForm::BoundApart) {
        schema["allOf"] = json!([{keyword: bound}]);
    } else {
        schema[keyword] = bound;
    }
    schema
}

fn choice(values: &[String], form: Option<ShapeForm>) -> Value {
    let constants: Vec<Value> = values.iter().map(|value| json!({"const": value})).collect();
    match (form, values) {
        (Some(ShapeForm::Constant), [only]) => json!({"const": only}),
        (Some(ShapeForm::OneOf), _) => json!({"oneOf": constants}),
        (Some(ShapeForm::AnyOf), _) => json!({"type": "string", "anyOf": constants}),
        (Some(ShapeForm::Reversed), _) => json!({"type": "string", "enum": values.iter().rev().collect::<Vec<_>>()}),
        _ => json!({"type": "string", "enum": values}),
    }
}

fn one_of_types(types: &[&str], form: Option<ShapeForm>) -> Value {
    let branches: Vec<Value> = types.iter().map(|name| json!({"type": name})).collect();
    match (form, types) {
        (_, [only]) => json!({"type": only}),
        (Some(ShapeForm::OneOf), _) => json!({"oneOf": branches}),
        (Some(ShapeForm::AnyOf), _) => json!({"anyOf": branches}),
        (Some(ShapeForm::Reversed), _) => json!({"type": types.iter().rev().collect::<Vec<_>>()}),
        _ => json!({"type": types}),
    }
}

//! A draft-04 schema in the making. In: what each keyword becomes. Out: the schema, in which no keyword stands twice.

use schemactl_model::{JsonObject, Keyword, Kind, Member, Span, Value};

/// Members, and what has to go into `allOf` and `dependencies`, each of which may have several sources.
#[derive(Default)]
pub(super) struct Draft4Schema {
    /// Where the keyword stands in the source that is being written.
    pub(super) span: Span,
    members: Vec<Member>,
    all_of: Vec<Value>,
    dependencies: Vec<Member>,
}

impl Draft4Schema {
    /// A second source of the same keyword (`const` beside `enum`) says something more and goes into the allOf.
    pub(super) fn push(&mut self, key: impl AsRef<str>, value: Value) {
        let member = Member::spanned(key.as_ref().to_owned(), self.span, value);
        match (&member.value.kind, member.keyword()) {
            (Kind::Array(branches), Some(Keyword::AllOf)) => self.all_of.extend(branches.iter().cloned()),
            _ if self.members.iter().any(|known| known.key == member.key) => {
                self.and(Value::object_of(&member.key, member.value));
            }
            _ => self.members.push(member),
        }
    }

    pub(super) fn and(&mut self, schema: Value) {
        self.all_of.push(schema);
    }

    pub(super) fn dependencies(&mut self, entries: Vec<Member>) {
        for entry in entries {
            if self.dependencies.iter().any(|known| known.key == entry.key) {
                self.and(Value::object_of(Keyword::Dependencies, Value::object(vec![entry])));
            } else {
                self.dependencies.push(entry);
            }
        }
    }

    pub(super) fn into_schema(mut self) -> Value {
        if !self.dependencies.is_empty() {
            let dependencies = Value::object(std::mem::take(&mut self.dependencies));
            self.push(Keyword::Dependencies, dependencies);
        }
        if !self.all_of.is_empty() {
            self.members
                .push(Member::new(Keyword::AllOf, Value::array(self.all_of)));
        }
        Value::object(self.members)
    }
}

pub(super) fn exclude_bound(limit: Keyword, exclusive: Keyword, value: &Value) -> Value {
    Value::object(vec![
        Member::new(limit, value.clone()),
        Member::new(exclusive, Value::boolean(true)),
    ])
}

/// `dependentRequired`, without the empty lists that draft-04 forbids and that say nothing.
pub(super) fn list_required_names(value: &Value) -> Vec<Member> {
    let members = value.as_object().into_iter().flat_map(JsonObject::iter);
    members
        .filter(|member| member.value.as_array().is_some_and(|names| !names.is_empty()))
        .cloned()
        .collect()
}

/// The values of an `enum`, each once: draft-04 asks for that.
pub(super) fn list_distinct_values(values: &Value) -> Value {
    let Some(elements) = values.as_array() else {
        return values.clone();
    };
    let mut kept: Vec<Value> = Vec::with_capacity(elements.len());
    let few = elements.len() <= MOST_COMPARED;
    for element in elements {
        if !few || !kept.contains(element) {
            kept.push(element.clone());
        }
    }
    Value::array(kept)
}

/// Values of an `enum` that are compared with each other: a longer list is left as it is.
const MOST_COMPARED: usize = 2_000;

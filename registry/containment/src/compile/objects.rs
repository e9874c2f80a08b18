//! Objects: every keyword about properties is a statement about a set of names.

use std::rc::Rc;

use schemactl_model::{JsonObject, Keyword, Kind, Value};

use super::{Compiled, Compiler, UnsupportedSetError};
use crate::datum::Datum;
use crate::node::{Form, Node};

impl<'v> Compiler<'v, '_> {
    /// The set of one name.
    pub(super) fn name(&mut self, name: &str) -> Node {
        self.arena().literal(Form::Const(Rc::new(Datum::text(name))))
    }

    /// `properties`, `patternProperties` and, for all other names, `additionalProperties`.
    pub(super) fn properties(
        &mut self,
        keywords: &'v JsonObject,
        conjuncts: &mut Vec<Node>,
    ) -> Result<(), UnsupportedSetError> {
        for (keyword, is_pattern) in [(Keyword::Properties, false), (Keyword::PatternProperties, true)] {
            for member in members(keywords, keyword) {
                let values = self.child(&member.value)?;
                let names = if is_pattern {
                    self.pattern(&member.key)
                } else {
                    self.name(&member.key)
                };
                conjuncts.push(self.arena().literal(Form::All(names, values)));
            }
        }
        if let Some(additional) = keywords.keyword(Keyword::AdditionalProperties) {
            let values = self.child(additional)?;
            let declared = self.declared_names(keywords);
            let rest = self.arena().not(declared);
            conjuncts.push(self.arena().literal(Form::All(rest, values)));
        }
        Ok(())
    }

    /// The names that `properties` and `patternProperties` speak about.
    pub(super) fn declared_names(&mut self, keywords: &'v JsonObject) -> Node {
        let mut names = Vec::new();
        for member in members(keywords, Keyword::Properties) {
            names.push(self.name(&member.key));
        }
        for member in members(keywords, Keyword::PatternProperties) {
            names.push(self.pattern(&member.key));
        }
        self.arena().or(names)
    }

    pub(super) fn required(&mut self, value: &Value) -> Node {
        let Some(names) = value.as_array() else {
            return Node::TRUE;
        };
        let there: Vec<Node> = names
            .iter()
            .filter_map(Value::as_str)
            .map(|name| self.has(name))
            .collect();
        self.arena().and(there)
    }

    /// The object has a property of that name.
    pub(super) fn has(&mut self, name: &str) -> Node {
        let name = self.name(name);
        self.arena().literal(Form::Some(name, Node::TRUE))
    }

    fn lacks(&mut self, name: &str) -> Node {
        let name = self.name(name);
        self.arena().literal(Form::All(name, Node::FALSE))
    }

    pub(super) fn property_names(&mut self, value: &'v Value) -> Compiled {
        let names = self.child(value)?;
        let others = self.arena().not(names);
        Ok(self.arena().literal(Form::All(others, Node::FALSE)))
    }

    /// `dependencies` and its two successors: a name that is there asks for other names, or for a schema.
    pub(super) fn dependencies(&mut self, value: &'v Value) -> Compiled {
        let Some(map) = value.as_object() else {
            return Ok(Node::TRUE);
        };
        let mut all = Vec::with_capacity(map.len());
        for member in map.iter() {
            let then = match &member.value.kind {
                Kind::Array(_) => self.required(&member.value),
                // In draft-03, and in some schemas since, a single name.
                Kind::String(name) => self.has(name),
                _ => self.schema(&member.value)?,
            };
            let absent = self.lacks(&member.key);
            all.push(self.guarded(absent, then));
        }
        Ok(self.arena().and(all))
    }

    /// The object lacks it, or is `then`; of other types everything.
    fn guarded(&mut self, absent: Node, then: Node) -> Node {
        self.arena().or([absent, then])
    }
}

/// The members of a keyword that maps names to schemas.
pub(super) fn members(keywords: &JsonObject, keyword: Keyword) -> impl Iterator<Item = &schemactl_model::Member> {
    keywords
        .keyword(keyword)
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(JsonObject::iter)
}

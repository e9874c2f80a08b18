//! Types, constants, numbers and lengths.

use std::rc::Rc;

use schemactl_model::{Dialect, JsonObject, Kind, Value};

use super::{Compiled, Compiler, UnsupportedSetError};
use crate::node::{Form, Node};
use crate::number::Rational;
use crate::value_kind::{ANY, ARRAY, BOOL, Mask, NULL, NUMBER, OBJECT, STRING};

impl Compiler<'_, '_> {
    /// `integer` is a number that is a multiple of one; a type that is not known has no instances.
    pub(super) fn types(&mut self, value: &Value) -> Node {
        let names: Vec<&str> = match &value.kind {
            Kind::String(name) => vec![name],
            Kind::Array(names) => names.iter().filter_map(Value::as_str).collect(),
            _ => return Node::TRUE,
        };
        let mask = names.iter().fold(0, |mask, name| mask | kind(name));
        let integers = names.contains(&"integer") && !names.contains(&"number");
        let types = self.arena().types(if integers { mask | NUMBER } else { mask });
        if !integers {
            return types;
        }
        let whole = self.arena().literal(Form::Multiple(Rc::new(Rational::from(1))));
        self.arena().and([types, whole])
    }

    pub(super) fn constant(&mut self, value: &Value) -> Compiled {
        let datum = Self::datum(value)?;
        Ok(self.arena().literal(Form::Const(Rc::new(datum))))
    }

    pub(super) fn enumeration(&mut self, value: &Value) -> Compiled {
        let Some(values) = value.as_array() else {
            return Ok(Node::TRUE);
        };
        let constants = values.iter().map(|value| Ok(Rc::new(Self::datum(value)?)));
        let constants = constants.collect::<Result<Vec<_>, _>>()?;
        Ok(self.arena().constants(constants))
    }

    /// In draft-04 the exclusive keywords are flags of the others, afterwards they are bounds of their own.
    pub(super) fn bound(
        &mut self,
        keywords: &JsonObject,
        name: &str,
        value: &Value,
    ) -> Result<Option<Node>, UnsupportedSetError> {
        let Some(number) = Self::number(value)? else {
            return Ok(None);
        };
        let is_draft4 = self.dialect == Dialect::Draft4;
        if is_draft4 && name.starts_with("exclusive") {
            return Ok(None);
        }
        let flag = if name == "minimum" {
            "exclusiveMinimum"
        } else {
            "exclusiveMaximum"
        };
        let flagged = is_draft4 && keywords.value(flag).is_some_and(|value| value.kind == Kind::Bool(true));
        let strict = flagged || name.starts_with("exclusive");
        let number = Rc::new(number);
        let is_least = matches!(name, "minimum" | "exclusiveMinimum");
        let form = if is_least {
            Form::AtLeast(number, strict)
        } else {
            Form::AtMost(number, strict)
        };
        Ok(Some(self.arena().literal(form)))
    }

    pub(super) fn multiple(&mut self, value: &Value) -> Result<Option<Node>, UnsupportedSetError> {
        let step = Self::number(value)?.filter(Rational::is_positive);
        Ok(step.map(|step| self.arena().literal(Form::Multiple(Rc::new(step)))))
    }

    /// A least length or count. `2.0` is 2; `1.5` is met by 2 and more.
    pub(super) fn least(&mut self, value: &Value, form: fn(u64) -> Form) -> Compiled {
        let count = Self::number(value)?;
        Ok(count.map_or(Node::TRUE, |count| self.arena().literal(form(count.to_count(true)))))
    }

    pub(super) fn most(&mut self, value: &Value, form: fn(u64) -> Form) -> Compiled {
        let count = Self::number(value)?;
        Ok(count.map_or(Node::TRUE, |count| self.arena().literal(form(count.to_count(false)))))
    }
}

fn kind(name: &str) -> Mask {
    match name {
        "null" => NULL,
        "boolean" => BOOL,
        "number" => NUMBER,
        "string" => STRING,
        "array" => ARRAY,
        "object" => OBJECT,
        // Told apart by the caller: its values are numbers.
        "integer" => 0,
        _ => ANY & !ANY,
    }
}

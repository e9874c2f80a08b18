//! Types, constants, numbers and lengths.

use std::rc::Rc;

use schemactl_model::{
    Dialect, FormatMode, JsonObject, Keyword, Kind, Value, any_annotation, any_applicator, any_definitions,
    any_identifier,
};

use super::{Compiled, Compiler, UnsupportedSetError};
use crate::node::{Form, Node};
use crate::number::Rational;
use crate::value_kind::{ANY, ARRAY, BOOL, Mask, NULL, NUMBER, OBJECT, STRING};

impl Compiler<'_, '_> {
    /// `integer` is a number that is a multiple of one; a type that is not known has no instances.
    fn types(&mut self, value: &Value) -> Node {
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

    fn constant(&mut self, value: &Value) -> Compiled {
        let datum = Self::datum(value)?;
        Ok(self.arena().literal(Form::Const(Rc::new(datum))))
    }

    fn enumeration(&mut self, value: &Value) -> Compiled {
        let Some(values) = value.as_array() else {
            return Ok(Node::TRUE);
        };
        let constants = values.iter().map(|value| Ok(Rc::new(Self::datum(value)?)));
        let constants = constants.collect::<Result<Vec<_>, _>>()?;
        Ok(self.arena().constants(constants))
    }

    /// A keyword that accepts or rejects a value by itself. `None` if it is an annotation here.
    pub(super) fn assertion(
        &mut self,
        keywords: &JsonObject,
        keyword: Keyword,
        value: &Value,
    ) -> Result<Option<Node>, UnsupportedSetError> {
        Ok(Some(match keyword {
            Keyword::Type => self.types(value),
            Keyword::Enum => self.enumeration(value)?,
            Keyword::Const => self.constant(value)?,
            Keyword::Minimum | Keyword::Maximum | Keyword::ExclusiveMinimum | Keyword::ExclusiveMaximum => {
                return self.bound(keywords, keyword, value);
            }
            Keyword::MultipleOf => return self.multiple(value),
            Keyword::MinLength => self.least(value, Form::MinLength)?,
            Keyword::MaxLength => self.most(value, Form::MaxLength)?,
            Keyword::MinItems => self.least(value, Form::MinItems)?,
            Keyword::MaxItems => self.most(value, Form::MaxItems)?,
            Keyword::MinProperties => self.least(value, Form::MinProperties)?,
            Keyword::MaxProperties => self.most(value, Form::MaxProperties)?,
            Keyword::Pattern => return Ok(value.as_str().map(|pattern| self.pattern(pattern))),
            Keyword::Format if self.shared.semantics.formats == FormatMode::Assertion => {
                let format = value.as_str().unwrap_or_default();
                let name = crate::format::name(self.dialect, format);
                return Ok(name.map(|name| self.shared.opaque(&name, STRING)));
            }
            Keyword::UniqueItems if value.kind == Kind::Bool(true) => self.arena().literal(Form::Unique),
            Keyword::Required => self.required(value),
            Keyword::Format | Keyword::UniqueItems => return Ok(None),
            // OpenAPI alone has it.
            Keyword::Nullable => return Ok(None),
            // What looks at several elements, or at a property beside another, is compiled with its neighbours.
            Keyword::MaxContains | Keyword::MinContains | Keyword::DependentRequired => return Ok(None),
            any_annotation!() | any_applicator!() | any_definitions!() | any_identifier!() | Keyword::ContentSchema => {
                return Ok(None);
            }
        }))
    }

    /// In draft-04 the exclusive keywords are flags of the others, afterwards they are bounds of their own.
    fn bound(
        &mut self,
        keywords: &JsonObject,
        keyword: Keyword,
        value: &Value,
    ) -> Result<Option<Node>, UnsupportedSetError> {
        let Some(number) = Self::number(value)? else {
            return Ok(None);
        };
        let is_draft4 = self.dialect == Dialect::Draft4;
        let is_exclusive = matches!(keyword, Keyword::ExclusiveMinimum | Keyword::ExclusiveMaximum);
        if is_draft4 && is_exclusive {
            return Ok(None);
        }
        let is_least = matches!(keyword, Keyword::Minimum | Keyword::ExclusiveMinimum);
        let flag = if is_least {
            Keyword::ExclusiveMinimum
        } else {
            Keyword::ExclusiveMaximum
        };
        let flagged = is_draft4
            && keywords
                .keyword(flag)
                .is_some_and(|value| value.kind == Kind::Bool(true));
        let strict = flagged || is_exclusive;
        let number = Rc::new(number);
        let form = if is_least {
            Form::AtLeast(number, strict)
        } else {
            Form::AtMost(number, strict)
        };
        Ok(Some(self.arena().literal(form)))
    }

    fn multiple(&mut self, value: &Value) -> Result<Option<Node>, UnsupportedSetError> {
        let step = Self::number(value)?.filter(Rational::is_positive);
        Ok(step.map(|step| self.arena().literal(Form::Multiple(Rc::new(step)))))
    }

    /// A least length or count. `2.0` is 2; `1.5` is met by 2 and more.
    fn least(&mut self, value: &Value, form: fn(u64) -> Form) -> Compiled {
        let count = Self::number(value)?;
        Ok(count.map_or(Node::TRUE, |count| self.arena().literal(form(count.to_count(true)))))
    }

    fn most(&mut self, value: &Value, form: fn(u64) -> Form) -> Compiled {
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

//! Arrays: elements by position, the rest, and how many are in a schema.

use schemactl_model::{Dialect, JsonObject, Keyword, Value};

use super::{Compiled, Compiler, UnsupportedSetError};
use crate::node::{Form, Node};

/// The keywords of an array's elements as the dialect has them.
pub(super) struct ElementSchemas<'v> {
    pub(super) prefix: &'v [Value],
    pub(super) rest: Option<&'v Value>,
}

impl<'v> ElementSchemas<'v> {
    /// Up to 2019-09 `items` is a list and `additionalItems` the rest, or `items` is for all; from 2020-12 on `prefixItems` is
    /// the list and `items` the rest.
    pub(super) fn of(keywords: &'v JsonObject, dialect: Dialect) -> Self {
        let list = |keyword| keywords.keyword(keyword).and_then(Value::as_array);
        if dialect == Dialect::Draft202012 {
            let rest = keywords
                .keyword(Keyword::Items)
                .filter(|items| items.as_array().is_none());
            return Self {
                prefix: list(Keyword::PrefixItems).unwrap_or_default(),
                rest,
            };
        }
        match list(Keyword::Items) {
            Some(prefix) => Self {
                prefix,
                rest: keywords.keyword(Keyword::AdditionalItems),
            },
            // Without a list of items, `additionalItems` has nothing to be additional to.
            None => Self {
                prefix: &[],
                rest: keywords.keyword(Keyword::Items),
            },
        }
    }
}

impl<'v> Compiler<'v, '_> {
    pub(super) fn elements(
        &mut self,
        keywords: &'v JsonObject,
        conjuncts: &mut Vec<Node>,
    ) -> Result<(), UnsupportedSetError> {
        let elements = ElementSchemas::of(keywords, self.dialect);
        for (index, value) in (0..).zip(elements.prefix) {
            let value = self.child(value)?;
            conjuncts.push(self.arena().literal(Form::At(index, value)));
        }
        if let Some(rest) = elements.rest {
            let value = self.child(rest)?;
            let from = elements.prefix.len() as u64;
            conjuncts.push(self.arena().literal(Form::From(from, value)));
        }
        if let Some(contains) = keywords
            .keyword(Keyword::Contains)
            .filter(|_| self.dialect >= Dialect::Draft6)
        {
            conjuncts.push(self.contains(keywords, contains)?);
        }
        Ok(())
    }

    fn contains(&mut self, keywords: &'v JsonObject, contains: &'v Value) -> Compiled {
        let value = self.child(contains)?;
        let (mut least, mut most) = (1, None);
        if self.dialect >= Dialect::Draft201909 {
            if let Some(count) = keywords
                .keyword(Keyword::MinContains)
                .map(Self::number)
                .transpose()?
                .flatten()
            {
                least = count.to_count(true);
            }
            if let Some(count) = keywords
                .keyword(Keyword::MaxContains)
                .map(Self::number)
                .transpose()?
                .flatten()
            {
                most = Some(count.to_count(false));
            }
        }
        Ok(self.arena().counted(value, least, most))
    }
}

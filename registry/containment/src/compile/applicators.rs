//! `allOf`, `anyOf`, and `if` with its branches.

use schemactl_model::{JsonObject, Keyword, Value};

use super::{Compiled, Compiler};
use crate::node::Node;

impl<'v> Compiler<'v, '_> {
    pub(super) fn branches(&mut self, value: &'v Value) -> Result<Vec<Node>, super::UnsupportedSetError> {
        let branches = value.as_array().unwrap_or_default();
        branches.iter().map(|branch| self.schema(branch)).collect()
    }

    pub(super) fn all_of(&mut self, value: &'v Value) -> Compiled {
        let branches = self.branches(value)?;
        Ok(self.arena().and(branches))
    }

    pub(super) fn any_of(&mut self, value: &'v Value) -> Compiled {
        let branches = self.branches(value)?;
        Ok(self.arena().or(branches))
    }

    /// An `if` without `then` and `else` says nothing.
    pub(super) fn condition(&mut self, keywords: &'v JsonObject, condition: &'v Value) -> Compiled {
        let (then, otherwise) = (keywords.keyword(Keyword::Then), keywords.keyword(Keyword::Else));
        if then.is_none() && otherwise.is_none() {
            return Ok(Node::TRUE);
        }
        let condition = self.schema(condition)?;
        let then = then.map_or(Ok(Node::TRUE), |then| self.schema(then))?;
        let otherwise = otherwise.map_or(Ok(Node::TRUE), |otherwise| self.schema(otherwise))?;
        let arena = self.arena();
        let (held, failed) = (arena.and([condition, then]), arena.not(condition));
        let failed = arena.and([failed, otherwise]);
        Ok(arena.or([held, failed]))
    }
}

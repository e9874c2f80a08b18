//! The tables of a session: its nodes, and the texts that nodes name by number. In: patterns, and names of what is opaque. Out: nodes,
//! the same for the same text.

use crate::format::TextFormatCheck;
use crate::language;
use crate::node::{Arena, Form, Node, OpaqueId, PatternId};
use crate::semantics::Semantics;
use crate::text_pool::TextPool;
use crate::value_kind::{Mask, STRING};

/// What the compilations of one question share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) semantics: Semantics,
    pub(crate) format_check: TextFormatCheck,
    pub(crate) arena: Arena,
    /// The texts of patterns.
    pub(crate) patterns: TextPool,
    /// The names of what is opaque.
    pub(crate) opaque: TextPool,
}

impl Shared {
    pub(crate) fn new(semantics: Semantics, format_check: TextFormatCheck) -> Self {
        Self {
            semantics,
            format_check,
            arena: Arena::new(),
            patterns: TextPool::default(),
            opaque: TextPool::default(),
        }
    }

    /// What nothing is known of but its name.
    pub(crate) fn opaque(&mut self, name: &str, kind: Mask) -> Node {
        let id = OpaqueId(self.opaque.id(name));
        self.arena.literal(Form::Opaque(id, kind, true))
    }

    /// The texts that a pattern matches, and everything that is no text.
    pub(crate) fn pattern(&mut self, pattern: &str) -> Node {
        if language::split_pattern(pattern).is_some() {
            let id = PatternId(self.patterns.id(pattern));
            return self.arena.literal(Form::Pattern(id));
        }
        self.opaque(pattern, STRING)
    }
}
